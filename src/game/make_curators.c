/* The curators of a game, from arrays, functions and rewards that have names. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/outline.h"
#include "game/function.h"

const ag_bounds ag_pool_bounds = {.what = "the pool",
                                  .low = 2,
                                  .high = INFINITY,
                                  .whole = true,
                                  .remark = "a pool of one selects nothing"};
const ag_bounds ag_temperature_bounds = {
    .what = "the temperature", .high = INFINITY, .open_low = true, .open_high = true};

static ag_status set_name(const ag_game_spec *spec, size_t c, ag_node place, ag_curator *curator,
                          ag_error *error)
{
  char own[40];
  snprintf(own, sizeof own, "curator %zu", c);
  curator->name = ag_text_copy(spec->curator ? spec->curator[c] : own);
  if (!curator->name)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a curator's name");
  return strcmp(curator->name, "intersection") != 0 /* the name of a column of optimal_mass */
             ? AG_OK
             : ag_node_fail(place, error, "a curator cannot be called 'intersection'");
}

/* --- pools and temperatures --- */

/* From whichever the description has. */
static ag_status set_settings(const ag_game_spec *spec, size_t c, ag_node place,
                              const ag_game *game, ag_curator *curator, ag_error *error)
{
  ag_schedule pools = {.value = curator->prefers ? 2 : 8}, temperatures = {.value = 1};
  ag_node pool = ag_node_find(place, "pool"), temperature = ag_node_find(place, "temperature");
  if (spec->pool)
    pools.value = spec->pool[c] == AG_POOL_INFINITE ? INFINITY : (double)spec->pool[c];
  if (spec->temperature)
    temperatures.value = spec->temperature[c];
  if (spec->pools)
    pools = spec->pools[c];
  if (spec->temperatures)
    temperatures = spec->temperatures[c];
  ag_status status = ag_schedule_check(&pools, &ag_pool_bounds, pool, error);
  bool deviation = temperatures.count == 0 && temperatures.value == AG_TEMPERATURE_DEVIATION;
  if (!status && !deviation)
    status = ag_schedule_check(&temperatures, &ag_temperature_bounds, temperature, error);
  for (size_t t = 0; !status && curator->prefers && t <= pools.count; t++)
    if (ag_schedule_at(&pools, t) != 2)
      status = ag_node_fail(pool, error,
                            "%s has preferences between two items, which need pools "
                            "of 2",
                            curator->name);
  if (!status)
    status = ag_schedule_copy(&pools, &curator->pools, error);
  if (status)
    return status;
  return deviation ? ag_curator_set_deviation(game, place, curator, error)
                   : ag_schedule_copy(&temperatures, &curator->temperatures, error);
}

/* --- preferences --- */

/* Whether P(x beats y) and P(y beats x) are probabilities that add up to 1, within rounding. */
static bool preference_holds(double there, double back)
{
  const double rounding = 1e-9;
  return there >= 0 && there <= 1 && fabs(there + back - 1) <= rounding;
}

static ag_status check_preferences(ag_node rows, size_t n, const ag_curator *curator,
                                   ag_error *error)
{
  for (size_t x = 0; x < n; x++)
    for (size_t y = 0; y <= x; y++) {
      double there = curator->prefers[x * n + y], back = curator->prefers[y * n + x];
      if (!preference_holds(there, back))
        return ag_node_fail(ag_node_item(rows, x), error,
                            "%s: the preferences between items %zu and %zu are %g and %g; expected "
                            "two probabilities that add up to 1",
                            curator->name, x, y, there, back);
    }
  return AG_OK;
}

static ag_status set_preferences(const ag_game_spec *spec, size_t c, ag_node place,
                                 ag_curator *curator, size_t n, ag_error *error)
{
  ag_status status = AG_OK;
  if (!curator->prefers) {
    status = ag_array_create(n, n * sizeof(double), &curator->prefers, error);
    if (!status)
      memcpy(curator->prefers, spec->prefers[c], n * n * sizeof(double));
  }
  if (!status)
    status = check_preferences(ag_node_find(place, "preferences"), n, curator, error);
  if (!status)
    ag_curator_set_mean_wins(n, curator->prefers, curator->value);
  return status;
}

/* --- rewards --- */

/* The model that a reward of texts asks: it must be one that weighs texts. */
static ag_status read_judge(ag_node reward, const ag_game *game, unsigned kind, ag_curator *curator,
                            ag_error *error)
{
  ag_node model = ag_node_find(ag_node_find(reward, "likelihood"), "model");
  if (!game->texts)
    return ag_node_fail(reward, error,
                        "a likelihood needs a language model: a text game whose generator is "
                        "ngram or gpt2");
  ag_status status = kind == AG_JUDGED_GIVEN
                         ? ag_generator_read(model, game->space, &curator->judge, error)
                         : AG_OK;
  const ag_generator_type *type =
      kind == AG_JUDGED_GIVEN ? curator->judge.type : game->generator.type;
  if (!status && (!type->score || !type->start))
    status = ag_node_fail(ag_node_present(model) ? model : reward, error,
                          "`%s` gives texts no probability; expected ngram or gpt2", type->name);
  return status;
}

