/* Entropy of the words' frequencies. */
#include "metric/parts.h"
#include "metric/text_stats.h"

static void word_entropy_measure(const ag_metric *metric, const ag_metric_texts *texts,
                                 double *values)
{
  (void)metric;
  values[0] = texts->stats->entropy;
}

extern const ag_metric_type ag_metric_word_entropy;
const ag_metric_type ag_metric_word_entropy = {
    .name = "word_entropy",
    .summary = "entropy of the frequencies of a sample's words, in nats",
    .picture = {.title = "Vocabulary",
                .axis = "entropy of the words, nats",
                .caption = "The entropy of the words' frequencies."},
    .on_texts = true,
    .measure = word_entropy_measure,
};
