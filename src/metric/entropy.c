/* -sum p log p; from masses with total Z: (-sum p log p) / Z + log Z. */
#include "metric/parts.h"

static void entropy_finish(const ag_metric *metric, const double *sums, double total,
                           double *values)
{
  (void)metric;
  values[0] = ag_metric_entropy_of(sums[0], total);
}

extern const ag_metric_type ag_metric_entropy;
const ag_metric_type ag_metric_entropy = {
    .name = "entropy",
    .summary = "Shannon entropy, in nats",
    .picture = {.title = "Entropy",
                .axis = "entropy, nats",
                .caption = "The entropy of the population.",
                .in_tables = 1},
    .on_by_default = true,
    .accumulate = ag_metric_add_entropy,
    .finish = entropy_finish,
};
