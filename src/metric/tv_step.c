/* Total variation between a generation and the one before. */
#include <math.h>

#include "metric/parts.h"

static void tv_step_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  (void)metric;
  AG_ADD_OVER(sums[0], i, block->count, fabs(block->mass[i] - block->previous_mass[i]));
}

static void tv_step_finish(const ag_metric *metric, const double *sums, double total,
                           double *values)
{
  (void)metric;
  values[0] = 0.5 * sums[0] / total;
}

extern const ag_metric_type ag_metric_tv_step;
const ag_metric_type ag_metric_tv_step = {
    .name = "tv_step",
    .summary = "total variation from the generation before, half the sum of |p_t - p_(t-1)|",
    .picture =
        {.title = "Change",
         .axis = "total variation",
         .caption =
             "How far the population has moved since the generation before: its total variation.",
         .in_tables = 1,
         .rounding = 1e-14}, /* masses are exp of log masses: some units of the last place */
    .on_by_default = true,
    .accumulate = tv_step_accumulate,
    .finish = tv_step_finish,
};
