#include "reward/parts.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

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
  for (size_t i = 0; i < space->unread_count; i++)
    if (strcmp(space->unread[i].name, name) == 0)
      return ag_node_fail(node, error, "%s", space->unread[i].why);
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

ag_status ag_reward_check_cells(const ag_items *items, size_t column, const double *reward,
                                ag_error *error)
{
  const double *cell = items->column[column];
  for (size_t i = 0; i < items->count; i++) {
    if (!isnan(cell[i]) || isfinite(reward[i]) || !ag_items_has_mass(items, i))
      continue;
    const char *name = items->column_name[column];
    char item[256];
    ag_items_name(items, i, item, sizeof item);
    return ag_fail(error, AG_ERROR_INPUT,
                   "column `%s` has no number for %s; to leave out such rows, add `require: "
                   "[%s]` to the table",
                   name, item, name);
  }
  return AG_OK;
}
