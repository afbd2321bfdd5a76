#include "game/make.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

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
  void *const owned[] = {numbers->reward,       numbers->prefers, numbers->log_mass, numbers->pools,
                         numbers->temperatures, numbers->name,    numbers->step};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  *numbers = (ag_game_numbers){0};
}
