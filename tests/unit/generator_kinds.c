/* Each generator by itself: its settings, its law, what it does where that degenerates. */
#include <stdint.h>

#include "generator/generator.h"
#include "generator/ngram.h"
#include "tests/check.h"

static double masses[] = {-1, -2, -INFINITY, -0.5, -3};
static const ag_space texts = {.count = 5, .log_mass = masses, .sentences = true};
static const ag_space items = {.count = 5, .log_mass = masses};
static const ag_space line = {.dim = 1}, plane = {.dim = 2}, solid = {.dim = 3};
static const ag_random_key key = {.seed = 23, .generation = 1};

/* Reads `generator: …`, or a game without one. */
static ag_status read_text(const char *text, const ag_space *space, ag_generator *generator,
                           ag_error *error)
{
  ag_config *config = NULL;
  if (ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &config, error) != AG_OK) {
    printf("Bail out! %s\n", error->message);
    exit(1);
  }
  ag_status status =
      ag_generator_read(ag_node_find(ag_config_root(config), "generator"), space, generator, error);
  ag_config_free(config);
  return status;
}

/* A generator, one model of it, and its last report. */
typedef struct fitted {
  ag_generator generator;
  ag_model model;
  ag_fit_report report;
} fitted;

static fitted fit(const char *text, const ag_space *space, const ag_sample *data)
{
  fitted made;
  ag_error error = {0};
  if (read_text(text, space, &made.generator, &error) ||
      ag_model_create(&made.generator, space, &made.model, &error) ||
      made.model.type->fit(made.model.state, data, &key, &made.report, &error)) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return made;
}

static void fitted_free(fitted *self)
{
  ag_model_free(&self->model);
  ag_generator_free(&self->generator);
}

static ag_sample generate(const fitted *self, size_t count, size_t dim)
{
  ag_sample out = {.dim = dim};
  if (self->model.type->sample(self->model.state, count, &key, &out, NULL)) {
    printf("Bail out! cannot generate\n");
    exit(1);
  }
  return out;
}

/* Deviate of a chi-square (Wilson and Hilferty): beyond 5 once in three million. */
static double deviate(const double *count, const double *expected, size_t bins)
{
  double square = 0, freedom = -1;
  for (size_t b = 0; b < bins; b++) {
    CHECK(expected[b] > 0 || count[b] == 0);
    if (expected[b] > 0) {
      square += (count[b] - expected[b]) * (count[b] - expected[b]) / expected[b];
      freedom++;
    }
  }
  double v = 2 / (9 * freedom);
  return (cbrt(square / freedom) - (1 - v)) / sqrt(v);
}

/* ---- settings ---- */

static void a_generator_is_read_by_its_name(void)
{
  static const struct {
    const char *text, *name;
    const ag_space *space;
  } right[] = {{"seed: 1", "ideal", &items},
               {"generator: ideal", "ideal", &plane},
               {"generator: {ideal: {}}", "ideal", &plane},
               {"generator: kde", "kde", &plane},
               {"generator: {kde: {bandwidth: silverman}}", "kde", &plane},
               {"generator: {kde: {bandwidth: [1, 2]}}", "kde", &plane},
               {"generator: {kde: {bandwidth: 0.3}}", "kde", &plane},
               {"generator: categorical", "categorical", &items},
               {"generator: {categorical: {smoothing: 1}}", "categorical", &items},
               {"generator: categorical", "categorical", &texts},
               {"generator: ngram", "ngram", &texts},
               {"generator: {ngram: {order: 5, temperature: 0.7}}", "ngram", &texts}};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    ag_generator generator;
    ag_error error = {0};
    CHECK(read_text(right[i].text, right[i].space, &generator, &error) == AG_OK);
    CHECK_TEXT(generator.type->name, right[i].name);
    ag_generator_free(&generator);
    ag_generator_free(&generator);
  }
}

