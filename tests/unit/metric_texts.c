/* Metrics of a sample of texts against plain recomputation; those that add up, beside the exact
 * counterpart on a space of sentences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/fault.h"
#include "game/game.h"
#include "metric/metric.h"
#include "metric/text_stats.h"
#include "space/words.h"
#include "tests/check.h"
#include "tests/game_text.h"

enum { MOST = 200 };

static const char grammar_space[] =
    "text: {grammar: {}, sentences: 700, seed: 3, words: [1, 30], held_out: 60}";

static ag_space *read_space(const char *text)
{
  ag_config *config = NULL;
  ag_space *space = NULL;
  ag_error error = {.status = AG_OK};
  if (ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &config, &error) != AG_OK ||
      ag_space_read(ag_config_root(config), &space, &error) != AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  ag_config_free(config);
  return space;
}

/* `metric: …` of a game without curators. */
static ag_status read_metric(const char *text, const ag_space *space, bool texts, ag_metric *metric,
                             ag_error *error)
{
  ag_config *config = NULL;
  ag_metric_context context = {.space = space, .texts = texts};
  CHECK(ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &config, error) == AG_OK);
  ag_status status =
      ag_metric_read(ag_node_find(ag_config_root(config), "metric"), &context, metric, error);
  ag_config_free(config);
  return status;
}

