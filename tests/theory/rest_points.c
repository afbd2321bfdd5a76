/* Where loops end that are no plain sequence (docs/theory.md, "Rest points"). */
#include "tests/check.h"
#include "tests/random_loop.h"

static ag_prediction *predict(const ag_game *game)
{
  ag_prediction *prediction = NULL;
  if (ag_predict(game, &prediction, NULL)) {
    printf("Bail out! no prediction\n");
    exit(1);
  }
  return prediction;
}

static double distance_to(const ag_rest_point *point, size_t n, const double *log_mass)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double there = 0;
    for (size_t k = 0; k < point->count; k++)
      there += point->item[k] == i ? point->mass[k] : 0;
    sum += fabs(exp(log_mass[i]) - there) / 2;
  }
  return sum;
}

/* Total variation from the nearest predicted end that attracts; INFINITY: there is none. */
static double distance_to_end(const ag_prediction *prediction, size_t n, const double *log_mass)
{
  double least = INFINITY;
  for (size_t r = 0; r < prediction->rest_point_count; r++)
    if (prediction->rest_points[r].attracts)
      least = fmin(least, distance_to(&prediction->rest_points[r], n, log_mass));
  for (size_t s = 0; s < prediction->sink_count; s++) {
    double outside = 1;
    for (size_t i = 0; i < prediction->sinks[s].items.count; i++)
      outside -= exp(log_mass[prediction->sinks[s].items.item[i]]);
    least = fmin(least, outside);
  }
  return least;
}

/* --- random games --- */

typedef struct tally {
  size_t ended, moving, unknown, elsewhere, several;
} tally;

/* Plays on while the game comes nearer to an end; 1e-6 is there. */
static void follow(const ag_game *game, const ag_prediction *prediction, tally *count)
{
  size_t n = ag_game_item_count(game), next = 500;
  double log_mass[LOOP_ATOMS_MOST], before = INFINITY, now = INFINITY;
  ag_play *play = text_play(game);
  for (; next <= 256000; next *= 2) {
    while (ag_play_generation(play) < next)
      CHECK(!ag_play_step(play, NULL));
    ag_play_log_mass(play, log_mass);
    before = now;
    now = distance_to_end(prediction, n, log_mass);
    if (now < 1e-6)
      break;
  }
  ag_play_free(play);
  if (now < 1e-6) {
    count->ended++;
  } else if (now < 0.9 * before) {
    count->moving++;
  } else {
    count->elsewhere++;
    printf("# %g away from every predicted end:\n", now);
    print_game(game);
    for (size_t i = 0; i < n; i++)
      printf("#   item %zu: %g\n", i, exp(log_mass[i]));
  }
}

