/* Games made from arrays and functions, and played step by step. */
#include "tests/check.h"

#include <unistd.h>

#include <aligngame.h>

/* --- functions of the caller's --- */

static ag_status like_the_middle(void *context, const ag_batch *batch, double *reward,
                                 ag_error *error)
{
  size_t *calls = context;
  (void)error;
  ++*calls;
  for (size_t i = 0; i < batch->count; i++)
    reward[i] =
        batch->item ? -fabs((double)batch->item[i] - 2) : -fabs(batch->point[i * batch->dimension]);
  return AG_OK;
}

static ag_status refuse(void *context, const ag_batch *batch, double *reward, ag_error *error)
{
  (void)context, (void)batch, (void)reward;
  snprintf(error->message, sizeof error->message, "no");
  return error->status = AG_ERROR_INPUT;
}

/* A model that keeps the mean of its data and generates near it. */
typedef struct mean_model {
  double mean;
  size_t fits;
} mean_model;

static ag_status fit_mean(void *context, const ag_batch *data, uint64_t seed, ag_error *error)
{
  mean_model *self = context;
  (void)seed, (void)error;
  self->mean = 0;
  self->fits++;
  for (size_t i = 0; i < data->count; i++)
    self->mean += data->point[i] / (double)data->count;
  return AG_OK;
}

static ag_status sample_mean(void *context, size_t count, uint64_t seed, uint32_t *item,
                             double *point, ag_error *error)
{
  const mean_model *self = context;
  (void)error;
  for (size_t i = 0; i < count; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    point[i] = self->mean + (double)(seed >> 11) * 0x1p-53 - 0.5;
  }
  return item == NULL ? AG_OK : AG_ERROR_INTERNAL;
}

/* --- making --- */

/* Games on three items: the same masses and metrics, to the bit. */
static void play_alike(const ag_game *one, const ag_game *other, int generations)
{
  ag_state *a = NULL, *b = NULL;
  ag_error error;
  CHECK(ag_game_metric_count(one) == ag_game_metric_count(other));
  CHECK(!ag_state_create(one, 0, &a, &error) && !ag_state_create(other, 0, &b, &error));
  for (int t = 0; t <= generations; t++) {
    double x[3], y[3];
    ag_state_log_mass(a, x);
    ag_state_log_mass(b, y);
    CHECK(!memcmp(x, y, sizeof x));
    CHECK(!memcmp(ag_state_metrics(a), ag_state_metrics(b),
                  ag_game_metric_count(one) * sizeof(double)));
    CHECK(!ag_state_advance(a, &error) && !ag_state_advance(b, &error));
  }
  ag_state_free(a);
  ag_state_free(b);
}

/* The same game from arrays and from YAML has the same bits. */
static void arrays_and_yaml_are_one_game(void)
{
  static const char yaml[] = "space: {atoms: {count: 3}}\ncurators:\n"
                             "  owner: {reward: {values: [3, 0, 2]}, pool: 8}\n"
                             "  public: {reward: {values: [0, 3, 2]}, pool: inf, temperature: 2}\n"
                             "loop: {steps: [{mixture: {owner: 1, public: 3}}, {curate: owner}, "
                             "{keep: 0.25}, {real: \"0.1 + 0.01*t\"}]}\ngenerations: 3\n";
  const double owner[3] = {3, 0, 2}, public_[3] = {0, 3, 2};
  const double *const reward[2] = {owner, public_};
  const char *const name[2] = {"owner", "public"}, *const metric[1] = {"default"};
  const ag_pool pool[2] = {8, AG_POOL_INFINITE};
  const double temperature[2] = {1, 2}, real[3] = {0.1, 0.1 + 0.01, 0.1 + 0.01 * 2};
  const size_t both[2] = {0, 1};
  const ag_schedule share[2] = {{.value = 1}, {.value = 3}};
  const ag_step_spec step[4] = {
      {.kind = "mixture", .curator_count = 2, .curator = both, .share = share},
      {.kind = "curate", .curator_count = 1, .curator = both},
      {.kind = "keep", .rate = {.value = 0.25}},
      {.kind = "real", .rate = {.count = 3, .by_generation = real}}};
  const ag_game_spec spec = {.count = 3,
                             .curator_count = 2,
                             .curator = name,
                             .reward = reward,
                             .pool = pool,
                             .temperature = temperature,
                             .step_count = 4,
                             .step = step,
                             .metric_count = 1,
                             .metric = metric};
  ag_game *made = NULL, *read = NULL;
  ag_error error;
  CHECK(!ag_game_make(&spec, &made, &error));
  CHECK(!ag_game_parse("t.yaml", yaml, strlen(yaml), NULL, 0, &read, &error));
  play_alike(made, read, 3);
  ag_game_free(made);
  ag_game_free(read);
}

