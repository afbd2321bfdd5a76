/* The sampled engine's rules: what the dataset holds and where it comes from, the same
 * bits however the work is cut, and data that are as poor as they can be. */
#include <unistd.h>
#ifdef _OPENMP
#endif

#include <aligngame.h>

#include "base/threads.h"
#include "game/sampled_parts.h"

#include "tests/check.h"

#include "tests/game_text.h"

#ifdef AG_FAULT_INJECTION
enum { LESS = 5 }; /* the sanitizers' builds are slow */
#else
enum { LESS = 1 };
#endif

static char folder[] = "/tmp/aligngame-rules-XXXXXX";

static ag_status try_game(const char *words, ag_game **game, ag_error *error)
{
  char name[64];
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  return ag_game_parse(name, words, strlen(words), NULL, 0, game, error);
}

__attribute__((format(printf, 1, 2))) static ag_game *game_of(const char *format, ...)
{
  static char words[1 << 14];
  ag_game *game = NULL;
  ag_error error;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  if (try_game(words, &game, &error) != AG_OK) {
    printf("Bail out! %s\n%s\n", error.message, words);
    exit(1);
  }
  return game;
}

static void write_points(const char *text)
{
  char path[64];
  snprintf(path, sizeof path, "%s/points.csv", folder);
  FILE *stream = fopen(path, "w");
  CHECK(stream && fputs(text, stream) >= 0 && fclose(stream) == 0);
}

/* A replicate with its tables. */
typedef struct replicate {
  ag_game *game;
  ag_sampled_tables *tables;
  ag_sampled *play;
} replicate;

static replicate open_replicate(ag_game *game, size_t number)
{
  replicate made = {.game = game};
  if (ag_sampled_tables_create(game, &made.tables, NULL) != AG_OK ||
      ag_sampled_create(made.tables, number, &made.play, NULL) != AG_OK) {
    printf("Bail out! no replicate\n");
    exit(1);
  }
  return made;
}

static void restart(replicate *of, size_t number)
{
  ag_sampled_free(of->play);
  of->play = NULL;
  CHECK(ag_sampled_create(of->tables, number, &of->play, NULL) == AG_OK);
}

static void close_replicate(replicate *of)
{
  ag_sampled_free(of->play);
  ag_sampled_tables_free(of->tables);
  ag_game_free(of->game);
}

static void step(replicate *of)
{
  ag_error error;
  if (ag_sampled_step(of->play, &error) != AG_OK) {
    printf("# %s\n", error.message);
    CHECK(!"a step");
  }
}

static double metric(const replicate *of, const char *name)
{
  for (size_t m = 0; m < ag_game_metric_count(of->game); m++)
    if (strcmp(ag_game_metric_name(of->game, m), name) == 0)
      return ag_sampled_metrics(of->play)[m];
  return NAN;
}

static size_t count_origin(const ag_dataset *data, unsigned char origin)
{
  size_t count = 0;
  for (size_t i = 0; i < data->sample.count; i++)
    count += data->origin[i] == origin;
  return count;
}

static size_t count_born(const ag_dataset *data, size_t generation)
{
  size_t count = 0;
  for (size_t i = 0; i < data->sample.count; i++)
    count += data->born[i] == generation;
  return count;
}

/* --- what the dataset holds --- */

enum { LAST = AG_ORIGIN_KEPT + 1 }; /* kept by the public */

#define PLAYERS                                                                                    \
  "space: {atoms: {mass: [1, 2, 3, 4]}}\ncurators:\n"                                              \
  "  owner: {reward: {values: [1, 0, 1, 0]}}\n  public: {reward: {values: [0, 0, 1, 1]}}\n"        \
  "engine: samples\n"
#define CIRCLES                                                                                    \
  "space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 12}}\ncurators:\n"            \
  "  owner: {reward: {disc: {center: [0, 0]}}}\n  public: {reward: {disc: {center: [1, 0]}}}\n"

