/* Sizes and rules of a game on samples. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/outline.h"

const char *const ag_dataset_words[] = {"replace", "accumulate", "window", "subsample", NULL};
const char *const ag_measured_words[] = {"dataset", "published", "generated", NULL};

/* The fewest items that the steps can meet, by stage: least [stages]; returns the fewest that
 * they leave. first: the fewest in the dataset. */
static size_t walk_sizes(const ag_game *game, size_t first, size_t *least)
{
  const ag_loop *loop = &game->loop;
  const size_t *keep = game->samples.keep;
  bool learnt = true;
  size_t size = first;
  for (size_t s = 0; s < loop->stage_count; s++)
    learnt &= !loop->stage[s].acts;
  size = learnt ? game->samples.generate : first;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    size_t seen = size, kept = 0;
    for (size_t k = 0; k < step->curator_count; k++) {
      least[step->stage + k] = seen;
      kept += keep[step->stage + k];
      seen = step->type->publishes ? keep[step->stage + k] : seen;
    }
    if (step->curator_count == 0 || step->type->publishes)
      continue;
    size = learnt ? kept : game->samples.generate;
    learnt = true;
  }
  return size;
}

static size_t least_dataset(const ag_game *game, size_t last)
{
  const ag_samples *samples = &game->samples;
  size_t least = samples->initial;
  if (samples->dataset == AG_DATASET_REPLACE || samples->dataset == AG_DATASET_WINDOW)
    least = last < least ? last : least;
  if (samples->dataset == AG_DATASET_SUBSAMPLE)
    least = samples->size < least ? samples->size : least;
  return least;
}

/* The most that a curator may be asked to keep: by lot, all that its step keeps. */
static size_t asked(const ag_game *game, size_t stage)
{
  const ag_step *step = &game->loop.step[game->loop.stage[stage].step];
  size_t all = 0;
  if (step->type->publishes || step->by_number)
    return game->samples.keep[stage];
  for (size_t k = 0; k < step->curator_count; k++)
    all += game->samples.keep[step->stage + k];
  return all;
}

/* Whether every curator can keep what it is asked to, by the game's rule. */
static ag_status check_rule(const ag_game *game, ag_node place, ag_error *error)
{
  const ag_selection_type *rule = game->samples.selection;
  size_t least[AG_STAGES_MOST + 1];
  walk_sizes(game, least_dataset(game, walk_sizes(game, game->samples.initial, least)), least);
  for (size_t s = 0; s < game->loop.stage_count && !rule->with_replacement; s++) {
    const char *name = game->curator[game->loop.stage[s].curator].name;
    size_t keep = asked(game, s);
    if (keep > least[s])
      return ag_node_fail(place, error,
                          "%s keeps %zu of %zu items, but the rule `%s` keeps an item once at "
                          "most; keep fewer, or use `selection: pools`",
                          name, keep, least[s], rule->name);
  }
  for (size_t c = 0; c < game->curator_count; c++)
    if (game->curator[c].prefers && !rule->takes_preferences)
      return ag_node_fail(place, error, "the rule `%s` needs rewards, but %s has preferences",
                          rule->name, game->curator[c].name);
  return AG_OK;
}

/* --- words --- */

