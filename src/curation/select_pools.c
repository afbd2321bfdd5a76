/* Winners of independent pools: the definition of curation. */
#include "curation/select_pools.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "curation/kernel.h"
#include "population/layout.h"

ag_status ag_pools_literal(const ag_candidates *candidates, ag_pool pool, size_t keep,
                           const ag_random_key *key, uint32_t *chosen)
{
  assert(pool != AG_POOL_INFINITE);
  ag_hold_pools(candidates, NULL, keep, (size_t)pool, key, 0, chosen);
  return AG_OK;
}

/* log of the law of a winner, up to a constant. *log_law: the lottery's weights, or
 * the utilities themselves, of which the infinite pool is a softmax. */
static ag_status exact_law(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                           double *weight, const double **log_law, ag_error *error)
{
  size_t n = candidates->count;
  double *zero;
  *log_law = candidates->utility;
  if (pool == AG_POOL_INFINITE)
    return AG_OK;
  ag_status status = ag_selector_room(selector, AG_ROOM_VALUE, n, sizeof *zero, &zero, error);
  if (status)
    return status;
  memset(zero, 0, n * sizeof *zero);
  *log_law = weight;
  return ag_weights(n, zero, candidates->utility, pool, 1, weight, error);
}

ag_status ag_pools_exact(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                         size_t keep, const ag_random_key *key, uint32_t *chosen, ag_error *error)
{
  ag_lottery lottery;
  const double *log_law;
  ag_status status = ag_lottery_create(selector, candidates->count, &lottery, error);
  if (!status)
    status = exact_law(selector, candidates, pool, lottery.weight, &log_law, error);
  if (status)
    return status;
  ag_lottery_fill(&lottery, log_law);
  size_t blocks = (keep + AG_RANDOM_BLOCK - 1) / AG_RANDOM_BLOCK;
#pragma omp parallel for schedule(static) if (keep > AG_THREADS_PAY)
  for (size_t b = 0; b < blocks; b++) {
    double uniform[AG_RANDOM_BLOCK];
    size_t begin = b * AG_RANDOM_BLOCK, count = keep - begin;
    count = count < AG_RANDOM_BLOCK ? count : AG_RANDOM_BLOCK;
    ag_random random = ag_select_random(key, b);
    ag_random_uniforms(&random, count, uniform);
    for (size_t i = 0; i < count; i++)
      chosen[begin + i] = (uint32_t)ag_lottery_draw(&lottery, uniform[i]);
  }
  return AG_OK;
}

/* Nanoseconds on one core of a 2.1 GHz Xeon (Sapphire Rapids), from the lines
 * "literal" and "exact" of bench/selection: the time of one at several keep K, and of
 * the other at several N, spans and keep, divided. The tables of the weights' cells
 * leave the processor's caches after some thousand cells. */
#define MEMBER_COST 4.0
#define WEIGHTS_COST 50e3
#define CANDIDATE_COST 40.0
#define WINNER_COST 20.0
#define CELL_COST 1000.0
#define FAR_CELL_COST 14000.0
#define NEAR_CELLS 4096.0

bool ag_pools_literal_pays(size_t count, double span, ag_pool pool, size_t keep)
{
  double n = (double)count, winners = (double)keep;
  double cells = fmin(n, span / AG_CELL_WIDTH + 1), far = fmax(0, cells - NEAR_CELLS);
  double exact = WEIGHTS_COST + CANDIDATE_COST * n + WINNER_COST * winners + CELL_COST * cells +
                 FAR_CELL_COST * far;
  return MEMBER_COST * winners * (double)pool < exact;
}

static double utility_span(const ag_candidates *candidates)
{
  double low = candidates->utility[0], high = low;
  for (size_t i = 0; i < candidates->count; i++) {
    double u = candidates->utility[i];
    low = u < low ? u : low;
    high = u > high ? u : high;
  }
  return high - low;
}

static ag_status select_pools(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                              size_t keep, const ag_random_key *key, uint32_t *chosen,
                              ag_error *error)
{
  bool literal = candidates->prefers != NULL;
  if (!literal && pool != AG_POOL_INFINITE)
    literal = ag_pools_literal_pays(candidates->count, 0, pool, keep) ||
              ag_pools_literal_pays(candidates->count, utility_span(candidates), pool, keep);
  return literal ? ag_pools_literal(candidates, pool, keep, key, chosen)
                 : ag_pools_exact(selector, candidates, pool, keep, key, chosen, error);
}

const ag_selection_type ag_selection_pools = {
    .name = "pools",
    .example = "samples: {selection: pools}",
    .summary =
        "one Bradley–Terry winner from each of many independent pools of K: independent draws "
        "from p H_K (Definition 1 of arXiv 2511.12804)",
    .with_replacement = true,
    .uses_pool = true,
    .takes_preferences = true,
    .select = select_pools};
