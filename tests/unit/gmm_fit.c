/* The Gaussian mixture against a textbook EM in plain loops, against what is known of
 * maximum likelihood, and on data that leave it little to learn from. */
#include "base/threads.h"
#include "tests/check.h"

#include <float.h>
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
  CHECK(ag_gmm_fitter_create(data->dim, settings->covariance, settings->components, &fitter,
                             NULL) == AG_OK);
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

/* What the regularisation adds to the variance of a coordinate. */
static double added_to(const ag_sample *data, const ag_gmm_settings *settings, size_t d)
{
  double variance[DIM_MOST] = {0}, mean = 0, n = (double)data->count;
  for (size_t e = 0; e < data->dim; e++) {
    double centre = 0;
    for (size_t i = 0; i < data->count; i++)
      centre += data->point[i * data->dim + e] / n;
    for (size_t i = 0; i < data->count; i++)
      variance[e] += pow(data->point[i * data->dim + e] - centre, 2) / n;
    mean += variance[e] / (double)data->dim;
  }
  return settings->regularisation * (settings->covariance == AG_GMM_SPHERICAL ? mean : variance[d]);
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
      covariance[d * dim + d] += added_to(data, settings, d);
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
    CHECK(ag_gmm_fitter_create(dim, settings.covariance, 4, &fitter, NULL) == AG_OK);
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
           worst, report.log_likelihood + fitter.log_unit - likelihood);
    CHECK(worst < 1e-9);
    CHECK_NEAR(report.log_likelihood + fitter.log_unit, likelihood, 1e-9);
    CHECK(report.iterations == 10 && !report.converged && report.components == 4);
    ag_gmm_mixture_free(&mixture);
    ag_gmm_fitter_free(&fitter);
  }
}

/* ---- theorems ---- */

/* Without regularisation EM is ascent (Dempster, Laird and Rubin). Rounding: the mean of
 * n logarithms of size 10 is good to 10 times 1e-14 (the error of a density). */
static void likelihood_never_falls(void)
{
  for (size_t c = 0; c < 9; c++) {
    size_t dim = c < 3 ? 1 : c < 6 ? 2 : 5;
    ag_gmm_settings settings = settings_of(4, (ag_gmm_covariance)(c % 3));
    ag_sample data = draw(1000, dim, 4, 1.5);
    ag_gmm_fitter fitter = {.dim = dim};
    ag_fit_report report;
    double before = -INFINITY, least_gain = INFINITY;
    settings.regularisation = 0;
    settings.iterations = 1;
    CHECK(ag_gmm_fitter_create(dim, settings.covariance, 4, &fitter, NULL) == AG_OK);
    CHECK(ag_gmm_fitter_load(&fitter, &data, NULL) == AG_OK);
    ag_gmm_start(&fitter, 4, &key, 0);
    ag_gmm_update(&fitter, &settings);
    for (int i = 0; i < 300; i++) {
      ag_gmm_improve(&fitter, &settings, &report);
      least_gain = fmin(least_gain, report.log_likelihood - before);
      before = report.log_likelihood;
    }
    printf("# dim %zu, %s: least gain %.1e\n", dim, kind_name[c % 3], least_gain);
    CHECK(least_gain >= -1e-13);
    ag_gmm_fitter_free(&fitter);
  }
}

/* The maximum likelihood of one Gaussian: mean and covariance with 1/n, found at once. */
static void one_component_is_the_samples_moments(void)
{
  for (size_t dim = 1; dim <= DIM_MOST; dim++) {
    ag_gmm_settings settings = settings_of(1, AG_GMM_FULL);
    ag_sample data = draw(777, dim, 3, 2);
    fitted made = fit(&data, &settings);
    double mean[DIM_MOST] = {0}, covariance[AREA], n = 777;
    covariance_of(&made.mixture, 0, covariance);
    for (size_t i = 0; i < 777 * dim; i++)
      mean[i % dim] += room[i] / n;
    for (size_t c = 0; c < dim * dim; c++) {
      double sum = c / dim == c % dim ? added_to(&data, &settings, c % dim) : 0;
      for (size_t i = 0; i < 777; i++)
        sum += (room[i * dim + c / dim] - mean[c / dim]) *
               (room[i * dim + c % dim] - mean[c % dim]) / n;
      CHECK_NEAR(covariance[c], sum, 1e-13 * 10); /* n additions of terms below 10 / n */
    }
    for (size_t d = 0; d < dim; d++)
      CHECK_NEAR(made.mixture.mean[d], mean[d], 1e-13);
    CHECK(made.report.converged && made.report.iterations == 2 && !made.report.regularised);
    ag_gmm_mixture_free(&made.mixture);
  }
}

