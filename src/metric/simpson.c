/* 1 - sum p^2: the chance that two independent draws differ. */
#include <math.h>

#include "metric/parts.h"

static void simpson_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  (void)metric;
  AG_ADD_OVER(sums[0], i, block->count, block->mass[i] * block->mass[i]);
}

static void simpson_finish(const ag_metric *metric, const double *sums, double total,
                           double *values)
{
  (void)metric;
  values[0] = fmax(0, 1 - sums[0] / total / total);
}

extern const ag_metric_type ag_metric_simpson;
const ag_metric_type ag_metric_simpson = {
    .name = "simpson",
    .summary = "chance that two draws differ, 1 - sum p^2 (Gini-Simpson)",
    .picture = {.title = "Chance to differ",
                .axis = "probability",
                .caption = "The chance that two items drawn from the population differ.",
                .in_tables = 1},
    .on_by_default = true,
    .accumulate = simpson_accumulate,
    .finish = simpson_finish,
};
