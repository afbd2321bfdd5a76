/* Which sink a start reaches. Items equal in all rewards keep their ratios, so
 * all play is on one item a class. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/analysis.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/limit.h"

typedef struct basin_task {
  const ag_classes *classes;
  const size_t *sinks; /* [sink_count] classes */
  size_t sink_count;
  ag_game_spec spec; /* the game of the classes, in the order of play at hand */
} basin_task;

/* The sink that a start reaches, by exact play; sink_count: not settled. */
static ag_status find_end(const basin_task *task, const double *log_mass, size_t *end,
                          ag_error *error)
{
  ag_game_spec spec = task->spec;
  ag_limit limit = {0};
  spec.log_mass = log_mass;
  ag_status status = ag_limit_of(&spec, AG_LIMIT_GENERATIONS, &limit, NULL, error);
  *end = task->sink_count;
  for (size_t s = 0; !status && limit.settled && s < task->sink_count; s++)
    if (task->sinks[s] == limit.number)
      *end = s;
  return status;
}

/* --- two classes --- */

/* Bisection on the mass of the first class; both classes are sinks. */
static ag_status find_critical(const basin_task *task, double *critical, ag_error *error)
{
  double low = 0, high = 1;
  size_t wanted = task->sinks[0] == 0 ? 0 : 1; /* the sink that is class 0 */
  while (high - low > 1e-13) {
    double mass = (low + high) / 2, log_mass[2] = {log(mass), log1p(-mass)};
    size_t end;
    ag_status status = find_end(task, log_mass, &end, error);
    if (status)
      return status;
    if (end == task->sink_count)
      break; /* nothing decides here: the boundary itself */
    *(end == wanted ? &high : &low) = mass;
  }
  *critical = (low + high) / 2;
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
  /* with real data nothing ends in one class, and starts are forgotten slowly or not at all */
  bool settles = classes->game->real_share == 0;
  basins->sink_count = task->sink_count;
  if (task->sink_count < 2 || !settles)
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
  for (size_t c = 0; c < 3 && c < classes->count; c++)
    basins->item[c] = classes->game->layout.item[classes->place[classes->item[c].begin]];
}

static ag_status find_order(const basin_task *task, const ag_basins *basins, uint64_t seed,
                            const double *own, ag_basin_order *order, ag_error *error)
{
  ag_status status = AG_OK;
  order->first = task->spec.stage[0];
  order->critical_mass = NAN;
  order->own_end = task->sink_count == 1 ? 0 : SIZE_MAX;
  order->count = calloc(task->sink_count + 1, sizeof *order->count);
  if (basins->kind == AG_BASIN_TERNARY)
    order->winner = calloc(basins->start_count, 1);
  if (!order->count || (basins->kind == AG_BASIN_TERNARY && !order->winner))
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  if (basins->kind == AG_BASIN_ONE_SINK)
    return AG_OK;
  status = find_end(task, own, &order->own_end, error);
  if (!status && order->own_end == task->sink_count)
    order->own_end = SIZE_MAX;
  if (!status && basins->kind == AG_BASIN_CRITICAL_MASS)
    status = find_critical(task, &order->critical_mass, error);
  else if (!status)
    status = try_starts(task, basins, seed, order, error);
  return status;
}

/* Every curator first, in the order of play. */
static ag_status find_orders(basin_task *task, const ag_game_numbers *numbers,
                             const ag_basin_options *options, ag_basins *basins, ag_error *error)
{
  const ag_game *game = task->classes->game;
  bool one_order = game->reading->parallel || game->reading->first_only;
  ag_status status = AG_OK;
  basins->order = calloc(game->stage_count, sizeof *basins->order);
  if (!basins->order)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  for (size_t s = 0; !status && s < (one_order ? 1 : game->stage_count); s++) {
    ag_stage_rotate(game, s, numbers->stage);
    status = find_order(task, basins, options->seed, numbers->log_mass,
                        &basins->order[basins->order_count++], error);
  }
  return status;
}

ag_status ag_basins_find(const ag_game *game, const ag_basin_options *options, ag_basins **out,
                         ag_error *error)
{
  ag_classes classes = {0};
  ag_game_numbers numbers = {0};
  basin_task task = {.classes = &classes};
  size_t *sinks = NULL;
  ag_basins *basins = calloc(1, sizeof *basins);
  ag_status status = basins ? ag_classes_create(game, &classes, error)
                            : ag_fail(error, AG_ERROR_MEMORY, "no memory for the basins");
  if (!status)
    status = ag_classes_sinks(&classes, &sinks, &task.sink_count, error);
  if (!status)
    status = ag_class_numbers_create(&classes, &numbers, error);
  if (!status) {
    task.sinks = sinks;
    task.spec = numbers.spec;
    choose_kind(&task, options, basins);
    status = find_orders(&task, &numbers, options, basins, error);
  }
  ag_game_numbers_free(&numbers);
  free(sinks);
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
