#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum {
  TAIL = 2048,            /* bytes of the last words */
  SHOWN_WORDS = 400,      /* bytes of them that a message quotes, */
  SHOWN_COMMAND = 120,    /* and of the command */
  LONGEST_LINE = 1 << 20, /* bytes */
  READ_SIZE = 1 << 16
};
static const double look_up = 0.05; /* seconds between looks at what no descriptor tells */
static const double polite = 0.5, grace = 2, settling = 1;

extern char **environ;

struct ag_process {
  pid_t pid;        /* 0: not started, or reaped */
  int in, out, err; /* our ends of its pipes; -1: closed */
  int life;         /* a pipe that nobody writes to; it ends when we do */
  bool gone, known; /* it has ended; and how, */
  siginfo_t end;
  char *command;
  char *heard; /* [capacity] its output: bytes [first, used) are still to be heard, and no */
  size_t first, searched, used, capacity; /* newline is in [first, searched) */
  char tail[TAIL];
  size_t said; /* bytes that have gone through the tail */
};

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void close_end(int *descriptor)
{
  if (*descriptor >= 0)
    close(*descriptor);
  *descriptor = -1;
}

/* ---- words for errors ---- */

static const char *shown_command(const ag_process *process, char text[SHOWN_COMMAND + 8])
{
  bool whole = strlen(process->command) <= SHOWN_COMMAND;
  snprintf(text, SHOWN_COMMAND + 8, "%.*s%s", (int)SHOWN_COMMAND, process->command,
           whole ? "" : "…");
  return text;
}

static void remember(ag_process *process, const char *bytes, size_t size)
{
  size_t skipped = size > TAIL ? size - TAIL : 0;
  process->said += skipped;
  for (size_t i = skipped; i < size; i++)
    process->tail[process->said++ % TAIL] = bytes[i];
}

void ag_process_last_words(const ag_process *process, char *text, size_t size)
{
  static const char opening[] = "; it said: ";
  char words[SHOWN_WORDS + 1];
  size_t count = process->said < SHOWN_WORDS ? process->said : SHOWN_WORDS, first = 0;
  for (size_t i = 0; i < count; i++) {
    char c = process->tail[(process->said - count + i) % TAIL];
    words[i] = c == '\0' ? '?' : c;
  }
  while (count > 0 && strchr("\n\r \t", words[count - 1]))
    count--;
  words[count] = '\0';
  if (process->said > SHOWN_WORDS) { /* not from the middle of a line, if there is another */
    char *newline = strchr(words, '\n');
    first = newline ? (size_t)(newline - words) : 0;
  }
  while (words[first] && strchr("\n\r \t", words[first]))
    first++;
  size_t used = 0;
  text[0] = '\0';
  if (first < count)
    used = (size_t)snprintf(text, size, "%s", opening);
  for (size_t i = first; i < count && used + 4 < size; i++) {
    const char *put = words[i] == '\n' ? " | " : (const char[]){words[i], '\0'};
    used += (size_t)snprintf(text + used, size - used, "%s", put);
  }
}

/* `ended with exit status 3`: what is known of the end. */
static void explain_end(const ag_process *process, char *text, size_t size)
{
  int code = process->end.si_status;
  if (!process->gone)
    snprintf(text, size, "has closed its output");
  else if (!process->known)
    snprintf(text, size, "ended in an unknown way, as SIGCHLD is ignored,");
  else if (process->end.si_code != CLD_EXITED)
    snprintf(text, size, "was killed by signal %d (%s)", code, strsignal(code));
  else if (code == 127)
    snprintf(text, size, "ended with exit status 127: no such command");
  else if (code == 126)
    snprintf(text, size, "ended with exit status 126: the command cannot be executed");
  else if (code > 128 && code < 128 + NSIG)
    snprintf(text, size, "ended with exit status %d: signal %d (%s)", code, code - 128,
             strsignal(code - 128));
  else
    snprintf(text, size, "ended with exit status %d", code);
}

static ag_status fail_ended(const ag_process *process, const char *when, ag_error *error)
{
  char command[SHOWN_COMMAND + 8], end[128], words[SHOWN_WORDS + 256];
  explain_end(process, end, sizeof end);
  ag_process_last_words(process, words, sizeof words);
  return ag_fail(error, AG_ERROR_INPUT, "`%s` %s%s%s", shown_command(process, command), end, when,
                 words);
}

static ag_status fail_late(const ag_process *process, const char *what, double seconds,
                           ag_error *error)
{
  char command[SHOWN_COMMAND + 8], words[SHOWN_WORDS + 256];
  ag_process_last_words(process, words, sizeof words);
  return ag_fail(error, AG_ERROR_INPUT, "`%s` %s within %g seconds%s",
                 shown_command(process, command), what, seconds, words);
}

