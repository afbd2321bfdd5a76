/* Points in a space of any dimension, without a grid: drawn from a law, or read
 * from a file. Games on clouds are played on samples. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/density.h"
#include "space/kinds.h"

/* --- points from a file --- */

/* Whether it is a coordinate: a column of numbers, or one that begins as such, whose
 * bad cell is then refused where it stands rather than taken for a label. */
static bool is_coordinate(const ag_csv *csv, size_t column)
{
  const char *first = ag_csv_row_count(csv) > 0 ? ag_csv_cell(csv, 0, column) : "";
  char *end = NULL;
  strtod(first, &end);
  return (end != first && *end == '\0') || ag_csv_is_numeric(csv, column);
}

/* The columns asked for, or all coordinates. *columns [*count] is the caller's. */
static ag_status choose_columns(ag_node node, const ag_csv *csv, size_t **columns, size_t *count,
                                ag_error *error)
{
  size_t most = ag_csv_column_count(csv), asked = ag_node_count(node);
  if (ag_node_present(node) && (ag_node_get_kind(node) != AG_NODE_SEQUENCE || asked == 0))
    return ag_node_fail(node, error, "columns: expected a list of names, such as [x, y]");
  ag_status status = ag_array_create(most > asked ? most : asked, sizeof **columns, columns, error);
  *count = 0;
  for (size_t k = 0; k < asked && status == AG_OK; k++) {
    const char *name;
    ag_error inner = {0};
    status = ag_node_text(ag_node_item(node, k), "a column", &name, error);
    if (status == AG_OK && ag_csv_find(csv, name, &(*columns)[*count], &inner) != AG_OK)
      status = ag_node_fail(ag_node_item(node, k), error, "%s", inner.message);
    for (size_t before = 0; before < *count && status == AG_OK; before++)
      if ((*columns)[before] == (*columns)[*count])
        status = ag_node_fail(ag_node_item(node, k), error, "column `%s` is named twice", name);
    *count += status == AG_OK;
  }
  for (size_t k = 0; k < most && status == AG_OK && !ag_node_present(node); k++)
    if (is_coordinate(csv, k))
      (*columns)[(*count)++] = k;
  return status;
}

/* A point that lacks a coordinate is no point: it is refused, not left out. */
static ag_status take_column(const ag_csv *csv, size_t column, size_t d, double *value,
                             ag_space *space, ag_error *error)
{
  size_t missing = 0;
  ag_status status = ag_csv_reals(csv, column, value, &missing, error);
  for (size_t i = 0; i < space->point_count && status == AG_OK; i++) {
    space->point[i * space->dim + d] = value[i];
    if (isnan(value[i]))
      status = ag_csv_fail(csv, i, column, error,
                           "a point without this coordinate; expected a "
                           "number in every row");
  }
  return status;
}

static ag_status take_points(const ag_csv *csv, const size_t *columns, ag_space *space,
                             ag_error *error)
{
  double *value = NULL;
  ag_status status = ag_array_create(space->point_count, sizeof *value, &value, error);
  if (status == AG_OK)
    status = ag_array_create(space->point_count, space->dim * sizeof(double), &space->point, error);
  for (size_t d = 0; d < space->dim && status == AG_OK; d++)
    status = take_column(csv, columns[d], d, value, space, error);
  free(value);
  return status;
}

static ag_status read_file(ag_node node, ag_node file, ag_space *space, ag_error *error)
{
  ag_csv *csv = NULL;
  size_t *columns = NULL;
  ag_status status = ag_space_open_csv(file, &space->source, &csv, error);
  if (status == AG_OK)
    status = choose_columns(ag_node_find(node, "columns"), csv, &columns, &space->dim, error);
  if (status == AG_OK && (space->dim == 0 || ag_csv_row_count(csv) == 0))
    status = ag_node_fail(file, error, "%s has no %s; expected points, a row each", space->source,
                          space->dim == 0 ? "numeric columns" : "rows");
  if (status == AG_OK) {
    space->point_count = ag_csv_row_count(csv);
    status = take_points(csv, columns, space, error);
  }
  free(columns);
  ag_csv_free(csv);
  return status;
}

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
} cloud;

static const ag_parameter cloud_parameters[] = {
    {"uniform", "points anywhere in a box, equally likely", AG_NODE, .takes = "a mapping",
     .choice = 1, .within = uniform_parameters, .example = "{lower: [-5, -5], upper: [5, 5]}"},
    {"gaussian", "points of a normal law", AG_NODE, .takes = "a mapping", .choice = 1,
     .within = AG_GAUSSIAN_PARAMETERS},
    {"mixture", "points of several normal laws", AG_NODE, .takes = "a list of mappings",
     .choice = 1, .within = ag_mixture_parameters},
    {"file", "a CSV file; each row is a point", AG_PATH, .choice = 1},
    {"count", "of the first dataset", AG_WHOLE, offsetof(cloud, count), .unit = "points",
     .fallback = "1000", .low = 1, .high = 0x1p31, .without = "file"},
    {"columns", "those with the coordinates", AG_NODE, .takes = "a list of column names",
     .absent = "all columns of numbers", .with = "file"},
    {0}};

static ag_status read_cloud(ag_node node, void *given, ag_space *space, ag_error *error)
{
  size_t count = ((const cloud *)given)->count;
  ag_node file = ag_node_find(node, "file");
  if (ag_node_present(file))
    return read_file(node, file, space, error);
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
