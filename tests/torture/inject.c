/* Makes a call of a kind fail anywhere in a program, its libraries included, from main on.
 *
 *   LD_PRELOAD=inject.so AG_FAIL=KIND:N[+][:ERRNO] PROGRAM …   the N-th call fails; +: all from it
 * on LD_PRELOAD=inject.so AG_FAIL_COUNTS=FILE PROGRAM …         counts, a line `KIND N` for each
 * kind
 *
 * Streams of fopen and fdopen read and write by what is interposed here. Children run unharmed. A
 * fatal signal says where it was. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  MEMORY,
  WRITE,
  SYNC,
  RENAME,
  OPEN,
  READ,
  CLOSE,
  UNLINK,
  MKDIR,
  CUT,
  STAT,
  MMAP,
  THREAD,
  KINDS
};

static const struct {
  const char *name;
  int reason;
} kinds[KINDS] = {{"memory", ENOMEM}, {"write", ENOSPC}, {"fsync", EIO}, {"rename", EIO},
                  {"open", EMFILE},   {"read", EIO},     {"close", EIO}, {"unlink", EIO},
                  {"mkdir", ENOSPC},  {"truncate", EIO}, {"stat", EIO},  {"mmap", ENOMEM},
                  {"thread", EAGAIN}};

static struct {
  bool on, sticky;
  int kind, reason;
  long at;
  _Atomic long count[KINDS];
} plan = {.kind = -1};

/* Whether this call is to fail, and then errno is set. */
static bool strikes(int kind)
{
  if (!plan.on)
    return false;
  long number = atomic_fetch_add(&plan.count[kind], 1) + 1;
  if (kind != plan.kind || (plan.sticky ? number < plan.at : number != plan.at))
    return false;
  errno = plan.reason;
  return true;
}

/* The function behind a wrapper; looked up once. */
#define NEXT(type, name, ...)                                                                      \
  static type (*next)(__VA_ARGS__);                                                                \
  if (!next)                                                                                       \
  next = (type(*)(__VA_ARGS__))(uintptr_t)dlsym(RTLD_NEXT, #name)

/* A call of an ordinary shape: type name(parameters) with these arguments fails with `failed`. */
#define WRAP(kind, type, failed, name, parameters, arguments, ...)                                 \
  type name parameters                                                                             \
  {                                                                                                \
    NEXT(type, name, __VA_ARGS__);                                                                 \
    return strikes(kind) ? failed : next arguments;                                                \
  }

/* --- memory --- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
  return strikes(MEMORY) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  return strikes(MEMORY) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
  return strikes(MEMORY) ? NULL : __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  return strikes(MEMORY) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
  *block = strikes(MEMORY) ? NULL : __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

/* --- files --- */

WRAP(WRITE, ssize_t, -1, write, (int f, const void *b, size_t n), (f, b, n), int, const void *,
     size_t)
WRAP(WRITE, ssize_t, -1, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o), int,
     const void *, size_t, off_t)
WRAP(WRITE, ssize_t, -1, pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o), int,
     const void *, size_t, off64_t)
WRAP(READ, ssize_t, -1, read, (int f, void *b, size_t n), (f, b, n), int, void *, size_t)
WRAP(READ, ssize_t, -1, pread, (int f, void *b, size_t n, off_t o), (f, b, n, o), int, void *,
     size_t, off_t)
WRAP(READ, ssize_t, -1, pread64, (int f, void *b, size_t n, off64_t o), (f, b, n, o), int, void *,
     size_t, off64_t)
WRAP(SYNC, int, -1, fsync, (int f), (f), int)
WRAP(SYNC, int, -1, fdatasync, (int f), (f), int)
WRAP(RENAME, int, -1, rename, (const char *a, const char *b), (a, b), const char *, const char *)
WRAP(RENAME, int, -1, renameat2, (int f, const char *a, int g, const char *b, unsigned n),
     (f, a, g, b, n), int, const char *, int, const char *, unsigned)
