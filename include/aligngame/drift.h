/* Finite populations: what drawing N items a generation does by chance alone,
 * and against selection. Exact values, and simulations to hold them against. */
#ifndef AG_DRIFT_H
#define AG_DRIFT_H

#include <signal.h>
#include <stdint.h>

#include <aligngame/api.h>
#include <aligngame/weights.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a generation learns from: its predecessor's N items alone, or the items
 * of all generations so far. */
typedef enum ag_drift_reading { AG_DRIFT_REPLACE, AG_DRIFT_ACCUMULATE } ag_drift_reading;

/* A number of generations: the limit of many. */
#define AG_DRIFT_FOREVER SIZE_MAX

/* --- exact values: no curation --- */

/* The share of the diversity 1 - sum p^2 that is left, in expectation, when
 * each generation draws N items from what it learned; and the share of the
 * variance that is left when each fits a Gaussian by maximum likelihood to N
 * draws from what it learned. One number serves both. The fitted mean has then
 * wandered, E(mu_t - mu_0)^2 = sigma_0^2 (1 - this number).
 *   replace:    (1 - 1/N)^t
 *   accumulate: prod_{i <= t} (1 - 1/(N i^2)), in the limit
 *               sin(pi/sqrt N) / (pi/sqrt N)
 * Given: items N >= 1; generations t >= 0 or AG_DRIFT_FOREVER.
 * Returned: the share, with a relative error below 1e-12 while t < 1e9 N; NaN
 *   for N = 0.
 * Cost: O(1); accumulate at most 10^4 steps.
 * Source: docs/theory.md, "Finite populations". */
AG_API double ag_drift_kept(ag_drift_reading reading, size_t items, size_t generations);

/* The inputs of a regression: drawn anew each generation, or once for all. */
typedef enum ag_drift_inputs { AG_DRIFT_NEW_INPUTS, AG_DRIFT_SAME_INPUTS } ag_drift_inputs;

/* The expected test error of least squares above the noise, in units of the
 * noise's variance: T samples a generation with d independent standard normal
 * features; generation 1 is fitted to noisy values of the truth, each later
 * one to as noisy values of the model before it.
 *   replace:    t d / (T - d - 1)
 *   accumulate, new inputs:  d sum_{i <= t} 1 / (i (i T - d - 1))
 *   accumulate, same inputs: d / (T - d - 1) sum_{i <= t} 1 / i^2,
 *               below pi^2/6 d / (T - d - 1)
 * Given: T >= d + 2, d >= 1; generations t >= 0 or AG_DRIFT_FOREVER.
 * Returned: the error, relative error below 1e-12 (INFINITY for replace,
 *   forever); NaN where T or d is out of its range.
 * Cost: at most 10^4 steps.
 * Source: Gerstgrasser et al., arXiv 2404.01413, Theorem 1 (same inputs); the
 *   formula for new inputs: docs/theory.md. */
AG_API double ag_drift_regression(ag_drift_reading reading, ag_drift_inputs inputs, size_t samples,
                                  size_t features, size_t generations);

/* --- exact values: two types and curators --- */

/* A curator of two types: it keeps one of a pool by Bradley-Terry. */
typedef struct ag_drift_curator {
  double gap; /* r(first type) - r(second type), in temperatures; -600 ... 600 */
  ag_pool pool;
} ag_drift_curator;

enum { AG_DRIFT_ITEMS_MOST = 4000, AG_DRIFT_CURATORS_MOST = 8 };

/* The share of the first type after the curators, in their order: x H_K(x) =
 * E[k e^gap / (k e^gap + K - k)], k ~ Binomial(K, x).
 * Given: curator [count], count 0 ... AG_DRIFT_CURATORS_MOST; share in [0, 1].
 * Returned: *after, relative error below 1e-12.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY.
 * Cost: O(sqrt K) a curator; from K = 10^6 on that of ag_weights.
 * Source: arXiv 2511.12804, Definition 1. */
