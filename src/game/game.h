/* A loaded game, as the engine and the theory see it. Immutable. Arrays by
 * item are in the layout's order: position j holds item layout.item[j]. */
#ifndef AG_GAME_GAME_H
#define AG_GAME_GAME_H

#include <aligngame/game.h>

#include "base/config.h"
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
  double *value;        /* [n] r_i(x), in the layout's order */
  double optimal_level; /* r_i >= optimal_level: in A_i */
  double satisfaction_level;
} ag_curator;

/* A reading of the loop (docs/theory.md, "Readings"). */
typedef struct ag_reading {
  const char *name, *summary, *example;
  bool parallel;    /* all curators measure p_t itself */
  bool accumulates; /* the new distribution is mixed with the old */
  bool first_only;  /* only the first stage changes p; the others publish */
} ag_reading;

extern const ag_reading *const ag_readings[]; /* ended by NULL */

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
  ag_layout layout;
};

#endif
