/* The parts of a game file that have a file of their own. */
#ifndef AG_GAME_READ_H
#define AG_GAME_READ_H

#include "game/game.h"

/* curators: the space is read. */
ag_status ag_game_read_curators(ag_node root, ag_game *game, ag_error *error);
/* engine, generator and replicates: the space is read. */
ag_status ag_game_read_engine(ag_node root, ag_game *game, ag_error *error);
/* samples: everything else is read. */
ag_status ag_game_read_samples(ag_node root, ag_game *game, ag_error *error);

/* A number above 0; *value stays as it is where the node is absent. */
ag_status ag_game_read_positive(ag_node node, const char *what, double *value, ag_error *error);
/* The number of the word, among words[0..count), that the node holds; *word stays as it is
 * where the node is absent. */
ag_status ag_game_read_word(ag_node node, const char *what, const char *const *words, size_t count,
                            size_t *word, ag_error *error);

#endif
