#include "theory/theory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *ag_regime_name(ag_regime regime)
{
  static const char *const names[] = {"perfect", "partial", "disjoint"};
  return names[regime];
}

ag_status ag_predict_from(const ag_game *game, const ag_classes *classes, ag_prediction **out,
                          ag_error *error)
{
  ag_prediction *prediction = calloc(1, sizeof *prediction);
  if (!prediction)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a prediction");
  ag_status status = ag_predict_regime(game, prediction, error);
  if (!status)
    status = ag_predict_sinks(classes, prediction, error);
  if (!status)
    ag_theory_of(game, &prediction->theory);
  if (status)
    ag_prediction_free(prediction);
  else
    *out = prediction;
  return status;
}

/* Why a game has no classes of items equal in all rewards; NULL: it has. */
static const char *no_classes_because(const ag_game *game)
{
  if (ag_space_is_cloud(game->space) || game->texts)
    return "Theory is about a finite set of items, and this space has none.";
  for (size_t c = 0; c < game->curator_count; c++)
    if (game->curator[c].prefers)
      return "A curator compares items two by two, and has no reward that theory could speak of.";
  return NULL;
}

/* Why nothing is known of where a game ends; NULL: something is. */
static const char *unknown_because(const ag_game *game)
{
  if (no_classes_because(game))
    return no_classes_because(game);
  if (game->sampled && strcmp(game->samples.selection->name, "pools") != 0)
    return "Theory is about selection from pools, and this rule has none.";
  return NULL;
}

/* Until the loop is a list of steps: what the readings allow. */
void ag_theory_of(const ag_game *game, ag_theory *theory)
{
  const char *unknown = unknown_because(game);
  bool sinks = !game->reading->parallel && game->real_share == 0;
  const char *known = sinks ? "The limits of selection in sequence are its sinks."
                            : "The limits of this loop are its rest points.";
  *theory = (ag_theory){.kind = unknown ? AG_THEORY_NONE
                                : sinks ? AG_THEORY_SINKS
                                        : AG_THEORY_REST_POINTS,
                        .theorems = sinks && !unknown};
  snprintf(theory->why, sizeof theory->why, "%s", unknown ? unknown : known);
}

/* The prediction for a game without such classes. */
static ag_status predict_nothing(const ag_game *game, ag_prediction **prediction, ag_error *error)
{
  *prediction = calloc(1, sizeof **prediction);
  if (!*prediction)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a prediction");
  ag_theory_of(game, &(*prediction)->theory);
  return AG_OK;
}

ag_status ag_predict(const ag_game *game, ag_prediction **prediction, ag_error *error)
{
  ag_classes classes = {0};
  if (no_classes_because(game))
    return predict_nothing(game, prediction, error);
  ag_status status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_predict_from(game, &classes, prediction, error);
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
