/* What theory says of a game before it is played. */
#ifndef AG_THEORY_H
#define AG_THEORY_H

#include <stdbool.h>

#include <aligngame/api.h>
#include <aligngame/game.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ag_regime { AG_REGIME_PERFECT, AG_REGIME_PARTIAL, AG_REGIME_DISJOINT } ag_regime;

AG_API const char *ag_regime_name(ag_regime regime);

/* A set of items by number, increasing. */
typedef struct ag_item_set {
  size_t count;
  size_t *item; /* [count] */
} ag_item_set;

/* A sink: a class of items equal in all rewards that nothing invades. */
typedef struct ag_sink {
  ag_item_set items;
  double log_lambda; /* log of the largest growth factor of a rare invader; -INFINITY: no other
                        class */
} ag_sink;

/* Where the sequential loop can end.
 * optimal_sets [curators]: A_i over the items with p_0 > 0. paper_limit: the
 * set on which the paper's theorem for the regime puts the limit (Theorem 1:
 * A*, Theorem 3: the intersection, Theorem 4: the optimal set's part that the
 * other curators like best, A_{P|O}), for the curators in their order of play.
 * sinks: most massive initial class first. */
typedef struct ag_prediction {
  ag_regime regime;
  size_t curator_count;
  ag_item_set *optimal_sets;
  ag_item_set paper_limit;
  const char *paper_theorem; /* "theorem 1", "theorem 3", "theorem 4" */
  size_t sink_count;
  ag_sink *sinks;
  bool lock_in; /* more than one sink */
} ag_prediction;

/* Status: AG_ERROR_MEMORY. Cost: O(n log n + c n) for c Pareto-optimal classes.
 * Owner: ag_prediction_free.
 * Source: arXiv 2511.12804, Definition 2, Theorems 1, 3, 4; invasion analysis, docs/theory.md. */
AG_API ag_status ag_predict(const ag_game *game, ag_prediction **prediction, ag_error *error);
AG_API void ag_prediction_free(ag_prediction *prediction);

#ifdef __cplusplus
}
#endif

#endif
