/* Points in a space of any dimension, without a grid: drawn from a law, or read
 * from a file. Games on clouds are played on samples. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/density.h"
#include "space/kinds.h"

/* --- points from a file --- */

/* The columns asked for, or all numeric ones. *columns [*count] is the caller's. */
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
    if (status == AG_OK && ag_csv_find(csv, name, &(*columns)[(*count)++], &inner) != AG_OK)
      status = ag_node_fail(ag_node_item(node, k), error, "%s", inner.message);
  }
  for (size_t k = 0; k < most && status == AG_OK && !ag_node_present(node); k++)
    if (ag_csv_is_numeric(csv, k))
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

static ag_status read_count(ag_node node, ag_space *space, ag_error *error)
{
  long long count = 1000;
  ag_status status = AG_OK;
  if (ag_node_present(node))
    status = ag_node_integer(node, "count", 1, 1LL << 31, &count, error);
  if (status == AG_OK)
    status = ag_space_check_size(node, (double)count, error);
  space->point_count = (size_t)count;
  return status;
}

static ag_status read_law(ag_node law, const char *kind, ag_space *space, ag_error *error)
{
  static const char *const corners[] = {"lower", "upper"};
  if (!strcmp(kind, "uniform")) {
    ag_status status = ag_node_expect_keys(law, "a uniform cloud", corners, 2, error);
    return status ? status : ag_space_read_corners(law, "a uniform cloud", space, error);
  }
  space->density = calloc(1, sizeof *space->density);
  if (!space->density)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a cloud");
  ag_status status = !strcmp(kind, "gaussian")
                         ? ag_density_read_gaussian(law, 0, space->density, error)
                         : ag_density_read_mixture(law, 0, space->density, error);
  space->dim = space->density->dim;
  return status;
}

static ag_status read_cloud(ag_node node, ag_space *space, ag_error *error)
{
  static const char *const keys[] = {"uniform", "gaussian", "mixture", "file", "count", "columns"};
  enum { LAWS = 4, FILE_LAW = 3 };
  size_t found = LAWS, laws = 0;
  ag_status status =
      ag_node_expect_keys(node, "the cloud", keys, sizeof keys / sizeof *keys, error);
  if (status != AG_OK)
    return status;
  for (size_t k = 0; k < LAWS; k++)
    if (ag_node_present(ag_node_find(node, keys[k]))) {
      found = k;
      laws++;
    }
  if (laws != 1)
    return ag_node_fail(node, error,
                        "the cloud: expected exactly one of uniform, gaussian, mixture and file");
  ag_node law = ag_node_find(node, keys[found]), count = ag_node_find(node, "count");
  ag_node columns = ag_node_find(node, "columns");
  if (found != FILE_LAW && ag_node_present(columns))
    return ag_node_fail(columns, error, "columns belong to a cloud that is read from a file");
  if (found == FILE_LAW)
    return ag_node_present(count)
               ? ag_node_fail(count, error, "the file says how many points there are")
               : read_file(node, law, space, error);
  status = read_law(law, keys[found], space, error);
  return status ? status : read_count(count, space, error);
}

const ag_space_type ag_space_cloud = {
    .name = "cloud",
    .summary = "points without a grid: uniform, gaussian, mixture or file; count",
    .example = "{uniform: {lower: [-5, -5], upper: [5, 5]}, count: 1000}",
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
