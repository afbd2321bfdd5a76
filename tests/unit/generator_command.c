/* The generator `command`, with models made of cp, awk and the shell. */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/process.h"
#include "generator/command_line.h"
#include "generator/generator.h"
#include "tests/check.h"
#include "tests/unit/processes.h"

static char folder[64] = "/tmp/aligngame-generator-command-XXXXXX";
static const ag_space space = {.count = 1, .sentences = true};
static volatile sig_atomic_t stop;

/* A generator of a game file in the folder, one model of it, and texts. */
typedef struct subject {
  ag_config *config;
  ag_generator generator;
  ag_model model;
  ag_texts *texts;
  ag_sample data, out;
  ag_error error;
} subject;

static void need(bool condition, const char *what)
{
  if (!condition) {
    printf("Bail out! %s\n", what);
    exit(1);
  }
}

static ag_status read_settings(const char *settings, subject *self)
{
  char name[128], *text = NULL;
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  *self = (subject){.config = NULL};
  need(asprintf(&text, "generator:\n  command: {%s}\n", settings) > 0, "no memory");
  ag_status status =
      ag_config_parse(name, text, strlen(text), NULL, 0, &self->config, &self->error);
  need(status == AG_OK, self->error.message);
  ag_config_allow_programs(self->config);
  free(text);
  return ag_generator_read(ag_node_find(ag_config_root(self->config), "generator"), &space,
                           &self->generator, &self->error);
}

/* A model of the settings, and data of three texts, one of them twice. */
static subject open_subject(const char *settings)
{
  static const char *const lines[] = {"The king sleeps.", "Go on.", "The king sleeps.",
                                      ("\xC3\xBC"
                                       "ber 'x'")};
  subject self;
  need(read_settings(settings, &self) == AG_OK, self.error.message);
  need(ag_model_create(&self.generator, &space, &self.model, NULL) == AG_OK, "no model");
  need(ag_texts_create(&self.texts, NULL) == AG_OK, "no pool");
  need(ag_sample_create(0, 4, &self.data, NULL) == AG_OK, "no data");
  need(ag_sample_create(0, 0, &self.out, NULL) == AG_OK, "no sample");
  self.data.texts = self.out.texts = self.texts;
  for (self.data.count = 0; self.data.count < 4; self.data.count++)
    need(ag_texts_add(self.texts, lines[self.data.count], strlen(lines[self.data.count]),
                      &self.data.item[self.data.count], NULL) == AG_OK,
         "no text");
  return self;
}

static void close_subject(subject *self)
{
  ag_sample_free(&self->data);
  ag_sample_free(&self->out);
  ag_texts_free(self->texts);
  ag_model_free(&self->model);
  ag_generator_free(&self->generator);
  ag_config_free(self->config);
}

static ag_random_key key_of(uint32_t generation)
{
  return (ag_random_key){.seed = 0xABCDEF0123456789u, .generation = generation, .stage = 1};
}

static ag_status fit(subject *self, uint32_t generation)
{
  ag_random_key key = key_of(generation);
  ag_fit_report report = {.iterations = 1};
  ag_status status =
      self->model.type->fit(self->model.state, &self->data, &key, &report, &self->error);
  CHECK(status != AG_OK || (report.converged && isnan(report.log_likelihood)));
  return status;
}

static ag_status generate(subject *self, uint32_t generation, size_t count)
{
  ag_random_key key = key_of(generation);
  return self->model.type->sample(self->model.state, count, &key, &self->out, &self->error);
}

static const char *text_of(const subject *self, size_t i)
{
  return i < self->out.count ? ag_texts_get(self->texts, self->out.item[i], NULL) : "(none)";
}

/* What was to succeed. */
static void expect(const subject *self, ag_status status)
{
  if (status != AG_OK)
    printf("# %s\n", self->error.message);
  CHECK(status == AG_OK);
}

/* What was to fail, with these words. */
static void refuse(const subject *self, ag_status status, ag_status expected, const char *words)
{
  if (status != expected || !strstr(self->error.message, words))
    printf("# %d: %s, expected: %s\n", (int)status, self->error.message, words);
  CHECK(status == expected && strstr(self->error.message, words));
}

/* Entries of a folder. */
static int count_entries(const char *path)
{
  int count = -2;
  DIR *there = opendir(path);
  while (there && readdir(there))
    count++;
  if (there)
    closedir(there);
  return count;
}

