/* aligngame drift: what finite populations do, exact and simulated. */
#include <stdlib.h>
#include <unistd.h>

#include <aligngame/drift.h>
#include <aligngame/figure.h>
#include <aligngame/json.h>

#include "options.h"
#include "program.h"
#include "progress.h"
#include "render.h"

static const cli_argument drift_arguments[] = {{NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option drift_options[] = {
    {"items", 'N', CLI_COUNT, "N", "Items in a generation (default: 20)", false},
    {"generations", 'g', CLI_COUNT, "N", "Play N generations (default: 20)", false},
    {"replicates", 'R', CLI_COUNT, "N", "Simulate everything N times (default: 10000)", false},
    {"gap", 0, CLI_POSITIVE, "X",
     "How much better the better of two types is, in temperatures (default: 0.5)", false},
    {"pool", 'K', CLI_POOL, "K", "The curators' pool size: 2, 3, ... or inf (default: 8)", false},
    {"start", 0, CLI_COUNT, "N", "Items of the better type at the start (default: 1)", false},
    {"samples", 0, CLI_COUNT, "N", "Samples that a regression learns from (default: 20)", false},
    {"features", 0, CLI_COUNT, "N", "Features of the regression (default: 4)", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example drift_examples[] = {
    {"aligngame drift", "Everything for 20 items and 20 generations."},
    {"aligngame drift --items 100 --generations 200 --gap 0.05 -o drift",
     "A larger population and a small gap; drift.json and pictures go into a directory."},
    {"aligngame drift --replicates 100000 --json", "Smaller errors, as data."},
    {NULL, NULL}};

static const char drift_description[] =
    "A generation of N items is a sample: chance alone takes diversity, narrows models and loses "
    "good items. Prints what that does on average, by exact formulas and an exact Markov chain, "
    "beside simulations.\n\n"
    "Without curation: the diversity 1 - sum p^2 when N items are copied, the variance and the "
    "mean of a Gaussian that is refitted to N of its own draws, and the error of a regression that "
    "learns from the last one's labels; each where a generation learns from its predecessor alone "
    "(replace) and from all data so far (accumulate). With curation: whether the better of two "
    "types takes all, and when; last, two curators who want the opposite.\n\n"
    "z is the simulation's distance from the exact value in standard errors: in about one row of "
    "20 it lies beyond 2, hardly ever beyond 4. With --output, drift.json, drift.png and drift.svg "
    "are written.";

/* ---- settings ---- */

static ag_drift_settings read_settings(const cli_arguments *arguments)
{
  ag_drift_settings settings;
  ag_drift_settings_default(&settings);
  const char *seed = cli_text(arguments, "seed");
  if (seed)
    settings.seed = strtoull(seed, NULL, 10);
  settings.items = cli_count(arguments, "items", settings.items);
  settings.generations = cli_count(arguments, "generations", settings.generations);
  settings.replicates = cli_count(arguments, "replicates", settings.replicates);
  settings.samples = cli_count(arguments, "samples", settings.samples);
  settings.features = cli_count(arguments, "features", settings.features);
  settings.start = cli_count(arguments, "start", settings.start);
  settings.gap = cli_real(arguments, "gap", settings.gap);
  settings.pool = cli_pool(arguments, "pool", settings.pool);
  return settings;
}

/* Called by one thread at a time. */
static void show_progress(void *context, size_t done, size_t of)
{
  (void)context;
  progress_bar("drift", "simulations", done, of);
}

static ag_status make_study(const cli_arguments *arguments, ag_drift_study **study, ag_error *error)
{
  ag_drift_settings settings = read_settings(arguments);
  bool shown = !cli_given(arguments, "quiet") && isatty(STDERR_FILENO);
  settings.progress = shown ? show_progress : NULL;
  settings.interrupt = program_interrupt();
  ag_status status = ag_drift_study_make(&settings, study, error);
  if (shown)
    fputs("\r\033[K", stderr);
  return status;
}

/* ---- what came of it ---- */

static const char *const picture_names[] = {"drift.png", "drift.svg"};
enum { PICTURES = sizeof picture_names / sizeof *picture_names };

static int save(const ag_drift_study *study, const char *directory)
{
  if (!directory)
    return STATUS_DONE;
  ag_error error = {0};
  int status = program_save_json(ag_drift_study_json(study), directory, "drift.json");
  for (size_t i = 0; status == STATUS_DONE && i < PICTURES; i++) {
    char *path = program_format("%s/%s", directory, picture_names[i]);
    if (ag_drift_study_draw(study, path, &error) != AG_OK)
      status = program_fail(&error);
    free(path);
  }
  return status;
}

static void print_table(const ag_drift_study *study)
{
  render_table *table = render_table_create(
      5, (const char *const[]){"identity", ">exact", ">simulated", ">± standard error", ">z"});
  for (size_t i = 0; i < AG_DRIFT_IDENTITIES; i++) {
    const ag_drift_identity *identity = &study->identity[i];
    render_table_add(table, identity->name);
    render_table_number(table, "%#.5g", identity->exact);
    render_table_number(table, "%#.5g", identity->simulated.mean);
    render_table_number(table, "%.1e", identity->simulated.error);
    render_table_number(table, "%+.1f", identity->z);
  }
  render_table_end(table, stdout, 0);
}

static void print_report(const ag_drift_study *study, const char *directory)
{
  const ag_drift_settings *settings = &study->settings;
  printf("%sFinite populations%s: %zu items, %zu generation%s, %s replicates\n\n", render_bold(),
         render_plain(), settings->items, settings->generations,
         settings->generations == 1 ? "" : "s", render_count(settings->replicates).text);
  print_table(study);
  putchar('\n');
  for (size_t i = 0; i < AG_DRIFT_IDENTITIES; i++) {
    printf("%s%s%s\n", render_bold(), study->identity[i].name, render_plain());
    render_wrap(stdout, study->identity[i].meaning, 0, 2);
  }
  if (directory)
    render_format(stdout, "\nFiles       %s/: drift.json, drift.png, drift.svg\n", directory);
}

static int drift_command(cli_arguments *arguments)
{
  const char *directory = cli_text(arguments, "output");
  ag_drift_study *study = NULL;
  ag_error error = {0};
  if (make_study(arguments, &study, &error) != AG_OK)
    return program_fail(&error);
  int status = save(study, directory);
  if (status == STATUS_DONE && cli_given(arguments, "json"))
    program_print_json(ag_drift_study_json(study));
  else if (status == STATUS_DONE && !cli_given(arguments, "quiet"))
    print_report(study, directory);
  ag_drift_study_free(study);
  return status;
}

const cli_command command_drift = {
    .name = "drift",
    .summary = "what finite populations do: exact values and simulations",
    .description = drift_description,
    .arguments = drift_arguments,
    .options = drift_options,
    .examples = drift_examples,
    .run = drift_command,
    .without_game = true,
};
