/* Weighted draws without replacement. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "curation/kernel.h"
#include "curation/select_softmax.h"

/* Draws are repeated until they are new, which is the same as to draw from the rest.
 * Once so many were in vain that a sum over all candidates is as cheap, the weights
 * of those taken go. Stops when keep are chosen; or, since weights may fall off so
 * steeply that almost every draw is in vain, after SUMS_MOST sums, or when the weights
 * left are so small that those below exp's range would count. Where it stops depends
 * on what is drawn already, not on what comes. Returns how many are chosen. */
static size_t draw_new(ag_lottery *lottery, ag_random random, size_t keep, unsigned char *taken,
                       uint32_t *chosen)
{
  enum { UNIFORMS = 128, VAIN = 16, CANDIDATES_A_DRAW = 64, SUMS_MOST = 8 };
  double uniform[UNIFORMS];
  size_t got = 0, used = UNIFORMS, gone = 0;
  for (int sums = 0; sums < SUMS_MOST; sums++) {
    for (; gone < got; gone++)
      lottery->weight[chosen[gone]] = 0;
    if (sums > 0 && !(ag_lottery_sum(lottery) > 1e-250))
      break;
    size_t vain = 0, vain_most = VAIN + lottery->count / CANDIDATES_A_DRAW;
    while (got < keep && vain < vain_most) {
      if (used == UNIFORMS) {
        ag_random_uniforms(&random, UNIFORMS, uniform);
        used = 0;
      }
      size_t i = ag_lottery_draw(lottery, uniform[used++]);
      vain += taken[i];
      chosen[got] = (uint32_t)i;
      got += !taken[i];
      taken[i] = 1;
    }
    if (got == keep)
      break;
  }
  return got;
}

/* time[i] = log weight + a Gumbel number, -INFINITY for what is taken: the largest is
 * candidate i with probability in proportion to its weight, the next likewise among
 * the rest, and so on; in log space, where no weight vanishes. */
static void draw_gumbel(const double *utility, size_t n, const ag_random_key *key, size_t block,
                        const unsigned char *taken, double *time)
{
  const ag_kernels *kernels = ag_kernels_get();
  ag_kernel_run run = {.count = n, .log_mass = utility};
  kernels->run(&run);
  size_t blocks = (n + AG_RANDOM_BLOCK - 1) / AG_RANDOM_BLOCK;
#pragma omp parallel for schedule(static) if (n > AG_THREADS_PAY)
  for (size_t b = 0; b < blocks; b++) {
    size_t begin = b * AG_RANDOM_BLOCK, count = n - begin;
    count = count < AG_RANDOM_BLOCK ? count : AG_RANDOM_BLOCK;
    double *x = time + begin;
    ag_random random = ag_select_random(key, block + b);
    ag_random_uniforms(&random, count, x);
    kernels->log(count, x, x);
    for (size_t i = 0; i < count; i++)
      x[i] = -x[i] > 0x1p-54 ? -x[i] : 0x1p-54; /* the uniform number one */
    kernels->log(count, x, x);
    for (size_t i = 0; i < count; i++)
      x[i] = taken[begin + i] ? -INFINITY : utility[begin + i] - run.most - x[i];
  }
}

typedef struct arrival {
  double time;
  uint32_t index;
} arrival;

static int latest_first(const void *a, const void *b)
{
  const arrival *x = a, *y = b;
  if (x->time != y->time)
    return x->time < y->time ? 1 : -1;
  return x->index < y->index ? -1 : 1;
}

/* Chooses keep more, none of them taken. */
static ag_status choose_rest(ag_selector *selector, const ag_candidates *candidates, size_t keep,
                             const ag_random_key *key, const unsigned char *taken, uint32_t *chosen,
                             ag_error *error)
{
  size_t n = candidates->count;
  double *time;
  union {
    double *number;
    arrival *arrival;
  } work;
  ag_status status = ag_selector_room(selector, AG_ROOM_VALUE, n, sizeof *time, &time, error);
  if (!status)
    status =
        ag_selector_room(selector, AG_ROOM_WORK, n, sizeof *work.arrival, &work.arrival, error);
  if (status)
    return status;
  ag_random lots = ag_select_random(key, UINT32_MAX);
  draw_gumbel(candidates->utility, n, key, 1, taken, time);
  ag_choose_largest(time, n, keep, work.number, &lots, chosen);
  for (size_t i = 0; i < keep; i++)
    work.arrival[i] = (arrival){time[chosen[i]], chosen[i]};
  qsort(work.arrival, keep, sizeof *work.arrival, latest_first);
  for (size_t i = 0; i < keep; i++)
    chosen[i] = work.arrival[i].index;
  return AG_OK;
}

ag_status ag_softmax_draw(ag_selector *selector, const ag_candidates *candidates, size_t keep,
                          size_t by_lottery, const ag_random_key *key, uint32_t *chosen,
                          ag_error *error)
{
  unsigned char *taken;
  size_t n = candidates->count, got = 0;
  ag_status status = ag_selector_room(selector, AG_ROOM_MARK, n, 1, &taken, error);
  if (status)
    return status;
  memset(taken, 0, n);
  if (by_lottery > 0) {
    ag_lottery lottery;
    status = ag_lottery_create(selector, n, &lottery, error);
    if (status)
      return status;
    ag_lottery_fill(&lottery, candidates->utility);
    got = draw_new(&lottery, ag_select_random(key, 0), by_lottery, taken, chosen);
  }
  if (got < keep)
    status = choose_rest(selector, candidates, keep - got, key, taken, chosen + got, error);
  return status;
}

static ag_status select_softmax(ag_selector *selector, const ag_candidates *candidates,
                                ag_pool pool, size_t keep, const ag_random_key *key,
                                uint32_t *chosen, ag_error *error)
{
  (void)pool;
  size_t by_lottery = keep <= candidates->count / 2 ? keep : 0;
  return ag_softmax_draw(selector, candidates, keep, by_lottery, key, chosen, error);
}

const ag_selection_type ag_selection_softmax = {
    .name = "softmax",
    .example = "samples: {selection: softmax}",
    .summary = "one after another without replacement, each time with probability in proportion to "
               "exp(r/tau) among the candidates left (Plackett–Luce)",
    .select = select_softmax};