static void run_shell(const char *command)
{
  ag_error error = {0};
  const ag_process_patience patience = {60, NULL};
  need(ag_process_run(command, folder, &patience, &error) == AG_OK, error.message);
}

/* ---- the model ---- */

#define MEMORY "train: 'cp {data} {model}/all', "
#define LOTTERY                                                                                    \
  "sample: \"awk -v s={seed} -v n={count} '{ line[NR] = $0 } END { for (i = 0; i < n; i++) "       \
  "{ s = s * 16807 % 2147483647; print line[1 + s % NR] } }' {model}/all > {output}\""

/* A model that remembers its data and draws lines by Lehmer's generator, against the same
 * in C. */
static void an_external_model_is_the_computation_that_it_is(void)
{
  enum { COUNT = 500 };
  subject self = open_subject(MEMORY LOTTERY);
  int seen[4] = {0};
  for (uint32_t generation = 0; generation < 3; generation++) {
    uint64_t word;
    ag_random_key key = key_of(generation);
    ag_random random = ag_random_at(&key, AG_RANDOM_GENERATE, 0);
    ag_random_words(&random, 1, &word);
    uint64_t s = word >> 33;
    expect(&self, fit(&self, generation));
    expect(&self, generate(&self, generation, COUNT));
    CHECK(self.out.count == COUNT);
    for (size_t i = 0; i < self.out.count; i++) {
      s = s * 16807 % 2147483647;
      CHECK(self.out.item[i] == self.data.item[s % 4]);
      seen[s % 4]++;
    }
  }
  CHECK(seen[0] > 0 && seen[1] > 0 && seen[2] > 0 && seen[3] > 0);
  CHECK(ag_texts_count(self.texts) == 3);
  CHECK(self.generator.type->takes_texts && self.generator.type->alone);
  close_subject(&self);
  CHECK(count_entries(folder) == 0);
}

#define COUNTER                                                                                    \
  "train: 'echo $(($(cat {previous}/n || echo 0) + 1)) > {model}/n; ls -A {previous} {data}', "    \
  "sample: 'cat {model}/n > {output}'"

static void fit_and_expect(subject *self, uint32_t generation, const char *number)
{
  expect(self, fit(self, generation));
  expect(self, generate(self, generation, 1));
  CHECK_TEXT(text_of(self, 0), number);
}

static void each_model_begins_with_the_last_one(void)
{
  subject self = open_subject(COUNTER);
  fit_and_expect(&self, 0, "1");
  fit_and_expect(&self, 1, "2");
  fit_and_expect(&self, 2, "3");
  fit_and_expect(&self, 2, "3"); /* once more, from where the first fit began */
  fit_and_expect(&self, 3, "4");
  close_subject(&self);
}

static void start_makes_the_first_one(void)
{
  subject self = open_subject("start: 'wc -l < {data} > {model}/n', " COUNTER);
  ag_random_key key = key_of(0);
  for (int turn = 0; turn < 2; turn++) {
    expect(&self, self.model.type->start(self.model.state, &self.data, &key, &self.error));
    fit_and_expect(&self, 0, "5"); /* after the number of data, which is 4 */
    fit_and_expect(&self, 1, "6");
  }
  close_subject(&self);
}

/* The saved model in another one of the same settings. */
static ag_status hand_on(subject *from, subject *to)
{
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  size_t count = from->model.type->save(from->model.state, array);
  CHECK(count == 1);
  return to->model.type->load(to->model.state, array, count, &to->error);
}

static void kept_models_survive(void)
{
  static const char settings[] = "keep: 'my models', " COUNTER;
  subject self = open_subject(settings), later = open_subject(settings);
  fit_and_expect(&self, 0, "1");
  fit_and_expect(&self, 1, "2");
  expect(&later, hand_on(&self, &later));
  fit_and_expect(&self, 2, "3"); /* which a run that is killed here has done in vain */
  close_subject(&self);
  expect(&later, generate(&later, 1, 1));
  CHECK_TEXT(text_of(&later, 0), "2");
  fit_and_expect(&later, 2, "3");
  fit_and_expect(&later, 3, "4");
  self = open_subject(settings);
  expect(&self, hand_on(&later, &self));
  close_subject(&self);
  run_shell("test -f 'my models/replicate-abcdef0123456789/generation-000003/n'");
  run_shell("rm 'my models/replicate-abcdef0123456789/generation-000003.done'");
  self = open_subject(settings);
  refuse(&self, hand_on(&later, &self), AG_ERROR_IO, "there is no whole model in");
  close_subject(&self);
  close_subject(&later);
  run_shell("rm -r 'my models'");
}

