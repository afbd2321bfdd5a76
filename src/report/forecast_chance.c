/* What chance does to a forecast: finite data, and scores that are known with an error. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "game/make.h"
#include "report/forecast_parts.h"

/* --- finite data --- */

enum { HISTORIES = 40 };

static ag_status take_band(const ag_result *result, ag_forecast_band *band, ag_error *error)
{
  size_t rows = result->generations + 1;
  size_t metric = ag_result_find_metric(result, "effective_number");
  ag_status status = ag_array_create(rows, sizeof(double), &band->middle, error);
  if (!status)
    status = ag_array_create(rows, sizeof(double), &band->low, error);
  if (!status)
    status = ag_array_create(rows, sizeof(double), &band->high, error);
  for (size_t t = 0; !status && t < rows; t++) {
    ag_spread spread;
    status = ag_result_spread(result, t, metric, &spread, error);
    band->middle[t] = spread.median;
    band->low[t] = spread.q05;
    band->high[t] = spread.q95;
  }
  band->games = status ? 0 : result->replicates;
  return status;
}

/* The same game on samples: the model makes four candidates for each item that a side keeps. */
ag_status ag_forecast_add_finite(ag_forecast *forecast, ag_space *space, ag_error *error)
{
  char generate[48], keep[48], histories[32];
  size_t kept = forecast->options.keep;
  const char *const more[] = {"engine=samples", "metrics=[effective_number]", generate, keep,
                              histories};
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_run_options run = {0};
  if (kept == 0)
    return AG_OK;
  snprintf(generate, sizeof generate, "samples.generate=%zu", AG_FORECAST_CANDIDATES * kept);
  snprintf(keep, sizeof keep, "samples.keep=%zu", kept);
  snprintf(histories, sizeof histories, "replicates=%d", HISTORIES);
  ag_forecast_tell(forecast, "finite data", 0, 1);
  ag_status status = ag_forecast_game(&forecast->options, space, 0, more, 5, &game, error);
  if (!status)
    status = ag_run(game, &run, &result, error);
  if (!status)
    status = take_band(result, &forecast->finite, error);
  ag_forecast_tell(forecast, "finite data", 1, 1);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

/* --- scores with errors --- */

/* The scores of a curator with their standard errors. */
typedef struct noise {
  size_t curator;      /* SIZE_MAX: none */
  const double *error; /* [n] borrowed from the space */
} noise;

static ag_status find_noise(const ag_forecast *forecast, const ag_space *space, const char *name,
                            const char *column, noise *found, ag_error *error)
{
  *found = (noise){.curator = SIZE_MAX};
  if (!column)
    return AG_OK;
  size_t number = ag_space_find_column(space, column);
  size_t curator = ag_forecast_curator(forecast, name);
  if (number == SIZE_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "the column '%s' of standard errors is not of numbers",
                   column);
  if (curator == SIZE_MAX)
    return ag_fail(error, AG_ERROR_INPUT,
                   "the game has no curator '%s', whose standard errors "
                   "are in '%s'",
                   name, column);
  const double *value = space->column[number];
  for (size_t i = 0; i < space->count; i++)
    if (!(value[i] >= 0 && isfinite(value[i])))
      return ag_fail_at(error, space->source, (long)space->source_line[i], 0, NULL,
                        "the standard error in '%s' is %s; expected a number of at least 0", column,
                        isnan(value[i]) ? "missing" : "below 0");
  *found = (noise){curator, value};
  return AG_OK;
}

/* A game on scores that are drawn, and where it has ended. */
static ag_status play_draw(const ag_forecast *forecast, ag_game_numbers *numbers,
                           double *const *truth, const noise side[2], size_t draw, double *log_mass,
                           ag_error *error)
{
  size_t n = forecast->items;
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_run_options run = {0};
  for (size_t s = 0; s < 2; s++) {
    if (side[s].curator == SIZE_MAX)
      continue;
    ag_random random = ag_random_start(ag_game_seed(forecast->game), AG_RANDOM_SCORE, 2 * draw + s);
    double *reward = numbers->reward[side[s].curator];
    ag_random_normals(&random, n, reward);
    for (size_t i = 0; i < n; i++)
      reward[i] = truth[s][i] + side[s].error[i] * reward[i];
  }
  ag_status status = ag_game_make(&numbers->spec, &game, error);
  if (!status)
    status = ag_run(game, &run, &result, error);
  if (!status)
    memcpy(log_mass, result->log_mass, n * sizeof *log_mass);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

/* One game more in which an item survives, and has most. */
static void count_draw(ag_forecast *forecast, const double *log_mass)
{
  const double kept_share = 0.1;
  size_t first = 0;
  for (size_t i = 0; i < forecast->items; i++) {
    double start = forecast->start[i];
    if (start > 0 && exp(log_mass[i]) >= kept_share * start)
      forecast->chance[i]++;
    if (log_mass[i] > log_mass[first])
      first = i;
  }
  forecast->first[first]++;
}

static ag_status play_draws(ag_forecast *forecast, ag_game_numbers *numbers, const noise side[2],
                            double *log_mass, ag_error *error)
{
  size_t n = forecast->items, draws = forecast->options.draws;
  double *truth[2] = {NULL, NULL};
  ag_status status = AG_OK;
  for (size_t s = 0; !status && s < 2; s++) {
    status = ag_array_create(n, sizeof(double), &truth[s], error);
    if (!status && side[s].curator != SIZE_MAX)
      memcpy(truth[s], numbers->reward[side[s].curator], n * sizeof(double));
  }
  for (size_t d = 0; !status && d < draws; d++) {
    status = play_draw(forecast, numbers, truth, side, d, log_mass, error);
    if (!status)
      count_draw(forecast, log_mass);
    ag_forecast_tell(forecast, "drawn scores", d + 1, draws);
  }
  for (size_t i = 0; i < n; i++) { /* whole numbers until now: sums of shares would round */
    forecast->chance[i] /= (double)draws;
    forecast->first[i] /= (double)draws;
  }
  free(truth[0]);
  free(truth[1]);
  forecast->draws = status ? 0 : draws;
  return status;
}

static ag_status make_room(ag_forecast *forecast, size_t **item, double **log_mass, ag_error *error)
{
  size_t n = forecast->items;
  forecast->chance = calloc(n, sizeof *forecast->chance);
  forecast->first = calloc(n, sizeof *forecast->first);
  if (!forecast->chance || !forecast->first)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for drawn scores");
  ag_status status = ag_array_create(n, sizeof **item, item, error);
  for (size_t i = 0; !status && i < n; i++)
    (*item)[i] = i;
  return status ? status : ag_array_create(n, sizeof **log_mass, log_mass, error);
}

/* Why drawn scores cannot be played; NULL: they can. */
static const char *obstacle(const ag_game *game, const noise side[2])
{
  if (ag_game_is_sampled(game))
    return "scores are drawn for the exact engine, but this game is played on samples";
  for (size_t s = 0; s < 2; s++)
    if (side[s].curator != SIZE_MAX && ag_game_curator_prefers(game, side[s].curator))
      return "scores are drawn where a curator has scores, not preferences";
  return side[0].curator == SIZE_MAX && side[1].curator == SIZE_MAX
             ? "drawn scores need their standard errors (--owner-se, --public-se)"
             : NULL;
}

ag_status ag_forecast_add_draws(ag_forecast *forecast, const ag_space *space, ag_error *error)
{
  const ag_forecast_options *options = &forecast->options;
  ag_game_numbers numbers = {.name = NULL};
  noise side[2];
  size_t *item = NULL;
  double *log_mass = NULL;
  if (options->draws == 0)
    return AG_OK;
  ag_status status = find_noise(forecast, space, "owner", options->owner_se, &side[0], error);
  if (!status)
    status = find_noise(forecast, space, "public", options->public_se, &side[1], error);
  const char *why = status ? NULL : obstacle(forecast->game, side);
  if (why)
    status = ag_fail(error, AG_ERROR_INPUT, "%s", why);
  if (!status)
    status = make_room(forecast, &item, &log_mass, error);
  if (!status) {
    ag_game_initial_log_mass(forecast->game, log_mass);
    status =
        ag_game_numbers_create(forecast->game, item, log_mass, forecast->items, &numbers, error);
  }
  if (!status) {
    numbers.spec.generations = ag_game_generations(forecast->game);
    status = play_draws(forecast, &numbers, side, log_mass, error);
    ag_game_numbers_free(&numbers);
  }
  free(item);
  free(log_mass);
  return status;
}
