/* The vocabulary in a model's folder, as programs leave it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "generator/transformer/bpe_parts.h"
#include "generator/transformer/json_text.h"

/* Tokens beside the vocabulary; their texts are in the JSON document. */
typedef struct added_list {
  json_t *root; /* or NULL */
  ag_bpe_added *token;
  size_t count;
} added_list;

static void free_added(added_list *list)
{
  json_decref(list->root);
  free(list->token);
}

static ag_status add(added_list *list, const char *name, const char *text, const json_t *id,
                     size_t most, ag_error *error)
{
  if (!text || *text == '\0' || !json_is_integer(id) || json_integer_value(id) < 0)
    return ag_fail_at(error, name, 0, 0, NULL, "an added token has no text, or no id");
  if ((uint64_t)json_integer_value(id) < most)
    list->token[list->count++] = (ag_bpe_added){text, (size_t)json_integer_value(id)};
  return AG_OK;
}

/* The list of tokenizer.json, or the object of added_tokens.json. */
static ag_status list_added(const char *name, json_t *from, size_t most, added_list *list,
                            ag_error *error)
{
  const char *text;
  json_t *id;
  size_t count = json_is_array(from) ? json_array_size(from) : json_object_size(from);
  ag_status status = ag_array_create(count, sizeof *list->token, &list->token, error);
  for (size_t i = 0; status == AG_OK && i < json_array_size(from); i++) {
    const json_t *token = json_array_get(from, i);
    status = add(list, name, json_string_value(json_object_get(token, "content")),
                 json_object_get(token, "id"), most, error);
  }
  json_object_foreach(from, text, id)
  {
    if (status == AG_OK)
      status = add(list, name, text, id, most, error);
  }
  return status;
}

/* ---- tokenizer.json ---- */

static ag_status refuse(const char *name, ag_error *error, const char *what)
{
  return ag_fail_at(error, name, 0, 0, NULL, "%s: no other tokenizer than GPT-2's is supported",
                    what);
}

static bool is_null(const json_t *value)
{
  return !value || json_is_null(value);
}

/* ByteLevel, or a sequence of it alone. */
static const json_t *byte_level(const json_t *step)
{
  const json_t *list = json_object_get(step, "pretokenizers");
  if (json_array_size(list) == 1)
    step = json_array_get(list, 0);
  const char *type = json_string_value(json_object_get(step, "type"));
  return type && strcmp(type, "ByteLevel") == 0 ? step : NULL;
}

/* Refuses what would cut words in another way. */
static ag_status check_kind(const char *name, const json_t *root, ag_error *error)
{
  const json_t *model = json_object_get(root, "model");
  const json_t *words = byte_level(json_object_get(root, "pre_tokenizer"));
  const json_t *kind = json_object_get(model, "type");
  const char *type = json_string_value(kind);
  if (!json_is_object(model) || (!is_null(kind) && (!type || strcmp(type, "BPE") != 0)))
    return refuse(name, error, "its model is not BPE");
  if (!is_null(json_object_get(root, "normalizer")))
    return refuse(name, error, "it has a normalizer");
  if (!words)
    return refuse(name, error, "its pre_tokenizer is not ByteLevel");
  if (json_is_true(json_object_get(words, "add_prefix_space")))
    return refuse(name, error, "add_prefix_space is true");
  if (json_is_false(json_object_get(words, "use_regex")))
    return refuse(name, error, "use_regex is false");
  if (json_is_true(json_object_get(model, "ignore_merges")) ||
      json_is_true(json_object_get(model, "byte_fallback")))
    return refuse(name, error, "ignore_merges or byte_fallback is true");
  return AG_OK;
}

static ag_status take_tokenizer(const char *name, json_t *root, size_t most, size_t end,
                                ag_bpe *bpe, ag_error *error)
{
  json_t *model = json_object_get(root, "model");
  added_list added = {.root = NULL};
  ag_status status = check_kind(name, root, error);
  if (!status)
    status = list_added(name, json_object_get(root, "added_tokens"), most, &added, error);
  if (!status)
    status = ag_bpe_take_vocabulary(name, json_object_get(model, "vocab"), added.token, added.count,
                                    bpe, error);
  if (!status)
    status = ag_bpe_take_merges(name, json_object_get(model, "merges"), bpe, error);
  if (!status)
    status = ag_bpe_find_end(name, end, bpe, error);
  free_added(&added);
  return status;
}

