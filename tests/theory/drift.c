/* Finite populations: formulas against each other, the chain against other ways
 * of solving it, simulations against both.
 *
 * A simulated mean must lie within 5 standard errors: for a right program one
 * in 1.7 million fails. Some 150 are looked at, with fixed seeds. */
#include "tests/check.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <aligngame.h>

#include "base/fault.h"
#include "base/features.h"
#include "base/random.h"
#include "base/threads.h"

#if AG_HAVE_LAPACKE
#include <lapacke.h>
#endif

static const ag_drift_reading readings[] = {AG_DRIFT_REPLACE, AG_DRIFT_ACCUMULATE};

static void check_z(const char *what, ag_drift_estimate found, double exact, double effect)
{
  double z = (found.mean - exact) / found.error;
  printf("# %s: exact %.6g, simulated %.6g, z %+.2f\n", what, exact, found.mean, z);
  CHECK(fabs(z) < 5);
  CHECK(found.error < 0.01 * effect); /* else the test would say little */
}

/* --- formulas --- */

/* 1 - 1/(N i^2) multiplied one by one, in long double. */
static double plain_product(double N, size_t count)
{
  long double product = 1;
  for (size_t i = 1; i <= count; i++)
    product *= 1 - 1 / ((long double)N * (long double)i * (long double)i);
  return (double)product;
}

static void what_is_kept_follows_its_product(void)
{
  static const size_t items[] = {1, 2, 3, 20, 1000, 1000000};
  static const size_t times[] = {0, 1, 2, 50, 10000, 10001, 30000};
  for (size_t n = 0; n < sizeof items / sizeof *items; n++)
    for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
      double expected = plain_product((double)items[n], times[t]);
      double kept = ag_drift_kept(AG_DRIFT_ACCUMULATE, items[n], times[t]);
      CHECK_NEAR(kept, expected, 1e-12 * expected);
      double power = (double)powl(1 - 1 / (long double)items[n], (long double)times[t]);
      kept = ag_drift_kept(AG_DRIFT_REPLACE, items[n], times[t]);
      CHECK_NEAR(kept, power, 1e-12 * power);
    }
  CHECK(isnan(ag_drift_kept(AG_DRIFT_REPLACE, 0, 3)));
}

static void the_product_ends_at_the_sine(void)
{
  for (size_t N = 1; N < 5000; N = 3 * N + 1) {
    double limit = ag_drift_kept(AG_DRIFT_ACCUMULATE, N, AG_DRIFT_FOREVER);
    double late = ag_drift_kept(AG_DRIFT_ACCUMULATE, N, 1000000000);
    /* the factors that are left out: 1/(N t) */
    CHECK_NEAR(late, limit, 1e-9 / (double)N + 1e-12);
    CHECK(ag_drift_kept(AG_DRIFT_REPLACE, N, AG_DRIFT_FOREVER) == 0);
    /* many items: sin(a)/a = 1 - a^2/6 + a^4/120 - …, a^2 = pi^2/N */
    double square = M_PI * M_PI / (double)N;
    if (N > 100)
      CHECK_NEAR(limit, 1 - square / 6, square * square / 120);
  }
  CHECK_NEAR(ag_drift_kept(AG_DRIFT_ACCUMULATE, 4, AG_DRIFT_FOREVER), 2 / M_PI, 1e-15);
}

