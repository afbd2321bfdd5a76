/* gmm: a Gaussian mixture; gmm_fit.c says how it is fitted, and what becomes of
 * degenerate data. The model is what sampling and density need, in the data's own
 * coordinates: weights, means and the covariances' Cholesky factors. */
#include "generator/gmm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define LARGEST 1e50 /* its square is finite in any coordinates */
enum { DIM_MOST = 128, COMPONENTS_MOST = 1000 };

typedef struct gmm {
  const ag_gmm_settings *settings;
  size_t dim;
  bool fitted, weighs;    /* weighs: what follows is that of the mixture */
  double *centre, *scale; /* [dim] where it weighs: (x - centre) / scale, a power of two */
  double log_scale;       /* the logarithm of their product */
  ag_gmm_fitter fitter;
  ag_gmm_mixture mixture;
  double *state;      /* [state rows, columns] what the kernels take */
  double *cumulative; /* [components] sums of the weights */
  double *x;          /* [dim, AG_GMM_CHUNK] points to be weighed */
  double *room;       /* [ag_gmm_room_size] */
} gmm;

/* ---- settings ---- */

#define AT(member) offsetof(ag_gmm_settings, member)
static const ag_parameter criterion_parameters[] = {{"bic", "the most components that are tried",
                                                     AG_WHOLE, AT(components), .fallback = "10",
                                                     .low = 1, .high = COMPONENTS_MOST},
                                                    {0}};

/* A number, `bic` or `{bic: 10}`. */
static ag_status read_components(ag_node node, ag_gmm_settings *settings, ag_error *error)
{
  const char *word = "";
  long long count = 0;
  bool mapping = ag_node_get_kind(node) == AG_NODE_MAPPING;
  if (ag_node_get_kind(node) == AG_NODE_SCALAR)
    ag_node_text(node, "components", &word, NULL);
  settings->bic = mapping || strcmp(word, "bic") == 0;
  if (settings->bic)
    return ag_parameters_read(mapping ? node : (ag_node){NULL, 0}, "components",
                              criterion_parameters, settings, error);
  ag_status status =
      ag_node_integer(node, "components (a number, or bic)", 1, COMPONENTS_MOST, &count, error);
  settings->components = status == AG_OK ? (size_t)count : settings->components;
  return status;
}

static const char *const covariances[] = {"full", "diagonal", "spherical", NULL};

static const ag_parameter gmm_parameters[] = {
    {"components", "how many normal laws are mixed; bic: as many as Schwarz's criterion likes best",
     AG_NODE, .takes = "an integer from 1 to 1000, bic, or {bic: 20}", .fallback = "5",
     .within = criterion_parameters},
    {"covariance", "the form of each one's covariance", AG_WORD, AT(covariance),
     .words = covariances, .fallback = "full"},
    {"regularisation",
     "added to the variances, as a share of the data's (spherical: of their mean)", AG_REAL,
     AT(regularisation), .fallback = "1e-6", .high = LARGEST},
    {"iterations", "the most of one fit", AG_WHOLE, AT(iterations), .fallback = "100", .low = 1,
     .high = 1000000},
    {"tolerance", "a fit ends where an iteration gains less", AG_REAL, AT(tolerance),
     .unit = "nats per item", .fallback = "1e-3", .high = LARGEST},
    {"starts", "fits from different random starts, of which the best stays", AG_WHOLE, AT(starts),
     .fallback = "1", .low = 1, .high = AG_GMM_STARTS_MOST},
    {0}};

static ag_status gmm_read(ag_node node, const ag_space *space, void *given, ag_error *error)
{
  ag_gmm_settings *settings = given;
  ag_node components = ag_node_find(node, "components");
  settings->components = 5;
  if (space->dim > DIM_MOST)
    return ag_node_fail(node, error, "gmm has at most %d dimensions, not %zu", DIM_MOST,
                        space->dim);
  return ag_node_present(components) ? read_components(components, settings, error) : AG_OK;
}

/* ---- the model ---- */

static void gmm_free(void *model)
{
  gmm *self = model;
  if (!self)
    return;
  ag_gmm_fitter_free(&self->fitter);
  ag_gmm_mixture_free(&self->mixture);
  free(self->centre);
  free(self->state);
  free(self->cumulative);
  free(self->x);
  free(self->room);
  free(self);
}

static ag_status gmm_create(const void *settings, const ag_items *items, void **model,
                            ag_error *error)
{
  const ag_gmm_settings *set = settings;
  size_t dim = items->dim, components = set->components;
  bool full = set->covariance == AG_GMM_FULL;
  gmm *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (gmm){.settings = set, .dim = dim};
  status = ag_gmm_fitter_create(dim, set->covariance, components, &made->fitter, error);
  if (status == AG_OK)
    status = ag_gmm_mixture_create(dim, full, components, &made->mixture, error);
  if (status == AG_OK)
    status = ag_array_create(ag_gmm_state_rows(dim, full) * made->fitter.columns, sizeof(double),
                             &made->state, error);
  if (status == AG_OK)
    status = ag_array_create(2 * dim, sizeof(double), &made->centre, error);
  if (status == AG_OK)
    status = ag_array_create(components, sizeof(double), &made->cumulative, error);
  if (status == AG_OK)
    status = ag_array_create(dim * AG_GMM_CHUNK, sizeof(double), &made->x, error);
  if (status == AG_OK)
    status = ag_array_create(ag_gmm_room_size(dim, components, full), sizeof(double), &made->room,
                             error);
  if (status == AG_OK) {
    made->scale = made->centre + dim;
    *model = made;
  } else {
    gmm_free(made);
  }
  return status;
}

