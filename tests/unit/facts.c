/* Facts: one verdict for each way that a game can end, and what else is said of it. */
#include <float.h>
#include <stdint.h>

#include "report/facts.h"
#include "tests/check.h"
#include "tests/game_text.h"

static ag_game *parse(const char *text)
{
  game_text game = {.length = 0};
  text_add(&game, "%s", text);
  return text_game(&game);
}

typedef struct played {
  ag_game *game;
  ag_result *result;
  ag_facts *facts;
} played;

static played play(const char *text)
{
  played done = {.game = parse(text)};
  ag_run_options options = {.counterpart = true};
  CHECK(ag_run(done.game, &options, &done.result, NULL) == AG_OK);
  CHECK(ag_facts_find(done.game, done.result, &done.facts, NULL) == AG_OK);
  return done;
}

static void end(played *done)
{
  ag_facts_free(done->facts);
  ag_result_free(done->result);
  ag_game_free(done->game);
}

static void check_verdict(const char *text, ag_run_verdict verdict)
{
  played done = play(text);
  CHECK_TEXT(ag_run_verdict_name(done.facts->outcome.verdict), ag_run_verdict_name(verdict));
  end(&done);
}

/* The words are as given, which frees them. */
static void check_words(char *words, const char *expected)
{
  CHECK_TEXT(words ? words : "(nothing)", expected);
  free(words);
}

/* --- games that reach each verdict --- */

#define COMPROMISE                                                                                 \
  "space: {atoms: {mass: [9, 9, 2]}}\n"                                                            \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {values: [3, 0, 2]}, pool: 8}\n"                                             \
  "  public: {reward: {values: [0, 3, 2]}, pool: 8}\n"

#define SLOW                                                                                       \
  "space: {atoms: {mass: [9, 9, 2, 4]}}\n"                                                         \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {values: [3, 0, 2, 2.9]}, pool: 2, temperature: 300}\n"                      \
  "  public: {reward: {values: [0, 3, 2, 2.8]}, pool: 2, temperature: 300}\n"                      \
  "generations: 200\n"

static void a_sink_that_holds_all_is_as_predicted(void)
{
  played done = play(COMPROMISE "generations: 60\n");
  const ag_ending *outcome = &done.facts->outcome;
  CHECK(outcome->verdict == AG_RUN_AS_PREDICTED && outcome->kind == AG_END_SINK);
  CHECK(outcome->end_count == 1 && outcome->distance < 1e-20 + DBL_EPSILON);
  CHECK(done.facts->prediction->sinks[outcome->number].items.item[0] == 2);
  /* the theorem is another matter: all mass on atom 0 */
  CHECK(outcome->theorem_share < 1e-20);
  CHECK(done.facts->most == 2 && done.facts->most_share == 1);
  CHECK(done.facts->items == 3 && done.facts->survivors == 1);
  check_words(ag_facts_headline(done.facts), "nobody gets their favourites");
  end(&done);
}

/* A step of a slow game is short, and the game has a long way to go. */
static void a_slow_game_is_still_moving_whatever_is_measured(void)
{
  check_verdict(SLOW, AG_RUN_STILL_MOVING);
  check_verdict(SLOW "metrics: [entropy]\n", AG_RUN_STILL_MOVING);
  check_verdict(SLOW "metrics: []\n", AG_RUN_STILL_MOVING);
  check_verdict(COMPROMISE "generations: 60\nmetrics: []\n", AG_RUN_AS_PREDICTED);
  check_verdict(COMPROMISE "generations: 1\n", AG_RUN_STILL_MOVING);
}

/* Two atoms whose boundary is at 0.2415578785: a start within 1e-10 of it hardly moves at first,
 * and moves on all the same. */
static void a_start_near_a_point_that_repels_is_still_moving(void)
{
  check_verdict("space: {atoms: {mass: [0.241557878495, 0.758442121505]}}\n"
                "curators:\n"
                "  owner:  {reward: {values: [3, 0]}, pool: 8}\n"
                "  public: {reward: {values: [0, 3]}, pool: 8}\n"
                "generations: 10\n",
                AG_RUN_STILL_MOVING);
}

