/* The model of a training, and its files. */
#include <stdlib.h>
#include <string.h>

#include "archive/train_parts.h"
#include "base/memory.h"
#include "generator/transformer/model_folder.h"

static ag_status learn_words(const ag_train_spec *spec, const char *const *text, size_t count,
                             ag_bpe **bpe, ag_error *error)
{
  size_t *size = NULL;
  ag_status status = ag_array_create(count, sizeof *size, &size, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    size[i] = strlen(text[i]);
  status = ag_bpe_train(text, size, count, spec->vocabulary, bpe, error);
  free(size);
  return status;
}

/* Whether there is memory to train a model of these sizes. */
static ag_status expect_training(const ag_train_spec *spec, const ag_transformer_config *sizes,
                                 ag_error *error)
{
  size_t tokens = spec->batch > sizes->context ? spec->batch : sizes->context;
  return ag_transformer_expect(sizes, AG_PRECISION_FASTEST, AG_LEARN_BYTES, tokens, error);
}

static ag_status open_base(ag_train_spec *spec, ag_train_state *state, ag_error *error)
{
  ag_model_folder folder;
  ag_status status = ag_model_folder_open(spec->base, &folder, error);
  if (status != AG_OK)
    return status;
  spec->layers = folder.config.n_layer;
  spec->width = folder.config.n_embd;
  spec->heads = folder.config.n_head;
  spec->context = folder.config.n_positions;
  ag_transformer_config sizes = {folder.config.vocab_size, spec->context, spec->width, spec->layers,
                                 spec->heads};
  status = expect_training(spec, &sizes, error);
  if (status == AG_OK)
    status = ag_transformer_create(&sizes, AG_PRECISION_FASTEST, &state->model, error);
  if (status == AG_OK)
    status = ag_model_folder_read(&folder, &state->model, error);
  if (status == AG_OK) {
    state->bpe = folder.bpe;
    folder.bpe = NULL;
  }
  ag_model_folder_close(&folder);
  return status;
}

static ag_status make_new(const ag_train_spec *spec, const char *const *text, size_t count,
                          ag_train_state *state, ag_error *error)
{
  const ag_random_key key = {.seed = spec->seed};
  ag_transformer_config sizes = {1, spec->context, spec->width, spec->layers, spec->heads};
  ag_status status = expect_training(spec, &sizes, error); /* however few words there will be */
  if (status == AG_OK)
    status = learn_words(spec, text, count, &state->bpe, error);
  if (status != AG_OK)
    return status;
  sizes.vocabulary = ag_bpe_size(state->bpe);
  status = expect_training(spec, &sizes, error);
  if (status == AG_OK)
    status = ag_transformer_create(&sizes, AG_PRECISION_FASTEST, &state->model, error);
  if (status == AG_OK)
    ag_transformer_randomize(&state->model, &key);
  return status;
}

ag_status ag_train_state_create(ag_train_spec *spec, const char *const *text, size_t count,
                                ag_train_state **state, ag_error *error)
{
  ag_train_state *made = calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a model");
  ag_status status =
      spec->base ? open_base(spec, made, error) : make_new(spec, text, count, made, error);
  if (status == AG_OK) {
    spec->vocabulary = ag_bpe_size(made->bpe);
    *state = made;
  } else
    ag_train_state_free(made);
  return status;
}

void ag_train_state_free(ag_train_state *state)
{
  if (!state)
    return;
  ag_transformer_free(&state->model);
  ag_bpe_free(state->bpe);
  free(state);
}

ag_status ag_train_write(const ag_train_result *result, const char *directory, ag_error *error)
{
  const ag_transformer *model = &result->state->model;
  const float **value = NULL;
  ag_gpt2_config config;
  ag_gpt2_config_default(&config);
  config.vocab_size = model->config.vocabulary;
  config.end = ag_bpe_end(result->state->bpe);
  config.n_positions = model->config.context;
  config.n_embd = model->config.width;
  config.n_layer = model->config.layers;
  config.n_head = model->config.heads;
  config.embd_pdrop = config.attn_pdrop = config.resid_pdrop = result->spec.dropout;
  ag_status status = ag_array_create(model->tensor_count, sizeof *value, &value, error);
  for (size_t i = 0; i < model->tensor_count && status == AG_OK; i++)
    value[i] = model->parameter + model->tensor[i].offset;
  if (status == AG_OK)
    status = ag_gpt2_write(directory, &config, value, error);
  if (status == AG_OK)
    status = ag_bpe_write(result->state->bpe, directory, error);
  free(value);
  return status;
}
