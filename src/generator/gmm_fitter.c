/* The room of a fit, the data in working coordinates, and passes over them. */
#include "generator/gmm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"

enum { PARALLEL_CHUNKS = 4 }; /* fewer are done before the threads have started */

/* ---- room ---- */

void ag_gmm_fitter_free(ag_gmm_fitter *fitter)
{
  double *array[] = {fitter->unit,  fitter->shift,   fitter->scale,   fitter->variance,
                     fitter->added, fitter->least,   fitter->state,   fitter->table,
                     fitter->trial, fitter->allowed, fitter->x,       fitter->moment,
                     fitter->sum,   fitter->closest, fitter->running, fitter->room};
  for (size_t i = 0; i < sizeof array / sizeof *array; i++)
    free(array[i]);
  ag_gmm_mixture_free(&fitter->work);
  ag_gmm_mixture_free(&fitter->best);
  ag_gmm_mixture_free(&fitter->overall);
  *fitter = (ag_gmm_fitter){.dim = fitter->dim};
}

typedef struct want {
  double **array;
  size_t count;
} want;

/* Each array is replaced, its contents lost. */
static ag_status make_arrays(const want *wanted, size_t count, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    free(*wanted[i].array);
    status = ag_array_create(wanted[i].count, sizeof(double), wanted[i].array, error);
  }
  return status;
}

ag_status ag_gmm_fitter_create(size_t dim, ag_gmm_covariance covariance, size_t components,
                               ag_gmm_fitter *fitter, ag_error *error)
{
  bool full = covariance == AG_GMM_FULL;
  size_t columns = ag_gmm_stride(components), factor = ag_gmm_factor_size(dim, full);
  size_t cells = ag_gmm_state_rows(dim, full) * columns;
  ag_gmm_fitter made = {.dim = dim,
                        .components = components,
                        .columns = columns,
                        .full = full,
                        .spherical = covariance == AG_GMM_SPHERICAL,
                        .kernels = ag_gmm_kernels_get(),
                        .room_size = ag_gmm_room_size(dim, components, full)};
  const want wanted[] = {
      {&made.unit, dim},     {&made.shift, dim},
      {&made.scale, dim},    {&made.variance, dim},
      {&made.added, dim},    {&made.least, dim},
      {&made.state, cells},  {&made.table, (dim + factor) * columns},
      {&made.trial, factor}, {&made.allowed, dim},
  };
  ag_status status = make_arrays(wanted, sizeof wanted / sizeof *wanted, error);
  ag_gmm_mixture *mixture[] = {&made.work, &made.best, &made.overall};
  for (size_t i = 0; i < 3 && status == AG_OK; i++)
    status = ag_gmm_mixture_create(dim, full, components, mixture[i], error);
  if (status == AG_OK) {
    memset(made.state, 0, cells * sizeof *made.state);
    *fitter = made;
  } else {
    ag_gmm_fitter_free(&made);
  }
  return status;
}

/* Room for capacity points (a multiple of eight) in chunks of stride. */
static ag_status make_room(ag_gmm_fitter *fitter, size_t chunks, size_t stride, ag_error *error)
{
  size_t cells = chunks * stride,
         threads = chunks >= PARALLEL_CHUNKS ? (size_t)omp_get_max_threads() : 1;
  ag_status status = AG_OK;
  fitter->count = 0;
  if (cells > fitter->capacity) {
    size_t sums = fitter->columns * ag_gmm_moment_rows(fitter->dim, fitter->full);
    const want wanted[] = {
        {&fitter->x, cells * fitter->dim}, {&fitter->moment, chunks * sums}, {&fitter->sum, chunks},
        {&fitter->closest, cells},         {&fitter->running, cells / 8},
    };
    fitter->capacity = 0;
    status = make_arrays(wanted, sizeof wanted / sizeof *wanted, error);
    fitter->capacity = status == AG_OK ? cells : 0;
  }
  if (status == AG_OK && threads > fitter->threads) {
    const want wanted = {&fitter->room, threads * fitter->room_size};
    fitter->threads = 0;
    status = make_arrays(&wanted, 1, error);
    fitter->threads = status == AG_OK ? threads : 0;
  }
  return status;
}

/* ---- passes over the chunks ---- */

static ag_gmm_pass pass_of(const ag_gmm_fitter *fitter, size_t chunk, size_t thread)
{
  size_t rest = fitter->count - chunk * AG_GMM_CHUNK;
  size_t sums = fitter->columns * ag_gmm_moment_rows(fitter->dim, fitter->full);
  return (ag_gmm_pass){
      .dim = fitter->dim,
      .components = fitter->active,
      .columns = fitter->columns,
      .full = fitter->full,
      .count = rest < AG_GMM_CHUNK ? rest : AG_GMM_CHUNK,
      .stride = fitter->stride,
      .x = fitter->x + chunk * fitter->dim * fitter->stride,
      .state = fitter->state,
      .room = fitter->room + thread * fitter->room_size,
      .moment = fitter->moment + chunk * sums,
  };
}

