/* Games made in memory, from numbers or from another game. They have no
 * metrics and no description, and take no time to speak of. */
#ifndef AG_GAME_MAKE_H
#define AG_GAME_MAKE_H

#include "game/game.h"

typedef struct ag_game_spec {
  size_t count;           /* n items */
  const double *log_mass; /* [n] log p_0 but for an offset; NULL: uniform */
  size_t curator_count;
  const double *const *reward; /* [curators][n] */
  const ag_pool *pool;         /* [curators] */
  const double *temperature;   /* [curators] */
  const double *weight;        /* [curators] for `parallel`; NULL: equal */
  const ag_reading *reading;   /* NULL: sequential */
  size_t stage_count;
  const size_t *stage; /* [stage_count] order of play; NULL: as they stand */
  double real_share, initial_size, added_size; /* sizes: 0 is 1 */
} ag_game_spec;

/* Status: AG_ERROR_INPUT (a span beyond numbers), AG_ERROR_MEMORY. Everything
 * is copied. Owner: ag_game_free. Cost: as ag_layout_create. */
ag_status ag_game_make(const ag_game_spec *spec, ag_game **game, ag_error *error);

/* A game's numbers by item, to be changed and made into another game. */
typedef struct ag_game_numbers {
  ag_game_spec spec;            /* points into the arrays below and into the game */
  double *log_mass;             /* [n] */
  double **reward;              /* [curators][n] */
  ag_pool *pool;                /* [curators] */
  double *temperature, *weight; /* [curators] */
  size_t *stage;                /* [stages] */
} ag_game_numbers;

ag_status ag_game_numbers_create(const ag_game *game, ag_game_numbers *numbers, ag_error *error);
void ag_game_numbers_free(ag_game_numbers *numbers);

#endif
