/* Reports: replicates summed up, runs read back, a page that is whole. */
#include <aligngame/report.h>

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/spread.h"
#include "report/page.h"
#include "tests/check.h"
#include "tests/folder.h"

/* The bytes of a file, ended by NUL; the caller frees them. */
static char *read_whole(const char *path)
{
  FILE *file = fopen(path, "rb");
  char *bytes = calloc(1, 1 << 22);
  if (file && bytes)
    bytes[fread(bytes, 1, (1 << 22) - 1, file)] = '\0';
  if (file)
    fclose(file);
  return bytes;
}

/* --- Student's t and the spread of replicates --- */

static void the_quantile_of_student_is_the_published_one(void)
{
  /* closed forms for 1 and 2 degrees of freedom */
  CHECK_NEAR(ag_student_quantile(1), tan(0.475 * M_PI), 1e-12 * 12.7);
  CHECK_NEAR(ag_student_quantile(2), 0.95 * sqrt(2 / (1 - 0.95 * 0.95)), 1e-12 * 4.3);
  /* published to ten decimals */
  CHECK_NEAR(ag_student_quantile(1), 12.7062047362, 5.1e-11);
  CHECK_NEAR(ag_student_quantile(4), 2.7764451052, 5.1e-11);
  CHECK_NEAR(ag_student_quantile(99), 1.9842169515, 1.0e-10);
  CHECK_NEAR(ag_student_quantile(1000), 1.9623390808, 5.1e-11);
}

/* P(|T| < t) = int cos^(v-1) from -a to a / int over (-pi/2, pi/2), tan a = t / sqrt v. */
static double share_by_quadrature(double t, double freedom)
{
  enum { STEPS = 200000 };
  double angle = atan(t / sqrt(freedom)), part[2] = {0, 0};
  const double upper[2] = {angle, M_PI / 2};
  for (int which = 0; which < 2; which++)
    for (int i = 0; i < STEPS; i++) { /* midpoints */
      double x = upper[which] * (i + 0.5) / STEPS;
      part[which] += exp((freedom - 1) * log(cos(x))) * upper[which] / STEPS;
    }
  return part[0] / part[1];
}

/* The midpoint rule errs by h^2/24 times the length and the largest second derivative
 * (about v): below 1e-8 here. Series up to 400 degrees of freedom, expansion from 401. */
static void series_and_expansion_of_student_give_95_percent(void)
{
  static const size_t freedom[] = {3, 4, 9, 40, 399, 400, 401, 402, 3000};
  for (size_t i = 0; i < sizeof freedom / sizeof *freedom; i++)
    CHECK_NEAR(share_by_quadrature(ag_student_quantile(freedom[i]), (double)freedom[i]), 0.95,
               1e-8);
}

/* A result of R replicates, one metric and the generations 0 and 1. */
static ag_spread spread_of(double *value, size_t replicates, size_t generation)
{
  ag_error error;
  ag_spread spread = {0};
  ag_result result = {
      .generations = 1, .metric_count = 1, .replicates = replicates, .replicate_metric = value};
  CHECK(ag_result_spread(&result, generation, 0, &spread, &error) == AG_OK);
  return spread;
}

static void spread_is_mean_deviation_and_interval(void)
{
  /* generation 1 has 1 … 5 in any order: mean 3, deviation sqrt(2.5) */
  double value[] = {0, 4, 0, 1, 0, 5, 0, 2, 0, 3};
  ag_spread spread = spread_of(value, 5, 1);
  double half = 2.7764451051978 * sqrt(2.5 / 5);
  CHECK(spread.count == 5);
  CHECK_NEAR(spread.mean, 3, 1e-15 * 3);
  CHECK_NEAR(spread.deviation, sqrt(2.5), 1e-15);
  CHECK_NEAR(spread.low, 3 - half, 1e-12);
  CHECK_NEAR(spread.high, 3 + half, 1e-12);
  CHECK(spread.least == 1 && spread.most == 5 && spread.median == 3);
  CHECK(spread.q25 == 2 && spread.q75 == 4);
  CHECK_NEAR(spread.q05, 1.2, 1e-15 * 2); /* place 0.05 * 4 = 0.2 */
  CHECK_NEAR(spread.q95, 4.8, 1e-15 * 8);
}

static void spread_leaves_out_what_is_not_defined(void)
{
  double value[] = {0, NAN, 0, 7, NAN, NAN};
  ag_spread one = spread_of(value, 3, 1), two = spread_of(value, 3, 0);
  CHECK(one.count == 1 && one.mean == 7 && one.least == 7 && one.q95 == 7);
  CHECK(isnan(one.deviation) && isnan(one.low) && isnan(one.high));
  CHECK(two.count == 2 && two.deviation == 0 && two.low == 0 && two.high == 0);
  ag_spread none = spread_of(NULL, 0, 1);
  CHECK(none.count == 0 && isnan(none.mean) && isnan(none.median));
}

