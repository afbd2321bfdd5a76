/* Where an outcome stands against the ends that theory predicts. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/files.h"
#include "base/memory.h"
#include "report/facts.h"
#include "report/figure_run.h"

/* Total variation from an end up to which the mass counts as being there. */
static const double there = 0.01;
/* Total variation of a step that is all rounding: each mass is right to a few units in the last
 * place, and the masses add up to one. */
static const double rounding = 0x1p-46;

const char *ag_run_verdict_name(ag_run_verdict verdict)
{
  static const char *const names[] = {"as predicted", "elsewhere", "still moving", "no prediction"};
  return names[verdict];
}

bool ag_range_is_flat(double low, double high)
{
  /* a metric adds up items that are right to a few 2^-53 and normalised in every generation: the
   * errors of a million generations walk as far as a thousand of them */
  return high - low <= 0x1p-40 * fmax(fabs(low), fabs(high));
}

/* --- has it come to rest? --- */

/* What is still ahead after two steps if the next ones shrink by the same factor: the rest of a
 * geometric series. Steps that do not shrink promise nothing, however short they are: so does a
 * start near a point that repels. */
static double way_ahead(double before, double now)
{
  if (now <= rounding)
    return 0;
  return now < before ? now * now / (before - now) : INFINITY;
}

typedef struct value_range {
  double low, high;
} value_range;

static value_range find_range(const ag_result *result, size_t metric, size_t from)
{
  value_range range = {INFINITY, -INFINITY};
  for (size_t g = from; g <= result->generations; g++) {
    range.low = fmin(range.low, ag_result_metric(result, g, metric));
    range.high = fmax(range.high, ag_result_metric(result, g, metric));
  }
  return range;
}

/* The same of a metric, in units of all that it has moved. */
static double metric_ahead(const ag_result *result, size_t metric)
{
  size_t end = result->generations;
  value_range all = find_range(result, metric, 0);
  if (ag_range_is_flat(all.low, all.high))
    return 0;
  if (end < 2)
    return INFINITY;
  double now = ag_result_metric(result, end, metric);
  double last = ag_result_metric(result, end - 1, metric);
  double before = ag_result_metric(result, end - 2, metric);
  double unit = all.high - all.low;
  return way_ahead(fabs(last - before) / unit, fabs(now - last) / unit);
}

/* Of an exact game: by its steps in total variation, or else by whatever was measured. */
static double exact_ahead(const ag_result *result)
{
  size_t end = result->generations, step = ag_metric_of(result, "tv_step", "");
  double most = result->metric_count > 0 ? 0 : INFINITY;
  if (end > 0 && step != SIZE_MAX)
    return way_ahead(ag_result_metric(result, end - 1, step), ag_result_metric(result, end, step));
  for (size_t m = 0; m < result->metric_count; m++)
    most = fmax(most, metric_ahead(result, m));
  return most;
}

/* Of samples, which never stand still: whether a metric only fluctuates over the last quarter. The
 * means of its halves differ by 3.5 deviations on a steady slope, and by less than one in noise. */
static bool metric_fluctuates(const ag_result *result, size_t metric)
{
  size_t half = result->generations / 8, end = result->generations;
  value_range all = find_range(result, metric, end - 2 * half);
  double sum[2] = {0, 0}, squares = 0, n = (double)half;
  if (half < 2)
    return false;
  if (ag_range_is_flat(all.low, all.high))
    return true;
  for (size_t i = 0; i < 2 * half; i++)
    sum[i / half] += ag_result_metric(result, end - 2 * half + 1 + i, metric);
  for (size_t i = 0; i < 2 * half; i++) {
    double off = ag_result_metric(result, end - 2 * half + 1 + i, metric) - sum[i / half] / n;
    squares += off * off;
  }
  return fabs(sum[1] - sum[0]) / n <= sqrt(squares / (2 * n));
}

/* By what the population is worth and how diverse it is: other metrics may grow for ever. */
static bool samples_settled(const ag_game *game, const ag_result *result)
{
  size_t seen = 0, metric = ag_metric_of(result, "effective_number", "");
  bool settled = metric == SIZE_MAX || metric_fluctuates(result, metric);
  seen += metric != SIZE_MAX;
  for (size_t c = 0; settled && c < ag_game_curator_count(game); c++) {
    metric = ag_metric_of(result, "mean_reward", ag_game_curator_name(game, c));
    settled = metric == SIZE_MAX || metric_fluctuates(result, metric);
    seen += metric != SIZE_MAX;
  }
  return settled && seen > 0;
}

/* proven: theory proves that an exact game is on its way to an end as long as it moves at all. */
static bool is_settled(const ag_game *game, const ag_result *result, bool proven)
{
  if (result->generations == 0)
    return false;
  if (result->replicates > 0)
    return samples_settled(game, result);
  return exact_ahead(result) <= (proven ? 0 : there);
}

/* --- how far is it from an end? --- */

static double set_share(const ag_item_set *set, const double *log_mass)
{
  double share = 0;
  for (size_t i = 0; i < set->count; i++)
    share += exp(log_mass[set->item[i]]);
  return fmin(share, 1); /* but for rounding */
}

