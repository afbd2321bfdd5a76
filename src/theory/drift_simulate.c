/* Populations of N items, played many times. */
#include "theory/drift_chain.h"
#include "theory/drift_replicates.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"

static ag_status check_size(size_t items, size_t generations, ag_error *error)
{
  const size_t most = (size_t)1 << 31;
  if (items < 1 || generations > most || items > most / (generations + 1))
    return ag_fail(error, AG_ERROR_INPUT,
                   "%zu items for %zu generations; expected 1 or more, and fewer than 2^31 in all",
                   items, generations);
  return AG_OK;
}

/* --- diversity --- */

typedef struct copying {
  ag_drift_reading reading;
  size_t items, generations;
} copying;

/* 1 - sum p^2 of the types of `count` items; tally [types] is all zero before
 * and after. */
static double diversity_of(const uint32_t *type, size_t count, uint32_t *tally)
{
  double same = 0;
  for (size_t i = 0; i < count; i++)
    same += 2 * (double)tally[type[i]]++ + 1; /* (c + 1)^2 - c^2 */
  for (size_t i = 0; i < count; i++)
    tally[type[i]] = 0;
  return 1 - same / ((double)count * (double)count);
}

/* Room: tally [N], then items: two generations, or all of them. */
static void play_copying(const void *context, ag_random *random, void *room, double *value)
{
  const copying *self = context;
  size_t N = self->items, learned = N;
  uint32_t *tally = room, *type = tally + N, *other = type + N;
  value[0] = 1;
  for (size_t i = 0; i < N; i++) {
    type[i] = (uint32_t)i;
    tally[i] = 0;
  }
  for (size_t t = 1; t <= self->generations; t++) {
    value[t] = diversity_of(type, learned, tally);
    if (self->reading == AG_DRIFT_REPLACE) {
      for (size_t i = 0; i < N; i++)
        other[i] = type[ag_random_below(random, N)];
      uint32_t *last = type;
      type = other;
      other = last;
    } else if (t < self->generations) {
      for (size_t i = 0; i < N; i++)
        type[learned + i] = type[ag_random_below(random, learned)];
      learned += N;
    }
  }
}

ag_status ag_drift_simulate_diversity(ag_drift_reading reading, size_t items, size_t generations,
                                      const ag_drift_options *options, ag_drift_estimate *diversity,
                                      ag_error *error)
{
  ag_status status = check_size(items, generations, error);
  if (status)
    return status;
  copying context = {reading, items, generations};
  size_t kept = reading == AG_DRIFT_REPLACE || generations < 2 ? 2 : generations;
  ag_experiment what = {play_copying, &context, (kept + 1) * items * sizeof(uint32_t),
                        generations + 1};
  return ag_replicates_play(&what, options, diversity, error);
}

/* --- a Gaussian refitted --- */

/* The sum of `freedom` squared standard normals: pairs are exponential, and so
 * minus the logarithm of a product of uniforms, taken before it gets too small. */
static double chi_squared(ag_random *random, size_t freedom)
{
  enum { FACTORS = 16 };
  double sum = 0;
  for (size_t pairs = freedom / 2; pairs > 0;) {
    double product = 1;
    size_t factors = pairs < FACTORS ? pairs : FACTORS;
    for (size_t i = 0; i < factors; i++)
      product *= ag_random_uniform(random);
    sum -= 2 * log(product);
    pairs -= factors;
  }
  if (freedom % 2) {
    double normal = ag_random_normal(random);
    sum += normal * normal;
  }
  return sum;
}

/* Values: the variances of generations 0 ... t, then the squared distances of
 * the mean from where it began. */
static void play_refitting(const void *context, ag_random *random, void *room, double *value)
{
  (void)room;
  const copying *self = context;
  double N = (double)self->items, learned = 0, mean = 0, variance = 1, squares = 0;
  double *wandering = value + self->generations + 1;
  value[0] = 1;
  wandering[0] = 0;
  for (size_t t = 1; t <= self->generations; t++) {
    double drawn_mean = mean + sqrt(variance / N) * ag_random_normal(random);
    double drawn_squares = variance * chi_squared(random, self->items - 1);
    if (self->reading == AG_DRIFT_REPLACE)
      learned = squares = 0;
    /* two samples' sums of squares join: the means' distance counts */
    double off = drawn_mean - mean, all = learned + N;
    squares += drawn_squares + (learned > 0 ? off * off * (learned * N / all) : 0);
    mean = learned > 0 ? mean + off * (N / all) : drawn_mean;
    learned = all;
    variance = squares / learned;
    value[t] = variance;
    wandering[t] = mean * mean;
  }
}