/* All that follows from the mixture. */
static void set_law(gmm *self)
{
  double sum = 0;
  for (size_t k = 0; k < self->mixture.components; k++)
    self->cumulative[k] = sum += self->mixture.weight[k];
  self->fitted = true;
  self->weighs = false;
}

static ag_status gmm_fit(void *model, const ag_sample *data, const ag_random_key *key,
                         ag_fit_report *report, ag_error *error)
{
  gmm *self = model;
  assert(data->dim == self->dim);
  self->fitted = false;
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK)
    status = ag_gmm_fitter_load(&self->fitter, data, error);
  if (status != AG_OK)
    return status;
  ag_gmm_fit(&self->fitter, self->settings, key, &self->mixture, report);
  set_law(self);
  return AG_OK;
}

/* In place: x [dim], standard normals, becomes mean + L x. From the last coordinate on:
 * x holds the normals still needed. */
static void shape(const ag_gmm_mixture *mixture, size_t component, double *x)
{
  size_t dim = mixture->dim;
  const double *mean = mixture->mean + component * dim;
  const double *l = mixture->factor + component * ag_gmm_factor_size(dim, mixture->full);
  if (!mixture->full) {
    for (size_t d = 0; d < dim; d++)
      x[d] = mean[d] + l[d] * x[d];
    return;
  }
  if (dim == 2) { /* the usual case, without loops */
    double y = l[1] * x[0] + l[2] * x[1];
    x[0] = mean[0] + l[0] * x[0];
    x[1] = mean[1] + y;
    return;
  }
  for (size_t d = dim; d-- > 0;) {
    const double *row = l + d * (d + 1) / 2;
    double sum = 0;
    for (size_t e = 0; e <= d; e++)
      sum += row[e] * x[e];
    x[d] = mean[d] + sum;
  }
}

/* Its number by the weights; every component is looked at, as no jump is foreseen. */
static size_t component_at(const gmm *self, double place)
{
  size_t component = 0;
  for (size_t k = 0; k + 1 < self->mixture.components; k++)
    component += self->cumulative[k] <= place;
  return component;
}

/* An item's component is from the block's first sequence, its normals from the second. */
static void fill(const void *model, const ag_random_key *key, uint32_t block, size_t first,
                 size_t end, ag_sample *out)
{
  enum { TOGETHER = 256 };
  const gmm *self = model;
  size_t dim = self->dim;
  double place[TOGETHER];
  ag_random choice = ag_random_at(key, AG_RANDOM_GENERATE, 2 * block);
  ag_random noise = ag_random_at(key, AG_RANDOM_GENERATE, 2 * block + 1);
  ag_random_normals(&noise, (end - first) * dim, out->point + first * dim);
  for (; first < end; first += TOGETHER) {
    size_t count = end - first < TOGETHER ? end - first : TOGETHER;
    ag_random_uniforms(&choice, count, place);
    for (size_t i = 0; i < count; i++)
      shape(&self->mixture, component_at(self, place[i]), out->point + (first + i) * dim);
  }
}

static ag_status gmm_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                            ag_error *error)
{
  const gmm *self = model;
  assert(self->fitted && out->dim == self->dim);
  return ag_generator_fill_blocks(fill, self, count, key, out, error);
}

/* Centre and scale: a mixture far from the origin, or in large units, loses no digits. */
static void set_measure(gmm *self)
{
  const ag_gmm_mixture *mixture = &self->mixture;
  size_t dim = self->dim, size = ag_gmm_factor_size(dim, mixture->full);
  self->log_scale = 0;
  for (size_t d = 0; d < dim; d++) {
    double widest = 0, first = mixture->mean[d], sum = 0;
    int exponent = 0;
    for (size_t k = 0; k < mixture->components; k++) {
      double own = mixture->factor[k * size + ag_gmm_diagonal(mixture->full, d)];
      widest = ag_gmm_larger(widest, own);
      sum += mixture->weight[k] * (mixture->mean[k * dim + d] - first);
    }
    frexp(widest, &exponent);
    self->scale[d] = ldexp(1, exponent < -1000 ? -1000 : exponent > 1000 ? 1000 : exponent);
    self->centre[d] = isfinite(sum) ? first + sum : first;
    self->log_scale += log(self->scale[d]);
  }
}

static double measured(const gmm *self, size_t d, double x)
{
  return x / self->scale[d] - self->centre[d] / self->scale[d];
}

