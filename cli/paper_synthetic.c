/* aligngame paper synthetic: the circle games, exactly on a grid and then with samples. */
#include <stdlib.h>
#include <unistd.h>

#include "outcome.h"
#include "paper.h"
#include "program.h"
#include "progress.h"
#include "render.h"

enum { GAMES = AG_PAPER_SCENARIOS, SIDES = AG_PAPER_SIDES };

/* ---- playing ---- */

static int make_directory(const cli_arguments *arguments, const char *preset, char **directory)
{
  const char *output = paper_directory(arguments);
  if (!output)
    return STATUS_DONE;
  char *base = program_format("%s/%s", output, preset);
  bool again = cli_given(arguments, "resume") && program_is_there(base);
  *directory = again ? program_format("%s", base) : program_make_unique_directory(base);
  int status = *directory ? STATUS_DONE : program_fail_system("cannot make the directory", base);
  free(base);
  return status;
}

static int play(const cli_arguments *arguments, const char *directory, ag_paper_exact *played)
{
  ag_error error = {0};
  progress_line progress = progress_begin(played->game, cli_given(arguments, "quiet"));
  ag_run_options options = {.directory = directory,
                            .resume = directory && cli_given(arguments, "resume"),
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
  return exit_status;
}

static int play_scenario(const cli_arguments *arguments, size_t scenario, ag_paper_exact *played)
{
  ag_error error = {0};
  ag_paper_options options = paper_options(arguments);
  char *directory = NULL;
  if (ag_paper_circles_load(&options, scenario, &played->game, &error) != AG_OK)
    return program_fail(&error);
  int status = make_directory(arguments, ag_paper_scenarios[scenario].exact, &directory);
  if (status == STATUS_DONE)
    status = play(arguments, directory, played);
  free(directory);
  return status;
}

static void count_games(void *context, size_t played)
{
  (void)context;
  fprintf(stderr, "\r\033[K%zu games with samples played", played);
}

static int play_samples(const cli_arguments *arguments, ag_paper_circles **circles)
{
  ag_error error = {0};
  ag_paper_options options = paper_options(arguments);
  char *kept = paper_make_kept(arguments, "synthetic");
  options.kept = kept;
  if (!cli_given(arguments, "quiet") && isatty(STDERR_FILENO))
    options.end = count_games;
  ag_status status = ag_paper_circles_play(&options, circles, &error);
  if (options.end)
    fputs("\r\033[K", stderr);
  free(kept);
  return status == AG_OK ? STATUS_DONE : program_fail(&error);
}

/* ---- for people ---- */

static const char *const quantity[] = {"mean distance", "satisfaction"};

static void print_course(const ag_result *result)
{
  enum { MOMENTS = 4 };
  static const size_t wanted[MOMENTS] = {0, 1, 10, 100};
  static const char *const row[] = {"mean distance to Owner's centre", "satisfaction of Owner",
                                    "mean distance to Public's centre", "satisfaction of Public"};
  size_t generation[MOMENTS];
  char text[MOMENTS][32];
  for (size_t i = 0; i < MOMENTS; i++) {
    generation[i] = wanted[i] < result->generations ? wanted[i] : result->generations;
    snprintf(text[i], sizeof text[i], ">gen. %zu", generation[i]);
  }
  const char *const heading[] = {"", text[0], text[1], text[2], text[3]};
  render_table *table = render_table_create(1 + MOMENTS, heading);
  for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
    const char *metric = ag_paper_metrics[r % SIDES * SIDES + r / SIDES];
    render_table_add(table, row[r]);
    for (size_t i = 0; i < MOMENTS; i++)
      render_table_add(table, render_number(outcome_metric(result, metric, generation[i])).text);
  }
  render_table_end(table, stdout, 2);
}

static void print_game(const ag_paper_exact *played)
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

static void print_comparison(const ag_paper_exact played[GAMES])
{
  static const char *const heading[] = {"", ">Owner, paper", ">exact", ">Public, paper", ">exact"};
  printf("%sThe paper's figures (about) beside the exact games at the end%s\n", render_bold(),
         render_plain());
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t v = 0; v < GAMES * AG_PAPER_VALUES; v++) {
    const ag_paper_exact *one = &played[v / AG_PAPER_VALUES];
    size_t value = v % AG_PAPER_VALUES;
    if (value % SIDES == 0)
      render_table_format(table, "%s: %s", ag_regime_name(one->facts->prediction->regime),
                          quantity[value / SIDES]);
    render_table_number(table, "%.2f", ag_paper_scenarios[v / AG_PAPER_VALUES].circles[value]);
    render_table_number(table, "%.3f", ag_paper_value(one->result, value));
  }
  render_table_end(table, stdout, 2);
  putchar('\n');
  render_wrap(stdout,
              "The paper's values are read off plots of finite samples: a Gaussian mixture is "
              "fitted to a growing dataset, and the Owner selects harder (100 of over 1000) than "
              "the Public (50 of 200). The games here are exact, without samples or a fitted "
              "model, and both sides draw from the same pool size: only the order of play tells "
              "them apart.",
              0, 2);
}

static void print_files(const cli_arguments *arguments, const ag_paper_exact played[GAMES])
{
  const char *directory = paper_directory(arguments);
  putchar('\n');
  for (size_t i = 0; i < GAMES; i++)
    outcome_print_files(stdout, played[i].result->directory);
  if (directory)
    render_format(stdout,
                  "Files       %s/: synthetic.json, synthetic.csv\n"
                  "            paper-figure-1, -1-rules, -2, -2-rules, -3 (.png, .svg, .pdf)\n",
                  directory);
}

/* ---- the whole ---- */

static int play_exact(const cli_arguments *arguments, ag_paper_exact played[GAMES])
{
  bool tell = paper_tells(arguments);
  int status = STATUS_DONE;
  for (size_t i = 0; i < GAMES && status == STATUS_DONE; i++) {
    status = play_scenario(arguments, i, &played[i]);
    if (status == STATUS_DONE && tell) {
      print_game(&played[i]);
      fflush(stdout);
    }
  }
  if (status == STATUS_DONE && tell)
    print_comparison(played);
  return status;
}

static int report(const cli_arguments *arguments, const ag_paper_exact played[GAMES],
                  const ag_paper_circles *circles)
{
  ag_error error = {0};
  const char *directory = paper_directory(arguments);
  if (paper_tells(arguments))
    paper_print_samples(circles);
  if (cli_given(arguments, "json"))
    program_print_json(ag_paper_circles_json(played, circles));
  if (directory && ag_paper_circles_save(played, circles, directory, &error) != AG_OK)
    return program_fail(&error);
  if (paper_tells(arguments))
    print_files(arguments, played);
  return STATUS_DONE;
}

int paper_synthetic(const cli_arguments *arguments)
{
  ag_paper_exact played[GAMES] = {{0}};
  ag_paper_circles *circles = NULL;
  int status = play_exact(arguments, played);
  if (status == STATUS_DONE)
    status = play_samples(arguments, &circles);
  if (status == STATUS_DONE)
    status = report(arguments, played, circles);
  for (size_t i = 0; i < GAMES; i++) {
    ag_facts_free(played[i].facts);
    ag_result_free(played[i].result);
    ag_game_free(played[i].game);
  }
  ag_paper_circles_free(circles);
  return status;
}
