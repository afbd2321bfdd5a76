/* The reward `command`: against a reward of our own, bit for bit, and with every sort of
 * scorer that is none. Scorers are of the shell, or Python's examples/scorer.py. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "reward/reward.h"
#include "tests/check.h"
#include "tests/unit/processes.h"

/* A reward, read from a game's text, and the texts that it is asked about. */
typedef struct game {
  ag_config *config;
  ag_space *space;
  ag_reward reward;
  ag_node node;
  double *value; /* [n] */
  ag_error error;
} game;

static char folder[] = "/tmp/aligngame-reward-command-XXXXXX";

static const char few[] =
    "space: {atoms: {count: 6, labels: ['Go.', 'The king sleeps.', 'A b c d e f', "
    "\"\\u00fcber - \\\"GOOD\\\",\\tgood!\", 'Bad \\ king', '...']}}\n";
static const char many[] = "space: {text: {grammar: {}, sentences: 100000}}\n";

static void write_file(const char *name, const char *text)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0)
    exit(99);
}

static void remove_file(const char *name)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  remove(path);
}

static ag_status open_game(const char *space, const char *reward, game *made)
{
  char name[256], *text = NULL;
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  *made = (game){.value = NULL};
  if (asprintf(&text, "%sreward: {%s}\n", space, reward) < 0 ||
      ag_config_parse(name, text, strlen(text), NULL, 0, &made->config, &made->error) != AG_OK ||
      ag_space_read(ag_node_find(ag_config_root(made->config), "space"), &made->space,
                    &made->error) != AG_OK) {
    printf("Bail out! %s\n", made->error.message);
    exit(1);
  }
  free(text);
  ag_config_allow_programs(made->config);
  made->node = ag_node_find(ag_config_root(made->config), "reward");
  made->value = calloc(made->space->count, sizeof *made->value);
  return ag_reward_read(made->node, made->space, &made->reward, &made->error);
}

static ag_status evaluate(game *played)
{
  const ag_items items = ag_items_of_space(played->space);
  return ag_reward_evaluate(&played->reward, played->node, &items, played->value, &played->error);
}

static void close_game(game *played)
{
  ag_reward_free(&played->reward);
  free(played->value);
  ag_space_free(played->space);
  ag_config_free(played->config);
}

/* A scorer of the shell in a file: $id of each line in turn, within a loop over them. */
static void write_scorer(const char *before, const char *each, const char *after)
{
  char text[2048];
  snprintf(text, sizeof text,
           "%s\nwhile IFS= read -r line; do id=${line#*: }; id=${id%%%%,*}\n%s\ndone\n%s\n", before,
           each, after);
  write_file("scorer.sh", text);
}

#define SCORER "command: {run: 'sh scorer.sh', timeout: 0.5}"

static void expect_failure(const char *before, const char *each, const char *after,
                           const char *const *words, size_t count)
{
  game played;
  write_scorer(before, each, after);
  CHECK(open_game(few, SCORER, &played) == AG_OK);
  CHECK(evaluate(&played) == AG_ERROR_INPUT);
  CHECK(played.error.line == 2 && played.error.column == 9);
  for (size_t i = 0; i < count; i++)
    if (!strstr(played.error.message, words[i])) {
      printf("# expected `%s` in: %s\n", words[i], played.error.message);
      CHECK(!"the words");
    }
  /* it stays as it is: nothing is started again */
  char first[sizeof played.error.message];
  strcpy(first, played.error.message);
  CHECK(evaluate(&played) == AG_ERROR_INPUT);
  CHECK_TEXT(played.error.message, first);
  close_game(&played);
}

#define EXPECT_FAILURE(before, each, after, ...)                                                   \
  do {                                                                                             \
    const char *const words[] = {__VA_ARGS__};                                                     \
    expect_failure(before, each, after, words, sizeof words / sizeof *words);                      \
  } while (0)

/* ---- what is right ---- */

static bool has_python(void)
{
  return system("python3 -c 'import json' 2>/dev/null") == 0;
}

static void check_agreement(const char *space, const char *theirs, const char *ours)
{
  game outside, inside;
  CHECK(open_game(space, theirs, &outside) == AG_OK);
  CHECK(open_game(space, ours, &inside) == AG_OK);
  CHECK(evaluate(&inside) == AG_OK);
  for (int turn = 0; turn < 2; turn++) {
    double begin = seconds_now();
    ag_status status = evaluate(&outside);
    printf("# turn %d: %zu texts, %.3g rewards a second%s%s\n", turn, outside.space->count,
           (double)outside.space->count / (seconds_now() - begin), status ? "; " : "",
           status ? outside.error.message : "");
    CHECK(status == AG_OK);
    CHECK(memcmp(outside.value, inside.value, inside.space->count * sizeof(double)) == 0);
    memset(outside.value, 0, inside.space->count * sizeof(double));
  }
  close_game(&outside);
  close_game(&inside);
}

