#include "reward/parts.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

ag_status ag_reward_check_point(ag_node mapping, const char *key, const ag_reals *point,
                                const ag_space *space, ag_error *error)
{
  if (point->count == space->dim)
    return AG_OK;
  return ag_node_fail(ag_node_find(mapping, key), error,
                      "%s has %zu coordinate%s, but the space has %zu", key, point->count,
                      point->count == 1 ? "" : "s", space->dim);
}

double ag_reward_satisfies_at_one(const void *parameters)
{
  (void)parameters;
  return 1;
}

ag_status ag_reward_read_column(ag_node node, const char *name, const ag_space *space,
                                size_t *column, ag_error *error)
{
  size_t found = ag_space_find_column(space, name);
  if (found != SIZE_MAX) {
    *column = found;
    return AG_OK;
  }
  if (space->column_count == 0)
    return ag_node_fail(node, error,
                        "there is no column `%s`: this space has no numeric columns (a table "
                        "has)",
                        name);
  const char *const *names = (const char *const *)space->column_name;
  const char *near = ag_nearest_name(name, names, space->column_count);
  if (near)
    return ag_node_fail(node, error, "there is no numeric column `%s`; did you mean `%s`?", name,
                        near);
  char list[256];
  ag_join_names(names, space->column_count, list, sizeof list);
  return ag_node_fail(node, error, "there is no numeric column `%s`; there are: %s", name, list);
}

ag_status ag_reward_check_cells(const ag_space *space, size_t column, const double *reward,
                                ag_error *error)
{
  const double *cell = space->column[column];
  for (size_t i = 0; i < space->count; i++) {
    if (!isnan(cell[i]) || isfinite(reward[i]) || !ag_reward_has_mass(space, i))
      continue;
    const char *name = space->column_name[column];
    char item[256];
    ag_reward_item_name(space, i, item, sizeof item);
    return ag_fail(error, AG_ERROR_INPUT,
                   "column `%s` has no number for %s; to leave out such rows, add `require: "
                   "[%s]` to the table",
                   name, item, name);
  }
  return AG_OK;
}

static double square_length(const double *x, const double *centre, size_t dim)
{
  double sum = 0;
  for (size_t k = 0; k < dim; k++)
    sum += (x[k] - centre[k]) * (x[k] - centre[k]);
  return sum;
}

ag_status ag_reward_square_distance(const ag_space *space, const double *centre, double *square,
                                    ag_error *error)
{
  double *x = NULL;
  if (space->point) {
    for (size_t i = 0; i < space->count; i++)
      square[i] = square_length(space->point + i * space->dim, centre, space->dim);
    return AG_OK;
  }
  ag_status status = ag_array_create(space->dim, sizeof *x, &x, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < space->count; i++) {
    ag_space_coordinates(space, i, x);
    square[i] = square_length(x, centre, space->dim);
  }
  free(x);
  return AG_OK;
}

bool ag_reward_has_mass(const ag_space *space, size_t item)
{
  return !space->log_mass || space->log_mass[item] > -INFINITY;
}

void ag_reward_item_name(const ag_space *space, size_t item, char *text, size_t size)
{
  char label[128] = "", line[128] = "";
  if (space->label && space->label[item])
    snprintf(label, sizeof label, "\"%.100s\"", space->label[item]);
  if (space->source && space->source_line)
    snprintf(line, sizeof line, "line %zu of %.90s", space->source_line[item], space->source);
  if (label[0] || line[0])
    snprintf(text, size, "item %zu (%s%s%s)", item, label, label[0] && line[0] ? ", " : "", line);
  else
    snprintf(text, size, "item %zu", item);
}
