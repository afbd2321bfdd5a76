/* A loaded game, as the engine and the theory see it. Immutable. Arrays by
 * item are in the layout's order: position j holds item layout.item[j]. */
#ifndef AG_GAME_GAME_H
#define AG_GAME_GAME_H

#include <aligngame/spec.h>

#include "base/config.h"
#include "curation/selection.h"
#include "generator/generator.h"
#include "metric/metric.h"
#include "population/layout.h"
#include "reward/reward.h"
#include "space/space.h"

typedef struct ag_curator {
  char *name;
  ag_reward reward;
  ag_pool pool;
  double temperature;
  double weight;        /* q_i of `parallel`, normalised */
  double *value;        /* [n] r_i(x), in the layout's order (by item for texts); NULL for a cloud,
                           and where a language model is asked */
  ag_generator judge;   /* of a reward that asks a model of its own; else none */
  double *prefers;      /* [n, n] P(x beats y) by item, in place of a reward; or NULL */
  double optimal_level; /* r_i >= optimal_level: in A_i */
  double satisfaction_level;
} ag_curator;

/* A reading of the loop (docs/theory.md, "Readings"). */
struct ag_reading {
  const char *name, *summary, *example;
  bool parallel;    /* all curators measure p_t itself */
  bool accumulates; /* the new distribution is mixed with the old */
  bool first_only;  /* only the first stage changes p; the others publish */
};

extern const ag_reading *const ag_readings[]; /* ended by NULL */

/* What the metrics are read off. */
typedef enum ag_measured {
  AG_MEASURE_DATASET,
  AG_MEASURE_PUBLISHED,
  AG_MEASURE_GENERATED
} ag_measured;

/* D_{t+1} from D_t and what was kept. */
typedef enum ag_dataset_rule {
  AG_DATASET_REPLACE,
  AG_DATASET_ACCUMULATE,
  AG_DATASET_WINDOW,   /* the last `size` generations */
  AG_DATASET_SUBSAMPLE /* at most `size` items, at random */
} ag_dataset_rule;

/* The sizes and rules of a sampled game. */
typedef struct ag_samples {
  size_t initial;  /* |D_1| */
  size_t generate; /* items of the model in each generation */
  size_t *keep;    /* [stage_count] */
  const ag_selection_type *selection;
  ag_dataset_rule dataset;
  size_t size;
} ag_samples;

struct ag_game {
  char *name, *text;
  uint64_t seed;
  size_t generations;
  ag_space *space; /* log_mass in the layout's order */
  size_t curator_count;
  ag_curator *curator;
  const ag_reading *reading;
  size_t stage_count;
  size_t *stage;                   /* [stage_count] curators in order of play */
  double real_share;               /* alpha */
  double initial_size, added_size; /* n_0 and m of `accumulate` */
  size_t metric_count;
  ag_metric *metric;
  ag_measured measured;
  ag_layout layout; /* empty for a cloud */
  bool sampled;     /* the engine is `samples` */
  bool texts;       /* and its samples are texts, which a language model writes */
  ag_samples samples;
  ag_generator generator;
  size_t replicates;
};

#endif
