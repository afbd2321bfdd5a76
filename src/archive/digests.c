#include "archive/digests.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/text.h"

enum { DIGITS = AG_SHA256_HEX - 1, LIST_MOST = 1 << 24 };

static const char list_name[] = "SHA256SUMS";
static const char end_words[] = "the lines above";

/* --- names --- */

ag_status ag_names_add(ag_names *names, const char *name, const char *sha256, ag_error *error)
{
  ag_named_file *wider = realloc(names->file, (names->count + 1) * sizeof *wider);
  if (wider == NULL)
    return ag_fail_memory(error);
  names->file = wider;
  ag_named_file *file = &wider[names->count];
  *file = (ag_named_file){.name = ag_text_copy(name)};
  if (file->name == NULL)
    return ag_fail_memory(error);
  if (sha256 != NULL)
    snprintf(file->sha256, sizeof file->sha256, "%s", sha256);
  names->count++;
  return AG_OK;
}

static int compare_names(const void *left, const void *right)
{
  return strcmp(((const ag_named_file *)left)->name, ((const ag_named_file *)right)->name);
}

static ag_status add_entry(ag_names *names, int folder_descriptor, const char *folder,
                           const char *name, ag_error *error)
{
  struct stat information;
  char *whole = NULL;
  if (fstatat(folder_descriptor, name, &information, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(information.st_mode) || strpbrk(name, "\n\\"))
    return AG_OK;
  whole = ag_path_join(folder, name);
  ag_status status =
      whole != NULL ? ag_names_add(names, whole, NULL, error) : ag_fail_memory(error);
  free(whole);
  return status;
}

ag_status ag_names_add_folder(ag_names *names, const char *directory, const char *folder,
                              ag_error *error)
{
  size_t first = names->count;
  char *path = ag_path_join(directory, folder);
  if (path == NULL)
    return ag_fail_memory(error);
  DIR *listing = opendir(path);
  ag_status status = AG_OK;
  if (listing == NULL && errno != ENOENT)
    status = ag_fail_system(error, "read", path, errno);
  for (struct dirent *entry;
       status == AG_OK && listing != NULL && (entry = readdir(listing)) != NULL;)
    status = add_entry(names, dirfd(listing), folder, entry->d_name, error);
  if (listing != NULL)
    closedir(listing);
  if (names->count > first)
    qsort(names->file + first, names->count - first, sizeof *names->file, compare_names);
  free(path);
  return status;
}

void ag_names_free(ag_names *names)
{
  for (size_t i = 0; i < names->count; i++)
    free(names->file[i].name);
  free(names->file);
  *names = (ag_names){0};
}

/* --- writing --- */

/* A line of the list, to the stream and into the list's own digest. */
static void put_line(FILE *stream, ag_sha256 *list, const char *hex, const char *name)
{
  fprintf(stream, "%s  %s\n", hex, name);
  ag_sha256_add(list, hex, DIGITS);
  ag_sha256_add(list, "  ", 2);
  ag_sha256_add(list, name, strlen(name));
  ag_sha256_add(list, "\n", 1);
}

static ag_status put_file(const char *directory, const ag_named_file *file, FILE *stream,
                          ag_sha256 *list, ag_error *error)
{
  char hex[AG_SHA256_HEX];
  uint64_t size;
  memcpy(hex, file->sha256, sizeof hex);
  if (hex[0] == '\0') {
    char *path = ag_path_join(directory, file->name);
    ag_status status =
        path != NULL ? ag_sha256_file(path, hex, &size, error) : ag_fail_memory(error);
    free(path);
    if (status != AG_OK)
      return status;
  }
  put_line(stream, list, hex, file->name);
  return AG_OK;
}

ag_status ag_digests_write(const char *directory, const ag_names *names, ag_error *error)
{
  ag_draft draft;
  ag_sha256 list;
  char hex[AG_SHA256_HEX], *path = ag_path_join(directory, list_name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = ag_draft_open_stream(path, &draft, error);
  free(path);
  if (status != AG_OK)
    return status;
  ag_sha256_begin(&list);
  for (size_t i = 0; status == AG_OK && i < names->count; i++)
    status = put_file(directory, &names->file[i], draft.stream, &list, error);
  if (status != AG_OK) {
    ag_draft_discard(&draft);
    return status;
  }
  ag_sha256_end(&list, hex);
  fprintf(draft.stream, "# %s  %s\n", hex, end_words);
  return ag_draft_publish(&draft, error);
}

/* --- checking --- */

typedef struct check {
  const char *directory, *last;
  bool files, results_may_lack;
  ag_digests_state *state;
} check;

static ag_status fail_list(const check *c, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s/%s has changed since it was written, or was cut: what the other files were "
                 "cannot be told. Nothing was touched",
                 c->directory, list_name);
}

/* What a file that is not as it was means, and what can be done. */
static ag_status fail_file(const check *c, const char *name, const char *what, ag_error *error)
{
  if (strchr(name, '/') != NULL || strcmp(name, c->last) == 0)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s/%s %s (its digest is in %s). Nothing was touched; put back a good copy of "
                   "the file",
                   c->directory, name, what, list_name);
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s/%s %s (its digest is in %s). Nothing was touched; without the file, "
                 "`aligngame run --resume -o %s` makes it again",
                 c->directory, name, what, list_name, c->directory);
}

