/* The exact engine. A generation makes a pass over the items for every step that needs to know
 * something of the distribution that it meets: a pass applies the steps before it to log p_t on
 * the fly, measures, and writes nothing. The last pass applies all steps, stores log p_{t+1}, reads
 * off the metrics and measures for the next generation's first step. */
#include "game/play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/play_parts.h"

/* The last pass of a generation; end: its steps (0: p_t is measured as it stands). */
static void play_boundary(ag_play *play, size_t end, bool metrics, bool keeps_scale)
{
  play_pass pass = {
      .end = end, .measure = 0, .stores = true, .metrics = metrics, .keeps_scale = keeps_scale};
  ag_play_pass_over(play, &pass);
}

/* --- pools, temperatures and rewards that change --- */

/* Plans for the pools of the play's generation. */
static ag_status make_plans(ag_play *play, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < play->game->curator_count; c++) {
    play_curator *curator = &play->curator[c];
    if (play->game->curator[c].prefers)
      continue;
    ag_bradley_terry_free(curator->plan);
    curator->plan = NULL;
    curator->pool = ag_curator_pool_at(&play->game->curator[c], play->generation);
    status = ag_bradley_terry_create(curator->pool, &play->layout.axis[c], &curator->plan, error);
  }
  return status;
}

/* The rewards with the states that they have now. */
static ag_status make_rewards(ag_play *play, ag_error *error)
{
  const ag_items items = ag_items_of_space(play->game->space);
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < play->game->curator_count; c++) {
    const ag_reward *reward = &play->game->curator[c].reward;
    if (play->curator[c].state)
      status = reward->type->evaluate_at(reward->parameters, &items, play->curator[c].state,
                                         play->curator[c].now, error);
  }
  return status;
}

/* Layout and plans for the generation's pools, temperatures and rewards; log_mass [n] by item,
 * NULL: p_0. */
static ag_status rearrange(ag_play *play, const double *log_mass, ag_error *error)
{
  ag_status status = make_rewards(play, error);
  ag_play_forget(play);
  if (!status)
    status = ag_play_arrange(play, log_mass, error);
  return status ? status : make_plans(play, error);
}

/* log_mass as it stands, by item. */
static void keep_by_item(ag_play *play)
{
  const ag_layout *layout = &play->layout;
  for (size_t j = 0; j < layout->count; j++)
    play->item_log_mass[layout->item[j]] = j < layout->live ? play->log_mass[j] : -INFINITY;
}

/* The mass that satisfies the curator, by the rewards that it had at first; mass [n] by item. */
static double satisfied_mass(const ag_play *play, size_t c, const double *mass)
{
  const ag_curator *curator = &play->game->curator[c];
  double sum = 0;
  for (size_t i = 0; i < play->layout.count; i++)
    sum += curator->value[i] >= curator->satisfaction_level ? mass[i] : 0;
  return sum;
}

/* Every reward with a state sees the new p. */
static ag_status advance_rewards(ag_play *play, ag_error *error)
{
  double *mass = NULL;
  size_t n = play->layout.count;
  ag_status status = ag_array_create(n, sizeof *mass, &mass, error);
  if (status)
    return status;
  ag_play_log_mass(play, mass);
  for (size_t i = 0; i < n; i++)
    mass[i] = exp(mass[i]);
  for (size_t c = 0; c < play->game->curator_count; c++) {
    const ag_reward *reward = &play->game->curator[c].reward;
    ag_reward_seen seen = {n, mass, satisfied_mass(play, c, mass)};
    if (play->curator[c].state)
      reward->type->advance(reward->parameters, &seen, play->curator[c].state);
  }
  free(mass);
  return AG_OK;
}

/* Brings everything to what the new generation begins with. */
static ag_status change(ag_play *play, ag_error *error)
{
  ag_status status = play->game->adapts ? advance_rewards(play, error) : AG_OK;
  if (status)
    return status;
  keep_by_item(play);
  status = rearrange(play, play->item_log_mass, error);
  if (!status)
    play_boundary(play, 0, false, false);
  return status;
}