AG_API ag_status ag_drift_curate(const ag_drift_curator *curator, size_t count, double share,
                                 double *after, ag_error *error);

/* The Wright-Fisher chain with curators: from i items of the first type among
 * N to Binomial(N, share after curation) of them, until one type is left. */
typedef struct ag_drift_chain {
  size_t items;
  double *fixation; /* [items + 1] probability that the first type takes all, from i items */
  double *time;     /* [items + 1] expected generations until one type is left */
} ag_drift_chain;

/* Solves (I - Q) u = b over the states 1 ... N - 1, by an elimination without
 * subtractions: every entry, however small, has a relative error below 1e-11.
 * Given: items N, 1 ... AG_DRIFT_ITEMS_MOST; curator [count].
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. Owner: ag_drift_chain_free.
 * Cost: 8 N^2 bytes, 2/3 N^3 operations: 2 ms for N = 200, 3 s for N = 2000.
 * The same bits for any number of threads. */
AG_API ag_status ag_drift_chain_solve(size_t items, const ag_drift_curator *curator, size_t count,
                                      ag_drift_chain **chain, ag_error *error);
AG_API void ag_drift_chain_free(ag_drift_chain *chain);

/* --- simulations --- */

typedef struct ag_drift_estimate {
  double mean, error; /* over the replicates; standard error of the mean */
} ag_drift_estimate;

/* Replicate r of a simulation depends on the seed and r alone: the same bits
 * for any number of threads. Simulations with one seed share random numbers.
 * All of them return AG_ERROR_INPUT (also for fewer than 2 replicates),
 * AG_ERROR_MEMORY, or AG_ERROR_INTERRUPTED, and then leave what they return
 * untouched. */
typedef struct ag_drift_options {
  uint64_t seed;
  size_t replicates;
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop; may be NULL */
} ag_drift_options;

/* N items drawn one by one from those that the last generation learned; all
 * items of generation 1 are different, as from a continuous distribution.
 * Returned: diversity [generations + 1], 1 at generation 0.
 * Cost: R N t draws; accumulate keeps N t items a thread. */
AG_API ag_status ag_drift_simulate_diversity(ag_drift_reading reading, size_t items,
                                             size_t generations, const ag_drift_options *options,
                                             ag_drift_estimate *diversity, ag_error *error);

/* The fit enters through the mean and the sum of squares of the N draws, which
 * are normal and chi-squared and independent: these are drawn.
 * Returned: variance and wandering [generations + 1], of sigma_t^2 and of
 *   (mu_t - mu_0)^2 in units of sigma_0^2.
 * Cost: R t N / 2 uniform numbers. */
AG_API ag_status ag_drift_simulate_gaussian(ag_drift_reading reading, size_t items,
                                            size_t generations, const ag_drift_options *options,
                                            ag_drift_estimate *variance,
                                            ag_drift_estimate *wandering, ag_error *error);

/* Features, noise and fits, in full. Given: T >= d + 4, so that the error has
 * a variance; d <= 64. Returned: excess [generations + 1], in units of the
 * noise's variance; 0 at generation 0, the truth. Cost: R t T d normal numbers. */
AG_API ag_status ag_drift_simulate_regression(ag_drift_reading reading, ag_drift_inputs inputs,
                                              size_t samples, size_t features, size_t generations,
                                              const ag_drift_options *options,
                                              ag_drift_estimate *excess, ag_error *error);

/* Plays the chain until one type is left. Where all pools together need at
 * most 16 draws for one kept item, every pool is drawn and one of it kept;
 * otherwise items are drawn with the exact share after curation.
 * Given: start, items of the first type, 0 ... N.
 * Returned: fixation, of the first type; time, in generations. */
AG_API ag_status ag_drift_simulate_fixation(size_t items, const ag_drift_curator *curator,
                                            size_t count, size_t start,
                                            const ag_drift_options *options,
                                            ag_drift_estimate *fixation, ag_drift_estimate *time,
                                            ag_error *error);

