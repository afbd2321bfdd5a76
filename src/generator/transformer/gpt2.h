/* The settings of a gpt2 generator, and how it writes. */
#ifndef AG_GENERATOR_TRANSFORMER_GPT2_H
#define AG_GENERATOR_TRANSFORMER_GPT2_H

#include "base/parameter.h"
#include "base/watch.h"
#include "generator/transformer/bpe.h"
#include "generator/transformer/model_folder.h"
#include "generator/transformer/transformer.h"
#include "population/sample.h"
#include "space/space.h"

/* Passes over texts. */
typedef struct ag_gpt2_course {
  size_t epochs, batch; /* batch: texts a step */
  double rate;          /* of AdamW */
} ag_gpt2_course;

/* Immutable. */
typedef struct ag_gpt2_settings {
  ag_gpt2_config config;  /* vocab_size without a folder: the most tokens to learn */
  ag_model_folder folder; /* {0}: start learns the first dataset */
  ag_gpt2_course start, fit;
  ag_adamw adamw; /* its rate and steps are a course's */
  double dropout;
  bool continues; /* a fit begins with the last one's model, not with the first */
  ag_precision precision;
  ag_token_sampling sampling;
} ag_gpt2_settings;

/* As ag_generator_type's parameters, read and release. */
extern const ag_parameter ag_gpt2_parameters[];
ag_status ag_gpt2_settings_read(ag_node node, const ag_space *space, void *settings,
                                ag_error *error);
void ag_gpt2_settings_release(void *settings);

/* Adds count texts, which the model writes, to out->texts, and makes them out's items. White
 * space and control characters are single spaces between what they part; bytes that are not
 * UTF-8 are U+FFFD each. A text may be empty. cut: how many were as long as they may be and had
 * not ended. Text i depends on the model, the key and i, and
 * on count through the rounding of products alone.
 * Status: as ag_transformer_sample; AG_ERROR_INTERRUPTED. */
ag_status ag_gpt2_sample(const ag_transformer *model, const ag_bpe *bpe,
                         const ag_token_sampling *settings, size_t count, const ag_random_key *key,
                         const ag_watch *watch, ag_sample *out, size_t *cut, ag_error *error);

#endif
