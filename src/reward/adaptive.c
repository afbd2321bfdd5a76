/* adaptive: a reward whose scale s moves: a curator that is less satisfied than it wants to be
 * raises its voice, s' = s (1 + gain (target - satisfaction)), within bounds. */
#include <math.h>

#include "reward/parts.h"

typedef struct adaptive {
  ag_reward reward;
  double target, gain, least, most;
} adaptive;

static const ag_parameter adaptive_parameters[] = {
    {"reward", "what is scaled", AG_NODE, .takes = "a reward", .example = "{values: [3, 0]}"},
    {"target", "the satisfaction that the curator wants", AG_REAL, offsetof(adaptive, target),
     .unit = "share of the mass", .fallback = "0.5", .low = 0, .high = 1},
    {"gain", "how much a generation's lack of it raises the scale", AG_REAL,
     offsetof(adaptive, gain), .fallback = "0.1", .low = 0, .high = 1},
    {"least", "lower bound of the scale", AG_REAL, offsetof(adaptive, least), .fallback = "1",
     .low = 0, .high = INFINITY, .above = true},
    {"most", "upper bound of the scale", AG_REAL, offsetof(adaptive, most), .fallback = "8",
     .low = 0, .high = INFINITY, .above = true},
    {0}};

static ag_status adaptive_read(ag_node node, const ag_space *space, void *parameters,
                               ag_error *error)
{
  adaptive *self = parameters;
  ag_node inner = ag_node_find(node, "reward");
  if (!(self->least <= self->most))
    return ag_node_fail(node, error, "the scale goes from %g to %g", self->least, self->most);
  ag_status status = ag_reward_read(inner, space, &self->reward, error);
  if (!status && (self->reward.type->state_count > 0 || ag_reward_judge(&self->reward)))
    status = ag_node_fail(inner, error, "what is scaled must not change of itself");
  return status;
}

static void adaptive_release(void *parameters)
{
  ag_reward_free(&((adaptive *)parameters)->reward);
}

static void adaptive_begin(const void *parameters, double *state)
{
  const adaptive *self = parameters;
  state[0] = fmin(fmax(1, self->least), self->most);
}

static void adaptive_advance(const void *parameters, const ag_reward_seen *seen, double *state)
{
  const adaptive *self = parameters;
  state[0] *= 1 + self->gain * (self->target - seen->satisfaction);
  state[0] = fmin(fmax(state[0], self->least), self->most);
}

static ag_status adaptive_evaluate_at(const void *parameters, const ag_items *items,
                                      const double *state, double *reward, ag_error *error)
{
  const adaptive *self = parameters;
  ag_status status = ag_reward_weigh(&self->reward, items, reward, error);
  for (size_t i = 0; status == AG_OK && i < items->count; i++)
    reward[i] *= state[0];
  return status;
}

static ag_status adaptive_evaluate(const void *parameters, const ag_items *items, double *reward,
                                   ag_error *error)
{
  double state[1];
  adaptive_begin(parameters, state);
  return adaptive_evaluate_at(parameters, items, state, reward, error);
}

extern const ag_reward_type ag_reward_adaptive;
const ag_reward_type ag_reward_adaptive = {
    .name = "adaptive",
    .summary = "a reward whose scale rises while its curator is not satisfied (exact engine)",
    .example = "adaptive: {reward: {values: [3, 0, 2]}, target: 0.5, gain: 0.1}",
    .parameters = adaptive_parameters,
    .size = sizeof(adaptive),
    .needs = AG_NEEDS_ITEMS,
    .read = adaptive_read,
    .evaluate = adaptive_evaluate,
    .state_count = 1,
    .begin = adaptive_begin,
    .advance = adaptive_advance,
    .evaluate_at = adaptive_evaluate_at,
    .release = adaptive_release,
};
