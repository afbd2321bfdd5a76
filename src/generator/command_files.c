#include "generator/command_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "population/texts.h"

ag_status ag_command_path(char **path, ag_error *error, const char *folder, const char *format, ...)
{
  char *name = NULL, *made = NULL;
  va_list words;
  va_start(words, format);
  int named = vasprintf(&name, format, words);
  va_end(words);
  int joined = named >= 0 ? asprintf(&made, "%s/%s", folder, name) : -1;
  if (named >= 0)
    free(name);
  if (joined < 0)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a path");
  *path = made;
  return AG_OK;
}

/* ---- folders ---- */

static const char temporary_name[] = "aligngame-command-";

/* Whether the folder is one of ours whose owner has ended: a killed process leaves its folder, but
 * no lock. A young one may have an owner that is about to lock it. */
static bool is_orphan(int where, const char *name)
{
  enum { YOUNG = 60 }; /* seconds */
  struct stat there;
  int folder = openat(where, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0)
    return false;
  bool orphan = fstat(folder, &there) == 0 && there.st_uid == geteuid() &&
                there.st_mtime < time(NULL) - YOUNG && flock(folder, LOCK_EX | LOCK_NB) == 0;
  close(folder);
  return orphan;
}

static void remove_orphans(const char *where)
{
  DIR *listing = opendir(where);
  if (!listing)
    return;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
    char *path = NULL;
    if (strncmp(entry->d_name, temporary_name, sizeof temporary_name - 1) == 0 &&
        is_orphan(dirfd(listing), entry->d_name) &&
        ag_command_path(&path, NULL, where, "%s", entry->d_name) == AG_OK)
      ag_folder_remove(path);
    free(path);
  }
  closedir(listing);
}

ag_status ag_folder_create_temporary(char **path, int *lock, ag_error *error)
{
  const char *named = getenv("TMPDIR"), *where = named && named[0] ? named : "/tmp";
  char *made = NULL;
  remove_orphans(where);
  ag_status status = ag_command_path(&made, error, where, "%sXXXXXX", temporary_name);
  if (status != AG_OK)
    return status;
  if (!mkdtemp(made)) {
    status = ag_fail(error, AG_ERROR_IO, "cannot make the folder %s: %s", made, strerror(errno));
    free(made);
    return status;
  }
  *lock = open(made, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*lock >= 0)
    flock(*lock, LOCK_EX | LOCK_NB); /* where there are no locks, nobody removes it either */
  *path = made;
  return AG_OK;
}

ag_status ag_folder_create(const char *path, ag_error *error)
{
  char *part = ag_text_copy(path);
  if (!part)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a path");
  for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(part, 0777); /* what matters is whether the last one is there */
    *slash = '/';
  }
  free(part);
  struct stat there;
  if ((mkdir(path, 0777) == 0 || errno == EEXIST) && stat(path, &there) == 0 &&
      S_ISDIR(there.st_mode))
    return AG_OK;
  return ag_fail(error, AG_ERROR_IO, "cannot make the folder %s: %s", path,
                 strerror(errno == 0 ? ENOTDIR : errno));
}

static int remove_entry(const char *path, const struct stat *there, int kind, struct FTW *at)
{
  (void)there;
  (void)kind;
  (void)at;
  remove(path);
  return 0;
}

void ag_folder_remove(const char *path)
{
  enum { OPEN_AT_A_TIME = 16 };
  nftw(path, remove_entry, OPEN_AT_A_TIME, FTW_DEPTH | FTW_PHYS);
}

ag_status ag_folder_clear(const char *path, ag_error *error)
{
  ag_folder_remove(path);
  return ag_folder_create(path, error);
}

/* ---- texts ---- */

static ag_status fail_file(const char *what, const char *path, ag_error *error)
{
  return ag_fail(error, AG_ERROR_IO, "cannot %s %s: %s", what, path, strerror(errno));
}

ag_status ag_file_create_anew(const char *path, FILE **file, ag_error *error)
{
  ag_folder_remove(path);
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
  if (*file)
    return AG_OK;
  ag_status status = fail_file("write", path, error);
  if (descriptor >= 0)
    close(descriptor);
  return status;
}

ag_status ag_texts_write(const char *path, const ag_sample *sample, ag_error *error)
{
  FILE *file = NULL;
  ag_status status = ag_file_create_anew(path, &file, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < sample->count; i++) {
    size_t length;
    const char *text = ag_texts_get(sample->texts, sample->item[i], &length);
    for (size_t k = 0; k < length; k++)
      putc_unlocked(text[k] == '\n' || text[k] == '\r' ? ' ' : text[k], file);
    putc_unlocked('\n', file);
  }
  int failed = ferror(file);
  if (fclose(file) != 0 || failed)
    return fail_file("write", path, error);
  return AG_OK;
}

