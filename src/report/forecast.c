/* A forecast is a game made from a table, played, and retold. */
#include <aligngame/forecast.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/play.h"
#include "report/facts.h"
#include "report/json.h"
#include "space/csv.h"

enum {
  TRACK_ALL = 1000, /* up to here every item is followed by generation */
  TRACK_SOME = 100  /* beyond, the most massive at the end, and at the start */
};

static const double saving_shares[] = {0.01, 0.05, 0.20};
enum { SAVINGS = sizeof saving_shares / sizeof *saving_shares };

void ag_forecast_options_default(ag_forecast_options *options)
{
  *options = (ag_forecast_options){.pool_owner = 8, .pool_public = 8, .generations = 60};
}

/* --- from a table to a game --- */

static double standard_deviation(const double *value, size_t count)
{
  double sum = 0, square = 0, n = 0;
  for (size_t i = 0; i < count; i++)
    if (!isnan(value[i])) {
      sum += value[i];
      n++;
    }
  for (size_t i = 0; i < count; i++)
    if (!isnan(value[i]))
      square += (value[i] - sum / n) * (value[i] - sum / n);
  return n > 0 ? sqrt(square / n) : 0;
}

/* The scores must be numbers; a temperature not given is their spread. */
static ag_status check_scores(const ag_csv *csv, const char *column, double *temperature,
                              ag_error *error)
{
  size_t number, missing, rows = ag_csv_row_count(csv);
  double *value = NULL;
  ag_status status = ag_csv_find(csv, column, &number, error);
  if (status || (status = ag_array_create(rows, sizeof *value, &value, error)))
    return status;
  status = ag_csv_reals(csv, number, value, &missing, error);
  if (!status && missing == rows)
    status = ag_csv_fail(csv, 0, number, error, "the column '%s' holds no numbers", column);
  if (!status && !(*temperature > 0)) {
    *temperature = standard_deviation(value, rows);
    if (!(*temperature > 0))
      *temperature = 1;
  }
  free(value);
  return status;
}

static ag_status check_table(ag_forecast_options *options, ag_error *error)
{
  ag_csv *csv = NULL;
  ag_status status = ag_csv_load(options->file, &csv, error);
  if (status)
    return status;
  if (ag_csv_row_count(csv) == 0)
    status = ag_fail_at(error, options->file, 1, 0, NULL, "the table has a header but no rows");
  const char *const other[] = {options->label, options->group, options->mass};
  for (size_t i = 0; !status && i < 3; i++) {
    size_t number;
    status = other[i] ? ag_csv_find(csv, other[i], &number, error) : AG_OK;
  }
  if (!status)
    status = check_scores(csv, options->owner, &options->temperature_owner, error);
  if (!status)
    status = check_scores(csv, options->public_, &options->temperature_public, error);
  ag_csv_free(csv);
  return status;
}

static json_t *curator_json(const char *column, ag_pool pool, double temperature)
{
  json_t *size = pool == AG_POOL_INFINITE ? json_string("inf") : json_integer(pool);
  return json_pack("{s:{s:s}, s:o, s:f}", "reward", "column", column, "pool", size, "temperature",
                   temperature);
}

/* The game's description; JSON is YAML. NULL where memory is out. */
static char *describe(const ag_forecast_options *options)
{
  json_t *table = json_pack("{s:s, s:[s, s]}", "file", options->file, "require", options->owner,
                            options->public_);
  const char *const keys[] = {"label", "mass", "group"};
  const char *const columns[] = {options->label, options->mass, options->group};
  for (size_t i = 0; table && i < 3; i++)
    if (columns[i])
      json_object_set_new(table, keys[i], json_string(columns[i]));
  json_t *game = json_pack(
      "{s:s, s:I, s:{s:o}, s:{s:o, s:o}, s:{s:s, s:[s, s]}}", "name", "forecast", "generations",
      (json_int_t)options->generations, "space", "table", table, "curators", "owner",
      curator_json(options->owner, options->pool_owner, options->temperature_owner), "public",
      curator_json(options->public_, options->pool_public, options->temperature_public), "loop",
      "reading", "sequential", "order", "owner", "public");
  return ag_json_finish(game);
}

static ag_status make_game(const ag_forecast_options *options, const char *text, double real_share,
                           ag_game **game, ag_error *error)
{
  char share[64];
  const char **overrides = malloc((options->override_count + 1) * sizeof *overrides);
  size_t count = options->override_count;
  if (!overrides)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the overrides");
  for (size_t i = 0; i < count; i++)
    overrides[i] = options->overrides[i];
  snprintf(share, sizeof share, "loop.real_share=%g", real_share);
  if (real_share > 0)
    overrides[count++] = share;
  ag_status status = ag_game_parse("forecast", text, strlen(text), overrides, count, game, error);
  free(overrides);
  return status;
}

/* --- what is read off --- */

