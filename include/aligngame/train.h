/* A GPT-2 that learns from a text, beside n-grams that learn from the same. In libaligngame alone.
 */
#ifndef AG_TRAIN_H
#define AG_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <aligngame/api.h>
#include <aligngame/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_train_spec {
  const char *corpus;   /* a text file, or a table with texts; NULL: the built-in grammar */
  const char *column;   /* of a table: its texts; NULL: it is a text, or JSON lines with `text` */
  const char *format;   /* "plain", "wikitext", "lines"; NULL: as the file shows */
  const char *encoding; /* "windows-1252"; NULL: as its bytes tell */
  size_t grammar;       /* sentences of the grammar; without a corpus */
  const char *held_out; /* a text file that is scored at the end; NULL: the corpus' last
                           sentences, or fresh ones of the grammar */
  double held_out_share, judge_share; /* of the corpus' sentences, from its end: those that are
                                         scored at the end, and before them those that tell
                                         which epoch is the best */
  const char *base; /* a folder with a model to continue from; NULL: a new one. Its sizes
                       and its vocabulary are taken. */
  bool separate;    /* each sentence for itself; otherwise in the file's order, and what
                       stands before a sentence helps to predict it */
  size_t layers, width, heads, context; /* of a new model */
  size_t vocabulary;                    /* at most; of a new model */
  size_t epochs, patience;     /* patience: epochs without a better one; 0: all are played */
  size_t batch;                /* tokens a step */
  size_t warm_up;              /* steps */
  double dropout, rate, decay; /* decay: of matrices */
  double average;              /* the share that the average of the weights keeps a step; 0: none */
  uint64_t seed;
  /* Called by one thread: phase, done of total units, tokens a second. May be NULL. */
  void (*progress)(void *watcher, const char *phase, double done, double total, double rate);
  void *watcher;
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop; may be NULL */
  const char *kept; /* a file that keeps where the training stands, every so many seconds and at an
                       interrupt; one that is there is gone on with. It stays. NULL: none */
  double checkpoint_interval; /* seconds */
} ag_train_spec;

/* A small model in order of the file, seed 1; no corpus. */
AG_API void ag_train_spec_default(ag_train_spec *spec);

typedef enum ag_train_model {
  AG_TRAIN_UNIGRAM,
  AG_TRAIN_BIGRAM,
  AG_TRAIN_FIVEGRAM,
  AG_TRAIN_GPT2,
  AG_TRAIN_MODELS
} ag_train_model;

/* "unigram", "bigram", "5-gram", "GPT-2". The n-grams are interpolated (modified
 * Kneser-Ney). */
AG_API const char *ag_train_model_name(ag_train_model model);

/* A text that was not learnt from, and what the models make of it. All of them score the
 * same `words`: words, punctuation marks and ends of sentences. A word that the n-grams'
 * training text does not have is written <unk> for all models where that text has this word
 * (as WikiText does), and otherwise no model is asked for it. */
typedef struct ag_train_text {
  size_t sentences, words;
  size_t unknown;                                            /* words that training did not have */
  size_t tokens;                                             /* of GPT-2, ends included */
  double nats[AG_TRAIN_MODELS], perplexity[AG_TRAIN_MODELS]; /* exp(nats / words) */
  double truth; /* perplexity of the law that drew the text, over all of its words, unknown ones
                   too; NaN where it is not known */
} ag_train_text;

typedef struct ag_train_epoch {
  double loss;       /* nats a token of the training text, with dropout */
  double perplexity; /* per word, of the text that judges */
  double seconds;    /* since the start */
} ag_train_epoch;

typedef struct ag_train_state ag_train_state; /* the model and its vocabulary */

/* Read only. */
typedef struct ag_train_result {
  ag_train_spec spec;       /* with the sizes that were played; its pointers are borrowed still */
  char *understood;         /* how the corpus was read, in a line; NULL: it is the grammar's */
  size_t sentences, tokens; /* learnt from, a time */
  size_t cut;               /* of them, longer than the context: with `separate` */
  size_t parameters;
  bool marks_unknown;    /* the training text has <unk> */
  size_t epochs;         /* played in full */
  size_t best;           /* of them, from 0 */
  ag_train_epoch *epoch; /* [epochs] */
  ag_train_text judge, held_out;
  double seconds, tokens_per_second; /* of learning */
  bool interrupted;
  ag_train_state *state;
} ag_train_result;

/* Trains. A spec->interrupt before the first epoch has ended is AG_ERROR_INTERRUPTED; later
 * it ends the training, and the best model so far is the result.
 * The same bits for any number of threads on one type of processor.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY, AG_ERROR_INTERRUPTED,
 *   AG_ERROR_INTERNAL. Owner: ag_train_free (NULL is fine). */
AG_API ag_status ag_train_run(const ag_train_spec *spec, ag_train_result **result, ag_error *error);
AG_API void ag_train_free(ag_train_result *result);

/* config.json, model.safetensors, vocab.json and merges.txt into a folder that exists, as
 * Hugging Face's transformers and the generator `gpt2` read them. */
AG_API ag_status ag_train_write(const ag_train_result *result, const char *directory,
                                ag_error *error);

/* The document of `aligngame train --json`; NULL where memory is out. */
AG_API char *ag_train_json(const ag_train_result *result);
/* The learning curve and the models beside each other, as PNG, SVG or PDF by the path's
 * ending. */
AG_API ag_status ag_train_draw(const ag_train_result *result, const char *path, ag_error *error);

#ifdef __cplusplus
}
#endif

#endif
