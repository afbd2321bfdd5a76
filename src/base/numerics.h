/* Sums that keep their accuracy over many items. Every sum runs in a fixed
 * order, so that its bits do not depend on threads. Compile without
 * reassociation of floating point (no -ffast-math). */
#ifndef AG_BASE_NUMERICS_H
#define AG_BASE_NUMERICS_H

#include <stddef.h>

/* A running sum with the rounding errors kept apart (Neumaier, 1974): start
 * with {0}; the value is sum + lost. Infinite terms give NaN. */
typedef struct ag_sum {
  double sum, lost;
} ag_sum;

static inline void ag_sum_add(ag_sum *total, double x)
{
  double sum = total->sum + x;
  double big = __builtin_fabs(total->sum) >= __builtin_fabs(x) ? total->sum : x;
  double small = __builtin_fabs(total->sum) >= __builtin_fabs(x) ? x : total->sum;
  total->lost += (big - sum) + small;
  total->sum = sum;
}

static inline double ag_sum_value(const ag_sum *total)
{
  return total->sum + total->lost;
}

/* For qsort: doubles in increasing order, none of them NaN. */
int ag_compare_reals(const void *left, const void *right);

/* The sum of x [n], compensated: for terms of one sign within an ulp or so. */
double ag_array_sum(const double *x, size_t n);

/* log(sum_i exp(x_i)), x [n]. -INFINITY for n = 0 and where every x_i is;
 * INFINITY where some x_i is; NaN where some x_i is. The sum inside the
 * logarithm has a relative error of about 1e-15 for any n. */
double ag_log_sum_exp(const double *x, size_t n);

/* log(exp(a) + exp(b)). */
double ag_log_add(double a, double b);

/* In place: log masses [n] (-INFINITY for mass zero) become normalised.
 * Returned: the logarithm of the total before; nothing changes where that is
 * not finite. */
double ag_log_normalize(double *log_mass, size_t n);

/* In place: masses [n] (finite, >= 0) become normalised log masses, without
 * overflow for any total. Returned: 0, and nothing changed, where every mass is
 * zero; 1 otherwise. */
int ag_mass_to_log(double *mass, size_t n);

#endif
