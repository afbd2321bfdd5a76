/* The fit of a Gaussian mixture by expectation and maximisation (Dempster, Laird and
 * Rubin, 1977), with the meanings that scikit-learn gives its GaussianMixture: clusters of
 * k-means as the first responsibilities; a regularisation added to every variance;
 * converged when the mean log-likelihood of a point changes by less than the tolerance
 * between iterations; of several starts, the best likelihood. Unlike there, no unit matters: the
 * regularisation is a share of the data's variance, and clusters lie apart in deviations.
 *
 * Working coordinates. The data's mean is taken off each coordinate, and its deviation is one; a
 * power of two brings its largest value near one before, so that no square overflows. With one
 * variance for all coordinates (spherical) they share a unit, and the root of the mean variance is
 * one. So a power of two as the unit of a coordinate scales the fitted model bit for bit, and any
 * other unit up to rounding. Moments are taken about a component's current mean, so that the
 * variance of a narrow component is no difference of large numbers.
 *
 * Least variance. After the regularisation, the variance of coordinate d of a component,
 * given the coordinates before it, is never below 2^-40 times the larger of the data's
 * variance of d and the component's, nor below (2^-48 times the largest value of d)^2.
 * Where it is, that much is added to each variance of the component. The report
 * says `regularised` where a component's covariance, without the regularisation, was below
 * this in the end, or where the regularisation makes up more than a tenth of such a variance.
 *
 * Degenerate data.
 * - Fewer different points than components: as many components as different points
 *   (different by more than rounding of the largest coordinate); `reduced`.
 * - One point, or all points equal: one component there, with the regularisation or the
 *   least variance; `regularised`, and `reduced` if more were asked for.
 * - A component to which less than 2^-30 of a point belongs is left out, during EM or
 *   when its cluster runs empty; `reduced`.
 * - The number of components by the information criterion is 1 … most; the search ends
 *   where a fit was reduced, and this is not reported as such. */
#include "generator/gmm.h"

#include <math.h>
#include <string.h>

static const double LEAST_POINTS = 0x1p-30;
static const double ROUNDING = 0.999; /* of a variance against the least, near it */
static const double TELLING = 0.1;    /* the share of a variance from which on it is told */

/* ---- M ---- */

/* The least variances of a component with the variances of fitter->trial. */
static void set_allowed(ag_gmm_fitter *fitter)
{
  for (size_t d = 0; d < fitter->dim; d++)
    fitter->allowed[d] = ag_gmm_larger(
        fitter->least[d], AG_GMM_LEAST_SHARE * fitter->trial[ag_gmm_diagonal(fitter->full, d)]);
}

/* The factor of fitter->trial; whether it needed the least variance. */
static bool factorize_trial(ag_gmm_fitter *fitter, double *factor)
{
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full);
  set_allowed(fitter);
  memcpy(factor, fitter->trial, size * sizeof *factor);
  if (ag_gmm_factorize(dim, fitter->full, fitter->allowed, factor))
    return false;
  memcpy(factor, fitter->trial, size * sizeof *factor);
  for (size_t d = 0; d < dim; d++) {
    factor[ag_gmm_diagonal(fitter->full, d)] += fitter->allowed[d];
    fitter->allowed[d] = 0;
  }
  ag_gmm_factorize(dim, fitter->full, fitter->allowed, factor);
  return true;
}

/* As kernels->measure, from moments of x - mean, in any number of dimensions. */
static void measure(ag_gmm_fitter *fitter, const ag_gmm_step *step)
{
  size_t dim = fitter->dim, columns = fitter->columns;
  for (size_t k = 0; k < fitter->active; k++) {
    const double *moment = step->moment + k, *square = moment + (1 + dim) * columns;
    double *mean = fitter->table + k, *covariance = mean + dim * columns, trace = 0;
    for (size_t i = 0, at = 0; i < dim; i++) {
      double shift = moment[(1 + i) * columns] / moment[0];
      mean[i * columns] = step->state[(1 + i) * columns + k] + shift;
      for (size_t j = step->full ? 0 : i; j <= i; j++, at += columns)
        covariance[at] = (square[at] - shift * moment[(1 + j) * columns]) / moment[0];
      trace += covariance[at - columns];
    }
    for (size_t d = 0; d < dim; d++) {
      double *own = covariance + ag_gmm_diagonal(step->full, d) * columns;
      *own = (step->spherical ? trace / (double)dim : *own) + step->added[d];
    }
  }
}

