/* The keys of a game file outside the lists: for lists and manuals. */
#ifndef AG_GAME_KEYS_H
#define AG_GAME_KEYS_H

#include "base/parameter.h"

extern const ag_description ag_game_keys[]; /* ended by a name of NULL */

#endif
