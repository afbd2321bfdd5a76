/* The file is one of safetensors, whose elements are f32: bytes and reals are written byte by byte.
 */
#include "generator/transformer/learn_kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/memory.h"
#include "generator/transformer/kernel.h"
#include "base/safetensors.h"

static const char *const array_names[AG_LEARN_ARRAYS] = {"best", "first", "mean", "parameter",
                                                         "second"};
enum { KEYS = 2 * AG_SHA256_HEX }; /* the training's, and that of all the rest */

static void add_corpus(ag_sha256 *hash, const ag_corpus *corpus)
{
  ag_sha256_add(hash, &corpus->token.count, sizeof corpus->token.count);
  ag_sha256_add(hash, corpus->token.id, corpus->token.count * sizeof *corpus->token.id);
  for (size_t i = 0; i < corpus->pieces; i++) {
    const size_t place[] = {corpus->piece[i].first, corpus->piece[i].length};
    ag_sha256_add(hash, place, sizeof place);
  }
}

void ag_learn_state_name(const ag_transformer *model, const ag_learn_spec *spec,
                         const ag_corpus *corpus, const ag_corpus *judge, ag_learn_state *state)
{
  const ag_adamw *adamw = &spec->adamw;
  const double numbers[] = {spec->in_order,
                            (double)spec->epochs,
                            (double)spec->patience,
                            (double)spec->batch,
                            spec->dropout,
                            spec->average,
                            adamw->rate,
                            adamw->beta1,
                            adamw->beta2,
                            adamw->epsilon,
                            adamw->decay,
                            adamw->clip,
                            (double)adamw->warm_up,
                            (double)model->config.context,
                            (double)model->config.heads,
                            model->half};
  const char *kernels = ag_transformer_kernels_get()->name;
  ag_sha256 hash;
  ag_sha256_begin(&hash);
  ag_sha256_add(&hash, kernels, strlen(kernels) + 1);
  ag_sha256_add(&hash, numbers, sizeof numbers);
  ag_sha256_add(&hash, &spec->seed, sizeof spec->seed);
  add_corpus(&hash, corpus);
  add_corpus(&hash, judge);
  ag_sha256_add(&hash, model->parameter, model->size * sizeof *model->parameter);
  ag_sha256_end(&hash, state->key);
}

static void digest(const ag_learn_state *state, char hex[AG_SHA256_HEX])
{
  ag_sha256 hash;
  ag_sha256_begin(&hash);
  for (size_t a = 0; a < AG_LEARN_ARRAYS; a++)
    ag_sha256_add(&hash, state->array[a], state->size * sizeof *state->array[a]);
  ag_sha256_add(&hash, state->number, state->numbers * sizeof *state->number);
  ag_sha256_end(&hash, hex);
}

static void to_floats(const void *bytes, size_t size, float *value)
{
  for (size_t i = 0; i < size; i++)
    value[i] = (float)((const unsigned char *)bytes)[i];
}

static bool from_floats(const float *value, size_t size, void *bytes)
{
  bool right = true;
  for (size_t i = 0; i < size; i++) {
    right &= value[i] >= 0 && value[i] <= 255;
    ((unsigned char *)bytes)[i] = right ? (unsigned char)value[i] : 0;
  }
  return right;
}

static ag_tensor_source tensor_of(const char *name, size_t count, const float *value)
{
  return (ag_tensor_source){.name = name, .dimensions = 1, .shape = {count}, .value = value};
}

ag_status ag_learn_state_write(const char *path, const ag_learn_state *state, ag_error *error)
{
  size_t bytes = state->numbers * sizeof *state->number;
  char keys[KEYS] = "";
  float *room = NULL;
  ag_tensor_source tensor[AG_LEARN_ARRAYS + 2];
  ag_status status = ag_array_create(KEYS + bytes, sizeof *room, &room, error);
  if (status)
    return status;
  memcpy(keys, state->key, AG_SHA256_HEX);
  digest(state, keys + AG_SHA256_HEX);
  to_floats(keys, KEYS, room);
  to_floats(state->number, bytes, room + KEYS);
  for (size_t a = 0; a < AG_LEARN_ARRAYS; a++)
    tensor[a] = tensor_of(array_names[a], state->size, state->array[a]);
  tensor[AG_LEARN_ARRAYS] = tensor_of("key", KEYS, room);
  tensor[AG_LEARN_ARRAYS + 1] = tensor_of("number", bytes, room + KEYS);
  status = ag_safetensors_write(path, tensor, AG_LEARN_ARRAYS + 2, error);
  free(room);
  return status;
}

static ag_status read_tensor(const ag_safetensors *file, const char *name, size_t count,
                             float *value, ag_error *error)
{
  const ag_tensor *tensor = ag_safetensors_find(file, name);
  if (!tensor || tensor->count != count)
    return ag_fail(error, AG_ERROR_INPUT, "%s is of another training", ag_safetensors_name(file));
  return ag_safetensors_read(file, tensor, value, error);
}

static ag_status read_all(const ag_safetensors *file, ag_learn_state *state, float *room,
                          ag_error *error)
{
  size_t bytes = state->numbers * sizeof *state->number;
  char keys[KEYS], found[AG_SHA256_HEX];
  ag_status status = read_tensor(file, "key", KEYS, room, error);
  if (status)
    return status;
  bool right = from_floats(room, KEYS, keys);
  if (!right || memcmp(keys, state->key, AG_SHA256_HEX) != 0)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s is of another training: other settings, texts or first weights",
                   ag_safetensors_name(file));
  status = read_tensor(file, "number", bytes, room, error);
  right = !status && from_floats(room, bytes, state->number);
  for (size_t a = 0; a < AG_LEARN_ARRAYS && !status; a++)
    status = read_tensor(file, array_names[a], state->size, state->array[a], error);
  if (status)
    return status;
  digest(state, found);
  if (!right || memcmp(keys + AG_SHA256_HEX, found, AG_SHA256_HEX) != 0)
    return ag_fail(error, AG_ERROR_INPUT, "%s is damaged", ag_safetensors_name(file));
  return AG_OK;
}

ag_status ag_learn_state_read(const char *path, ag_learn_state *state, bool *found, ag_error *error)
{
  ag_safetensors *file = NULL;
  float *room = NULL;
  struct stat there;
  *found = lstat(path, &there) == 0;
  if (!*found)
    return errno == ENOENT ? AG_OK : ag_fail_system(error, "read", path, errno);
  if (!S_ISREG(there.st_mode))
    return ag_fail(error, AG_ERROR_INPUT, "%s is no file", path);
  ag_status status = ag_safetensors_open(path, &file, error);
  if (!status)
    status =
        ag_array_create(KEYS + state->numbers * sizeof *state->number, sizeof *room, &room, error);
  if (!status)
    status = read_all(file, state, room, error);
  free(room);
  ag_safetensors_free(file);
  return status;
}
