#include "curation/kernel.h"

extern const ag_kernels ag_kernels_baseline;
#ifdef __x86_64__
extern const ag_kernels ag_kernels_avx2, ag_kernels_avx512;
#endif

const ag_kernels *ag_kernels_get(void)
{
  return ag_kernels_all()[0];
}

const ag_kernels *const *ag_kernels_all(void)
{
#ifdef __x86_64__
  static const ag_kernels *const all[] = {&ag_kernels_avx512, &ag_kernels_avx2,
                                          &ag_kernels_baseline, NULL};
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return all;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return all + 1;
  return all + 2;
#else
  static const ag_kernels *const all[] = {&ag_kernels_baseline, NULL};
  return all;
#endif
}
