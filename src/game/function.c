#include "game/function.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { BATCH = 4096 };

/* --- rewards --- */

/* Items [begin, begin + batch->count) with all that they have: numbers, places in a grid, texts. */
static void fill_batch(const ag_items *items, size_t begin, uint32_t *item, double *point,
                       ag_batch *batch)
{
  for (size_t i = 0; i < batch->count; i++)
    item[i] = (uint32_t)(begin + i);
  for (size_t i = 0; point && i < batch->count; i++)
    ag_items_at(items, begin + i, point + i * items->dim);
  batch->item = item;
  batch->point = point;
  batch->text = items->texts ? items->text + begin : NULL;
}

static ag_status evaluate_items(const ag_reward_function *self, const ag_items *items,
                                double *reward, ag_error *error)
{
  uint32_t item[BATCH];
  double *point = NULL;
  ag_status status = AG_OK;
  if (items->dim > 0)
    status = ag_array_create(BATCH, items->dim * sizeof *point, &point, error);
  for (size_t begin = 0; status == AG_OK && begin < items->count; begin += BATCH) {
    size_t left = items->count - begin;
    ag_batch batch = {.count = left < BATCH ? left : BATCH, .dimension = items->dim};
    fill_batch(items, begin, item, point, &batch);
    status = self->evaluate(self->context, &batch, reward + begin, error);
  }
  free(point);
  return status;
}

/* Points of a cloud, or texts that a model has written. */
static ag_status evaluate_others(const ag_reward_function *self, const ag_items *items,
                                 double *reward, ag_error *error)
{
  ag_batch batch = {.count = items->count,
                    .dimension = items->dim,
                    .point = items->point,
                    .text = items->texts ? items->text : NULL};
  return self->evaluate(self->context, &batch, reward, error);
}

static ag_status function_evaluate(const void *parameters, const ag_items *items, double *reward,
                                   ag_error *error)
{
  const ag_reward_function *self = parameters;
  bool numbered = !items->point && !items->written;
  ag_status status;
#pragma omp critical(ag_functions)
  status = numbered ? evaluate_items(self, items, reward, error)
                    : evaluate_others(self, items, reward, error);
  return status;
}

static bool function_on_texts(const void *parameters)
{
  (void)parameters;
  return true;
}

static const ag_reward_type function_reward = {
    .name = "function",
    .summary = "a function of the caller's",
    .size = sizeof(ag_reward_function),
    .evaluate = function_evaluate,
    .on_texts = function_on_texts,
};

ag_status ag_function_reward(const ag_reward_function *function, ag_reward *reward, ag_error *error)
{
  ag_reward_function *copy = NULL;
  ag_status status = ag_array_create(1, sizeof *copy, &copy, error);
  if (status)
    return status;
  *copy = *function;
  *reward = (ag_reward){&function_reward, copy};
  return AG_OK;
}

/* --- generators --- */

/* A number of its own for every place and purpose. */
static uint64_t seed_of(const ag_random_key *key, ag_random_purpose purpose)
{
  uint64_t seed;
  ag_random random = ag_random_at(key, purpose, 0);
  ag_random_words(&random, 1, &seed);
  return seed;
}

/* The texts of a sample, by their places in it. */
static ag_status gather_texts(const ag_sample *data, const char ***text, ag_error *error)
{
  ag_status status = ag_array_create(data->count, sizeof **text, text, error);
  for (size_t i = 0; !status && i < data->count; i++)
    (*text)[i] = ag_texts_get(data->texts, data->item[i], NULL);
  return status;
}

static ag_status function_fit(void *model, const ag_sample *data, const ag_random_key *key,
                              ag_fit_report *report, ag_error *error)
{
  const ag_generator_function *self = ((const ag_generator_basis *)model)->settings;
  ag_batch batch = {
      .count = data->count, .item = data->item, .dimension = data->dim, .point = data->point};
  const char **text = NULL;
  ag_status status = ag_generator_check_data(data, error);
  *report = (ag_fit_report){.converged = true, .log_likelihood = (double)NAN};
  if (!status && data->texts) {
    status = gather_texts(data, &text, error);
    batch.item = NULL; /* numbers of a pool of ours */
    batch.text = text;
  }
  if (!status)
    status = self->fit(self->context, &batch, seed_of(key, AG_RANDOM_FIT), error);
  free(text);
  return status;
}