/* The state that weighs, from the mixture in its own measure. */
static void set_weighing(gmm *self)
{
  ag_gmm_mixture *work = &self->fitter.work;
  size_t dim = self->dim, size = ag_gmm_factor_size(dim, work->full);
  set_measure(self);
  ag_gmm_mixture_copy(&self->mixture, work);
  for (size_t k = 0; k < work->components; k++) {
    for (size_t d = 0; d < dim; d++)
      work->mean[k * dim + d] = measured(self, d, work->mean[k * dim + d]);
    for (size_t i = 0, d = 0; i < size; i++) {
      d += i > ag_gmm_diagonal(work->full, d);
      work->factor[k * size + i] /= self->scale[d];
    }
  }
  ag_gmm_mixture_state(work, self->fitter.columns, self->state);
  self->weighs = true;
}

static void gmm_log_density(void *model, const ag_sample *at, double *log_density)
{
  gmm *self = model;
  size_t dim = self->dim;
  if (!self->weighs) /* most models are never asked */
    set_weighing(self);
  ag_gmm_pass pass = {.dim = dim,
                      .components = self->mixture.components,
                      .full = self->mixture.full,
                      .stride = AG_GMM_CHUNK,
                      .x = self->x,
                      .state = self->state,
                      .columns = self->fitter.columns,
                      .room = self->room};
  for (size_t first = 0; first < at->count; first += AG_GMM_CHUNK) {
    size_t rest = at->count - first;
    pass.count = rest < AG_GMM_CHUNK ? rest : AG_GMM_CHUNK;
    for (size_t d = 0; d < dim; d++)
      for (size_t i = 0; i < (pass.count + 7) / 8 * 8; i++)
        self->x[d * AG_GMM_CHUNK + i] =
            i < pass.count ? measured(self, d, at->point[(first + i) * dim + d]) : 0;
    self->fitter.kernels->weigh(&pass, log_density + first);
    for (size_t i = first; i < first + pass.count; i++)
      log_density[i] -= self->log_scale;
  }
}

static size_t gmm_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const ag_gmm_mixture *mixture = &((gmm *)model)->mixture;
  size_t count = mixture->components, size = ag_gmm_factor_size(mixture->dim, mixture->full);
  array[0] = (ag_generator_array){"weight", count, mixture->weight};
  array[1] = (ag_generator_array){"mean", count * mixture->dim, mixture->mean};
  array[2] = (ag_generator_array){"factor", count * size, mixture->factor};
  return 3;
}

static bool is_mixture(const gmm *self, size_t count, const double *weight, const double *mean,
                       const double *factor)
{
  size_t size = ag_gmm_factor_size(self->dim, self->mixture.full);
  bool right = true;
  double total = 0;
  for (size_t k = 0; k < count; k++) {
    right = right && weight[k] > 0;
    total += weight[k];
    for (size_t d = 0; d < self->dim; d++)
      right = right && factor[k * size + ag_gmm_diagonal(self->mixture.full, d)] > 0;
  }
  for (size_t i = 0; i < count * self->dim; i++)
    right = right && isfinite(mean[i]);
  for (size_t i = 0; i < count * size; i++)
    right = right && isfinite(factor[i]);
  return right && fabs(total - 1) < 1e-9;
}

static ag_status gmm_load(void *model, const ag_generator_array *array, size_t arrays,
                          ag_error *error)
{
  gmm *self = model;
  ag_gmm_mixture *mixture = &self->mixture;
  size_t size = ag_gmm_factor_size(self->dim, mixture->full), count = SIZE_MAX;
  const double *weight = ag_generator_find(array, arrays, "weight", &count);
  bool right = weight && count > 0 && count <= mixture->capacity;
  size_t means = right ? count * self->dim : 0, factors = right ? count * size : 0;
  const double *mean = ag_generator_find(array, arrays, "mean", &means);
  const double *factor = ag_generator_find(array, arrays, "factor", &factors);
  if (!right || !mean || !factor || !is_mixture(self, count, weight, mean, factor))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the saved arrays are no Gaussian mixture of at most %zu components in %zu "
                   "dimensions",
                   mixture->capacity, self->dim);
  mixture->components = count;
  memmove(mixture->weight, weight, count * sizeof *weight);
  memmove(mixture->mean, mean, means * sizeof *mean);
  memmove(mixture->factor, factor, factors * sizeof *factor);
  set_law(self);
  return AG_OK;
}

extern const ag_generator_type ag_generator_gmm;
const ag_generator_type ag_generator_gmm = {
    .name = "gmm",
    .summary = "a Gaussian mixture, by expectation and maximisation",
    .example = "gmm: {components: 5, covariance: full}",
    .takes_points = true,
    .parameters = gmm_parameters,
    .size = sizeof(ag_gmm_settings),
    .read = gmm_read,
    .create = gmm_create,
    .free_model = gmm_free,
    .fit = gmm_fit,
    .sample = gmm_sample,
    .log_density = gmm_log_density,
    .save = gmm_save,
    .load = gmm_load,
};
