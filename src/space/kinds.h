/* The kinds of space and what their files share. */
#ifndef AG_SPACE_KINDS_H
#define AG_SPACE_KINDS_H

#include "space/space.h"

extern const ag_space_type ag_space_atoms, ag_space_table, ag_space_box;

/* Refuses, at node, more items than the machine can hold with the arrays that a
 * game keeps for each (about 64 bytes). count: items, as a real number so that a
 * product of any size can be named. */
ag_status ag_space_check_size(ag_node node, double count, ag_error *error);

#endif
