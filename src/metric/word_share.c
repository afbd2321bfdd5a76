/* Share of the texts of 0, 1, … words; the last column has those of `most` words or more. */
#include <stdio.h>
#include <stdlib.h>

#include "metric/parts.h"

/* state: words [n] of the items; NULL for a sample of texts. */

typedef struct word_share {
  size_t most;
} word_share;

static const ag_parameter word_share_parameters[] = {
    {"most", "the last column has texts of so many words or more", AG_WHOLE,
     offsetof(word_share, most), .unit = "words", .fallback = "12", .low = 1, .high = 128},
    {0}};

static ag_status make_columns(ag_metric *metric, size_t most, ag_error *error)
{
  char name[24];
  ag_status status = ag_metric_make_columns(metric, most + 1, error);
  for (size_t k = 0; k <= most && status == AG_OK; k++) {
    snprintf(name, sizeof name, "%zu%s", k, k == most ? "+" : "");
    status = ag_metric_name_column(metric, k, name, error);
  }
  return status;
}

static ag_status word_share_create(const void *parameters, const ag_metric_context *context,
                                   ag_metric *metric, ag_error *error)
{
  uint32_t *words = NULL;
  if (!ag_metric_has_words(context))
    return AG_OK;
  ag_status status = make_columns(metric, ((const word_share *)parameters)->most, error);
  if (status == AG_OK)
    status = ag_metric_count_words(context, &words, error);
  metric->state = words;
  return status;
}

static void word_share_accumulate(const ag_metric *metric, const ag_metric_block *block,
                                  double *sums)
{
  double words[AG_METRIC_GATHER];
  size_t most = metric->column_count - 1;
  for (size_t begin = 0; begin < block->count; begin += AG_METRIC_GATHER) {
    size_t rest = block->count - begin, count = rest < AG_METRIC_GATHER ? rest : AG_METRIC_GATHER;
    ag_metric_words_of(metric->state, block, begin, begin + count, words);
    for (size_t i = 0; i < count; i++)
      sums[words[i] < (double)most ? (size_t)words[i] : most] += block->mass[begin + i];
  }
}

extern const ag_metric_type ag_metric_word_share;
const ag_metric_type ag_metric_word_share = {
    .name = "word_share",
    .summary = "share of the texts of each number of words",
    .parameters = word_share_parameters,
    .size = sizeof(word_share),
    .picture = {.title = "Shares of word counts",
                .axis = "share of the texts",
                .caption = "The share of the texts of @ words.",
                .each = "the commonest numbers of"},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_texts = true,
    .create = word_share_create,
    .accumulate = word_share_accumulate,
    .free_state = free,
};
