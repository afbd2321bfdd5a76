/* What a game file says of samples: sizes and rules. */
#include "game/outline.h"
#include "game/keys.h"

#include <limits.h>
#include <string.h>

typedef struct samples_keys {
  size_t initial, generate;
  ag_node keep, selection, dataset;
} samples_keys;

const ag_parameter ag_samples_keys[] = {
    {"initial", "the first dataset's size", AG_WHOLE, offsetof(samples_keys, initial),
     .unit = "items", .absent = "as generate; all of a corpus", .low = 1, .high = INT_MAX},
    {"generate", "what the model makes in a generation", AG_WHOLE, offsetof(samples_keys, generate),
     .unit = "items", .absent = "1000; a cloud's count", .low = 1, .high = INT_MAX},
    {"keep", "what a curator keeps", AG_NODE, offsetof(samples_keys, keep),
     .takes = "an integer, or a mapping of curators to them", .unit = "items",
     .absent = "half of generate", .read = ag_parameter_node},
    {"selection", "how it chooses", AG_NODE, offsetof(samples_keys, selection),
     .takes = "a rule of selection", .fallback = "pools", .read = ag_parameter_node},
    {"dataset",
     "what becomes of the dataset: the last generation, all, the last n, or n items of all",
     AG_NODE, offsetof(samples_keys, dataset),
     .takes = "replace, accumulate, {window: n} or {subsample: n}",
     .absent = "replace, or as the loop says", .read = ag_parameter_node},
    {0}};

static ag_status read_size(ag_node node, const char *what, size_t *size, ag_error *error)
{
  long long value = 0;
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_integer(node, what, 1, INT_MAX, &value, error);
  if (!status)
    *size = (size_t)value;
  return status;
}

/* replace, accumulate, {window: n} or {subsample: n}. */
static ag_status read_dataset(ag_node node, ag_samples_spec *samples, ag_error *error)
{
  typedef struct sizes {
    size_t window, subsample;
  } sizes;
  static const ag_parameter table[] = {
      {"window", "", AG_WHOLE, offsetof(sizes, window), .low = 1, .high = INT_MAX, .choice = 1},
      {"subsample", "", AG_WHOLE, offsetof(sizes, subsample), .low = 1, .high = INT_MAX,
       .choice = 1},
      {0}};
  sizes given = {0};
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return ag_node_text(node, "the dataset", &samples->dataset, error);
  ag_status status = ag_parameters_read(node, "the dataset", table, &given, error);
  samples->dataset = ag_dataset_words[given.window ? AG_DATASET_WINDOW : AG_DATASET_SUBSAMPLE];
  samples->dataset_size = given.window + given.subsample;
  return status;
}

/* The number that each curator keeps: one for all, or one each; 0: none is said. */
static ag_status read_keep(ag_node node, ag_outline *outline, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  size_t *keep = NULL;
  bool one = ag_node_get_kind(node) == AG_NODE_SCALAR;
  ag_status status = AG_OK;
  if (!one)
    status = ag_node_expect_keys(node, "keep", spec->curator, spec->curator_count, error);
  if (!status)
    status = ag_outline_room(outline, spec->curator_count, sizeof *keep, &keep, error);
  for (size_t c = 0; !status && c < spec->curator_count; c++)
    status = read_size(one ? node : ag_node_find(node, spec->curator[c]), "keep", &keep[c], error);
  outline->samples.keep = keep;
  return status;
}

ag_status ag_outline_read_samples(ag_outline *outline, ag_error *error)
{
  samples_keys keys = {0};
  ag_samples_spec *samples = &outline->samples;
  ag_status status = ag_parameters_read(ag_node_find(outline->root, "samples"), "the samples",
                                        ag_samples_keys, &keys, error);
  samples->initial = samples->initial ? samples->initial : keys.initial;
  samples->generate = samples->generate ? samples->generate : keys.generate;
  if (!status && !samples->keep && ag_node_present(keys.keep))
    status = read_keep(keys.keep, outline, error);
  if (!status && !samples->selection && ag_node_present(keys.selection))
    status = ag_node_text(keys.selection, "the selection", &samples->selection, error);
  if (!status && !samples->dataset && ag_node_present(keys.dataset))
    status = read_dataset(keys.dataset, samples, error);
  return status;
}
