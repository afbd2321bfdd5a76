/* Which end a start reaches. Items of a class keep their ratios, so all play is on one item a
 * class. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/analysis.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/limit.h"
#include "theory/odds.h"

typedef struct basin_task {
  const ag_classes *classes;
  const ag_ends *ends;
  const ag_game *game; /* of the classes, in the order of play at hand */
} basin_task;

/* The end that a start reaches, by exact play; the number of ends: not settled. */
static ag_status find_end(const basin_task *task, const double *log_mass, size_t *end,
                          ag_error *error)
{
  ag_limit limit;
  ag_play *play = NULL;
  ag_status status = ag_play_create(task->game, &play, error);
  if (!status)
    status = ag_limit_from(task->classes, task->ends, play, log_mass, AG_LIMIT_GENERATIONS, NULL,
                           &limit, error);
  ag_play_free(play);
  *end = status || !limit.settled ? task->ends->count : limit.end;
  return status;
}

/* --- two classes --- */

/* The boundary is where a generation does not change the odds, and whoever is above it gains. */
static ag_status find_critical(const basin_task *task, const double *own, ag_basin_order *order,
                               ag_error *error)
{
  enum { ROOTS_MOST = 8 };
  ag_odds_root root[ROOTS_MOST];
  ag_map *map = NULL;
  ag_status status = ag_map_create(task->game, &map, error);
  if (status)
    return status;
  size_t count = ag_odds_roots(map, root, ROOTS_MOST);
  for (size_t r = count; r-- > 0;)
    if (root[r].repels)
      order->critical_mass = root[r].mass;
  double change = ag_odds_change(map, own[0] - own[1]);
  if (task->ends->theory.kind == AG_THEORY_REST_POINTS)
    order->own_end = task->ends->own;
  for (size_t e = 0; e < task->ends->count && task->ends->end[e].count == 1 && change != 0; e++)
    if (task->ends->end[e].number[0] == (change > 0 ? 0 : 1))
      order->own_end = e;
  ag_map_free(map);
  return AG_OK;
}

/* --- many starts --- */

/* Start number `start`: a point of the ternary grid, or a random one. A corner
 * or edge of the grid is moved inside a little: every class must be there. */
static void make_start(const basin_task *task, const ag_basins *basins, uint64_t seed, size_t start,
                       double *log_mass)
{
  size_t classes = task->classes->count;
  if (basins->kind == AG_BASIN_SHARES) {
    ag_random random = ag_random_start(seed, AG_RANDOM_BASIN_START, start);
    for (size_t c = 0; c < classes; c++)
      log_mass[c] = log(ag_random_exponential(&random));
    return;
  }
  size_t i = 0, left = start;
  while (left > basins->side - i) {
    left -= basins->side - i + 1;
    i++;
  }
  size_t point[3] = {i, left, basins->side - i - left};
  for (size_t c = 0; c < 3; c++)
    log_mass[c] = log((double)point[c] + 1e-3);
}

static ag_status try_starts(const basin_task *task, const ag_basins *basins, uint64_t seed,
                            ag_basin_order *order, ag_error *error)
{
  ag_status failure = AG_OK;
  size_t *end = NULL;
  ag_status status = ag_array_create(basins->start_count, sizeof *end, &end, error);
  if (status)
    return status;
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t start = 0; start < basins->start_count; start++) {
    double *log_mass = malloc(task->classes->count * sizeof *log_mass);
    ag_status here = log_mass ? AG_OK : AG_ERROR_MEMORY;
    if (log_mass) {
      make_start(task, basins, seed, start, log_mass);
      here = find_end(task, log_mass, &end[start], NULL);
    }
    free(log_mass);
    if (here) {
#pragma omp atomic write
      failure = here;
    }
  }
  for (size_t start = 0; !failure && start < basins->start_count; start++) {
    order->count[end[start]]++;
    if (order->winner)
      order->winner[start] = (unsigned char)end[start];
  }
  free(end);
  return failure ? ag_fail(error, failure, "a start could not be played") : AG_OK;
}

/* --- all together --- */

