/* Runs a program and writes down what it does to the files under a folder, in order, so that
 * test_power.py can make the states that a power cut may leave.
 *
 * Usage: record LOG FOLDER PROGRAM WORDS…  (LOG is appended to; FOLDER is absolute)
 *
 * It watches system calls by ptrace: what stdio and libraries write is seen as well. A record is a
 * line of words, separated by tabs, and for W the bytes:
 *   C INODE PATH     a new file         W INODE OFFSET SIZE   bytes written
 *   M INODE PATH     a new folder       T INODE SIZE          cut or lengthened
 *   R OLD NEW        renamed            F INODE               on the disk, says the program
 *   U PATH           removed            ? NAME                a call that is not understood here
 *   E STATUS         the end of the program
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h> /* after sys/ptrace.h: both name the requests */
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS_MOST = 256, UNABLE = 77 };

static const uint64_t here = (uint64_t)AT_FDCWD;

/* A call between its entry and its exit. */
typedef struct call {
  pid_t thread; /* 0: free */
  uint64_t number, word[6];
  bool entered, existed;
  char path[2][PATH_MAX]; /* absolute, of the calls that have them */
  long offset;
} call;

typedef struct recorder {
  FILE *log;
  const char *folder;
  call calls[THREADS_MOST];
} recorder;

static _Noreturn void give_up(const char *what)
{
  fprintf(stderr, "record: %s: %s\n", what, strerror(errno));
  exit(UNABLE);
}

static call *find_call(recorder *r, pid_t thread)
{
  call *open = NULL;
  for (int i = 0; i < THREADS_MOST; i++) {
    if (r->calls[i].thread == thread)
      return &r->calls[i];
    if (open == NULL && r->calls[i].thread == 0)
      open = &r->calls[i];
  }
  if (open == NULL)
    give_up("too many threads");
  open->thread = thread;
  open->entered = false;
  return open;
}

static void read_memory(pid_t thread, uint64_t from, void *to, size_t size)
{
  struct iovec local = {to, size}, remote = {(void *)(uintptr_t)from, size};
  if (process_vm_readv(thread, &local, 1, &remote, 1, 0) != (ssize_t)size)
    give_up("cannot read the program's memory");
}

/* A text of the program's, page by page, as it may end just before memory that is not there. */
static void read_text(pid_t thread, uint64_t from, char text[PATH_MAX])
{
  for (size_t used = 0; used < PATH_MAX;) {
    size_t size = 256 - (from + used) % 256;
    if (size > PATH_MAX - used)
      size = PATH_MAX - used;
    read_memory(thread, from + used, text + used, size);
    if (memchr(text + used, '\0', size))
      return;
    used += size;
  }
  errno = ENAMETOOLONG;
  give_up("a path");
}

/* Where a descriptor of the program leads, or "". */
static void descriptor_path(pid_t thread, uint64_t descriptor, char path[PATH_MAX])
{
  char link[64];
  snprintf(link, sizeof link, descriptor == here ? "/proc/%d/cwd" : "/proc/%d/fd/%d", (int)thread,
           (int)descriptor);
  ssize_t size = readlink(link, path, PATH_MAX - 1);
  path[size > 0 ? size : 0] = '\0';
}

static void find_path(pid_t thread, uint64_t folder, uint64_t text, char path[PATH_MAX])
{
  char name[PATH_MAX], base[PATH_MAX] = "";
  read_text(thread, text, name);
  if (name[0] != '/')
    descriptor_path(thread, (uint64_t)(int64_t)(int)folder, base);
  size_t length = strlen(base);
  if (length + strlen(name) + 2 > PATH_MAX)
    give_up("a path");
  memcpy(path, base, length);
  path[length] = '/';
  strcpy(path + length + (length > 0 || name[0] != '/'), name);
}

static bool is_watched(const recorder *r, const char *path)
{
  size_t length = strlen(r->folder);
  return strncmp(path, r->folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The state of a descriptor's file; false: it is none that is watched. */
static bool find_file(const recorder *r, pid_t thread, uint64_t descriptor, struct stat *state)
{
  char path[PATH_MAX], link[64];
  descriptor_path(thread, (uint64_t)(int64_t)(int)descriptor, path);
  snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)thread, (int)descriptor);
  return is_watched(r, path) && stat(link, state) == 0;
}

