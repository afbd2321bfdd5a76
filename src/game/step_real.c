/* real: p <- (1 - alpha) p + alpha p_ref: a share of every generation is real data (Ferbach et
 * al., arXiv 2407.09499, alpha = 1 / (1 + lambda)). What p_ref holds is never rare for good, so no
 * item ends with everything. */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void real_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  ag_step_mix(block->initial, ag_schedule_at(&step->rate, block->generation), block->log_total,
              block->count, log_mass);
}

static ag_status real_sample(const ag_step *step, ag_sampled *sampled, ag_error *error)
{
  return ag_sampled_join(sampled, AG_RANDOM_REAL,
                         ag_schedule_at(&step->rate, ag_sampled_generation(sampled)), error);
}

static size_t real_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  (void)game;
  return (size_t)snprintf(text, size,
                          "a share of %s is drawn afresh from how things were at "
                          "the start",
                          ag_schedule_say(&step->rate).text);
}

static const ag_parameter real_parameters[] = {{"", "the share alpha of real data", AG_REAL,
                                                .takes = "a number from 0 to 1, or a formula in t",
                                                .example = "0.05"},
                                               {0}};

extern const ag_step_type ag_step_real;
const ag_step_type ag_step_real = {
    .name = "real",
    .summary = "a share alpha is real data, p' = (1 - alpha) p + alpha p_ref",
    .example = "loop: {steps: [{curate: owner}, {real: 0.05}]}",
    .parameters = real_parameters,
    .value = AG_STEP_RATE,
    .rate = {.what = "the real share", .low = 0, .high = 1},
    .mixes = true,
    .nonlinear = "with real data no item is rare for good",
    .apply = real_apply,
    .sample = real_sample,
    .say = real_say,
};
