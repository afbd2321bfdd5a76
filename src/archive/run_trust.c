/* Whose a run directory is, and that what lies in it are files. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/run_directory.h"
#include "base/files.h"
#include "base/memory.h"

/* The folders of a run directory; "." is the directory itself. */
static const char *const folders[] = {".", "inputs", "model"};

static bool is_dots(const char *name)
{
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Visits the names in all folders with what they are, links as links. */
typedef ag_status name_visitor(void *context, const char *folder, const char *name,
                               const struct stat *information, ag_error *error);

static ag_status visit_folder(const char *path, const char *folder, name_visitor *visit,
                              void *context, ag_error *error)
{
  struct stat information;
  char *whole = ag_path_join(path, folder);
  if (whole == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  bool there =
      strcmp(folder, ".") == 0 || (lstat(whole, &information) == 0 && S_ISDIR(information.st_mode));
  DIR *listing = there ? opendir(whole) : NULL;
  if (there && listing == NULL && errno != ENOENT && errno != ENOTDIR) /* that is said elsewhere */
    status = ag_fail_system(error, "read", whole, errno);
  for (struct dirent *entry;
       status == AG_OK && listing != NULL && (entry = readdir(listing)) != NULL;)
    if (!is_dots(entry->d_name) &&
        fstatat(dirfd(listing), entry->d_name, &information, AT_SYMLINK_NOFOLLOW) == 0)
      status = visit(context, folder, entry->d_name, &information, error);
  if (listing != NULL)
    closedir(listing);
  free(whole);
  return status;
}

static ag_status visit_names(const char *path, name_visitor *visit, void *context, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < sizeof folders / sizeof *folders && status == AG_OK; i++)
    status = visit_folder(path, folders[i], visit, context, error);
  return status;
}

/* --- files --- */

static bool is_folder_of_ours(const char *name)
{
  return strcmp(name, "inputs") == 0 || strcmp(name, "model") == 0;
}

/* Names that this program reads or writes; what else lies beside them is the user's. */
static bool is_ours(const char *folder, const char *name)
{
  return folder[0] != '.' || ag_run_file_is_result(name) || strncmp(name, "run.", 4) == 0 ||
         strcmp(name, "SHA256SUMS") == 0;
}

static ag_status expect_file(void *context, const char *folder, const char *name,
                             const struct stat *information, ag_error *error)
{
  bool top = folder[0] == '.', may_be_folder = top && is_folder_of_ours(name);
  if (!may_be_folder && !is_ours(folder, name))
    return AG_OK;
  if (may_be_folder ? S_ISDIR(information->st_mode) : S_ISREG(information->st_mode))
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s/%s%s%s is %s: a run directory holds regular files alone. Nothing was touched",
                 (const char *)context, top ? "" : folder, top ? "" : "/", name,
                 S_ISLNK(information->st_mode) ? "a link" : "no regular file");
}

ag_status ag_run_directory_expect_files(const char *path, ag_error *error)
{
  char *name = ag_text_copy(path);
  if (name == NULL)
    return ag_fail_memory(error);
  ag_status status = visit_names(path, expect_file, name, error);
  free(name);
  return status;
}

/* --- owners --- */

/* Why what is known of a file lets somebody else have written it; NULL: nothing does. A group of
 * the user's own is what many systems give new files to. */
static const char *suspicion(const struct stat *information)
{
  if (information->st_uid != geteuid())
    return "belongs to";
  if (S_ISLNK(information->st_mode))
    return NULL;
  if (information->st_mode & S_IWOTH)
    return "can be written by everybody";
  if (information->st_mode & S_IWGRP && information->st_gid != getegid())
    return "can be written by another group";
  return NULL;
}

static ag_status tell(const char *path, const char *name, const struct stat *information,
                      const char *what, char **why, ag_error *error)
{
  char owner[80] = "", room[4096];
  struct passwd entry, *user = NULL;
  getpwuid_r(information->st_uid, &entry, room, sizeof room, &user);
  if (information->st_uid != geteuid() && user != NULL)
    snprintf(owner, sizeof owner, " %.60s", user->pw_name);
  else if (information->st_uid != geteuid())
    snprintf(owner, sizeof owner, " user %lu", (unsigned long)information->st_uid);
  int length = asprintf(why, "%s%s%s %s%s", path, name[0] ? "/" : "", name, what, owner);
  if (length >= 0)
    return AG_OK;
  *why = NULL;
  return ag_fail_memory(error);
}

typedef struct search {
  const char *path;
  char *why;
} search;

static ag_status look_at(void *context, const char *folder, const char *name,
                         const struct stat *information, ag_error *error)
{
  search *found = context;
  const char *what = suspicion(information);
  char whole[300];
  if (what == NULL || found->why != NULL)
    return AG_OK;
  bool top = folder[0] == '.';
  snprintf(whole, sizeof whole, "%s%s%.255s", top ? "" : folder, top ? "" : "/", name);
  return tell(found->path, whole, information, what, &found->why, error);
}

ag_status ag_run_is_strange(const char *directory, char **why, ag_error *error)
{
  struct stat information;
  search found = {directory, NULL};
  *why = NULL;
  if (stat(directory, &information) != 0)
    return ag_fail_system(error, "open the directory", directory, errno);
  const char *what = suspicion(&information);
  ag_status status = what != NULL ? tell(directory, "", &information, what, why, error)
                                  : visit_names(directory, look_at, &found, error);
  if (found.why != NULL)
    *why = found.why;
  return status;
}
