#include "paper_samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aligngame/catalogue.h>

#include "program.h"

const char *const paper_rules[PAPER_RULES] = {"pools", "groups", "softmax", "top"};

enum { RULE_GROUPS = 1, RULE_SOFTMAX = 2, DISJOINT = PAPER_SCENARIOS - 1 };

/* What is played, one after the other. */
typedef struct paper_table {
  const cli_arguments *arguments;
  size_t override_count;
  paper_samples *samples;
} paper_table;

/* --- one game --- */

static bool is_for_all(const char *override)
{
  return strncmp(override, "space.", 6) != 0; /* the exact games' grid is no cloud */
}

static ag_status load(const paper_table *table, paper_play *play, const char *const *change,
                      size_t change_count, ag_error *error)
{
  const cli_arguments *arguments = table->arguments;
  const char *preset = paper_scenarios[play->scenario].sampled, *text = ag_preset_text(preset);
  size_t count = 0, most = table->override_count + change_count + 3;
  const char **override = program_allocate(most, sizeof *override);
  char *rule = program_format("samples.selection=%s", paper_rules[play->rule]);
  char *replicates = program_format("replicates=%zu", cli_count(arguments, "seeds", 100));
  char *generations = program_format("generations=%zu", cli_count(arguments, "generations", 100));
  override[count++] = rule;
  override[count++] = replicates;
  override[count++] = generations;
  for (size_t i = 0; i < change_count; i++)
    override[count++] = change[i];
  for (size_t i = 0; i < table->override_count; i++)
    if (is_for_all(arguments->override[i]))
      override[count++] = arguments->override[i];
  ag_status status = ag_game_parse(preset, text, strlen(text), override, count, &play->game, error);
  free(rule);
  free(replicates);
  free(generations);
  free((void *) override);
  return status;
}

/* Iterations 0, 1, 10 and 100, as far as they are played, and the last. */
static size_t choose_snapshots(size_t generations, size_t snapshot[5])
{
  static const size_t wanted[] = {0, 1, 10, 100};
  size_t count = 0;
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (wanted[i] < generations)
      snapshot[count++] = wanted[i];
  snapshot[count++] = generations;
  return count;
}

static void show_progress(const paper_table *table)
{
  if (!cli_given(table->arguments, "quiet") && isatty(STDERR_FILENO))
    fprintf(stderr, "\r\033[K%zu games with samples played", table->samples->count);
}

static int add_play(const paper_table *table, paper_play play, const char *const *change,
                    size_t change_count)
{
  ag_error error = {0};
  size_t snapshot[5];
  paper_samples *samples = table->samples;
  if (samples->count == PAPER_PLAYS_MOST)
    return STATUS_DONE;
  ag_run_options options = {.counterpart = play.part == PAPER_AS_PRINTED,
                            .snapshots = snapshot,
                            .interrupt = program_interrupt()};
  ag_status status = load(table, &play, change, change_count, &error);
  if (status == AG_OK) {
    if (play.part == PAPER_AS_PRINTED)
      options.snapshot_count = choose_snapshots(ag_game_generations(play.game), snapshot);
    status = ag_run(play.game, &options, &play.result, &error);
  }
  samples->play[samples->count++] = play;
  show_progress(table);
  return status == AG_OK ? STATUS_DONE : program_fail(&error);
}

/* --- the parts --- */

static int play_rules(const paper_table *table)
{
  paper_samples *samples = table->samples;
  int status = STATUS_DONE;
  for (size_t rule = 0; rule < PAPER_RULES; rule++) {
    double sum = 0;
    for (size_t s = 0; s < PAPER_SCENARIOS && status == STATUS_DONE; s++) {
      status = add_play(
          table,
          (paper_play){.part = PAPER_AS_PRINTED, .scenario = s, .rule = rule, .pressure = 2.5},
          NULL, 0);
      if (status == STATUS_DONE)
        sum += pow(paper_deviation(&samples->play[samples->count - 1]), 2);
    }
    if (status != STATUS_DONE)
      return status;
    samples->deviation[rule] = sqrt(sum / PAPER_SCENARIOS);
    if (samples->deviation[rule] < samples->deviation[samples->best])
      samples->best = rule;
  }
  return status;
}

