/* exp(entropy): the number of equally likely items with the same entropy. */
#include <math.h>

#include "metric/parts.h"

static void effective_number_finish(const ag_metric *metric, const double *sums, double total,
                                    double *values)
{
  (void)metric;
  values[0] = exp(ag_metric_entropy_of(sums[0], total));
}

extern const ag_metric_type ag_metric_effective_number;
const ag_metric_type ag_metric_effective_number = {
    .name = "effective_number",
    .summary = "effective number of items, exp(entropy)",
    .picture = {.title = "Diversity",
                .axis = "effective number of items",
                .caption = "How many equally common items would be as diverse: exp(entropy).",
                .logarithmic = 1},
    .on_by_default = true,
    .accumulate = ag_metric_add_entropy,
    .finish = effective_number_finish,
};
