/* What replicates of one run say together: mean, interval, quantiles. */
#include "archive/spread.h"

#include <math.h>
#include <stdlib.h>

#include <aligngame/run.h>

#include "base/memory.h"
#include "base/numerics.h"

/* --- Student's t --- */

/* P(|T| < t) for t = sqrt(freedom) tan(angle): a finite series in cos(angle), one for odd
 * and one for even degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4). */
static double share_within(double angle, size_t freedom)
{
  double square = cos(angle) * cos(angle), sum = 0;
  bool odd = freedom % 2 == 1;
  double term = odd ? cos(angle) : 1;
  for (size_t k = odd ? 3 : 2; k <= freedom; k += 2) {
    sum += term;
    term *= square * (double)(k - 1) / (double)k;
  }
  return odd ? 2 / M_PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

static double solve(size_t freedom)
{
  double low = 0, high = M_PI / 2;
  for (int halving = 0; halving < 60; halving++) {
    double middle = (low + high) / 2;
    if (share_within(middle, freedom) < 0.95)
      low = middle;
    else
      high = middle;
  }
  return sqrt((double)freedom) * tan((low + high) / 2);
}

/* Fisher's expansion around the normal quantile z in powers of 1/freedom (Abramowitz and
 * Stegun, 26.7.5); what is left out is about 0.2 / freedom^5, relative. */
static double expand(double freedom)
{
  const double z = 1.9599639845400545;
  const double z2 = z * z, v = 1 / freedom;
  double g1 = (z2 + 1) / 4;
  double g2 = ((5 * z2 + 16) * z2 + 3) / 96;
  double g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  double g4 = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z * (1 + v * (g1 + v * (g2 + v * (g3 + v * g4))));
}

double ag_student_quantile(size_t freedom)
{
  enum { SERIES_MOST = 400 };
  return freedom <= SERIES_MOST ? solve(freedom) : expand((double)freedom);
}

/* --- replicates --- */

/* Between the values of two ranks, in proportion: Hyndman and Fan's definition 7. */
static double quantile(const double *sorted, size_t count, double share)
{
  double place = share * (double)(count - 1);
  size_t below = (size_t)place;
  double part = place - (double)below;
  if (part == 0 || below + 1 >= count)
    return sorted[below];
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

/* value [count] without NaN, count >= 1, increasing. */
static void summarise(const double *value, size_t count, ag_spread *spread)
{
  const double n = (double)count;
  spread->count = count;
  spread->mean = ag_array_sum(value, count) / n;
  spread->least = value[0];
  spread->q05 = quantile(value, count, 0.05);
  spread->q25 = quantile(value, count, 0.25);
  spread->median = quantile(value, count, 0.5);
  spread->q75 = quantile(value, count, 0.75);
  spread->q95 = quantile(value, count, 0.95);
  spread->most = value[count - 1];
  if (count < 2)
    return;
  ag_sum squares = {0};
  for (size_t i = 0; i < count; i++)
    ag_sum_add(&squares, (value[i] - spread->mean) * (value[i] - spread->mean));
  spread->deviation = sqrt(ag_sum_value(&squares) / (n - 1));
  double half = ag_student_quantile(count - 1) * spread->deviation / sqrt(n);
  spread->low = spread->mean - half;
  spread->high = spread->mean + half;
}

ag_status ag_result_spread(const ag_result *result, size_t generation, size_t metric,
                           ag_spread *spread, ag_error *error)
{
  const double none = (double)NAN;
  double *value = NULL;
  size_t count = 0, rows = result->generations + 1, metrics = result->metric_count;
  ag_spread found = {0, none, none, none, none, none, none, none, none, none, none, none};
  ag_status status = ag_array_create(result->replicates, sizeof *value, &value, error);
  if (status != AG_OK)
    return status;
  bool exists = generation < rows && metric < metrics && result->replicate_metric != NULL;
  for (size_t r = 0; exists && r < result->replicates; r++) {
    double x = result->replicate_metric[(r * rows + generation) * metrics + metric];
    if (!isnan(x))
      value[count++] = x;
  }
  if (count > 0) {
    qsort(value, count, sizeof *value, ag_compare_reals);
    summarise(value, count, &found);
  }
  free(value);
  *spread = found;
  return AG_OK;
}