static void other_models_survive_where_nobody_needs_them(void)
{
  subject self = open_subject(COUNTER), later = open_subject(COUNTER);
  fit_and_expect(&self, 0, "1");
  refuse(&later, hand_on(&self, &later), AG_ERROR_IO, "only with `keep: DIR`");
  close_subject(&self);
  close_subject(&later);

  self = open_subject(MEMORY LOTTERY);
  later = open_subject(MEMORY LOTTERY);
  expect(&self, fit(&self, 0));
  expect(&later, hand_on(&self, &later));
  refuse(&later, generate(&later, 0, 1), AG_ERROR_INPUT, "the model of generation 0 is not there");
  expect(&self, fit(&self, 1));
  expect(&later, fit(&later, 1));
  expect(&self, generate(&self, 1, 100));
  expect(&later, generate(&later, 1, 100));
  for (size_t i = 0; i < 100; i++)
    CHECK_TEXT(text_of(&later, i), text_of(&self, i));
  close_subject(&self);
  close_subject(&later);
}

static void arrays_that_are_no_model_are_refused(void)
{
  const double wrong[][3] = {{-1, 0, 0}, {0.5, 0, 0}, {NAN, 0, 0}, {0, 1e10, 0}};
  subject self = open_subject(MEMORY LOTTERY);
  ag_generator_array none[AG_GENERATOR_ARRAYS_MOST];
  CHECK(self.model.type->save(self.model.state, none) == 0);
  for (size_t i = 0; i < 4; i++) {
    ag_generator_array array = {"fit", 3, wrong[i]};
    refuse(&self, self.model.type->load(self.model.state, &array, 1, &self.error), AG_ERROR_INPUT,
           "are no generator `command`");
  }
  close_subject(&self);
}

/* ---- command lines ---- */

/* Whatever a path holds and wherever it stands, the shell sees that path. */
static void values_are_safe_in_a_shell(void)
{
  static const char *const hostile[] = {
      "/plain/path",    "a b",         "it's",           "say \"hi\"", "$HOME", "$(touch broken)",
      "`touch broken`", "back\\slash", "a;touch broken", "*",          "",      "'",
      "a\nb",           "\\'\"$x",
  };
  static const char *const lines[] = {
      "printf %s {data} > written",
      "printf %s \"{data}\" > written",
      "printf %s '{data}' > written",
      "printf %s \"\\\"'\"{data} > written",
  };
  static const char *const before[] = {"", "", "", "\"'"};
  for (size_t h = 0; h < sizeof hostile / sizeof *hostile; h++)
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
      const char *const value[AG_PLACES] = {[AG_PLACE_DATA] = hostile[h]};
      char *filled = NULL, path[128], expected[64], got[64] = "";
      need(ag_command_fill(lines[k], value, &filled, NULL) == AG_OK, "no memory");
      run_shell(filled);
      snprintf(path, sizeof path, "%s/written", folder);
      snprintf(expected, sizeof expected, "%s%s", before[k], hostile[h]);
      FILE *file = fopen(path, "r");
      need(file != NULL, filled);
      size_t size = fread(got, 1, sizeof got - 1, file);
      got[size] = '\0';
      fclose(file);
      CHECK_TEXT(got, expected);
      free(filled);
    }
  run_shell("rm written; test ! -e broken");
}

static void what_is_no_place_stays(void)
{
  static const char line[] = "awk '{print $1} {n++}' ${data} {dat} {data ${x:-{y}} {output}";
  const char *const value[AG_PLACES] = {[AG_PLACE_DATA] = "D"};
  char *filled = NULL;
  CHECK(ag_command_fill(line, value, &filled, NULL) == AG_OK);
  CHECK_TEXT(filled, line);
  CHECK(ag_command_mentions(line, AG_PLACE_OUTPUT) && !ag_command_mentions(line, AG_PLACE_DATA));
  free(filled);
}

static void odd_folders_are_no_trouble(void)
{
  char odd[160];
  snprintf(odd, sizeof odd, "%s/it's $(touch broken) \"a\\b\"", folder);
  need(mkdir(odd, 0777) == 0 && setenv("TMPDIR", odd, 1) == 0, "no folder");
  subject self = open_subject("train: 'cp {data} \"{model}/all\"; cp ''{data}'' {model}/too', "
                              "sample: 'cat {model}/all \"{model}\"/too > \"{output}\"'");
  expect(&self, fit(&self, 0));
  expect(&self, generate(&self, 0, 8));
  for (size_t i = 0; i < self.out.count; i++)
    CHECK(self.out.item[i] == self.data.item[i % 4]);
  close_subject(&self);
  CHECK(count_entries(odd) == 0 && count_entries(folder) == 1);
  rmdir(odd);
  setenv("TMPDIR", folder, 1);
}

