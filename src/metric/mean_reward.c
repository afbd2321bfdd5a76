/* E_p[r] for each curator, in the units of the game file. */
#include "metric/parts.h"

static void mean_reward_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                   double *sums)
{
  for (size_t k = 0; k < metric->column_count; k++) {
    const double *reward = block->reward[k];
    AG_ADD_OVER(sums[k], i, block->count, ag_weigh(block->mass[i], reward[i]));
  }
}

extern const ag_metric_type ag_metric_mean_reward;
const ag_metric_type ag_metric_mean_reward = {
    .name = "mean_reward",
    .summary = "mean reward of each curator, in the reward's own unit",
    .picture = {.title = "Mean reward",
                .axis = "mean reward",
                .caption = "What an average item is worth to @.",
                .each = "each curator"},
    .columns = AG_COLUMN_EACH,
    .on_by_default = true,
    .on_texts = true,
    .on_points = true,
    .accumulate = mean_reward_accumulate,
};
