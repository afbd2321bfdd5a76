#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

ag_status ag_fail_system(ag_error *error, const char *action, const char *path, int reason)
{
  return ag_fail(error, AG_ERROR_IO, "cannot %s %s: %s", action, path, strerror(reason));
}

ag_status ag_fail_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "not enough memory");
}

char *ag_path_join(const char *directory, const char *name)
{
  size_t length = strlen(directory);
  const char *separator = length > 0 && directory[length - 1] == '/' ? "" : "/";
  size_t size = length + strlen(name) + 2;
  char *path = malloc(size);
  if (path != NULL)
    snprintf(path, size, "%s%s%s", directory, separator, name);
  return path;
}

bool ag_path_is_there(const char *path)
{
  return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

ag_status ag_file_begins(const char *path, size_t most, const char *word, bool *found,
                         ag_error *error)
{
  char head[4096];
  FILE *file = fopen(path, "rbe");
  if (!file)
    return ag_fail_system(error, "read", path, errno);
  size_t size = fread(head, 1, most < sizeof head ? most : sizeof head, file);
  bool failed = ferror(file);
  int reason = errno;
  fclose(file);
  *found = memmem(head, size, word, strlen(word)) != NULL;
  return failed ? ag_fail_system(error, "read", path, reason) : AG_OK;
}

ag_status ag_path_make_absolute(char **path, ag_error *error)
{
  if ((*path)[0] == '/')
    return AG_OK;
  char *here = getcwd(NULL, 0);
  if (here == NULL)
    return ag_fail_system(error, "find", ".", errno);
  char *joined = ag_path_join(here, *path);
  free(here);
  if (joined == NULL)
    return ag_fail_memory(error);
  free(*path);
  *path = joined;
  return AG_OK;
}

/* The directory that holds path, on the heap. */
static char *path_parent(const char *path)
{
  const char *slash = strrchr(path, '/');
  if (slash == NULL)
    return ag_text_copy(".");
  size_t length = slash == path ? 1 : (size_t)(slash - path);
  return strndup(path, length);
}

/* Waits until the names in a directory are on the disk. */
static ag_status directory_sync(const char *path, ag_error *error)
{
  int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0)
    return ag_fail_system(error, "open", path, errno);
  /* Some file systems cannot sync a directory and say EINVAL: then there is
   * nothing to wait for. */
  int reason = fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  close(descriptor);
  return reason == 0 ? AG_OK : ag_fail_system(error, "write", path, reason);
}

ag_status ag_directory_sync_parent(const char *path, ag_error *error)
{
  char *parent = path_parent(path);
  if (parent == NULL)
    return ag_fail_memory(error);
  ag_status status = directory_sync(parent, error);
  free(parent);
  return status;
}

/* Makes one directory whose parent exists. */
static ag_status make_one(const char *path, ag_error *error)
{
  if (mkdir(path, 0777) == 0) {
    ag_directory_sync_parent(path, NULL); /* a parent that cannot be read is no obstacle */
    return AG_OK;
  }
  int reason = errno;
  struct stat information;
  if (stat(path, &information) == 0) {
    if (S_ISDIR(information.st_mode))
      return AG_OK;
    reason = ENOTDIR;
  }
  return ag_fail_system(error, "make the directory", path, reason);
}