/* What the caller has made: items of the space, points that are numbers. */
static ag_status check_made(const ag_sample *out, const ag_items *items, ag_error *error)
{
  for (size_t i = 0; out->item && i < out->count; i++)
    if (out->item[i] >= items->count)
      return ag_fail(error, AG_ERROR_INPUT, "the generator made item %u of %zu", out->item[i],
                     items->count);
  for (size_t i = 0; out->point && i < out->count * out->dim; i++)
    if (!isfinite(out->point[i]))
      return ag_fail(error, AG_ERROR_INPUT, "the generator made a point with the coordinate %g",
                     out->point[i]);
  return AG_OK;
}

static ag_status function_sample(void *model, size_t count, const ag_random_key *key,
                                 ag_sample *out, ag_error *error)
{
  const ag_generator_basis *basis = model;
  const ag_generator_function *self = basis->settings;
  ag_status status = ag_sample_reserve(out, count, error);
  if (status)
    return status;
  status = self->sample(self->context, count, seed_of(key, AG_RANDOM_GENERATE), out->item,
                        out->point, error);
  out->count = status ? 0 : count;
  return status ? status : check_made(out, &basis->items, error);
}

/* --- texts that a model writes --- */

struct ag_text_writer {
  ag_sample *out;
  size_t wanted;
};

ag_status ag_text_write(ag_text_writer *writer, const char *text, size_t length, ag_error *error)
{
  ag_sample *out = writer->out;
  if (out->count == writer->wanted)
    return ag_fail(error, AG_ERROR_INPUT, "the generator wrote more than %zu texts",
                   writer->wanted);
  if (memchr(text, '\0', length) || ag_utf8_find_invalid(text, length) < length)
    return ag_fail(error, AG_ERROR_INPUT, "text %zu of the generator is no UTF-8 without NUL",
                   out->count);
  ag_status status = ag_texts_add(out->texts, text, length, &out->item[out->count], error);
  out->count += !status;
  return status;
}

static ag_status function_write(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                                ag_error *error)
{
  const ag_generator_basis *basis = model;
  const ag_generator_function *self = basis->settings;
  ag_text_writer writer = {out, count};
  ag_status status = ag_sample_reserve(out, count, error);
  if (status)
    return status;
  out->count = 0;
  status = self->write(self->context, count, seed_of(key, AG_RANDOM_GENERATE), &writer, error);
  if (!status && out->count < count)
    status =
        ag_fail(error, AG_ERROR_INPUT, "the generator wrote %zu of %zu texts", out->count, count);
  out->count = status ? 0 : count;
  return status;
}

static const ag_generator_type function_generator = {
    .name = "function",
    .summary = "a model of the caller's",
    .size = sizeof(ag_generator_function),
    .takes_points = true,
    .takes_items = true,
    .alone = true,
    .fit = function_fit,
    .sample = function_sample,
};

static const ag_generator_type function_writer = {
    .name = "function",
    .summary = "a model of the caller's that writes texts",
    .size = sizeof(ag_generator_function),
    .takes_texts = true,
    .alone = true,
    .fit = function_fit,
    .sample = function_write,
};

ag_status ag_function_generator(const ag_generator_function *function, const ag_space *space,
                                ag_generator *generator, ag_error *error)
{
  ag_generator_function *copy = NULL;
  bool writes = space->sentences && function->write;
  if (!writes && !function->sample)
    return ag_fail(error, AG_ERROR_INPUT, "the generator writes texts, and the space has none");
  ag_status status = ag_array_create(1, sizeof *copy, &copy, error);
  if (status)
    return status;
  *copy = *function;
  *generator = (ag_generator){writes ? &function_writer : &function_generator, copy};
  return AG_OK;
}
