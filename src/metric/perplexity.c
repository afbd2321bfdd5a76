/* exp(-log p / words) of the space's held-out texts under the model: words, marks of punctuation
 * and ends, the same for every model, whatever its tokens are (generator/held_out.h). What is
 * forgotten shows here. */
#include <math.h>

#include "metric/parts.h"

static ag_status perplexity_create(const void *parameters, const ag_metric_context *context,
                                   ag_metric *metric, ag_error *error)
{
  ag_status status = AG_OK;
  (void)parameters;
  if (context->texts && context->space->held_out_count > 0)
    status = ag_metric_make_columns(metric, 1, error);
  metric->sum_count = 0;
  return status;
}

static void perplexity_measure(const ag_metric *metric, const ag_metric_texts *texts,
                               double *values)
{
  (void)metric;
  values[0] = texts->words > 0 ? exp(-texts->log_probability / (double)texts->words) : (double)NAN;
}

extern const ag_metric_type ag_metric_perplexity;
const ag_metric_type ag_metric_perplexity = {
    .name = "perplexity",
    .summary = "of the space's held-out texts under the model, for each word, mark and end",
    .picture =
        {.title = "Forgetting",
         .axis = "perplexity per word",
         .caption =
             "How surprised the model is by sentences of the corpus that it has never seen."},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_texts = true,
    .asks_model = true,
    .create = perplexity_create,
    .measure = perplexity_measure,
};
