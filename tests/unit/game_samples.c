/* What a game file says of samples: what is taken for granted, what is refused and where. */
#include "game/game.h"

#include "tests/check.h"

#define ATOMS "space: {atoms: {mass: [1, 2, 3]}}\n"
#define TWO "curators: {a: {reward: {values: [1, 0, 0]}}, b: {reward: {values: [0, 1, 0]}}}\n"
#define PLANE "space: {cloud: {uniform: {lower: [0, 0], upper: [1, 1]}, count: 50}}\n"
#define DISC "curators: {a: {reward: {disc: {center: [0, 0]}}}}\n"

static ag_status read_game(const char *words, ag_game **game, ag_error *error)
{
  *game = NULL;
  return ag_game_parse("game.yaml", words, strlen(words), NULL, 0, game, error);
}

static ag_game *made(const char *words)
{
  ag_game *game;
  ag_error error;
  if (read_game(words, &game, &error) != AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return game;
}

static void sizes_have_defaults(void)
{
  ag_game *game = made(ATOMS TWO "engine: samples\n");
  const ag_samples *samples = &game->samples;
  CHECK(game->sampled && game->replicates == 1 && ag_game_is_sampled(game));
  CHECK(!ag_game_is_cloud(game) && game->measured == AG_MEASURE_DATASET);
  CHECK(samples->initial == 1000 && samples->generate == 1000 && samples->keep[0] == 500 &&
        samples->keep[1] == 500);
  CHECK_TEXT(samples->selection->name, "pools");
  CHECK_TEXT(ag_game_generator(game), "ideal");
  CHECK(samples->dataset == AG_DATASET_REPLACE);
  ag_game_free(game);
  game = made(PLANE DISC "generator: kde\n"); /* points are played on samples in any case */
  samples = &game->samples;
  CHECK(ag_game_is_sampled(game) && ag_game_is_cloud(game) && ag_game_item_count(game) == 0);
  CHECK(samples->initial == 50 && samples->generate == 50 && samples->keep[0] == 25);
  CHECK_TEXT(ag_game_engine(game), "samples");
  ag_game_free(game);
  game = made(ATOMS TWO "samples: {generate: 1}\nengine: samples\n");
  CHECK(game->samples.initial == 1 && game->samples.keep[1] == 1);
  ag_game_free(game);
  game = made(ATOMS TWO "engine: samples\nloop: {reading: accumulate}\n");
  CHECK(game->samples.dataset == AG_DATASET_ACCUMULATE);
  ag_game_free(game);
}

static void keep_is_one_number_or_one_a_curator(void)
{
  ag_game *game = made(ATOMS TWO "engine: samples\nloop: {order: [b, a, b]}\n"
                                 "samples: {keep: {a: 7, b: 9}, dataset: {window: 4}}\n");
  CHECK(game->samples.keep[0] == 9 && game->samples.keep[1] == 7 && game->samples.keep[2] == 9);
  CHECK(game->samples.dataset == AG_DATASET_WINDOW && game->samples.size == 4);
  ag_game_free(game);
  game = made(ATOMS TWO "engine: samples\nsamples: {keep: 11, dataset: {subsample: 6}}\n");
  CHECK(game->samples.keep[0] == 11 && game->samples.keep[1] == 11);
  CHECK(game->samples.dataset == AG_DATASET_SUBSAMPLE && game->samples.size == 6);
  ag_game_free(game);
}

static void every_rule_has_its_word(void)
{
  for (size_t k = 0; ag_selection_types[k]; k++) {
    char words[512];
    snprintf(words, sizeof words, "%ssamples: {selection: %s}\nengine: samples\n", ATOMS TWO,
             ag_selection_types[k]->name);
    ag_game *game = made(words);
    CHECK(game->samples.selection == ag_selection_types[k]);
    ag_game_free(game);
  }
}

static void what_is_wrong_is_refused_at_its_place(void)
{
  static const struct {
    const char *words;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {ATOMS TWO "engine: sample\n", 3, 9, "did you mean `samples`"},
      {ATOMS TWO "engine: [samples]\n", 3, 9, "expected a text"},
      {ATOMS TWO "replicates: 3\n", 3, 13, "the exact engine"},
      {ATOMS TWO "engine: exact\nreplicates: 3\n", 4, 13, "the exact engine"},
      {ATOMS TWO "engine: samples\nreplicates: 0\n", 4, 13, "from 1 to 1000000"},
      {ATOMS TWO "engine: exact\ngenerator: categorical\n", 3, 9, "a learned generator"},
      {ATOMS TWO "generator: gmm\n", 3, 12, "`gmm` learns points of a cloud"},
      {ATOMS TWO "generator: categoricla\n", 3, 12, "did you mean `categorical`"},
      {PLANE DISC "generator: categorical\n", 3, 12, "ideal, gmm, kde"},
      {PLANE DISC "engine: exact\n", 3, 9, "points without a grid"},
      {PLANE DISC "engine: exact\ngenerator: gmm\n", 3, 9, "a learned generator"},
      {PLANE DISC "generator: {gmm: {component: 2}}\n", 3, 19, "did you mean `components`"},
      {ATOMS TWO "engine: samples\nsamples: {keeps: 3}\n", 4, 11, "did you mean `keep`"},
      {ATOMS TWO "engine: samples\nsamples: {generate: 0}\n", 4, 21, "from 1 to"},
      {ATOMS TWO "engine: samples\nsamples: {generate: 1e10}\n", 4, 21, "from 1 to"},
      {ATOMS TWO "engine: samples\nsamples: {initial: many}\n", 4, 20, "integer"},
      {PLANE DISC "samples: {initial: 3}\n", 3, 20, "the cloud says"},
      {ATOMS TWO "engine: samples\nsamples: {keep: 0}\n", 4, 17, "from 1 to"},
      {ATOMS TWO "engine: samples\nsamples: {keep: [1, 2]}\n", 4, 17, "expected a mapping"},
      {ATOMS TWO "engine: samples\nsamples: {keep: {a: 1, c: 2}}\n", 4, 24, "a, b"},
      {ATOMS TWO "engine: samples\nsamples: {selection: pool}\n", 4, 22, "did you mean `pools`"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: acumulate}\n", 4, 20,
       "did you mean `accumulate`"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: {window: 1, subsample: 2}}\n", 4, 20,
       "exactly one of"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: {}}\n", 4, 20, "exactly one of"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: {widow: 3}}\n", 4, 21, "did you mean"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: {window: 0}}\n", 4, 29, "window"},
      {ATOMS TWO "engine: samples\nsamples: {dataset: {subsample: }}\n", 4, 32, "subsample"},
      {ATOMS TWO "engine: samples\nloop: {reading: accumulate}\nsamples: {dataset: replace}\n", 5,
       20, "keeps every item"},
      {ATOMS TWO "engine: samples\nsamples: {generate: 8, keep: 9, selection: groups}\n", 4, 10,
       "a keeps 9 of 8 items"},
      {ATOMS TWO "engine: samples\nsamples: {initial: 20, generate: 9, keep: {a: 9, b: 8}, "
                 "selection: top}\n",
       4, 10, "a keeps 9 of 8 items"}, /* of what is left when the public has chosen */
      {ATOMS TWO "engine: samples\nsamples: {generate: 20, keep: {a: 5, b: 9}, dataset: "
                 "{subsample: 4}, selection: softmax}\n",
       4, 10, "a keeps 5 of 4 items"},
      {PLANE DISC "metrics: [variance, entropy]\n", 3, 21, "not on a cloud"},
      {PLANE DISC "metrics: [varience]\n", 3, 11, "did you mean `variance`"},
      {ATOMS TWO "measure: data\n", 3, 10, "dataset, published, generated"},
      {ATOMS TWO "measure: generated\n", 3, 10, "the exact engine measures"},
      {ATOMS TWO "loop: {reading: owner_model}\nmeasure: published\n", 4, 10,
       "the exact engine measures"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_game *game;
    ag_error error = {0};
    CHECK(read_game(wrong[i].words, &game, &error) == AG_ERROR_INPUT && game == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# case %zu: %ld:%ld: %s\n", i, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
    ag_game_free(game);
  }
}

