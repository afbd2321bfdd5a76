/* The loop against 40-digit trajectories, against a plain loop over the
 * reference weights, and against what holds for every reading. */
#include "tests/check.h"
#include "tests/game_text.h"
#include "tests/shared.h"

#include "curation/reference.h"

enum { MOST = 16 };

static void add_shared_curator(game_text *text, const char *name, const json_t *one)
{
  const json_t *curator = json_object_get(one, name), *pool = json_object_get(curator, "pool");
  const json_t *values = json_object_get(curator, "reward");
  double reward[MOST];
  for (size_t i = 0; i < json_array_size(values); i++)
    reward[i] = shared_real(json_array_get(values, i));
  text_add_curator(text, name, reward, json_array_size(values),
                   json_is_string(pool) ? AG_POOL_INFINITE : json_integer_value(pool),
                   shared_real(json_object_get(curator, "temperature")));
}

static double compare_trajectory(const json_t *one)
{
  static game_text text;
  const json_t *mass = json_object_get(one, "mass");
  double value[MOST], log_mass[MOST], worst = 0;
  size_t n = json_array_size(mass);
  for (size_t i = 0; i < n; i++)
    value[i] = shared_real(json_array_get(mass, i));
  text.length = 0;
  text_add(&text, "space: {atoms: {");
  text_add_list(&text, "mass", value, n);
  text_add(&text, "}}\ncurators:\n");
  add_shared_curator(&text, "owner", one);
  add_shared_curator(&text, "public", one);
  ag_game *game = text_game(&text);
  const char *generation;
  json_t *expected;
  json_object_foreach(json_object_get(one, "log_p"), generation, expected)
  {
    play_to(game, (size_t)atoi(generation), log_mass);
    for (size_t i = 0; i < n; i++)
      worst = fmax(worst, fabs(log_mass[i] - shared_real(json_array_get(expected, i))));
  }
  ag_game_free(game);
  return worst;
}

static void high_precision_trajectories(void)
{
  FILE *file = fopen(shared_path("reference/trajectories.jsonl"), "r");
  char line[1 << 16];
  double worst = 0;
  size_t cases = 0;
  while (file && fgets(line, sizeof line, file)) {
    json_t *one = json_loads(line, 0, NULL);
    worst = fmax(worst, compare_trajectory(one));
    json_decref(one);
    cases++;
  }
  if (file)
    fclose(file);
  printf("# %zu trajectories, worst error of a log mass %.2g\n", cases, worst);
  CHECK(cases >= 14);
  CHECK(worst <= 1e-9);
}

/* One curation with the plain weights. */
static void curate_plainly(size_t n, double *log_mass, const double *reward, ag_pool pool)
{
  double weight[MOST];
  ag_weights_reference(n, log_mass, reward, pool, 1, weight, NULL);
  for (size_t i = 0; i < n; i++)
    log_mass[i] += weight[i];
}

static double log_sum(size_t n, const double *x)
{
  double most = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, x[i]);
  for (size_t i = 0; i < n; i++)
    sum += exp(x[i] - most);
  return most + log(sum);
}

typedef struct small_game {
  size_t n;
  double mass[MOST], owner[MOST], public_[MOST], log_initial[MOST];
  ag_pool k, m;
} small_game;

static ag_pool draw_pool(void)
{
  static const ag_pool pools[] = {2, 3, 8, 40, 1000, 1000000, AG_POOL_INFINITE};
  return pools[(size_t)(7 * draw_uniform())];
}

static small_game draw_game(double span)
{
  small_game game = {.n = 2 + (size_t)(10 * draw_uniform()), .k = draw_pool(), .m = draw_pool()};
  double total = 0;
  for (size_t i = 0; i < game.n; i++) {
    game.mass[i] = exp(-3 * draw_uniform());
    total += game.mass[i];
    game.owner[i] = span * draw_uniform();
    game.public_[i] = span * draw_uniform();
  }
  for (size_t i = 0; i < game.n; i++)
    game.log_initial[i] = log(game.mass[i] / total);
  return game;
}

