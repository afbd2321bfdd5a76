/* What a game file says of a gpt2 generator.
 *
 *   model: DIR           a folder in Hugging Face's layout, relative to the game file's. Without
 *                        it the first dataset is learnt by a model of these sizes:
 *   layers: 4, width: 128, heads: 4, context: 64
 *   vocabulary: 2048     the most tokens, learnt as well
 *   start_epochs: 4, start_batch: 16, start_learning_rate: 2e-3
 *                        how; the rate rises over the first twentieth of the steps
 *   epochs: 2, batch: 8  of a fit; the batch in texts
 *   learning_rate: 5e-5  5e-4 without a folder. It falls linearly to zero in each fit,
 *   warm_up: 0           after it has risen over so many steps
 *   weight_decay: 0.01, clip: 1, dropout: 0.1
 *                        clip: the gradient's largest norm, 0 for any
 *   continue: true       a fit begins with the last one's model; false: with the first
 *   temperature: 0.8, top_k: 0, top_p: 1
 *   length: 64           the most tokens of a text, its two ends included
 *   sample_batch: 64     texts written side by side
 *   precision: fastest   or float, half: of matrix products */
#ifndef AG_GENERATOR_TRANSFORMER_GPT2_H
#define AG_GENERATOR_TRANSFORMER_GPT2_H

#include "base/config.h"
#include "base/watch.h"
#include "generator/transformer/bpe.h"
#include "generator/transformer/model_files.h"
#include "generator/transformer/transformer.h"
#include "population/sample.h"

/* Passes over texts. */
typedef struct ag_gpt2_course {
  size_t epochs, batch; /* batch: texts a step */
  double rate;          /* of AdamW */
} ag_gpt2_course;

/* Immutable. */
typedef struct ag_gpt2_settings {
  ag_gpt2_config config; /* vocab_size without a folder: the most tokens to learn */
  ag_safetensors *file;  /* the folder's weights; NULL: start learns the first dataset */
  ag_bpe *bpe;           /* the folder's vocabulary, or NULL */
  ag_gpt2_course start, fit;
  ag_adamw adamw; /* its rate and steps are a course's */
  double dropout;
  bool continues; /* a fit begins with the last one's model, not with the first */
  ag_precision precision;
  ag_token_sampling sampling;
} ag_gpt2_settings;

/* As ag_generator_type's read and free_settings. */
ag_status ag_gpt2_settings_read(ag_node node, void **settings, ag_error *error);
void ag_gpt2_settings_free(void *settings);

/* Adds count texts, which the model writes, to out->texts, and makes them out's items. White
 * space and control characters are single spaces between what they part; bytes that are not
 * UTF-8 are U+FFFD each. A text may be empty. Text i depends on the model, the key and i, and
 * on count through the rounding of products alone.
 * Status: as ag_transformer_sample; AG_ERROR_INTERRUPTED. */
ag_status ag_gpt2_sample(const ag_transformer *model, const ag_bpe *bpe,
                         const ag_token_sampling *settings, size_t count, const ag_random_key *key,
                         const ag_watch *watch, ag_sample *out, ag_error *error);

#endif
