#include "generator/transformer/model_folder.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/memory.h"

void ag_model_folder_close(ag_model_folder *folder)
{
  ag_weights_free(folder->weights);
  ag_bpe_free(folder->bpe);
  free(folder->remark);
  *folder = (ag_model_folder){.weights = NULL};
}

/* The rows of the embedding; 0: it is missing, which the check tells. */
static size_t embedding_rows(const ag_weights *weights)
{
  const ag_weight *found = ag_weights_find(weights, "wte.weight");
  return found && found->tensor->dimensions == 2 ? found->tensor->shape[0] : 0;
}

/* Rows may be padded, so that they are a round number; config.json counts them, or tokens. */
static ag_status check_vocabulary(const char *directory, const ag_model_folder *folder, size_t rows,
                                  ag_error *error)
{
  enum { PADDING_MOST = 1024 };
  size_t tokens = ag_bpe_size(folder->bpe);
  if (rows == 0)
    return AG_OK;
  if (folder->config.vocab_size > rows)
    return ag_fail_at(error, directory, 0, 0, NULL,
                      "config.json has a vocabulary of %zu tokens, wte.weight %zu rows",
                      folder->config.vocab_size, rows);
  if (tokens > rows || rows - tokens > PADDING_MOST || rows > 2 * tokens)
    return ag_fail_at(error, directory, 0, 0, NULL,
                      "the model has %zu tokens (rows of wte.weight), its vocabulary %zu", rows,
                      tokens);
  return AG_OK;
}

static ag_status check_epsilon(const char *path, const ag_gpt2_config *config, ag_error *error)
{
  if (config->layer_norm_epsilon == 1e-5)
    return AG_OK;
  return ag_fail_at(error, path, 0, 0, NULL, "layer_norm_epsilon is %g, expected 1e-05 as in GPT-2",
                    config->layer_norm_epsilon);
}

static ag_status say(const ag_model_folder *folder, size_t rows, size_t told, char **remark,
                     ag_error *error)
{
  char padding[96] = "", ends[96] = "";
  size_t tokens = ag_bpe_size(folder->bpe), end = ag_bpe_end(folder->bpe), size;
  size_t files = ag_weights_file_count(folder->weights);
  const char *name = ag_bpe_token(folder->bpe, (uint32_t)end, &size);
  if (rows > tokens)
    snprintf(padding, sizeof padding, " (%zu more rows belong to none and are left out)",
             rows - tokens);
  if (told != AG_GPT2_NO_END && told != end)
    snprintf(ends, sizeof ends, " (config.json has %zu, which is %s)", told,
             told < tokens ? "a part of words" : "no token");
  int length = asprintf(remark,
                        "%zu layers of width %zu from %zu file%s, %zu tokens%s; a text ends with "
                        "%.*s, token %zu%s",
                        folder->config.n_layer, folder->config.n_embd, files, files == 1 ? "" : "s",
                        tokens, padding, (int)size, name, end, ends);
  if (length < 0)
    *remark = NULL;
  return *remark ? AG_OK : ag_fail_memory(error);
}

static ag_status open_folder(const char *directory, const char *config, ag_model_folder *made,
                             ag_error *error)
{
  ag_status status = ag_gpt2_config_read(config, &made->config, error);
  size_t told = made->config.end, rows = 0;
  if (status == AG_OK)
    status = check_epsilon(config, &made->config, error);
  if (status == AG_OK)
    status = ag_weights_open(directory, &made->weights, error);
  if (status == AG_OK) {
    rows = embedding_rows(made->weights);
    status = ag_bpe_read(directory, rows > 0 ? rows : SIZE_MAX, told, &made->bpe, error);
  }
  if (status == AG_OK)
    status = check_vocabulary(directory, made, rows, error);
  if (status == AG_OK) {
    made->config.vocab_size = ag_bpe_size(made->bpe);
    made->config.end = ag_bpe_end(made->bpe);
    status = ag_gpt2_check(made->weights, &made->config, error);
  }
  return status == AG_OK ? say(made, rows, told, &made->remark, error) : status;
}

ag_status ag_model_folder_open(const char *directory, ag_model_folder *folder, ag_error *error)
{
  ag_model_folder made = {.weights = NULL};
  char *config = ag_path_join(directory, "config.json");
  ag_status status = config ? open_folder(directory, config, &made, error) : ag_fail_memory(error);
  free(config);
  if (status == AG_OK)
    *folder = made;
  else
    ag_model_folder_close(&made);
  return status;
}

/* The order of tensors is that of the files. */
ag_status ag_model_folder_read(const ag_model_folder *folder, ag_transformer *model,
                               ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < model->tensor_count && status == AG_OK; i++)
    status = ag_gpt2_read(folder->weights, &folder->config, i,
                          model->parameter + model->tensor[i].offset, error);
  if (status == AG_OK)
    ag_transformer_refresh(model);
  return status;
}
