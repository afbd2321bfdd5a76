#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/parts.h"

enum { TENSOR_STEP = 16, MOST = 1 << 30 };

static const struct {
  const char *name;
  size_t rows, columns; /* in widths; rows 0: a vector */
} layer_part[AG_LAYER_PARTS] = {
    [AG_NORM_1] = {"ln_1.weight", 0, 1},
    [AG_NORM_1_BIAS] = {"ln_1.bias", 0, 1},
    [AG_ATTENTION] = {"attn.c_attn.weight", 1, 3},
    [AG_ATTENTION_BIAS] = {"attn.c_attn.bias", 0, 3},
    [AG_ATTENTION_OUT] = {"attn.c_proj.weight", 1, 1},
    [AG_ATTENTION_OUT_BIAS] = {"attn.c_proj.bias", 0, 1},
    [AG_NORM_2] = {"ln_2.weight", 0, 1},
    [AG_NORM_2_BIAS] = {"ln_2.bias", 0, 1},
    [AG_FEED] = {"mlp.c_fc.weight", 1, 4},
    [AG_FEED_BIAS] = {"mlp.c_fc.bias", 0, 4},
    [AG_FEED_OUT] = {"mlp.c_proj.weight", 4, 1},
    [AG_FEED_OUT_BIAS] = {"mlp.c_proj.bias", 0, 1},
};

static ag_status check_config(const ag_transformer_config *c, ag_error *error)
{
  if (c->vocabulary < 1 || c->context < 1 || c->width < 1 || c->layers < 1 || c->heads < 1)
    return ag_fail(error, AG_ERROR_INPUT,
                   "a transformer needs a vocabulary, a context, a width, layers and heads");
  if (c->vocabulary > MOST || c->context > MOST || c->width > MOST / 64 || c->layers > 4096)
    return ag_fail(error, AG_ERROR_INPUT, "a transformer of this size is not supported");
  if (c->width % c->heads != 0)
    return ag_fail(error, AG_ERROR_INPUT, "%zu heads do not divide a width of %zu", c->heads,
                   c->width);
  return AG_OK;
}

/* Appends a tensor; stored_rows may exceed its rows. */
static void add_tensor(ag_transformer *model, size_t rows, size_t columns, size_t stored_rows)
{
  ag_transformer_tensor *t = &model->tensor[model->tensor_count++];
  t->rank = rows ? 2 : 1;
  t->rows = rows ? rows : 1;
  t->columns = columns;
  t->decays = rows > 0;
  t->offset = model->size;
  size_t length = (stored_rows ? stored_rows : 1) * columns;
  model->size += (length + TENSOR_STEP - 1) / TENSOR_STEP * TENSOR_STEP;
}

static void name_tensor(ag_transformer *model, const char *name)
{
  snprintf(model->tensor[model->tensor_count - 1].name, AG_TENSOR_NAME_SIZE, "transformer.%s",
           name);
}

static void make_table(ag_transformer *model)
{
  const ag_transformer_config *c = &model->config;
  add_tensor(model, c->vocabulary, c->width, ag_vocabulary_padded(c));
  name_tensor(model, "wte.weight");
  add_tensor(model, c->context, c->width, c->context);
  name_tensor(model, "wpe.weight");
  for (size_t l = 0; l < c->layers; l++)
    for (size_t p = 0; p < AG_LAYER_PARTS; p++) {
      size_t rows = layer_part[p].rows * c->width;
      add_tensor(model, rows, layer_part[p].columns * c->width, rows);
      snprintf(model->tensor[model->tensor_count - 1].name, AG_TENSOR_NAME_SIZE,
               "transformer.h.%zu.%s", l, layer_part[p].name);
    }
  add_tensor(model, 0, c->width, 0);
  name_tensor(model, "ln_f.weight");
  add_tensor(model, 0, c->width, 0);
  name_tensor(model, "ln_f.bias");
}

static bool takes_half(ag_precision precision)
{
  return precision == AG_PRECISION_HALF ||
         (precision == AG_PRECISION_FASTEST && ag_matmul_prefers_half());
}

static double parameter_count(const ag_transformer_config *c)
{
  double width = (double)c->width, count = (double)(c->vocabulary + c->context) * width + 2 * width;
  for (size_t p = 0; p < AG_LAYER_PARTS; p++) {
    double rows = layer_part[p].rows ? (double)layer_part[p].rows * width : 1;
    count += (double)c->layers * rows * (double)layer_part[p].columns * width;
  }
  return count;
}

ag_status ag_transformer_expect(const ag_transformer_config *config, ag_precision precision,
                                size_t besides, size_t tokens, ag_error *error)
{
  ag_status status = check_config(config, error);
  if (status != AG_OK)
    return status;
  bool half = takes_half(precision);
  double count = parameter_count(config), bytes = count * (double)(besides + (half ? 6 : 4));
  char what[96];
  snprintf(what, sizeof what, "the %.3g parameters of a model and their training", count);
  status = ag_memory_expect(bytes, what, error);
  if (status == AG_OK) /* what fits is counted without overflow */
    status = ag_memory_expect(bytes + (double)ag_transformer_work_bytes(config, half, tokens, true),
                              what, error);
  return status;
}