static void choose_kind(const basin_task *task, const ag_basin_options *options, ag_basins *basins)
{
  const ag_classes *classes = task->classes;
  size_t attracting = 0;
  for (size_t e = 0; e < task->ends->count; e++)
    attracting += task->ends->end[e].attracts;
  basins->sink_count = task->ends->count;
  if (attracting < 2)
    basins->kind = AG_BASIN_ONE_SINK;
  else if (classes->count == 2)
    basins->kind = AG_BASIN_CRITICAL_MASS;
  else if (classes->count == 3) {
    basins->kind = AG_BASIN_TERNARY;
    basins->side = options->side ? options->side : 40;
    basins->start_count = (basins->side + 1) * (basins->side + 2) / 2;
  } else {
    basins->kind = AG_BASIN_SHARES;
    basins->start_count = options->starts ? options->starts : 500;
  }
  for (size_t c = 0; c < 3 && c < classes->count; c++) {
    basins->item[c] = ag_classes_item(classes, c);
    basins->mass[c] = exp(classes->item[c].log_mass);
  }
}

static ag_status find_order(const basin_task *task, const ag_basins *basins, uint64_t seed,
                            const double *own, ag_basin_order *order, ag_error *error)
{
  size_t ends = task->ends->count;
  ag_status status = AG_OK;
  order->critical_mass = (double)NAN;
  order->own_end = basins->kind == AG_BASIN_ONE_SINK ? task->ends->own : SIZE_MAX;
  order->count = calloc(ends + 1, sizeof *order->count);
  if (basins->kind == AG_BASIN_TERNARY)
    order->winner = calloc(basins->start_count, 1);
  if (!order->count || (basins->kind == AG_BASIN_TERNARY && !order->winner))
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  if (basins->kind == AG_BASIN_ONE_SINK)
    return AG_OK;
  if (basins->kind == AG_BASIN_CRITICAL_MASS)
    return find_critical(task, own, order, error);
  status = find_end(task, own, &order->own_end, error);
  if (!status && order->own_end == ends)
    order->own_end = SIZE_MAX;
  return status ? status : try_starts(task, basins, seed, order, error);
}

/* Who moves first in a list of steps; SIZE_MAX: nobody. */
static size_t find_first(const ag_game *game)
{
  for (size_t s = 0; s < game->loop.stage_count; s++)
    if (game->loop.stage[s].acts)
      return game->loop.stage[s].curator;
  return SIZE_MAX;
}

/* Every curator first, in the order of play; one order where the steps cannot be turned round or
 * the ends depend on it. */
static ag_status find_orders(basin_task *task, ag_game_numbers *numbers,
                             const ag_basin_options *options, ag_basins *basins, ag_error *error)
{
  ag_status status = AG_OK;
  size_t steps = numbers->spec.step_count;
  size_t turns =
      task->ends->theory.kind == AG_THEORY_SINKS ? ag_loop_turns(numbers->step, steps) : 1;
  basins->order = calloc(steps + 1, sizeof *basins->order);
  if (!basins->order)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  for (size_t s = 0; !status && s < (turns > 0 ? turns : 1); s++) {
    ag_game *game = NULL;
    if (s > 0)
      ag_loop_turn(numbers->step, steps, 1);
    status = ag_game_make(&numbers->spec, &game, error);
    task->game = game;
    if (!status) {
      basins->order[basins->order_count].first = find_first(game);
      status = find_order(task, basins, options->seed, numbers->log_mass,
                          &basins->order[basins->order_count++], error);
    }
    ag_game_free(game);
  }
  return status;
}

ag_status ag_basins_find(const ag_game *game, const ag_basin_options *options, ag_basins **out,
                         ag_error *error)
{
  ag_classes classes = {0};
  ag_ends ends = {0};
  ag_game_numbers numbers = {0};
  basin_task task = {.classes = &classes, .ends = &ends};
  ag_basins *basins = calloc(1, sizeof *basins);
  ag_status status = basins ? ag_classes_create(game, &classes, error)
                            : ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_classes_numbers(&classes, &numbers, error);
  if (!status) {
    choose_kind(&task, options, basins);
    status = find_orders(&task, &numbers, options, basins, error);
  }
  ag_game_numbers_free(&numbers);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  if (status)
    ag_basins_free(basins);
  else
    *out = basins;
  return status;
}

void ag_basins_free(ag_basins *basins)
{
  if (!basins)
    return;
  for (size_t o = 0; basins->order && o < basins->order_count; o++) {
    free(basins->order[o].count);
    free(basins->order[o].winner);
  }
  free(basins->order);
  free(basins);
}
