#include "base/numerics.h"

#include <float.h>
#include <math.h>

int ag_compare_reals(const void *left, const void *right)
{
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

double ag_array_sum(const double *x, size_t n)
{
  ag_sum total = {0};
  for (size_t i = 0; i < n; i++)
    ag_sum_add(&total, x[i]);
  return ag_sum_value(&total);
}

/* The largest element; NaN where there is one. */
static double largest(const double *x, size_t n)
{
  double most = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (isnan(x[i]))
      return x[i];
    most = x[i] > most ? x[i] : most;
  }
  return most;
}

double ag_log_sum_exp(const double *x, size_t n)
{
  double most = largest(x, n);
  if (!isfinite(most))
    return most;
  ag_sum total = {0};
  for (size_t i = 0; i < n; i++)
    ag_sum_add(&total, exp(x[i] - most));
  return most + log(ag_sum_value(&total));
}

double ag_log_add(double a, double b)
{
  if (isnan(a) || isnan(b))
    return a + b;
  double high = a > b ? a : b, low = a > b ? b : a;
  if (isinf(high))
    return high;
  return high + log1p(exp(low - high));
}

double ag_log_normalize(double *log_mass, size_t n)
{
  double total = ag_log_sum_exp(log_mass, n);
  if (!isfinite(total))
    return total;
  for (size_t i = 0; i < n; i++)
    log_mass[i] -= total;
  return total;
}

/* The logarithm of a quotient is closer than a difference of logarithms, as
 * long as the quotient keeps all its digits. */
static double log_share(double mass, double total)
{
  double share = mass / total;
  if (share >= DBL_MIN || mass == 0)
    return log(share);
  return log(mass) - log(total);
}

int ag_mass_to_log(double *mass, size_t n)
{
  double most = largest(mass, n);
  if (!(most > 0))
    return 0;
  int exponent;
  frexp(most, &exponent);
  /* Halving by whole powers of two is exact, save for masses too small to count. */
  ag_sum total = {0};
  for (size_t i = 0; i < n; i++)
    ag_sum_add(&total, ldexp(mass[i], -exponent));
  double sum = ag_sum_value(&total), whole = ldexp(sum, exponent);
  for (size_t i = 0; i < n; i++)
    mass[i] =
        isfinite(whole) ? log_share(mass[i], whole) : log_share(ldexp(mass[i], -exponent), sum);
  return 1;
}
