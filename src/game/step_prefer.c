/* prefer: p <- p 2 E_{Y ~ p} P(x beats Y). A curator without a reward, but with a matrix of
 * preferences, keeps one of two. A rare y grows by 2 P(y beats x). */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void prefer_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  (void)step;
  for (size_t i = 0; i < block->count; i++)
    log_mass[i] += block->gain[0][i];
}

static size_t prefer_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  return (size_t)snprintf(text, size, "%s compares two and keeps the one it prefers",
                          game->curator[step->curator[0]].name);
}

static const ag_parameter prefer_parameters[] = {{"", "who compares", AG_NODE,
                                                  .takes = "the name of a curator with preferences",
                                                  .example = "panel"},
                                                 {0}};

extern const ag_step_type ag_step_prefer;
const ag_step_type ag_step_prefer = {
    .name = "prefer",
    .summary = "a curator with preferences keeps one of two: p' = p 2 E P(x beats Y)",
    .example = "loop: {steps: [{prefer: panel}]}",
    .parameters = prefer_parameters,
    .value = AG_STEP_CURATOR,
    .compares = true,
    .apply = prefer_apply,
    .sample = ag_sampled_select,
    .say = prefer_say,
};
