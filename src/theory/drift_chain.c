/* Two types, curators and chance: the exact Markov chain. */
#include "theory/drift_chain.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Both types' shares, each with its own relative accuracy. */
typedef struct two_shares {
  double first, second;
} two_shares;

static const double gap_most = 600; /* exp(gap) and its product with a pool are numbers */

ag_status ag_drift_check(size_t items, const ag_drift_curator *curator, size_t count,
                         ag_error *error)
{
  if (items < 1 || items > AG_DRIFT_ITEMS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "%zu items; expected 1 to %d", items,
                   AG_DRIFT_ITEMS_MOST);
  if (count > AG_DRIFT_CURATORS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "%zu curators; expected at most %d", count,
                   AG_DRIFT_CURATORS_MOST);
  for (size_t c = 0; c < count; c++) {
    if (!(fabs(curator[c].gap) <= gap_most))
      return ag_fail(error, AG_ERROR_INPUT, "a gap of %g temperatures; expected at most %g",
                     curator[c].gap, gap_most);
    if (curator[c].pool != AG_POOL_INFINITE && curator[c].pool < 2)
      return ag_fail(error, AG_ERROR_INPUT, "a pool of %lld; expected 2 or more, or infinity",
                     (long long)curator[c].pool);
  }
  return AG_OK;
}

/* --- one curator --- */

/* A walk over k ~ Binomial(count, first) from the mode outwards: terms relative
 * to the mode's, by their ratios, so that nothing cancels and no logarithm of a
 * factorial is needed. */
static size_t binomial_mode(size_t count, double first)
{
  size_t mode = (size_t)(((double)count + 1) * first);
  return mode < count ? mode : count;
}

static double ratio_up(size_t count, size_t k, two_shares share)
{
  return (double)(count - k) / (double)(k + 1) * (share.first / share.second);
}

static double ratio_down(size_t count, size_t k, two_shares share)
{
  return (double)k / (double)(count - k + 1) * (share.second / share.first);
}

typedef struct pool_sum {
  double all, first, second; /* terms; times the chance that the kept item is of a type */
} pool_sum;

static void add_pool(pool_sum *sum, double term, double k, double others, double rival)
{
  double weight = k + others * rival; /* rival: exp(-gap), the second type's utility */
  sum->all += term;
  sum->first += term * (k / weight);
  sum->second += term * (others * rival / weight);
}

/* E[k / (k + (K - k) e^-gap)] over pools of K. Terms below 1e-300 of the
 * largest cannot matter: no kept share outweighs that for gaps up to gap_most. */
static two_shares curate_pools(const ag_drift_curator *curator, two_shares share)
{
  const double least = 1e-300;
  size_t K = (size_t)curator->pool, mode = binomial_mode(K, share.first);
  double rival = exp(-curator->gap), term = 1;
  pool_sum sum = {0};
  for (size_t k = mode; k <= K && term > least; k++) {
    add_pool(&sum, term, (double)k, (double)(K - k), rival);
    term *= k < K ? ratio_up(K, k, share) : 0;
  }
  term = 1;
  for (size_t k = mode; k > 0; k--) {
    term *= ratio_down(K, k, share);
    if (!(term > least))
      break;
    add_pool(&sum, term, (double)(k - 1), (double)(K - k + 1), rival);
  }
  return (two_shares){sum.first / sum.all, sum.second / sum.all};
}

/* The library's weights, whose cost does not grow with the pool. */
static ag_status curate_large(const ag_drift_curator *curator, two_shares share, two_shares *after,
                              ag_error *error)
{
  const double log_mass[2] = {log(share.first), log(share.second)}, reward[2] = {curator->gap, 0};
  double log_weight[2];
  ag_status status = ag_weights(2, log_mass, reward, curator->pool, 1, log_weight, error);
  if (!status)
    *after = (two_shares){exp(log_mass[0] + log_weight[0]), exp(log_mass[1] + log_weight[1])};
  return status;
}

static ag_status curate(const ag_drift_curator *curator, two_shares share, two_shares *after,
                        ag_error *error)
{
  const ag_pool pool_most = 1000000;
  ag_status status = AG_OK;
  if (share.first == 0 || share.second == 0) {
    *after = share;
  } else if (curator->pool == AG_POOL_INFINITE) {
    double rival = share.second * exp(-curator->gap), total = share.first + rival;
    *after = (two_shares){share.first / total, rival / total};
  } else if (curator->pool <= pool_most) {
    *after = curate_pools(curator, share);
  } else {
    status = curate_large(curator, share, after, error);
  }
  return status;
}

/* The shares after the curators, of curators that have been checked. */
static ag_status shares_after(const ag_drift_curator *curator, size_t count, two_shares before,
                              two_shares *after, ag_error *error)
{
  ag_status status = AG_OK;
  two_shares share = before;
  for (size_t c = 0; !status && c < count; c++)
    status = curate(&curator[c], share, &share, error);
  if (!status)
    *after = share;
  return status;
}

