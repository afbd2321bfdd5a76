/* The circle games of the paper's Figures 1 and 2: which, and how they are played. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper/parts.h"

enum { SIDES = AG_PAPER_SIDES, RULE_GROUPS = 1, RULE_SOFTMAX = 2, DISJOINT = 2 };

const ag_paper_scenario ag_paper_scenarios[AG_PAPER_SCENARIOS] = {
    {"perfect", "circles-perfect", "paper-perfect", 0, {0.65, 0.65, 1, 1}, {4, 4}},
    {"partial", "circles-partial", "paper-partial", 1.5, {0.8, 0.8, 0.98, 0.99}, {3.3, 3.5}},
    {"disjoint", "circles-disjoint", "paper-disjoint", 3, {0.95, 2.05, 0.9, 0}, {4, 4.1}},
};

const char *const ag_paper_rules[AG_PAPER_RULES] = {"pools", "groups", "softmax", "top"};

/* --- one game --- */

ag_status ag_paper_circles_load(const ag_paper_options *options, size_t scenario, ag_game **game,
                                ag_error *error)
{
  ag_paper_changes changes = {0};
  for (size_t i = 0; i < options->override_count; i++)
    ag_paper_change(&changes, "%s", options->override[i]);
  if (options->cells > 0)
    ag_paper_change(&changes, "space.box.cells=[%zu, %zu]", options->cells, options->cells);
  if (options->generations > 0)
    ag_paper_change(&changes, "generations=%zu", options->generations);
  ag_status status = ag_paper_load(ag_paper_scenarios[scenario].exact, &changes, game, error);
  ag_paper_changes_free(&changes);
  return status;
}

static ag_status play_game(const ag_paper_options *options, ag_paper_play *play, ag_error *error)
{
  static const size_t wanted[] = {0, 1, 10, 100};
  enum { WANTED = sizeof wanted / sizeof *wanted };
  size_t snapshot[WANTED + 1];
  ag_run_options run = {.counterpart = play->part == AG_PAPER_AS_PRINTED,
                        .snapshots = snapshot,
                        .progress = options->progress,
                        .context = options->context,
                        .interrupt = options->interrupt};
  if (play->part == AG_PAPER_AS_PRINTED)
    run.snapshot_count =
        ag_paper_moments(wanted, WANTED, ag_game_generations(play->game), snapshot);
  if (options->begin)
    options->begin(options->context, play->game);
  ag_status status = ag_paper_run(options, play->game, &run, &play->result, error);
  return status == AG_OK ? ag_paper_judge(play, error) : status;
}

static ag_paper_changes list_changes(const ag_paper_options *options, size_t rule,
                                     const char *const *change)
{
  ag_paper_changes changes = {0};
  size_t generations = options->generations > 0 ? options->generations : 100;
  ag_paper_change(&changes, "samples.selection=%s", ag_paper_rules[rule]);
  ag_paper_change(&changes, "replicates=%zu", options->seeds > 0 ? options->seeds : 100);
  ag_paper_change(&changes, "generations=%zu", generations);
  for (; *change; change++)
    ag_paper_change(&changes, "%s", *change);
  for (size_t i = 0; i < options->override_count; i++)
    if (strncmp(options->override[i], "space.", 6) != 0) /* the exact games' grid is no cloud */
      ag_paper_change(&changes, "%s", options->override[i]);
  return changes;
}

/* Plays with what is changed of the preset (ended by NULL), under the user's overrides. */
static ag_status add_play(const ag_paper_options *options, ag_paper_circles *circles,
                          ag_paper_play play, const char *const *change, ag_error *error)
{
  assert(circles->count < AG_PAPER_PLAYS_MOST);
  ag_paper_play *added = &circles->play[circles->count++];
  ag_paper_changes changes = list_changes(options, play.rule, change);
  *added = play;
  ag_status status =
      ag_paper_load(ag_paper_scenarios[play.scenario].sampled, &changes, &added->game, error);
  ag_paper_changes_free(&changes);
  if (status == AG_OK)
    status = play_game(options, added, error);
  if (options->end)
    options->end(options->context, circles->count);
  return status;
}

/* --- the parts --- */

static ag_status play_rules(const ag_paper_options *options, ag_paper_circles *circles,
                            ag_error *error)
{
  for (size_t rule = 0; rule < AG_PAPER_RULES; rule++) {
    double sum = 0;
    for (size_t s = 0; s < AG_PAPER_SCENARIOS; s++) {
      ag_paper_play play = {
          .part = AG_PAPER_AS_PRINTED, .scenario = s, .rule = rule, .pressure = 2.5};
      ag_status status = add_play(options, circles, play, (const char *const[]){NULL}, error);
      if (status != AG_OK)
        return status;
      sum += pow(circles->play[circles->count - 1].deviation, 2);
    }
    circles->deviation[rule] = sqrt(sum / AG_PAPER_SCENARIOS);
    if (circles->deviation[rule] < circles->deviation[circles->best])
      circles->best = rule;
  }
  return AG_OK;
}

static bool agrees(const ag_paper_play *play)
{
  bool all = true;
  for (size_t v = 0; v < AG_PAPER_VALUES; v++)
    all &= strcmp(play->number[v].verdict, "agrees") == 0;
  return all;
}