/* The number of a word of a list that ends with NULL. */
static ag_status find_word(ag_node place, const char *what, const char *given,
                           const char *const *words, unsigned *found, ag_error *error)
{
  const ag_parameter list = {.kind = AG_WORD, .words = words};
  char expected[128];
  size_t count = 0;
  for (*found = 0; words[count]; count++)
    if (!strcmp(words[count], given)) {
      *found = (unsigned)count;
      return AG_OK;
    }
  ag_parameter_say(&list, expected, sizeof expected);
  const char *near = ag_nearest_name(given, words, count);
  return ag_node_fail(place, error, "unknown %s `%s`; expected %s%s%s%s", what, given, expected,
                      near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

static ag_status set_selection(ag_node place, const char *name, ag_samples *samples,
                               ag_error *error)
{
  samples->selection = name ? ag_selection_find(name) : ag_selection_types[0];
  return samples->selection ? AG_OK : ag_list_fail(&ag_selections, place, name, error);
}

static ag_status set_dataset(ag_node place, const ag_samples_spec *given, ag_game *game,
                             ag_error *error)
{
  bool grows = ag_loop_accumulates(&game->loop);
  unsigned rule = grows ? AG_DATASET_ACCUMULATE : AG_DATASET_REPLACE;
  ag_status status = given->dataset ? find_word(place, "rule for the dataset", given->dataset,
                                                ag_dataset_words, &rule, error)
                                    : AG_OK;
  if (status)
    return status;
  game->samples.dataset = (ag_dataset_rule)rule;
  game->samples.size = given->dataset_size;
  if (rule >= AG_DATASET_WINDOW && given->dataset_size == 0)
    return ag_node_fail(place, error, "the rule %s needs a size; expected e.g. `{%s: 100}`",
                        ag_dataset_words[rule], ag_dataset_words[rule]);
  return grows && rule != AG_DATASET_ACCUMULATE
             ? ag_node_fail(place, error,
                            "a loop that accumulates keeps every item; expected `accumulate`")
             : AG_OK;
}

static ag_status set_measured(const ag_outline *outline, ag_game *game, ag_error *error)
{
  ag_node place = ag_node_find(outline->root, "measure");
  unsigned word = AG_MEASURE_DATASET;
  ag_status status = outline->spec.measured
                         ? find_word(place, "population to measure", outline->spec.measured,
                                     ag_measured_words, &word, error)
                         : AG_OK;
  if (!status && word != AG_MEASURE_DATASET && !game->sampled &&
      (word == AG_MEASURE_GENERATED || ag_loop_find(&game->loop, ag_step_find("publish"))))
    status = ag_node_fail(place, error,
                          "the exact engine measures the dataset, or what is published by curators "
                          "from whom the model learns");
  game->measured = (ag_measured)word;
  return status;
}

/* --- sizes --- */

static ag_status set_sizes(const ag_samples_spec *given, ag_node place, ag_game *game,
                           ag_error *error)
{
  const ag_space *space = game->space;
  ag_samples *samples = &game->samples;
  bool cloud = ag_space_is_cloud(space);
  size_t usual = game->texts ? space->count : cloud ? space->point_count : 0;
  if (cloud && given->initial > 0)
    return ag_node_fail(ag_node_find(place, "initial"), error,
                        "the cloud says how many points there are at first");
  samples->generate = given->generate ? given->generate : cloud ? space->point_count : 1000;
  samples->initial = given->initial ? given->initial : usual ? usual : samples->generate;
  ag_status status =
      ag_array_create(game->loop.stage_count, sizeof *samples->keep, &samples->keep, error);
  for (size_t s = 0; !status && s < game->loop.stage_count; s++) {
    size_t asked = given->keep ? given->keep[game->loop.stage[s].curator] : 0;
    samples->keep[s] = asked ? asked : samples->generate > 1 ? samples->generate / 2 : 1;
  }
  return status;
}

ag_status ag_outline_make_samples(const ag_outline *outline, ag_game *game, ag_error *error)
{
  const ag_samples_spec *given = outline->spec.samples;
  ag_node place = ag_node_find(outline->root, "samples");
  ag_status status = set_measured(outline, game, error);
  if (status || !given)
    return status;
  status = set_sizes(given, place, game, error);
  if (!status)
    status =
        set_selection(ag_node_find(place, "selection"), given->selection, &game->samples, error);
  if (!status)
    status = set_dataset(ag_node_find(place, "dataset"), given, game, error);
  return status ? status : check_rule(game, ag_node_present(place) ? place : outline->root, error);
}