ag_status ag_drift_simulate_gaussian(ag_drift_reading reading, size_t items, size_t generations,
                                     const ag_drift_options *options, ag_drift_estimate *variance,
                                     ag_drift_estimate *wandering, ag_error *error)
{
  ag_status status = check_size(items, generations, error);
  if (status)
    return status;
  copying context = {reading, items, generations};
  size_t each = generations + 1;
  ag_drift_estimate *found = NULL;
  ag_experiment what = {play_refitting, &context, 0, 2 * each};
  status = ag_array_create(2 * each, sizeof *found, &found, error);
  if (!status)
    status = ag_replicates_play(&what, options, found, error);
  for (size_t t = 0; !status && t < each; t++) {
    variance[t] = found[t];
    wandering[t] = found[each + t];
  }
  free(found);
  return status;
}

/* --- regression --- */

enum { FEATURES_MOST = 64 };

typedef struct regression {
  ag_drift_reading reading;
  ag_drift_inputs inputs;
  size_t samples, features, generations;
} regression;

/* Solves A w = b for a positive definite A [d, d] (its lower half is read) by
 * Cholesky; factor [d, d] is worked in. w may be b. */
static void solve_normal(size_t d, const double *A, const double *b, double *factor, double *w)
{
  for (size_t i = 0; i < d; i++)
    for (size_t j = 0; j <= i; j++) {
      double rest = A[i * d + j];
      for (size_t k = 0; k < j; k++)
        rest -= factor[i * d + k] * factor[j * d + k];
      factor[i * d + j] = i == j ? sqrt(rest) : rest / factor[j * d + j];
    }
  for (size_t i = 0; i < d; i++) {
    double rest = b[i];
    for (size_t k = 0; k < i; k++)
      rest -= factor[i * d + k] * w[k];
    w[i] = rest / factor[i * d + i];
  }
  for (size_t i = d; i-- > 0;) {
    double rest = w[i];
    for (size_t k = i + 1; k < d; k++)
      rest -= factor[k * d + i] * w[k];
    w[i] = rest / factor[i * d + i];
  }
}

/* Adds one generation's samples, with values of the model w and noise, to
 * X'X and X'y; draws X [T, d] first where fresh. */
static void add_samples(const regression *self, bool fresh, const double *w, double *X, double *A,
                        double *b, ag_random *random)
{
  size_t d = self->features;
  for (size_t s = 0; s < self->samples; s++) {
    double *x = X + s * d, y = 0;
    for (size_t i = 0; i < d; i++) {
      if (fresh)
        x[i] = ag_random_normal(random);
      y += x[i] * w[i];
    }
    y += ag_random_normal(random);
    for (size_t i = 0; i < d; i++) {
      b[i] += x[i] * y;
      for (size_t j = 0; j <= i; j++)
        A[i * d + j] += x[i] * x[j];
    }
  }
}

/* Room: X [T, d], A and factor [d, d], b and w [d]. The truth is w = 0; the
 * error above the noise is then |w|^2. */
static void play_regression(const void *context, ag_random *random, void *room, double *value)
{
  const regression *self = context;
  size_t d = self->features;
  double *X = room, *A = X + self->samples * d, *factor = A + d * d, *b = factor + d * d,
         *w = b + d;
  for (size_t i = 0; i < d * d + 2 * d; i++)
    factor[i] = 0;
  value[0] = 0;
  for (size_t t = 1; t <= self->generations; t++) {
    bool forgets = t == 1 || self->reading == AG_DRIFT_REPLACE;
    for (size_t i = 0; forgets && i < d * d; i++)
      A[i] = 0;
    for (size_t i = 0; forgets && i < d; i++)
      b[i] = 0;
    add_samples(self, t == 1 || self->inputs == AG_DRIFT_NEW_INPUTS, w, X, A, b, random);
    solve_normal(d, A, b, factor, w);
    value[t] = 0;
    for (size_t i = 0; i < d; i++)
      value[t] += w[i] * w[i];
  }
}

