/* A box cut into a regular grid of cells, with a density at their centres. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "space/density.h"
#include "space/kinds.h"

/* -z^2/2 at the cells' centres along each dimension, for one component. */
typedef struct component {
  double log_weight;
  double **exponent; /* [dim][cells] */
} component;

typedef struct box {
  ag_corners corners;
} box;

static const ag_parameter density_parameters[] = {
    {"gaussian", "a normal law", AG_NODE, .takes = "a mapping", .choice = 1,
     .within = AG_GAUSSIAN_PARAMETERS},
    {"mixture", "several of them", AG_NODE, .takes = "a list of mappings", .choice = 1,
     .within = ag_mixture_parameters},
    {0}};

static const ag_parameter box_parameters[] = {
    AG_CORNERS(box),
    {"cells", "of the grid: one number, or one a dimension", AG_NODE,
     .takes = "an integer of at least 1 or a list of them", .example = "[400, 400]"},
    {"density", "the first distribution, at the cells' centres", AG_NODE,
     .takes = "uniform or a mapping", .fallback = "uniform", .within = density_parameters},
    {0}};

/* One number of cells for every dimension, or one for each. */
static ag_status read_cells(ag_node node, ag_space *space, ag_error *error)
{
  ag_node cells = ag_node_find(node, "cells");
  bool list = ag_node_get_kind(cells) == AG_NODE_SEQUENCE;
  if (list && ag_node_count(cells) != space->dim)
    return ag_node_fail(cells, error, "cells: expected %zu integers, one a dimension, found %zu",
                        space->dim, ag_node_count(cells));
  ag_status status = ag_array_create(space->dim, sizeof *space->cells, &space->cells, error);
  double product = 1;
  if (space->dim > AG_BOX_DIMENSIONS_MOST)
    status = ag_node_fail(node, error, "%zu dimensions; expected at most %d", space->dim,
                          AG_BOX_DIMENSIONS_MOST);
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

static void free_component(component *part, size_t dim)
{
  for (size_t d = 0; part->exponent && d < dim; d++)
    free(part->exponent[d]);
  free(part->exponent);
}

static ag_status tabulate(const ag_space *space, const ag_density *density, size_t k,
                          component *part, ag_error *error)
{
  const double *mean = density->mean + k * space->dim;
  const double *deviation = density->deviation + k * space->dim;
  ag_status status = AG_OK;
  part->log_weight = log(density->weight[k]);
  part->exponent = calloc(space->dim, sizeof *part->exponent);
  if (!part->exponent)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a density");
  for (size_t d = 0; d < space->dim && status == AG_OK; d++) {
    double length = space->upper[d] - space->lower[d], n = (double)space->cells[d];
    part->log_weight -= log(deviation[d]);
    status = ag_array_create(space->cells[d], sizeof(double), &part->exponent[d], error);
    for (size_t i = 0; i < space->cells[d] && status == AG_OK; i++) {
      double x = space->lower[d] + ((double)i + 0.5) * length / n;
      double z = (x - mean[d]) / deviation[d];
      part->exponent[d][i] = -0.5 * z * z;
    }
  }
  return status;
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

static ag_status spread_density(ag_node node, ag_space *space, const ag_density *density,
                                ag_error *error)
{
  component *parts = calloc(density->count, sizeof *parts);
  if (!parts)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a density");
  ag_status status = AG_OK;
  for (size_t k = 0; k < density->count && status == AG_OK; k++)
    status = tabulate(space, density, k, &parts[k], error);
  if (status == AG_OK)
    status = set_density(node, space, parts, density->count, error);
  for (size_t k = 0; k < density->count; k++)
    free_component(&parts[k], space->dim);
  free(parts);
  return status;
}

static ag_status read_density(ag_node node, ag_space *space, ag_error *error)
{
  const char *text = NULL;
  if (ag_node_get_kind(node) == AG_NODE_SCALAR && ag_node_text(node, "", &text, NULL) == AG_OK &&
      strcmp(text, "uniform") == 0)
    return AG_OK;
  ag_status status = ag_parameters_read(node, "the density", density_parameters, NULL, error);
  if (status != AG_OK)
    return status;
  ag_density density = {0};
  ag_node gaussian = ag_node_find(node, "gaussian"), mixture = ag_node_find(node, "mixture");
  if (ag_node_present(gaussian))
    status = ag_density_read_gaussian(gaussian, space->dim, &density, error);
  else
    status = ag_density_read_mixture(mixture, space->dim, &density, error);
  if (status == AG_OK)
    status = spread_density(ag_node_present(gaussian) ? gaussian : mixture, space, &density, error);
  ag_density_free(&density);
  return status;
}

static ag_status read_box(ag_node node, void *given, ag_space *space, ag_error *error)
{
  ag_node density = ag_node_find(node, "density");
  ag_status status = ag_space_take_corners(node, &((box *)given)->corners, space, error);
  if (status == AG_OK)
    status = read_cells(node, space, error);
  if (status == AG_OK && ag_node_present(density))
    status = read_density(density, space, error);
  return status;
}

const ag_space_type ag_space_box = {
    .name = "box",
    .summary = "a box in any dimension, cut into cells",
    .example = "box: {lower: [-5, -5], upper: [5, 5], cells: [400, 400]}",
    .parameters = box_parameters,
    .size = sizeof(box),
    .read = read_box,
};
