/* Texts that the first dataset does not have. */
#include "metric/parts.h"
#include "metric/text_stats.h"

static void novelty_measure(const ag_metric *metric, const ag_metric_texts *texts, double *values)
{
  (void)metric;
  values[0] = texts->stats->novelty;
}

extern const ag_metric_type ag_metric_novelty;
const ag_metric_type ag_metric_novelty = {
    .name = "novelty",
    .summary = "share of the texts of a sample that are not in the first dataset",
    .picture = {.title = "Novelty",
                .axis = "share of the texts",
                .caption = "The share of the texts that are not in the corpus."},
    .on_texts = true,
    .measure = novelty_measure,
};
