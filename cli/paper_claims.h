/* `aligngame paper claims`: the theorems over an ensemble of random games. */
#ifndef CLI_PAPER_CLAIMS_H
#define CLI_PAPER_CLAIMS_H

#include "options.h"

/* Plays, prints and saves it; returns the exit status. */
int paper_claims(const cli_arguments *arguments);

#endif
