/* What several metrics share: sums over a block, columns, masses of sets. */
#ifndef AG_METRIC_PARTS_H
#define AG_METRIC_PARTS_H

#include <stddef.h>

#include "metric/metric.h"

/* total += the sum of term over i in [0, count). Eight lanes: the order is
 * fixed and the compiler may vectorise it. */
#define AG_ADD_OVER(total, i, count, term)                                                         \
  do {                                                                                             \
    double ag_lane[8] = {0};                                                                       \
    size_t ag_whole = (count) - (count) % 8;                                                       \
    for (size_t ag_start = 0; ag_start < ag_whole; ag_start += 8) {                                \
      for (size_t ag_k = 0; ag_k < 8; ag_k++) {                                                    \
        size_t i = ag_start + ag_k;                                                                \
        ag_lane[ag_k] += (term);                                                                   \
      }                                                                                            \
    }                                                                                              \
    for (size_t i = ag_whole; i < (count); i++)                                                    \
      ag_lane[i - ag_whole] += (term);                                                             \
    (total) += ((ag_lane[0] + ag_lane[1]) + (ag_lane[2] + ag_lane[3])) +                           \
               ((ag_lane[4] + ag_lane[5]) + (ag_lane[6] + ag_lane[7]));                            \
  } while (0)

/* mass * value, and 0 without mass even where value is infinite or NaN. */
static inline double ag_weigh(double mass, double value)
{
  return mass * (mass > 0 ? value : 0);
}

/* Items of a block that a metric takes at a time where it looks up something by
 * item: a multiple of the eight lanes. */
enum { AG_METRIC_GATHER = 512 };

/* Whether all masses are zero: then no sum changes. */
bool ag_metric_is_empty(const double *mass, size_t count);

/* Makes count columns, all named after the type alone; sums: as many. */
ag_status ag_metric_make_columns(ag_metric *metric, size_t count, ag_error *error);

/* Renames column number index to `metric.suffix`. */
ag_status ag_metric_name_column(ag_metric *metric, size_t index, const char *suffix,
                                ag_error *error);

/* One column a curator, named after it. */
ag_status ag_metric_make_curator_columns(ag_metric *metric, const ag_metric_context *context,
                                         ag_error *error);

/* For metrics of the words of a sample of texts, or of the items of a space of sentences. Without
 * either there are no words. words [n]: of each item, NULL for a sample; owner: free(). */
bool ag_metric_has_words(const ag_metric_context *context);
ag_status ag_metric_count_words(const ag_metric_context *context, uint32_t **words,
                                ag_error *error);
/* count [end - begin] of the block's items or texts. */
void ag_metric_words_of(const uint32_t *words, const ag_metric_block *block, size_t begin,
                        size_t end, double *count);

/* Entropy in nats: its one sum, and its value from that sum. */
void ag_metric_add_entropy(const ag_metric *metric, const ag_metric_block *block, double *sums);
double ag_metric_entropy_of(double sum, double total);

/* A metric whose columns are the masses of sets of items; its state is an
 * ag_metric_sets, made for metric->column_count sets, all empty. */
typedef struct ag_metric_sets ag_metric_sets;

ag_status ag_metric_sets_create(ag_metric *metric, size_t items, ag_error *error);
void ag_metric_sets_insert(ag_metric *metric, size_t set, size_t item);
void ag_metric_sets_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums);
void ag_metric_sets_free(void *state);

/* Columns `metric.CURATOR` for each curator and, where there are several,
 * `metric.intersection` after them. */
ag_status ag_metric_make_optimal_columns(ag_metric *metric, const ag_metric_context *context,
                                         ag_error *error);

/* member[n] = 1 for the items of the set of optimal column number index (a
 * curator's optimal set; for index curator_count the intersection), else 0. */
void ag_metric_optimal_members(const ag_metric_context *context, size_t index,
                               unsigned char *member);

#endif
