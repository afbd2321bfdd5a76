/* categorical: an item's probability is its share of the data's counts, each item of
 * positive initial mass counting `smoothing` times more (a symmetric Dirichlet prior;
 * 0: maximum likelihood). Draws cost O(1) by Walker's alias table (1977), made in
 * O(n) (Vose, 1991). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "generator/generator.h"

typedef struct categorical {
  ag_items items;
  double smoothing;
  double total;            /* of the weights; 0: not fitted */
  double *weight;          /* [n] counts and smoothing */
  double *log_probability; /* [n] */
  double *keep;            /* [n] the chance that column i of the alias table gives item i, */
  uint32_t *alias;         /* [n] and the item that it gives otherwise */
  uint32_t *room;          /* [n] */
} categorical;

typedef struct settings {
  double smoothing;
} settings;

static const ag_parameter categorical_parameters[] = {
    {"smoothing", "what is added to the count of each item of positive initial mass", AG_REAL,
     offsetof(settings, smoothing), .unit = "items", .fallback = "0", .high = 1e100},
    {0}};

static void categorical_free(void *model)
{
  categorical *self = model;
  if (!self)
    return;
  free(self->weight);
  free(self->log_probability);
  free(self->keep);
  free(self->alias);
  free(self->room);
  free(self);
}

static ag_status categorical_create(const void *given, const ag_items *items, void **model,
                                    ag_error *error)
{
  categorical *made = NULL;
  size_t n = items->count;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (categorical){.items = *items, .smoothing = ((const settings *)given)->smoothing};
  status = ag_array_create(n, sizeof *made->weight, &made->weight, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *made->log_probability, &made->log_probability, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *made->keep, &made->keep, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *made->alias, &made->alias, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *made->room, &made->room, error);
  if (status == AG_OK)
    *model = made;
  else
    categorical_free(made);
  return status;
}

static size_t find_heaviest(const double *weight, size_t n)
{
  size_t heaviest = 0;
  for (size_t i = 1; i < n; i++)
    if (weight[i] > weight[heaviest])
      heaviest = i;
  return heaviest;
}

/* A column below its fair share is filled up by one above it, until one kind runs out;
 * the room holds the columns below from its front and those above from its back. */
static void make_alias(categorical *self)
{
  size_t n = self->items.count, below = 0, above = n;
  uint32_t *room = self->room;
  for (size_t i = 0; i < n; i++) {
    self->keep[i] = self->weight[i] / self->total * (double)n;
    if (self->keep[i] < 1)
      room[below++] = (uint32_t)i;
    else
      room[--above] = (uint32_t)i;
  }
  while (below > 0 && above < n) {
    uint32_t low = room[--below], high = room[above];
    self->alias[low] = high;
    self->keep[high] -= 1 - self->keep[low];
    if (self->keep[high] < 1) {
      room[below++] = high;
      above++;
    }
  }
  /* what rounding has left over is full, save an item that may not be drawn at all */
  uint32_t heaviest = (uint32_t)find_heaviest(self->weight, n);
  for (size_t k = 0; k < n; k++) {
    if (k >= below && k < above)
      continue;
    self->keep[room[k]] = self->weight[room[k]] > 0 ? 1 : 0;
    self->alias[room[k]] = heaviest;
  }
}

/* All that follows from the weights. */
static void set_law(categorical *self)
{
  size_t n = self->items.count;
  self->total = ag_array_sum(self->weight, n);
  memcpy(self->log_probability, self->weight, n * sizeof *self->weight);
  ag_mass_to_log(self->log_probability, n);
  make_alias(self);
}

static ag_status categorical_fit(void *model, const ag_sample *data, const ag_random_key *key,
                                 ag_fit_report *report, ag_error *error)
{
  categorical *self = model;
  (void)key;
  assert(data->dim == 0);
  self->total = 0;
  ag_status status = ag_generator_check_data(data, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < self->items.count; i++)
    self->weight[i] = ag_items_has_mass(&self->items, i) ? self->smoothing : 0;
  for (size_t i = 0; i < data->count; i++)
    self->weight[data->item[i]] += 1;
  set_law(self);
  ag_sum likelihood = {0};
  for (size_t i = 0; i < data->count; i++)
    ag_sum_add(&likelihood, self->log_probability[data->item[i]]);
  *report = (ag_fit_report){.converged = true,
                            .log_likelihood = ag_sum_value(&likelihood) / (double)data->count};
  return AG_OK;
}

static void fill(const void *model, const ag_random_key *key, uint32_t block, size_t first,
                 size_t end, ag_sample *out)
{
  const categorical *self = model;
  ag_random random = ag_random_at(key, AG_RANDOM_GENERATE, block);
  for (size_t i = first; i < end; i++) {
    size_t column = ag_random_below(&random, self->items.count);
    bool kept = ag_random_uniform(&random) < self->keep[column];
    out->item[i] = kept ? (uint32_t)column : self->alias[column];
  }
}

static ag_status categorical_sample(void *model, size_t count, const ag_random_key *key,
                                    ag_sample *out, ag_error *error)
{
  const categorical *self = model;
  assert(self->total > 0 && out->dim == 0);
  return ag_generator_fill_blocks(fill, self, count, key, out, error);
}

static void categorical_log_density(void *model, const ag_sample *at, double *log_density)
{
  const categorical *self = model;
  for (size_t i = 0; i < at->count; i++)
    log_density[i] = self->log_probability[at->item[i]];
}

static size_t categorical_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const categorical *self = model;
  array[0] = (ag_generator_array){"weight", self->items.count, self->weight};
  return 1;
}

static ag_status categorical_load(void *model, const ag_generator_array *array, size_t arrays,
                                  ag_error *error)
{
  categorical *self = model;
  size_t n = self->items.count;
  const double *weight = ag_generator_find(array, arrays, "weight", &n);
  double total = weight ? ag_array_sum(weight, n) : 0;
  bool right = total > 0 && isfinite(total);
  for (size_t i = 0; right && i < n; i++)
    right = weight[i] >= 0;
  if (!right)
    return ag_fail(error, AG_ERROR_INPUT,
                   "the saved arrays are no categorical generator of this space");
  memmove(self->weight, weight, n * sizeof *weight);
  set_law(self);
  return AG_OK;
}

extern const ag_generator_type ag_generator_categorical;
const ag_generator_type ag_generator_categorical = {
    .name = "categorical",
    .summary = "counts of a finite space's items, smoothed if asked for",
    .example = "categorical: {smoothing: 0.5}",
    .takes_items = true,
    .parameters = categorical_parameters,
    .size = sizeof(settings),
    .create = categorical_create,
    .free_model = categorical_free,
    .fit = categorical_fit,
    .sample = categorical_sample,
    .log_density = categorical_log_density,
    .save = categorical_save,
    .load = categorical_load,
};
