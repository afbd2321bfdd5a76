/* aligngame export: a finished run for other programs. */
#include <aligngame/document.h>
#include <aligngame/run.h>

#include "options.h"
#include "program.h"
#include "render.h"

static const cli_argument export_arguments[] = {
    {"RUN", CLI_DIRECTORY, true, "The directory of a finished run, as `aligngame run` writes it",
     NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option export_options[] = {
    {"hdf5", 0, CLI_FILE, "FILE", "Write the run's arrays and metrics into this HDF5 file", true},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example export_examples[] = {
    {"aligngame export runs/films --hdf5 films.h5", "The arrays of a run for HDF5's readers."},
    {NULL, NULL}};

static const char export_description[] =
    "Writes what a finished run has kept in one file of another format. The arrays have the names "
    "that they have in the run's outcome.safetensors; besides there are metric (a row a "
    "generation) and metric_name. The run is only read: a file of it that has changed is named, "
    "and nothing is written then.";

static int run_command(cli_arguments *arguments)
{
  ag_error error = {0};
  const char *directory = cli_positional(arguments, 0), *path = cli_text(arguments, "hdf5");
  if (cli_given(arguments, "output"))
    cli_usage_error(arguments->command, "option '--output': '--hdf5' names the file");
  if (ag_run_export_hdf5(directory, path, &error) != AG_OK)
    return program_fail(&error);
  if (cli_given(arguments, "json"))
    return program_print_json(ag_json_finish(
        "export", json_pack("{s:{s:o}, s:o, s:o}", "settings", "run", ag_json_text(directory),
                            "run", ag_json_text(directory), "hdf5", ag_json_text(path))));
  if (!cli_given(arguments, "quiet"))
    render_format(stdout, "HDF5        %s\n", path);
  return STATUS_DONE;
}

const cli_command command_export = {
    .name = "export",
    .summary = "a finished run as a file of another format",
    .description = export_description,
    .arguments = export_arguments,
    .options = export_options,
    .examples = export_examples,
    .run = run_command,
    .without_game = true,
};
