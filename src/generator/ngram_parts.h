/* What the files of the n-gram model share. */
#ifndef AG_GENERATOR_NGRAM_PARTS_H
#define AG_GENERATOR_NGRAM_PARTS_H

#include <stdbool.h>

#include "generator/ngram.h"
#include "space/words.h"

#define AG_NGRAM_NONE UINT32_MAX
enum { AG_NGRAM_END = 0 };

/* The tokens of the training text, and their numbers: the end is 0. */
struct ag_vocabulary {
  char *bytes; /* each token with its space, ended by NUL */
  size_t used, room;
  size_t *word; /* [count] offsets in bytes */
  size_t count, capacity;
  uint32_t *slot; /* [mask + 1] number + 1; 0: free */
  size_t mask;
};

/* A token as it is written: with a space before it, or close to the one before. */
typedef struct ag_piece {
  ag_token token;
  bool close;
} ag_piece;

/* Cuts a text: *at moves, *rest holds what is left of a token (start with {NULL, 0}). */
bool ag_piece_next(const char **at, const char *end, ag_token *rest, ag_piece *piece);

ag_status ag_vocabulary_create(ag_vocabulary *vocabulary, ag_error *error);
ag_status ag_vocabulary_copy(const ag_vocabulary *from, ag_vocabulary *to, ag_error *error);
void ag_vocabulary_free(ag_vocabulary *vocabulary);
/* The number of a piece; AG_NGRAM_NONE for an unknown one. */
uint32_t ag_vocabulary_find(const ag_vocabulary *vocabulary, ag_piece piece);
ag_status ag_vocabulary_add(ag_vocabulary *vocabulary, ag_piece piece, uint32_t *id,
                            ag_error *error);

/* The n-grams of one order m, sorted by context and then by last word: the children of
 * context p of order m - 1 are first[p] … first[p + 1] of the order above. Order 1 has an
 * entry for every token number, and last the sentence's begin, which is a context only. */
typedef struct ag_ngram_level {
  size_t count;
  uint32_t *word;      /* [count] the last word */
  uint32_t *link;      /* [count] the entry of the n-gram without its first word, in m - 1 */
  uint32_t *number;    /* [count] adjusted count; after the fit NULL */
  double *probability; /* [count] p(last word | the others) */
  double *running;     /* [count] discounted shares, added up within a context */
  /* as a context: */
  uint32_t *first; /* [count + 1], or NULL in the highest order */
  double *rest;    /* [count] g(h); 1 without children */
  double *most;    /* [count] the largest p(. | h) */
} ag_ngram_level;

struct ag_ngram {
  int order;
  double temperature;
  ag_vocabulary vocabulary;
  uint32_t known;   /* words that are scored: those of the reference come first */
  uint32_t unknown; /* number of ` <unk>`, or AG_NGRAM_NONE */
  ag_ngram_level level[AG_NGRAM_ORDER_MOST + 1]; /* level[m] for m = 1 … order */
  double *tempered;                              /* [vocabulary] p(w)^(1/temperature), of order 1 */
  double *tempered_running;                      /* [vocabulary] added up */
};

/* The contexts in force: entry[m] is that of the last m words in level[m], or NONE;
 * entry[0] is 0. */
typedef struct ag_ngram_state {
  uint32_t entry[AG_NGRAM_ORDER_MOST];
} ag_ngram_state;

void ag_ngram_begin(const ag_ngram *model, ag_ngram_state *state);
void ag_ngram_step(const ag_ngram *model, ag_ngram_state *state, uint32_t word);
/* Nothing is known of what stands before. */
void ag_ngram_forget(ag_ngram_state *state);
/* The child of an entry of level[m] for a word, or NONE. */
uint32_t ag_ngram_child(const ag_ngram *model, int m, uint32_t entry, uint32_t word);
/* Whether the entry of level[m] is a context that has been seen with a word after it. */
bool ag_ngram_has_children(const ag_ngram *model, int m, uint32_t entry);
double ag_ngram_probability(const ag_ngram *model, const ag_ngram_state *state, uint32_t word);

#endif
