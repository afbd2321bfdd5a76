/* Loops that climb a concave function: one choice a generation, by a mixture of curators who see
 * everything at once. Such a generation is a step of the EM algorithm for the weights p:
 * sum q_i log E_p exp(r_i / tau_i) grows, and with real data that sum and alpha sum p_ref log p.
 * What certifies is a maximum; where it is flat in no direction every start ends there. */
#ifndef AG_THEORY_CONCAVE_H
#define AG_THEORY_CONCAVE_H

#include "game/map.h"

bool ag_game_is_concave(const ag_game *game);

/* Moves log_mass [n] to the maximum, a pair of items at a time: the one that grows most takes mass
 * from one that grows less, where that gains most by the first two derivatives, until they grow
 * alike or the other is gone. Nothing is moved where real data hold everything in place. Status:
 * AG_ERROR_MEMORY. Cost: O(curators n) for each move, of which some n are made. */
ag_status ag_concave_climb(const ag_game *game, double *log_mass, ag_error *error);

#endif
