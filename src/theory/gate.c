/* What theory covers of a game, and why not: every command asks here. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "theory/theory.h"

static void say(ag_theory *theory, const char *format, ...) AG_PRINTF(2, 3);

static void say(ag_theory *theory, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(theory->why, sizeof theory->why, format, arguments);
  va_end(arguments);
}

/* What is drawn in place of pools of a fixed size has no growth factor. */
static const char *sampling_obstacle(const ag_game *game)
{
  if (!game->sampled)
    return NULL;
  if (ag_space_is_cloud(game->space) || game->texts)
    return "Theory is about a finite set of items, and this game has none; its exact counterpart, "
           "if there is one, has.";
  if (strcmp(game->samples.selection->name, "pools") != 0)
    return "Theory is about pools of a fixed size, and this game selects by another rule.";
  if (game->samples.dataset == AG_DATASET_WINDOW || game->samples.dataset == AG_DATASET_SUBSAMPLE)
    return "Theory is about a dataset that is replaced or grows, not about a window or a part of "
           "it.";
  return NULL;
}

/* A step for which growth factors do not multiply: the first that has none, else the first that
 * adds them or compares, else one that keeps a share of what was there before the last choice;
 * NULL: there is none. */
static const ag_step *find_irregular(const ag_loop *loop)
{
  const ag_step *found = NULL;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    if (step->type->nonlinear)
      return step;
    if (!found && !step->type->publishes && (step->curator_count > 1 || step->type->compares))
      found = step;
  }
  return found ? found : ag_loop_find_interruption(loop);
}

static void say_rest_points(const ag_step *step, ag_theory *theory)
{
  theory->kind = AG_THEORY_REST_POINTS;
  if (step->type->nonlinear)
    say(theory,
        "There is a step `%s`: %s. The limits are rest points, which are computed and "
        "certified.",
        step->type->name, step->type->nonlinear);
  else
    say(theory,
        "The step `%s` is no product of growth factors, so that several items can stay: "
        "the limits are rest points, which are computed and certified.",
        step->type->name);
}

void ag_theory_of(const ag_game *game, ag_theory *theory)
{
  const char *obstacle = sampling_obstacle(game);
  const ag_step *irregular = find_irregular(&game->loop);
  size_t acting[AG_CURATORS_MOST];
  const ag_step *interruption = ag_loop_find_interruption(&game->loop);
  *theory = (ag_theory){.kind = AG_THEORY_NONE};
  if (obstacle) {
    say(theory, "%s", obstacle);
  } else if (game->adapts) {
    say(theory, "A reward changes with what it sees: nothing is known of where the game ends.");
  } else if (game->moves || ag_loop_moves(&game->loop)) {
    say(theory, "The loop changes with the generation: nothing is known of where it ends.");
  } else if (interruption && interruption->type->accumulates) {
    say(theory,
        "A choice follows the step `%s`, whose weight vanishes with time: nothing is known "
        "of where the loop ends.",
        interruption->type->name);
  } else if (irregular) {
    say_rest_points(irregular, theory);
  } else if (ag_acting_curators(game, acting) == 0) {
    theory->kind = AG_THEORY_SINKS;
    say(theory, "Nobody selects what is learnt: every start is at rest.");
  } else {
    theory->kind = AG_THEORY_SINKS;
    theory->theorems = true;
    say(theory, "Curators select one after another: growth factors multiply, and the limits are "
                "sinks, which nothing rare can invade (proven).");
  }
}
