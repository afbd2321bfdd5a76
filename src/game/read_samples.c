/* What a game file says of samples: the engine, the generator, sizes and rules. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/read.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { ITEMS_MOST = INT_MAX, REPLICATES_MOST = 1000000 };

/* --- the engine --- */

ag_status ag_game_read_engine(ag_node root, ag_game *game, ag_error *error)
{
  static const char *const words[] = {"exact", "samples"};
  ag_node engine = ag_node_find(root, "engine"), generator = ag_node_find(root, "generator");
  ag_node replicates = ag_node_find(root, "replicates");
  long long count = 1;
  size_t word = 0;
  ag_status status = ag_generator_read(generator, game->space, &game->generator, error);
  if (!status)
    status = ag_game_read_word(engine, "engine", words, COUNT(words), &word, error);
  if (status)
    return status;
  bool learned = game->generator.type != ag_generator_types[0];
  bool needed = learned || ag_space_is_cloud(game->space);
  if (needed && ag_node_present(engine) && word == 0)
    return ag_node_fail(engine, error, "%s played on samples; expected `engine: samples`",
                        learned ? "a learned generator is" : "points without a grid are");
  game->sampled = needed || word == 1;
  game->texts = game->generator.type->takes_texts;
  if (ag_node_present(replicates))
    status = game->sampled
                 ? ag_node_integer(replicates, "replicates", 1, REPLICATES_MOST, &count, error)
                 : ag_node_integer(replicates, "replicates (the exact engine has no chance in it)",
                                   1, 1, &count, error);
  game->replicates = (size_t)count;
  return status;
}

/* --- sizes and rules --- */

static ag_status read_size(ag_node node, const char *what, size_t *size, ag_error *error)
{
  long long value = 0;
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_integer(node, what, 1, ITEMS_MOST, &value, error);
  if (!status)
    *size = (size_t)value;
  return status;
}

static ag_status read_selection(ag_node node, ag_samples *samples, ag_error *error)
{
  enum { RULES_MOST = 16 };
  const char *name[RULES_MOST];
  size_t count = 0, rule = 0;
  for (; ag_selection_types[count] && count < RULES_MOST; count++)
    name[count] = ag_selection_types[count]->name;
  ag_status status = ag_game_read_word(node, "selection rule", name, count, &rule, error);
  samples->selection = ag_selection_types[rule];
  return status;
}

const char *const ag_dataset_words[] = {"replace", "accumulate", "window", "subsample", NULL};
const char *const ag_measured_words[] = {"dataset", "published", "generated", NULL};

/* replace, accumulate, {window: n} or {subsample: n}. */
static ag_status read_dataset(ag_node node, const ag_loop *loop, ag_samples *samples,
                              ag_error *error)
{
  static const char *const words[] = {"replace", "accumulate"}, *const sized[] = {"window",
                                                                                  "subsample"};
  size_t word = ag_loop_accumulates(loop) ? AG_DATASET_ACCUMULATE : AG_DATASET_REPLACE;
  if (ag_node_get_kind(node) == AG_NODE_MAPPING) {
    ag_status status = ag_node_expect_keys(node, "the dataset", sized, COUNT(sized), error);
    if (!status && ag_node_count(node) != 1)
      status = ag_node_fail(node, error,
                            "the dataset: expected exactly one of window and "
                            "subsample");
    bool window = ag_node_present(ag_node_find(node, "window"));
    samples->dataset = window ? AG_DATASET_WINDOW : AG_DATASET_SUBSAMPLE;
    return status ? status
                  : read_size(ag_node_find(node, window ? "window" : "subsample"),
                              window ? "window (in generations)" : "subsample (in items)",
                              &samples->size, error);
  }
  ag_status status =
      ag_game_read_word(node, "rule for the dataset", words, COUNT(words), &word, error);
  samples->dataset = (ag_dataset_rule)word;
  return status;
}

