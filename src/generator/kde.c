/* kde: a Gaussian kernel on every datum. The kernel's covariance is the data's, times
 * the square of Scott's factor n^(-1/(d + 4)) or Silverman's (n (d + 2)/4)^(-1/(d + 4)),
 * as scipy.stats.gaussian_kde has it; or the given deviations, coordinate by coordinate.
 *
 * A covariance that is singular (one datum, equal data, data on a line) has the regularisation
 * added, a share of each coordinate's variance; for a coordinate in which all data are equal, the
 * square of LEAST_DEVIATION times its value (where that is zero: the largest value of the data,
 * or 1). The report says so. So no unit of a coordinate matters; what has the same numbers in
 * units of a power of two is the same to the bit.
 *
 * The report has no likelihood of the data: it would cost O(n^2 d), far more than the
 * fit, and each datum would weigh its own kernel. */
#include "generator/kde.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/generator.h"

typedef enum kde_rule { RULE_SCOTT, RULE_SILVERMAN, RULE_GIVEN } kde_rule;

static const double LEAST_DEVIATION = 1e-6;
/* A covariance is singular where a coordinate's variance, given those before it, is below
 * this share of its variance. */
static const double LEAST_PIVOT = 1e-10;

typedef struct kde_settings {
  kde_rule rule;
  double deviation[AG_KDE_DIM_MOST]; /* of the kernel, for RULE_GIVEN */
  double regularisation;
} kde_settings;

/* Each coordinate is measured in units of a power of two near its largest value, so that
 * no square overflows or vanishes; data and factor are kept as they are, to be saved. */
typedef struct kde {
  const kde_settings *settings;
  size_t dim, count, capacity; /* count 0: not fitted */
  double *data;                /* [count, dim] */
  double *z;                   /* tiles of the data, where the kernel is standard */
  double *factor;              /* [dim, dim] lower triangle; factor factor^T: the covariance */
  double *scaled;              /* [dim, dim] factor / unit */
  double *unit, *centre;       /* [dim] centre: of the data, / unit */
  double log_constant;         /* log(n) and the kernel's norm, with a minus */
} kde;

/* ---- settings ---- */

static ag_status read_deviations(ag_node node, size_t dim, kde_settings *settings, ag_error *error)
{
  double *value = NULL;
  size_t count = 0;
  ag_status status =
      ag_node_reals(node, "the bandwidth (scott, silverman or deviations)", &value, &count, error);
  if (status != AG_OK)
    return status;
  if (count != 1 && count != dim)
    status = ag_node_fail(node, error, "%zu bandwidths, expected 1 or %zu: one a coordinate", count,
                          dim);
  for (size_t d = 0; status == AG_OK && d < dim; d++) {
    settings->deviation[d] = value[count == 1 ? 0 : d];
    if (!(settings->deviation[d] > 0))
      status =
          ag_node_fail(node, error, "a bandwidth is %g, expected above 0", settings->deviation[d]);
  }
  settings->rule = RULE_GIVEN;
  free(value);
  return status;
}

static ag_status read_bandwidth(ag_node node, size_t dim, kde_settings *settings, ag_error *error)
{
  const char *word = "";
  if (ag_node_get_kind(node) == AG_NODE_SCALAR)
    ag_node_text(node, "the bandwidth", &word, NULL);
  if (strcmp(word, "scott") != 0 && strcmp(word, "silverman") != 0)
    return read_deviations(node, dim, settings, error);
  settings->rule = strcmp(word, "scott") == 0 ? RULE_SCOTT : RULE_SILVERMAN;
  return AG_OK;
}

static const ag_parameter kde_parameters[] = {
    {"bandwidth",
     "the kernel's: a rule for its share of the data's covariance, or its deviations, "
     "one or one a coordinate",
     AG_NODE, .takes = "scott, silverman, a number above 0 or a list of them", .fallback = "scott"},
    {"regularisation",
     "added to the variances where the data's covariance is singular, as a share of them", AG_REAL,
     offsetof(kde_settings, regularisation), .fallback = "1e-8", .low = 1e-9, .high = 1},
    {0}};

static ag_status kde_read(ag_node node, const ag_space *space, void *settings, ag_error *error)
{
  ag_node bandwidth = ag_node_find(node, "bandwidth");
  if (space->dim > AG_KDE_DIM_MOST)
    return ag_node_fail(node, error, "kde has at most %d dimensions, not %zu", AG_KDE_DIM_MOST,
                        space->dim);
  return ag_node_present(bandwidth) ? read_bandwidth(bandwidth, space->dim, settings, error)
                                    : AG_OK;
}

/* ---- the model ---- */

