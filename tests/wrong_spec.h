/* Games of arrays that are refused, each with words of the reason. */
#ifndef AG_TESTS_WRONG_SPEC_H
#define AG_TESTS_WRONG_SPEC_H

#include <string.h>

#include <aligngame/spec.h>

#include "tests/check.h"

typedef struct wrong_spec {
  ag_game_spec spec;
  const char *fragment; /* of the message */
} wrong_spec;

static inline void check_refused(const wrong_spec *wrong, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    ag_game *game = NULL;
    ag_error error = {0};
    CHECK(ag_game_make(&wrong[i].spec, &game, &error) == AG_ERROR_INPUT && !game);
    if (!strstr(error.message, wrong[i].fragment))
      printf("# case %zu: %s\n", i, error.message);
    CHECK(strstr(error.message, wrong[i].fragment) != NULL);
  }
}

#endif
