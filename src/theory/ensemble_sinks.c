/* Exact play against invasion analysis on random games. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "game/play.h"
#include "theory/ensemble.h"
#include "theory/limit.h"

static void draw_game(ag_random *random, ag_random_game *game)
{
  game->atoms = 3 + ag_random_below(random, AG_RANDOM_ATOMS - 2);
  game->curators = 2 + ag_random_below(random, 2);
  for (size_t x = 0; x < game->atoms; x++)
    game->log_mass[x] = log(ag_random_exponential(random));
  for (size_t c = 0; c < game->curators; c++) {
    double spread = exp(2 * ag_random_uniform(random) - 0.5);
    game->temperature[c] = 1;
    game->pool[c] = ag_random_below(random, 8) == 0
                        ? AG_POOL_INFINITE
                        : (ag_pool)(2 * pow(500, ag_random_uniform(random)));
    for (size_t x = 0; x < game->atoms; x++)
      game->reward[c][x] = spread * ag_random_normal(random);
  }
}

/* What one game adds to the ensemble's counts. */
typedef struct sink_result {
  bool settled, at_sink, lock_in, rated;
  double rate_error;
} sink_result;

/* Far beyond the settling, the outside mass shrinks by lambda_max: the rate of
 * the last of another `extra` generations. */
static ag_status measure_rate(const ag_game *game, const ag_classes *classes, size_t number,
                              size_t settled_at, double expected, sink_result *result,
                              ag_error *error)
{
  ag_play *play = NULL;
  double before = -INFINITY, after = -INFINITY, *log_mass = NULL, of_class[AG_RANDOM_ATOMS];
  /* enough for the next best invader to fall behind by 1e-10, or for a hundred
     times the settling */
  size_t extra = 100 * settled_at < 4000 ? 100 * settled_at : 4000;
  ag_status status = ag_array_create(game->space->count, sizeof(double), &log_mass, error);
  if (!status)
    status = ag_play_create(game, &play, error);
  while (!status && ag_play_generation(play) < settled_at + extra)
    status = ag_play_step(play, error);
  for (int look = 0; !status && look < 2; look++) {
    ag_play_log_mass(play, log_mass);
    ag_classes_log_mass(classes, log_mass, of_class);
    before = after;
    after = -INFINITY;
    for (size_t c = 0; c < classes->count; c++)
      if (c != number)
        after = fmax(after, of_class[c]);
    status = ag_play_step(play, error);
  }
  if (!status) {
    result->rated = true;
    result->rate_error = fabs(after - before - expected);
  }
  ag_play_free(play);
  free(log_mass);
  return status;
}

/* Of the play alone, whatever the analysis expects. */
static size_t heaviest(const double *p, size_t count)
{
  size_t found = 0;
  for (size_t c = 1; c < count; c++)
    found = p[c] > p[found] ? c : found;
  return found;
}

static ag_status play_game(ag_random_game *numbers, sink_result *result, ag_error *error)
{
  ag_game_spec spec = ag_random_game_spec(numbers);
  ag_game *game = NULL;
  ag_classes classes = {0};
  ag_limit limit = {0};
  ag_ends ends = {0};
  size_t invader;
  double p[AG_RANDOM_ATOMS];
  ag_status status = ag_game_make(&spec, &game, error);
  if (!status)
    status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_limit_play(&classes, &ends, 4 * AG_LIMIT_GENERATIONS, p, &limit, error);
  if (!status) {
    size_t number = heaviest(p, classes.count);
    result->lock_in = ends.count > 1;
    result->settled = 1 - p[number] < 1e-6;
    for (size_t s = 0; s < ends.count; s++)
      result->at_sink |= ends.end[s].number[0] == number;
    double expected = ag_classes_worst_invader(&classes, number, &invader);
    if (limit.settled && !limit.decided)
      status = measure_rate(game, &classes, number, limit.generations, expected, result, error);
  }
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  ag_game_free(game);
  return status;
}

static void add_result(ag_ensemble *ensemble, const sink_result *result)
{
#pragma omp critical(ensemble_sinks)
  {
    ensemble->sink_games++;
    ensemble->lock_in += result->lock_in;
    ensemble->unsettled += !result->settled;
    ensemble->ended_at_sink += result->settled && result->at_sink;
    ensemble->elsewhere += result->settled && !result->at_sink;
    ensemble->rates += result->rated;
    if (result->rated && result->rate_error > ensemble->worst_rate_error)
      ensemble->worst_rate_error = result->rate_error;
  }
}

void ag_ensemble_sinks(const ag_ensemble_options *options, ag_ensemble *ensemble,
                       ag_ensemble_watch *watch)
{
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t k = 0; k < options->sink_games; k++) {
    ag_random random = ag_random_start(options->seed, AG_RANDOM_ENSEMBLE, ((uint64_t)2 << 40) + k);
    ag_random_game numbers;
    sink_result result = {0};
    if (ag_watch_failed(watch))
      continue;
    draw_game(&random, &numbers);
    ag_status status = play_game(&numbers, &result, NULL);
    if (!status)
      add_result(ensemble, &result);
    ag_watch_done(watch, status);
  }
}
