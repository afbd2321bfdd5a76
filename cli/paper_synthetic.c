/* The circle games: exact on a grid, then with samples. */
#include "paper_synthetic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <aligngame/catalogue.h>
#include <aligngame/run.h>
#include <aligngame/theory.h>

#include "outcome.h"
#include "paper_samples.h"
#include "program.h"
#include "progress.h"
#include "render.h"

const paper_scenario paper_scenarios[PAPER_SCENARIOS] = {
    {"perfect", "circles-perfect", "paper-perfect", 0, {{0.65, 0.65}, {1, 1}}},
    {"partial", "circles-partial", "paper-partial", 1.5, {{0.8, 0.8}, {0.98, 0.99}}},
    {"disjoint", "circles-disjoint", "paper-disjoint", 3, {{0.95, 2.05}, {0.9, 0}}},
};

const char *const paper_metrics[PAPER_QUANTITIES][PAPER_SIDES] = {
    {"distance.owner", "distance.public"}, {"satisfaction.owner", "satisfaction.public"}};

enum { GAMES = PAPER_SCENARIOS, SIDES = PAPER_SIDES };

typedef struct played_game {
  ag_game *game;
  ag_result *result;
  ag_facts *facts;
} played_game;

/* ---- playing ---- */

static int load_preset(const cli_arguments *arguments, const char *preset, ag_game **game)
{
  ag_error error = {0};
  const char *text = ag_preset_text(preset);
  if (!text) {
    fprintf(stderr, "aligngame: error: this build lacks the preset %s\n", preset);
    return STATUS_FAILED;
  }
  ag_status status = ag_game_parse(preset, text, strlen(text), arguments->override,
                                   arguments->override_count, game, &error);
  return status == AG_OK ? STATUS_DONE : program_fail(&error);
}

static int make_directory(const cli_arguments *arguments, const char *preset, char **directory)
{
  if (cli_given(arguments, "no-save"))
    return STATUS_DONE;
  const char *output = cli_text(arguments, "output");
  char *base = program_format("%s/%s", output ? output : "paper-output", preset);
  *directory = program_make_unique_directory(base);
  int status = *directory ? STATUS_DONE : program_fail_system("cannot make the directory", base);
  free(base);
  return status;
}

static int play(const cli_arguments *arguments, const char *directory, played_game *played)
{
  ag_error error = {0};
  progress_line progress = progress_begin(played->game, cli_given(arguments, "quiet"));
  ag_run_options options = {.directory = directory,
                            .progress = progress_report,
                            .context = &progress,
                            .interrupt = program_interrupt()};
  ag_status status = ag_run(played->game, &options, &played->result, &error);
  progress_end(&progress);
  if (status == AG_OK)
    status = ag_facts_find(played->game, played->result, &played->facts, &error);
  if (status == AG_OK)
    return STATUS_DONE;
  int exit_status = program_fail(&error);
  if (status == AG_ERROR_INTERRUPTED && directory)
    fprintf(stderr, "Go on with this game: aligngame run --resume -o %s\n", directory);
  return exit_status;
}

static int play_preset(const cli_arguments *arguments, const char *preset, played_game *played)
{
  char *directory = NULL;
  int status = load_preset(arguments, preset, &played->game);
  if (status == STATUS_DONE)
    status = make_directory(arguments, preset, &directory);
  if (status == STATUS_DONE)
    status = play(arguments, directory, played);
  free(directory);
  return status;
}

static void free_played(played_game *played)
{
  ag_facts_free(played->facts);
  if (played->result)
    ag_result_free(played->result);
  if (played->game)
    ag_game_free(played->game);
}

/* ---- for people ---- */

static void add_metric_row(render_table *table, const ag_result *result, const char *title,
                           const char *metric, const size_t *generation, size_t moments)
{
  render_table_add(table, title);
  for (size_t i = 0; i < moments; i++)
    render_table_add(table, render_number(outcome_metric(result, metric, generation[i])).text);
}

