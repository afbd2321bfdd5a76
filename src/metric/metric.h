/* Metrics: numbers read off a distribution every generation. One metric is
 * one file with one ag_metric_type; the list in metric.c registers it.
 *
 * The engine walks the items in blocks. A metric adds up what it needs of
 * each block into its sums (the engine adds blocks in a fixed order) and turns
 * the sums into values at the end. Its columns are named `metric` or
 * `metric.suffix`. */
#ifndef AG_METRIC_METRIC_H
#define AG_METRIC_METRIC_H

#include <stdbool.h>

#include <aligngame/catalogue.h>

#include "base/parameter.h"
#include "population/texts.h"
#include "reward/reward.h"
#include "space/space.h"

typedef struct ag_metric_curator {
  const char *name;
  const ag_reward *reward;
  const double *value;       /* [n] r(x) by item; lives only during create */
  double optimal_level;      /* r(x) >= optimal_level: x is in the optimal set (over p_0 > 0) */
  double satisfaction_level; /* r(x) >= satisfaction_level: x satisfies the curator */
} ag_metric_curator;

typedef struct ag_metric_context {
  const ag_space *space;
  size_t curator_count;
  const ag_metric_curator *curator;
  bool texts; /* a language model writes the samples: there are no items, but texts */
} ag_metric_context;

/* A run of items in the engine's order; every array is [count]. */
typedef struct ag_metric_block {
  size_t count;
  const double *mass;             /* p_t(x), unnormalised by at most rounding; may underflow to 0 */
  const double *log_mass;         /* log p_t(x) */
  const double *previous_mass;    /* p_{t-1}(x); equals mass at generation 0 */
  const double *initial_log_mass; /* log p_0(x), normalised */
  const uint32_t *item;           /* the items' numbers in the space */
  const double *const *reward;    /* [curator][count] r(x) */
  /* A sample of points: mass is 1 / count, item numbers the sample, and log_mass,
   * previous_mass and initial_log_mass are NULL. */
  const double *point; /* [count, dim], or NULL */
  /* A sample of texts: likewise, with point NULL. */
  const char *const *text; /* [count] each ended by NUL, or NULL */
} ag_metric_block;

/* A sample of texts as a whole, for what is no sum over them. */
typedef struct ag_metric_texts {
  const struct ag_text_stats *stats; /* of the texts, beside the first dataset's */
  /* Of the space's held-out texts together, by the model: words, marks and ends that it was
   * asked about (0: nobody has asked), and their log p. */
  double log_probability;
  size_t words;
} ag_metric_texts;

typedef struct ag_metric {
  const struct ag_metric_type *type;
  void *state;
  size_t column_count;
  char **column_name; /* [column_count], owned */
  size_t sum_count;   /* doubles that accumulate adds to; the engine clears them */
} ag_metric;

typedef enum ag_metric_columns {
  AG_COLUMN,            /* one, called after the metric */
  AG_COLUMN_EACH,       /* one a curator */
  AG_COLUMNS_OF_ITS_OWN /* create makes them */
} ag_metric_columns;

/* Everything but AG_DESCRIBED's name and summary (one line, with the unit), the picture, and
 * accumulate or measure is optional. */
typedef struct ag_metric_type {
  AG_DESCRIBED;
  ag_metric_picture picture;
  ag_metric_columns columns; /* of one with measure: only where there are texts */
  bool on_by_default;        /* in a finite space */
  bool on_texts;             /* defined for a sample of texts; there on by default if it is so in a
                              * finite space, or has measure */
  bool asks_model;           /* needs the held-out words of ag_metric_texts */
  bool on_points;            /* defined for a sample of points, and then on by default in a cloud */
  /* For a cloud the space has no items: only parameters are there to be looked at.
   * Fills state, and the columns and sums that are not there already. parameters: as the table
   * has filled them; they are gone afterwards. A metric with nothing to say about this game (no
   * groups, say) succeeds with column_count 0. */
  ag_status (*create)(const void *parameters, const ag_metric_context *context, ag_metric *metric,
                      ag_error *error);
  void (*accumulate)(const ag_metric *metric, const ag_metric_block *block, double *sums);
  /* values [column_count]; total: the sum of mass over everything, near 1. NULL: the sums over
   * the total. */
  void (*finish)(const ag_metric *metric, const double *sums, double total, double *values);
  /* values [column_count] of a sample of texts, in place of accumulate and finish; NULL:
   * those do it. Elsewhere such a metric has no columns. */
  void (*measure)(const ag_metric *metric, const ag_metric_texts *texts, double *values);
  void (*free_state)(void *state);
} ag_metric_type;

extern const ag_metric_type *const ag_metric_types[]; /* ended by NULL */
extern const ag_list ag_metrics;                      /* the same */

const ag_metric_type *ag_metric_find(const char *name);
/* A metric with parameters (absent: the defaults), or from a node: a name, or
 * `{name: {parameters}}`. */
ag_status ag_metric_create(const ag_metric_type *type, ag_node parameters,
                           const ag_metric_context *context, ag_metric *metric, ag_error *error);
ag_status ag_metric_read(ag_node node, const ag_metric_context *context, ag_metric *metric,
                         ag_error *error);
void ag_metric_free(ag_metric *metric);

/* As the type's finish. */
void ag_metric_finish(const ag_metric *metric, const double *sums, double total, double *values);

#endif
