/* likelihood: the mean log probability of a text's tokens (its end among them) under a
 * language model, in nats: `current`, the model that plays, so that it judges itself; `base`,
 * the same as it was before the first generation; or a generator of its own, which learns
 * the first dataset or is read from a folder. The game layer brings the model. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct likelihood {
  unsigned judge; /* AG_JUDGED_… */
} likelihood;

static ag_status read_model(ag_node node, likelihood *self, ag_error *error)
{
  const char *name;
  if (!ag_node_present(node))
    return AG_OK;
  if (ag_node_get_kind(node) == AG_NODE_MAPPING) {
    self->judge = AG_JUDGED_GIVEN;
    return AG_OK;
  }
  ag_status status = ag_node_text(node, "the model of a likelihood", &name, error);
  if (status != AG_OK)
    return status;
  if (strcmp(name, "base") == 0)
    self->judge = AG_JUDGED_BASE;
  else if (strcmp(name, "current") != 0)
    return ag_node_fail(node, error,
                        "the model of a likelihood is `%s`; expected current, base or a generator "
                        "such as `ngram: {order: 3}`",
                        name);
  return AG_OK;
}

static ag_status likelihood_read(ag_node node, const ag_space *space, void **parameters,
                                 ag_error *error)
{
  static const char *const keys[] = {"model"};
  likelihood made = {.judge = AG_JUDGED_CURRENT}, *self = NULL;
  ag_status status = AG_OK;
  if (!space->sentences)
    return ag_node_fail(node, error,
                        "a likelihood weighs texts, but the space has none; expected "
                        "a space such as `text: {file: wiki.txt}`");
  if (ag_node_get_kind(node) != AG_NODE_MAPPING && ag_node_present(node))
    return ag_node_fail(node, error, "likelihood: expected a mapping such as `{model: current}`");
  status = ag_node_expect_keys(node, "a likelihood", keys, 1, error);
  if (status == AG_OK)
    status = read_model(ag_node_find(node, "model"), &made, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = made;
  *parameters = self;
  return AG_OK;
}

static ag_status likelihood_evaluate(const void *parameters, const ag_space *space, double *reward,
                                     ag_error *error)
{
  ag_text_score *score = NULL;
  (void)parameters;
  if (!space->judge)
    return ag_fail(error, AG_ERROR_INPUT, "a likelihood needs a language model");
  ag_status status = ag_array_create(space->count, sizeof *score, &score, error);
  if (status == AG_OK)
    status = space->judge->score(space->judge->model, (const char *const *)space->label,
                                 space->count, score, error);
  for (size_t i = 0; i < space->count && status == AG_OK; i++)
    reward[i] = score[i].tokens > 0 ? score[i].log_probability / (double)score[i].tokens : 0;
  free(score);
  return status;
}

static bool likelihood_on_texts(const void *parameters)
{
  (void)parameters;
  return true;
}

static unsigned likelihood_asks(const void *parameters)
{
  const likelihood *self = parameters;
  return self->judge;
}

extern const ag_reward_type ag_reward_likelihood;
const ag_reward_type ag_reward_likelihood = {
    .name = "likelihood",
    .summary = "log probability per token of a text under a language model, in nats: the current "
               "one, the base, or a generator of its own",
    .example = "likelihood: {model: current}",
    .read = likelihood_read,
    .evaluate = likelihood_evaluate,
    .free_parameters = free,
    .on_texts = likelihood_on_texts,
    .asks_judge = likelihood_asks,
};
