#include "base/processor.h"

#include <stdlib.h>
#include <string.h>

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
  int first = most_able(), wanted = 0;
  const char *most = getenv("ALIGNGAME_MAX_CPU");
  if (most && strcmp(most, "avx2") == 0)
    wanted = 1;
  else if (most && strcmp(most, "baseline") == 0)
    wanted = 2;
  return wanted > first ? wanted : first;
}
#else
int ag_processor_first(void)
{
  return 0;
}
#endif