static void regression_sums(void)
{
  const size_t T = 20, d = 4;
  long double new_inputs = 0, same_inputs = 0;
  for (size_t i = 1; i <= 30000; i++) {
    new_inputs += d / ((long double)i * ((long double)(i * T) - d - 1));
    same_inputs += d / ((long double)(T - d - 1) * (long double)i * (long double)i);
    if (i > 3 && i != 9999 && i != 10001 && i != 30000)
      continue;
    double expected[2] = {(double)new_inputs, (double)same_inputs};
    CHECK_NEAR(ag_drift_regression(AG_DRIFT_ACCUMULATE, AG_DRIFT_NEW_INPUTS, T, d, i), expected[0],
               1e-12);
    CHECK_NEAR(ag_drift_regression(AG_DRIFT_ACCUMULATE, AG_DRIFT_SAME_INPUTS, T, d, i), expected[1],
               1e-12);
    CHECK_NEAR(ag_drift_regression(AG_DRIFT_REPLACE, AG_DRIFT_NEW_INPUTS, T, d, i),
               (double)(i * d) / (double)(T - d - 1), 1e-12 * (double)i);
    /* accumulating helps, and new inputs help more */
    CHECK(i == 1 || (expected[0] < expected[1] && expected[1] < (double)(i * d) / 15.0));
  }
  double bound =
      ag_drift_regression(AG_DRIFT_ACCUMULATE, AG_DRIFT_SAME_INPUTS, T, d, AG_DRIFT_FOREVER);
  CHECK_NEAR(bound, 4.0 / 15 * M_PI * M_PI / 6, 1e-12);
  /* the rest of the sum past n: between the integrals from n and from n + 1 */
  double limit =
      ag_drift_regression(AG_DRIFT_ACCUMULATE, AG_DRIFT_NEW_INPUTS, T, d, AG_DRIFT_FOREVER);
  CHECK(limit > (double)new_inputs + 0.2 / 30001.0 && limit < (double)new_inputs + 0.2 / 29999.0);
  CHECK(isinf(ag_drift_regression(AG_DRIFT_REPLACE, 0, T, d, AG_DRIFT_FOREVER)));
  CHECK(isnan(ag_drift_regression(AG_DRIFT_REPLACE, 0, 5, 4, 1)));
  CHECK(isnan(ag_drift_regression(AG_DRIFT_REPLACE, 0, 5, 0, 1)));
}

/* --- a curator of two types --- */

static const ag_pool pools[] = {2, 3, 8, 100, 5000, 1000000, 1000001, 50000000, AG_POOL_INFINITE};
enum { POOLS = sizeof pools / sizeof *pools };

static double curated(double gap, ag_pool pool, double share)
{
  ag_drift_curator curator = {gap, pool};
  double after = NAN;
  CHECK(ag_drift_curate(&curator, 1, share, &after, NULL) == AG_OK);
  return after;
}

/* The sum over pools, with binomial coefficients by multiplication. */
static double summed(double gap, int K, double share)
{
  long double sum = 0, ways = 1;
  for (int k = 0; k <= K; k++) {
    sum += ways * powl(share, k) * powl(1 - (long double)share, K - k) * k /
           (k + (K - k) * expl(-gap));
    ways = ways * (K - k) / (k + 1);
  }
  return (double)sum;
}

static void curation_is_the_sum_over_pools(void)
{
  static const double gaps[] = {-30, -3, -0.2, 0, 1, 7, 500}, shares[] = {1e-9, 0.03, 0.5, 0.98};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++)
      for (int K = 2; K <= 100; K += K < 8 ? 1 : 23) {
        double expected = summed(gaps[g], K, shares[s]);
        CHECK_NEAR(curated(gaps[g], K, shares[s]), expected, 1e-12 * expected);
      }
}

/* 1e-12 relative is what ag_weights promises of log H, where |log H| <= 1. */
static void curation_is_the_library_s_weight(void)
{
  static const double gaps[] = {-9, -0.4, 0, 0.1, 3}, shares[] = {0.001, 0.3, 0.75};
  for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++)
      for (int k = 0; k < POOLS; k++) {
        double log_mass[2] = {log(shares[s]), log1p(-shares[s])}, reward[2] = {gaps[g], 0},
               log_H[2];
        CHECK(ag_weights(2, log_mass, reward, pools[k], 1, log_H, NULL) == AG_OK);
        double expected = exp(log_mass[0] + log_H[0]);
        CHECK_NEAR(curated(gaps[g], pools[k], shares[s]), expected,
                   2e-12 * fmax(1, fabs(log_H[0])) * expected);
      }
}

