/* Where EM starts: k-means++ (Arthur and Vassilvitskii, 2007), each centre the best of a
 * few draws as in scikit-learn, then some of Lloyd's iterations. */
#include "generator/gmm.h"

#include <math.h>
#include <string.h>

enum { LLOYD_MOST = 3 };
static const double LLOYD_TOLERANCE = 1e-4; /* of the sum of squares, between iterations */

/* The number of draws for each centre. */
static size_t count_trials(size_t components)
{
  return 2 + (size_t)log((double)components);
}

static const double *coordinates_of(const ag_gmm_fitter *fitter, size_t i)
{
  return fitter->x + i / AG_GMM_CHUNK * fitter->dim * fitter->stride + i % AG_GMM_CHUNK;
}

static void copy_point(const ag_gmm_fitter *fitter, size_t i, double *centre)
{
  const double *x = coordinates_of(fitter, i);
  for (size_t d = 0; d < fitter->dim; d++)
    centre[d] = x[d * fitter->stride];
}

/* Running sums of eights, which are searched for a place first. Past the count, squares
 * are zero. */
static double sum_up(ag_gmm_fitter *fitter)
{
  size_t groups = fitter->chunks * fitter->stride / 8;
  double total = 0;
  for (size_t g = 0; g < groups; g++) {
    const double *square = fitter->closest + 8 * g;
    total += ((square[0] + square[4]) + (square[2] + square[6])) +
             ((square[1] + square[5]) + (square[3] + square[7]));
    fitter->running[g] = total;
  }
  return total;
}

/* The point at which the running sum of squares passes place; never one whose square is
 * zero, as that is a centre already. */
static size_t find_place(const ag_gmm_fitter *fitter, double place)
{
  size_t low = 0, high = fitter->chunks * fitter->stride / 8 - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (fitter->running[middle] > place)
      high = middle;
    else
      low = middle + 1;
  }
  const double *square = fitter->closest + 8 * low;
  double sum = low > 0 ? fitter->running[low - 1] : 0;
  size_t found = 0;
  for (size_t j = 0; j < 8; j++) {
    if (square[j] > 0)
      found = j;
    sum += square[j];
    if (square[found] > 0 && sum > place)
      break;
  }
  return 8 * low + found;
}

static void put_centre(ag_gmm_fitter *fitter, size_t place, double *centre)
{
  copy_point(fitter, place, centre);
  ag_gmm_approach(fitter, centre, true);
  for (size_t d = 0; d < fitter->dim; d++)
    fitter->state[(1 + d) * fitter->columns + fitter->active] = centre[d];
  fitter->active++;
}

/* One more centre; false where every point is one already. */
static bool add_centre(ag_gmm_fitter *fitter, size_t trials, ag_random *random)
{
  double total = sum_up(fitter), least = INFINITY, *centre = fitter->work.mean;
  size_t best = 0;
  if (!(total > 0))
    return false;
  for (size_t t = 0; t < trials; t++) {
    size_t place = find_place(fitter, ag_random_uniform(random) * total);
    copy_point(fitter, place, centre);
    double left = ag_gmm_approach(fitter, centre, false);
    if (left < least * (1 - AG_GMM_TIE)) { /* of two lonely points either leaves as much */
      least = left;
      best = place;
    }
  }
  put_centre(fitter, best, centre);
  return true;
}

static void move_centres(ag_gmm_fitter *fitter)
{
  size_t columns = fitter->columns;
  for (size_t k = 0; k < fitter->active; k++) {
    const double *moment = fitter->moment + k;
    for (size_t d = 0; d < fitter->dim && moment[0] > 0; d++)
      fitter->state[(1 + d) * columns + k] += moment[(1 + d) * columns] / moment[0];
  }
}

/* Factors with which z is x - mean, as moments of assign have it. */
static void set_unit_factors(ag_gmm_fitter *fitter)
{
  size_t row = 1 + ag_gmm_weight_row(fitter->dim, fitter->full);
  double *factor = fitter->state + row * fitter->columns;
  memset(factor, 0,
         ag_gmm_factor_size(fitter->dim, fitter->full) * fitter->columns * sizeof *factor);
  for (size_t d = 0; d < fitter->dim; d++)
    for (size_t k = 0; k < fitter->active; k++)
      factor[ag_gmm_diagonal(fitter->full, d) * fitter->columns + k] = AG_GMM_ROOT;
}

void ag_gmm_start(ag_gmm_fitter *fitter, size_t components, const ag_random_key *key,
                  uint32_t start)
{
  ag_random random = ag_random_at(key, AG_RANDOM_FIT, start);
  size_t trials = count_trials(components), cells = fitter->chunks * fitter->stride;
  for (size_t i = 0; i < cells; i++) /* cells are points where there is one */
    fitter->closest[i] = i < fitter->count ? INFINITY : 0;
  fitter->active = 0;
  put_centre(fitter, ag_random_below(&random, fitter->count), fitter->work.mean);
  while (fitter->active < components && add_centre(fitter, trials, &random))
    ;
  double squares = INFINITY;
  for (int i = 0; i < LLOYD_MOST; i++) {
    double before = squares;
    squares = ag_gmm_assign(fitter);
    if (!(squares < before * (1 - LLOYD_TOLERANCE)) || i + 1 == LLOYD_MOST)
      break;
    move_centres(fitter);
  }
  set_unit_factors(fitter);
}