static ag_status fail_interrupted(const ag_process *process, ag_error *error)
{
  char command[SHOWN_COMMAND + 8];
  return ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted while `%s` was at work",
                 shown_command(process, command));
}

/* ---- the start ---- */

/* A pipe whose ends are not the standard descriptors (which this program may have closed),
 * so that none is overwritten while the child's are put in place. */
static bool make_pipe(int end[2])
{
  int made[2];
  if (pipe2(made, O_CLOEXEC) != 0)
    return false;
  for (int i = 0; i < 2; i++) {
    end[i] = made[i] > STDERR_FILENO ? made[i] : fcntl(made[i], F_DUPFD_CLOEXEC, 3);
    if (end[i] != made[i])
      close(made[i]);
  }
  return end[0] >= 0 && end[1] >= 0;
}

/* The command $1 in a shell of its own; beside it, of the same group and nobody's child, one
 * that waits for the end of descriptor 3, which is ours, and ends the group with it: after
 * a kill -9 of this program too, nothing goes on working on files that the next run needs. */
static const char guarded[] =
    "( (trap '' TERM; read -r _ <&3; kill 0; sleep 2; kill -9 0) </dev/null >/dev/null 2>&1 & )\n"
    "exec 3<&-\n"
    "exec /bin/sh -c \"$1\"";

/* The program begins with the usual answer to every signal that matters here, and no
 * signal held back; children: its ends of the four pipes. */
static int spawn(const char *command, const char *folder, const int children[4], pid_t *pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, usual;
  char *const words[] = {"sh", "-c", (char *)guarded, "sh", (char *)command, NULL};
  sigemptyset(&none);
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGTERM);
  sigaddset(&usual, SIGXFSZ);
  int reason = posix_spawn_file_actions_init(&actions);
  if (reason)
    return reason;
  reason = posix_spawnattr_init(&attributes);
  if (reason) {
    posix_spawn_file_actions_destroy(&actions);
    return reason;
  }
  for (int i = 0; i < 4 && !reason; i++)
    reason = posix_spawn_file_actions_adddup2(&actions, children[i], i);
  if (!reason && folder)
    reason = posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (!reason)
    reason = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                       POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  if (!reason)
    reason = posix_spawn(pid, "/bin/sh", &actions, &attributes, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return reason;
}

static ag_status launch(ag_process *process, const char *folder, ag_error *error)
{
  int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, life[2] = {-1, -1};
  bool made = make_pipe(in) && make_pipe(out) && make_pipe(err) && make_pipe(life);
  int reason = made ? 0 : errno;
  if (!reason) {
    const int children[4] = {in[0], out[1], err[1], life[0]};
    reason = spawn(process->command, folder, children, &process->pid);
  }
  close_end(&in[0]);
  close_end(&out[1]);
  close_end(&err[1]);
  close_end(&life[0]);
  process->life = life[1];
  process->in = in[1];
  process->out = out[0];
  process->err = err[0];
  if (reason) {
    char command[SHOWN_COMMAND + 8];
    process->pid = 0;
    return ag_fail(error, reason == ENOMEM ? AG_ERROR_MEMORY : AG_ERROR_IO, "cannot start `%s`: %s",
                   shown_command(process, command), strerror(reason));
  }
  const int ours[] = {process->in, process->out, process->err};
  for (int i = 0; i < 3; i++)
    fcntl(ours[i], F_SETFL, fcntl(ours[i], F_GETFL) | O_NONBLOCK);
  return AG_OK;
}

ag_status ag_process_refuse(const char *command, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "the program `%.*s` would have to be asked, and only `aligngame run` starts "
                 "programs that a game names",
                 (int)SHOWN_COMMAND, command);
}

ag_status ag_process_start(const char *command, const char *folder, ag_process **process,
                           ag_error *error)
{
  struct stat there;
  if (folder && (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode)))
    return ag_fail(error, AG_ERROR_INPUT, "there is no folder %s", folder);
  ag_process *made = calloc(1, sizeof *made);
  if (made)
    *made =
        (ag_process){.in = -1, .out = -1, .err = -1, .life = -1, .command = ag_text_copy(command)};
  ag_status status = made && made->command
                         ? launch(made, folder, error)
                         : ag_fail(error, AG_ERROR_MEMORY, "out of memory for a command");
  if (status == AG_OK)
    *process = made;
  else
    ag_process_free(made);
  return status;
}