static void curation_keeps_what_is_certain(void)
{
  for (int k = 0; k < POOLS; k++) {
    CHECK(curated(2, pools[k], 0) == 0 && curated(-2, pools[k], 1) == 1);
    CHECK_NEAR(curated(0, pools[k], 0.3), 0.3, 1e-12);
  }
  /* several curators: one after the other; opposite infinite pools undo each other */
  ag_drift_curator both[2] = {{1.5, 4}, {-0.5, AG_POOL_INFINITE}}, undone[2] = {{2, 0}, {-2, 0}};
  double after = 0;
  CHECK(ag_drift_curate(both, 2, 0.2, &after, NULL) == AG_OK);
  CHECK_NEAR(after, curated(-0.5, AG_POOL_INFINITE, curated(1.5, 4, 0.2)), 1e-14);
  CHECK(ag_drift_curate(undone, 2, 0.2, &after, NULL) == AG_OK);
  CHECK_NEAR(after, 0.2, 1e-15);
}

/* What `aligngame drift` says of its last row. */
static void the_first_mover_wins_the_infinite_game(void)
{
  for (int k = 0; k < 4; k++) {
    ag_drift_curator opposed[2] = {{0.5, pools[k]}, {-0.5, pools[k]}};
    double share = 0.5;
    for (int t = 0; t < 100000 && share < 0.999; t++)
      CHECK(ag_drift_curate(opposed, 2, share, &share, NULL) == AG_OK);
    CHECK(share >= 0.999);
  }
}

/* --- the chain --- */

static ag_drift_chain *solve(size_t items, const ag_drift_curator *curator, size_t count)
{
  ag_drift_chain *chain = NULL;
  ag_error error = {0};
  CHECK(ag_drift_chain_solve(items, curator, count, &chain, &error) == AG_OK);
  return chain;
}

static void without_a_gap_a_type_wins_by_its_share(void)
{
  static const size_t sizes[] = {1, 2, 3, 20, 200, 500};
  for (size_t n = 0; n < sizeof sizes / sizeof *sizes; n++)
    for (int k = 0; k < POOLS; k += 2) {
      size_t N = sizes[n];
      ag_drift_curator curators[2] = {{0, pools[k]}, {0, 2}};
      ag_drift_chain *chain = solve(N, curators, (size_t)k / 2 % 3);
      for (size_t i = 0; i <= N; i++)
        CHECK_NEAR(chain->fixation[i], (double)i / (double)N, 1e-12);
      ag_drift_chain_free(chain);
    }
}

/* P [N + 1, N + 1] of the chain, from ag_drift_curate and factorials. */
static void fill_matrix(size_t N, const ag_drift_curator *curator, size_t count, double *P)
{
  for (size_t i = 0; i <= N; i++) {
    double p = 0;
    CHECK(ag_drift_curate(curator, count, (double)i / (double)N, &p, NULL) == AG_OK);
    for (size_t j = 0; j <= N; j++)
      P[i * (N + 1) + j] =
          p == 0 || p == 1
              ? j == (p == 1 ? N : 0)
              : (double)expl(lgammal(N + 1) - lgammal(j + 1) - lgammal(N - j + 1) +
                             (long double)j * logl(p) + (long double)(N - j) * log1pl(-p));
  }
}

/* u <- P u from u = (0, …, 0, 1) rises to the probabilities; the sum over time
 * of the probability not to be absorbed yet is the expected time. */