/* Whether the layout changes from generation to generation. */
static bool changes(const ag_play *play)
{
  return play->game->moves || play->game->adapts;
}

/* --- public --- */

ag_status ag_play_step(ag_play *play, ag_error *error)
{
  for (size_t s = 1; s < play->step_count; s++)
    if (play->step[s].slot_count > 0 || play->step[s].weighs) {
      play_pass pass = {.end = s, .measure = s};
      ag_play_pass_over(play, &pass);
    }
  play_boundary(play, play->step_count, true, false);
  play->generation++;
  return changes(play) ? change(play, error) : AG_OK;
}

size_t ag_play_generation(const ag_play *play)
{
  return play->generation;
}

const double *ag_play_metrics(const ag_play *play)
{
  return play->metric;
}

void ag_play_log_mass(const ag_play *play, double *log_mass)
{
  const ag_layout *layout = &play->layout;
  for (size_t j = 0; j < layout->count; j++)
    log_mass[layout->item[j]] = j < layout->live ? play->log_mass[j] - play->total : -INFINITY;
}

/* log_mass [n] by item, selected from by a curator; weight [n]: room. */
static ag_status select_from(const ag_play *play, size_t c, double *log_mass, double *weight,
                             ag_error *error)
{
  const ag_curator *curator = &play->game->curator[c];
  size_t n = play->game->space->count;
  if (!curator->prefers) {
    ag_status status =
        ag_weights(n, log_mass, curator->value, ag_curator_pool_at(curator, play->generation),
                   ag_curator_temperature_at(curator, play->generation), weight, error);
    if (status)
      return status;
  }
  for (size_t x = 0; x < n && curator->prefers; x++) {
    double sum = 0;
    for (size_t y = 0; y < n; y++)
      sum += curator->prefers[x * n + y] * exp(log_mass[y]);
    weight[x] = log(2 * sum);
  }
  for (size_t x = 0; x < n; x++)
    log_mass[x] = log_mass[x] > -INFINITY ? log_mass[x] + weight[x] : -INFINITY;
  return AG_OK;
}

ag_status ag_play_published(const ag_play *play, double *log_mass, bool *differs, ag_error *error)
{
  const ag_loop *loop = &play->game->loop;
  double *weight = NULL;
  *differs = false;
  for (size_t s = 0; s < loop->stage_count; s++)
    *differs |= !loop->stage[s].acts;
  if (!*differs)
    return AG_OK;
  ag_status status = ag_array_create(play->game->space->count, sizeof *weight, &weight, error);
  if (!status)
    ag_play_log_mass(play, log_mass);
  for (size_t s = 0; !status && s < loop->stage_count; s++)
    if (!loop->stage[s].acts)
      status = select_from(play, loop->stage[s].curator, log_mass, weight, error);
  free(weight);
  return status;
}

static void begin_rewards(ag_play *play)
{
  for (size_t c = 0; c < play->game->curator_count; c++) {
    const ag_reward *reward = &play->game->curator[c].reward;
    if (play->curator[c].state)
      reward->type->begin(reward->parameters, play->curator[c].state);
  }
}

ag_status ag_play_start(ag_play *play, const double *log_mass, ag_error *error)
{
  play->generation = 0;
  begin_rewards(play);
  ag_status status = rearrange(play, log_mass, error);
  if (!status)
    play_boundary(play, 0, true, false);
  return status;
}

size_t ag_play_arrays(ag_play *play, ag_play_array array[AG_PLAY_ARRAY_MOST])
{
  const ag_layout *layout = &play->layout;
  if (changes(play)) {
    keep_by_item(play);
    array[0] = (ag_play_array){"item_log_mass", layout->count, play->item_log_mass};
    array[1] = (ag_play_array){"reward_state", play->state_count, play->state};
    return play->state_count > 0 ? 2 : 1;
  }
  array[0] = (ag_play_array){"log_mass", layout->live, play->log_mass};
  array[1] = (ag_play_array){"run_scale", layout->run_count, play->run_scale};
  return 2;
}

ag_status ag_play_restore(ag_play *play, size_t generation, ag_error *error)
{
  play->generation = generation;
  ag_status status = changes(play) ? rearrange(play, play->item_log_mass, error) : AG_OK;
  if (!status)
    play_boundary(play, 0, true, !changes(play));
  return status;
}