/* Total variation: what the point has more of than the outcome, item by item. */
static double rest_distance(const ag_rest_point *rest, const double *log_mass)
{
  double missing = 0;
  for (size_t i = 0; i < rest->count; i++)
    missing += fmax(0, rest->mass[i] - exp(log_mass[rest->item[i]]));
  return missing;
}

static ag_status start_distance(const ag_game *game, const double *log_mass, double *distance,
                                ag_error *error)
{
  double *initial = NULL;
  size_t n = ag_game_item_count(game);
  ag_status status = ag_array_create(n, sizeof *initial, &initial, error);
  if (status != AG_OK)
    return status;
  ag_game_initial_log_mass(game, initial);
  *distance = 0;
  for (size_t i = 0; i < n; i++)
    *distance += fmax(0, exp(initial[i]) - exp(log_mass[i]));
  free(initial);
  return AG_OK;
}

static void nearest_sink(const ag_prediction *prediction, bool replicates, ag_ending *ending)
{
  double together = 0;
  for (size_t s = 0; s < ending->end_count; s++) {
    together += 1 - ending->end_distance[s];
    if (s == 0 || ending->end_distance[s] < ending->end_distance[ending->number])
      ending->number = s;
  }
  if (prediction->sink_count == 0)
    return;
  ending->kind = AG_END_SINK;
  ending->distance = replicates ? fmax(0, 1 - together) : ending->end_distance[ending->number];
}

static void nearest_rest_point(const ag_prediction *prediction, bool own, ag_ending *ending)
{
  for (size_t r = 0; r < ending->end_count; r++) {
    if (!prediction->rest_points[r].attracts)
      continue;
    if (ending->kind == AG_END_NONE || ending->end_distance[r] < ending->distance) {
      ending->kind = AG_END_REST_POINT;
      ending->number = r;
      ending->distance = ending->end_distance[r];
    }
    if (own && r == 0) /* an exact game goes where its own start leads */
      return;
  }
}

static size_t count_ends(const ag_prediction *prediction)
{
  if (prediction->theory.kind == AG_THEORY_NONE)
    return 0;
  return prediction->theory.kind == AG_THEORY_SINKS ? prediction->sink_count
                                                    : prediction->rest_point_count;
}

static double rest_mass(const ag_rest_point *rest, const double *log_mass)
{
  return set_share(&(ag_item_set){rest->count, rest->item}, log_mass);
}

static ag_status measure_ends(const ag_prediction *prediction, const double *log_mass,
                              ag_ending *ending, ag_error *error)
{
  size_t count = count_ends(prediction);
  ending->end_mass = calloc(count + 1, sizeof *ending->end_mass);
  ending->end_distance = calloc(count + 1, sizeof *ending->end_distance);
  if (!ending->end_mass || !ending->end_distance)
    return ag_fail_memory(error);
  ending->end_count = count;
  for (size_t e = 0; e < count; e++)
    if (prediction->theory.kind == AG_THEORY_SINKS) {
      ending->end_mass[e] = set_share(&prediction->sinks[e].items, log_mass);
      ending->end_distance[e] = 1 - ending->end_mass[e];
    } else {
      ending->end_mass[e] = rest_mass(&prediction->rest_points[e], log_mass);
      ending->end_distance[e] = rest_distance(&prediction->rest_points[e], log_mass);
    }
  if (prediction->theory.theorems && prediction->paper_theorem)
    ending->theorem_share = set_share(&prediction->paper_limit, log_mass);
  return AG_OK;
}

/* --- the verdict --- */

static ag_run_verdict find_verdict(const ag_prediction *prediction, const ag_result *steps,
                                   const ag_ending *ending)
{
  bool predicted = ending->kind != AG_END_NONE || prediction->cycles;
  if (steps->generations == 0 || !predicted)
    return AG_RUN_NO_PREDICTION;
  if (ending->distance <= there)
    return AG_RUN_AS_PREDICTED;
  return ending->settled ? AG_RUN_ELSEWHERE : AG_RUN_STILL_MOVING;
}

ag_status ag_ending_find(const ag_game *game, const ag_prediction *prediction,
                         const ag_result *steps, const double *log_mass, ag_ending *ending,
                         ag_error *error)
{
  ag_status status = AG_OK;
  bool sinks = prediction && prediction->theory.kind == AG_THEORY_SINKS;
  *ending = (ag_ending){.verdict = AG_RUN_NO_PREDICTION,
                        .distance = (double)NAN,
                        .theorem_share = (double)NAN,
                        .settled = is_settled(game, steps, sinks && !prediction->neutral)};
  if (!prediction || !log_mass)
    return AG_OK;
  if ((status = measure_ends(prediction, log_mass, ending, error)) != AG_OK)
    return status;
  if (prediction->neutral && prediction->theory.kind != AG_THEORY_NONE) {
    ending->kind = AG_END_START;
    status = start_distance(game, log_mass, &ending->distance, error);
  } else if (sinks)
    nearest_sink(prediction, steps->replicates > 1, ending);
  else
    nearest_rest_point(prediction, steps->replicates == 0, ending);
  ending->verdict = find_verdict(prediction, steps, ending);
  return status;
}