/* The same data in other units: scale of the even and of the odd coordinates. rounding: how far
 * the fits may differ, in deviations of the data; 0: to the bit, as for powers of two. */
static void compare_units(size_t dim, ag_gmm_covariance covariance, const double scale[2],
                          double rounding)
{
  ag_gmm_settings settings = settings_of(3, covariance);
  bool full = covariance == AG_GMM_FULL;
  ag_sample data = draw(500, dim, 3, 3);
  fitted here = fit(&data, &settings);
  for (size_t i = 0; i < 500 * dim; i++)
    room[i] *= scale[i % dim % 2];
  fitted there = fit(&data, &settings);
  double shift = 0, far = rounding * 10; /* the data's largest value */
  for (size_t d = 0; d < dim; d++)
    shift += log(scale[d % 2]);
  CHECK(here.report.iterations == there.report.iterations);
  CHECK_NEAR(there.report.log_likelihood, here.report.log_likelihood - shift, 1e-12 + far);
  for (size_t i = 0; i < 3 * dim; i++)
    CHECK(fabs(there.mixture.mean[i] / scale[i % dim % 2] - here.mixture.mean[i]) <= far);
  for (size_t k = 0; k < 3; k++)
    for (size_t i = 0, d = 0; i < ag_gmm_factor_size(dim, full); i++) {
      d += i > ag_gmm_diagonal(full, d);
      size_t at = k * ag_gmm_factor_size(dim, full) + i;
      CHECK(fabs(there.mixture.factor[at] / scale[d % 2] - here.mixture.factor[at]) <= far);
    }
  ag_gmm_mixture_free(&here.mixture);
  ag_gmm_mixture_free(&there.mixture);
}

/* A spherical covariance says that all coordinates have one unit. */
static void powers_of_two_as_units_do_not_change_a_bit(void)
{
  static const double scales[][2] = {{0x1p-40, 0x1p-40}, {0x1p10, 0x1p10},   {0x1p-300, 0x1p-300},
                                     {0x1p900, 0x1p900}, {0x1p-10, 0x1p300}, {0x1p600, 0x1p-600}};
  for (size_t c = 0; c < sizeof scales / sizeof *scales; c++)
    for (size_t dim = 1; dim <= 4; dim++)
      for (int kind = 0; kind < 3; kind++)
        if (kind != AG_GMM_SPHERICAL || scales[c][0] == scales[c][1])
          compare_units(dim, (ag_gmm_covariance)kind, scales[c], 0);
}

/* Each datum is rounded once, to 2^-53 of itself, and no step of EM is worse conditioned than a
 * few hundred here; 1e-12 is some thousand roundings. */
static void any_unit_changes_rounding_alone(void)
{
  static const double scales[][2] = {{1e-3, 1e-3}, {1000, 1000}, {1e-9, 86400}, {2.54, 1e200}};
  for (size_t c = 0; c < sizeof scales / sizeof *scales; c++)
    for (size_t dim = 1; dim <= 4; dim++)
      for (int kind = 0; kind < 3; kind++)
        if (kind != AG_GMM_SPHERICAL || scales[c][0] == scales[c][1])
          compare_units(dim, (ag_gmm_covariance)kind, scales[c], 1e-12);
}

/* What is added is told from where it makes up a tenth of a component's variance: each of two
 * clusters has the variance 1/3 of its own, of about 25 for all. */
