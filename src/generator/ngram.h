/* Interpolated modified Kneser–Ney n-grams (Chen and Goodman, 1999) over the words of
 * sentences.
 *
 * Tokens: a text is cut at white space; punctuation at the end of a word (.,;:!?"')]}) is
 * a token of its own that remembers to stand close, except a point that may be an
 * abbreviation's. Pasting a text's tokens gives the text back, with single spaces.
 *
 * p(w | h) = max(c(hw) - D, 0) / c(h.) + g(h) p(w | h'), h' being h without its first word;
 * c counts in the highest order, and after the sentence's begin, and elsewhere the
 * different words before; D is D_1, D_2 or D_3 by the count, from the counts of counts of
 * each order (Y = n_1 / (n_1 + 2 n_2) for all where these give no discounts between 0 and
 * the count, 1/2 where there is no Y). The lowest order is mixed with the uniform law over
 * the vocabulary, which is the training words and the sentence's end, and before them the
 * words of a reference where there is one: over these each p(. | h) adds up to one. */
#ifndef AG_GENERATOR_NGRAM_H
#define AG_GENERATOR_NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "base/status.h"
#include "population/texts.h"
#include "space/words.h"

enum { AG_NGRAM_ORDER_MOST = 5, AG_NGRAM_LONGEST = 512 };

typedef struct ag_ngram ag_ngram;
/* Tokens and their numbers. */
typedef struct ag_vocabulary ag_vocabulary;

typedef struct ag_ngram_settings {
  int order; /* 1 … 5 */
  /* 0.05 … 20, for ag_ngram_sample: each next word is drawn with probability proportional
   * to p(w | h)^(1/temperature) */
  double temperature;
  /* the reference, borrowed during the fit: its words have a probability where training
   * lacks them too, and are the only ones that are scored; NULL: none */
  const ag_vocabulary *words;
} ag_ngram_settings;

/* Fits a model to text [count], each UTF-8 ended by NUL.
 * Status: AG_ERROR_INPUT for no text, an order or temperature out of range, or 2^31 tokens
 *   and more; AG_ERROR_MEMORY. Owner: ag_ngram_free (NULL is fine).
 * Cost: O(N log N) for N tokens. Memory: at most 45 bytes for each different n-gram of each
 *   order, and 32 a token while it works. */
ag_status ag_ngram_fit(const char *const *text, size_t count, const ag_ngram_settings *settings,
                       ag_ngram **model, ag_error *error);
void ag_ngram_free(ag_ngram *model);

/* Different tokens, and the end. */
size_t ag_ngram_vocabulary(const ag_ngram *model);
/* All of them, borrowed: as a reference for later fits. */
const ag_vocabulary *ag_ngram_words(const ag_ngram *model);
/* Token number id < vocabulary as it is written, with the space before it; "" for the
 * end, which is number 0. */
const char *ag_ngram_token(const ag_ngram *model, uint32_t id);

/* Sentence number i, a function of the model, the key and i alone, on the heap (the
 * caller frees it); an empty sentence is possible. At AG_NGRAM_LONGEST tokens it is cut (cut:
 * whether it was; or NULL).
 * Exact draws: at temperature 1 from the mixture that the recursion is; below, by rejection
 * from it, and after 32 refusals, as above 1, by weighing every word that has been seen after
 * a part of the context, and the others together.
 * Status: AG_ERROR_MEMORY. May run on several threads. */
ag_status ag_ngram_sample(const ag_ngram *model, const ag_random_key *key, uint32_t i, char **text,
                          bool *cut, ag_error *error);

/* How well a text is predicted, temperature aside. */
typedef struct ag_ngram_score {
  double log_probability; /* nats, of the tokens that are scored */
  size_t tokens;          /* scored, ends included */
  size_t unknown;         /* tokens that the reference (without one: training) did not have */
} ag_ngram_score;

/* Adds a text's score to *score. An unknown token is scored as `<unk>` where that is a known
 * word (as in WikiText); otherwise it is left out of tokens, as are those with a byte in a span
 * (span [spans], of this text), and what follows it is predicted without it and what stands before
 * it. */
void ag_ngram_score_text(const ag_ngram *model, const char *text, const ag_text_span *span,
                         size_t spans, ag_ngram_score *score);

/* exp(-log_probability / tokens). */
double ag_ngram_perplexity(const ag_ngram_score *score);

/* The law of the next token after the last tokens of a text: probability [vocabulary]. */
void ag_ngram_next(const ag_ngram *model, const char *text, double *probability);

#endif