static ag_status play_saving(const ag_forecast_options *options, const char *text, double share,
                             ag_forecast_saving *saving, ag_error *error)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_run_options run = {0};
  ag_status status = make_game(options, text, share, &game, error);
  if (!status)
    status = ag_run(game, &run, &result, error);
  if (!status)
    status = ag_facts_of(game, result, NULL, &facts, error);
  if (!status)
    *saving =
        (ag_forecast_saving){share, facts->diversity_last, facts->survivors, facts->half_life};
  ag_facts_free(facts);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

typedef struct ranked_item {
  double mass;
  size_t item;
} ranked_item;

static int heavier_first(const void *a, const void *b)
{
  const ranked_item *x = a, *y = b;
  if (x->mass != y->mass)
    return x->mass > y->mass ? -1 : 1;
  return (x->item > y->item) - (x->item < y->item);
}

/* Puts up to `most` heaviest items into track, without repeats. */
static ag_status add_heaviest(ag_forecast *forecast, const double *log_mass, size_t most,
                              ag_error *error)
{
  size_t n = forecast->result->item_count, old = forecast->track_count;
  ranked_item *rank = NULL;
  ag_status status = ag_array_create(n, sizeof *rank, &rank, error);
  if (status)
    return status;
  for (size_t i = 0; i < n; i++)
    rank[i] = (ranked_item){log_mass[i], i};
  qsort(rank, n, sizeof *rank, heavier_first);
  for (size_t i = 0; i < n && i < most; i++) {
    bool known = false;
    for (size_t k = 0; k < old && !known; k++)
      known = forecast->track[k] == rank[i].item;
    if (!known)
      forecast->track[forecast->track_count++] = rank[i].item;
  }
  free(rank);
  return AG_OK;
}

static ag_status choose_tracks(ag_forecast *forecast, ag_error *error)
{
  size_t n = forecast->result->item_count, some = n <= TRACK_ALL ? n : TRACK_SOME;
  double *initial = NULL;
  ag_status status = ag_array_create(2 * some, sizeof *forecast->track, &forecast->track, error);
  if (!status)
    status = add_heaviest(forecast, forecast->result->log_mass, some, error);
  if (status || n <= TRACK_ALL)
    return status;
  status = ag_array_create(n, sizeof *initial, &initial, error);
  if (status)
    return status;
  ag_game_initial_log_mass(forecast->game, initial);
  status = add_heaviest(forecast, initial, some, error);
  free(initial);
  return status;
}

/* Plays once more to follow the tracked items: cheaper than keeping all. */
static ag_status follow_tracks(ag_forecast *forecast, ag_error *error)
{
  size_t rows = forecast->result->generations + 1, n = forecast->result->item_count;
  ag_play *play = NULL;
  double *log_mass = NULL;
  ag_status status =
      ag_array_create(forecast->track_count * rows, sizeof(double), &forecast->share, error);
  if (!status)
    status = ag_array_create(n, sizeof *log_mass, &log_mass, error);
  if (!status)
    status = ag_play_create(forecast->game, &play, error);
  for (size_t g = 0; !status && g < rows; g++) {
    ag_play_log_mass(play, log_mass);
    for (size_t k = 0; k < forecast->track_count; k++)
      forecast->share[k * rows + g] = exp(log_mass[forecast->track[k]]);
    if (g + 1 < rows)
      status = ag_play_step(play, error);
  }
  ag_play_free(play);
  free(log_mass);
  return status;
}

static ag_status fill(const ag_forecast_options *options, const char *text, ag_forecast *forecast,
                      ag_error *error)
{
  ag_run_options run = {0};
  ag_status status;
  if ((status = make_game(options, text, 0, &forecast->game, error)) ||
      (status = ag_run(forecast->game, &run, &forecast->result, error)) ||
      (status = ag_facts_find(forecast->game, forecast->result, &forecast->facts, error)) ||
      (status = choose_tracks(forecast, error)) || (status = follow_tracks(forecast, error)))
    return status;
  forecast->saving = calloc(SAVINGS, sizeof *forecast->saving);
  if (!forecast->saving)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the forecast");
  for (size_t s = 0; !status && s < SAVINGS; s++) {
    status = play_saving(options, text, saving_shares[s], &forecast->saving[s], error);
    forecast->saving_count += !status;
  }
  return status;
}

ag_status ag_forecast_make(const ag_forecast_options *given, ag_forecast **out, ag_error *error)
{
  ag_forecast_options options = *given;
  ag_status status = check_table(&options, error);
  if (status)
    return status;
  char *text = describe(&options);
  ag_forecast *forecast = calloc(1, sizeof *forecast);
  if (!text || !forecast)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a forecast");
  else
    status = fill(&options, text, forecast, error);
  free(text);
  if (status)
    ag_forecast_free(forecast);
  else
    *out = forecast;
  return status;
}

void ag_forecast_free(ag_forecast *forecast)
{
  if (!forecast)
    return;
  ag_facts_free(forecast->facts);
  ag_result_free(forecast->result);
  ag_game_free(forecast->game);
  free(forecast->track);
  free(forecast->share);
  free(forecast->saving);
  free(forecast);
}
