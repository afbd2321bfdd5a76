/* Kinds of space: what they hold, what they refuse, distances in them. */
#include <stdint.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/numerics.h"
#include "population/items.h"
#include "space/density.h"
#include "tests/check.h"

static ag_status read_text(const char *name, const char *text, ag_config **config, ag_space **space,
                           ag_error *error)
{
  *space = NULL;
  if (ag_config_parse(name, text, strlen(text), NULL, 0, config, error) != AG_OK) {
    printf("# %s\n", error->message);
    exit(1);
  }
  return ag_space_read(ag_node_find(ag_config_root(*config), "space"), space, error);
}

static ag_space *made(const char *name, const char *text)
{
  ag_config *config;
  ag_space *space;
  ag_error error;
  if (read_text(name, text, &config, &space, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  ag_config_free(config);
  return space;
}

static void atoms_have_normalised_masses(void)
{
  ag_space *space = made("g", "space: {atoms: {mass: [9, 9, 2, 0], labels: [a, b, c, 4]}}");
  CHECK(space->count == 4 && space->dim == 0);
  CHECK_NEAR(space->log_mass[0], log(0.45), 2.3e-16);
  CHECK_NEAR(space->log_mass[2], log(0.1), 4.5e-16);
  CHECK(space->log_mass[3] == -INFINITY);
  CHECK_TEXT(space->label[3], "4");
  ag_space_free(space);
  space = made("g", "space: {atoms: {log_mass: [1e4, 1e4, -inf]}}");
  CHECK_NEAR(space->log_mass[1], -log(2), 1.2e-16);
  CHECK(space->log_mass[2] == -INFINITY);
  ag_space_free(space);
  space = made("g", "space: {atoms: {count: 1000}}");
  CHECK(space->count == 1000 && space->log_mass == NULL);
  ag_space_free(space);
}

static void a_wrong_space_is_refused_at_its_place(void)
{
  static const struct {
    const char *text;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {"space: 3", 1, 8, "expected a kind of space: a mapping"},
      {"space: {}", 1, 8,
       "expected a kind of space: a mapping with one key, such as `atoms: {mass: [9, 9, 2]}`"},
      {"space: {bx: {}}", 1, 9, "did you mean `box`"},
      {"space: {atoms: {count: 1}, box: {}}", 1, 28, "here are `atoms` and `box`"},
      {"space: {atoms: {}}", 1, 16, "exactly one of"},
      {"space: {atoms: {count: 0}}", 1, 24, "from 1 to"},
      {"space: {atoms: {count: 9e15}}", 1, 24, "memory"},
      {"space: {atoms: {mass: [1, -2]}}", 1, 27, "at least 0"},
      {"space: {atoms: {mass: [0, 0]}}", 1, 23, "every mass is zero"},
      {"space: {atoms: {mass: [1, x]}}", 1, 27, "found the text"},
      {"space: {atoms: {mass: []}}", 1, 23, "empty list"},
      {"space: {atoms: {log_mass: [-inf]}}", 1, 27, "every mass is zero"},
      {"space: {atoms: {count: 2, labels: [a]}}", 1, 35, "a list of 2"},
      {"space: {box: {lower: 0, upper: 1}}", 1, 14,
       "box needs its cells, such as `cells: [400, 400]`"},
      {"space: {box: {upper: 1, cells: 2}}", 1, 14, "box needs its lower"},
      {"space: {box: {lower: [0, 0], upper: [1, 0], cells: 2}}", 1, 41, "above lower"},
      {"space: {box: {lower: [0, 0], upper: [1], cells: 2}}", 1, 37, "as many as lower"},
      {"space: {box: {lower: 0, upper: 1, cells: 0}}", 1, 42, "expected an integer"},
      {"space: {box: {lower: 0, upper: 1, cells: [2, 2]}}", 1, 42, "1 integers"},
      {"space: {box: {lower: [0, 0, 0], upper: [1, 1, 1], cells: 1e10}}", 1, 58,
       "1e+30 items need about 6.4e+22 GB"},
      {"space: {box: {lower: 0, upper: 1, cells: 2, density: {gaussian: {mean: 0}}}}", 1, 65,
       "gaussian needs its deviation"},
      {"space: {box: {lower: 0, upper: 1, cells: 2, density: {gaussian: {mean: 0, deviation: 0}}}}",
       1, 86, "above 0"},
      {"space: {box: {lower: 0, upper: 1, cells: 2, density: {gaussian: {mean: 1e200, "
       "deviation: 1}}}}",
       1, 65, "vanishes"},
      {"space: {box: {lower: 0, upper: 1, cells: 2, density: {mixture: []}}}", 1, 64, "a list of"},
      {"space: {atoms: {log_mass: []}}", 1, 27, "the log masses: expected a list of numbers"},
      {"space: {atoms: {log_mass: 3}}", 1, 27, "the log masses: expected a list of numbers"},
      {"space: {atoms: {log_mass: [0, .inf]}}", 1, 31, "a log mass"},
      {"space: {atoms: {count: 2, labels: ab}}", 1, 35, "a list of 2"},
      {"space: {box: {lower: -1e308, upper: 1e308, cells: 2}}", 1, 37, "upper"},
      {"space: {table: {label: x}}", 1, 16, "table needs its file, such as `file: films.csv`"},
      {"space: {table: {file: no_such.csv}}", 1, 23, "No such file"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_config *config;
    ag_space *space;
    ag_error error = {0};
    CHECK(read_text("g.yaml", wrong[i].text, &config, &space, &error) == AG_ERROR_INPUT);
    CHECK(space == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# case %zu: %ld:%ld: %s\n", i, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
    ag_config_free(config);
  }
}

static char folder[] = "/tmp/aligngame_space_XXXXXX";

static void write_file(const char *name, const char *text)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *stream = fopen(path, "w");
  CHECK(stream && fputs(text, stream) >= 0 && fclose(stream) == 0);
}

/* A game file beside the tables; it need not exist to give its folder. */
static const char *game_name(void)
{
  static char name[256];
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  return name;
}

static void a_table_gives_masses_labels_groups_and_columns(void)
{
  write_file("films.csv", "FILM,votes,genre,score,note\n"
                          "Alpha,30,drama,7.5,x\n"
                          ",10,,8,1\n"
                          "Gamma,,drama,9,2\n"
                          "\"Delta, the\",60,comedy,NA,3\n"
                          "Zero,0, drama ,1,4\n");
  ag_space *space = made(game_name(), "space: {table: {file: films.csv, label: FILM, mass: votes, "
                                      "group: genre}}");
  CHECK(space->count == 4 && space->dropped == 1);
  CHECK_TEXT(space->label[0], "Alpha");
  CHECK_TEXT(space->label[1], "row 2");
  CHECK_TEXT(space->label[2], "Delta, the");
  CHECK_NEAR(space->log_mass[2], log(0.6), 2.3e-16);
  CHECK(space->log_mass[3] == -INFINITY);
  CHECK(space->group_count == 3);
  CHECK(space->group[0] == 0 && space->group[1] == 1 && space->group[2] == 2 &&
        space->group[3] == 0);
  CHECK_TEXT(space->group_name[1], "(none)");
  CHECK(space->source_line[2] == 5);
  CHECK(space->column_count == 2 && ag_space_find_column(space, "note") == SIZE_MAX);
  size_t score = ag_space_find_column(space, "score");
  CHECK(score == 1 && space->column[score][0] == 7.5 && isnan(space->column[score][2]));
  ag_space_free(space);
}

static void a_table_keeps_the_named_columns_and_the_complete_rows(void)
{
  ag_space *space = made(game_name(), "space: {table: {file: films.csv, columns: [score], "
                                      "require: [score, votes]}}");
  CHECK(space->count == 3 && space->dropped == 2 && space->log_mass == NULL);
  CHECK(space->column_count == 1 && !space->label && !space->group);
  CHECK(space->source_line[2] == 6);
  ag_space_free(space);
}

static void one_column_may_be_required_and_none_named(void)
{
  ag_space *space = made(game_name(), "space: {table: {file: films.csv, require: score}}");
  CHECK(space->count == 4 && space->dropped == 1);
  ag_space_free(space);
  space = made(game_name(), "space: {table: {file: films.csv, columns: []}}");
  CHECK(space->count == 5 && space->column_count == 0);
  ag_space_free(space);
}

/* Names that begin alike are two, and a name that comes again is the same. */
static void groups_are_told_apart_by_their_whole_names(void)
{
  write_file("g.csv", "t,g\na,x\nb,xy\nc,x\nd,xyz\ne,xy\nf,\n");
  ag_space *space = made(game_name(), "space: {table: {file: g.csv, group: g}}");
  static const uint32_t group[] = {0, 1, 0, 2, 1, 3};
  CHECK(space->count == 6 && space->group_count == 4);
  for (size_t i = 0; i < 6; i++)
    CHECK(space->group[i] == group[i]);
  ag_space_free(space);
}

static void a_wrong_table_is_refused_at_its_cell(void)
{
  static const struct {
    const char *table, *rest, *file;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {"a,m\nx,1\ny,-2\n", "mass: m", "t.csv", 3, 3, "at least 0, found -2"},
      {"a,m\nx,1\ny,lots\n", "mass: m", "t.csv", 3, 3, "found the text \"lots\""},
      {"a,m\nx,0\ny,0\n", "mass: m", "game.yaml", 1, 36, "is zero"},
      {"a,m\nx,\ny,NA\n", "mass: m", "t.csv", 1, 1, "no row"},
      {"a,m\n", "mass: m", "t.csv", 1, 1, "no rows"},
      {"a,m\nx,1\n", "mass: mm", "game.yaml", 1, 36, "did you mean `m`"},
      {"a,m\nx,1\n", "columns: [a]", "t.csv", 2, 1, "expected a number"},
      {"a,m\nx,1\n", "columns: [m, m]", "game.yaml", 1, 43, "twice"},
      {"a,m\nx,1,2\n", "mass: m", "t.csv", 2, 5, "too many"},
      {"a,m\nx,1\n", "columns: m", "game.yaml", 1, 39, "columns: expected a list of column names"},
      {"a,m\nx,1\n", "require: b", "game.yaml", 1, 39, "no column is called `b`"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[256];
    ag_config *config;
    ag_space *space;
    ag_error error = {0};
    write_file("t.csv", wrong[i].table);
    snprintf(text, sizeof text, "space: {table: {file: t.csv, %s}}", wrong[i].rest);
    CHECK(read_text(game_name(), text, &config, &space, &error) == AG_ERROR_INPUT);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment) || !strstr(error.file, wrong[i].file)) {
      printf("# case %zu: %s:%ld:%ld: %s\n", i, error.file, error.line, error.column,
             error.message);
      CHECK(!"the place and the words");
    }
    ag_config_free(config);
  }
}

/* --- clouds --- */

static void a_cloud_has_a_law_or_points(void)
{
  ag_space *space = made("g", "space: {cloud: {uniform: {lower: [-5, 0, 1], upper: [5, 2, 4]}}}");
  CHECK(ag_space_is_cloud(space) && space->count == 0 && space->dim == 3);
  CHECK(space->point_count == 1000 && !space->point && !space->density && !space->cells);
  CHECK(space->lower[1] == 0 && space->upper[2] == 4);
  ag_space_free(space);
  space = made("g", "space: {cloud: {uniform: {lower: -1, upper: 1}, count: 7}}");
  CHECK(space->dim == 1 && space->point_count == 7);
  ag_space_free(space);
  space = made("g", "space: {cloud: {gaussian: {mean: [1, 2], deviation: 3}, count: 1}}");
  CHECK(space->dim == 2 && space->point_count == 1 && space->density->count == 1);
  CHECK(space->density->mean[1] == 2 && space->density->deviation[1] == 3);
  ag_space_free(space);
  space = made("g", "space: {cloud: {mixture: [{weight: 3, mean: [1, 0], deviation: [1, 2]}, "
                    "{mean: [0, 1], deviation: 2}]}}");
  CHECK(space->dim == 2 && space->density->count == 2);
  CHECK_NEAR(space->density->weight[0], 0.75, 1.2e-16);
  ag_space_free(space);
}

static void a_cloud_is_read_from_a_file(void)
{
  write_file("t.csv", "name,x,y\na,1,2\nb,3,4\n");
  ag_space *space = made(game_name(), "space: {cloud: {file: t.csv, columns: [x, y]}}");
  static const double all[] = {1, 2, 3, 4}, one[] = {2, 1, 4, 3};
  CHECK(space->dim == 2 && space->point_count == 2 && space->count == 0);
  CHECK(memcmp(space->point, all, sizeof all) == 0);
  ag_space_free(space);
  space = made(game_name(), "space: {cloud: {file: t.csv, columns: [y, x]}}");
  CHECK(space->dim == 2 && memcmp(space->point, one, sizeof one) == 0);
  ag_space_free(space);
  write_file("u.csv", ",z,x,y\n0,3,1,2\n1,6,4,5\n"); /* x, y and z are these wherever they stand */
  space = made(game_name(), "space: {cloud: {file: u.csv}}");
  static const double ordered[] = {1, 2, 3, 4, 5, 6};
  CHECK(space->dim == 3 && memcmp(space->point, ordered, sizeof ordered) == 0);
  ag_space_free(space);
  write_file("u.csv", "a,b,c,d\n1,2,3,4\n");
  space = made(game_name(), "space: {cloud: {file: u.csv}}");
  CHECK(space->dim == 4 && memcmp(space->point, ordered, 4 * sizeof *ordered) == 0);
  ag_space_free(space);
  space = made(game_name(), "space: {cloud: {file: t.csv, columns: [y]}}");
  CHECK(space->dim == 1 && space->point[0] == 2 && space->point[1] == 4);
  ag_space_free(space);
}

static void a_wrong_cloud_is_refused_at_its_place(void)
{
  static const struct {
    const char *table, *cloud, *file;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {"", "{}", "game.yaml", 1, 16, "exactly one of"},
      {"", "3", "game.yaml", 1, 16, "expected a mapping"},
      {"", "{unifrom: {lower: 0, upper: 1}}", "game.yaml", 1, 17, "did you mean `uniform`"},
      {"", "{uniform: {lower: 0, upper: 1}, file: t.csv}", "game.yaml", 1, 16, "exactly one of"},
      {"", "{uniform: {lower: 0, upper: 1}, gaussian: {mean: 0, deviation: 1}}", "game.yaml", 1, 16,
       "exactly one of"},
      {"", "{uniform: {lower: 0, upper: 1, cells: 3}}", "game.yaml", 1, 47, "cells"},
      {"", "{uniform: {lower: 0}}", "game.yaml", 1, 26, "uniform needs its upper"},
      {"", "{uniform: {lower: [0, 0], upper: [1]}}", "game.yaml", 1, 49, "as many as lower"},
      {"", "{uniform: {lower: [0, 2], upper: [1, 1]}}", "game.yaml", 1, 53, "above lower"},
      {"", "{gaussian: {mean: [0, 0], deviation: [1, 1, 1]}}", "game.yaml", 1, 53, "2"},
      {"", "{gaussian: {mean: [0, 0], deviation: 0}}", "game.yaml", 1, 53, "above 0"},
      {"", "{mixture: [{mean: [0, 0], deviation: 1}, {mean: 0, deviation: 1}]}", "game.yaml", 1, 64,
       "2"},
      {"", "{uniform: {lower: 0, upper: 1}, count: 0}", "game.yaml", 1, 55, "from 1 to"},
      {"", "{uniform: {lower: 0, upper: 1}, count: 2.5}", "game.yaml", 1, 55, "integer"},
      {"", "{uniform: {lower: 0, upper: 1}, columns: [x]}", "game.yaml", 1, 57,
       "`columns` has no meaning without `file`"},
      {"x\n1\n", "{file: t.csv, count: 3}", "game.yaml", 1, 37,
       "`count` has no meaning beside `file`"},
      {"x\n1\n", "{file: none.csv}", "game.yaml", 1, 23, "No such file"},
      {"x,yy\n1,2\n", "{file: t.csv, columns: [x, yyy]}", "game.yaml", 1, 43, "did you mean `yy`"},
      {"x\n1\n", "{file: t.csv, columns: x}", "game.yaml", 1, 39, "list of names"},
      {"x\n1\n", "{file: t.csv, columns: []}", "game.yaml", 1, 39, "list of names"},
      {"x\na\n", "{file: t.csv}", "t.csv", 1, 1, "column `x` is not one of numbers"},
      {"name,x,y\na,1,2\n", "{file: t.csv}", "t.csv", 1, 1, "name them, such as `columns: [x, y]`"},
      {"id,x,y\n1,1,2\n", "{file: t.csv}", "t.csv", 1, 1, "name them, such as `columns: [x, y]`"},
      {"y,w\n1,2\n", "{file: t.csv}", "t.csv", 1, 1, "not in the order of x, y, z"},
      {"y\n1\n", "{file: t.csv}", "t.csv", 1, 1, "such as `columns: [y, ...]`"},
      {"a,b,c,x\n1,2,3,4\n", "{file: t.csv}", "t.csv", 1, 1, "not in the order of x, y, z"},
      {"X,x,y\n1,2,3\n", "{file: t.csv}", "t.csv", 1, 1, "not in the order of x, y, z"},
      {"film_id,x,y\n1,1,2\n", "{file: t.csv}", "t.csv", 1, 1,
       "column `film_id` looks like a number of rows"},
      {"x,film ID\n1,1\n", "{file: t.csv}", "t.csv", 1, 3,
       "column `film ID` looks like a number of rows"},
      {"id,name\n1,a\n", "{file: t.csv}", "t.csv", 1, 1, "name them, such as `columns: [x, y]`"},
      {",a\n0,\n1,\n", "{file: t.csv, columns: [a, a, a]}", "game.yaml", 1, 43, "twice"},
      {"x,y\n1,2\n", "{file: t.csv, columns: [x, y, z]}", "game.yaml", 1, 46,
       "more columns than the file has"},
      {"x,y\n1,2\n", "{file: t.csv, columns: [[x]]}", "game.yaml", 1, 40, "a column"},
      {"1,10\n2,20\n", "{file: t.csv}", "t.csv", 1, 1, "`header: false`"},
      {"x,y\n", "{file: t.csv}", "t.csv", 1, 1, "no rows"},
      {"x,y\n", "{file: t.csv, columns: [x]}", "t.csv", 1, 1, "no rows"},
      {"x,y\n1,2\n3,4o\n", "{file: t.csv}", "t.csv", 3, 3, "number"},
      {"x,y\n1,2\n3,\n", "{file: t.csv}", "t.csv", 3, 3, "without this coordinate"},
      {"x,y\n1,2\nNA,3\n", "{file: t.csv, columns: [x]}", "t.csv", 3, 1, "without this coordinate"},
      {"x,y\n1,2\n3,1e999\n", "{file: t.csv}", "t.csv", 3, 3, "number"},
      {"x,y\n1,2\n", "{file: t.csv, columns: [x, x]}", "game.yaml", 1, 43, "twice"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[256];
    ag_config *config;
    ag_space *space;
    ag_error error = {0};
    write_file("t.csv", wrong[i].table);
    snprintf(text, sizeof text, "space: {cloud: %s}", wrong[i].cloud);
    CHECK(read_text(game_name(), text, &config, &space, &error) == AG_ERROR_INPUT);
    CHECK(space == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment) || !strstr(error.file, wrong[i].file)) {
      printf("# case %zu: %s:%ld:%ld: %s\n", i, error.file, error.line, error.column,
             error.message);
      CHECK(!"the place and the words");
    }
    ag_space_free(space);
    ag_config_free(config);
  }
}

/* Points of a law against its mean and variance, coordinate by coordinate: within five
 * standard errors, that of a variance from the fourth moment. */
static void check_draws(const char *text, const double *mean, const double *variance,
                        const double *fourth)
{
  enum { COUNT = 40000 };
  ag_space *space = made("g", text);
  ag_random random = ag_random_start(5, AG_RANDOM_INITIAL, 0);
  double *point = malloc(COUNT * space->dim * sizeof *point);
  ag_cloud_draw(space, &random, COUNT, point);
  for (size_t d = 0; d < space->dim; d++) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < COUNT; i++) {
      double step = point[i * space->dim + d] - mean[d];
      sum += step;
      squares += step * step;
    }
    double z = sum / sqrt(COUNT * variance[d]);
    double z2 =
        (squares - COUNT * variance[d]) / sqrt(COUNT * (fourth[d] - variance[d] * variance[d]));
    printf("# coordinate %zu: mean z = %.2f, variance z = %.2f\n", d, z, z2);
    CHECK(fabs(z) < 5 && fabs(z2) < 5);
  }
  free(point);
  ag_space_free(space);
}

