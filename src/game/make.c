#include "game/make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"

/* A space of bare items. */
static const ag_space_type plain = {.name = "atoms", .summary = "", .example = ""};

static ag_status make_space(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  ag_space *space = game->space = calloc(1, sizeof *space);
  if (!space)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a space");
  if (spec->count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "a game needs items");
  space->type = &plain;
  space->count = spec->count;
  if (!spec->log_mass)
    return AG_OK;
  ag_status status = ag_array_create(spec->count, sizeof(double), &space->log_mass, error);
  if (status)
    return status;
  memcpy(space->log_mass, spec->log_mass, spec->count * sizeof(double));
  return isfinite(ag_log_normalize(space->log_mass, spec->count))
             ? AG_OK
             : ag_fail(error, AG_ERROR_INPUT, "the masses add up to nothing, or are no numbers");
}

static ag_status copy_name(const ag_game_spec *spec, size_t c, ag_curator *curator,
                           ag_error *error)
{
  char own[40];
  snprintf(own, sizeof own, "curator %zu", c);
  curator->name = ag_text_copy(spec->curator ? spec->curator[c] : own);
  return curator->name ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a curator's name");
}

/* Pool and temperature, from whichever the spec has. */
static ag_status copy_settings(const ag_game_spec *spec, size_t c, ag_curator *curator,
                               ag_error *error)
{
  static const ag_bounds pool = {.what = "the pool", .low = 2, .high = INFINITY, .whole = true};
  static const ag_bounds temperature = {
      .what = "the temperature", .high = INFINITY, .open_low = true, .open_high = true};
  ag_schedule pools = {.value = curator->prefers ? 2 : 8}, temperatures = {.value = 1};
  if (spec->pool)
    pools.value = spec->pool[c] == AG_POOL_INFINITE ? INFINITY : (double)spec->pool[c];
  if (spec->temperature)
    temperatures.value = spec->temperature[c];
  if (spec->pools)
    pools = spec->pools[c];
  if (spec->temperatures)
    temperatures = spec->temperatures[c];
  ag_status status = ag_schedule_check(&pools, &pool, error);
  if (!status)
    status = ag_schedule_check(&temperatures, &temperature, error);
  if (!status)
    status = ag_schedule_copy(&pools, &curator->pools, error);
  return status ? status : ag_schedule_copy(&temperatures, &curator->temperatures, error);
}

static ag_status copy_rewards(const ag_game_spec *spec, size_t c, const ag_space *space,
                              ag_curator *curator, ag_error *error)
{
  size_t n = spec->count;
  ag_status status = ag_array_create(n, sizeof(double), &curator->value, error);
  if (status)
    return status;
  if (spec->prefers && spec->prefers[c]) {
    status = ag_array_create(n, n * sizeof(double), &curator->prefers, error);
    if (status)
      return status;
    memcpy(curator->prefers, spec->prefers[c], n * n * sizeof(double));
    ag_curator_set_mean_wins(n, curator->prefers, curator->value);
    return AG_OK;
  }
  if (!spec->reward || !spec->reward[c])
    return ag_fail(error, AG_ERROR_INPUT, "%s has no rewards", curator->name);
  memcpy(curator->value, spec->reward[c], n * sizeof(double));
  for (size_t i = 0; i < n; i++)
    if (!isfinite(curator->value[i]) && (!space->log_mass || space->log_mass[i] > -INFINITY))
      return ag_fail(error, AG_ERROR_INPUT, "%s has the reward %g for item %zu", curator->name,
                     curator->value[i], i);
  return AG_OK;
}

static ag_status make_curators(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  if (spec->curator_count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "a game needs curators");
  game->curator = calloc(spec->curator_count, sizeof *game->curator);
  if (!game->curator)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the curators");
  game->curator_count = spec->curator_count;
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < spec->curator_count; c++) {
    ag_curator *curator = &game->curator[c];
    curator->weight = 1 / (double)spec->curator_count;
    status = copy_name(spec, c, curator, error);
    if (!status)
      status = copy_rewards(spec, c, game->space, curator, error);
    if (!status)
      status = copy_settings(spec, c, curator, error);
  }
  if (status)
    return status;
  ag_game_tune(game);
  for (size_t c = 0; c < spec->curator_count; c++)
    ag_curator_set_levels(game, &game->curator[c]);
  return AG_OK;
}