static void word_counts_from_outside_are_the_same_bits(void)
{
  char command[1024];
  const char *source = getenv("ALIGNGAME_SOURCE");
  snprintf(command, sizeof command, "command: 'python3 \"%s/examples/scorer.py\" 2 4'",
           source ? source : ".");
  check_agreement(few, command, "word_count: {min: 2, max: 4}");
  check_agreement(many, command, "word_count: {min: 2, max: 4}");
}

/* 17 significant digits, integers and exponents arrive as they are. */
static void numbers_keep_their_bits(void)
{
  static const double expected[] = {0.1, 1.0 / 3, -7, 5e-324, 1.7976931348623157e308, -2.5e-7};
  game played;
  write_scorer("",
               "case $id in 0) r=0.1;; 1) r=0.33333333333333331;; 2) r=-7;; 3) r=5e-324;; "
               "4) r=1.7976931348623157E+308;; *) r=-25e-8;; esac\n"
               "echo \"{\\\"reward\\\": $r, \\\"why\\\": \\\"so\\\", \\\"id\\\": $id}\"",
               "");
  CHECK(open_game(few, SCORER, &played) == AG_OK);
  CHECK(evaluate(&played) == AG_OK);
  CHECK(memcmp(played.value, expected, sizeof expected) == 0);
  CHECK(ag_reward_on_texts(&played.reward));
  close_game(&played);
}

/* All six are read first and answered from the last to the first. */
static void answers_may_come_in_any_order(void)
{
  game played;
  write_scorer("answers=",
               "answers=\"{\\\"id\\\": $id, \\\"reward\\\": $id.5}\n$answers\"\n"
               "[ $((id % 6)) = 5 ] && printf %s \"$answers\" && answers=",
               "");
  CHECK(open_game(few, SCORER, &played) == AG_OK);
  for (size_t turn = 0; turn < 3; turn++) { /* of one process, whose numbers go on */
    CHECK(evaluate(&played) == AG_OK);
    for (size_t i = 0; i < 6; i++)
      CHECK_NEAR(played.value[i], (double)(6 * turn + i) + 0.5, 0);
  }
  close_game(&played);
}

/* A scorer that answers when a batch has ended, and not before. */
static void a_batch_has_an_end_where_one_is_asked_for(void)
{
  game played;
  write_scorer("answers=",
               "case $line in *batch_end*) [ \"$line\" = '{\"batch_end\": 6}' ] || exit 8\n"
               "printf %s \"$answers\"; answers=; continue;; esac\n"
               "answers=\"{\\\"id\\\": $id, \\\"reward\\\": $id.5}\n$answers\"",
               "");
  CHECK(open_game(few, "command: {run: 'sh scorer.sh', batch_end: true}", &played) == AG_OK);
  for (size_t turn = 0; turn < 3; turn++) {
    CHECK(evaluate(&played) == AG_OK);
    for (size_t i = 0; i < 6; i++)
      CHECK_NEAR(played.value[i], (double)(6 * turn + i) + 0.5, 0);
  }
  close_game(&played);
  /* who answers each text at once may skip the line */
  write_scorer("",
               "case $line in *batch_end*) continue;; esac\n"
               "echo \"{\\\"id\\\": $id, \\\"reward\\\": 2}\"",
               "");
  CHECK(open_game(few, "command: {run: 'sh scorer.sh', batch_end: true}", &played) == AG_OK);
  CHECK(evaluate(&played) == AG_OK && evaluate(&played) == AG_OK && played.value[5] == 2);
  close_game(&played);
}

/* What arrives is what the label is, quotes, tabs and all: the scorer sends it back in
 * what it says before it dies. */
static void texts_arrive_as_json(void)
{
  EXPECT_FAILURE("",
                 "[ $id = 3 ] && printf '%s\\n' \"$line\" >&2 && exit 7\n"
                 "echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"",
                 "",
                 "{\"id\": 3, \"text\": \"\xC3\xBC"
                 "ber - \\\"GOOD\\\",\\u0009good!\"}");
}

