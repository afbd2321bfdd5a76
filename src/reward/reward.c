#include "reward/reward.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "reward/parts.h"

/* A new reward: its file, and its word here. */
#define REWARDS(REWARD)                                                                            \
  REWARD(values)                                                                                   \
  REWARD(column)                                                                                   \
  REWARD(disc)                                                                                     \
  REWARD(gaussian)                                                                                 \
  REWARD(linear)                                                                                   \
  REWARD(expression)                                                                               \
  REWARD(sum)                                                                                      \
  REWARD(word_count)                                                                               \
  REWARD(length)                                                                                   \
  REWARD(pattern)                                                                                  \
  REWARD(lexicon)                                                                                  \
  REWARD(likelihood)                                                                               \
  REWARD(command)

#define DECLARE(name) extern const ag_reward_type ag_reward_##name;
#define ADDRESS(name) &ag_reward_##name,
#define WORD(name) #name,

REWARDS(DECLARE)

const ag_reward_type *const ag_reward_types[] = {REWARDS(ADDRESS) NULL};

static const char *const words[] = {REWARDS(WORD)};
enum { word_count = sizeof words / sizeof *words };

static ag_status fail_unknown(ag_node key_node, const char *key, ag_error *error)
{
  const char *near = ag_nearest_name(key, words, word_count);
  if (near)
    return ag_node_fail(key_node, error, "unknown reward `%s`; did you mean `%s`?", key, near);
  char list[256];
  ag_reward_join_names(words, word_count, list, sizeof list);
  return ag_node_fail(key_node, error, "unknown reward `%s`; there are: %s", key, list);
}

static ag_status fail_no_reward(ag_node node, ag_error *error)
{
  char list[256];
  ag_reward_join_names(words, word_count, list, sizeof list);
  return ag_node_fail(node, error,
                      "expected a reward: a mapping with one key such as `values: [3, 0, 2]`; the "
                      "rewards are: %s",
                      list);
}

static ag_status read_entry(const char *key, ag_node key_node, ag_node value, const ag_space *space,
                            ag_reward *reward, ag_error *error)
{
  const ag_reward_type *const *type = ag_reward_types;
  while (*type && strcmp((*type)->name, key) != 0)
    type++;
  if (!*type)
    return fail_unknown(key_node, key, error);

  void *parameters = NULL;
  ag_status status = (*type)->read(value, space, &parameters, error);
  if (status == AG_OK)
    *reward = (ag_reward){*type, parameters};
  return status;
}

ag_status ag_reward_read_besides(ag_node node, const char *besides, const ag_space *space,
                                 ag_reward *reward, ag_error *error)
{
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return fail_no_reward(node, error);
  const char *name = NULL;
  ag_node name_node = {NULL, 0}, value = {NULL, 0};
  for (size_t i = 0; i < ag_node_count(node); i++) {
    const char *key;
    ag_node key_node, entry;
    ag_node_entry(node, i, &key, &key_node, &entry);
    if (besides && strcmp(key, besides) == 0)
      continue;
    if (name)
      return ag_node_fail(key_node, error,
                          "a reward has exactly one key, but here are `%s` and `%s`; `sum` "
                          "adds several rewards",
                          name, key);
    name = key;
    name_node = key_node;
    value = entry;
  }
  if (!name)
    return fail_no_reward(node, error);
  return read_entry(name, name_node, value, space, reward, error);
}

ag_status ag_reward_read(ag_node node, const ag_space *space, ag_reward *reward, ag_error *error)
{
  return ag_reward_read_besides(node, NULL, space, reward, error);
}

static ag_status check_finite(const ag_space *space, const double *values, ag_error *error)
{
  for (size_t i = 0; i < space->count; i++) {
    if (isfinite(values[i]) || !ag_reward_has_mass(space, i))
      continue;
    char item[256];
    ag_reward_item_name(space, i, item, sizeof item);
    return ag_fail(error, AG_ERROR_INPUT,
                   "the reward of %s is %s; every item of positive mass needs a finite reward",
                   item, isnan(values[i]) ? "not a number" : "infinite");
  }
  return AG_OK;
}

ag_status ag_reward_evaluate(const ag_reward *reward, ag_node node, const ag_space *space,
                             double *values, ag_error *error)
{
  ag_error inner = {.status = AG_OK};
  ag_status status = reward->type->evaluate(reward->parameters, space, values, &inner);
  if (status == AG_OK)
    status = check_finite(space, values, &inner);
  if (status == AG_OK)
    return AG_OK;
  /* A reward does not know its place in the game file; the caller does. */
  if (status == AG_ERROR_INPUT && inner.line == 0 && ag_node_present(node))
    return ag_node_fail(node, error, "%s", inner.message);
  if (error)
    *error = inner;
  return status;
}

void ag_reward_free(ag_reward *reward)
{
  if (!reward || !reward->type)
    return;
  reward->type->free_parameters(reward->parameters);
  *reward = (ag_reward){NULL, NULL};
}

double ag_reward_tie_level(double max, double temperature)
{
  const double roundings = 8 * 0x1p-52; /* of the number as it was written and worked out */
  return max - fmax(1e-12 * temperature, roundings * fabs(max));
}
