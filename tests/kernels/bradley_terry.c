/* The fast weights against the plain integral in long double, against the
 * definition by enumeration, and against 30-digit values; every instruction
 * set's kernels against scalar sums. */
#include "tests/check.h"
#include "tests/shared.h"

#include <stdint.h>

#include <aligngame/weights.h>

#include "curation/kernel.h"
#include "curation/reference.h"

enum { ATOMS = 40 };
static const double bound = 1e-12; /* the documented error of ag_weights */

static uint64_t state = 20;

static double uniform(void)
{
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) * 0x1p-53;
}

static double error_of(double got, double expected)
{
  return fabs(got - expected) / fmax(1, fabs(expected));
}

static double worst_error(size_t n, const double *got, const double *expected)
{
  double worst = 0;
  for (size_t i = 0; i < n; i++) {
    double error = error_of(got[i], expected[i]);
    if (!(error <= worst))
      worst = error;
  }
  return worst;
}

static void high_precision_values(void)
{
  FILE *file = fopen(shared_path("reference/bt_weights.jsonl"), "r");
  char line[1 << 16];
  size_t cases = 0;
  CHECK(file != NULL);
  while (file && fgets(line, sizeof line, file)) {
    json_t *one = json_loads(line, 0, NULL);
    json_t *pool = json_object_get(one, "pool"), *mass = json_object_get(one, "mass");
    size_t n = json_array_size(mass);
    double log_mass[ATOMS], reward[ATOMS], expected[ATOMS], fast[ATOMS], plain[ATOMS];
    for (size_t i = 0; i < n; i++) {
      log_mass[i] = log(shared_real(json_array_get(mass, i)));
      reward[i] = shared_real(json_array_get(json_object_get(one, "reward"), i));
      expected[i] = shared_real(json_array_get(json_object_get(one, "log_weight"), i));
    }
    ag_pool k = json_is_string(pool) ? AG_POOL_INFINITE : json_integer_value(pool);
    double temperature = json_number_value(json_object_get(one, "temperature"));
    CHECK(ag_weights(n, log_mass, reward, k, temperature, fast, NULL) == AG_OK);
    CHECK(ag_weights_reference(n, log_mass, reward, k, temperature, plain, NULL) == AG_OK);
    /* doubles hold the rewards to 1e-16 of 1000 temperatures: 1e-13 */
    CHECK(worst_error(n, fast, expected) < bound);
    CHECK(worst_error(n, plain, expected) < 2e-13);
    json_decref(one);
    cases++;
  }
  CHECK(cases >= 30);
  if (file)
    fclose(file);
}

static void draw(size_t n, double span, double log_span, double *log_mass, double *reward)
{
  for (size_t i = 0; i < n; i++) {
    log_mass[i] = -log_span * uniform();
    reward[i] = span * uniform();
  }
}

/* Walks the multisets of competitors: `left` still to choose among atoms from
 * `atom` on; log_ways: log of multinomial coefficient and probability so far. */
static void choose(size_t n, const long double *log_p, const long double *x, size_t atom, int left,
                   long double log_ways, long double log_others, size_t self, long double *sum)
{
  if (atom + 1 == n || left == 0) {
    long double ways = log_ways + (left ? left * log_p[n - 1] - lgammal(left + 1) : 0);
    long double others = left ? fmaxl(log_others, x[n - 1] + logl(left)) : log_others;
    if (left && log_others > -INFINITY)
      others += log1pl(expl(fminl(log_others, x[n - 1] + logl(left)) - others));
    *sum += expl(ways) / (1 + expl(others - x[self]));
    return;
  }
  for (int m = 0; m <= left; m++) {
    long double joined = log_others;
    if (m > 0) {
      long double high = fmaxl(log_others, x[atom] + logl(m)),
                  low = fminl(log_others, x[atom] + logl(m));
      joined = high + (low > -INFINITY ? log1pl(expl(low - high)) : 0);
    }
    choose(n, log_p, x, atom + 1, left - m, log_ways + m * log_p[atom] - lgammal(m + 1), joined,
           self, sum);
  }
}

/* The definition itself: the expectation over every multiset of K - 1 competitors, each with its
 * multinomial probability, at temperature 1. Cost: binomial(n + K - 2, K - 1) n. */
static void enumerate(size_t n, const double *log_mass, const double *reward, int pool,
                      double *log_weight)
{
  long double x[ATOMS], log_p[ATOMS], total = 0;
  for (size_t i = 0; i < n; i++)
    total += expl(log_mass[i]);
  for (size_t i = 0; i < n; i++) {
    x[i] = reward[i];
    log_p[i] = log_mass[i] - logl(total);
  }
  for (size_t i = 0; i < n; i++) {
    long double sum = 0;
    choose(n, log_p, x, 0, pool - 1, lgammal(pool), -INFINITY, i, &sum);
    log_weight[i] = (double)(logl(pool) + logl(sum));
  }
}