/* --- settings --- */

static const char table[] = "title,stars,clicks\nA,3,0\nB,0,3\nC,2,2\n";

static void write_table(const char *path)
{
  FILE *file = fopen(path, "w");
  CHECK(file && fputs(table, file) >= 0 && !fclose(file));
}

/* A file and kinds of rewards are settings; arrays may stand beside them and go first. */
static void what_has_no_arrays_is_set(void)
{
  char path[] = "/tmp/aligngame_spec_XXXXXX", file[64];
  int handle = mkstemp(path);
  CHECK(handle >= 0 && !close(handle));
  write_table(path);
  snprintf(file, sizeof file, "space.table.file=%s", path);
  const char *const setting[] = {file,
                                 "space.table.label=title",
                                 "curators.owner={reward: {column: stars}, pool: 5}",
                                 "curators.public={reward: {column: clicks}, weight: 2}",
                                 "loop.reading=parallel",
                                 "metrics=[entropy]"};
  const double stars[3] = {3, 0, 2}, clicks[3] = {0, 3, 2}, weight[2] = {1, 2};
  const double *const reward[2] = {stars, clicks};
  const char *const name[2] = {"owner", "public"}, *const metric[1] = {"entropy"};
  const ag_pool pool[2] = {5, 8};
  ag_game_spec arrays = {.count = 3,
                         .curator_count = 2,
                         .curator = name,
                         .reward = reward,
                         .pool = pool,
                         .weight = weight,
                         .reading = "parallel",
                         .metric_count = 1,
                         .metric = metric};
  ag_game *set = NULL, *made = NULL, *both = NULL;
  ag_error error;
  CHECK(!ag_game_make(&(ag_game_spec){.setting_count = 6, .setting = setting}, &set, &error));
  CHECK(!ag_game_make(&arrays, &made, &error));
  CHECK(ag_game_text(set) && !ag_game_text(made) && ag_game_generations(set) == 60);
  CHECK_TEXT(ag_game_reading(made), "parallel");
  play_alike(set, made, 5);
  arrays.setting_count = 2; /* the arrays go first */
  arrays.setting = setting;
  CHECK(!ag_game_make(&arrays, &both, &error) && !ag_game_text(both));
  play_alike(both, made, 5);
  ag_game_free(both);
  arrays.count = 0; /* now the file's */
  CHECK(!ag_game_make(&arrays, &both, &error));
  play_alike(both, made, 5);
  char label[8];
  CHECK(ag_game_item_label(both, 1, label, sizeof label) == 1 && label[0] == 'B');
  ag_game_free(both);
  ag_game_free(set);
  ag_game_free(made);
  remove(path);
}

static void what_is_wrong_with_settings_has_a_place(void)
{
  const char *const setting[] = {"space.atoms.count=2", "curators.a.reward.values=[1, 0]",
                                 "curators.a.poole=3"};
  ag_game *game = NULL;
  ag_error error = {0};
  CHECK(ag_game_make(&(ag_game_spec){.setting_count = 3, .setting = setting}, &game, &error) ==
        AG_ERROR_INPUT);
  CHECK(strstr(error.file, "-s curators.a.poole=3") && error.line == 1 &&
        strstr(error.message, "did you mean `pool`"));
}