static ag_metric make(const char *text, const ag_space *space, bool texts)
{
  ag_metric metric = {.type = NULL};
  ag_error error = {.message = ""};
  if (read_metric(text, space, texts, &metric, &error) != AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return metric;
}

/* The value of items [count] with these masses: blocks of `size`, as the engines walk them. */
static void value_of_items(const ag_metric *metric, const uint32_t *item, const double *mass,
                           size_t count, size_t size, double *value)
{
  double sums[MOST] = {0}, total = 0;
  for (size_t i = 0; i < count; i += size) {
    size_t rest = count - i < size ? count - i : size;
    ag_metric_block block = {.count = rest, .mass = mass + i, .item = item + i};
    metric->type->accumulate(metric, &block, sums);
  }
  for (size_t i = 0; i < count; i++)
    total += mass[i];
  ag_metric_finish(metric, sums, total, value);
}

static void value_of_texts(const ag_metric *metric, const char *const *text, size_t count,
                           size_t size, double *value)
{
  double sums[MOST] = {0}, *mass = calloc(count, sizeof *mass);
  for (size_t i = 0; i < count; i++)
    mass[i] = 1 / (double)count;
  for (size_t i = 0; i < count; i += size) {
    size_t rest = count - i < size ? count - i : size;
    ag_metric_block block = {.count = rest, .mass = mass + i, .text = text + i};
    metric->type->accumulate(metric, &block, sums);
  }
  ag_metric_finish(metric, sums, 1, value);
  free(mass);
}

/* ---- numbers of words ---- */

/* In long double, about the mean. Sums of 700 positive terms: 1e-13 relative. */
static void words_have_their_mean_and_deviation(void)
{
  ag_space *space = read_space(grammar_space);
  ag_metric metric = make("metric: word_count", space, false);
  uint32_t item[700];
  double mass[700], value[2];
  long double total = 0, mean = 0, square = 0;
  CHECK(space->count == 700 && metric.column_count == 2);
  CHECK_TEXT(metric.column_name[0], "word_count");
  CHECK_TEXT(metric.column_name[1], "word_count.deviation");
  for (uint32_t i = 0; i < 700; i++) {
    item[i] = 699 - i;
    mass[i] = i % 7 ? draw_uniform() : 0;
    total += mass[i];
  }
  for (size_t i = 0; i < 700; i++)
    mean += mass[i] / total * ag_word_count(space->label[item[i]], strlen(space->label[item[i]]));
  for (size_t i = 0; i < 700; i++) {
    long double words = ag_word_count(space->label[item[i]], strlen(space->label[item[i]]));
    square += mass[i] / total * (words - mean) * (words - mean);
  }
  value_of_items(&metric, item, mass, 700, 57, value);
  printf("# %.6f words, deviation %.6f\n", value[0], value[1]);
  CHECK_NEAR(value[0], (double)mean, 1e-13 * (double)mean);
  /* the square of the mean is taken off the mean square */
  CHECK_NEAR(value[1] * value[1], (double)square, 1e-13 * (double)(square + mean * mean));
  ag_metric_free(&metric);
  ag_space_free(space);
}

static void equal_lengths_do_not_deviate(void)
{
  const char *const text[] = {"a b c", "The old house.", "x - y z!", "one two three"};
  ag_space space = {.count = 0};
  ag_metric metric = make("metric: word_count", &space, true);
  double value[2];
  for (size_t count = 1; count <= 4; count++) {
    value_of_texts(&metric, text, count, 3, value);
    CHECK_NEAR(value[0], 3, 1e-15);
    CHECK(value[1] == 0);
  }
  ag_metric_free(&metric);
}

static void shares_of_lengths_are_counted(void)
{
  const char *const text[] = {"", "a", "...", "a b c d", "b", "a b c d e f", "a b c", "c"};
  const double twelve[] = {0.25, 0.375, 0, 0.125, 0.125, 0, 0.125},
               three[] = {0.25, 0.375, 0, 0.375};
  ag_space space = {.count = 0};
  double value[MOST];
  ag_metric metric = make("metric: word_share", &space, true);
  CHECK(metric.column_count == 13);
  CHECK_TEXT(metric.column_name[0], "word_share.0");
  CHECK_TEXT(metric.column_name[11], "word_share.11");
  CHECK_TEXT(metric.column_name[12], "word_share.12+");
  value_of_texts(&metric, text, 8, 3, value);
  for (size_t k = 0; k <= 12; k++)
    CHECK_NEAR(value[k], k < 7 ? twelve[k] : 0, 1e-16);
  ag_metric_free(&metric);
  metric = make("metric: {word_share: {most: 3}}", &space, true);
  CHECK(metric.column_count == 4);
  CHECK_TEXT(metric.column_name[3], "word_share.3+");
  value_of_texts(&metric, text, 8, 8, value);
  for (size_t k = 0; k <= 3; k++)
    CHECK_NEAR(value[k], three[k], 1e-16);
  ag_metric_free(&metric);
}

/* The same sentences as items of equal mass and as a sample: the same sums. */
static void items_and_texts_agree(void)
{
  static const char *const names[] = {"metric: word_count", "metric: {word_share: {most: 20}}"};
  ag_space *space = read_space(grammar_space);
  uint32_t item[700];
  double mass[700], by_item[MOST], by_text[MOST];
  for (uint32_t i = 0; i < 700; i++) {
    item[i] = i;
    mass[i] = 1.0 / 700;
  }
  for (size_t k = 0; k < 2; k++) {
    ag_metric finite = make(names[k], space, false), sampled = make(names[k], space, true);
    value_of_items(&finite, item, mass, 700, 700, by_item);
    value_of_texts(&sampled, (const char *const *)space->label, 700, 700, by_text);
    CHECK(finite.column_count == sampled.column_count && finite.column_count > 1);
    for (size_t c = 0; c < finite.column_count; c++) {
      CHECK_TEXT(finite.column_name[c], sampled.column_name[c]);
      CHECK_NEAR(by_item[c], by_text[c], 1e-13 * by_text[c]);
    }
    ag_metric_free(&finite);
    ag_metric_free(&sampled);
  }
  ag_space_free(space);
}

/* ---- measures ---- */

static double measure(const char *name, const ag_space *space, const ag_metric_texts *texts,
                      size_t column)
{
  char line[64];
  double value[MOST];
  snprintf(line, sizeof line, "metric: %s", name);
  ag_metric metric = make(line, space, true);
  CHECK(metric.type->on_texts && metric.type->measure && metric.sum_count == 0);
  CHECK(column < metric.column_count);
  metric.type->measure(&metric, texts, value);
  ag_metric_free(&metric);
  return value[column];
}

/* Different words (pairs, triples) among all, by comparing each with all before it. */
static double plain_distinct(const char *const *text, size_t count, size_t n)
{
  static char gram[4000][200];
  size_t all = 0, different = 0;
  for (size_t i = 0; i < count; i++) {
    const char *at = text[i], *end = at + strlen(at);
    ag_token word[64];
    size_t words = 0;
    while (words < 64 && ag_word_next(&at, end, &word[words]))
      words++;
    for (size_t k = 0; k + n <= words; k++, all++) {
      gram[all][0] = '\0';
      for (size_t j = 0; j < n; j++) {
        ag_token bare = ag_token_trim(word[k + j]);
        sprintf(gram[all] + strlen(gram[all]), "%.*s ", (int)bare.length, bare.text);
      }
      size_t before = 0;
      while (strcmp(gram[before], gram[all]) != 0)
        before++;
      different += before == all;
    }
  }
  return (double)different / (double)all;
}

static void samples_are_measured(void)
{
  ag_space *space = read_space(grammar_space);
  const char *const *text = (const char *const *)space->label;
  ag_text_stats stats;
  double novel = 0, repeated = 0;
  CHECK(ag_text_stats_measure(text, 300, text + 200, 500, &stats, NULL) == AG_OK);
  ag_metric_texts texts = {.stats = &stats};
  for (size_t n = 1; n <= 3; n++)
    CHECK_NEAR(measure("distinct", space, &texts, n - 1), plain_distinct(text, 300, n), 1e-15);
  for (size_t i = 0; i < 300; i++) {
    bool found = false, before = false;
    for (size_t j = 200; j < 700; j++)
      found = found || strcmp(text[i], text[j]) == 0;
    for (size_t j = 0; j < i; j++)
      before = before || strcmp(text[i], text[j]) == 0;
    novel += !found;
    repeated += before;
  }
  printf("# novel %g, repeated %g of 300\n", novel, repeated);
  CHECK(novel > 0 && repeated > 0);
  CHECK_NEAR(measure("novelty", space, &texts, 0), novel / 300, 1e-15);
  CHECK_NEAR(measure("duplicates", space, &texts, 0), repeated / 300, 1e-15);
  CHECK(measure("word_entropy", space, &texts, 0) == stats.entropy && stats.entropy > 1);
  ag_space_free(space);
}

/* A model that gives each of N words the chance 1/N has the perplexity N; a sentence's end
 * counts as a word. And that of an n-gram model is its score's. */
static void perplexity_is_per_word_and_end(void)
{
  ag_space *space = read_space(grammar_space);
  ag_text_stats stats = {.texts = 1};
  ag_metric_texts texts = {&stats, -110 * log(50.0), 110};
  CHECK(space->held_out_count == 60);
  CHECK_NEAR(measure("perplexity", space, &texts, 0), 50, 1e-12);
  texts.words = 0;
  CHECK(isnan(measure("perplexity", space, &texts, 0)));
  CHECK(ag_metric_find("perplexity")->asks_model && !ag_metric_find("novelty")->asks_model);
  ag_metric none = {.type = NULL};
  ag_space bare = {.count = 0};
  none = make("metric: perplexity", &bare, true);
  CHECK(none.column_count == 0);
  ag_metric_free(&none);
  ag_space_free(space);
}

/* ---- where they are ---- */

static void other_games_have_no_columns(void)
{
  static const char *const names[] = {"word_count", "word_share", "distinct",  "word_entropy",
                                      "duplicates", "novelty",    "perplexity"};
  ag_space *atoms = read_space("atoms: {count: 3, labels: [a b, c, d]}");
  ag_space *sentences = read_space(grammar_space);
  for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
    char line[64];
    snprintf(line, sizeof line, "metric: %s", names[k]);
    ag_metric here = make(line, sentences, true), there = make(line, atoms, false);
    ag_metric exact = make(line, sentences, false);
    CHECK(here.column_count > 0 && there.column_count == 0 && there.sum_count == 0);
    CHECK((exact.column_count > 0) == (k < 2));
    ag_metric_free(&here);
    ag_metric_free(&there);
    ag_metric_free(&exact);
  }
  ag_space_free(atoms);
  ag_space_free(sentences);
}