WRAP(RENAME, int, -1, link, (const char *a, const char *b), (a, b), const char *, const char *)
WRAP(UNLINK, int, -1, unlink, (const char *a), (a), const char *)
WRAP(UNLINK, int, -1, unlinkat, (int f, const char *a, int n), (f, a, n), int, const char *, int)
WRAP(UNLINK, int, -1, rmdir, (const char *a), (a), const char *)
WRAP(MKDIR, int, -1, mkdir, (const char *a, mode_t m), (a, m), const char *, mode_t)
WRAP(MKDIR, char *, NULL, mkdtemp, (char *a), (a), char *)
WRAP(CUT, int, -1, ftruncate, (int f, off_t n), (f, n), int, off_t)
WRAP(CUT, int, -1, ftruncate64, (int f, off64_t n), (f, n), int, off64_t)
WRAP(STAT, int, -1, stat, (const char *a, struct stat *s), (a, s), const char *, struct stat *)
WRAP(STAT, int, -1, lstat, (const char *a, struct stat *s), (a, s), const char *, struct stat *)
WRAP(STAT, int, -1, fstat, (int f, struct stat *s), (f, s), int, struct stat *)
WRAP(STAT, int, -1, fstatat, (int f, const char *a, struct stat *s, int n), (f, a, s, n), int,
     const char *, struct stat *, int)
WRAP(STAT, int, -1, stat64, (const char *a, struct stat64 *s), (a, s), const char *,
     struct stat64 *)
WRAP(STAT, int, -1, lstat64, (const char *a, struct stat64 *s), (a, s), const char *,
     struct stat64 *)
WRAP(STAT, int, -1, fstat64, (int f, struct stat64 *s), (f, s), int, struct stat64 *)
WRAP(STAT, int, -1, fstatat64, (int f, const char *a, struct stat64 *s, int n), (f, a, s, n), int,
     const char *, struct stat64 *, int)
WRAP(STAT, int, -1, access, (const char *a, int m), (a, m), const char *, int)
WRAP(OPEN, DIR *, NULL, opendir, (const char *a), (a), const char *)
WRAP(OPEN, DIR *, NULL, fdopendir, (int f), (f), int)
WRAP(OPEN, int, -1, mkstemp, (char *a), (a), char *)
WRAP(OPEN, int, -1, dup, (int f), (f), int)
WRAP(OPEN, int, -1, pipe2, (int f[2], int n), (f, n), int *, int)
WRAP(MMAP, void *, MAP_FAILED, mmap, (void *a, size_t n, int p, int w, int f, off_t o),
     (a, n, p, w, f, o), void *, size_t, int, int, int, off_t)

WRAP(MMAP, void *, MAP_FAILED, mmap64, (void *a, size_t n, int p, int w, int f, off64_t o),
     (a, n, p, w, f, o), void *, size_t, int, int, int, off64_t)

