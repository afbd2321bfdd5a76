#include <aligngame/analysis.h>

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "theory/classes.h"
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
  for (size_t j = 0; j < game->layout.live; j++) {
    double x = curator->value[j] / curator->temperature;
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
  for (size_t j = 0; j < game->layout.live; j++)
    if (owner->value[j] >= owner->optimal_level)
      best = fmax(best, public_->value[j]);
  for (size_t j = 0; j < game->layout.live; j++)
    if (owner->value[j] >= owner->optimal_level && public_->value[j] < ag_reward_tie_level(best))
      second = fmax(second, public_->value[j]);
  return (best - second) / public_->temperature;
}

/* The curator that follows the first in the order of play. */
static size_t next_curator(const ag_game *game)
{
  for (size_t s = 1; s < game->stage_count; s++)
    if (game->stage[s] != game->stage[0])
      return game->stage[s];
  return game->stage[0];
}

static ag_constants find_constants(const ag_game *game)
{
  const ag_curator *owner = &game->curator[game->stage[0]];
  const ag_curator *public_ = &game->curator[next_curator(game)];
  reward_range o = find_range(game, game->stage[0]), p = find_range(game, next_curator(game));
  ag_constants found = {.gap_owner = o.best - o.second,
                        .gap_public = p.best - p.second,
                        .gap_refinement = refinement_gap(game, owner, public_)};
  for (size_t j = 0; j < game->layout.live; j++)
    if (owner->value[j] >= owner->optimal_level)
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
  reward_range range = find_range(game, c);
  double gap = range.best - range.second, span = range.best - range.worst;
  ag_pool pool = game->curator[c].pool;
  if (pool == AG_POOL_INFINITE)
    return exp(-gap);
  return 1 + expm1(-gap) * (double)(pool - 1) / (exp(span) + (double)(pool - 1));
}

/* The mass outside a sink at rest with real data, to first order:
 * sum_y alpha p_ref(y) / (1 - (1 - alpha) lambda(y)). */
static double mixing_level(const ag_classes *classes, size_t sink)
{
  double alpha = classes->game->real_share, sum = 0;
  for (size_t c = 0; c < classes->count; c++)
    if (c != sink)
      sum += alpha * exp(classes->item[c].log_mass) /
             (1 - (1 - alpha) * exp(ag_classes_invasion(classes, c, sink)));
  return sum;
}

static size_t class_item(const ag_classes *classes, size_t number)
{
  return classes->game->layout.item[classes->place[classes->item[number].begin]];
}

static void describe_sinks(const ag_classes *classes, const size_t *sinks, ag_analysis *analysis)
{
  const ag_game *game = classes->game;
  for (size_t s = 0; s < analysis->prediction->sink_count; s++) {
    size_t invader;
    double log_lambda = ag_classes_worst_invader(classes, sinks[s], &invader);
    analysis->sink[s] = (ag_sink_detail){
        .invader = invader == sinks[s] ? SIZE_MAX : class_item(classes, invader),
        .power = game->reading->accumulates ? expm1(log_lambda) : NAN,
        .mixing_level = game->real_share > 0 ? mixing_level(classes, sinks[s]) : NAN};
  }
}

static ag_status make_growth_table(const ag_classes *classes, const size_t *sinks,
                                   size_t sink_count, ag_analysis *analysis, ag_error *error)
{
  size_t list[AG_GROWTH_MOST], count = 0;
  for (size_t s = 0; s < sink_count && count < AG_GROWTH_MOST; s++)
    list[count++] = sinks[s];
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
    analysis->growth_item[a] = class_item(classes, list[a]);
    for (size_t b = 0; b < count; b++)
      analysis->log_growth[a * count + b] =
          a == b ? 0 : ag_classes_invasion(classes, list[a], list[b]);
  }
  return AG_OK;
}

static ag_status fill(const ag_game *game, const ag_classes *classes, ag_analysis *analysis,
                      ag_error *error)
{
  size_t *sinks = NULL, count = 0;
  ag_status status = ag_classes_sinks(classes, &sinks, &count, error);
  if (!status)
    status = ag_array_create(count, sizeof *analysis->sink, &analysis->sink, error);
  if (!status)
    status = ag_array_create(game->curator_count, sizeof(double), &analysis->contraction, error);
  if (!status)
    status = make_growth_table(classes, sinks, count, analysis, error);
  if (!status) {
    analysis->item_count = game->space->count;
    analysis->class_count = classes->count;
    analysis->front_count = classes->front_count;
    analysis->constants = find_constants(game);
    for (size_t c = 0; c < game->curator_count; c++)
      analysis->contraction[c] = odds_contraction(game, c);
    describe_sinks(classes, sinks, analysis);
  }
  free(sinks);
  return status;
}

ag_status ag_analyze(const ag_game *game, ag_analysis **out, ag_error *error)
{
  ag_classes classes = {0};
  ag_analysis *analysis = calloc(1, sizeof *analysis);
  if (!analysis)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for an analysis");
  ag_status status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_predict_from(game, &classes, &analysis->prediction, error);
  if (!status)
    status = fill(game, &classes, analysis, error);
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