static double add_chunks(ag_gmm_fitter *fitter, bool moments)
{
  size_t sums = fitter->columns * ag_gmm_moment_rows(fitter->dim, fitter->full);
  double total = fitter->sum[0];
  for (size_t c = 1; c < fitter->chunks; c++) {
    total += fitter->sum[c];
    for (size_t m = 0; moments && m < sums; m++)
      fitter->moment[m] += fitter->moment[c * sums + m];
  }
  return total;
}

/* What is done with each chunk; returns the chunk's sum. */
typedef double chunk_work(ag_gmm_fitter *fitter, size_t chunk, size_t thread, const void *argument);

/* Few chunks stay out of OpenMP altogether: even a region of one thread costs about as
 * much as an iteration over a hundred points. */
static double run_chunks(ag_gmm_fitter *fitter, chunk_work *work, const void *argument,
                         bool moments)
{
  if (fitter->chunks < PARALLEL_CHUNKS) {
    for (size_t c = 0; c < fitter->chunks; c++)
      fitter->sum[c] = work(fitter, c, 0, argument);
  } else {
#pragma omp parallel for schedule(static) num_threads((int)fitter->threads)
    for (size_t c = 0; c < fitter->chunks; c++)
      fitter->sum[c] = work(fitter, c, (size_t)omp_get_thread_num(), argument);
  }
  return add_chunks(fitter, moments);
}

static double learn_chunk(ag_gmm_fitter *fitter, size_t chunk, size_t thread, const void *unused)
{
  ag_gmm_pass pass = pass_of(fitter, chunk, thread);
  (void)unused;
  fitter->kernels->learn(&pass);
  return pass.sum;
}

double ag_gmm_learn(ag_gmm_fitter *fitter)
{
  return run_chunks(fitter, learn_chunk, NULL, true);
}

static double weigh_chunk(ag_gmm_fitter *fitter, size_t chunk, size_t thread, const void *unused)
{
  ag_gmm_pass pass = pass_of(fitter, chunk, thread);
  (void)unused;
  fitter->kernels->weigh(&pass, NULL);
  return pass.sum;
}

double ag_gmm_weigh(ag_gmm_fitter *fitter)
{
  return run_chunks(fitter, weigh_chunk, NULL, false);
}

static double assign_chunk(ag_gmm_fitter *fitter, size_t chunk, size_t thread, const void *unused)
{
  ag_gmm_pass pass = pass_of(fitter, chunk, thread);
  (void)unused;
  fitter->kernels->assign(&pass);
  return pass.sum;
}

double ag_gmm_assign(ag_gmm_fitter *fitter)
{
  return run_chunks(fitter, assign_chunk, NULL, true);
}

typedef struct centre {
  const double *x;
  bool keep;
} centre;

static double approach_chunk(ag_gmm_fitter *fitter, size_t chunk, size_t thread,
                             const void *argument)
{
  const centre *to = argument;
  ag_gmm_pass pass = pass_of(fitter, chunk, thread);
  double *closest = fitter->closest + chunk * fitter->stride;
  return fitter->kernels->approach(&pass, to->x, closest, to->keep ? closest : NULL);
}

double ag_gmm_approach(ag_gmm_fitter *fitter, const double *x, bool keep)
{
  const centre to = {x, keep};
  return run_chunks(fitter, approach_chunk, &to, false);
}

/* ---- the data ---- */

static double find_largest(const ag_sample *data, size_t d)
{
  double most = 0;
  for (size_t i = 0; i < data->count; i++)
    most = ag_gmm_larger(most, fabs(data->point[i * data->dim + d]));
  return most;
}

/* A power of two, whose inverse is finite too. */
static double unit_of(double largest)
{
  int exponent = 0;
  frexp(largest, &exponent);
  return ldexp(1, exponent < -1000 ? 1000 : exponent > 1000 ? -1000 : -exponent);
}

/* Units, and the least deviation that counts in each coordinate. One unit for all where all share
 * one variance. */
static void set_units(ag_gmm_fitter *fitter, const ag_sample *data)
{
  double *largest = fitter->least, most = 0;
  for (size_t d = 0; d < fitter->dim; d++) {
    largest[d] = find_largest(data, d);
    most = ag_gmm_larger(most, largest[d]);
  }
  for (size_t d = 0; d < fitter->dim; d++) {
    if (fitter->spherical || largest[d] == 0) /* nothing but zeros: as small as the others are */
      largest[d] = most > 0 ? most : 1;
    fitter->unit[d] = unit_of(largest[d]);
    fitter->least[d] = AG_GMM_LEAST_DEVIATION * (largest[d] * fitter->unit[d]);
  }
}

/* The mean is taken from the first point on, so that equal points are at it exactly. Returned:
 * the variance, in units squared. */
