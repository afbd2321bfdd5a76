/* column: NAME: the reward is a numeric column of the table. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reward/parts.h"

static ag_status column_read(ag_node node, const ag_space *space, void **parameters,
                             ag_error *error)
{
  const char *name = NULL;
  size_t number = 0, *column = NULL;
  ag_status status = ag_node_text(node, "column", &name, error);
  if (status == AG_OK)
    status = ag_reward_read_column(node, name, space, &number, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *column, &column, error);
  if (status != AG_OK)
    return status;
  *column = number;
  *parameters = column;
  return AG_OK;
}

static ag_status column_evaluate(const void *parameters, const ag_space *space, double *reward,
                                 ag_error *error)
{
  size_t column = *(const size_t *)parameters;
  memcpy(reward, space->column[column], space->count * sizeof *reward);
  return ag_reward_check_cells(space, column, reward, error);
}

extern const ag_reward_type ag_reward_column;
const ag_reward_type ag_reward_column = {
    .name = "column",
    .summary = "a numeric column of the table",
    .example = "column: rating",
    .read = column_read,
    .evaluate = column_evaluate,
    .free_parameters = free,
};
