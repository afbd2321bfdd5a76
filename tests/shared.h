/* The shared reference values and data, where they are: $ALIGNGAME_SHARED, by
 * default the folder `shared` beside the checkout. */
#ifndef AG_TESTS_SHARED_H
#define AG_TESTS_SHARED_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static inline const char *shared_path(const char *name)
{
  static char path[1024];
  const char *folder = getenv("ALIGNGAME_SHARED");
  snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared", name);
  return path;
}

/* A number that the file keeps as a number or as text with 30 digits. */
static inline double shared_real(const json_t *value)
{
  return json_is_string(value) ? strtod(json_string_value(value), NULL) : json_number_value(value);
}

#endif