/* --- preferences --- */

#define PREFER(rest) "engine: samples\nspace: {atoms: {count: 2}}\ncurators: {a: {" rest "}}\n"

static void wrong_preferences_are_refused_at_their_place(void)
{
  static const struct {
    const char *words;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {PREFER("preferences: [[0.5, 0.8], [0.3, 0.5]]"), 3, 42, "add up to 1"},
      {PREFER("preferences: [[0.4, 0.7], [0.3, 0.5]]"), 3, 30, "add up to 1"},
      {PREFER("preferences: [[0.5, 1.5], [-0.5, 0.5]]"), 3, 42, "add up to 1"},
      {PREFER("preferences: [[0.5, 0.7]]"), 3, 29, "2 rows"},
      {PREFER("preferences: [[0.5, 0.7], [0.3]]"), 3, 42, "2 numbers, found 1"},
      {PREFER("preferences: 3"), 3, 29, "2 rows"},
      {PREFER("preferences: [[0.5, 0.7], [0.3, 0.5]], pool: 3"), 3, 61, "pools of 2"},
      {PREFER("preferences: [[0.5, 0.7], [0.3, 0.5]], reward: {values: [1, 2]}"), 3, 15,
       "exactly one of reward and preferences"},
      {PREFER("preferences: [[0.5, 0.7], [0.3, 0.5]]") "samples: {selection: top}\n", 4, 10,
       "a has preferences"},
      {PLANE "curators: {a: {preferences: [[0.5]]}}\n", 2, 29, "need atoms or a table"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_game *game;
    ag_error error = {0};
    CHECK(read_game(wrong[i].words, &game, &error) == AG_ERROR_INPUT && game == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# case %zu: %ld:%ld: %s\n", i, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
    ag_game_free(game);
  }
}

static void preferences_are_kept_row_by_row(void)
{
  ag_game *game = made(PREFER("preferences: [[0.5, 0.7], [0.3, 0.5]]"));
  static const double expected[] = {0.5, 0.7, 0.3, 0.5};
  double value[2];
  CHECK(memcmp(game->curator[0].prefers, expected, sizeof expected) == 0);
  CHECK(game->curator[0].pool == 2);
  ag_game_rewards(game, 0, value);
  CHECK_NEAR(value[0], 0.6, 1.2e-16); /* the mean chance of winning */
  CHECK_NEAR(value[1], 0.4, 1.2e-16);
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(sizes_have_defaults);
  CHECK_RUN(keep_is_one_number_or_one_a_curator);
  CHECK_RUN(every_rule_has_its_word);
  CHECK_RUN(what_is_wrong_is_refused_at_its_place);
  CHECK_RUN(wrong_preferences_are_refused_at_their_place);
  CHECK_RUN(preferences_are_kept_row_by_row);
  return check_end();
}
