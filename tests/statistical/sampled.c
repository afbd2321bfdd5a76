/* The sampled engine against what it must do on average: the exact engine, its exact
 * counterpart, and the closed laws of finite populations (docs/theory.md, "Finite
 * samples"). Every tolerance is Monte-Carlo error: five standard errors, derived where a
 * law gives them and else measured over hundreds of replicates; 5 is passed by chance
 * once in 1.7 million times. */
#include <aligngame.h>

#include "game/sampled.h"

#include "tests/check.h"

#include "tests/game_text.h"

#ifdef AG_FAULT_INJECTION
enum { LESS = 10 }; /* the sanitizers' builds are slow */
#else
enum { LESS = 1 };
#endif

static const double Z_MOST = 5;

__attribute__((format(printf, 1, 2))) static ag_game *game_of(const char *format, ...)
{
  game_text text = {.length = 0};
  va_list arguments;
  va_start(arguments, format);
  text.length = (size_t)vsnprintf(text.text, sizeof text.text, format, arguments);
  va_end(arguments);
  return text_game(&text);
}

static ag_result *run_of(const ag_game *game, const ag_run_options *options)
{
  ag_result *result = NULL;
  ag_error error;
  if (ag_run(game, options, &result, &error) != AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return result;
}

/* Sums over replicates of a number and its powers. */
typedef struct moments {
  double count, sum, square;
} moments;

static void moments_add(moments *of, double x)
{
  of->count += 1;
  of->sum += x;
  of->square += x * x;
}

static double mean_of(const moments *of)
{
  return of->sum / of->count;
}

static double variance_of(const moments *of)
{
  double mean = mean_of(of);
  return (of->square / of->count - mean * mean) * of->count / (of->count - 1);
}

static double error_of(const moments *of)
{
  return sqrt(variance_of(of) / of->count);
}

static void check_z(const char *what, double value, double expected, double error)
{
  double z = (value - expected) / error;
  printf("# %s: %.6g, expected %.6g, z = %.2f\n", what, value, expected, z);
  CHECK(fabs(z) < Z_MOST);
}

/* A metric of all replicates at one generation; power 1 or 2 of it. */
static moments metric_moments(const ag_result *result, const char *name, size_t generation,
                              int power)
{
  moments of = {0};
  size_t m = ag_result_find_metric(result, name), rows = result->generations + 1;
  for (size_t r = 0; r < result->replicates; r++) {
    double x = result->replicate_metric[(r * rows + generation) * result->metric_count + m];
    moments_add(&of, power == 1 ? x : x * x);
  }
  return of;
}

/* --- exact against samples --- */

enum { ATOMS_MOST = 8 };

/* Shares of the atoms over the replicates, moments [generations + 1][n]. */
static void play_shares(const ag_game *game, size_t replicates, size_t generations, size_t n,
                        moments of[][ATOMS_MOST])
{
  ag_sampled_tables *tables = NULL;
  CHECK(ag_sampled_tables_create(game, &tables, NULL) == AG_OK);
  for (size_t r = 0; r < replicates; r++) {
    ag_sampled *sampled = NULL;
    CHECK(ag_sampled_create(tables, r, &sampled, NULL) == AG_OK);
    for (size_t t = 0; t <= generations; t++) {
      if (t > 0)
        CHECK(ag_sampled_step(sampled, NULL) == AG_OK);
      for (size_t x = 0; x < n; x++)
        moments_add(&of[t][x], ag_sampled_mass(sampled)[x]);
    }
    ag_sampled_free(sampled);
  }
  ag_sampled_tables_free(tables);
}

/* One stage of a game of two atoms: the share of the first one among what is kept. */
static double curate(double p, const double reward[2], ag_pool pool, double temperature)
{
  double log_mass[2] = {log(p), log1p(-p)}, log_weight[2];
  CHECK(ag_weights(2, log_mass, reward, pool, temperature, log_weight, NULL) == AG_OK);
  return p * exp(log_weight[0]);
}

/* Mean and variance of a share, to first order in 1 / N. */
typedef struct law {
  double mean, variance;
} law;

/* count independent draws from the map of an earlier share: the delta method. */
static law draw(law before, size_t count, const double reward[2], ag_pool pool, double temperature)
{
  const double h = 1e-3;
  double p = before.mean, here = curate(p, reward, pool, temperature);
  double up = curate(p + h, reward, pool, temperature);
  double down = curate(p - h, reward, pool, temperature);
  double slope = (up - down) / (2 * h), bend = (up - 2 * here + down) / (h * h);
  law after = {here + 0.5 * bend * before.variance,
               slope * slope * before.variance + here * (1 - here) / (double)count};
  return after;
}

static law draw_plainly(law before, size_t count)
{
  double p = before.mean;
  return (law){p, before.variance + p * (1 - p) / (double)count};
}

/* Every stage is a multinomial draw: initial, kept, generated, kept. Terms of order
 * 1 / N^2 are left out: below 1e-6 where the standard error is 3e-4. */
static void two_atoms_have_the_derived_mean_and_variance(void)
{
  enum { N = 2000, KEPT = 1000, MADE = 1500, T = 3, R = 2000 / LESS };
  static const double owner[2] = {1, 0}, public_[2] = {0, 1.5};
  static moments of[T + 1][ATOMS_MOST];
  ag_game *game = game_of("engine: samples\nspace: {atoms: {mass: [3, 7]}}\ncurators:\n"
                          "  owner: {reward: {values: [1, 0]}, pool: 4, temperature: 0.5}\n"
                          "  public: {reward: {values: [0, 1.5]}, pool: 3, temperature: 1}\n"
                          "samples: {initial: %d, generate: %d, keep: {owner: %d, public: %d}}\n",
                          N, MADE, KEPT, N);
  play_shares(game, R, T, 2, of);
  law share = draw_plainly((law){0.3, 0}, N);
  for (size_t t = 0; t <= T; t++) {
    moments *seen = &of[t][0];
    check_z("share", mean_of(seen), share.mean, sqrt(share.variance / R));
    check_z("its variance", variance_of(seen), share.variance, share.variance * sqrt(2.0 / R));
    share = draw(share, KEPT, owner, 4, 0.5);
    share = draw_plainly(share, MADE);
    share = draw(share, N, public_, 3, 1);
  }
  ag_game_free(game);
}

/* Bias: curvature of the map times a variance of at most 1 / (4 N) a stage, here of order
 * 1e-5, a twentieth of the standard error. */
static void five_atoms_follow_the_exact_engine(void)
{
  enum { N = 20000, T = 3, R = 200 / (LESS > 1 ? 2 : 1), ATOMS = 5 };
  static moments of[T + 1][ATOMS_MOST];
  static const char game_words[] =
      "engine: %s\nspace: {atoms: {mass: [4, 3, 2, 1, 2]}}\ncurators:\n"
      "  owner: {reward: {values: [3, 0, 2, 1, 2]}, pool: 8, temperature: 2}\n"
      "  public: {reward: {values: [0, 3, 2, 2, 0]}, pool: 3, temperature: 2}\n"
      "samples: {initial: %d, generate: %d, keep: %d}\nloop: {%s}\n";
  static const char *const loops[] = {"reading: sequential", "order: [public, owner]",
                                      "reading: owner_model", "reading: parallel",
                                      "real_share: 0.2"};
  for (size_t l = 0; l < sizeof loops / sizeof *loops; l++) {
    memset(of, 0, sizeof of);
    ag_game *samples = game_of(game_words, "samples", N / LESS, N / LESS, N / LESS, loops[l]);
    ag_game *exact = game_of(game_words, "exact", N, N, N, loops[l]);
    play_shares(samples, R, T, ATOMS, of);
    for (size_t t = 1; t <= T; t++) {
      double log_mass[ATOMS], worst = 0;
      play_to(exact, t, log_mass);
      for (size_t x = 0; x < ATOMS; x++)
        worst = fmax(worst, fabs(mean_of(&of[t][x]) - exp(log_mass[x])) / error_of(&of[t][x]));
      printf("# %s, generation %zu: worst |z| = %.2f\n", loops[l], t, worst);
      CHECK(worst < Z_MOST);
    }
    ag_game_free(samples);
    ag_game_free(exact);
  }
}

/* --- the counterpart --- */

/* The counterpart's final metrics on a finer grid. */
static ag_result *run_on_grid(const ag_game *game, const char *cells)
{
  const char *why;
  ag_game *exact = NULL, *finer = NULL;
  CHECK(ag_game_counterpart(game, &exact, &why, NULL) == AG_OK && exact);
  const char *text = ag_game_text(exact);
  CHECK(ag_game_parse("finer.yaml", text, strlen(text), &cells, 1, &finer, NULL) == AG_OK);
  ag_result *result = run_of(finer, NULL);
  ag_game_free(exact);
  ag_game_free(finer);
  return result;
}

/* The grid's error shows in the distance to a grid sixteen times as fine, whose own is
 * several times smaller. */
static void check_against_grids(const char *words)
{
  static const char *const names[] = {"mean_reward.owner",
                                      "mean_reward.public",
                                      "satisfaction.owner",
                                      "satisfaction.public",
                                      "distance.owner",
                                      "distance.public",
                                      "variance"};
  ag_run_options options = {.counterpart = true};
  ag_game *game = game_of("generations: 3\nreplicates: %d\n%s", 60 / (LESS > 1 ? 3 : 1), words);
  ag_result *result = run_of(game, &options);
  ag_result *fine = run_on_grid(game, "space.box.cells=[800, 800]");
  CHECK(result->exact != NULL);
  for (size_t k = 0; result->exact && k < sizeof names / sizeof *names; k++) {
    moments of = metric_moments(result, names[k], 3, 1);
    size_t m = ag_result_find_metric(result->exact, names[k]);
    CHECK(m != SIZE_MAX);
    if (m == SIZE_MAX)
      continue;
    double coarse = ag_result_metric(result->exact, 3, m), finer = ag_result_metric(fine, 3, m);
    double off = mean_of(&of) - coarse, grid = fabs(coarse - finer);
    printf("# %s: samples %.5g, grid %.5g; off by %.2g, Monte Carlo %.2g, grid %.2g\n", names[k],
           mean_of(&of), coarse, off, error_of(&of), grid);
    CHECK(fabs(off) < Z_MOST * error_of(&of) + 1.5 * grid);
  }
  ag_result_free(fine);
  ag_result_free(result);
  ag_game_free(game);
}

#define DISCS                                                                                      \
  "space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 20000}}\ncurators:\n"         \
  "  owner: {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, pool: 4, temperature: 0.5}\n"  \
  "  public: {reward: {disc: {center: [1.5, 0], radius: 1, slope: 2}}, pool: 3, temperature: "     \
  "0.5}\n"

static void a_cloud_agrees_with_its_grid(void)
{
  check_against_grids(DISCS "samples: {generate: 20000, keep: 20000}\n");
}

static void a_growing_cloud_agrees_with_its_grid(void)
{
  check_against_grids(DISCS "samples: {generate: 20000, keep: 10000, dataset: accumulate}\n");
}

static void what_is_published_agrees_with_its_grid(void)
{
  check_against_grids(DISCS "samples: {generate: 20000, keep: 10000, dataset: accumulate}\n"
                            "measure: published\n");
}

/* On a line 4000 cells are fine enough for their error to be left out: below 1e-6. */
static void a_mixture_on_a_line_agrees_with_its_grid(void)
{
  static const char *const names[] = {"mean_reward.owner", "mean_reward.public", "distance.owner",
                                      "variance"};
  enum { T = 3, N = 10000, R = 200 / (LESS > 1 ? 4 : 1) };
  ag_run_options options = {.counterpart = true};
  ag_game *game = game_of("generations: %d\nreplicates: %d\nspace: {cloud: {mixture: [{weight: 2, "
                          "mean: -1, deviation: 0.5}, {mean: 2, deviation: 1}], count: %d}}\n"
                          "curators:\n"
                          "  owner: {reward: {gaussian: {center: 1, width: 2}}, pool: 4}\n"
                          "  public: {reward: {linear: {weights: [-0.3]}}, pool: inf}\n"
                          "loop: {reading: owner_model, real_share: 0.3}\n"
                          "samples: {generate: %d, keep: %d}\n",
                          T, R, N, N, N);
  ag_result *result = run_of(game, &options);
  CHECK(result->exact != NULL);
  for (size_t k = 0; result->exact && k < sizeof names / sizeof *names; k++)
    for (size_t t = 0; t <= T; t++) {
      size_t m = ag_result_find_metric(result->exact, names[k]);
      moments of = metric_moments(result, names[k], t, 1);
      check_z(names[k], mean_of(&of), ag_result_metric(result->exact, t, m), error_of(&of));
    }
  ag_result_free(result);
  ag_game_free(game);
}

static const char *without_counterpart(const char *words)
{
  const char *why = NULL;
  ag_game *game = game_of("%s", words), *exact = NULL;
  ag_error error = {0};
  ag_status status = ag_game_counterpart(game, &exact, &why, &error);
  if (status != AG_OK)
    printf("# %s\n", error.message);
  CHECK(status == AG_OK && exact == NULL);
  ag_game_free(exact);
  ag_game_free(game);
  return why ? why : "";
}

#define PAIR(owner, public_)                                                                       \
  "engine: samples\nspace: {atoms: {count: 3}}\ncurators:\n"                                       \
  "  owner: {reward: {values: [1, 0, 0]}" owner "}\n"                                              \
  "  public: {reward: {values: [0, 1, 0]}" public_ "}\n"

/* Twice the weight is twice the number kept. */
static void kept_numbers_are_parallel_weights(void)
{
  const char *why;
  ag_game *exact = NULL;
  ag_game *game = game_of(PAIR("", ", weight: 2") "loop: {reading: parallel}\n"
                                                  "samples: {keep: {owner: 20, public: 40}}\n");
  CHECK(ag_game_counterpart(game, &exact, &why, NULL) == AG_OK && exact != NULL);
  ag_game_free(exact);
  ag_game_free(game);
}

/* Where the exact engine plays another game, there is none, and a reason. */
static void no_counterpart_has_a_reason(void)
{
  static const struct {
    const char *words, *fragment;
  } none[] = {
      {PAIR("", "") "samples: {selection: top}\n", "pools"},
      {PAIR("", "") "samples: {dataset: {window: 2}}\n", "accumulates"},
      {PAIR("", "") "measure: generated\n", "generates"},
      {PAIR("", "") "samples: {dataset: accumulate}\nloop: {real_share: 0.1}\n", "no fixed share"},
      {PAIR("", "") "samples: {keep: {owner: 3, public: 4}}\nloop: {reading: parallel}\n",
       "differ from their weights"},
      {PAIR("", ", weight: 2") "loop: {reading: parallel}\n", "differ from their weights"},
      {PAIR("", "") "loop: {reading: owner_model}\nmeasure: published\n", "published"},
  };
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
    const char *why = without_counterpart(none[i].words);
    if (!strstr(why, none[i].fragment))
      printf("# case %zu: %s\n", i, why);
    CHECK(strstr(why, none[i].fragment) != NULL);
  }
}

