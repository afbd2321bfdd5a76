/* Each metric against a direct long double computation on small random
 * distributions, and the identities between metrics. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "metric/metric.h"
#include "tests/check.h"

enum { MOST_ITEMS = 64, MOST_COLUMNS = 8, CURATORS = 2 };

/* A space, two curators' rewards and a distribution that need not sum to 1. */
typedef struct scene {
  ag_config *config;
  ag_space *space;
  ag_reward reward[CURATORS];
  double value[CURATORS][MOST_ITEMS];
  ag_metric_curator curator[CURATORS];
  ag_metric_context context;
  size_t count;
  double mass[MOST_ITEMS], log_mass[MOST_ITEMS], previous[MOST_ITEMS], initial[MOST_ITEMS];
  uint32_t item[MOST_ITEMS];
} scene;

static char folder[] = "/tmp/aligngame-metric-XXXXXX";

#define ATOMS                                                                                      \
  "space: {atoms: {mass: [1, 2, 3, 0, 4, 5, 6, 7, 8, 9, 3]}}\n"                                    \
  "a: {values: [3, 0, 2, 9, 3, 3, -1, 2, 1, 1, 0]}\n"                                              \
  "b: {values: [0, 4, 2, 9, 4, -2, 4, 2, 1, 1, 0]}\n"
#define BOX                                                                                        \
  "space: {box: {lower: [-2, 0], upper: [2, 3], cells: [8, 6]}}\n"                                 \
  "a: {disc: {center: [-1, 1], radius: 0.8}}\n"                                                    \
  "b: {expression: \"x + y > 4 ? 2 : x\"}\n"
#define TABLE                                                                                      \
  "space: {table: {file: films.csv, label: title, mass: votes, group: genre}}\n"                   \
  "a: {column: score}\n"                                                                           \
  "b: {linear: {weights: {score: -1}}}\n"

static const char films[] = "title,votes,genre,score\n"
                            "Alien,3,horror,8\n"
                            "Brazil,1,satire,7\n"
                            "Cube,2,horror,8\n"
                            "Duel,4,thriller,5\n";

