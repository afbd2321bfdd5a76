#include "theory/limit.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "game/play.h"

/* The class with the most mass, and the mass elsewhere added up by itself:
 * 1 - mass would lose what is below 1e-16. */
static size_t weigh_classes(const ag_classes *classes, const double *log_mass, double *outside)
{
  size_t heaviest = 0;
  double most = -INFINITY, sum = 0;
  for (size_t c = 0; c < classes->count; c++) {
    double mass = 0;
    for (size_t i = 0; i < classes->item[c].count; i++)
      mass += exp(log_mass[classes->place[classes->item[c].begin + i]]);
    if (mass > most) {
      sum += most > 0 ? most : 0;
      most = mass;
      heaviest = c;
    } else {
      sum += mass;
    }
  }
  *outside = sum;
  return heaviest;
}

/* How often to look: often at first, then about every tenth of the way. */
static size_t next_look(size_t generation)
{
  return generation + 1 + generation / 10;
}

ag_status ag_limit_play(const ag_classes *classes, size_t generations, bool keep, ag_limit *limit,
                        ag_error *error)
{
  const double settled_outside = 1e-9;
  ag_limit made = {.measured_rate = NAN, .outside = 1};
  ag_play *play = NULL;
  size_t live = classes->game->layout.live, look = 1;
  ag_status status = ag_array_create(live, sizeof(double), &made.log_mass, error);
  if (!status)
    status = ag_play_create(classes->game, &play, error);
  while (!status && !made.settled && ag_play_generation(play) < generations) {
    double before;
    ag_play_step(play);
    if (ag_play_generation(play) + 1 < look && ag_play_generation(play) + 1 < generations)
      continue;
    ag_play_positions(play, made.log_mass);
    weigh_classes(classes, made.log_mass, &before);
    ag_play_step(play);
    ag_play_positions(play, made.log_mass);
    made.number = weigh_classes(classes, made.log_mass, &made.outside);
    made.measured_rate = log(made.outside / before);
    made.settled = made.outside < settled_outside && ag_classes_is_sink(classes, made.number);
    look = next_look(ag_play_generation(play));
  }
  if (play)
    made.generations = ag_play_generation(play);
  ag_play_free(play);
  if (status || !keep) {
    free(made.log_mass);
    made.log_mass = NULL;
  }
  if (!status)
    *limit = made;
  return status;
}

void ag_limit_free(ag_limit *limit)
{
  free(limit->log_mass);
  limit->log_mass = NULL;
}

ag_status ag_class_numbers_create(const ag_classes *classes, ag_game_numbers *numbers,
                                  ag_error *error)
{
  ag_game_numbers made;
  const ag_game *game = classes->game;
  ag_status status = ag_game_numbers_create(game, &made, error);
  if (status)
    return status;
  /* classes are fewer than items: the arrays are large enough */
  made.spec.count = classes->count;
  for (size_t c = 0; c < classes->count; c++) {
    made.log_mass[c] = classes->item[c].log_mass;
    for (size_t k = 0; k < game->curator_count; k++)
      made.reward[k][c] = classes->reward[c * game->curator_count + k];
  }
  *numbers = made;
  return AG_OK;
}

ag_status ag_limit_of(const ag_game_spec *spec, size_t generations, ag_limit *limit,
                      double *log_mass, ag_error *error)
{
  ag_game *game = NULL;
  ag_classes classes = {0};
  ag_limit made = {0};
  ag_status status = ag_game_make(spec, &game, error);
  if (!status)
    status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_limit_play(&classes, generations, true, &made, error);
  if (!status) {
    made.number = game->layout.item[classes.place[classes.item[made.number].begin]];
    for (size_t j = 0; log_mass && j < spec->count; j++)
      log_mass[game->layout.item[j]] = j < game->layout.live ? made.log_mass[j] : -INFINITY;
    ag_limit_free(&made);
    *limit = made;
  }
  ag_classes_free(&classes);
  ag_game_free(game);
  return status;
}

void ag_stage_rotate(const ag_game *game, size_t first, size_t *stage)
{
  for (size_t s = 0; s < game->stage_count; s++)
    stage[s] = game->stage[(first + s) % game->stage_count];
}
