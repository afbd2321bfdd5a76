/* Games from files: the description that a game keeps, presets, the public calls. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "game/outline.h"
#include "game/preset.h"
#include "space/kinds.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Where a game file may name another file. */
typedef struct path_key {
  const char *part, *kind, *key;
} path_key;

/* Puts the path, absolute, into the description where it is there. Takes path. */
static ag_status set_absolute(ag_config *config, const char *name, char *path, ag_error *error)
{
  char *real = realpath(path, NULL);
  ag_status status = AG_OK; /* a path that leads nowhere stays as it is */
  if (real)
    status = ag_config_set_text(config, name, real, error);
  else if (errno == ENOMEM)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a path");
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
  if (!ag_node_present(file) || ag_node_text(file, key->key, &given, NULL) || given[0] == '/')
    return AG_OK;
  ag_status status = ag_space_resolve_path(file, &path, error);
  if (status)
    return status == AG_ERROR_MEMORY ? status : AG_OK;
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
  if (!names_files(ag_node_find(root, "curators")) &&
      !names_files(ag_node_find(root, "generator")) &&
      !ag_node_present(ag_node_find(root, "folder")))
    return AG_OK;
  ag_status status = ag_space_find_folder(config, &path, error);
  if (status)
    return status == AG_ERROR_MEMORY ? status : AG_OK;
  return set_absolute(config, "folder", path, error);
}

/* The game itself was read from the document as it was, whose mistakes have their places there. */
ag_status ag_game_describe(ag_config *config, char **text, ag_error *error)
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
  *text = ag_config_text(config);
  return *text ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for the game's description");
}

/* Makes the game of a outline that a document has filled or been laid under, and frees the outline.
 */
static ag_status make_and_free(ag_config *config, ag_outline *outline, bool keep, ag_game **out,
                               ag_error *error)
{
  ag_game *game = NULL;
  ag_streams streams;
  struct timespec begun;
  ag_status status = ag_streams_hold(config, &streams, error);
  clock_gettime(CLOCK_REALTIME, &begun);
  if (!status)
    status = ag_outline_read(config, outline, error);
  if (!status)
    status = ag_outline_make(outline, &game, error);
  ag_outline_free(outline);
  if (game) {
    game->read = begun;
    game->streams = streams;
  } else {
    ag_streams_close(&streams);
  }
  if (!status && keep)
    status = ag_game_describe(config, &game->text, error);
  if (status)
    ag_game_free(game);
  else
    *out = game;
  return status;
}

ag_status ag_game_read(ag_config *config, ag_game **out, ag_error *error)
{
  return make_and_free(config, &(ag_outline){.owned = NULL}, true, out, error);
}

ag_status ag_game_read_on(ag_config *config, ag_space *space, ag_game **out, ag_error *error)
{
  return make_and_free(config, &(ag_outline){.space = ag_space_share(space)}, true, out, error);
}

ag_status ag_game_read_known(ag_config *config, const ag_known_rewards *known, ag_game **out,
                             ag_error *error)
{
  return make_and_free(config, &(ag_outline){.known = known}, true, out, error);
}

/* --- the public calls --- */

/* A key that a document must have, where the caller has brought what it stands for. */
static ag_status stand_in(ag_config *config, const char *key, bool given, ag_error *error)
{
  return given && !ag_node_present(ag_node_find(ag_config_root(config), key))
             ? ag_config_set_empty(config, key, 0, error)
             : AG_OK;
}

static ag_status make_of_settings(const ag_game_spec *spec, ag_config *config, ag_game **game,
                                  ag_error *error)
{
  bool space = spec->count > 0 || spec->point_count > 0, curators = spec->curator_count > 0;
  bool arrays = space || curators || spec->step_count > 0 || spec->samples || spec->metric_count;
  ag_status status = ag_config_apply(config, spec->setting, spec->setting_count, error);
  if (!status)
    status = stand_in(config, "space", space, error);
  if (!status)
    status = stand_in(config, "curators", curators, error);
  return status ? status
                : make_and_free(config, &(ag_outline){.spec = *spec}, !arrays, game, error);
}

ag_status ag_game_make(const ag_game_spec *spec, ag_game **game, ag_error *error)
{
  ag_config *config = NULL;
  ag_outline outline = {.spec = *spec};
  ag_status status;
  if (spec->setting_count == 0) {
    status = ag_outline_make(&outline, game, error);
    ag_outline_free(&outline);
    return status;
  }
  status = ag_config_create(spec->name ? spec->name : "game", &config, error);
  if (!status)
    status = make_of_settings(spec, config, game, error);
  ag_config_free(config);
  return status;
}

static ag_status read_and_free(ag_config *config, ag_game **game, ag_error *error)
{
  ag_status status = ag_game_read(config, game, error);
  ag_config_free(config);
  return status;
}

/* A preset of this name, where there is no file of it. */
static const char *find_preset(const char *path)
{
  return ag_path_is_there(path) ? NULL : ag_preset_text(path);
}

ag_status ag_game_source(const char *path, char **text, size_t *size, ag_error *error)
{
  const char *preset = find_preset(path);
  if (!preset)
    return ag_config_read(path, text, size, error);
  *size = strlen(preset);
  *text = ag_text_copy(preset);
  return *text ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a preset");
}

ag_status ag_game_open(const char *path, const char *const *overrides, size_t count,
                       ag_config **config, ag_error *error)
{
  const char *preset = find_preset(path);
  return preset ? ag_config_parse(path, preset, strlen(preset), overrides, count, config, error)
                : ag_config_load(path, overrides, count, config, error);
}

ag_status ag_game_load(const char *path, const char *const *overrides, size_t count, ag_game **game,
                       ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_game_open(path, overrides, count, &config, error);
  return status ? status : read_and_free(config, game, error);
}

ag_status ag_game_load_trusted(const char *path, const char *const *overrides, size_t count,
                               ag_game **game, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_game_open(path, overrides, count, &config, error);
  if (status)
    return status;
  ag_config_allow_programs(config);
  return read_and_free(config, game, error);
}

ag_status ag_game_parse(const char *name, const char *text, size_t size,
                        const char *const *overrides, size_t count, ag_game **game, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_parse(name, text, size, overrides, count, &config, error);
  return status ? status : read_and_free(config, game, error);
}