/* The verdict does not depend on the unit of the rewards. */
static void a_verdict_has_no_scale(void)
{
  check_verdict("space: {atoms: {mass: [1, 1]}}\n"
                "curators: {a: {reward: {values: [3000000, 0]}, pool: 8, temperature: 1000000}}\n"
                "generations: 60\n",
                AG_RUN_AS_PREDICTED);
}

/* One of two items is fixed by chance within some generations: rewards hardly matter to samples of
 * two. Theory speaks of endless samples: the better one. */
static void samples_may_come_to_rest_elsewhere(void)
{
  size_t seen[4] = {0};
  for (int seed = 1; seed <= 20; seed++) {
    game_text text = {.length = 0};
    text_add(&text,
             "space: {atoms: {mass: [1, 1]}}\ngenerations: 100\nseed: %d\n"
             "engine: samples\nsamples: {initial: 2, generate: 2, keep: 2}\n"
             "curators: {a: {reward: {values: [0.001, 0]}, pool: 2}}\n",
             seed);
    played done = play(text.text);
    double better = exp(done.result->log_mass[0]);
    ag_run_verdict verdict = done.facts->outcome.verdict;
    CHECK(better == 0 || better == 1);
    CHECK(verdict == (better == 1 ? AG_RUN_AS_PREDICTED : AG_RUN_ELSEWHERE));
    CHECK(done.facts->has_exact && done.facts->exact.verdict == AG_RUN_STILL_MOVING);
    seen[verdict]++;
    end(&done);
  }
  CHECK(seen[AG_RUN_AS_PREDICTED] > 0 && seen[AG_RUN_ELSEWHERE] > 0);
}

static void without_theory_there_is_no_prediction(void)
{
  played done = play("space: {atoms: {mass: [4, 3, 2, 1]}}\ngenerations: 20\nengine: samples\n"
                     "curators: {a: {reward: {values: [0, 1, 2, 3]}, pool: 3}}\n"
                     "samples: {initial: 200, generate: 100, keep: 50, selection: top}\n");
  CHECK(done.facts->outcome.verdict == AG_RUN_NO_PREDICTION);
  CHECK(done.facts->outcome.end_count == 0 && isnan(done.facts->outcome.theorem_share));
  CHECK(strlen(done.facts->prediction->theory.why) > 0);
  CHECK(ag_theorem_words(done.game, done.facts) == NULL);
  end(&done);
  check_verdict(COMPROMISE "generations: 0\n", AG_RUN_NO_PREDICTION);
  check_verdict("space: {cloud: {uniform: {lower: [0], upper: [1]}, count: 20}}\n"
                "curators: {a: {reward: {linear: {weights: [1]}}}}\ngenerations: 3\n"
                "generator: kde\nsamples: {generate: 20, keep: 10}\n",
                AG_RUN_NO_PREDICTION);
}

/* --- rest points, made by hand --- */

#define PLURALISM                                                                                  \
  "space: {atoms: {mass: [1, 1]}}\n"                                                               \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {values: [3, 0]}, pool: 8}\n"                                                \
  "  public: {reward: {values: [0, 3]}, pool: 8}\n"                                                \
  "loop: {reading: parallel}\ngenerations: 20\n"

/* A rest point with this share of atom 0, and the rest of atom 1. */
static ag_rest_point make_rest_point(double share, bool attracts)
{
  ag_rest_point rest = {.count = 2,
                        .item = calloc(2, sizeof(size_t)),
                        .mass = calloc(2, sizeof(double)),
                        .stable = attracts,
                        .radius = 0.5,
                        .attracts = attracts,
                        .every_start = true};
  rest.item[1] = 1;
  rest.mass[0] = share;
  rest.mass[1] = 1 - share;
  return rest;
}

/* The facts of PLURALISM, which stays at one half, for a prediction of one or two rest points. */
static ag_facts *facts_of_rest(const ag_game *game, const ag_result *result, const double *share,
                               size_t count, bool attracts)
{
  ag_prediction *prediction = calloc(1, sizeof *prediction);
  ag_facts *facts = NULL;
  prediction->theory.kind = AG_THEORY_REST_POINTS;
  prediction->rest_points = calloc(count + 1, sizeof *prediction->rest_points);
  for (; prediction->rest_point_count < count; prediction->rest_point_count++)
    prediction->rest_points[prediction->rest_point_count] =
        make_rest_point(share[prediction->rest_point_count], attracts);
  prediction->cycles = count > 0 && !attracts;
  prediction->lock_in = attracts && count > 1;
  CHECK(ag_facts_of(game, result, prediction, &facts, NULL) == AG_OK);
  return facts;
}

