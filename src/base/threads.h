/* OpenMP's calls, answered for one thread where a build has no OpenMP. */
#ifndef AG_BASE_THREADS_H
#define AG_BASE_THREADS_H

#ifdef _OPENMP
#include <omp.h>
#else
static inline int omp_get_max_threads(void)
{
  return 1;
}

static inline int omp_get_num_procs(void)
{
  return 1;
}

static inline int omp_get_thread_num(void)
{
  return 0;
}

static inline void omp_set_num_threads(int threads)
{
  (void)threads;
}
#endif

#endif
