/* values: [3, 0, 2]: one reward an item, in the items' order. */
#include <stdlib.h>
#include <string.h>

#include "reward/reward.h"

static ag_status values_read(ag_node node, const ag_space *space, void **parameters,
                             ag_error *error)
{
  double *value = NULL;
  size_t count = 0;
  if (ag_space_is_cloud(space))
    return ag_node_fail(node, error,
                        "values are for items, and a cloud has points; expected a "
                        "reward of coordinates, such as disc or gaussian");
  ag_status status = ag_node_reals(node, "values", &value, &count, error);
  if (status != AG_OK)
    return status;
  if (count != space->count) {
    free(value);
    return ag_node_fail(node, error, "%zu value%s for %zu item%s: every item needs one", count,
                        count == 1 ? "" : "s", space->count, space->count == 1 ? "" : "s");
  }
  *parameters = value;
  return AG_OK;
}

static ag_status values_evaluate(const void *parameters, const ag_space *space, double *reward,
                                 ag_error *error)
{
  (void)error;
  memcpy(reward, parameters, space->count * sizeof *reward);
  return AG_OK;
}

extern const ag_reward_type ag_reward_values;
const ag_reward_type ag_reward_values = {
    .name = "values",
    .summary = "a list with one reward for each item",
    .example = "values: [3, 0, 2]",
    .read = values_read,
    .evaluate = values_evaluate,
    .free_parameters = free,
};
