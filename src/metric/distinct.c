/* Different n-grams of words among all, n = 1, 2, 3: distinct-n of Li et al. (2016). */
#include <stdio.h>

#include "metric/parts.h"
#include "metric/text_stats.h"

enum { LONGEST = 3 };

static ag_status distinct_create(const void *parameters, const ag_metric_context *context,
                                 ag_metric *metric, ag_error *error)
{
  ag_status status = AG_OK;
  (void)parameters;
  if (context->texts)
    status = ag_metric_make_columns(metric, LONGEST, error);
  for (size_t k = 0; k < metric->column_count && status == AG_OK; k++) {
    char name[24];
    snprintf(name, sizeof name, "%zu", k + 1);
    status = ag_metric_name_column(metric, k, name, error);
  }
  metric->sum_count = 0;
  return status;
}

static void distinct_measure(const ag_metric *metric, const ag_metric_texts *texts, double *values)
{
  for (size_t k = 0; k < metric->column_count; k++)
    values[k] = texts->stats->distinct[k + 1];
}

extern const ag_metric_type ag_metric_distinct;
const ag_metric_type ag_metric_distinct = {
    .name = "distinct",
    .summary = "share of different ones among the single words, pairs and triples of a sample",
    .picture = {.title = "Distinct n-grams",
                .axis = "share of all n-grams",
                .caption = "Different runs of @ words among all: 1 would be no repetition.",
                .each = "1, 2 and 3"},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_texts = true,
    .create = distinct_create,
    .measure = distinct_measure,
};