ag_status ag_directory_make(const char *path, ag_error *error)
{
  char *partial = ag_text_copy(path);
  if (partial == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  for (char *c = partial + 1; status == AG_OK && partial[0] != '\0' && *c != '\0'; c++) {
    if (*c != '/' || c[-1] == '/')
      continue;
    *c = '\0';
    status = make_one(partial, error);
    *c = '/';
  }
  if (status == AG_OK)
    status = make_one(partial, error);
  free(partial);
  return status;
}

static void draft_clear(ag_draft *draft)
{
  free(draft->path);
  free(draft->temporary);
  *draft = (ag_draft){.descriptor = -1};
}

/* A draft is called NAME.0123456789abcdef.tmp: nobody can know the digits before, and put
 * something of that name, a link say, in its place. */
enum { DRAFT_DIGITS = 16, DRAFT_TRIES = 100, NAME_LONGEST = 255 };
static const char draft_end[] = ".tmp";
enum { DRAFT_TAIL = 1 + DRAFT_DIGITS + sizeof draft_end - 1 };

bool ag_draft_is_named(const char *name, size_t *length)
{
  size_t size = strlen(name);
  if (size <= DRAFT_TAIL)
    return false;
  const char *tail = name + size - DRAFT_TAIL;
  *length = size - DRAFT_TAIL;
  return tail[0] == '.' && strspn(tail + 1, "0123456789abcdef") == DRAFT_DIGITS &&
         strcmp(tail + 1 + DRAFT_DIGITS, draft_end) == 0;
}

static uint64_t unpredictable(void)
{
  uint64_t word;
  struct timespec time;
  if (getrandom(&word, sizeof word, GRND_NONBLOCK) == (ssize_t)sizeof word)
    return word;
  clock_gettime(CLOCK_REALTIME, &time); /* O_EXCL refuses what somebody has guessed */
  return (uint64_t)time.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)getpid() << 32;
}

static const char *name_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* How much of a name its draft's name has: the system takes none so long as one likes. */
static size_t draft_length(const char *name)
{
  size_t length = strlen(name), most = NAME_LONGEST - DRAFT_TAIL;
  return length < most ? length : most;
}

/* Room for a draft's name, which ends in the digits that are chosen later. */
static char *draft_path(const char *path, size_t *used)
{
  const char *name = name_of(path);
  *used = (size_t)(name - path) + draft_length(name);
  char *text = malloc(*used + DRAFT_TAIL + 1);
  if (text != NULL)
    memcpy(text, path, *used);
  return text;
}

static void choose_name(char *tail)
{
  snprintf(tail, DRAFT_TAIL + 1, ".%016" PRIx64 "%s", unpredictable(), draft_end);
}

/* The lock tells others that the draft's process lives. Returned: the descriptor, or -1 with errno;
 * EEXIST: somebody has just swept the draft away. */
static int hold(int descriptor)
{
  struct stat there;
  if (descriptor < 0)
    return -1;
  bool swept = flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  swept = swept || (fstat(descriptor, &there) == 0 && there.st_nlink == 0);
  if (!swept)
    return descriptor; /* where there are no locks, nobody sweeps */
  close(descriptor);
  errno = EEXIST;
  return -1;
}

/* A device or a pipe is no file that another could stand in for. */
static ag_status expect_replaceable(const char *path, ag_error *error)
{
  struct stat there;
  if (stat(path, &there) != 0 || S_ISREG(there.st_mode))
    return AG_OK;
  return ag_fail_system(error, "write", path, S_ISDIR(there.st_mode) ? EISDIR : ENXIO);
}