static void a_wrong_generator_is_refused_at_its_place(void)
{
  static const struct {
    const char *text;
    const ag_space *space;
    long column;
    const char *fragment;
  } wrong[] = {
      {"generator: idel", &items, 12, "did you mean `ideal`"},
      {"generator: {ked: {}}", &plane, 13, "did you mean `kde`"},
      {"generator: transformer9", &items, 12, "there are: ideal, "},
      {"generator: [kde]", &plane, 12, "expected a generator"},
      {"generator: {}", &plane, 12, "expected a generator: its name, or a mapping with one key"},
      {"generator: {kde: {}, ideal: {}}", &plane, 22, "here are `kde` and `ideal`"},
      {"generator: kde", &items, 12, "this space has a finite number of items; expected one of"},
      {"generator: {categorical: {smoothing: 1}}", &plane, 13, "this space has points"},
      {"generator: {ideal: {noise: 1}}", &items, 20, "ideal has no parameters"},
      {"generator: {ideal: 3}", &items, 20, "ideal has no parameters"},
      {"generator: {categorical: {smothing: 1}}", &items, 27, "did you mean `smoothing`"},
      {"generator: {categorical: {smoothing: -1}}", &items, 38, "from 0"},
      {"generator: {categorical: {smoothing: x}}", &items, 38, "found the text"},
      {"generator: {categorical: 2}", &items, 26, "a mapping"},
      {"generator: {kde: {bandwith: 1}}", &plane, 19, "did you mean `bandwidth`"},
      {"generator: {kde: {bandwidth: scot}}", &plane, 30, "scott, silverman"},
      {"generator: {kde: {bandwidth: 0}}", &plane, 30, "above 0"},
      {"generator: {kde: {bandwidth: [1, -1]}}", &plane, 30, "above 0"},
      {"generator: {kde: {bandwidth: [1, 1, 1]}}", &plane, 30, "expected 1 or 2"},
      {"generator: ngram", &items, 12, "learns texts, but this space has a finite number"},
      {"generator: ngram", &plane, 12, "learns texts, but this space has points of a cloud"},
      {"generator: kde", &texts, 12, "learns points of a cloud, but this space has texts"},
      {"generator: {ngram: {oder: 2}}", &texts, 21, "did you mean `order`"},
      {"generator: {ngram: {order: 6}}", &texts, 28, "1 to 5"},
      {"generator: {ngram: {order: 2.5}}", &texts, 28, "order: expected an integer from 1 to 5"},
      {"generator: {ngram: {temperature: 0}}", &texts, 34, "from 0.05 to 20"},
      {"generator: {ngram: {temperature: hot}}", &texts, 34, "temperature: expected a number"},
      {"generator: {ngram: [3]}", &texts, 20, "a mapping"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_generator generator = {.settings = &generator};
    ag_error error = {0};
    CHECK(read_text(wrong[i].text, wrong[i].space, &generator, &error) == AG_ERROR_INPUT);
    CHECK(generator.settings == &generator);
    if (error.line != 1 || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# %s: %ld:%ld: %s\n", wrong[i].text, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
  }
}

static void a_box_has_items_and_a_cloud_has_points(void)
{
  size_t cells[] = {4, 4};
  ag_space box = {.dim = 2, .count = 16, .cells = cells};
  const double datum[] = {15, 16, 1.5, -1, NAN};
  ag_generator generator = {.type = ag_generator_types[0]};
  ag_model model;
  CHECK(!ag_space_is_cloud(&box) && !ag_space_is_cloud(&items) && ag_space_is_cloud(&plane));
  CHECK(ag_model_create(&generator, &box, &model, NULL) == AG_OK);
  for (size_t k = 0; k < sizeof datum / sizeof *datum; k++) {
    const ag_generator_array array = {"data", 1, &datum[k]};
    CHECK(ag_model_load(&model, &array, 1, NULL) == (k == 0 ? AG_OK : AG_ERROR_INPUT));
  }
  ag_model_free(&model);
}

/* ---- ideal ---- */

static void the_ideal_generator_draws_its_data_uniformly(void)
{
  enum { DATA = 50, COUNT = 20000 };
  double point[2 * DATA], count[DATA] = {0}, expected[DATA];
  for (size_t i = 0; i < DATA; i++) {
    point[2 * i] = (double)i;
    point[2 * i + 1] = 1 / (1 + (double)i);
    expected[i] = COUNT / DATA;
  }
  ag_sample data = {.count = DATA, .dim = 2, .point = point};
  fitted ideal = fit("generator: ideal", &plane, &data);
  ag_sample out = generate(&ideal, COUNT, 2);
  for (size_t i = 0; i < COUNT; i++) {
    size_t datum = (size_t)out.point[2 * i];
    CHECK(memcmp(&out.point[2 * i], &point[2 * datum], 2 * sizeof *point) == 0);
    count[datum]++;
  }
  double z = deviate(count, expected, DATA);
  printf("# points: z %.2f\n", z);
  CHECK(fabs(z) < 5);
  CHECK(isnan(ideal.report.log_likelihood) && ideal.report.converged);
  ag_sample_free(&out);
  fitted_free(&ideal);
}

static void the_ideal_generator_draws_items_as_often_as_they_came(void)
{
  enum { COUNT = 20000 };
  uint32_t item[] = {4, 0, 4, 3, 0, 4};
  double count[5] = {0}, expected[] = {COUNT / 3.0, 0, 0, COUNT / 6.0, COUNT / 2.0};
  ag_sample data = {.count = 6, .item = item};
  fitted ideal = fit("generator: ideal", &items, &data);
  ag_sample out = generate(&ideal, COUNT, 0);
  for (size_t i = 0; i < COUNT; i++)
    count[out.item[i]]++;
  double z = deviate(count, expected, 5);
  printf("# items: z %.2f\n", z);
  CHECK(fabs(z) < 5);
  ag_sample_free(&out);
  fitted_free(&ideal);
}

/* ---- categorical ---- */

static void categorical_probabilities_are_shares_of_counts(void)
{
  static const struct {
    const char *text;
    double probability[5]; /* of 4, 0, 4, 3 */
  } known[] = {
      {"generator: categorical", {1 / 4.0, 0, 0, 1 / 4.0, 2 / 4.0}},
      {"generator: {categorical: {smoothing: 0.5}}", {1.5 / 6, 0.5 / 6, 0, 1.5 / 6, 2.5 / 6}},
      {"generator: {categorical: {smoothing: 1e100}}", {1 / 4.0, 1 / 4.0, 0, 1 / 4.0, 1 / 4.0}}};
  uint32_t item[] = {4, 0, 4, 3}, every[] = {0, 1, 2, 3, 4};
  ag_sample data = {.count = 4, .item = item}, all = {.count = 5, .item = every};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    double log_probability[5], likelihood = 0;
    fitted made = fit(known[k].text, &items, &data);
    made.model.type->log_density(made.model.state, &all, log_probability);
    for (size_t i = 0; i < 5; i++)
      if (known[k].probability[i] > 0) /* a logarithm below 3, of a rounded quotient */
        CHECK_NEAR(log_probability[i], log(known[k].probability[i]), 8e-16);
      else
        CHECK(log_probability[i] == -INFINITY);
    for (size_t i = 0; i < 4; i++)
      likelihood += log(known[k].probability[item[i]]) / 4;
    CHECK_NEAR(made.report.log_likelihood, likelihood, 2e-15);
    fitted_free(&made);
  }
}

/* An item without initial mass that is in the data all the same has been seen. */
static void an_item_that_was_seen_can_be_drawn(void)
{
  uint32_t item[] = {2, 2};
  double log_probability;
  ag_sample data = {.count = 2, .item = item}, one = {.count = 1, .item = item};
  fitted made = fit("generator: categorical", &items, &data);
  ag_sample out = generate(&made, 100, 0);
  for (size_t i = 0; i < 100; i++)
    CHECK(out.item[i] == 2);
  made.model.type->log_density(made.model.state, &one, &log_probability);
  CHECK(log_probability == 0);
  ag_sample_free(&out);
  fitted_free(&made);
}

/* Weights from 0 to 200 over 1000 items, 300 of them 0: the alias table's every column. */
static void the_alias_table_has_the_weights_law(void)
{
  enum { ITEMS = 1000, COUNT = 2000000 };
  static double weight[ITEMS], count[ITEMS], expected[ITEMS];
  double total = 0;
  uint32_t item[] = {0};
  ag_space space = {.count = ITEMS};
  ag_sample data = {.count = 1, .item = item};
  for (size_t i = 0; i < ITEMS; i++)
    total += weight[i] = i % 10 < 3 ? 0 : i % 97 ? 1 + (double)(i % 7) / 7 : 200;
  fitted made = fit("generator: categorical", &space, &data);
  ag_generator_array array = {"weight", ITEMS, weight};
  CHECK(made.model.type->load(made.model.state, &array, 1, NULL) == AG_OK);
  ag_sample out = generate(&made, COUNT, 0);
  for (size_t i = 0; i < COUNT; i++)
    count[out.item[i]]++;
  for (size_t i = 0; i < ITEMS; i++)
    expected[i] = COUNT * weight[i] / total;
  double z = deviate(count, expected, ITEMS);
  printf("# 1000 items: z %.2f\n", z);
  CHECK(fabs(z) < 5);
  ag_sample_free(&out);
  fitted_free(&made);
}

/* ---- kernel density estimates ---- */

enum { DATA = 300, QUERIES = 40 };

/* Correlated points around (3, 3, …), and three of the queries far from them. */
static void make_points(size_t dim, size_t count, uint64_t stream, double *point)
{
  ag_random random = ag_random_start(8, AG_RANDOM_INITIAL, stream);
  for (size_t i = 0; i < count; i++) {
    double shared = ag_random_normal(&random);
    for (size_t d = 0; d < dim; d++)
      point[i * dim + d] = 3 + shared + (1 + (double)d) * ag_random_normal(&random);
    if (stream == 1 && i % 13 == 0)
      point[i * dim] += 40;
  }
}

/* The covariance of the data by the textbook. */
static void textbook_covariance(const double *point, size_t dim, long double covariance[3][3])
{
  long double mean[3] = {0};
  for (size_t i = 0; i < DATA; i++)
    for (size_t d = 0; d < dim; d++)
      mean[d] += point[i * dim + d] / (long double)DATA;
  for (size_t d = 0; d < dim; d++)
    for (size_t e = 0; e < dim; e++) {
      covariance[d][e] = 0;
      for (size_t i = 0; i < DATA; i++)
        covariance[d][e] += (point[i * dim + d] - mean[d]) * (point[i * dim + e] - mean[e]) /
                            (long double)(DATA - 1);
    }
}

/* x^T a^-1 x by elimination; *log_determinant of a, too. */
static long double textbook_form(long double a[3][3], const long double *x, size_t dim,
                                 long double *log_determinant)
{
  long double m[3][4], form = 0;
  *log_determinant = 0;
  for (size_t d = 0; d < dim; d++) {
    memcpy(m[d], a[d], sizeof a[d]);
    m[d][3] = x[d];
  }
  for (size_t k = 0; k < dim; k++) {
    *log_determinant += logl(m[k][k]);
    form += m[k][3] * m[k][3] / m[k][k];
    for (size_t i = k + 1; i < dim; i++) {
      long double share = m[i][k] / m[k][k];
      for (size_t j = k; j < 4; j++)
        m[i][j] -= share * m[k][j];
    }
  }
  return form;
}

/* log of the mean of the kernels, one by one. */
static double textbook_density(const double *point, size_t dim, long double kernel[3][3],
                               const double *query)
{
  long double sum = 0, log_determinant, step[3];
  for (size_t i = 0; i < DATA; i++) {
    for (size_t d = 0; d < dim; d++)
      step[d] = (long double)query[d] - point[i * dim + d];
    long double form = textbook_form(kernel, step, dim, &log_determinant);
    sum += expl(-0.5L * (form + log_determinant + (long double)dim * logl(2 * acosl(-1)))) / DATA;
  }
  return (double)logl(sum);
}

/* A log density l is a sum of squares of whitened steps: each is off by a few ulp times
 * the covariance's condition, below 30 here, so that l is by 1e-13 (1 + |l|). The far
 * queries are near -3000, beyond what a sum of doubles would hold. */
static void compare_with_textbook(const char *text, const ag_space *space, double factor,
                                  const double *deviation)
{
  size_t dim = space->dim;
  static double point[3 * DATA], query[3 * QUERIES];
  double log_density[QUERIES];
  long double kernel[3][3] = {{0}};
  make_points(dim, DATA, 0, point);
  make_points(dim, QUERIES, 1, query);
  ag_sample data = {.count = DATA, .dim = dim, .point = point};
  ag_sample at = {.count = QUERIES, .dim = dim, .point = query};
  fitted made = fit(text, space, &data);
  made.model.type->log_density(made.model.state, &at, log_density);
  textbook_covariance(point, dim, kernel);
  for (size_t d = 0; d < dim; d++)
    for (size_t e = 0; e < dim; e++)
      kernel[d][e] = deviation ? (d == e) * (long double)(deviation[d] * deviation[d])
                               : kernel[d][e] * factor * factor;
  for (size_t q = 0; q < QUERIES; q++) {
    double expected = textbook_density(point, dim, kernel, query + q * dim);
    CHECK_NEAR(log_density[q], expected, 1e-13 * (1 + fabs(expected)));
  }
  CHECK(!made.report.regularised && made.report.converged);
  fitted_free(&made);
}

static void kernel_densities_are_the_textbooks(void)
{
  static const ag_space *const spaces[] = {&line, &plane, &solid};
  for (size_t k = 0; k < 3; k++) {
    double d = (double)spaces[k]->dim, n = DATA;
    double scott = pow(n, -1 / (d + 4)), silverman = pow(n * (d + 2) / 4, -1 / (d + 4));
    compare_with_textbook("generator: kde", spaces[k], scott, NULL);
    compare_with_textbook("generator: {kde: {bandwidth: scott}}", spaces[k], scott, NULL);
    compare_with_textbook("generator: {kde: {bandwidth: silverman}}", spaces[k], silverman, NULL);
    compare_with_textbook("generator: {kde: {bandwidth: 0.3}}", spaces[k], 0,
                          (double[]){0.3, 0.3, 0.3});
  }
  compare_with_textbook("generator: {kde: {bandwidth: [0.5, 2, 1]}}", &solid, 0,
                        (double[]){0.5, 2, 1});
}

/* The kernel's factor of a model: the second saved array. */
static const double *factor_of(const fitted *self)
{
  static ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  size_t any = SIZE_MAX, arrays = self->model.type->save(self->model.state, array);
  return ag_generator_find(array, arrays, "factor", &any);
}

/* Five data of deviation sqrt(2.5): the factors by their formulae, within a few ulp. */
static void bandwidths_follow_their_rules(void)
{
  double point[] = {1, 2, 3, 4, 5};
  ag_sample data = {.count = 5, .dim = 1, .point = point};
  fitted scott = fit("generator: kde", &line, &data);
  fitted silverman = fit("generator: {kde: {bandwidth: silverman}}", &line, &data);
  CHECK_NEAR(factor_of(&scott)[0], sqrt(2.5) / pow(5, 0.2), 1e-15);
  CHECK_NEAR(factor_of(&silverman)[0], sqrt(2.5) / pow(3.75, 0.2), 1e-15);
  fitted_free(&scott);
  fitted_free(&silverman);
}

static void a_singular_covariance_gets_a_least_variance(void)
{
  double one[] = {3, -5}, equal[] = {0.1, 0.7, 0.1, 0.7, 0.1, 0.7}, zero[] = {0, 0};
  double along[] = {0, 1, 1, 3, 2, 5, 3, 7}, flat[] = {1, 5, 2, 5, 4, 5};
  const struct {
    double *point;
    size_t count;
    double deviation; /* of the noise around a datum, in the narrowest direction */
  } singular[] = {
      {one, 1, 3e-6},
      {equal, 3, 0.1e-6 * pow(3, -1 / 6.0)},
      {zero, 1, 1e-6},
      /* variances a and b, of which e a and e b are added: 2 e a b / (a + b) across */
      {along, 4, 1e-4 * sqrt(2 * 5 / 3.0 * 20 / 3.0 / (5 / 3.0 + 20 / 3.0)) * pow(4, -1 / 6.0)},
      {flat, 3, 5e-6 * pow(3, -1 / 6.0)},
  };
  for (size_t k = 0; k < sizeof singular / sizeof *singular; k++) {
    ag_sample data = {.count = singular[k].count, .dim = 2, .point = singular[k].point};
    fitted made = fit("generator: kde", &plane, &data);
    const double *factor = factor_of(&made);
    CHECK(made.report.regularised);
    /* the determinant is the product of the deviations along and across */
    double trace = factor[0] * factor[0] + factor[2] * factor[2] + factor[3] * factor[3];
    double product = factor[0] * factor[3], square = product * product;
    double narrow = sqrt(2 * square / (trace + sqrt(fmax(0, trace * trace - 4 * square))));
    CHECK_NEAR(narrow / singular[k].deviation, 1,
               1e-6); /* 1e-16 / 1e-8 of a variance, and a root */
    fitted_free(&made);
  }
  fitted given = fit("generator: {kde: {bandwidth: 0.3}}", &plane,
                     &(ag_sample){.count = 1, .dim = 2, .point = one});
  CHECK(!given.report.regularised && factor_of(&given)[3] == 0.3);
  fitted_free(&given);
}

/* What a kde of the data generates when its two coordinates are in other units; rounding: of a
 * generated number, 0 for powers of two. */
static void compare_units(const double *point, size_t count, const double scale[2], double rounding)
{
  static double scaled[2 * DATA];
  ag_sample data = {.count = count, .dim = 2, .point = (double *)point}, other = data;
  other.point = scaled;
  for (size_t i = 0; i < 2 * count; i++)
    scaled[i] = point[i] * scale[i % 2];
  fitted made = fit("generator: kde", &plane, &data), again = fit("generator: kde", &plane, &other);
  ag_sample out = generate(&made, 1000, 2), second = generate(&again, 1000, 2);
  CHECK(again.report.regularised == made.report.regularised);
  for (size_t i = 0; i < 2000; i++)
    CHECK(fabs(second.point[i] / scale[i % 2] - out.point[i]) <= rounding);
  ag_sample_free(&out);
  ag_sample_free(&second);
  fitted_free(&made);
  fitted_free(&again);
}

/* Data of another scale, or with coordinates of different scales, are no less regular: powers of
 * two pass through to the last bit, other units up to the rounding of each datum, which a
 * covariance of condition 30 makes thirty times as large at most, and a singular one (its roots
 * are of 1e-8) not larger than 1e-8 of a deviation. */
static void units_do_not_matter(void)
{
  static const double powers[][2] = {{0x1p600, 0x1p600},
                                     {0x1p-600, 0x1p-600},
                                     {1, 0x1p-30},
                                     {0x1p-800, 0x1p800},
                                     {0x1p1000, 0x1p1000}};
  static const double others[][2] = {{1e-3, 1e-3}, {1000, 1000}, {1e-9, 86400}, {2.54, 1e200}};
  static const double along[] = {0, 1, 1, 3, 2, 5, 3, 7}, flat[] = {1, 5, 2, 5, 4, 5};
  static double point[2 * DATA];
  make_points(2, DATA, 0, point);
  for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) {
    compare_units(point, DATA, powers[k], 0);
    compare_units(along, 4, powers[k], 0);
    compare_units(flat, 3, powers[k], 0);
  }
  for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
    compare_units(point, DATA, others[k], 1e-13);
    compare_units(along, 4, others[k], 1e-7);
    compare_units(flat, 3, others[k], 1e-13);
  }
}

