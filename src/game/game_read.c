/* From a YAML document to an immutable game. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "game/preset.h"
#include "game/read.h"
#include "space/kinds.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- metrics --- */

/* Two columns of one name could not be told apart in the results. NULL: there are none. */
static const char *find_repeat(const ag_game *game)
{
  const ag_metric *last = &game->metric[game->metric_count - 1];
  for (const ag_metric *before = game->metric; before < last; before++)
    for (size_t i = 0; i < before->column_count; i++)
      for (size_t j = 0; j < last->column_count; j++)
        if (!strcmp(before->column_name[i], last->column_name[j]))
          return last->column_name[j];
  return NULL;
}

static bool on_by_default(const ag_metric_type *type, const ag_game *game)
{
  if (game->texts)
    return type->on_texts && (type->on_by_default || type->measure);
  return ag_space_is_cloud(game->space) ? type->on_points : type->on_by_default;
}

/* What metrics see of the game; *context.curator is the caller's to free. */
static ag_status make_context(const ag_game *game, ag_metric_context *context, ag_error *error)
{
  ag_metric_curator *curator = NULL;
  ag_status status = ag_array_create(game->curator_count, sizeof *curator, &curator, error);
  for (size_t c = 0; !status && c < game->curator_count; c++)
    curator[c] = (ag_metric_curator){.name = game->curator[c].name,
                                     .reward = &game->curator[c].reward,
                                     .value = game->curator[c].value,
                                     .optimal_level = game->curator[c].optimal_level,
                                     .satisfaction_level = game->curator[c].satisfaction_level};
  *context = (ag_metric_context){game->space, game->curator_count, curator, game->texts};
  return status;
}

static size_t known_metrics(void)
{
  size_t known = 0;
  while (ag_metric_types[known])
    known++;
  return known;
}

static ag_status make_room(ag_game *game, size_t count, ag_error *error)
{
  return ag_array_create(count, sizeof *game->metric, &game->metric, error);
}

static ag_status add_metric(const ag_metric_type *type, const ag_metric_context *context,
                            ag_game *game, ag_error *error)
{
  ag_status status =
      ag_metric_create(type, (ag_node){0}, context, &game->metric[game->metric_count], error);
  game->metric_count += !status;
  return status;
}

static ag_status add_defaults(const ag_metric_context *context, ag_game *game, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t m = 0; !status && ag_metric_types[m]; m++)
    if (on_by_default(ag_metric_types[m], game))
      status = add_metric(ag_metric_types[m], context, game, error);
  return status;
}

static ag_status read_listed(ag_node node, const ag_metric_context *context, ag_game *game,
                             ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t m = 0; !status && m < ag_node_count(node); m++) {
    status =
        ag_metric_read(ag_node_item(node, m), context, &game->metric[game->metric_count], error);
    game->metric_count += !status;
    const char *repeat = status ? NULL : find_repeat(game);
    if (repeat)
      status =
          ag_node_fail(ag_node_item(node, m), error, "the metric %s is asked for twice", repeat);
  }
  return status;
}

static ag_status read_metrics(ag_node root, ag_game *game, ag_error *error)
{
  ag_metric_context context;
  ag_node node = ag_node_find(root, "metrics");
  if (ag_node_present(node) && ag_node_get_kind(node) != AG_NODE_SEQUENCE)
    return ag_node_fail(node, error,
                        "the metrics are not a list; expected e.g. [entropy, "
                        "mean_reward]");
  ag_status status = make_context(game, &context, error);
  if (!status)
    status = make_room(game, ag_node_present(node) ? ag_node_count(node) : known_metrics(), error);
  if (!status)
    status = ag_node_present(node) ? read_listed(node, &context, game, error)
                                   : add_defaults(&context, game, error);
  free((void *)context.curator);
  return status;
}

