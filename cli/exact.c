#include "exact.h"

#include <stdio.h>

#include "program.h"
#include "render.h"
#include "table.h"

static void explain(const ag_game *sampled, const ag_game *exact)
{
  fprintf(stderr,
          "%s is played on samples; this is its exact counterpart, which it approaches "
          "with growing samples",
          ag_game_name(sampled));
  if (ag_game_is_cloud(sampled))
    fprintf(stderr, ", on a grid of %s cells", render_count(ag_game_item_count(exact)).text);
  fputs(".\n", stderr);
}

int exact_load(const cli_arguments *arguments, ag_game **game, bool *counterpart)
{
  ag_error error = {0};
  ag_game *loaded = NULL;
  const char *why = NULL, *path = cli_positional(arguments, 0);
  if (ag_game_load(path, arguments->override, arguments->override_count, &loaded, &error) != AG_OK)
    return program_fail(&error);
  cli_table_tell(arguments, ag_game_understood(loaded));
  if (counterpart)
    *counterpart = ag_game_is_sampled(loaded);
  if (!ag_game_is_sampled(loaded)) {
    *game = loaded;
    return STATUS_DONE;
  }
  int status = STATUS_DONE;
  if (ag_game_counterpart(loaded, game, &why, &error) != AG_OK) {
    status = program_fail(&error);
  } else if (!*game) {
    fprintf(stderr,
            "aligngame: error: %s is played on samples and has no exact counterpart: %s\n"
            "Theory needs one; `aligngame run` plays the game as it is.\n",
            path, why);
    status = STATUS_USAGE;
  } else if (!cli_given(arguments, "quiet")) {
    explain(loaded, *game);
  }
  ag_game_free(loaded);
  return status;
}
