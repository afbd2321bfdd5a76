/* A forecast is a game made from a table, played, and retold. */
#include <aligngame/forecast.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/memory.h"
#include "game/outline.h"
#include "report/facts.h"
#include "report/forecast_parts.h"
#include "space/kinds.h"

enum {
  ITEMS_WHOLE = 1000,    /* up to here every generation of every item is kept, */
  VALUES_MOST = 4000000, /* of as many numbers at most */
  EARLY = 10,            /* a generation that is told besides the last */
};

static const double saving_shares[] = {0.01, 0.05, 0.20};
enum { SAVINGS = sizeof saving_shares / sizeof *saving_shares };

void ag_forecast_options_default(ag_forecast_options *options)
{
  *options = (ag_forecast_options){.pool_owner = 8, .pool_public = 8, .generations = 60};
}

/* --- from a table to a game --- */

/* The scores must be numbers. */
static ag_status check_scores(const ag_csv *csv, const char *column, ag_error *error)
{
  size_t number, rows = ag_csv_row_count(csv);
  double *value = NULL;
  ag_status status = ag_csv_find(csv, column, &number, error);
  if (status || (status = ag_array_create(rows, sizeof *value, &value, error)))
    return status;
  ag_csv_numbers numbers = {.missing = 0};
  status = ag_csv_reals(csv, number, value, &numbers, error);
  if (!status && numbers.missing == rows)
    status = ag_csv_fail(csv, 0, number, error, "the column '%s' holds no numbers", column);
  free(value);
  return status;
}