static void the_regularisation_is_told_where_it_acts(void)
{
  static const double share[] = {1e-6, 1e-3, 2e-3, 0.1};
  for (size_t c = 0; c < sizeof share / sizeof *share; c++) {
    ag_gmm_settings settings = settings_of(2, AG_GMM_FULL);
    settings.regularisation = share[c];
    ag_sample data = {.count = 400, .dim = 1, .point = room};
    for (size_t i = 0; i < 400; i++)
      room[i] = 2 * uniform() + (i % 2 ? 10 : 0);
    fitted made = fit(&data, &settings);
    double own = 1 / 3.0, added = share[c] * (25 + own);
    CHECK(made.report.components == 2);
    CHECK(made.report.regularised == (added > 0.1 * (own + added)));
    CHECK_NEAR(pow(made.mixture.factor[0], 2), own + added, 0.2 * (own + added));
    ag_gmm_mixture_free(&made.mixture);
  }
}

/* Coordinates are rounded at 1e6: to 1e-10. What follows is smooth in them, and a few
 * times that at most. */
static void the_origin_does_not_matter(void)
{
  ag_gmm_settings settings = settings_of(3, AG_GMM_FULL);
  ag_sample data = draw(500, 2, 3, 4);
  fitted here = fit(&data, &settings);
  for (size_t i = 0; i < 1000; i++)
    room[i] += 1e6;
  fitted there = fit(&data, &settings);
  for (size_t i = 0; i < 6; i++)
    CHECK_NEAR(there.mixture.mean[i] - 1e6, here.mixture.mean[i], 1e-8);
  for (size_t i = 0; i < 9; i++)
    CHECK_NEAR(there.mixture.factor[i], here.mixture.factor[i], 1e-8);
  ag_gmm_mixture_free(&here.mixture);
  ag_gmm_mixture_free(&there.mixture);
}

/* ---- what the data came from ---- */

/* Standard normals around centres 12 apart, weights 0.5, 0.3, 0.2: components do not mix,
 * so weights, means and variances have the errors of separate samples. */
static void separated_components_are_found(void)
{
  enum { COUNT = COUNT_MOST };
  static const double share[] = {0.5, 0.3, 0.2};
  ag_gmm_settings settings = settings_of(3, AG_GMM_FULL);
  ag_sample data = {.count = COUNT, .dim = 2, .point = room};
  for (size_t i = 0; i < COUNT; i++) {
    double u = uniform();
    size_t k = u < 0.5 ? 0 : u < 0.8 ? 1 : 2;
    room[2 * i] = 12 * (double)k + normal();
    room[2 * i + 1] = normal();
  }
  fitted made = fit(&data, &settings);
  CHECK(made.report.components == 3 && made.report.converged);
  for (size_t k = 0; k < 3; k++) {
    double covariance[4], centre = made.mixture.mean[2 * k];
    size_t true_k = (size_t)fmin(2, fmax(0, round(centre / 12)));
    double n = share[true_k] * COUNT;
    double z[] = {(made.mixture.weight[k] - share[true_k]) /
                      sqrt(share[true_k] * (1 - share[true_k]) / COUNT),
                  (centre - 12 * (double)true_k) * sqrt(n),
                  made.mixture.mean[2 * k + 1] * sqrt(n),
                  0,
                  0,
                  0};
    covariance_of(&made.mixture, k, covariance);
    z[3] = (covariance[0] - 1) / sqrt(2 / n);
    z[4] = (covariance[3] - 1) / sqrt(2 / n);
    z[5] = covariance[1] * sqrt(n);
    printf("# component %zu: z", true_k);
    for (size_t i = 0; i < 6; i++) {
      printf(" %.2f", z[i]);
      CHECK(fabs(z[i]) < 5); /* one of 18 by chance: once in 100 000 */
    }
    printf("\n");
  }
  ag_gmm_mixture_free(&made.mixture);
}

/* Centres 12 deviations apart, 100 points each, seed 7: a component more gains the
 * likelihood of noise, 6 parameters cost 3 log n. */
static void the_criterion_finds_the_number(void)
{
  for (size_t clusters = 1; clusters <= 5; clusters++) {
    ag_gmm_settings settings = settings_of(8, AG_GMM_FULL);
    settings.bic = true;
    settings.starts = 5;
    ag_sample data = draw(100 * clusters, 2, clusters, 12);
    fitted made = fit(&data, &settings);
    CHECK(made.report.components == clusters && made.mixture.components == clusters);
    CHECK(!made.report.reduced);
    ag_gmm_mixture_free(&made.mixture);
  }
}

