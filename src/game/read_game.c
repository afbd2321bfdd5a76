/* The top of a game file, and how a document fills a draft. */
#include "game/draft.h"
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

/* --- the draft --- */

ag_status ag_draft_keep(ag_draft *draft, void *array, ag_error *error)
{
  void **wider = array ? realloc(draft->owned, (draft->owned_count + 1) * sizeof *wider) : NULL;
  if (!wider) {
    free(array);
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game's description");
  }
  draft->owned = wider;
  wider[draft->owned_count++] = array;
  return AG_OK;
}

ag_status ag_draft_room(ag_draft *draft, size_t count, size_t size, void *array, ag_error *error)
{
  void *made = calloc(count > 0 ? count : 1, size);
  ag_status status = ag_draft_keep(draft, made, error);
  if (!status)
    *(void **)array = made;
  return status;
}

ag_status ag_draft_schedule(ag_draft *draft, ag_node node, const ag_bounds *bounds,
                            ag_schedule *schedule, ag_error *error)
{
  ag_status status = ag_schedule_read(node, bounds, draft->spec.generations, schedule, error);
  return status || !ag_node_present(node) || schedule->count == 0
             ? status
             : ag_draft_keep(draft, (double *)schedule->by_generation, error);
}

void ag_draft_free(ag_draft *draft)
{
  for (size_t c = 0; draft->curator && c < draft->spec.curator_count; c++) {
    ag_reward_free(&draft->curator[c].reward);
    ag_generator_free(&draft->curator[c].judge);
    free(draft->curator[c].prefers);
  }
  ag_space_free(draft->space);
  ag_generator_free(&draft->generator);
  for (size_t i = 0; i < draft->owned_count; i++)
    free(draft->owned[i]);
  free(draft->owned);
  *draft = (ag_draft){.owned = NULL};
}

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

static ag_status read_top(ag_draft *draft, top *given, ag_error *error)
{
  ag_game_spec *spec = &draft->spec;
  ag_status status = ag_parameters_read(draft->root, "a game", game_keys, given, error);
  if (status)
    return status;
  char *name = given->name ? given->name : default_name(draft->root.config);
  spec->name = spec->name ? spec->name : name;
  spec->seed = spec->seed ? spec->seed : given->seed;
  spec->generations = spec->generations ? spec->generations : given->generations;
  spec->measured = spec->measured ? spec->measured : ag_measured_words[given->measured];
  return ag_draft_keep(draft, name, error);
}

static ag_status read_space(ag_draft *draft, const top *given, ag_error *error)
{
  if (draft->spec.count > 0 || draft->spec.point_count > 0)
    return ag_draft_make_space(&draft->spec, &draft->space, error);
  return ag_space_read(given->space, &draft->space, error);
}

/* What learns, and so which engine plays. */
static ag_status read_engine(ag_draft *draft, const top *given, ag_error *error)
{
  ag_node engine = ag_node_find(draft->root, "engine");
  ag_status status = ag_generator_read(given->generator, draft->space, &draft->generator, error);
  if (status)
    return status;
  bool learned = draft->generator.type != ag_generator_types[0];
  bool needed = learned || ag_space_is_cloud(draft->space);
  if (needed && ag_node_present(engine) && given->engine == EXACT)
    return ag_node_fail(engine, error, "%s played on samples; expected `engine: samples`",
                        learned ? "a learned generator is" : "points without a grid are");
  if (draft->spec.samples)
    return AG_OK;
  if (needed || given->engine == SAMPLES)
    draft->spec.samples = &draft->samples;
  else if (given->replicates != 1)
    return ag_node_fail(ag_node_find(draft->root, "replicates"), error,
                        "replicates: the exact engine has no chance in it; expected 1");
  draft->samples.replicates = given->replicates;
  return AG_OK;
}

ag_status ag_draft_read(const ag_config *config, ag_draft *draft, ag_error *error)
{
  top given = {.name = NULL};
  draft->root = ag_config_root(config);
  ag_status status = read_top(draft, &given, error);
  if (!status)
    status = read_space(draft, &given, error);
  if (!status)
    status = read_engine(draft, &given, error);
  if (!status && draft->spec.curator_count == 0)
    status = ag_draft_read_curators(draft, error);
  if (!status && draft->spec.step_count == 0)
    status = ag_draft_read_loop(draft, error);
  return status ? status : ag_draft_read_samples(draft, error);
}