static const char *const worlds[] = {
    PLAYERS, CIRCLES, CIRCLES "generator: {gmm: {components: 2}}\n", CIRCLES "generator: kde\n",
    PLAYERS "generator: {categorical: {smoothing: 0.1}}\n"};
enum { WORLDS = sizeof worlds / sizeof *worlds };

/* Sizes of D_0 … D_4, for 12 items at first, 10 generated, 6 and then 4 kept. */
static void sizes_and_provenance_follow_the_rule(void)
{
  static const struct {
    const char *rule;
    size_t size[5], originals[5];
    double age[5];
  } rules[] = {
      {"replace", {12, 4, 4, 4, 4}, {12, 0, 0, 0, 0}, {0, 0, 0, 0, 0}},
      {"accumulate",
       {12, 16, 20, 24, 28},
       {12, 12, 12, 12, 12},
       {0, 12 / 16., 28 / 20., 48 / 24., 72 / 28.}},
      {"{window: 1}", {12, 4, 4, 4, 4}, {12, 0, 0, 0, 0}, {0, 0, 0, 0, 0}},
      {"{window: 3}", {12, 16, 20, 12, 12}, {12, 12, 12, 0, 0}, {0, 12 / 16., 28 / 20., 1, 1}},
      {"{window: 1000000}",
       {12, 16, 20, 24, 28},
       {12, 12, 12, 12, 12},
       {0, 12 / 16., 28 / 20., 48 / 24., 72 / 28.}},
      {"{subsample: 28}",
       {12, 16, 20, 24, 28},
       {12, 12, 12, 12, 12},
       {0, 12 / 16., 28 / 20., 48 / 24., 72 / 28.}},
  };
  for (size_t w = 0; w < WORLDS; w++)
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++) {
      const char *initial = strstr(worlds[w], "cloud") ? "" : "initial: 12, ";
      replicate of = open_replicate(game_of("%ssamples: {%sgenerate: 10, keep: {owner: 6, public: "
                                            "4}, dataset: %s}\ngenerations: 4\n",
                                            worlds[w], initial, rules[k].rule),
                                    0);
      for (size_t t = 0; t <= 4; t++) {
        if (t > 0)
          step(&of);
        const ag_dataset *data = ag_sampled_dataset(of.play);
        size_t size = rules[k].size[t], originals = rules[k].originals[t];
        CHECK(data->sample.count == size && metric(&of, "dataset_size") == (double)size);
        CHECK(count_origin(data, AG_ORIGIN_START) == originals && count_born(data, 0) == originals);
        CHECK(count_origin(data, LAST) == size - originals);
        CHECK(t == 0 || count_born(data, t) == 4);
        CHECK(metric(&of, "original_share") == (double)originals / (double)size);
        CHECK_NEAR(metric(&of, "dataset_age"), rules[k].age[t], 1e-15);
      }
      close_replicate(&of);
    }
}

/* alpha of what each generation brings is real: draws of p_0. With 12 model items a
 * quarter is 4 more; one takes their place. */
static void a_share_is_real(void)
{
  static const struct {
    double alpha;
    size_t model, real;
  } shares[] = {{0, 12, 0}, {0.25, 12, 4}, {0.5, 12, 12}, {0.001, 12, 0}, {1, 0, 12}};
  for (size_t w = 0; w < WORLDS; w++)
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++) {
      replicate of = open_replicate(game_of("%ssamples: {generate: 12, keep: 12}\nloop: "
                                            "{real_share: %g}\ngenerations: 2\n",
                                            worlds[w], shares[k].alpha),
                                    0);
      for (size_t t = 1; t <= 2; t++) {
        step(&of);
        const ag_dataset *data = ag_sampled_dataset(of.play);
        CHECK(data->sample.count == shares[k].model + shares[k].real);
        CHECK(count_origin(data, AG_ORIGIN_REAL) == shares[k].real);
        CHECK(count_origin(data, LAST) == shares[k].model &&
              count_born(data, t) == data->sample.count);
      }
      close_replicate(&of);
    }
}