/* --- runs read back --- */

static const char game_text[] = "name: tested <script>alert('x')</script> & \"more\"\n"
                                "generations: 12\n"
                                "space: {atoms: {mass: [9, 9, 2]}}\n"
                                "curators:\n"
                                "  owner: {reward: {values: [3, 0, 2]}, pool: 8}\n"
                                "  public: {reward: {values: [0, 3, 2]}, pool: 4}\n"
                                "loop: {order: [owner, public]}\n";

static const char box_text[] = "name: plane\n"
                               "generations: 6\n"
                               "space: {box: {lower: [-5, -5], upper: [5, 5], cells: [40, 40]}}\n"
                               "curators:\n"
                               "  owner: {reward: {disc: {center: [0, 0]}}, pool: 10}\n"
                               "  public: {reward: {disc: {center: [3, 1]}}, pool: 10}\n"
                               "loop: {order: [owner, public]}\n";

static ag_game *parse(const char *text)
{
  ag_game *game = NULL;
  ag_error error = {0};
  CHECK(ag_game_parse("test", text, strlen(text), NULL, 0, &game, &error) == AG_OK);
  return game;
}

static ag_result *play(const ag_game *game, const char *directory, const size_t *snapshot,
                       size_t count)
{
  ag_result *result = NULL;
  ag_error error = {0};
  ag_run_options options = {.directory = directory, .snapshots = snapshot, .snapshot_count = count};
  CHECK(ag_run(game, &options, &result, &error) == AG_OK);
  return result;
}

static void check_same_result(const ag_result *a, const ag_result *b)
{
  size_t values = (a->generations + 1) * a->metric_count;
  CHECK(a->generations == b->generations && a->metric_count == b->metric_count);
  CHECK(memcmp(a->metric, b->metric, values * sizeof *a->metric) == 0);
  CHECK(a->item_count == b->item_count);
  CHECK(memcmp(a->log_mass, b->log_mass, a->item_count * sizeof *a->log_mass) == 0);
  CHECK(a->snapshot_count == b->snapshot_count);
  for (size_t s = 0; s < a->snapshot_count; s++)
    CHECK(a->snapshot[s] == b->snapshot[s] &&
          memcmp(a->snapshot_log_mass[s], b->snapshot_log_mass[s],
                 a->item_count * sizeof *a->log_mass) == 0);
  CHECK(a->outcome_count == b->outcome_count && a->outcome[0].item == b->outcome[0].item);
}

static void a_run_is_read_back_to_the_bit(void)
{
  const size_t snapshot[] = {0, 5};
  const char *directory = path_of("read");
  ag_game *game = parse(game_text), *again = NULL;
  ag_result *result = play(game, directory, snapshot, 2), *read = NULL;
  ag_error error = {0};
  char *note = NULL;
  CHECK(ag_run_read(directory, &again, &read, &error) == AG_OK);
  if (read) {
    check_same_result(result, read);
    CHECK_TEXT(ag_game_text(again), ag_game_text(game));
    CHECK_TEXT(read->directory, directory);
  }
  CHECK(ag_run_note(directory, "begun", &note, &error) == AG_OK && note && strlen(note) == 20);
  free(note);
  CHECK(ag_run_note(directory, "no such key", &note, &error) == AG_OK && note == NULL);
  ag_result_free(read);
  ag_result_free(result);
  ag_game_free(again);
  ag_game_free(game);
}

/* Damages the last byte of a file. */
static void damage(const char *path)
{
  FILE *file = fopen(path, "r+b");
  CHECK(file != NULL);
  if (!file)
    return;
  fseek(file, -1, SEEK_END);
  int byte = fgetc(file);
  fseek(file, -1, SEEK_END);
  fputc(byte ^ 1, file);
  fclose(file);
}

static void expect_refusal(const char *directory, const char *word)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_error error = {0};
  CHECK(ag_run_read(directory, &game, &result, &error) == AG_ERROR_INPUT);
  CHECK(game == NULL && result == NULL);
  CHECK(strstr(error.message, directory) != NULL);
  if (!strstr(error.message, word)) {
    printf("# %s\n", error.message);
    CHECK(!"the message says what to do");
  }
}

static volatile sig_atomic_t stopped = 1;

