/* column: NAME: the reward is a numeric column of the table. */
#include <string.h>

#include "reward/parts.h"

typedef struct column {
  char *name;
  size_t number;
} column;

static const ag_parameter column_parameters[] = {
    {"", "the column's name", AG_TEXT, offsetof(column, name), .example = "rating"}, {0}};

static ag_status column_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  column *self = parameters;
  return ag_reward_read_column(node, self->name, space, &self->number, error);
}

static ag_status column_evaluate(const void *parameters, const ag_items *items, double *reward,
                                 ag_error *error)
{
  size_t number = ((const column *)parameters)->number;
  memcpy(reward, items->column[number], items->count * sizeof *reward);
  return ag_reward_check_cells(items, number, reward, error);
}

extern const ag_reward_type ag_reward_column;
const ag_reward_type ag_reward_column = {
    .name = "column",
    .summary = "a numeric column of the table",
    .example = "column: rating",
    .parameters = column_parameters,
    .size = sizeof(column),
    .read = column_read,
    .evaluate = column_evaluate,
};
