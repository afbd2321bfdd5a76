#include "base/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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
      return ag_fail(error, AG_ERROR_IO, "cannot write to a pipe: %s", strerror(errno));
    done += count > 0 ? (size_t)count : 0;
  }
  return AG_OK;
}

static void work_and_exit(ag_apart_work *work, const void *context, int output)
{
  trailer last = {.mark = last_mark};
  int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nothing >= 0) /* a library's last words are no message to our users */
    dup2(nothing, STDERR_FILENO);
  ag_status status = work(context, output, &last.error);
  last.error.status = status;
  status = ag_apart_write(output, &last, sizeof last, NULL);
#ifdef AG_COVERAGE
  __gcov_dump();
#endif
  _exit(status == AG_OK ? 0 : 1); /* exit would write the parent's buffers a second time */
}

/* All bytes until the other end is closed, on the heap. */
static ag_status read_all(int input, char **bytes, size_t *size, ag_error *error)
{
  size_t room = 0;
  *size = 0;
  for (ssize_t count = 1; count != 0;) {
    if (*size == room) {
      room = 2 * room + (1 << 16);
      char *wider = realloc(*bytes, room);
      if (wider == NULL)
        return ag_fail_memory(error);
      *bytes = wider;
    }
    count = read(input, *bytes + *size, room - *size);
    if (count < 0 && errno != EINTR)
      return ag_fail(error, AG_ERROR_IO, "cannot read from a pipe: %s", strerror(errno));
    *size += count > 0 ? (size_t)count : 0;
  }
  return AG_OK;
}

/* The end of the child; 0 where nobody can tell. */
static int wait_for(pid_t child)
{
  int ended = 0;
  while (waitpid(child, &ended, 0) < 0)
    if (errno != EINTR)
      return 0;
  return ended;
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

ag_status ag_apart(const char *what, ag_apart_work *work, const void *context, char **bytes,
                   size_t *size, ag_error *error)
{
  int ends[2];
  char *text = NULL;
  if (pipe2(ends, O_CLOEXEC) != 0)
    return ag_fail(error, AG_ERROR_MEMORY, "cannot %s: no pipe: %s", what, strerror(errno));
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    work_and_exit(work, context, ends[1]);
  }
  int reason = errno;
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return ag_fail(error, AG_ERROR_MEMORY, "cannot %s: no process can be started: %s", what,
                   strerror(reason));
  }
  ag_status status = read_all(ends[0], &text, size, error);
  close(ends[0]); /* a child that still writes ends */
  int ended = wait_for(child);
  if (status == AG_OK)
    status = read_trailer(what, text, size, ended, error);
  if (status == AG_OK)
    *bytes = text;
  else
    free(text);
  return status;
}
