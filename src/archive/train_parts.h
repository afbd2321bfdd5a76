/* What the files of the training share. */
#ifndef AG_ARCHIVE_TRAIN_PARTS_H
#define AG_ARCHIVE_TRAIN_PARTS_H

#include <aligngame/train.h>

#include "generator/held_out.h"
#include "generator/ngram.h"
#include "generator/transformer/learn.h"
#include "space/grammar.h"
#include "space/text_read.h"

struct ag_train_state {
  ag_transformer model;
  ag_bpe *bpe;
};

/* All sentences: those that are learnt from, those that judge, those that are held out. */
typedef struct ag_train_corpus {
  ag_sentences file, other;
  char *understood; /* of the file; or NULL */
  char *bytes;      /* of the grammar's */
  ag_grammar *grammar;
  const char **text; /* [learnt + judge + held_out], borrowed from the above */
  size_t learnt, judge, held_out;
} ag_train_corpus;

/* Status: AG_ERROR_INPUT where a part would be empty; AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_train_corpus_read(const ag_train_spec *spec, ag_train_corpus *corpus, ag_error *error);
void ag_train_corpus_free(ag_train_corpus *corpus);

/* A new model and its vocabulary, learnt from text [count]; or those of spec->base. What is
 * played is written into spec. */
ag_status ag_train_state_create(ag_train_spec *spec, const char *const *text, size_t count,
                                ag_train_state **state, ag_error *error);
void ag_train_state_free(ag_train_state *state);

#endif