static void kde_free(void *model)
{
  kde *self = model;
  if (!self)
    return;
  free(self->data);
  free(self->z);
  free(self->factor);
  free(self->scaled);
  free(self->unit);
  free(self);
}

static ag_status kde_create(const void *settings, const ag_items *items, void **model,
                            ag_error *error)
{
  kde *made = NULL;
  size_t dim = items->dim;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (kde){.settings = settings, .dim = dim};
  status = ag_array_create(dim * dim, sizeof *made->factor, &made->factor, error);
  if (status == AG_OK)
    status = ag_array_create(dim * dim, sizeof *made->scaled, &made->scaled, error);
  if (status == AG_OK)
    status = ag_array_create(2 * dim, sizeof *made->unit, &made->unit, error);
  if (status == AG_OK) {
    made->centre = made->unit + dim;
    *model = made;
  } else {
    kde_free(made);
  }
  return status;
}

static ag_status make_room(kde *self, size_t count, ag_error *error)
{
  double *data = NULL, *z = NULL;
  if (count <= self->capacity)
    return AG_OK;
  size_t tiles = (count + AG_KDE_TILE - 1) / AG_KDE_TILE;
  ag_status status = ag_array_create(count, self->dim * sizeof *data, &data, error);
  if (status == AG_OK)
    status = ag_array_create(tiles, AG_KDE_TILE * self->dim * sizeof *z, &z, error);
  if (status != AG_OK) {
    free(data);
    return status;
  }
  free(self->data);
  free(self->z);
  self->data = data;
  self->z = z;
  self->capacity = count;
  return AG_OK;
}

/* ---- the kernel ---- */

static double find_largest(const kde *self, size_t d)
{
  double largest = 0;
  for (size_t i = 0; i < self->count; i++)
    largest = fmax(largest, fabs(self->data[i * self->dim + d]));
  return largest;
}

/* How large values of coordinate d are; where all are zero, as the others, or 1. */
static double magnitude(const kde *self, size_t d)
{
  double largest = find_largest(self, d);
  bool zero = largest == 0;
  for (size_t e = 0; e < self->dim && zero; e++)
    largest = fmax(largest, find_largest(self, e));
  return largest > 0 ? largest : 1;
}

/* The mean is taken from the first datum on, so that equal data are at it exactly. */
static void set_units_and_centre(kde *self)
{
  for (size_t d = 0; d < self->dim; d++) {
    int exponent = 0;
    frexp(magnitude(self, d), &exponent);
    self->unit[d] = ldexp(1, exponent < -1000 ? -1000 : exponent); /* its inverse is finite */
    double first = self->data[d] / self->unit[d], sum = 0;
    for (size_t i = 1; i < self->count; i++)
      sum += self->data[i * self->dim + d] / self->unit[d] - first;
    self->centre[d] = first + sum / (double)self->count;
  }
}

/* The lower triangle of the data's covariance in units; zero for one datum. */
static void measure_covariance(const kde *self, double *covariance)
{
  size_t dim = self->dim;
  double step[AG_KDE_DIM_MOST], rest[AG_KDE_DIM_MOST] = {0}, n = (double)self->count;
  memset(covariance, 0, dim * dim * sizeof *covariance);
  for (size_t i = 0; i < self->count; i++)
    for (size_t d = 0; d < dim; d++) {
      step[d] = self->data[i * dim + d] / self->unit[d] - self->centre[d];
      rest[d] += step[d]; /* far from the origin the mean is rounded */
      for (size_t e = 0; e <= d; e++)
        covariance[d * dim + e] += step[d] * step[e];
    }
  for (size_t d = 0; d < dim && self->count > 1; d++)
    for (size_t e = 0; e <= d; e++)
      covariance[d * dim + e] = (covariance[d * dim + e] - rest[d] * rest[e] / n) / (n - 1);
}

/* In place: the lower triangle of a covariance becomes its Cholesky factor; false for a
 * singular one, left half done. Plain loops: dim is small, and the bits must not depend
 * on a library's threads. */
static bool factorize(double *a, size_t dim)
{
  for (size_t i = 0; i < dim; i++) {
    double variance = a[i * dim + i];
    for (size_t j = 0; j <= i; j++) {
      double sum = a[i * dim + j];
      for (size_t k = 0; k < j; k++)
        sum -= a[i * dim + k] * a[j * dim + k];
      if (j == i && !(sum > LEAST_PIVOT * variance))
        return false;
      a[i * dim + j] = j == i ? sqrt(sum) : sum / a[j * dim + j];
    }
  }
  return true;
}

