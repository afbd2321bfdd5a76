/* ideal: the learner that makes no error. Its law is its data's, so that what it
 * generates is drawn from the data uniformly, with replacement. It gives no log
 * density: its law has none with respect to volume. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/generator.h"

/* Items are kept as numbers too, ready to be saved. */
typedef struct ideal {
  size_t items;                  /* of the space */
  size_t count, capacity, width; /* width: coordinates of a point, 1 for an item */
  bool points;
  double *value; /* [count, width] */
} ideal;

static ag_status ideal_create(const void *settings, const ag_items *items, void **model,
                              ag_error *error)
{
  (void)settings;
  ideal *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  bool points = items->dim > 0 && !items->cells;
  *made = (ideal){.items = items->count, .points = points, .width = points ? items->dim : 1};
  *model = made;
  return AG_OK;
}

static void ideal_free(void *model)
{
  ideal *self = model;
  if (self)
    free(self->value);
  free(self);
}

static ag_status make_room(ideal *self, size_t count, ag_error *error)
{
  double *grown = NULL;
  if (count <= self->capacity)
    return AG_OK;
  ag_status status = ag_array_create(count, self->width * sizeof *grown, &grown, error);
  if (status != AG_OK)
    return status;
  free(self->value);
  self->value = grown;
  self->capacity = count;
  return AG_OK;
}

static ag_status ideal_fit(void *model, const ag_sample *data, const ag_random_key *key,
                           ag_fit_report *report, ag_error *error)
{
  ideal *self = model;
  (void)key;
  assert(data->dim == (self->points ? self->width : 0));
  self->count = 0;
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK)
    status = make_room(self, data->count, error);
  if (status != AG_OK)
    return status;
  if (self->points)
    memcpy(self->value, data->point, data->count * self->width * sizeof *self->value);
  else
    for (size_t i = 0; i < data->count; i++)
      self->value[i] = data->item[i];
  self->count = data->count;
  *report = (ag_fit_report){.converged = true, .log_likelihood = NAN};
  return AG_OK;
}

static void fill(const void *model, const ag_random_key *key, uint32_t block, size_t first,
                 size_t end, ag_sample *out)
{
  const ideal *self = model;
  ag_random random = ag_random_at(key, AG_RANDOM_GENERATE, block);
  for (size_t i = first; i < end; i++) {
    const double *datum = self->value + ag_random_below(&random, self->count) * self->width;
    if (self->points)
      memcpy(out->point + i * self->width, datum, self->width * sizeof *datum);
    else
      out->item[i] = (uint32_t)*datum;
  }
}

static ag_status ideal_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                              ag_error *error)
{
  const ideal *self = model;
  assert(self->count > 0 && out->dim == (self->points ? self->width : 0));
  return ag_generator_fill_blocks(fill, self, count, key, out, error);
}

static size_t ideal_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const ideal *self = model;
  array[0] = (ag_generator_array){"data", self->count * self->width, self->value};
  return 1;
}

static bool is_datum(const ideal *self, double value)
{
  return self->points ? isfinite(value)
                      : value >= 0 && value < (double)self->items && value == floor(value);
}

static ag_status ideal_load(void *model, const ag_generator_array *array, size_t arrays,
                            ag_error *error)
{
  ideal *self = model;
  size_t values = SIZE_MAX;
  const double *data = ag_generator_find(array, arrays, "data", &values);
  bool right = data && values > 0 && values % self->width == 0;
  for (size_t i = 0; right && i < values; i++)
    right = is_datum(self, data[i]);
  if (!right)
    return ag_fail(error, AG_ERROR_INPUT, "the saved arrays are no ideal generator of this space");
  ag_status status = make_room(self, values / self->width, error);
  if (status != AG_OK)
    return status;
  memmove(self->value, data, values * sizeof *data);
  self->count = values / self->width;
  return AG_OK;
}

extern const ag_generator_type ag_generator_ideal;
const ag_generator_type ag_generator_ideal = {
    .name = "ideal",
    .summary = "learns its data without error: draws from them with replacement",
    .example = "ideal",
    .takes_points = true,
    .takes_items = true,
    .create = ideal_create,
    .free_model = ideal_free,
    .fit = ideal_fit,
    .sample = ideal_sample,
    .save = ideal_save,
    .load = ideal_load,
};