/* One thing changed at a time, in the scenarios where a value differs from the paper's. */
static int play_changes(const paper_table *table)
{
  static const struct {
    const char *words, *change;
  } changes[] = {
      {"measured: what is generated", "measure=generated"},
      {"measured: the whole dataset", "measure=dataset"},
      {"1 component", "generator.gmm.components=1"},
      {"3 components", "generator.gmm.components=3"},
      {"10 components", "generator.gmm.components=10"},
      {"no model: what is kept is drawn", "generator=ideal"},
      {"the Public at temperature 0.4", "curators.public.temperature=0.4"},
  };
  int status = STATUS_DONE;
  for (size_t s = 0; s < PAPER_SCENARIOS; s++) {
    const paper_play *plain = paper_find(table->samples, PAPER_AS_PRINTED, s, table->samples->best);
    bool agrees = true;
    for (size_t i = 0; i < PAPER_QUANTITIES * PAPER_SIDES; i++) {
      paper_number number = paper_number_of(plain, i / PAPER_SIDES, i % PAPER_SIDES);
      agrees &= paper_number_agrees(&number);
    }
    for (size_t c = 0; c < sizeof changes / sizeof *changes && !agrees && status == STATUS_DONE;
         c++)
      status = add_play(table,
                        (paper_play){.part = PAPER_CHANGED,
                                     .scenario = s,
                                     .rule = table->samples->best,
                                     .variant = changes[c].words,
                                     .pressure = 2.5},
                        &changes[c].change, 1);
  }
  return status;
}

static int play_named(const paper_table *table, size_t rule)
{
  static const struct {
    const char *words;
    size_t first;
    double pressure;
    const char *change[3];
    size_t changes;
  } named[] = {
      {"Owner 100, then Public 50/200", 0, 2.5, {NULL}, 0},
      {"Public 100, then Owner 50/200",
       1,
       1 / 2.5,
       {"loop.order=[public, owner]", "samples.keep={public: 100, owner: 50}"},
       2},
      {"Public 50, then Owner 100/200", 1, 0.1, {"loop.order=[public, owner]"}, 1},
      {"Owner 500, then Public 50/2000",
       0,
       0.05,
       {"samples.keep={owner: 500, public: 50}", "samples.generate=2000"},
       2},
      {"Public 500, then Owner 50/2000",
       1,
       20,
       {"samples.keep={public: 500, owner: 50}", "samples.generate=2000",
        "loop.order=[public, owner]"},
       3},
  };
  int status = STATUS_DONE;
  for (size_t i = 0; i < sizeof named / sizeof *named && status == STATUS_DONE; i++)
    status = add_play(table,
                      (paper_play){.part = PAPER_NAMED,
                                   .scenario = DISJOINT,
                                   .rule = rule,
                                   .variant = named[i].words,
                                   .first = named[i].first,
                                   .pressure = named[i].pressure},
                      named[i].change, named[i].changes);
  return status;
}

/* A replaced dataset of 200: the first curator keeps `kept` of it, the model generates
 * 16 times as many, and the second keeps 200 of those, so that the two shares multiply to
 * 1/16 whatever the pressure. */
static int play_swept(const paper_table *table, size_t rule, size_t first)
{
  enum { DATASET = 200, TIMES = 16 };
  static const size_t kept[2][5] = {{100, 70, 50, 36, 25}, {25, 36, 50, 70, 100}};
  int status = STATUS_DONE;
  for (size_t i = 0; i < sizeof kept[0] / sizeof *kept[0] && status == STATUS_DONE; i++) {
    size_t k = kept[first][i];
    double share = (double)k / DATASET, other = DATASET / (double)(TIMES * k);
    char *change[] = {
        program_format("loop.order=%s", first == 0 ? "[owner, public]" : "[public, owner]"),
        program_format("samples.keep={%s: %zu, %s: %d}", first == 0 ? "owner" : "public", k,
                       first == 0 ? "public" : "owner", DATASET),
        program_format("samples.generate=%zu", TIMES * k),
        program_format("samples.dataset=replace"), program_format("space.cloud.count=%d", DATASET)};
    enum { CHANGES = sizeof change / sizeof *change };
    status = add_play(table,
                      (paper_play){.part = PAPER_SWEPT,
                                   .scenario = DISJOINT,
                                   .rule = rule,
                                   .variant = first == 0 ? "Owner first" : "Public first",
                                   .first = first,
                                   .pressure = first == 0 ? other / share : share / other},
                      (const char *const *)change, CHANGES);
    for (size_t c = 0; c < CHANGES; c++)
      free(change[c]);
  }
  return status;
}

int paper_samples_play(const cli_arguments *arguments, size_t override_count,
                       paper_samples *samples)
{
  static const size_t rules[] = {RULE_SOFTMAX, RULE_GROUPS};
  paper_table table = {arguments, override_count, samples};
  int status = play_rules(&table);
  if (status == STATUS_DONE)
    status = play_changes(&table);
  for (size_t r = 0; r < sizeof rules / sizeof *rules && status == STATUS_DONE; r++)
    status = play_named(&table, rules[r]);
  for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
    for (size_t first = 0; first < PAPER_SIDES && status == STATUS_DONE; first++)
      status = play_swept(&table, rules[r], first);
  if (!cli_given(arguments, "quiet") && isatty(STDERR_FILENO))
    fputs("\r\033[K", stderr);
  return status;
}

void paper_samples_free(paper_samples *samples)
{
  for (size_t i = 0; i < samples->count; i++) {
    if (samples->play[i].result)
      ag_result_free(samples->play[i].result);
    if (samples->play[i].game)
      ag_game_free(samples->play[i].game);
  }
}