/* 12 real items in each of R datasets: shares of p_0 within 5 binomial deviations. */
static void real_items_are_drawn_from_the_start(void)
{
  enum { R = 2000 };
  double seen[4] = {0};
  replicate of = open_replicate(game_of("%ssamples: {generate: 12, keep: 12}\nloop: {real_share: "
                                        "0.5}\ngenerations: 1\n",
                                        PLAYERS),
                                0);
  for (size_t r = 0; r < R; r++) {
    restart(&of, r);
    step(&of);
    const ag_dataset *data = ag_sampled_dataset(of.play);
    for (size_t i = 0; i < data->sample.count; i++)
      if (data->origin[i] == AG_ORIGIN_REAL)
        seen[data->sample.item[i]] += 1;
  }
  for (size_t x = 0; x < 4; x++) {
    double p = ((double)x + 1) / 10, n = 12 * R;
    double z = (seen[x] - n * p) / sqrt(n * p * (1 - p));
    printf("# item %zu: z = %.2f\n", x, z);
    CHECK(fabs(z) < 5);
  }
  close_replicate(&of);
}

/* 10 of 20 items stay, each as likely: 12 of the start, known by their coordinate, and 8
 * new ones, known by their place (their order stays). */
static void a_subsample_is_uniform(void)
{
  enum { R = 4000 / LESS };
  double stayed[12] = {0}, pairs = 0;
  write_points("x\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
  replicate of = open_replicate(
      game_of("space: {cloud: {file: points.csv}}\ncurators:\n  owner: {reward: {linear: {weights: "
              "[1]}}}\n  public: {reward: {linear: {weights: [-1]}}}\n"
              "samples: {generate: 9, keep: 8, dataset: {subsample: 10}}\ngenerations: 1\n"),
      0);
  for (size_t r = 0; r < R; r++) {
    restart(&of, r);
    step(&of);
    const ag_dataset *data = ag_sampled_dataset(of.play);
    CHECK(data->sample.count == 10);
    double before = -1, first = 0;
    for (size_t i = 0; i < 10 && data->origin[i] == AG_ORIGIN_START; i++) {
      double x = data->sample.point[i];
      CHECK(x > before); /* the file's own points, each once, in order */
      before = x;
      first += x < 2;
      stayed[(size_t)x] += 1;
    }
    pairs += first == 2;
  }
  double worst = 0;
  for (size_t i = 0; i < 12; i++)
    worst = fmax(worst, fabs(stayed[i] - R / 2.0) / sqrt(R / 4.0));
  double chance = 10.0 * 9 / (20 * 19), z = (pairs - R * chance) / sqrt(R * chance * (1 - chance));
  printf("# worst |z| of one item %.2f, of a pair %.2f\n", worst, z);
  CHECK(worst < 5 && fabs(z) < 5);
  close_replicate(&of);
}

/* --- readings --- */

static void owner_model_keeps_what_the_model_makes(void)
{
  for (size_t w = 0; w < WORLDS; w++) {
    replicate of = open_replicate(game_of("%ssamples: {generate: 10, keep: {owner: 6, public: 4}}\n"
                                          "loop: {reading: owner_model}\nmeasure: published\n",
                                          worlds[w]),
                                  0);
    step(&of);
    step(&of);
    const ag_dataset *data = ag_sampled_dataset(of.play), *seen = ag_sampled_measured(of.play);
    CHECK(data->sample.count == 10 && count_origin(data, AG_ORIGIN_MODEL) == 10);
    CHECK(seen->sample.count == 4 && count_origin(seen, LAST) == 4 && count_born(seen, 2) == 4);
    close_replicate(&of);
  }
}

/* The owner's favourite is atom 0, the public's atom 3; both choose from D_t. */
static void parallel_learns_what_each_has_kept(void)
{
  enum { MADE = 4000 };
  replicate of = open_replicate(
      game_of("engine: samples\nspace: {atoms: {count: 4}}\ncurators:\n"
              "  owner: {reward: {values: [9, 0, 0, 0]}}\n  public: {reward: {values: [0, 0, 0, "
              "9]}}\nloop: {reading: parallel}\nsamples: {initial: 400, generate: %d, keep: "
              "{owner: 30, public: 10}, selection: top}\nmeasure: generated\n",
              MADE),
      0);
  step(&of);
  const ag_dataset *data = ag_sampled_dataset(of.play);
  const double *mass = ag_sampled_mass(of.play);
  double z = (mass[0] - 0.75) / sqrt(0.75 * 0.25 / MADE);
  printf("# the owner's share %.4f, z = %.2f\n", mass[0], z);
  CHECK(fabs(z) < 5 && mass[1] == 0 && mass[2] == 0);
  CHECK(data->sample.count == MADE && count_origin(data, AG_ORIGIN_MODEL) == MADE);
  CHECK(ag_sampled_measured(of.play)->sample.count == MADE);
  close_replicate(&of);
}

/* --- the same bits --- */

static ag_result *run_on(const ag_game *game, int threads)
{
  static const size_t snapshots[] = {0, 2};
  ag_run_options options = {.snapshots = snapshots, .snapshot_count = 2};
  ag_result *result = NULL;
#ifdef _OPENMP
  omp_set_num_threads(threads);
#endif
  CHECK(ag_run(game, &options, &result, NULL) == AG_OK);
  return result;
}

static bool same(const double *a, const double *b, size_t count)
{
  return (!a && !b) || (a && b && memcmp(a, b, count * sizeof *a) == 0);
}

static bool same_result(const ag_result *a, const ag_result *b)
{
  size_t row = (a->generations + 1) * a->metric_count;
  return a->point_count == b->point_count && same(a->metric, b->metric, row) &&
         same(a->replicate_metric, b->replicate_metric, a->replicates * row) &&
         same(a->log_mass, b->log_mass, a->item_count) &&
         same(a->point, b->point, a->point_count * a->dimension) &&
         same(a->snapshot_point[1], b->snapshot_point[1],
              a->dimension > 0 ? a->snapshot_point_count[1] * a->dimension : 0) &&
         a->fits.iterations == b->fits.iterations && a->fits.fits == b->fits.fits;
}

static void check_threads(const char *world, size_t size, size_t replicates)
{
  ag_game *game = game_of("%ssamples: {generate: %zu, keep: 40, dataset: accumulate}\n"
                          "replicates: %zu\ngenerations: 3\n",
                          world, size, replicates);
  ag_result *one = run_on(game, 1), *two = run_on(game, 2), *five = run_on(game, 5);
  CHECK(same_result(one, two) && same_result(one, five));
  CHECK(one->replicates == replicates && one->fits.fits == 3 * replicates);
  ag_result_free(one);
  ag_result_free(two);
  ag_result_free(five);
  ag_game_free(game);
}

static void threads_change_nothing(void)
{
  for (size_t w = 0; w < WORLDS; w++) {
    check_threads(worlds[w], 50, 7);
    check_threads(worlds[w], 80000 / LESS, 1);
  }
}

static void a_replicate_is_the_same_among_any_number(void)
{
  for (size_t w = 0; w < WORLDS; w++) {
    ag_game *few = game_of("%ssamples: {generate: 20}\nreplicates: 3\ngenerations: 4\n", worlds[w]);
    ag_game *many =
        game_of("%ssamples: {generate: 20}\nreplicates: 7\ngenerations: 4\n", worlds[w]);
    ag_result *a = run_on(few, 2), *b = run_on(many, 2);
    size_t row = 5 * a->metric_count;
    CHECK(same(a->replicate_metric, b->replicate_metric, 3 * row));
    CHECK(!same(a->replicate_metric, a->replicate_metric + row, row)); /* they do differ */
    ag_result_free(a);
    ag_result_free(b);
    ag_game_free(few);
    ag_game_free(many);
  }
}

static bool same_dataset(const ag_dataset *a, const ag_dataset *b)
{
  size_t n = a->sample.count;
  bool equal = n == b->sample.count && memcmp(a->born, b->born, n * sizeof *a->born) == 0 &&
               memcmp(a->origin, b->origin, n) == 0;
  for (size_t c = 0; c < a->column_count && equal; c++)
    equal = same(a->column[c], b->column[c], n);
  if (!equal)
    return false;
  return a->sample.dim > 0
             ? same(a->sample.point, b->sample.point, n * a->sample.dim)
             : memcmp(a->sample.item, b->sample.item, n * sizeof *a->sample.item) == 0;
}

/* Saved after `at` generations, taken up in a replicate of another number. */
static void check_state(const char *world, const char *rule, size_t at)
{
  enum { T = 6 };
  const char *words = "%ssamples: {generate: 14, keep: 7, dataset: %s}\nloop: {real_share: 0.1}\n"
                      "generations: 6\nmeasure: published\n";
  replicate whole = open_replicate(game_of(words, world, rule), 5);
  replicate later = open_replicate(game_of(words, world, rule), 5);
  for (size_t t = 0; t < at; t++)
    step(&whole);
  size_t size = 0;
  double *state = NULL;
  CHECK(ag_sampled_save(whole.play, &state, &size, NULL) == AG_OK);
  CHECK(ag_sampled_load(later.play, state, size, NULL) == AG_OK);
  CHECK(ag_sampled_generation(later.play) == at);
  CHECK(same_dataset(ag_sampled_dataset(whole.play), ag_sampled_dataset(later.play)));
  for (size_t t = at; t < T; t++) {
    step(&whole);
    step(&later);
    CHECK(same(ag_sampled_metrics(whole.play), ag_sampled_metrics(later.play),
               ag_game_metric_count(whole.game)));
    CHECK(same_dataset(ag_sampled_dataset(whole.play), ag_sampled_dataset(later.play)));
    CHECK(same_dataset(ag_sampled_measured(whole.play), ag_sampled_measured(later.play)));
  }
  free(state);
  close_replicate(&whole);
  close_replicate(&later);
}

static void a_saved_replicate_goes_on_with_the_same_bits(void)
{
  static const char *const rules[] = {"replace", "accumulate", "{window: 1}", "{window: 3}",
                                      "{subsample: 15}"};
  for (size_t w = 0; w < WORLDS; w++)
    for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
      for (size_t at = 0; at <= 6; at += 2)
        check_state(worlds[w], rules[k], at);
}

/* Words that are no state of the game, one number wrong at a time. */
static void another_state_is_refused(void)
{
  enum { COUNTS = 3 + AG_FIT_COUNTS, HEAD = COUNTS + 2 }; /* the last two are of texts alone */
  for (size_t w = 0; w < 2; w++) {
    replicate of = open_replicate(game_of("%ssamples: {generate: 10, keep: 4, dataset: {window: "
                                          "2}}\ngenerations: 3\n",
                                          worlds[w]),
                                  0);
    step(&of);
    size_t size = 0;
    double *saved = NULL;
    CHECK(ag_sampled_save(of.play, &saved, &size, NULL) == AG_OK);
    double *state = realloc(saved, (size + 1) * sizeof *state);
    state[size] = 0;
    static const double bad[] = {-1, 0.5, 4, 1e300, NAN, INFINITY};
    for (size_t cut = 0; cut <= size + 1; cut++)
      CHECK(ag_sampled_load(of.play, state, cut, NULL) == (cut == size ? AG_OK : AG_ERROR_INPUT));
    for (size_t k = 0; k < 3; k++)
      for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        double held = state[k];
        state[k] = bad[b];
        CHECK(ag_sampled_load(of.play, state, size, NULL) == AG_ERROR_INPUT);
        state[k] = held;
      }
    size_t width = w == 0 ? 3 : 4; /* born, origin, then the item or its coordinates */
    for (size_t k = 3; k < HEAD + 2 + 3 * width; k++)
      for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
        double held = state[k], value = bad[b];
        size_t field = k < HEAD + 2 ? SIZE_MAX : (k - HEAD - 2) % width;
        bool right =
            value == held || ((k < COUNTS || field == 1) && value == 4); /* a count, an origin */
        if (w == 1 && field != SIZE_MAX && field >= 2)
          right = fabs(value) < 1e100; /* a coordinate; the reward must be finite */
        state[k] = value;
        CHECK(ag_sampled_load(of.play, state, size, NULL) == (right ? AG_OK : AG_ERROR_INPUT));
        state[k] = held;
      }
    CHECK(ag_sampled_load(of.play, state, size, NULL) == AG_OK);
    step(&of);
    free(state);
    close_replicate(&of);
  }
}

