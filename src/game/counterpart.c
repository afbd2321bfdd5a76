/* The exact game that a sampled one approaches as its samples grow. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "game/game.h"
#include "space/density.h"

enum { OVERRIDES_MOST = 8, TEXT_MOST = 4096, DEVIATIONS = 6, COMPONENTS_MOST = 8 };

/* Overrides of the sampled game's description. */
typedef struct changes {
  char text[OVERRIDES_MOST][TEXT_MOST];
  const char *override[OVERRIDES_MOST];
  size_t count;
} changes;

static void change(changes *list, const char *format, ...) AG_PRINTF(2, 3);

static void change(changes *list, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(list->text[list->count], TEXT_MOST, format, arguments);
  va_end(arguments);
  list->override[list->count] = list->text[list->count];
  list->count++;
}

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

/* A list of numbers as YAML, appended to text; returns its length. */
static size_t write_list(const double *value, size_t count, char *text, size_t size)
{
  size_t used = 0;
  for (size_t i = 0; i < count && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%.17g", i ? ", " : "", value[i]);
  return used;
}

static void write_component(const ag_density *density, size_t k, char *text, size_t size)
{
  char mean[TEXT_MOST / 16], deviation[TEXT_MOST / 16];
  write_list(density->mean + k * density->dim, density->dim, mean, sizeof mean);
  write_list(density->deviation + k * density->dim, density->dim, deviation, sizeof deviation);
  snprintf(text, size, "%s{weight: %.17g, mean: [%s], deviation: [%s]}", k ? ", " : "",
           density->weight[k], mean, deviation);
}

static void change_space(changes *list, const ag_space *space)
{
  static const char *const cells[] = {"[4000]", "[200, 200]"};
  const ag_density *law = space->density;
  char low[TEXT_MOST / 16], high[TEXT_MOST / 16], density[TEXT_MOST / 2] = "uniform";
  double from[2], to[2];
  for (size_t d = 0; d < space->dim; d++)
    bounds(space, d, &from[d], &to[d]);
  write_list(from, space->dim, low, sizeof low);
  write_list(to, space->dim, high, sizeof high);
  if (law) {
    size_t used = (size_t)snprintf(density, sizeof density, "{mixture: [");
    for (size_t k = 0; k < law->count; k++, used = strlen(density))
      write_component(law, k, density + used, sizeof density - used);
    snprintf(density + used, sizeof density - used, "]}");
  }
  change(list, "space={box: {lower: [%s], upper: [%s], cells: %s, density: %s}}", low, high,
         cells[space->dim - 1], density);
}

/* A cloud's metrics, also those that a box does not have by default. */
static void change_metrics(changes *list, const ag_game *game)
{
  char names[TEXT_MOST / 2] = "";
  for (size_t m = 0, used = 0; m < game->metric_count && used < sizeof names; m++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", m > 0 ? ", " : "",
                             game->metric[m].type->name);
  change(list, "metrics=[%s]", names);
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

/* The dataset that grows as the samples' does: a step `accumulate` with their numbers. */
static ag_status accumulate(const ag_game *game, ag_game *exact, ag_error *error)
{
  ag_step_spec *step = NULL, *wider = NULL;
  ag_loop loop;
  size_t count = exact->loop.step_count;
  ag_status status = ag_loop_describe(&exact->loop, &step, error);
  if (!status && !(wider = realloc(step, (count + 1) * sizeof *step)))
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the exact counterpart");
  if (!status) {
    step = wider;
    if (!ag_loop_accumulates(&exact->loop))
      step[count++].kind = "accumulate";
    step[count - 1] = (ag_step_spec){.kind = "accumulate",
                                     .initial = (double)game->samples.initial,
                                     .added = (double)added_each_generation(game)};
    status = ag_loop_create(step, count, exact, &loop, error);
  }
  free(step);
  if (status)
    return status;
  loop.reading = "accumulate";
  ag_loop_free(&exact->loop);
  exact->loop = loop;
  return AG_OK;
}

ag_status ag_game_counterpart(const ag_game *game, ag_game **exact, const char **why,
                              ag_error *error)
{
  *exact = NULL;
  *why = obstacle(game);
  if (*why)
    return AG_OK;
  changes *list = calloc(1, sizeof *list);
  if (!list)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the exact counterpart");
  change(list, "engine=exact");
  change(list, "generator=ideal");
  change(list, "replicates=1");
  if (ag_space_is_cloud(game->space)) {
    change_space(list, game->space);
    change_metrics(list, game);
  }
  ag_status status = ag_game_parse(game->name, game->text, strlen(game->text), list->override,
                                   list->count, exact, error);
  free(list);
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
