#include <aligngame/analysis.h>

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "theory/theory.h"

/* Of curator c in temperatures: the best reward, the best suboptimal one, the
 * span, over items with mass. */
typedef struct reward_range {
  double best, second, worst;
} reward_range;

static reward_range find_range(const ag_game *game, size_t c)
{
  const ag_curator *curator = &game->curator[c];
  reward_range range = {-INFINITY, -INFINITY, INFINITY};
  double best = -INFINITY; /* gaps are differences: what all rewards share is no matter */
  for (size_t j = 0; j < game->space->count; j++)
    best = ag_game_is_live(game, j) ? fmax(best, curator->value[j]) : best;
  for (size_t j = 0; j < game->space->count; j++) {
    double x = (curator->value[j] - best) / curator->temperature;
    if (!ag_game_is_live(game, j))
      continue;
    range.best = fmax(range.best, x);
    range.worst = fmin(range.worst, x);
    if (curator->value[j] < curator->optimal_level)
      range.second = fmax(range.second, x);
  }
  return range;
}

/* Delta_{P|O}: inside A_O, between the public's best and the best of the rest. */
static double refinement_gap(const ag_game *game, const ag_curator *owner,
                             const ag_curator *public_)
{
  double best = -INFINITY, second = -INFINITY;
  for (size_t j = 0; j < game->space->count; j++)
    if (ag_game_is_live(game, j) && owner->value[j] >= owner->optimal_level)
      best = fmax(best, public_->value[j]);
  double level = ag_reward_tie_level(best, public_->temperature);
  for (size_t j = 0; j < game->space->count; j++)
    if (ag_game_is_live(game, j) && owner->value[j] >= owner->optimal_level &&
        public_->value[j] < level)
      second = fmax(second, public_->value[j]);
  return (best - second) / public_->temperature;
}

/* Of the first curator that acts, and of the next one (itself where it is alone). */
static ag_constants find_constants(const ag_game *game)
{
  size_t acting[AG_CURATORS_MOST], count = ag_acting_curators(game, acting);
  size_t first = count > 0 ? acting[0] : 0, next = count > 1 ? acting[1] : first;
  const ag_curator *owner = &game->curator[first], *public_ = &game->curator[next];
  reward_range o = find_range(game, first), p = find_range(game, next);
  ag_constants found = {.owner = first,
                        .public_ = next,
                        .gap_owner = o.best - o.second,
                        .gap_public = p.best - p.second,
                        .gap_refinement = refinement_gap(game, owner, public_)};
  for (size_t j = 0; j < game->space->count; j++)
    if (ag_game_is_live(game, j) && owner->value[j] >= owner->optimal_level)
      found.v_min +=
          game->space->log_mass ? exp(game->space->log_mass[j]) : 1 / (double)game->space->count;
  found.pool_threshold = 1 + ceil(8 / (found.gap_owner * found.v_min));
  found.pool_needed = 1 + ceil(8 * found.gap_owner / found.v_min);
  found.c_owner = 4 / found.v_min + 1;
  found.rho = found.c_owner / found.v_min * exp(-found.gap_owner);
  found.vacuous = found.rho >= 1;
  return found;
}

/* 1 - (1 - e^-gap)(K - 1) / (e^span + K - 1). */
static double odds_contraction(const ag_game *game, size_t c)
{
  if (game->curator[c].prefers)
    return (double)NAN;
  reward_range range = find_range(game, c);
  double gap = range.best - range.second, span = range.best - range.worst;
  ag_pool pool = game->curator[c].pool;
  if (!isfinite(gap)) /* every item is optimal */
    return (double)NAN;
  if (pool == AG_POOL_INFINITE)
    return exp(-gap);
  return 1 + expm1(-gap) * (double)(pool - 1) / (exp(span) + (double)(pool - 1));
}