/* One component after the other, leaving out those without points; by LAPACK. */
static void update_carefully(ag_gmm_fitter *fitter, const ag_gmm_step *step)
{
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full), kept = 0;
  ag_gmm_mixture *work = &fitter->work;
  double total = 0;
  if (dim <= AG_GMM_CLOSED)
    fitter->kernels->measure(step, fitter->table);
  else
    measure(fitter, step);
  for (size_t k = 0; k < fitter->active; k++) {
    const double *row = fitter->table + k;
    if (!(fitter->moment[k] > LEAST_POINTS))
      continue;
    for (size_t d = 0; d < dim; d++, row += fitter->columns)
      work->mean[kept * dim + d] = *row;
    for (size_t i = 0; i < size; i++, row += fitter->columns)
      fitter->trial[i] = *row;
    fitter->singular |= factorize_trial(fitter, work->factor + kept * size);
    total += fitter->moment[k];
    work->weight[kept++] = fitter->moment[k];
  }
  for (size_t k = 0; k < kept; k++)
    work->weight[k] /= total;
  fitter->active = work->components = kept;
  ag_gmm_mixture_state(work, fitter->columns, fitter->state);
}

bool ag_gmm_update(ag_gmm_fitter *fitter, const ag_gmm_settings *settings)
{
  size_t before = fitter->active;
  ag_gmm_step step = {.dim = fitter->dim,
                      .components = fitter->active,
                      .columns = fitter->columns,
                      .full = fitter->full,
                      .spherical = settings->covariance == AG_GMM_SPHERICAL,
                      .moment = fitter->moment,
                      .state = fitter->state,
                      .least_points = LEAST_POINTS,
                      .added = fitter->added,
                      .least_share = AG_GMM_LEAST_SHARE,
                      .least = fitter->least};
  for (size_t d = 0; d < fitter->dim; d++)
    fitter->added[d] = settings->regularisation * fitter->variance[d];
  for (size_t k = 0; k < fitter->active; k++)
    step.total += fitter->moment[k];
  fitter->singular = false;
  if (fitter->dim > AG_GMM_CLOSED || !fitter->kernels->update(&step))
    update_carefully(fitter, &step);
  return fitter->active < before;
}

/* The mixture under work, in working coordinates. */
static void take(const ag_gmm_fitter *fitter, ag_gmm_mixture *mixture)
{
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full);
  mixture->components = fitter->active;
  for (size_t k = 0; k < fitter->active; k++) {
    const double *row = fitter->state + k;
    for (size_t d = 0; d < dim; d++)
      mixture->mean[k * dim + d] = row[(1 + d) * fitter->columns];
    row += ag_gmm_weight_row(dim, fitter->full) * fitter->columns;
    mixture->weight[k] = row[0];
    for (size_t i = 0; i < size; i++)
      mixture->factor[k * size + i] = row[(1 + i) * fitter->columns];
  }
}

void ag_gmm_improve(ag_gmm_fitter *fitter, const ag_gmm_settings *settings, ag_fit_report *report)
{
  double before = -INFINITY, count = (double)fitter->count;
  *report = (ag_fit_report){.converged = false};
  while (report->iterations < settings->iterations && !report->converged) {
    double likelihood = ag_gmm_learn(fitter) / count;
    bool dropped = ag_gmm_update(fitter, settings);
    report->iterations++;
    report->converged = !dropped && fabs(likelihood - before) < settings->tolerance;
    before = dropped ? -INFINITY : likelihood;
  }
  report->components = fitter->active;
  report->log_likelihood = ag_gmm_weigh(fitter) / count;
}

/* ---- starts and criterion ---- */

/* The best of several starts, in fitter->best. */
static void fit_components(ag_gmm_fitter *fitter, const ag_gmm_settings *settings,
                           size_t components, const ag_random_key *key, ag_fit_report *best)
{
  best->log_likelihood = -INFINITY;
  for (size_t s = 0; s < settings->starts; s++) {
    ag_fit_report report;
    ag_gmm_start(fitter, components, key, (uint32_t)(components * AG_GMM_STARTS_MOST + s));
    ag_gmm_update(fitter, settings);
    ag_gmm_improve(fitter, settings, &report);
    if (s == 0 || report.log_likelihood > best->log_likelihood + AG_GMM_TIE) {
      *best = report;
      best->regularised = fitter->singular;
      take(fitter, &fitter->best);
    }
  }
}

