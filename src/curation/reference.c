#include "curation/reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

typedef long double real;

static real log_sum(size_t n, const double *log_mass, const real *term)
{
  real most = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++)
    most = fmaxl(most, log_mass[i] + term[i]);
  for (size_t i = 0; most > -INFINITY && i < n; i++)
    sum += expl(log_mass[i] + term[i] - most);
  return sum > 0 ? most + logl(sum) : -INFINITY;
}

/* log L(s) for log s = z, from 1 - L where L is near one. */
static real log_laplace(size_t n, const double *log_mass, real total, const real *x, real z,
                        real *term)
{
  real fall = 0;
  for (size_t i = 0; i < n; i++) {
    real su = expl(x[i] + z);
    fall -= expl(log_mass[i] - total) * expm1l(-su);
    term[i] = -su;
  }
  return fall < 0.5L ? log1pl(-fall) : log_sum(n, log_mass, term) - total;
}

/* Adds one node to every atom's integral, kept as scale + log(sum). */
static void add_node(size_t n, const real *x, real z, real power, real *scale, real *sum)
{
  for (size_t i = 0; i < n; i++) {
    real term = x[i] + z - expl(x[i] + z) + power;
    if (!(term > -INFINITY))
      continue;
    if (term > scale[i]) {
      sum[i] = sum[i] * expl(scale[i] - term) + 1;
      scale[i] = term;
    } else {
      sum[i] += expl(term - scale[i]);
    }
  }
}

ag_status ag_weights_reference(size_t n, const double *log_mass, const double *reward, ag_pool pool,
                               double temperature, double *log_weight, ag_error *error)
{
  const real step = 0.125L;
  real *array = NULL;
  ag_status status = ag_array_create(4 * n, sizeof *array, &array, error);
  if (status)
    return status;
  real *x = array, *term = array + n, *scale = array + 2 * n, *sum = array + 3 * n;
  real top = -INFINITY, bottom = INFINITY, zero = 0;
  for (size_t i = 0; i < n; i++) {
    x[i] = (real)reward[i] / (real)temperature;
    top = fmaxl(top, x[i]);
    bottom = fminl(bottom, x[i]);
    term[i] = zero;
    scale[i] = -INFINITY;
    sum[i] = 0;
  }
  real total = log_sum(n, log_mass, term);
  if (pool == AG_POOL_INFINITE) {
    real mean = log_sum(n, log_mass, x) - total;
    for (size_t i = 0; i < n; i++)
      log_weight[i] = (double)(x[i] - mean);
  } else {
    for (real z = -top - 46 - logl((real)pool); z < -bottom + 5; z += step)
      add_node(n, x, z, (real)(pool - 1) * log_laplace(n, log_mass, total, x, z, term), scale, sum);
    for (size_t i = 0; i < n; i++)
      log_weight[i] = (double)(logl((real)pool * step * sum[i]) + scale[i]);
  }
  free(array);
  return AG_OK;
}
