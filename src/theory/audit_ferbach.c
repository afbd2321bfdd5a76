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

/* x [n]: in temperatures below the best. */
static moments take_moments(size_t n, const double *log_mass, const double *x)
{
  moments found = {0, 0};
  double total = 0;
  for (size_t i = 0; i < n; i++) {
    double p = exp(log_mass[i]), u = exp(x[i]);
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
  double *x = work, *weight = work + n, best = -INFINITY;
  for (size_t i = 0; i < n; i++)
    best = fmax(best, reward[i]);
  for (size_t i = 0; i < n; i++)
    x[i] = (reward[i] - best) / temperature;
  moments before = take_moments(n, log_mass, x);
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
  moments after = take_moments(n, log_mass, x);
  double share = pool == AG_POOL_INFINITE ? 1 : ((double)pool - 1) / (double)pool;
  double bound = before.mean + share * (before.square - before.mean * before.mean);
  *margin = fmin(*margin, after.mean - bound);
  return AG_OK;
}

/* One curation by this curator from log_mass, which becomes what it keeps. */
static ag_status check_curation(const ag_audit_case *one, size_t c, size_t generation,
                                double *log_mass, double *work, double *margin, ag_error *error)
{
  const ag_curator *curator = &one->game->curator[c];
  return step_margin(one->numbers.spec.count, log_mass, one->numbers.reward[c],
                     ag_curator_pool_at(curator, generation),
                     ag_curator_temperature_at(curator, generation), work, margin, error);
}

/* The choices of one generation from p_t: those that are one after another each from what the one
 * before kept, those of a mixture all from what the mixture meets. work [4 n], of which the second
 * half: p_t, and room. */
static ag_status check_generation(const ag_audit_case *one, size_t generation, double *work,
                                  double *margin, size_t *checked, ag_error *error)
{
  const ag_loop *loop = &one->game->loop;
  size_t n = one->numbers.spec.count;
  double *now = work + 2 * n, *mixed = work + 3 * n;
  ag_status status = AG_OK;
  for (size_t s = 0; !status && s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    bool alone = step->curator_count == 1;
    for (size_t k = 0; !status && k < step->curator_count && !step->type->publishes; k++) {
      if (one->game->curator[step->curator[k]].prefers)
        continue;
      memcpy(mixed, now, n * sizeof *now);
      status = check_curation(one, step->curator[k], generation, alone ? now : mixed, work, margin,
                              error);
      ++*checked;
    }
  }
  return status;
}

/* Along the game's own play, with the masses of its classes. */
static ag_status check_play(const ag_audit_case *one, double *margin, size_t *checked,
                            ag_error *error)
{
  size_t n = one->numbers.spec.count;
  double *work = NULL;
  ag_game *game = NULL;
  ag_play *play = NULL;
  ag_status status = ag_array_create(4 * n, sizeof *work, &work, error);
  if (!status)
    status = ag_game_make(&one->numbers.spec, &game, error);
  if (!status)
    status = ag_play_create(game, &play, error);
  for (size_t t = 0; !status && t < STEPS; t++) {
    ag_play_log_mass(play, work + 2 * n);
    status = check_generation(one, t, work, margin, checked, error);
    if (!status)
      status = ag_play_step(play, error);
  }
  ag_play_free(play);
  ag_game_free(game);
  free(work);
  return status;
}

ag_status ag_audit_variance(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  double margin = INFINITY;
  size_t checked = 0;
  ag_status status = one->classes.count > 0 ? check_play(one, &margin, &checked, error) : AG_OK;
  if (status)
    return status;
  if (checked == 0) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the bound is about selection by a reward from a finite set of items.");
    return AG_OK;
  }
  ag_claim_add(claim, (double)checked, "curations checked");
  ag_claim_add(claim, margin, "smallest margin / max e^r");
  /* rounding of means of numbers up to 1 */
  ag_claim_say(claim, margin >= -1e-12 ? AG_VERDICT_HOLDS : AG_VERDICT_FAILS,
               "E e^r grows by at least (K-1)/K Var(e^r) / max e^r in each of %zu curations.",
               checked);
  return AG_OK;
}

/* The pool that the bound is about: of one curator, whose selection real data follow; 0: another
 * loop. */
static double bounded_pool(const ag_game *game)
{
  const ag_loop *loop = &game->loop;
  if (loop->step_count != 2 || loop->stage_count != 1 || game->moves || ag_loop_moves(loop) ||
      loop->step[1].type != ag_step_find("real") || loop->step[0].type != ag_step_find("curate"))
    return 0;
  ag_pool pool = game->curator[loop->stage[0].curator].pool;
  return pool == AG_POOL_INFINITE ? INFINITY : (double)pool;
}

/* The largest KL(p_t || p_0) of the game's play. */
static ag_status find_divergence(const ag_audit_case *one, double *most, ag_error *error)
{
  const double *initial = one->numbers.log_mass;
  size_t n = one->numbers.spec.count;
  ag_play *play = NULL;
  ag_game *small = NULL;
  double *log_mass = NULL;
  ag_status status = ag_array_create(n, sizeof *log_mass, &log_mass, error);
  if (!status)
    status = ag_game_make(&one->numbers.spec, &small, error);
  if (!status)
    status = ag_play_create(small, &play, error);
  for (size_t t = 0; !status && t < 200; t++) {
    double divergence = 0;
    status = ag_play_step(play, error);
    ag_play_log_mass(play, log_mass);
    for (size_t i = 0; i < n; i++)
      divergence += exp(log_mass[i]) * (log_mass[i] - initial[i]);
    *most = fmax(*most, divergence);
  }
  ag_play_free(play);
  ag_game_free(small);
  free(log_mass);
  return status;
}

ag_status ag_audit_divergence(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  double alpha = ag_loop_real_share(&one->game->loop), pool = bounded_pool(one->game);
  double lambda = alpha > 0 ? (1 - alpha) / alpha : INFINITY, most = 0;
  if (one->classes.count == 0 || pool == 0 || !(lambda * (pool - 1) < 1)) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the bound needs one curator and a share of real data with (1 - a) / a < "
                 "1 / (K - 1).");
    return AG_OK;
  }
  double bound = -log1p(-lambda * (pool - 1));
  ag_status status = find_divergence(one, &most, error);
  if (status)
    return status;
  ag_claim_add(claim, most, "largest divergence");
  ag_claim_add(claim, bound, "bound");
  ag_claim_say(claim, most <= bound + 1e-12 ? AG_VERDICT_HOLDS : AG_VERDICT_FAILS,
               "KL(p_t || p_0) stays below -log(1 - lambda (K - 1)) for 200 generations.");
  return AG_OK;
}
