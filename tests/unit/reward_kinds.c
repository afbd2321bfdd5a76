/* Each reward against values by hand; each mistake, its place and its words. */
#include <math.h>

#include "tests/reward_game.h"

#define ATOMS "space: {atoms: {mass: [1, 2, 1]}}\nreward: "
#define LINE "space: {box: {lower: [-3], upper: [3], cells: [3]}}\nreward: "
#define PLANE "space: {box: {lower: [-1, 0], upper: [3, 2], cells: [2, 2]}}\nreward: "
#define TABLE "space: {table: {file: films.csv, label: title, mass: votes}}\nreward: "
#define ODD "space: {table: {file: odd.csv, mass: mass}}\nreward: "

static const char films[] = "title,votes,score,price,gap\n"
                            "Alien,3,8,2,1\n"
                            "Brazil,1,7.5,-1,\n"
                            "Cube,0,6,4,\n";

static const char odd[] = "mass,box office,2020,e,a b,a-b\n"
                          "1,10,3,5,1,2\n"
                          "1,20,4,6,1,2\n";

static void values_are_the_items_rewards_in_order(void)
{
  check_values(ATOMS "{values: [3, 0, -2.5]}", (double[]){3, 0, -2.5}, 3, 0);
}

static void values_must_be_as_many_as_items(void)
{
  check_refused(ATOMS "{values: [3, 0]}", 2, 18, "2 values for 3 items");
  check_refused(ATOMS "{values: 1}", 2, 18, "1 value for 3 items");
}

static void a_reward_is_a_mapping_with_one_known_key(void)
{
  check_refused(ATOMS "3", 2, 9,
                "expected a reward: a mapping with one key, such as `values: [3, 0, 2]`");
  check_refused(ATOMS "{}", 2, 9,
                "expected a reward: a mapping with one key, such as `values: [3, 0, 2]`");
  check_refused(ATOMS "{valeus: [1, 2, 3]}", 2, 10, "did you mean `values`?");
  check_refused(ATOMS "{qqqqqqqqqqqqqq: 1}", 2, 10,
                "there are: values, column, disc, gaussian, linear, expression, sum");
  check_refused(ATOMS "{values: [1, 2, 3], column: a}", 2, 29,
                "exactly one key, but here are `values` and `column`");
}

static void a_failed_read_leaves_the_reward(void)
{
  static const char text[] = ATOMS "{values: [3, 0]}";
  game played = game_open(ATOMS "{values: [3, 0, 2]}");
  const ag_reward before = played.reward;
  ag_config *config = NULL;
  CHECK(ag_config_parse("text", text, strlen(text), NULL, 0, &config, NULL) == AG_OK);
  ag_node node = ag_node_find(ag_config_root(config), "reward");
  CHECK(ag_reward_read(node, played.space, &played.reward, NULL) == AG_ERROR_INPUT);
  CHECK(before.type == played.reward.type && before.parameters == played.reward.parameters);
  ag_config_free(config);
  game_close(&played);
}

static void a_column_is_a_reward(void)
{
  check_values(TABLE "{column: score}", (double[]){8, 7.5, 6}, 3, 0);
}

static void a_column_must_exist_and_be_full_where_there_is_mass(void)
{
  check_refused(TABLE "{column: scor}", 2, 18, "did you mean `score`?");
  check_refused(TABLE "{column: zzzzzzzzz}", 2, 18, "there are: ");
  check_refused(ATOMS "{column: score}", 2, 18, "no numeric columns");
  check_refused(TABLE "{column: gap}", 2, 9, "item 1 (\"Brazil\", line 3 of ");
  check_refused(TABLE "{column: gap}", 2, 9, "add `require: [gap]` to the table");
}

/* A column that nobody asks for may be unclear; who asks for it is told why it is not there. */
static void a_column_that_was_not_read_says_why(void)
{
  write_file("unsure.csv", "a\tb\tc\n1\t1.250\t2\n2\t3.500\t50%\n");
#define UNSURE "space: {table: {file: unsure.csv}}\nreward: "
  check_values(UNSURE "{column: a}", (double[]){1, 2}, 2, 0);
  check_refused(UNSURE "{column: b}", 2, 18,
                "unsure.csv:2:3: column `b`: 1.250 can be 1.25 or 1250");
  check_refused(UNSURE "{column: c}", 2, 18, "50% is written another way than 2 in line 2");
  check_refused(UNSURE "{linear: {weights: {a: 1, b: 2}}}", 2, 35, "1.250 can be 1.25 or 1250");
  remove_file("unsure.csv");
}

