#include "base/processor.h"
#include "curation/kernel.h"

extern const ag_kernels ag_kernels_baseline;
#ifdef __x86_64__
extern const ag_kernels ag_kernels_avx2, ag_kernels_avx512;
static const ag_kernels *const all[] = {&ag_kernels_avx512, &ag_kernels_avx2, &ag_kernels_baseline,
                                        NULL};
#else
static const ag_kernels *const all[] = {&ag_kernels_baseline, NULL};
#endif

const ag_kernels *ag_kernels_get(void)
{
  return all[ag_processor_first()];
}

const ag_kernels *const *ag_kernels_all(void)
{
  return all + ag_processor_first();
}