static size_t count_lines(const char *text, size_t size)
{
  size_t lines = size > 0 && text[size - 1] != '\n';
  for (const char *at = text; (at = memchr(at, '\n', size - (size_t)(at - text))); at++)
    lines++;
  return lines;
}

/* A line, cleaned; to has room for three times its length. Returned: the new length. */
static size_t clean_line(const char *line, size_t length, char *to)
{
  static const char unknown[] = "\xEF\xBF\xBD"; /* U+FFFD */
  size_t used = 0, begin = 0;
  while (length > 0) {
    uint32_t code = 0;
    size_t step = ag_utf8_decode(line, length, &code);
    if (step == 0) {
      memcpy(to + used, unknown, 3);
      used += 3;
    } else if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      to[used++] = ' ';
    } else {
      memcpy(to + used, line, step);
      used += step;
    }
    line += step > 0 ? step : 1;
    length -= step > 0 ? step : 1;
  }
  ag_text_trim(to, &begin, &used);
  memmove(to, to + begin, used - begin);
  return used - begin;
}

static ag_status take_lines(const char *text, size_t size, size_t count, ag_sample *out,
                            ag_error *error)
{
  char *clean = NULL;
  const char *at = text;
  ag_status status = ag_array_create(3 * size + 1, 1, &clean, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *newline = memchr(at, '\n', size - (size_t)(at - text));
    const char *end = newline ? newline : text + size;
    size_t length = clean_line(at, (size_t)(end - at), clean);
    status = ag_texts_add(out->texts, clean, length, &out->item[i], error);
    at = end + 1;
  }
  free(clean);
  return status;
}

static const char *kind_of(mode_t mode)
{
  return S_ISDIR(mode)    ? "a folder"
         : S_ISFIFO(mode) ? "a pipe"
         : S_ISLNK(mode)  ? "a symbolic link"
                          : "a device or a socket";
}

/* What a program has left where its file should be; *size: how large the file is. Nothing else is
 * opened, and no pipe is waited for. */
static ag_status open_file(const char *path, size_t most, int *descriptor, size_t *size,
                           ag_error *error)
{
  struct stat there;
  if (lstat(path, &there) != 0)
    return ag_fail(error, AG_ERROR_INPUT, "no file: %s", strerror(errno));
  if (!S_ISREG(there.st_mode))
    return ag_fail(error, AG_ERROR_INPUT, "%s instead of a file", kind_of(there.st_mode));
  *descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (*descriptor < 0)
    return ag_fail(error, AG_ERROR_INPUT, "a file that cannot be read: %s", strerror(errno));
  if (fstat(*descriptor, &there) != 0 || !S_ISREG(there.st_mode))
    return ag_fail(error, AG_ERROR_INPUT, "something else than a file");
  if ((unsigned long long)there.st_size > most)
    return ag_fail(error, AG_ERROR_INPUT, "a file of %lld bytes; expected at most %zu",
                   (long long)there.st_size, most);
  *size = (size_t)there.st_size;
  return AG_OK;
}

/* The first *size bytes of a file; one that meanwhile has become shorter is read as it is. */
static ag_status read_bytes(int descriptor, char **text, size_t *size, ag_error *error)
{
  size_t used = 0;
  ag_status status = ag_array_create(*size + 1, 1, text, error);
  while (status == AG_OK && used < *size) {
    ssize_t got = read(descriptor, *text + used, *size - used);
    if (got == 0)
      break;
    if (got > 0)
      used += (size_t)got;
    else if (errno != EINTR)
      status = ag_fail(error, AG_ERROR_IO, "a file that cannot be read: %s", strerror(errno));
  }
  *size = used;
  return status;
}

ag_status ag_texts_read(const char *path, size_t count, ag_sample *out, ag_error *error)
{
  const size_t each = 1 << 16, some = 1 << 20, all = 1 << 30;
  char *text = NULL;
  size_t size = 0;
  int descriptor = -1;
  ag_status status = open_file(path, count < all / each ? count * each + some : all + some,
                               &descriptor, &size, error);
  if (status == AG_OK)
    status = read_bytes(descriptor, &text, &size, error);
  if (descriptor >= 0)
    close(descriptor);
  if (status != AG_OK) {
    free(text);
    return status;
  }
  size_t lines = count_lines(text, size);
  if (lines != count)
    status = ag_fail(error, AG_ERROR_INPUT, "%zu line%s instead of %zu, one for each text", lines,
                     lines == 1 ? "" : "s", count);
  if (status == AG_OK)
    status = ag_sample_reserve(out, count, error);
  if (status == AG_OK)
    status = take_lines(text, size, count, out, error);
  out->count = status == AG_OK ? count : 0;
  free(text);
  return status;
}
