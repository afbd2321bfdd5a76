/* What files share that are compiled once for each instruction set, with AG_KERNEL_NAME. */
#ifndef AG_BASE_KERNEL_H
#define AG_BASE_KERNEL_H

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

/* Before a function that is compiled anew wherever it is called, with the constants there; where
 * branches are counted, once. */
#ifdef AG_COVERAGE
#define INLINE static __attribute__((noinline, unused))
#else
#define INLINE static inline __attribute__((always_inline))
#endif

#endif
