/* sharpen: p <- p^beta / sum p^beta: a model that samples at temperature 1 / beta. What is rare
 * has no growth factor: epsilon becomes epsilon^beta, which vanishes beside it (beta > 1) or
 * outgrows it (beta < 1). */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void sharpen_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  double beta = ag_schedule_at(&step->rate, block->generation);
  for (size_t i = 0; i < block->count; i++)
    log_mass[i] *= beta;
}

static ag_status sharpen_sample(const ag_step *step, ag_sampled *sampled, ag_error *error)
{
  return ag_sampled_sharpen(sampled, ag_schedule_at(&step->rate, ag_sampled_generation(sampled)),
                            error);
}

static size_t sharpen_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  (void)game;
  return (size_t)snprintf(text, size, "the model samples by powers of its shares, p^%s",
                          ag_schedule_say(&step->rate).text);
}

static const ag_parameter sharpen_parameters[] = {{"", "the exponent beta", AG_REAL,
                                                   .takes = "a number above 0, or a formula in t",
                                                   .example = "1.25"},
                                                  {0}};

extern const ag_step_type ag_step_sharpen;
const ag_step_type ag_step_sharpen = {
    .name = "sharpen",
    .summary = "the model samples at temperature 1 / beta: p' = p^beta / sum p^beta",
    .example = "loop: {steps: [{curate: owner}, {sharpen: 1.25}]}",
    .parameters = sharpen_parameters,
    .value = AG_STEP_RATE,
    .rate = {.what = "the exponent", .high = 1e6, .open_low = true},
    .rescales = true,
    .nonlinear = "what is rare shrinks or grows by a power of itself, not by a factor",
    .apply = sharpen_apply,
    .sample = sharpen_sample,
    .say = sharpen_say,
};