/* Cells of the line are centred at -2, 0, 2; of the plane at x = 0, 2 and
 * y = 0.5, 1.5, y varying fastest. */
static void a_disc_is_equation_6(void)
{
  check_values(LINE "{disc: {center: 0}}", (double[]){-2, 1, -2}, 3, 0);
  check_values(LINE "{disc: {center: [-2], radius: 2}}", (double[]){1, 1, -4}, 3, 0);
  check_values(PLANE "{disc: {center: [0, 0.5], radius: 0.5, slope: 3}}",
               (double[]){1, -1.5, -4.5, -3 * (sqrt(5) - 0.5)}, 4, 1e-14);
}

static void a_disc_satisfies_at_1_and_has_a_centre(void)
{
  game played = game_open(PLANE "{disc: {center: [0, 0.5]}}");
  CHECK(played.status == AG_OK);
  CHECK(played.reward.type->satisfaction_level(played.reward.parameters) == 1);
  const double *centre = played.reward.type->centre(played.reward.parameters);
  CHECK(centre[0] == 0 && centre[1] == 0.5);
  game_close(&played);
}

static void a_disc_is_refused_where_it_makes_no_sense(void)
{
  check_refused(PLANE "{disc: {center: [0]}}", 2, 25,
                "center has 1 coordinate, but the space has 2");
  check_refused(PLANE "{disc: {radius: 2}}", 2, 16, "needs its center");
  check_refused(PLANE "{disc: {center: [0, 0], radius: 0}}", 2, 41,
                "radius: expected a number above 0 (a distance), found 0");
  check_refused(PLANE "{disc: {center: [0, 0], slope: -1}}", 2, 40,
                "slope: expected a number of at least 0");
  check_refused(PLANE "{disc: {centre: [0, 0]}}", 2, 17, "center");
  check_refused(ATOMS "{disc: {center: [0, 0]}}", 2, 16, "needs a space with coordinates");
}

static void a_gaussian_is_a_bell(void)
{
  check_values(LINE "{gaussian: {center: 2, width: 2, height: 3}}",
               (double[]){3 * exp(-2), 3 * exp(-0.5), 3}, 3, 1e-15);
  check_values(LINE "{gaussian: {center: 0, width: 1e-300}}", (double[]){0, 1, 0}, 3, 0);
  game played = game_open(LINE "{gaussian: {center: 1, width: 2, height: -1}}");
  CHECK(played.status == AG_OK && !played.reward.type->centre(played.reward.parameters));
  game_close(&played);
  check_refused(LINE "{gaussian: {center: 2}}", 2, 20, "needs its width");
  check_refused(LINE "{gaussian: {center: 2, width: -1}}", 2, 39,
                "width: expected a number above 0");
}

static void linear_weighs_coordinates_or_columns(void)
{
  check_values(PLANE "{linear: {weights: [1, -2], intercept: 0.5}}",
               (double[]){-0.5, -2.5, 1.5, -0.5}, 4, 1e-15);
  check_values(TABLE "{linear: {weights: {score: 2, price: -1}}}", (double[]){14, 16, 8}, 3, 0);
}

static void linear_is_refused_where_it_makes_no_sense(void)
{
  check_refused(PLANE "{linear: {weights: [1]}}", 2, 28, "1 weight for 2 coordinates");
  check_refused(LINE "{linear: {weights: [1, 2]}}", 2, 28, "2 weights for 1 coordinate");
  check_refused(TABLE "{linear: {weights: [1, 2]}}", 2, 28, "needs a space with coordinates");
  check_refused(TABLE "{linear: {weights: {prize: 2}}}", 2, 29, "did you mean `price`?");
  check_refused(TABLE "{linear: {weights: {gap: 2}}}", 2, 9, "line 3 of ");
  check_refused(TABLE "{linear: {intercept: 2}}", 2, 18,
                "needs its weights, such as `weights: [1, -2]`");
  check_refused(TABLE "{linear: {weights: {}}}", 2, 28, "name no column");
}

