/* Which of the kernels' instruction sets this processor runs. */
#ifndef AG_BASE_PROCESSOR_H
#define AG_BASE_PROCESSOR_H

/* Kernels are compiled for avx512, avx2 and baseline (src/meson.build), in this order;
 * on other processors for baseline alone. Returned: how many at the front of the list
 * this processor does not run, or is not to: $ALIGNGAME_MAX_CPU may be avx2 or baseline. */
int ag_processor_first(void);

#endif