/* What is added to the variance of coordinate d, in units. */
static double added_variance(const kde *self, size_t d, double variance)
{
  double deviation = LEAST_DEVIATION * (magnitude(self, d) / self->unit[d]);
  return variance > 0 ? self->settings->regularisation * variance : deviation * deviation;
}

/* a becomes the Cholesky factor of the data's covariance in units; whether that was
 * singular. */
static bool factorize_data(const kde *self, double *a)
{
  measure_covariance(self, a);
  if (factorize(a, self->dim))
    return false;
  measure_covariance(self, a);
  for (size_t d = 0; d < self->dim; d++)
    a[d * self->dim + d] += added_variance(self, d, a[d * self->dim + d]);
  factorize(a, self->dim);
  return true;
}

static double bandwidth_factor(kde_rule rule, size_t count, size_t dim)
{
  double n = (double)count, d = (double)dim;
  return pow(rule == RULE_SCOTT ? n : n * (d + 2) / 4, -1 / (d + 4));
}

/* The kernel's factor; whether the data's covariance was singular. */
static bool set_factor(kde *self)
{
  const kde_settings *settings = self->settings;
  size_t dim = self->dim;
  memset(self->factor, 0, dim * dim * sizeof *self->factor);
  if (settings->rule == RULE_GIVEN) {
    for (size_t d = 0; d < dim; d++)
      self->factor[d * dim + d] = settings->deviation[d];
    return false;
  }
  bool singular = factorize_data(self, self->scaled);
  double scale = bandwidth_factor(settings->rule, self->count, dim);
  for (size_t d = 0; d < dim; d++)
    for (size_t e = 0; e <= d; e++)
      self->factor[d * dim + e] = self->scaled[d * dim + e] * scale * self->unit[d];
  return singular;
}

/* ---- where the kernel is the standard normal ---- */

/* z [dim] = factor^-1 (x - centre). */
static void whiten(const kde *self, const double *x, double *z)
{
  size_t dim = self->dim;
  for (size_t d = 0; d < dim; d++) {
    z[d] = x[d] / self->unit[d] - self->centre[d];
    for (size_t e = 0; e < d; e++)
      z[d] -= self->scaled[d * dim + e] * z[e];
    z[d] /= self->scaled[d * dim + d];
  }
}

static void fill_tile(const kde *self, size_t tile)
{
  double z[AG_KDE_DIM_MOST], *to = self->z + tile * AG_KDE_TILE * self->dim;
  for (size_t j = 0; j < AG_KDE_TILE; j++) {
    size_t i = tile * AG_KDE_TILE + j;
    if (i < self->count)
      whiten(self, self->data + i * self->dim, z);
    for (size_t d = 0; d < self->dim; d++)
      to[d * AG_KDE_TILE + j] = i < self->count ? z[d] : INFINITY;
  }
}

/* All that follows from data, unit, centre and factor. */
static void set_law(kde *self)
{
  enum { PARALLEL_TILES = 64 };
  const double log_two_pi = 1.8378770664093454836;
  size_t dim = self->dim, tiles = (self->count + AG_KDE_TILE - 1) / AG_KDE_TILE;
  for (size_t k = 0; k < dim * dim; k++)
    self->scaled[k] = self->factor[k] / self->unit[k / dim];
  self->log_constant = -log((double)self->count) - 0.5 * (double)dim * log_two_pi;
  for (size_t d = 0; d < dim; d++)
    self->log_constant -= log(self->factor[d * dim + d]);
#pragma omp parallel for schedule(static) if (tiles >= PARALLEL_TILES)
  for (size_t t = 0; t < tiles; t++)
    fill_tile(self, t);
}

/* ---- what a generator does ---- */

static ag_status kde_fit(void *model, const ag_sample *data, const ag_random_key *key,
                         ag_fit_report *report, ag_error *error)
{
  kde *self = model;
  (void)key;
  assert(data->dim == self->dim);
  self->count = 0;
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK)
    status = make_room(self, data->count, error);
  if (status != AG_OK)
    return status;
  self->count = data->count;
  memcpy(self->data, data->point, data->count * self->dim * sizeof *self->data);
  set_units_and_centre(self);
  bool singular = set_factor(self);
  set_law(self);
  *report = (ag_fit_report){.converged = true, .regularised = singular, .log_likelihood = NAN};
  return AG_OK;
}

