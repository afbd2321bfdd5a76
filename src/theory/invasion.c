/* Who can invade whom (docs/theory.md, "Where it must end"). */
#include <stdlib.h>

#include "base/memory.h"
#include "game/map.h"
#include "theory/classes.h"

/* log h_K(a), h_K(a) = K e^a / (e^a + K - 1): the growth of a rare item whose
 * reward is a temperatures above the residents', in one curation. */
static double log_growth(ag_pool pool, double a)
{
  if (pool == AG_POOL_INFINITE)
    return a;
  double k = (double)pool;
  return a > 1 ? log(k) - log1p((k - 1) * exp(-a)) : a - log1p(expm1(a) / k);
}

/* gain [stages]: log of the factor of each stage alone; returns the sum of their sizes. */
static double stage_gains(const ag_classes *classes, size_t rare, size_t resident, double *gain)
{
  const ag_game *game = classes->game;
  const double *x = classes->reward + rare * game->curator_count;
  const double *y = classes->reward + resident * game->curator_count;
  size_t n = game->space->count;
  double size = 0;
  for (size_t s = 0; s < game->loop.stage_count; s++) {
    size_t c = game->loop.stage[s].curator;
    const ag_curator *curator = &game->curator[c];
    if (curator->prefers)
      gain[s] = log(2 * curator->prefers[ag_classes_item(classes, rare) * n +
                                         ag_classes_item(classes, resident)]);
    else
      gain[s] = log_growth(curator->pool, (x[c] - y[c]) / curator->temperature);
    size += game->loop.stage[s].acts ? fabs(gain[s]) : 0;
  }
  return size;
}

double ag_classes_invasion(const ag_classes *classes, size_t rare, size_t resident)
{
  double gain[AG_STAGES_MOST];
  stage_gains(classes, rare, resident, gain);
  return ag_loop_growth(&classes->game->loop, 0, gain);
}

/* The change of the log odds of `rare` in one generation, where it has the share epsilon and the
 * resident the rest. */
static ag_status odds_change(const ag_classes *classes, size_t rare, size_t resident,
                             double epsilon, double *change)
{
  const size_t item[2] = {ag_classes_item(classes, rare), ag_classes_item(classes, resident)};
  const double log_mass[2] = {log(epsilon), log1p(-epsilon)};
  double growth[2] = {0, 0};
  ag_game_numbers numbers = {0};
  ag_game *pair = NULL;
  ag_map *map = NULL;
  ag_status status = ag_game_numbers_create(classes->game, item, log_mass, 2, &numbers, NULL);
  if (!status)
    status = ag_game_make(&numbers.spec, &pair, NULL);
  if (!status)
    status = ag_map_create(pair, &map, NULL);
  if (!status)
    ag_map_apply(map, 0, log_mass, AG_MAP_PRECISE, growth, NULL);
  *change = growth[0] - growth[1];
  ag_map_free(map);
  ag_game_free(pair);
  ag_game_numbers_free(&numbers);
  return status;
}

/* Whether a rare class grows against the resident: 1, no: -1, or the two are neutral: 0. Where
 * lambda is 1 within rounding, the next order decides: the change of the log odds when a little of
 * it is there. */
static int compare_growth(const ag_classes *classes, size_t rare, size_t resident)
{
  static const double shares[] = {1e-3, 3e-2, 0.5};
  const double roundings = 32 * 0x1p-52;
  double gain[AG_STAGES_MOST];
  double size = stage_gains(classes, rare, resident, gain);
  double change = ag_loop_growth(&classes->game->loop, 0, gain);
  for (size_t i = 0; !(fabs(change) > roundings * size); i++)
    if (i == sizeof shares / sizeof *shares ||
        odds_change(classes, rare, resident, shares[i], &change))
      return 0;
  return change > 0 ? 1 : -1;
}

double ag_classes_worst_invader(const ag_classes *classes, size_t resident, size_t *invader)
{
  double most = -INFINITY;
  *invader = resident;
  for (size_t c = 0; c < classes->count; c++) {
    double invasion = c == resident ? -INFINITY : ag_classes_invasion(classes, c, resident);
    if (invasion > most) {
      most = invasion;
      *invader = c;
    }
  }
  return most;
}

/* Whether no class grows against it. */
static bool is_sink(const ag_classes *classes, size_t resident)
{
  for (size_t f = 0; f < classes->front_count; f++)
    if (classes->front[f] != resident && compare_growth(classes, classes->front[f], resident) > 0)
      return false;
  return true;
}

ag_status ag_classes_sinks(const ag_classes *classes, size_t **sinks, size_t *count,
                           ag_error *error)
{
  size_t front = classes->front_count, kept = 0;
  unsigned char *sink = calloc(front + 1, 1);
  size_t *list = calloc(front + 1, sizeof *list);
  if (!sink || !list) {
    free(sink);
    free(list);
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
  }
#pragma omp parallel for schedule(dynamic, 16) if (front > 256)
  for (size_t f = 0; f < front; f++)
    sink[f] = is_sink(classes, classes->front[f]);
  for (size_t f = 0; f < front; f++)
    if (sink[f])
      list[kept++] = classes->front[f];
  for (size_t i = 1; i < kept; i++) /* few: insertion */
    for (size_t j = i;
         j > 0 && classes->item[list[j]].log_mass > classes->item[list[j - 1]].log_mass; j--) {
      size_t swap = list[j];
      list[j] = list[j - 1];
      list[j - 1] = swap;
    }
  free(sink);
  *sinks = list;
  *count = kept;
  return AG_OK;
}
