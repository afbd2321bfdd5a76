/* The curators of a game file. */
#include "game/outline.h"
#include "game/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct curator_keys {
  ag_node reward, preferences, pool, temperature;
  double weight;
} curator_keys;

const ag_parameter ag_curator_keys[] = {
    {"reward", "what it likes", AG_NODE, offsetof(curator_keys, reward), .takes = "a reward",
     .choice = 1, .example = "{values: [3, 0, 2]}", .read = ag_parameter_node},
    {"preferences", "in place of a reward, for each two items the chance that the first wins",
     AG_NODE, offsetof(curator_keys, preferences), .takes = "a list of rows of numbers",
     .choice = 1, .read = ag_parameter_node},
    {"pool", "how many it compares at a time", AG_NODE, offsetof(curator_keys, pool),
     .takes = "an integer of at least 2, inf, or a formula in t", .unit = "items",
     .absent = "8; 2 for preferences", .read = ag_parameter_node},
    {"temperature", "the reward's difference that a choice notices", AG_NODE,
     offsetof(curator_keys, temperature),
     .takes = "a number above 0, a formula in t, or deviation: the rewards' standard deviation at "
              "the start",
     .unit = "the reward's", .fallback = "1", .read = ag_parameter_node},
    {"weight", "its share where all select side by side, beside the others' weights", AG_REAL,
     offsetof(curator_keys, weight), .fallback = "1", .above = true, .high = INFINITY},
    {0}};
/* Of a curator whose rewards or preferences the caller brings: what follows them. */
static const ag_parameter *const keys_beside_rewards = ag_curator_keys + 2;

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

static ag_status read_preferences(ag_node node, const ag_outline *outline, double **prefers,
                                  ag_error *error)
{
  size_t n = outline->space->count;
  if (outline->generator.type->takes_texts)
    return ag_node_fail(node, error,
                        "preferences between items cannot weigh what a model writes; "
                        "expected a reward");
  if (outline->space->dim > 0 || n > PREFERENCE_ITEMS_MOST)
    return ag_node_fail(node, error, "preferences need atoms or a table of at most %d items",
                        PREFERENCE_ITEMS_MOST);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) != n)
    return ag_node_fail(node, error, "the preferences: expected %zu rows, one an item", n);
  ag_status status = ag_array_create(n, n * sizeof(double), prefers, error);
  for (size_t x = 0; x < n && !status; x++)
    status = read_preference_row(ag_node_item(node, x), n, *prefers + x * n, error);
  return status;
}

/* --- a curator --- */

typedef struct settings {
  ag_schedule *pools, *temperatures;
  double *weight;
  const char **name;
} settings;

static bool is_deviation(ag_node node)
{
  const char *word = "";
  if (ag_node_get_kind(node) == AG_NODE_SCALAR)
    ag_node_text(node, "the temperature", &word, NULL);
  return strcmp(word, "deviation") == 0;
}

static bool brings_preferences(const ag_game_spec *spec, size_t c)
{
  return spec->prefers && spec->prefers[c];
}

static bool brings_rewards(const ag_game_spec *spec, size_t c)
{
  return (spec->reward && spec->reward[c]) || brings_preferences(spec, c) ||
         (spec->reward_function && spec->reward_function[c].evaluate);
}

/* What it selects by, if the caller does not bring it. */
static ag_status read_liking(ag_outline *outline, const curator_keys *keys, size_t c,
                             ag_error *error)
{
  ag_outline_curator *part = &outline->curator[c];
  if (brings_rewards(&outline->spec, c))
    return AG_OK;
  return ag_node_present(keys->preferences)
             ? read_preferences(keys->preferences, outline, &part->prefers, error)
             : ag_reward_read(keys->reward, outline->space, &part->reward, error);
}

