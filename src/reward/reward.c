#include "reward/reward.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/features.h"
#include "reward/parts.h"

/* A new reward: its file, and its word here. */
#define REWARDS(REWARD)                                                                            \
  REWARD(values)                                                                                   \
  REWARD(column)                                                                                   \
  REWARD(disc)                                                                                     \
  REWARD(gaussian)                                                                                 \
  REWARD(linear)                                                                                   \
  AG_WITH_MUPARSER(REWARD(expression))                                                             \
  REWARD(sum)                                                                                      \
  REWARD(adaptive)                                                                                 \
  REWARD(word_count)                                                                               \
  REWARD(length)                                                                                   \
  AG_WITH_PCRE2(REWARD(pattern))                                                                   \
  REWARD(lexicon)                                                                                  \
  REWARD(likelihood)                                                                               \
  AG_WITH_JANSSON(REWARD(command))

#define DECLARE(name) extern const ag_reward_type ag_reward_##name;
#define ADDRESS(name) &ag_reward_##name,

REWARDS(DECLARE)

const ag_reward_type *const ag_reward_types[] = {REWARDS(ADDRESS) NULL};

static const ag_description *reward_at(size_t index)
{
  return ag_reward_types[index] ? &ag_reward_types[index]->is : NULL;
}

static const ag_need libraries[] = {{"expression", "muparser", AG_HAVE_MUPARSER},
                                    {"pattern", "pcre2", AG_HAVE_PCRE2},
                                    {"command", "jansson", AG_HAVE_JANSSON},
                                    {NULL, NULL, false}};

const ag_list ag_rewards = {.what = "reward",
                            .at = reward_at,
                            .several = "; `sum` adds several rewards",
                            .needs = libraries};

static ag_status check_needs(ag_node node, const ag_reward_type *type, const ag_space *space,
                             ag_error *error)
{
  const struct {
    bool met;
    const char *words;
  } needs[] = {
      [AG_NEEDS_NOTHING] = {true, ""},
      [AG_NEEDS_ITEMS] = {!ag_space_is_cloud(space),
                          "needs items, and a cloud has points; expected a reward of coordinates, "
                          "such as disc or gaussian"},
      [AG_NEEDS_COORDINATES] = {space->dim > 0, "needs a space with coordinates, such as a box; "
                                                "the items of this space have none"},
      [AG_NEEDS_LABELS] = {space->label != NULL, "needs a space of texts or with labels; the items "
                                                 "of this space have none"},
      [AG_NEEDS_SENTENCES] = {space->sentences, "weighs texts, but the space has none; expected a "
                                                "space such as `text: {file: wiki.txt}`"},
  };
  if (needs[type->needs].met)
    return AG_OK;
  return ag_node_fail(node, error, "%s %s", type->name, needs[type->needs].words);
}

ag_status ag_reward_read_besides(ag_node node, const char *besides, const ag_space *space,
                                 ag_reward *reward, ag_error *error)
{
  const ag_description *picked = NULL;
  ag_node name_node, value;
  ag_reward made = {.type = NULL};
  ag_status status = ag_list_pick(&ag_rewards, node, besides, &picked, &name_node, &value, error);
  if (status == AG_OK)
    status = ag_description_read(picked, name_node, value, &made.parameters, error);
  if (status != AG_OK)
    return status;
  made.type = (const ag_reward_type *)picked;
  status = check_needs(value, made.type, space, error);
  if (status == AG_OK && made.type->read)
    status = made.type->read(value, space, made.parameters, error);
  if (status == AG_OK)
    *reward = made;
  else
    ag_reward_free(&made);
  return status;
}

ag_status ag_reward_read(ag_node node, const ag_space *space, ag_reward *reward, ag_error *error)
{
  return ag_reward_read_besides(node, NULL, space, reward, error);
}

bool ag_reward_on_texts(const ag_reward *reward)
{
  const ag_reward_type *type = reward->type;
  return type->on_texts ? type->on_texts(reward->parameters)
                        : type->needs == AG_NEEDS_LABELS || type->needs == AG_NEEDS_SENTENCES;
}

unsigned ag_reward_judge(const ag_reward *reward)
{
  return reward->type->asks_judge ? reward->type->asks_judge(reward->parameters) : AG_JUDGED_NOT;
}

static ag_status check_finite(const ag_items *items, const double *values, ag_error *error)
{
  for (size_t i = 0; i < items->count; i++) {
    if (isfinite(values[i]) || !ag_items_has_mass(items, i))
      continue;
    char item[256];
    ag_items_name(items, i, item, sizeof item);
    return ag_fail(error, AG_ERROR_INPUT,
                   "the reward of %s is %s; every item of positive mass needs a finite reward",
                   item, isnan(values[i]) ? "not a number" : "infinite");
  }
  return AG_OK;
}

ag_status ag_reward_weigh(const ag_reward *reward, const ag_items *items, double *values,
                          ag_error *error)
{
  return reward->type->evaluate(reward->parameters, items, values, error);
}

ag_status ag_reward_evaluate(const ag_reward *reward, ag_node node, const ag_items *items,
                             double *values, ag_error *error)
{
  ag_error inner = {.status = AG_OK};
  ag_status status = ag_reward_weigh(reward, items, values, &inner);
  if (status == AG_OK)
    status = check_finite(items, values, &inner);
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
  if (reward->type->release)
    reward->type->release(reward->parameters);
  ag_description_free(&reward->type->is, reward->parameters);
  *reward = (ag_reward){NULL, NULL};
}

double ag_reward_tie_level(double max, double temperature)
{
  const double roundings = 8 * 0x1p-52; /* of the number as it was written and worked out */
  return max - fmax(1e-12 * temperature, roundings * fabs(max));
}