static void a_law_s_points_have_its_moments(void)
{
  check_draws("space: {cloud: {uniform: {lower: [-5, 0], upper: [5, 2]}}}", (double[]){0, 1},
              (double[]){100. / 12, 4. / 12}, (double[]){1e4 / 80, 16. / 80});
  check_draws("space: {cloud: {gaussian: {mean: [1, -2], deviation: [3, 0.5]}}}", (double[]){1, -2},
              (double[]){9, 0.25}, (double[]){3 * 81, 3 * 0.0625});
  /* about the mean 1: components at -1 and +3, each of variance 1, in equal parts */
  check_draws("space: {cloud: {mixture: [{mean: -1, deviation: 1}, {mean: 3, deviation: 1}]}}",
              (double[]){1}, (double[]){5}, (double[]){16 + 6 * 4 + 3});
}

static void a_box_is_a_grid_of_cell_centres(void)
{
  ag_space *space = made("g", "space: {box: {lower: [-5, 0], upper: [5, 1], cells: [10, 4]}}");
  const ag_items items = ag_items_of_space(space);
  double x[2];
  CHECK(space->count == 40 && space->dim == 2 && space->log_mass == NULL);
  ag_items_at(&items, 0, x);
  CHECK(x[0] == -4.5 && x[1] == 0.125);
  ag_items_at(&items, 5, x);
  CHECK(x[0] == -3.5 && x[1] == 0.375);
  ag_space_free(space);
}

