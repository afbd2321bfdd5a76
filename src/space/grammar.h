/* A probabilistic grammar of short English sentences, whose law of the number of words is
 * known exactly: a corpus with a truth to test against. */
#ifndef AG_SPACE_GRAMMAR_H
#define AG_SPACE_GRAMMAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* Chances in [0, 0.9]. */
typedef struct ag_grammar_options {
  double adjective; /* of one more adjective before a noun */
  double adverb;    /* after a verb and what belongs to it */
  double phrase;    /* of a noun that a prepositional phrase follows */
  double join;      /* of one more clause after a conjunction */
} ag_grammar_options;

enum {
  AG_GRAMMAR_LONGEST = 128,                  /* words; longer sentences are drawn again */
  AG_GRAMMAR_BYTES = AG_GRAMMAR_LONGEST * 16 /* room for any sentence, with its NUL */
};

typedef struct ag_grammar ag_grammar;

ag_grammar_options ag_grammar_options_default(void);

/* Status: AG_ERROR_INPUT for a chance outside [0, 0.9], AG_ERROR_MEMORY.
 * Owner: ag_grammar_free (NULL is fine). */
ag_status ag_grammar_create(const ag_grammar_options *options, ag_grammar **grammar,
                            ag_error *error);
void ag_grammar_free(ag_grammar *grammar);

/* The probability that a sentence has this many words: exact up to rounding; 0 for none
 * and for more than AG_GRAMMAR_LONGEST. */
double ag_grammar_length_probability(const ag_grammar *grammar, size_t words);

/* Sentence number `number` of a seed's sequence, a function of these alone: independent
 * draws. It starts with a capital and ends with a point. Returned: its length in bytes. */
size_t ag_grammar_sentence(const ag_grammar *grammar, uint64_t seed, uint64_t number,
                           char sentence[AG_GRAMMAR_BYTES]);

/* The natural logarithm of the probability that a draw is this sentence, over all ways to
 * derive it: exact up to rounding; -INFINITY for what the grammar does not make; NaN where
 * memory is out.
 * Cost: O(rules words^3). */
double ag_grammar_log_probability(const ag_grammar *grammar, const char *sentence);

#endif
