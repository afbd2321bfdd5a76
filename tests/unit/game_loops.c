/* What a game says of its loop, its curators and of numbers that change with t: what is wrong is
 * refused at its place, and what is right is told in words. */
#include <aligngame/spec.h>

#include "game/game.h"

#include "tests/check.h"
#include "tests/wrong_spec.h"

#define SPACE "generations: 3\nspace: {atoms: {mass: [1, 1, 2]}}\n"
#define TWO                                                                                        \
  SPACE "curators:\n  owner: {reward: {values: [3, 0, 2]}}\n"                                      \
        "  public: {reward: {values: [0, 3, 2]}}\n"
#define WINS "preferences: [[0.5, 1, 0], [0, 0.5, 1], [1, 0, 0.5]]"

static ag_status read_game(const char *text, ag_game **game, ag_error *error)
{
  *game = NULL;
  *error = (ag_error){0};
  return ag_game_parse("loop.yaml", text, strlen(text), NULL, 0, game, error);
}

static void what_is_wrong_is_refused_at_its_place(void)
{
  static const struct {
    const char *text;
    long line, column;
    const char *fragment;
  } wrong[] = {
      /* curators */
      {SPACE, 1, 1, "a game needs its curators"},
      {SPACE "curators: {}\n", 3, 11, "the game needs curators"},
      {SPACE "curators: [owner]\n", 3, 11, "the game needs curators"},
      {SPACE "curators: {owner: 3}\n", 3, 19, "a curator is a mapping; expected e.g. `owner: "},
      {SPACE "curators: {intersection: {reward: {values: [3, 0, 2]}}}\n", 3, 11,
       "a curator cannot be called 'intersection'"},
      {SPACE "curators: {owner: {reward: {values: [3, 0]}}}\n", 3, 37,
       "2 values for 3 items: every item needs one"},
      {SPACE "curators: {owner: {reward: {values: [3]}}}\n", 3, 37, "1 value for 3 items"},
      {SPACE "curators: {owner: {preferences: [[0.5, 1, 0]]}}\n", 3, 33,
       "the preferences: expected 3 rows, one an item"},
      {SPACE "curators: {owner: {preferences: many}}\n", 3, 33, "expected 3 rows"},
      {SPACE "curators: {owner: {" WINS ", pool: 3}}\n", 3, 80,
       "owner has preferences between two items, which need pools of 2"},
      {SPACE "curators: {owner: {" WINS ", temperature: deviation}}\n", 3, 87,
       "owner: rewards have a deviation before they are played only where they are numbers"},
      {"space: {box: {lower: [0], upper: [1], cells: [3]}}\ncurators: {owner: {" WINS "}}\n", 2, 33,
       "preferences need atoms or a table"},
      /* steps */
      {TWO "loop: {steps: [{curate: ouner}]}\n", 6, 25,
       "no curator is called 'ouner'; did you mean 'owner'?"},
      {TWO "loop: {steps: [{curate: zebra}]}\n", 6, 25, "no curator is called 'zebra'"},
      {TWO "loop: {steps: [{curate: [owner]}]}\n", 6, 25,
       "the step curate takes one curator's name"},
      {TWO "loop: {steps: [{prefer: owner}]}\n", 6, 25,
       "owner has a reward; expected the step `curate: owner`"},
      {SPACE "curators: {owner: {" WINS "}}\nloop: {steps: [{curate: owner}]}\n", 4, 25,
       "owner has preferences; expected the step `prefer: owner`"},
      {TWO "loop: {steps: [{curate: owner}, {publish: []}]}\n", 6, 43,
       "expected a list of curators, e.g. [owner, public]"},
      {TWO "loop: {steps: [{curate: owner}, {publish: {public: 1}}]}\n", 6, 43,
       "expected a list of curators"},
      {TWO "loop: {steps: [{mixture: [owner, public]}]}\n", 6, 26,
       "a mixture's shares; expected e.g. {owner: 0.5, public: 0.5}"},
      {TWO "loop: {steps: [{mixture: {owner: 1, publik: 2}}]}\n", 6, 37, "did you mean 'public'?"},
      {TWO "loop: {steps: [{mixture: {}}]}\n", 6, 26, "the step mixture needs curators"},
      {TWO "loop: {steps: [{mixture: {owner: 0, public: 0}}]}\n", 6, 26,
       "the shares of a mixture add up to 0"},
      {TWO "loop: {steps: [{mixture: {owner: -1, public: 2}}]}\n", 6, 34,
       "a share is -1; expected a number from 0 to 1e+300"},
      {TWO "loop: {steps: [{curate: owner}, {accumulate: {initial: 0, added: 1}}]}\n", 6, 56,
       "above 0"},
      {TWO "loop: {steps: [{curate: owner}, {keep: 1}]}\n", 6, 40, "is kept is 1; expected"},
      {TWO "loop: {steps: [{curate: owner, keep: 0.5}]}\n", 6, 16,
       "a step is one key with its value; expected e.g. `curate: owner`"},
      {TWO "loop: {steps: [curate]}\n", 6, 16, "a step is one key with its value"},
      {TWO "loop: {steps: [{shuffle: owner}]}\n", 6, 17, "shuffle"},
      {TWO "loop: {steps: []}\n", 6, 15, "the steps are a list"},
      {TWO "loop: {steps: {curate: owner}}\n", 6, 15, "the steps are a list"},
      {TWO "loop: {order: owner}\n", 6, 15, "the order is not a list; expected e.g."},
      {TWO "loop: {order: []}\n", 6, 15, "expected a list of curators"},
      {TWO "loop: {order: [owner, [public]]}\n", 6, 23, "a curator's name"},
      {TWO "loop: {reading: parallel, order: [owner, nobody]}\n", 6, 42, "'nobody'"},
      /* numbers that may change */
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, pool: 1}}\n", 3, 55,
       "is 1; expected a whole number from 2 to 2^53 (a pool of one selects nothing), or inf"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, pool: 2.5}}\n", 3, 55,
       "is 2.5; expected a whole number from 2"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, pool: 1e17}}\n", 3, 55,
       "is 1e+17; expected a whole number from 2"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, pool: 3 - t}}\n", 3, 55,
       "is 1 at t = 2; expected a whole number from 2"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, pool: 3 - }}\n", 3, 55, "pool"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, temperature: 0}}\n", 3, 62,
       "the temperature is 0; expected a number above 0"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, temperature: inf}}\n", 3, 62,
       "the temperature"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, temperature: 1 - t}}\n", 3, 62,
       "the temperature is 0 at t = 1; expected a number above 0"},
      {SPACE "curators: {owner: {reward: {values: [3, 0, 2]}, temperature: [1]}}\n", 3, 62,
       "the temperature"},
      {"generations: 1000001\nspace: {atoms: {count: 2}}\ncurators: {o: {reward: {values: [1, 0]}, "
       "temperature: 1 + t}}\n",
       3, 55, "the temperature changes with t over 1000001 generations; at most 1000000 are kept"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_game *game;
    ag_error error;
    CHECK(read_game(wrong[i].text, &game, &error) == AG_ERROR_INPUT && game == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# case %zu: %ld:%ld: %s\n", i, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
    ag_game_free(game);
  }
}