ag_status ag_game_add_metrics(ag_game *game, const char *const *name, size_t count, ag_error *error)
{
  ag_metric_context context;
  bool defaults = count == 1 && !strcmp(name[0], "default");
  ag_status status = make_context(game, &context, error);
  if (!status)
    status = make_room(game, defaults ? known_metrics() : count, error);
  if (!status && defaults)
    status = add_defaults(&context, game, error);
  for (size_t m = 0; !status && !defaults && m < count; m++) {
    const ag_metric_type *type = ag_metric_find(name[m]);
    status = type ? add_metric(type, &context, game, error)
                  : ag_fail(error, AG_ERROR_INPUT, "there is no metric '%s'", name[m]);
    if (!status && find_repeat(game))
      status = ag_fail(error, AG_ERROR_INPUT, "the metric %s is asked for twice", name[m]);
  }
  free((void *)context.curator);
  return status;
}

static ag_status read_measured(ag_node root, ag_game *game, ag_error *error)
{
  ag_node node = ag_node_find(root, "measure");
  size_t word = game->measured;
  ag_status status =
      ag_game_read_word(node, "population to measure", ag_measured_words, 3, &word, error);
  if (!status && word != AG_MEASURE_DATASET && !game->sampled &&
      (word == AG_MEASURE_GENERATED || ag_loop_find(&game->loop, ag_step_find("publish"))))
    return ag_node_fail(node, error,
                        "the exact engine measures the dataset, or what is published by curators "
                        "from whom the model learns");
  game->measured = (ag_measured)word;
  return status;
}

/* --- the whole --- */

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

static ag_status read_header(ag_node root, ag_game *game, ag_error *error)
{
  static const char *const keys[] = {"name",    "seed",      "generations", "space",   "curators",
                                     "loop",    "generator", "engine",      "samples", "replicates",
                                     "metrics", "measure",   "folder"};
  long long seed = 1, generations = 60;
  const char *name = NULL;
  ag_node node;
  ag_status status = ag_node_expect_keys(root, "a game", keys, COUNT(keys), error);
  if (!status && ag_node_present(node = ag_node_find(root, "name")))
    status = ag_node_text(node, "the name", &name, error);
  if (!status && ag_node_present(node = ag_node_find(root, "seed")))
    status = ag_node_integer(node, "the seed", 0, LLONG_MAX, &seed, error);
  if (!status && ag_node_present(node = ag_node_find(root, "generations")))
    status = ag_node_integer(node, "generations", 0, 1000000000, &generations, error);
  if (status)
    return status;
  game->seed = (uint64_t)seed;
  game->generations = (size_t)generations;
  game->name = name ? ag_text_copy(name) : default_name(root.config);
  if (!game->name)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the game's description");
  return AG_OK;
}

