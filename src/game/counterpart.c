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

/* Under `parallel` the numbers kept are the weights of the samples. */
static bool keeps_by_weight(const ag_game *game)
{
  const double rounding = 1e-12;
  const size_t *keep = game->samples.keep;
  double first = game->curator[game->stage[0]].weight;
  for (size_t s = 1; s < game->stage_count; s++) {
    double one = (double)keep[s] * first;
    double other = (double)keep[0] * game->curator[game->stage[s]].weight;
    if (fabs(one - other) > rounding * one)
      return false;
  }
  return true;
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
  if (samples->dataset == AG_DATASET_ACCUMULATE && game->real_share > 0)
    return "real data that are added to a growing dataset are no fixed share of it";
  if (samples->dataset == AG_DATASET_ACCUMULATE &&
      (game->reading->parallel || game->reading->first_only))
    return "the exact reading `accumulate` keeps what the last curator leaves";
  if (game->measured == AG_MEASURE_GENERATED)
    return "the exact engine does not measure what the model generates";
  if (game->measured == AG_MEASURE_PUBLISHED &&
      (game->reading->first_only || game->reading->parallel))
    return "the exact engine measures what is published where it stays in the dataset";
  for (size_t c = 0; c < game->curator_count; c++)
    if (game->curator[c].prefers)
      return "preferences without a reward are played on samples only";
  for (size_t c = 0; c < game->curator_count && game->texts; c++)
    if (!game->curator[c].value)
      return "a reward asks a language model, which the exact engine has not";
  if (game->reading->parallel && !keeps_by_weight(game))
    return "the curators of the parallel reading keep numbers that differ from their weights";
  if (ag_space_is_cloud(space) && (space->dim > 2 || space->point))
    return "there is a grid for laws in one and two dimensions only";
  if (space->density && space->density->count > COMPONENTS_MOST)
    return "the law has too many components";
  return NULL;
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

static size_t added_each_generation(const ag_game *game)
{
  return game->stage_count > 1 ? game->samples.keep[game->stage_count - 1] : game->samples.generate;
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
  if (game->samples.dataset == AG_DATASET_ACCUMULATE) {
    change(list, "loop.reading=accumulate");
    change(list, "loop.initial_size=%zu", game->samples.initial);
    change(list, "loop.added_size=%zu", added_each_generation(game));
  }
  if (ag_space_is_cloud(game->space)) {
    change_space(list, game->space);
    change_metrics(list, game);
  }
  ag_status status = ag_game_parse(game->name, game->text, strlen(game->text), list->override,
                                   list->count, exact, error);
  free(list);
  if (status != AG_ERROR_INPUT)
    return status;
  *why = "on a grid the game is refused: a reward is not finite in every cell, or memory is short";
  return AG_OK;
}
