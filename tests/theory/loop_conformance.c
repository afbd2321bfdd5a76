/* Every kind of step, and random lists of them: the exact engine, the plain map, growth factors
 * and samples tell one story. A new step in the list of step.c is tried by itself. */
#include "tests/check.h"
#include "tests/random_loop.h"

#include "game/map.h"
#include "game/sampled.h"

static const loop_kinds everything = {true, true, true, true};

/* --- the exact engine and the plain map --- */

/* Engine and map differ by their weights: 1e-12 (docs/numerics.md) and 1e-13 for each choice, of
 * which there are at most 4 steps of 3 in each of 5 generations; what a step does to an error is
 * at most to multiply it by its steepness, below 3 for these games. */
static const double weights_error = 5 * 4 * 3 * 1e-12 * 3;

static void compare_with_map(const ag_game *game)
{
  enum { GENERATIONS = 5 };
  size_t n = ag_game_item_count(game);
  double engine[LOOP_ATOMS_MOST], plain[LOOP_ATOMS_MOST], growth[LOOP_ATOMS_MOST];
  ag_map *map = NULL;
  ag_play *play = text_play(game);
  CHECK(!ag_map_create(game, &map, NULL));
  ag_game_initial_log_mass(game, plain);
  for (size_t t = 0; t < GENERATIONS; t++) {
    double next[LOOP_ATOMS_MOST];
    bool off = false;
    CHECK(!ag_play_step(play, NULL));
    ag_play_log_mass(play, engine);
    ag_map_apply(map, t, plain, AG_MAP_PRECISE, growth, next);
    for (size_t i = 0; i < n; i++) {
      CHECK_NEAR(next[i], plain[i] + growth[i], 1e-12);
      CHECK_NEAR(engine[i], next[i], weights_error * fmax(1, fabs(next[i])));
      off |= !(fabs(engine[i] - next[i]) < weights_error * fmax(1, fabs(next[i])));
      plain[i] = next[i];
    }
    if (off)
      print_game(game);
  }
  ag_map_free(map);
  ag_play_free(play);
}

static void engine_and_map_agree(void)
{
  for (int round = 0; round < random_games(400); round++) {
    ag_game *game = random_loop(2 + draw_below(LOOP_ATOMS_MOST - 1), &everything, "");
    compare_with_map(game);
    ag_game_free(game);
  }
}

/* The example of every kind stands in a game of its own, after a step that selects. */
static void every_example_plays(void)
{
  for (size_t k = 0; ag_step_types[k]; k++) {
    static game_text text;
    const char *begin = strchr(ag_step_types[k]->example, '[');
    text.length = 0;
    text_add(&text,
             "space: {atoms: {mass: [3, 2, 1]}}\ncurators:\n"
             "  owner: {reward: {values: [0, 1, 2]}}\n"
             "  public: {reward: {values: [2, 1, 0]}, pool: 3}\n"
             "  panel: {preferences: [[0.5, 0.2, 0.7], [0.8, 0.5, 0.1], "
             "[0.3, 0.9, 0.5]]}\n"
             "loop: {steps: [{curate: owner}, %s\n",
             begin + 1);
    ag_game *game = text_game(&text);
    char words[256];
    CHECK(ag_game_step_words(game, ag_game_step_count(game) - 1, words, sizeof words) > 10);
    CHECK(ag_step_find(ag_step_types[k]->name) == ag_step_types[k]);
    compare_with_map(game);
    ag_game_free(game);
  }
}

/* --- growth factors --- */

/* A resident alone, and a vanishing amount of another: the map's growth of what is absent is the
 * product, sum or mean of the stages' factors that theory composes. */