static ag_status expect_keep(ag_node node, const ag_game *game, ag_error *error)
{
  const char *name[game->curator_count];
  for (size_t c = 0; c < game->curator_count; c++)
    name[c] = game->curator[c].name;
  return ag_node_present(node) && ag_node_get_kind(node) != AG_NODE_SCALAR
             ? ag_node_expect_keys(node, "keep", name, game->curator_count, error)
             : AG_OK;
}

/* The number that each stage keeps: one for all, or one a curator. */
static ag_status read_keep(ag_node node, ag_game *game, ag_error *error)
{
  ag_samples *samples = &game->samples;
  ag_status status = expect_keep(node, game, error);
  if (!status)
    status = ag_array_create(game->loop.stage_count, sizeof *samples->keep, &samples->keep, error);
  for (size_t s = 0; s < game->loop.stage_count && !status; s++) {
    const char *name = game->curator[game->loop.stage[s].curator].name;
    bool one = ag_node_get_kind(node) == AG_NODE_SCALAR;
    samples->keep[s] = samples->generate > 1 ? samples->generate / 2 : 1;
    if (ag_node_present(node))
      status = read_size(one ? node : ag_node_find(node, name), "keep", &samples->keep[s], error);
  }
  return status;
}

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

ag_status ag_samples_check(const ag_game *game, ag_error *error)
{
  const ag_selection_type *rule = game->samples.selection;
  size_t least[game->loop.stage_count + 1];
  walk_sizes(game, least_dataset(game, walk_sizes(game, game->samples.initial, least)), least);
  for (size_t s = 0; s < game->loop.stage_count && !rule->with_replacement; s++) {
    const char *name = game->curator[game->loop.stage[s].curator].name;
    size_t keep = asked(game, s);
    if (keep > least[s])
      return ag_fail(error, AG_ERROR_INPUT,
                     "%s keeps %zu of %zu items, but the rule `%s` keeps an item once at "
                     "most; keep fewer, or use `selection: pools`",
                     name, keep, least[s], rule->name);
  }
  for (size_t c = 0; c < game->curator_count; c++)
    if (game->curator[c].prefers && !rule->takes_preferences)
      return ag_fail(error, AG_ERROR_INPUT, "the rule `%s` needs rewards, but %s has preferences",
                     rule->name, game->curator[c].name);
  return AG_OK;
}

ag_status ag_game_read_samples(ag_node root, ag_game *game, ag_error *error)
{
  static const char *const keys[] = {"initial", "generate", "keep", "selection", "dataset"};
  ag_node node = ag_node_find(root, "samples"), dataset = ag_node_find(node, "dataset");
  ag_node initial = ag_node_find(node, "initial");
  ag_samples *samples = &game->samples;
  samples->generate = ag_space_is_cloud(game->space) ? game->space->point_count : 1000;
  ag_status status = ag_node_present(node)
                         ? ag_node_expect_keys(node, "the samples", keys, COUNT(keys), error)
                         : AG_OK;
  if (!status)
    status = read_size(ag_node_find(node, "generate"), "generate", &samples->generate, error);
  samples->initial = ag_space_is_cloud(game->space) ? game->space->point_count : samples->generate;
  if (game->texts) /* all of the corpus */
    samples->initial = game->space->count;
  if (!status && ag_space_is_cloud(game->space) && ag_node_present(initial))
    status = ag_node_fail(initial, error, "the cloud says how many points there are at first");
  if (!status)
    status = read_size(initial, "initial", &samples->initial, error);
  if (!status)
    status = read_keep(ag_node_find(node, "keep"), game, error);
  if (!status)
    status = read_selection(ag_node_find(node, "selection"), samples, error);
  if (!status)
    status = read_dataset(dataset, &game->loop, samples, error);
  if (!status && game->sampled && ag_loop_accumulates(&game->loop) &&
      samples->dataset != AG_DATASET_ACCUMULATE)
    status = ag_node_fail(dataset, error,
                          "a loop that accumulates keeps every item; expected `accumulate`");
  ag_error inner;
  if (!status && game->sampled && ag_samples_check(game, &inner))
    status = ag_node_fail(ag_node_present(node) ? node : root, error, "%s", inner.message);
  return status;
}
