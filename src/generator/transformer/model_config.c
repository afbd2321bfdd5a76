#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "generator/transformer/json_text.h"
#include "generator/transformer/model_files.h"
#include "base/files.h"

void ag_gpt2_config_default(ag_gpt2_config *config)
{
  *config = (ag_gpt2_config){.vocab_size = 50257,
                             .n_positions = 1024,
                             .n_embd = 768,
                             .n_layer = 12,
                             .n_head = 12,
                             .layer_norm_epsilon = 1e-5,
                             .embd_pdrop = 0.1,
                             .attn_pdrop = 0.1,
                             .resid_pdrop = 0.1,
                             .end = AG_GPT2_NO_END};
}

/* The keys with a size, and how large it may be: products of them stay far below 2^63. */
static const struct size_key {
  const char *name;
  size_t offset, most;
} size_keys[] = {
    {"vocab_size", offsetof(ag_gpt2_config, vocab_size), 1 << 24},
    {"n_positions", offsetof(ag_gpt2_config, n_positions), 1 << 20},
    {"n_embd", offsetof(ag_gpt2_config, n_embd), 1 << 16},
    {"n_layer", offsetof(ag_gpt2_config, n_layer), 1 << 10},
    {"n_head", offsetof(ag_gpt2_config, n_head), 1 << 16},
};

/* The keys with a real number, in (least, most) or [least, most). */
static const struct real_key {
  const char *name;
  size_t offset;
  bool positive;
} real_keys[] = {
    {"layer_norm_epsilon", offsetof(ag_gpt2_config, layer_norm_epsilon), true},
    {"embd_pdrop", offsetof(ag_gpt2_config, embd_pdrop), false},
    {"attn_pdrop", offsetof(ag_gpt2_config, attn_pdrop), false},
    {"resid_pdrop", offsetof(ag_gpt2_config, resid_pdrop), false},
};

