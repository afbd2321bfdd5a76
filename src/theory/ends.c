#include "theory/ends.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "theory/concave.h"

void ag_ends_free(ag_ends *ends)
{
  for (size_t e = 0; ends->end && e < ends->count; e++) {
    free(ends->end[e].number);
    free(ends->end[e].mass);
  }
  free(ends->end);
  *ends = (ag_ends){0};
}

double ag_end_distance(const ag_classes *classes, const ag_end *end, const double *p)
{
  double outside = 0, inside = 0;
  for (size_t c = 0, k; c < classes->count; c++) {
    for (k = 0; k < end->count && end->number[k] != c; k++)
      ;
    if (k == end->count)
      outside += p[c];
    else if (end->count > 1)
      inside += fabs(p[c] - end->mass[k]);
  }
  return end->count > 1 ? (outside + inside) / 2 : outside;
}

size_t ag_ends_nearest(const ag_classes *classes, const ag_ends *ends, const double *p,
                       double distance)
{
  size_t nearest = SIZE_MAX;
  for (size_t e = 0; e < ends->count; e++) {
    double here = ag_end_distance(classes, &ends->end[e], p);
    if (here <= distance) {
      distance = here;
      nearest = e;
    }
  }
  return nearest;
}

static ag_status make_sink(const ag_classes *classes, size_t number, ag_end *end, ag_error *error)
{
  size_t invader;
  double log_lambda = ag_classes_worst_invader(classes, number, &invader);
  *end = (ag_end){.count = 1,
                  .log_lambda = log_lambda,
                  .radius = (double)NAN,
                  .growth_outside = exp(log_lambda),
                  .stable = true,
                  .attracts = true};
  ag_status status = ag_array_create(1, sizeof *end->number, &end->number, error);
  if (!status)
    status = ag_array_create(1, sizeof *end->mass, &end->mass, error);
  if (status)
    return status;
  end->number[0] = number;
  end->mass[0] = 1;
  return AG_OK;
}

static ag_status find_sinks(const ag_classes *classes, ag_ends *ends, ag_error *error)
{
  size_t *sinks = NULL, count = 0;
  ag_status status = ag_classes_sinks(classes, &sinks, &count, error);
  if (!status && !(ends->end = calloc(count + 1, sizeof *ends->end)))
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
  for (size_t s = 0; !status && s < count; s++) {
    status = make_sink(classes, sinks[s], &ends->end[s], error);
    ends->count = s + 1;
    ends->end[s].every_start = count == 1;
  }
  ends->own = count == 1 ? 0 : SIZE_MAX;
  free(sinks);
  return status;
}

/* A search plays the game of the classes from several starts and weighs all of them again and
 * again: beyond so many it would take longer than the game itself. A concave game, and one that
 * real data hold in place, are searched faster. */
enum { SEARCHED_MOST = 400, FAST_MOST = 3000 };

static ag_status find_rest_points(const ag_classes *classes, ag_ends *ends, ag_error *error)
{
  const ag_game *game = classes->game;
  bool fast = ag_game_is_concave(game) || ag_loop_real_share(&game->loop) > 0;
  if (classes->count <= (fast ? FAST_MOST : SEARCHED_MOST))
    return ag_rest_points_search(classes, ends, error);
  ends->theory.kind = AG_THEORY_NONE;
  snprintf(
      ends->theory.why, sizeof ends->theory.why,
      "The limits are rest points, but %zu classes of items are too many to search: nothing is "
      "known of where the game ends.",
      classes->count);
  return AG_OK;
}

ag_status ag_ends_find(const ag_classes *classes, ag_ends *out, ag_error *error)
{
  ag_ends made = {.own = SIZE_MAX};
  ag_status status = AG_OK;
  ag_theory_of(classes->game, &made.theory);
  if (made.theory.kind == AG_THEORY_SINKS)
    status = find_sinks(classes, &made, error);
  else if (made.theory.kind == AG_THEORY_REST_POINTS)
    status = find_rest_points(classes, &made, error);
  if (status)
    ag_ends_free(&made);
  else
    *out = made;
  return status;
}
