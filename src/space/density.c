#include "space/density.h"

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

/* `mean` of a component; makes the density where this is its first. */
static ag_status read_mean(ag_node node, size_t count, size_t k, ag_density *density,
                           ag_error *error)
{
  ag_node mean = ag_node_find(node, "mean");
  double *given = NULL;
  size_t n = 0;
  if (!ag_node_present(mean))
    return ag_node_fail(node, error, "mean is missing, expected a list of numbers");
  ag_status status = ag_node_reals(mean, "mean", &given, &n, error);
  if (status != AG_OK)
    return status;
  if (density->dim > 0 && n != density->dim)
    status = ag_node_fail(mean, error, "mean: expected %zu numbers, one a dimension, found %zu",
                          density->dim, n);
  if (status == AG_OK && !density->weight)
    status = create(count, n, density, error);
  if (status == AG_OK)
    memcpy(density->mean + k * n, given, n * sizeof *given);
  free(given);
  return status;
}

/* One deviation for every dimension, or one for each. */
static ag_status read_deviation(ag_node node, size_t k, ag_density *density, ag_error *error)
{
  ag_node deviation = ag_node_find(node, "deviation");
  size_t n = 0, dim = density->dim;
  double *given = NULL;
  if (!ag_node_present(deviation))
    return ag_node_fail(node, error, "deviation is missing, expected a number above 0");
  ag_status status = ag_node_reals(deviation, "deviation", &given, &n, error);
  if (status == AG_OK && n != 1 && n != dim)
    status =
        ag_node_fail(deviation, error, "deviation: expected 1 or %zu numbers, found %zu", dim, n);
  for (size_t i = 0; i < n && status == AG_OK; i++)
    if (!(given[i] > 0))
      status = ag_node_fail(deviation, error, "deviation: expected a number above 0, found %g",
                            given[i]);
  for (size_t d = 0; d < dim && status == AG_OK; d++)
    density->deviation[k * dim + d] = given[n == 1 ? 0 : d];
  free(given);
  return status;
}

static ag_status read_component(ag_node node, size_t count, size_t k, ag_density *density,
                                ag_error *error)
{
  ag_status status = read_mean(node, count, k, density, error);
  return status != AG_OK ? status : read_deviation(node, k, density, error);
}

ag_status ag_density_read_gaussian(ag_node node, size_t dim, ag_density *density, ag_error *error)
{
  static const char *const keys[] = {"mean", "deviation"};
  ag_density made = {.dim = dim};
  ag_status status = ag_node_expect_keys(node, "a gaussian density", keys, 2, error);
  if (status == AG_OK)
    status = read_component(node, 1, 0, &made, error);
  if (status != AG_OK) {
    ag_density_free(&made);
    return status;
  }
  made.weight[0] = 1;
  *density = made;
  return AG_OK;
}

static ag_status read_weighted(ag_node node, size_t count, size_t k, ag_density *density,
                               ag_error *error)
{
  static const char *const keys[] = {"weight", "mean", "deviation"};
  double weight = 1;
  ag_status status = ag_node_expect_keys(node, "a component of the mixture", keys, 3, error);
  ag_node given = ag_node_find(node, "weight");
  if (status == AG_OK && ag_node_present(given))
    status = ag_node_real(given, "weight", &weight, error);
  if (status == AG_OK && !(weight > 0))
    status = ag_node_fail(given, error, "weight: expected a number above 0, found %g", weight);
  if (status == AG_OK)
    status = read_component(node, count, k, density, error);
  if (status == AG_OK)
    density->weight[k] = weight;
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
    status = read_weighted(ag_node_item(node, k), count, k, &made, error);
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
