/* Rewards against temperatures, before anything is played: what a finite game's rewards are is
 * known when it is read. Points and texts have theirs checked as they come (sampled_step.c). */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "game/outline.h"
#include "population/span.h"

/* In temperatures: less than this changes nothing that a game of a million generations shows. */
static const double least_difference = 0x1p-20;

ag_reward_span ag_reward_span_find(const ag_game *game, const double *reward)
{
  ag_reward_span found = {INFINITY, -INFINITY};
  for (size_t i = 0; i < game->space->count; i++)
    if (ag_game_is_live(game, i)) {
      found.low = fmin(found.low, reward[i]);
      found.high = fmax(found.high, reward[i]);
    }
  return found;
}

static double least_temperature(const ag_curator *curator)
{
  double least = ag_schedule_at(&curator->temperatures, 0);
  for (size_t t = 1; t < curator->temperatures.count; t++)
    least = fmin(least, ag_schedule_at(&curator->temperatures, t));
  return least;
}

static int by_size(const void *first, const void *second)
{
  double a = *(const double *)first, b = *(const double *)second;
  return (a > b) - (a < b);
}

/* Two rewards that differ, but by no more than rounding: ties (ag_reward_tie_level), which an
 * engine would play as a difference. */
static ag_status check_rounding(const double *sorted, size_t count, double temperature,
                                ag_error *error)
{
  for (size_t i = 1; i < count; i++) {
    double gap = sorted[i] - sorted[i - 1];
    if (gap > 0 && sorted[i - 1] >= ag_reward_tie_level(sorted[i], temperature) &&
        gap > least_difference * temperature)
      return ag_fail(
          error, AG_ERROR_INPUT,
          "two rewards near %.17g differ by %.3g, which is no more than rounding of such "
          "numbers, but %.3g temperatures; take off what all rewards share, or raise "
          "the temperature",
          sorted[i], gap, gap / temperature);
  }
  return AG_OK;
}

/* Only where roundings are as large as that need the rewards be looked at one by one. */
static ag_status check_ties(const ag_game *game, const ag_curator *curator, ag_reward_span span,
                            double temperature, ag_error *error)
{
  double largest = fmax(fabs(span.low), fabs(span.high)), *sorted = NULL;
  size_t count = 0;
  if (!(largest - ag_reward_tie_level(largest, 0) > least_difference * temperature))
    return AG_OK;
  ag_status status = ag_array_create(game->space->count, sizeof *sorted, &sorted, error);
  if (status)
    return status;
  for (size_t i = 0; i < game->space->count; i++)
    if (ag_game_is_live(game, i))
      sorted[count++] = curator->value[i];
  qsort(sorted, count, sizeof *sorted, by_size);
  status = check_rounding(sorted, count, temperature, error);
  free(sorted);
  return status;
}

ag_status ag_curator_check_rewards(const ag_game *game, const ag_curator *curator, ag_node place,
                                   ag_error *error)
{
  ag_error inner = {0};
  if (!curator->value || curator->prefers || ag_space_is_cloud(game->space))
    return AG_OK;
  ag_reward_span span = ag_reward_span_find(game, curator->value);
  double temperature = least_temperature(curator);
  ag_status status = ag_span_check(span.low, span.high, temperature, &inner);
  if (!status)
    status = check_ties(game, curator, span, temperature, &inner);
  if (status != AG_ERROR_INPUT)
    return status;
  ag_node key = ag_node_find(place, "temperature");
  return ag_node_fail(ag_node_present(key) ? key : place, error, "%s: %s", curator->name,
                      inner.message);
}
