/* Which exact game a sampled one approaches, and why there is none. */
#include <aligngame/spec.h>

#include "game/game.h"
#include "space/density.h"

#include "tests/check.h"

#define ATOMS "engine: samples\ngenerations: 2\nspace: {atoms: {mass: [1, 1, 2]}}\n"
#define TWO "curators: {a: {reward: {values: [3, 0, 2]}}, b: {reward: {values: [0, 3, 2]}}}\n"
#define LAW(law) "generations: 2\nspace: {cloud: {" law ", count: 20}}\n"
#define LINE "curators: {a: {reward: {linear: {weights: [1]}}}}\n"

static ag_game *game_of(const char *text)
{
  ag_game *game = NULL;
  ag_error error = {0};
  if (ag_game_parse("sampled.yaml", text, strlen(text), NULL, 0, &game, &error) != AG_OK) {
    printf("# %s: %s\n", text, error.message);
    exit(1);
  }
  return game;
}

static void check_obstacle(const ag_game *game, const char *fragment)
{
  ag_game *exact = NULL;
  const char *why = NULL;
  CHECK(ag_game_counterpart(game, &exact, &why, NULL) == AG_OK && exact == NULL);
  if (!why || !strstr(why, fragment)) {
    printf("# expected: %s, found: %s\n", fragment, why ? why : "none");
    CHECK(!"the reason");
  }
}

static void what_has_none_is_told_why(void)
{
  static const struct {
    const char *text, *fragment;
  } games[] = {
      {"space: {atoms: {mass: [1, 1, 2]}}\n" TWO, "the game is exact already"},
      {ATOMS TWO "samples: {selection: softmax}\n", "only the rule `pools` samples pools"},
      {ATOMS TWO "samples: {dataset: {window: 2}}\n", "replaces its dataset, or accumulates it"},
      {ATOMS TWO "samples: {dataset: {subsample: 9}}\n", "replaces its dataset, or accumulates"},
      {ATOMS TWO "measure: generated\n", "does not measure what the model generates"},
      {ATOMS TWO "loop: {reading: owner_model}\nmeasure: published\n",
       "measures what is published where it stays in the dataset"},
      {ATOMS TWO "loop: {real_share: 0.5}\nsamples: {dataset: accumulate}\n",
       "are no fixed share of a growing dataset"},
      {ATOMS TWO "loop: {steps: [{curate: a}, {keep: 0.5}]}\nsamples: {dataset: accumulate}\n",
       "are no fixed share of a growing dataset"},
      {ATOMS TWO "loop: {steps: [{curate: a}, {accumulate: {initial: 10, added: 5}}, "
                 "{curate: b}]}\n",
       "on samples a dataset grows at the end of a generation"},
      {ATOMS TWO "loop: {reading: parallel}\nsamples: {keep: {a: 10, b: 20}}\n",
       "keep numbers that differ from their weights"},
      {"generations: 1\nspace: {text: {grammar: {}, sentences: 50}}\ngenerator: ngram\n"
       "curators: {a: {reward: {likelihood: {}}}}\n",
       "a reward asks a language model"},
      {LAW("uniform: {lower: [0, 0, 0], upper: [1, 1, 1]}") "curators: {a: {reward: {linear: "
                                                            "{weights: [1, 0, 0]}}}}\n",
       "a grid for laws in one and two dimensions only"},
      {LAW("mixture: [{mean: 1, deviation: 1}, {mean: 2, deviation: 1}, {mean: 3, deviation: 1}, "
           "{mean: 4, deviation: 1}, {mean: 5, deviation: 1}, {mean: 6, deviation: 1}, {mean: 7, "
           "deviation: 1}, {mean: 8, deviation: 1}, {mean: 9, deviation: 1}]") LINE,
       "the law has too many components"},
      {LAW("uniform: {lower: [-1], upper: [1]}") "curators: {a: {reward: {expression: \"1 / (x > "
                                                 "0.9999)\"}}}\n",
       "on a grid the game is refused: a reward is not finite in every cell"},
  };
  for (size_t i = 0; i < sizeof games / sizeof *games; i++) {
    ag_game *game = game_of(games[i].text);
    check_obstacle(game, games[i].fragment);
    ag_game_free(game);
  }
}

