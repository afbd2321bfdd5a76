/* aligngame analyze: where a game must end, before playing it. */
#include <stdlib.h>

#include <aligngame/analysis.h>
#include <aligngame/figure.h>
#include <aligngame/json.h>

#include "analysis_report.h"
#include "exact.h"
#include "options.h"
#include "program.h"
#include "render.h"

static const cli_option analyze_options[] = {
    {"starts", 0, CLI_COUNT, "N",
     "Random starts that are tried where there are more than three classes (default: 500)", false},
    {"no-basins", 0, CLI_FLAG, NULL, "Do not look for which start ends where", false},
    {"basins", 0, CLI_FLAG, NULL,
     "Look for it even where it takes long: with several sinks and more than 2000 classes", false},
    {"verbose", 'v', CLI_FLAG, NULL,
     "Everything: classes, the paper's constants, contraction, growth factors, maps; without it, "
     "one screen",
     false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example analyze_examples[] = {
    {"aligngame analyze examples/two-atoms.yaml",
     "Two possible ends, and the initial mass that parts them."},
    {"aligngame analyze examples/compromise.yaml -s curators.owner.pool=inf -o analysis",
     "With another pool; analysis.json and pictures of the basins go into a directory."},
    {"aligngame analyze game.yaml --no-basins --json", "Everything but the basins, as data."},
    {NULL, NULL}};

static const char analyze_description[] =
    "Says, before playing, where a game can end, how fast, and from which starts.\n\n"
    "Items that those who act cannot tell apart are a class. Where curators select one after "
    "another a class that no rare other class can invade is a sink: where a game ends. Beside the "
    "sinks stand the limit that the paper's theorem gives and its constants. Other loops "
    "(mixtures, preferences, real data) end at rest points, which may keep several items: they are "
    "computed and certified (no absent item grows), or the game is said to cycle. Where there are "
    "several ends, exact play from many starts tells which start ends where, for each curator "
    "moving first.\n\n"
    "Rewards that differ by no more than rounding count as equal. With --output, analysis.json and "
    "a picture of the basins (basins.svg, .png, .pdf) are written.";

enum { CLASSES_QUICK = 2000 };

typedef struct analyze_job {
  ag_game *game;
  ag_analysis *analysis;
  ag_basins *basins; /* NULL: not looked for */
  bool skipped;      /* it would take long, and nobody insisted */
} analyze_job;

static ag_status find_basins(const cli_arguments *arguments, analyze_job *job, ag_error *error)
{
  const ag_prediction *prediction = job->analysis->prediction;
  bool is_long = job->analysis->class_count > CLASSES_QUICK && prediction->lock_in;
  if (cli_given(arguments, "no-basins") || prediction->theory.kind == AG_THEORY_NONE)
    return AG_OK;
  job->skipped = is_long && !cli_given(arguments, "basins");
  if (job->skipped)
    return AG_OK;
  ag_basin_options options = {.seed = ag_game_seed(job->game),
                              .starts = cli_count(arguments, "starts", 0)};
  return ag_basins_find(job->game, &options, &job->basins, error);
}

static const char *const file_names[] = {"analysis.json", "basins.svg", "basins.png", "basins.pdf",
                                         NULL};
enum { FILES = sizeof file_names / sizeof *file_names - 1 };

static int save_pictures(const analyze_job *job, const char *directory)
{
  ag_error error = {0};
  int status = STATUS_DONE;
  for (size_t i = 1; status == STATUS_DONE && i < FILES; i++) {
    char *path = program_format("%s/%s", directory, file_names[i]);
    if (ag_basins_draw(job->game, job->analysis, job->basins, path, &error) != AG_OK)
      status = program_fail(&error);
    free(path);
  }
  return status;
}

static bool has_picture(const analyze_job *job)
{
  return job->basins && job->basins->kind != AG_BASIN_ONE_SINK;
}

static int save(const analyze_job *job, const char *directory)
{
  if (!directory)
    return STATUS_DONE;
  int status = program_save_json(ag_analysis_json(job->game, job->analysis, job->basins), directory,
                                 file_names[0]);
  return status == STATUS_DONE && has_picture(job) ? save_pictures(job, directory) : status;
}

static void print_basins(FILE *out, const analyze_job *job, bool maps)
{
  if (job->basins)
    report_basins(out, job->game, job->analysis, job->basins, maps);
  if (job->skipped)
    report_line(out, "Basins",
                "not looked for: %s classes take long; --basins looks for them all the same",
                render_count(job->analysis->class_count).text);
}

static void print_files(const analyze_job *job, const char *directory)
{
  if (directory)
    render_format(stdout, "\nFiles       %s/: analysis.json%s\n", directory,
                  has_picture(job) ? ", basins.pdf, basins.png, basins.svg" : "");
}

static void print_everything(const analyze_job *job, const char *directory)
{
  report_analysis(stdout, job->game, job->analysis);
  if (job->basins)
    printf("\n%sWhich start ends where%s\n", render_bold(), render_plain());
  print_basins(stdout, job, true);
  print_files(job, directory);
}

static void print_short(const analyze_job *job, const char *directory)
{
  enum { FILES_MOST = 2 };
  sheet to = {.out = stdout};
  report_analysis_short(&to, job->game, job->analysis);
  print_basins(sheet_begin(&to), job, false);
  sheet_end(&to, sheet_room(&to, 1 + (directory ? FILES_MOST : 0)));
  print_files(job, directory);
  puts("            --verbose says more");
}

static int analyze(const cli_arguments *arguments, analyze_job *job)
{
  ag_error error = {0};
  const char *directory = cli_text(arguments, "output");
  int status = exact_load(arguments, &job->game, NULL);
  if (status != STATUS_DONE)
    return status;
  if (ag_analyze(job->game, &job->analysis, &error) != AG_OK ||
      find_basins(arguments, job, &error) != AG_OK)
    return program_fail(&error);
  status = save(job, directory);
  if (status != STATUS_DONE)
    return status;
  if (cli_given(arguments, "json"))
    return program_print_json(ag_analysis_json(job->game, job->analysis, job->basins));
  if (!cli_given(arguments, "quiet"))
    (cli_given(arguments, "verbose") ? print_everything : print_short)(job, directory);
  return STATUS_DONE;
}

static int analyze_command(cli_arguments *arguments)
{
  analyze_job job = {0};
  if (cli_given(arguments, "basins") && cli_given(arguments, "no-basins"))
    cli_usage_error(arguments->command, "--basins and --no-basins exclude each other");
  int status = analyze(arguments, &job);
  ag_basins_free(job.basins);
  ag_analysis_free(job.analysis);
  ag_game_free(job.game);
  return status;
}

const cli_command command_analyze = {
    .name = "analyze",
    .summary = "where a game must end, how fast, and from which starts",
    .description = analyze_description,
    .arguments = cli_game_argument,
    .options = analyze_options,
    .examples = analyze_examples,
    .run = analyze_command,
    .results = {"\"aligngame/analyze/", file_names},
};