/* ---- reading and writing ---- */

/* Writes without ever raising SIGPIPE: it is held back in this thread, and taken away if
 * this write has made it. */
static ssize_t write_quietly(int descriptor, const char *bytes, size_t size)
{
  sigset_t broken, before, pending;
  const struct timespec at_once = {0, 0};
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  sigpending(&pending);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  ssize_t written = write(descriptor, bytes, size);
  int reason = errno;
  if (written < 0 && reason == EPIPE && !sigismember(&pending, SIGPIPE))
    while (sigtimedwait(&broken, NULL, &at_once) < 0 && errno == EINTR)
      ;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = reason;
  return written;
}

/* What a turn of the loop writes: bytes that are left. */
typedef struct outgoing {
  const char *bytes;
  size_t size;
} outgoing;

static void write_some(ag_process *process, outgoing *left)
{
  ssize_t written = write_quietly(process->in, left->bytes, left->size);
  if (written > 0) {
    left->bytes += written;
    left->size -= (size_t)written;
  } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
    close_end(&process->in); /* it hears no more; whether that matters, its answers tell */
  }
}

/* False once the pipe has come to its end. */
static bool read_words(ag_process *process, int descriptor)
{
  char bytes[READ_SIZE];
  ssize_t count = read(descriptor, bytes, sizeof bytes);
  if (count > 0)
    remember(process, bytes, (size_t)count);
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

static ag_status make_room(ag_process *process, ag_error *error)
{
  size_t kept = process->used - process->first;
  if (process->first > 0) {
    memmove(process->heard, process->heard + process->first, kept);
    process->searched -= process->first;
    process->used = kept;
    process->first = 0;
  }
  if (process->capacity - kept > READ_SIZE)
    return AG_OK;
  size_t capacity = 2 * kept + 4 * READ_SIZE;
  char *wider = realloc(process->heard, capacity);
  if (!wider)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for what a command writes");
  process->heard = wider;
  process->capacity = capacity;
  return AG_OK;
}

/* Reads lines to be heard. A last line without its end gets one. */
static ag_status read_lines(ag_process *process, ag_error *error)
{
  ag_status status = make_room(process, error);
  if (status)
    return status;
  ssize_t count = read(process->out, process->heard + process->used, READ_SIZE);
  if (count > 0) {
    process->used += (size_t)count;
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    if (process->used > process->first && process->heard[process->used - 1] != '\n')
      process->heard[process->used++] = '\n';
    close_end(&process->out);
  }
  return AG_OK;
}

/* One turn: waits at most some seconds for something to happen, and does it. left: NULL
 * where nothing is to be written; and then, lines are mere words. */
static ag_status turn(ag_process *process, outgoing *left, double seconds, ag_error *error)
{
  ag_status status = AG_OK;
  struct pollfd polled[] = {
      {.fd = left && left->size > 0 ? process->in : -1, .events = POLLOUT},
      {.fd = process->out, .events = POLLIN},
      {.fd = process->err, .events = POLLIN},
  };
  if (poll(polled, 3, (int)(seconds * 1000 + 0.999)) <= 0)
    return AG_OK;
  if (polled[0].revents)
    write_some(process, left);
  if (polled[1].revents && left)
    status = read_lines(process, error);
  else if (polled[1].revents && !read_words(process, process->out))
    close_end(&process->out);
  if (polled[2].revents && !read_words(process, process->err))
    close_end(&process->err);
  return status;
}

/* ---- the end ---- */

/* Whether it has ended. It is not reaped yet, so that its number, and its group's, stays
 * its own. */
static bool has_ended(ag_process *process)
{
  if (process->gone)
    return true;
  siginfo_t end = {.si_pid = 0};
  if (waitid(P_PID, (id_t)process->pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0) {
    process->gone = process->known = end.si_pid != 0;
    process->end = end;
  } else if (errno == ECHILD) { /* whoever runs us ignores its children, or has reaped it */
    process->gone = true;
  }
  return process->gone;
}

/* Waits for its end. True once it has come. */
static bool wait_for_end(ag_process *process, const ag_process_patience *patience)
{
  double end = now() + patience->seconds;
  while (!has_ended(process)) {
    double left = end - now();
    if (left <= 0 || (patience->interrupt && *patience->interrupt))
      return false;
    bool deaf = process->out < 0 && process->err < 0;
    double most = deaf ? look_up / 20 : look_up; /* nothing would wake us up */
    turn(process, NULL, left < most ? left : most, NULL);
  }
  return true;
}

/* What is left in one of its pipes, as words. */
static void read_the_rest(ag_process *process, int *end)
{
  enum { MOST_READS = 64 }; /* others of its group may go on writing for ever */
  for (int reads = 0; *end >= 0 && reads < MOST_READS; reads++) {
    size_t said = process->said;
    if (!read_words(process, *end))
      close_end(end);
    if (process->said == said)
      break;
  }
}

void ag_process_free(ag_process *process)
{
  const ag_process_patience politely = {polite, NULL}, firmly = {grace, NULL};
  if (!process)
    return;
  if (process->pid > 0) {
    bool asked = process->in >= 0;
    close_end(&process->in);
    if (!has_ended(process) && !(asked && wait_for_end(process, &politely))) {
      kill(-process->pid, SIGTERM);
      wait_for_end(process, &firmly);
    }
    /* Its number is ours only as long as it is not reaped. */
    if (process->known || !process->gone)
      kill(-process->pid, SIGKILL);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
      ;
  }
  close_end(&process->in);
  close_end(&process->out);
  close_end(&process->err);
  close_end(&process->life);
  free(process->heard);
  free(process->command);
  free(process);
}

ag_status ag_process_finish(ag_process *process, const ag_process_patience *patience,
                            ag_error *error)
{
  close_end(&process->in);
  if (!wait_for_end(process, patience)) {
    if (patience->interrupt && *patience->interrupt)
      return fail_interrupted(process, error);
    return fail_late(process, "has not ended", patience->seconds, error);
  }
  read_the_rest(process, &process->out);
  read_the_rest(process, &process->err);
  if (process->known && process->end.si_code == CLD_EXITED && process->end.si_status == 0)
    return AG_OK;
  return fail_ended(process, "", error);
}

ag_status ag_process_run(const char *command, const char *folder,
                         const ag_process_patience *patience, ag_error *error)
{
  ag_process *process = NULL;
  ag_status status = ag_process_start(command, folder, &process, error);
  if (status == AG_OK)
    status = ag_process_finish(process, patience, error);
  ag_process_free(process);
  return status;
}

/* ---- a talk ---- */

/* Hears all lines that are there; *count: how many. */
static ag_status hear_lines(ag_process *process, ag_process_hear *hear, void *context,
                            size_t *count, bool *done, ag_error *error)
{
  ag_status status = AG_OK;
  *count = 0;
  while (status == AG_OK && process->used > process->searched) {
    char *line = process->heard + process->first, *from = process->heard + process->searched;
    char *end = memchr(from, '\n', process->used - process->searched);
    if (!end) {
      process->searched = process->used;
      break;
    }
    *end = '\0';
    process->first = process->searched = (size_t)(end + 1 - process->heard);
    status = hear(context, line, (size_t)(end - line), done, error);
    ++*count;
  }
  if (status == AG_OK && process->used - process->first > LONGEST_LINE) {
    char command[SHOWN_COMMAND + 8];
    return ag_fail(error, AG_ERROR_INPUT, "`%s` wrote a line of more than %d bytes: %.60s…",
                   shown_command(process, command), (int)LONGEST_LINE,
                   process->heard + process->first);
  }
  return status;
}

/* The output has ended too early. Its last words and its end may follow in a moment. */
static ag_status fail_early(ag_process *process, ag_error *error)
{
  const ag_process_patience shortly = {settling, NULL};
  if (wait_for_end(process, &shortly))
    read_the_rest(process, &process->err);
  return fail_ended(process, " before it had answered everything", error);
}

ag_status ag_process_talk(ag_process *process, const char *bytes, size_t size,
                          const ag_process_patience *patience, ag_process_hear *hear, void *context,
                          ag_error *error)
{
  outgoing left = {bytes, size};
  double end = now() + patience->seconds;
  bool done = false;
  for (;;) {
    size_t count;
    ag_status status = hear_lines(process, hear, context, &count, &done, error);
    /* what is left to say is said, so that the next talk begins with a line */
    bool said = left.size == 0 || process->in < 0 || process->out < 0;
    if (status || (done && said)) {
      read_the_rest(process, &process->err);
      return status;
    }
    if (process->out < 0)
      return fail_early(process, error);
    if (patience->interrupt && *patience->interrupt)
      return fail_interrupted(process, error);
    double time = now();
    if (count > 0)
      end = time + patience->seconds;
    if (time >= end)
      return fail_late(process,
                       process->in < 0 ? "has closed its input, and did not answer"
                                       : "did not answer (with its lines flushed)",
                       patience->seconds, error);
    double wait = end - time < look_up ? end - time : look_up;
    if ((status = turn(process, &left, wait, error)))
      return status;
  }
}