static void what_is_wrong_with_arrays_is_said(void)
{
  const double reward[2] = {1, NAN}, fine[2] = {1, 0};
  const double *const bad[1] = {reward}, *const good[1] = {fine};
  const ag_pool one = 1;
  const size_t stranger = 7;
  const ag_step_spec nobody = {.kind = "curate", .curator_count = 1, .curator = &stranger};
  const ag_step_spec unknown = {.kind = "shuffle"}, full = {.kind = "keep", .rate = {.value = 1}};
  const struct {
    ag_game_spec spec;
    const char *fragment;
  } wrong[] = {
      {{.curator_count = 1, .reward = good}, "needs items"},
      {{.count = 2}, "needs curators"},
      {{.count = 2, .curator_count = 1}, "no rewards"},
      {{.count = 2, .curator_count = 1, .reward = bad}, "item 1"},
      {{.count = 2, .curator_count = 1, .reward = good, .pool = &one}, "from 2"},
      {{.count = 2, .curator_count = 1, .reward = good, .step_count = 1, .step = &nobody},
       "number 7"},
      {{.count = 2, .curator_count = 1, .reward = good, .step_count = 1, .step = &unknown},
       "shuffle"},
      {{.count = 2, .curator_count = 1, .reward = good, .step_count = 1, .step = &full}, "is kept"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_game *game = NULL;
    ag_error error = {0};
    CHECK(ag_game_make(&wrong[i].spec, &game, &error) == AG_ERROR_INPUT && !game);
    if (!strstr(error.message, wrong[i].fragment))
      printf("# case %zu: %s\n", i, error.message);
    CHECK(strstr(error.message, wrong[i].fragment) != NULL);
  }
}

/* A function is asked in batches, and its numbers are those of an array. */
static void a_reward_may_be_a_function(void)
{
  enum { ITEMS = 10000 };
  size_t calls = 0;
  static double array[ITEMS];
  const double *const reward[1] = {array};
  const ag_reward_function function = {like_the_middle, &calls}, none = {refuse, NULL};
  ag_game *by_function = NULL, *by_array = NULL, *refused = NULL;
  ag_error error = {0};
  for (size_t i = 0; i < ITEMS; i++)
    array[i] = -fabs((double)i - 2);
  CHECK(!ag_game_make(
      &(ag_game_spec){.count = ITEMS, .curator_count = 1, .reward_function = &function},
      &by_function, &error));
  CHECK(!ag_game_make(&(ag_game_spec){.count = ITEMS, .curator_count = 1, .reward = reward},
                      &by_array, &error));
  CHECK(calls > 1 && calls < 10);
  static double there[ITEMS];
  ag_game_rewards(by_function, 0, there);
  CHECK(!memcmp(there, array, sizeof array));
  CHECK(ag_game_make(&(ag_game_spec){.count = 3, .curator_count = 1, .reward_function = &none},
                     &refused, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "no");
  ag_game_free(by_function);
  ag_game_free(by_array);
}

/* Masses, groups and rewards are brought, and all else is set: the game that a file describes. */
static void keys_may_be_set_beside_arrays(void)
{
  static const char yaml[] =
      "generations: 7\nspace: {atoms: {mass: [9, 9, 2], labels: [x, y, z], groups: [b, a, b]}}\n"
      "curators:\n  one: {reward: {values: [3, 0, 2]}, pool: 5}\n"
      "  two: {reward: {values: [0, 3, 2]}, temperature: deviation}\n";
  const char *const setting[] = {
      "generations=7", "curators.one.pool=5",
      "curators.two={reward: {values: [0, 3, 2]}, temperature: deviation}"};
  const char *const name[2] = {"one", "two"}, *const label[3] = {"x", "y", "z"};
  const char *const group[3] = {"b", "a", "b"};
  const double mass[3] = {9, 9, 2}, one[3] = {3, 0, 2};
  const double *const reward[2] = {one, NULL};
  ag_game_spec spec = {.count = 3,
                       .mass = mass,
                       .label = label,
                       .group = group,
                       .curator_count = 2,
                       .curator = name,
                       .reward = reward,
                       .setting_count = 3,
                       .setting = setting};
  ag_game *made = NULL, *read = NULL;
  ag_error error = {0};
  CHECK(!ag_game_make(&spec, &made, &error));
  CHECK(!ag_game_parse("t.yaml", yaml, strlen(yaml), NULL, 0, &read, &error));
  CHECK(ag_game_generations(made) == 7 && ag_game_curator_pool(made, 0) == 5);
  CHECK_TEXT(ag_game_item_group(made, 2), "b");
  play_alike(made, read, 7);
  ag_game_free(made);
  ag_game_free(read);

  const char *const wrong[] = {"curators.three.pool=5"}, *const twice[] = {"curators.one.reward=9"};
  spec.setting_count = 1;
  spec.setting = wrong;
  CHECK(ag_game_make(&spec, &made, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "there is no curator 'three'");
  spec.setting = twice; /* what is brought is not set as well */
  CHECK(ag_game_make(&spec, &made, &error) == AG_ERROR_INPUT && strstr(error.message, "reward"));
}

/* A game of arrays has no file's text, and documents all the same. */
static void a_game_of_arrays_has_documents(void)
{
  const double one[2] = {1, 0};
  const double *const reward[1] = {one};
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_error error = {0};
  CHECK(!ag_game_make(&(ag_game_spec){.count = 2, .curator_count = 1, .reward = reward}, &game,
                      &error));
  CHECK(!ag_run(game, NULL, &result, &error) && !ag_facts_find(game, result, &facts, &error));
  char *text = ag_result_json(game, result, facts);
  CHECK(text && strstr(text, "\"game\": null"));
  free(text);
  ag_facts_free(facts);
  ag_result_free(result);
  ag_game_free(game);
}

/* --- functions --- */

/* In a grid a function is told where the cells lie. */
static ag_status like_the_right(void *context, const ag_batch *batch, double *reward,
                                ag_error *error)
{
  (void)context, (void)error;
  for (size_t i = 0; i < batch->count; i++)
    reward[i] = batch->item && batch->dimension == 2 ? batch->point[2 * i] : NAN;
  return AG_OK;
}

static void a_reward_knows_where_cells_lie(void)
{
  const char *const setting[] = {"space.box={lower: [0, 0], upper: [4, 2], cells: [4, 2]}"};
  const char *const name[1] = {"a"};
  const ag_reward_function function = {like_the_right, NULL};
  const double expected[8] = {0.5, 0.5, 1.5, 1.5, 2.5, 2.5, 3.5, 3.5};
  double reward[8];
  ag_game *game = NULL;
  ag_error error = {0};
  CHECK(!ag_game_make(&(ag_game_spec){.curator_count = 1,
                                      .curator = name,
                                      .reward_function = &function,
                                      .setting_count = 1,
                                      .setting = setting},
                      &game, &error));
  ag_game_rewards(game, 0, reward);
  CHECK(!memcmp(reward, expected, sizeof reward));
  ag_game_free(game);
}

static ag_status like_short_texts(void *context, const ag_batch *batch, double *reward,
                                  ag_error *error)
{
  (void)context, (void)error;
  for (size_t i = 0; i < batch->count; i++)
    reward[i] = -(double)strlen(batch->text[i]);
  return AG_OK;
}

/* A model that writes what it has learnt, with a mark at the first generation. */
typedef struct copying_model {
  char text[64];
  size_t fits, learnt, short_by;
} copying_model;

static ag_status fit_copy(void *context, const ag_batch *data, uint64_t seed, ag_error *error)
{
  copying_model *self = context;
  (void)seed, (void)error;
  size_t shortest = 0;
  for (size_t i = 1; i < data->count; i++)
    if (strlen(data->text[i]) < strlen(data->text[shortest]))
      shortest = i;
  snprintf(self->text, sizeof self->text, "%s", data->text[shortest]);
  self->fits++;
  self->learnt = data->count;
  return AG_OK;
}

static ag_status write_copy(void *context, size_t count, uint64_t seed, ag_text_writer *writer,
                            ag_error *error)
{
  const copying_model *self = context;
  ag_status status = AG_OK;
  (void)seed;
  for (size_t i = self->short_by; i < count && !status; i++)
    status = ag_text_write(writer, self->text, strlen(self->text), error);
  return status;
}

static ag_status make_writer(copying_model *model, ag_game **game, ag_error *error)
{
  static const char *const setting[] = {"space.text={grammar: {}, sentences: 40}",
                                        "samples.generate=20", "samples.keep=10"};
  static const char *const name[1] = {"a"};
  const ag_reward_function reward = {like_short_texts, NULL};
  const ag_generator_function generator = {.fit = fit_copy, .context = model, .write = write_copy};
  const ag_samples_spec samples = {.generator = &generator};
  return ag_game_make(&(ag_game_spec){.curator_count = 1,
                                      .curator = name,
                                      .reward_function = &reward,
                                      .samples = &samples,
                                      .setting_count = 3,
                                      .setting = setting},
                      game, error);
}

static void a_model_may_write_texts(void)
{
  copying_model model = {.fits = 0};
  ag_game *game = NULL;
  ag_state *state = NULL;
  ag_error error = {0};
  CHECK(!make_writer(&model, &game, &error));
  CHECK(ag_game_is_text(game));
  CHECK(!ag_state_create(game, 0, &state, &error));
  for (int t = 0; t < 3; t++)
    CHECK(!ag_state_advance(state, &error));
  CHECK(model.fits == 3 && model.learnt == 10 && strlen(model.text) > 0);
  model.short_by = 1;
  CHECK(ag_state_advance(state, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "the generator wrote 19 of 20 texts");
  ag_state_free(state);
  ag_game_free(game);
}

/* Points that a caller's model makes and a caller's reward judges: the mean comes to the middle. */
static void a_model_may_be_a_function(void)
{
  size_t calls = 0;
  mean_model model = {0};
  const ag_reward_function reward = {like_the_middle, &calls};
  const ag_generator_function generator = {
      .fit = fit_mean, .sample = sample_mean, .context = &model};
  const double low = 1, high = 3;
  const size_t keep = 50;
  const ag_samples_spec samples = {.generate = 200, .keep = &keep, .generator = &generator};
  const ag_game_spec spec = {.seed = 3,
                             .point_count = 500,
                             .dimension = 1,
                             .lower = &low,
                             .upper = &high,
                             .curator_count = 1,
                             .reward_function = &reward,
                             .samples = &samples};
  ag_game *game = NULL;
  ag_state *state = NULL;
  ag_error error = {0};
  CHECK(!ag_game_make(&spec, &game, &error));
  CHECK(!ag_state_create(game, 0, &state, &error));
  size_t count, before = calls;
  CHECK(ag_state_points(state, &count) && count == 500);
  for (int t = 0; t < 40; t++)
    CHECK(!ag_state_advance(state, &error));
  CHECK(model.fits == 40 && calls > before);
  CHECK(fabs(model.mean) < 0.5);
  ag_state_free(state);
  ag_game_free(game);
}

/* --- stepping --- */

/* Saved, put back in another state and played on: the same bits, by both engines, also where pools
 * and rewards change. */
static void a_state_is_saved_and_restored(void)
{
  static const char *const words[] = {
      "loop: {order: [a, b]}\n",
      "loop: {steps: [{mixture: {a: 1, b: 1}}, {real: 0.1}]}\n",
      "engine: samples\nsamples: {generate: 300, keep: 100}\n",
  };
  static const char *const curators[] = {
      "  a: {reward: {values: [3, 0, 2]}}\n",
      "  a: {reward: {values: [3, 0, 2]}, pool: \"2 + t\", temperature: \"1 + 0.1*t\"}\n",
      "  a: {reward: {adaptive: {reward: {values: [3, 0, 2]}}}}\n"};
  for (size_t k = 0; k < 9; k++) {
    char text[512];
    ag_game *game = NULL;
    ag_state *state = NULL, *other = NULL;
    ag_error error = {0};
    double *numbers = NULL, there[3], back[3];
    size_t count = 0;
    if (k / 3 == 2 && k % 3 == 2) /* the exact engine alone plays it */
      continue;
    snprintf(text, sizeof text,
             "generations: 20\nspace: {atoms: {mass: [9, 9, 2]}}\ncurators:\n%s"
             "  b: {reward: {values: [0, 3, 2]}, pool: 3}\n%s",
             curators[k % 3], words[k / 3]);
    CHECK(!ag_game_parse("t.yaml", text, strlen(text), NULL, 0, &game, &error));
    CHECK(!ag_state_create(game, 0, &state, &error) && !ag_state_create(game, 0, &other, &error));
    for (int t = 0; t < 4; t++)
      CHECK(!ag_state_advance(state, &error));
    CHECK(!ag_state_save(state, &numbers, &count, &error));
    CHECK(!ag_state_advance(other, &error) && !ag_state_restore(other, numbers, count, &error));
    CHECK(ag_state_generation(other) == 4);
    for (int t = 0; t < 4; t++)
      CHECK(!ag_state_advance(state, &error) && !ag_state_advance(other, &error));
    ag_state_log_mass(state, there);
    ag_state_log_mass(other, back);
    CHECK(!memcmp(there, back, sizeof there));
    CHECK(ag_state_restore(other, numbers, count - 1, &error) == AG_ERROR_INPUT);
    free(numbers);
    ag_state_free(state);
    ag_state_free(other);
    ag_game_free(game);
  }
}

/* --- rewards with a state --- */

/* Whoever is less satisfied than it wants raises its voice: with shares of 40 and 60 in a hundred
 * the smaller side ends as loud as it takes for half and half, and theory says nothing of it. */
static void a_reward_may_change_with_what_it_sees(void)
{
  static const char yaml[] =
      "generations: 400\nspace: {atoms: {mass: [1, 1]}}\ncurators:\n"
      "  a: {reward: {adaptive: {reward: {values: [3, 0]}, gain: 0.3}}, temperature: 3}\n"
      "  b: {reward: {adaptive: {reward: {values: [0, 3]}, gain: 0.3}}, temperature: 3}\n"
      "loop: {steps: [{mixture: {a: 0.4, b: 0.6}}]}\nmetrics: [mean_reward]\n";
  ag_game *game = NULL;
  ag_state *state = NULL;
  ag_prediction *prediction = NULL;
  ag_error error = {0};
  double log_mass[2];
  CHECK(!ag_game_parse("t.yaml", yaml, strlen(yaml), NULL, 0, &game, &error));
  CHECK(!ag_state_create(game, 0, &state, &error));
  for (int t = 0; t < 400; t++)
    CHECK(!ag_state_advance(state, &error));
  ag_state_log_mass(state, log_mass);
  CHECK_NEAR(exp(log_mass[0]), 0.5, 1e-6);
  CHECK_NEAR(ag_state_metrics(state)[0], 1.5, 1e-5); /* the reward as it was at first */
  CHECK(!ag_predict(game, &prediction, &error));
  CHECK(prediction->theory.kind == AG_THEORY_NONE);
  ag_prediction_free(prediction);
  ag_state_free(state);
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(arrays_and_yaml_are_one_game);
  CHECK_RUN(what_is_wrong_with_arrays_is_said);
  CHECK_RUN(what_has_no_arrays_is_set);
  CHECK_RUN(what_is_wrong_with_settings_has_a_place);
  CHECK_RUN(keys_may_be_set_beside_arrays);
  CHECK_RUN(a_game_of_arrays_has_documents);
  CHECK_RUN(a_reward_may_be_a_function);
  CHECK_RUN(a_reward_knows_where_cells_lie);
  CHECK_RUN(a_model_may_write_texts);
  CHECK_RUN(a_model_may_be_a_function);
  CHECK_RUN(a_state_is_saved_and_restored);
  CHECK_RUN(a_reward_may_change_with_what_it_sees);
  return check_end();
}