static ag_status read_curator(ag_outline *outline, ag_node node, size_t c, const settings *all,
                              ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  curator_keys keys = {.weight = 1};
  const ag_parameter *table = brings_rewards(spec, c) ? keys_beside_rewards : ag_curator_keys;
  ag_status status = ag_parameters_read(node, all->name[c], table, &keys, error);
  if (status)
    return status;
  bool prefers = ag_node_present(keys.preferences) || brings_preferences(spec, c);
  all->pools[c].value = prefers ? 2 : 8;
  all->temperatures[c].value = 1;
  all->weight[c] = keys.weight;
  status = ag_outline_schedule(outline, keys.pool, &ag_pool_bounds, &all->pools[c], error);
  if (!status && is_deviation(keys.temperature))
    all->temperatures[c].value = AG_TEMPERATURE_DEVIATION;
  else if (!status)
    status = ag_outline_schedule(outline, keys.temperature, &ag_temperature_bounds,
                                 &all->temperatures[c], error);
  return status ? status : read_liking(outline, &keys, c, error);
}

/* What the caller brings goes first. */
static void take_settings(ag_game_spec *spec, const settings *all)
{
  spec->curator = all->name;
  if (!spec->pool && !spec->pools)
    spec->pools = all->pools;
  if (!spec->temperature && !spec->temperatures)
    spec->temperatures = all->temperatures;
  if (!spec->weight)
    spec->weight = all->weight;
}

static ag_status make_room(ag_outline *outline, size_t count, settings *all, ag_error *error)
{
  ag_status status =
      ag_outline_room(outline, count, sizeof *outline->curator, &outline->curator, error);
  if (!status)
    status = ag_outline_room(outline, count, sizeof *all->pools, &all->pools, error);
  if (!status)
    status = ag_outline_room(outline, count, sizeof *all->temperatures, &all->temperatures, error);
  if (!status)
    status = ag_outline_room(outline, count, sizeof *all->weight, &all->weight, error);
  if (!status)
    status = ag_outline_room(outline, count, sizeof *all->name, &all->name, error);
  if (status)
    return status;
  outline->spec.curator_count = count;
  take_settings(&outline->spec, all);
  return AG_OK;
}

static ag_status read_all(ag_outline *outline, ag_node node, ag_error *error)
{
  size_t count = ag_node_count(node);
  settings all;
  if (ag_node_get_kind(node) != AG_NODE_MAPPING || count == 0)
    return ag_node_fail(node, error,
                        "the game needs curators; expected "
                        "`curators: {owner: {reward: …}, public: {reward: …}}`");
  ag_status status = make_room(outline, count, &all, error);
  for (size_t c = 0; !status && c < count; c++) {
    ag_node key, value;
    ag_node_entry(node, c, &all.name[c], &key, &value);
    status = ag_node_get_kind(value) == AG_NODE_MAPPING
                 ? read_curator(outline, value, c, &all, error)
                 : ag_node_fail(value, error,
                                "a curator is a mapping; expected e.g. "
                                "`%s: {reward: {values: [3, 0, 2]}}`",
                                all.name[c]);
  }
  return status;
}

/* --- curators whom the caller brings --- */

/* Whether everybody in the document is one of them. */
static ag_status check_names(const ag_game_spec *spec, ag_node node, ag_error *error)
{
  for (size_t i = 0; i < ag_node_count(node); i++) {
    const char *name;
    ag_node key, value;
    bool known = false;
    ag_node_entry(node, i, &name, &key, &value);
    for (size_t c = 0; c < spec->curator_count && !known; c++)
      known = strcmp(spec->curator[c], name) == 0;
    if (!known)
      return ag_node_fail(key, error, "there is no curator '%s'", name);
  }
  return AG_OK;
}

static ag_status read_beside(ag_outline *outline, ag_node node, ag_error *error)
{
  const char *const *given = outline->spec.curator;
  size_t count = outline->spec.curator_count;
  settings all;
  ag_status status = check_names(&outline->spec, node, error);
  if (!status)
    status = make_room(outline, count, &all, error);
  for (size_t c = 0; !status && c < count; c++) {
    all.name[c] = given[c];
    status = read_curator(outline, ag_node_find(node, given[c]), c, &all, error);
  }
  return status;
}

ag_status ag_outline_read_curators(ag_outline *outline, ag_error *error)
{
  ag_node node = ag_node_find(outline->root, "curators");
  if (outline->spec.curator_count == 0)
    return read_all(outline, node, error);
  return outline->spec.curator && ag_node_count(node) > 0 ? read_beside(outline, node, error)
                                                          : AG_OK;
}
