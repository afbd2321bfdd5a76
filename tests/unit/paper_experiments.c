/* The paper's experiments as a program calls them, and games made from arrays. Public headers
 * alone. */
#include <stdint.h>

#include <aligngame/catalogue.h>
#include <aligngame/paper.h>
#include <aligngame/spec.h>

#include "tests/check.h"

/* The preset `compromise`, from arrays, with so many of its steps: two curate, and one lets the
 * dataset grow. */
static ag_status make_compromise(size_t step_count, size_t generations, ag_game **game)
{
  static const double owner[] = {3, 0, 2}, public[] = {0, 3, 2};
  static const double *const reward[] = {owner, public};
  static const ag_pool pool[] = {8, 8};
  static const size_t side[] = {0, 1};
  static const ag_step_spec step[] = {{.kind = "curate", .curator_count = 1, .curator = &side[0]},
                                      {.kind = "curate", .curator_count = 1, .curator = &side[1]},
                                      {.kind = "accumulate", .initial = 100, .added = 10}};
  const double log_mass[] = {log(9), log(9), log(2)};
  ag_game_spec spec = {.count = 3,
                       .log_mass = log_mass,
                       .curator_count = 2,
                       .reward = reward,
                       .pool = pool,
                       .step_count = step_count,
                       .step = step,
                       .generations = generations};
  return ag_game_make(&spec, game, NULL);
}

/* Both begin with the same masses but for rounding, 1e-15 relative. A curation with a pool of 8
 * multiplies a relative difference by at most 8, and there are two a generation: after 3
 * generations it is below 64^3 1e-15 = 3e-10. */
static void arrays_and_yaml_are_the_same_game(void)
{
  static const char *const loops[][2] = {
      {"loop={order: [owner, public]}", "generations=3"},
      {"loop={reading: accumulate, order: [owner, public], initial_size: 100, added_size: 10}",
       "generations=3"}};
  const char *text = ag_preset_text("compromise");
  for (size_t i = 0; i < 2; i++) {
    ag_game *made = NULL, *parsed = NULL;
    ag_result *one = NULL, *other = NULL;
    CHECK(make_compromise(2 + i, 3, &made) == AG_OK);
    CHECK(ag_game_parse("compromise", text, strlen(text), loops[i], 2, &parsed, NULL) == AG_OK);
    CHECK(ag_run(made, NULL, &one, NULL) == AG_OK && ag_run(parsed, NULL, &other, NULL) == AG_OK);
    CHECK(one->generations == 3 && one->item_count == 3);
    for (size_t item = 0; item < 3; item++)
      CHECK_NEAR(exp(one->log_mass[item]), exp(other->log_mass[item]), 1e-9);
    ag_result_free(one);
    ag_result_free(other);
    ag_game_free(made);
    ag_game_free(parsed);
  }
}

static void unknown_names_are_refused_with_the_known_ones(void)
{
  static const ag_paper_texts_spec wrong[] = {
      {.variant = "captions"}, {.scenario = "perfekt"}, {.scale = "huge"}, {.scale = "model"}};
  static const char *const known[] = {"text, panels, caption", "perfect, partial, disjoint",
                                      "ngram, small", "ngram, small"};
  const ag_paper_texts_spec both = {.scale = "small", .model = "."}, none = {.scale = NULL};
  ag_error error;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(ag_paper_texts_check(&wrong[i], &error) == AG_ERROR_INPUT);
    CHECK(strstr(error.message, known[i]) != NULL);
  }
  CHECK(ag_paper_texts_check(&both, &error) == AG_ERROR_INPUT);
  CHECK(ag_paper_texts_check(&none, NULL) == AG_OK);
}

static void failures_leave_nothing_behind(void)
{
  static const char *const override[] = {"curators.owner.pol=3"};
  const ag_paper_options options = {.override = override, .override_count = 1};
  const ag_paper_texts_spec spec = {.scenario = "perfect"};
  ag_game *game = NULL;
  ag_paper_circles *circles = NULL;
  ag_paper_texts *texts = NULL;
  CHECK(ag_paper_circles_load(&options, 0, &game, NULL) == AG_ERROR_INPUT && !game);
  CHECK(ag_paper_circles_play(&options, &circles, NULL) == AG_ERROR_INPUT && !circles);
  CHECK(ag_paper_texts_play(&options, &spec, &texts, NULL) == AG_ERROR_INPUT && !texts);
  ag_paper_circles_free(NULL);
  ag_paper_texts_free(NULL);
}

/* One seed of one generation: the plays, their values and files that cannot be written. */
static void circles_come_back_as_data(void)
{
  const ag_paper_options options = {.seeds = 1, .generations = 1, .cells = 4};
  ag_paper_circles *circles = NULL;
  ag_error error;
  CHECK(ag_paper_circles_play(&options, &circles, &error) == AG_OK);
  if (!circles)
    return;
  CHECK(circles->count >= 12 + 10 + 20 && circles->best < AG_PAPER_RULES);
  for (size_t s = 0; s < AG_PAPER_SCENARIOS; s++) {
    const ag_paper_play *play = ag_paper_circles_find(circles, AG_PAPER_AS_PRINTED, s, 0);
    CHECK(play && play->number[0].paper == ag_paper_scenarios[s].circles[0]);
    CHECK(play && play->number[0].spread.count == 1 && isfinite(play->number[0].exact));
  }
  CHECK(strstr(circles->conclusion, "moving first"));
  ag_paper_circles_free(circles);
}

int main(void)
{
  CHECK_RUN(arrays_and_yaml_are_the_same_game);
  CHECK_RUN(unknown_names_are_refused_with_the_known_ones);
  CHECK_RUN(failures_leave_nothing_behind);
  CHECK_RUN(circles_come_back_as_data);
  return check_end();
}