static void what_is_no_finished_run_is_refused_by_name(void)
{
  ag_game *game = parse(game_text);
  ag_result *result = NULL;
  ag_error error = {0};
  ag_run_options options = {.directory = path_of("stopped"), .interrupt = &stopped};
  CHECK(ag_run(game, &options, &result, &error) == AG_ERROR_INTERRUPTED);
  expect_refusal(path_of("stopped"), "--resume");
  result = play(game, path_of("damaged"), NULL, 0);
  damage(path_of("damaged/outcome.safetensors"));
  expect_refusal(path_of("damaged"), "--resume");
  expect_refusal(path_of("missing"), "expected");
  expect_refusal(path_of("damaged/metrics.csv"), "expected");
  mkdir(path_of("empty"), 0777);
  expect_refusal(path_of("empty"), "aligngame run");
  ag_result_free(result);
  ag_game_free(game);
}

/* --- pages --- */

/* Fails where a value of name="…" stands twice. */
static void check_unique_ids(const char *page)
{
  size_t count = 0, room = 4096;
  const char **id = calloc(room, sizeof *id);
  for (const char *at = page; (at = strstr(at, " id=\"")) != NULL && count < room;)
    id[count++] = at += 5;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < i; j++) {
      size_t length = strcspn(id[i], "\"") + 1;
      CHECK(strncmp(id[i], id[j], length) != 0);
    }
  CHECK(count > 10);
  free(id);
}

static void labels_are_escaped(void)
{
  ag_buffer page = {0};
  ag_page_text(&page, "<script>&\"'\x01\xff\n");
  CHECK_TEXT(page.text, "&lt;script&gt;&amp;&quot;&#39;\xEF\xBF\xBD\xEF\xBF\xBD\n");
  free(page.text);
  page = (ag_buffer){0};
  ag_page_svg(&page, "<?xml?><svg><g id=\"a\"/><use xlink:href=\"#a\" clip=\"url(#a)\"/></svg>",
              "p-");
  CHECK_TEXT(page.text, "<svg><g id=\"p-a\"/><use xlink:href=\"#p-a\" clip=\"url(#p-a)\"/></svg>");
  free(page.text);
}

static void numbers_are_for_people(void)
{
  CHECK_TEXT(ag_page_number(160000).text, "160,000");
  CHECK_TEXT(ag_page_number(-2.5).text, "−2.5");
  CHECK_TEXT(ag_page_number(-1.1e-25).text, "−1.10×10⁻²⁵");
  CHECK_TEXT(ag_page_number(NAN).text, "–");
  CHECK_TEXT(ag_page_number(0).text, "0");
  CHECK_TEXT(ag_text_count(1234567).text, "1,234,567");
  CHECK_TEXT(ag_page_share(0.123).text, "12.3\u00a0%");
  CHECK_TEXT(ag_page_share(1e-9).text, "less than 0.01\u00a0%");
  CHECK_TEXT(ag_page_share(1).text, "100\u00a0%");
  CHECK_TEXT(ag_page_share(0.9951).text, "99.51\u00a0%");
}

static void pages_repeat_and_replace_reports_alone(void)
{
  const char *runs[] = {path_of("page"), path_of("page-2")};
  char first[256], second[256], page[256], other[256];
  ag_error error = {0};
  snprintf(first, sizeof first, "%s", runs[0]);
  snprintf(second, sizeof second, "%s", runs[1]);
  const char *kept[] = {first, second};
  ag_game *game = parse(game_text), *box = parse(box_text);
  ag_result *result = play(game, first, NULL, 0);
  ag_result_free(result);
  result = play(box, second, NULL, 0);
  ag_result_free(result);
  snprintf(page, sizeof page, "%s", path_of("page.html"));
  snprintf(other, sizeof other, "%s", path_of("other.html"));
  CHECK(ag_report_write(kept, 2, page, NULL, &error) == AG_OK);
  CHECK(ag_report_write(kept, 2, page, NULL, &error) == AG_OK);
  CHECK(ag_report_write(kept, 2, other, NULL, &error) == AG_OK);
  char *a = read_whole(page), *b = read_whole(other);
  CHECK_TEXT(a, b);
  CHECK(strstr(a, "<script") == NULL && strstr(a, "&lt;script&gt;") != NULL);
  check_unique_ids(a);
  FILE *file = fopen(other, "w");
  fputs("<html>mine</html>", file);
  fclose(file);
  CHECK(ag_report_write(kept, 2, other, NULL, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, other) != NULL);
  free(b);
  b = read_whole(other);
  CHECK_TEXT(b, "<html>mine</html>");
  CHECK(ag_report_write(kept, 0, page, NULL, &error) == AG_ERROR_INPUT);
  free(a);
  free(b);
  ag_game_free(game);
  ag_game_free(box);
}

/* --- sampled runs: what the sampled engine will hand over --- */

enum { REPLICATES = 20, GENERATIONS = 30, POINTS = 4000 };

