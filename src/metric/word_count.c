/* Words of a text: their mean and standard deviation. */
#include <math.h>
#include <stdlib.h>

#include "metric/parts.h"

/* state: words [n] of the items; NULL for a sample of texts. */

static ag_status word_count_create(const void *parameters, const ag_metric_context *context,
                                   ag_metric *metric, ag_error *error)
{
  uint32_t *words = NULL;
  (void)parameters;
  if (!ag_metric_has_words(context))
    return AG_OK;
  ag_status status = ag_metric_make_columns(metric, 2, error);
  if (status == AG_OK)
    status = ag_metric_name_column(metric, 1, "deviation", error);
  if (status == AG_OK)
    status = ag_metric_count_words(context, &words, error);
  metric->state = words;
  return status;
}

static void word_count_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                  double *sums)
{
  double words[AG_METRIC_GATHER];
  for (size_t begin = 0; begin < block->count; begin += AG_METRIC_GATHER) {
    size_t rest = block->count - begin, count = rest < AG_METRIC_GATHER ? rest : AG_METRIC_GATHER;
    const double *mass = block->mass + begin;
    if (ag_metric_is_empty(mass, count))
      continue;
    ag_metric_words_of(metric->state, block, begin, begin + count, words);
    AG_ADD_OVER(sums[0], i, count, mass[i] * words[i]);
    AG_ADD_OVER(sums[1], i, count, mass[i] * words[i] * words[i]);
  }
}

static void word_count_finish(const ag_metric *metric, const double *sums, double total,
                              double *values)
{
  const double rounding = 1e-13; /* of the mean square: all that is left where all are equal */
  double mean = sums[0] / total, square = sums[1] / total, variance = square - mean * mean;
  (void)metric;
  values[0] = mean;
  values[1] = variance > rounding * square ? sqrt(variance) : 0;
}

extern const ag_metric_type ag_metric_word_count;
const ag_metric_type ag_metric_word_count = {
    .name = "word_count",
    .summary = "words of a text: mean and standard deviation",
    .picture = {.title = "Number of words",
                .axis = "words of a text",
                .caption = "The mean number of words of a text, and its standard deviation."},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_by_default = true,
    .on_texts = true,
    .create = word_count_create,
    .accumulate = word_count_accumulate,
    .finish = word_count_finish,
    .free_state = free,
};
