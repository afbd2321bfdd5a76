/* One generation of a game of few items in plain arithmetic, with the growth of items that are
 * absent: what rest points are searched and certified with, and what the engine is held against. */
#ifndef AG_GAME_MAP_H
#define AG_GAME_MAP_H

#include "game/game.h"

typedef struct ag_map ag_map;

/* Borrows the game, which must be one of items. Status: AG_ERROR_MEMORY. Owner: ag_map_free.
 * Memory: 8 (curators + 6) n bytes. */
ag_status ag_map_create(const ag_game *game, ag_map **map, ag_error *error);
void ag_map_free(ag_map *map);

typedef enum ag_map_mode {
  AG_MAP_PRESENT, /* only what is there: growth of the rest is left as it was */
  AG_MAP_ALL,     /* weights to about 1e-13 */
  AG_MAP_PRECISE  /* all, weights in long double, to about 1e-18 */
} ag_map_mode;

/* Given: generation t; log_mass [n] log p_t, normalised here, -INFINITY: absent.
 * Returned: growth [n]: log of p_{t+1}(x) / p_t(x); of an absent x the factor by which a
 *   vanishing amount of it grows; next [n] log p_{t+1}, or NULL.
 * Cost: some 250 exponentials an item for each choice of a finite pool; n^2 for pools of two. */
void ag_map_apply(ag_map *map, size_t generation, const double *log_mass, ag_map_mode mode,
                  double *growth, double *next);

/* The same of a rare item beside a resident that is everything, without a map: log of its growth
 * factor in generation t. gain [curators of the loop's stages]: log of each stage's factor alone.
 * Steps that accumulate are left out: their share of what is new vanishes with t. */
double ag_loop_growth(const ag_loop *loop, size_t generation, const double *gain);

#endif
