/* The exact game that a sampled one approaches as its samples grow. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/game.h"
#include "game/outline.h"
#include "space/density.h"

enum { DEVIATIONS = 6, COMPONENTS_MOST = 8 };

/* Whether the numbers that a mixture's curators keep are its shares. */
static bool keeps_by_share(const ag_game *game, const ag_step *step)
{
  const double rounding = 1e-12;
  const size_t *keep = game->samples.keep + step->stage;
  for (size_t k = 1; step->by_number && k < step->curator_count; k++) {
    double one = (double)keep[k] * ag_step_share(step, 0, 0);
    double other = (double)keep[0] * ag_step_share(step, k, 0);
    if (fabs(one - other) > rounding * one)
      return false;
  }
  return true;
}

/* What of the loop has no counterpart; NULL: nothing. */
static const char *loop_obstacle(const ag_game *game)
{
  bool grows = game->samples.dataset == AG_DATASET_ACCUMULATE;
  for (size_t s = 0; s < game->loop.step_count; s++) {
    const ag_step *step = &game->loop.step[s];
    if (grows && step->type->value == AG_STEP_RATE)
      return "real data, or a share that is kept, are no fixed share of a growing dataset";
    if (step->type->accumulates && s + 1 < game->loop.step_count)
      return "on samples a dataset grows at the end of a generation";
    if (!keeps_by_share(game, step))
      return "the curators of the parallel reading keep numbers that differ from their weights";
    if (step->type->publishes && game->measured == AG_MEASURE_PUBLISHED)
      return "the exact engine measures what is published where it stays in the dataset";
  }
  return NULL;
}

/* Why there is none; NULL: there is one. */
static const char *obstacle(const ag_game *game)
{
  const ag_space *space = game->space;
  const ag_samples *samples = &game->samples;
  if (!game->sampled)
    return "the game is exact already";
  if (!game->text)
    return "the game has no description";
  if (strcmp(samples->selection->name, "pools") != 0)
    return "only the rule `pools` samples pools of a fixed size";
  if (samples->dataset == AG_DATASET_WINDOW || samples->dataset == AG_DATASET_SUBSAMPLE)
    return "the exact engine replaces its dataset, or accumulates it";
  if (game->measured == AG_MEASURE_GENERATED)
    return "the exact engine does not measure what the model generates";
  for (size_t c = 0; c < game->curator_count && game->texts; c++)
    if (!game->curator[c].value)
      return "a reward asks a language model, which the exact engine has not";
  if (ag_space_is_cloud(space) && (space->dim > 2 || space->point))
    return "there is a grid for laws in one and two dimensions only";
  if (space->density && space->density->count > COMPONENTS_MOST)
    return "the law has too many components";
  return loop_obstacle(game);
}

/* Where nearly all of a law's mass lies: a uniform law's corners, or six deviations
 * around every component. */
static void bounds(const ag_space *space, size_t d, double *low, double *high)
{
  const ag_density *density = space->density;
  if (!density) {
    *low = space->lower[d];
    *high = space->upper[d];
    return;
  }
  *low = density->mean[d];
  *high = density->mean[d];
  for (size_t k = 0; k < density->count; k++) {
    double mean = density->mean[k * density->dim + d];
    double reach = DEVIATIONS * density->deviation[k * density->dim + d];
    *low = mean - reach < *low ? mean - reach : *low;
    *high = mean + reach > *high ? mean + reach : *high;
  }
}

static ag_status set_component(ag_config *config, const ag_density *law, size_t k, ag_error *error)
{
  static const char place[] = "space.box.density.mixture";
  char path[64];
  snprintf(path, sizeof path, "%s.%zu.weight", place, k);
  ag_status status = ag_config_set_real(config, path, law->weight[k], error);
  snprintf(path, sizeof path, "%s.%zu.mean", place, k);
  if (!status)
    status = ag_config_set_reals(config, path, law->mean + k * law->dim, law->dim, error);
  snprintf(path, sizeof path, "%s.%zu.deviation", place, k);
  return status ? status
                : ag_config_set_reals(config, path, law->deviation + k * law->dim, law->dim, error);
}