/* --- poor data --- */

/* Every generator of points, on the points in the file. */
static void play_points(const char *points, const char *samples)
{
  write_points(points);
  for (size_t g = 0; ag_generator_types[g]; g++) {
    ag_result *result = NULL;
    ag_error error = {0};
    if (!ag_generator_types[g]->takes_points)
      continue;
    ag_game *game = game_of("space: {cloud: {file: points.csv}}\ngenerator: %s\ngenerations: 5\n"
                            "curators:\n  owner: {reward: {disc: {center: [0, 0]}}, pool: 50}\n"
                            "  public: {reward: {disc: {center: [1, 0]}}, pool: inf}\n"
                            "samples: {%s}\n",
                            ag_generator_types[g]->name, samples);
    ag_status status = ag_run(game, NULL, &result, &error);
    if (status != AG_OK)
      printf("# %s: %s\n", ag_generator_types[g]->name, error.message);
    CHECK(status == AG_OK);
    for (size_t i = 0; status == AG_OK && i < result->point_count * 2; i++)
      CHECK(isfinite(result->point[i]) && fabs(result->point[i]) < 1e160);
    for (size_t i = 0; status == AG_OK && i < 6 * result->metric_count; i++)
      CHECK(isfinite(result->metric[i]));
    ag_result_free(result);
    ag_game_free(game);
  }
}