/* A stream of uniform numbers in (0, 1): the games need no better. */
static double uniform(void)
{
  static unsigned long long state = 1;
  state = state * 6364136223846793005ULL + 1442695040888963407ULL;
  return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

static void set_curator(scene *set, size_t k, const char *name)
{
  ag_node node = ag_node_find(ag_config_root(set->config), name);
  ag_error error = {.status = AG_OK};
  const ag_items items = ag_items_of_space(set->space);
  if (ag_reward_read(node, set->space, &set->reward[k], &error) != AG_OK ||
      ag_reward_evaluate(&set->reward[k], node, &items, set->value[k], &error) != AG_OK) {
    printf("# no reward: %s\n", error.message);
    exit(99);
  }
  double max = -INFINITY;
  for (size_t i = 0; i < set->count; i++)
    if (set->initial[i] > -INFINITY)
      max = fmax(max, set->value[k][i]);
  double level = ag_reward_tie_level(max, 1);
  const ag_reward_type *type = set->reward[k].type;
  double satisfaction =
      type->satisfaction_level ? type->satisfaction_level(set->reward[k].parameters) : level;
  set->curator[k] = (ag_metric_curator){name, &set->reward[k], set->value[k], level, satisfaction};
}

/* The items in reverse, so that place and number differ. */
static void arrange(scene *set)
{
  for (size_t i = 0; i < set->count; i++)
    set->item[i] = (uint32_t)(set->count - 1 - i);
  for (size_t i = 0; i < set->count; i++) {
    uint32_t x = set->item[i];
    double initial = set->space->log_mass ? set->space->log_mass[x] : -log((double)set->count);
    set->initial[i] = initial;
    set->log_mass[i] = initial;
    set->mass[i] = exp(initial);
    set->previous[i] = set->mass[i];
  }
}

static scene *scene_open(const char *text)
{
  scene *set = calloc(1, sizeof *set);
  char name[256];
  ag_error error = {.status = AG_OK};
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  if (!set || ag_config_parse(name, text, strlen(text), NULL, 0, &set->config, &error) != AG_OK ||
      ag_space_read(ag_node_find(ag_config_root(set->config), "space"), &set->space, &error) !=
          AG_OK) {
    printf("# no space: %s\n", error.message);
    exit(99);
  }
  set->count = set->space->count;
  set->context = (ag_metric_context){set->space, CURATORS, set->curator, false};
  for (size_t i = 0; i < set->count; i++)
    set->initial[i] = set->space->log_mass ? set->space->log_mass[i] : 0;
  set_curator(set, 0, "a");
  set_curator(set, 1, "b");
  arrange(set);
  return set;
}

static void scene_close(scene *set)
{
  for (size_t k = 0; k < CURATORS; k++)
    ag_reward_free(&set->reward[k]);
  ag_space_free(set->space);
  ag_config_free(set->config);
  free(set);
}

/* A random distribution: one item has underflowed, one has none of the mass. */
static void shuffle_mass(scene *set)
{
  for (size_t i = 0; i < set->count; i++) {
    bool empty = set->initial[i] == -INFINITY || i == 1;
    set->log_mass[i] = empty ? -INFINITY : 8 * uniform() - 10;
    if (i == 2)
      set->log_mass[i] = -800;
    set->mass[i] = exp(set->log_mass[i]);
    set->previous[i] = uniform() / (double)set->count;
  }
}

/* The rewards in the blocks' order. */
static void order_rewards(const scene *set, double (*ordered)[MOST_ITEMS])
{
  for (size_t k = 0; k < CURATORS; k++)
    for (size_t i = 0; i < set->count; i++)
      ordered[k][i] = set->value[k][set->item[i]];
}

static double total_of(const scene *set)
{
  long double total = 0;
  for (size_t i = 0; i < set->count; i++)
    total += set->mass[i];
  return (double)total;
}

/* Plays the engine: blocks of at most `size` items. values [column_count]. */
static void measure(const scene *set, const ag_metric *metric, size_t size, double *values)
{
  double sums[MOST_COLUMNS] = {0}, ordered[CURATORS][MOST_ITEMS];
  order_rewards(set, ordered);
  if (metric->column_count == 0) /* nothing to say here */
    return;
  for (size_t i = 0; i < set->count; i += size) {
    const double *reward[CURATORS] = {ordered[0] + i, ordered[1] + i};
    ag_metric_block block = {.count = set->count - i < size ? set->count - i : size,
                             .mass = set->mass + i,
                             .log_mass = set->log_mass + i,
                             .previous_mass = set->previous + i,
                             .initial_log_mass = set->initial + i,
                             .item = set->item + i,
                             .reward = reward};
    metric->type->accumulate(metric, &block, sums);
  }
  ag_metric_finish(metric, sums, total_of(set), values);
}

/* The value of the metric's column called `column`; NaN where there is none. */
static double value_of(const scene *set, const char *name, const char *column)
{
  ag_metric metric;
  double values[MOST_COLUMNS], found = NAN;
  ag_node absent = {NULL, 0};
  if (ag_metric_create(ag_metric_find(name), absent, &set->context, &metric, NULL) != AG_OK)
    return NAN;
  CHECK(metric.column_count <= MOST_COLUMNS && metric.sum_count <= MOST_COLUMNS);
  measure(set, &metric, 11, values);
  for (size_t k = 0; k < metric.column_count; k++)
    if (strcmp(metric.column_name[k], column) == 0)
      found = values[k];
  ag_metric_free(&metric);
  return found;
}

/* A function of the item at place i, perhaps for curator k. */
typedef long double term(const scene *set, size_t i, size_t k);

/* E_p[of] in long double. */
static double expect(const scene *set, term *of, size_t k)
{
  long double sum = 0, total = 0;
  for (size_t i = 0; i < set->count; i++) {
    if (set->mass[i] > 0)
      sum += set->mass[i] * of(set, i, k);
    total += set->mass[i];
  }
  return (double)(sum / total);
}

static long double share(const scene *set, size_t i)
{
  long double total = 0;
  for (size_t k = 0; k < set->count; k++)
    total += set->mass[k];
  return set->mass[i] / total;
}

static long double surprise(const scene *set, size_t i, size_t k)
{
  (void)k;
  return -logl(share(set, i));
}

static long double others(const scene *set, size_t i, size_t k)
{
  (void)k;
  return 1 - share(set, i);
}

static long double log_growth(const scene *set, size_t i, size_t k)
{
  (void)k;
  return logl(share(set, i)) - set->initial[i];
}

static long double reward(const scene *set, size_t i, size_t k)
{
  return set->value[k][set->item[i]];
}

static long double optimal(const scene *set, size_t i, size_t k)
{
  return set->value[k][set->item[i]] >= set->curator[k].optimal_level;
}

static long double optimal_for_both(const scene *set, size_t i, size_t k)
{
  (void)k;
  return optimal(set, i, 0) * optimal(set, i, 1);
}

static long double satisfied(const scene *set, size_t i, size_t k)
{
  return set->value[k][set->item[i]] >= set->curator[k].satisfaction_level;
}

/* Sums of at most 48 terms of one sign are good to 48 ulp and far better. */
#define CLOSE(actual, expected)                                                                    \
  CHECK_NEAR(actual, expected, 48 * DBL_EPSILON * fmax(1, fabs((double)(expected))))

static void check_diversity(const scene *set)
{
  double entropy = expect(set, surprise, 0);
  CLOSE(value_of(set, "entropy", "entropy"), entropy);
  CLOSE(value_of(set, "effective_number", "effective_number"), exp(entropy));
  CLOSE(value_of(set, "simpson", "simpson"), expect(set, others, 0));
  double divergence = expect(set, log_growth, 0);
  CLOSE(value_of(set, "kl_initial", "kl_initial"), divergence);
  long double step = 0, total = 0;
  for (size_t i = 0; i < set->count; i++) {
    step += fabsl((long double)set->mass[i] - set->previous[i]) / 2;
    total += set->mass[i];
  }
  CLOSE(value_of(set, "tv_step", "tv_step"), (double)(step / total));
}

static void check_curators(const scene *set)
{
  CLOSE(value_of(set, "mean_reward", "mean_reward.a"), expect(set, reward, 0));
  CLOSE(value_of(set, "mean_reward", "mean_reward.b"), expect(set, reward, 1));
  CLOSE(value_of(set, "optimal_mass", "optimal_mass.a"), expect(set, optimal, 0));
  CLOSE(value_of(set, "optimal_mass", "optimal_mass.b"), expect(set, optimal, 1));
  CLOSE(value_of(set, "optimal_mass", "optimal_mass.intersection"),
        expect(set, optimal_for_both, 0));
  CLOSE(value_of(set, "satisfaction", "satisfaction.a"), expect(set, satisfied, 0));
  CLOSE(value_of(set, "satisfaction", "satisfaction.b"), expect(set, satisfied, 1));
}

static void metrics_agree_with_their_formulae(void)
{
  const char *const texts[] = {ATOMS, BOX, TABLE};
  for (size_t k = 0; k < 3; k++) {
    scene *set = scene_open(texts[k]);
    for (int round = 0; round < 20; round++) {
      shuffle_mass(set);
      check_diversity(set);
      check_curators(set);
    }
    scene_close(set);
  }
}

/* Distance in the box from the item to the nearest of curator k's optimal set. */
static long double to_optimum(const scene *set, size_t i, size_t k)
{
  const ag_items items = ag_items_of_space(set->space);
  double nearest = INFINITY, here[2], there[2];
  ag_items_at(&items, set->item[i], here);
  for (size_t y = 0; y < set->count; y++) {
    ag_items_at(&items, y, there);
    if (set->value[k][y] >= set->curator[k].optimal_level)
      nearest = fmin(nearest, hypot(here[0] - there[0], here[1] - there[1]));
  }
  return nearest;
}

static long double to_centre(const scene *set, size_t i, size_t k)
{
  const ag_items items = ag_items_of_space(set->space);
  double here[2];
  (void)k;
  ag_items_at(&items, set->item[i], here);
  return hypot(here[0] + 1, here[1] - 1);
}

static void distances_are_to_the_centre_or_the_optimal_set(void)
{
  scene *set = scene_open(BOX);
  shuffle_mass(set);
  CLOSE(value_of(set, "distance", "distance.a"), expect(set, to_centre, 0));
  CLOSE(value_of(set, "distance", "distance.b"), expect(set, to_optimum, 1));
  /* 5% of the diagonal, 0.25, is less than the cells' 0.5. */
  CLOSE(value_of(set, "near_optimal_mass", "near_optimal_mass.a"),
        value_of(set, "optimal_mass", "optimal_mass.a"));
  scene_close(set);

  set = scene_open(ATOMS);
  shuffle_mass(set);
  CLOSE(value_of(set, "distance", "distance.a"),
        1 - value_of(set, "optimal_mass", "optimal_mass.a"));
  scene_close(set);
}

/* Reads one metric written in YAML. */
static ag_status read_metric(const scene *set, const char *text, ag_metric *metric, ag_error *error)
{
  char document[256];
  ag_config *config = NULL;
  snprintf(document, sizeof document, "metric: %s\n", text);
  ag_status status =
      ag_config_parse("game.yaml", document, strlen(document), NULL, 0, &config, error);
  if (status == AG_OK)
    status = ag_metric_read(ag_node_find(ag_config_root(config), "metric"), &set->context, metric,
                            error);
  ag_config_free(config);
  return status;
}

static long double near_at_one(const scene *set, size_t i, size_t k)
{
  return to_optimum(set, i, k) <= 1 + 1e-9;
}

static void check_near(const scene *set, const char *text, term *near)
{
  double values[MOST_COLUMNS];
  ag_metric metric;
  CHECK(read_metric(set, text, &metric, NULL) == AG_OK);
  CHECK(metric.column_count == 3);
  CHECK_TEXT(metric.column_name[2], "near_optimal_mass.intersection");
  measure(set, &metric, 7, values);
  for (size_t k = 0; k < CURATORS; k++)
    CLOSE(values[k], expect(set, near, k));
  CHECK(values[2] == 0); /* the optimal sets are disjoint: nothing is near */
  ag_metric_free(&metric);
}

static void near_optimal_mass_reaches_eta(void)
{
  scene *set = scene_open(BOX);
  shuffle_mass(set);
  check_near(set, "{near_optimal_mass: {eta: 0}}", optimal);
  check_near(set, "{near_optimal_mass: {eta: 1}}", near_at_one);
  scene_close(set);
}

static void near_optimal_mass_is_off_without_coordinates_unless_asked(void)
{
  scene *set = scene_open(ATOMS);
  ag_metric metric;
  double values[MOST_COLUMNS];
  shuffle_mass(set);
  CHECK(read_metric(set, "near_optimal_mass", &metric, NULL) == AG_OK);
  CHECK(metric.column_count == 0);
  measure(set, &metric, 3, values);
  ag_metric_free(&metric);
  CHECK(read_metric(set, "{near_optimal_mass: {eta: 0.5}}", &metric, NULL) == AG_OK);
  CHECK(metric.column_count == 3);
  measure(set, &metric, 3, values);
  CLOSE(values[0], value_of(set, "optimal_mass", "optimal_mass.a"));
  CLOSE(values[2], value_of(set, "optimal_mass", "optimal_mass.intersection"));
  CHECK(values[2] > 0);
  ag_metric_free(&metric);
  scene_close(set);
}

static void group_shares_sum_to_1(void)
{
  scene *set = scene_open(TABLE);
  double horror = value_of(set, "group_share", "group_share.horror");
  double satire = value_of(set, "group_share", "group_share.satire");
  double thriller = value_of(set, "group_share", "group_share.thriller");
  CLOSE(horror, 0.5);
  CLOSE(satire, 0.1);
  CLOSE(horror + satire + thriller, 1);
  scene_close(set);

  set = scene_open(ATOMS);
  ag_metric metric;
  CHECK(read_metric(set, "group_share", &metric, NULL) == AG_OK && metric.column_count == 0);
  ag_metric_free(&metric);
  scene_close(set);
}

static void the_start_is_no_step_and_no_divergence(void)
{
  scene *set = scene_open(ATOMS);
  CLOSE(value_of(set, "kl_initial", "kl_initial"), 0);
  CHECK(value_of(set, "tv_step", "tv_step") == 0);
  scene_close(set);
}

static void uniform_has_entropy_log_n(void)
{
  scene *set = scene_open(BOX);
  CLOSE(value_of(set, "entropy", "entropy"), log(48));
  CHECK_NEAR(value_of(set, "effective_number", "effective_number"), 48, 48 * 8 * DBL_EPSILON);
  CLOSE(value_of(set, "simpson", "simpson"), 1 - 1.0 / 48);
  scene_close(set);
}

static void one_point_has_no_entropy(void)
{
  scene *set = scene_open(ATOMS);
  for (size_t i = 0; i < set->count; i++) {
    set->log_mass[i] = i == 3 ? 0 : -INFINITY;
    set->mass[i] = i == 3;
  }
  CHECK(value_of(set, "entropy", "entropy") == 0);
  CHECK(value_of(set, "effective_number", "effective_number") == 1);
  CHECK(value_of(set, "simpson", "simpson") == 0);
  CLOSE(value_of(set, "kl_initial", "kl_initial"), -set->initial[3]);
  CLOSE(value_of(set, "mean_reward", "mean_reward.a"), set->value[0][set->item[3]]);
  scene_close(set);
}

/* Where p_0 is 0 a reward may be anything, and nobody calls it optimal. */
static void items_without_mass_say_nothing(void)
{
  scene *set = scene_open(ATOMS);
  double before = value_of(set, "mean_reward", "mean_reward.a");
  CHECK(isfinite(before));
  set->value[0][3] = NAN;
  set->value[0][3] = INFINITY;
  CHECK(value_of(set, "mean_reward", "mean_reward.a") == before);
  CLOSE(value_of(set, "optimal_mass", "optimal_mass.a"), 10.0 / 48);
  CLOSE(value_of(set, "distance", "distance.a"), 38.0 / 48);
  scene_close(set);
}

static void blocks_of_any_size_agree(void)
{
  scene *set = scene_open(BOX);
  shuffle_mass(set);
  for (size_t k = 0; ag_metric_types[k]; k++) {
    ag_metric metric;
    ag_node absent = {NULL, 0};
    double one[MOST_COLUMNS], many[MOST_COLUMNS];
    CHECK(ag_metric_create(ag_metric_types[k], absent, &set->context, &metric, NULL) == AG_OK);
    measure(set, &metric, set->count, one);
    measure(set, &metric, 5, many);
    for (size_t c = 0; c < metric.column_count; c++)
      CLOSE(many[c], one[c]);
    ag_metric_free(&metric);
  }
  scene_close(set);
}

static void check_refused(const scene *set, const char *text, long column, const char *words)
{
  ag_metric metric = {.sum_count = 77};
  ag_error error = {.status = AG_OK};
  CHECK(read_metric(set, text, &metric, &error) == AG_ERROR_INPUT);
  CHECK(metric.sum_count == 77);
  if (!strstr(error.message, words) || error.line != 1 || error.column != column) {
    printf("# expected 1:%ld %s\n#      got %ld:%ld %s\n", column, words, error.line, error.column,
           error.message);
    CHECK(!"the place and the words");
  }
}

static void mistakes_are_named(void)
{
  scene *set = scene_open(BOX);
  check_refused(set, "entrpy", 9, "unknown metric `entrpy`; did you mean `entropy`?");
  check_refused(set, "qqqqqqqqqqqqqqqq", 9, "there are: entropy, effective_number, simpson");
  check_refused(set, "{simpsom: {}}", 10, "did you mean `simpson`?");
  check_refused(set, "{entropy: {base: 2}}", 19, "entropy has no parameters");
  check_refused(set, "{near_optimal_mass: {eta: -1}}", 35,
                "eta: expected a number of at least 0 (a distance), found -1");
  check_refused(set, "{near_optimal_mass: {etta: 1}}", 30, "eta");
  check_refused(set, "[entropy]", 9, "expected a metric");
  check_refused(set, "{entropy: {}, simpson: {}}", 23, "here are `entropy` and `simpson`");
  scene_close(set);
}

static void every_metric_is_found_by_its_name(void)
{
  for (size_t k = 0; ag_metric_types[k]; k++)
    CHECK(ag_metric_find(ag_metric_types[k]->name) == ag_metric_types[k]);
  CHECK(!ag_metric_find("nothing"));
}

static void every_metric_says_how_it_is_drawn(void)
{
  ag_metric_picture picture;
  char caption[256];
  for (size_t k = 0; ag_metric_types[k]; k++) {
    CHECK(ag_metric_picture_of(ag_metric_types[k]->name, &picture));
    CHECK(picture.title && picture.axis && picture.caption);
    CHECK((strchr(picture.caption, '@') != NULL) == (picture.each != NULL));
    ag_metric_caption(ag_metric_types[k]->name, caption, sizeof caption);
    CHECK(caption[strlen(caption) - 1] == '.' && !strchr(caption, '@'));
  }
  CHECK(ag_metric_picture_of("distance.owner", &picture));
  CHECK_TEXT(picture.title, "Distance");
  CHECK_TEXT(picture.axis, "mean distance");
  ag_metric_caption("distance.owner", caption, sizeof caption);
  CHECK_TEXT(caption, "The mean distance from what owner likes best.");
  ag_metric_caption("distance", caption, sizeof caption);
  CHECK_TEXT(caption, "The mean distance from what each curator likes best.");
  ag_metric_caption("word_share.4", caption, sizeof caption);
  CHECK_TEXT(caption, "The share of the texts of 4 words.");
  CHECK(ag_metric_picture_of("original_share", &picture));
  CHECK(!ag_metric_picture_of("distanc", &picture) && !ag_metric_picture_of("distances", &picture));
  ag_metric_caption("nothing", caption, sizeof caption);
  CHECK_TEXT(caption, "");
}

int main(void)
{
  char path[256];
  if (!mkdtemp(folder))
    return 99;
  snprintf(path, sizeof path, "%s/films.csv", folder);
  FILE *file = fopen(path, "w");
  if (!file || fputs(films, file) < 0 || fclose(file) != 0)
    return 99;
  CHECK_RUN(metrics_agree_with_their_formulae);
  CHECK_RUN(distances_are_to_the_centre_or_the_optimal_set);
  CHECK_RUN(near_optimal_mass_reaches_eta);
  CHECK_RUN(near_optimal_mass_is_off_without_coordinates_unless_asked);
  CHECK_RUN(group_shares_sum_to_1);
  CHECK_RUN(the_start_is_no_step_and_no_divergence);
  CHECK_RUN(uniform_has_entropy_log_n);
  CHECK_RUN(one_point_has_no_entropy);
  CHECK_RUN(items_without_mass_say_nothing);
  CHECK_RUN(blocks_of_any_size_agree);
  CHECK_RUN(mistakes_are_named);
  CHECK_RUN(every_metric_is_found_by_its_name);
  CHECK_RUN(every_metric_says_how_it_is_drawn);
  remove(path);
  rmdir(folder);
  return check_end();
}
