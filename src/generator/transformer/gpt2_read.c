/* The settings of a gpt2 generator. */
#include "generator/transformer/gpt2.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/kinds.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PLACE(member) offsetof(ag_gpt2_settings, member)

typedef struct integer_key {
  const char *key, *what;
  size_t place; /* of a size_t in the settings */
  long long least, most;
  bool of_start; /* not for a folder's model */
} integer_key;

typedef struct real_key {
  const char *key, *what;
  size_t place;
  double least, most;
  bool above; /* the least itself is refused */
  bool of_start;
} real_key;

static const integer_key integer_keys[] = {
    {"epochs", "the epochs", PLACE(fit.epochs), 1, 1000000, false},
    {"batch", "the batch", PLACE(fit.batch), 1, 65536, false},
    {"warm_up", "the steps to warm up", PLACE(adamw.warm_up), 0, 1000000000, false},
    {"top_k", "top_k", PLACE(sampling.top_k), 0, 1 << 24, false},
    {"length", "the length in tokens", PLACE(sampling.length), 2, 1 << 20, false},
    {"sample_batch", "the batch for sampling", PLACE(sampling.batch), 1, 65536, false},
    {"layers", "the layers", PLACE(config.n_layer), 1, 1024, true},
    {"width", "the width", PLACE(config.n_embd), 1, 65536, true},
    {"heads", "the heads", PLACE(config.n_head), 1, 65536, true},
    {"context", "the context", PLACE(config.n_positions), 2, 1 << 20, true},
    {"vocabulary", "the vocabulary", PLACE(config.vocab_size), 257, 1 << 24, true},
    {"start_epochs", "the epochs of the start", PLACE(start.epochs), 1, 1000000, true},
    {"start_batch", "the batch of the start", PLACE(start.batch), 1, 65536, true},
};

static const real_key real_keys[] = {
    {"learning_rate", "the learning rate", PLACE(fit.rate), 0, 10, true, false},
    {"start_learning_rate", "the learning rate of the start", PLACE(start.rate), 0, 10, true, true},
    {"weight_decay", "the weight decay", PLACE(adamw.decay), 0, 100, false, false},
    {"clip", "the largest gradient", PLACE(adamw.clip), 0, 1e30, false, false},
    {"dropout", "the dropout", PLACE(dropout), 0, 0.99, false, false},
    {"temperature", "the temperature", PLACE(sampling.temperature), 0, 1000, false, false},
    {"top_p", "top_p", PLACE(sampling.top_p), 0, 1, true, false},
};

static const char *const other_keys[] = {"model", "continue", "precision"};

/* The paper's values (theory.md, section 7) where it gives them: epochs, batch, learning
 * rate, temperature. A model of this size, learnt from ten thousand short sentences, needs
 * larger steps than one that has read the web. */
static ag_gpt2_settings defaults(bool folder)
{
  ag_gpt2_settings made = {.start = {.epochs = 4, .batch = 16, .rate = 2e-3},
                           .fit = {.epochs = 2, .batch = 8, .rate = folder ? 5e-5 : 5e-4},
                           .adamw = ag_adamw_default,
                           .dropout = 0.1,
                           .continues = true,
                           .sampling = {.temperature = 0.8, .top_p = 1, .batch = 64, .length = 64}};
  ag_gpt2_config_default(&made.config);
  made.config.vocab_size = 2048;
  made.config.n_positions = 64;
  made.config.n_embd = 128;
  made.config.n_layer = 4;
  made.config.n_head = 4;
  return made;
}

static ag_status expect_keys(ag_node node, ag_error *error)
{
  const char *known[COUNT(integer_keys) + COUNT(real_keys) + COUNT(other_keys)];
  size_t count = 0;
  for (size_t i = 0; i < COUNT(other_keys); i++)
    known[count++] = other_keys[i];
  for (size_t i = 0; i < COUNT(integer_keys); i++)
    known[count++] = integer_keys[i].key;
  for (size_t i = 0; i < COUNT(real_keys); i++)
    known[count++] = real_keys[i].key;
  return ag_node_expect_keys(node, "a gpt2 generator", known, count, error);
}

/* What a folder's model has decided already. */
static ag_status check_place(ag_node node, const char *key, bool of_start, bool folder,
                             ag_error *error)
{
  if (!folder || !of_start)
    return AG_OK;
  return ag_node_fail(node, error,
                      "`%s` is for a model that is learnt from the first dataset; with `model` "
                      "the folder decides",
                      key);
}

static ag_status read_integer(ag_node node, const integer_key *key, bool folder, void *settings,
                              ag_error *error)
{
  ag_node value = ag_node_find(node, key->key);
  long long read;
  if (!ag_node_present(value))
    return AG_OK;
  ag_status status = check_place(value, key->key, key->of_start, folder, error);
  if (status == AG_OK)
    status = ag_node_integer(value, key->what, key->least, key->most, &read, error);
  if (status == AG_OK)
    *(size_t *)((char *)settings + key->place) = (size_t)read;
  return status;
}

