/* The curators of a game file. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/read.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

const ag_bounds ag_pool_bounds = {.what = "the pool", .low = 2, .high = INFINITY, .whole = true};
const ag_bounds ag_temperature_bounds = {
    .what = "the temperature", .high = INFINITY, .open_low = true, .open_high = true};

/* A whole number in words of its own: what is wrong with a pool is worth a sentence. */
static ag_status check_pool(ag_node node, ag_error *error)
{
  long long value = 0;
  if (ag_node_present(node) &&
      !ag_node_integer(node, "the pool", LLONG_MIN, LLONG_MAX, &value, NULL) && value < 2)
    return ag_node_fail(
        node, error,
        "pool %lld; expected a whole number from 2 (a pool of one selects nothing), "
        "or inf",
        value);
  return AG_OK;
}

static ag_status read_pool(ag_node node, size_t generations, ag_schedule *pools, ag_error *error)
{
  ag_schedule made = *pools;
  ag_status status = check_pool(node, error);
  if (!status && ag_node_present(node) && ag_node_get_kind(node) != AG_NODE_SCALAR)
    status = ag_node_fail(node, error,
                          "the pool is not a size; expected a whole number from 2 to 2^53, "
                          "or inf");
  if (!status)
    status = ag_schedule_read(node, &ag_pool_bounds, generations, &made, error);
  for (size_t t = 0; !status && t < (made.count ? made.count : 1); t++)
    if (ag_schedule_at(&made, t) > 0x1p53 && !isinf(ag_schedule_at(&made, t)))
      status = ag_node_fail(node, error, "the pool is %g; expected at most 2^53, or inf",
                            ag_schedule_at(&made, t));
  if (status)
    ag_schedule_free(&made);
  else
    *pools = made;
  return status;
}

/* --- preferences without a reward --- */

enum { PREFERENCE_ITEMS_MOST = 10000 };

static ag_status read_preference_row(ag_node node, size_t n, double *row, ag_error *error)
{
  double *given = NULL;
  size_t count = 0;
  ag_status status = ag_node_reals(node, "a preference", &given, &count, error);
  if (!status && count != n)
    status = ag_node_fail(node, error, "a row of preferences: expected %zu numbers, found %zu", n,
                          count);
  if (!status)
    memcpy(row, given, n * sizeof *row);
  free(given);
  return status;
}

bool ag_preference_holds(double there, double back)
{
  const double rounding = 1e-9;
  return there >= 0 && there <= 1 && fabs(there + back - 1) <= rounding;
}

static ag_status check_preferences(ag_node node, size_t n, const double *prefers, ag_error *error)
{
  for (size_t x = 0; x < n; x++)
    for (size_t y = 0; y <= x; y++) {
      double there = prefers[x * n + y], back = prefers[y * n + x];
      if (!ag_preference_holds(there, back))
        return ag_node_fail(ag_node_item(node, x), error,
                            "preferences between items %zu and %zu are %g and %g; expected two "
                            "probabilities that add up to 1",
                            x, y, there, back);
    }
  return AG_OK;
}

static ag_status read_preferences(ag_node node, const ag_game *game, ag_curator *curator,
                                  ag_error *error)
{
  size_t n = game->space->count;
  if (game->texts)
    return ag_node_fail(node, error,
                        "preferences between items cannot weigh what a model writes; "
                        "expected a reward");
  if (game->space->dim > 0 || n > PREFERENCE_ITEMS_MOST)
    return ag_node_fail(node, error, "preferences need atoms or a table of at most %d items",
                        PREFERENCE_ITEMS_MOST);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) != n)
    return ag_node_fail(node, error, "the preferences: expected %zu rows, one an item", n);
  ag_status status = ag_array_create(n, n * sizeof(double), &curator->prefers, error);
  for (size_t x = 0; x < n && !status; x++)
    status = read_preference_row(ag_node_item(node, x), n, curator->prefers + x * n, error);
  if (!status)
    status = check_preferences(node, n, curator->prefers, error);
  if (!status)
    ag_curator_set_mean_wins(n, curator->prefers, curator->value);
  return status;
}

/* --- a curator --- */

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