static void a_rest_point_is_an_end(void)
{
  const double half[] = {0.5}, far[] = {0.9}, both[] = {0.9, 0.5};
  const struct {
    const double *share;
    size_t count;
    bool attracts;
    ag_run_verdict verdict;
    const char *words;
  } wanted[] = {
      {half, 1, true, AG_RUN_AS_PREDICTED, "every start that was tried leads there"},
      {far, 1, true, AG_RUN_ELSEWHERE, "every start that was tried leads there"},
      /* the first is the own start's */
      {both, 2, true, AG_RUN_ELSEWHERE, "where it starts decides where it ends (lock-in)"},
      {half, 1, false, AG_RUN_ELSEWHERE, "none attracts, and the game goes round"},
      {NULL, 0, true, AG_RUN_NO_PREDICTION, "none is known for this game"},
  };
  played done = play(PLURALISM);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    ag_facts *facts =
        facts_of_rest(done.game, done.result, wanted[i].share, wanted[i].count, wanted[i].attracts);
    CHECK_TEXT(ag_run_verdict_name(facts->outcome.verdict), ag_run_verdict_name(wanted[i].verdict));
    check_words(ag_ends_words(facts), wanted[i].words);
    ag_facts_free(facts);
  }
  ag_facts *facts = facts_of_rest(done.game, done.result, far, 1, true);
  CHECK_NEAR(facts->outcome.distance, 0.4, 4 * DBL_EPSILON);
  check_words(ag_end_words(done.game, facts, 0),
              "atom 0 90.0 %, atom 1 10.0 % (stable, nothing is "
              "absent; 40.0 % of the final mass lies otherwise)");
  ag_facts_free(facts);
  end(&done);
}

/* A game that goes round is on its way for ever. */
static void a_cycle_never_settles(void)
{
  const double half[] = {0.5};
  played done = play("space: {atoms: {mass: [0.9, 0.1]}}\ngenerations: 3\n"
                     "curators: {a: {reward: {values: [0, 1]}, pool: 8}}\n");
  ag_facts *facts = facts_of_rest(done.game, done.result, half, 1, false);
  CHECK(facts->outcome.verdict == AG_RUN_STILL_MOVING);
  check_words(ag_ending_words(done.game, facts, &facts->outcome),
              "still moving: no rest point attracts");
  ag_facts_free(facts);
  end(&done);
}

static void a_neutral_game_stays_where_it_began(void)
{
  ag_prediction *prediction = calloc(1, sizeof *prediction);
  ag_facts *facts = NULL;
  prediction->theory.kind = AG_THEORY_SINKS;
  prediction->neutral = true;
  played done = play("space: {atoms: {mass: [3, 7]}}\ngenerations: 10\n"
                     "curators:\n"
                     "  owner:  {reward: {values: [1, 0]}, pool: inf}\n"
                     "  public: {reward: {values: [0, 1]}, pool: inf}\n");
  CHECK(ag_facts_of(done.game, done.result, prediction, &facts, NULL) == AG_OK);
  CHECK(facts->outcome.verdict == AG_RUN_AS_PREDICTED && facts->outcome.kind == AG_END_START);
  check_words(ag_ending_words(done.game, facts, &facts->outcome),
              "as predicted: 100 % of the mass lies where it began");
  ag_facts_free(facts);
  end(&done);
}

