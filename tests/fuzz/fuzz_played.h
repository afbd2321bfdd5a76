/* Games that fuzz targets make around their bytes. */
#ifndef FUZZ_PLAYED_H
#define FUZZ_PLAYED_H

#include "fuzz.h"
#include "game/game.h"

/* Reads a game that stands in a stream of memory, which is closed; where it is one, its rewards are
 * numbers. */
static inline void check_game(FILE *to, char **text, size_t *size)
{
  ag_game *game = NULL;
  ag_error error = {0};
  require(fclose(to) == 0);
  if (ag_game_parse("fuzz.yaml", *text, *size, NULL, 0, &game, &error) == AG_OK) {
    double reward[64];
    require(ag_game_item_count(game) <= 64);
    for (size_t c = 0; c < ag_game_curator_count(game); c++) {
      ag_game_rewards(game, c, reward);
      for (size_t i = 0; i < ag_game_item_count(game); i++)
        require(reward[i] - reward[i] == 0);
    }
  } else {
    require_refusal(&error);
  }
  ag_game_free(game);
  free(*text);
}

#endif
