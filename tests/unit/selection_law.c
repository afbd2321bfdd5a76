/* Facts about the law of what a selection rule keeps of endlessly many candidates. */
#include <aligngame/weights.h>

#include "../check.h"

enum { ITEMS = 4, RULES = 4 };

static const char *const rules[RULES] = {"pools", "groups", "softmax", "top"};
static const double mass[ITEMS] = {0.4, 0.3, 0.2, 0.1}, reward[ITEMS] = {-2, 0.5, 1, 0.5};
/* sums of four numbers, and an exponential and its inverse */
static const double rounding = 1e-13;

static void law(const char *rule, const double *value, ag_pool pool, double each, double *kept)
{
  ag_error error;
  CHECK(ag_selection_law(rule, ITEMS, mass, value, pool, 0.5, each, kept, &error) == AG_OK);
}

static void each_is_a_law(void)
{
  for (size_t r = 0; r < RULES; r++)
    for (double each = 1; each < 40; each *= 1.37) {
      double kept[ITEMS], total = 0;
      law(rules[r], reward, 7, each, kept);
      for (size_t i = 0; i < ITEMS; i++)
        total += kept[i];
      CHECK_NEAR(total, 1, rounding);
    }
}

static void equal_rewards_keep_the_masses(void)
{
  const double same[ITEMS] = {3, 3, 3, 3};
  for (size_t r = 0; r < RULES; r++) {
    double kept[ITEMS];
    law(rules[r], same, 5, 3.7, kept);
    for (size_t i = 0; i < ITEMS; i++)
      CHECK_NEAR(kept[i], mass[i], 1e-11);
  }
}

static void who_keeps_everything_chooses_nothing(void)
{
  for (size_t r = 1; r < RULES; r++) {
    double kept[ITEMS];
    law(rules[r], reward, 5, 1, kept);
    for (size_t i = 0; i < ITEMS; i++)
      CHECK_NEAR(kept[i], mass[i], rounding);
  }
}

static void groups_are_pools_of_their_size(void)
{
  double five[ITEMS], six[ITEMS], groups[ITEMS];
  law("pools", reward, 5, 1, five);
  law("pools", reward, 6, 1, six);
  law("groups", reward, 2, 5.25, groups);
  for (size_t i = 0; i < ITEMS; i++)
    CHECK_NEAR(groups[i], 0.75 * five[i] + 0.25 * six[i], 1e-11);
}

/* Of two kinds a softmax draw keeps p (1 - x) and q (1 - x^u), where x solves for the share:
 * with u = 2 and p = q = 1/2, half kept, x^2 + x = 1, the golden section. */
static void softmax_of_two_kinds_has_a_closed_form(void)
{
  const double half[2] = {0.5, 0.5}, value[2] = {0, log(2)};
  const double x = (sqrt(5) - 1) / 2;
  double kept[2];
  ag_error error;
  CHECK(ag_selection_law("softmax", 2, half, value, 2, 1, 2, kept, &error) == AG_OK);
  CHECK_NEAR(kept[0], 1 - x, rounding);
  CHECK_NEAR(kept[1], x, rounding);
}

static void top_takes_the_best_and_shares_ties(void)
{
  double kept[ITEMS];
  law("top", reward, 2, 2.5, kept); /* 0.4: the 0.2 of the best, and half of the next 0.4 */
  const double expected[ITEMS] = {0, 0.375, 0.5, 0.125};
  for (size_t i = 0; i < ITEMS; i++)
    CHECK_NEAR(kept[i], expected[i], rounding);
}

/* Items of mass zero need no reward, and may stand anywhere. */
static void nothing_comes_of_nothing(void)
{
  const double some[3] = {0.5, 0, 0.5}, value[3] = {1, NAN, 0};
  for (size_t r = 0; r < RULES; r++) {
    double kept[3];
    ag_error error;
    CHECK(ag_selection_law(rules[r], 3, some, value, 3, 1, 2.5, kept, &error) == AG_OK);
    CHECK(kept[1] == 0);
    CHECK_NEAR(kept[0] + kept[2], 1, rounding);
    CHECK(kept[0] > 0.5);
  }
}

static void what_is_no_game_is_refused(void)
{
  const double short_of_one[ITEMS] = {0.4, 0.3, 0.2, 0};
  double kept[ITEMS] = {7, 7, 7, 7};
  ag_error error;
  CHECK(ag_selection_law("best", ITEMS, mass, reward, 2, 1, 2, kept, &error) == AG_ERROR_INPUT);
  CHECK(ag_selection_law("top", ITEMS, short_of_one, reward, 2, 1, 2, kept, &error) ==
        AG_ERROR_INPUT);
  CHECK(ag_selection_law("top", ITEMS, mass, reward, 2, 0, 2, kept, &error) == AG_ERROR_INPUT);
  for (size_t r = 0; r < RULES; r++)
    CHECK(ag_selection_law(rules[r], ITEMS, mass, reward, 2, 1, 0.5, kept, &error) ==
          AG_ERROR_INPUT);
  for (size_t i = 0; i < ITEMS; i++)
    CHECK(kept[i] == 7);
}

int main(void)
{
  CHECK_RUN(each_is_a_law);
  CHECK_RUN(equal_rewards_keep_the_masses);
  CHECK_RUN(who_keeps_everything_chooses_nothing);
  CHECK_RUN(groups_are_pools_of_their_size);
  CHECK_RUN(softmax_of_two_kinds_has_a_closed_form);
  CHECK_RUN(top_takes_the_best_and_shares_ties);
  CHECK_RUN(nothing_comes_of_nothing);
  CHECK_RUN(what_is_no_game_is_refused);
  return check_end();
}