ag_status ag_game_make(const ag_game_spec *spec, ag_game **out, ag_error *error)
{
  ag_game *game = calloc(1, sizeof *game);
  ag_status status;
  if (!game)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  game->replicates = 1;
  game->name = ag_text_copy(spec->name ? spec->name : "game");
  if (!game->name)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  else if (!(status = make_space(spec, game, error)) &&
           !(status = make_curators(spec, game, error)))
    status = ag_loop_create(spec->step, spec->step_count, game, &game->loop, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}

/* --- a game's numbers --- */

static ag_status copy_curator(const ag_game *game, size_t c, const size_t *item, size_t count,
                              ag_game_numbers *numbers, ag_error *error)
{
  const ag_curator *curator = &game->curator[c];
  size_t n = game->space->count;
  numbers->name[c] = curator->name;
  numbers->pools[c] = curator->pools;
  numbers->temperatures[c] = curator->temperatures;
  if (!curator->prefers) {
    ag_status status = ag_array_create(count, sizeof(double), &numbers->reward[c], error);
    for (size_t i = 0; !status && i < count; i++)
      numbers->reward[c][i] = curator->value[item[i]];
    return status;
  }
  ag_status status = ag_array_create(count, count * sizeof(double), &numbers->prefers[c], error);
  for (size_t i = 0; !status && i < count; i++)
    for (size_t k = 0; k < count; k++)
      numbers->prefers[c][i * count + k] = curator->prefers[item[i] * n + item[k]];
  return status;
}

static ag_status create_arrays(const ag_game *game, size_t count, ag_game_numbers *numbers,
                               ag_error *error)
{
  size_t curators = game->curator_count;
  numbers->spec.curator_count = curators;
  numbers->reward = calloc(curators, sizeof *numbers->reward);
  numbers->prefers = calloc(curators, sizeof *numbers->prefers);
  numbers->pools = calloc(curators, sizeof *numbers->pools);
  numbers->temperatures = calloc(curators, sizeof *numbers->temperatures);
  numbers->name = calloc(curators, sizeof *numbers->name);
  if (!numbers->reward || !numbers->prefers || !numbers->pools || !numbers->temperatures ||
      !numbers->name)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game's numbers");
  return ag_array_create(count, sizeof(double), &numbers->log_mass, error);
}

ag_status ag_game_numbers_create(const ag_game *game, const size_t *item, const double *log_mass,
                                 size_t count, ag_game_numbers *out, ag_error *error)
{
  ag_game_numbers made = {0};
  ag_status status = create_arrays(game, count, &made, error);
  if (!status)
    memcpy(made.log_mass, log_mass, count * sizeof *log_mass);
  for (size_t c = 0; !status && c < game->curator_count; c++)
    status = copy_curator(game, c, item, count, &made, error);
  if (!status)
    status = ag_loop_describe(&game->loop, &made.step, error);
  if (status) {
    ag_game_numbers_free(&made);
    return status;
  }
  made.spec = (ag_game_spec){.name = game->name,
                             .count = count,
                             .log_mass = made.log_mass,
                             .curator_count = game->curator_count,
                             .curator = made.name,
                             .reward = (const double *const *)made.reward,
                             .prefers = (const double *const *)made.prefers,
                             .pools = made.pools,
                             .temperatures = made.temperatures,
                             .step_count = game->loop.step_count,
                             .step = made.step};
  *out = made;
  return AG_OK;
}

void ag_game_numbers_free(ag_game_numbers *numbers)
{
  for (size_t c = 0; numbers->reward && numbers->prefers && c < numbers->spec.curator_count; c++) {
    free(numbers->reward[c]);
    free(numbers->prefers[c]);
  }
  void *const owned[] = {numbers->reward,   numbers->prefers,      numbers->log_mass,
                         numbers->pools,    numbers->temperatures, numbers->name,
                         numbers->step};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  *numbers = (ag_game_numbers){0};
}