/* One generation of a reading, from the definition. */
static void step_plainly(const small_game *game, const char *reading, double alpha, size_t t,
                         double *p)
{
  size_t n = game->n;
  double o[MOST], q[MOST];
  memcpy(o, p, sizeof o);
  curate_plainly(n, o, game->owner, game->k);
  memcpy(q, p, sizeof q);
  curate_plainly(n, q, game->public_, game->m);
  double both[MOST];
  memcpy(both, o, sizeof both);
  curate_plainly(n, both, game->public_, game->m);
  for (size_t i = 0; i < n; i++) {
    double next = !strcmp(reading, "owner_model") ? exp(o[i])
                  : !strcmp(reading, "parallel")  ? (exp(o[i]) + exp(q[i])) / 2
                                                  : exp(both[i]);
    double w = 50.0 / (200 + 50.0 * (double)(t + 1));
    if (!strcmp(reading, "accumulate"))
      next = (1 - w) * exp(p[i]) + w * next;
    p[i] = log((1 - alpha) * next + alpha * exp(game->log_initial[i]));
  }
  double total = log_sum(n, p);
  for (size_t i = 0; i < n; i++)
    p[i] -= total;
}

static void compare_reading(const char *reading, double alpha)
{
  enum { GENERATIONS = 12 };
  static game_text text;
  char loop[128];
  snprintf(loop, sizeof loop, "reading: %s, real_share: %g, initial_size: 200, added_size: 50",
           reading, alpha);
  for (int round = 0; round < 25; round++) {
    small_game small = draw_game(4);
    double plain[MOST], exact[MOST];
    text_two_curators(&text, small.mass, small.owner, small.public_, small.n, small.k, small.m,
                      loop);
    ag_game *game = text_game(&text);
    memcpy(plain, small.log_initial, sizeof plain);
    for (size_t t = 0; t < GENERATIONS; t++)
      step_plainly(&small, reading, alpha, t, plain);
    play_to(game, GENERATIONS, exact);
    /* 24 weights with errors of 1e-12 at most, near an unstable point a little more */
    for (size_t i = 0; i < small.n; i++)
      CHECK_NEAR(exact[i], plain[i], 1e-10);
    ag_game_free(game);
  }
}

static void sequential_reading(void)
{
  compare_reading("sequential", 0);
}

static void owner_model_reading(void)
{
  compare_reading("owner_model", 0);
}

static void accumulate_reading(void)
{
  compare_reading("accumulate", 0);
}

static void parallel_reading(void)
{
  compare_reading("parallel", 0);
}

static void real_data_in_every_reading(void)
{
  static const char *const readings[] = {"sequential", "owner_model", "accumulate", "parallel"};
  for (int r = 0; r < 4; r++)
    compare_reading(readings[r], 0.1);
}

/* Any number of stages, curators more than once: a game of three. */
static void stages_are_data(void)
{
  static game_text text;
  double mass[3] = {1, 2, 3}, a[3] = {0, 1, 0.3}, b[3] = {0.7, 0, 0.2}, c[3] = {0, 0, 1};
  text_two_curators(&text, mass, a, b, 3, 5, 3, "order: [public, third, owner, public]");
  char *at = strstr(text.text, "loop:");
  game_text rest = text;
  rest.length = (size_t)(at - text.text);
  text_add_curator(&rest, "third", c, 3, AG_POOL_INFINITE, 1);
  text_add(&rest, "%s", at);
  ag_game *game = text_game(&rest);
  double exact[3], plain[3] = {log(1 / 6.), log(2 / 6.), log(3 / 6.)};
  play_to(game, 5, exact);
  for (int t = 0; t < 5; t++) {
    curate_plainly(3, plain, b, 3);
    curate_plainly(3, plain, c, AG_POOL_INFINITE);
    curate_plainly(3, plain, a, 5);
    curate_plainly(3, plain, b, 3);
  }
  double total = log_sum(3, plain);
  for (int i = 0; i < 3; i++)
    CHECK_NEAR(exact[i], plain[i] - total, 1e-11);
  ag_game_free(game);
}

