/* Help on the terminal, made from the commands' descriptors. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "options.h"

/* Of the program where command is NULL. */
void help_print(FILE *out, const cli_command *command);
/* `aligngame run [OPTION…] GAME.yaml` on the heap. */
char *help_usage(const cli_command *command);
/* Whether `aligngame explain` has something to say of a word. */
bool explain_knows(const char *word);

#endif
