/* A game's numbers as data, to be changed and made into another game. */
#ifndef AG_GAME_MAKE_H
#define AG_GAME_MAKE_H

#include "game/game.h"

typedef struct ag_game_numbers {
  ag_game_spec spec;                 /* points into the arrays below and into the game */
  double *log_mass;                  /* [n] */
  double **reward;                   /* [curators][n] */
  double **prefers;                  /* [curators][n, n]; NULL for those with rewards */
  ag_schedule *pools, *temperatures; /* [curators] borrowed from the game */
  const char **name;                 /* [curators] borrowed from the game */
  ag_step_spec *step;                /* [spec.step_count] borrowed from the game */
} ag_game_numbers;

/* Numbers of items chosen: number i of the new game is item[i] of the game, with log mass
 * log_mass[i]. Status: AG_ERROR_MEMORY. Owner: ag_game_numbers_free. */
ag_status ag_game_numbers_create(const ag_game *game, const size_t *item, const double *log_mass,
                                 size_t count, ag_game_numbers *numbers, ag_error *error);
void ag_game_numbers_free(ag_game_numbers *numbers);

#endif