static void every_place_is_filled(void)
{
  char expected[64], seed[16];
  uint64_t word;
  ag_random_key key = key_of(7);
  ag_random random = ag_random_at(&key, AG_RANDOM_FIT, 0);
  ag_random_words(&random, 1, &word);
  snprintf(seed, sizeof seed, "%u", (unsigned)(word >> 33));
  subject self =
      open_subject("train: 'echo {count} {seed} {generation} $(ls -A {previous} {model} | wc -w) > "
                   "{model}/said; "
                   "wc -l < {data} >> {model}/said', "
                   "sample: 'cat {model}/said > {output}; echo {count} {generation} >> {output}'");
  expect(&self, fit(&self, 7));
  expect(&self, generate(&self, 7, 3));
  snprintf(expected, sizeof expected, "4 %s 7 2", seed); /* two names, and nothing in them */
  CHECK_TEXT(text_of(&self, 0), expected);
  CHECK_TEXT(text_of(&self, 1), "4");
  CHECK_TEXT(text_of(&self, 2), "3 7");
  close_subject(&self);
}

/* ---- texts ---- */

static void lines_are_cleaned(void)
{
  static const char *const clean[] = {
      "plain",           "",         "tab inside", "\xEF\xBF\xBD( broken",
      "one\xEF\xBF\xBD", "carriage", "a b",        "\xC3\xBC  spaces stay",
      "no end"};
  subject self = open_subject(
      MEMORY
      "sample: \"printf 'plain\\\\n\\\\n\\\\ttab\\\\tinside\\\\n\\\\303( broken\\\\none\\\\377\\\\n"
      "carriage\\\\r\\\\na\\\\000b\\\\n  \\\\303\\\\274  spaces stay  \\\\nno end' > {output}; : "
      "{model}\"");
  expect(&self, fit(&self, 0));
  expect(&self, generate(&self, 0, 9));
  for (size_t i = 0; i < 9; i++)
    CHECK_TEXT(text_of(&self, i), clean[i]);
  close_subject(&self);
}

/* A text with a line end in it is still one line. */
static void data_are_a_line_each(void)
{
  subject self = open_subject(MEMORY "sample: 'cat {model}/all > {output}'");
  CHECK(ag_texts_add(self.texts, "two\nlines", 9, &self.data.item[1], NULL) == AG_OK);
  expect(&self, fit(&self, 0));
  expect(&self, generate(&self, 0, 4));
  CHECK_TEXT(text_of(&self, 1), "two lines");
  CHECK(self.out.item[3] == self.data.item[3]);
  close_subject(&self);
}

/* ---- what goes wrong ---- */