ag_status ag_drift_curate(const ag_drift_curator *curator, size_t count, double share,
                          double *after, ag_error *error)
{
  ag_status status = ag_drift_check(1, curator, count, error);
  if (!status && !(share >= 0 && share <= 1))
    status = ag_fail(error, AG_ERROR_INPUT, "a share of %g; expected 0 to 1", share);
  two_shares shares;
  if (!status)
    status = shares_after(curator, count, (two_shares){share, 1 - share}, &shares, error);
  if (!status)
    *after = shares.first;
  return status;
}

/* --- the chain --- */

/* row [N + 1]: the probabilities of 0 ... N items of the first type. */
static void fill_row(size_t N, two_shares share, double *row)
{
  size_t mode = binomial_mode(N, share.first);
  double total = 0;
  row[mode] = 1;
  for (size_t k = mode; k < N; k++)
    row[k + 1] = row[k] * ratio_up(N, k, share);
  for (size_t k = mode; k > 0; k--)
    row[k - 1] = row[k] * ratio_down(N, k, share);
  for (size_t k = 0; k <= N; k++)
    total += row[k];
  for (size_t k = 0; k <= N; k++)
    row[k] /= total;
}

/* rows [N - 1, N + 1]: from states 1 ... N - 1 to states 0 ... N. */
static ag_status fill_rows(size_t N, const ag_drift_curator *curator, size_t count, double *rows,
                           ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 1; !status && i < N; i++) {
    two_shares share = {(double)i / (double)N, (double)(N - i) / (double)N};
    status = shares_after(curator, count, share, &share, error);
    if (!status)
      fill_row(N, share, rows + (i - 1) * (N + 1));
  }
  return status;
}

/* Takes the states N - 1, N - 2, … out of the chain, one by one: what enters a
 * state that is out goes on to where it leads next. Only positive numbers are
 * added and multiplied, so that nothing cancels (Grassmann, Taksar and Heyman,
 * Operations Research 33, 1985), and no pivoting is needed: the same bits on
 * any machine, which LAPACK with threads does not give. Afterwards row i leads
 * to 0 ... i - 1 and N only; time [N + 1]: generations on the way there. */
static void eliminate(size_t N, double *rows, double *time)
{
  for (size_t k = N - 1; k > 0; k--) {
    double *from = rows + (k - 1) * (N + 1), leaves = from[N];
    for (size_t j = 0; j < k; j++)
      leaves += from[j];
    for (size_t j = 0; j < k; j++)
      from[j] /= leaves;
    from[N] /= leaves;
    time[k] /= leaves;
    for (size_t i = 1; i < k; i++) {
      double *row = rows + (i - 1) * (N + 1), enters = row[k];
      for (size_t j = 0; j < k; j++)
        row[j] += enters * from[j];
      row[N] += enters * from[N];
      time[i] += enters * time[k];
    }
  }
}

static void substitute(size_t N, const double *rows, double *fixation, double *time)
{
  for (size_t k = 1; k < N; k++) {
    const double *row = rows + (k - 1) * (N + 1);
    double wins = row[N], lasts = time[k];
    for (size_t j = 1; j < k; j++) {
      wins += row[j] * fixation[j];
      lasts += row[j] * time[j];
    }
    fixation[k] = wins;
    time[k] = lasts;
  }
}

ag_status ag_drift_chain_solve(size_t items, const ag_drift_curator *curator, size_t count,
                               ag_drift_chain **out, ag_error *error)
{
  double *rows = NULL;
  ag_status status = ag_drift_check(items, curator, count, error);
  if (status)
    return status;
  ag_drift_chain *chain = calloc(1, sizeof *chain);
  if (!chain)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a chain");
  chain->items = items;
  status = ag_array_create(items + 1, sizeof(double), &chain->fixation, error);
  if (!status)
    status = ag_array_create(items + 1, sizeof(double), &chain->time, error);
  if (!status)
    status = ag_array_create((items - 1) * (items + 1), sizeof *rows, &rows, error);
  if (!status)
    status = fill_rows(items, curator, count, rows, error);
  if (!status) {
    chain->fixation[0] = chain->time[0] = chain->time[items] = 0;
    chain->fixation[items] = 1;
    for (size_t i = 1; i < items; i++)
      chain->time[i] = 1;
    eliminate(items, rows, chain->time);
    substitute(items, rows, chain->fixation, chain->time);
    *out = chain;
  } else {
    ag_drift_chain_free(chain);
  }
  free(rows);
  return status;
}

void ag_drift_chain_free(ag_drift_chain *chain)
{
  if (!chain)
    return;
  free(chain->fixation);
  free(chain->time);
  free(chain);
}
