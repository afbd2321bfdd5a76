#include "game/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "game/game.h"

extern const ag_step_type ag_step_curate, ag_step_mixture, ag_step_prefer, ag_step_publish,
    ag_step_keep, ag_step_accumulate, ag_step_real, ag_step_sharpen;

const ag_step_type *const ag_step_types[] = {
    &ag_step_curate,  &ag_step_mixture, &ag_step_prefer,
    &ag_step_publish, &ag_step_keep,    &ag_step_accumulate,
    &ag_step_real,    &ag_step_sharpen, NULL};

static const ag_description *step_at(size_t index)
{
  return ag_step_types[index] ? &ag_step_types[index]->is : NULL;
}

const ag_list ag_steps = {.what = "step", .at = step_at};

const ag_step_type *ag_step_find(const char *name)
{
  for (size_t i = 0; ag_step_types[i]; i++)
    if (!strcmp(ag_step_types[i]->name, name))
      return ag_step_types[i];
  return NULL;
}

double ag_step_share(const ag_step *step, size_t i, size_t generation)
{
  double total = 0;
  if (!step->share)
    return 1 / (double)step->curator_count;
  for (size_t k = 0; k < step->curator_count; k++)
    total += ag_schedule_at(&step->share[k], generation);
  return ag_schedule_at(&step->share[i], generation) / total;
}

/* log(share e^a + (1 - share) e^b), exact to the last digits also where a and b are near; where
 * they are not, the plain logarithm is as good and takes a third of the time. */
static double mix(double a, double b, double share)
{
  const double near = 0.125, far = 700;
  double apart = b - a;
  if (a == -INFINITY && b == -INFINITY)
    return a;
  if (fabs(apart) > near && fabs(apart) < far)
    return a + log(share + (1 - share) * exp(apart));
  return b >= a ? b + log1p(share * expm1(a - b)) : a + log1p((1 - share) * expm1(b - a));
}

void ag_step_mix(const double *kept, double share, double log_total, size_t count, double *log_mass)
{
  const double nothing =
      -40; /* expm1 of less is -1 to the last bit: of most items, after a while */
  double rest = share < 1 ? log1p(share - 1) : 0;
  for (size_t i = 0; i < count; i++) {
    double learned = log_mass[i] - log_total;
    log_mass[i] =
        share >= 1 || learned - kept[i] < nothing ? kept[i] + rest : mix(kept[i], learned, share);
  }
}

size_t ag_step_names(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  size_t used = 0;
  for (size_t i = 0; i < step->curator_count; i++) {
    const char *comma = i == 0 ? "" : i + 1 == step->curator_count ? " and " : ", ";
    used += (size_t)snprintf(used < size ? text + used : NULL, used < size ? size - used : 0,
                             "%s%s", comma, game->curator[step->curator[i]].name);
  }
  return used;
}

void ag_step_free(ag_step *step)
{
  for (size_t i = 0; step->share && i < step->curator_count; i++)
    ag_schedule_free(&step->share[i]);
  ag_schedule_free(&step->rate);
  free(step->share);
  free(step->curator);
}
