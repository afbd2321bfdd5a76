/* A folder of a test's own, and paths in it. */
#ifndef AG_TESTS_FOLDER_H
#define AG_TESTS_FOLDER_H

#include <stdio.h>

static char folder[] = "/tmp/aligngame-test-XXXXXX"; /* for mkdtemp */

/* A path in the folder; of the last four that were asked for. */
static inline const char *path_of(const char *name)
{
  static char path[4][300];
  static int next;
  char *made = path[next++ % 4];
  snprintf(made, sizeof path[0], "%s/%s", folder, name);
  return made;
}

#endif
