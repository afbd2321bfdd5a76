/* keep: p <- c p_t + (1 - c) F(p_t), F the steps before it (inertia). A rare item whose factor
 * was lambda grows by c + (1 - c) lambda. */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void keep_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  ag_step_mix(block->start, ag_schedule_at(&step->rate, block->generation), block->log_total,
              block->count, log_mass);
}

static ag_status keep_sample(const ag_step *step, ag_sampled *sampled, ag_error *error)
{
  return ag_sampled_join(sampled, AG_RANDOM_KEEP,
                         ag_schedule_at(&step->rate, ag_sampled_generation(sampled)), error);
}

static size_t keep_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  (void)game;
  return (size_t)snprintf(text, size, "a share of %s stays what it was before the generation",
                          ag_schedule_say(&step->rate).text);
}

static const ag_parameter keep_parameters[] = {
    {"", "the share c that stays", AG_REAL,
     .takes = "a number from 0 to below 1, or a formula in t", .example = "0.9"},
    {0}};

extern const ag_step_type ag_step_keep;
const ag_step_type ag_step_keep = {
    .name = "keep",
    .summary = "inertia: a share c stays what it was, p' = c p_t + (1 - c) p",
    .example = "loop: {steps: [{curate: owner}, {keep: 0.9}]}",
    .parameters = keep_parameters,
    .value = AG_STEP_RATE,
    .rate = {.what = "the share that is kept", .low = 0, .high = 1, .open_high = true},
    .mixes = true,
    .apply = keep_apply,
    .sample = keep_sample,
    .say = keep_say,
};