enum { STAGES = 257 };

/* The same from arrays, which have no places. */
static void wrong_steps_of_arrays_are_told_by_number(void)
{
  static size_t many[STAGES];
  const double fine[2] = {1, 0}, wins[4] = {0.5, 1, 0, 0.5}, bent[4] = {0.5, 1, 0.5, 0.5};
  const double *const reward[2] = {fine, fine}, *const prefers[1] = {wins}, *const bad[1] = {bent};
  const ag_schedule zero[2] = {{.value = 0}, {.value = 0}}, nan = {.value = NAN};
  const double sinking[2] = {3, 1};
  const double growing[2] = {2, 3};
  const ag_schedule pools = {.count = 2, .by_generation = sinking};
  const ag_schedule wide = {.count = 2, .by_generation = growing};
  const size_t both[2] = {0, 1};
  const char *const name[1] = {"intersection"};
  const ag_step_spec step[] = {
      {.kind = "curate"},
      {.kind = "curate", .curator_count = 2, .curator = both},
      {.kind = "mixture", .curator_count = 2, .curator = both, .share = zero},
      {.kind = "mixture", .curator_count = 1, .curator = both, .share = &nan},
      {.kind = "mixture", .curator_count = STAGES, .curator = many},
      {.kind = "publish"},
      {.kind = "accumulate", .initial = 0, .added = 1},
      {.kind = "accumulate", .initial = 1, .added = 0},
      {.kind = "real", .rate = {.value = 2}},
      {.kind = "sharpen", .rate = {.value = NAN}},
      {.kind = "prefer", .curator_count = 1, .curator = both},
  };
  static const char *const fragment[] = {
      "the step curate needs one curator",
      "the step curate needs one curator",
      "the shares of a mixture add up to 0",
      "a share is nan; expected a number from 0",
      "the step mixture has 257 curators; expected at most 256",
      "the step publish needs curators",
      "the step accumulate has sizes 0 and 1; expected numbers above 0",
      "the step accumulate has sizes 1 and 0; expected numbers above 0",
      "is 2; expected",
      "is nan; expected",
      "curator 0 has a reward; expected the step `curate: curator 0`",
  };
  for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
    ag_game *game = NULL;
    ag_error error = {0};
    const ag_game_spec spec = {
        .count = 2, .curator_count = 2, .reward = reward, .step_count = 1, .step = &step[i]};
    CHECK(ag_game_make(&spec, &game, &error) == AG_ERROR_INPUT && !game);
    if (!strstr(error.message, fragment[i]))
      printf("# step %zu: %s\n", i, error.message);
    CHECK(strstr(error.message, fragment[i]) != NULL);
  }
  const wrong_spec wrong[] = {
      {{.count = 2, .curator_count = 1, .reward = reward, .curator = name}, "'intersection'"},
      {{.count = 2, .curator_count = 1, .reward = reward, .pools = &pools},
       "is 1 at t = 1; expected a whole number from 2"},
      {{.count = 2, .curator_count = 1, .reward = reward, .reading = "backwards"},
       "there is no reading 'backwards'"},
      {{.count = 2, .curator_count = 1, .prefers = bad},
       "curator 0: the preferences between items 1 and 0 are 0.5 and 1"},
      {{.count = 2, .curator_count = 1, .prefers = prefers, .pools = &wide}, "pools of 2"},
  };
  check_refused(wrong, sizeof wrong / sizeof *wrong);
}

