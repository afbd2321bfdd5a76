/* Mixtures and the linear algebra of their covariances.
 *
 * A call of LAPACK costs more than a small matrix: factor and inverse of two dimensions
 * take 230 ns by LAPACK and 30 ns in plain loops (measured; 300 and 60 ns for three), while
 * a whole iteration of EM over a hundred points and five components takes 500 ns. So up to
 * AG_GMM_CLOSED dimensions the loops do it, and within EM the kernels do, eight components
 * at a time; beyond, LAPACK does, where the build has it. */
#include "generator/gmm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/features.h"
#include "base/memory.h"

#if AG_HAVE_LAPACKE
#include <lapacke.h>
#endif

ag_status ag_gmm_mixture_create(size_t dim, bool full, size_t capacity, ag_gmm_mixture *mixture,
                                ag_error *error)
{
  ag_gmm_mixture made = {.dim = dim, .capacity = capacity, .full = full};
  size_t factor = ag_gmm_factor_size(dim, full);
  ag_status status = ag_array_create(capacity, sizeof *made.weight, &made.weight, error);
  if (status == AG_OK)
    status = ag_array_create(capacity, dim * sizeof *made.mean, &made.mean, error);
  if (status == AG_OK)
    status = ag_array_create(capacity, factor * sizeof *made.factor, &made.factor, error);
  if (status == AG_OK)
    status = ag_array_create(factor, sizeof *made.inverse, &made.inverse, error);
  if (status == AG_OK)
    *mixture = made;
  else
    ag_gmm_mixture_free(&made);
  return status;
}

void ag_gmm_mixture_free(ag_gmm_mixture *mixture)
{
  free(mixture->weight);
  free(mixture->mean);
  free(mixture->factor);
  free(mixture->inverse);
  *mixture = (ag_gmm_mixture){.dim = mixture->dim};
}

void ag_gmm_mixture_copy(const ag_gmm_mixture *from, ag_gmm_mixture *to)
{
  size_t count = from->components, factor = ag_gmm_factor_size(from->dim, from->full);
  to->components = count;
  memcpy(to->weight, from->weight, count * sizeof *to->weight);
  memcpy(to->mean, from->mean, count * from->dim * sizeof *to->mean);
  memcpy(to->factor, from->factor, count * factor * sizeof *to->factor);
}

/* ---- factors ---- */

void ag_gmm_multiply(size_t dim, bool full, const double *factor, double *covariance)
{
  for (size_t i = 0; i < dim && !full; i++)
    covariance[i] = factor[i] * factor[i];
  for (size_t i = 0; i < dim && full; i++)
    for (size_t j = 0; j <= i; j++) {
      const double *a = factor + i * (i + 1) / 2, *b = factor + j * (j + 1) / 2;
      double sum = 0;
      for (size_t e = 0; e <= j; e++)
        sum += a[e] * b[e];
      covariance[i * (i + 1) / 2 + j] = sum;
    }
}

/* Cholesky's decomposition, row by row; false where a variance is not positive. */
static bool factorize_plainly(size_t dim, double *a)
{
  for (size_t i = 0; i < dim; i++) {
    double *row = a + i * (i + 1) / 2;
    for (size_t j = 0; j <= i; j++) {
      const double *above = a + j * (j + 1) / 2;
      double sum = row[j];
      for (size_t e = 0; e < j; e++)
        sum -= row[e] * above[e];
      if (j == i && !(sum > 0))
        return false;
      row[j] = j == i ? sqrt(sum) : sum / above[j];
    }
  }
  return true;
}

static void invert_plainly(size_t dim, const double *l, double *inverse)
{
  for (size_t i = 0; i < dim; i++) {
    const double *row = l + i * (i + 1) / 2;
    double *made = inverse + i * (i + 1) / 2;
    made[i] = 1 / row[i];
    for (size_t j = 0; j < i; j++) {
      double sum = 0;
      for (size_t e = j; e < i; e++)
        sum += row[e] * inverse[e * (e + 1) / 2 + j];
      made[j] = -sum * made[i];
    }
  }
}

#if AG_HAVE_LAPACKE
/* A lower triangle packed by rows is an upper one packed by columns, which is LAPACK's. */
bool ag_gmm_factorize_lapack(size_t dim, double *covariance)
{
  return LAPACKE_dpptrf_work(LAPACK_COL_MAJOR, 'U', (lapack_int)dim, covariance) == 0;
}

void ag_gmm_invert_lapack(size_t dim, const double *factor, double *inverse)
{
  memcpy(inverse, factor, ag_gmm_factor_size(dim, true) * sizeof *inverse);
  LAPACKE_dtptri_work(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)dim, inverse);
}
#else
bool ag_gmm_factorize_lapack(size_t dim, double *covariance)
{
  return factorize_plainly(dim, covariance);
}

void ag_gmm_invert_lapack(size_t dim, const double *factor, double *inverse)
{
  invert_plainly(dim, factor, inverse);
}
#endif

bool ag_gmm_factorize(size_t dim, bool full, const double *least, double *covariance)
{
  bool regular = true;
  if (full)
    regular = dim <= AG_GMM_CLOSED ? factorize_plainly(dim, covariance)
                                   : ag_gmm_factorize_lapack(dim, covariance);
  for (size_t d = 0; d < dim && regular; d++) {
    double *own = covariance + ag_gmm_diagonal(full, d);
    regular = (full ? *own * *own : *own) >= least[d];
    *own = full ? *own : sqrt(*own);
  }
  return regular;
}

void ag_gmm_invert(size_t dim, bool full, const double *factor, double *inverse)
{
  for (size_t d = 0; d < dim && !full; d++)
    inverse[d] = 1 / factor[d];
  if (full && dim <= AG_GMM_CLOSED)
    invert_plainly(dim, factor, inverse);
  else if (full)
    ag_gmm_invert_lapack(dim, factor, inverse);
}

/* ---- states ---- */

/* log2(weight / det L), with one logarithm for several coordinates: deviations are above
 * 2^-500, and below 1 in working coordinates. */
static double log2_height(const double *factor, size_t dim, bool full, double weight)
{
  double sum = 0, product = 1;
  for (size_t d = 0; d < dim; d++) {
    product *= factor[ag_gmm_diagonal(full, d)];
    if (product < 0x1p-500 || product > 8) {
      sum += log2(product);
      product = 1;
    }
  }
  return log2(weight / product) - sum;
}

void ag_gmm_mixture_state(const ag_gmm_mixture *mixture, size_t columns, double *state)
{
  const double half_log2_two_pi = 1.3257480647361593990;
  size_t dim = mixture->dim, size = ag_gmm_factor_size(dim, mixture->full);
  for (size_t k = 0; k < mixture->components; k++) {
    const double *mean = mixture->mean + k * dim, *factor = mixture->factor + k * size;
    double *row = state + k, *inverse = mixture->inverse;
    row[0] = log2_height(factor, dim, mixture->full, mixture->weight[k]) -
             (double)dim * half_log2_two_pi;
    for (size_t d = 0; d < dim; d++)
      row[(1 + d) * columns] = mean[d];
    ag_gmm_invert(dim, mixture->full, factor, inverse);
    for (size_t i = 0; i < size; i++)
      row[(1 + dim + i) * columns] = inverse[i] * AG_GMM_ROOT;
    row += ag_gmm_weight_row(dim, mixture->full) * columns;
    row[0] = mixture->weight[k];
    for (size_t i = 0; i < size; i++)
      row[(1 + i) * columns] = factor[i];
  }
}