static void print_course(const ag_result *result)
{
  enum { MOMENTS = 4 };
  static const size_t wanted[MOMENTS] = {0, 1, 10, 100};
  size_t generation[MOMENTS];
  char *heading[MOMENTS];
  for (size_t i = 0; i < MOMENTS; i++) {
    generation[i] = wanted[i] < result->generations ? wanted[i] : result->generations;
    heading[i] = program_format(">gen. %zu", generation[i]);
  }
  render_table *table = render_table_create(
      1 + MOMENTS, (const char *const[]){"", heading[0], heading[1], heading[2], heading[3]});
  static const char *const side[SIDES] = {"Owner", "Public"};
  for (size_t i = 0; i < SIDES; i++) {
    char *distance = program_format("mean distance to %s's centre", side[i]);
    char *satisfaction = program_format("satisfaction of %s", side[i]);
    add_metric_row(table, result, distance, paper_metrics[0][i], generation, MOMENTS);
    add_metric_row(table, result, satisfaction, paper_metrics[1][i], generation, MOMENTS);
    free(distance);
    free(satisfaction);
  }
  render_table_print(table, stdout, 2);
  render_table_free(table);
  for (size_t i = 0; i < MOMENTS; i++)
    free(heading[i]);
}

static void print_game(const played_game *played)
{
  outcome_view outcome = {played->game, played->result, played->facts};
  outcome_print_game(stdout, played->game);
  outcome_print_theory(stdout, &outcome);
  outcome_print_diversity(stdout, played->result);
  printf("Time        %s\n\n", render_seconds(played->result->seconds).text);
  print_course(played->result);
  outcome_print_density(stdout, &outcome);
  putchar('\n');
}

static void add_comparison(render_table *table, const char *what, const double paper[SIDES],
                           const char *const metric[SIDES], const ag_result *result)
{
  render_table_add(table, what);
  for (size_t i = 0; i < SIDES; i++) {
    const double value[] = {paper[i], outcome_metric(result, metric[i], result->generations)};
    for (size_t j = 0; j < sizeof value / sizeof *value; j++) {
      char *text = program_format(j == 0 ? "%.2f" : "%.3f", value[j]);
      render_table_add(table, text);
      free(text);
    }
  }
}

static void print_comparison(const played_game played[GAMES])
{
  printf("%sThe paper's figures (about) beside the exact games at the end%s\n", render_bold(),
         render_plain());
  render_table *table = render_table_create(
      5, (const char *const[]){"", ">Owner, paper", ">exact", ">Public, paper", ">exact"});
  for (size_t i = 0; i < GAMES; i++) {
    const paper_scenario *game = &paper_scenarios[i];
    const char *regime = ag_regime_name(played[i].facts->prediction->regime);
    char *distance = program_format("%s: mean distance", regime);
    char *satisfaction = program_format("%s: satisfaction", regime);
    add_comparison(table, distance, game->reading[0], paper_metrics[0], played[i].result);
    add_comparison(table, satisfaction, game->reading[1], paper_metrics[1], played[i].result);
    free(distance);
    free(satisfaction);
  }
  render_table_print(table, stdout, 2);
  render_table_free(table);
  putchar('\n');
  render_wrap(stdout,
              "The paper's values are read off plots of finite samples: a Gaussian mixture is "
              "fitted to a growing dataset, and the Owner selects harder (100 of over 1000) than "
              "the Public (50 of 200). The games here are exact, without samples or a fitted "
              "model, and both sides draw from the same pool size: only the order of play tells "
              "them apart.",
              0, 2);
}

static void print_files(const cli_arguments *arguments, const played_game played[GAMES])
{
  const char *output = cli_text(arguments, "output");
  putchar('\n');
  for (size_t i = 0; i < GAMES; i++)
    outcome_print_files(stdout, played[i].result->directory);
  if (!cli_given(arguments, "no-save"))
    printf("Files       %s/: synthetic.json, synthetic.csv\n"
           "            paper-figure-1, -1-rules, -2, -2-rules, -3 (.png, .svg, .pdf)\n",
           output ? output : "paper-output");
}

/* ---- as data ---- */