/* --- finite populations --- */

/* All of N are kept and N are drawn from them: one Wright-Fisher generation. The first
 * dataset is a draw too. */
static void neutral_drift_loses_one_in_n_of_diversity(void)
{
  enum { N = 20, T = 20, R = 20000 / LESS };
  static const char *const rules[] = {"softmax", "groups", "top"};
  for (size_t k = 0; k < 3; k++) {
    ag_game *game = game_of("engine: samples\ngenerations: %d\nreplicates: %d\n"
                            "space: {atoms: {mass: [4, 3, 2, 1]}}\nmetrics: [simpson]\n"
                            "curators: {owner: {reward: {values: [0, 0, 0, 0]}}}\n"
                            "samples: {generate: %d, keep: %d, selection: %s}\n",
                            T, R, N, N, rules[k]);
    ag_result *result = run_of(game, NULL);
    for (size_t t = 0; t <= T; t += t > 0 ? 9 + t / 10 : 1) {
      moments of = metric_moments(result, "simpson", t, 1);
      double expected = 0.7 * pow(1 - 1.0 / N, (double)t + 1);
      char what[64];
      snprintf(what, sizeof what, "%s, generation %zu", rules[k], t);
      check_z(what, mean_of(&of), expected, error_of(&of));
    }
    ag_result_free(result);
    ag_game_free(game);
  }
}