static double noise(size_t i)
{
  return sin(12.9898 * (double)(i + 1)) * 0.5 + sin(78.233 * (double)(i + 1)) * 0.3;
}

static void fill_replicates(ag_result *result)
{
  size_t rows = result->generations + 1, metrics = result->metric_count;
  for (size_t r = 0; r < REPLICATES; r++)
    for (size_t g = 0; g < rows; g++)
      for (size_t m = 0; m < metrics; m++)
        result->replicate_metric[(r * rows + g) * metrics + m] =
            (1 + (double)m) * exp(-0.1 * (double)g) * (1 + 0.2 * noise(r + 100 * m + 7 * g));
  for (size_t i = 0; i < rows * metrics; i++) {
    result->metric[i] = 0;
    for (size_t r = 0; r < REPLICATES; r++)
      result->metric[i] += result->replicate_metric[r * rows * metrics + i] / REPLICATES;
    result->exact->metric[i] = result->metric[i] * 1.1;
  }
  result->replicate_metric[1] = NAN; /* not defined in one replicate */
}

static void fill_points(double *point, double x, double y, double width)
{
  for (size_t i = 0; i < POINTS; i++) {
    point[2 * i] = x + width * noise(3 * i);
    point[2 * i + 1] = y + width * noise(5 * i + 1);
  }
}

static void a_sampled_cloud_has_bands_planes_and_words(void)
{
  static char *name[] = {"effective_number", "mean_reward.owner", "mean_reward.public", "odd.one"};
  static double replicate[REPLICATES * (GENERATIONS + 1) * 4], mean[(GENERATIONS + 1) * 4];
  static double exact_metric[(GENERATIONS + 1) * 4], early[2 * POINTS], late[2 * POINTS];
  size_t generation = 0, points = POINTS;
  double *snapshot = early;
  ag_game *game = parse(box_text);
  ag_result exact = {
      .generations = GENERATIONS, .metric_count = 4, .metric_name = name, .metric = exact_metric};
  ag_result result = {.generations = GENERATIONS,
                      .metric_count = 4,
                      .metric_name = name,
                      .metric = mean,
                      .replicates = REPLICATES,
                      .replicate_metric = replicate,
                      .dimension = 2,
                      .snapshot_count = 1,
                      .snapshot = &generation,
                      .snapshot_point_count = &points,
                      .snapshot_point = &snapshot,
                      .point_count = POINTS,
                      .point = late,
                      .fits = {.fits = 600, .reduced = 3},
                      .exact = &exact};
  fill_replicates(&result);
  fill_points(early, 0, 0, 4);
  fill_points(late, 1.5, 0.5, 1);
  ag_page_run run = {.number = 1, .label = "cloud", .game = game, .result = &result};
  ag_buffer page = {0};
  ag_error error = {0};
  CHECK(ag_facts_find(game, &result, &run.facts, &error) == AG_OK);
  CHECK(ag_page_render(&run, 1, "A cloud", &page, &error) == AG_OK);
  CHECK(page.text && strstr(page.text, "20 replicates") && strstr(page.text, "600 times"));
  CHECK(page.text && strstr(page.text, "95 % interval") && strstr(page.text, "exact game"));
  CHECK(page.text && strstr(page.text, "Generation 30") && strstr(page.text, "±"));
  CHECK(page.text && !strstr(page.text, "nan") && !strstr(page.text, "inf "));
  const char *kept = getenv("KEEP_REPORT");
  if (kept)
    CHECK(ag_buffer_save(&page, kept, &error) == AG_OK);
  CHECK(ag_run_draw(game, &result, path_of("cloud.svg"), &error) == AG_OK);
  CHECK(ag_run_draw(game, &result, path_of("cloud.png"), &error) == AG_OK);
  CHECK(ag_run_draw(game, &result, path_of("cloud.gif"), &error) == AG_ERROR_INPUT);
  free(page.text);
  ag_facts_free(run.facts);
  ag_game_free(game);
}

int main(void)
{
  char command[300];
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(the_quantile_of_student_is_the_published_one);
  CHECK_RUN(series_and_expansion_of_student_give_95_percent);
  CHECK_RUN(spread_is_mean_deviation_and_interval);
  CHECK_RUN(spread_leaves_out_what_is_not_defined);
  CHECK_RUN(a_run_is_read_back_to_the_bit);
  CHECK_RUN(what_is_no_finished_run_is_refused_by_name);
  CHECK_RUN(labels_are_escaped);
  CHECK_RUN(numbers_are_for_people);
  CHECK_RUN(pages_repeat_and_replace_reports_alone);
  CHECK_RUN(a_sampled_cloud_has_bands_planes_and_words);
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return check_end() | (system(command) != 0);
}
