/* What must hold of every curation (docs/theory.md, "Facts about H"), and of
 * every step. */
#include "tests/check.h"
#include "tests/game_text.h"

enum { MOST = 400 };

typedef struct sample {
  size_t n;
  double log_mass[MOST], reward[MOST], log_weight[MOST];
  ag_pool pool;
} sample;

static sample draw_sample(ag_pool pool, double span)
{
  sample s = {.n = 1 + (size_t)(MOST * draw_uniform()), .pool = pool};
  for (size_t i = 0; i < s.n; i++) {
    s.log_mass[i] = -6 * draw_uniform();
    s.reward[i] = span * draw_normal();
  }
  CHECK(ag_weights(s.n, s.log_mass, s.reward, pool, 1, s.log_weight, NULL) == AG_OK);
  return s;
}

static const ag_pool pools[] = {2, 3, 8, 100, 1000000, AG_POOL_INFINITE};
enum { POOLS = sizeof pools / sizeof *pools };

static void mean_weight_is_one(void)
{
  for (int k = 0; k < POOLS; k++)
    for (int round = 0; round < 20; round++) {
      sample s = draw_sample(pools[k], 0.5 + round);
      double total = 0, curated = 0;
      for (size_t i = 0; i < s.n; i++) {
        total += exp(s.log_mass[i]);
        curated += exp(s.log_mass[i] + s.log_weight[i]);
      }
      CHECK_NEAR(curated / total, 1, 1e-12);
    }
}

static void weight_grows_with_reward_only(void)
{
  for (int k = 0; k < POOLS; k++) {
    sample s = draw_sample(pools[k], 2);
    for (size_t i = 0; i < s.n; i++)
      for (size_t j = 0; j < s.n; j++)
        if (s.reward[i] - s.reward[j] > 1e-9)
          CHECK(s.log_weight[i] > s.log_weight[j] - 1e-12);
    double shifted[MOST], again[MOST];
    for (size_t i = 0; i < s.n; i++)
      shifted[i] = s.reward[i] + 12.25;
    CHECK(ag_weights(s.n, s.log_mass, shifted, s.pool, 1, again, NULL) == AG_OK);
    for (size_t i = 0; i < s.n; i++)
      CHECK_NEAR(again[i], s.log_weight[i], 1e-12 * fmax(1, fabs(again[i])));
  }
}

static void weight_lies_between_its_bounds(void)
{
  for (int k = 0; k < POOLS - 1; k++) {
    sample s = draw_sample(pools[k], 1.5);
    double most = -INFINITY, least = INFINITY, K = (double)pools[k];
    for (size_t i = 0; i < s.n; i++) {
      most = fmax(most, s.reward[i]);
      least = fmin(least, s.reward[i]);
    }
    for (size_t i = 0; i < s.n; i++) {
      double low = log(K / (1 + (K - 1) * exp(most - s.reward[i])));
      double high = log(K / (1 + (K - 1) * exp(least - s.reward[i])));
      CHECK(s.log_weight[i] >= low - 1e-12 && s.log_weight[i] <= high + 1e-12);
    }
  }
}

static void no_choice_no_change(void)
{
  double log_mass[3] = {-1, -2, -3}, same[3] = {7, 7, 7}, weight[3];
  for (int k = 0; k < POOLS; k++) {
    CHECK(ag_weights(3, log_mass, same, pools[k], 0.3, weight, NULL) == AG_OK);
    for (int i = 0; i < 3; i++)
      CHECK_NEAR(weight[i], 0, 1e-14);
  }
}

/* K to infinity: the error of H_K against its limit falls like 1/K. */
static void large_pools_reach_the_limit(void)
{
  sample s = draw_sample(AG_POOL_INFINITE, 1);
  double before = INFINITY;
  for (ag_pool k = 1000; k <= 1000000000; k *= 1000) {
    double weight[MOST], worst = 0;
    CHECK(ag_weights(s.n, s.log_mass, s.reward, k, 1, weight, NULL) == AG_OK);
    for (size_t i = 0; i < s.n; i++)
      worst = fmax(worst, fabs(weight[i] - s.log_weight[i]));
    CHECK(worst < before / 500);
    before = worst;
  }
}

/* E_p~[f] = E_p[f] + Cov_p(H, f), for f = reward. */
static void price_identity(void)
{
  for (int k = 0; k < POOLS; k++) {
    sample s = draw_sample(pools[k], 1);
    double z = 0, f = 0, hf = 0, h = 0;
    for (size_t i = 0; i < s.n; i++) {
      double p = exp(s.log_mass[i]);
      z += p;
      f += p * s.reward[i];
      h += p * exp(s.log_weight[i]);
      hf += p * exp(s.log_weight[i]) * s.reward[i];
    }
    double covariance = hf / z - (h / z) * (f / z);
    CHECK_NEAR(hf / h, f / z + covariance, 1e-11);
  }
}

/* E e^r >= E e^r + (K-1)/K Var(e^r) / e^max (Ferbach et al., arXiv 2407.09499). */
static void reward_grows_by_at_least_the_variance(void)
{
  for (int k = 0; k < POOLS - 1; k++)
    for (int round = 0; round < 20; round++) {
      sample s = draw_sample(pools[k], 1);
      double z = 0, u = 0, uu = 0, after = 0, most = 0, K = (double)pools[k];
      for (size_t i = 0; i < s.n; i++) {
        double p = exp(s.log_mass[i]), e = exp(s.reward[i]);
        z += p;
        u += p * e;
        uu += p * e * e;
        after += p * exp(s.log_weight[i]) * e;
        most = fmax(most, e);
      }
      double variance = uu / z - (u / z) * (u / z);
      CHECK(after / z >= u / z + (K - 1) / K * variance / most - 1e-10 * most);
    }
}