static void check_refused(const char *text, const ag_space *space, const char *words)
{
  ag_metric metric = {.type = NULL};
  ag_error error = {.message = ""};
  CHECK(read_metric(text, space, true, &metric, &error) == AG_ERROR_INPUT);
  if (!strstr(error.message, words)) {
    printf("# expected %s, got %s\n", words, error.message);
    CHECK(!"the words");
  }
  ag_metric_free(&metric);
}

static void mistakes_are_named(void)
{
  ag_space space = {.count = 0};
  check_refused("metric: simpson", &space, "not on texts that a language model writes");
  check_refused("metric: {word_share: {most: 0}}", &space, "1 to 128");
  check_refused("metric: {word_share: {least: 2}}", &space,
                "unknown key `least` in word_share; expected one of: most");
  check_refused("metric: {novelty: {since: 2}}", &space, "novelty has no parameters");
  check_refused("metric: {distinct: {n: 2}}", &space, "distinct has no parameters");
}

/* A taste for one to four words moves an exact game on sentences there. */
static void the_exact_game_on_sentences_counts_words(void)
{
  static game_text text;
  text_add(&text,
           "space: {%s}\ncurators:\n"
           "  owner: {reward: {word_count: {min: 1, max: 4}}, pool: inf, temperature: 1}\n"
           "metrics: [word_count, {word_share: {most: 5}}, distinct, perplexity]\n",
           grammar_space);
  ag_game *game = text_game(&text);
  ag_play *play = text_play(game);
  size_t columns = 0;
  for (size_t m = 0; m < game->metric_count; m++)
    columns += game->metric[m].column_count;
  CHECK(columns == 2 + 6);
  const double *value = ag_play_metrics(play);
  double words = 0, four = 0, before = value[0];
  for (size_t i = 0; i < game->space->count; i++) {
    size_t n = ag_word_count(game->space->label[i], strlen(game->space->label[i]));
    words += (double)n / (double)game->space->count;
    four += n == 4 ? 1 / (double)game->space->count : 0;
  }
  CHECK_NEAR(value[0], words, 1e-12 * words);
  CHECK_NEAR(value[2 + 4], four, 1e-12);
  for (int t = 0; t < 40; t++)
    CHECK(!ag_play_step(play, NULL));
  value = ag_play_metrics(play);
  printf("# from %.3f words to %.3f\n", before, value[0]);
  CHECK(value[0] < 4 && value[2 + 5] < 1e-6);
  ag_play_free(play);
  ag_game_free(game);
}

