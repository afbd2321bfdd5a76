#include "base/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"

#ifdef AG_COVERAGE
void __gcov_dump(void);
#endif

/* What the child writes last. */
typedef struct trailer {
  uint64_t mark;
  ag_error error;
} trailer;

static const uint64_t last_mark = UINT64_C(0x61676170617274ff);

ag_status ag_apart_write(int output, const void *bytes, size_t size, ag_error *error)
{
  for (size_t done = 0; done < size;) {
    ssize_t count = write(output, (const char *)bytes + done, size - done);
    if (count < 0 && errno != EINTR)
      return ag_fail(error, AG_ERROR_IO, "cannot write to a file in memory: %s", strerror(errno));
    done += count > 0 ? (size_t)count : 0;
  }
  return AG_OK;
}

static void work_and_exit(ag_apart_work *work, const void *context, int output)
{
  trailer last = {.mark = last_mark};
  /* some libraries never end where memory fails; nothing here takes as long */
  setrlimit(RLIMIT_CPU, &(struct rlimit){.rlim_cur = 60, .rlim_max = 70});
  int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing >= 0) /* a library's last words are no message to our users */
    dup2(nothing, STDERR_FILENO);
  last.error.status = work(context, output, &last.error);
  ag_status status = ag_apart_write(output, &last, sizeof last, NULL);
#ifdef AG_COVERAGE
  __gcov_dump();
#endif
  _exit(status == AG_OK ? 0 : 1); /* exit would write the parent's buffers a second time */
}

/* The child's end; 0 where nobody can tell. */
static int wait_for(pid_t child)
{
  int ended = 0;
  while (waitpid(child, &ended, 0) < 0)
    if (errno != EINTR)
      return 0;
  return ended;
}

/* All that was written to a descriptor, on the heap. */
static ag_status read_all(int input, char **bytes, size_t *size, ag_error *error)
{
  struct stat information;
  if (fstat(input, &information) != 0)
    return ag_fail(error, AG_ERROR_IO, "cannot read back a file in memory: %s", strerror(errno));
  *size = (size_t)information.st_size;
  *bytes = malloc(*size + 1);
  if (*bytes == NULL)
    return ag_fail_memory(error);
  for (size_t done = 0; done < *size;) {
    ssize_t count = pread(input, *bytes + done, *size - done, (off_t)done);
    if (count == 0 || (count < 0 && errno != EINTR))
      return ag_fail(error, AG_ERROR_IO, "cannot read back a file in memory: %s", strerror(errno));
    done += count > 0 ? (size_t)count : 0;
  }
  return AG_OK;
}

/* Takes the trailer away and reads it. ended: as waitpid says. */
static ag_status read_trailer(const char *what, const char *bytes, size_t *size, int ended,
                              ag_error *error)
{
  trailer last = {0};
  if (*size >= sizeof last)
    memcpy(&last, bytes + *size - sizeof last, sizeof last);
  if (WIFSIGNALED(ended))
    return ag_fail(error, AG_ERROR_MEMORY,
                   "cannot %s: a library was ended by signal %d (%s); memory may be short", what,
                   WTERMSIG(ended), strsignal(WTERMSIG(ended)));
  if (last.mark != last_mark)
    return ag_fail(error, AG_ERROR_INTERNAL,
                   "cannot %s: a library ended the process (status %d); memory may be short", what,
                   WEXITSTATUS(ended));
  *size -= sizeof last;
  if (last.error.status != AG_OK && error != NULL)
    *error = last.error;
  return last.error.status;
}

/* Works in a child, or here where none can be started. */
static ag_status work_on(const char *what, ag_apart_work *work, const void *context, int output,
                         char **bytes, size_t *size, ag_error *error)
{
  pid_t child = fork();
  if (child == 0)
    work_and_exit(work, context, output);
  ag_status status = AG_OK;
  if (child < 0 && errno != EAGAIN)
    return ag_fail(error, AG_ERROR_MEMORY, "cannot %s: no process can be started: %s", what,
                   strerror(errno));
  int ended = child > 0 ? wait_for(child) : 0;
  if (child < 0)
    status = work(context, output, error);
  if (status == AG_OK)
    status = read_all(output, bytes, size, error);
  if (status == AG_OK && child > 0)
    status = read_trailer(what, *bytes, size, ended, error);
  return status;
}

ag_status ag_apart(const char *what, ag_apart_work *work, const void *context, char **bytes,
                   size_t *size, ag_error *error)
{
  char *made = NULL;
  int output = memfd_create("aligngame", MFD_CLOEXEC);
  if (output < 0)
    return ag_fail(error, AG_ERROR_MEMORY, "cannot %s: no file in memory: %s", what,
                   strerror(errno));
  ag_status status = work_on(what, work, context, output, &made, size, error);
  close(output);
  if (status == AG_OK)
    *bytes = made;
  else
    free(made);
  return status;
}