/* The rewards of the space's items; in a game on texts also whether others have one. */
static ag_status evaluate(ag_node reward, const ag_game *game, ag_curator *curator, ag_error *error)
{
  const ag_reward *read = &curator->reward;
  unsigned kind = ag_reward_judge(read);
  if (kind != AG_JUDGED_NOT) {
    free(curator->value);
    curator->value = NULL;
    return read_judge(reward, game, kind, curator, error);
  }
  if (game->texts && !ag_reward_on_texts(read))
    return ag_node_fail(reward, error,
                        "the reward `%s` knows the space's items only, not the texts that %s "
                        "writes; expected one such as `word_count: {min: 2, max: 4}`",
                        read->type->name, game->generator.type->name);
  const ag_items items = ag_items_of_space(game->space);
  return ag_reward_evaluate(read, reward, &items, curator->value, error);
}

static ag_status read_values(ag_node node, const ag_game *game, ag_curator *curator,
                             ag_error *error)
{
  ag_node reward = ag_node_find(node, "reward"), preferences = ag_node_find(node, "preferences");
  ag_status status = ag_array_create(game->space->count, sizeof(double), &curator->value, error);
  if (status)
    return status;
  if (ag_node_present(preferences))
    return ag_node_present(reward)
               ? ag_node_fail(preferences, error, "a curator has a reward or preferences, not both")
               : read_preferences(preferences, game, curator, error);
  if (!ag_node_present(reward))
    return ag_node_fail(node, error,
                        "the curator has no reward; expected e.g. "
                        "`reward: {values: [3, 0, 2]}`");
  status = ag_reward_read(reward, game->space, &curator->reward, error);
  if (!status && game->sampled && curator->reward.type->state_count > 0)
    status = ag_node_fail(reward, error,
                          "the reward `%s` changes with what it sees, which the exact "
                          "engine plays, not samples",
                          curator->reward.type->name);
  return status ? status : evaluate(reward, game, curator, error);
}

static ag_status read_curator(ag_node node, const ag_game *game, ag_curator *curator,
                              ag_error *error)
{
  static const char *const keys[] = {"reward", "pool", "temperature", "weight", "preferences"};
  ag_status status = ag_node_expect_keys(node, "a curator", keys, COUNT(keys), error);
  if (status)
    return status;
  ag_node pool = ag_node_find(node, "pool");
  bool prefers = ag_node_present(ag_node_find(node, "preferences"));
  curator->pools.value = prefers ? 2 : 8;
  curator->temperatures.value = curator->weight = 1;
  if ((status = read_pool(pool, game->generations, &curator->pools, error)) ||
      (status = ag_schedule_read(ag_node_find(node, "temperature"), &ag_temperature_bounds,
                                 game->generations, &curator->temperatures, error)) ||
      (status = ag_game_read_positive(ag_node_find(node, "weight"), "the weight", &curator->weight,
                                      error)) ||
      (status = read_values(node, game, curator, error)))
    return status;
  for (size_t t = 0; prefers && t <= curator->pools.count; t++)
    if (ag_schedule_at(&curator->pools, t) != 2)
      return ag_node_fail(pool, error, "preferences between two items need pools of 2");
  return AG_OK;
}

ag_status ag_game_read_curators(ag_node root, ag_game *game, ag_error *error)
{
  ag_node node = ag_node_find(root, "curators");
  size_t count = ag_node_count(node);
  double weights = 0;
  if (!ag_node_present(node) || ag_node_get_kind(node) != AG_NODE_MAPPING || count == 0)
    return ag_node_fail(ag_node_present(node) ? node : root, error,
                        "the game needs curators; expected "
                        "`curators: {owner: {reward: …}, public: {reward: …}}`");
  ag_status status = ag_array_create(count, sizeof *game->curator, &game->curator, error);
  if (status)
    return status;
  memset(game->curator, 0, count * sizeof *game->curator);
  game->curator_count = count;
  for (size_t c = 0; c < count; c++) {
    const char *name;
    ag_node key, value;
    ag_node_entry(node, c, &name, &key, &value);
    if (!strcmp(name, "intersection")) /* the name of a column of optimal_mass */
      return ag_node_fail(key, error, "a curator cannot be called 'intersection'");
    game->curator[c].name = ag_text_copy(name);
    if (!game->curator[c].name)
      return ag_fail(error, AG_ERROR_MEMORY, "no memory for a curator's name");
    if ((status = read_curator(value, game, &game->curator[c], error)))
      return status;
    weights += game->curator[c].weight;
  }
  ag_game_tune(game);
  for (size_t c = 0; c < count; c++) {
    game->curator[c].weight /= weights;
    ag_curator_set_levels(game, &game->curator[c]);
    const char *name;
    ag_node key, value;
    ag_node_entry(node, c, &name, &key, &value);
    ag_status checked = ag_curator_check_rewards(game, &game->curator[c], value, error);
    if (checked)
      return checked;
  }
  return AG_OK;
}