/* Each of two replicates has ended at another sink. */
static void replicates_may_end_at_different_sinks(void)
{
  double log_mass[] = {log(0.5), log(0.5)};
  ag_game *game = parse("space: {atoms: {mass: [1, 1]}}\n"
                        "curators:\n"
                        "  owner:  {reward: {values: [3, 0]}, pool: 8}\n"
                        "  public: {reward: {values: [0, 3]}, pool: 8}\n");
  ag_result result = {.generations = 9, .item_count = 2, .log_mass = log_mass, .replicates = 2};
  ag_facts *facts = NULL;
  CHECK(ag_facts_find(game, &result, &facts, NULL) == AG_OK);
  CHECK(facts->outcome.verdict == AG_RUN_AS_PREDICTED);
  check_words(ag_ending_words(game, facts, &facts->outcome),
              "as predicted: 100 % of the mass is on predicted ends");
  ag_facts_free(facts);
  result.replicates = 0; /* one exact game is at neither */
  CHECK(ag_facts_find(game, &result, &facts, NULL) == AG_OK);
  CHECK(facts->outcome.verdict == AG_RUN_STILL_MOVING);
  ag_facts_free(facts);
  ag_game_free(game);
}

/* --- courses --- */

/* The facts of a course of one metric. */
static ag_facts *facts_of_course(const ag_game *game, const char *metric, double *value,
                                 size_t count)
{
  char *name = (char *)metric;
  ag_result result = {
      .generations = count - 1, .metric_count = 1, .metric_name = &name, .metric = value};
  ag_facts *facts = NULL;
  CHECK(ag_facts_of(game, &result, NULL, &facts, NULL) == AG_OK);
  return facts;
}

static double half_life_of(const ag_game *game, const char *metric, double *value, size_t count)
{
  ag_facts *facts = facts_of_course(game, metric, value, count);
  double half_life = facts->half_life;
  ag_facts_free(facts);
  return half_life;
}

static void a_half_life_lies_between_generations(void)
{
  ag_game *game = parse(COMPROMISE);
  double number[] = {8, 8 / sqrt(2), 4 / sqrt(2), 2}, entropy[] = {log(8), log(4), log(2)};
  double two[] = {2, 1.5, 1}, rising[] = {3, 4};
  /* from 8/√2 to 4/√2 by a factor 2 a generation: at 4 after half of it */
  CHECK_NEAR(half_life_of(game, "effective_number", number, 4), 1.5, 4 * DBL_EPSILON);
  CHECK_NEAR(half_life_of(game, "entropy", entropy, 3), 1, 8 * DBL_EPSILON);
  /* two items never halve: 1 is a limit that only rounding reaches */
  CHECK(half_life_of(game, "effective_number", two, 3) == INFINITY);
  CHECK(half_life_of(game, "effective_number", rising, 2) == INFINITY);
  CHECK(isnan(half_life_of(game, "simpson", two, 3)));
  ag_game_free(game);
}

static void a_constant_is_flat_and_nothing_else_is(void)
{
  CHECK(ag_range_is_flat(5, 5) && ag_range_is_flat(0, 0) && ag_range_is_flat(-5, -5));
  CHECK(ag_range_is_flat(3 - 4 * DBL_EPSILON, 3 + 4 * DBL_EPSILON));
  CHECK(ag_range_is_flat(1e-300, 1e-300 * (1 + 1e-15)));
  CHECK(!ag_range_is_flat(1e-300, 2e-300) && !ag_range_is_flat(0, 1e-300));
  CHECK(!ag_range_is_flat(1, 1 + 1e-9) && !ag_range_is_flat(-1, 1));
}

/* --- who is satisfied --- */

static void check_headline(ag_curator_facts *curator, size_t count, const char *expected)
{
  ag_facts facts = {.generations = 1, .curator_count = count, .curator = curator};
  check_words(ag_facts_headline(&facts), expected);
}