static void small_chains_agree_with_iteration(void)
{
  double P[9 * 9], u[9], still[9], time[9], next[2][9];
  for (size_t N = 2; N <= 8; N++)
    for (int k = 0; k < POOLS; k++) {
      ag_drift_curator curators[2] = {{0.7, pools[k]}, {-0.4, 3}};
      size_t count = 1 + (size_t)k % 2;
      fill_matrix(N, curators, count, P);
      for (size_t i = 0; i <= N; i++) {
        u[i] = i == N;
        still[i] = i > 0 && i < N;
        time[i] = 0;
      }
      for (int t = 0; t < 2000; t++) {
        for (size_t i = 0; i <= N; i++) {
          next[0][i] = next[1][i] = 0;
          for (size_t j = 0; j <= N; j++) {
            next[0][i] += P[i * (N + 1) + j] * u[j];
            next[1][i] += P[i * (N + 1) + j] * still[j];
          }
        }
        for (size_t i = 0; i <= N; i++) {
          time[i] += still[i];
          u[i] = next[0][i];
          still[i] = next[1][i];
        }
      }
      ag_drift_chain *chain = solve(N, curators, count);
      for (size_t i = 0; i <= N; i++) {
        CHECK_NEAR(chain->fixation[i], u[i], 1e-12);
        CHECK_NEAR(chain->time[i], time[i], 1e-11);
      }
      ag_drift_chain_free(chain);
    }
}

#if AG_HAVE_LAPACKE
/* (I - Q) u = b by LAPACK: pivots and subtractions. Its error is about the
 * condition number, below 2 N, times 1e-16 times N. */
static void the_chain_agrees_with_lapack(void)
{
  enum { MOST = 201 };
  static double P[MOST * MOST], A[MOST * MOST], b[2 * MOST];
  static const size_t sizes[] = {20, 100, 200};
  static const double gaps[] = {-0.5, -0.02, 0.01, 0.3};
  lapack_int pivot[MOST];
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
      size_t N = sizes[s], n = N - 1;
      ag_drift_curator curators[2] = {{gaps[g], pools[g]}, {0.05, 8}};
      fill_matrix(N, curators, 1 + g % 2, P);
      for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
          A[j * n + i] = (i == j) - P[(i + 1) * (N + 1) + j + 1];
        b[i] = P[(i + 1) * (N + 1) + N];
        b[n + i] = 1;
      }
      CHECK(LAPACKE_dgesv(LAPACK_COL_MAJOR, (lapack_int)n, 2, A, (lapack_int)n, pivot, b,
                          (lapack_int)n) == 0);
      ag_drift_chain *chain = solve(N, curators, 1 + g % 2);
      for (size_t i = 1; i < N; i++) {
        CHECK_NEAR(chain->fixation[i], b[i - 1], 1e-11);
        CHECK_NEAR(chain->time[i], b[n + i - 1], 1e-11 * chain->time[i]);
      }
      ag_drift_chain_free(chain);
    }
}
#endif

static void swapping_the_types_swaps_the_chances(void)
{
  for (int k = 0; k < POOLS; k++) {
    enum { N = 60 };
    ag_drift_curator one[2] = {{0.2, pools[k]}, {-0.1, 5}}, other[2] = {{-0.2, pools[k]}, {0.1, 5}};
    ag_drift_chain *chain = solve(N, one, 2), *swapped = solve(N, other, 2);
    for (size_t i = 0; i <= N; i++) {
      CHECK_NEAR(chain->fixation[i] + swapped->fixation[N - i], 1, 1e-12);
      CHECK_NEAR(chain->time[i], swapped->time[N - i], 1e-11 * (1 + chain->time[i]));
    }
    ag_drift_chain_free(chain);
    ag_drift_chain_free(swapped);
  }
}

