/* A box cut into a regular grid of cells, with a density at their centres. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "space/kinds.h"

/* One normal component, its dimensions independent. */
typedef struct component {
  double log_weight;
  double *mean, *deviation; /* [dim] */
  double **exponent;        /* [dim][cells] -z^2/2 at the centres along each dimension */
} component;

static ag_status read_corners(ag_node node, ag_space *space, ag_error *error)
{
  ag_node lower = ag_node_find(node, "lower"), upper = ag_node_find(node, "upper");
  size_t upper_count = 0;
  if (!ag_node_present(lower) || !ag_node_present(upper))
    return ag_node_fail(node, error, "the box: %s is missing, expected a list of numbers",
                        ag_node_present(lower) ? "upper" : "lower");
  ag_status status = ag_node_reals(lower, "lower", &space->lower, &space->dim, error);
  if (status == AG_OK)
    status = ag_node_reals(upper, "upper", &space->upper, &upper_count, error);
  if (status != AG_OK)
    return status;
  if (upper_count != space->dim)
    return ag_node_fail(upper, error,
                        "upper: expected %zu numbers, as many as lower has, found %zu", space->dim,
                        upper_count);
  for (size_t d = 0; d < space->dim; d++) {
    ag_node item = ag_node_get_kind(upper) == AG_NODE_SEQUENCE ? ag_node_item(upper, d) : upper;
    if (!(space->upper[d] > space->lower[d]) || !isfinite(space->upper[d] - space->lower[d]))
      return ag_node_fail(item, error,
                          "upper: expected a number above lower (%g) by a finite length, found %g",
                          space->lower[d], space->upper[d]);
  }
  return AG_OK;
}

/* One number of cells for every dimension, or one for each. */
static ag_status read_cells(ag_node node, ag_space *space, ag_error *error)
{
  ag_node cells = ag_node_find(node, "cells");
  bool list = ag_node_get_kind(cells) == AG_NODE_SEQUENCE;
  if (!ag_node_present(cells))
    return ag_node_fail(node, error, "the box: cells is missing, expected a list of integers");
  if (list && ag_node_count(cells) != space->dim)
    return ag_node_fail(cells, error, "cells: expected %zu integers, one a dimension, found %zu",
                        space->dim, ag_node_count(cells));
  ag_status status = ag_array_create(space->dim, sizeof *space->cells, &space->cells, error);
  double product = 1;
  for (size_t d = 0; d < space->dim && status == AG_OK; d++) {
    long long n = 0;
    status =
        ag_node_integer(list ? ag_node_item(cells, d) : cells, "cells", 1, 1LL << 53, &n, error);
    space->cells[d] = (size_t)n;
    product *= (double)n;
  }
  if (status == AG_OK)
    status = ag_space_check_size(cells, product, error);
  if (status != AG_OK)
    return status;
  space->count = 1;
  for (size_t d = 0; d < space->dim; d++)
    space->count *= space->cells[d];
  return AG_OK;
}

static ag_status read_mean(ag_node node, const ag_space *space, component *part, ag_error *error)
{
  ag_node mean = ag_node_find(node, "mean");
  size_t n = 0;
  if (!ag_node_present(mean))
    return ag_node_fail(node, error, "mean is missing, expected a list of numbers");
  ag_status status = ag_node_reals(mean, "mean", &part->mean, &n, error);
  if (status == AG_OK && n != space->dim)
    status = ag_node_fail(mean, error, "mean: expected %zu numbers, one a dimension, found %zu",
                          space->dim, n);
  return status;
}

/* One deviation for every dimension, or one for each. */
static ag_status read_deviation(ag_node node, const ag_space *space, component *part,
                                ag_error *error)
{
  ag_node deviation = ag_node_find(node, "deviation");
  double *given = NULL;
  size_t n = 0;
  if (!ag_node_present(deviation))
    return ag_node_fail(node, error, "deviation is missing, expected a number above 0");
  ag_status status = ag_node_reals(deviation, "deviation", &given, &n, error);
  if (status == AG_OK && n != 1 && n != space->dim)
    status = ag_node_fail(deviation, error, "deviation: expected 1 or %zu numbers, found %zu",
                          space->dim, n);
  for (size_t i = 0; i < n && status == AG_OK; i++)
    if (!(given[i] > 0))
      status = ag_node_fail(deviation, error, "deviation: expected a number above 0, found %g",
                            given[i]);
  if (status == AG_OK)
    status = ag_array_create(space->dim, sizeof *part->deviation, &part->deviation, error);
  for (size_t d = 0; d < space->dim && status == AG_OK; d++)
    part->deviation[d] = given[n == 1 ? 0 : d];
  free(given);
  return status;
}

static ag_status tabulate(const ag_space *space, component *part, ag_error *error)
{
  ag_status status = AG_OK;
  part->exponent = calloc(space->dim, sizeof *part->exponent);
  if (!part->exponent)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a density");
  for (size_t d = 0; d < space->dim && status == AG_OK; d++) {
    double length = space->upper[d] - space->lower[d], n = (double)space->cells[d];
    status = ag_array_create(space->cells[d], sizeof(double), &part->exponent[d], error);
    for (size_t i = 0; i < space->cells[d] && status == AG_OK; i++) {
      double x = space->lower[d] + ((double)i + 0.5) * length / n;
      double z = (x - part->mean[d]) / part->deviation[d];
      part->exponent[d][i] = -0.5 * z * z;
    }
  }
  return status;
}

