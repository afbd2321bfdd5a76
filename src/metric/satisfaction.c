/* Mass of the items that satisfy each curator. */
#include "metric/parts.h"

static ag_status satisfaction_create(ag_node parameters, const ag_metric_context *context,
                                     ag_metric *metric, ag_error *error)
{
  ag_status status = ag_metric_no_parameters(parameters, metric, error);
  if (status == AG_OK)
    status = ag_metric_make_curator_columns(metric, context, error);
  if (status == AG_OK)
    status = ag_metric_sets_create(metric, context->space->count, error);
  for (size_t k = 0; k < context->curator_count && status == AG_OK; k++) {
    const ag_metric_curator *curator = &context->curator[k];
    for (size_t i = 0; i < context->space->count; i++)
      if (curator->value[i] >= curator->satisfaction_level)
        ag_metric_sets_insert(metric, k, i);
  }
  return status;
}

extern const ag_metric_type ag_metric_satisfaction;
const ag_metric_type ag_metric_satisfaction = {
    .name = "satisfaction",
    .summary = "mass of the items that satisfy each curator",
    .on_by_default = true,
    .create = satisfaction_create,
    .accumulate = ag_metric_sets_accumulate,
    .finish = ag_metric_finish_mean,
    .free_state = ag_metric_sets_free,
};
