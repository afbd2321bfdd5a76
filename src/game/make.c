#include "game/make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "curation/kernel.h"

/* A space of bare items. */
static const ag_space_type plain = {.name = "atoms", .summary = "", .example = ""};

static ag_status make_space(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  ag_space *space = game->space = calloc(1, sizeof *space);
  if (!space)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a space");
  space->type = &plain;
  space->count = spec->count;
  if (!spec->log_mass)
    return AG_OK;
  ag_status status = ag_array_create(spec->count, sizeof(double), &space->log_mass, error);
  if (status)
    return status;
  memcpy(space->log_mass, spec->log_mass, spec->count * sizeof(double));
  ag_log_normalize(space->log_mass, spec->count);
  return AG_OK;
}

static ag_status make_curator(const ag_game_spec *spec, size_t c, const ag_space *space,
                              ag_curator *curator, ag_error *error)
{
  ag_status status = ag_array_create(spec->count, sizeof(double), &curator->value, error);
  if (status)
    return status;
  memcpy(curator->value, spec->reward[c], spec->count * sizeof(double));
  curator->pool = spec->pool[c];
  curator->temperature = spec->temperature[c];
  curator->weight = spec->weight ? spec->weight[c] : 1 / (double)spec->curator_count;
  double most = -INFINITY;
  for (size_t i = 0; i < spec->count; i++)
    if (!space->log_mass || space->log_mass[i] > -INFINITY)
      most = fmax(most, curator->value[i]);
  curator->optimal_level = curator->satisfaction_level = ag_reward_tie_level(most);
  return AG_OK;
}

static ag_status make_loop(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  game->reading = spec->reading ? spec->reading : ag_readings[0];
  game->generations = spec->generations;
  game->real_share = spec->real_share;
  game->initial_size = spec->initial_size > 0 ? spec->initial_size : 1;
  game->added_size = spec->added_size > 0 ? spec->added_size : 1;
  game->stage_count = spec->stage ? spec->stage_count : spec->curator_count;
  ag_status status = ag_array_create(game->stage_count, sizeof *game->stage, &game->stage, error);
  for (size_t s = 0; !status && s < game->stage_count; s++)
    game->stage[s] = spec->stage ? spec->stage[s] : s;
  return status;
}

static ag_status make_curators(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  game->curator = calloc(spec->curator_count, sizeof *game->curator);
  if (!game->curator)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the curators");
  game->curator_count = spec->curator_count;
  for (size_t c = 0; c < spec->curator_count; c++) {
    ag_status status = make_curator(spec, c, game->space, &game->curator[c], error);
    if (status)
      return status;
  }
  return AG_OK;
}

ag_status ag_game_make(const ag_game_spec *spec, ag_game **out, ag_error *error)
{
  ag_game *game = calloc(1, sizeof *game);
  ag_status status;
  if (!game)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  if ((status = make_space(spec, game, error)) || (status = make_curators(spec, game, error)) ||
      (status = make_loop(spec, game, error))) {
    ag_game_free(game);
    return status;
  }
  double *column[game->curator_count], width[game->curator_count];
  for (size_t c = 0; c < game->curator_count; c++) {
    column[c] = game->curator[c].value;
    width[c] = AG_CELL_WIDTH * game->curator[c].temperature;
  }
  status = ag_layout_create(spec->count, game->curator_count, column, width, game->space->log_mass,
                            &game->layout, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}

ag_status ag_game_numbers_create(const ag_game *game, ag_game_numbers *numbers, ag_error *error)
{
  ag_game_numbers made = {0};
  size_t n = game->space->count, curators = game->curator_count;
  ag_status status = ag_array_create(n, sizeof(double), &made.log_mass, error);
  made.reward = calloc(curators, sizeof *made.reward);
  made.pool = calloc(curators, sizeof *made.pool);
  made.temperature = calloc(2 * curators, sizeof *made.temperature);
  made.stage = calloc(game->stage_count, sizeof *made.stage);
  if (!status && (!made.reward || !made.pool || !made.temperature || !made.stage))
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a game's numbers");
  for (size_t c = 0; !status && c < curators; c++)
    status = ag_array_create(n, sizeof(double), &made.reward[c], error);
  if (status) {
    made.spec.curator_count = curators;
    ag_game_numbers_free(&made);
    return status;
  }
  made.weight = made.temperature + curators;
  ag_game_initial_log_mass(game, made.log_mass);
  for (size_t c = 0; c < curators; c++) {
    ag_game_rewards(game, c, made.reward[c]);
    made.pool[c] = game->curator[c].pool;
    made.temperature[c] = game->curator[c].temperature;
    made.weight[c] = game->curator[c].weight;
  }
  memcpy(made.stage, game->stage, game->stage_count * sizeof *made.stage);
  made.spec = (ag_game_spec){.count = n,
                             .log_mass = made.log_mass,
                             .curator_count = curators,
                             .reward = (const double *const *)made.reward,
                             .pool = made.pool,
                             .temperature = made.temperature,
                             .weight = made.weight,
                             .reading = game->reading,
                             .stage_count = game->stage_count,
                             .stage = made.stage,
                             .real_share = game->real_share,
                             .initial_size = game->initial_size,
                             .added_size = game->added_size};
  *numbers = made;
  return AG_OK;
}

void ag_game_numbers_free(ag_game_numbers *numbers)
{
  for (size_t c = 0; numbers->reward && c < numbers->spec.curator_count; c++)
    free(numbers->reward[c]);
  free(numbers->reward);
  free(numbers->log_mass);
  free(numbers->pool);
  free(numbers->temperature);
  free(numbers->stage);
  *numbers = (ag_game_numbers){0};
}
