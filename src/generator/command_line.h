/* Command lines with places for values, such as `train.py {data} {model}`: what the files of
 * the generator `command` share. */
#ifndef AG_GENERATOR_COMMAND_LINE_H
#define AG_GENERATOR_COMMAND_LINE_H

#include <stdbool.h>

#include "base/status.h"

typedef enum ag_command_place {
  AG_PLACE_DATA,
  AG_PLACE_MODEL,
  AG_PLACE_PREVIOUS,
  AG_PLACE_COUNT,
  AG_PLACE_SEED,
  AG_PLACE_OUTPUT,
  AG_PLACE_GENERATION,
  AG_PLACES
} ag_command_place;

/* `data`, say. */
const char *ag_command_place_name(ag_command_place place);

/* Whether a line has `{data}`, say (`${data}` is the shell's own). */
bool ag_command_mentions(const char *line, ag_command_place place);

/* The line with value [AG_PLACES] in the places; NULL values have none there. What the shell
 * would not take as it is gets quoted: with quotes of its own, or inside the quotes where
 * the place stands. Status: AG_ERROR_MEMORY. Owner: the caller. */
ag_status ag_command_fill(const char *line, const char *const value[AG_PLACES], char **filled,
                          ag_error *error);

#endif
