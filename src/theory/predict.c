#include "theory/theory.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

const char *ag_regime_name(ag_regime regime)
{
  static const char *const names[] = {"perfect", "partial", "disjoint"};
  return names[regime];
}

static ag_status add_sink(const ag_classes *classes, const ag_end *end, unsigned char *member,
                          ag_prediction *prediction, ag_error *error)
{
  ag_sink *sink = &prediction->sinks[prediction->sink_count];
  const ag_class *class = &classes->item[end->number[0]];
  sink->log_lambda = end->log_lambda;
  for (size_t i = 0; i < class->count; i++)
    member[classes->place[class->begin + i]] = 1;
  ag_status status = ag_item_set_create(classes->game, member, &sink->items, error);
  for (size_t i = 0; i < class->count; i++)
    member[classes->place[class->begin + i]] = 0;
  prediction->sink_count += !status;
  return status;
}

static ag_status add_sinks(const ag_classes *classes, const ag_ends *ends,
                           ag_prediction *prediction, ag_error *error)
{
  unsigned char *member = calloc(classes->game->space->count, 1);
  prediction->sinks = calloc(ends->count + 1, sizeof *prediction->sinks);
  ag_status status = member && prediction->sinks
                         ? AG_OK
                         : ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
  for (size_t e = 0; !status && e < ends->count; e++)
    status = add_sink(classes, &ends->end[e], member, prediction, error);
  free(member);
  return status;
}

/* The items of an end's classes, each with its share of p_0 in its class. */
static ag_status add_rest_point(const ag_classes *classes, const ag_end *end, ag_rest_point *point,
                                ag_error *error)
{
  const ag_space *space = classes->game->space;
  size_t count = 0;
  for (size_t k = 0; k < end->count; k++)
    count += classes->item[end->number[k]].count;
  *point = (ag_rest_point){.stable = end->stable,
                           .radius = end->radius,
                           .attracts = end->attracts,
                           .growth_outside = end->growth_outside,
                           .every_start = end->every_start};
  ag_status status = ag_array_create(count, sizeof *point->item, &point->item, error);
  if (!status)
    status = ag_array_create(count, sizeof *point->mass, &point->mass, error);
  for (size_t k = 0; !status && k < end->count; k++) {
    const ag_class *class = &classes->item[end->number[k]];
    for (size_t i = 0; i < class->count; i++) {
      size_t x = classes->place[class->begin + i];
      double initial = space->log_mass ? space->log_mass[x] : -log((double)space->count);
      point->item[point->count] = x;
      point->mass[point->count++] = end->mass[k] * exp(initial - class->log_mass);
    }
  }
  return status;
}

static ag_status add_rest_points(const ag_classes *classes, const ag_ends *ends,
                                 ag_prediction *prediction, ag_error *error)
{
  prediction->rest_points = calloc(ends->count + 1, sizeof *prediction->rest_points);
  if (!prediction->rest_points)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the rest points");
  ag_status status = AG_OK;
  for (size_t e = 0; !status && e < ends->count; e++) {
    status = add_rest_point(classes, &ends->end[e], &prediction->rest_points[e], error);
    prediction->rest_point_count = e + 1;
  }
  return status;
}

static size_t count_attracting(const ag_ends *ends)
{
  size_t count = 0;
  for (size_t e = 0; e < ends->count; e++)
    count += ends->end[e].attracts;
  return count;
}

ag_status ag_predict_from(const ag_classes *classes, const ag_ends *ends, ag_prediction **out,
                          ag_error *error)
{
  ag_prediction *prediction = calloc(1, sizeof *prediction);
  if (!prediction)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a prediction");
  prediction->theory = ends->theory;
  prediction->neutral = classes->count == 1;
  prediction->lock_in = count_attracting(ends) > 1;
  prediction->cycles = ends->cycles;
  ag_status status = ag_predict_regime(classes->game, prediction, error);
  if (!status && ends->theory.kind == AG_THEORY_SINKS)
    status = add_sinks(classes, ends, prediction, error);
  else if (!status && ends->theory.kind == AG_THEORY_REST_POINTS)
    status = add_rest_points(classes, ends, prediction, error);
  if (status)
    ag_prediction_free(prediction);
  else
    *out = prediction;
  return status;
}

/* Points and texts have no items to speak of: the gate says so. */
static ag_status predict_nothing(const ag_game *game, ag_prediction **out, ag_error *error)
{
  ag_prediction *prediction = calloc(1, sizeof *prediction);
  if (!prediction)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a prediction");
  ag_theory_of(game, &prediction->theory);
  *out = prediction;
  return AG_OK;
}

ag_status ag_predict(const ag_game *game, ag_prediction **prediction, ag_error *error)
{
  ag_classes classes = {0};
  ag_ends ends = {0};
  if (ag_space_is_cloud(game->space) || game->texts)
    return predict_nothing(game, prediction, error);
  ag_status status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_predict_from(&classes, &ends, prediction, error);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  return status;
}

void ag_prediction_free(ag_prediction *prediction)
{
  if (!prediction)
    return;
  for (size_t c = 0; prediction->optimal_sets && c < prediction->curator_count; c++)
    free(prediction->optimal_sets[c].item);
  for (size_t s = 0; prediction->sinks && s < prediction->sink_count; s++)
    free(prediction->sinks[s].items.item);
  for (size_t r = 0; prediction->rest_points && r < prediction->rest_point_count; r++) {
    free(prediction->rest_points[r].item);
    free(prediction->rest_points[r].mass);
  }
  free(prediction->rest_points);
  free(prediction->optimal_sets);
  free(prediction->paper_limit.item);
  free(prediction->sinks);
  free(prediction);
}
