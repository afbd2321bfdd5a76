/* mixture: p <- p sum_i q_i H_i. Each kept item is judged by one curator, drawn by lot with
 * shares q (pluralistic curation, arXiv 2605.07724). A rare item grows by sum_i q_i h_i: a sum of
 * growth factors, so that several items can be kept. */
#include <math.h>
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static void mixture_apply(const ag_step *step, const ag_step_block *block, double *log_mass)
{
  double share[AG_JUDGES_MOST];
  for (size_t k = 0; k < step->curator_count; k++)
    share[k] = ag_step_share(step, k, block->generation);
  for (size_t i = 0; i < block->count; i++) {
    double most = -INFINITY, sum = 0;
    for (size_t k = 0; k < step->curator_count; k++)
      if (share[k] > 0)
        most = fmax(most, block->gain[k][i]);
    for (size_t k = 0; k < step->curator_count; k++)
      if (share[k] > 0)
        sum += share[k] * expm1(block->gain[k][i] - most);
    log_mass[i] += most + log1p(sum); /* the shares add up to one */
  }
}

static size_t mixture_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  char names[256], shares[256] = "";
  size_t used = 0;
  bool moves = false;
  ag_step_names(step, game, names, sizeof names);
  for (size_t i = 0; i < step->curator_count && used < sizeof shares; i++) {
    moves |= step->share && ag_schedule_moves(&step->share[i]);
    used += (size_t)snprintf(shares + used, sizeof shares - used, "%s%.3g", i ? " : " : "",
                             ag_step_share(step, i, 0));
  }
  return (size_t)snprintf(text, size,
                          "each kept item is judged by one of %s, drawn by lot (shares %s%s)",
                          names, shares, moves ? " at first, changing" : "");
}

static const ag_parameter mixture_parameters[] = {
    {"", "the curators' shares, of any sum", AG_NODE,
     .takes = "a mapping from curators to numbers from 0, or formulas in t",
     .example = "{owner: 0.5, public: 0.5}"},
    {0}};

extern const ag_step_type ag_step_mixture;
const ag_step_type ag_step_mixture = {
    .name = "mixture",
    .summary = "each kept item is judged by one curator, drawn by lot: p' = p sum_i q_i H_i",
    .example = "loop: {steps: [{mixture: {owner: 0.5, public: 0.5}}]}",
    .parameters = mixture_parameters,
    .value = AG_STEP_SHARES,
    .apply = mixture_apply,
    .sample = ag_sampled_select,
    .say = mixture_say,
};