static void a_larger_gap_and_pool_win_more_often(void)
{
  enum { N = 40 };
  for (int k = 0; k < POOLS; k++) {
    double before[N + 1] = {0};
    for (double gap = -1; gap <= 3; gap += 0.25) {
      ag_drift_curator curator = {gap, pools[k]};
      ag_drift_chain *chain = solve(N, &curator, 1);
      for (size_t i = 1; i < N; i++) {
        /* strictly, until a double cannot tell it from 1 */
        CHECK(chain->fixation[i] > before[i] || before[i] > 1 - 1e-12);
        CHECK(chain->fixation[i] >= chain->fixation[i - 1] * (1 - 1e-13));
        before[i] = chain->fixation[i];
      }
      ag_drift_chain_free(chain);
    }
  }
  double before = 0;
  for (int k = 0; k < 4; k++) { /* from a single item, where a larger pool sees it more often */
    ag_drift_curator curator = {0.5, pools[k]};
    ag_drift_chain *chain = solve(N, &curator, 1);
    CHECK(chain->fixation[1] > before);
    before = chain->fixation[1];
    ag_drift_chain_free(chain);
  }
}

/* Kimura's diffusion: u = (1 - e^{-2 s i}) / (1 - e^{-2 s N}), neutral time
 * -2 N (x log x + (1 - x) log (1 - x)). It drops terms of relative order s and
 * 1/(N x), so that the tolerances are a few of these. */
static void weak_selection_is_a_diffusion(void)
{
  enum { N = 400 };
  const double s = 0.004;
  ag_drift_curator curator = {s, AG_POOL_INFINITE};
  ag_drift_chain *chain = solve(N, &curator, 1), *neutral = solve(N, NULL, 0);
  for (size_t i = 1; i < N; i += 7) {
    double u = expm1(-2 * s * (double)i) / expm1(-2 * s * N);
    CHECK_NEAR(chain->fixation[i], u, 3 * s * u);
  }
  CHECK_NEAR(neutral->time[N / 2], 2 * N * log(2), 2 * N * log(2) * 4 / N);
  ag_drift_chain_free(chain);
  ag_drift_chain_free(neutral);
}

/* Hopeless types: every entry, however small, is right relative to itself.
 * Iterating with P only adds and multiplies positive numbers. */
static void tiny_chances_are_numbers(void)
{
  enum { N = 100, SIDE = N + 1 };
  static double P[SIDE * SIDE];
  ag_drift_curator curator = {-1, AG_POOL_INFINITE};
  long double u[SIDE] = {0}, next[SIDE];
  fill_matrix(N, &curator, 1, P);
  u[N] = 1;
  for (int t = 0; t < 1000; t++) { /* the slowest, the last losers, go like e^{-t} */
    for (size_t i = 0; i <= N; i++) {
      next[i] = 0;
      for (size_t j = 0; j <= N; j++)
        next[i] += P[i * SIDE + j] * u[j];
    }
    memcpy(u, next, sizeof u);
  }
  ag_drift_chain *chain = solve(N, &curator, 1);
  for (size_t i = 1; i < N; i++)
    CHECK_NEAR(chain->fixation[i], (double)u[i], 1e-11 * (double)u[i]);
  CHECK(chain->fixation[1] > 0 && chain->fixation[1] < 1e-60);
  ag_drift_chain_free(chain);
}

/* --- simulations --- */

enum { TIMES = 6 };

static void diversity_decays_as_computed(void)
{
  for (int r = 0; r < 2; r++)
    for (size_t N = 3; N <= 48; N *= 4) {
      ag_drift_estimate found[TIMES + 1];
      ag_drift_options options = {.seed = N, .replicates = 100000};
      CHECK(ag_drift_simulate_diversity(readings[r], N, TIMES, &options, found, NULL) == AG_OK);
      CHECK(found[0].mean == 1 && found[0].error == 0);
      CHECK_NEAR(found[1].mean, 1 - 1 / (double)N, 1e-14); /* all items differ */
      for (size_t t = 2; t <= TIMES; t++) {
        double kept = ag_drift_kept(readings[r], N, t);
        check_z(r ? "diversity, accumulate" : "diversity, replace", found[t], kept, kept);
      }
    }
}