static void definition_by_enumeration(void)
{
  for (int round = 0; round < 300; round++) {
    size_t n = 1 + (size_t)(4 * uniform());
    int pool = 2 + (int)(9 * uniform());
    double log_mass[ATOMS], reward[ATOMS], fast[ATOMS], plain[ATOMS];
    draw(n, pow(10, 3 * uniform() - 1), pow(10, 2 * uniform()), log_mass, reward);
    CHECK(ag_weights(n, log_mass, reward, pool, 1, fast, NULL) == AG_OK);
    enumerate(n, log_mass, reward, pool, plain);
    CHECK(worst_error(n, fast, plain) < bound);
  }
}

/* Spans up to 3000 temperatures, masses down to e^-2500, pools up to 10^12. */
static void plain_integral_everywhere(void)
{
  static const ag_pool pools[] = {2, 3, 5, 16, 100, 1000, 1000000, 1000000000000, AG_POOL_INFINITE};
  static const double spans[] = {0.01, 0.3, 3, 10, 50, 200, 1000, 3000};
  static const double log_spans[] = {0, 5, 50, 700, 2500};
  double worst = 0;
  for (size_t k = 0; k < sizeof pools / sizeof *pools; k++)
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
      for (size_t l = 0; l < sizeof log_spans / sizeof *log_spans; l++) {
        size_t n = 1 + (size_t)(9 * uniform());
        double log_mass[ATOMS], reward[ATOMS], fast[ATOMS], plain[ATOMS];
        double temperature = exp(4 * uniform() - 2);
        draw(n, spans[s] * temperature, log_spans[l], log_mass, reward);
        CHECK(ag_weights(n, log_mass, reward, pools[k], temperature, fast, NULL) == AG_OK);
        CHECK(ag_weights_reference(n, log_mass, reward, pools[k], temperature, plain, NULL) ==
              AG_OK);
        double error = worst_error(n, fast, plain);
        worst = fmax(worst, error);
        CHECK(error < bound);
      }
  printf("# worst error of log H: %.2g, bound %.0e\n", worst, bound);
}

/* Many atoms in few cells: what interpolation inside a cell costs. */
static void crowded_cells(void)
{
  enum { MANY = 3000 };
  static double log_mass[MANY], reward[MANY], fast[MANY], plain[MANY];
  static const ag_pool pools[] = {2, 16, 1000, 1000000};
  for (size_t k = 0; k < 4; k++) {
    draw(MANY, 7, 3, log_mass, reward);
    CHECK(ag_weights(MANY, log_mass, reward, pools[k], 1, fast, NULL) == AG_OK);
    CHECK(ag_weights_reference(MANY, log_mass, reward, pools[k], 1, plain, NULL) == AG_OK);
    double error = worst_error(MANY, fast, plain);
    printf("# pool %lld: worst error %.2g\n", (long long)pools[k], error);
    CHECK(error < bound);
  }
}

/* A lone atom anywhere, gaps of a million temperatures, one light invader. */
static void extremes(void)
{
  double one = 0, reward = 1e300, weight;
  CHECK(ag_weights(1, &one, &reward, 7, 1, &weight, NULL) == AG_OK);
  CHECK_NEAR(weight, 0, bound);
  double log_mass[3] = {0, -1000, -5}, far[3] = {0, 1e6, -1e6}, got[3];
  CHECK(ag_weights(3, log_mass, far, 1000, 1, got, NULL) == AG_OK);
  CHECK_NEAR(got[1], log(1000.0), 1e-12); /* it wins every pool it is in */
  /* among its like and those far below: E[K / (1 + B)], B binomial = 1 / p */
  CHECK_NEAR(got[0], log1p(exp(-5.0)), 1e-12);
  /* far below, an atom wins only pools of nothing but its like */
  CHECK(error_of(got[2], 999 * (-5 - log1p(exp(-5.0)))) < bound);
}

static void zero_mass_still_has_a_weight(void)
{
  double log_mass[3] = {log(0.5), log(0.5), -INFINITY}, reward[3] = {0, 1, 0.5}, got[3];
  CHECK(ag_weights(3, log_mass, reward, 2, 1, got, NULL) == AG_OK);
  double expected = 0.5 * 2 / (1 + exp(-0.5)) + 0.5 * 2 / (1 + exp(0.5));
  CHECK_NEAR(got[2], log(expected), 1e-13);
  reward[2] = NAN;
  CHECK(ag_weights(3, log_mass, reward, 2, 1, got, NULL) == AG_OK);
  CHECK(isnan(got[2]));
}

