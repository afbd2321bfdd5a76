/* aligngame paper: the paper's experiments, played exactly. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <aligngame/catalogue.h>
#include <aligngame/run.h>
#include <aligngame/theory.h>

#include "options.h"
#include "outcome.h"
#include "paper_claims.h"
#include "program.h"
#include "progress.h"
#include "render.h"

static const char *part_word(size_t index)
{
  static const char *const parts[] = {"synthetic", "claims", NULL};
  return parts[index];
}

static const cli_argument paper_arguments[] = {
    {"PART", CLI_WORD, false, "Which experiments (default: all of them)", part_word},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option paper_options[] = {
    {"cells", 0, CLI_COUNT, "N", "Play on a grid of N x N cells (default: 400)", false},
    {"generations", 'g', CLI_COUNT, "N", "Play N generations (default: 100)", false},
    {"games", 0, CLI_COUNT, "N", "Claims: play N random games for each regime (default: 1000)",
     false},
    {"no-save", 0, CLI_FLAG, NULL, "Write no files: results are printed and nothing else", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example paper_examples[] = {
    {"aligngame paper", "The circle games, then the claims; files go to paper-output."},
    {"aligngame paper claims --games 200", "The theorems over fewer random games."},
    {"aligngame paper synthetic --cells 100 -o small", "On a coarser grid, elsewhere."},
    {NULL, NULL}};

static const char paper_description[] =
    "Plays the synthetic experiments of the paper (two curators whose favourite discs coincide, "
    "overlap, or lie apart) exactly on a grid, and prints for each game the limit that the paper's "
    "theorem predicts beside the outcome, and at the end a comparison with the values of the "
    "paper's Figures 1 and 2.\n\n"
    "Then (`claims`) the theorems are held against the exact outcome of random games with perfect, "
    "partial and disjoint preferences: how often each holds, the smallest counterexample found, "
    "Theorem 4 over the two gaps, and exact play against the predicted sinks and rates.\n\n"
    "Each game gets its own run directory below --output (default: paper-output); one that exists "
    "is never touched, the next free name such as circles-perfect-2 is taken.";

/* A circle game and what Figures 1 and 2 show of it after 100 iterations. */
typedef struct circle_game {
  const char *preset;
  double distance[2];     /* mean distance to the owner's and the public's centre */
  double satisfaction[2]; /* share of the points inside their discs */
} circle_game;

static const circle_game circle_games[] = {
    {"circles-perfect", {0.65, 0.65}, {1, 1}},
    {"circles-partial", {0.8, 0.8}, {0.98, 0.99}},
    {"circles-disjoint", {0.95, 2.05}, {0.9, 0}},
};

enum { GAMES = sizeof circle_games / sizeof *circle_games, SIDES = 2 };

static const char *const distance_names[SIDES] = {"distance.owner", "distance.public"};
static const char *const satisfaction_names[SIDES] = {"satisfaction.owner", "satisfaction.public"};

typedef struct played_game {
  ag_game *game;
  ag_result *result;
  ag_prediction *prediction;
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
    status = ag_predict(played->game, &played->prediction, &error);
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
  if (played->prediction)
    ag_prediction_free(played->prediction);
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
    add_metric_row(table, result, distance, distance_names[i], generation, MOMENTS);
    add_metric_row(table, result, satisfaction, satisfaction_names[i], generation, MOMENTS);
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
  outcome_view outcome = {played->game, played->result, played->prediction};
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
    const circle_game *game = &circle_games[i];
    const char *regime = ag_regime_name(played[i].prediction->regime);
    char *distance = program_format("%s: mean distance", regime);
    char *satisfaction = program_format("%s: satisfaction", regime);
    add_comparison(table, distance, game->distance, distance_names, played[i].result);
    add_comparison(table, satisfaction, game->satisfaction, satisfaction_names, played[i].result);
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

static void print_files(const played_game played[GAMES])
{
  putchar('\n');
  for (size_t i = 0; i < GAMES; i++)
    outcome_print_files(stdout, played[i].result->directory);
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

static json_t *game_document(const circle_game *game, const played_game *played)
{
  const ag_result *result = played->result;
  const ag_prediction *prediction = played->prediction;
  outcome_view outcome = {played->game, result, prediction};
  return json_pack("{s:s, s:s, s:s, s:I, s:f, s:s, s:I, s:o, s:o, s:f, s:s?}", "name", game->preset,
                   "regime", ag_regime_name(prediction->regime), "theorem",
                   prediction->paper_theorem, "predicted_items",
                   (json_int_t)prediction->paper_limit.count, "predicted_mass",
                   outcome_share(result, &prediction->paper_limit), "verdict",
                   outcome_verdict(&outcome), "generations", (json_int_t)result->generations,
                   "distance", compare_sides(game->distance, distance_names, result),
                   "satisfaction", compare_sides(game->satisfaction, satisfaction_names, result),
                   "seconds", result->seconds, "directory", result->directory);
}

static void print_document(const played_game played[GAMES])
{
  json_t *games = json_array();
  for (size_t i = 0; i < GAMES; i++)
    json_array_append_new(games, game_document(&circle_games[i], &played[i]));
  json_t *document = json_pack("{s:o}", "games", games);
  program_print_json(json_dumps(document, JSON_REAL_PRECISION(17) | JSON_INDENT(2)));
  json_decref(document);
}

static void set_overrides(cli_arguments *arguments)
{
  size_t cells = cli_count(arguments, "cells", 0);
  size_t generations = cli_count(arguments, "generations", 0);
  if (cells > 0)
    cli_add_override(arguments, "space.box.cells=[%zu, %zu]", cells, cells);
  if (generations > 0)
    cli_add_override(arguments, "generations=%zu", generations);
}

static int paper_synthetic(cli_arguments *arguments)
{
  played_game played[GAMES] = {{0}};
  bool json = cli_given(arguments, "json"), quiet = cli_given(arguments, "quiet");
  int status = STATUS_DONE;
  set_overrides(arguments);
  for (size_t i = 0; i < GAMES && status == STATUS_DONE; i++) {
    status = play_preset(arguments, circle_games[i].preset, &played[i]);
    if (status == STATUS_DONE && !json && !quiet) {
      print_game(&played[i]);
      fflush(stdout);
    }
  }
  if (status == STATUS_DONE && json)
    print_document(played);
  if (status == STATUS_DONE && !json && !quiet) {
    print_comparison(played);
    print_files(played);
  }
  for (size_t i = 0; i < GAMES; i++)
    free_played(&played[i]);
  return status;
}

static int paper_command(cli_arguments *arguments)
{
  const char *part = cli_positional(arguments, 0);
  bool json = cli_given(arguments, "json");
  if (cli_given(arguments, "no-save") && cli_given(arguments, "output"))
    cli_usage_error(arguments->command, "--no-save writes no files: it excludes --output");
  if (json && !part)
    part = "synthetic"; /* one document: the parts are asked for one by one */
  int status = STATUS_DONE;
  if (!part || !strcmp(part, "synthetic"))
    status = paper_synthetic(arguments);
  if (status == STATUS_DONE && !part && !cli_given(arguments, "quiet"))
    putchar('\n');
  if (status == STATUS_DONE && (!part || !strcmp(part, "claims")))
    status = paper_claims(arguments);
  return status;
}

const cli_command command_paper = {
    .name = "paper",
    .summary = "the paper's circle games and its claims, beside the exact outcomes",
    .description = paper_description,
    .arguments = paper_arguments,
    .options = paper_options,
    .examples = paper_examples,
    .run = paper_command,
};
