#include "game/make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/function.h"
#include "game/read.h"

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

static ag_status make_items(const ag_game_spec *spec, ag_space *space, ag_error *error)
{
  space->type = &items;
  space->count = spec->count;
  ag_status status = spec->label ? copy_labels(spec, space, error) : AG_OK;
  if (status || !spec->log_mass)
    return status;
  status = copy_reals(spec->log_mass, spec->count, &space->log_mass, error);
  if (status)
    return status;
  return isfinite(ag_log_normalize(space->log_mass, spec->count))
             ? AG_OK
             : ag_fail(error, AG_ERROR_INPUT, "the masses add up to nothing, or are no numbers");
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

static ag_status make_space(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  ag_space *space = game->space = calloc(1, sizeof *space);
  if (!space)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a space");
  if (spec->count > 0)
    return make_items(spec, space, error);
  if (spec->point_count == 0 || spec->dimension == 0 || !spec->samples)
    return ag_fail(error, AG_ERROR_INPUT,
                   "a game needs items, or points with coordinates that are played on samples");
  return make_cloud(spec, space, error);
}

/* --- curators --- */

static ag_status copy_name(const ag_game_spec *spec, size_t c, ag_curator *curator, ag_error *error)
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
  ag_schedule pools = {.value = curator->prefers ? 2 : 8}, temperatures = {.value = 1};
  if (spec->pool)
    pools.value = spec->pool[c] == AG_POOL_INFINITE ? INFINITY : (double)spec->pool[c];
  if (spec->temperature)
    temperatures.value = spec->temperature[c];
  if (spec->pools)
    pools = spec->pools[c];
  if (spec->temperatures)
    temperatures = spec->temperatures[c];
  ag_status status = ag_schedule_check(&pools, &ag_pool_bounds, error);
  if (!status)
    status = ag_schedule_check(&temperatures, &ag_temperature_bounds, error);
  if (!status)
    status = ag_schedule_copy(&pools, &curator->pools, error);
  return status ? status : ag_schedule_copy(&temperatures, &curator->temperatures, error);
}

static ag_status copy_preferences(const double *prefers, size_t n, ag_curator *curator,
                                  ag_error *error)
{
  ag_status status = copy_reals(prefers, n * n, &curator->prefers, error);
  for (size_t x = 0; !status && x < n; x++)
    for (size_t y = 0; !status && y <= x; y++)
      if (!ag_preference_holds(curator->prefers[x * n + y], curator->prefers[y * n + x]))
        status =
            ag_fail(error, AG_ERROR_INPUT,
                    "%s: the preferences between items %zu and %zu are %g and %g; expected "
                    "two probabilities that add up to 1",
                    curator->name, x, y, curator->prefers[x * n + y], curator->prefers[y * n + x]);
  if (!status)
    ag_curator_set_mean_wins(n, curator->prefers, curator->value);
  return status;
}

static ag_status copy_rewards(const ag_game_spec *spec, size_t c, const ag_space *space,
                              ag_curator *curator, ag_error *error)
{
  size_t n = spec->count;
  const ag_items all = ag_items_of_space(space);
  const ag_reward_function *function = spec->reward_function ? &spec->reward_function[c] : NULL;
  ag_status status = ag_array_create(n, sizeof(double), &curator->value, error);
  if (status)
    return status;
  if (spec->prefers && spec->prefers[c])
    return copy_preferences(spec->prefers[c], n, curator, error);
  if (function && function->evaluate)
    status = ag_function_reward(function, &curator->reward, error);
  else if (!spec->reward || !spec->reward[c])
    return ag_fail(error, AG_ERROR_INPUT, "%s has no rewards", curator->name);
  else
    memcpy(curator->value, spec->reward[c], n * sizeof(double));
  if (!status && curator->reward.type && n > 0)
    status = ag_reward_weigh(&curator->reward, &all, curator->value, error);
  for (size_t i = 0; !status && i < n; i++)
    if (!isfinite(curator->value[i]) && ag_items_has_mass(&all, i))
      status = ag_fail(error, AG_ERROR_INPUT, "%s has the reward %g for item %zu", curator->name,
                       curator->value[i], i);
  return status;
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
  for (size_t c = 0; !status && c < spec->curator_count; c++) {
    ag_curator_set_levels(game, &game->curator[c]);
    status = ag_curator_check_rewards(game, &game->curator[c], (ag_node){NULL, 0}, error);
  }
  return status;
}