/* One thing changed at a time, in the scenarios where a value differs from the paper's. */
static ag_status play_changes(const ag_paper_options *options, ag_paper_circles *circles,
                              ag_error *error)
{
  static const struct {
    const char *words, *change[2]; /* ended by NULL */
  } list[] = {
      {"measured: what is generated", {"measure=generated"}},
      {"measured: the whole dataset", {"measure=dataset"}},
      {"1 component", {"generator.gmm.components=1"}},
      {"3 components", {"generator.gmm.components=3"}},
      {"10 components", {"generator.gmm.components=10"}},
      {"no model: what is kept is drawn", {"generator=ideal"}},
      {"the Public at temperature 0.4", {"curators.public.temperature=0.4"}},
  };
  enum { CHANGES = sizeof list / sizeof *list };
  ag_status status = AG_OK;
  for (size_t i = 0; i < AG_PAPER_SCENARIOS * CHANGES && status == AG_OK; i++) {
    size_t s = i / CHANGES;
    if (agrees(ag_paper_circles_find(circles, AG_PAPER_AS_PRINTED, s, circles->best)))
      continue;
    ag_paper_play play = {.part = AG_PAPER_CHANGED,
                          .scenario = s,
                          .rule = circles->best,
                          .variant = list[i % CHANGES].words,
                          .pressure = 2.5};
    status = add_play(options, circles, play, list[i % CHANGES].change, error);
  }
  return status;
}

static ag_status play_named(const ag_paper_options *options, size_t rule, ag_paper_circles *circles,
                            ag_error *error)
{
  static const struct {
    const char *words;
    size_t first;
    double pressure;
    const char *change[4]; /* ended by NULL */
  } named[] = {
      {"Owner 100, then Public 50/200", 0, 2.5, {NULL}},
      {"Public 100, then Owner 50/200",
       1,
       1 / 2.5,
       {"loop.order=[public, owner]", "samples.keep={public: 100, owner: 50}"}},
      {"Public 50, then Owner 100/200", 1, 0.1, {"loop.order=[public, owner]"}},
      {"Owner 500, then Public 50/2000",
       0,
       0.05,
       {"samples.keep={owner: 500, public: 50}", "samples.generate=2000"}},
      {"Public 500, then Owner 50/2000",
       1,
       20,
       {"samples.keep={public: 500, owner: 50}", "samples.generate=2000",
        "loop.order=[public, owner]"}},
  };
  ag_status status = AG_OK;
  for (size_t i = 0; i < sizeof named / sizeof *named && status == AG_OK; i++) {
    ag_paper_play play = {.part = AG_PAPER_NAMED,
                          .scenario = DISJOINT,
                          .rule = rule,
                          .variant = named[i].words,
                          .first = named[i].first,
                          .pressure = named[i].pressure};
    status = add_play(options, circles, play, named[i].change, error);
  }
  return status;
}

/* A replaced dataset of 200: the first curator keeps `kept` of it, the model generates
 * 16 times as many, and the second keeps 200 of those, so that the two shares multiply to
 * 1/16 whatever the pressure. */
static ag_status play_swept(const ag_paper_options *options, size_t rule, size_t first,
                            ag_paper_circles *circles, ag_error *error)
{
  static const char *const order[SIDES] = {"loop.order=[owner, public]",
                                           "loop.order=[public, owner]"};
  static const char *const keep[SIDES] = {"samples.keep={owner: %zu, public: 200}",
                                          "samples.keep={public: %zu, owner: 200}"};
  static const char *const variant[SIDES] = {"Owner first", "Public first"};
  static const size_t kept[SIDES][5] = {{100, 70, 50, 36, 25}, {25, 36, 50, 70, 100}};
  ag_status status = AG_OK;
  for (size_t i = 0; i < sizeof kept[0] / sizeof *kept[0] && status == AG_OK; i++) {
    char keeps[64], generate[64];
    const char *const change[] = {
        order[first], keeps, generate, "samples.dataset=replace", "space.cloud.count=200", NULL};
    size_t k = kept[first][i];
    double share = (double)k / 200, other = 200 / (double)(16 * k);
    snprintf(keeps, sizeof keeps, keep[first], k);
    snprintf(generate, sizeof generate, "samples.generate=%zu", 16 * k);
    ag_paper_play play = {.part = AG_PAPER_SWEPT,
                          .scenario = DISJOINT,
                          .rule = rule,
                          .variant = variant[first],
                          .first = first,
                          .pressure = first == 0 ? other / share : share / other};
    status = add_play(options, circles, play, change, error);
  }
  return status;
}

static ag_status play_all(const ag_paper_options *options, ag_paper_circles *circles,
                          ag_error *error)
{
  static const size_t rules[] = {RULE_SOFTMAX, RULE_GROUPS};
  enum { RULES = sizeof rules / sizeof *rules };
  ag_status status = play_rules(options, circles, error);
  if (status == AG_OK)
    status = play_changes(options, circles, error);
  for (size_t r = 0; r < RULES && status == AG_OK; r++)
    status = play_named(options, rules[r], circles, error);
  for (size_t i = 0; i < RULES * SIDES && status == AG_OK; i++)
    status = play_swept(options, rules[i / SIDES], i % SIDES, circles, error);
  return status;
}

ag_status ag_paper_circles_play(const ag_paper_options *options, ag_paper_circles **circles,
                                ag_error *error)
{
  ag_paper_circles *made = calloc(1, sizeof *made);
  if (!made)
    return ag_paper_no_memory(error);
  ag_status status = play_all(options, made, error);
  if (status != AG_OK) {
    ag_paper_circles_free(made);
    return status;
  }
  ag_paper_conclude(made);
  *circles = made;
  return AG_OK;
}

void ag_paper_circles_free(ag_paper_circles *circles)
{
  for (size_t i = 0; circles && i < circles->count; i++) {
    ag_result_free(circles->play[i].result);
    ag_game_free(circles->play[i].game);
  }
  free(circles);
}