static double square(double x)
{
  return x * x;
}

/* Against the formula at every centre, with the normalisation summed plainly. */
static void a_density_is_evaluated_at_cell_centres(void)
{
  ag_space *space = made(
      "g", "space: {box: {lower: [-3, -2], upper: [3, 2], cells: [30, 20], density: {mixture: ["
           "{weight: 3, mean: [1, 0], deviation: [0.5, 1]}, {mean: [-1, 1], deviation: 2}]}}}");
  const ag_items items = ag_items_of_space(space);
  double mass[600], total = 0, x[2];
  for (size_t i = 0; i < 600; i++) {
    ag_items_at(&items, i, x);
    mass[i] = 3 / 0.5 * exp(-0.5 * (square((x[0] - 1) / 0.5) + square(x[1]))) +
              0.25 * exp(-0.5 * (square((x[0] + 1) / 2) + square((x[1] - 1) / 2)));
    total += mass[i];
  }
  for (size_t i = 0; i < 600; i++)
    CHECK_NEAR(exp(space->log_mass[i]) * total / mass[i], 1, 1e-13);
  CHECK_NEAR(ag_log_sum_exp(space->log_mass, 600), 0, 1e-15);
  ag_space_free(space);
}

static double brute_distance(const ag_space *space, const unsigned char *member, size_t item)
{
  const ag_items items = ag_items_of_space(space);
  double x[4], y[4], best = INFINITY;
  ag_items_at(&items, item, x);
  for (size_t j = 0; j < space->count; j++) {
    double sum = 0;
    ag_items_at(&items, j, y);
    for (size_t d = 0; d < space->dim; d++)
      sum += square(x[d] - y[d]);
    best = member[j] && sum < best ? sum : best;
  }
  return sqrt(best);
}

