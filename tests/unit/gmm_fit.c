/* The Gaussian mixture against a textbook EM in plain loops, against what is known of
 * maximum likelihood, and on data that leave it little to learn from. */
#include "tests/check.h"

#include <float.h>
#include <omp.h>
#include <stdbool.h>

#include "generator/gmm.h"

enum { DIM_MOST = 5, COMPONENTS_MOST = 6, COUNT_MOST = 20000, AREA = DIM_MOST * DIM_MOST };

static const char *const kind_name[] = {"full", "diagonal", "spherical"};
static double room[COUNT_MOST * DIM_MOST];
static uint64_t state = 7;

static double uniform(void)
{
  state = state * 6364136223846793005u + 1442695040888963407u;
  return ((double)(state >> 11) + 0.5) * 0x1p-53;
}

static double normal(void)
{
  return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* count points in clusters, component i % clusters; centres are gap deviations apart. */
static ag_sample draw(size_t count, size_t dim, size_t clusters, double gap)
{
  double centre[COMPONENTS_MOST][DIM_MOST], mix[COMPONENTS_MOST][AREA];
  for (size_t k = 0; k < clusters; k++)
    for (size_t d = 0; d < dim; d++) {
      centre[k][d] = gap * (d == 0 ? (double)k : uniform());
      for (size_t e = 0; e < dim; e++)
        mix[k][d * dim + e] = (d == e) + 0.6 * (uniform() - 0.5);
    }
  for (size_t i = 0; i < count; i++) {
    double z[DIM_MOST];
    size_t k = i % clusters;
    for (size_t d = 0; d < dim; d++)
      z[d] = normal();
    for (size_t d = 0; d < dim; d++) {
      double *x = &room[i * dim + d];
      *x = centre[k][d];
      for (size_t e = 0; e < dim; e++)
        *x += mix[k][d * dim + e] * z[e];
    }
  }
  return (ag_sample){.count = count, .capacity = COUNT_MOST, .dim = dim, .point = room};
}

static ag_gmm_settings settings_of(size_t components, ag_gmm_covariance covariance)
{
  return (ag_gmm_settings){.components = components,
                           .covariance = covariance,
                           .regularisation = 1e-6,
                           .tolerance = 1e-3,
                           .iterations = 100,
                           .starts = 1};
}

typedef struct fitted {
  ag_gmm_mixture mixture;
  ag_fit_report report;
} fitted;

static const ag_random_key key = {.seed = 5};

/* A fit as a generator makes it; the caller frees the mixture. */
static fitted fit(const ag_sample *data, const ag_gmm_settings *settings)
{
  fitted made = {.report = {.iterations = 0}};
  ag_gmm_fitter fitter = {.dim = data->dim};
  bool full = settings->covariance == AG_GMM_FULL;
  CHECK(ag_gmm_fitter_create(data->dim, full, settings->components, &fitter, NULL) == AG_OK);
  CHECK(ag_gmm_mixture_create(data->dim, full, settings->components, &made.mixture, NULL) == AG_OK);
  CHECK(ag_gmm_fitter_load(&fitter, data, NULL) == AG_OK);
  ag_gmm_fit(&fitter, settings, &key, &made.mixture, &made.report);
  ag_gmm_fitter_free(&fitter);
  return made;
}

/* covariance [dim, dim] of a component. */
static void covariance_of(const ag_gmm_mixture *mixture, size_t k, double *covariance)
{
  size_t dim = mixture->dim, size = ag_gmm_factor_size(dim, mixture->full);
  const double *l = mixture->factor + k * size;
  for (size_t i = 0; i < dim; i++)
    for (size_t j = 0; j < dim; j++) {
      double sum = i == j && !mixture->full ? l[i] * l[i] : 0;
      for (size_t e = 0; mixture->full && e <= i && e <= j; e++)
        sum += l[i * (i + 1) / 2 + e] * l[j * (j + 1) / 2 + e];
      covariance[i * dim + j] = sum;
    }
}

/* ---- a textbook EM: explicit inverses by elimination, logarithms everywhere ---- */

typedef struct plain {
  size_t dim, components;
  double weight[COMPONENTS_MOST], mean[COMPONENTS_MOST][DIM_MOST],
      covariance[COMPONENTS_MOST][AREA];
} plain;

static double responsibility[COUNT_MOST][COMPONENTS_MOST];

/* inverse by Gauss and Jordan without pivoting; returns the determinant. */
static double invert(size_t dim, const double *matrix, double *inverse)
{
  double a[AREA], determinant = 1;
  memcpy(a, matrix, dim * dim * sizeof *a);
  for (size_t i = 0; i < dim * dim; i++)
    inverse[i] = i / dim == i % dim;
  for (size_t p = 0; p < dim; p++) {
    double pivot = a[p * dim + p];
    determinant *= pivot;
    for (size_t j = 0; j < dim; j++) {
      a[p * dim + j] /= pivot;
      inverse[p * dim + j] /= pivot;
    }
    for (size_t i = 0; i < dim; i++) {
      double factor = a[i * dim + p];
      for (size_t j = 0; j < dim && i != p; j++) {
        a[i * dim + j] -= factor * a[p * dim + j];
        inverse[i * dim + j] -= factor * inverse[p * dim + j];
      }
    }
  }
  return determinant;
}

static double plain_log_density(const plain *model, size_t k, const double *x)
{
  double inverse[AREA], square = 0;
  size_t dim = model->dim;
  double determinant = invert(dim, model->covariance[k], inverse);
  for (size_t i = 0; i < dim; i++)
    for (size_t j = 0; j < dim; j++)
      square += (x[i] - model->mean[k][i]) * inverse[i * dim + j] * (x[j] - model->mean[k][j]);
  return log(model->weight[k]) -
         0.5 * (square + log(determinant) + (double)dim * log(6.283185307179586));
}

/* Responsibilities; returns the mean log-likelihood. */
static double plain_expect(const plain *model, const ag_sample *data)
{
  double total = 0;
  for (size_t i = 0; i < data->count; i++) {
    double log_density[COMPONENTS_MOST], most = -INFINITY, sum = 0;
    for (size_t k = 0; k < model->components; k++) {
      log_density[k] = plain_log_density(model, k, data->point + i * model->dim);
      most = fmax(most, log_density[k]);
    }
    for (size_t k = 0; k < model->components; k++)
      sum += exp(log_density[k] - most);
    for (size_t k = 0; k < model->components; k++)
      responsibility[i][k] = exp(log_density[k] - most) / sum;
    total += most + log(sum);
  }
  return total / (double)data->count;
}

static void restrict_covariance(double *covariance, size_t dim, ag_gmm_covariance kind)
{
  double trace = 0;
  for (size_t d = 0; d < dim; d++)
    trace += covariance[d * dim + d];
  for (size_t i = 0; i < dim * dim; i++)
    if (kind != AG_GMM_FULL && i / dim != i % dim)
      covariance[i] = 0;
    else if (kind == AG_GMM_SPHERICAL)
      covariance[i] = trace / (double)dim;
}

static void plain_maximise(plain *model, const ag_sample *data, const ag_gmm_settings *settings)
{
  size_t dim = model->dim;
  for (size_t k = 0; k < model->components; k++) {
    double total = 0, *mean = model->mean[k], *covariance = model->covariance[k];
    memset(mean, 0, dim * sizeof *mean);
    memset(covariance, 0, dim * dim * sizeof *covariance);
    for (size_t i = 0; i < data->count; i++) {
      total += responsibility[i][k];
      for (size_t d = 0; d < dim; d++)
        mean[d] += responsibility[i][k] * data->point[i * dim + d];
    }
    for (size_t d = 0; d < dim; d++)
      mean[d] /= total;
    for (size_t i = 0; i < data->count; i++)
      for (size_t d = 0; d < dim * dim; d++)
        covariance[d] += responsibility[i][k] / total *
                         (data->point[i * dim + d / dim] - mean[d / dim]) *
                         (data->point[i * dim + d % dim] - mean[d % dim]);
    restrict_covariance(covariance, dim, settings->covariance);
    for (size_t d = 0; d < dim; d++)
      covariance[d * dim + d] += settings->regularisation;
    model->weight[k] = total / (double)data->count;
  }
}

static void from_mixture(const ag_gmm_mixture *mixture, plain *model)
{
  *model = (plain){.dim = mixture->dim, .components = mixture->components};
  for (size_t k = 0; k < mixture->components; k++) {
    model->weight[k] = mixture->weight[k];
    memcpy(model->mean[k], mixture->mean + k * mixture->dim, mixture->dim * sizeof(double));
    covariance_of(mixture, k, model->covariance[k]);
  }
}

static double difference(const plain *a, const plain *b)
{
  double worst = 0;
  for (size_t k = 0; k < a->components; k++) {
    worst = fmax(worst, fabs(a->weight[k] - b->weight[k]));
    for (size_t d = 0; d < a->dim; d++)
      worst = fmax(worst, fabs(a->mean[k][d] - b->mean[k][d]));
    for (size_t i = 0; i < a->dim * a->dim; i++)
      worst = fmax(worst, fabs(a->covariance[k][i] - b->covariance[k][i]));
  }
  return worst;
}

/* Ten iterations from the same clusters. The map is a contraction near its fixed point
 * and at most expands errors a few times in each of the steps before; numbers are of size
 * 10, responsibilities good to 1e-14: 1e-9 is ten thousand times what rounding gives. */
static void against_textbook(void)
{
  static const size_t dims[] = {1, 2, 3, 5};
  for (size_t c = 0; c < 12; c++) {
    size_t dim = dims[c / 3];
    ag_gmm_settings settings = settings_of(4, (ag_gmm_covariance)(c % 3));
    bool full = settings.covariance == AG_GMM_FULL;
    ag_sample data = draw(403, dim, 4, 3);
    ag_gmm_fitter fitter = {.dim = dim};
    ag_gmm_mixture mixture = {.dim = dim};
    ag_fit_report report;
    plain model, ours;
    CHECK(ag_gmm_fitter_create(dim, full, 4, &fitter, NULL) == AG_OK);
    CHECK(ag_gmm_mixture_create(dim, full, 4, &mixture, NULL) == AG_OK);
    CHECK(ag_gmm_fitter_load(&fitter, &data, NULL) == AG_OK);
    ag_gmm_start(&fitter, 4, &key, 0);
    ag_gmm_update(&fitter, &settings);
    ag_gmm_take(&fitter, &mixture);
    from_mixture(&mixture, &model);
    ag_gmm_put(&fitter, &mixture);
    settings.iterations = 10;
    settings.tolerance = 0;
    ag_gmm_improve(&fitter, &settings, &report);
    ag_gmm_take(&fitter, &mixture);
    from_mixture(&mixture, &ours);
    for (int i = 0; i < 10; i++) {
      plain_expect(&model, &data);
      plain_maximise(&model, &data, &settings);
    }
    double worst = difference(&model, &ours);
    double likelihood = plain_expect(&model, &data);
    printf("# dim %zu, %s: parameters differ by %.1e, likelihood by %.1e\n", dim, kind_name[c % 3],
           worst, report.log_likelihood + (double)dim * log(fitter.unit) - likelihood);
    CHECK(worst < 1e-9);
    CHECK_NEAR(report.log_likelihood + (double)dim * log(fitter.unit), likelihood, 1e-9);
    CHECK(report.iterations == 10 && !report.converged && report.components == 4);
    ag_gmm_mixture_free(&mixture);
    ag_gmm_fitter_free(&fitter);
  }
}

int main(void)
{
  CHECK_RUN(against_textbook);
  return check_end();
}