static void a_game_of_arrays_has_none(void)
{
  const double reward[2] = {1, 0}, *const rewards[1] = {reward};
  const ag_samples_spec samples = {.initial = 10};
  const ag_game_spec spec = {
      .count = 2, .curator_count = 1, .reward = rewards, .samples = &samples};
  ag_game *game = NULL;
  CHECK(ag_game_make(&spec, &game, NULL) == AG_OK);
  check_obstacle(game, "the game has no description");
  ag_game_free(game);
}

static ag_game *counterpart_of(const char *text)
{
  ag_game *game = game_of(text), *exact = NULL;
  const char *why = NULL;
  CHECK(ag_game_counterpart(game, &exact, &why, NULL) == AG_OK);
  if (!exact) {
    printf("# %s: %s\n", text, why);
    exit(1);
  }
  ag_game_free(game);
  return exact;
}

/* w = m / (n_0 + m t): m is what the last choice adds that is learnt. */
static void a_dataset_grows_by_what_is_added(void)
{
  static const struct {
    const char *loop;
    size_t steps;
    double added;
  } loops[] = {
      {"loop: {order: [a]}\n", 2, 50},
      {"loop: {order: [a, b]}\n", 3, 20},
      {"loop: {reading: accumulate}\n", 3, 20},
      {"loop: {reading: owner_model}\n", 3, 50},
      {"loop: {steps: [{curate: a}, {publish: b}]}\n", 3, 50},
      {"loop: {steps: [{curate: b}, {curate: a}, {publish: b}]}\n", 4, 10},
      {"loop: {steps: [{curate: a}, {mixture: {a: 1, b: 2}}]}\n", 3, 30},
  };
  for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
    char text[512];
    snprintf(text, sizeof text,
             ATOMS TWO "%ssamples: {initial: 100, generate: 50, keep: {a: 10, b: 20}, "
                       "dataset: accumulate}\n",
             loops[i].loop);
    ag_game *exact = counterpart_of(text);
    const ag_loop *loop = &exact->loop;
    const ag_step *last = &loop->step[loop->step_count - 1];
    CHECK(!exact->sampled && loop->step_count == loops[i].steps && last->type->accumulates);
    if (last->added != loops[i].added)
      printf("# %s adds %g\n", loops[i].loop, last->added);
    CHECK(last->initial == 100 && last->added == loops[i].added);
    ag_game_free(exact);
  }
}

/* The cells reach over a uniform law's box, and six deviations about each component of another. */
static void a_law_becomes_a_grid(void)
{
  static const struct {
    const char *text;
    double low, high;
    size_t count;
  } laws[] = {
      {LAW("uniform: {lower: [-1], upper: [3]}") LINE, -1, 3, 4000},
      {LAW("gaussian: {mean: [1], deviation: 0.5}") LINE, -2, 4, 4000},
      {LAW("mixture: [{mean: 5, deviation: 1}, {mean: -4, deviation: 2}, {mean: 0, deviation: "
           "0.1}]") LINE,
       -16, 11, 4000},
      {LAW("uniform: {lower: [-1, 0], upper: [3, 1]}") "curators: {a: {reward: {linear: {weights: "
                                                       "[1, 2]}}}}\n",
       -1, 3, 40000},
  };
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
    ag_game *exact = counterpart_of(laws[i].text);
    const ag_space *space = exact->space;
    CHECK(space->count == laws[i].count);
    CHECK(space->lower[0] == laws[i].low && space->upper[0] == laws[i].high);
    ag_game_free(exact);
  }
}

int main(void)
{
  CHECK_RUN(what_has_none_is_told_why);
  CHECK_RUN(a_game_of_arrays_has_none);
  CHECK_RUN(a_dataset_grows_by_what_is_added);
  CHECK_RUN(a_law_becomes_a_grid);
  return check_end();
}
