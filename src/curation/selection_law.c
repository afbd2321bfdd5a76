/* What each selection rule keeps of endlessly many candidates, as a law. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/weights.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "base/status.h"

typedef struct law_game {
  size_t n;
  const double *mass, *reward; /* [n]; the masses add up to one */
  ag_pool pool;
  double temperature;
  double each; /* candidates for one that is kept, at least 1 */
} law_game;

/* --- winners of pools and groups --- */

/* kept += part p H_K. */
static ag_status add_winners(const law_game *game, ag_pool pool, double part, double *kept,
                             ag_error *error)
{
  double *log_mass = NULL, *log_weight = NULL;
  ag_status status = ag_array_create(game->n, sizeof *log_mass, &log_mass, error);
  if (status == AG_OK)
    status = ag_array_create(game->n, sizeof *log_weight, &log_weight, error);
  for (size_t i = 0; i < game->n && status == AG_OK; i++)
    log_mass[i] = log(game->mass[i]);
  if (status == AG_OK)
    status =
        ag_weights(game->n, log_mass, game->reward, pool, game->temperature, log_weight, error);
  for (size_t i = 0; i < game->n && status == AG_OK; i++)
    if (game->mass[i] > 0)
      kept[i] += part * game->mass[i] * exp(log_weight[i]);
  free(log_mass);
  free(log_weight);
  return status;
}

static ag_status law_of_pools(const law_game *game, double *kept, ag_error *error)
{
  return add_winners(game, game->pool, 1, kept, error);
}

/* Groups of two neighbouring sizes, as many of each as there must be; whoever is alone in
 * a group is kept. */
static ag_status law_of_groups(const law_game *game, double *kept, ag_error *error)
{
  double size = floor(game->each), larger = game->each - size;
  ag_status status = AG_OK;
  if (size > 1)
    status = add_winners(game, (ag_pool)size, 1 - larger, kept, error);
  for (size_t i = 0; i < game->n && size <= 1; i++)
    kept[i] += (1 - larger) * game->mass[i];
  if (status == AG_OK && larger > 0)
    status = add_winners(game, (ag_pool)size + 1, larger, kept, error);
  return status;
}

/* --- draws without replacement --- */

/* The share of the candidates that has been drawn at time exp(log_time), where every
 * candidate's clock rings at the rate of its weight; kept [n] if not NULL. */
static double drawn_by(const law_game *game, double best, double log_time, double *kept)
{
  ag_sum total = {0};
  for (size_t i = 0; i < game->n; i++) {
    if (game->mass[i] == 0)
      continue;
    double log_rate = (game->reward[i] - best) / game->temperature;
    double part = game->mass[i] * -expm1(-exp(log_time + log_rate));
    ag_sum_add(&total, part);
    if (kept)
      kept[i] = part;
  }
  return ag_sum_value(&total);
}

/* One after another without replacement is the order in which exponential clocks ring; of
 * endlessly many the share 1/each has rung at a time that is certain. */
static ag_status law_of_softmax(const law_game *game, double *kept, ag_error *error)
{
  (void)error;
  double share = 1 / game->each, best = -INFINITY, worst = INFINITY;
  for (size_t i = 0; i < game->n; i++)
    if (game->mass[i] > 0) {
      best = fmax(best, game->reward[i]);
      worst = fmin(worst, game->reward[i]);
    }
  /* 1 - exp(-s u) <= s gives the low end; at the high one all clocks have rung */
  double low = log(share), high = (best - worst) / game->temperature + 8;
  while (high - low > 1e-15 * fmax(1, fabs(low) + fabs(high))) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high)
      break;
    *(drawn_by(game, best, middle, NULL) < share ? &low : &high) = middle;
  }
  drawn_by(game, best, high, kept);
  return AG_OK;
}

/* --- the largest rewards --- */

/* The part of the candidates whose reward is `reward`, and of those above it. */
static void weigh(const law_game *game, double reward, double *above, double *equal)
{
  ag_sum more = {0}, same = {0};
  for (size_t i = 0; i < game->n; i++)
    if (game->reward[i] >= reward)
      ag_sum_add(game->reward[i] > reward ? &more : &same, game->mass[i]);
  *above = ag_sum_value(&more);
  *equal = ag_sum_value(&same);
}

static ag_status law_of_top(const law_game *game, double *kept, ag_error *error)
{
  (void)error;
  double share = 1 / game->each;
  for (size_t i = 0; i < game->n; i++) {
    double above, equal;
    if (game->mass[i] == 0)
      continue;
    weigh(game, game->reward[i], &above, &equal);
    kept[i] = game->mass[i] * fmin(1, fmax(0, share - above) / equal);
  }
  return AG_OK;
}

/* --- all of them --- */

static ag_status check(const law_game *game, const char *rule, ag_error *error)
{
  ag_sum total = {0};
  bool sound = game->n > 0 && game->temperature > 0;
  for (size_t i = 0; i < game->n; i++) {
    ag_sum_add(&total, game->mass[i]);
    sound &= game->mass[i] >= 0 && (game->mass[i] == 0 || isfinite(game->reward[i]));
  }
  if (!sound || !(fabs(ag_sum_value(&total) - 1) < 1e-9))
    return ag_fail(error, AG_ERROR_INPUT,
                   "expected masses that add up to 1, finite rewards, and a temperature above 0");
  bool pools = strcmp(rule, "pools") == 0; /* may keep an item more than once */
  if (!pools && (!(game->each >= 1) || game->each > 1e15))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the rule `%s` cannot keep one of %g candidates; expected at least 1", rule,
                   game->each);
  return AG_OK;
}

ag_status ag_selection_law(const char *rule, size_t n, const double *mass, const double *reward,
                           ag_pool pool, double temperature, double candidates_each, double *kept,
                           ag_error *error)
{
  static const struct {
    const char *name;
    ag_status (*law)(const law_game *game, double *kept, ag_error *error);
  } rules[] = {{"pools", law_of_pools},
               {"groups", law_of_groups},
               {"softmax", law_of_softmax},
               {"top", law_of_top}};
  enum { RULES = sizeof rules / sizeof *rules };
  const law_game game = {n, mass, reward, pool, temperature, candidates_each};
  double *made = NULL;
  size_t r = 0;
  while (r < RULES && strcmp(rules[r].name, rule) != 0)
    r++;
  if (r == RULES)
    return ag_fail(error, AG_ERROR_INPUT, "unknown selection rule `%s`", rule);
  ag_status status = check(&game, rule, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  memset(made, 0, n * sizeof *made);
  status = rules[r].law(&game, made, error);
  double total = ag_array_sum(made, n);
  for (size_t i = 0; i < n && status == AG_OK; i++)
    kept[i] = made[i] / total;
  free(made);
  return status;
}