/* Atoms of mass e^-1000 and less keep their right log mass. */
static void light_atoms(void)
{
  static game_text text;
  text.length = 0;
  text_add(&text, "space: {atoms: {log_mass: [0, -1000, -2500, -3]}}\n"
                  "curators:\n"
                  "  owner: {reward: {values: [0, 3, 5, 1]}, pool: 20}\n"
                  "  public: {reward: {values: [1, 2, 4, 0]}, pool: inf}\n");
  double o[4] = {0, 3, 5, 1}, p[4] = {1, 2, 4, 0}, exact[4], plain[4] = {0, -1000, -2500, -3};
  double start = log_sum(4, plain);
  for (int i = 0; i < 4; i++)
    plain[i] -= start;
  ag_game *game = text_game(&text);
  play_to(game, 60, exact);
  for (int t = 0; t < 60; t++) {
    curate_plainly(4, plain, o, 20);
    curate_plainly(4, plain, p, AG_POOL_INFINITE);
  }
  double total = log_sum(4, plain);
  for (int i = 0; i < 4; i++)
    CHECK_NEAR(exact[i], plain[i] - total, 1e-9);
  ag_game_free(game);
}

static void published_under_owner_model(void)
{
  static game_text text;
  double mass[3] = {1, 2, 3}, a[3] = {0, 1, 0.3}, b[3] = {0.7, 0, 0.2}, seen[3];
  text_two_curators(&text, mass, a, b, 3, 5, 3, "reading: owner_model");
  ag_game *game = text_game(&text);
  ag_play *play = text_play(game);
  bool differs = false;
  double plain[3] = {log(1 / 6.), log(2 / 6.), log(3 / 6.)}, after[3];
  for (int t = 0; t < 3; t++) {
    CHECK(!ag_play_step(play, NULL));
    curate_plainly(3, plain, a, 5);
  }
  CHECK(ag_play_published(play, seen, &differs, NULL) == AG_OK && differs);
  CHECK(!ag_play_step(play, NULL)); /* publishing changed nothing */
  ag_play_log_mass(play, after);
  double next[3] = {plain[0], plain[1], plain[2]};
  curate_plainly(3, plain, b, 3);
  curate_plainly(3, next, a, 5);
  for (int i = 0; i < 3; i++) {
    CHECK_NEAR(seen[i], plain[i], 1e-12);
    CHECK_NEAR(after[i], next[i], 1e-12);
  }
  ag_play_free(play);
  ag_game_free(game);
}

/* 1 − Σ of the masses stays at rounding for a thousand generations. */
static void mass_is_kept(void)
{
  static game_text text;
  small_game small = draw_game(2);
  text_two_curators(&text, small.mass, small.owner, small.public_, small.n, 1000, 7, "");
  ag_game *game = text_game(&text);
  double log_mass[MOST], sum = 0;
  play_to(game, 1000, log_mass);
  for (size_t i = 0; i < small.n; i++)
    sum += exp(log_mass[i]);
  CHECK_NEAR(sum, 1, 1e-14);
  ag_game_free(game);
}

int main(void)
{
  FILE *file = fopen(shared_path("reference/trajectories.jsonl"), "r");
  if (file) {
    fclose(file);
    CHECK_RUN(high_precision_trajectories);
  } else {
    check_skip("high_precision_trajectories", "no shared/reference/trajectories.jsonl");
  }
  CHECK_RUN(sequential_reading);
  CHECK_RUN(owner_model_reading);
  CHECK_RUN(accumulate_reading);
  CHECK_RUN(parallel_reading);
  CHECK_RUN(real_data_in_every_reading);
  CHECK_RUN(stages_are_data);
  CHECK_RUN(light_atoms);
  CHECK_RUN(published_under_owner_model);
  CHECK_RUN(mass_is_kept);
  return check_end();
}