/* Data in steps of 2^-10 are as exact at 2^40 as at 0: so are their densities, each a sum of
 * squares of a few hundred roundings, and where the fits ended. */
static void far_from_the_origin_nothing_is_lost(void)
{
  static const char *const kinds[] = {"generator: {gmm: {components: 2}}", "generator: kde"};
  static double near[2 * DATA], far[2 * DATA];
  make_points(2, DATA, 0, near);
  for (size_t i = 0; i < 2 * DATA; i++) {
    near[i] = round(near[i] * 1024) / 1024;
    far[i] = near[i] + 0x1p40;
  }
  for (size_t k = 0; k < 2; k++) {
    double log_density[2][DATA];
    ag_sample data[] = {{.count = DATA, .dim = 2, .point = near},
                        {.count = DATA, .dim = 2, .point = far}};
    for (size_t at = 0; at < 2; at++) {
      fitted made = fit(kinds[k], &plane, &data[at]);
      made.model.type->log_density(made.model.state, &data[at], log_density[at]);
      CHECK(!made.report.regularised && made.report.converged);
      fitted_free(&made);
    }
    /* a mean in the data's own coordinates is rounded to 2^-13 there */
    for (size_t i = 0; i < DATA; i++)
      CHECK_NEAR(log_density[1][i], log_density[0][i], k == 0 ? 0.01 : 1e-11);
  }
}

