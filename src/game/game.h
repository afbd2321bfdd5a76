/* A game, as the engines and the theory see it. Immutable; arrays are by item. */
#ifndef AG_GAME_GAME_H
#define AG_GAME_GAME_H

#include <math.h>
#include <time.h>

#include <aligngame/game.h>

#include "base/config.h"
#include "curation/selection.h"
#include "game/files.h"
#include "game/loop.h"
#include "generator/generator.h"
#include "metric/metric.h"
#include "reward/reward.h"
#include "space/space.h"

typedef struct ag_curator {
  char *name;
  ag_reward reward;
  ag_pool pool;                    /* at t = 0 */
  double temperature;              /* likewise */
  ag_schedule pools, temperatures; /* with t */
  double *value;        /* [n] r_i(x); NULL for a cloud, and where a language model is asked */
  ag_generator judge;   /* of a reward that asks a model of its own; else none */
  double *prefers;      /* [n, n] P(x beats y) by item, in place of a reward; or NULL */
  double optimal_level; /* r_i >= optimal_level: in A_i */
  double satisfaction_level;
} ag_curator;

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
  size_t *keep;    /* [loop.stage_count] */
  const ag_selection_type *selection;
  ag_dataset_rule dataset;
  size_t size;
} ag_samples;

struct ag_game {
  char *name, *text;
  struct timespec read; /* when its files began to be read */
  ag_streams streams;   /* of which some were pipes */
  uint64_t seed;
  size_t generations;
  ag_space *space;
  size_t curator_count;
  ag_curator *curator;
  ag_loop loop;
  bool moves;  /* some curator's pool or temperature changes with t */
  bool adapts; /* some reward changes with what it has seen */
  size_t metric_count;
  ag_metric *metric;
  ag_measured measured;
  bool sampled; /* the engine is `samples` */
  bool texts;   /* and its samples are texts, which a language model writes */
  ag_samples samples;
  ag_generator generator;
  size_t replicates;
};

static inline ag_pool ag_curator_pool_at(const ag_curator *curator, size_t generation)
{
  double pool = ag_schedule_at(&curator->pools, generation);
  return pool > 0x1p53 ? AG_POOL_INFINITE : (ag_pool)pool;
}

static inline double ag_curator_temperature_at(const ag_curator *curator, size_t generation)
{
  return ag_schedule_at(&curator->temperatures, generation);
}

/* Rewards of the space's items as they were found before. */
typedef struct ag_known_rewards {
  size_t curator_count, item_count;
  double **value; /* [curator_count][item_count]; NULL: not known */
} ag_known_rewards;

/* The game of a document, with rewards that are known already, so that no program is asked for
 * them. The document's paths become absolute. Status: as for ag_game_load. */
ag_status ag_game_read_known(ag_config *config, const ag_known_rewards *known, ag_game **game,
                             ag_error *error);
/* The text of a game's file, or of the preset of this name, on the heap. Status: as of
 * ag_config_load. */
ag_status ag_game_source(const char *path, char **text, size_t *size, ag_error *error);
/* The document of a game file, or of a preset. Owner: ag_config_free. */
ag_status ag_game_open(const char *path, const char *const *overrides, size_t count,
                       ag_config **config, ag_error *error);
/* The description that a game keeps, on the heap: the document with its paths absolute, which it
 * then has. */
ag_status ag_game_describe(ag_config *config, char **text, ag_error *error);

/* Sets pool, temperature and game->moves from the schedules. */
void ag_game_tune(ag_game *game);

/* The levels that make the curator's optimal set and satisfaction, over items with mass. */
void ag_curator_set_levels(const ag_game *game, ag_curator *curator);

/* In place of a reward, an item's value is its mean probability of winning: value [n]. */
void ag_curator_set_mean_wins(size_t n, const double *prefers, double *value);

/* Whether the item has mass at the start. */
static inline bool ag_game_is_live(const ag_game *game, size_t item)
{
  return !game->space->log_mass || game->space->log_mass[item] > -INFINITY;
}

/* alpha of the last step `real`, at t = 0; 0: there is none. */
double ag_loop_real_share(const ag_loop *loop);

#endif
