/* Tables on the command line: options for how one is written, and what was understood of it. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "options.h"

/* The options, for a command's list. */
/* Versions of clang-format differ about braces in macros. */
/* clang-format off */
#define CLI_TABLE_OPTIONS                                                                           \
  {"missing",                                                                                       \
   0,                                                                                               \
   CLI_TEXT,                                                                                        \
   "WORD",                                                                                          \
   "A word for no value, besides NA, null and the like; may be repeated",                           \
   false},                                                                                          \
      {"separator",                                                                                 \
       0,                                                                                           \
       CLI_TEXT,                                                                                    \
       "C",                                                                                         \
       "What stands between cells: comma, semicolon, tab, pipe, blank (default: found)",            \
       false},                                                                                      \
      {"decimal",                                                                                   \
       0,                                                                                           \
       CLI_TEXT,                                                                                    \
       "MARK",                                                                                      \
       "point or comma, where numbers can be read in two ways (default: found)",                    \
       false},                                                                                      \
      {"thousands", 0, CLI_TEXT, "MARK", "Likewise what groups the digits: point or comma", false}, \
      {"encoding", 0, CLI_TEXT, "NAME", "The file's encoding, such as windows-1252", false},        \
  {                                                                                                 \
    "no-header", 0, CLI_FLAG, NULL,                                                                 \
        "The file has no line of names: the columns are called 1, 2 and so on", false               \
  }
/* clang-format on */

/* Lays them over the keys of the game's table. */
void cli_table_override(cli_arguments *arguments);
/* The words of --missing, on the heap [*count]. */
const char **cli_table_missing(const cli_arguments *arguments, size_t *count);

/* Says on standard error what was understood (NULL: nothing), unless told to be quiet; JSON has it
 * as a field. */
void cli_table_tell(const cli_arguments *arguments, const char *understood);

#endif
