/* sum: a weighted sum of rewards. */
#include <stdlib.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct term {
  double weight;
  ag_reward reward;
} term;

typedef struct sum {
  size_t count;
  term *terms; /* [count] */
} sum;

static void sum_free(void *parameters)
{
  sum *self = parameters;
  if (self) {
    for (size_t i = 0; i < self->count; i++)
      ag_reward_free(&self->terms[i].reward);
    free(self->terms);
  }
  free(self);
}

static ag_status read_terms(ag_node node, const ag_space *space, sum *self, ag_error *error)
{
  size_t count = ag_node_count(node);
  ag_status status = ag_array_create(count, sizeof *self->terms, &self->terms, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    ag_node item = ag_node_item(node, i);
    term next = {.weight = 1};
    status = ag_reward_read_besides(item, "weight", space, &next.reward, error);
    if (status != AG_OK)
      break;
    self->terms[self->count++] = next;
    status = ag_reward_read_number(item, "weight", AG_ANY_SIGN, &self->terms[i].weight, error);
  }
  return status;
}

static ag_status sum_read(ag_node node, const ag_space *space, void **parameters, ag_error *error)
{
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) == 0)
    return ag_node_fail(node, error,
                        "sum takes a list of rewards, such as `sum: [{weight: 2, column: a}, "
                        "{column: b}]`");
  sum *self = NULL;
  ag_status status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = (sum){.count = 0};
  status = read_terms(node, space, self, error);
  if (status == AG_OK)
    *parameters = self;
  else
    sum_free(self);
  return status;
}

static ag_status sum_evaluate(const void *parameters, const ag_space *space, double *reward,
                              ag_error *error)
{
  const sum *self = parameters;
  double *part = NULL;
  ag_status status = ag_array_create(space->count, sizeof *part, &part, error);
  for (size_t i = 0; i < space->count && status == AG_OK; i++)
    reward[i] = 0;
  for (size_t k = 0; k < self->count && status == AG_OK; k++) {
    const term *now = &self->terms[k];
    status = now->reward.type->evaluate(now->reward.parameters, space, part, error);
    for (size_t i = 0; i < space->count && status == AG_OK; i++)
      reward[i] += now->weight * part[i];
  }
  free(part);
  return status;
}

static bool sum_on_texts(const void *parameters)
{
  const sum *self = parameters;
  bool all = true;
  for (size_t k = 0; k < self->count; k++) {
    const ag_reward *reward = &self->terms[k].reward;
    all = all && reward->type->on_texts && reward->type->on_texts(reward->parameters);
  }
  return all;
}

static bool sum_asks_judge(const void *parameters)
{
  const sum *self = parameters;
  bool any = false;
  for (size_t k = 0; k < self->count; k++) {
    const ag_reward *reward = &self->terms[k].reward;
    any = any || (reward->type->asks_judge && reward->type->asks_judge(reward->parameters));
  }
  return any;
}

extern const ag_reward_type ag_reward_sum;
const ag_reward_type ag_reward_sum = {
    .name = "sum",
    .summary = "a weighted sum of rewards",
    .example = "sum: [{weight: 2, disc: {center: [0, 0]}}, {weight: 1, expression: \"x\"}]",
    .read = sum_read,
    .evaluate = sum_evaluate,
    .free_parameters = sum_free,
    .on_texts = sum_on_texts,
    .asks_judge = sum_asks_judge,
};
