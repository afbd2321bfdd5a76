/* Share of the texts of 0, 1, … words; the last column has those of `most` words or more. */
#include <stdio.h>
#include <stdlib.h>

#include "metric/parts.h"

enum { DEFAULT_MOST = 12, LARGEST_MOST = 128 };

/* state: words [n] of the items; NULL for a sample of texts. */

static ag_status read_most(ag_node parameters, size_t *most, ag_error *error)
{
  static const char *const known[] = {"most"};
  long long value = DEFAULT_MOST;
  ag_node node = ag_node_find(parameters, "most");
  ag_status status = AG_OK;
  if (ag_node_present(parameters))
    status = ag_node_expect_keys(parameters, "word_share", known, 1, error);
  if (status == AG_OK && ag_node_present(node))
    status = ag_node_integer(node, "the most words", 1, LARGEST_MOST, &value, error);
  *most = (size_t)value;
  return status;
}

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

static ag_status word_share_create(ag_node parameters, const ag_metric_context *context,
                                   ag_metric *metric, ag_error *error)
{
  size_t most = 0;
  uint32_t *words = NULL;
  ag_status status = read_most(parameters, &most, error);
  if (status != AG_OK || !ag_metric_has_words(context))
    return status;
  status = make_columns(metric, most, error);
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
    .summary = "share of the texts of each number of words (most: the last column, 12)",
    .on_texts = true,
    .create = word_share_create,
    .accumulate = word_share_accumulate,
    .finish = ag_metric_finish_mean,
    .free_state = free,
};
