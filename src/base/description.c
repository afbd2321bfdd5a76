/* Lists of descriptors: what a game file names, and its parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/features.h"
#include "base/parameter.h"

const ag_description *ag_list_find(const ag_list *list, const char *name)
{
  const ag_description *entry;
  for (size_t i = 0; (entry = list->at(i)); i++)
    if (strcmp(entry->name, name) == 0)
      return entry;
  return NULL;
}

enum { NAMES = 64, LISTED = 512 };

static size_t list_names(const ag_list *list, const char *names[NAMES])
{
  const ag_description *entry;
  size_t count = 0;
  for (; count < NAMES && (entry = list->at(count)); count++)
    names[count] = entry->name;
  return count;
}

ag_status ag_list_fail(const ag_list *list, ag_node node, const char *name, ag_error *error)
{
  const char *names[NAMES];
  char all[LISTED];
  size_t count = list_names(list, names);
  const char *near = ag_nearest_name(name, names, count);
  const char *library = list->needs ? ag_need_missing(list->needs, name) : NULL;
  if (library)
    return ag_node_fail(node, error, "the %s `%s` needs %s, which this build lacks", list->what,
                        name, library);
  if (near)
    return ag_node_fail(node, error, "unknown %s `%.60s`; did you mean `%s`?", list->what, name,
                        near);
  ag_join_names(names, count, all, sizeof all);
  return ag_node_fail(node, error, "unknown %s `%.60s`; there are: %s", list->what, name, all);
}

/* Neither a name nor a mapping of one. */
static ag_status fail_form(const ag_list *list, ag_node node, ag_error *error)
{
  const ag_description *shown = list->at(0);
  const char *names[NAMES];
  char all[LISTED];
  for (size_t i = 0; list->bare && shown && !(shown->parameters && shown->example); i++)
    shown = list->at(i);
  ag_join_names(names, list_names(list, names), all, sizeof all);
  return ag_node_fail(
      node, error, "expected a %s: %sa mapping with one key, such as `%s`; there are: %s",
      list->what, list->bare ? "its name, or " : "", shown ? shown->example : "", all);
}

static ag_status find_key(const ag_list *list, ag_node node, const char *besides, const char **name,
                          ag_node *name_node, ag_node *value, ag_error *error)
{
  *name = NULL;
  for (size_t i = 0; i < ag_node_count(node); i++) {
    const char *key;
    ag_node key_node, entry;
    ag_node_entry(node, i, &key, &key_node, &entry);
    if (besides && strcmp(key, besides) == 0)
      continue;
    if (*name)
      return ag_node_fail(key_node, error, "a %s has exactly one key, but here are `%s` and `%s`%s",
                          list->what, *name, key, list->several ? list->several : "");
    *name = key;
    *name_node = key_node;
    *value = entry;
  }
  return *name ? AG_OK : fail_form(list, node, error);
}

ag_status ag_list_pick(const ag_list *list, ag_node node, const char *besides,
                       const ag_description **picked, ag_node *name_node, ag_node *value,
                       ag_error *error)
{
  const char *name = NULL;
  ag_status status = AG_OK;
  ag_node_kind kind = ag_node_get_kind(node);
  *name_node = node;
  *value = (ag_node){NULL, 0};
  if (kind == AG_NODE_MAPPING)
    status = find_key(list, node, besides, &name, name_node, value, error);
  else if (kind != AG_NODE_SCALAR || !list->bare)
    status = fail_form(list, node, error);
  else
    status = ag_node_text(node, list->what, &name, error);
  if (status != AG_OK)
    return status;
  *picked = ag_list_find(list, name);
  return *picked ? AG_OK : ag_list_fail(list, *name_node, name, error);
}

ag_status ag_description_read(const ag_description *type, ag_node name_node, ag_node value,
                              void **self, ag_error *error)
{
  void *made = NULL;
  ag_error reason = {.status = AG_OK};
  ag_status status = ag_array_create(type->size > 0, type->size, &made, error);
  if (status != AG_OK)
    return status;
  if (made)
    memset(made, 0, type->size);
  status = ag_parameters_read(value, type->name, type->parameters, made, &reason);
  if (status == AG_OK) {
    *self = made;
    return AG_OK;
  }
  free(made);
  if (status == AG_ERROR_INPUT && reason.line == 0) /* no value to fail at */
    return ag_node_fail(name_node, error, "%s", reason.message);
  if (error)
    *error = reason;
  return status;
}

void ag_description_free(const ag_description *type, void *self)
{
  ag_parameters_free(type->parameters, self);
  free(self);
}
