#include <aligngame/files.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/stream.h"

FILE *ag_text_open(char **text, size_t *size)
{
  return ag_text_stream(text, size);
}

ag_status ag_text_save(char *text, const char *path, ag_error *error)
{
  ag_draft draft;
  size_t size = text ? strlen(text) : 0;
  ag_status status = text ? ag_draft_open_stream(path, &draft, error) : ag_fail_memory(error);
  if (!status) {
    fwrite(text, 1, size, draft.stream);
    if (size == 0 || text[size - 1] != '\n')
      fputc('\n', draft.stream);
    status = ag_draft_publish(&draft, error);
  }
  free(text);
  return status;
}

static char *place(const char *directory, const char *file)
{
  return directory ? ag_path_join(directory, file) : ag_text_copy(file);
}

/* A link that leads nowhere is there as well. */
static bool is_taken(const char *path)
{
  return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || ag_path_is_there(path);
}

static ag_status expect_none(const ag_results *results, const char *directory, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; results->file[i] && status == AG_OK; i++) {
    char *path = place(directory, results->file[i]);
    if (!path)
      status = ag_fail_memory(error);
    else if (is_taken(path))
      status = ag_fail(error, AG_ERROR_INPUT,
                       "%s is there already and no result of an earlier call: it stays; name "
                       "another place with -o",
                       path);
    free(path);
  }
  return status;
}

ag_status ag_results_expect_own(const ag_results *results, const char *directory, ag_error *error)
{
  enum { MARK_WITHIN = 4096 };
  struct stat there;
  char *path = place(directory, results->file[0]);
  if (!path)
    return ag_fail_memory(error);
  bool own = stat(path, &there) == 0 && S_ISREG(there.st_mode);
  ag_status status = own ? ag_file_begins(path, MARK_WITHIN, results->mark, &own, error) : AG_OK;
  free(path);
  return status == AG_OK && !own ? expect_none(results, directory, error) : status;
}

/* path: cut and made whole again. */
static ag_status make_parent(char *path, ag_error *error)
{
  char *slash = strrchr(path, '/');
  if (!slash || slash == path)
    return AG_OK;
  *slash = '\0';
  ag_status status = ag_directory_make(path, error);
  *slash = '/';
  return status;
}

ag_status ag_folder_begin(const char *path, char **draft, ag_error *error)
{
  enum { TRIES = 1000 };
  static const char tail[] = ".draft-0000";
  size_t length = strlen(path), size = length + sizeof tail;
  while (length > 1 && path[length - 1] == '/')
    length--;
  *draft = strndup(path, length);
  ag_status status = *draft ? make_parent(*draft, error) : ag_fail_memory(error);
  free(*draft);
  *draft = status ? NULL : malloc(size);
  if (!*draft)
    return status ? status : ag_fail_memory(error);
  for (int i = 1; i < TRIES; i++) {
    snprintf(*draft, size, "%.*s.draft-%d", (int)length, path, i);
    if (mkdir(*draft, 0777) == 0)
      return AG_OK;
    if (errno != EEXIST)
      break;
  }
  status = ag_fail_system(error, "make the directory", *draft, errno);
  free(*draft);
  *draft = NULL;
  return status;
}

/* Both change places; where the file system cannot do that, what is there goes first. */
static bool exchange(const char *draft, const char *path)
{
  if (renameat2(AT_FDCWD, draft, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
    return true;
  if (errno != EINVAL && errno != ENOSYS)
    return false;
  ag_folder_discard(path);
  return rename(draft, path) == 0;
}

ag_status ag_folder_publish(const char *draft, const char *path, ag_error *error)
{
  bool placed = rename(draft, path) == 0, replaced = false;
  if (!placed && (errno == ENOTEMPTY || errno == EEXIST))
    placed = replaced = exchange(draft, path);
  if (!placed)
    return ag_fail_system(error, "write", path, errno);
  ag_status status = ag_directory_sync_parent(path, error);
  if (replaced)
    ag_folder_discard(draft);
  return status;
}

void ag_folder_discard(const char *draft)
{
  DIR *folder = draft ? opendir(draft) : NULL;
  for (struct dirent *entry; folder && (entry = readdir(folder));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      unlinkat(dirfd(folder), entry->d_name, 0);
  if (folder)
    closedir(folder);
  if (draft)
    rmdir(draft);
}