static void one_point_is_enough(void)
{
  play_points("x,y\n2,3\n", "generate: 1, keep: 1");
  play_points("x,y\n0,0\n", "generate: 20, keep: 1");
}

static void equal_points_are_enough(void)
{
  play_points("x,y\n2,3\n2,3\n2,3\n2,3\n", "generate: 20, keep: 10");
  play_points("x,y\n2e10,-3e-10\n2e10,-3e-10\n", "generate: 20, keep: 10");
}

static void fewer_points_than_components_are_enough(void)
{
  play_points("x,y\n2,3\n-1,0\n", "generate: 3, keep: 2");
  play_points("x,y\n0,0\n1,1\n2,2\n", "generate: 30, keep: 3, selection: groups");
}

static void fail_points(const char *points, const char *rest, const char *fragment, long line)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_error error = {0};
  char words[1024];
  write_points(points);
  snprintf(words, sizeof words, "space: {cloud: {file: points.csv}}\ngenerations: 3\n%s", rest);
  ag_status status = try_game(words, &game, &error);
  if (status == AG_OK)
    status = ag_run(game, NULL, &result, &error);
  if (status != AG_ERROR_INPUT || !strstr(error.message, fragment) || error.line != line)
    printf("# status %d, %s:%ld: %s\n", status, error.file, error.line, error.message);
  CHECK(status == AG_ERROR_INPUT && result == NULL);
  CHECK(strstr(error.message, fragment) != NULL && error.line == line);
  ag_game_free(game);
}