/* The keys that would make another model, and what they must be where they are there. */
static const struct flag_key {
  const char *name;
  bool value;
} flag_keys[] = {
    {"tie_word_embeddings", true},
    {"scale_attn_weights", true},
    {"scale_attn_by_inverse_layer_idx", false},
    {"add_cross_attention", false},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

ag_status ag_gpt2_config_check(const ag_gpt2_config *config, ag_error *error)
{
  for (size_t i = 0; i < COUNT(size_keys); i++) {
    size_t value = *(const size_t *)((const char *)config + size_keys[i].offset);
    if (value < 1 || value > size_keys[i].most)
      return ag_fail(error, AG_ERROR_INPUT, "%s is %zu; it must be in 1 … %zu", size_keys[i].name,
                     value, size_keys[i].most);
  }
  if (config->n_embd % config->n_head != 0)
    return ag_fail(error, AG_ERROR_INPUT, "n_embd, %zu, is not a multiple of n_head, %zu",
                   config->n_embd, config->n_head);
  for (size_t i = 0; i < COUNT(real_keys); i++) {
    double value = *(const double *)((const char *)config + real_keys[i].offset);
    if (!(value >= 0 && value < 1) || (real_keys[i].positive && value == 0))
      return ag_fail(error, AG_ERROR_INPUT, "%s is %g; it must be in %s0, 1)", real_keys[i].name,
                     value, real_keys[i].positive ? "(" : "[");
  }
  return AG_OK;
}

/* NULL and absent are the same. */
static const json_t *find(const json_t *root, const char *key)
{
  const json_t *value = json_object_get(root, key);
  return json_is_null(value) ? NULL : value;
}

static ag_status refuse(const char *name, ag_error *error, const char *key, const char *what)
{
  return ag_fail_at(error, name, 0, 0, NULL, "%s %s", key, what);
}

static ag_status read_numbers(const char *name, const json_t *root, ag_gpt2_config *config,
                              ag_error *error)
{
  for (size_t i = 0; i < COUNT(size_keys); i++) {
    const json_t *value = find(root, size_keys[i].name);
    if (value && (!json_is_integer(value) || json_integer_value(value) < 0))
      return refuse(name, error, size_keys[i].name, "is not a whole number");
    if (value)
      *(size_t *)((char *)config + size_keys[i].offset) = (size_t)json_integer_value(value);
  }
  for (size_t i = 0; i < COUNT(real_keys); i++) {
    const json_t *value = find(root, real_keys[i].name);
    if (value && !json_is_number(value))
      return refuse(name, error, real_keys[i].name, "is not a number");
    if (value)
      *(double *)((char *)config + real_keys[i].offset) = json_number_value(value);
  }
  return AG_OK;
}

/* Refuses what ag_gpt2_config cannot say. */
static ag_status check_kind(const char *name, const json_t *root, const ag_gpt2_config *config,
                            ag_error *error)
{
  const json_t *type = find(root, "model_type"), *inner = find(root, "n_inner");
  const json_t *activation = find(root, "activation_function");
  if (type && (!json_is_string(type) || strcmp(json_string_value(type), "gpt2") != 0))
    return refuse(name, error, "model_type", "is not gpt2: no other architecture is supported");
  if (!type && !find(root, "n_embd"))
    return refuse(name, error, "model_type",
                  "and n_embd are missing: it does not describe a GPT-2");
  const char *word = activation ? json_string_value(activation) : "gelu_new";
  if (!word || (strcmp(word, "gelu_new") != 0 && strcmp(word, "gelu_pytorch_tanh") != 0))
    return refuse(name, error, "activation_function", "is not gelu_new: no other is supported");
  if (inner &&
      (!json_is_integer(inner) || json_integer_value(inner) != (json_int_t)(4 * config->n_embd)))
    return refuse(name, error, "n_inner", "is not 4 n_embd: no other width is supported");
  for (size_t i = 0; i < COUNT(flag_keys); i++) {
    const json_t *value = find(root, flag_keys[i].name);
    if (value && !json_is_boolean(value))
      return refuse(name, error, flag_keys[i].name, "is neither true nor false");
    if (value && json_is_true(value) != flag_keys[i].value)
      return refuse(name, error, flag_keys[i].name,
                    flag_keys[i].value ? "is false: only true is supported"
                                       : "is true: only false is supported");
  }
  return AG_OK;
}

static ag_status read_root(const char *name, const json_t *root, ag_gpt2_config *config,
                           ag_error *error)
{
  ag_error reason;
  if (!json_is_object(root))
    return ag_fail_at(error, name, 0, 0, NULL, "it is not a JSON object");
  const json_t *end = find(root, "eos_token_id");
  ag_status status = read_numbers(name, root, config, error);
  if (json_is_integer(end) && json_integer_value(end) >= 0)
    config->end = (size_t)json_integer_value(end);
  if (!status && ag_gpt2_config_check(config, &reason))
    status = ag_fail_at(error, name, 0, 0, NULL, "%s", reason.message);
  return status ? status : check_kind(name, root, config, error);
}

ag_status ag_gpt2_config_parse(const char *name, const char *text, size_t size,
                               ag_gpt2_config *config, ag_error *error)
{
  json_t *root = NULL;
  ag_gpt2_config made;
  ag_gpt2_config_default(&made);
  ag_status status = ag_json_text_parse(name, text, size, &root, error);
  if (!status)
    status = read_root(name, root, &made, error);
  json_decref(root);
  if (!status)
    *config = made;
  return status;
}

ag_status ag_gpt2_config_read(const char *path, ag_gpt2_config *config, ag_error *error)
{
  char *text;
  size_t size;
  ag_status status = ag_file_read_regular(path, &text, &size, error);
  if (status)
    return status;
  status = ag_gpt2_config_parse(path, text, size, config, error);
  free(text);
  return status;
}

/* The shortest text of a real number that reads back as the same. */
static void write_real(FILE *stream, const char *key, double value)
{
  char text[32];
  for (int digits = 1; digits <= 17; digits++) {
    double again;
    int length = snprintf(text, sizeof text, "%.*g", digits, value);
    if (ag_text_real(text, (size_t)length, &again) == AG_NUMBER_OK && again == value)
      break;
  }
  fprintf(stream, "  \"%s\": %s,\n", key, text);
}

ag_status ag_gpt2_config_write(const char *path, const ag_gpt2_config *config, ag_error *error)
{
  ag_draft draft;
  ag_status status = ag_gpt2_config_check(config, error);
  if (!status)
    status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  FILE *stream = draft.stream;
  fputs("{\n  \"architectures\": [\"GPT2LMHeadModel\"],\n  \"model_type\": \"gpt2\",\n"
        "  \"activation_function\": \"gelu_new\",\n",
        stream);
  for (size_t i = 0; i < COUNT(size_keys); i++)
    fprintf(stream, "  \"%s\": %zu,\n", size_keys[i].name,
            *(const size_t *)((const char *)config + size_keys[i].offset));
  for (size_t i = 0; i < COUNT(real_keys); i++)
    write_real(stream, real_keys[i].name,
               *(const double *)((const char *)config + real_keys[i].offset));
  if (config->end != AG_GPT2_NO_END)
    fprintf(stream, "  \"bos_token_id\": %zu,\n  \"eos_token_id\": %zu,\n", config->end,
            config->end);
  fputs(
      "  \"n_inner\": null,\n  \"tie_word_embeddings\": true,\n  \"torch_dtype\": \"float32\"\n}\n",
      stream);
  return ag_draft_publish(&draft, error);
}