static ag_status read_component(ag_node node, const ag_space *space, component *part,
                                ag_error *error)
{
  ag_status status = read_mean(node, space, part, error);
  if (status == AG_OK)
    status = read_deviation(node, space, part, error);
  if (status == AG_OK)
    status = tabulate(space, part, error);
  for (size_t d = 0; d < space->dim && status == AG_OK; d++)
    part->log_weight -= log(part->deviation[d]);
  return status;
}

static void free_component(component *part, size_t dim)
{
  for (size_t d = 0; part->exponent && d < dim; d++)
    free(part->exponent[d]);
  free(part->exponent);
  free(part->mean);
  free(part->deviation);
}

/* Adds a component's density to log_mass [n]. cell [dim]: work, all zero. */
static void add_component(const ag_space *space, const component *part, size_t *cell,
                          double *log_mass)
{
  for (size_t i = 0; i < space->count; i++) {
    double value = part->log_weight;
    for (size_t d = 0; d < space->dim; d++)
      value += part->exponent[d][cell[d]];
    log_mass[i] = ag_log_add(log_mass[i], value);
    for (size_t d = space->dim; d-- > 0 && ++cell[d] == space->cells[d];)
      cell[d] = 0;
  }
}

static ag_status set_density(ag_node node, ag_space *space, const component *parts, size_t count,
                             ag_error *error)
{
  double *log_mass;
  ag_status status = ag_array_create(space->count, sizeof *log_mass, &log_mass, error);
  if (status != AG_OK)
    return status;
  size_t *cell = calloc(space->dim, sizeof *cell);
  if (!cell) {
    free(log_mass);
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a density");
  }
  for (size_t i = 0; i < space->count; i++)
    log_mass[i] = -INFINITY;
  for (size_t k = 0; k < count; k++)
    add_component(space, &parts[k], cell, log_mass);
  free(cell);
  if (!isfinite(ag_log_normalize(log_mass, space->count))) {
    free(log_mass);
    return ag_node_fail(node, error, "the density vanishes in every cell of the box");
  }
  space->log_mass = log_mass;
  return AG_OK;
}

static ag_status read_gaussian(ag_node node, ag_space *space, ag_error *error)
{
  static const char *const keys[] = {"mean", "deviation"};
  component part = {0};
  ag_status status = ag_node_expect_keys(node, "a gaussian density", keys, 2, error);
  if (status == AG_OK)
    status = read_component(node, space, &part, error);
  if (status == AG_OK)
    status = set_density(node, space, &part, 1, error);
  free_component(&part, space->dim);
  return status;
}

static ag_status read_weighted(ag_node node, const ag_space *space, component *part,
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
  if (status != AG_OK)
    return status;
  part->log_weight = log(weight);
  return read_component(node, space, part, error);
}

static ag_status read_mixture(ag_node node, ag_space *space, ag_error *error)
{
  size_t count = ag_node_count(node);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || count == 0)
    return ag_node_fail(node, error,
                        "a mixture: expected a list of {weight: …, mean: …, deviation: …}");
  component *parts = calloc(count, sizeof *parts);
  if (!parts)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a density");
  ag_status status = AG_OK;
  for (size_t k = 0; k < count && status == AG_OK; k++)
    status = read_weighted(ag_node_item(node, k), space, &parts[k], error);
  if (status == AG_OK)
    status = set_density(node, space, parts, count, error);
  for (size_t k = 0; k < count; k++)
    free_component(&parts[k], space->dim);
  free(parts);
  return status;
}

static ag_status read_density(ag_node node, ag_space *space, ag_error *error)
{
  static const char *const keys[] = {"gaussian", "mixture"};
  const char *text = NULL;
  if (ag_node_get_kind(node) == AG_NODE_SCALAR && ag_node_text(node, "", &text, NULL) == AG_OK &&
      strcmp(text, "uniform") == 0)
    return AG_OK;
  ag_status status = ag_node_expect_keys(node, "the density", keys, 2, error);
  if (status != AG_OK)
    return status;
  if (ag_node_count(node) != 1)
    return ag_node_fail(node, error, "the density: expected exactly one of gaussian and mixture");
  ag_node gaussian = ag_node_find(node, "gaussian");
  return ag_node_present(gaussian) ? read_gaussian(gaussian, space, error)
                                   : read_mixture(ag_node_find(node, "mixture"), space, error);
}

static ag_status read_box(ag_node node, ag_space *space, ag_error *error)
{
  static const char *const keys[] = {"lower", "upper", "cells", "density"};
  ag_status status = ag_node_expect_keys(node, "the box", keys, sizeof keys / sizeof *keys, error);
  if (status == AG_OK)
    status = read_corners(node, space, error);
  if (status == AG_OK)
    status = read_cells(node, space, error);
  ag_node density = ag_node_find(node, "density");
  if (status == AG_OK && ag_node_present(density))
    status = read_density(density, space, error);
  return status;
}

const ag_space_type ag_space_box = {
    .name = "box",
    .summary = "a box in any dimension, cut into cells: lower, upper, cells; density",
    .example = "{lower: [-5, -5], upper: [5, 5], cells: [400, 400]}",
    .read = read_box,
};
