/* Classes of items equal in all rewards, and invasion between them. */
#ifndef AG_THEORY_CLASSES_H
#define AG_THEORY_CLASSES_H

#include "game/game.h"

typedef struct ag_reward_class {
  size_t begin, count; /* positions place[begin … begin + count) */
  double log_mass;     /* log p_0 of the whole class */
} ag_reward_class;

/* Classes by decreasing rewards, the first curator's first. Rewards within the
 * tie tolerance (ag_reward_tie_level) of a neighbour's are equal. */
typedef struct ag_classes {
  const ag_game *game;
  size_t count;
  ag_reward_class *item; /* [count] */
  size_t *place;         /* [live] positions in the game's layout, class by class */
  double *reward;        /* [count, curators] */
  size_t front_count;
  size_t *front; /* [front_count] the Pareto-optimal classes */
} ag_classes;

/* Status: AG_ERROR_MEMORY. Cost: O(n log n + n front). Owner: ag_classes_free. */
ag_status ag_classes_create(const ag_game *game, ag_classes *classes, ag_error *error);
void ag_classes_free(ag_classes *classes);

/* log h_K(a), h_K(a) = K e^a / (e^a + K - 1): the growth of a rare item whose
 * reward is a temperatures above the residents', in one curation. */
double ag_log_growth(ag_pool pool, double a);

/* log lambda(rare | resident) over one generation of the game's reading. */
double ag_classes_invasion(const ag_classes *classes, size_t rare, size_t resident);

/* The largest log lambda of any class against the resident; -INFINITY if there
 * is no other. *invader: the class. */
double ag_classes_worst_invader(const ag_classes *classes, size_t resident, size_t *invader);

/* Whether no class invades (within rounding, 1e-12). Cost: O(front). */
bool ag_classes_is_sink(const ag_classes *classes, size_t resident);

/* The classes that are sinks, most massive at the start first; *sinks is the
 * caller's to free. Cost: O(front^2). */
ag_status ag_classes_sinks(const ag_classes *classes, size_t **sinks, size_t *count,
                           ag_error *error);

/* log p of a class, from log masses by position. */
double ag_classes_log_mass(const ag_classes *classes, size_t number, const double *log_mass);

#endif