static ag_status read_real(ag_node node, const real_key *key, bool folder, void *settings,
                           ag_error *error)
{
  ag_node value = ag_node_find(node, key->key);
  double read;
  if (!ag_node_present(value))
    return AG_OK;
  ag_status status = check_place(value, key->key, key->of_start, folder, error);
  if (status == AG_OK)
    status = ag_node_real(value, key->what, &read, error);
  if (status != AG_OK)
    return status;
  bool low = key->above ? read <= key->least : read < key->least;
  if (low || read > key->most)
    return ag_node_fail(value, error, "%s is %g, expected %s %g to %g", key->what, read,
                        key->above ? "above" : "from", key->least, key->most);
  *(double *)((char *)settings + key->place) = read;
  return AG_OK;
}

static ag_status read_precision(ag_node node, ag_precision *precision, ag_error *error)
{
  static const char *const names[] = {"fastest", "float", "half"};
  const char *name;
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_text(node, "the precision", &name, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < COUNT(names); i++)
    if (strcmp(names[i], name) == 0) {
      *precision = (ag_precision)i;
      return AG_OK;
    }
  const char *near = ag_nearest_name(name, names, COUNT(names));
  return ag_node_fail(node, error, "unknown precision `%s`%s%s%s; there are: fastest, float, half",
                      name, near ? ", did you mean `" : "", near ? near : "", near ? "`?" : "");
}

/* ---- a folder ---- */

/* What the core computes, of all that config.json may say. */
static ag_status check_model(const ag_gpt2_settings *settings, const char *folder, ag_error *error)
{
  const ag_gpt2_config *config = &settings->config;
  if (config->layer_norm_epsilon != 1e-5)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s/config.json: layer_norm_epsilon is %g, expected 1e-05 as in GPT-2", folder,
                   config->layer_norm_epsilon);
  if (config->vocab_size != ag_bpe_size(settings->bpe))
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s: config.json has a vocabulary of %zu tokens, vocab.json one of %zu", folder,
                   config->vocab_size, ag_bpe_size(settings->bpe));
  return AG_OK;
}

static ag_status open_folder(ag_node node, ag_gpt2_settings *settings, ag_error *error)
{
  char *folder = NULL;
  ag_error reason = {.status = AG_OK};
  ag_status status = ag_space_resolve_path(node, &folder, error);
  if (status != AG_OK)
    return status;
  status = ag_gpt2_open(folder, &settings->config, &settings->file, &reason);
  if (status == AG_OK)
    status = ag_bpe_read(folder, &settings->bpe, &reason);
  if (status == AG_OK)
    status = check_model(settings, folder, &reason);
  free(folder);
  if (status == AG_ERROR_INPUT && reason.line == 0) /* the game file's mistake */
    return ag_node_fail(node, error, "%s%s%s", reason.file, reason.file[0] ? ": " : "",
                        reason.message);
  if (status != AG_OK && error)
    *error = reason;
  return status;
}

/* ---- all of it ---- */

static ag_status read_numbers(ag_node node, bool folder, ag_gpt2_settings *settings,
                              ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < COUNT(integer_keys) && status == AG_OK; i++)
    status = read_integer(node, &integer_keys[i], folder, settings, error);
  for (size_t i = 0; i < COUNT(real_keys) && status == AG_OK; i++)
    status = read_real(node, &real_keys[i], folder, settings, error);
  return status;
}

/* What one number says of another. */
static ag_status check_numbers(ag_node node, ag_gpt2_settings *settings, ag_error *error)
{
  const ag_gpt2_config *config = &settings->config;
  ag_token_sampling *sampling = &settings->sampling;
  ag_node length = ag_node_find(node, "length"), heads = ag_node_find(node, "heads");
  if (config->n_embd % config->n_head != 0)
    return ag_node_fail(ag_node_present(heads) ? heads : node, error,
                        "%zu heads do not divide a width of %zu", config->n_head, config->n_embd);
  if (sampling->length > config->n_positions && ag_node_present(length))
    return ag_node_fail(length, error, "the length is %zu, but the model's context is %zu tokens",
                        sampling->length, config->n_positions);
  if (sampling->length > config->n_positions)
    sampling->length = config->n_positions;
  if (sampling->length < 2)
    return ag_node_fail(node, error, "a model with a context of one token cannot write");
  return AG_OK;
}

ag_status ag_gpt2_settings_read(ag_node node, void **settings, ag_error *error)
{
  ag_node model = ag_node_find(node, "model"), continues = ag_node_find(node, "continue");
  bool folder = ag_node_present(model);
  ag_gpt2_settings read = defaults(folder), *made = NULL;
  ag_status status = ag_node_present(node) ? expect_keys(node, error) : AG_OK;
  if (status == AG_OK)
    status = read_numbers(node, folder, &read, error);
  if (status == AG_OK && ag_node_present(continues))
    status = ag_node_bool(continues, "continue", &read.continues, error);
  if (status == AG_OK)
    status = read_precision(ag_node_find(node, "precision"), &read.precision, error);
  if (status == AG_OK && folder)
    status = open_folder(model, &read, error);
  if (status == AG_OK)
    status = check_numbers(node, &read, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK) {
    ag_safetensors_free(read.file);
    ag_bpe_free(read.bpe);
    return status;
  }
  *made = read;
  *settings = made;
  return AG_OK;
}

void ag_gpt2_settings_free(void *settings)
{
  ag_gpt2_settings *self = settings;
  if (!self)
    return;
  ag_safetensors_free(self->file);
  ag_bpe_free(self->bpe);
  free(self);
}
