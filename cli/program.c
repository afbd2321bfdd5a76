#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aligngame/files.h>
#include <aligngame/run.h>

#include "render.h"

#ifdef AG_COVERAGE
void __gcov_dump(void);
#endif

static volatile sig_atomic_t interrupted;
static bool leaving;

/* OpenMP calls exit when its own memory is short. What is still in standard output's buffer would
 * look like the whole of an answer, so it is not written. */
static void on_exit_of_a_library(void)
{
  if (leaving)
    return;
  static const char message[] =
      "aligngame: error: a library ended the program: out of memory, or of threads\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(STATUS_FAILED);
}

void program_leave_at_once(int status)
{
#ifdef AG_COVERAGE
  __gcov_dump();
#endif
  _exit(status);
}

void program_guard_exit(void)
{
  if (atexit(on_exit_of_a_library) != 0)
    _exit(STATUS_FAILED);
}

void program_leave(int status)
{
  leaving = true;
  exit(status);
}

void program_guard_streams(void)
{
  /* Read-only, so that writing fails as it would on the closed descriptor. */
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
    if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDONLY) == -1)
      _exit(STATUS_FAILED);
}

void program_calm_threads(char **argv)
{
  if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT"))
    return;
  if (setenv("OMP_WAIT_POLICY", "passive", 0) == 0)
    execv("/proc/self/exe", argv);
}

static void on_interrupt(int number)
{
  if (interrupted && number == SIGINT)
    _exit(STATUS_INTERRUPTED);
  interrupted = 1;
}

void program_ignore_signals(void)
{
  struct sigaction ignored = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignored, NULL);
  sigaction(SIGXFSZ, &ignored, NULL);
}

const volatile sig_atomic_t *program_interrupt(void)
{
  static const int number[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
  struct sigaction caught = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART}, before;
  for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
    bool known = sigaction(number[i], NULL, &before) == 0;
    if (number[i] != SIGHUP || !known || before.sa_handler != SIG_IGN) /* nohup's stays ignored */
      sigaction(number[i], &caught, NULL);
  }
  return &interrupted;
}

static int exit_status(ag_status status)
{
  switch (status) {
  case AG_OK:
    return STATUS_DONE;
  case AG_ERROR_INPUT:
    return STATUS_USAGE;
  case AG_ERROR_INTERRUPTED:
    return STATUS_INTERRUPTED;
  default:
    return STATUS_FAILED;
  }
}

int program_fail(const ag_error *error)
{
  char text[AG_ERROR_FILE_SIZE + AG_ERROR_MESSAGE_SIZE + 2 * AG_ERROR_SOURCE_SIZE + 64];
  ag_error_format(error, text, sizeof text);
  render_format(stderr, "%s\n", text);
  return exit_status(error->status);
}

int program_fail_system(const char *what, const char *path)
{
  render_format(stderr, "aligngame: error: %s %s: %s\n", what, path, strerror(errno));
  return STATUS_FAILED;
}

/* Whether standard output is a pipe that nobody reads any more. */
static bool reader_has_gone(void)
{
  struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

int program_finish(int status)
{
  errno = 0;
  bool failed = fflush(stdout) != 0 || ferror(stdout);
  int reason = errno;
  bool gone = failed && reader_has_gone(); /* the reason of an earlier write is forgotten */
  failed |= fclose(stdout) != 0;
  if (!failed)
    return status;
  if (reason == 0)
    reason = errno;
  if (reason != EPIPE && !gone)
    fprintf(stderr, "aligngame: error: cannot write to standard output: %s\n",
            reason ? strerror(reason) : "write error");
  return status == STATUS_DONE ? STATUS_FAILED : status;
}

static _Noreturn void out_of_memory(void)
{
  fputs("aligngame: error: out of memory\n", stderr);
  program_leave(STATUS_FAILED);
}

void *program_allocate(size_t count, size_t size)
{
  void *block = calloc(count ? count : 1, size);
  if (!block)
    out_of_memory();
  return block;
}

void *program_resize(void *block, size_t count, size_t size)
{
  void *resized = reallocarray(block, count ? count : 1, size);
  if (!resized)
    out_of_memory();
  return resized;
}

char *program_format_list(const char *format, va_list list)
{
  char *text;
  if (vasprintf(&text, format, list) < 0)
    out_of_memory();
  return text;
}

char *program_format(const char *format, ...)
{
  va_list list;
  va_start(list, format);
  char *text = program_format_list(format, list);
  va_end(list);
  return text;
}

void program_append(char **text, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  char *more = program_format_list(format, list), *longer = program_format("%s%s", *text, more);
  va_end(list);
  free(more);
  free(*text);
  *text = longer;
}

/* A new folder's name is on the disk before anything is promised about what it holds. A parent that
 * cannot be read is no obstacle. */
static void keep_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  char *parent = slash ? program_format("%.*s/", (int)(slash - path), path) : NULL;
  int folder = open(parent ? parent : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    fsync(folder);
    close(folder);
  }
  free(parent);
}

