/* E_p[r] for each curator, in the units of the game file. */
#include "metric/parts.h"

static ag_status mean_reward_create(ag_node parameters, const ag_metric_context *context,
                                    ag_metric *metric, ag_error *error)
{
  ag_status status = ag_metric_no_parameters(parameters, metric, error);
  return status ? status : ag_metric_make_curator_columns(metric, context, error);
}

static void mean_reward_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                   double *sums)
{
  for (size_t k = 0; k < metric->column_count; k++) {
    const double *reward = block->reward[k];
    AG_ADD_OVER(sums[k], i, block->count, ag_weigh(block->mass[i], reward[i]));
  }
}

static void mean_reward_finish(const ag_metric *metric, const double *sums, double total,
                               double *values)
{
  for (size_t k = 0; k < metric->column_count; k++)
    values[k] = sums[k] / total;
}

extern const ag_metric_type ag_metric_mean_reward;
const ag_metric_type ag_metric_mean_reward = {
    .name = "mean_reward",
    .summary = "mean reward of each curator, in the reward's own unit",
    .on_by_default = true,
    .on_texts = true,
    .on_points = true,
    .create = mean_reward_create,
    .accumulate = mean_reward_accumulate,
    .finish = mean_reward_finish,
};
