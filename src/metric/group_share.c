/* Mass of each group of a table. */
#include "metric/parts.h"

/* The state is the space's own array of group numbers, borrowed. */
static ag_status group_share_create(const void *parameters, const ag_metric_context *context,
                                    ag_metric *metric, ag_error *error)
{
  const ag_space *space = context->space;
  (void)parameters;
  if (!space->group)
    return AG_OK;
  ag_status status = ag_metric_make_columns(metric, space->group_count, error);
  for (size_t k = 0; k < space->group_count && status == AG_OK; k++)
    status = ag_metric_name_column(metric, k, space->group_name[k], error);
  metric->state = space->group;
  return status;
}

static void group_share_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                   double *sums)
{
  const uint32_t *group = metric->state;
  for (size_t i = 0; i < block->count && group; i++)
    sums[group[block->item[i]]] += block->mass[i];
}

extern const ag_metric_type ag_metric_group_share;
const ag_metric_type ag_metric_group_share = {
    .name = "group_share",
    .summary = "mass of each group of a table",
    .picture = {.title = "Groups",
                .axis = "share of the population",
                .caption = "The share of @.",
                .each = "the largest groups at the end"},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_by_default = true,
    .create = group_share_create,
    .accumulate = group_share_accumulate,
};