#ifdef AG_FAULT_INJECTION
static void memory_that_runs_out_is_an_error(void)
{
  ag_space *space = read_space(grammar_space);
  for (size_t k = 0; ag_metric_types[k]; k++)
    for (int texts = 0; texts < 2; texts++) {
      ag_metric_context context = {.space = space, .texts = texts};
      long n = 1;
      for (ag_status status = AG_ERROR_MEMORY; status != AG_OK && n < 100; n++) {
        ag_metric metric = {.type = NULL};
        ag_fault_countdown = n;
        if (texts && !ag_metric_types[k]->on_texts)
          break;
        status = ag_metric_create(ag_metric_types[k], (ag_node){0}, &context, &metric, NULL);
        CHECK(status == AG_OK || status == AG_ERROR_MEMORY);
        ag_metric_free(&metric);
      }
      ag_fault_countdown = 0;
      CHECK(n < 100);
    }
  ag_space_free(space);
}
#endif

int main(void)
{
  CHECK_RUN(words_have_their_mean_and_deviation);
  CHECK_RUN(equal_lengths_do_not_deviate);
  CHECK_RUN(shares_of_lengths_are_counted);
  CHECK_RUN(items_and_texts_agree);
  CHECK_RUN(samples_are_measured);
  CHECK_RUN(perplexity_is_per_word_and_end);
  CHECK_RUN(other_games_have_no_columns);
  CHECK_RUN(mistakes_are_named);
  CHECK_RUN(the_exact_game_on_sentences_counts_words);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  return check_end();
}
