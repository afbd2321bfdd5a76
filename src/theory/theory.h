/* The parts of a prediction. Positions are places in the game's layout. */
#ifndef AG_THEORY_INTERNAL_H
#define AG_THEORY_INTERNAL_H

#include <aligngame/theory.h>

#include "theory/classes.h"

/* The items at the positions with member[j] != 0, increasing. */
ag_status ag_item_set_create(const ag_game *game, const unsigned char *member, ag_item_set *set,
                             ag_error *error);

/* Fills the regime, the optimal sets and the paper's limit. */
ag_status ag_predict_regime(const ag_game *game, ag_prediction *prediction, ag_error *error);

/* Fills the sinks and lock_in. */
ag_status ag_predict_sinks(const ag_classes *classes, ag_prediction *prediction, ag_error *error);

/* ag_predict with the classes at hand. */
ag_status ag_predict_from(const ag_game *game, const ag_classes *classes,
                          ag_prediction **prediction, ag_error *error);

#endif
