/* Time: for intervals, and for people. */
#ifndef AG_BASE_CLOCK_H
#define AG_BASE_CLOCK_H

#include <time.h>

enum { AG_TIME_SIZE = 32 };

/* Seconds on a clock that never goes back. */
static inline double ag_time_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The date and time in UTC: 2026-01-31T23:59:59Z. */
static inline void ag_time_text(char text[AG_TIME_SIZE])
{
  time_t now = time(NULL);
  struct tm parts;
  gmtime_r(&now, &parts);
  strftime(text, AG_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

#endif
