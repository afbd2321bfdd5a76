#include "game/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/files.h"
#include "base/text.h"
#include "space/kinds.h"

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

/* --- streams --- */

static const char held_folder[] = "/proc/self/fd/";

bool ag_stream_is(const char *path)
{
  struct stat information;
  if (strcmp(path, "-") == 0 || strncmp(path, held_folder, sizeof held_folder - 1) == 0)
    return true;
  return stat(path, &information) == 0 && !S_ISREG(information.st_mode) &&
         !S_ISDIR(information.st_mode);
}

static bool write_all(int to, const char *bytes, size_t size)
{
  for (ssize_t done = 0, part; done < (ssize_t)size; done += part)
    if ((part = write(to, bytes + done, size - (size_t)done)) <= 0)
      return false;
  return true;
}

/* All that comes, as far as it may be read. */
static ag_status pour(int from, const char *name, int to, ag_error *error)
{
  enum { PIECE = 1 << 16 };
  char piece[PIECE];
  ag_lines lines = {0};
  size_t most = ag_file_room(from), room = most;
  ag_status status = AG_OK;
  ssize_t count;
  while (status == AG_OK && (count = read(from, piece, sizeof piece)) != 0) {
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return ag_fail_system(error, "read", name, errno);
    if ((size_t)count > room)
      return ag_fail_at(error, name, 0, 0, NULL,
                        "it holds more than the %.3g MB of it that are read here",
                        (double)most / 1e6);
    room -= (size_t)count;
    status = ag_lines_take(&lines, name, piece, (size_t)count, error);
    if (status == AG_OK && !write_all(to, piece, (size_t)count))
      return ag_fail_system(error, "read", name, errno);
  }
  return status;
}

/* The descriptor of a new file in memory, which streams own; -1 and errno. */
static int add_stream(ag_streams *streams)
{
  int *wider = realloc(streams->descriptor, (streams->count + 1) * sizeof *wider);
  if (!wider)
    return -1;
  streams->descriptor = wider;
  int made = memfd_create("standard input", MFD_CLOEXEC);
  if (made >= 0)
    streams->descriptor[streams->count++] = made;
  return made;
}

static ag_status hold(ag_streams *streams, const char *path, ag_error *error)
{
  bool standard = strcmp(path, "-") == 0;
  const char *name = standard ? "standard input" : path;
  int from = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0)
    return ag_fail_system(error, "read", name, errno);
  int to = add_stream(streams);
  ag_status status =
      to < 0 ? ag_fail_system(error, "read", name, errno) : pour(from, name, to, error);
  if (!standard)
    close(from);
  return status;
}

typedef struct holding {
  ag_config *config;
  ag_streams *streams;
} holding;

static ag_status hold_node(void *context, ag_node node, ag_named kind, ag_error *error)
{
  const holding *to = context;
  const char *given;
  char *path = NULL, held[40];
  if (kind != AG_NAMED_DATA || ag_node_text(node, "a file", &given, NULL) != AG_OK)
    return AG_OK; /* the reader says what is wrong */
  ag_status status = strcmp(given, "-") == 0 ? AG_OK : ag_space_resolve_path(node, &path, error);
  const char *from = path ? path : given;
  if (status == AG_OK && ag_stream_is(from) && strncmp(from, held_folder, sizeof held_folder - 1)) {
    status = hold(to->streams, from, error);
    if (status == AG_OK) {
      snprintf(held, sizeof held, "%s%d", held_folder,
               to->streams->descriptor[to->streams->count - 1]);
      status = ag_config_replace_text(to->config, node, held, error);
    }
  }
  free(path);
  return status;
}

ag_status ag_streams_hold(ag_config *config, ag_streams *streams, ag_error *error)
{
  *streams = (ag_streams){.count = 0};
  return ag_game_visit_files(config, hold_node, &(holding){config, streams}, error);
}

void ag_streams_close(ag_streams *streams)
{
  for (size_t i = 0; i < streams->count; i++)
    close(streams->descriptor[i]);
  free(streams->descriptor);
  *streams = (ag_streams){.count = 0};
}
