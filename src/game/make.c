/* The game of a outline. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/outline.h"
#include "game/function.h"
#include "space/kinds.h"

/* --- the space --- */

static const ag_space_type items = {.name = "atoms", .summary = ""};
static const ag_space_type points = {.name = "cloud", .summary = ""};

static ag_status copy_reals(const double *from, size_t count, double **to, ag_error *error)
{
  ag_status status = ag_array_create(count, sizeof **to, to, error);
  if (!status && count > 0)
    memcpy(*to, from, count * sizeof **to);
  return status;
}

static ag_status copy_labels(const ag_game_spec *spec, ag_space *space, ag_error *error)
{
  space->label = calloc(spec->count, sizeof *space->label);
  for (size_t i = 0; space->label && i < spec->count; i++)
    if (!(space->label[i] = ag_text_copy(spec->label[i])))
      return ag_fail(error, AG_ERROR_MEMORY, "no memory for the labels");
  return space->label ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for the labels");
}

static size_t group_of_item(const void *names, size_t item, const char **name)
{
  *name = ((const char *const *)names)[item];
  return strlen(*name);
}

static bool are_masses(const double *mass, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!(mass[i] >= 0 && isfinite(mass[i])))
      return false;
  return true;
}

static ag_status copy_masses(const ag_game_spec *spec, ag_space *space, ag_error *error)
{
  const double *given = spec->mass ? spec->mass : spec->log_mass;
  ag_status status = copy_reals(given, spec->count, &space->log_mass, error);
  if (status)
    return status;
  bool good = spec->mass ? are_masses(space->log_mass, spec->count) &&
                               ag_mass_to_log(space->log_mass, spec->count)
                         : isfinite(ag_log_normalize(space->log_mass, spec->count));
  return good ? AG_OK
              : ag_fail(error, AG_ERROR_INPUT, "the masses add up to nothing, or are no numbers");
}

static ag_status make_items(const ag_game_spec *spec, ag_space *space, ag_error *error)
{
  space->type = &items;
  space->count = spec->count;
  ag_status status = spec->label ? copy_labels(spec, space, error) : AG_OK;
  if (!status && spec->group)
    status = ag_space_set_groups(space, group_of_item, spec->group, error);
  if (!status && (spec->mass || spec->log_mass))
    status = copy_masses(spec, space, error);
  return status;
}

static ag_status make_cloud(const ag_game_spec *spec, ag_space *space, ag_error *error)
{
  space->type = &points;
  space->point_count = spec->point_count;
  space->dim = spec->dimension;
  for (size_t d = 0; d < spec->dimension; d++)
    if (!(spec->lower[d] < spec->upper[d]))
      return ag_fail(error, AG_ERROR_INPUT, "the box runs from %g to %g", spec->lower[d],
                     spec->upper[d]);
  ag_status status = copy_reals(spec->lower, spec->dimension, &space->lower, error);
  return status ? status : copy_reals(spec->upper, spec->dimension, &space->upper, error);
}

ag_status ag_outline_make_space(const ag_game_spec *spec, ag_space **space, ag_error *error)
{
  if (spec->count == 0 && (spec->point_count == 0 || spec->dimension == 0 || !spec->samples))
    return ag_fail(error, AG_ERROR_INPUT,
                   "a game needs items, or points with coordinates that are played on samples");
  *space = calloc(1, sizeof **space);
  if (!*space)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a space");
  return spec->count > 0 ? make_items(spec, *space, error) : make_cloud(spec, *space, error);
}

/* --- the loop --- */

static ag_status make_loop(ag_outline *outline, ag_game *game, ag_error *error)
{
  ag_game_spec *spec = &outline->spec;
  ag_node loop = ag_node_find(outline->root, "loop");
  ag_status status = AG_OK;
  if (spec->reading && spec->step_count == 0)
    status = ag_outline_expand(outline, error);
  if (!status)
    status = ag_loop_create(spec->step, spec->step_count, game,
                            ag_node_present(loop) ? loop : outline->root, &game->loop, error);
  if (status || !spec->reading)
    return status;
  game->loop.reading = spec->reading;
  game->loop.step[0].by_number = !strcmp(spec->reading, "parallel");
  return AG_OK;
}

/* --- all together --- */

static ag_status start(ag_outline *outline, ag_game *game, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  game->seed = spec->seed;
  game->generations = spec->generations;
  game->sampled = spec->samples != NULL;
  game->replicates = game->sampled && spec->samples->replicates ? spec->samples->replicates : 1;
  game->name = ag_text_copy(spec->name ? spec->name : "game");
  if (!game->name)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  ag_status status = AG_OK;
  if (!outline->space)
    status = ag_outline_make_space(spec, &outline->space, error);
  game->space = outline->space;
  outline->space = NULL;
  game->generator = outline->generator;
  outline->generator = (ag_generator){.type = NULL};
  if (!status && game->sampled && spec->samples->generator)
    status = ag_function_generator(spec->samples->generator, game->space, &game->generator, error);
  if (!game->generator.type)
    game->generator.type = ag_generator_types[0];
  game->texts = game->generator.type->takes_texts;
  return status;
}

static ag_status make_game(ag_outline *outline, ag_game *game, ag_error *error)
{
  ag_status status = start(outline, game, error);
  if (!status)
    status = ag_outline_make_curators(outline, game, error);
  if (!status)
    status = make_loop(outline, game, error);
  if (!status)
    status = ag_outline_make_samples(outline, game, error);
  return status ? status : ag_outline_make_metrics(outline, game, error);
}

ag_status ag_outline_make(ag_outline *outline, ag_game **out, ag_error *error)
{
  ag_game *game = calloc(1, sizeof *game);
  if (!game)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  ag_status status = make_game(outline, game, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}
