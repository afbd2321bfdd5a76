/* Games made in memory from another game's numbers; from numbers: aligngame/spec.h. */
#ifndef AG_GAME_MAKE_H
#define AG_GAME_MAKE_H

#include <aligngame/spec.h>

#include "game/game.h"

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
