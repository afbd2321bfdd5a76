/* Learning from a text over many epochs: an average of the weights, and the epoch after which
 * another text is predicted best. */
#ifndef AG_GENERATOR_TRANSFORMER_LEARN_H
#define AG_GENERATOR_TRANSFORMER_LEARN_H

#include "generator/transformer/corpus.h"

typedef struct ag_learn_spec {
  bool in_order; /* the corpora are AG_CORPUS_JOINED: the windows of each epoch begin elsewhere */
  size_t epochs;
  size_t patience; /* epochs without a better one, then the end; 0: all are played */
  size_t batch;    /* tokens a step */
  double dropout;
  double average; /* what is judged and kept is a moving average of the weights, which keeps
                     this share of itself at a step; 0: the weights */
  ag_adamw adamw; /* but for steps: the rate falls to zero at the end of the last epoch */
  uint64_t seed;
  const char *kept; /* a file that keeps where the training stands, and from which it goes on where
                       it is there; it stays. NULL: none */
  double interval;  /* seconds between two writings of it */
} ag_learn_spec;

typedef struct ag_learn_epoch {
  double loss;    /* mean nats a token, with dropout, before each step */
  double judged;  /* nats of all targets of the other text, after the epoch */
  double seconds; /* since the start */
} ag_learn_epoch;

typedef struct ag_learn_outcome {
  size_t epochs; /* played in full */
  size_t best;   /* of them, from 0 */
  size_t tokens; /* learnt from, all epochs together */
  double seconds;
} ag_learn_outcome;

/* A text to score: skipped [corpus->token.count] is 1 where a token is not to be predicted;
 * NULL: all are. */
typedef struct ag_learn_text {
  const ag_corpus *corpus;
  const unsigned char *skipped;
} ag_learn_text;

/* Bytes of memory that ag_learn takes for a parameter, besides the model's own. */
enum { AG_LEARN_BYTES = 20 };

/* Trains model, in place, which then is that of the best epoch's end. An interrupt ends the
 * training after the first epoch has been judged, and before it is AG_ERROR_INTERRUPTED; spec->kept
 * is written in either case.
 * Returned: epoch [outcome->epochs], with room for spec->epochs. watch may be NULL.
 * Status: AG_ERROR_INPUT (training that diverges; spec->kept is of another), AG_ERROR_MEMORY,
 * AG_ERROR_INTERNAL, AG_ERROR_INTERRUPTED; model is rubbish then. Memory: AG_LEARN_BYTES a
 * parameter, and ag_transformer_work_create's. */
ag_status ag_learn(ag_transformer *model, const ag_learn_spec *spec, const ag_corpus *corpus,
                   const ag_learn_text *judge, const ag_watch *watch, ag_learn_epoch *epoch,
                   ag_learn_outcome *outcome, ag_error *error);

/* nats: of all targets of a text. Of one that is AG_CORPUS_JOINED each is predicted from at
 * least half a context, where there is as much before it; else from its own text.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL, AG_ERROR_INTERRUPTED.
 * Cost: a forward pass; two of a joined text. */
ag_status ag_learn_score(const ag_transformer *model, bool in_order, const ag_learn_text *text,
                         const ag_watch *watch, double *nats, ag_error *error);

/* skipped [corpus->token.count]: 1 for tokens with a byte in a span. Given: corpus of this
 * vocabulary; span [count] of its texts, in order, apart. */
void ag_learn_skip(const ag_bpe *bpe, const ag_corpus *corpus, const ag_text_span *span,
                   size_t count, unsigned char *skipped);

#endif
