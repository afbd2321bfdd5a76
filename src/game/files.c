#include "game/files.h"

#include <string.h>

typedef struct walk {
  ag_named_visitor *visit;
  void *context;
} walk;

static bool is_scalar(ag_node node)
{
  return ag_node_get_kind(node) == AG_NODE_SCALAR;
}

/* `command: LINE`, or a mapping in which every text but these two is a line. */
static ag_status visit_command(const walk *w, ag_node node, ag_error *error)
{
  ag_status status = AG_OK;
  if (is_scalar(node))
    return w->visit(w->context, node, AG_NAMED_COMMAND, error);
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return AG_OK;
  for (size_t i = 0; i < ag_node_count(node) && status == AG_OK; i++) {
    const char *key;
    ag_node key_node, value;
    ag_node_entry(node, i, &key, &key_node, &value);
    if (is_scalar(value) && strcmp(key, "timeout") != 0 && strcmp(key, "keep") != 0)
      status = w->visit(w->context, value, AG_NAMED_COMMAND, error);
  }
  return status;
}

/* parent: the key under which node stands. */
static ag_status visit_node(const walk *w, ag_node node, const char *parent, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < ag_node_count(node) && status == AG_OK; i++) {
    const char *key = parent;
    ag_node key_node, value;
    if (ag_node_get_kind(node) == AG_NODE_MAPPING)
      ag_node_entry(node, i, &key, &key_node, &value);
    else
      value = ag_node_item(node, i);
    if (strcmp(key, "command") == 0)
      status = visit_command(w, value, error);
    else if (is_scalar(value) && strcmp(key, "file") == 0)
      status = w->visit(w->context, value, AG_NAMED_DATA, error);
    else if (is_scalar(value) && strcmp(key, "model") == 0 && strcmp(parent, "gpt2") == 0)
      status = w->visit(w->context, value, AG_NAMED_MODEL, error);
    else
      status = visit_node(w, value, key, error);
  }
  return status;
}

ag_status ag_game_visit_files(const ag_config *config, ag_named_visitor *visit, void *context,
                              ag_error *error)
{
  static const char *const parts[] = {"space", "curators", "generator"};
  const walk w = {visit, context};
  ag_status status = AG_OK;
  for (size_t p = 0; p < sizeof parts / sizeof *parts && status == AG_OK; p++)
    status = visit_node(&w, ag_node_find(ag_config_root(config), parts[p]), parts[p], error);
  return status;
}
