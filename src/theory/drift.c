/* Drift without curation: closed forms. */
#include <aligngame/drift.h>

#include <math.h>

#include "base/numerics.h"

/* Terms that are added one by one; the rest of a sum comes from its integral. */
enum { TERMS = 10000 };

/* The integral of 1 / (x (x - a)) from m to infinity, 0 <= a < 1. */
static double integral_from(double m, double a)
{
  return a > 0 ? -log1p(-a / m) / a : 1 / m;
}

/* sum_{i <= count} 1 / (i (i - a)), 0 <= a < 1. Past TERMS each term is the
 * integral over its unit interval, off by f''/24: 1e-13 in all. */
static double inverse_squares(double a, size_t count)
{
  ag_sum sum = {0};
  for (size_t i = 1; i <= count && i <= TERMS; i++)
    ag_sum_add(&sum, 1 / ((double)i * ((double)i - a)));
  if (count > TERMS) {
    ag_sum_add(&sum, integral_from(TERMS + 0.5, a));
    if (count != AG_DRIFT_FOREVER)
      ag_sum_add(&sum, -integral_from((double)count + 0.5, a));
  }
  return ag_sum_value(&sum);
}

/* prod_{i <= count} (1 - square / i^2); past TERMS the logarithm's first term
 * is all there is in double precision. */
static double sine_product(double square, size_t count)
{
  ag_sum sum = {0};
  for (size_t i = 1; i <= count && i <= TERMS; i++)
    ag_sum_add(&sum, log1p(-square / ((double)i * (double)i)));
  if (count > TERMS)
    ag_sum_add(&sum,
               -square * (integral_from(TERMS + 0.5, 0) - integral_from((double)count + 0.5, 0)));
  return exp(ag_sum_value(&sum));
}

static double sine_limit(double items)
{
  double angle = M_PI / sqrt(items);
  return sin(angle) / angle;
}

double ag_drift_kept(ag_drift_reading reading, size_t items, size_t generations)
{
  if (items == 0)
    return NAN;
  if (generations == 0 || items == 1)
    return generations == 0; /* one item is one type, and has no variance */
  double n = (double)items;
  if (reading == AG_DRIFT_REPLACE)
    return generations == AG_DRIFT_FOREVER ? 0 : exp((double)generations * log1p(-1 / n));
  return generations == AG_DRIFT_FOREVER ? sine_limit(n) : sine_product(1 / n, generations);
}

double ag_drift_regression(ag_drift_reading reading, ag_drift_inputs inputs, size_t samples,
                           size_t features, size_t generations)
{
  if (features < 1 || samples < 2 || samples - 2 < features)
    return NAN;
  double T = (double)samples, d = (double)features;
  if (reading == AG_DRIFT_REPLACE)
    return generations == AG_DRIFT_FOREVER ? INFINITY : (double)generations * d / (T - d - 1);
  if (inputs == AG_DRIFT_SAME_INPUTS)
    return d / (T - d - 1) * inverse_squares(0, generations);
  return d / T * inverse_squares((d + 1) / T, generations);
}
