/* curate: p <- p H_{K, r}^p. Bradley–Terry selection by one curator (arXiv 2511.12804,
 * Definition 1). A rare item grows by h_K(a), a its advantage in temperatures. */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void curate_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  (void)step;
  for (size_t i = 0; i < block->count; i++)
    log_mass[i] += block->gain[0][i];
}

static size_t curate_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  const ag_curator *curator = &game->curator[step->curator[0]];
  return (size_t)snprintf(text, size, "%s keeps what it likes", curator->name);
}

static const ag_parameter curate_parameters[] = {
    {"", "who selects", AG_NODE, .takes = "a curator's name", .example = "owner"}, {0}};

extern const ag_step_type ag_step_curate;
const ag_step_type ag_step_curate = {
    .name = "curate",
    .summary = "one curator selects, and what it keeps is learnt: p' = p H",
    .example = "loop: {steps: [{curate: owner}, {curate: public}]}",
    .parameters = curate_parameters,
    .value = AG_STEP_CURATOR,
    .apply = curate_apply,
    .sample = ag_sampled_select,
    .say = curate_say,
};
