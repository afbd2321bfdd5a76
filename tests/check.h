/* A test program is a list of facts: main calls CHECK_RUN(function) for each
 * and returns check_end(). Output is TAP, which meson reads. */
#ifndef AG_TESTS_CHECK_H
#define AG_TESTS_CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_count, check_failures, check_current_failed;

#define CHECK(condition)                                                                           \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      printf("# %s:%d: false: %s\n", __FILE__, __LINE__, #condition);                              \
      check_current_failed = 1;                                                                    \
    }                                                                                              \
  } while (0)

/* |actual - expected| <= tolerance; NaN fails. */
#define CHECK_NEAR(actual, expected, tolerance)                                                    \
  do {                                                                                             \
    double check_a = (actual), check_e = (expected), check_t = (tolerance);                        \
    if (!(fabs(check_a - check_e) <= check_t)) {                                                   \
      printf("# %s:%d: %s = %.17g, expected %.17g within %.3g, off by %.3g\n", __FILE__, __LINE__, \
             #actual, check_a, check_e, check_t, fabs(check_a - check_e));                         \
      check_current_failed = 1;                                                                    \
    }                                                                                              \
  } while (0)

#define CHECK_TEXT(actual, expected)                                                               \
  do {                                                                                             \
    const char *check_a = (actual), *check_e = (expected);                                         \
    if (strcmp(check_a, check_e) != 0) {                                                           \
      printf("# %s:%d: %s = \"%s\", expected \"%s\"\n", __FILE__, __LINE__, #actual, check_a,      \
             check_e);                                                                             \
      check_current_failed = 1;                                                                    \
    }                                                                                              \
  } while (0)

static inline void check_report(const char *name)
{
  check_count++;
  check_failures += check_current_failed;
  printf("%sok %d - %s\n", check_current_failed ? "not " : "", check_count, name);
  fflush(stdout);
}

#define CHECK_RUN(function)                                                                        \
  do {                                                                                             \
    check_current_failed = 0;                                                                      \
    function();                                                                                    \
    check_report(#function);                                                                       \
  } while (0)

static inline void check_skip(const char *name, const char *why)
{
  printf("ok %d - %s # SKIP %s\n", ++check_count, name, why);
}

static inline int check_end(void)
{
  printf("1..%d\n", check_count);
  return check_failures != 0;
}

#endif
