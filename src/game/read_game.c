/* The top of a game file, and how a document fills a outline. */
#include "game/outline.h"
#include "game/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { REPLICATES_MOST = 1000000, GENERATIONS_MOST = 1000000000 };

static const char *const engine_words[] = {"exact", "samples", NULL};
enum { EXACT, SAMPLES };

typedef struct top {
  char *name;
  size_t seed, generations, replicates;
  unsigned engine, measured;
  ag_node space, curators, generator;
} top;

static const ag_parameter game_keys[] = {
    {"name", "of the game and of its results", AG_TEXT, offsetof(top, name),
     .absent = "the file's name"},
    {"seed", "of all that is random", AG_WHOLE, offsetof(top, seed), .fallback = "1",
     .high = 0x1p63},
    {"generations", "how long it is played", AG_WHOLE, offsetof(top, generations),
     .unit = "generations", .fallback = "60", .high = GENERATIONS_MOST},
    {"space", "what can be generated, and its first distribution", AG_NODE, offsetof(top, space),
     .takes = "a kind of space", .example = "{atoms: {mass: [9, 9, 2]}}",
     .read = ag_parameter_node},
    {"curators", "who selects: for each, under its name, the keys of a curator", AG_NODE,
     offsetof(top, curators), .takes = "a mapping",
     .example = "{owner: {reward: …}, public: {reward: …}}", .read = ag_parameter_node},
    {"loop", "how selection and learning follow each other", AG_NODE, .takes = "a mapping",
     .absent = "sequential, in the curators' order"},
    {"generator", "what learns the dataset and generates from it", AG_NODE,
     offsetof(top, generator), .takes = "a generator", .fallback = "ideal",
     .read = ag_parameter_node},
    {"engine", "whether distributions are played, or datasets that are drawn at random", AG_WORD,
     offsetof(top, engine), .words = engine_words, .absent = "exact where the game allows it"},
    {"samples", "sizes and rules of the samples", AG_NODE, .takes = "a mapping",
     .absent = "the defaults"},
    {"replicates", "how often a game of samples is played, each with a seed of its own", AG_WHOLE,
     offsetof(top, replicates), .fallback = "1", .low = 1, .high = REPLICATES_MOST},
    {"metrics", "what is measured in every generation", AG_NODE, .takes = "a list of metrics",
     .absent = "those that suit the space"},
    {"measure", "the population that is measured", AG_WORD, offsetof(top, measured),
     .words = ag_measured_words, .fallback = "dataset"},
    {"folder", "where relative paths begin", AG_PATH, .absent = "the game file's folder"},
    {0}};

const ag_description ag_game_keys[] = {
    {.name = "game", .summary = "the top of the file", .parameters = game_keys},
    {.name = "curator",
     .summary = "each entry under `curators`",
     .example = "owner: {reward: {values: [3, 0, 2]}, pool: 8, temperature: 1.0}",
     .parameters = ag_curator_keys},
    {.name = "loop",
     .summary = "what stands under `loop`",
     .example = "loop: {reading: sequential, order: [owner, public]}",
     .parameters = ag_loop_keys},
    {.name = "samples",
     .summary = "what stands under `samples`",
     .example = "samples: {generate: 1000, keep: 250, selection: pools}",
     .parameters = ag_samples_keys},
    {.name = NULL}};

/* --- reading --- */

/* The file's name without folder and ending, for a game without a name. */
static char *default_name(const ag_config *config)
{
  const char *path = ag_config_name(config), *slash = strrchr(path, '/');
  char *name = ag_text_copy(slash ? slash + 1 : path);
  char *dot = name ? strrchr(name, '.') : NULL;
  if (dot && dot != name)
    *dot = '\0';
  return name;
}

static ag_status read_top(ag_outline *outline, top *given, ag_error *error)
{
  ag_game_spec *spec = &outline->spec;
  ag_status status = ag_parameters_read(outline->root, "a game", game_keys, given, error);
  if (status)
    return status;
  char *name = given->name ? given->name : default_name(outline->root.config);
  spec->name = spec->name ? spec->name : name;
  spec->seed = spec->seed ? spec->seed : given->seed;
  spec->generations = spec->generations ? spec->generations : given->generations;
  spec->measured = spec->measured ? spec->measured : ag_measured_words[given->measured];
  return ag_outline_keep(outline, name, error);
}

static ag_status read_space(ag_outline *outline, const top *given, ag_error *error)
{
  if (outline->space) /* it was read before */
    return AG_OK;
  if (outline->spec.count > 0 || outline->spec.point_count > 0)
    return ag_outline_make_space(&outline->spec, &outline->space, error);
  return ag_space_read(given->space, &outline->space, error);
}

/* What learns, and so which engine plays. */
static ag_status read_engine(ag_outline *outline, const top *given, ag_error *error)
{
  ag_node engine = ag_node_find(outline->root, "engine");
  ag_status status =
      ag_generator_read(given->generator, outline->space, &outline->generator, error);
  if (status)
    return status;
  bool learned = outline->generator.type != ag_generator_types[0];
  bool needed = learned || ag_space_is_cloud(outline->space);
  if (needed && ag_node_present(engine) && given->engine == EXACT)
    return ag_node_fail(engine, error, "%s played on samples; expected `engine: samples`",
                        learned ? "a learned generator is" : "points without a grid are");
  if (outline->spec.samples) { /* the caller's, which go first */
    outline->samples = *outline->spec.samples;
    outline->spec.samples = &outline->samples;
  } else if (needed || given->engine == SAMPLES)
    outline->spec.samples = &outline->samples;
  else if (given->replicates != 1)
    return ag_node_fail(ag_node_find(outline->root, "replicates"), error,
                        "replicates: the exact engine has no chance in it; expected 1");
  if (outline->samples.replicates == 0)
    outline->samples.replicates = given->replicates;
  return AG_OK;
}

ag_status ag_outline_read(const ag_config *config, ag_outline *outline, ag_error *error)
{
  top given = {.name = NULL};
  outline->root = ag_config_root(config);
  ag_status status = read_top(outline, &given, error);
  if (!status)
    status = read_space(outline, &given, error);
  if (!status)
    status = read_engine(outline, &given, error);
  if (!status)
    status = ag_outline_read_curators(outline, error);
  if (!status && outline->spec.step_count == 0)
    status = ag_outline_read_loop(outline, error);
  return status ? status : ag_outline_read_samples(outline, error);
}