static void refusals(void)
{
  double log_mass[2] = {0, 0}, reward[2] = {0, 1}, got[2] = {7, 7};
  ag_error error;
  CHECK(ag_weights(2, log_mass, reward, 1, 1, got, &error) == AG_ERROR_INPUT);
  CHECK(ag_weights(2, log_mass, reward, 2, 0, got, &error) == AG_ERROR_INPUT);
  CHECK(ag_weights(2, log_mass, reward, 2, NAN, got, &error) == AG_ERROR_INPUT);
  reward[1] = NAN;
  CHECK(ag_weights(2, log_mass, reward, 2, 1, got, &error) == AG_ERROR_INPUT);
  reward[1] = 1;
  log_mass[0] = log_mass[1] = -INFINITY;
  CHECK(ag_weights(2, log_mass, reward, 2, 1, got, &error) == AG_ERROR_INPUT);
  CHECK(got[0] == 7 && got[1] == 7);
}

/* --- kernels --- */

static void kernel_against_scalar(const ag_kernels *kernels, size_t count)
{
  double log_mass[ATOMS], reward[ATOMS], advanced[ATOMS], mass[ATOMS], moment[AG_TERMS],
      coefficient[AG_TERMS];
  for (size_t i = 0; i < ATOMS; i++) {
    log_mass[i] = -60 * uniform();
    reward[i] = 3 - 0.5 * uniform();
    advanced[i] = mass[i] = NAN;
  }
  log_mass[count / 2] = -900;
  for (int k = 0; k < AG_TERMS; k++)
    coefficient[k] = uniform() - 0.5;
  ag_kernel_curve curve = {reward, 3, 4, 1, coefficient};
  ag_kernel_run run = {.count = count,
                       .log_mass = log_mass,
                       .curve_count = 1,
                       .curve = &curve,
                       .advanced = advanced,
                       .mass = mass,
                       .scale = 2,
                       .measure = &curve,
                       .moment = moment};
  kernels->run(&run);
  double expected[AG_TERMS] = {0}, most = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    double t = (reward[i] - 3) * 4 + 1, sum = 0;
    for (int k = AG_DEGREE; k >= 0; k--)
      sum = sum * t + coefficient[k];
    /* AG_TERMS products of numbers below 1/2, log masses below 61 */
    CHECK_NEAR(advanced[i], log_mass[i] + sum, 3e-14);
    CHECK_NEAR(mass[i], exp(advanced[i] - 2), 1e-15 * exp(advanced[i] - 2));
    most = fmax(most, advanced[i]);
    for (int k = 0; k < AG_TERMS; k++)
      expected[k] += mass[i] * cos(k * acos(fmax(-1, fmin(1, t))));
  }
  CHECK(run.most == most);
  for (int k = 0; k < AG_TERMS; k++)
    CHECK_NEAR(moment[k], expected[k], 1e-13 * expected[0]);
  CHECK(count == ATOMS || isnan(advanced[count])); /* nothing past the end */
}

static void kernels_of_every_instruction_set(void)
{
  for (const ag_kernels *const *kernels = ag_kernels_all(); *kernels; kernels++) {
    printf("# %s\n", (*kernels)->name);
    for (size_t count = 1; count <= ATOMS; count++)
      kernel_against_scalar(*kernels, count);
  }
}

static void kernel_exponential(void)
{
  for (const ag_kernels *const *kernels = ag_kernels_all(); *kernels; kernels++)
    for (int round = 0; round < 20000; round++) {
      double x = 1400 * uniform() - 700, y;
      (*kernels)->exp(1, &x, 0, &y);
      CHECK_NEAR(y, exp(x), 2.3e-16 * exp(x)); /* one unit in the last place */
    }
  static const double tiny[] = {-708.5, -1e5, -1e300, -INFINITY};
  for (const ag_kernels *const *kernels = ag_kernels_all(); *kernels; kernels++)
    for (int i = 0; i < 4; i++) {
      double y = 1;
      (*kernels)->exp(1, &tiny[i], 0, &y);
      CHECK(y == 0);
    }
}

static void kernel_logarithm(void)
{
  for (const ag_kernels *const *kernels = ag_kernels_all(); *kernels; kernels++)
    for (int round = 0; round < 20000; round++) {
      double scale = round % 2 ? 1400 * uniform() - 700 : 1e-3 * (uniform() - 0.5), y;
      double x = exp(scale);
      (*kernels)->log(1, &x, &y);
      /* two units in the last place of the result, or of s near x = 1 */
      CHECK_NEAR(y, log(x), 4.5e-16 * fabs(log(x)));
    }
}

int main(void)
{
  FILE *file = fopen(shared_path("reference/bt_weights.jsonl"), "r");
  if (file) {
    fclose(file);
    CHECK_RUN(high_precision_values);
  } else {
    check_skip("high_precision_values", "no shared/reference/bt_weights.jsonl");
  }
  CHECK_RUN(definition_by_enumeration);
  CHECK_RUN(plain_integral_everywhere);
  CHECK_RUN(crowded_cells);
  CHECK_RUN(extremes);
  CHECK_RUN(zero_mass_still_has_a_weight);
  CHECK_RUN(refusals);
  CHECK_RUN(kernels_of_every_instruction_set);
  CHECK_RUN(kernel_exponential);
  CHECK_RUN(kernel_logarithm);
  return check_end();
}