static void check_distances(const char *text, unsigned period)
{
  ag_space *space = made("g", text);
  unsigned char *member = calloc(space->count, 1);
  double *distance = malloc(space->count * sizeof *distance);
  unsigned state = 12345;
  for (size_t i = 0; i < space->count; i++) {
    state = state * 1664525u + 1013904223u;
    member[i] = (state >> 16) % period == 0;
  }
  CHECK(ag_space_distance(space, member, distance, NULL) == AG_OK);
  for (size_t i = 0; i < space->count; i++) {
    double expected = brute_distance(space, member, i);
    /* a few roundings of coordinates of size 10 */
    CHECK(distance[i] == expected || fabs(distance[i] - expected) <= 2e-14);
  }
  free(distance);
  free(member);
  ag_space_free(space);
}

static void distances_in_a_box_agree_with_brute_force(void)
{
  check_distances("space: {box: {lower: 0, upper: 7, cells: 50}}", 13);
  check_distances("space: {box: {lower: [-5, -1], upper: [5, 2], cells: [31, 17]}}", 40);
  check_distances("space: {box: {lower: [0, 0], upper: [1, 10], cells: [40, 12]}}", 3);
  check_distances("space: {box: {lower: [0, 0, 0], upper: [1, 2, 3], cells: [7, 11, 5]}}", 60);
  check_distances("space: {box: {lower: [0, 0, 0, 0], upper: [1, 1, 4, 1], cells: [4, 1, 6, 3]}}",
                  9);
  check_distances("space: {box: {lower: [0, 0], upper: [1, 1], cells: [20, 20]}}", 4000000000u);
}

