/* A growing pool of texts, each kept once and known by a number: what a sample of texts
 * (an ag_sample of dim 0) holds as its items. */
#ifndef AG_POPULATION_TEXTS_H
#define AG_POPULATION_TEXTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ag_texts ag_texts;

/* An empty pool. Status: AG_ERROR_MEMORY. Owner: ag_texts_free (NULL is fine). */
ag_status ag_texts_create(ag_texts **texts, ag_error *error);
void ag_texts_free(ag_texts *texts);

/* The number of the text of these bytes (UTF-8, without NUL, below 2^32 of them): an old
 * one where the pool has it, otherwise the next, counted from 0.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INPUT for a longer text or more than 2^32 - 2 texts;
 *   the pool is then as it was.
 * Cost: O(length), on average. Memory: length + 1 bytes, 16 for its place and 8 to 16 in the
 *   table, rounded up to blocks of 64 KB. */
ag_status ag_texts_add(ag_texts *texts, const char *bytes, size_t length, uint32_t *id,
                       ag_error *error);

/* Text number id < count, ended by NUL: its address stays as long as the pool.
 * length: NULL is fine. */
const char *ag_texts_get(const ag_texts *texts, uint32_t id, size_t *length);
size_t ag_texts_count(const ag_texts *texts);

/* What a language model says of a text: log p in nats, the text's end included. */
typedef struct ag_text_score {
  double log_probability;
  size_t tokens; /* of the model, that log p is about */
} ag_text_score;

/* Bytes [begin, end) of a text. */
typedef struct ag_text_span {
  size_t text, begin, end;
} ag_text_span;

/* Texts that a model is asked about. All borrowed. */
typedef struct ag_text_question {
  size_t count;
  const char *const *text; /* [count] each ended by NUL */
  size_t spans;
  const ag_text_span *span; /* [spans] in order, apart: read, but left out of the score */
} ag_text_question;

/* What texts have lost: those that were longer than a model sees, and those that it wrote and
 * did not end. */
typedef struct ag_text_cuts {
  size_t learnt, learnt_cut, written, written_cut;
} ag_text_cuts;

#endif
