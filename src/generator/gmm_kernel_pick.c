#include "base/processor.h"
#include "generator/gmm_kernel.h"

extern const ag_gmm_kernels ag_gmm_kernels_baseline;
#ifdef __x86_64__
extern const ag_gmm_kernels ag_gmm_kernels_avx2, ag_gmm_kernels_avx512;
static const ag_gmm_kernels *const all[] = {&ag_gmm_kernels_avx512, &ag_gmm_kernels_avx2,
                                            &ag_gmm_kernels_baseline, NULL};
#else
static const ag_gmm_kernels *const all[] = {&ag_gmm_kernels_baseline, NULL};
#endif

const ag_gmm_kernels *ag_gmm_kernels_get(void)
{
  return all[ag_processor_first()];
}

const ag_gmm_kernels *const *ag_gmm_kernels_all(void)
{
  return all + ag_processor_first();
}
