/* The settings of a gpt2 generator. */
#include "generator/transformer/gpt2.h"

#include <math.h>
#include <stdlib.h>

#include "space/kinds.h"

#define AT(member) offsetof(ag_gpt2_settings, member)

static const char *const precisions[] = {"fastest", "float", "half", NULL};

/* The paper's values (theory.md, section 7) where it gives them: epochs, batch, learning
 * rate, temperature. A model of this size, learnt from ten thousand short sentences, needs
 * larger steps than one that has read the web. */
const ag_parameter ag_gpt2_parameters[] = {
    {"model", "a folder in Hugging Face's layout with the first model", AG_PATH,
     .absent = "a small model, which learns the first dataset"},
    {"layers", "of the small model", AG_WHOLE, AT(config.n_layer), .fallback = "4", .low = 1,
     .high = 1024, .without = "model"},
    {"width", "numbers that stand for a token in it", AG_WHOLE, AT(config.n_embd),
     .fallback = "128", .low = 1, .high = 65536, .without = "model"},
    {"heads", "of its attention; they divide the width", AG_WHOLE, AT(config.n_head),
     .fallback = "4", .low = 1, .high = 65536, .without = "model"},
    {"context", "the most that it sees at a time", AG_WHOLE, AT(config.n_positions),
     .unit = "tokens", .fallback = "64", .low = 2, .high = 1 << 20, .without = "model"},
    {"vocabulary", "the most that it learns", AG_WHOLE, AT(config.vocab_size), .unit = "tokens",
     .fallback = "2048", .low = 257, .high = 1 << 24, .without = "model"},
    {"start_epochs", "passes over the first dataset", AG_WHOLE, AT(start.epochs), .fallback = "4",
     .low = 1, .high = 1000000, .without = "model"},
    {"start_batch", "texts a step of them", AG_WHOLE, AT(start.batch), .unit = "texts",
     .fallback = "16", .low = 1, .high = 65536, .without = "model"},
    {"start_learning_rate", "of AdamW then; it rises over the first twentieth of the steps",
     AG_REAL, AT(start.rate), .fallback = "2e-3", .above = true, .high = 10, .without = "model"},
    {"epochs", "passes over the dataset of each fit", AG_WHOLE, AT(fit.epochs), .fallback = "2",
     .low = 1, .high = 1000000},
    {"batch", "texts a step", AG_WHOLE, AT(fit.batch), .unit = "texts", .fallback = "8", .low = 1,
     .high = 65536},
    {"learning_rate", "of AdamW; it falls linearly to zero in each fit", AG_REAL, AT(fit.rate),
     .absent = "5e-5 with model, 5e-4 without", .above = true, .high = 10},
    {"warm_up", "steps over which it rises before", AG_WHOLE, AT(adamw.warm_up), .unit = "steps",
     .fallback = "0", .high = 1000000000},
    {"weight_decay", "of AdamW", AG_REAL, AT(adamw.decay), .fallback = "0.01", .high = 100},
    {"clip", "the gradient's largest norm; 0: any", AG_REAL, AT(adamw.clip), .fallback = "1",
     .high = 1e30},
    {"dropout", "the share of activations left out while it learns", AG_REAL, AT(dropout),
     .fallback = "0.1", .high = 0.99},
    {"continue", "a fit begins with the last one's model, not with the first", AG_FLAG,
     AT(continues), .fallback = "true"},
    {"temperature",
     "each next token is drawn by its probability to the power 1 / temperature; 0: "
     "the likeliest",
     AG_REAL, AT(sampling.temperature), .fallback = "0.8", .high = 1000},
    {"top_k", "likeliest tokens to draw from; 0: all", AG_WHOLE, AT(sampling.top_k),
     .fallback = "0", .high = 1 << 24},
    {"top_p", "share of the probability to draw from, the likeliest tokens first", AG_REAL,
     AT(sampling.top_p), .fallback = "1", .above = true, .high = 1},
    {"length", "the most of a text, its two ends among them, and of the context", AG_WHOLE,
     AT(sampling.length), .unit = "tokens", .fallback = "64", .low = 2, .high = 1 << 20},
    {"sample_batch", "texts written side by side", AG_WHOLE, AT(sampling.batch), .unit = "texts",
     .fallback = "64", .low = 1, .high = 65536},
    {"precision", "of matrix products; fastest: half where the processor is quick at it", AG_WORD,
     AT(precision), .words = precisions, .fallback = "fastest"},
    {0}};

/* ---- a folder ---- */

static ag_status open_folder(ag_node node, ag_gpt2_settings *settings, ag_error *error)
{
  char *folder = NULL;
  ag_error reason = {.status = AG_OK};
  ag_status status = ag_space_resolve_path(node, &folder, error);
  if (status != AG_OK)
    return status;
  status = ag_model_folder_open(folder, &settings->folder, &reason);
  if (status == AG_OK)
    settings->config = settings->folder.config;
  free(folder);
  if (status == AG_ERROR_INPUT && reason.line == 0) /* the game file's mistake */
    return ag_node_fail(node, error, "%s%s%s", reason.file, reason.file[0] ? ": " : "",
                        reason.message);
  if (status != AG_OK && error)
    *error = reason;
  return status;
}

/* ---- all of it ---- */

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

/* What the table has no keys for. */
static void set_rest(ag_gpt2_settings *self, bool folder)
{
  const ag_gpt2_config asked = self->config;
  const ag_adamw adamw = self->adamw;
  ag_gpt2_config_default(&self->config);
  self->config.vocab_size = asked.vocab_size;
  self->config.n_positions = asked.n_positions;
  self->config.n_embd = asked.n_embd;
  self->config.n_layer = asked.n_layer;
  self->config.n_head = asked.n_head;
  self->adamw = ag_adamw_default;
  self->adamw.decay = adamw.decay;
  self->adamw.clip = adamw.clip;
  self->adamw.warm_up = adamw.warm_up;
  if (isnan(self->fit.rate))
    self->fit.rate = folder ? 5e-5 : 5e-4;
}

ag_status ag_gpt2_settings_read(ag_node node, const ag_space *space, void *settings,
                                ag_error *error)
{
  ag_node model = ag_node_find(node, "model");
  ag_status status = AG_OK;
  (void)space;
  set_rest(settings, ag_node_present(model));
  if (ag_node_present(model))
    status = open_folder(model, settings, error);
  if (status == AG_ERROR_INPUT && ag_config_is_shown(node.config))
    return AG_OK; /* it will not be asked */
  return status == AG_OK ? check_numbers(node, settings, error) : status;
}

void ag_gpt2_settings_release(void *settings)
{
  ag_gpt2_settings *self = settings;
  ag_model_folder_close(&self->folder);
}
