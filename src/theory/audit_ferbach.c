/* Two statements of Ferbach et al. (arXiv 2407.09499) on one curation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/weights.h>

#include "base/memory.h"
#include "game/play.h"
#include "theory/audit.h"

enum { STEPS = 30 };

typedef struct moments {
  double mean, square; /* of u / u_max under p */
} moments;

static moments take_moments(size_t n, const double *log_mass, const double *x, double top)
{
  moments found = {0, 0};
  double total = 0;
  for (size_t i = 0; i < n; i++) {
    double p = exp(log_mass[i]), u = exp(x[i] - top);
    total += p;
    found.mean += p * u;
    found.square += p * u * u;
  }
  found.mean /= total;
  found.square /= total;
  return found;
}

/* E u after one curation less the bound, in units of u_max; curates log_mass. */
static ag_status step_margin(size_t n, double *log_mass, const double *reward, ag_pool pool,
                             double temperature, double *work, double *margin, ag_error *error)
{
  double *x = work, *weight = work + n, top = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    x[i] = reward[i] / temperature;
    top = fmax(top, x[i]);
  }
  moments before = take_moments(n, log_mass, x, top);
  ag_status status = ag_weights(n, log_mass, reward, pool, temperature, weight, error);
  if (status)
    return status;
  double largest = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    log_mass[i] += weight[i];
    largest = fmax(largest, log_mass[i]);
  }
  for (size_t i = 0; i < n; i++)
    log_mass[i] -= largest;
  moments after = take_moments(n, log_mass, x, top);
  double share = pool == AG_POOL_INFINITE ? 1 : ((double)pool - 1) / (double)pool;
  double bound = before.mean + share * (before.square - before.mean * before.mean);
  *margin = fmin(*margin, after.mean - bound);
  return AG_OK;
}

ag_status ag_audit_variance(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  const ag_game_spec *spec = &one->numbers.spec;
  const ag_loop *loop = &one->game->loop;
  size_t n = spec->count, steps = 0;
  double *work = NULL, margin = INFINITY;
  ag_status status = ag_array_create(3 * n, sizeof *work, &work, error);
  if (status)
    return status;
  memcpy(work + 2 * n, one->numbers.log_mass, n * sizeof *work);
  for (size_t t = 0; !status && t < STEPS; t++)
    for (size_t s = 0; !status && s < loop->stage_count; s++, steps++) {
      const ag_curator *curator = &one->game->curator[loop->stage[s].curator];
      if (loop->stage[s].acts)
        status = step_margin(n, work + 2 * n, spec->reward[loop->stage[s].curator], curator->pool,
                             curator->temperature, work, &margin, error);
    }
  free(work);
  if (status)
    return status;
  ag_claim_add(claim, "curations checked", (double)steps);
  ag_claim_add(claim, "smallest margin / max e^r", margin);
  /* rounding of means of numbers up to 1 */
  ag_claim_say(claim, margin >= -1e-12 ? AG_VERDICT_HOLDS : AG_VERDICT_FAILS,
               "E e^r grows by at least (K-1)/K Var(e^r) / max e^r in each of %zu curations.",
               steps);
  return AG_OK;
}

ag_status ag_audit_divergence(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  const ag_game *game = one->game;
  const ag_curator *curator = &game->curator[one->owner];
  double alpha = ag_loop_real_share(&game->loop), lambda = alpha > 0 ? (1 - alpha) / alpha : INFINITY;
  double pool = curator->pool == AG_POOL_INFINITE ? INFINITY : (double)curator->pool;
  bool one_and_real = game->loop.step_count == 2 && game->loop.stage_count == 1 &&
                      game->loop.step[1].type == ag_step_find("real");
  if (!one_and_real || game->curator[one->owner].prefers || !(lambda * (pool - 1) < 1)) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the bound needs one curator and a share of real data with (1 - a) / a < "
                 "1 / (K - 1).");
    return AG_OK;
  }
  ag_game_numbers numbers;
  ag_play *play = NULL;
  ag_game *small = NULL;
  double *log_mass = NULL, most = 0, bound = -log1p(-lambda * (pool - 1));
  ag_status status = ag_classes_numbers(one->classes, &numbers, error);
  if (status)
    return status;
  size_t n = numbers.spec.count;
  status = ag_array_create(n, sizeof *log_mass, &log_mass, error);
  if (!status)
    status = ag_game_make(&numbers.spec, &small, error);
  if (!status)
    status = ag_play_create(small, &play, error);
  for (size_t t = 0; !status && t < 200; t++) {
    double divergence = 0;
    status = ag_play_step(play, error);
    ag_play_log_mass(play, log_mass);
    for (size_t i = 0; i < n; i++)
      divergence += exp(log_mass[i]) * (log_mass[i] - numbers.log_mass[i]);
    most = fmax(most, divergence);
  }
  ag_play_free(play);
  ag_game_free(small);
  free(log_mass);
  ag_game_numbers_free(&numbers);
  if (status)
    return status;
  ag_claim_add(claim, "largest divergence", most);
  ag_claim_add(claim, "bound", bound);
  ag_claim_say(claim, most <= bound + 1e-12 ? AG_VERDICT_HOLDS : AG_VERDICT_FAILS,
               "KL(p_t || p_0) stays below -log(1 - lambda (K - 1)) for 200 generations.");
  return AG_OK;
}