static void gaussians_narrow_and_wander_as_computed(void)
{
  for (int r = 0; r < 2; r++)
    for (size_t N = 4; N <= 9; N += 5) {
      ag_drift_estimate variance[TIMES + 1], wandering[TIMES + 1];
      ag_drift_options options = {.seed = 10 * N, .replicates = 400000};
      CHECK(ag_drift_simulate_gaussian(readings[r], N, TIMES, &options, variance, wandering,
                                       NULL) == AG_OK);
      for (size_t t = 1; t <= TIMES; t++) {
        double kept = ag_drift_kept(readings[r], N, t);
        check_z(r ? "variance, accumulate" : "variance, replace", variance[t], kept, kept);
        check_z(r ? "wandering, accumulate" : "wandering, replace", wandering[t], 1 - kept,
                1 - kept);
      }
      /* E sigma_t^4 = (1 - 1/N^2)^t under replace: the reported error is that of the law */
      double kept = ag_drift_kept(AG_DRIFT_REPLACE, N, 2);
      double deviation = sqrt(pow(1 - 1.0 / (double)(N * N), 2) - kept * kept);
      if (readings[r] == AG_DRIFT_REPLACE)
        CHECK_NEAR(variance[2].error, deviation / sqrt(400000), 0.03 * variance[2].error);
    }
}

/* The same from N draws and a fit, instead of from the law of the fit. */
static void fits_to_real_draws_agree(void)
{
  enum { N = 4, GENERATIONS = 3, REPLICATES = 200000 };
  for (int r = 0; r < 2; r++) {
    double sum = 0, squares = 0;
    for (uint64_t replicate = 0; replicate < REPLICATES; replicate++) {
      ag_random random = ag_random_start(99, AG_RANDOM_DRIFT, replicate);
      double item[N * GENERATIONS], mean = 0, variance = 1;
      size_t count = 0;
      for (int t = 0; t < GENERATIONS; t++) {
        count = readings[r] == AG_DRIFT_REPLACE ? 0 : count;
        for (int i = 0; i < N; i++)
          item[count++] = mean + sqrt(variance) * ag_random_normal(&random);
        mean = variance = 0;
        for (size_t i = 0; i < count; i++)
          mean += item[i] / (double)count;
        for (size_t i = 0; i < count; i++)
          variance += (item[i] - mean) * (item[i] - mean) / (double)count;
      }
      sum += variance;
      squares += variance * variance;
    }
    double mean = sum / REPLICATES, spread = squares / REPLICATES - mean * mean;
    ag_drift_estimate found = {mean, sqrt(spread / REPLICATES)};
    double kept = ag_drift_kept(readings[r], N, GENERATIONS);
    check_z("fits to draws", found, kept, kept);
  }
}

static void regressions_err_as_computed(void)
{
  static const struct {
    ag_drift_reading reading;
    ag_drift_inputs inputs;
    const char *name;
  } cases[] = {{AG_DRIFT_REPLACE, AG_DRIFT_NEW_INPUTS, "regression, replace, new inputs"},
               {AG_DRIFT_REPLACE, AG_DRIFT_SAME_INPUTS, "regression, replace, same inputs"},
               {AG_DRIFT_ACCUMULATE, AG_DRIFT_NEW_INPUTS, "regression, accumulate, new inputs"},
               {AG_DRIFT_ACCUMULATE, AG_DRIFT_SAME_INPUTS, "regression, accumulate, same inputs"}};
  static const size_t sizes[][2] = {{10, 1}, {14, 5}}; /* T, d */
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      size_t T = sizes[s][0], d = sizes[s][1];
      ag_drift_estimate found[TIMES + 1];
      ag_drift_options options = {.seed = 5 + s, .replicates = 40000};
      CHECK(ag_drift_simulate_regression(cases[c].reading, cases[c].inputs, T, d, TIMES, &options,
                                         found, NULL) == AG_OK);
      for (size_t t = 1; t <= TIMES; t++) {
        double exact = ag_drift_regression(cases[c].reading, cases[c].inputs, T, d, t);
        check_z(cases[c].name, found[t], exact, exact);
      }
    }
}

