/* The keys of a game file outside the lists: their tables, which readers, lists and manuals use. */
#ifndef AG_GAME_KEYS_H
#define AG_GAME_KEYS_H

#include "base/parameter.h"

extern const ag_description ag_game_keys[]; /* ended by a name of NULL */
extern const ag_parameter ag_curator_keys[], ag_loop_keys[], ag_samples_keys[];

#endif
