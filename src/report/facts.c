/* What came of a game. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive/result.h"
#include "base/files.h"
#include "base/memory.h"
#include "report/facts.h"
#include "report/figure_run.h"

/* An item or group that keeps this much of its initial share survives. */
static const double kept_share = 0.1;
/* A share changes if it does by half a unit of the last digit that is printed, 0.1 %. */
static const double least_change = 0.0005;

const char *ag_trend_name(ag_trend trend)
{
  static const char *const names[] = {NULL, "flat", "rising", "falling"};
  return names[trend];
}

static ag_trend find_trend(double first, double last, double least)
{
  if (isnan(first) || isnan(last))
    return AG_TREND_UNKNOWN;
  return fabs(last - first) <= least ? AG_TREND_FLAT
         : last > first              ? AG_TREND_RISING
                                     : AG_TREND_FALLING;
}

/* --- diversity --- */

/* Between two generations the effective number falls by a constant factor. Two items or fewer
 * never halve: 1 is a limit, which only rounding reaches. */
static double find_half_life(const ag_result *result)
{
  double before = ag_result_diversity(result, 0), half = before / 2;
  if (isnan(before))
    return (double)NAN;
  for (size_t g = 1; g <= result->generations && half > 1 + 0x1p-40; g++) {
    double now = ag_result_diversity(result, g);
    if (now <= half)
      return (double)(g - 1) + log(before / half) / log(before / now);
    before = now;
  }
  return INFINITY;
}

static void find_diversity(const ag_result *result, ag_facts *facts)
{
  double first = ag_result_diversity(result, 0),
         last = ag_result_diversity(result, result->generations);
  facts->diversity_first = first;
  facts->diversity_last = last;
  facts->diversity = find_trend(first, last, least_change * first);
  facts->half_life = find_half_life(result);
}

/* --- survivors --- */

/* The result that has masses of the game's items: the run's, or its exact counterpart's. */
static const double *outcome_masses(const ag_game *game, const ag_result *result)
{
  size_t items = ag_game_item_count(game);
  return result && items > 0 && result->item_count == items ? result->log_mass : NULL;
}

static ag_status find_survivors(const ag_game *game, const double *log_mass, ag_facts *facts,
                                ag_error *error)
{
  double *initial = NULL;
  size_t n = log_mass ? ag_game_item_count(game) : 0;
  ag_status status = ag_array_create(n, sizeof *initial, &initial, error);
  if (status != AG_OK || n == 0)
    return status;
  ag_game_initial_log_mass(game, initial);
  for (size_t i = 0; i < n; i++) {
    facts->items += initial[i] > -INFINITY;
    facts->survivors += initial[i] > -INFINITY && log_mass[i] >= initial[i] + log(kept_share);
  }
  free(initial);
  return AG_OK;
}

static void find_groups(const ag_result *result, ag_facts *facts)
{
  static const char prefix[] = "group_share.";
  for (size_t m = 0; m < result->metric_count; m++) {
    double first = ag_result_metric(result, 0, m);
    if (strncmp(result->metric_name[m], prefix, sizeof prefix - 1) != 0 || !(first > 0))
      continue;
    facts->groups++;
    facts->groups_lost += ag_result_metric(result, result->generations, m) < kept_share * first;
  }
}

/* --- curators --- */

/* How much the mean over the replicates may be off by chance: half its 95 % interval. */
static ag_status find_noise(const ag_result *result, size_t metric, double *noise, ag_error *error)
{
  ag_spread spread;
  *noise = 0;
  if (result->replicates < 2)
    return AG_OK;
  ag_status status = ag_result_spread(result, result->generations, metric, &spread, error);
  if (status == AG_OK && isfinite(spread.high - spread.low))
    *noise = (spread.high - spread.low) / 2;
  return status;
}