ag_status ag_drift_simulate_regression(ag_drift_reading reading, ag_drift_inputs inputs,
                                       size_t samples, size_t features, size_t generations,
                                       const ag_drift_options *options, ag_drift_estimate *excess,
                                       ag_error *error)
{
  ag_status status = check_size(samples, generations, error);
  if (!status && (features < 1 || features > FEATURES_MOST || samples < features + 4))
    status = ag_fail(error, AG_ERROR_INPUT,
                     "a regression with %zu samples and %zu features; expected 1 to %d features "
                     "and at least 4 samples more",
                     samples, features, FEATURES_MOST);
  if (status)
    return status;
  regression context = {reading, inputs, samples, features, generations};
  size_t numbers = samples * features + 2 * features * (features + 1);
  ag_experiment what = {play_regression, &context, numbers * sizeof(double), generations + 1};
  return ag_replicates_play(&what, options, excess, error);
}

/* --- fixation --- */

typedef struct contest {
  size_t items, start, curators;
  ag_pool pool[AG_DRIFT_CURATORS_MOST];
  double utility[AG_DRIFT_CURATORS_MOST]; /* of the first type; the second's is 1 */
  const double *share;                    /* [items + 1] after curation; NULL: pools are drawn */
} contest;

/* Whether an item that has passed the first `stages` curators is of the first
 * type: the last of them chose it from a pool of items that passed the others. */
static bool draw_item(const contest *self, size_t stages, double share, ag_random *random)
{
  if (stages == 0)
    return ag_random_uniform(random) < share;
  double first = 0, second = 0;
  for (ag_pool k = 0; k < self->pool[stages - 1]; k++)
    if (draw_item(self, stages - 1, share, random))
      first += self->utility[stages - 1];
    else
      second += 1;
  return ag_random_uniform(random) * (first + second) < first;
}

static void play_contest(const void *context, ag_random *random, void *room, double *value)
{
  (void)room;
  const contest *self = context;
  size_t N = self->items, count = self->start, generations = 0;
  for (; count > 0 && count < N; generations++) {
    double share = self->share ? self->share[count] : (double)count / (double)N;
    count = 0;
    for (size_t i = 0; i < N; i++)
      count += draw_item(self, self->share ? 0 : self->curators, share, random);
  }
  value[0] = count == N;
  value[1] = (double)generations;
}

static bool pools_are_small(const ag_drift_curator *curator, size_t count)
{
  const ag_pool most = 16;
  ag_pool draws = 1;
  for (size_t c = 0; c < count; c++) {
    if (curator[c].pool == AG_POOL_INFINITE || curator[c].pool > most / draws)
      return false;
    draws *= curator[c].pool;
  }
  return true;
}

static ag_status find_shares(size_t items, const ag_drift_curator *curator, size_t count,
                             double **share, ag_error *error)
{
  ag_status status = ag_array_create(items + 1, sizeof **share, share, error);
  for (size_t i = 0; !status && i <= items; i++)
    status = ag_drift_curate(curator, count, (double)i / (double)items, &(*share)[i], error);
  return status;
}

ag_status ag_drift_simulate_fixation(size_t items, const ag_drift_curator *curator, size_t count,
                                     size_t start, const ag_drift_options *options,
                                     ag_drift_estimate *fixation, ag_drift_estimate *time,
                                     ag_error *error)
{
  contest context = {.items = items, .start = start, .curators = count};
  double *share = NULL;
  ag_drift_estimate found[2];
  ag_status status = ag_drift_check(items, curator, count, error);
  if (!status && start > items)
    status = ag_fail(error, AG_ERROR_INPUT, "%zu items of %zu are of the first type", start, items);
  if (status)
    return status;
  for (size_t c = 0; c < count; c++) {
    context.pool[c] = curator[c].pool;
    context.utility[c] = exp(curator[c].gap);
  }
  if (!pools_are_small(curator, count))
    status = find_shares(items, curator, count, &share, error);
  context.share = share;
  ag_experiment what = {play_contest, &context, 0, 2};
  if (!status)
    status = ag_replicates_play(&what, options, found, error);
  if (!status) {
    *fixation = found[0];
    *time = found[1];
  }
  free(share);
  return status;
}
