#include "generator/transformer/model_files.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/files.h"

static const char prefix[] = "transformer.";

/* Shapes in units of n_embd; 0: the dimension is not there. */
static const struct layer_tensor {
  const char *name;
  size_t rows, columns;
} layer_tensors[AG_GPT2_LAYER_TENSORS] = {
    {"ln_1.weight", 1, 0},      {"ln_1.bias", 1, 0},          {"attn.c_attn.weight", 1, 3},
    {"attn.c_attn.bias", 3, 0}, {"attn.c_proj.weight", 1, 1}, {"attn.c_proj.bias", 1, 0},
    {"ln_2.weight", 1, 0},      {"ln_2.bias", 1, 0},          {"mlp.c_fc.weight", 1, 4},
    {"mlp.c_fc.bias", 4, 0},    {"mlp.c_proj.weight", 4, 1},  {"mlp.c_proj.bias", 1, 0},
};

size_t ag_gpt2_tensor_count(const ag_gpt2_config *config)
{
  return AG_GPT2_OUTER_TENSORS + AG_GPT2_LAYER_TENSORS * config->n_layer;
}

static void outer_tensor(const char *name, size_t rows, size_t columns, ag_gpt2_tensor *tensor)
{
  *tensor = (ag_gpt2_tensor){.dimensions = columns > 0 ? 2 : 1, .shape = {rows, columns}};
  snprintf(tensor->name, sizeof tensor->name, "%s", name);
}

void ag_gpt2_tensor_at(const ag_gpt2_config *config, size_t index, ag_gpt2_tensor *tensor)
{
  size_t width = config->n_embd, last = ag_gpt2_tensor_count(config) - 2;
  if (index == 0) {
    outer_tensor("wte.weight", config->vocab_size, width, tensor);
  } else if (index == 1) {
    outer_tensor("wpe.weight", config->n_positions, width, tensor);
  } else if (index >= last) {
    outer_tensor(index == last ? "ln_f.weight" : "ln_f.bias", width, 0, tensor);
  } else {
    const struct layer_tensor *kind = &layer_tensors[(index - 2) % AG_GPT2_LAYER_TENSORS];
    outer_tensor("", kind->rows * width, kind->columns * width, tensor);
    snprintf(tensor->name, sizeof tensor->name, "h.%zu.%s", (index - 2) / AG_GPT2_LAYER_TENSORS,
             kind->name);
  }
}

/* h.N.attn.bias and h.N.attn.masked_bias: masks, not parameters. */
static bool is_mask(const char *name)
{
  if (strncmp(name, "h.", 2) != 0)
    return false;
  size_t digits = strspn(name + 2, "0123456789");
  const char *rest = name + 2 + digits;
  return digits > 0 && (strcmp(rest, ".attn.bias") == 0 || strcmp(rest, ".attn.masked_bias") == 0);
}

