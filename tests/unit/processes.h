/* What tests of programs that are run from outside look at: time, descriptors, children. */
#ifndef AG_TESTS_PROCESSES_H
#define AG_TESTS_PROCESSES_H

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static inline double seconds_now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Descriptors that this process has open. */
static inline int count_descriptors(void)
{
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder && readdir(folder))
    count++;
  if (folder)
    closedir(folder);
  return count;
}

/* Whether this process has any child, alive or dead. */
static inline bool has_children(void)
{
  return !(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
}

/* Whether a process is there and not merely waiting to be reaped by a stranger. */
static inline bool is_alive(long pid)
{
  char path[64], state = 'Z';
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file)
    return false;
  if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
    state = 'Z';
  fclose(file);
  return state != 'Z' && state != 'X';
}

#endif