ag_status ag_bpe_parse_tokenizer(const ag_bpe_text *tokenizer, size_t most, size_t end,
                                 ag_bpe **bpe, ag_error *error)
{
  ag_bpe *made = NULL;
  json_t *root = NULL;
  ag_status status =
      ag_json_text_parse(tokenizer->name, tokenizer->text, tokenizer->size, &root, error);
  if (!status)
    status = ag_bpe_create(&made, error);
  if (!status)
    status = take_tokenizer(tokenizer->name, root, most, end, made, error);
  json_decref(root);
  if (status)
    ag_bpe_free(made);
  else
    *bpe = made;
  return status;
}

/* ---- a folder ---- */

/* A file of the folder; text NULL: it is not there. */
typedef struct file {
  char *path, *text;
  size_t size;
} file;

static void free_file(file *self)
{
  free(self->path);
  free(self->text);
}

static ag_status read_file(const char *directory, const char *name, file *self, ag_error *error)
{
  *self = (file){.path = ag_path_join(directory, name)};
  if (!self->path)
    return ag_fail_memory(error);
  return ag_path_is_there(self->path)
             ? ag_file_read_regular(self->path, &self->text, &self->size, error)
             : AG_OK;
}

/* The added tokens beside vocab.json. */
static ag_status read_added(const char *directory, size_t most, added_list *list, ag_error *error)
{
  static const char *const names[] = {"added_tokens.json", "tokenizer.json"};
  ag_status status = AG_OK;
  for (size_t i = 0; i < 2 && status == AG_OK && !list->root; i++) {
    file from;
    status = read_file(directory, names[i], &from, error);
    if (status == AG_OK && from.text)
      status = ag_json_text_parse(from.path, from.text, from.size, &list->root, error);
    if (status == AG_OK && list->root)
      status =
          list_added(from.path, i == 0 ? list->root : json_object_get(list->root, "added_tokens"),
                     most, list, error);
    free_file(&from);
  }
  return status;
}

static ag_status parse_pair(const char *directory, const file *words, const file *merges,
                            size_t most, size_t end, ag_bpe **bpe, ag_error *error)
{
  added_list added = {.root = NULL};
  ag_status status = read_added(directory, most, &added, error);
  if (status == AG_OK)
    status = ag_bpe_parse_added(&(ag_bpe_text){words->path, words->text, words->size},
                                &(ag_bpe_text){merges->path, merges->text, merges->size},
                                added.token, added.count, end, bpe, error);
  free_added(&added);
  return status;
}

/* *bpe stays NULL where the folder has none of the pair. */
static ag_status read_pair(const char *directory, const char *const names[2], size_t most,
                           size_t end, ag_bpe **bpe, ag_error *error)
{
  file words = {.path = NULL}, merges = {.path = NULL};
  ag_status status = read_file(directory, names[0], &words, error);
  if (status == AG_OK)
    status = read_file(directory, names[1], &merges, error);
  if (status == AG_OK && words.text && merges.text)
    status = parse_pair(directory, &words, &merges, most, end, bpe, error);
  free_file(&words);
  free_file(&merges);
  return status;
}

/* Nothing whole is there. */
static ag_status fail_missing(const char *directory, ag_error *error)
{
  char *words = ag_path_join(directory, "vocab.json"),
       *merges = ag_path_join(directory, "merges.txt");
  ag_status status = words && merges
                         ? ag_fail_at(error, access(words, F_OK) == 0 ? merges : words, 0, 0, NULL,
                                      "it is not there, and neither is tokenizer.json")
                         : ag_fail_memory(error);
  free(words);
  free(merges);
  return status;
}

static ag_status read_tokenizer(const char *directory, size_t most, size_t end, ag_bpe **bpe,
                                ag_error *error)
{
  file from;
  ag_status status = read_file(directory, "tokenizer.json", &from, error);
  if (status == AG_OK && !from.text)
    status = fail_missing(directory, error);
  if (status == AG_OK)
    status = ag_bpe_parse_tokenizer(&(ag_bpe_text){from.path, from.text, from.size}, most, end, bpe,
                                    error);
  free_file(&from);
  return status;
}

ag_status ag_bpe_read(const char *directory, size_t most, size_t end, ag_bpe **bpe, ag_error *error)
{
  static const char *const pairs[][2] = {{"vocab.json", "merges.txt"},
                                         {"encoder.json", "vocab.bpe"}};
  ag_bpe *made = NULL;
  ag_status status = AG_OK;
  for (size_t i = 0; i < 2 && status == AG_OK && !made; i++)
    status = read_pair(directory, pairs[i], most, end, &made, error);
  if (status == AG_OK && !made)
    status = read_tokenizer(directory, most, end, &made, error);
  if (status == AG_OK)
    *bpe = made;
  return status;
}