static void the_scorer_runs_in_the_games_folder(void)
{
  game played;
  write_file("one", "1.5");
  CHECK(
      open_game("space: {atoms: {count: 1, labels: [a]}}\n",
                "command: 'echo \"{\\\"id\\\": 0, \\\"reward\\\": $(cat one)}\"; cat > /dev/null'",
                &played) == AG_OK);
  CHECK(evaluate(&played) == AG_OK);
  CHECK(played.value[0] == 1.5);
  close_game(&played);
  remove_file("one");
}

static void errors_of_ten_megabytes_do_not_matter(void)
{
  game played;
  write_scorer("awk 'BEGIN { for (i = 0; i < 1000000; i++) print \"warning \" i }' >&2",
               "echo \"{\\\"id\\\": $id, \\\"reward\\\": 2}\"", "");
  CHECK(open_game(few, "command: {run: 'sh scorer.sh'}", &played) == AG_OK);
  CHECK(evaluate(&played) == AG_OK && played.value[5] == 2);
  close_game(&played);
}

/* ---- several threads ---- */

static void *evaluate_often(void *context)
{
  game *played = context;
  size_t *wrong = calloc(1, sizeof *wrong);
  double value[6];
  const ag_items items = ag_items_of_space(played->space);
  for (int turn = 0; turn < 50; turn++) {
    ag_status status = ag_reward_weigh(&played->reward, &items, value, NULL);
    for (size_t i = 0; i < 6; i++)
      *wrong += status != AG_OK || value[i] != (double)strlen(played->space->label[i]);
  }
  return wrong;
}

/* Each answer is the length of its text in bytes: nobody gets another thread's. */
static void threads_take_turns(void)
{
  game played;
  pthread_t thread[4];
  write_scorer("",
               "case $line in *Go*) r=3;; *king\\ sl*) r=16;; *c\\ d*) r=11;; *GOOD*) r=21;; "
               "*Bad*) r=10;; *) r=3;; esac\n"
               "echo \"{\\\"id\\\": $id, \\\"reward\\\": $r}\"",
               "");
  CHECK(open_game(few, "command: {run: 'sh scorer.sh'}", &played) == AG_OK);
  for (size_t t = 0; t < 4; t++)
    CHECK(pthread_create(&thread[t], NULL, evaluate_often, &played) == 0);
  for (size_t t = 0; t < 4; t++) {
    void *wrong = NULL;
    pthread_join(thread[t], &wrong);
    CHECK(wrong && *(size_t *)wrong == 0);
    free(wrong);
  }
  close_game(&played);
}

/* ---- what is wrong ---- */

static void an_end_is_an_error(void)
{
  EXPECT_FAILURE("",
                 "[ $id = 2 ] && echo 'out of memory' >&2 && exit 9\n"
                 "echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"",
                 "", "`sh scorer.sh` ended with exit status 9", "it said: out of memory",
                 "not answered: item 2 (\"A b c d e f\") and others");
  EXPECT_FAILURE("", "[ $id = 5 ] && kill -SEGV $$; echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"",
                 "", "signal 11", "not answered: item 5 (\"...\")");
  EXPECT_FAILURE("exit 0", "", "", "ended with exit status 0", "item 0 (\"Go.\") and others");
}

static void silence_is_an_error(void)
{
  EXPECT_FAILURE("sleep 60", "", "", "did not answer (with its lines flushed) within 0.5 seconds",
                 "item 0 (\"Go.\") and others");
  EXPECT_FAILURE("", "[ $id = 4 ] || echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"", "",
                 "within 0.5 seconds", "not answered: item 4 (\"Bad \\ king\")");
}