static void an_expression_knows_coordinates_index_and_constants(void)
{
  check_values(LINE "{expression: \"-x^2 + x1\"}", (double[]){-6, 0, -2}, 3, 0);
  check_values(PLANE "{expression: \"exp(-x^2) + 0.5*y\"}",
               (double[]){1.25, 1.75, exp(-4) + 0.25, exp(-4) + 0.75}, 4, 1e-15);
  check_values(ATOMS "{expression: \"index * pi + e\"}",
               (double[]){M_E, M_PI + M_E, 2 * M_PI + M_E}, 3, 1e-15);
  check_values(LINE "{expression: \"x >= 0 ? x != 0 : 7\"}", (double[]){7, 0, 1}, 3, 0);
  check_values(ATOMS "{expression: 3}", (double[]){3, 3, 3}, 3, 0);
}

/* What the library says of one would not fit its buffer. */
static void an_expression_has_an_end(void)
{
  enum { LONG = 2008 };
  char text[LONG + 64] = ATOMS "{expression: \"";
  size_t begin = strlen(text);
  memset(text + begin, 'a', LONG - begin);
  memcpy(text + LONG, "\"}", 3);
  check_refused(text, 2, 22, "expected at most 1000");
}

static void an_expression_reaches_columns_with_odd_names(void)
{
  check_values(TABLE "{expression: \"score - price\"}", (double[]){6, 8.5, 2}, 3, 0);
  check_values(ODD "{expression: \"box_office / _2020\"}", (double[]){10.0 / 3, 5}, 2, 1e-15);
  check_values(ODD "{expression: \"e\"}", (double[]){5, 6}, 2, 0);
  check_refused(ODD "{expression: \"1 + a_b\"}", 2, 22, "`a_b` could mean several columns");
  /* a name that is one goes before those that are made; x, y, z are coordinates where there are any
   */
  write_file("names.csv", "mass,a b,a_b,caf\xC3\xA9 2,%,x3,4\n1,1,2,3,4,5,6\n1,7,8,9,10,11,12\n");
#define NAMES "space: {table: {file: names.csv, mass: mass}}\nreward: "
  check_values(NAMES "{expression: \"a_b + x3\"}", (double[]){7, 19}, 2, 0);
  check_values(NAMES "{expression: \"caf__2 * _4\"}", (double[]){18, 108}, 2, 0);
  check_values(NAMES "{expression: \"_ + 0\"}", (double[]){4, 10}, 2, 0);
  remove_file("names.csv");
  check_values(
      "space: {box: {lower: [0, 0, 0, 0], upper: [2, 2, 2, 4], cells: [1, 1, 1, 2]}}\nreward: "
      "{expression: \"x + 10*y + 100*z + 1000*x4\"}",
      (double[]){1111, 3111}, 2, 0);
}

static void an_expression_assigns_nothing(void)
{
  check_values(LINE "{expression: \"(x <= 0) + (x == 2) * 5\"}", (double[]){1, 1, 5}, 3, 0);
  check_refused(LINE "{expression: \"x = 2\"}", 2, 22, "==");
  check_refused(LINE "{expression: \"= 2\"}", 2, 22, "==");
  check_refused(LINE "{expression: \"x == 1, x = 2\"}", 2, 22, "==");
}

static void an_adaptive_reward_has_a_scale_that_goes_up(void)
{
  check_refused(ATOMS "{adaptive: {reward: {values: [1, 2, 3]}, least: 3, most: 2}}", 2, 20,
                "the scale goes from 3 to 2");
}

static void an_expression_fails_in_the_parsers_words(void)
{
  check_refused(LINE "{expression: \"exp(-x^2\"}", 2, 22, "Missing parenthesis at position ");
  check_refused(LINE "{expression: \"1 + foo_bar\"}", 2, 22, "\"foo_bar\"");
  check_refused(LINE "{expression: \"1 + foo_bar\"}", 2, 22,
                "at position 4; the names are: x, x1, index");
  check_refused(TABLE "{expression: \"2 * scor\"}", 2, 22, "did you mean `score`?");
  check_refused(LINE "{expression: \"x, x\"}", 2, 22, "2 values with commas between");
  check_refused(LINE "{expression: \"x = 2\"}", 2, 22, "to compare, write ==");
  check_refused(LINE "{expression: \"\"}", 2, 22, "Expression is empty");
  check_refused(LINE "{expression: \"y + foo\"}", 2, 22, "position 0; the names are: x, x1, index");
}

