/* Pages are sent on: whose folders lie where is nobody's business. */
#include <stdlib.h>
#include <string.h>

#include <aligngame/json.h>

#include "base/config.h"
#include "base/files.h"
#include "base/memory.h"
#include "game/files.h"
#include "report/forecast_parts.h"
#include "report/page.h"

const char *ag_page_file_name(const char *path)
{
  const char *end = path + strlen(path);
  if (path[0] != '/' || strncmp(path, "/dev/", 5) == 0)
    return path; /* a pipe's number is no name */
  while (end > path + 1 && end[-1] == '/')
    end--;
  while (end > path + 1 && end[-1] != '/')
    end--;
  return *end != '\0' ? end : path;
}

const char *ag_page_understood(const ag_forecast *forecast)
{
  const char *text = ag_game_understood(forecast->game), *file = forecast->options.file;
  bool begins = text && strncmp(text, file, strlen(file)) == 0;
  return begins ? text + (ag_page_file_name(file) - file) : text;
}

/* The text with `…/NAME` in place of each absolute path: of all of it, or of its words. */
static char *shorten(const char *text, bool words)
{
  static const char ends[] = " \t\n'\"|&;<>()=", sign[] = "…/";
  char *shorter = malloc(sizeof sign * (strlen(text) + 1)), *to = shorter;
  if (shorter == NULL)
    return NULL;
  while (*text != '\0') {
    size_t length = words ? strcspn(text, ends) : strlen(text), last = length;
    while (last > 0 && text[last - 1] != '/')
      last--;
    if (text[0] == '/' && last > 1) {
      memcpy(to, sign, sizeof sign - 1);
      to += sizeof sign - 1;
      text += last;
      length -= last;
    }
    length += text[length] != '\0'; /* what ends the word */
    memcpy(to, text, length);
    to += length;
    text += length;
  }
  *to = '\0';
  return shorter;
}

char *ag_json_shorten(const char *path)
{
  return shorten(path, false);
}

static ag_status hide(ag_config *config, ag_node node, bool words, ag_error *error)
{
  const char *text;
  if (!ag_node_present(node) || ag_node_get_kind(node) != AG_NODE_SCALAR ||
      ag_node_text(node, "a path", &text, NULL) != AG_OK || strchr(text, '/') == NULL)
    return AG_OK;
  char *shorter = shorten(text, words);
  ag_status status = AG_OK;
  if (shorter == NULL)
    return ag_fail_memory(error);
  if (strcmp(shorter, text) != 0)
    status = ag_config_replace_text(config, node, shorter, error);
  free(shorter);
  return status;
}

static ag_status hide_named(void *context, ag_node node, ag_named kind, ag_error *error)
{
  return hide(context, node, kind == AG_NAMED_COMMAND, error);
}

ag_status ag_page_hide_paths(char **text, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_parse("game", *text, strlen(*text), NULL, 0, &config, error);
  if (status != AG_OK)
    return status;
  ag_node root = ag_config_root(config);
  ag_node command = ag_node_find(ag_node_find(root, "generator"), "command");
  status = ag_game_visit_files(config, hide_named, config, error);
  if (status == AG_OK)
    status = hide(config, ag_node_find(root, "folder"), false, error);
  if (status == AG_OK)
    status = hide(config, ag_node_find(command, "keep"), false, error);
  char *hidden = status == AG_OK ? ag_config_text(config) : NULL;
  ag_config_free(config);
  if (status == AG_OK && hidden == NULL)
    status = ag_fail_memory(error);
  if (status != AG_OK)
    return status;
  free(*text);
  *text = hidden;
  return AG_OK;
}
