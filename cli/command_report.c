/* aligngame report: a page about finished runs. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <aligngame/document.h>
#include <aligngame/report.h>

#include "options.h"
#include "program.h"
#include "render.h"

static const cli_argument report_arguments[] = {
    {"RUN...", CLI_DIRECTORIES, true,
     "Directories of finished runs, as `aligngame run` writes them", NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option report_options[] = {
    {"title", 0, CLI_TEXT, "TEXT", "The page's title (default: the game's name)", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example report_examples[] = {
    {"aligngame report runs/compromise", "Write runs/compromise/report.html."},
    {"aligngame report runs/films runs/films-2 -o comparison.html --title 'With and without'",
     "Two runs side by side on one page."},
    {NULL, NULL}};

static const char report_description[] =
    "Writes one HTML page about finished runs: what was played and what came of it in words, "
    "figures, tables, the game files and where the numbers come from. Of several runs it first "
    "shows what sets them apart. The page is one file that loads nothing and runs no script; it "
    "can be mailed, published and printed.\n\n"
    "The page of one run goes into its directory as report.html, that of several into the current "
    "directory. --output names another place: a name that ends in .html or .htm is the file, any "
    "other is a directory, which gets report.html. A report of this program is replaced; any other "
    "file that is in the way stays, and the command fails. The runs are only read: a file of "
    "theirs that has changed is named, and so is a file that a run was made from; no program that "
    "a game names is started.";

static bool ends_in(const char *text, const char *ending)
{
  size_t length = strlen(text), tail = strlen(ending);
  return length > tail && strcasecmp(text + length - tail, ending) == 0;
}

static bool is_directory(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The directory of a path, on the heap. */
static char *parent_of(const char *path)
{
  const char *slash = strrchr(path, '/');
  if (!slash)
    return program_format(".");
  return program_format("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* Where the page goes, on the heap; *directory, on the heap: what must be there first. */
static char *choose_path(const cli_arguments *arguments, char **directory)
{
  const char *given = cli_text(arguments, "output");
  if (given && !is_directory(given) && (ends_in(given, ".html") || ends_in(given, ".htm"))) {
    *directory = parent_of(given);
    return program_format("%s", given);
  }
  if (!given)
    given = arguments->positional_count == 1 ? cli_positional(arguments, 0) : ".";
  *directory = program_format("%s", given);
  size_t length = strlen(given);
  return program_format("%s%sreport.html", strcmp(given, ".") == 0 ? "" : given,
                        strcmp(given, ".") == 0 || given[length - 1] == '/' ? "" : "/");
}

/* Originals that are no longer what the runs have read are told; no runs hang on them. */
static void warn(const cli_arguments *arguments)
{
  for (size_t i = 0; i < arguments->positional_count && !cli_given(arguments, "quiet"); i++)
    program_warn_originals(arguments->positional[i]);
}

/* Those that are no longer as they were read. */
static ag_status add_originals(json_t **list, const char *directory, ag_error *error)
{
  ag_run_input *input = NULL;
  size_t count = 0;
  ag_status status = ag_run_inputs(directory, &input, &count, error);
  for (size_t i = 0; i < count; i++)
    if (input[i].original != AG_ORIGINAL_SAME)
      ag_json_append(list,
                     json_pack("{s:o, s:o, s:s}", "run", ag_json_text(directory), "path",
                               ag_json_path(input[i].path), "original",
                               input[i].original == AG_ORIGINAL_CHANGED ? "changed" : "missing"));
  ag_run_inputs_free(input, count);
  return status;
}

static int print_json(const cli_arguments *arguments, const char *path)
{
  json_t *runs = json_array(), *originals = json_array();
  ag_error error = {0};
  ag_status status = AG_OK;
  for (size_t i = 0; i < arguments->positional_count && !status; i++) {
    ag_json_append(&runs, ag_json_text(arguments->positional[i]));
    status = add_originals(&originals, arguments->positional[i], &error);
  }
  if (status) {
    json_decref(runs);
    json_decref(originals);
    return program_fail(&error);
  }
  return program_print_json(ag_json_finish(
      "report", json_pack("{s:{s:O}, s:o, s:o, s:o}", "settings", "runs", runs, "report",
                          ag_json_text(path), "runs", runs, "originals", originals)));
}

static int run_command(cli_arguments *arguments)
{
  ag_error error = {0};
  char *directory = NULL, *path = choose_path(arguments, &directory);
  int status = STATUS_DONE;
  if (cli_given(arguments, "output") && !program_make_directories(directory))
    status = program_fail_system("cannot make the directory", directory);
  else if (ag_report_write(arguments->positional, arguments->positional_count, path,
                           cli_text(arguments, "title"), &error) != AG_OK)
    status = program_fail(&error);
  else if (cli_given(arguments, "json"))
    status = print_json(arguments, path);
  else if (!cli_given(arguments, "quiet"))
    render_format(stdout, "Report      %s\n", path);
  if (status == STATUS_DONE)
    warn(arguments);
  free(path);
  free(directory);
  return status;
}

const cli_command command_report = {
    .name = "report",
    .summary = "write a page about finished runs, to read and to print",
    .description = report_description,
    .arguments = report_arguments,
    .options = report_options,
    .examples = report_examples,
    .run = run_command,
    .without_game = true,
};
