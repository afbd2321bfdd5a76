/* Where a training stands, in a file: weights, the optimiser's memory and what came of it so far.
 * One that was interrupted or killed goes on, and ends with the same bytes. */
#ifndef AG_GENERATOR_TRANSFORMER_LEARN_KEPT_H
#define AG_GENERATOR_TRANSFORMER_LEARN_KEPT_H

#include "base/sha256.h"
#include "generator/transformer/learn.h"

enum { AG_LEARN_ARRAYS = 5 };

typedef struct ag_learn_state {
  char key[AG_SHA256_HEX]; /* of the training: what it begins with */
  size_t size;
  float *array[AG_LEARN_ARRAYS]; /* [size] each */
  size_t numbers;
  double *number; /* [numbers] */
} ag_learn_state;

/* Puts the digest of the training into state->key: its settings, its texts, its first weights. */
void ag_learn_state_name(const ag_transformer *model, const ag_learn_spec *spec,
                         const ag_corpus *corpus, const ag_corpus *judge, ag_learn_state *state);
/* The file appears whole or not at all. Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_learn_state_write(const char *path, const ag_learn_state *state, ag_error *error);
/* Fills the arrays and numbers. *found: whether there is such a file. Status: AG_ERROR_INPUT: it is
 * of another training, or damaged; AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_learn_state_read(const char *path, ag_learn_state *state, bool *found,
                              ag_error *error);

#endif
