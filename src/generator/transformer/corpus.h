/* Texts as a language model learns them: token sequences, the batches of an epoch, and what
 * a model says of them. A text that spells `<|endoftext|>` has other tokens than its end. */
#ifndef AG_GENERATOR_TRANSFORMER_CORPUS_H
#define AG_GENERATOR_TRANSFORMER_CORPUS_H

#include "base/watch.h"
#include "generator/transformer/bpe.h"
#include "generator/transformer/transformer.h"
#include "population/texts.h"

/* What becomes of texts that are longer than the context. Each text begins after, and is
 * ended by, `<|endoftext|>`; its end is predicted as its tokens are. */
typedef enum ag_corpus_way {
  AG_CORPUS_CUT,   /* a sequence a text: what is beyond the context is left out */
  AG_CORPUS_WHOLE, /* every token is predicted once: those beyond the context in further
                    * sequences, after at least the half of a context */
  AG_CORPUS_JOINED /* the texts are one long text, with `<|endoftext|>` between them, that is
                    * cut every context: no sequence is shorter, but the last */
} ag_corpus_way;

/* A sequence of `length` inputs from `first` in the corpus' tokens; the input at i is to
 * predict the token at i + 1, if i >= skip. */
typedef struct ag_corpus_piece {
  size_t first, length, skip, text;
} ag_corpus_piece;

/* Read only. Owner: the caller (ag_corpus_free, legal for a cleared struct). */
typedef struct ag_corpus {
  size_t texts;           /* JOINED: one */
  size_t cut;             /* texts that lost tokens */
  size_t pieces;          /* at least texts */
  ag_corpus_piece *piece; /* [pieces] in the order of the texts */
  ag_tokens token;        /* without gaps; the end's before each text and after the last */
  size_t inputs;          /* the sum of the pieces' lengths */
  size_t longest;         /* piece */
} ag_corpus;

/* Given: text [count] ended by NUL, count >= 1; context >= 1.
 * Status: AG_ERROR_INPUT for no text, or one of 4 GB; AG_ERROR_MEMORY.
 * Cost: ag_bpe_encode's; 4 bytes a token, 32 a piece. */
ag_status ag_corpus_create(const ag_bpe *bpe, size_t context, ag_corpus_way way,
                           const char *const *text, size_t count, ag_corpus *corpus,
                           ag_error *error);
void ag_corpus_free(ag_corpus *corpus);

/* The pieces in an order, by batches. */
typedef struct ag_batches {
  const ag_corpus *corpus; /* borrowed */
  size_t sequences_most;   /* in a batch; 0: any number */
  size_t tokens_most;      /* in a batch of several sequences; 0: any number */
  size_t count;            /* batches, in this order */
  size_t room;             /* tokens of the largest batch in any order */
  size_t *order;           /* [pieces] */
  size_t *begin;           /* [pieces + 1] of batch b, in order; count + 1 are used */
  size_t *start;           /* the batch last taken */
  int32_t *token, *target;
} ag_batches;

/* Batches in the order of the corpus. A batch is filled until it has sequences_most
 * sequences, or another would exceed tokens_most. At least one of the two is above 0.
 * Status: AG_ERROR_MEMORY. Owner: the caller (ag_batches_free, legal for a cleared struct). */
ag_status ag_batches_create(const ag_corpus *corpus, size_t sequences_most, size_t tokens_most,
                            ag_batches *batches, ag_error *error);
void ag_batches_free(ag_batches *batches);

/* The order of an epoch (0, 1, …): uniform among all, from the key and the epoch alone. */
void ag_batches_shuffle(ag_batches *batches, const ag_random_key *key, size_t epoch);
/* How many batches epochs 0 … epochs - 1 have: the order is then another. */
size_t ag_batches_steps(ag_batches *batches, const ag_random_key *key, size_t epochs);
/* Batch number index < count, borrowed until the next is taken. */
ag_token_batch ag_batches_take(ag_batches *batches, size_t index);

/* Training on a corpus. All is borrowed; work has room for batches->room tokens. */
typedef struct ag_lesson {
  ag_transformer *model;
  ag_transformer_work *work;
  ag_trainer *trainer;
  const ag_adamw *settings;
  double dropout;
  ag_random_key key;     /* of the orders, and of what is dropped */
  size_t epochs;         /* in all, for the watch */
  const ag_watch *watch; /* or NULL */
  const char *phase;     /* what the watch is told */
  double begun;          /* ag_time_now() when the lesson began */
} ag_lesson;

/* One epoch, numbered from 0: shuffles, then takes a step with every batch.
 * loss: the mean per predicted token, as each batch had it before its step.
 * Status: as ag_trainer_step; AG_ERROR_INTERRUPTED between steps. After a failure the model
 * is between two steps. */
ag_status ag_lesson_epoch(const ag_lesson *lesson, ag_batches *batches, size_t epoch, double *loss,
                          ag_error *error);

/* What the model says of each text: score [corpus->texts], added up over the text's pieces
 * in their order; tokens counts what is predicted, the end included. skipped
 * [corpus->token.count]: 1 for tokens that are left out; NULL: none. Batched by tokens: a
 * text's score depends on its neighbours through the rounding of products alone.
 * watch: NULL or who is told, and asked between batches.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL, AG_ERROR_INTERRUPTED; AG_ERROR_INPUT for a
 * corpus that is not for this model. Cost: a forward pass, and its memory for 1024 tokens. */
ag_status ag_corpus_score(const ag_transformer *model, const ag_corpus *corpus,
                          const unsigned char *skipped, const ag_watch *watch, ag_text_score *score,
                          ag_error *error);

/* exp of minus the mean over score [texts]: the perplexity per token. */
double ag_corpus_perplexity(const ag_text_score *score, size_t texts);

#endif