/* What is generated has the data's covariance times 1 + h^2. A variance of N draws with
 * excess kurtosis near 0 is off by sqrt(2/N) of itself, a covariance by
 * sqrt((s_11 s_22 + s_12^2)/N); beyond 5 of those once in two million. */
static void generated_points_have_the_data_s_covariance_and_the_kernels(void)
{
  enum { COUNT = 40000 };
  static double point[2 * DATA];
  double square = 1 + pow(DATA, -1 / 3.0), mean[2] = {0}, found[2][2] = {{0}};
  long double covariance[3][3];
  make_points(2, DATA, 0, point);
  textbook_covariance(point, 2, covariance);
  ag_sample data = {.count = DATA, .dim = 2, .point = point};
  fitted made = fit("generator: kde", &plane, &data);
  ag_sample out = generate(&made, COUNT, 2);
  for (size_t i = 0; i < 2 * COUNT; i++)
    mean[i % 2] += out.point[i] / COUNT;
  for (size_t i = 0; i < COUNT; i++)
    for (size_t d = 0; d < 2; d++)
      for (size_t e = 0; e < 2; e++)
        found[d][e] += (out.point[2 * i + d] - mean[d]) * (out.point[2 * i + e] - mean[e]) / COUNT;
  for (size_t d = 0; d < 2; d++)
    for (size_t e = 0; e <= d; e++) {
      /* drawn from DATA data uniformly: (DATA - 1)/DATA of the covariance */
      double expected = (double)covariance[d][e] * (square - 1.0 / DATA);
      double error =
          sqrt((double)(covariance[d][d] * covariance[e][e] + covariance[d][e] * covariance[d][e]) /
               COUNT) *
          square;
      printf("# covariance %zu %zu: z %.2f\n", d, e, (found[d][e] - expected) / error);
      CHECK(fabs(found[d][e] - expected) < 5 * error);
    }
  ag_sample_free(&out);
  fitted_free(&made);
}

