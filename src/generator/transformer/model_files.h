/* A GPT-2 as Hugging Face keeps it: config.json and model.safetensors in a folder. */
#ifndef AG_GENERATOR_TRANSFORMER_MODEL_FILES_H
#define AG_GENERATOR_TRANSFORMER_MODEL_FILES_H

#include <stdint.h>

#include "generator/transformer/weights.h"

/* What config.json says, by its keys. */
#define AG_GPT2_NO_END SIZE_MAX
typedef struct ag_gpt2_config {
  size_t vocab_size, n_positions, n_embd, n_layer, n_head;
  double layer_norm_epsilon;
  double embd_pdrop, attn_pdrop, resid_pdrop; /* shares dropped in training, [0, 1) */
  size_t end; /* bos_token_id and eos_token_id; AG_GPT2_NO_END: not told */
} ag_gpt2_config;

/* GPT-2 124M. */
void ag_gpt2_config_default(ag_gpt2_config *config);

/* Refuses what is no GPT-2: n_embd that n_head does not divide, zeros, sizes beyond
 * 2^24 (vocabulary), 2^20 (positions), 2^16 (width), 2^10 (layers).
 * Status: AG_ERROR_INPUT, without a file. */
ag_status ag_gpt2_config_check(const ag_gpt2_config *config, ag_error *error);

/* Reads a config.json; keys that are not there have Hugging Face's defaults, keys that
 * do not change what is computed are not looked at. Refused: another model_type, another
 * activation than gelu_new (or its other name, gelu_pytorch_tanh), an n_inner that is not
 * 4 n_embd, untied embeddings, cross-attention, attention scaled in another way.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_gpt2_config_read(const char *path, ag_gpt2_config *config, ag_error *error);
/* The same from text [size], called name in errors. */
ag_status ag_gpt2_config_parse(const char *name, const char *text, size_t size,
                               ag_gpt2_config *config, ag_error *error);
/* Status: AG_ERROR_INPUT (ag_gpt2_config_check), AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_gpt2_config_write(const char *path, const ag_gpt2_config *config, ag_error *error);

/* A tensor of the model: its name without the prefix `transformer.`, and its shape.
 * Matrices are [inputs, outputs]; wte is [vocab_size, n_embd] and the output's too. */
enum { AG_GPT2_NAME_SIZE = 48, AG_GPT2_OUTER_TENSORS = 4, AG_GPT2_LAYER_TENSORS = 12 };
typedef struct ag_gpt2_tensor {
  char name[AG_GPT2_NAME_SIZE];
  size_t dimensions, shape[2];
} ag_gpt2_tensor;

/* The model's tensors have a fixed order: wte.weight, wpe.weight, for each layer
 * ln_1.weight, ln_1.bias, attn.c_attn.weight, .bias, attn.c_proj.weight, .bias,
 * ln_2.weight, .bias, mlp.c_fc.weight, .bias, mlp.c_proj.weight, .bias, at last
 * ln_f.weight, ln_f.bias. */
size_t ag_gpt2_tensor_count(const ag_gpt2_config *config);
void ag_gpt2_tensor_at(const ag_gpt2_config *config, size_t index, ag_gpt2_tensor *tensor);

/* The check of open files against a config. Every tensor of the model must be there, with its
 * shape; wte.weight may have more rows than tokens, which are not read; the masks h.N.attn.bias
 * and h.N.attn.masked_bias are passed over; lm_head.weight may be there if it is wte.weight;
 * anything else is refused.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY. Cost: with an lm_head.weight, reading it.
 */
ag_status ag_gpt2_check(const ag_weights *weights, const ag_gpt2_config *config, ag_error *error);
/* value: the elements of tensor number index of checked files. Status: as ag_safetensors_read. */
ag_status ag_gpt2_read(const ag_weights *weights, const ag_gpt2_config *config, size_t index,
                       float *value, ag_error *error);
/* Writes both files into a directory that exists; value [ag_gpt2_tensor_count]: the
 * elements of each tensor. transformers' GPT2LMHeadModel opens the result.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_gpt2_write(const char *directory, const ag_gpt2_config *config,
                        const float *const *value, ag_error *error);

#endif