/* --- making one --- */

/* Steps that change p, and their slots. */
static ag_status create_steps(ag_play *play, ag_error *error)
{
  const ag_loop *loop = &play->game->loop;
  bool normalised = true;
  play->step = calloc(loop->step_count + 1, sizeof *play->step);
  play->slot = calloc(loop->stage_count + 1, sizeof *play->slot);
  if (!play->step || !play->slot)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a play");
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    if (!step->type->apply)
      continue;
    play_step *made = &play->step[play->step_count++];
    *made = (play_step){.step = step,
                        .slot = play->slot_count,
                        .slot_count = step->curator_count,
                        .weighs = step->type->mixes && !normalised};
    for (size_t k = 0; k < step->curator_count; k++)
      play->slot[play->slot_count++].curator = step->curator[k];
    if (step->curator_count > 0)
      play->published = play->step_count;
    normalised = !step->type->rescales && (normalised || step->curator_count > 0 || made->weighs);
  }
  const ag_step_type *curate = ag_step_find("curate");
  while (play->leading < play->step_count && play->step[play->leading].step->type == curate)
    play->leading++;
  return AG_OK;
}

static ag_status create_metrics(ag_play *play, ag_error *error)
{
  play->sum_count = 1; /* one to spare, so that the arrays are there without metrics too */
  for (size_t m = 0; m < play->game->metric_count; m++)
    play->sum_count += play->game->metric[m].sum_count;
  ag_status status = ag_array_create(play->sum_count, sizeof(double), &play->sum, error);
  return status ? status
                : ag_array_create(ag_game_metric_count(play->game) + 1, sizeof(double),
                                  &play->metric, error);
}

/* Room for what changes from generation to generation. */
static ag_status create_changes(ag_play *play, ag_error *error)
{
  const ag_game *game = play->game;
  size_t n = game->space->count, used = 0;
  for (size_t c = 0; c < game->curator_count; c++)
    play->state_count +=
        game->curator[c].reward.type ? game->curator[c].reward.type->state_count : 0;
  ag_status status = ag_array_create(play->state_count, sizeof(double), &play->state, error);
  if (!status && changes(play))
    status = ag_array_create(n, sizeof(double), &play->item_log_mass, error);
  for (size_t c = 0; !status && c < game->curator_count; c++) {
    const ag_reward_type *type = game->curator[c].reward.type;
    if (!type || type->state_count == 0)
      continue;
    play->curator[c].state = play->state + used;
    used += type->state_count;
    status = ag_array_create(n, sizeof(double), &play->curator[c].now, error);
  }
  if (!status)
    begin_rewards(play);
  return status;
}

ag_status ag_play_create(const ag_game *game, ag_play **out, ag_error *error)
{
  ag_play *play = calloc(1, sizeof *play);
  if (!play)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a play");
  play->game = game;
  play->kernels = ag_kernels_get();
  for (size_t i = 0; i < AG_PLAY_BLOCK; i++)
    play->uniform[i] = -log((double)game->space->count);
  play->curator = calloc(game->curator_count, sizeof *play->curator);
  ag_status status = play->curator ? create_steps(play, error)
                                   : ag_fail(error, AG_ERROR_MEMORY, "no memory for a play");
  if (!status)
    status = create_metrics(play, error);
  if (!status)
    status = create_changes(play, error);
  if (!status)
    status = rearrange(play, NULL, error);
  if (status) {
    ag_play_free(play);
    return status;
  }
  play_boundary(play, 0, true, false);
  *out = play;
  return AG_OK;
}

void ag_play_free(ag_play *play)
{
  if (!play)
    return;
  ag_play_forget(play);
  for (size_t c = 0; play->curator && c < play->game->curator_count; c++) {
    ag_bradley_terry_free(play->curator[c].plan);
    free(play->curator[c].now);
  }
  void *const owned[] = {play->curator, play->step,  play->slot,         play->sum,
                         play->metric,  play->state, play->item_log_mass};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  free(play);
}
