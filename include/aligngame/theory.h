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

/* What is known of the loop that is played, before anything is computed: the one gate that
 * every command asks. */
typedef enum ag_theory_kind {
  AG_THEORY_NONE,       /* nothing is known of where it ends; why says why */
  AG_THEORY_SINKS,      /* selection steps in sequence: the limits are sinks (proven) */
  AG_THEORY_REST_POINTS /* the limits are rest points, which are computed and certified */
} ag_theory_kind;

typedef struct ag_theory {
  ag_theory_kind kind;
  bool theorems; /* the paper's theorems are about this loop, or about one with the same limits */
  char why[256]; /* in a sentence: what is known of this loop and how, or why nothing is */
} ag_theory;

/* Status: none; the game is only looked at. */
AG_API void ag_theory_of(const ag_game *game, ag_theory *theory);

/* A distribution that a generation leaves as it is. */
typedef struct ag_rest_point {
  size_t count;          /* items that are there */
  size_t *item;          /* [count] most massive first */
  double *mass;          /* [count] their masses at rest; shares inside a class are those of p_0 */
  bool stable;           /* the spectral radius of the map's Jacobian on the support is below 1 */
  double radius;         /* that spectral radius; NaN where one class holds everything */
  bool attracts;         /* stable, and nothing absent grows */
  double growth_outside; /* the largest growth factor of an absent class; 0: there is none */
  bool every_start;      /* every start that was tried came here, or it is proven to */
} ag_rest_point;

/* Where the loop that is played can end.
 * optimal_sets [curators]: A_i over the items with p_0 > 0. The regime compares those of the
 * curators that act, which change p. paper_limit: the set on which the paper's theorem for the
 * regime puts the limit (Theorem 1: A*, Theorem 3: the intersection, Theorem 4: the optimal set's
 * part that the other curators like best, A_{P|O}), for the acting curators in their order of
 * play; empty where theory.theorems is false. sinks: most massive initial class first; none
 * where theory.kind is not AG_THEORY_SINKS. rest_points: of loops that are no plain sequence; the
 * own start's first. */
typedef struct ag_prediction {
  ag_theory theory;
  ag_regime regime;
  size_t curator_count;
  ag_item_set *optimal_sets;
  ag_item_set paper_limit;
  const char *paper_theorem; /* "theorem 1", "theorem 3", "theorem 4"; NULL: none is about it */
  bool neutral;              /* nobody who acts tells the items apart: every start is at rest */
  size_t sink_count;
  ag_sink *sinks;
  bool lock_in; /* more than one sink, or rest point that attracts */
  size_t rest_point_count;
  ag_rest_point *rest_points;
  bool cycles; /* the rest points are known, and none attracts: the game goes round */
} ag_prediction;

/* A game of which nothing is known has a prediction too: theory.kind AG_THEORY_NONE, with the
 * reason; of a cloud or a game on texts it has no sets.
 * Status: AG_ERROR_MEMORY. Cost: O(n log n + c n) for c Pareto-optimal classes; where rest points
 * are searched, some thousand generations of a game with one item a class.
 * Owner: ag_prediction_free.
 * Source: arXiv 2511.12804, Definition 2, Theorems 1, 3, 4; invasion analysis, docs/theory.md. */
AG_API ag_status ag_predict(const ag_game *game, ag_prediction **prediction, ag_error *error);
AG_API void ag_prediction_free(ag_prediction *prediction);

#ifdef __cplusplus
}
#endif

#endif