/* ---- ngram ---- */

static void score_as_the_core_does(const fitted *self, const ag_ngram *core, const char *text)
{
  ag_text_score score = {0};
  ag_ngram_score expected = {0};
  CHECK(self->model.type->score(self->model.state, &(ag_text_question){.count = 1, .text = &text},
                                &score, NULL) == AG_OK);
  ag_ngram_score_text(core, text, NULL, 0, &expected);
  CHECK(score.log_probability == expected.log_probability && score.tokens == expected.tokens);
}

/* Started with six texts and fitted to three of them it is the n-gram model of the three over the
 * words of the six. */
static void the_ngram_generator_is_the_model_over_the_first_words(void)
{
  enum { ALL = 6, FEW = 3, COUNT = 40 };
  static const char *const all[ALL] = {"The dog ran.",     "A cat sat, and the dog ran.",
                                       "The cat sat.",     "We saw a bird.",
                                       "The bird saw us.", "We ran."};
  static const char *const other[] = {"A bird ran, and we sat.", "The unseen dog ran!", ""};
  const char *few[FEW] = {all[0], all[2], all[2]};
  uint32_t item[FEW] = {0, 2, 2}, every[ALL] = {0, 1, 2, 3, 4, 5};
  ag_texts *pool = NULL;
  CHECK(ag_texts_create(&pool, NULL) == AG_OK);
  for (uint32_t i = 0, id; i < ALL; i++)
    CHECK(ag_texts_add(pool, all[i], strlen(all[i]), &id, NULL) == AG_OK && id == i);
  ag_sample first = {.count = ALL, .item = every, .texts = pool};
  ag_sample kept = {.count = FEW, .item = item, .texts = pool}, out = {.texts = pool};
  fitted made = fit("generator: {ngram: {order: 2, temperature: 0.7}}", &texts, &kept);
  ag_ngram *base = NULL, *core = NULL;
  ag_ngram_settings settings = {.order = 2, .temperature = 0.7};
  CHECK(ag_ngram_fit(all, ALL, &settings, &base, NULL) == AG_OK);
  settings.words = ag_ngram_words(base);
  CHECK(ag_ngram_fit(few, FEW, &settings, &core, NULL) == AG_OK);
  CHECK(made.model.type->start(made.model.state, &first, &key, NULL) == AG_OK);
  score_as_the_core_does(&made, base, other[0]);
  CHECK(made.model.type->fit(made.model.state, &kept, &key, &made.report, NULL) == AG_OK);
  for (size_t i = 0; i < sizeof other / sizeof *other; i++)
    score_as_the_core_does(&made, core, other[i]);
  CHECK(made.model.type->sample(made.model.state, COUNT, &key, &out, NULL) == AG_OK);
  for (uint32_t i = 0; i < COUNT; i++) {
    char *text = NULL;
    CHECK(ag_ngram_sample(core, &key, i, &text, NULL, NULL) == AG_OK);
    CHECK_TEXT(ag_texts_get(pool, out.item[i], NULL), text);
    free(text);
  }
  ag_ngram_free(base);
  ag_ngram_free(core);
  ag_sample_free(&out);
  fitted_free(&made);
  ag_texts_free(pool);
}

