#include "game/function.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { BATCH = 4096 };

/* --- rewards --- */

static ag_status evaluate_items(const ag_reward_function *self, size_t count, double *reward,
                                ag_error *error)
{
  uint32_t item[BATCH];
  ag_status status = AG_OK;
  for (size_t begin = 0; status == AG_OK && begin < count; begin += BATCH) {
    ag_batch batch = {.count = count - begin < BATCH ? count - begin : BATCH, .item = item};
    for (size_t i = 0; i < batch.count; i++)
      item[i] = (uint32_t)(begin + i);
    status = self->evaluate(self->context, &batch, reward + begin, error);
  }
  return status;
}

static ag_status function_evaluate(const void *parameters, const ag_items *items, double *reward,
                                   ag_error *error)
{
  const ag_reward_function *self = parameters;
  ag_batch points = {.count = items->count, .dimension = items->dim, .point = items->point};
  ag_status status;
#pragma omp critical(ag_functions)
  status = items->point ? self->evaluate(self->context, &points, reward, error)
                        : evaluate_items(self, items->count, reward, error);
  return status;
}

static const ag_reward_type function_reward = {
    .name = "function",
    .summary = "a function of the caller's",
    .size = sizeof(ag_reward_function),
    .evaluate = function_evaluate,
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

static ag_status function_fit(void *model, const ag_sample *data, const ag_random_key *key,
                              ag_fit_report *report, ag_error *error)
{
  const ag_generator_function *self = ((const ag_generator_basis *)model)->settings;
  ag_batch batch = {data->count, data->item, data->dim, data->point};
  ag_status status = ag_generator_check_data(data, error);
  *report = (ag_fit_report){.converged = true, .log_likelihood = (double)NAN};
  return status ? status : self->fit(self->context, &batch, seed_of(key, AG_RANDOM_FIT), error);
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

ag_status ag_function_generator(const ag_generator_function *function, ag_generator *generator,
                                ag_error *error)
{
  ag_generator_function *copy = NULL;
  ag_status status = ag_array_create(1, sizeof *copy, &copy, error);
  if (status)
    return status;
  *copy = *function;
  *generator = (ag_generator){&function_generator, copy};
  return AG_OK;
}
