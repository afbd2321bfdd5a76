/* Mass of the items that satisfy each curator. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "metric/parts.h"

/* state: the level [curators] from which an item satisfies; NaN: there is none, as for a
 * reward without a known maximum on a cloud of points. */

static ag_status satisfaction_create(const void *parameters, const ag_metric_context *context,
                                     ag_metric *metric, ag_error *error)
{
  double *level = NULL;
  (void)parameters;
  ag_status status = ag_array_create(context->curator_count, sizeof *level, &level, error);
  for (size_t k = 0; k < context->curator_count && status == AG_OK; k++)
    level[k] = context->curator[k].satisfaction_level;
  metric->state = level;
  return status;
}

static void satisfaction_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                    double *sums)
{
  const double *level = metric->state;
  for (size_t k = 0; k < metric->column_count; k++) {
    const double *reward = block->reward[k], least = level[k];
    if (isnan(least))
      sums[k] = (double)NAN;
    AG_ADD_OVER(sums[k], i, block->count, reward[i] >= least ? block->mass[i] : 0);
  }
}

extern const ag_metric_type ag_metric_satisfaction;
const ag_metric_type ag_metric_satisfaction = {
    .name = "satisfaction",
    .summary = "mass of the items that satisfy each curator",
    .picture = {.title = "Satisfaction",
                .axis = "share of the population",
                .caption = "The share of the population that satisfies @.",
                .each = "each curator"},
    .columns = AG_COLUMN_EACH,
    .on_by_default = true,
    .on_texts = true,
    .on_points = true,
    .create = satisfaction_create,
    .accumulate = satisfaction_accumulate,
    .free_state = free,
};