/* A grid in place of the cloud, with the same law. */
static ag_status set_space(ag_config *config, const ag_space *space, ag_error *error)
{
  static const double cells[2][2] = {{4000, 0}, {200, 200}};
  const ag_density *law = space->density;
  double low[2], high[2];
  for (size_t d = 0; d < space->dim; d++)
    bounds(space, d, &low[d], &high[d]);
  ag_status status = ag_config_set_empty(config, "space", 0, error);
  if (!status)
    status = ag_config_set_reals(config, "space.box.lower", low, space->dim, error);
  if (!status)
    status = ag_config_set_reals(config, "space.box.upper", high, space->dim, error);
  if (!status)
    status =
        ag_config_set_reals(config, "space.box.cells", cells[space->dim - 1], space->dim, error);
  if (!status && law)
    status = ag_config_set_empty(config, "space.box.density.mixture", law->count, error);
  for (size_t k = 0; !status && law && k < law->count; k++)
    status = set_component(config, law, k, error);
  return status;
}

/* A cloud's metrics, also those that a box does not have by default. */
static ag_status set_metrics(ag_config *config, const ag_game *game, ag_error *error)
{
  const char **name = NULL;
  ag_status status = ag_array_create(game->metric_count, sizeof *name, &name, error);
  for (size_t m = 0; !status && m < game->metric_count; m++)
    name[m] = game->metric[m].type->name;
  if (!status)
    status = ag_config_set_texts(config, "metrics", name, game->metric_count, error);
  free(name);
  return status;
}

/* The sampled game's description, changed into the exact one's. */
static ag_status change(ag_config *config, const ag_game *game, ag_error *error)
{
  ag_status status = ag_config_set_text(config, "engine", "exact", error);
  if (!status)
    status = ag_config_set_text(config, "generator", "ideal", error);
  if (!status)
    status = ag_config_set_real(config, "replicates", 1, error);
  if (!status && ag_space_is_cloud(game->space))
    status = set_space(config, game->space, error);
  if (!status && ag_space_is_cloud(game->space))
    status = set_metrics(config, game, error);
  return status;
}

/* How many items join a growing dataset in a generation: what the last choice that is learnt
 * leaves, unless it is the first, from which the model generates. */
static size_t added_each_generation(const ag_game *game)
{
  const ag_loop *loop = &game->loop;
  size_t added = game->samples.generate;
  bool learnt = false;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    size_t kept = 0;
    if (step->curator_count == 0 || step->type->publishes)
      continue;
    for (size_t k = 0; k < step->curator_count; k++)
      kept += game->samples.keep[step->stage + k];
    added = learnt ? kept : game->samples.generate;
    learnt = true;
  }
  return added;
}

/* The dataset that grows as the samples' does: a last step `accumulate` with their numbers. */
static ag_status accumulate(const ag_game *game, ag_game *exact, ag_error *error)
{
  ag_step *last = &exact->loop.step[exact->loop.step_count - 1];
  const ag_step_spec step = {.kind = "accumulate",
                             .initial = (double)game->samples.initial,
                             .added = (double)added_each_generation(game)};
  if (!last->type->accumulates)
    return ag_game_add_step(exact, &step, error);
  last->initial = step.initial;
  last->added = step.added;
  return AG_OK;
}

/* Reads the exact game; items that are the same have the rewards that they have. */
static ag_status read_exact(ag_config *config, const ag_game *game, ag_game **exact,
                            ag_error *error)
{
  ag_known_rewards known = {game->curator_count, game->space->count,
                            calloc(game->curator_count + 1, sizeof *known.value)};
  if (!known.value)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the exact game");
  for (size_t c = 0; c < game->curator_count && !ag_space_is_cloud(game->space); c++)
    known.value[c] = game->curator[c].value;
  ag_status status = ag_game_read_known(config, &known, exact, error);
  free(known.value);
  return status;
}

ag_status ag_game_counterpart(const ag_game *game, ag_game **exact, const char **why,
                              ag_error *error)
{
  ag_config *config = NULL;
  *exact = NULL;
  *why = obstacle(game);
  if (*why)
    return AG_OK;
  ag_status status =
      ag_config_parse(game->name, game->text, strlen(game->text), NULL, 0, &config, error);
  if (!status)
    status = change(config, game, error);
  if (!status)
    status = read_exact(config, game, exact, error);
  if (config)
    ag_config_free(config);
  if (!status && game->samples.dataset == AG_DATASET_ACCUMULATE) {
    status = accumulate(game, *exact, error);
    if (status) {
      ag_game_free(*exact);
      *exact = NULL;
    }
  }
  if (status != AG_ERROR_INPUT)
    return status;
  *why = "on a grid the game is refused: a reward is not finite in every cell, or memory is short";
  return AG_OK;
}
