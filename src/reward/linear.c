/* linear: intercept + <weights, x>, x the coordinates or columns of a table. */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct linear {
  double intercept;
  size_t count;
  double *weight; /* [count] */
  size_t *column; /* [count], or NULL: the coordinates in order */
} linear;

static const ag_parameter linear_parameters[] = {
    {"weights", "what a unit of each coordinate, or of each column named, is worth", AG_NODE,
     .takes = "a list of numbers, or a mapping of columns to numbers", .example = "[1, -2]"},
    {"intercept", "what is added", AG_REAL, offsetof(linear, intercept), .fallback = "0"},
    {0}};

static void linear_release(void *parameters)
{
  linear *self = parameters;
  free(self->weight);
  free(self->column);
}

static ag_status read_column_weights(ag_node node, const ag_space *space, linear *self,
                                     ag_error *error)
{
  size_t count = ag_node_count(node);
  if (count == 0)
    return ag_node_fail(node, error, "weights name no column");
  ag_status status = ag_array_create(count, sizeof *self->weight, &self->weight, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *self->column, &self->column, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *name;
    ag_node key, value;
    ag_node_entry(node, i, &name, &key, &value);
    status = ag_reward_read_column(key, name, space, &self->column[i], error);
    if (status == AG_OK)
      status = ag_node_real(value, "a weight", &self->weight[i], error);
  }
  self->count = count;
  return status;
}

static ag_status read_coordinate_weights(ag_node node, const ag_space *space, linear *self,
                                         ag_error *error)
{
  if (space->dim == 0)
    return ag_node_fail(node, error,
                        "a list of weights needs a space with coordinates; for columns of a "
                        "table write `weights: {NAME: 1.5}`");
  ag_status status = ag_node_reals(node, "weights", &self->weight, &self->count, error);
  if (status != AG_OK)
    return status;
  if (self->count != space->dim)
    return ag_node_fail(node, error, "%zu weight%s for %zu coordinate%s", self->count,
                        self->count == 1 ? "" : "s", space->dim, space->dim == 1 ? "" : "s");
  return AG_OK;
}

static ag_status linear_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  ag_node weights = ag_node_find(node, "weights");
  return ag_node_get_kind(weights) == AG_NODE_MAPPING
             ? read_column_weights(weights, space, parameters, error)
             : read_coordinate_weights(weights, space, parameters, error);
}

static ag_status evaluate_columns(const linear *self, const ag_items *items, double *reward,
                                  ag_error *error)
{
  for (size_t i = 0; i < items->count; i++)
    reward[i] = self->intercept;
  for (size_t k = 0; k < self->count; k++) {
    const double *cell = items->column[self->column[k]];
    for (size_t i = 0; i < items->count; i++)
      reward[i] += self->weight[k] * cell[i];
  }
  for (size_t k = 0; k < self->count; k++) {
    ag_status status = ag_reward_check_cells(items, self->column[k], reward, error);
    if (status != AG_OK)
      return status;
  }
  return AG_OK;
}

static ag_status linear_evaluate(const void *parameters, const ag_items *items, double *reward,
                                 ag_error *error)
{
  const linear *self = parameters;
  if (self->column)
    return evaluate_columns(self, items, reward, error);
  double *room = NULL;
  ag_status status = ag_array_create(items->dim, sizeof *room, &room, error);
  for (size_t i = 0; i < items->count && status == AG_OK; i++) {
    double sum = self->intercept;
    const double *x = ag_items_at(items, i, room);
    for (size_t k = 0; k < self->count; k++)
      sum += self->weight[k] * x[k];
    reward[i] = sum;
  }
  free(room);
  return status;
}

extern const ag_reward_type ag_reward_linear;
const ag_reward_type ag_reward_linear = {
    .name = "linear",
    .summary = "a weighted sum of coordinates or of columns",
    .example = "linear: {weights: {quality: 1.5, price: -2}, intercept: 0}",
    .parameters = linear_parameters,
    .size = sizeof(linear),
    .read = linear_read,
    .evaluate = linear_evaluate,
    .release = linear_release,
};