/* --- samples --- */

/* The number of a word of a list that ends with NULL; an absent one is the first. */
static ag_status find_word(const char *what, const char *given, const char *const *words,
                           size_t *found, ag_error *error)
{
  *found = 0;
  while (given && words[*found] && strcmp(words[*found], given) != 0)
    ++*found;
  return words[*found] ? AG_OK : ag_fail(error, AG_ERROR_INPUT, "there is no %s '%s'", what, given);
}

static ag_status make_rules(const ag_samples_spec *spec, ag_game *game, ag_error *error)
{
  size_t dataset, measured;
  ag_samples *samples = &game->samples;
  const char *grows = ag_loop_accumulates(&game->loop) ? "accumulate" : NULL;
  samples->selection = spec->selection ? ag_selection_find(spec->selection) : ag_selection_types[0];
  if (!samples->selection)
    return ag_fail(error, AG_ERROR_INPUT, "there is no selection rule '%s'", spec->selection);
  ag_status status = find_word("rule for the dataset", spec->dataset ? spec->dataset : grows,
                               ag_dataset_words, &dataset, error);
  if (!status)
    status =
        find_word("population to measure", spec->measured, ag_measured_words, &measured, error);
  if (status)
    return status;
  samples->dataset = (ag_dataset_rule)dataset;
  samples->size = spec->dataset_size;
  game->measured = (ag_measured)measured;
  if (samples->dataset >= AG_DATASET_WINDOW && samples->size == 0)
    return ag_fail(error, AG_ERROR_INPUT, "the rule %s needs a size", spec->dataset);
  return AG_OK;
}

static ag_status make_samples(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  const ag_samples_spec *given = spec->samples;
  ag_samples *samples = &game->samples;
  game->generator.type = ag_generator_types[0];
  if (!given)
    return AG_OK;
  size_t usual = spec->point_count ? spec->point_count : 1000;
  game->sampled = true;
  game->replicates = given->replicates ? given->replicates : 1;
  samples->generate = given->generate ? given->generate : usual;
  samples->initial = spec->point_count ? spec->point_count
                     : given->initial  ? given->initial
                                       : samples->generate;
  ag_status status =
      given->generator ? ag_function_generator(given->generator, &game->generator, error) : AG_OK;
  if (!status)
    status = ag_array_create(game->loop.stage_count, sizeof *samples->keep, &samples->keep, error);
  for (size_t s = 0; !status && s < game->loop.stage_count; s++) {
    size_t half = samples->generate > 1 ? samples->generate / 2 : 1;
    samples->keep[s] = given->keep ? given->keep[game->loop.stage[s].curator] : half;
  }
  if (!status)
    status = make_rules(given, game, error);
  return status ? status : ag_samples_check(game, error);
}

/* --- all together --- */

static ag_status make_game(const ag_game_spec *spec, ag_game *game, ag_error *error)
{
  game->replicates = 1;
  game->seed = spec->seed;
  game->generations = spec->generations;
  game->name = ag_text_copy(spec->name ? spec->name : "game");
  if (!game->name)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  ag_status status = make_space(spec, game, error);
  if (!status)
    status = make_curators(spec, game, error);
  if (!status)
    status = ag_loop_create(spec->step, spec->step_count, game, &game->loop, error);
  if (!status)
    status = make_samples(spec, game, error);
  return status ? status : ag_game_add_metrics(game, spec->metric, spec->metric_count, error);
}

ag_status ag_game_make(const ag_game_spec *spec, ag_game **out, ag_error *error)
{
  ag_game *game = calloc(1, sizeof *game);
  if (!game)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  ag_status status = make_game(spec, game, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}