/* Atoms with equal rewards keep their mass ratio for ever. */
static void equals_keep_their_ratio(void)
{
  static game_text text;
  double mass[4] = {1, 3, 2, 5}, owner[4] = {1, 1, 0, 2}, public_[4] = {4, 4, 5, 0}, end[4];
  text_two_curators(&text, mass, owner, public_, 4, 17, 4, "");
  ag_game *game = text_game(&text);
  play_to(game, 400, end);
  CHECK_NEAR(end[1] - end[0], log(3), 1e-12);
  ag_game_free(game);
}

/* KL(p_t || p_ref) <= -log(1 - lambda (K - 1)) for lambda < 1 / (K - 1), one
 * curator, p_0 = p_ref (Ferbach et al., arXiv 2407.09499). */
static void real_data_bounds_the_divergence(void)
{
  static game_text text;
  const int k = 3;
  const double lambda = 0.4; /* of curated to real data: alpha = 1 / (1 + lambda) */
  double mass[5] = {1, 1, 1, 1, 1}, reward[5] = {0, 1, 2, 3, 9};
  text.length = 0;
  text_add(&text, "generations: 80\nspace: {atoms: {");
  text_add_list(&text, "mass", mass, 5);
  text_add(&text, "}}\ncurators:\n");
  text_add_curator(&text, "owner", reward, 5, k, 1);
  text_add(&text, "loop: {real_share: %.17g}\nmetrics: [kl_initial]\n", 1 / (1 + lambda));
  ag_game *game = text_game(&text);
  ag_play *play = text_play(game);
  for (int t = 0; t < 80; t++) {
    CHECK(!ag_play_step(play, NULL));
    double kl = ag_play_metrics(play)[0];
    CHECK(kl > 0 && kl <= -log(1 - lambda * (k - 1)));
  }
  ag_play_free(play);
  ag_game_free(game);
}

/* K = infinity with real data: p = alpha p_ref Z / (Z - eta u), Z above eta u_max. */
static void fixed_point_with_real_data(void)
{
  static game_text text;
  const double alpha = 0.2, eta = 1 - alpha;
  double mass[4] = {1, 2, 3, 4}, reward[4] = {0, 1.5, 0.7, 2}, end[4];
  text.length = 0;
  text_add(&text, "space: {atoms: {");
  text_add_list(&text, "mass", mass, 4);
  text_add(&text, "}}\ncurators:\n");
  text_add_curator(&text, "owner", reward, 4, AG_POOL_INFINITE, 1);
  text_add(&text, "loop: {real_share: %g}\n", alpha);
  ag_game *game = text_game(&text);
  play_to(game, 600, end);
  double low = eta * exp(2), high = exp(2);
  for (int i = 0; i < 200; i++) {
    double z = (low + high) / 2, sum = 0;
    for (int j = 0; j < 4; j++)
      sum += alpha * mass[j] / 10 * exp(reward[j]) / (z - eta * exp(reward[j]));
    *(sum > 1 ? &low : &high) = z;
  }
  for (int j = 0; j < 4; j++)
    CHECK_NEAR(exp(end[j]), alpha * mass[j] / 10 * low / (low - eta * exp(reward[j])), 1e-12);
  ag_game_free(game);
}

/* Parallel curation at K = infinity climbs sum_i q_i log E_p e^{r_i}. */
static void parallel_curation_climbs_the_nash_product(void)
{
  static game_text text;
  double mass[5] = {1, 2, 1, 3, 1}, owner[5], public_[5], log_mass[5];
  for (int i = 0; i < 5; i++) {
    owner[i] = 2 * draw_uniform();
    public_[i] = 2 * draw_uniform();
  }
  text_two_curators(&text, mass, owner, public_, 5, AG_POOL_INFINITE, AG_POOL_INFINITE,
                    "reading: parallel");
  ag_game *game = text_game(&text);
  ag_play *play = text_play(game);
  double before = -INFINITY;
  for (int t = 0; t < 200; t++) {
    double o = 0, p = 0;
    ag_play_log_mass(play, log_mass);
    for (int i = 0; i < 5; i++) {
      o += exp(log_mass[i] + owner[i]);
      p += exp(log_mass[i] + public_[i]);
    }
    double product = 0.5 * log(o) + 0.5 * log(p);
    CHECK(product >= before - 1e-14);
    before = product;
    CHECK(!ag_play_step(play, NULL));
  }
  ag_play_free(play);
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(mean_weight_is_one);
  CHECK_RUN(weight_grows_with_reward_only);
  CHECK_RUN(weight_lies_between_its_bounds);
  CHECK_RUN(no_choice_no_change);
  CHECK_RUN(large_pools_reach_the_limit);
  CHECK_RUN(price_identity);
  CHECK_RUN(reward_grows_by_at_least_the_variance);
  CHECK_RUN(equals_keep_their_ratio);
  CHECK_RUN(real_data_bounds_the_divergence);
  CHECK_RUN(fixed_point_with_real_data);
  CHECK_RUN(parallel_curation_climbs_the_nash_product);
  return check_end();
}