ag_status ag_transformer_create(const ag_transformer_config *config, ag_precision precision,
                                ag_transformer *model, ag_error *error)
{
  ag_transformer made = {.config = *config};
  ag_status status = check_config(config, error);
  if (status == AG_OK && precision == AG_PRECISION_HALF && !ag_matmul_takes_half())
    status =
        ag_fail(error, AG_ERROR_INPUT,
                "this processor multiplies no bf16 matrices; expected the precision `float` or "
                "`fastest`");
  if (status != AG_OK)
    return status;
  made.half = takes_half(precision);
  size_t tensors = AG_LAYERS_FROM + config->layers * AG_LAYER_PARTS + 2;
  status = ag_array_create(tensors, sizeof *made.tensor, &made.tensor, error);
  if (status != AG_OK)
    goto out;
  make_table(&made);
  status = ag_large_create(made.size, sizeof *made.parameter, &made.parameter, error);
  if (status == AG_OK && made.half)
    status = ag_large_create(made.size, sizeof *made.half_parameter, &made.half_parameter, error);
  if (status != AG_OK)
    goto out;
  memset(made.parameter, 0, made.size * sizeof *made.parameter);
  if (made.half)
    memset(made.half_parameter, 0, made.size * sizeof *made.half_parameter);
out:
  if (status != AG_OK)
    ag_transformer_free(&made);
  else
    *model = made;
  return status;
}

void ag_transformer_free(ag_transformer *model)
{
  free(model->tensor);
  free(model->parameter);
  free(model->half_parameter);
  memset(model, 0, sizeof *model);
}

const ag_transformer_tensor *ag_transformer_find(const ag_transformer *model, const char *name)
{
  for (size_t i = 0; i < model->tensor_count; i++)
    if (strcmp(model->tensor[i].name, name) == 0)
      return &model->tensor[i];
  return NULL;
}

static void fill_normal(float *x, size_t count, double deviation, const ag_random_key *key,
                        uint32_t tensor)
{
  size_t blocks = (count + AG_RANDOM_BLOCK - 1) / AG_RANDOM_BLOCK;
  ag_random_key own = *key; /* a tensor's numbers do not depend on the others' sizes */
  own.seed = ag_random_replicate_seed(key->seed, tensor);
#pragma omp parallel for schedule(static) if (ag_worth_threads(count))
  for (size_t b = 0; b < blocks; b++) {
    double normal[AG_RANDOM_BLOCK];
    size_t first = b * AG_RANDOM_BLOCK;
    size_t n = count - first < AG_RANDOM_BLOCK ? count - first : AG_RANDOM_BLOCK;
    ag_random random = ag_random_at(&own, AG_RANDOM_FIT, (uint32_t)b);
    ag_random_normals(&random, n, normal);
    for (size_t i = 0; i < n; i++)
      x[first + i] = (float)(deviation * normal[i]);
  }
}

/* Which part of a layer a tensor is, or AG_LAYER_PARTS. */
static ag_layer_part part_of(const ag_transformer *model, size_t tensor)
{
  if (tensor < AG_LAYERS_FROM || tensor + 2 >= model->tensor_count)
    return AG_LAYER_PARTS;
  return (ag_layer_part)((tensor - AG_LAYERS_FROM) % AG_LAYER_PARTS);
}

void ag_transformer_randomize(ag_transformer *model, const ag_random_key *key)
{
  double residual = 0.02 / sqrt(2 * (double)model->config.layers);
  for (size_t i = 0; i < model->tensor_count; i++) {
    const ag_transformer_tensor *t = &model->tensor[i];
    float *x = model->parameter + t->offset;
    ag_layer_part part = part_of(model, i);
    bool gain =
        part == AG_NORM_1 || part == AG_NORM_2 || i + 2 == model->tensor_count; /* ln_f.weight */
    bool into_residual = part == AG_ATTENTION_OUT || part == AG_FEED_OUT;
    if (t->rank == 2)
      fill_normal(x, t->rows * t->columns, into_residual ? residual : 0.02, key, (uint32_t)i);
    for (size_t j = 0; t->rank == 1 && j < t->columns; j++)
      x[j] = gain ? 1 : 0;
  }
  ag_transformer_refresh(model);
}

void ag_transformer_refresh(ag_transformer *model)
{
  enum { CHUNK = 1 << 16 };
  const ag_transformer_kernels *kernels = ag_transformer_kernels_get();
  size_t chunks = model->half ? (model->size + CHUNK - 1) / CHUNK : 0;
#pragma omp parallel for schedule(static) if (chunks > 4)
  for (size_t c = 0; c < chunks; c++) {
    size_t first = c * CHUNK, n = model->size - first < CHUNK ? model->size - first : CHUNK;
    kernels->pack(n, model->parameter + first, true, model->half_parameter + first);
  }
}
