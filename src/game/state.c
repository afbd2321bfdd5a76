#include <aligngame/state.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/play.h"
#include "game/sampled.h"

struct ag_state {
  const ag_game *game;
  size_t replicate;
  ag_play *play; /* the exact engine, */
  ag_sampled_tables *tables;
  ag_sampled *sampled; /* or a replicate */
};

ag_status ag_state_create(const ag_game *game, size_t replicate, ag_state **out, ag_error *error)
{
  if (replicate >= ag_game_replicates(game))
    return ag_fail(error, AG_ERROR_INPUT, "there is no replicate %zu of %zu", replicate,
                   ag_game_replicates(game));
  ag_state *state = calloc(1, sizeof *state);
  if (!state)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a state");
  *state = (ag_state){.game = game, .replicate = replicate};
  ag_status status;
  if (!game->sampled)
    status = ag_play_create(game, &state->play, error);
  else if (!(status = ag_sampled_tables_create(game, &state->tables, error)))
    status = ag_sampled_create(state->tables, replicate, &state->sampled, error);
  if (status)
    ag_state_free(state);
  else
    *out = state;
  return status;
}

void ag_state_free(ag_state *state)
{
  if (!state)
    return;
  ag_play_free(state->play);
  ag_sampled_free(state->sampled);
  ag_sampled_tables_free(state->tables);
  free(state);
}

ag_status ag_state_advance(ag_state *state, ag_error *error)
{
  return state->play ? ag_play_step(state->play, error) : ag_sampled_step(state->sampled, error);
}

size_t ag_state_generation(const ag_state *state)
{
  return state->play ? ag_play_generation(state->play) : ag_sampled_generation(state->sampled);
}

const double *ag_state_metrics(const ag_state *state)
{
  return state->play ? ag_play_metrics(state->play) : ag_sampled_metrics(state->sampled);
}

void ag_state_log_mass(const ag_state *state, double *log_mass)
{
  size_t n = ag_game_item_count(state->game);
  if (state->play) {
    ag_play_log_mass(state->play, log_mass);
    return;
  }
  const double *mass = n > 0 ? ag_sampled_mass(state->sampled) : NULL;
  for (size_t i = 0; mass && i < n; i++)
    log_mass[i] = log(mass[i]);
}

const double *ag_state_points(const ag_state *state, size_t *count)
{
  bool cloud = state->sampled && ag_space_is_cloud(state->game->space);
  *count = cloud ? ag_sampled_dataset(state->sampled)->sample.count : 0;
  return cloud ? ag_sampled_dataset(state->sampled)->sample.point : NULL;
}

/* The generation, then the arrays of the exact engine one after another. */
static ag_status save_play(ag_play *play, double **numbers, size_t *count, ag_error *error)
{
  ag_play_array array[AG_PLAY_ARRAY_MOST];
  size_t arrays = ag_play_arrays(play, array), used = 1;
  *count = 1;
  for (size_t a = 0; a < arrays; a++)
    *count += array[a].count;
  ag_status status = ag_array_create(*count, sizeof **numbers, numbers, error);
  if (status)
    return status;
  (*numbers)[0] = (double)ag_play_generation(play);
  for (size_t a = 0; a < arrays; used += array[a++].count)
    memcpy(*numbers + used, array[a].value, array[a].count * sizeof(double));
  return AG_OK;
}

static ag_status restore_play(ag_play *play, const double *numbers, size_t count, ag_error *error)
{
  ag_play_array array[AG_PLAY_ARRAY_MOST];
  size_t arrays = ag_play_arrays(play, array), wanted = 1, used = 1;
  for (size_t a = 0; a < arrays; a++)
    wanted += array[a].count;
  if (count != wanted || !(numbers[0] >= 0 && numbers[0] <= 0x1p53))
    return ag_fail(error, AG_ERROR_INPUT, "these %zu numbers are no state of this game", count);
  for (size_t a = 0; a < arrays; used += array[a++].count)
    memcpy(array[a].value, numbers + used, array[a].count * sizeof(double));
  return ag_play_restore(play, (size_t)numbers[0], error);
}

ag_status ag_state_save(ag_state *state, double **numbers, size_t *count, ag_error *error)
{
  if (state->game->texts)
    return ag_fail(error, AG_ERROR_INPUT, "the models of a game on texts are kept by ag_run");
  return state->play ? save_play(state->play, numbers, count, error)
                     : ag_sampled_save(state->sampled, numbers, count, error);
}

ag_status ag_state_restore(ag_state *state, const double *numbers, size_t count, ag_error *error)
{
  if (state->play)
    return restore_play(state->play, numbers, count, error);
  ag_sampled *restored = NULL;
  ag_status status = ag_sampled_restore(state->tables, state->replicate, numbers, count, NULL, 0,
                                        &restored, error);
  if (status)
    return status;
  ag_sampled_free(state->sampled);
  state->sampled = restored;
  return AG_OK;
}
