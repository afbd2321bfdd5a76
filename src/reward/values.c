/* values: [3, 0, 2]: one reward an item, in the items' order. */
#include <string.h>

#include "reward/reward.h"

static const ag_parameter values_parameters[] = {
    {"", "the items' rewards in their order", AG_REALS, .example = "[3, 0, 2]"}, {0}};

static ag_status values_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  size_t count = ((const ag_reals *)parameters)->count;
  if (count == space->count)
    return AG_OK;
  return ag_node_fail(node, error, "%zu value%s for %zu item%s: every item needs one", count,
                      count == 1 ? "" : "s", space->count, space->count == 1 ? "" : "s");
}

static ag_status values_evaluate(const void *parameters, const ag_items *items, double *reward,
                                 ag_error *error)
{
  (void)error;
  memcpy(reward, ((const ag_reals *)parameters)->value, items->count * sizeof *reward);
  return AG_OK;
}

extern const ag_reward_type ag_reward_values;
const ag_reward_type ag_reward_values = {
    .name = "values",
    .summary = "a list with one reward for each item",
    .example = "values: [3, 0, 2]",
    .parameters = values_parameters,
    .size = sizeof(ag_reals),
    .needs = AG_NEEDS_ITEMS,
    .read = values_read,
    .evaluate = values_evaluate,
};
