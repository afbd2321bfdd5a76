/* A program of somebody else's, on libaligngame-core alone: makes the preset `compromise` from
 * arrays, plays it and asks where it ends. Prints TAP by itself. */
#include <math.h>
#include <stdio.h>

#include <aligngame/core.h>

enum { ITEMS = 3, GENERATIONS = 60, COMPROMISE = 2 };

static int number;

static int report(int good, const char *what)
{
  printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
  return !good;
}

static ag_status make(ag_game **game, ag_error *error)
{
  const double owner[ITEMS] = {3, 0, 2}, public_[ITEMS] = {0, 3, 2};
  const double *const reward[2] = {owner, public_};
  const double log_mass[ITEMS] = {log(9), log(9), log(2)};
  const ag_game_spec spec = {.name = "compromise",
                             .count = ITEMS,
                             .log_mass = log_mass,
                             .curator_count = 2,
                             .reward = reward,
                             .generations = GENERATIONS};
  return ag_game_make(&spec, game, error);
}

static ag_status play(const ag_game *game, double *log_mass, ag_error *error)
{
  ag_state *state;
  ag_status status = ag_state_create(game, 0, &state, error);
  if (status != AG_OK)
    return status;
  while (status == AG_OK && ag_state_generation(state) < ag_game_generations(game))
    status = ag_state_advance(state, error);
  if (status == AG_OK)
    ag_state_log_mass(state, log_mass);
  ag_state_free(state);
  return status;
}

int main(void)
{
  ag_game *game = NULL;
  ag_analysis *analysis = NULL;
  ag_error error = {.message = ""};
  double log_mass[ITEMS] = {0};
  int failed = report(make(&game, &error) == AG_OK, "a game is made from arrays");
  failed += report(game && play(game, log_mass, &error) == AG_OK, "it is played");
  /* the rest shrinks by 0.34 a generation: the README's example */
  failed += report(exp(log_mass[COMPROMISE]) > 1 - 1e-6, "everybody's second choice has it all");
  failed += report(game && ag_analyze(game, &analysis, &error) == AG_OK, "it is analysed");
  const ag_prediction *end = analysis ? analysis->prediction : NULL;
  failed += report(end && end->sink_count == 1 && end->sinks[0].items.count == 1 &&
                       end->sinks[0].items.item[0] == COMPROMISE,
                   "which says so beforehand");
  if (failed)
    printf("# %s\n", error.message);
  printf("1..%d\n", number);
  ag_analysis_free(analysis);
  ag_game_free(game);
  return failed > 0;
}