/* The measured variance is that of the N points about their own mean, which is what the
 * next model learns: at generation t it is sigma_{t+1}^2. With c = chi^2_{N-1} / N of mean
 * 1 - 1/N and mean square 1 - 1/N^2, both moments of sigma_t^2 are known. */
static void a_refitted_gaussian_narrows_and_wanders(void)
{
  enum { N = 20, T = 12, R = 10000 / LESS };
  ag_game *game = game_of("generations: %d\nreplicates: %d\n"
                          "space: {cloud: {gaussian: {mean: [0], deviation: 1}, count: %d}}\n"
                          "generator: {gmm: {components: 1, regularisation: 0}}\n"
                          "curators: {owner: {reward: {linear: {weights: [1]}}}}\n"
                          "samples: {generate: %d, keep: %d, selection: softmax}\n",
                          T, R, N, N, N);
  ag_result *result = run_of(game, NULL);
  for (size_t t = 0; t <= T; t += t < 2 ? 1 : 5) {
    double refits = (double)t + 1, mean = pow(1 - 1.0 / N, refits);
    double square = pow(1 - 1.0 / N / N, refits);
    char what[64];
    moments spread = metric_moments(result, "variance", t, 1);
    moments place = metric_moments(result, "mean_reward.owner", t, 1);
    moments walk = metric_moments(result, "mean_reward.owner", t, 2);
    snprintf(what, sizeof what, "generation %zu: variance", t);
    check_z(what, mean_of(&spread), mean, sqrt((square - mean * mean) / R));
    check_z("  mean", mean_of(&place), 0, sqrt((1 - mean) / R));
    check_z("  squared mean", mean_of(&walk), 1 - mean, error_of(&walk));
  }
  ag_result_free(result);
  ag_game_free(game);
}