/* --- all of it, side by side --- */

typedef struct ag_drift_settings {
  uint64_t seed;
  size_t items, generations, replicates; /* N, t, R */
  size_t samples, features;              /* T, d of the regression */
  size_t start;                          /* items of the better type at the start */
  double gap;                            /* of the better type, in temperatures */
  ag_pool pool;
  void (*progress)(void *context, size_t done, size_t of); /* may be NULL */
  void *context;
  const volatile sig_atomic_t *interrupt; /* may be NULL */
} ag_drift_settings;

/* N 20, t 20, R 10000, T 20, d 4, start 1, gap 0.5, pool 8, seed 1. */
AG_API void ag_drift_settings_default(ag_drift_settings *settings);

typedef struct ag_drift_identity {
  const char *name;
  char meaning[256]; /* what it says, in one sentence */
  double exact;
  ag_drift_estimate simulated;
  double z; /* (simulated - exact) / standard error; 0 where both are one number */
} ag_drift_identity;

/* Quantities that change from generation to generation. */
typedef enum ag_drift_quantity {
  AG_DRIFT_DIVERSITY_REPLACE,
  AG_DRIFT_DIVERSITY_ACCUMULATE,
  AG_DRIFT_VARIANCE_REPLACE,
  AG_DRIFT_VARIANCE_ACCUMULATE,
  AG_DRIFT_WANDERING_REPLACE,
  AG_DRIFT_WANDERING_ACCUMULATE,
  AG_DRIFT_REGRESSION_REPLACE,
  AG_DRIFT_REGRESSION_NEW,  /* accumulate, new inputs */
  AG_DRIFT_REGRESSION_SAME, /* accumulate, same inputs */
  AG_DRIFT_QUANTITIES
} ag_drift_quantity;

/* "diversity kept, replace", … */
AG_API const char *ag_drift_quantity_name(ag_drift_quantity quantity);

typedef struct ag_drift_course {
  double *exact;                /* [generations + 1] */
  ag_drift_estimate *simulated; /* [generations + 1] */
} ag_drift_course;

enum { AG_DRIFT_CURVES = 3, AG_DRIFT_CURVE_GAPS = 31, AG_DRIFT_CURVE_POINTS = 6 };

/* Fixation of the better type from `start` items, over the gap. */
typedef struct ag_drift_curve {
  ag_pool pool;
  double gap[AG_DRIFT_CURVE_GAPS], exact[AG_DRIFT_CURVE_GAPS];
  double point[AG_DRIFT_CURVE_POINTS]; /* the gaps that are simulated */
  ag_drift_estimate simulated[AG_DRIFT_CURVE_POINTS];
} ag_drift_curve;

enum { AG_DRIFT_IDENTITIES = AG_DRIFT_QUANTITIES + 4 };

typedef struct ag_drift_study {
  ag_drift_settings settings;
  ag_drift_identity identity[AG_DRIFT_IDENTITIES]; /* at the last generation */
  ag_drift_course course[AG_DRIFT_QUANTITIES];
  ag_drift_curve curve[AG_DRIFT_CURVES]; /* pools of 2, 8 and infinity */
} ag_drift_study;

enum {
  AG_DRIFT_STUDY_ITEMS_MOST = 1000,
  AG_DRIFT_STUDY_GENERATIONS_MOST = 100000,
  AG_DRIFT_STUDY_GAP_MOST = 100
};

/* Status: AG_ERROR_INPUT, AG_ERROR_MEMORY, AG_ERROR_INTERRUPTED. Owner:
 * ag_drift_study_free. Cost: about 2 s on two cores for the default. */
AG_API ag_status ag_drift_study_make(const ag_drift_settings *settings, ag_drift_study **study,
                                     ag_error *error);
AG_API void ag_drift_study_free(ag_drift_study *study);

#ifdef __cplusplus
}
#endif

#endif
