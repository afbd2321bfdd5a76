/* Games as theory sees them. */
#ifndef CLI_EXACT_H
#define CLI_EXACT_H

#include <aligngame/game.h>

#include "options.h"

/* Loads the game that the command line names. In place of a sampled game stands its exact
 * counterpart (*counterpart, which may be NULL: whether it does), and standard error says so.
 * Returns the exit status. */
int exact_load(const cli_arguments *arguments, ag_game **game, bool *counterpart);

#endif
