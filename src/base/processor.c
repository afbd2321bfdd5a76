#include "base/processor.h"

#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "base/status.h"

static const char variable[] = "ALIGNGAME_MAX_CPU";

/* How many are not to be run; -1: the variable says what nobody knows. */
static int wanted_first(void)
{
  static const char *const set[] = {"avx512", "avx2", "baseline"};
  const char *most = getenv(variable);
  if (!most || !most[0])
    return 0;
  for (int i = 0; i < (int)(sizeof set / sizeof *set); i++)
    if (strcmp(most, set[i]) == 0)
      return i;
  return -1;
}

ag_status ag_environment_check(ag_error *error)
{
  if (wanted_first() >= 0)
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT,
                 "the environment variable %s is '%s'; expected avx512, avx2 or baseline", variable,
                 getenv(variable));
}

#ifdef __x86_64__
static int most_able(void)
{
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return 0;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 2;
}

int ag_processor_first(void)
{
  int first = most_able(), wanted = wanted_first();
  return wanted > first ? wanted : first;
}
#else
int ag_processor_first(void)
{
  return 0;
}
#endif