ag_status ag_draft_open(const char *path, ag_draft *draft, ag_error *error)
{
  size_t used;
  *draft = (ag_draft){.descriptor = -1};
  ag_status status = expect_replaceable(path, error);
  if (status != AG_OK)
    return status;
  *draft = (ag_draft){.path = ag_text_copy(path), .descriptor = -1};
  draft->temporary = draft_path(path, &used);
  if (draft->path == NULL || draft->temporary == NULL) {
    draft_clear(draft);
    return ag_fail_memory(error);
  }
  errno = EEXIST;
  for (int i = 0; i < DRAFT_TRIES && draft->descriptor < 0 && errno == EEXIST; i++) {
    choose_name(draft->temporary + used);
    draft->descriptor =
        hold(open(draft->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  }
  if (draft->descriptor >= 0)
    return AG_OK;
  status = ag_fail_system(error, "write", path, errno);
  draft_clear(draft);
  return status;
}

ag_status ag_draft_open_stream(const char *path, ag_draft *draft, ag_error *error)
{
  ag_status status = ag_draft_open(path, draft, error);
  if (status != AG_OK)
    return status;
  draft->stream = fdopen(draft->descriptor, "wb");
  if (draft->stream == NULL) {
    status = ag_fail_memory(error);
    ag_draft_discard(draft);
  }
  return status;
}

/* Closes what is open. Returned: an errno, or 0. */
static int close_draft(ag_draft *draft)
{
  int failed = 0;
  if (draft->stream != NULL)
    failed = fclose(draft->stream);
  else if (draft->descriptor >= 0)
    failed = close(draft->descriptor);
  draft->stream = NULL;
  draft->descriptor = -1;
  return failed == 0 ? 0 : errno;
}

void ag_draft_discard(ag_draft *draft)
{
  if (draft->path == NULL)
    return;
  close_draft(draft);
  unlink(draft->temporary);
  draft_clear(draft);
}

/* What the stream holds back goes to the file. Returned: an errno, or 0. */
static int flush_draft(const ag_draft *draft)
{
  if (draft->stream == NULL)
    return 0;
  bool failed = fflush(draft->stream) != 0 || ferror(draft->stream);
  return !failed ? 0 : errno != 0 ? errno : EIO; /* errno: of the write that failed */
}

ag_status ag_draft_publish(ag_draft *draft, ag_error *error)
{
  int reason = flush_draft(draft);
  if (reason == 0 && fsync(draft->descriptor) != 0)
    reason = errno;
  int closing = close_draft(draft);
  if (reason == 0)
    reason = closing;
  if (reason == 0 && rename(draft->temporary, draft->path) != 0)
    reason = errno;
  ag_status status = AG_OK;
  if (reason != 0) {
    unlink(draft->temporary);
    status = ag_fail_system(error, "write", draft->path, reason);
  } else {
    status = ag_directory_sync_parent(draft->path, error);
  }
  draft_clear(draft);
  return status;
}

ag_status ag_draft_make_folder(const char *of, char **path, int *lock, ag_error *error)
{
  size_t used;
  *lock = -1;
  *path = draft_path(of, &used);
  if (*path == NULL)
    return ag_fail_memory(error);
  errno = EEXIST;
  for (int i = 0; i < DRAFT_TRIES && *lock < 0 && errno == EEXIST; i++) {
    choose_name(*path + used);
    if (mkdir(*path, 0777) == 0)
      *lock = hold(open(*path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  }
  if (*lock >= 0)
    return AG_OK;
  ag_status status = ag_fail_system(error, "make the directory", *path, errno);
  free(*path);
  *path = NULL;
  return status;
}

static void remove_files(int folder)
{
  int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *listing = copy >= 0 ? fdopendir(copy) : NULL;
  if (listing == NULL && copy >= 0)
    close(copy);
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      unlinkat(folder, entry->d_name, 0);
  if (listing != NULL)
    closedir(listing);
}

void ag_folder_of_files_remove(const char *path)
{
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0)
    return;
  remove_files(folder);
  close(folder);
  rmdir(path);
}

/* A draft that nobody holds; what is neither a file nor a folder is none of ours. */
static void sweep_one(int directory, const char *name)
{
  struct stat there;
  int draft = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (draft < 0)
    return;
  bool file = fstat(draft, &there) == 0 && S_ISREG(there.st_mode);
  bool folder = !file && S_ISDIR(there.st_mode);
  if ((file || folder) && flock(draft, LOCK_EX | LOCK_NB) == 0) {
    if (folder)
      remove_files(draft);
    unlinkat(directory, name, folder ? AT_REMOVEDIR : 0);
  }
  close(draft);
}

void ag_drafts_sweep(const char *path)
{
  char *parent = path_parent(path);
  const char *name = name_of(path);
  size_t length = draft_length(name), found;
  DIR *listing = parent != NULL ? opendir(parent) : NULL;
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;)
    if (ag_draft_is_named(entry->d_name, &found) && found == length &&
        memcmp(entry->d_name, name, length) == 0)
      sweep_one(dirfd(listing), entry->d_name);
  if (listing != NULL)
    closedir(listing);
  free(parent);
}
