#include "theory/theory.h"

#include <stdlib.h>

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
  if (status)
    ag_prediction_free(prediction);
  else
    *out = prediction;
  return status;
}

ag_status ag_predict(const ag_game *game, ag_prediction **prediction, ag_error *error)
{
  ag_classes classes = {0};
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
  free(prediction->optimal_sets);
  free(prediction->paper_limit.item);
  free(prediction->sinks);
  free(prediction);
}