static ag_status check_table(const ag_csv *csv, const ag_forecast_options *options, ag_error *error)
{
  ag_status status = AG_OK;
  if (ag_csv_row_count(csv) == 0)
    status = ag_fail_at(error, options->file, 1, 0, NULL, "the table has a header but no rows");
  const char *const other[] = {options->label, options->group, options->mass, options->owner_se,
                               options->public_se};
  for (size_t i = 0; !status && i < 5; i++) {
    size_t number;
    status = other[i] ? ag_csv_find(csv, other[i], &number, error) : AG_OK;
  }
  if (!status)
    status = check_scores(csv, options->owner, error);
  return status ? status : check_scores(csv, options->public_, error);
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
  if (status)
    return status;
  return temperature > 0 ? ag_config_set_real(config, path, temperature, error)
                         : ag_config_set_text(config, path, "deviation", error);
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

/* The file is read once, whatever is played: a pipe is there once. */
static ag_status read_items(const ag_forecast_options *options, ag_node node,
                            ag_forecast_table *table, ag_space **space, ag_error *error)
{
  const char *path = options->file;
  if (!ag_node_present(ag_node_find(node, "file")))
    return ag_fail(error, AG_ERROR_INPUT,
                   "a forecast follows the items of a table; `-s` has put something else in their "
                   "place");
  ag_status status = ag_node_text(ag_node_find(node, "file"), "file", &path, error);
  if (!status)
    status = ag_table_read_options(node, &table->how, error);
  if (!status)
    status = ag_csv_load(path, &table->how, &table->csv, error);
  if (!status)
    status = check_table(table->csv, options, error);
  return status ? status : ag_table_read_rows(node, table->csv, ag_input_name(path), space, error);
}

/* The row of each item: items are in the table's order. */
static ag_status find_rows(const ag_space *space, ag_forecast_table *table, ag_error *error)
{
  ag_status status = ag_array_create(space->count, sizeof *table->row, &table->row, error);
  size_t row = 0;
  for (size_t i = 0; !status && i < space->count; i++) {
    while ((size_t)ag_csv_row_line(table->csv, row) != space->source_line[i])
      row++;
    table->row[i] = row;
  }
  return status;
}

static void free_table(ag_forecast_table *table)
{
  if (!table)
    return;
  ag_csv_free(table->csv);
  ag_table_free_options(&table->how);
  free(table->row);
  free(table);
}

static ag_status load_items(ag_forecast *forecast, ag_space **space, ag_error *error)
{
  const ag_forecast_options *options = &forecast->options;
  ag_config *config = NULL;
  ag_status status = ag_config_create("forecast", &config, error);
  if (status)
    return status;
  status = set_table(config, options, error);
  if (!status)
    status = ag_config_apply(config, options->overrides, options->override_count, error);
  if (!status)
    status =
        read_items(options, ag_node_find(ag_node_find(ag_config_root(config), "space"), "table"),
                   forecast->table, space, error);
  if (!status)
    status = find_rows(*space, forecast->table, error);
  ag_config_free(config);
  return status;
}

/* What real data saves is read off the diversity alone: other metrics would cost most of the time.
 */
static ag_status leave_metrics(ag_config *config, ag_error *error)
{
  static const char *const needed[] = {"effective_number"};
  return ag_config_set_texts(config, "metrics", needed, 1, error);
}

/* In place of the real data that the steps have, or as one step more. */
static ag_status set_real_share(ag_game *game, double share, ag_error *error)
{
  for (size_t s = 0; s < game->loop.step_count; s++)
    if (game->loop.step[s].type == ag_step_find("real")) {
      ag_schedule_free(&game->loop.step[s].rate);
      game->loop.step[s].rate = (ag_schedule){.value = share};
      return AG_OK;
    }
  return ag_game_add_step(game, &(ag_step_spec){.kind = "real", .rate = {.value = share}}, error);
}

ag_status ag_forecast_game(const ag_forecast_options *options, ag_space *space, double real_share,
                           const char *const *more, size_t count, ag_game **game, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_create("forecast", &config, error);
  if (status)
    return status;
  status = describe(options, config, error);
  bool steps = ag_node_present(ag_node_find(ag_node_find(ag_config_root(config), "loop"), "steps"));
  if (!status && real_share > 0 && !steps)
    status = ag_config_set_real(config, "loop.real_share", real_share, error);
  if (!status && real_share > 0)
    status = leave_metrics(config, error);
  if (!status)
    status = ag_config_apply(config, more, count, error);
  if (!status)
    status = ag_game_read_on(config, space, game, error);
  if (!status && real_share > 0 && steps) {
    status = set_real_share(*game, real_share, error);
    if (status)
      ag_game_free(*game);
  }
  ag_config_free(config);
  return status;
}

void ag_forecast_tell(const ag_forecast *forecast, const char *what, size_t done, size_t total)
{
  const ag_forecast_options *options = &forecast->options;
  if (options->progress)
    options->progress(options->context, what, done, total);
}

/* --- what real data saves --- */

static ag_status play_saving(const ag_forecast *forecast, ag_space *space, double share,
                             ag_forecast_saving *saving, ag_error *error)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_run_options run = {0};
  ag_status status = ag_forecast_game(&forecast->options, space, share, NULL, 0, &game, error);
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

static ag_status find_savings(ag_forecast *forecast, ag_space *space, ag_error *error)
{
  forecast->saving = calloc(SAVINGS, sizeof *forecast->saving);
  ag_status status =
      forecast->saving ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for the forecast");
  for (size_t s = 0; !status && s < SAVINGS; s++) {
    status = play_saving(forecast, space, saving_shares[s], &forecast->saving[s], error);
    forecast->saving_count += !status;
    ag_forecast_tell(forecast, "real data", s + 1, SAVINGS);
  }
  return status;
}

/* A real share, and the log of what it leaves over what is wanted. */
typedef struct trial {
  double share, excess;
} trial;

/* The narrowest bracket that the savings give. */
static void bracket(const ag_forecast *forecast, double wanted, trial *low, trial *high)
{
  *low = (trial){0, log(forecast->facts->diversity_last / wanted)};
  *high = (trial){1, log(forecast->facts->diversity_first / wanted)};
  for (size_t s = 0; s < forecast->saving_count; s++) {
    const ag_forecast_saving *saving = &forecast->saving[s];
    trial here = {saving->real_share, log(saving->effective_number / wanted)};
    if (here.excess >= 0 && here.share < high->share)
      *high = here;
    if (here.excess < 0 && here.share > low->share)
      *low = here;
  }
}

/* The least real share that leaves half of the diversity: regula falsi (Illinois) between two
 * shares, until what the upper one leaves is within a thousandth, of many items a hundredth. Only
 * exact games: where chance plays, there is no such number. */
static ag_status find_half(ag_forecast *forecast, ag_space *space, ag_error *error)
{
  enum { PLAYS_MOST = 30 };
  const double enough = forecast->items > 100000 ? 1e-2 : 1e-3;
  double wanted = forecast->facts->diversity_first / 2;
  trial low, high;
  ag_status status = AG_OK;
  bracket(forecast, wanted, &low, &high);
  if (ag_game_is_sampled(forecast->game) || ag_game_real_share(forecast->game) > 0 ||
      !(low.excess < 0) || !(high.excess > 0))
    return AG_OK;
  for (int side = 0, play = 0; !status && play < PLAYS_MOST; play++) {
    ag_forecast_saving saving;
    double share = (low.share * high.excess - high.share * low.excess) / (high.excess - low.excess);
    if (!(share > low.share && share < high.share))
      share = low.share / 2 + high.share / 2;
    status = play_saving(forecast, space, share, &saving, error);
    if (status)
      return status;
    trial here = {share, log(saving.effective_number / wanted)};
    if (here.excess >= 0) {
      forecast->half = saving;
      low.excess /= side > 0 ? 2 : 1;
      high = here;
      side = 1;
    } else {
      high.excess /= side < 0 ? 2 : 1;
      low = here;
      side = -1;
    }
    if ((here.excess >= 0 && here.excess < enough) || high.share - low.share < 1e-9 * high.share)
      break;
  }
  return status;
}

/* --- which generations --- */

static int ascending(const void *a, const void *b)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* Those whose shares are told: as asked, without repeats and what is beyond the end; the end. */
static ag_status choose_shown(ag_forecast *forecast, size_t last, ag_error *error)
{
  const ag_forecast_options *options = &forecast->options;
  for (size_t i = 0; i < options->at_count; i++)
    if (options->at[i] < 1 || options->at[i] > last)
      return ag_fail(error, AG_ERROR_INPUT,
                     "generation %zu is asked for; expected one from 1 to the last, %zu",
                     options->at[i], last);
  size_t early[] = {last < EARLY ? last / 2 : EARLY};
  const size_t *asked = options->at ? options->at : early;
  size_t count = options->at ? options->at_count : 1, kept = 0;
  ag_status status = ag_array_create(count + 1, sizeof *forecast->shown, &forecast->shown, error);
  if (status)
    return status;
  for (size_t i = 0; i < count; i++)
    if (asked[i] > 0 && asked[i] < last)
      forecast->shown[kept++] = asked[i];
  forecast->shown[kept++] = last;
  qsort(forecast->shown, kept, sizeof *forecast->shown, ascending);
  for (size_t i = 0; i < kept; i++)
    if (i == 0 || forecast->shown[i] != forecast->shown[i - 1])
      forecast->shown[forecast->shown_count++] = forecast->shown[i];
  return AG_OK;
}

/* Those that are kept: all, where that is not too much; else those that are told, and others ever
 * further apart, for the pictures. *generation is the caller's. */
static ag_status choose_kept(const ag_forecast *forecast, size_t items, size_t last,
                             size_t **generation, size_t *count, ag_error *error)
{
  bool whole = items <= ITEMS_WHOLE && (double)items * ((double)last + 1) <= VALUES_MOST;
  size_t room = whole ? last + 1 : forecast->shown_count + 100;
  ag_status status = ag_array_create(room, sizeof **generation, generation, error);
  *count = 0;
  if (status)
    return status;
  if (whole) {
    for (; *count <= last; ++*count)
      (*generation)[*count] = *count;
    return AG_OK;
  }
  memcpy(*generation, forecast->shown, forecast->shown_count * sizeof **generation);
  *count = forecast->shown_count;
  for (size_t t = 1, next; t < last; t = next) {
    bool known = false;
    for (size_t i = 0; i < forecast->shown_count && !known; i++)
      known = forecast->shown[i] == t;
    if (!known)
      (*generation)[(*count)++] = t;
    next = t < 3 ? t + 1 : t + t / 2;
  }
  qsort(*generation, *count, sizeof **generation, ascending);
  return AG_OK;
}

/* --- items --- */

double ag_forecast_share(const ag_forecast *forecast, size_t item, size_t generation)
{
  const ag_result *result = forecast->result;
  if (generation == 0)
    return forecast->start[item];
  if (generation == result->generations)
    return exp(result->log_mass[item]);
  for (size_t i = 0; i < result->snapshot_count; i++)
    if (result->snapshot[i] == generation)
      return exp(result->snapshot_log_mass[i][item]);
  return NAN;
}

size_t ag_forecast_curator(const ag_forecast *forecast, const char *name)
{
  for (size_t c = 0; c < ag_game_curator_count(forecast->game); c++)
    if (strcmp(ag_game_curator_name(forecast->game, c), name) == 0)
      return c;
  return SIZE_MAX;
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

static ag_status rank_items(ag_forecast *forecast, ag_error *error)
{
  size_t n = forecast->items;
  const double *last = forecast->result->log_mass;
  ranked_item *order = NULL;
  ag_status status = ag_array_create(n, sizeof *order, &order, error);
  if (status)
    return status;
  for (size_t i = 0; i < n; i++)
    order[i] = (ranked_item){last[i], i};
  qsort(order, n, sizeof *order, heavier_first);
  for (size_t i = 0; i < n; i++)
    forecast->rank[order[i].item] =
        i > 0 && order[i].mass == order[i - 1].mass ? forecast->rank[order[i - 1].item] : i + 1;
  free(order);
  return AG_OK;
}

static ag_status describe_items(ag_forecast *forecast, ag_error *error)
{
  const double kept_share = 0.1;
  size_t n = forecast->items = forecast->result->item_count;
  ag_status status = ag_array_create(n, sizeof *forecast->start, &forecast->start, error);
  if (!status)
    status = ag_array_create(n, sizeof *forecast->rank, &forecast->rank, error);
  if (!status)
    status = ag_array_create(n, sizeof *forecast->survives, &forecast->survives, error);
  if (!status)
    status = ag_array_create(n, sizeof *forecast->appears, &forecast->appears, error);
  if (status)
    return status;
  ag_game_initial_log_mass(forecast->game, forecast->start);
  for (size_t i = 0; i < n; i++) {
    double first = forecast->start[i];
    forecast->survives[i] =
        first > -INFINITY && forecast->result->log_mass[i] >= first + log(kept_share);
    forecast->appears[i] = first > -INFINITY;
    forecast->start[i] = exp(first);
  }
  return rank_items(forecast, error);
}

/* --- all together --- */

static ag_status play(ag_forecast *forecast, ag_space *space, ag_error *error)
{
  size_t *kept = NULL, count = 0;
  ag_status status =
      ag_forecast_game(&forecast->options, space, 0, NULL, 0, &forecast->game, error);
  if (status)
    return status;
  size_t last = ag_game_generations(forecast->game), n = ag_game_item_count(forecast->game);
  status = choose_shown(forecast, last, error);
  if (!status)
    status = choose_kept(forecast, n, last, &kept, &count, error);
  const ag_run_options run = {.snapshots = kept, .snapshot_count = count};
  if (!status)
    status = ag_run(forecast->game, &run, &forecast->result, error);
  free(kept);
  return status;
}

/* The temperatures that were played; of a curator that is not there, as given. */
static void take_temperatures(ag_forecast *forecast)
{
  size_t owner = ag_forecast_curator(forecast, "owner");
  size_t public = ag_forecast_curator(forecast, "public");
  if (owner != SIZE_MAX)
    forecast->options.temperature_owner = ag_game_curator_temperature(forecast->game, owner);
  if (public != SIZE_MAX)
    forecast->options.temperature_public = ag_game_curator_temperature(forecast->game, public);
}

static ag_status fill(ag_forecast *forecast, ag_space *space, ag_error *error)
{
  ag_status status = play(forecast, space, error);
  if (!status)
    take_temperatures(forecast);
  if (!status)
    status = ag_facts_find(forecast->game, forecast->result, &forecast->facts, error);
  if (!status)
    status = describe_items(forecast, error);
  if (!status)
    status = find_savings(forecast, space, error);
  if (!status)
    status = find_half(forecast, space, error);
  if (!status)
    status = ag_forecast_add_finite(forecast, space, error);
  if (!status)
    status = ag_forecast_add_draws(forecast, space, error);
  return status ? status : ag_forecast_add_remarks(forecast, space, error);
}

ag_status ag_forecast_make(const ag_forecast_options *options, ag_forecast **out, ag_error *error)
{
  ag_space *space = NULL;
  ag_forecast *forecast = calloc(1, sizeof *forecast);
  if (!forecast)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a forecast");
  forecast->options = *options;
  forecast->owner_chosen = options->temperature_owner > 0;
  forecast->public_chosen = options->temperature_public > 0;
  forecast->half.real_share = NAN;
  forecast->table = calloc(1, sizeof *forecast->table);
  ag_status status = forecast->table ? load_items(forecast, &space, error)
                                     : ag_fail(error, AG_ERROR_MEMORY, "no memory for a forecast");
  if (!status)
    status = fill(forecast, space, error);
  ag_space_free(space);
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
  for (size_t r = 0; r < forecast->remark_count; r++)
    free(forecast->remark[r]);
  void *const owned[] = {forecast->appears,       forecast->start,      forecast->rank,
                         forecast->survives,      forecast->shown,      forecast->saving,
                         forecast->finite.middle, forecast->finite.low, forecast->finite.high,
                         forecast->chance,        forecast->first,      forecast->remark};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  ag_facts_free(forecast->facts);
  ag_result_free(forecast->result);
  ag_game_free(forecast->game);
  free_table(forecast->table);
  free(forecast);
}