static void check_fixation(const char *name, size_t items, const ag_drift_curator *curator,
                           size_t count, size_t start, size_t replicates)
{
  ag_drift_estimate fixation, time;
  ag_drift_options options = {.seed = items + start, .replicates = replicates};
  ag_drift_chain *chain = solve(items, curator, count);
  CHECK(ag_drift_simulate_fixation(items, curator, count, start, &options, &fixation, &time,
                                   NULL) == AG_OK);
  check_z(name, fixation, chain->fixation[start], chain->fixation[start]);
  check_z("  its time", time, chain->time[start], chain->time[start]);
  ag_drift_chain_free(chain);
}

static void types_take_all_as_computed(void)
{
  const ag_drift_curator pair = {0.2, 2}, eight = {0.5, 8}, infinite = {0.3, AG_POOL_INFINITE};
  const ag_drift_curator opposed[2] = {{0.6, 4}, {-0.3, 3}}, many[2] = {{0.4, 60}, {-0.2, 0}};
  check_fixation("N = 20, pairs", 20, &pair, 1, 5, 20000);
  check_fixation("N = 20, pools of 8", 20, &eight, 1, 1, 20000);
  check_fixation("N = 20, two curators", 20, opposed, 2, 8, 20000);
  check_fixation("N = 20, nobody", 20, NULL, 0, 10, 20000);
  check_fixation("N = 100, infinite pools", 100, &infinite, 1, 4, 10000);
  check_fixation("N = 100, two curators with large pools", 100, many, 2, 8, 10000);
  check_fixation("N = 200, pairs", 200, &pair, 1, 8, 10000);
}

/* --- promises --- */

static void the_same_bits_for_any_number_of_threads(void)
{
  const ag_drift_curator curator = {0.4, 5};
  const ag_drift_options options = {.seed = 3, .replicates = 777};
  ag_drift_estimate found[3][4 * 6];
  memset(found, 0, sizeof found);
  int threads = omp_get_max_threads();
  for (int n = 0; n < 3; n++) {
    ag_drift_estimate *to = found[n];
    omp_set_num_threads(1 + 2 * n);
    CHECK(!ag_drift_simulate_diversity(AG_DRIFT_ACCUMULATE, 9, 5, &options, to, NULL));
    CHECK(!ag_drift_simulate_gaussian(AG_DRIFT_REPLACE, 9, 5, &options, to + 6, to + 12, NULL));
    CHECK(!ag_drift_simulate_fixation(9, &curator, 1, 2, &options, to + 18, to + 19, NULL));
  }
  omp_set_num_threads(threads);
  CHECK(memcmp(found[0], found[1], sizeof found[0]) == 0);
  CHECK(memcmp(found[0], found[2], sizeof found[0]) == 0);
}