static void format_shape(size_t dimensions, const size_t *shape, char *text, size_t size)
{
  size_t used = (size_t)snprintf(text, size, "[");
  for (size_t i = 0; i < dimensions && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%zu", i > 0 ? ", " : "", shape[i]);
  if (used < size)
    snprintf(text + used, size - used, "]");
}

static ag_status fail_shape(const ag_weight *found, const ag_gpt2_tensor *wanted, ag_error *error)
{
  char is[AG_TENSOR_DIMENSIONS_MOST * 24], must[64];
  format_shape(found->tensor->dimensions, found->tensor->shape, is, sizeof is);
  format_shape(wanted->dimensions, wanted->shape, must, sizeof must);
  return ag_fail_at(error, ag_safetensors_name(found->file), 0, 0, NULL,
                    "tensor \"%s\" has shape %s where config.json needs %s", found->tensor->name,
                    is, must);
}

/* rows: more of them are fine, which belong to no token. */
static ag_status check_tensor(const ag_weights *weights, const ag_gpt2_tensor *wanted, bool rows,
                              ag_error *error)
{
  const ag_weight *found = ag_weights_find(weights, wanted->name);
  if (!found)
    return ag_fail_at(error, ag_weights_name(weights), 0, 0, NULL, "tensor \"%s\" is missing",
                      wanted->name);
  const ag_tensor *is = found->tensor;
  if (is->type == AG_TENSOR_OTHER)
    return ag_fail_at(error, ag_safetensors_name(found->file), 0, 0, NULL,
                      "tensor \"%s\" is of another type than F32, F16 and BF16", is->name);
  bool same = is->dimensions == wanted->dimensions &&
              (is->shape[0] == wanted->shape[0] || (rows && is->shape[0] > wanted->shape[0])) &&
              (is->dimensions < 2 || is->shape[1] == wanted->shape[1]);
  return same ? AG_OK : fail_shape(found, wanted, error);
}

/* The first rows of a tensor. */
static ag_status read_rows(const ag_weight *weight, const ag_gpt2_tensor *wanted, float *value,
                           ag_error *error)
{
  ag_tensor part = *weight->tensor;
  part.count = wanted->shape[0] * (wanted->dimensions > 1 ? wanted->shape[1] : 1);
  return ag_safetensors_read(weight->file, &part, value, error);
}

static const char head_name[] = "lm_head.weight";

/* The output's embeddings, where a file has them, must be the input's. */
static ag_status check_head(const ag_weights *weights, const ag_gpt2_config *config,
                            ag_error *error)
{
  float *value = NULL;
  ag_gpt2_tensor wanted;
  const ag_weight *head = ag_weights_find(weights, head_name);
  if (!head)
    return AG_OK;
  ag_gpt2_tensor_at(config, 0, &wanted);
  snprintf(wanted.name, sizeof wanted.name, "%s", head_name);
  size_t count = wanted.shape[0] * wanted.shape[1];
  ag_status status = check_tensor(weights, &wanted, true, error);
  if (!status)
    status = ag_array_create(count, 2 * sizeof *value, &value, error);
  if (!status)
    status = read_rows(head, &wanted, value, error);
  if (!status)
    status = ag_gpt2_read(weights, config, 0, value + count, error);
  if (!status && memcmp(value, value + count, count * sizeof *value) != 0)
    status = ag_fail_at(error, ag_weights_name(weights), 0, 0, NULL,
                        "lm_head.weight differs from wte.weight: "
                        "an output of its own is not supported");
  free(value);
  return status;
}

ag_status ag_gpt2_check(const ag_weights *weights, const ag_gpt2_config *config, ag_error *error)
{
  ag_status status = AG_OK;
  size_t known = 0, wanted_count = ag_gpt2_tensor_count(config);
  for (size_t i = 0; !status && i < wanted_count; i++) {
    ag_gpt2_tensor wanted;
    ag_gpt2_tensor_at(config, i, &wanted);
    status = check_tensor(weights, &wanted, i == 0, error);
  }
  for (size_t i = 0; !status && i < ag_weights_count(weights); i++) {
    const char *name = ag_weights_at(weights, i)->name;
    known += !is_mask(name) && strcmp(name, head_name) != 0;
  }
  if (!status && known != wanted_count)
    status = ag_fail_at(error, ag_weights_name(weights), 0, 0, NULL,
                        "it has %zu tensors where the GPT-2 of config.json has %zu", known,
                        wanted_count);
  return status ? status : check_head(weights, config, error);
}

ag_status ag_gpt2_read(const ag_weights *weights, const ag_gpt2_config *config, size_t index,
                       float *value, ag_error *error)
{
  ag_gpt2_tensor tensor;
  ag_gpt2_tensor_at(config, index, &tensor);
  return read_rows(ag_weights_find(weights, tensor.name), &tensor, value, error);
}

typedef char full_name[sizeof prefix + AG_GPT2_NAME_SIZE];

static ag_status write_weights(const char *path, const ag_gpt2_config *config,
                               const float *const *value, ag_error *error)
{
  size_t count = ag_gpt2_tensor_count(config);
  ag_tensor_source *source = NULL;
  full_name *name = NULL;
  ag_status status = ag_array_create(count, sizeof *source, &source, error);
  if (!status)
    status = ag_array_create(count, sizeof *name, &name, error);
  for (size_t i = 0; !status && i < count; i++) {
    ag_gpt2_tensor tensor;
    ag_gpt2_tensor_at(config, i, &tensor);
    snprintf(name[i], sizeof *name, "%s%s", prefix, tensor.name);
    source[i] = (ag_tensor_source){.name = name[i],
                                   .dimensions = tensor.dimensions,
                                   .shape = {tensor.shape[0], tensor.shape[1]},
                                   .value = value[i]};
  }
  if (!status)
    status = ag_safetensors_write(path, source, count, error);
  free(name);
  free(source);
  return status;
}

ag_status ag_gpt2_write(const char *directory, const ag_gpt2_config *config,
                        const float *const *value, ag_error *error)
{
  char *config_path = ag_path_join(directory, "config.json");
  char *weights_path = ag_path_join(directory, "model.safetensors");
  ag_status status = config_path && weights_path ? AG_OK : ag_fail_memory(error);
  if (!status)
    status = ag_gpt2_config_check(config, error);
  if (!status)
    status = ag_gpt2_config_write(config_path, config, error);
  if (!status)
    status = write_weights(weights_path, config, value, error);
  free(config_path);
  free(weights_path);
  return status;
}