/* Item i is a datum, from the block's first sequence, and noise from its second. */
static void fill(const void *model, const ag_random_key *key, uint32_t block, size_t first,
                 size_t end, ag_sample *out)
{
  const kde *self = model;
  size_t dim = self->dim;
  ag_random choice = ag_random_at(key, AG_RANDOM_GENERATE, 2 * block);
  ag_random noise = ag_random_at(key, AG_RANDOM_GENERATE, 2 * block + 1);
  ag_random_normals(&noise, (end - first) * dim, out->point + first * dim);
  for (size_t i = first; i < end; i++) {
    const double *datum = self->data + ag_random_below(&choice, self->count) * dim;
    double *x = out->point + i * dim;
    for (size_t d = dim; d-- > 0;) { /* from the last on: x holds the noise still needed */
      double sum = 0;
      for (size_t e = 0; e <= d; e++)
        sum += self->factor[d * dim + e] * x[e];
      x[d] = datum[d] + sum;
    }
  }
}

static ag_status kde_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                            ag_error *error)
{
  const kde *self = model;
  assert(self->count > 0 && out->dim == self->dim);
  return ag_generator_fill_blocks(fill, self, count, key, out, error);
}

/* Points so far out that they cannot be measured in deviations weigh nothing. */
static void weigh_points(const kde *self, const double *point, size_t count, double *log_density)
{
  double query[AG_KDE_QUERIES * AG_KDE_DIM_MOST], log_sum[AG_KDE_QUERIES];
  size_t queries = 0, index[AG_KDE_QUERIES];
  for (size_t i = 0; i < count; i++) {
    double *z = query + queries * self->dim;
    bool finite = true;
    whiten(self, point + i * self->dim, z);
    for (size_t d = 0; d < self->dim; d++)
      finite = finite && isfinite(z[d]);
    log_density[i] = -INFINITY;
    if (finite)
      index[queries++] = i;
  }
  if (queries == 0)
    return;
  ag_kde_tiles tiles = {self->dim, self->count, self->z};
  ag_kde_log_sums(&tiles, query, queries, log_sum);
  for (size_t q = 0; q < queries; q++)
    log_density[index[q]] = log_sum[q] + self->log_constant;
}

static void kde_log_density(void *model, const ag_sample *at, double *log_density)
{
  const double parallel_terms = 1e5;
  const kde *self = model;
  bool many = (double)self->count * (double)at->count >= parallel_terms;
#pragma omp parallel for schedule(static) if (many)
  for (size_t first = 0; first < at->count; first += AG_KDE_QUERIES) {
    size_t rest = at->count - first;
    weigh_points(self, at->point + first * self->dim, rest < AG_KDE_QUERIES ? rest : AG_KDE_QUERIES,
                 log_density + first);
  }
}

static size_t kde_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const kde *self = model;
  array[0] = (ag_generator_array){"data", self->count * self->dim, self->data};
  array[1] = (ag_generator_array){"factor", self->dim * self->dim, self->factor};
  return 2;
}

/* A lower triangle with a diagonal above 0. */
static bool is_factor(const double *factor, size_t dim)
{
  bool right = true;
  for (size_t d = 0; d < dim; d++)
    for (size_t e = 0; e < dim; e++) {
      double x = factor[d * dim + e];
      right = right && isfinite(x) && (e < d || (e == d ? x > 0 : x == 0));
    }
  return right;
}

static ag_status kde_load(void *model, const ag_generator_array *array, size_t arrays,
                          ag_error *error)
{
  kde *self = model;
  size_t dim = self->dim, values = SIZE_MAX, cells = dim * dim;
  const double *data = ag_generator_find(array, arrays, "data", &values);
  const double *factor = ag_generator_find(array, arrays, "factor", &cells);
  bool right = data && factor && values > 0 && values % dim == 0 && is_factor(factor, dim);
  for (size_t i = 0; right && i < values; i++)
    right = isfinite(data[i]);
  if (!right)
    return ag_fail(error, AG_ERROR_INPUT,
                   "the saved arrays are no kernel density estimate in %zu dimensions", dim);
  ag_status status = make_room(self, values / dim, error);
  if (status != AG_OK)
    return status;
  self->count = values / dim;
  memmove(self->data, data, values * sizeof *data);
  memmove(self->factor, factor, cells * sizeof *factor);
  set_units_and_centre(self);
  set_law(self);
  return AG_OK;
}

extern const ag_generator_type ag_generator_kde;
const ag_generator_type ag_generator_kde = {
    .name = "kde",
    .summary = "a Gaussian kernel around each datum",
    .example = "kde: {bandwidth: scott}",
    .takes_points = true,
    .parameters = kde_parameters,
    .size = sizeof(kde_settings),
    .read = kde_read,
    .create = kde_create,
    .free_model = kde_free,
    .fit = kde_fit,
    .sample = kde_sample,
    .log_density = kde_log_density,
    .save = kde_save,
    .load = kde_load,
};
