/* The arrays of a play in the order of its layout. A game stays by item; the layout follows from
 * the temperatures, so that it belongs to the play. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/play_parts.h"

static ag_status copy_column(const double *from, size_t count, double **to, ag_error *error)
{
  if (!from)
    return AG_OK;
  ag_status status = ag_array_create(count, sizeof **to, to, error);
  if (!status)
    memcpy(*to, from, count * sizeof **to);
  return status;
}

/* Columns and layout for the temperatures of the play's generation. */
static ag_status make_layout(ag_play *play, ag_error *error)
{
  const ag_game *game = play->game;
  size_t n = game->space->count, curators = game->curator_count;
  double **column = calloc(curators, sizeof *column), *width = calloc(curators, sizeof *width);
  ag_status status = column && width ? copy_column(game->space->log_mass, n, &play->initial, error)
                                     : ag_fail(error, AG_ERROR_MEMORY, "no memory for a layout");
  for (size_t c = 0; !status && c < curators; c++) {
    play_curator *curator = &play->curator[c];
    curator->temperature = ag_curator_temperature_at(&game->curator[c], play->generation);
    width[c] = AG_CELL_WIDTH * curator->temperature;
    status = copy_column(curator->now ? curator->now : game->curator[c].value, n, &curator->value,
                         error);
    column[c] = curator->value;
  }
  if (!status)
    status = ag_layout_create(n, curators, column, width, play->initial, &play->layout, error);
  free(column);
  free(width);
  return status;
}

/* Metrics see a reward with a state as it was at first: its scale is no matter of taste. */
static ag_status make_shown(ag_play *play, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < play->game->curator_count; c++) {
    play_curator *curator = &play->curator[c];
    if (!curator->now)
      continue;
    status = ag_array_create(play->layout.count, sizeof(double), &curator->shown, error);
    for (size_t j = 0; !status && j < play->layout.count; j++)
      curator->shown[j] = play->game->curator[c].value[play->layout.item[j]];
  }
  return status;
}

static ag_status make_slots(ag_play *play, ag_error *error)
{
  const ag_layout *layout = &play->layout;
  ag_status status = AG_OK;
  size_t most = 0;
  for (size_t k = 0; !status && k < play->slot_count; k++) {
    play_slot *slot = &play->slot[k];
    size_t cells = layout->axis[slot->curator].count;
    most = cells > most ? cells : most;
    if (play->game->curator[slot->curator].prefers) {
      status = ag_array_create(layout->live, sizeof(double), &slot->vector, error);
      continue;
    }
    status = ag_array_create(cells * AG_TERMS, sizeof(double), &slot->coefficient, error);
    if (!status)
      status = ag_array_create(cells, sizeof(double), &slot->top, error);
  }
  if (!status)
    status = ag_array_create(most, sizeof(double), &play->cell_scale, error);
  return status ? status
                : ag_array_create(most * AG_TERMS, sizeof(double), &play->cell_moment, error);
}

static ag_status make_arrays(ag_play *play, ag_error *error)
{
  const ag_layout *layout = &play->layout;
  size_t together = 1;
  bool compares = false;
  for (size_t s = 0; s < play->step_count; s++)
    together = play->step[s].slot_count > together ? play->step[s].slot_count : together;
  for (size_t k = 0; k < play->slot_count; k++)
    compares |= play->slot[k].vector != NULL;
  const struct {
    double **array;
    size_t count;
  } wanted[] = {{&play->log_mass, layout->live},
                {&play->work, compares ? layout->live : 0},
                {&play->mass_of_item, compares ? layout->count : 0},
                {&play->run_most, layout->run_count},
                {&play->run_scale, layout->run_count},
                {&play->run_initial, layout->run_count},
                {&play->moment, together * layout->run_count * AG_TERMS},
                {&play->chunk_sum, layout->chunk_count * play->sum_count}};
  ag_status status = AG_OK;
  for (size_t a = 0; !status && a < sizeof wanted / sizeof *wanted; a++)
    status = ag_array_create(wanted[a].count, sizeof(double), wanted[a].array, error);
  return status;
}

/* log_mass [n] by item; NULL: p_0. */
static void set_masses(ag_play *play, const double *log_mass)
{
  const ag_layout *layout = &play->layout;
#pragma omp parallel for schedule(static) if (layout->chunk_count > 1)
  for (size_t run = 0; run < layout->run_count; run++) {
    ag_run_range range = layout->run[run];
    play->run_most[run] = play->run_initial[run] = -INFINITY;
    for (size_t j = range.begin; j < range.begin + range.count; j++) {
      double initial = play->initial ? play->initial[j] : play->uniform[0];
      play->log_mass[j] = log_mass ? log_mass[layout->item[j]] : initial;
      play->run_most[run] = fmax(play->run_most[run], play->log_mass[j]);
      play->run_initial[run] = fmax(play->run_initial[run], initial);
    }
  }
}

ag_status ag_play_arrange(ag_play *play, const double *log_mass, ag_error *error)
{
  ag_status status = make_layout(play, error);
  if (!status)
    status = make_shown(play, error);
  if (!status)
    status = make_slots(play, error);
  if (!status)
    status = make_arrays(play, error);
  if (!status)
    set_masses(play, log_mass);
  return status;
}

void ag_play_forget(ag_play *play)
{
  double **const arrays[] = {&play->initial,   &play->log_mass,    &play->work,
                             &play->run_most,  &play->run_scale,   &play->run_initial,
                             &play->moment,    &play->cell_scale,  &play->cell_moment,
                             &play->chunk_sum, &play->mass_of_item};
  ag_layout_free(&play->layout);
  for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) {
    free(*arrays[a]);
    *arrays[a] = NULL;
  }
  for (size_t c = 0; play->curator && c < play->game->curator_count; c++) {
    free(play->curator[c].value);
    free(play->curator[c].shown);
    play->curator[c].value = play->curator[c].shown = NULL;
  }
  for (size_t k = 0; play->slot && k < play->slot_count; k++) {
    free(play->slot[k].coefficient);
    free(play->slot[k].top);
    free(play->slot[k].vector);
    play->slot[k] = (play_slot){.curator = play->slot[k].curator};
  }
}