static void a_headline_follows_from_what_was_measured(void)
{
  ag_curator_facts both[] = {{"kim", true, 0.2, 0.97, AG_TREND_RISING},
                             {"lee", true, 0.2, 0.96, AG_TREND_RISING}};
  check_headline(both, 2, "all curators are satisfied");
  check_headline(both, 1, "the curator is satisfied");
  both[0].last = both[1].last = 0.5 - 1e-12; /* half and half, but for rounding */
  check_headline(both, 2, "every curator has half of it or more");
  check_headline(both, 1, "the curator is satisfied in part: kim gains");
  both[0].last = 0.9;
  both[1].last = 0.3; /* rising satisfaction is no mixed fortune */
  check_headline(both, 2, "kim has most of it");
  both[1].last = 0.01;
  check_headline(both, 2, "kim prevails");
  both[1].last = 0.3;
  both[0].last = 0.4;
  check_headline(both, 2, "nobody has most of it: kim and lee gain");
  both[1] = (ag_curator_facts){"lee", true, 0.3, 0.1, AG_TREND_FALLING};
  check_headline(both, 2, "nobody has most of it: kim gains, lee loses");
  both[0] = (ag_curator_facts){"kim", true, 0.2, 0.01, AG_TREND_FALLING};
  both[1].last = 0;
  check_headline(both, 2, "nobody gets their favourites");
  check_headline(both, 1, "the curator goes without");
  both[0].last = both[1].last = (double)NAN;
  check_headline(both, 2, "nobody measured who is satisfied");
}

/* Names are the game's, whatever the order of play. */
static void curators_have_their_own_names(void)
{
  played done = play("space: {atoms: {mass: [1, 1]}}\ngenerations: 60\n"
                     "curators:\n"
                     "  owner:  {reward: {values: [3, 0]}, pool: 8}\n"
                     "  public: {reward: {values: [0, 3]}, pool: 8}\n"
                     "loop: {order: [public, owner]}\n");
  CHECK_TEXT(done.facts->curator[0].name, "owner");
  CHECK(done.facts->curator[0].trend == AG_TREND_FALLING && done.facts->curator[0].acts);
  CHECK(done.facts->curator[1].trend == AG_TREND_RISING);
  check_words(ag_facts_headline(done.facts), "public prevails");
  end(&done);
}

static void groups_are_lost_below_a_tenth(void)
{
  ag_game *game = parse(COMPROMISE);
  char *name[] = {"group_share.a", "group_share.b", "group_share.c"};
  double value[] = {0.5, 0.5, 0, 0.96, 0.04, 0};
  ag_result result = {.generations = 1, .metric_count = 3, .metric_name = name, .metric = value};
  ag_facts *facts = NULL;
  CHECK(ag_facts_of(game, &result, NULL, &facts, NULL) == AG_OK);
  CHECK(facts->groups == 2 && facts->groups_lost == 1);
  CHECK(facts->items == 0 && facts->outcome.verdict == AG_RUN_NO_PREDICTION);
  ag_facts_free(facts);
  ag_game_free(game);
}

/* --- JSON --- */

static void json_has_the_same_verdict_and_words(void)
{
  played done = play(COMPROMISE "generations: 60\n");
  json_t *object = ag_facts_json(done.game, done.facts);
  CHECK_TEXT(json_string_value(json_object_get(object, "verdict")), "as predicted");
  char *words = ag_ending_words(done.game, done.facts, &done.facts->outcome);
  CHECK_TEXT(json_string_value(json_object_get(object, "words")), words);
  CHECK(json_integer_value(json_object_get(object, "survivors")) == 1);
  CHECK_TEXT(json_string_value(json_object_get(object, "regime")), "disjoint");
  free(words);
  json_decref(object);
  end(&done);
}

int main(void)
{
  CHECK_RUN(a_sink_that_holds_all_is_as_predicted);
  CHECK_RUN(a_slow_game_is_still_moving_whatever_is_measured);
  CHECK_RUN(a_start_near_a_point_that_repels_is_still_moving);
  CHECK_RUN(a_verdict_has_no_scale);
  CHECK_RUN(samples_may_come_to_rest_elsewhere);
  CHECK_RUN(without_theory_there_is_no_prediction);
  CHECK_RUN(a_rest_point_is_an_end);
  CHECK_RUN(a_cycle_never_settles);
  CHECK_RUN(a_neutral_game_stays_where_it_began);
  CHECK_RUN(replicates_may_end_at_different_sinks);
  CHECK_RUN(a_half_life_lies_between_generations);
  CHECK_RUN(a_constant_is_flat_and_nothing_else_is);
  CHECK_RUN(a_headline_follows_from_what_was_measured);
  CHECK_RUN(curators_have_their_own_names);
  CHECK_RUN(groups_are_lost_below_a_tenth);
  CHECK_RUN(json_has_the_same_verdict_and_words);
  return check_end();
}