static void failures_are_explained(void)
{
  static const struct {
    const char *settings, *fit, *sample;
  } wrong[] = {
      {"train: 'echo no GPU >&2; exit 3; {data} {model}', sample: 'true {model} {output}'",
       "ended with exit status 3; it said: no GPU", NULL},
      {"train: 'nosuchprogram {data} {model}', sample: 'true {model} {output}'", "no such command",
       NULL},
      {"timeout: 0.3, train: 'sleep 60; {data} {model}', sample: 'true {model} {output}'",
       "train: `sleep 60; ", NULL},
      {MEMORY "sample: 'true {model} {output}'", NULL, "has not written {output}"},
      {MEMORY "sample: 'cat {model}/all > {output}'", NULL, "4 lines instead of 5"},
      {MEMORY "sample: 'cat {model}/all {model}/all > {output}'", NULL, "8 lines instead of 5"},
      {MEMORY "sample: ': > {output}; : {model}'", NULL, "0 lines instead of 5"},
      {MEMORY "sample: 'cat {model}/nothing > {output}'", NULL, "No such file or directory"},
      {MEMORY "sample: 'mkdir {output}; : {model}'", NULL, "has written"},
      {"timeout: 0.3, " MEMORY "sample: 'sleep 60; : {model} {output}'", NULL,
       "has not ended within 0.3 seconds"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    subject self = open_subject(wrong[i].settings);
    if (wrong[i].fit) {
      refuse(&self, fit(&self, 0), AG_ERROR_INPUT, wrong[i].fit);
      refuse(&self, generate(&self, 0, 1), AG_ERROR_INPUT, "is not there");
    } else {
      expect(&self, fit(&self, 0));
      ag_status status = generate(&self, 0, 5);
      refuse(&self, status, status == AG_ERROR_IO ? AG_ERROR_IO : AG_ERROR_INPUT, wrong[i].sample);
      CHECK(self.out.count == 0);
    }
    close_subject(&self);
    CHECK(count_entries(folder) == 0);
  }
}

static void without_data_or_model_there_is_nothing(void)
{
  subject self = open_subject(MEMORY LOTTERY);
  refuse(&self, generate(&self, 0, 1), AG_ERROR_INPUT, "has no model yet");
  self.data.count = 0;
  refuse(&self, fit(&self, 0), AG_ERROR_INPUT, "nothing to learn from");
  close_subject(&self);
}

static void on_alarm(int signal)
{
  (void)signal;
  stop = 1;
}

static void an_interrupt_kills_the_program(void)
{
  const ag_watch watch = {.interrupt = &stop};
  const struct itimerval soon = {.it_value = {.tv_usec = 200000}};
  subject self = open_subject("train: 'sleep 60; : {data} {model}', sample: ': {model} {output}'");
  struct sigaction action = {.sa_handler = on_alarm};
  double begin = seconds_now();
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &soon, NULL);
  self.model.type->watch(self.model.state, &watch);
  refuse(&self, fit(&self, 0), AG_ERROR_INTERRUPTED, "interrupted");
  CHECK(seconds_now() - begin < 30);
  CHECK(!has_children());
  close_subject(&self);
}

static void settings_have_their_places(void)
{
  static const struct {
    const char *settings, *words;
    long column;
  } wrong[] = {
      {"", "command needs its train", 12},
      {"train: 'x {data} {model}'", "command needs its sample", 12},
      {"train: 'x {data}', sample: 'y {model} {output}'", "expected a command with {model}", 20},
      {"train: 'x {model}', sample: 'y {model} {output}'", "expected a command with {data}", 20},
      {"train: 'x {data} {model}', sample: 'y {model}'", "expected a command with {output}", 48},
      {"train: 'x {data} {model} {output}', sample: 'y'", "there is no {output} here", 20},
      {"train: 'x {data} {model}', sample: 'y {model} {output} {previous}'",
       "there is no {previous} here", 48},
      {"train: 'x {data} {model}', sample: 'y {model} {output}', start: 'z {model}'",
       "train does not use it", 77},
      {"timeout: -1, train: 'x {data} {model}', sample: 'y {model} {output}'", "above 0", 22},
      {"trian: 'x'", "did you mean", 13},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    subject self;
    refuse(&self, read_settings(wrong[i].settings, &self), AG_ERROR_INPUT, wrong[i].words);
    if (self.error.line != 2 || self.error.column != wrong[i].column)
      printf("# %s: %ld:%ld\n", wrong[i].settings, self.error.line, self.error.column);
    CHECK(self.error.line == 2 && self.error.column == wrong[i].column);
    ag_config_free(self.config);
  }
}

int main(void)
{
  if (!mkdtemp(folder) || setenv("TMPDIR", folder, 1) != 0)
    return 99;
  int descriptors = count_descriptors();
  CHECK_RUN(an_external_model_is_the_computation_that_it_is);
  CHECK_RUN(each_model_begins_with_the_last_one);
  CHECK_RUN(start_makes_the_first_one);
  CHECK_RUN(kept_models_survive);
  CHECK_RUN(other_models_survive_where_nobody_needs_them);
  CHECK_RUN(arrays_that_are_no_model_are_refused);
  CHECK_RUN(values_are_safe_in_a_shell);
  CHECK_RUN(what_is_no_place_stays);
  CHECK_RUN(odd_folders_are_no_trouble);
  CHECK_RUN(every_place_is_filled);
  CHECK_RUN(lines_are_cleaned);
  CHECK_RUN(data_are_a_line_each);
  CHECK_RUN(failures_are_explained);
  CHECK_RUN(without_data_or_model_there_is_nothing);
  CHECK_RUN(an_interrupt_kills_the_program);
  CHECK_RUN(settings_have_their_places);
  check_current_failed = 0;
  CHECK(count_entries(folder) == 0);
  CHECK(count_descriptors() == descriptors);
  CHECK(!has_children());
  check_report("no_file_no_descriptor_and_no_child_is_left");
  rmdir(folder);
  return check_end();
}