/* The first start is the same, so that the best of twenty is no worse. */
static void more_starts_are_no_worse(void)
{
  ag_sample data = draw(200, 2, 6, 3);
  ag_gmm_settings settings = settings_of(6, AG_GMM_FULL);
  fitted one = fit(&data, &settings);
  settings.starts = 20;
  fitted many = fit(&data, &settings);
  printf("# likelihood %.6f, of twenty %.6f\n", one.report.log_likelihood,
         many.report.log_likelihood);
  CHECK(many.report.log_likelihood > one.report.log_likelihood); /* another one with seed 7 */
  ag_gmm_mixture_free(&one.mixture);
  ag_gmm_mixture_free(&many.mixture);
}

/* ---- degenerate data ---- */

/* A mixture that is one, whatever the data were. */
static void check_sound(const fitted *made, size_t components)
{
  const ag_gmm_mixture *mixture = &made->mixture;
  size_t size = ag_gmm_factor_size(mixture->dim, mixture->full);
  double total = 0;
  CHECK(mixture->components == components && made->report.components == components);
  for (size_t k = 0; k < mixture->components; k++) {
    CHECK(mixture->weight[k] > 0);
    total += mixture->weight[k];
    for (size_t d = 0; d < mixture->dim; d++) {
      CHECK(isfinite(mixture->mean[k * mixture->dim + d]));
      CHECK(mixture->factor[k * size + ag_gmm_diagonal(mixture->full, d)] > 0);
    }
    for (size_t i = 0; i < size; i++)
      CHECK(isfinite(mixture->factor[k * size + i]));
  }
  CHECK_NEAR(total, 1, 1e-14);
  CHECK(isfinite(made->report.log_likelihood));
}

typedef struct degenerate {
  size_t count, dim;
  double point[12];
  size_t components; /* that are left of five */
  bool regularised;
} degenerate;

