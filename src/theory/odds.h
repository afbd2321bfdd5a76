/* Games of two classes: one generation's change of the log odds decides everything. */
#ifndef AG_THEORY_ODDS_H
#define AG_THEORY_ODDS_H

#include "game/map.h"

typedef struct ag_odds_root {
  double log_odds; /* of item 0 */
  double mass;     /* of item 0 */
  bool repels;     /* a boundary between two ends; else the odds come to it */
} ag_odds_root;

/* The change of the log odds of item 0 in a generation, at these log odds. */
double ag_odds_change(ag_map *map, double log_odds);

/* The roots of that change between the ends, which the odds -+45 stand for: root [most], by
 * increasing log odds; returns how many. Each to a rounding of the change. Cost: some 500 maps. */
size_t ag_odds_roots(ag_map *map, ag_odds_root *root, size_t most);

#endif