static double set_shift(ag_gmm_fitter *fitter, const ag_sample *data, size_t d)
{
  size_t dim = fitter->dim;
  const double *x = data->point + d;
  double unit = fitter->unit[d], first = x[0] * unit, sum = 0, squares = 0, rest = 0;
  double n = (double)data->count;
  for (size_t i = 1; i < data->count; i++)
    sum += x[i * dim] * unit - first;
  double shift = fitter->shift[d] = first + sum / n;
  for (size_t i = 0; i < data->count; i++) {
    double step = x[i * dim] * unit - shift;
    squares += step * step;
    rest += step; /* far from the origin the mean is rounded */
  }
  return ag_gmm_larger(squares - rest * rest / n, 0) / n;
}

/* Shell's sort: for a few numbers qsort's calls cost more than all else. */
static void sort_few(double *x, size_t count)
{
  static const size_t gaps[] = {23, 10, 4, 1};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
    for (size_t i = gaps[g]; i < count; i++) {
      double here = x[i];
      size_t at = i;
      for (; at >= gaps[g] && x[at - gaps[g]] > here; at -= gaps[g])
        x[at] = x[at - gaps[g]];
      x[at] = here;
    }
}

/* How wide the densest part of the data is in coordinate d, in units, of those parts that hold as
 * much as half a component; from some of them. */
static double densest_width(const ag_gmm_fitter *fitter, const ag_sample *data, size_t d)
{
  enum { SOME = 64, LEAST = 8 };
  double x[SOME], width = INFINITY;
  size_t count = data->count < SOME ? data->count : SOME, part = count / (2 * fitter->components);
  part = part > LEAST ? part : LEAST;
  for (size_t i = 0; i < count; i++)
    x[i] = data->point[i * data->count / count * data->dim + d] * fitter->unit[d];
  sort_few(x, count);
  for (size_t i = part; i < count; i++)
    width = x[i] - x[i - part] < width ? x[i] - x[i - part] : width;
  return width;
}

/* Clusters along a coordinate spread it, but not its densest part: so wide is one there. */
static double scale_of(const ag_gmm_fitter *fitter, const ag_sample *data, size_t d,
                       double deviation)
{
  const double narrowest = 0x1p-10;
  double width = deviation;
  if (fitter->dim > 1 && !fitter->spherical)
    width = densest_width(fitter, data, d);
  width = width < deviation ? width : deviation;
  return ag_gmm_larger(width, narrowest * deviation);
}

/* Shifts, scales and variances. */
static void set_scales(ag_gmm_fitter *fitter, const ag_sample *data)
{
  size_t dim = fitter->dim;
  double *variance = fitter->variance, mean = 0;
  for (size_t d = 0; d < dim; d++) {
    variance[d] = set_shift(fitter, data, d);
    mean += variance[d] / (double)dim;
  }
  fitter->log_unit = 0;
  for (size_t d = 0; d < dim; d++) {
    double own = variance[d], least = fitter->least[d];
    variance[d] = fitter->spherical ? mean : own;
    double scale = ag_gmm_larger(scale_of(fitter, data, d, sqrt(variance[d])), least);
    fitter->scale[d] = scale;
    fitter->log_unit += log(fitter->unit[d]) - log(scale);
    variance[d] /= scale * scale;
    fitter->least[d] = ag_gmm_larger(AG_GMM_LEAST_SHARE * (own / (scale * scale)),
                                     (least / scale) * (least / scale));
  }
}

/* One chunk, transposed and filled up with zeros. */
static double fill_chunk(ag_gmm_fitter *fitter, size_t chunk, size_t thread, const void *argument)
{
  const ag_sample *data = argument;
  (void)thread;
  size_t dim = fitter->dim, first = chunk * AG_GMM_CHUNK, stride = fitter->stride;
  size_t rest = data->count - first, count = rest < stride ? rest : stride;
  double *x = fitter->x + chunk * dim * stride;
  for (size_t d = 0; d < dim; d++) {
    double unit = fitter->unit[d], shift = fitter->shift[d], scale = fitter->scale[d];
    for (size_t i = 0; i < count; i++)
      x[d * stride + i] = (data->point[(first + i) * dim + d] * unit - shift) / scale;
    for (size_t i = count; i < stride; i++)
      x[d * stride + i] = 0;
  }
  return 0;
}

ag_status ag_gmm_fitter_load(ag_gmm_fitter *fitter, const ag_sample *data, ag_error *error)
{
  size_t chunks = (data->count + AG_GMM_CHUNK - 1) / AG_GMM_CHUNK;
  size_t stride = chunks > 1 ? AG_GMM_CHUNK : (data->count + 7) / 8 * 8;
  ag_status status = make_room(fitter, chunks, stride, error);
  if (status != AG_OK)
    return status;
  fitter->count = data->count;
  fitter->chunks = chunks;
  fitter->stride = stride;
  set_units(fitter, data);
  set_scales(fitter, data);
  run_chunks(fitter, fill_chunk, data, false);
  return AG_OK;
}