static void lines_that_are_no_answers_are_quoted(void)
{
  static const char reply[] =
      "[ $id = 1 ] && echo '%s'; echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"";
  static const struct {
    const char *line, *words;
  } wrong[] = {
      {"Loading the model ...", "wrote a line that is no answer such as"},
      {"", "wrote a line that is no answer such as"},
      {"[1]", "wrote a line that is no answer such as"},
      {"{\"id\": 1, \"reward\": 1", "wrote a line that is no answer such as"},
      {"{\"id\": 1, \"reward\": 1} {}", "wrote a line that is no answer such as"},
      {"{\"id\": 1, \"id\": 1, \"reward\": 1}", "wrote a line that is no answer such as"},
      {"{\"reward\": 1}", "answered without an id"},
      {"{\"id\": 1}", "answered without a reward"},
      {"{\"id\": \"1\", \"reward\": 1}", "answered an id that is not a whole number"},
      {"{\"id\": 1.0, \"reward\": 1}", "answered an id that is not a whole number"},
      {"{\"id\": 6, \"reward\": 1}", "answered for an id that was not asked"},
      {"{\"id\": -1, \"reward\": 1}", "answered for an id that was not asked"},
      {"{\"id\": 0, \"reward\": 1}", "answered twice for one id"},
      {"{\"id\": 1, \"reward\": \"1\"}", "answered a reward that is not a number"},
      {"{\"id\": 1, \"reward\": null}", "answered a reward that is not a number"},
      {"{\"id\": 1, \"reward\": NaN}", "answered a reward that is not finite"},
      {"{\"id\": 1, \"reward\": -Infinity}", "answered a reward that is not finite"},
      {"{\"id\": 1, \"reward\": 1e999}", "answered a reward that is not finite"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char each[256], quoted[128];
    bool about_first = strstr(wrong[i].words, "twice") != NULL;
    snprintf(each, sizeof each, reply, wrong[i].line);
    snprintf(quoted, sizeof quoted, "the line was: %s", wrong[i].line);
    EXPECT_FAILURE("echo 'a warning' >&2", each, "", wrong[i].words, quoted, "it said: a warning",
                   about_first ? "item 0 (\"Go.\")" : "item 1 (\"The king sleeps.\")");
  }
  /* a long line is shortened */
  EXPECT_FAILURE("head -c 5000 /dev/zero | tr '\\0' 'x'; echo", "", "", "the line was: xxx",
                 "xxx\xE2\x80\xA6");
}

/* An answer that comes a second time is found in the next batch at the latest. */
static void late_answers_are_repeated_ones(void)
{
  game played;
  write_scorer("",
               "echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"\n"
               "[ $id = 5 ] && sleep 0.2 && echo '{\"id\": 5, \"reward\": 1}'",
               "");
  CHECK(open_game(few, "command: {run: 'sh scorer.sh'}", &played) == AG_OK);
  CHECK(evaluate(&played) == AG_OK);
  CHECK(evaluate(&played) == AG_ERROR_INPUT);
  CHECK(strstr(played.error.message, "answered twice for one id") != NULL);
  close_game(&played);
}

static void settings_have_their_places(void)
{
  static const struct {
    const char *space, *reward, *words;
    long column;
  } wrong[] = {
      {"space: {atoms: {count: 2}}\n", "command: cat", "needs a space of texts", 19},
      {few, "command: ''", "the command is empty", 19},
      {few, "command: [cat]", "command: expected a mapping", 19},
      {few, "command: {}", "needs its run, such as `run: ./scorer.py`", 19},
      {few, "command: {rum: cat}", "rum", 20},
      {few, "command: {run: cat, timeout: 0}", "timeout", 39},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    game played;
    CHECK(open_game(wrong[i].space, wrong[i].reward, &played) == AG_ERROR_INPUT);
    if (played.error.line != 2 || played.error.column != wrong[i].column ||
        !strstr(played.error.message, wrong[i].words)) {
      printf("# %s: %ld:%ld: %s\n", wrong[i].reward, played.error.line, played.error.column,
             played.error.message);
      CHECK(!"the place and the words");
    }
    close_game(&played);
  }
}

int main(void)
{
  if (!mkdtemp(folder))
    return 99;
  int descriptors = count_descriptors();
  if (has_python())
    CHECK_RUN(word_counts_from_outside_are_the_same_bits);
  else
    check_skip("word_counts_from_outside_are_the_same_bits", "there is no python3");
  CHECK_RUN(numbers_keep_their_bits);
  CHECK_RUN(answers_may_come_in_any_order);
  CHECK_RUN(texts_arrive_as_json);
  CHECK_RUN(a_batch_has_an_end_where_one_is_asked_for);
  CHECK_RUN(the_scorer_runs_in_the_games_folder);
  CHECK_RUN(errors_of_ten_megabytes_do_not_matter);
  CHECK_RUN(threads_take_turns);
  CHECK_RUN(an_end_is_an_error);
  CHECK_RUN(silence_is_an_error);
  CHECK_RUN(lines_that_are_no_answers_are_quoted);
  CHECK_RUN(late_answers_are_repeated_ones);
  CHECK_RUN(settings_have_their_places);
  check_current_failed = 0;
  CHECK(count_descriptors() == descriptors);
  CHECK(!has_children());
  check_report("no_descriptor_and_no_child_is_left");
  remove_file("scorer.sh");
  rmdir(folder);
  return check_end();
}
