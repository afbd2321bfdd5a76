/* accumulate: q <- (1 - w_t) q_t + w_t F(q_t), w_t = m / (n_0 + m (t + 1)): the kept items join
 * all that were there before. The inertia grows, so what decays does so as a power of time. */
#include <math.h>
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void accumulate_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  double all = step->initial + step->added * ((double)block->generation + 1);
  ag_step_mix(block->start, (all - step->added) / all, block->log_total, block->count, log_mass);
}

/* The dataset's rule does it. */
static ag_status accumulate_sample(const ag_step *step, ag_sampled *sampled, ag_error *error)
{
  (void)step, (void)sampled, (void)error;
  return AG_OK;
}

static size_t accumulate_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  if (ag_game_is_sampled(game))
    return (size_t)snprintf(text, size, "what was kept joins all that was there before");
  return (size_t)snprintf(
      text, size, "what was kept joins all that was there before, %.6g for each %.6g of the start",
      step->added, step->initial);
}

static const ag_parameter accumulate_parameters[] = {
    {"initial", "the size n_0 of the first dataset", AG_REAL, offsetof(ag_step_spec, initial),
     .unit = "items", .fallback = "1", .above = true, .high = INFINITY},
    {"added", "the size m of what a generation adds", AG_REAL, offsetof(ag_step_spec, added),
     .unit = "items", .fallback = "1", .above = true, .high = INFINITY},
    {0}};

extern const ag_step_type ag_step_accumulate;
const ag_step_type ag_step_accumulate = {
    .name = "accumulate",
    .summary = "the kept items join the old ones, p' = (1 - w) p_t + w p, w = m / (n_0 + m t)",
    .example = "loop: {steps: [{curate: owner}, {accumulate: {initial: 1000, added: 50}}]}",
    .parameters = accumulate_parameters,
    .value = AG_STEP_SIZES,
    .mixes = true,
    .accumulates = true,
    .apply = accumulate_apply,
    .sample = accumulate_sample,
    .say = accumulate_say,
};
