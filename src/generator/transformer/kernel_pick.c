#include "base/processor.h"
#include "generator/transformer/kernel.h"

extern const ag_transformer_kernels ag_transformer_kernels_baseline;
#ifdef __x86_64__
extern const ag_transformer_kernels ag_transformer_kernels_avx2, ag_transformer_kernels_avx512;
static const ag_transformer_kernels *const all[] = {
    &ag_transformer_kernels_avx512, &ag_transformer_kernels_avx2, &ag_transformer_kernels_baseline};
#else
static const ag_transformer_kernels *const all[] = {&ag_transformer_kernels_baseline};
#endif

const ag_transformer_kernels *ag_transformer_kernels_get(void)
{
  return all[ag_processor_first()];
}