static json_t *real_or_null(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

/* {"owner": {"paper", "exact"}, "public": …} */
static json_t *compare_sides(const double paper[SIDES], const char *const metric[SIDES],
                             const ag_result *result)
{
  static const char *const side[SIDES] = {"owner", "public"};
  json_t *sides = json_object();
  for (size_t i = 0; i < SIDES; i++) {
    double exact = outcome_metric(result, metric[i], result->generations);
    json_object_set_new(sides, side[i],
                        json_pack("{s:f, s:o}", "paper", paper[i], "exact", real_or_null(exact)));
  }
  return sides;
}

static json_t *game_document(const paper_scenario *game, const played_game *played)
{
  const ag_result *result = played->result;
  const ag_facts *facts = played->facts;
  const ag_prediction *prediction = facts->prediction;
  return json_pack(
      "{s:s, s:s, s:s, s:I, s:f, s:s, s:I, s:o, s:o, s:f, s:s?}", "name", game->exact, "regime",
      ag_regime_name(prediction->regime), "theorem", prediction->paper_theorem, "predicted_items",
      (json_int_t)prediction->paper_limit.count, "predicted_mass", facts->outcome.theorem_share,
      "verdict", ag_run_verdict_name(facts->outcome.verdict), "generations",
      (json_int_t)result->generations, "distance",
      compare_sides(game->reading[0], paper_metrics[0], result), "satisfaction",
      compare_sides(game->reading[1], paper_metrics[1], result), "seconds", result->seconds,
      "directory", result->directory);
}

static json_t *make_document(const played_game played[GAMES], const paper_samples *samples)
{
  json_t *games = json_array();
  for (size_t i = 0; i < GAMES; i++)
    json_array_append_new(games, game_document(&paper_scenarios[i], &played[i]));
  return json_pack("{s:o, s:o}", "games", games, "samples", paper_samples_document(samples));
}

static char *make_text(const played_game played[GAMES], const paper_samples *samples)
{
  json_t *document = make_document(played, samples);
  char *text = json_dumps(document, JSON_REAL_PRECISION(17) | JSON_INDENT(2));
  json_decref(document);
  return text;
}

/* ---- the whole ---- */

static void set_overrides(cli_arguments *arguments)
{
  size_t cells = cli_count(arguments, "cells", 0);
  size_t generations = cli_count(arguments, "generations", 0);
  if (cells > 0)
    cli_add_override(arguments, "space.box.cells=[%zu, %zu]", cells, cells);
  if (generations > 0)
    cli_add_override(arguments, "generations=%zu", generations);
}

static int play_exact(const cli_arguments *arguments, bool tell, played_game played[GAMES])
{
  int status = STATUS_DONE;
  for (size_t i = 0; i < GAMES && status == STATUS_DONE; i++) {
    status = play_preset(arguments, paper_scenarios[i].exact, &played[i]);
    if (status == STATUS_DONE && tell) {
      print_game(&played[i]);
      fflush(stdout);
    }
  }
  if (status == STATUS_DONE && tell)
    print_comparison(played);
  return status;
}

static int save(const cli_arguments *arguments, const played_game played[GAMES],
                const paper_samples *samples)
{
  const char *output = cli_text(arguments, "output");
  const char *directory = output ? output : "paper-output";
  if (cli_given(arguments, "no-save"))
    return STATUS_DONE;
  int status = program_save_json(make_text(played, samples), directory, "synthetic.json");
  return status == STATUS_DONE ? paper_samples_save(samples, directory) : status;
}

int paper_synthetic(cli_arguments *arguments)
{
  played_game played[GAMES] = {{0}};
  paper_samples *samples = program_allocate(1, sizeof *samples);
  bool json = cli_given(arguments, "json"), tell = !json && !cli_given(arguments, "quiet");
  size_t given = arguments->override_count;
  set_overrides(arguments);
  int status = play_exact(arguments, tell, played);
  if (status == STATUS_DONE)
    status = paper_samples_play(arguments, given, samples);
  if (status == STATUS_DONE && tell)
    paper_samples_print(samples);
  if (status == STATUS_DONE && json)
    status = program_print_json(make_text(played, samples));
  if (status == STATUS_DONE)
    status = save(arguments, played, samples);
  if (status == STATUS_DONE && tell)
    print_files(arguments, played);
  for (size_t i = 0; i < GAMES; i++)
    free_played(&played[i]);
  paper_samples_free(samples);
  free(samples);
  return status;
}