static void what_cannot_be_played_is_said(void)
{
  static const char plain[] = "curators: {owner: {reward: {linear: {weights: [1, 1]}}}}\n";
  fail_points("x,y\n1,2\n3,nan\n", plain, "number", 3);
  fail_points("x,y\n1,2\n3,4\n,5\n", plain, "without this coordinate", 4);
  fail_points("x,y\n1,2\n3,inf\n", plain, "number", 3);
  fail_points("x,y\n1,2\n3,4o\n", plain, "number", 3);
  fail_points("x,y\n3,1\n0,1\n", "curators: {owner: {reward: {expression: 1 / x}}}\n",
              "the reward of owner is inf at the point (0, 1)", 0);
  fail_points("x,y\n3,1\n-1,1\n", "curators: {owner: {reward: {expression: log(x)}}}\n",
              "the reward of owner is", 0);
  fail_points("x,y\n1,2\n3,4\n",
              "curators: {owner: {reward: {linear: {weights: [1, 1]}}}}\n"
              "samples: {keep: 3, selection: groups}\n",
              "owner keeps 3 of 2 items", 4);
}

/* What a run keeps of the first replicate's dataset says the same as its metrics. */
static void a_run_keeps_where_items_come_from(void)
{
  ag_game *game = game_of("generations: 5\n"
                          "space: {cloud: {gaussian: {mean: [0, 0], deviation: 1}, count: 40}}\n"
                          "curators: {owner: {reward: {linear: {weights: [1, 1]}}},"
                          "           public: {reward: {linear: {weights: [1, -1]}}}}\n"
                          "samples: {generate: 30, keep: {owner: 20, public: 10},"
                          "          dataset: accumulate}\n"
                          "replicates: 2\n");
  char run[64];
  ag_result *result = NULL, *again = NULL;
  ag_game *read = NULL;
  snprintf(run, sizeof run, "%s/run", folder);
  ag_run_options options = {.directory = run};
  CHECK(ag_run(game, &options, &result, NULL) == AG_OK);
  const ag_provenance *dataset = &result->dataset;
  double counts[AG_ORIGIN_KEPT + 2] = {0}, age = 0;
  CHECK(dataset->count == 90);
  for (size_t i = 0; i < dataset->count; i++) {
    counts[(size_t)dataset->origin[i]]++;
    age += 5 - dataset->born[i];
    CHECK((dataset->origin[i] == AG_ORIGIN_START) == (dataset->born[i] == 0));
  }
  CHECK(counts[AG_ORIGIN_START] == 40 && counts[AG_ORIGIN_KEPT + 1] == 50);
  size_t metric = ag_result_find_metric(result, "dataset_age");
  CHECK(age / 90 == result->replicate_metric[5 * result->metric_count + metric]);
  CHECK(ag_run_read(run, &read, &again, NULL) == AG_OK && again->dataset.count == 90);
  CHECK(!memcmp(again->dataset.item, dataset->item, 180 * sizeof(double)));
  CHECK(!memcmp(again->dataset.origin, dataset->origin, 90 * sizeof(double)));
  ag_result_free(again);
  ag_game_free(read);
  ag_result_free(result);
  ag_game_free(game);
  static const char *const files[] = {"run/metrics.csv", "run/outcome.safetensors",
                                      "run/run.sqlite", "run"};
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, files[f]);
    remove(path);
  }
}

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(sizes_and_provenance_follow_the_rule);
  CHECK_RUN(a_share_is_real);
  CHECK_RUN(real_items_are_drawn_from_the_start);
  CHECK_RUN(a_subsample_is_uniform);
  CHECK_RUN(owner_model_keeps_what_the_model_makes);
  CHECK_RUN(parallel_learns_what_each_has_kept);
  CHECK_RUN(threads_change_nothing);
  CHECK_RUN(a_replicate_is_the_same_among_any_number);
  CHECK_RUN(a_saved_replicate_goes_on_with_the_same_bits);
  CHECK_RUN(another_state_is_refused);
  CHECK_RUN(one_point_is_enough);
  CHECK_RUN(equal_points_are_enough);
  CHECK_RUN(fewer_points_than_components_are_enough);
  CHECK_RUN(what_cannot_be_played_is_said);
  CHECK_RUN(a_run_keeps_where_items_come_from);
  char path[64];
  snprintf(path, sizeof path, "%s/points.csv", folder);
  unlink(path);
  rmdir(folder);
  return check_end();
}