/* The descriptor is closed all the same, as Linux does. */
int close(int file)
{
  NEXT(int, close, int);
  bool failed = strikes(CLOSE);
  int reason = errno, status = next(file);
  errno = failed ? reason : errno;
  return failed ? -1 : status;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*what)(void *), void *with)
{
  NEXT(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  return strikes(THREAD) ? plan.reason : next(thread, how, what, with);
}

#define WRAP_OPEN(name)                                                                            \
  int name(const char *path, int flags, ...)                                                       \
  {                                                                                                \
    NEXT(int, name, const char *, int, ...);                                                       \
    va_list list;                                                                                  \
    va_start(list, flags);                                                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                        \
    va_end(list);                                                                                  \
    return strikes(OPEN) ? -1 : next(path, flags, mode);                                           \
  }
WRAP_OPEN(open)
WRAP_OPEN(open64)

#define WRAP_OPENAT(name)                                                                          \
  int name(int folder, const char *path, int flags, ...)                                           \
  {                                                                                                \
    NEXT(int, name, int, const char *, int, ...);                                                  \
    va_list list;                                                                                  \
    va_start(list, flags);                                                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                        \
    va_end(list);                                                                                  \
    return strikes(OPEN) ? -1 : next(folder, path, flags, mode);                                   \
  }
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

/* --- streams --- */

static ssize_t stream_read(void *file, char *bytes, size_t size)
{
  return read((int)(intptr_t)file, bytes, size);
}

static ssize_t stream_write(void *file, const char *bytes, size_t size)
{
  ssize_t written = write((int)(intptr_t)file, bytes, size);
  return written < 0 ? 0 : written; /* what stdio takes for a failure here */
}

static int stream_seek(void *file, off64_t *offset, int from)
{
  *offset = lseek((int)(intptr_t)file, *offset, from);
  return *offset < 0 ? -1 : 0;
}

static int stream_close(void *file)
{
  return close((int)(intptr_t)file);
}

static FILE *stream_of(int file, const char *mode)
{
  cookie_io_functions_t calls = {stream_read, stream_write, stream_seek, stream_close};
  char plain[3] = {mode[0], strchr(mode, '+') ? '+' : '\0'};
  return fopencookie((void *)(intptr_t)file, plain, calls);
}

FILE *fdopen(int file, const char *mode)
{
  return strikes(OPEN) ? NULL : stream_of(file, mode);
}

FILE *fopen(const char *path, const char *mode)
{
  int way = strchr(mode, '+') ? O_RDWR : mode[0] == 'r' ? O_RDONLY : O_WRONLY;
  int make = mode[0] == 'r' ? 0 : O_CREAT | (mode[0] == 'w' ? O_TRUNC : O_APPEND);
  int only = (strchr(mode, 'x') ? O_EXCL : 0) | (strchr(mode, 'e') ? O_CLOEXEC : 0);
  int file = open(path, way | make | only, 0666);
  FILE *stream = file >= 0 ? stream_of(file, mode) : NULL;
  int reason = errno;
  if (file >= 0 && !stream)
    close(file);
  errno = reason;
  return stream;
}

FILE *fopen64(const char *path, const char *mode)
{
  return fopen(path, mode);
}

/* --- begin and end --- */

static void on_fatal(int number)
{
  void *frames[64];
  int count = backtrace(frames, 64);
  static const char words[] = "fatal signal at\n";
  NEXT(ssize_t, write, int, const void *, size_t);
  next(STDERR_FILENO, words, sizeof words - 1);
  backtrace_symbols_fd(frames, count, STDERR_FILENO);
  signal(number, SIG_DFL);
  raise(number);
}

static void read_plan(const char *text)
{
  char *end = NULL;
  const char *number = text ? strchr(text, ':') : NULL;
  for (int k = 0; number && k < KINDS; k++)
    if (strncmp(text, kinds[k].name, (size_t)(number - text)) == 0)
      plan.kind = k;
  if (plan.kind < 0)
    return;
  plan.at = strtol(number + 1, &end, 10);
  plan.sticky = *end == '+';
  plan.reason = (end = strchr(end, ':')) ? atoi(end + 1) : kinds[plan.kind].reason;
}

static void write_counts(void)
{
  plan.on = false;
  const char *path = getenv("AG_FAIL_COUNTS");
  FILE *out = path ? fopen(path, "we") : NULL;
  for (int k = 0; out && k < KINDS; k++)
    fprintf(out, "%s %ld\n", kinds[k].name, (long)plan.count[k]);
  if (out)
    fclose(out);
}

static int (*real_main)(int, char **, char **);

static int watched_main(int count, char **words, char **environment)
{
  static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
  void *frame[2];
  backtrace(frame, 2); /* loads what it needs */
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
    signal(fatal[i], on_fatal);
  read_plan(getenv("AG_FAIL"));
  unsetenv("LD_PRELOAD");
  atexit(write_counts);
  plan.on = true;
  return real_main(count, words, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int count, char **words,
                      void (*begin)(void), void (*end)(void), void (*loader_end)(void), void *stack)
{
  NEXT(int, __libc_start_main, int (*)(int, char **, char **), int, char **, void (*)(void),
       void (*)(void), void (*)(void), void *);
  real_main = main;
  return next(watched_main, count, words, begin, end, loader_end, stack);
}