/* Two of the dataset meet, with replacement: E p_x p_y over datasets of N is
 * p_x p_y (1 - 1/N) + [x = y] p_x / N, so that the mean is exact for every N. */
static void rock_paper_scissors_moves_by_its_matrix(void)
{
  enum { N = 10, R = 40000 / LESS };
  static const double p[3] = {0.5, 0.3, 0.2},
                      wins[3][3] = {{0.5, 1, 0.1}, {0, 0.5, 0.9}, {0.9, 0.1, 0.5}};
  static moments of[2][ATOMS_MOST];
  ag_game *game =
      game_of("engine: samples\nspace: {atoms: {mass: [5, 3, 2]}}\ncurators:\n"
              "  public: {preferences: [[0.5, 1, 0.1], [0, 0.5, 0.9], [0.9, 0.1, 0.5]]}\n"
              "samples: {generate: %d, keep: %d}\n",
              N, N);
  play_shares(game, R, 1, 3, of);
  for (size_t x = 0; x < 3; x++) {
    double chance = 0;
    for (size_t y = 0; y < 3; y++)
      chance += wins[x][y] * p[y];
    double expected = 2 * p[x] * chance * (1 - 1.0 / N) + p[x] / N;
    check_z("share", mean_of(&of[1][x]), expected, error_of(&of[1][x]));
  }
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(two_atoms_have_the_derived_mean_and_variance);
  CHECK_RUN(five_atoms_follow_the_exact_engine);
  CHECK_RUN(a_cloud_agrees_with_its_grid);
  CHECK_RUN(a_growing_cloud_agrees_with_its_grid);
  CHECK_RUN(what_is_published_agrees_with_its_grid);
  CHECK_RUN(a_mixture_on_a_line_agrees_with_its_grid);
  CHECK_RUN(kept_numbers_are_parallel_weights);
  CHECK_RUN(no_counterpart_has_a_reason);
  CHECK_RUN(neutral_drift_loses_one_in_n_of_diversity);
  CHECK_RUN(a_refitted_gaussian_narrows_and_wanders);
  CHECK_RUN(rock_paper_scissors_moves_by_its_matrix);
  return check_end();
}
