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

/* By a name without the prefix. */
static const ag_tensor *find(const ag_safetensors *file, const char *name)
{
  char full[sizeof prefix + AG_GPT2_NAME_SIZE];
  snprintf(full, sizeof full, "%s%s", prefix, name);
  const ag_tensor *tensor = ag_safetensors_find(file, name);
  return tensor ? tensor : ag_safetensors_find(file, full);
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

static ag_status check_tensor(const ag_safetensors *file, const ag_tensor *found,
                              const ag_gpt2_tensor *wanted, ag_error *error)
{
  const char *name = ag_safetensors_name(file);
  char is[AG_TENSOR_DIMENSIONS_MOST * 24], must[64];
  if (!found)
    return ag_fail_at(error, name, 0, 0, NULL, "tensor \"%s\" is missing", wanted->name);
  if (found->type == AG_TENSOR_OTHER)
    return ag_fail_at(error, name, 0, 0, NULL,
                      "tensor \"%s\" is of another type than F32, F16 and BF16", found->name);
  if (found->dimensions == wanted->dimensions &&
      memcmp(found->shape, wanted->shape, wanted->dimensions * sizeof *wanted->shape) == 0)
    return AG_OK;
  format_shape(found->dimensions, found->shape, is, sizeof is);
  format_shape(wanted->dimensions, wanted->shape, must, sizeof must);
  return ag_fail_at(error, name, 0, 0, NULL,
                    "tensor \"%s\" has shape %s where config.json needs %s", found->name, is, must);
}

/* The output's embeddings, where a file has them, must be the input's. */
static ag_status check_head(const ag_safetensors *file, const ag_gpt2_config *config,
                            ag_error *error)
{
  float *value = NULL;
  ag_gpt2_tensor wanted;
  const ag_tensor *head = ag_safetensors_find(file, "lm_head.weight");
  if (!head)
    return AG_OK;
  ag_gpt2_tensor_at(config, 0, &wanted);
  ag_status status = check_tensor(file, head, &wanted, error);
  if (!status)
    status = ag_array_create(head->count, 2 * sizeof *value, &value, error);
  if (!status)
    status = ag_safetensors_read(file, head, value, error);
  if (!status)
    status = ag_gpt2_read(file, config, 0, value + head->count, error);
  if (!status && memcmp(value, value + head->count, head->count * sizeof *value) != 0)
    status = ag_fail_at(error, ag_safetensors_name(file), 0, 0, NULL,
                        "lm_head.weight differs from wte.weight: "
                        "an output of its own is not supported");
  free(value);
  return status;
}

ag_status ag_gpt2_check(const ag_safetensors *file, const ag_gpt2_config *config, ag_error *error)
{
  ag_status status = AG_OK;
  size_t known = 0, wanted_count = ag_gpt2_tensor_count(config);
  for (size_t i = 0; !status && i < wanted_count; i++) {
    ag_gpt2_tensor wanted;
    ag_gpt2_tensor_at(config, i, &wanted);
    status = check_tensor(file, find(file, wanted.name), &wanted, error);
  }
  for (size_t i = 0; !status && i < ag_safetensors_count(file); i++) {
    const char *name = ag_safetensors_at(file, i)->name;
    if (strncmp(name, prefix, sizeof prefix - 1) == 0)
      name += sizeof prefix - 1;
    known += !is_mask(name) && strcmp(name, "lm_head.weight") != 0;
  }
  if (!status && known != wanted_count)
    status = ag_fail_at(error, ag_safetensors_name(file), 0, 0, NULL,
                        "it has %zu tensors where the GPT-2 of config.json has %zu", known,
                        wanted_count);
  return status ? status : check_head(file, config, error);
}

ag_status ag_gpt2_open(const char *directory, ag_gpt2_config *config, ag_safetensors **file,
                       ag_error *error)
{
  char *config_path = ag_path_join(directory, "config.json");
  char *weights_path = ag_path_join(directory, "model.safetensors");
  ag_gpt2_config made;
  ag_safetensors *opened = NULL;
  ag_status status = config_path && weights_path ? AG_OK : ag_fail_memory(error);
  if (!status)
    status = ag_gpt2_config_read(config_path, &made, error);
  if (!status)
    status = ag_safetensors_open(weights_path, &opened, error);
  if (!status)
    status = ag_gpt2_check(opened, &made, error);
  if (!status) {
    *config = made;
    *file = opened;
    opened = NULL;
  }
  ag_safetensors_free(opened);
  free(config_path);
  free(weights_path);
  return status;
}

ag_status ag_gpt2_read(const ag_safetensors *file, const ag_gpt2_config *config, size_t index,
                       float *value, ag_error *error)
{
  ag_gpt2_tensor tensor;
  ag_gpt2_tensor_at(config, index, &tensor);
  return ag_safetensors_read(file, find(file, tensor.name), value, error);
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
