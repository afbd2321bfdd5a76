#include "generator/transformer/weights.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "generator/transformer/json_text.h"

enum { FILES_MOST = 1024 };

struct ag_weights {
  char *name;
  size_t file_count;
  ag_safetensors **file; /* [file_count] */
  size_t count;
  ag_weight *weight; /* [count] by name */
};

static const char *strip(const char *name)
{
  static const char *const prefixes[] = {"module.", "_orig_mod.", "transformer."};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes;) {
    size_t length = strlen(prefixes[i]);
    bool found = strncmp(name, prefixes[i], length) == 0;
    name += found ? length : 0;
    i = found ? 0 : i + 1;
  }
  return name;
}

static int compare(const void *a, const void *b)
{
  return strcmp(((const ag_weight *)a)->name, ((const ag_weight *)b)->name);
}

static ag_status list_tensors(ag_weights *self, ag_error *error)
{
  size_t all = 0;
  for (size_t f = 0; f < self->file_count; f++)
    all += ag_safetensors_count(self->file[f]);
  ag_status status = ag_array_create(all, sizeof *self->weight, &self->weight, error);
  for (size_t f = 0; f < self->file_count && status == AG_OK; f++)
    for (size_t i = 0; i < ag_safetensors_count(self->file[f]); i++) {
      const ag_tensor *tensor = ag_safetensors_at(self->file[f], i);
      self->weight[self->count++] = (ag_weight){strip(tensor->name), tensor, self->file[f]};
    }
  if (status != AG_OK || self->count == 0)
    return status;
  qsort(self->weight, self->count, sizeof *self->weight, compare);
  for (size_t i = 1; i < self->count; i++)
    if (strcmp(self->weight[i - 1].name, self->weight[i].name) == 0)
      return ag_fail_at(error, self->name, 0, 0, NULL, "tensors \"%s\" and \"%s\" are both \"%s\"",
                        self->weight[i - 1].tensor->name, self->weight[i].tensor->name,
                        self->weight[i].name);
  return AG_OK;
}

/* The number of an open file, opened now if need be. */
static ag_status open_shard(ag_weights *self, const char *directory, const char *name,
                            size_t *number, ag_error *error)
{
  if (strchr(name, '/') || self->file_count == FILES_MOST)
    return ag_fail_at(error, self->name, 0, 0, NULL,
                      "\"%s\" is no file of the same folder, or one of too many", name);
  char *path = ag_path_join(directory, name);
  ag_status status = path ? AG_OK : ag_fail_memory(error);
  for (*number = 0; status == AG_OK && *number < self->file_count; ++*number)
    if (strcmp(ag_safetensors_name(self->file[*number]), path) == 0)
      break;
  if (status == AG_OK && *number == self->file_count) {
    status = ag_safetensors_open(path, &self->file[*number], error);
    self->file_count += status == AG_OK;
  }
  free(path);
  return status;
}

static ag_status open_shards(ag_weights *self, const char *directory, const json_t *root,
                             ag_error *error)
{
  json_t *map = json_object_get(root, "weight_map"), *value;
  const char *name;
  ag_status status = ag_array_create(FILES_MOST, sizeof(ag_safetensors *), &self->file, error);
  if (status == AG_OK && json_object_size(map) == 0)
    status = ag_fail_at(error, self->name, 0, 0, NULL, "it has no weight_map");
  json_object_foreach(map, name, value)
  {
    size_t number = 0;
    if (status != AG_OK)
      break;
    if (!json_is_string(value))
      return ag_fail_at(error, self->name, 0, 0, NULL, "tensor \"%s\" has no file", name);
    status = open_shard(self, directory, json_string_value(value), &number, error);
    if (status == AG_OK && !ag_safetensors_find(self->file[number], name))
      status = ag_fail_at(error, self->name, 0, 0, NULL, "%s does not have tensor \"%s\"",
                          json_string_value(value), name);
  }
  return status;
}

/* What to say of a folder without safetensors. */
static ag_status fail_missing(const char *directory, const char *path, ag_error *error)
{
  char *other = ag_path_join(directory, "pytorch_model.bin");
  bool pickled = other && access(other, F_OK) == 0;
  free(other);
  return ag_fail_at(error, path, 0, 0, NULL,
                    pickled ? "it is not there, but pytorch_model.bin is: save the model with "
                              "safe_serialization=True"
                            : "it is not there, and neither is model.safetensors.index.json");
}

static ag_status open_index(ag_weights *self, const char *directory, const char *single,
                            ag_error *error)
{
  json_t *root = NULL;
  self->name = ag_path_join(directory, "model.safetensors.index.json");
  if (!self->name)
    return ag_fail_memory(error);
  if (!ag_path_is_there(self->name))
    return fail_missing(directory, single, error);
  ag_status status = ag_json_text_read(self->name, &root, error);
  if (status == AG_OK)
    status = open_shards(self, directory, root, error);
  json_decref(root);
  return status;
}

static ag_status take_file(ag_weights *self, ag_safetensors *file, ag_error *error)
{
  ag_status status = ag_array_create(1, sizeof(ag_safetensors *), &self->file, error);
  if (status != AG_OK) {
    ag_safetensors_free(file);
    return status;
  }
  self->file[self->file_count++] = file;
  self->name = ag_text_copy(ag_safetensors_name(file));
  return self->name ? AG_OK : ag_fail_memory(error);
}

/* *weights is what was made, or that is freed. */
static ag_status hand_over(ag_weights *made, ag_status status, ag_weights **weights,
                           ag_error *error)
{
  if (status == AG_OK)
    status = list_tensors(made, error);
  if (status == AG_OK)
    *weights = made;
  else
    ag_weights_free(made);
  return status;
}

ag_status ag_weights_of(ag_safetensors *file, ag_weights **weights, ag_error *error)
{
  ag_weights *made = calloc(1, sizeof *made);
  if (!made) {
    ag_safetensors_free(file);
    return ag_fail_memory(error);
  }
  return hand_over(made, take_file(made, file, error), weights, error);
}

ag_status ag_weights_open(const char *directory, ag_weights **weights, ag_error *error)
{
  ag_weights *made = calloc(1, sizeof *made);
  char *path = ag_path_join(directory, "model.safetensors");
  ag_safetensors *file = NULL;
  ag_status status = made && path ? AG_OK : ag_fail_memory(error);
  if (status == AG_OK && !ag_path_is_there(path))
    status = open_index(made, directory, path, error);
  else if (status == AG_OK) {
    status = ag_safetensors_open(path, &file, error);
    if (status == AG_OK)
      status = take_file(made, file, error);
  }
  free(path);
  return hand_over(made, status, weights, error);
}

void ag_weights_free(ag_weights *weights)
{
  if (!weights)
    return;
  for (size_t f = 0; f < weights->file_count; f++)
    ag_safetensors_free(weights->file[f]);
  free(weights->file);
  free(weights->weight);
  free(weights->name);
  free(weights);
}

const char *ag_weights_name(const ag_weights *weights)
{
  return weights->name;
}

size_t ag_weights_file_count(const ag_weights *weights)
{
  return weights->file_count;
}

size_t ag_weights_count(const ag_weights *weights)
{
  return weights->count;
}

const ag_weight *ag_weights_at(const ag_weights *weights, size_t index)
{
  return &weights->weight[index];
}

const ag_weight *ag_weights_find(const ag_weights *weights, const char *name)
{
  const ag_weight wanted = {.name = name};
  return weights->count > 0
             ? bsearch(&wanted, weights->weight, weights->count, sizeof wanted, compare)
             : NULL;
}
