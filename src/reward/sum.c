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

static const ag_parameter sum_parameters[] = {
    {"", "the rewards, each with a weight (1 where none is given) beside its name", AG_NODE,
     .takes = "a list of rewards", .example = "[{weight: 2, column: a}, {column: b}]"},
    {0}};

static void sum_release(void *parameters)
{
  sum *self = parameters;
  for (size_t i = 0; i < self->count; i++)
    ag_reward_free(&self->terms[i].reward);
  free(self->terms);
}

/* Refuses a second language model, and one of a sum's own: the game knows one for each reward,
 * by its place. */
static ag_status check_judge(ag_node item, const sum *self, ag_error *error)
{
  unsigned asked = ag_reward_judge(&self->terms[self->count - 1].reward);
  if (asked == AG_JUDGED_GIVEN)
    return ag_node_fail(item, error, "a likelihood in a sum asks the model `current` or `base`");
  for (size_t k = 0; k + 1 < self->count && asked != AG_JUDGED_NOT; k++) {
    unsigned before = ag_reward_judge(&self->terms[k].reward);
    if (before != AG_JUDGED_NOT && before != asked)
      return ag_node_fail(item, error, "the likelihoods of a sum ask one model, not two");
  }
  return AG_OK;
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
    status = check_judge(item, self, error);
    if (status != AG_OK)
      break;
    ag_node weight = ag_node_find(item, "weight");
    if (ag_node_present(weight))
      status = ag_node_real(weight, "weight", &self->terms[i].weight, error);
  }
  return status;
}

static ag_status sum_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  if (ag_node_get_kind(node) == AG_NODE_SEQUENCE && ag_node_count(node) > 0)
    return read_terms(node, space, parameters, error);
  return ag_node_fail(node, error,
                      "sum takes a list of rewards, such as `sum: [{weight: 2, column: a}, "
                      "{column: b}]`");
}

static ag_status sum_evaluate(const void *parameters, const ag_items *items, double *reward,
                              ag_error *error)
{
  const sum *self = parameters;
  double *part = NULL;
  ag_status status = ag_array_create(items->count, sizeof *part, &part, error);
  for (size_t i = 0; i < items->count && status == AG_OK; i++)
    reward[i] = 0;
  for (size_t k = 0; k < self->count && status == AG_OK; k++) {
    const term *now = &self->terms[k];
    status = ag_reward_weigh(&now->reward, items, part, error);
    for (size_t i = 0; i < items->count && status == AG_OK; i++)
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
    all = all && ag_reward_on_texts(&self->terms[k].reward);
  }
  return all;
}

/* The one model that the terms ask: read_terms refuses two. */
static unsigned sum_asks_judge(const void *parameters)
{
  const sum *self = parameters;
  unsigned asked = AG_JUDGED_NOT;
  for (size_t k = 0; k < self->count && asked == AG_JUDGED_NOT; k++)
    asked = ag_reward_judge(&self->terms[k].reward);
  return asked;
}

extern const ag_reward_type ag_reward_sum;
const ag_reward_type ag_reward_sum = {
    .name = "sum",
    .summary = "a weighted sum of rewards",
    .example = "sum: [{weight: 2, disc: {center: [0, 0]}}, {weight: 1, expression: \"x\"}]",
    .parameters = sum_parameters,
    .size = sizeof(sum),
    .read = sum_read,
    .evaluate = sum_evaluate,
    .release = sum_release,
    .on_texts = sum_on_texts,
    .asks_judge = sum_asks_judge,
};
