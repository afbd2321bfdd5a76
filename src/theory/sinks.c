/* The sinks of a game: the classes that nothing rare can invade. Only
 * Pareto-optimal classes can be sinks, and only they need be tried as
 * invaders: growth is increasing in every reward. */
#include <math.h>
#include <stdlib.h>

#include "theory/classes.h"
#include "theory/theory.h"

static ag_status add_sink(const ag_classes *classes, size_t number, unsigned char *member,
                          ag_prediction *prediction, ag_error *error)
{
  ag_sink *sink = &prediction->sinks[prediction->sink_count];
  const ag_reward_class *class = &classes->item[number];
  size_t invader;
  sink->log_lambda = ag_classes_worst_invader(classes, number, &invader);
  for (size_t i = 0; i < class->count; i++)
    member[classes->place[class->begin + i]] = 1;
  ag_status status = ag_item_set_create(classes->game, member, &sink->items, error);
  for (size_t i = 0; i < class->count; i++)
    member[classes->place[class->begin + i]] = 0;
  prediction->sink_count += !status;
  return status;
}

ag_status ag_classes_sinks(const ag_classes *classes, size_t **sinks, size_t *count,
                           ag_error *error)
{
  size_t front = classes->front_count, kept = 0;
  unsigned char *sink = calloc(front, 1);
  size_t *list = calloc(front, sizeof *list);
  if (!sink || !list) {
    free(sink);
    free(list);
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
  }
#pragma omp parallel for schedule(dynamic, 16) if (front > 256)
  for (size_t f = 0; f < front; f++)
    sink[f] = ag_classes_is_sink(classes, classes->front[f]);
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

ag_status ag_predict_sinks(const ag_classes *classes, ag_prediction *prediction, ag_error *error)
{
  size_t *sinks = NULL, count = 0;
  unsigned char *member = calloc(classes->game->layout.live, 1);
  ag_status status = ag_classes_sinks(classes, &sinks, &count, error);
  prediction->sinks = calloc(count + 1, sizeof *prediction->sinks);
  if (!status && (!member || !prediction->sinks))
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
  for (size_t s = 0; !status && s < count; s++)
    status = add_sink(classes, sinks[s], member, prediction, error);
  prediction->lock_in = prediction->sink_count > 1;
  free(member);
  free(sinks);
  return status;
}
