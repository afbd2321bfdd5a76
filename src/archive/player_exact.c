/* The exact engine as a player: a step is a generation. */
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "archive/player.h"
#include "archive/result.h"
#include "game/play.h"

typedef struct exact_player {
  const ag_game *game;
  ag_result *result;
  ag_play *play;
} exact_player;

ag_status ag_player_create(const ag_game *game, ag_result *result, const ag_player_setting *setting,
                           ag_player *player, ag_error *error)
{
  player->type = ag_game_is_sampled(game) ? &ag_player_samples : &ag_player_exact;
  player->state = NULL;
  return player->type->create(game, result, setting, &player->state, error);
}

void ag_player_free(ag_player *player)
{
  if (player->state != NULL)
    player->type->free_state(player->state);
  player->state = NULL;
}

static void exact_free(void *state)
{
  exact_player *self = state;
  ag_play_free(self->play);
  free(self);
}

static void record(const exact_player *self)
{
  ag_result *result = self->result;
  size_t generation = ag_play_generation(self->play), metrics = result->metric_count;
  size_t snapshot = ag_result_find_snapshot(result, generation);
  if (metrics > 0)
    memcpy(result->metric + generation * metrics, ag_play_metrics(self->play),
           metrics * sizeof *result->metric);
  if (snapshot != SIZE_MAX)
    ag_play_log_mass(self->play, result->snapshot_log_mass[snapshot]);
}

static ag_status exact_create(const ag_game *game, ag_result *result,
                              const ag_player_setting *setting, void **state, ag_error *error)
{
  (void)setting;
  exact_player *self = calloc(1, sizeof *self);
  if (self == NULL)
    return ag_fail_memory(error);
  *self = (exact_player){.game = game, .result = result};
  ag_status status = ag_play_create(game, &self->play, error);
  if (status != AG_OK) {
    exact_free(self);
    return status;
  }
  record(self);
  *state = self;
  return AG_OK;
}

static ag_status exact_advance(void *state, ag_error *error)
{
  exact_player *self = state;
  ag_status status = ag_play_step(self->play, error);
  if (status == AG_OK)
    record(self);
  return status;
}

static size_t exact_done(const void *state)
{
  return ag_play_generation(((const exact_player *)state)->play);
}

static size_t exact_total(const void *state)
{
  return ((const exact_player *)state)->result->generations;
}

static size_t exact_rows(const void *state, size_t done)
{
  (void)state;
  return done + 1;
}

static ag_status exact_save(void *state, ag_arrays *file, ag_error *error)
{
  exact_player *self = state;
  ag_play_array array[AG_PLAY_ARRAY_MOST];
  size_t count = ag_play_arrays(self->play, array);
  ag_status status = AG_OK;
  for (size_t a = 0; status == AG_OK && a < count; a++)
    status = ag_arrays_write(file, array[a].name, array[a].value, array[a].count, error);
  return status;
}

static ag_status exact_load(void *state, ag_arrays *file, ag_error *error)
{
  exact_player *self = state;
  ag_play_array array[AG_PLAY_ARRAY_MOST];
  ag_status status = AG_OK;
  size_t count = ag_play_arrays(self->play, array);
  for (size_t a = 0; status == AG_OK && a < count; a++)
    status = ag_arrays_read(file, array[a].name, array[a].value, array[a].count, error);
  return status == AG_OK ? ag_play_restore(self->play, ag_arrays_generation(file), error) : status;
}

static ag_status exact_conclude(void *state, ag_error *error)
{
  exact_player *self = state;
  ag_result *result = self->result;
  bool differs = false;
  ag_play_log_mass(self->play, result->log_mass);
  if (result->published_log_mass != NULL) {
    ag_status status = ag_play_published(self->play, result->published_log_mass, &differs, error);
    if (status != AG_OK)
      return status;
  }
  if (!differs) {
    free(result->published_log_mass);
    result->published_log_mass = NULL;
  }
  return AG_OK;
}

const ag_player_type ag_player_exact = {
    .create = exact_create,
    .free_state = exact_free,
    .advance = exact_advance,
    .done = exact_done,
    .total = exact_total,
    .rows = exact_rows,
    .save = exact_save,
    .load = exact_load,
    .saves_end = true,
    .conclude = exact_conclude,
};
