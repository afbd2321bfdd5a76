#include "space/density.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static ag_status create(size_t count, size_t dim, ag_density *density, ag_error *error)
{
  density->count = count;
  density->dim = dim;
  ag_status status = ag_array_create(count, sizeof(double), &density->weight, error);
  if (status == AG_OK)
    status = ag_array_create(count, dim * sizeof(double), &density->mean, error);
  if (status == AG_OK)
    status = ag_array_create(count, dim * sizeof(double), &density->deviation, error);
  return status;
}

void ag_density_free(ag_density *density)
{
  free(density->weight);
  free(density->mean);
  free(density->deviation);
  *density = (ag_density){0};
}

typedef struct component {
  double weight;
  ag_reals mean, deviation;
} component;

const ag_parameter ag_mixture_parameters[] = {
    {"weight", "its share, beside the others' weights", AG_REAL, offsetof(component, weight),
     .fallback = "1", .above = true, .high = INFINITY},
    {"mean", "where it stands: one number a dimension", AG_REALS, offsetof(component, mean),
     .example = "[0, 0]"},
    {"deviation", "its standard deviation: one, or one a dimension", AG_REALS,
     offsetof(component, deviation), .above = true, .high = INFINITY, .example = "1"},
    {0}};

/* Component k of count; the first one makes the density. */
static ag_status add_component(ag_node node, const component *part, size_t count, size_t k,
                               ag_density *density, ag_error *error)
{
  size_t n = part->mean.count, deviations = part->deviation.count;
  ag_status status = AG_OK;
  if (density->dim > 0 && n != density->dim)
    return ag_node_fail(ag_node_find(node, "mean"), error,
                        "mean: expected %zu numbers, one a dimension, found %zu", density->dim, n);
  if (deviations != 1 && deviations != n)
    return ag_node_fail(ag_node_find(node, "deviation"), error,
                        "deviation: expected 1 or %zu numbers, found %zu", n, deviations);
  if (!density->weight)
    status = create(count, n, density, error);
  if (status != AG_OK)
    return status;
  density->weight[k] = part->weight;
  memcpy(density->mean + k * n, part->mean.value, n * sizeof(double));
  for (size_t d = 0; d < n; d++)
    density->deviation[k * n + d] = part->deviation.value[deviations == 1 ? 0 : d];
  return AG_OK;
}

static ag_status read_component(ag_node node, const char *what, const ag_parameter *table,
                                size_t count, size_t k, ag_density *density, ag_error *error)
{
  component part = {.weight = 1};
  ag_status status = ag_parameters_read(node, what, table, &part, error);
  if (status == AG_OK)
    status = add_component(node, &part, count, k, density, error);
  ag_parameters_free(table, &part);
  return status;
}

ag_status ag_density_read_gaussian(ag_node node, size_t dim, ag_density *density, ag_error *error)
{
  ag_density made = {.dim = dim};
  ag_status status = read_component(node, "gaussian", AG_GAUSSIAN_PARAMETERS, 1, 0, &made, error);
  if (status == AG_OK)
    *density = made;
  else
    ag_density_free(&made);
  return status;
}

ag_status ag_density_read_mixture(ag_node node, size_t dim, ag_density *density, ag_error *error)
{
  size_t count = ag_node_count(node);
  ag_density made = {.dim = dim};
  double total = 0;
  ag_status status = AG_OK;
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || count == 0)
    return ag_node_fail(node, error,
                        "a mixture: expected a list of {weight: …, mean: …, deviation: …}");
  for (size_t k = 0; k < count && status == AG_OK; k++)
    status = read_component(ag_node_item(node, k), "a component of the mixture",
                            ag_mixture_parameters, count, k, &made, error);
  if (status != AG_OK) {
    ag_density_free(&made);
    return status;
  }
  for (size_t k = 0; k < count; k++)
    total += made.weight[k];
  for (size_t k = 0; k < count; k++)
    made.weight[k] /= total;
  *density = made;
  return AG_OK;
}