static ag_status check_array(const ag_game *game, const ag_curator *curator, ag_error *error)
{
  const ag_items all = ag_items_of_space(game->space);
  for (size_t i = 0; i < game->space->count; i++)
    if (!isfinite(curator->value[i]) && ag_items_has_mass(&all, i))
      return ag_fail(error, AG_ERROR_INPUT, "%s has the reward %g for item %zu", curator->name,
                     curator->value[i], i);
  return AG_OK;
}

/* The rewards of the space's items, known or found; in a game on texts also whether others have
 * one. */
static ag_status evaluate(ag_node place, const double *known, const ag_game *game,
                          ag_curator *curator, ag_error *error)
{
  const ag_reward *reward = &curator->reward;
  unsigned kind = ag_reward_judge(reward);
  if (game->sampled && reward->type->state_count > 0)
    return ag_node_fail(place, error,
                        "the reward `%s` changes with what it sees, which the exact "
                        "engine plays, not samples",
                        reward->type->name);
  if (kind != AG_JUDGED_NOT) {
    free(curator->value);
    curator->value = NULL;
    return read_judge(place, game, kind, curator, error);
  }
  if (game->texts && !ag_reward_on_texts(reward))
    return ag_node_fail(place, error,
                        "the reward `%s` knows the space's items only, not the texts that %s "
                        "writes; expected one such as `word_count: {min: 2, max: 4}`",
                        reward->type->name, game->generator.type->name);
  const ag_items all = ag_items_of_space(game->space);
  if (!known)
    return ag_reward_evaluate(reward, place, &all, curator->value, error);
  if (all.count > 0)
    memcpy(curator->value, known, all.count * sizeof *known);
  return check_array(game, curator, error);
}

static const double *known_rewards(const ag_outline *outline, size_t c, size_t n)
{
  const ag_known_rewards *known = outline->known;
  return known && c < known->curator_count && known->item_count == n ? known->value[c] : NULL;
}

static ag_status set_rewards(const ag_outline *outline, size_t c, ag_node place,
                             const ag_game *game, ag_curator *curator, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  size_t n = game->space->count;
  const ag_reward_function *function = spec->reward_function ? &spec->reward_function[c] : NULL;
  ag_status status = ag_array_create(n, sizeof(double), &curator->value, error);
  if (status)
    return status;
  bool prefers = curator->prefers || (spec->prefers && spec->prefers[c]);
  if (prefers && game->texts)
    return ag_node_fail(place, error,
                        "preferences between items cannot weigh what a model writes; "
                        "expected a reward");
  if (prefers)
    return set_preferences(spec, c, place, curator, n, error);
  if (function && function->evaluate)
    status = ag_function_reward(function, &curator->reward, error);
  if (status)
    return status;
  if (curator->reward.type)
    return evaluate(ag_node_find(place, "reward"), known_rewards(outline, c, n), game, curator,
                    error);
  if (!spec->reward || !spec->reward[c])
    return ag_fail(error, AG_ERROR_INPUT, "%s has no rewards", curator->name);
  if (n > 0)
    memcpy(curator->value, spec->reward[c], n * sizeof(double));
  return check_array(game, curator, error);
}

/* --- a curator --- */

static ag_status make_curator(ag_outline *outline, size_t c, ag_game *game, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  ag_curator *curator = &game->curator[c];
  ag_status status = set_name(spec, c, ag_node_find(outline->root, "curators"), curator, error);
  if (status)
    return status;
  ag_node place = ag_node_find(ag_node_find(outline->root, "curators"), curator->name);
  if (outline->curator) {
    curator->reward = outline->curator[c].reward;
    curator->prefers = outline->curator[c].prefers;
    outline->curator[c] = (ag_outline_curator){.prefers = NULL};
  }
  status = set_rewards(outline, c, place, game, curator, error);
  return status ? status : set_settings(spec, c, place, game, curator, error);
}

ag_status ag_outline_make_curators(ag_outline *outline, ag_game *game, ag_error *error)
{
  size_t count = outline->spec.curator_count;
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "a game needs curators");
  if (count > AG_CURATORS_MOST)
    return ag_node_fail(ag_node_find(outline->root, "curators"), error,
                        "%zu curators; expected at most %d", count, AG_CURATORS_MOST);
  game->curator = calloc(count, sizeof *game->curator);
  if (!game->curator)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the curators");
  game->curator_count = count;
  for (size_t c = 0; c < count; c++) {
    ag_status status = make_curator(outline, c, game, error);
    if (status)
      return status;
  }
  ag_game_tune(game);
  ag_node place = ag_node_find(outline->root, "curators");
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < count; c++) {
    ag_curator_set_levels(game, &game->curator[c]);
    status = ag_curator_check_rewards(game, &game->curator[c],
                                      ag_node_find(place, game->curator[c].name), error);
  }
  return status;
}
