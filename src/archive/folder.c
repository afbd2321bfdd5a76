#include <aligngame/files.h>

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

static ag_status expect_none(const char *path, ag_error *error)
{
  if (!is_taken(path))
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s is there already and no result of an earlier call: it stays; name another "
                 "place with -o",
                 path);
}

static ag_status is_own(const char *path, const char *mark, bool *own, ag_error *error)
{
  enum { MARK_WITHIN = 4096 };
  struct stat there;
  *own = stat(path, &there) == 0 && S_ISREG(there.st_mode);
  return *own ? ag_file_begins(path, MARK_WITHIN, mark, own, error) : AG_OK;
}

ag_status ag_results_begin(const ag_results *results, const char *directory, ag_error *error)
{
  ag_status status = AG_OK;
  bool own = false;
  for (size_t i = 0; results->file[i] && status == AG_OK; i++) {
    char *path = place(directory, results->file[i]);
    status = path ? AG_OK : ag_fail_memory(error);
    if (status == AG_OK && i == 0)
      status = is_own(path, results->mark, &own, error);
    if (status == AG_OK && !own)
      status = expect_none(path, error);
    if (status == AG_OK)
      ag_drafts_sweep(path);
    free(path);
  }
  return status;
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

ag_status ag_folder_begin(const char *path, ag_folder_draft *draft, ag_error *error)
{
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/')
    length--;
  *draft = (ag_folder_draft){.lock = -1};
  char *place = strndup(path, length);
  ag_status status = place ? make_parent(place, error) : ag_fail_memory(error);
  if (status == AG_OK) {
    ag_drafts_sweep(place);
    status = ag_draft_make_folder(place, &draft->path, &draft->lock, error);
  }
  free(place);
  return status;
}

static void end(ag_folder_draft *draft)
{
  if (draft->lock >= 0)
    close(draft->lock);
  free(draft->path);
  *draft = (ag_folder_draft){.lock = -1};
}

/* Both change places; where the file system cannot do that, what is there goes first. */
static bool exchange(const char *draft, const char *path)
{
  if (renameat2(AT_FDCWD, draft, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
    return true;
  if (errno != EINVAL && errno != ENOSYS)
    return false;
  ag_folder_of_files_remove(path);
  return rename(draft, path) == 0;
}

ag_status ag_folder_publish(ag_folder_draft *draft, const char *path, ag_error *error)
{
  bool placed = rename(draft->path, path) == 0, replaced = false;
  if (!placed && (errno == ENOTEMPTY || errno == EEXIST))
    placed = replaced = exchange(draft->path, path);
  if (!placed)
    return ag_fail_system(error, "write", path, errno);
  ag_status status = ag_directory_sync_parent(path, error);
  if (replaced)
    ag_folder_of_files_remove(draft->path);
  end(draft);
  return status;
}

void ag_folder_discard(ag_folder_draft *draft)
{
  if (draft->path)
    ag_folder_of_files_remove(draft->path);
  end(draft);
}