static void growth_factors_are_the_maps(void)
{
  const loop_kinds linear = {false, true, true, false};
  size_t compared = 0;
  int games = random_games(200);
  for (int round = 0; round < games; round++) {
    ag_game *game = random_loop(2 + draw_below(LOOP_ATOMS_MOST - 1), &linear, "");
    const ag_game *const known = game;
    size_t n = ag_game_item_count(game);
    double log_mass[LOOP_ATOMS_MOST], growth[LOOP_ATOMS_MOST];
    double gain[LOOP_STAGES_MOST];
    CHECK(known->loop.stage_count <= LOOP_STAGES_MOST);
    bool has_factor = true;
    ag_map *map = NULL;
    for (size_t s = 0; s < known->loop.step_count; s++)
      has_factor &= !known->loop.step[s].type->nonlinear;
    CHECK(!ag_map_create(game, &map, NULL));
    for (size_t x = 0; has_factor && x < n; x++) {
      for (size_t i = 0; i < n; i++)
        log_mass[i] = i == x ? 0 : -INFINITY;
      ag_map_apply(map, 0, log_mass, AG_MAP_PRECISE, growth, NULL);
      CHECK_NEAR(growth[x], 0, 1e-13);
      for (size_t y = 0; y < n; y++) {
        for (size_t s = 0; s < known->loop.stage_count; s++) {
          const ag_curator *curator = &known->curator[known->loop.stage[s].curator];
          double a = (curator->value[y] - curator->value[x]) / curator->temperature, e = exp(a);
          double k = (double)curator->pool;
          gain[s] = curator->prefers                    ? log(2 * curator->prefers[y * n + x])
                    : curator->pool == AG_POOL_INFINITE ? a
                                                        : log(k * e / (e + k - 1));
        }
        CHECK_NEAR(growth[y], ag_loop_growth(&known->loop, 0, gain), 1e-12);
        compared++;
      }
    }
    ag_map_free(map);
    ag_game_free(game);
  }
  printf("# %zu growth factors compared\n", compared);
  CHECK(compared > 5 * (size_t)games);
}

/* --- samples --- */

/* One generation of many replicates: the mean share of every item is the exact one, within five
 * standard errors (chance of a false alarm with 40 replicates about 1e-5 each; the bias of finite
 * samples, of order 1 / N, is a hundredth of the standard error). An item that is not expected 25
 * times in all replicates has no normal error and is left out. */
static void compare_with_samples(const ag_game *sampled)
{
  enum { REPLICATES = 40, KEPT = 10000, FEWEST = 25 };
  size_t n = ag_game_item_count(sampled);
  double exact[LOOP_ATOMS_MOST], sum[LOOP_ATOMS_MOST] = {0}, square[LOOP_ATOMS_MOST] = {0};
  ag_game *counterpart = NULL;
  const char *why = NULL;
  CHECK(!ag_game_counterpart(sampled, &counterpart, &why, NULL));
  if (!counterpart) {
    printf("# %s\n", why);
    CHECK(!"a counterpart");
    return;
  }
  play_to(counterpart, 1, exact);
  ag_sampled_tables *tables = NULL;
  CHECK(!ag_sampled_tables_create(sampled, &tables, NULL));
  for (size_t r = 0; r < REPLICATES; r++) {
    ag_sampled *replicate = NULL;
    CHECK(!ag_sampled_create(tables, r, &replicate, NULL) && !ag_sampled_step(replicate, NULL));
    for (size_t i = 0; i < n; i++) {
      double share = ag_sampled_mass(replicate)[i];
      sum[i] += share;
      square[i] += share * share;
    }
    ag_sampled_free(replicate);
  }
  for (size_t i = 0; i < n; i++) {
    double mean = sum[i] / REPLICATES;
    if (exp(exact[i]) * KEPT * REPLICATES < FEWEST)
      continue;
    double variance = fmax(square[i] / REPLICATES - mean * mean, 1e-12);
    double z = (mean - exp(exact[i])) / sqrt(variance / (REPLICATES - 1));
    if (!(fabs(z) < 5)) {
      printf("# item %zu: %g, expected %g, z = %.2f\n", i, mean, exp(exact[i]), z);
      print_game(sampled);
    }
    CHECK(fabs(z) < 5);
  }
  ag_sampled_tables_free(tables);
  ag_game_free(counterpart);
}

static void samples_and_exact_agree(void)
{
  const loop_kinds kinds = {true, true, true, false};
  for (int round = 0; round < random_games(24); round++) {
    ag_game *game = random_loop(2 + draw_below(5), &kinds,
                                "engine: samples\nsamples: {initial: 20000, generate: 20000, "
                                "keep: 10000}\nmetrics: [entropy]\n");
    compare_with_samples(game);
    ag_game_free(game);
  }
}

int main(void)
{
  CHECK_RUN(every_example_plays);
  CHECK_RUN(engine_and_map_agree);
  CHECK_RUN(growth_factors_are_the_maps);
  CHECK_RUN(samples_and_exact_agree);
  return check_end();
}
