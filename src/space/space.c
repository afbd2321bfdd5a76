#include "space/space.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/density.h"
#include "space/kinds.h"

const ag_space_type *const ag_space_types[] = {&ag_space_atoms, &ag_space_table, &ag_space_box,
                                               &ag_space_cloud, &ag_space_text,  NULL};

static const ag_description *space_at(size_t index)
{
  return ag_space_types[index] ? &ag_space_types[index]->is : NULL;
}

const ag_list ag_spaces = {.what = "kind of space", .at = space_at};

ag_status ag_space_check_size(ag_node node, double count, ag_error *error)
{
  const double bytes_an_item = 64;
  double budget = (double)ag_memory_budget();
  if (count * bytes_an_item <= budget)
    return AG_OK;
  return ag_node_fail(node, error,
                      "%.4g items need about %.3g GB of memory, but %.3g GB are available", count,
                      count * bytes_an_item / 1e9, budget / 1e9);
}

ag_status ag_space_take_corners(ag_node mapping, ag_corners *corners, ag_space *space,
                                ag_error *error)
{
  ag_node upper = ag_node_find(mapping, "upper");
  if (corners->upper.count != corners->lower.count)
    return ag_node_fail(upper, error,
                        "upper: expected %zu numbers, as many as lower has, found %zu",
                        corners->lower.count, corners->upper.count);
  space->dim = corners->lower.count;
  space->lower = corners->lower.value;
  space->upper = corners->upper.value;
  *corners = (ag_corners){.lower = {.count = 0}};
  for (size_t d = 0; d < space->dim; d++) {
    ag_node item = ag_node_get_kind(upper) == AG_NODE_SEQUENCE ? ag_node_item(upper, d) : upper;
    if (!(space->upper[d] > space->lower[d]) || !isfinite(space->upper[d] - space->lower[d]))
      return ag_node_fail(item, error,
                          "upper: expected a number above lower (%g) by a finite length, found %g",
                          space->lower[d], space->upper[d]);
  }
  return AG_OK;
}

/* from, as seen from the folder in which the file `name` lies. Owner: the caller; NULL
 * where memory is out. */
static char *join_path(const char *name, const char *from)
{
  if (strcmp(from, "-") == 0) /* standard input lies nowhere */
    return ag_text_copy(from);
  const char *slash = strrchr(name, '/');
  size_t folder = from[0] == '/' || !slash ? 0 : (size_t)(slash - name) + 1;
  size_t size = folder + strlen(from) + 1;
  char *made = malloc(size);
  if (made)
    snprintf(made, size, "%.*s%s", (int)folder, name, from);
  return made;
}

ag_status ag_space_find_folder(const ag_config *config, char **folder, ag_error *error)
{
  const char *from = ".";
  ag_node node = ag_node_find(ag_config_root(config), "folder");
  ag_status status = ag_node_present(node) ? ag_node_text(node, "the folder", &from, error) : AG_OK;
  if (status != AG_OK)
    return status;
  char *made = join_path(ag_config_name(config), from);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a path");
  *folder = made;
  return AG_OK;
}

ag_status ag_space_resolve_path(ag_node node, char **path, ag_error *error)
{
  const char *file;
  char *folder = NULL, *made = NULL;
  ag_status status = ag_node_text(node, "file", &file, error);
  if (status != AG_OK)
    return status;
  if (!ag_node_present(ag_node_find(ag_config_root(node.config), "folder")) ||
      strcmp(file, "-") == 0) {
    made = join_path(ag_config_name(node.config), file);
  } else {
    status = ag_space_find_folder(node.config, &folder, error);
    if (status != AG_OK)
      return status;
    if (asprintf(&made, "%s%s%s", file[0] == '/' ? "" : folder, file[0] == '/' ? "" : "/", file) <
        0)
      made = NULL;
    free(folder);
  }
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a path");
  *path = made;
  return AG_OK;
}

ag_status ag_space_open_csv(ag_node node, const ag_csv_options *options, char **source,
                            ag_csv **csv, ag_error *error)
{
  ag_status status = ag_space_resolve_path(node, source, error);
  if (status != AG_OK)
    return status;
  ag_error reason;
  status = ag_csv_load(*source, options, csv, &reason);
  /* A file that cannot be opened is the game file's mistake. */
  if (status == AG_ERROR_INPUT && reason.line == 0)
    return ag_node_fail(node, error, "%s: %s", *source, reason.message);
  if (status != AG_OK && error)
    *error = reason;
  return status;
}

ag_status ag_space_read(ag_node node, ag_space **space, ag_error *error)
{
  const ag_description *picked = NULL;
  ag_node name_node, value;
  void *given = NULL;
  ag_status status = ag_list_pick(&ag_spaces, node, NULL, &picked, &name_node, &value, error);
  if (status == AG_OK)
    status = ag_description_read(picked, name_node, value, &given, error);
  if (status != AG_OK)
    return status;
  ag_space *made = calloc(1, sizeof *made);
  if (made) {
    made->type = (const ag_space_type *)picked;
    status = made->type->read(value, given, made, error);
  } else {
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a space");
  }
  ag_description_free(picked, given);
  if (status == AG_OK)
    *space = made;
  else
    ag_space_free(made);
  return status;
}

static void free_texts(char **texts, size_t count)
{
  for (size_t i = 0; texts && i < count; i++)
    free(texts[i]);
  free(texts);
}

ag_space *ag_space_share(ag_space *space)
{
  space->users++;
  return space;
}

void ag_space_free(ag_space *space)
{
  if (!space || space->users-- > 0)
    return;
  for (size_t i = 0; i < space->unread_count; i++) {
    free(space->unread[i].name);
    free(space->unread[i].why);
  }
  free(space->unread);
  free(space->understood);
  free(space->log_mass);
  free(space->lower);
  free(space->upper);
  free(space->cells);
  free_texts(space->label, space->count);
  free(space->group);
  free_texts(space->group_name, space->group_count);
  for (size_t i = 0; space->column && i < space->column_count; i++)
    free(space->column[i]);
  free(space->column);
  free_texts(space->column_name, space->column_count);
  free_texts(space->held_out, space->held_out_count);
  free(space->source_line);
  free(space->source);
  free(space->remark);
  free(space->point);
  if (space->density)
    ag_density_free(space->density);
  free(space->density);
  free(space);
}

size_t ag_space_find_column(const ag_space *space, const char *name)
{
  for (size_t i = 0; i < space->column_count; i++)
    if (strcmp(space->column_name[i], name) == 0)
      return i;
  return SIZE_MAX;
}