/* Exact play ends at a predicted end every time, or the prediction said that none is known. */
static void random_games_end_where_predicted(void)
{
  const loop_kinds kinds = {false, false, false, false};
  int games = random_games(1000);
  tally count = {0};
  for (int round = 0; round < games; round++) {
    ag_game *game = random_loop(2 + draw_below(LOOP_ATOMS_MOST - 1), &kinds, "");
    ag_prediction *prediction = predict(game);
    count.several += prediction->lock_in;
    if (prediction->theory.kind == AG_THEORY_NONE || prediction->cycles ||
        prediction->sink_count + prediction->rest_point_count == 0)
      count.unknown++;
    else
      follow(game, prediction, &count);
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
  printf("# %d games: %zu ended at a predicted end, %zu still come nearer to one, %zu not known, "
         "%zu elsewhere; %zu with several ends\n",
         games, count.ended, count.moving, count.unknown, count.elsewhere, count.several);
  CHECK(count.elsewhere == 0);
  CHECK(count.ended > 9 * (size_t)games / 10);
}

/* --- one mixture --- */

/* pluralism: two curators of opposite tastes and equal shares keep both items, half and half. */
static void equal_shares_keep_both(void)
{
  static const double starts[][2] = {{1, 1}, {1, 99}, {999, 1}};
  for (size_t k = 0; k < 3; k++) {
    static game_text text;
    double owner[2] = {3, 0}, public_[2] = {0, 3};
    text.length = 0;
    text_two_curators(&text, starts[k], owner, public_, 2, 8, 8, "reading: parallel");
    ag_game *game = text_game(&text);
    ag_prediction *prediction = predict(game);
    CHECK(prediction->rest_point_count == 1 && prediction->sink_count == 0);
    const ag_rest_point *point = &prediction->rest_points[0];
    CHECK(point->count == 2 && point->attracts && point->every_start);
    CHECK_NEAR(point->mass[0], 0.5, 1e-12);
    CHECK(point->growth_outside <= 1 + 1e-10);
    CHECK(!prediction->theory.theorems && !prediction->paper_theorem);
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
}

/* Three curators in a Condorcet cycle, rewards g (2, 1, 0), (0, 2, 1), (1, 0, 2), equal shares:
 * the loop goes round the centre in pools of two, and comes to it in larger ones. The distances
 * after 400 generations are those of an independent computation. */
static void a_condorcet_cycle_attracts_from_three_on(void)
{
  static const struct {
    ag_pool pool;
    double scale, low, high; /* distance from the centre after 400 generations */
  } known[] = {{2, 4, 0.655, 0.665},       {3, 4, 0, 1e-14},
               {8, 4, 0, 1e-14},           {AG_POOL_INFINITE, 4, 0, 1e-14},
               {2, 0.5, 6.65e-3, 6.75e-3}, {3, 0.5, 7.65e-6, 7.75e-6},
               {4, 0.5, 4.85e-8, 4.95e-8}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    static game_text text;
    double mass[3] = {0.34, 0.33, 0.33}, end[3], reward[3][3], distance = 0, g = known[k].scale;
    const double base[3][3] = {{2, 1, 0}, {0, 2, 1}, {1, 0, 2}};
    static const char *const names[3] = {"a", "b", "c"};
    text.length = 0;
    text_add(&text, "space: {atoms: {");
    text_add_list(&text, "mass", mass, 3);
    text_add(&text, "}}\ncurators:\n");
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < 3; i++)
        reward[c][i] = g * base[c][i];
      text_add_curator(&text, names[c], reward[c], 3, known[k].pool, 1);
    }
    text_add(&text, "loop: {steps: [{mixture: {a: 1, b: 1, c: 1}}]}\n");
    ag_game *game = text_game(&text);
    ag_prediction *prediction = predict(game);
    CHECK(prediction->rest_point_count == 1 && prediction->rest_points[0].count == 3);
    CHECK_NEAR(prediction->rest_points[0].mass[0], 1. / 3, 1e-9);
    CHECK(prediction->cycles == (known[k].pool == 2));
    CHECK(prediction->rest_points[0].attracts == (known[k].pool != 2));
    play_to(game, 400, end);
    for (int i = 0; i < 3; i++)
      distance = fmax(distance, fabs(exp(end[i]) - 1. / 3));
    printf("# pool %lld, scale %g: %g from the centre\n", (long long)known[k].pool, g, distance);
    CHECK(distance >= known[k].low && distance <= known[k].high);
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
}

/* Infinite pools: no more items than curators are needed, D(x) <= 1 everywhere and the rewards'
 * product is a maximum: no mixture of two items near it does better. */
static void infinite_pools_keep_at_most_n(void)
{
  for (int round = 0; round < 40; round++) {
    static game_text text;
    double mass[6], owner[6], public_[6];
    for (int i = 0; i < 6; i++) {
      mass[i] = 0.1 + draw_uniform();
      owner[i] = draw_normal();
      public_[i] = draw_normal();
    }
    text.length = 0;
    text_two_curators(&text, mass, owner, public_, 6, AG_POOL_INFINITE, AG_POOL_INFINITE,
                      "reading: parallel");
    ag_game *game = text_game(&text);
    ag_prediction *prediction = predict(game);
    CHECK(prediction->rest_point_count == 1);
    const ag_rest_point *point = &prediction->rest_points[0];
    double mean[2] = {0, 0};
    CHECK(point->count <= 2 && point->attracts);
    for (size_t k = 0; k < point->count; k++) {
      mean[0] += point->mass[k] * exp(owner[point->item[k]]);
      mean[1] += point->mass[k] * exp(public_[point->item[k]]);
    }
    for (int i = 0; i < 6; i++) /* the certificate, worked out here */
      CHECK(0.5 * exp(owner[i]) / mean[0] + 0.5 * exp(public_[i]) / mean[1] <= 1 + 1e-9);
    ag_prediction_free(prediction);
    ag_game_free(game);
  }
}

/* --- real data --- */

/* One curator at K = infinity with real data: p = alpha p_ref Z / (Z - (1 - alpha) e^r), Z the root
 * above (1 - alpha) e^max (Ferbach et al., arXiv 2407.09499). */
static void real_data_have_a_closed_form(void)
{
  static game_text text;
  const double alpha = 0.1;
  double mass[4] = {0.4, 0.3, 0.2, 0.1}, reward[4] = {0, 0.5, 1.2, 2}, total = 1;
  text.length = 0;
  text_add(&text, "space: {atoms: {");
  text_add_list(&text, "mass", mass, 4);
  text_add(&text, "}}\ncurators:\n");
  text_add_curator(&text, "a", reward, 4, AG_POOL_INFINITE, 1);
  text_add(&text, "loop: {steps: [{curate: a}, {real: 0.1}]}\n");
  double low = (1 - alpha) * exp(2), high = 100;
  for (int k = 0; k < 200; k++) {
    double z = (low + high) / 2;
    total = 0;
    for (int i = 0; i < 4; i++)
      total += alpha * mass[i] * exp(reward[i]) / (z - (1 - alpha) * exp(reward[i]));
    *(total > 1 ? &low : &high) = z;
  }
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  CHECK(prediction->rest_point_count == 1 && prediction->rest_points[0].count == 4);
  for (size_t k = 0; k < 4; k++) {
    size_t i = prediction->rest_points[0].item[k];
    double expected = alpha * mass[i] * low / (low - (1 - alpha) * exp(reward[i]));
    CHECK_NEAR(prediction->rest_points[0].mass[k], expected, 1e-12);
  }
  ag_prediction_free(prediction);
  ag_game_free(game);
}

/* All of it real: p_ref is at rest, whatever the curators like. */
static void nothing_but_real_data_is_p_ref(void)
{
  static game_text text;
  double mass[2] = {0.2, 0.8}, owner[2] = {3, 0}, public_[2] = {0, 3};
  text.length = 0;
  text_two_curators(&text, mass, owner, public_, 2, 8, 8, "real_share: 1");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  CHECK(prediction->rest_point_count == 1);
  CHECK_NEAR(prediction->rest_points[0].mass[0], 0.8, 1e-12);
  CHECK(prediction->rest_points[0].item[0] == 1);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

/* --- preferences --- */

/* Rock, paper, scissors by a matrix, played exactly: the centre is the maximal lottery, and the
 * loop goes round it. */
static void a_matrix_plays_exactly_and_cycles(void)
{
  static game_text text;
  double before[3], after[3];
  text.length = 0;
  text_add(&text, "space: {atoms: {mass: [4, 3, 3]}}\ncurators:\n  panel: {preferences: "
                  "[[0.5, 0.1, 0.9], [0.9, 0.5, 0.1], [0.1, 0.9, 0.5]]}\n"
                  "loop: {steps: [{prefer: panel}]}\n");
  ag_game *game = text_game(&text);
  ag_prediction *prediction = predict(game);
  CHECK(prediction->cycles && prediction->rest_point_count == 1);
  CHECK_NEAR(prediction->rest_points[0].mass[0], 1. / 3, 1e-9);
  CHECK(prediction->rest_points[0].radius > 1);
  play_to(game, 5, before);
  play_to(game, 200, after);
  double near = 0, far = 0;
  for (int i = 0; i < 3; i++) {
    near = fmax(near, fabs(exp(before[i]) - 1. / 3));
    far = fmax(far, fabs(exp(after[i]) - 1. / 3));
  }
  CHECK(far > near);
  ag_prediction_free(prediction);
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(equal_shares_keep_both);
  CHECK_RUN(a_condorcet_cycle_attracts_from_three_on);
  CHECK_RUN(infinite_pools_keep_at_most_n);
  CHECK_RUN(real_data_have_a_closed_form);
  CHECK_RUN(nothing_but_real_data_is_p_ref);
  CHECK_RUN(a_matrix_plays_exactly_and_cycles);
  CHECK_RUN(random_games_end_where_predicted);
  return check_end();
}
