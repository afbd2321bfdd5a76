/* Held-out texts as every model is asked about them: one definition of perplexity.
 *
 * What is predicted are words and the marks of punctuation behind them (generator/ngram.h), and
 * each text's end. One that known texts do not have cannot be asked of every model: it is written
 * `<unk>` where that is a word of theirs, as in WikiText, and otherwise read, but left out of the
 * score. Perplexity is exp(-log p / words). */
#ifndef AG_GENERATOR_HELD_OUT_H
#define AG_GENERATOR_HELD_OUT_H

#include <stdbool.h>

#include "base/status.h"
#include "population/texts.h"

/* Read only. {0}: none. */
typedef struct ag_held_out {
  size_t count;
  char **text; /* [count] */
  size_t spans;
  ag_text_span *span; /* [spans] what is left out */
  size_t words;       /* that are scored, marks and ends among them */
  size_t unknown;     /* that known texts do not have, and marks that stand with them */
  bool marked;        /* they are written <unk>, and scored */
} ag_held_out;

/* Given: known [known_count] and text [count], UTF-8 ended by NUL.
 * Status: AG_ERROR_MEMORY. Owner: the caller (ag_held_out_free). Cost: linear in the bytes. */
ag_status ag_held_out_create(const char *const *known, size_t known_count, const char *const *text,
                             size_t count, ag_held_out *held_out, ag_error *error);
void ag_held_out_free(ag_held_out *held_out);
/* What a model is asked; borrowed. */
ag_text_question ag_held_out_question(const ag_held_out *held_out);

#endif