static void a_step_tells_what_it_does(void)
{
  static const struct {
    const char *loop, *words;
  } said[] = {
      {"{steps: [{mixture: {owner: 1, public: 3}}]}",
       "each kept item is judged by one of owner and public, drawn by lot (shares 0.25 : 0.75)"},
      {"{steps: [{mixture: {owner: 1 + t, public: 1}}]}",
       "each kept item is judged by one of owner and public, drawn by lot (shares 0.5 : 0.5 at "
       "first, changing)"},
      {"{steps: [{publish: owner}]}", "owner only publishes: nothing is learnt from what it keeps"},
      {"{steps: [{publish: [owner, public]}]}",
       "owner and public only publish: nothing is learnt from what they keep"},
  };
  for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
    char text[512];
    ag_game *game;
    ag_error error;
    snprintf(text, sizeof text, TWO "loop: %s\n", said[i].loop);
    if (read_game(text, &game, &error) != AG_OK) {
      printf("# %s\n", error.message);
      exit(1);
    }
    const ag_step *step = &game->loop.step[0];
    step->type->say(step, game, text, sizeof text);
    CHECK_TEXT(text, said[i].words);
    ag_game_free(game);
  }
}

/* A number that changes with t, and one that does not though it is a formula. */
static void a_schedule_has_a_value_for_each_generation(void)
{
  ag_game *game;
  ag_error error;
  CHECK(read_game(SPACE
                  "curators:\n"
                  "  owner: {reward: {values: [3, 0, 2]}, pool: 2.4 + t, temperature: 1 + 0*t}\n"
                  "  public: {reward: {values: [3, 0, 2]}, pool: inf, temperature: 2 / (1 + t)}\n",
                  &game, &error) == AG_OK);
  const ag_curator *owner = &game->curator[0], *public = &game->curator[1];
  for (size_t t = 0; t < 5; t++) {
    size_t last = t < 2 ? t : 2; /* three generations: the last one's value stays */
    CHECK(ag_schedule_at(&owner->pools, t) == (double)(2 + last));
    CHECK(ag_schedule_at(&owner->temperatures, t) == 1);
    CHECK(isinf(ag_schedule_at(&public->pools, t)));
    CHECK(ag_schedule_at(&public->temperatures, t) == 2.0 / (double)(1 + last));
  }
  CHECK(ag_schedule_moves(&owner->pools) && !ag_schedule_moves(&owner->temperatures));
  CHECK_TEXT(ag_schedule_say(&owner->pools).text, "2 at first and 4 at the end");
  CHECK_TEXT(ag_schedule_say(&owner->temperatures).text, "1");
  CHECK_TEXT(ag_schedule_say(&public->temperatures).text, "2 at first and 0.667 at the end");
  ag_game_free(game);
}

int main(void)
{
  CHECK_RUN(what_is_wrong_is_refused_at_its_place);
  CHECK_RUN(wrong_steps_of_arrays_are_told_by_number);
  CHECK_RUN(a_step_tells_what_it_does);
  CHECK_RUN(a_schedule_has_a_value_for_each_generation);
  return check_end();
}
