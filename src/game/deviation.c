/* A temperature from the rewards themselves: their standard deviation, as the items weigh at first.
 * What is not played has no part in it, and no unit matters. */
#include <math.h>

#include "base/numerics.h"
#include "game/outline.h"

/* The mean of (x - centre)^power, x the rewards in units above the lowest. */
static double mean_power(const ag_game *game, const double *reward, double low, double unit,
                         double centre, int power)
{
  const double *log_mass = game->space->log_mass;
  ag_sum sum = {0}, total = {0};
  for (size_t i = 0; i < game->space->count; i++) {
    double mass = log_mass ? exp(log_mass[i]) : 1;
    if (!(mass > 0))
      continue;
    double step = (reward[i] / unit - low / unit) - centre;
    ag_sum_add(&sum, mass * (power == 2 ? step * step : step));
    ag_sum_add(&total, mass);
  }
  return ag_sum_value(&sum) / ag_sum_value(&total);
}

double ag_reward_deviation(const ag_game *game, const double *reward)
{
  ag_reward_span range = ag_reward_span_find(game, reward);
  int exponent = 0;
  if (!(range.low < ag_reward_tie_level(range.high, 0)))
    return 0;
  frexp(range.high / 2 - range.low / 2, &exponent);
  double unit = ldexp(1, exponent < 1000 ? exponent : 1000); /* no square overflows */
  double mean = mean_power(game, reward, range.low, unit, 0, 1);
  return unit * sqrt(mean_power(game, reward, range.low, unit, mean, 2));
}

ag_status ag_curator_set_deviation(const ag_game *game, ag_node place, ag_curator *curator,
                                   ag_error *error)
{
  ag_node temperature = ag_node_find(place, "temperature");
  if (curator->prefers || !curator->value || ag_space_is_cloud(game->space))
    return ag_node_fail(ag_node_present(temperature) ? temperature : place, error,
                        "%s: rewards have a deviation before they are played only where they are "
                        "numbers of items; expected a number above 0",
                        curator->name);
  double deviation = ag_reward_deviation(game, curator->value);
  curator->temperatures = (ag_schedule){.value = deviation > 0 ? deviation : 1};
  return AG_OK;
}