static void describe_sinks(const ag_classes *classes, const ag_ends *ends, ag_analysis *analysis)
{
  bool power = ag_loop_accumulates(&classes->game->loop);
  for (size_t s = 0; s < analysis->prediction->sink_count; s++) {
    size_t number = ends->end[s].number[0], invader;
    double log_lambda = ag_classes_worst_invader(classes, number, &invader);
    analysis->sink[s] = (ag_sink_detail){
        .invader = invader == number ? SIZE_MAX : ag_classes_item(classes, invader),
        .power = power ? expm1(log_lambda) : (double)NAN};
  }
}

static ag_status make_growth_table(const ag_classes *classes, const ag_ends *ends,
                                   ag_analysis *analysis, ag_error *error)
{
  size_t list[AG_GROWTH_MOST], count = 0;
  for (size_t s = 0; s < ends->count && count < AG_GROWTH_MOST; s++)
    list[count++] = ends->end[s].number[0];
  for (size_t f = 0; f < classes->front_count && count < AG_GROWTH_MOST; f++) {
    bool known = false;
    for (size_t k = 0; k < count; k++)
      known |= list[k] == classes->front[f];
    if (!known)
      list[count++] = classes->front[f];
  }
  ag_status status =
      ag_array_create(count, sizeof *analysis->growth_item, &analysis->growth_item, error);
  if (!status)
    status = ag_array_create(count * count, sizeof(double), &analysis->log_growth, error);
  if (status)
    return status;
  analysis->growth_count = count;
  for (size_t a = 0; a < count; a++) {
    analysis->growth_item[a] = ag_classes_item(classes, list[a]);
    for (size_t b = 0; b < count; b++)
      analysis->log_growth[a * count + b] =
          a == b ? 0 : ag_classes_invasion(classes, list[a], list[b]);
  }
  return AG_OK;
}

/* Constants and growth factors, where there are any. */
static ag_status fill(const ag_classes *classes, const ag_ends *ends, ag_analysis *analysis,
                      ag_error *error)
{
  const ag_game *game = classes->game;
  ag_status status = ag_array_create(ends->count, sizeof *analysis->sink, &analysis->sink, error);
  if (!status)
    status = ag_array_create(game->curator_count, sizeof(double), &analysis->contraction, error);
  if (!status && ends->theory.kind == AG_THEORY_SINKS)
    status = make_growth_table(classes, ends, analysis, error);
  if (status)
    return status;
  analysis->item_count = game->space->count;
  analysis->class_count = classes->count;
  analysis->by_sum = classes->by_sum;
  analysis->front_count = classes->front_count;
  if (ends->theory.theorems)
    analysis->constants = find_constants(game);
  for (size_t c = 0; c < game->curator_count; c++)
    analysis->contraction[c] = odds_contraction(game, c);
  describe_sinks(classes, ends, analysis);
  return AG_OK;
}

ag_status ag_analyze(const ag_game *game, ag_analysis **out, ag_error *error)
{
  ag_classes classes = {0};
  ag_ends ends = {0};
  ag_analysis *analysis = calloc(1, sizeof *analysis);
  if (!analysis)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for an analysis");
  bool items = !ag_space_is_cloud(game->space) && !game->texts;
  ag_status status = items ? ag_classes_create(game, &classes, error)
                           : ag_predict(game, &analysis->prediction, error);
  if (!status && items)
    status = ag_ends_find(&classes, &ends, error);
  if (!status && items)
    status = ag_predict_from(&classes, &ends, &analysis->prediction, error);
  if (!status && items)
    status = fill(&classes, &ends, analysis, error);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  if (status)
    ag_analysis_free(analysis);
  else
    *out = analysis;
  return status;
}

void ag_analysis_free(ag_analysis *analysis)
{
  if (!analysis)
    return;
  ag_prediction_free(analysis->prediction);
  free(analysis->contraction);
  free(analysis->sink);
  free(analysis->growth_item);
  free(analysis->log_growth);
  free(analysis);
}