/* space: NULL where it is to be read. */
static ag_status read_game(const ag_config *config, ag_space *space, ag_game **out, ag_error *error)
{
  ag_node root = ag_config_root(config);
  ag_game *game = calloc(1, sizeof *game);
  if (!game)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game");
  ag_status status = read_header(root, game, error);
  if (!status && !ag_node_present(ag_node_find(root, "space")))
    status = ag_node_fail(root, error,
                          "the game has no space; expected e.g. "
                          "`space: {atoms: {mass: [9, 9, 2]}}`");
  if (!status && space)
    game->space = ag_space_share(space);
  else if (!status)
    status = ag_space_read(ag_node_find(root, "space"), &game->space, error);
  if (!status)
    status = ag_game_read_engine(root, game, error);
  if (!status)
    status = ag_game_read_curators(root, game, error);
  if (!status)
    status = ag_loop_read(root, game, &game->loop, error);
  if (!status)
    status = ag_game_read_samples(root, game, error);
  if (!status)
    status = read_measured(root, game, error);
  if (!status)
    status = read_metrics(root, game, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}

/* Where a game file may name another file. */
typedef struct path_key {
  const char *part, *kind, *key;
} path_key;

/* Puts the path, absolute, into the description where it is there. Takes path. */
static ag_status set_absolute(ag_config *config, const char *name, char *path, ag_error *error)
{
  char *real = realpath(path, NULL);
  ag_status status = real ? ag_config_set_text(config, name, real, error) : AG_OK;
  free(real);
  free(path);
  return status;
}

/* A relative path under part.kind.key becomes absolute in the description, so that a run can
 * be resumed from any folder. */
static ag_status resolve_path(ag_config *config, const path_key *key, ag_error *error)
{
  ag_node kind = ag_node_find(ag_node_find(ag_config_root(config), key->part), key->kind);
  ag_node file = ag_node_find(kind, key->key);
  const char *given;
  char *path = NULL, name[64];
  if (!ag_node_present(file) || ag_node_text(file, key->key, &given, NULL) || given[0] == '/' ||
      ag_space_resolve_path(file, &path, NULL))
    return AG_OK;
  snprintf(name, sizeof name, "%s.%s.%s", key->part, key->kind, key->key);
  return set_absolute(config, name, path, error);
}

/* Whether a file, a model's folder or a command is named somewhere in there. */
static bool names_files(ag_node node)
{
  static const char *const keys[] = {"file", "model", "command"};
  bool found = false;
  for (size_t k = 0; k < COUNT(keys) && !found; k++)
    found = ag_node_present(ag_node_find(node, keys[k]));
  for (size_t i = 0; i < ag_node_count(node) && !found; i++) {
    const char *key;
    ag_node key_node, entry;
    if (ag_node_get_kind(node) == AG_NODE_MAPPING)
      ag_node_entry(node, i, &key, &key_node, &entry);
    else
      entry = ag_node_item(node, i);
    found = names_files(entry);
  }
  return found;
}

/* Likewise the folder in which the other relative paths begin, and in which commands run. */
static ag_status resolve_folder(ag_config *config, ag_error *error)
{
  ag_node root = ag_config_root(config);
  char *path = NULL;
  if ((names_files(ag_node_find(root, "curators")) ||
       names_files(ag_node_find(root, "generator")) ||
       ag_node_present(ag_node_find(root, "folder"))) &&
      ag_space_find_folder(config, &path, NULL) == AG_OK)
    return set_absolute(config, "folder", path, error);
  return AG_OK;
}

/* The description that a game keeps: with all its paths absolute. The game itself was read from the
 * document as it was, whose mistakes have their places there. */
static ag_status keep_description(ag_config *config, ag_game *game, ag_error *error)
{
  static const path_key keys[] = {{"space", "table", "file"},
                                  {"space", "cloud", "file"},
                                  {"space", "text", "file"},
                                  {"generator", "gpt2", "model"}};
  ag_status status = AG_OK;
  for (size_t k = 0; !status && k < COUNT(keys); k++)
    status = resolve_path(config, &keys[k], error);
  if (!status)
    status = resolve_folder(config, error);
  if (status)
    return status;
  game->text = ag_config_text(config);
  return game->text ? AG_OK
                    : ag_fail(error, AG_ERROR_MEMORY, "no memory for the game's description");
}

ag_status ag_game_read_on(ag_config *config, ag_space *space, ag_game **out, ag_error *error)
{
  ag_game *game = NULL;
  ag_status status = read_game(config, space, &game, error);
  if (status)
    return status;
  status = keep_description(config, game, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}

ag_status ag_game_read(ag_config *config, ag_game **game, ag_error *error)
{
  return ag_game_read_on(config, NULL, game, error);
}

static ag_status read_and_free(ag_config *config, ag_game **game, ag_error *error)
{
  ag_status status = ag_game_read(config, game, error);
  ag_config_free(config);
  return status;
}

ag_status ag_game_load(const char *path, const char *const *overrides, size_t count, ag_game **game,
                       ag_error *error)
{
  ag_config *config = NULL;
  const char *preset = access(path, F_OK) == 0 ? NULL : ag_preset_text(path);
  if (preset) /* a file of that name goes first */
    return ag_game_parse(path, preset, strlen(preset), overrides, count, game, error);
  ag_status status = ag_config_load(path, overrides, count, &config, error);
  return status ? status : read_and_free(config, game, error);
}

ag_status ag_game_parse(const char *name, const char *text, size_t size,
                        const char *const *overrides, size_t count, ag_game **game, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_parse(name, text, size, overrides, count, &config, error);
  return status ? status : read_and_free(config, game, error);
}
