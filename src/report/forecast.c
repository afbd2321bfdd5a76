/* A forecast is a game made from a table, played, and retold. */
#include <aligngame/forecast.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/play.h"
#include "game/outline.h"
#include "report/facts.h"
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

static ag_status set_curator(ag_config *config, const char *name, const char *column, ag_pool pool,
                             double temperature, ag_error *error)
{
  char path[64];
  snprintf(path, sizeof path, "curators.%s.reward.column", name);
  ag_status status = ag_config_set_text(config, path, column, error);
  snprintf(path, sizeof path, "curators.%s.pool", name);
  if (!status)
    status = ag_config_set_real(config, path,
                                pool == AG_POOL_INFINITE ? (double)INFINITY : (double)pool, error);
  snprintf(path, sizeof path, "curators.%s.temperature", name);
  return status ? status : ag_config_set_real(config, path, temperature, error);
}

static ag_status set_table(ag_config *config, const ag_forecast_options *options, ag_error *error)
{
  const char *const scores[] = {options->owner, options->public_};
  const struct {
    const char *path, *text;
  } texts[] = {{"space.table.file", options->file},
               {"space.table.label", options->label},
               {"space.table.mass", options->mass},
               {"space.table.group", options->group}};
  ag_status status = AG_OK;
  for (size_t i = 0; !status && i < sizeof texts / sizeof *texts; i++)
    if (texts[i].text)
      status = ag_config_set_text(config, texts[i].path, texts[i].text, error);
  return status ? status : ag_config_set_texts(config, "space.table.require", scores, 2, error);
}

/* The game that is asked for, as a description. */
static ag_status describe(const ag_forecast_options *options, ag_config *config, ag_error *error)
{
  ag_status status = ag_config_set_text(config, "name", "forecast", error);
  if (!status)
    status = ag_config_set_real(config, "generations", (double)options->generations, error);
  if (!status)
    status = set_table(config, options, error);
  if (!status)
    status = set_curator(config, "owner", options->owner, options->pool_owner,
                         options->temperature_owner, error);
  if (!status)
    status = set_curator(config, "public", options->public_, options->pool_public,
                         options->temperature_public, error);
  if (!status)
    status = ag_config_apply(config, options->overrides, options->override_count, error);
  return status;
}

static ag_status make_game(const ag_forecast_options *options, double real_share, ag_game **game,
                           ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_create("forecast", &config, error);
  if (status)
    return status;
  status = describe(options, config, error);
  bool steps = ag_node_present(ag_node_find(ag_node_find(ag_config_root(config), "loop"), "steps"));
  if (!status && real_share > 0 && !steps)
    status = ag_config_set_real(config, "loop.real_share", real_share, error);
  if (!status)
    status = ag_game_read(config, game, error);
  if (!status && real_share > 0 && steps) {
    status = ag_game_add_step(*game, &(ag_step_spec){.kind = "real", .rate = {.value = real_share}},
                              error);
    if (status)
      ag_game_free(*game);
  }
  ag_config_free(config);
  return status;
}

/* --- what is read off --- */

static ag_status play_saving(const ag_forecast_options *options, double share,
                             ag_forecast_saving *saving, ag_error *error)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_run_options run = {0};
  ag_status status = make_game(options, share, &game, error);
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

static ag_status fill(const ag_forecast_options *options, ag_forecast *forecast, ag_error *error)
{
  ag_run_options run = {0};
  ag_status status;
  if ((status = make_game(options, 0, &forecast->game, error)) ||
      (status = ag_run(forecast->game, &run, &forecast->result, error)) ||
      (status = ag_facts_find(forecast->game, forecast->result, &forecast->facts, error)) ||
      (status = choose_tracks(forecast, error)) || (status = follow_tracks(forecast, error)))
    return status;
  forecast->saving = calloc(SAVINGS, sizeof *forecast->saving);
  if (!forecast->saving)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the forecast");
  for (size_t s = 0; !status && s < SAVINGS; s++) {
    status = play_saving(options, saving_shares[s], &forecast->saving[s], error);
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
  ag_forecast *forecast = calloc(1, sizeof *forecast);
  status = forecast ? fill(&options, forecast, error)
                    : ag_fail(error, AG_ERROR_MEMORY, "no memory for a forecast");
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
