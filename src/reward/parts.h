/* What several rewards share: reading their parameters, naming columns in
 * errors. */
#ifndef AG_REWARD_PARTS_H
#define AG_REWARD_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "reward/reward.h"

/* Reads the one reward in a mapping whose key `besides` (NULL: none) belongs
 * to somebody else. Status: AG_ERROR_INPUT at the place, AG_ERROR_MEMORY. */
ag_status ag_reward_read_besides(ag_node node, const char *besides, const ag_space *space,
                                 ag_reward *reward, ag_error *error);

/* Refuses a point under `key` whose number of coordinates is not the space's. */
ag_status ag_reward_check_point(ag_node mapping, const char *key, const ag_reals *point,
                                const ag_space *space, ag_error *error);

/* satisfaction_level of a reward that is 1 where it satisfies. */
double ag_reward_satisfies_at_one(const void *parameters);

/* The number of the column called name, with a "did you mean" at node. */
ag_status ag_reward_read_column(ag_node node, const char *name, const ag_space *space,
                                size_t *column, ag_error *error);

/* Refuses a missing cell of the column that leaves an item of positive mass
 * without a finite reward [n]; says which row and what to do. */
ag_status ag_reward_check_cells(const ag_items *items, size_t column, const double *reward,
                                ag_error *error);

#endif
