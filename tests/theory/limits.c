/* Predicted ends against exact play. */
#include "tests/check.h"
#include "tests/game_text.h"

enum { MOST = 12 };

static ag_prediction *predict(const ag_game *game)
{
  ag_prediction *prediction = NULL;
  if (ag_predict(game, &prediction, NULL)) {
    printf("Bail out! no prediction\n");
    exit(1);
  }
  return prediction;
}

static double log_mass_of(const ag_item_set *set, const double *log_mass)
{
  double sum = 0;
  for (size_t i = 0; i < set->count; i++)
    sum += exp(log_mass[set->item[i]]);
  return log(sum);
}

/* Random games end at a predicted sink, at the predicted rate. */
static void every_game_ends_at_a_sink(void)
{
  static game_text text;
  size_t lock_in = 0, rates = 0, games = (size_t)random_games(300);
  for (size_t round = 0; round < games; round++) {
    size_t n = 3 + (size_t)(5 * draw_uniform());
    double mass[MOST], owner[MOST], public_[MOST], near[MOST], end[MOST];
    for (size_t i = 0; i < n; i++) {
      mass[i] = 0.05 + draw_uniform();
      owner[i] = 2 * draw_normal();
      public_[i] = 2 * draw_normal();
    }
    text_two_curators(&text, mass, owner, public_, n, 2 + (ag_pool)(38 * draw_uniform()),
                      2 + (ag_pool)(38 * draw_uniform()), "");
    ag_game *game = text_game(&text);
    ag_prediction *prediction = predict(game);
    size_t ended = 0;
    ag_play *play = text_play(game);
    while (ag_play_generation(play) < 2000)
      CHECK(!ag_play_step(play, NULL));
    ag_play_log_mass(play, near);
    CHECK(!ag_play_step(play, NULL));
    ag_play_log_mass(play, end);
    ag_play_free(play);
    for (size_t s = 0; s < prediction->sink_count; s++) {
      const ag_sink *sink = &prediction->sinks[s];
      CHECK(sink->log_lambda < 0);
      if (log_mass_of(&sink->items, end) < log(0.999))
        continue;
      ended++;
      /* the heaviest outsider's decay is lambda_max, once it is rare */
      double outside = -INFINITY, before = -INFINITY;
      for (size_t i = 0; i < n; i++)
        if (i != sink->items.item[0] && end[i] > outside) {
          outside = end[i];
          before = near[i];
        }
      if (outside < -30) {
        CHECK_NEAR(outside - before, sink->log_lambda, 1e-9);
        rates++;
      }
    }
    CHECK(prediction->sink_count >= 1);
    CHECK(ended == 1 || prediction->sinks[0].log_lambda > -0.01);
    lock_in += prediction->lock_in;
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
  printf("# %zu games: %zu with lock-in, %zu rates compared\n", games, lock_in, rates);
  CHECK(15 * lock_in > games && 3 * rates > 2 * games);
}

/* Theorem 1 and Corollary 2: perfect alignment ends at p_0 on A*. */
static void perfect_alignment_keeps_the_initial_ratios(void)
{
  static game_text text;
  double mass[4] = {1, 3, 2, 4}, owner[4] = {2, 2, 1, 0}, public_[4] = {5, 5, 1, 4}, end[4];
  text_two_curators(&text, mass, owner, public_, 4, 4, 30, "");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  play_to(game, 300, end);
  CHECK(prediction->regime == AG_REGIME_PERFECT);
  CHECK(prediction->paper_limit.count == 2);
  CHECK_NEAR(exp(end[0]), 0.25, 1e-12);
  CHECK_NEAR(exp(end[1]), 0.75, 1e-12);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

/* Theorem 3: partial alignment ends on the intersection. */
static void partial_alignment_ends_on_the_intersection(void)
{
  static game_text text;
  double mass[4] = {1, 3, 2, 4}, owner[4] = {2, 2, 1, 0}, public_[4] = {5, 1, 1, 5}, end[4];
  text_two_curators(&text, mass, owner, public_, 4, 4, 30, "");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  play_to(game, 300, end);
  CHECK(prediction->regime == AG_REGIME_PARTIAL);
  CHECK(prediction->paper_limit.count == 1 && prediction->paper_limit.item[0] == 0);
  CHECK_NEAR(end[0], 0, 1e-12);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

/* Theorem 4 fails: the game ends outside both optimal sets. */
static void a_compromise_defeats_theorem_4(void)
{
  static game_text text;
  static const ag_pool pools[] = {2, 8, 64};
  double mass[4] = {1, 1, 1, 1}, owner[4] = {3, 0, 2, 3}, public_[4] = {0, 3, 2, 0.5}, end[4];
  for (int k = 0; k < 3; k++) {
    text_two_curators(&text, mass, owner, public_, 4, pools[k], pools[k], "");
    ag_game *game = text_game(&text);
    ag_prediction *prediction = predict(game);
    play_to(game, 500, end);
    CHECK(prediction->regime == AG_REGIME_DISJOINT);
    CHECK(prediction->paper_limit.count == 1 && prediction->paper_limit.item[0] == 3);
    bool found = false; /* a pool of 2 makes the paper's atom a sink as well */
    for (size_t s = 0; s < prediction->sink_count; s++)
      found |= prediction->sinks[s].items.item[0] == 2;
    CHECK(found && (pools[k] == 2 || prediction->sink_count == 1));
    CHECK_NEAR(end[2], 0, 1e-9);
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
}

/* Who wins between (3, 0) and (0, 3) with this initial mass on the Owner's. */
static bool owner_wins(double mass_owner, const char *order)
{
  static game_text text;
  char loop[64];
  double mass[2] = {mass_owner, 1 - mass_owner}, owner[2] = {3, 0}, public_[2] = {0, 3}, end[2];
  snprintf(loop, sizeof loop, "order: %s", order);
  text_two_curators(&text, mass, owner, public_, 2, 8, 8, loop);
  ag_game *game = text_game(&text);
  play_to(game, 600, end);
  ag_game_free(game);
  return end[0] > end[1];
}

static double critical_mass(const char *order)
{
  double low = 0.01, high = 0.99;
  while (high - low > 1e-13)
    *(owner_wins((low + high) / 2, order) ? &high : &low) = (low + high) / 2;
  return low;
}

static void first_mover_shifts_the_boundary(void)
{
  /* by the definition's binomial sum in 40 digits; the two add up to one */
  CHECK_NEAR(critical_mass("[owner, public]"), 0.241557878495264, 1e-11);
  CHECK_NEAR(critical_mass("[public, owner]"), 0.758442121504736, 1e-11);
}

/* K = M = infinity: p_t is p_0 exp(t sum r / tau). */
static void infinite_pools_add_up(void)
{
  static game_text text;
  double mass[3] = {1, 2, 3}, owner[3] = {1, 0, 0.2}, public_[3] = {0, 0.5, 0.9}, end[3], want[3];
  text_two_curators(&text, mass, owner, public_, 3, AG_POOL_INFINITE, AG_POOL_INFINITE, "");
  ag_game *game = text_game(&text);
  play_to(game, 50, end);
  double total = 0;
  for (int i = 0; i < 3; i++)
    total += exp(want[i] = log(mass[i]) + 50 * (owner[i] + public_[i]));
  for (int i = 0; i < 3; i++)
    CHECK_NEAR(end[i], want[i] - log(total), 1e-11);
  ag_game_free(game);
}

/* Accumulation turns the exponential into the power t^-(1 - lambda). */
static void accumulation_follows_a_power_law(void)
{
  static game_text text;
  double mass[2] = {1, 1}, owner[2] = {1, 0}, public_[2] = {0.3, 0}, early[2], late[2];
  text_two_curators(&text, mass, owner, public_, 2, 3, 3, "reading: accumulate");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  double lambda = exp(prediction->sinks[0].log_lambda);
  play_to(game, 20000, early);
  play_to(game, 40000, late);
  double exponent = (late[1] - early[1]) / log(2);
  /* the correction at t = 2e4 is of the order of the outside mass, about 1 % */
  CHECK(exp(late[1]) < 0.02);
  CHECK_NEAR(exponent, -(1 - lambda), 0.01);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

/* h_3(a) = 3 e^a / (e^a + 2). */
static double growth_of_3(double a)
{
  return 3 * exp(a) / (exp(a) + 2);
}

/* With real data a rare y settles near alpha p(y) / (1 - (1 - alpha) lambda); the rest point has
 * the exact level. */
static void real_data_sets_a_floor(void)
{
  static game_text text;
  const double alpha = 1e-6, lambda = growth_of_3(-1) * growth_of_3(-0.3);
  double mass[2] = {1, 1}, owner[2] = {1, 0}, public_[2] = {0.3, 0}, end[2];
  text_two_curators(&text, mass, owner, public_, 2, 3, 3, "real_share: 1e-6");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  CHECK(prediction->theory.kind == AG_THEORY_REST_POINTS && !prediction->theory.theorems);
  CHECK(prediction->sink_count == 0 && prediction->rest_point_count == 1);
  play_to(game, 500, end);
  double floor = alpha * 0.5 / (1 - (1 - alpha) * lambda);
  CHECK_NEAR(exp(end[1]) / floor, 1, 1e-5); /* second order: of the size of floor */
  CHECK(prediction->rest_points[0].item[1] == 1);
  CHECK_NEAR(exp(end[1]) / prediction->rest_points[0].mass[1], 1, 1e-8);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(every_game_ends_at_a_sink);
  CHECK_RUN(perfect_alignment_keeps_the_initial_ratios);
  CHECK_RUN(partial_alignment_ends_on_the_intersection);
  CHECK_RUN(a_compromise_defeats_theorem_4);
  CHECK_RUN(first_mover_shifts_the_boundary);
  CHECK_RUN(infinite_pools_add_up);
  CHECK_RUN(accumulation_follows_a_power_law);
  CHECK_RUN(real_data_sets_a_floor);
  return check_end();
}