static ag_status find_satisfaction(const ag_result *result, ag_curator_facts *curator,
                                   ag_error *error)
{
  double noise;
  size_t metric = ag_metric_of(result, "satisfaction", curator->name);
  if (metric == SIZE_MAX)
    metric = ag_metric_of(result, "optimal_mass", curator->name);
  ag_status status = find_noise(result, metric, &noise, error);
  curator->first = ag_result_metric(result, 0, metric);
  curator->last = ag_result_metric(result, result->generations, metric);
  curator->trend = find_trend(curator->first, curator->last, fmax(least_change, noise));
  return status;
}

static ag_status find_curators(const ag_game *game, const ag_result *result, ag_facts *facts,
                               ag_error *error)
{
  ag_status status = AG_OK;
  size_t count = ag_game_curator_count(game);
  facts->curator = calloc(count + 1, sizeof *facts->curator);
  if (!facts->curator)
    return ag_fail_memory(error);
  facts->curator_count = count;
  for (size_t c = 0; status == AG_OK && c < count; c++) {
    facts->curator[c].name = ag_game_curator_name(game, c);
    facts->curator[c].acts = ag_game_curator_acts(game, c);
    status = find_satisfaction(result, &facts->curator[c], error);
  }
  return status;
}

/* --- all together --- */

static ag_status find_endings(const ag_game *game, const ag_result *result, ag_facts *facts,
                              ag_error *error)
{
  const double *exact = outcome_masses(game, result->exact);
  ag_status status = ag_ending_find(game, facts->prediction, result, outcome_masses(game, result),
                                    &facts->outcome, error);
  facts->has_exact = exact != NULL;
  if (status == AG_OK && exact)
    status = ag_ending_find(game, facts->prediction, result->exact, exact, &facts->exact, error);
  return status;
}

static const char *name_thing(const ag_game *game, const ag_result *result)
{
  if (result->dimension > 0)
    return "point";
  if (result->texts)
    return "text";
  return ag_game_dimension(game) > 0 ? "cell" : "item";
}

static ag_status fill(const ag_game *game, const ag_result *result, ag_facts *facts,
                      ag_error *error)
{
  ag_status status = find_endings(game, result, facts, error);
  if (status == AG_OK)
    status = find_survivors(game, outcome_masses(game, result), facts, error);
  if (status == AG_OK)
    status = find_curators(game, result, facts, error);
  facts->thing = name_thing(game, result);
  facts->generations = result->generations;
  facts->replicates = result->replicates;
  facts->most = SIZE_MAX;
  facts->most_share = (double)NAN;
  if (result->outcome_count > 0) {
    facts->most = result->outcome[0].item;
    facts->most_share = result->outcome[0].mass;
  }
  find_diversity(result, facts);
  find_groups(result, facts);
  return status;
}

ag_status ag_facts_of(const ag_game *game, const ag_result *result, ag_prediction *prediction,
                      ag_facts **out, ag_error *error)
{
  ag_facts *facts = calloc(1, sizeof *facts);
  if (!facts) {
    ag_prediction_free(prediction);
    return ag_fail_memory(error);
  }
  facts->prediction = prediction;
  ag_status status = fill(game, result, facts, error);
  if (status != AG_OK)
    ag_facts_free(facts);
  else
    *out = facts;
  return status;
}

ag_status ag_facts_find(const ag_game *game, const ag_result *result, ag_facts **facts,
                        ag_error *error)
{
  ag_prediction *prediction = NULL;
  ag_status status = ag_predict(game, &prediction, error);
  return status == AG_OK ? ag_facts_of(game, result, prediction, facts, error) : status;
}

static void free_ending(ag_ending *ending)
{
  free(ending->end_mass);
  free(ending->end_distance);
}

void ag_facts_free(ag_facts *facts)
{
  if (!facts)
    return;
  ag_prediction_free(facts->prediction);
  free_ending(&facts->outcome);
  free_ending(&facts->exact);
  free(facts->curator);
  free(facts);
}