static void distances_elsewhere_are_zero_or_one(void)
{
  ag_space *space = made("g", "space: {atoms: {count: 3}}");
  unsigned char member[3] = {0, 1, 0};
  double distance[3];
  CHECK(ag_space_distance(space, member, distance, NULL) == AG_OK);
  CHECK(distance[0] == 1 && distance[1] == 0 && distance[2] == 1);
  member[1] = 0;
  CHECK(ag_space_distance(space, member, distance, NULL) == AG_OK);
  CHECK(distance[0] == INFINITY && distance[1] == INFINITY);
  ag_space_free(space);
  ag_space_free(NULL);
}

static void every_kind_describes_itself(void)
{
  for (size_t i = 0; ag_space_types[i]; i++) {
    char text[256];
    ag_config *config;
    const ag_space_type *type = ag_space_types[i];
    snprintf(text, sizeof text, "space: {%s}", type->example);
    CHECK(ag_config_parse("g", text, strlen(text), NULL, 0, &config, NULL) == AG_OK);
    CHECK(type->summary[0] != '\0');
    ag_config_free(config);
  }
}

#ifdef AG_FAULT_INJECTION
/* Whichever allocation fails, reading says so and leaks nothing. */
static void a_failed_allocation_is_reported(void)
{
  static const char *const texts[] = {
      "space: {atoms: {mass: [1, 2], labels: [a, b]}}",
      "space: {box: {lower: [0, 0], upper: [1, 1], cells: 3, density: {mixture: [{mean: [0, 0], "
      "deviation: 1}, {mean: [1, 1], deviation: [1, 2]}]}}}",
      "space: {table: {file: films.csv, label: FILM, mass: votes, group: genre}}",
      "space: {cloud: {uniform: {lower: [0, 0], upper: [1, 1]}}}",
      "space: {cloud: {mixture: [{mean: [0, 0], deviation: 1}, {mean: [1, 1], deviation: 2}]}}",
      "space: {cloud: {file: points.csv, columns: [y, x]}}",
  };
  write_file("points.csv", "x,y\n1,2\n3,4\n");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ag_status status = AG_ERROR_MEMORY;
    long n = 1;
    for (; status != AG_OK; n++) {
      ag_config *config = NULL;
      ag_space *space = NULL;
      ag_error error;
      ag_fault_countdown = n;
      status = ag_config_parse(game_name(), texts[i], strlen(texts[i]), NULL, 0, &config, &error);
      if (status == AG_OK)
        status = ag_space_read(ag_node_find(ag_config_root(config), "space"), &space, &error);
      CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && space == NULL));
      ag_space_free(space);
      ag_config_free(config);
    }
    CHECK(n > 5);
    ag_fault_countdown = 0;
  }
}
#endif

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(atoms_have_normalised_masses);
  CHECK_RUN(a_wrong_space_is_refused_at_its_place);
  CHECK_RUN(a_table_gives_masses_labels_groups_and_columns);
  CHECK_RUN(a_table_keeps_the_named_columns_and_the_complete_rows);
  CHECK_RUN(one_column_may_be_required_and_none_named);
  CHECK_RUN(groups_are_told_apart_by_their_whole_names);
  CHECK_RUN(a_wrong_table_is_refused_at_its_cell);
  CHECK_RUN(a_cloud_has_a_law_or_points);
  CHECK_RUN(a_cloud_is_read_from_a_file);
  CHECK_RUN(a_wrong_cloud_is_refused_at_its_place);
  CHECK_RUN(a_law_s_points_have_its_moments);
  CHECK_RUN(a_box_is_a_grid_of_cell_centres);
  CHECK_RUN(a_density_is_evaluated_at_cell_centres);
  CHECK_RUN(distances_in_a_box_agree_with_brute_force);
  CHECK_RUN(distances_elsewhere_are_zero_or_one);
  CHECK_RUN(every_kind_describes_itself);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(a_failed_allocation_is_reported);
#else
  check_skip("a_failed_allocation_is_reported", "built without fault injection");
#endif
  static const char *const files[] = {"films.csv", "g.csv", "t.csv", "u.csv", "points.csv"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    unlink(path);
  }
  rmdir(folder);
  return check_end();
}