static ag_status check_file(const check *c, const char *hex, const char *name, ag_error *error)
{
  char found[AG_SHA256_HEX], *path = ag_path_join(c->directory, name);
  uint64_t size;
  ag_status status = AG_OK;
  if (path == NULL)
    return ag_fail_memory(error);
  if (access(path, F_OK) != 0 && errno == ENOENT) {
    bool fatal = !c->results_may_lack || strcmp(name, c->last) == 0 || strchr(name, '/') != NULL;
    c->state->lacks = true;
    status = fatal ? fail_file(c, name, "is missing", error) : AG_OK;
  } else {
    status = ag_sha256_file(path, found, &size, error);
    if (status == AG_OK && strncmp(hex, found, DIGITS) != 0)
      status = fail_file(c, name, "has changed since it was written", error);
  }
  free(path);
  return status;
}

/* The lines [text, end), which the list's own digest has vouched for. */
static ag_status check_lines(const check *c, char *text, const char *end, ag_error *error)
{
  ag_status status = AG_OK;
  while (text < end && status == AG_OK) {
    char *stop = memchr(text, '\n', (size_t)(end - text));
    if (stop == NULL || stop - text < DIGITS + 3)
      return fail_list(c, error);
    *stop = '\0';
    const char *name = text + DIGITS + 2;
    if (name[0] == '/' || strncmp(name, "../", 3) == 0 || strstr(name, "/../") != NULL)
      return fail_list(c, error);
    c->state->sealed |= strcmp(name, c->last) == 0;
    if (c->files)
      status = check_file(c, text, name, error);
    text = stop + 1;
  }
  return status;
}

/* The list's last line and its digest. */
static ag_status check_list(const check *c, char *text, size_t size, ag_error *error)
{
  enum { END_SIZE = 2 + DIGITS + 2 + sizeof end_words }; /* the line's end in place of the NUL */
  ag_sha256 list;
  char hex[AG_SHA256_HEX], line[END_SIZE + 1];
  if (size < END_SIZE)
    return fail_list(c, error);
  ag_sha256_begin(&list);
  ag_sha256_add(&list, text, size - END_SIZE);
  ag_sha256_end(&list, hex);
  snprintf(line, sizeof line, "# %s  %s\n", hex, end_words);
  if (memcmp(line, text + size - END_SIZE, END_SIZE) != 0)
    return fail_list(c, error);
  return check_lines(c, text, text + size - END_SIZE, error);
}

static ag_status check_all(const check *c, ag_error *error)
{
  char *text = NULL, *path = ag_path_join(c->directory, list_name);
  size_t size = 0;
  *c->state = (ag_digests_state){0};
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  if (access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)) {
    c->state->found = true;
    status = ag_file_read_short(path, LIST_MOST, &text, &size, error);
    if (status == AG_OK)
      status = check_list(c, text, size, error);
  }
  free(text);
  free(path);
  return status;
}

ag_status ag_digests_check(const char *directory, const char *last, bool results_may_lack,
                           ag_digests_state *state, ag_error *error)
{
  return check_all(&(check){directory, last, true, results_may_lack, state}, error);
}

ag_status ag_digests_look(const char *directory, const char *last, ag_digests_state *state,
                          ag_error *error)
{
  return check_all(&(check){directory, last, false, false, state}, error);
}
