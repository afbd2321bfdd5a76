/* Texts that are there already. */
#include "metric/parts.h"
#include "metric/text_stats.h"

static void duplicates_measure(const ag_metric *metric, const ag_metric_texts *texts,
                               double *values)
{
  (void)metric;
  values[0] = texts->stats->duplicates;
}

extern const ag_metric_type ag_metric_duplicates;
const ag_metric_type ag_metric_duplicates = {
    .name = "duplicates",
    .summary = "share of the texts of a sample that equal an earlier one",
    .picture = {.title = "Duplicates",
                .axis = "share of the texts",
                .caption = "The share of the texts that repeat an earlier one."},
    .on_texts = true,
    .measure = duplicates_measure,
};
