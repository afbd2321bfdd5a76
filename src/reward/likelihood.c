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

static const ag_parameter likelihood_parameters[] = {
    {"model",
     "the model that weighs: the one that plays, the same before the first generation, or "
     "one of its own",
     AG_NODE, .takes = "current, base or a generator of texts", .fallback = "current"},
    {0}};

static ag_status likelihood_read(ag_node node, const ag_space *space, void *parameters,
                                 ag_error *error)
{
  likelihood *self = parameters;
  const char *name = "current";
  ag_node model = ag_node_find(node, "model");
  ag_status status = AG_OK;
  (void)space;
  if (ag_node_get_kind(model) == AG_NODE_MAPPING)
    name = "given";
  else if (ag_node_present(model))
    status = ag_node_text(model, "model", &name, error);
  if (status != AG_OK)
    return status;
  self->judge = strcmp(name, "base") == 0    ? AG_JUDGED_BASE
                : strcmp(name, "given") == 0 ? AG_JUDGED_GIVEN
                                             : AG_JUDGED_CURRENT;
  if (self->judge == AG_JUDGED_CURRENT && strcmp(name, "current") != 0)
    return ag_node_fail(model, error,
                        "the model of a likelihood is `%s`; expected current, base or a generator "
                        "such as `ngram: {order: 3}`",
                        name);
  return AG_OK;
}

static ag_status likelihood_evaluate(const void *parameters, const ag_items *items, double *reward,
                                     ag_error *error)
{
  ag_text_score *score = NULL;
  (void)parameters;
  if (!items->judge)
    return ag_fail(error, AG_ERROR_INPUT, "a likelihood needs a language model");
  ag_status status = ag_array_create(items->count, sizeof *score, &score, error);
  if (status == AG_OK)
    status = items->judge->score(items->judge->model,
                                 &(ag_text_question){.count = items->count, .text = items->text},
                                 score, error);
  for (size_t i = 0; i < items->count && status == AG_OK; i++)
    reward[i] = score[i].tokens > 0 ? score[i].log_probability / (double)score[i].tokens : 0;
  free(score);
  return status;
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
    .parameters = likelihood_parameters,
    .size = sizeof(likelihood),
    .needs = AG_NEEDS_SENTENCES,
    .read = likelihood_read,
    .evaluate = likelihood_evaluate,
    .asks_judge = likelihood_asks,
};
