/* The parts of a prediction. Positions are places in the game's layout. */
#ifndef AG_THEORY_INTERNAL_H
#define AG_THEORY_INTERNAL_H

#include <aligngame/theory.h>

#include "game/game.h"

/* The items at the positions with member[j] != 0, increasing. */
ag_status ag_item_set_create(const ag_game *game, const unsigned char *member, ag_item_set *set,
                             ag_error *error);

/* Fills the regime, the optimal sets and the paper's limit. */
ag_status ag_predict_regime(const ag_game *game, ag_prediction *prediction, ag_error *error);

/* Fills the sinks and lock_in. */
ag_status ag_predict_sinks(const ag_game *game, ag_prediction *prediction, ag_error *error);

/* log h_K(a), h_K(a) = K e^a / (e^a + K - 1): the growth of a rare item whose
 * reward is a temperatures above the resident's, in one curation. */
double ag_log_growth(ag_pool pool, double a);

/* log lambda of a rare item with rewards `rare` [curators] among residents
 * with rewards `resident`, over one generation of the game's reading. */
double ag_log_invasion(const ag_game *game, const double *rare, const double *resident);

#endif
