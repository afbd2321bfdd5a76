/* The parts of a game file that have a file of their own. */
#ifndef AG_GAME_READ_H
#define AG_GAME_READ_H

#include "game/game.h"

/* The game that a document describes, whose paths become absolute; the document stays the caller's.
 * Status: AG_ERROR_INPUT with a place, AG_ERROR_MEMORY. Owner: ag_game_free. */
ag_status ag_game_read(ag_config *config, ag_game **game, ag_error *error);

/* The same on a space that is read already, one more of whose owners the game becomes. */
ag_status ag_game_read_on(ag_config *config, ag_space *space, ag_game **game, ag_error *error);

/* curators: the space is read. */
ag_status ag_game_read_curators(ag_node root, ag_game *game, ag_error *error);
/* engine, generator and replicates: the space is read. */
ag_status ag_game_read_engine(ag_node root, ag_game *game, ag_error *error);
/* samples: everything else is read. */
ag_status ag_game_read_samples(ag_node root, ag_game *game, ag_error *error);

/* Whether every curator can keep what it is asked to, by the game's rule. Status: AG_ERROR_INPUT.
 */
ag_status ag_samples_check(const ag_game *game, ag_error *error);
extern const char *const ag_dataset_words[], *const ag_measured_words[]; /* ended by NULL */
extern const ag_bounds ag_pool_bounds, ag_temperature_bounds;

/* Whether P(x beats y) and P(y beats x) are probabilities that add up to 1, within rounding. */
bool ag_preference_holds(double there, double back);

/* The metrics with these names (count 0: none; "default": all that apply by default). Status:
 * AG_ERROR_INPUT: an unknown or repeated name; AG_ERROR_MEMORY. */
ag_status ag_game_add_metrics(ag_game *game, const char *const *name, size_t count,
                              ag_error *error);

/* A number above 0; *value stays as it is where the node is absent. */
ag_status ag_game_read_positive(ag_node node, const char *what, double *value, ag_error *error);
/* The number of the word, among words[0..count), that the node holds; *word stays as it is
 * where the node is absent. */
ag_status ag_game_read_word(ag_node node, const char *what, const char *const *words, size_t count,
                            size_t *word, ag_error *error);

#endif