static void degenerate_data(void)
{
  static degenerate cases[] = {
      {1, 2, {3, -4}, 1, true},
      {4, 2, {3, -4, 3, -4, 3, -4, 3, -4}, 1, true},
      {4, 1, {0, 0, 0, 0}, 1, true},
      {4, 1, {7, 7, 1, 7}, 2, true},
      {3, 2, {0, 0, 1, 0, 0, 1}, 3, true},
      {6, 2, {0, 0, 1, 2, 2, 4, 3, 6, 4, 8, 5, 10}, 5, true}, /* on a line */
      {2, 5, {1, 2, 3, 4, 5, 1, 2, 3, 4, 6}, 2, true},
      {3, 1, {1e300, -1e300, 1e300}, 2, true},
      {3, 1, {1e-300, 2e-300, 1e-300}, 2, true},
      {5, 2, {1e12, 0, 1e12, 1, 0, 1e-9, 0, 0, 5, 5}, 5, true},
      {2, 1, {DBL_MAX, -DBL_MAX}, 2, true},
      {2, 1, {DBL_MIN / 4, 0}, 2, true},
      {3, 2, {0, 1, 0, 2, 0, 4}, 3, true},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
    for (int kind = 0; kind < 3; kind++)
      for (int regularised = 0; regularised < 2; regularised++) {
        degenerate *this = &cases[c];
        ag_gmm_settings settings = settings_of(5, (ag_gmm_covariance)kind);
        ag_sample data = {.count = this->count, .dim = this->dim, .point = this->point};
        settings.regularisation = regularised ? 1e-6 : 0;
        fitted made = fit(&data, &settings);
        check_sound(&made, this->components);
        CHECK(made.report.reduced == (this->components < 5));
        CHECK(made.report.regularised == this->regularised);
        if (check_current_failed) {
          printf("# case %zu, %s, regularisation %g: %zu components, reduced %d, regularised %d\n",
                 c, kind_name[kind], settings.regularisation, made.report.components,
                 made.report.reduced, made.report.regularised);
          ag_gmm_mixture_free(&made.mixture);
          return;
        }
        ag_gmm_mixture_free(&made.mixture);
      }
}

/* Equal points: the mean is the point itself, the variance what is allowed; a share of no variance
 * adds nothing. */
static void equal_points_get_the_least_variance(void)
{
  double point[] = {3.7, 3.7, 3.7};
  ag_sample data = {.count = 3, .dim = 1, .point = point};
  ag_gmm_settings settings = settings_of(1, AG_GMM_FULL);
  fitted made = fit(&data, &settings);
  CHECK(made.mixture.mean[0] == 3.7);
  CHECK(made.mixture.factor[0] == 0x1p-48 * 3.7);
  CHECK(made.report.regularised && !made.report.reduced);
  ag_gmm_mixture_free(&made.mixture);
}

/* A component between two others, with no point near: it is left out. */
static void a_component_without_points_is_left_out(void)
{
  for (size_t dim = 1; dim <= 4; dim += 3) {
    ag_gmm_settings settings = settings_of(3, AG_GMM_FULL);
    ag_gmm_fitter fitter = {.dim = dim};
    ag_gmm_mixture mixture = {.dim = dim};
    ag_fit_report report;
    size_t size = ag_gmm_factor_size(dim, true);
    ag_sample data = {.count = 400, .dim = dim, .point = room};
    for (size_t i = 0; i < 400 * dim; i++)
      room[i] = normal() + (i / dim % 2 ? 1000 : 0);
    CHECK(ag_gmm_fitter_create(dim, AG_GMM_FULL, 3, &fitter, NULL) == AG_OK);
    CHECK(ag_gmm_mixture_create(dim, true, 3, &mixture, NULL) == AG_OK);
    CHECK(ag_gmm_fitter_load(&fitter, &data, NULL) == AG_OK);
    mixture.components = 3;
    for (size_t k = 0; k < 3; k++) {
      mixture.weight[k] = 1.0 / 3;
      for (size_t d = 0; d < dim; d++)
        mixture.mean[k * dim + d] = 500 * (double)k;
      for (size_t i = 0; i < size; i++)
        mixture.factor[k * size + i] = 0;
      for (size_t d = 0; d < dim; d++)
        mixture.factor[k * size + ag_gmm_diagonal(true, d)] = 1;
    }
    ag_gmm_put(&fitter, &mixture);
    ag_gmm_improve(&fitter, &settings, &report);
    ag_gmm_take(&fitter, &mixture);
    CHECK(report.components == 2 && report.converged && mixture.components == 2);
    CHECK_NEAR(mixture.weight[0], 0.5, 1e-12);
    CHECK_NEAR(mixture.mean[dim], 1000, 0.5);
    ag_gmm_fitter_free(&fitter);
    ag_gmm_mixture_free(&mixture);
  }
}

/* Points thirty thousand deviations from every component still have a nearest one. */
static void far_points_are_someones(void)
{
  double point[] = {0, 1e-4, 2e-4, 3e-4, 1e3, 1e3 + 1e-4, 1e3 + 2e-4, 1e3 + 3e-4, 40};
  ag_sample data = {.count = 9, .dim = 1, .point = point};
  ag_gmm_fitter fitter = {.dim = 1};
  ag_gmm_mixture mixture = {.dim = 1};
  CHECK(ag_gmm_fitter_create(1, AG_GMM_FULL, 2, &fitter, NULL) == AG_OK);
  CHECK(ag_gmm_mixture_create(1, true, 2, &mixture, NULL) == AG_OK);
  CHECK(ag_gmm_fitter_load(&fitter, &data, NULL) == AG_OK);
  mixture.components = 2;
  for (size_t k = 0; k < 2; k++) {
    mixture.weight[k] = 0.5;
    mixture.mean[k] = 1e3 * (double)k;
    mixture.factor[k] = 1e-3;
  }
  ag_gmm_put(&fitter, &mixture);
  double expected = 0; /* the other component is out of sight */
  for (int i = 0; i < 9; i++) {
    double z = (point[i] - (point[i] > 500 ? 1e3 : 0)) / 1e-3;
    expected += log(0.5) - 0.5 * z * z - log(1e-3) - 0.5 * log(6.283185307179586);
  }
  CHECK_NEAR(ag_gmm_learn(&fitter) + 9 * fitter.log_unit, expected, 1e-12 * fabs(expected));
  CHECK_NEAR(ag_gmm_weigh(&fitter) + 9 * fitter.log_unit, expected, 1e-12 * fabs(expected));
  CHECK_NEAR(fitter.moment[0], 5, 1e-12);
  CHECK_NEAR(fitter.moment[1], 4, 1e-12);
  ag_gmm_fitter_free(&fitter);
  ag_gmm_mixture_free(&mixture);
}

/* ---- one result in several ways ---- */

static bool refuse(const ag_gmm_step *step)
{
  (void)step;
  return false;
}

/* The end of M eight at a time, against one after the other: a condition number of about
 * 10 and numbers of size 10. */
static void both_ends_of_m_agree(void)
{
  for (size_t c = 0; c < 9; c++) {
    size_t dim = 1 + c / 3;
    ag_gmm_settings settings = settings_of(6, (ag_gmm_covariance)(c % 3));
    ag_sample data = draw(600, dim, 6, 3);
    plain model[2];
    settings.iterations = 5;
    for (int careful = 0; careful < 2; careful++) {
      ag_gmm_fitter fitter = {.dim = dim};
      ag_gmm_mixture mixture = {.dim = dim};
      ag_fit_report report;
      CHECK(ag_gmm_fitter_create(dim, settings.covariance, 6, &fitter, NULL) == AG_OK);
      CHECK(ag_gmm_mixture_create(dim, c % 3 == 0, 6, &mixture, NULL) == AG_OK);
      ag_gmm_kernels kernels = *fitter.kernels;
      kernels.update = careful ? refuse : kernels.update;
      fitter.kernels = &kernels;
      CHECK(ag_gmm_fitter_load(&fitter, &data, NULL) == AG_OK);
      ag_gmm_start(&fitter, 6, &key, 0);
      ag_gmm_update(&fitter, &settings);
      ag_gmm_improve(&fitter, &settings, &report);
      ag_gmm_take(&fitter, &mixture);
      from_mixture(&mixture, &model[careful]);
      ag_gmm_mixture_free(&mixture);
      ag_gmm_fitter_free(&fitter);
    }
    CHECK(difference(&model[0], &model[1]) < 1e-11);
  }
}

/* Beyond AG_GMM_CLOSED dimensions LAPACK is used; here it does the others too. */
static void factors_are_lapacks(void)
{
  for (size_t dim = 1; dim <= DIM_MOST; dim++) {
    double a[AREA], b[AREA], x[AREA], y[AREA], least[DIM_MOST] = {0};
    for (size_t i = 0, at = 0; i < dim; i++)
      for (size_t j = 0; j <= i; j++, at++)
        a[at] = b[at] = i == j ? 2 + uniform() : uniform() - 0.5;
    CHECK(ag_gmm_factorize(dim, true, least, a) && ag_gmm_factorize_lapack(dim, b));
    ag_gmm_invert(dim, true, a, x);
    ag_gmm_invert_lapack(dim, b, y);
    for (size_t i = 0; i < ag_gmm_factor_size(dim, true); i++) {
      CHECK_NEAR(a[i], b[i], 1e-15 * (double)dim);
      CHECK_NEAR(x[i], y[i], 1e-15 * (double)dim);
    }
  }
  double indefinite[] = {1, 2, 1}, least[2] = {0};
  CHECK(!ag_gmm_factorize(2, true, least, indefinite));
}

static void threads_do_not_change_a_bit(void)
{
  ag_gmm_settings settings = settings_of(5, AG_GMM_FULL);
  ag_sample data = draw(20000, 2, 5, 2);
  int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  fitted one = fit(&data, &settings);
  omp_set_num_threads(2);
  fitted two = fit(&data, &settings);
  omp_set_num_threads(threads);
  CHECK(one.report.iterations == two.report.iterations && one.report.iterations > 3);
  CHECK(one.report.log_likelihood == two.report.log_likelihood);
  CHECK(memcmp(one.mixture.weight, two.mixture.weight, 5 * sizeof(double)) == 0);
  CHECK(memcmp(one.mixture.mean, two.mixture.mean, 10 * sizeof(double)) == 0);
  CHECK(memcmp(one.mixture.factor, two.mixture.factor, 15 * sizeof(double)) == 0);
  ag_gmm_mixture_free(&one.mixture);
  ag_gmm_mixture_free(&two.mixture);
}

/* Replicates share the threads: each fit is then a thread's own. */
static void fits_run_side_by_side(void)
{
  enum { SIDE = 8 };
  static const size_t counts[] = {100, 12000};
  for (size_t c = 0; c < 2; c++) {
    ag_gmm_settings settings = settings_of(4, AG_GMM_FULL);
    ag_sample data = draw(counts[c], 2, 4, 2);
    fitted alone = fit(&data, &settings), made[SIDE];
#pragma omp parallel for num_threads(4)
    for (int i = 0; i < SIDE; i++)
      made[i] = fit(&data, &settings);
    for (int i = 0; i < SIDE; i++) {
      CHECK(memcmp(made[i].mixture.factor, alone.mixture.factor, 12 * sizeof(double)) == 0);
      ag_gmm_mixture_free(&made[i].mixture);
    }
    ag_gmm_mixture_free(&alone.mixture);
  }
}

/* ---- settings ---- */

static ag_status read_settings(const char *text, ag_gmm_settings *settings, ag_error *error)
{
  static const ag_space space = {.dim = 2};
  ag_config *config = NULL;
  ag_generator generator = {.type = NULL};
  CHECK(ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &config, NULL) == AG_OK);
  ag_node node = ag_node_find(ag_config_root(config), "generator");
  ag_status status = ag_generator_read(node, &space, &generator, error);
  if (status == AG_OK)
    memcpy(settings, generator.settings, sizeof *settings);
  ag_generator_free(&generator);
  ag_config_free(config);
  return status;
}

