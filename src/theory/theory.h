/* The parts of a prediction. */
#ifndef AG_THEORY_INTERNAL_H
#define AG_THEORY_INTERNAL_H

#include <aligngame/theory.h>

#include "theory/ends.h"

/* The items with member[i] != 0, increasing; member [n]. */
ag_status ag_item_set_create(const ag_game *game, const unsigned char *member, ag_item_set *set,
                             ag_error *error);

/* Fills the regime, the optimal sets and the paper's limit. */
ag_status ag_predict_regime(const ag_game *game, ag_prediction *prediction, ag_error *error);

/* ag_predict with the classes and their ends at hand. */
ag_status ag_predict_from(const ag_classes *classes, const ag_ends *ends,
                          ag_prediction **prediction, ag_error *error);

/* The curators that act, in the order in which they first do: list [curators]; returns how many. */
size_t ag_acting_curators(const ag_game *game, size_t *list);

#endif