/* Where the next byte goes. */
static long find_offset(pid_t thread, uint64_t descriptor)
{
  char name[64], line[128];
  long offset = 0, flags = 0;
  struct stat state;
  snprintf(name, sizeof name, "/proc/%d/fdinfo/%d", (int)thread, (int)descriptor);
  FILE *info = fopen(name, "re");
  while (info && fgets(line, sizeof line, info)) {
    sscanf(line, "pos: %ld", &offset);
    sscanf(line, "flags: %lo", (unsigned long *)&flags);
  }
  if (info)
    fclose(info);
  snprintf(name, sizeof name, "/proc/%d/fd/%d", (int)thread, (int)descriptor);
  return flags & O_APPEND && stat(name, &state) == 0 ? (long)state.st_size : offset;
}

/* ---- the calls: where their paths stand, before the kernel has seen them ---- */

/* first, second: the words that hold a path, or -1; each with its folder, or -1. */
typedef struct known_call {
  long number;
  char kind; /* O, M, R, U, W, P: with its offset, T, F, ? */
  signed char first_folder, first, second_folder, second;
} known_call;

static const known_call known[] = {
#ifdef SYS_open
    {SYS_open, 'O', -1, 0, -1, -1},       {SYS_creat, '?', -1, 0, -1, -1},
    {SYS_mkdir, 'M', -1, 0, -1, -1},      {SYS_rename, 'R', -1, 0, -1, 1},
    {SYS_unlink, 'U', -1, 0, -1, -1},     {SYS_rmdir, 'U', -1, 0, -1, -1},
    {SYS_link, '?', -1, 0, -1, 1},        {SYS_symlink, '?', -1, 1, -1, -1},
#endif
#ifdef SYS_renameat
    {SYS_renameat, 'R', 0, 1, 2, 3},
#endif
    {SYS_openat, 'O', 0, 1, -1, -1},      {SYS_mkdirat, 'M', 0, 1, -1, -1},
    {SYS_renameat2, 'R', 0, 1, 2, 3},     {SYS_unlinkat, 'U', 0, 1, -1, -1},
    {SYS_linkat, '?', 0, 1, 2, 3},        {SYS_truncate, '?', -1, 0, -1, -1},
    {SYS_write, 'W', -1, -1, -1, -1},     {SYS_pwrite64, 'P', -1, -1, -1, -1},
    {SYS_writev, 'V', -1, -1, -1, -1},    {SYS_ftruncate, 'T', -1, -1, -1, -1},
    {SYS_fsync, 'F', -1, -1, -1, -1},     {SYS_fdatasync, 'F', -1, -1, -1, -1},
    {SYS_fallocate, '?', -1, -1, -1, -1}, {SYS_pwritev, '?', -1, -1, -1, -1},
};

static const known_call *find_known(uint64_t number)
{
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
    if (known[i].number == (long)number)
      return &known[i];
  return NULL;
}

static void enter(call *now)
{
  const known_call *k = find_known(now->number);
  now->path[0][0] = now->path[1][0] = '\0';
  if (k == NULL)
    return;
  if (k->first >= 0)
    find_path(now->thread, k->first_folder >= 0 ? now->word[k->first_folder] : here,
              now->word[k->first], now->path[0]);
  if (k->second >= 0)
    find_path(now->thread, k->second_folder >= 0 ? now->word[k->second_folder] : here,
              now->word[k->second], now->path[1]);
  now->existed = now->path[0][0] && access(now->path[0], F_OK) == 0;
  if (k->kind == 'W' || k->kind == 'V')
    now->offset = find_offset(now->thread, now->word[0]);
}

/* ---- and afterwards ---- */

static void put_bytes(const recorder *r, const call *now, uint64_t from, size_t size)
{
  char *bytes = malloc(size + 1);
  if (bytes == NULL)
    give_up("memory");
  read_memory(now->thread, from, bytes, size);
  fwrite(bytes, 1, size, r->log);
  free(bytes);
}

static void put_write(const recorder *r, const call *now, char kind, uint64_t inode, size_t size)
{
  long offset = kind == 'P' ? (long)now->word[3] : now->offset;
  fprintf(r->log, "W\t%" PRIu64 "\t%ld\t%zu\n", inode, offset, size);
  if (kind != 'V') {
    put_bytes(r, now, now->word[1], size);
    return;
  }
  for (uint64_t i = 0; i < now->word[2] && size > 0; i++) {
    struct iovec part;
    read_memory(now->thread, now->word[1] + i * sizeof part, &part, sizeof part);
    size_t count = part.iov_len < size ? part.iov_len : size;
    put_bytes(r, now, (uint64_t)(uintptr_t)part.iov_base, count);
    size -= count;
  }
}