static void settings_are_read(void)
{
  ag_gmm_settings got;
  CHECK(read_settings("generator: gmm", &got, NULL) == AG_OK);
  CHECK(got.components == 5 && !got.bic && got.covariance == AG_GMM_FULL && got.starts == 1 &&
        got.iterations == 100 && got.tolerance == 1e-3 && got.regularisation == 1e-6);
  CHECK(read_settings("generator: {gmm: {components: bic, covariance: spherical, tolerance: 0}}",
                      &got, NULL) == AG_OK);
  CHECK(got.bic && got.components == 10 && got.covariance == AG_GMM_SPHERICAL &&
        got.tolerance == 0);
  CHECK(read_settings("generator: {gmm: {components: {bic: 4}, covariance: diagonal, starts: 3, "
                      "iterations: 7, regularisation: 0.5}}",
                      &got, NULL) == AG_OK);
  CHECK(got.bic && got.components == 4 && got.covariance == AG_GMM_DIAGONAL && got.starts == 3 &&
        got.iterations == 7 && got.regularisation == 0.5);
  static const char *const wrong[] = {
      "generator: {gmm: {components: 0}}",        "generator: {gmm: {components: aic}}",
      "generator: {gmm: {components: {aic: 3}}}", "generator: {gmm: {covariance: tied}}",
      "generator: {gmm: {regularisation: -1}}",   "generator: {gmm: {tolerance: 1e60}}",
      "generator: {gmm: {iterations: 0}}",        "generator: {gmm: {starts: many}}",
      "generator: {gmm: {component: 3}}",         "generator: {gmm: {components: {bic: 0}}}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_error error = {0};
    CHECK(read_settings(wrong[i], &got, &error) == AG_ERROR_INPUT);
    CHECK(error.message[0] != '\0');
  }
}

int main(void)
{
  CHECK_RUN(against_textbook);
  CHECK_RUN(likelihood_never_falls);
  CHECK_RUN(one_component_is_the_samples_moments);
  CHECK_RUN(powers_of_two_as_units_do_not_change_a_bit);
  CHECK_RUN(any_unit_changes_rounding_alone);
  CHECK_RUN(the_regularisation_is_told_where_it_acts);
  CHECK_RUN(the_origin_does_not_matter);
  CHECK_RUN(separated_components_are_found);
  CHECK_RUN(the_criterion_finds_the_number);
  CHECK_RUN(more_starts_are_no_worse);
  CHECK_RUN(degenerate_data);
  CHECK_RUN(equal_points_get_the_least_variance);
  CHECK_RUN(a_component_without_points_is_left_out);
  CHECK_RUN(far_points_are_someones);
  CHECK_RUN(both_ends_of_m_agree);
  CHECK_RUN(factors_are_lapacks);
  CHECK_RUN(threads_do_not_change_a_bit);
  CHECK_RUN(fits_run_side_by_side);
  CHECK_RUN(settings_are_read);
  return check_end();
}
