/* How a table is written, where it is not to be found out. What was read is always told. */
#ifndef AG_TABLE_H
#define AG_TABLE_H

#include <stdbool.h>

/* All zero: find out. Texts are as the keys of a table in a game file take them. */
typedef struct ag_table_options {
  const char *separator;      /* "comma", "tab", ";", ...; or NULL */
  const char *decimal;        /* "point" or "comma", of numbers that can be read in two ways */
  const char *thousands;      /* likewise */
  const char *encoding;       /* as iconv calls it: "windows-1252" */
  const char *const *missing; /* [missing_count] words besides NA and the like */
  unsigned missing_count;
  bool no_header; /* the columns are called 1, 2, ... */
} ag_table_options;

#endif
