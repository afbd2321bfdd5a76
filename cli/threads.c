#include "threads.h"

#ifdef _OPENMP

#include <fcntl.h>
#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Threads of a parallel region stay, and wait for the next one. */
static void start(int threads)
{
  int started = 0;
#pragma omp parallel num_threads(threads)
#pragma omp atomic
  started++;
}

/* OpenMP ends a process that cannot start a thread: so a child tries. */
static bool can_start(int threads)
{
  int ended = 1;
  pid_t child = fork();
  if (child == 0) {
    int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nothing >= 0)
      dup2(nothing, STDERR_FILENO);
    start(threads);
    _exit(0);
  }
  return child > 0 && waitpid(child, &ended, 0) == child && WIFEXITED(ended) &&
         WEXITSTATUS(ended) == 0;
}

/* The stacks shall leave three quarters of a limited address space to the work. */
static int can_afford(int wanted)
{
  struct rlimit space;
  pthread_attr_t kind;
  size_t stack = 0;
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY)
    return wanted;
  if (pthread_attr_init(&kind) == 0)
    pthread_attr_getstacksize(&kind, &stack);
  rlim_t most = stack > 0 ? space.rlim_cur / 4 / stack : 1;
  return most >= (rlim_t)wanted ? wanted : most > 1 ? (int)most : 1;
}

void threads_start(int quiet)
{
  int wanted = omp_get_max_threads(), most = can_afford(wanted);
  if (wanted == 1)
    return;
  if (!can_start(most))
    for (int few = 1, many = most; (most = few) + 1 < many;) {
      int middle = few + (many - few) / 2;
      *(can_start(middle) ? &few : &many) = middle;
    }
  if (most < wanted && !quiet)
    fprintf(stderr, "note: %d of %d threads are used: no more can be started here\n", most, wanted);
  omp_set_num_threads(most);
  start(most);
}

#else

void threads_start(int quiet)
{
  (void)quiet;
}

#endif