/* Schwarz's criterion (1978); smaller is better. */
static double information_criterion(const ag_gmm_fitter *fitter, const ag_gmm_settings *settings,
                                    const ag_fit_report *report)
{
  double dim = (double)fitter->dim, n = (double)fitter->count, k = (double)report->components;
  double shape = settings->covariance == AG_GMM_SPHERICAL
                     ? 1
                     : (double)ag_gmm_factor_size(fitter->dim, fitter->full);
  return (k * (1 + dim + shape) - 1) * log(n) - 2 * n * report->log_likelihood;
}

static void fit_by_criterion(ag_gmm_fitter *fitter, const ag_gmm_settings *settings,
                             const ag_random_key *key, ag_fit_report *best)
{
  double least = INFINITY;
  for (size_t k = 1; k <= settings->components; k++) {
    ag_fit_report report;
    fit_components(fitter, settings, k, key, &report);
    double criterion = information_criterion(fitter, settings, &report);
    if (k == 1 || criterion < least - AG_GMM_TIE * (double)fitter->count) {
      least = criterion;
      *best = report;
      ag_gmm_mixture_copy(&fitter->best, &fitter->overall);
    }
    if (report.components < k)
      break;
  }
}

/* Whether some covariance in fitter->overall is, without the regularisation, singular, or so small
 * that the regularisation tells. */
static bool is_regularised(ag_gmm_fitter *fitter)
{
  const ag_gmm_mixture *mixture = &fitter->overall;
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full);
  bool singular = false;
  for (size_t k = 0; k < mixture->components && !singular; k++) {
    ag_gmm_multiply(dim, fitter->full, mixture->factor + k * size, fitter->trial);
    set_allowed(fitter);
    for (size_t d = 0; d < dim; d++) {
      double added = fitter->added[d];
      fitter->trial[ag_gmm_diagonal(fitter->full, d)] -= added;
      fitter->allowed[d] = ag_gmm_larger(ROUNDING * fitter->allowed[d], added / TELLING - added);
    }
    singular = !ag_gmm_factorize(dim, fitter->full, fitter->allowed, fitter->trial);
  }
  return singular;
}

/* In place, from working coordinates. */
static void to_data(const ag_gmm_fitter *fitter, ag_gmm_mixture *mixture)
{
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full);
  for (size_t k = 0; k < mixture->components; k++) {
    for (size_t d = 0; d < dim; d++)
      mixture->mean[k * dim + d] =
          (mixture->mean[k * dim + d] * fitter->scale[d] + fitter->shift[d]) / fitter->unit[d];
    for (size_t i = 0, d = 0; i < size; i++) {
      d += i > ag_gmm_diagonal(fitter->full, d);
      mixture->factor[k * size + i] *= fitter->scale[d] / fitter->unit[d];
    }
  }
}

void ag_gmm_put(ag_gmm_fitter *fitter, const ag_gmm_mixture *mixture)
{
  size_t dim = fitter->dim, size = ag_gmm_factor_size(dim, fitter->full);
  ag_gmm_mixture *work = &fitter->work;
  ag_gmm_mixture_copy(mixture, work);
  for (size_t k = 0; k < work->components; k++) {
    for (size_t d = 0; d < dim; d++)
      work->mean[k * dim + d] =
          (work->mean[k * dim + d] * fitter->unit[d] - fitter->shift[d]) / fitter->scale[d];
    for (size_t i = 0, d = 0; i < size; i++) {
      d += i > ag_gmm_diagonal(fitter->full, d);
      work->factor[k * size + i] *= fitter->unit[d] / fitter->scale[d];
    }
  }
  fitter->active = work->components;
  ag_gmm_mixture_state(work, fitter->columns, fitter->state);
}

void ag_gmm_take(const ag_gmm_fitter *fitter, ag_gmm_mixture *mixture)
{
  take(fitter, mixture);
  to_data(fitter, mixture);
}

void ag_gmm_fit(ag_gmm_fitter *fitter, const ag_gmm_settings *settings, const ag_random_key *key,
                ag_gmm_mixture *mixture, ag_fit_report *report)
{
  if (settings->bic) {
    fit_by_criterion(fitter, settings, key, report);
  } else {
    fit_components(fitter, settings, settings->components, key, report);
    ag_gmm_mixture_copy(&fitter->best, &fitter->overall);
    report->reduced = report->components < settings->components;
  }
  report->regularised = report->regularised || is_regularised(fitter);
  report->log_likelihood += fitter->log_unit;
  ag_gmm_mixture_copy(&fitter->overall, mixture);
  to_data(fitter, mixture);
}