static bool make_directory(const char *path)
{
  struct stat status;
  if (mkdir(path, 0777) == 0) {
    keep_name(path);
    return true;
  }
  int reason = errno;
  if (reason == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
    return true;
  errno = reason == EEXIST ? ENOTDIR : reason;
  return false;
}

bool program_make_directories(const char *path)
{
  char *part = program_format("%s", path);
  bool made = true;
  for (char *slash = strchr(part + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    made = make_directory(part);
    *slash = '/';
  }
  made = made && make_directory(part);
  int reason = errno;
  free(part);
  errno = reason;
  return made;
}

static int remove_entry(const char *path, const struct stat *there, int kind, struct FTW *at)
{
  (void)there, (void)kind, (void)at;
  remove(path);
  return 0;
}

void program_remove_tree(const char *path)
{
  enum { OPEN_AT_A_TIME = 16 };
  nftw(path, remove_entry, OPEN_AT_A_TIME, FTW_DEPTH | FTW_PHYS);
}

static char *numbered(const char *base, unsigned number)
{
  return number == 1 ? program_format("%s", base) : program_format("%s-%u", base, number);
}

char *program_make_unique_directory(const char *base)
{
  char *parent = program_format("%s", base);
  char *slash = strrchr(parent, '/');
  if (slash)
    *slash = '\0';
  bool ready = !slash || slash == parent || program_make_directories(parent);
  free(parent);
  for (unsigned number = 1; ready && number < 1000000; number++) {
    char *path = numbered(base, number);
    if (mkdir(path, 0777) == 0) {
      keep_name(path);
      return path;
    }
    int reason = errno;
    free(path);
    errno = reason;
    if (reason != EEXIST)
      return NULL;
  }
  return NULL;
}

bool program_is_there(const char *path)
{
  bool there = access(path, F_OK) == 0;
  if (!there && errno != ENOENT && errno != ENOTDIR)
    program_leave(program_fail_system("cannot look for", path));
  return there;
}

char *program_last_directory(const char *base)
{
  char *last = NULL;
  for (unsigned number = 1;; number++) {
    char *path = numbered(base, number);
    if (!program_is_there(path)) {
      free(path);
      return last;
    }
    free(last);
    last = path;
  }
}

char *program_slug(const char *name)
{
  char *slug = program_allocate(strlen(name) + sizeof "game", 1);
  size_t length = 0;
  for (const char *c = name; *c; c++) {
    char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
      slug[length++] = lower;
    else if (length > 0 && slug[length - 1] != '-')
      slug[length++] = '-';
  }
  while (length > 0 && slug[length - 1] == '-')
    length--;
  enum { LONGEST = 100 };
  slug[length < LONGEST ? length : LONGEST] = '\0';
  return length > 0 ? slug : strcpy(slug, "game");
}

int program_begin_results(const ag_results *results, const char *directory)
{
  ag_error error = {0};
  if (!directory || !results->file || ag_results_begin(results, directory, &error) == AG_OK)
    return STATUS_DONE;
  return program_fail(&error);
}

int program_print_json(char *text)
{
  if (!text)
    out_of_memory();
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == '\n')
    text[--length] = '\0';
  render_json(stdout, text);
  putchar('\n');
  free(text);
  return STATUS_DONE;
}

int program_save_json(char *text, const char *directory, const char *file_name)
{
  if (!directory) {
    free(text);
    return STATUS_DONE;
  }
  ag_error error = {0};
  char *path = program_format("%s/%s", directory, file_name);
  int status = STATUS_DONE;
  if (!program_make_directories(directory))
    status = program_fail_system("cannot write", path);
  else if (ag_text_save(text, path, &error) != AG_OK)
    status = program_fail(&error);
  free(path);
  return status;
}

char *program_command_line(void)
{
  enum { LONGEST = 1 << 16 };
  char *text = program_allocate(LONGEST + 1, 1);
  FILE *file = fopen("/proc/self/cmdline", "re");
  size_t size = file ? fread(text, 1, LONGEST, file) : 0;
  if (file)
    fclose(file);
  for (size_t i = 0; i + 1 < size; i++)
    if (text[i] == '\0')
      text[i] = ' ';
  return text;
}

bool program_ask(const char *format, ...)
{
  char answer[16] = "";
  if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
    return false;
  va_list list;
  va_start(list, format);
  char *text = program_format_list(format, list);
  va_end(list);
  render_format(stderr, "%s [y/N] ", text);
  fflush(stderr);
  free(text);
  bool read = fgets(answer, sizeof answer, stdin) != NULL;
  answer[strcspn(answer, "\n")] = '\0';
  return read && (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
}

void program_warn_originals(const char *directory)
{
  ag_run_input *input = NULL;
  size_t count = 0;
  if (!directory || ag_run_inputs(directory, &input, &count, NULL) != AG_OK)
    return;
  for (size_t i = 0; i < count; i++) {
    bool changed = input[i].original == AG_ORIGINAL_CHANGED;
    if (input[i].original == AG_ORIGINAL_SAME)
      continue;
    render_format(stderr, "warning: %s %s since the run in %s has read it", input[i].path,
                  changed ? "has changed" : "is gone", directory);
    if (input[i].name)
      render_format(stderr, "; the run goes by its own copy, %s", input[i].name);
    fputc('\n', stderr);
  }
  ag_run_inputs_free(input, count);
}