static void a_reward_without_a_number_is_refused_only_where_there_is_mass(void)
{
  check_refused(LINE "{expression: \"log(x)\"}", 2, 9, "item 0 is not a number");
  check_refused(LINE "{expression: \"1/x\"}", 2, 9, "item 1 is infinite");
  check_refused(TABLE "{expression: \"1 + gap\"}", 2, 9, "add `require: [gap]`");
  game played = game_open(TABLE "{expression: \"1 / (index - 2)\"}");
  CHECK(played.status == AG_OK);
  CHECK(isinf(played.value[2]));
  game_close(&played);
}

static void a_sum_weighs_its_rewards(void)
{
  check_values(LINE "{sum: [{weight: 2, disc: {center: 0}}, {expression: \"x\"}]}",
               (double[]){-6, 2, -2}, 3, 0);
  check_values(LINE "{sum: [{weight: -1, sum: [{values: [1, 2, 3]}, {values: [1, 1, 1]}]}]}",
               (double[]){-2, -3, -4}, 3, 0);
}

static void a_sum_is_refused_where_its_parts_are(void)
{
  check_refused(LINE "{sum: []}", 2, 15, "takes a list of rewards");
  check_refused(LINE "{sum: 3}", 2, 15, "takes a list of rewards");
  check_refused(LINE "{sum: [{values: [1, 2, 3]}, {weight: 3}]}", 2, 37, "expected a reward");
  check_refused(LINE "{sum: [{values: [1, 2, 3]}, {disk: 3}]}", 2, 38, "did you mean `disc`?");
  check_refused(TABLE "{sum: [{column: score}, {column: gap}]}", 2, 9, "`gap` has no number");
}

static void ties_are_recognised_within_rounding(void)
{
  CHECK_NEAR(ag_reward_tie_level(0, 1), -1e-12, 1e-27);
  CHECK(0.1 + 0.2 >= ag_reward_tie_level(0.3, 1e-30) && 0.3 >= ag_reward_tie_level(0.1 + 0.2, 1));
  /* no unit: a temperature apart is apart, however small or large the numbers are */
  CHECK(0 < ag_reward_tie_level(1e-13, 1e-13));
  CHECK(1700000000000. < ag_reward_tie_level(1700000000001., 0.2));
  CHECK(0 < ag_reward_tie_level(1e-300, 1e-300) && 1e200 < ag_reward_tie_level(2e200, 1e200));
}

static void every_reward_reads_its_own_example(void)
{
  for (size_t k = 0; ag_reward_types[k]; k++) {
    const ag_reward_type *type = ag_reward_types[k];
    CHECK(strncmp(type->example, type->name, strlen(type->name)) == 0);
    CHECK(type->summary[0] != '\0' && type->evaluate);
  }
}

int main(void)
{
  if (!mkdtemp(folder))
    return 99;
  write_file("films.csv", films);
  write_file("odd.csv", odd);
  CHECK_RUN(values_are_the_items_rewards_in_order);
  CHECK_RUN(values_must_be_as_many_as_items);
  CHECK_RUN(a_reward_is_a_mapping_with_one_known_key);
  CHECK_RUN(a_failed_read_leaves_the_reward);
  CHECK_RUN(a_column_is_a_reward);
  CHECK_RUN(a_column_must_exist_and_be_full_where_there_is_mass);
  CHECK_RUN(a_column_that_was_not_read_says_why);
  CHECK_RUN(a_disc_is_equation_6);
  CHECK_RUN(a_disc_satisfies_at_1_and_has_a_centre);
  CHECK_RUN(a_disc_is_refused_where_it_makes_no_sense);
  CHECK_RUN(a_gaussian_is_a_bell);
  CHECK_RUN(linear_weighs_coordinates_or_columns);
  CHECK_RUN(linear_is_refused_where_it_makes_no_sense);
  CHECK_RUN(an_expression_knows_coordinates_index_and_constants);
  CHECK_RUN(an_expression_has_an_end);
  CHECK_RUN(an_expression_reaches_columns_with_odd_names);
  CHECK_RUN(an_expression_assigns_nothing);
  CHECK_RUN(an_adaptive_reward_has_a_scale_that_goes_up);
  CHECK_RUN(an_expression_fails_in_the_parsers_words);
  CHECK_RUN(a_reward_without_a_number_is_refused_only_where_there_is_mass);
  CHECK_RUN(a_sum_weighs_its_rewards);
  CHECK_RUN(a_sum_is_refused_where_its_parts_are);
  CHECK_RUN(ties_are_recognised_within_rounding);
  CHECK_RUN(every_reward_reads_its_own_example);
  remove_file("films.csv");
  remove_file("odd.csv");
  rmdir(folder);
  return check_end();
}
