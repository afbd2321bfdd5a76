/* Points in a space of any dimension, without a grid: drawn from a law, or read
 * from a file. Games on clouds are played on samples. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/density.h"
#include "space/kinds.h"

/* --- points from a law --- */

typedef struct uniform {
  ag_corners corners;
} uniform;

static const ag_parameter uniform_parameters[] = {AG_CORNERS(uniform), {0}};

static ag_status read_uniform(ag_node law, ag_space *space, ag_error *error)
{
  uniform given = {.corners = {.lower = {.count = 0}}};
  ag_status status = ag_parameters_read(law, "uniform", uniform_parameters, &given, error);
  if (status == AG_OK)
    status = ag_space_take_corners(law, &given.corners, space, error);
  ag_parameters_free(uniform_parameters, &given);
  return status;
}

static ag_status read_law(ag_node node, ag_space *space, ag_error *error)
{
  ag_node law = ag_node_find(node, "uniform"), gaussian = ag_node_find(node, "gaussian");
  if (ag_node_present(law))
    return read_uniform(law, space, error);
  space->density = calloc(1, sizeof *space->density);
  if (!space->density)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a cloud");
  ag_status status =
      ag_node_present(gaussian)
          ? ag_density_read_gaussian(gaussian, 0, space->density, error)
          : ag_density_read_mixture(ag_node_find(node, "mixture"), 0, space->density, error);
  space->dim = space->density->dim;
  return status;
}

typedef struct cloud {
  size_t count;
  ag_csv_options csv;
} cloud;

static const ag_parameter cloud_parameters[] = {
    {"uniform", "points anywhere in a box, equally likely", AG_NODE, .takes = "a mapping",
     .choice = 1, .within = uniform_parameters, .example = "{lower: [-5, -5], upper: [5, 5]}"},
    {"gaussian", "points of a normal law", AG_NODE, .takes = "a mapping", .choice = 1,
     .within = AG_GAUSSIAN_PARAMETERS},
    {"mixture", "points of several normal laws", AG_NODE, .takes = "a list of mappings",
     .choice = 1, .within = ag_mixture_parameters},
    {"file", "a table (CSV, JSON lines); each row is a point", AG_PATH, .choice = 1},
    {"count", "of the first dataset", AG_WHOLE, offsetof(cloud, count), .unit = "points",
     .fallback = "1000", .low = 1, .high = 0x1p31, .without = "file"},
    {"columns", "those with the coordinates", AG_NODE, .takes = "a list of column names",
     .absent = "all, where all are numbers and none looks like a number of rows", .with = "file"},
    AG_CSV_PARAMETERS(cloud),
    {0}};

static ag_status read_cloud(ag_node node, void *given, ag_space *space, ag_error *error)
{
  size_t count = ((const cloud *)given)->count;
  if (ag_node_present(ag_node_find(node, "file")))
    return ag_cloud_read_points(node, &((cloud *)given)->csv, space, error);
  ag_status status = read_law(node, space, error);
  if (status == AG_OK)
    status = ag_space_check_size(ag_node_find(node, "count"), (double)count, error);
  space->point_count = count;
  return status;
}

const ag_space_type ag_space_cloud = {
    .name = "cloud",
    .summary = "points without a grid, drawn from a law or read from a file",
    .example = "cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 1000}",
    .parameters = cloud_parameters,
    .size = sizeof(cloud),
    .read = read_cloud,
};

/* --- drawing --- */

static void draw_normal(const ag_density *density, ag_random *random, double *x)
{
  size_t k = 0, dim = density->dim;
  double u = density->count > 1 ? ag_random_uniform(random) : 0;
  while (k + 1 < density->count && u >= density->weight[k])
    u -= density->weight[k++];
  for (size_t d = 0; d < dim; d++)
    x[d] = density->mean[k * dim + d] + density->deviation[k * dim + d] * ag_random_normal(random);
}

void ag_cloud_draw(const ag_space *space, ag_random *random, size_t count, double *point)
{
  size_t dim = space->dim;
  for (size_t i = 0; i < count; i++) {
    double *x = point + i * dim;
    if (space->density)
      draw_normal(space->density, random, x);
    else if (space->point)
      memcpy(x, space->point + ag_random_below(random, space->point_count) * dim, dim * sizeof *x);
    else
      for (size_t d = 0; d < dim; d++)
        x[d] = space->lower[d] + (space->upper[d] - space->lower[d]) * ag_random_uniform(random);
  }
}
