/* KL(p_t || p_0) = sum p (log p - log p_0); from masses with total Z:
 * that sum over Z, less log Z. */
#include <math.h>

#include "metric/parts.h"

static void kl_initial_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                  double *sums)
{
  (void)metric;
  AG_ADD_OVER(sums[0], i, block->count,
              ag_weigh(block->mass[i], block->log_mass[i] - block->initial_log_mass[i]));
}

static void kl_initial_finish(const ag_metric *metric, const double *sums, double total,
                              double *values)
{
  (void)metric;
  values[0] = fmax(0, sums[0] / total - log(total));
}

extern const ag_metric_type ag_metric_kl_initial;
const ag_metric_type ag_metric_kl_initial = {
    .name = "kl_initial",
    .summary = "Kullback-Leibler divergence from the start, KL(p_t || p_0), in nats",
    .picture = {.title = "Distance from the start",
                .axis = "divergence, nats",
                .caption = "The Kullback-Leibler divergence of the population from the first one.",
                .in_tables = 1,
                .rounding = 1e-14}, /* log masses are normalised: some units of the last place */
    .on_by_default = true,
    .accumulate = kl_initial_accumulate,
    .finish = kl_initial_finish,
};