/* ---- a generator that learns nothing is this short ---- */

typedef struct noise {
  size_t most;
} noise;

static const ag_parameter noise_parameters[] = {{"most", "items to draw from", AG_WHOLE,
                                                 offsetof(noise, most), .fallback = "3", .low = 1,
                                                 .high = 5},
                                                {0}};

static void fill_noise(const void *model, const ag_random_key *at, uint32_t block, size_t first,
                       size_t end, ag_sample *out)
{
  const noise *set = ((const ag_generator_basis *)model)->settings;
  ag_random random = ag_random_at(at, AG_RANDOM_GENERATE, block);
  for (size_t i = first; i < end; i++)
    out->item[i] = (uint32_t)ag_random_below(&random, set->most);
}

static ag_status noise_sample(void *model, size_t count, const ag_random_key *at, ag_sample *out,
                              ag_error *error)
{
  return ag_generator_fill_blocks(fill_noise, model, count, at, out, error);
}

static const ag_generator_type noise_type = {.name = "noise",
                                             .summary = "any of the first items",
                                             .parameters = noise_parameters,
                                             .size = sizeof(noise),
                                             .takes_items = true,
                                             .sample = noise_sample};

static void a_generator_that_learns_nothing_needs_nothing_else(void)
{
  ag_generator generator = {.type = &noise_type};
  ag_model model;
  ag_fit_report report = {.converged = false};
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST] = {{.name = "x"}};
  uint32_t item[] = {4};
  ag_sample data = {.count = 1, .item = item}, none = {.count = 0}, out = {.dim = 0};
  ag_node absent = {NULL, 0};
  CHECK(ag_description_read(&noise_type.is, absent, absent, &generator.settings, NULL) == AG_OK);
  CHECK(ag_model_create(&generator, &items, &model, NULL) == AG_OK);
  CHECK(ag_model_fit(&model, &data, &key, &report, NULL) == AG_OK && report.converged);
  CHECK(ag_model_fit(&model, &none, &key, &report, NULL) == AG_ERROR_INPUT);
  CHECK(ag_model_save(&model, array) == 0);
  CHECK(ag_model_load(&model, array, 0, NULL) == AG_OK);
  CHECK(ag_model_load(&model, array, 1, NULL) == AG_ERROR_INPUT);
  CHECK(model.type->sample(model.state, 1000, &key, &out, NULL) == AG_OK && out.count == 1000);
  for (size_t i = 0; i < out.count; i++)
    CHECK(out.item[i] < 3);
  ag_sample_free(&out);
  ag_model_free(&model);
  ag_generator_free(&generator);
}

int main(void)
{
  CHECK_RUN(a_generator_is_read_by_its_name);
  CHECK_RUN(a_wrong_generator_is_refused_at_its_place);
  CHECK_RUN(a_box_has_items_and_a_cloud_has_points);
  CHECK_RUN(the_ideal_generator_draws_its_data_uniformly);
  CHECK_RUN(the_ideal_generator_draws_items_as_often_as_they_came);
  CHECK_RUN(categorical_probabilities_are_shares_of_counts);
  CHECK_RUN(an_item_that_was_seen_can_be_drawn);
  CHECK_RUN(the_alias_table_has_the_weights_law);
  CHECK_RUN(kernel_densities_are_the_textbooks);
  CHECK_RUN(bandwidths_follow_their_rules);
  CHECK_RUN(a_singular_covariance_gets_a_least_variance);
  CHECK_RUN(units_do_not_matter);
  CHECK_RUN(far_from_the_origin_nothing_is_lost);
  CHECK_RUN(generated_points_have_the_data_s_covariance_and_the_kernels);
  CHECK_RUN(the_ngram_generator_is_the_model_over_the_first_words);
  CHECK_RUN(a_generator_that_learns_nothing_needs_nothing_else);
  return check_end();
}