static void what_is_no_population_is_refused(void)
{
  const ag_drift_curator good = {1, 2}, bad[] = {{NAN, 2}, {700, 2}, {1, 1}, {1, -3}};
  const ag_drift_options options = {.seed = 1, .replicates = 10}, one = {.replicates = 1};
  ag_drift_chain *chain = NULL;
  ag_drift_estimate found[8] = {{-7, -7}}, other[8] = {{-7, -7}};
  double after = -7;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK(ag_drift_curate(&bad[i], 1, 0.5, &after, NULL) == AG_ERROR_INPUT);
    CHECK(ag_drift_chain_solve(5, &bad[i], 1, &chain, NULL) == AG_ERROR_INPUT);
    CHECK(ag_drift_simulate_fixation(5, &bad[i], 1, 1, &options, found, other, NULL) ==
          AG_ERROR_INPUT);
  }
  CHECK(ag_drift_curate(&good, 1, 1.5, &after, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_curate(&good, AG_DRIFT_CURATORS_MOST + 1, 0.5, &after, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_chain_solve(0, &good, 1, &chain, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_chain_solve(AG_DRIFT_ITEMS_MOST + 1, &good, 1, &chain, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_simulate_fixation(5, &good, 1, 6, &options, found, other, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_simulate_diversity(0, 5, 2, &one, found, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_simulate_gaussian(0, 0, 2, &options, found, other, NULL) == AG_ERROR_INPUT);
  CHECK(ag_drift_simulate_regression(0, 0, 7, 4, 2, &options, found, NULL) == AG_ERROR_INPUT);
  CHECK(!chain && after == -7 && found[0].mean == -7 && other[0].mean == -7);
}

static void a_study_can_be_stopped(void)
{
  const volatile sig_atomic_t stop = 1;
  ag_drift_settings settings;
  ag_drift_study *study = NULL;
  ag_error error = {0};
  ag_drift_settings_default(&settings);
  settings.interrupt = &stop;
  CHECK(ag_drift_study_make(&settings, &study, &error) == AG_ERROR_INTERRUPTED);
  CHECK(!study && error.status == AG_ERROR_INTERRUPTED);
}

/* With -Dfault_injection=true the n-th array cannot be had, for every n. */
#ifdef AG_FAULT_INJECTION
static void memory_that_runs_out_is_an_error(void)
{
  int threads = omp_get_max_threads();
  bool succeeded = false;
  omp_set_num_threads(1); /* one count for all */
  for (long n = 1; !succeeded && n < 100000; n += 1 + n / 50) {
    ag_drift_settings settings;
    ag_drift_study *study = NULL;
    ag_drift_settings_default(&settings);
    settings.items = 4;
    settings.generations = settings.replicates = 2;
    ag_fault_countdown = n;
    ag_status status = ag_drift_study_make(&settings, &study, NULL);
    if (!status)
      status = ag_drift_study_draw(study, "/dev/null/nowhere.png", NULL);
    succeeded = ag_fault_countdown > 0;
    CHECK(succeeded ? status == AG_ERROR_IO : status == AG_ERROR_MEMORY && !study);
    ag_drift_study_free(study);
  }
  ag_fault_countdown = 0;
  omp_set_num_threads(threads);
  CHECK(succeeded);
}
#endif

int main(void)
{
  CHECK_RUN(what_is_kept_follows_its_product);
  CHECK_RUN(the_product_ends_at_the_sine);
  CHECK_RUN(regression_sums);
  CHECK_RUN(curation_is_the_sum_over_pools);
  CHECK_RUN(curation_is_the_library_s_weight);
  CHECK_RUN(curation_keeps_what_is_certain);
  CHECK_RUN(the_first_mover_wins_the_infinite_game);
  CHECK_RUN(without_a_gap_a_type_wins_by_its_share);
  CHECK_RUN(small_chains_agree_with_iteration);
#if AG_HAVE_LAPACKE
  CHECK_RUN(the_chain_agrees_with_lapack);
#else
  check_skip("the_chain_agrees_with_lapack", "this build has no LAPACK");
#endif
  CHECK_RUN(swapping_the_types_swaps_the_chances);
  CHECK_RUN(a_larger_gap_and_pool_win_more_often);
  CHECK_RUN(weak_selection_is_a_diffusion);
  CHECK_RUN(tiny_chances_are_numbers);
  CHECK_RUN(diversity_decays_as_computed);
  CHECK_RUN(gaussians_narrow_and_wander_as_computed);
  CHECK_RUN(fits_to_real_draws_agree);
  CHECK_RUN(regressions_err_as_computed);
  CHECK_RUN(types_take_all_as_computed);
  CHECK_RUN(the_same_bits_for_any_number_of_threads);
  CHECK_RUN(what_is_no_population_is_refused);
  CHECK_RUN(a_study_can_be_stopped);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  return check_end();
}