static void put_opened(const recorder *r, const call *now)
{
  struct stat state;
  uint64_t flags = now->word[now->number == SYS_openat ? 2 : 1];
  if (!is_watched(r, now->path[0]) || stat(now->path[0], &state) != 0)
    return;
  if (flags & O_CREAT && !now->existed)
    fprintf(r->log, "C\t%" PRIu64 "\t%s\n", (uint64_t)state.st_ino, now->path[0]);
  else if (flags & O_TRUNC)
    fprintf(r->log, "T\t%" PRIu64 "\t0\n", (uint64_t)state.st_ino);
}

static void put_named(const recorder *r, const call *now, char kind)
{
  struct stat state;
  if (!is_watched(r, now->path[0]) && !(now->path[1][0] && is_watched(r, now->path[1])))
    return;
  if (kind == 'M' && stat(now->path[0], &state) == 0)
    fprintf(r->log, "M\t%" PRIu64 "\t%s\n", (uint64_t)state.st_ino, now->path[0]);
  else if (kind == 'R')
    fprintf(r->log, "R\t%s\t%s\n", now->path[0], now->path[1]);
  else if (kind == 'U')
    fprintf(r->log, "U\t%s\n", now->path[0]);
}

static void leave(const recorder *r, const call *now, int64_t result)
{
  const known_call *k = find_known(now->number);
  struct stat state;
  if (k == NULL || result < 0)
    return;
  if (k->kind == 'O')
    put_opened(r, now);
  else if (k->kind == '?' && (k->first >= 0 ? is_watched(r, now->path[0])
                                            : find_file(r, now->thread, now->word[0], &state)))
    fprintf(r->log, "?\t%ld\n", k->number);
  else if (k->first >= 0)
    put_named(r, now, k->kind);
  else if (!find_file(r, now->thread, now->word[0], &state))
    return;
  else if (k->kind == 'T')
    fprintf(r->log, "T\t%" PRIu64 "\t%" PRIu64 "\n", (uint64_t)state.st_ino, now->word[1]);
  else if (k->kind == 'F')
    fprintf(r->log, "F\t%" PRIu64 "\n", (uint64_t)state.st_ino);
  else if (k->kind == 'W' || k->kind == 'P' || k->kind == 'V')
    put_write(r, now, k->kind, (uint64_t)state.st_ino, (size_t)result);
}

static void see_call(recorder *r, pid_t thread)
{
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0)
    give_up("ptrace");
  call *now = find_call(r, thread);
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    now->number = info.entry.nr;
    memcpy(now->word, info.entry.args, sizeof now->word);
    now->entered = true;
    enter(now);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && now->entered) {
    now->entered = false;
    leave(r, now, info.exit.rval);
  }
}

/* ---- the program ---- */

static pid_t begin(char **words)
{
  pid_t child = fork();
  if (child < 0)
    give_up("fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
      _exit(UNABLE);
    raise(SIGSTOP);
    execv(words[0], words);
    _exit(127);
  }
  int status;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
    give_up("ptrace is not allowed here");
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                 PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, NULL, options) != 0 ||
      ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
    give_up("ptrace");
  return child;
}

/* The signal that a stopped thread is to get as it goes on. */
static int see_stop(recorder *r, pid_t thread, int status)
{
  int signal = WSTOPSIG(status);
  if (signal == (SIGTRAP | 0x80))
    see_call(r, thread);
  return signal == (SIGTRAP | 0x80) || signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

int main(int argc, char **argv)
{
  static recorder r; /* large */
  if (argc < 4) {
    fputs("usage: record LOG FOLDER PROGRAM WORDS…\n", stderr);
    return 2;
  }
  r.log = fopen(argv[1], "ae");
  r.folder = argv[2];
  if (r.log == NULL)
    give_up(argv[1]);
  pid_t child = begin(argv + 3), thread;
  int status = 0;
  while ((thread = waitpid(-1, &status, __WALL)) > 0) {
    if (WIFSTOPPED(status)) {
      int signal = see_stop(&r, thread, status);
      ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(intptr_t)signal);
      continue;
    }
    find_call(&r, thread)->thread = 0;
    if (thread == child)
      break;
  }
  int end = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  fprintf(r.log, "E\t%d\n", end);
  return fclose(r.log) == 0 ? end : 1;
}
