/* aligngame help: the same as --help. */
#include <stdlib.h>
#include <string.h>

#include <aligngame/document.h>

#include "help.h"
#include "options.h"
#include "program.h"
#include "render.h"

static const cli_argument help_arguments[] = {
    {"COMMAND", CLI_TEXT, false, "The command; nothing shows all of them", cli_command_name},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option help_options[] = {{NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example help_examples[] = {
    {"aligngame help", "All commands; the same as aligngame --help."},
    {"aligngame help run", "Everything about one; the same as aligngame run --help."},
    {NULL, NULL}};

static const cli_command *find_command(const char *name)
{
  for (const cli_command *const *command = cli_commands; name && *command; command++)
    if (strcmp((*command)->name, name) == 0)
      return *command;
  return NULL;
}

static json_t *document(const cli_command *command)
{
  char *usage = help_usage(command);
  json_t *commands = json_array();
  for (const cli_command *const *each = cli_commands; *each; each++)
    if (!command || *each == command)
      ag_json_append(&commands,
                     json_pack("{s:s, s:s}", "name", (*each)->name, "summary", (*each)->summary));
  json_t *made = json_pack("{s:s, s:o}", "usage", usage, "commands", commands);
  free(usage);
  return made;
}

static int help_command(cli_arguments *arguments)
{
  const char *word = cli_positional(arguments, 0);
  const cli_command *command = find_command(word);
  if (word && !command && explain_knows(word)) {
    render_format(stdout, "'%s' is no command but a word: aligngame explain %s\n", word, word);
    return STATUS_DONE;
  }
  if (word && !command) {
    const char *best = cli_nearest(word, cli_command_name);
    cli_usage_error(NULL, "unknown command '%s'%s%s%s", word, best ? "; did you mean '" : "",
                    best ? best : "", best ? "'?" : "");
  }
  if (cli_given(arguments, "json"))
    return program_print_json(ag_json_finish("help", document(command)));
  help_print(stdout, command);
  return STATUS_DONE;
}

const cli_command command_help = {
    .name = "help",
    .summary = "everything about a command; the same as its --help",
    .description = "Shows what a command does, its options and examples. A word that is a term and "
                   "no command is left to `aligngame explain`.",
    .arguments = help_arguments,
    .options = help_options,
    .examples = help_examples,
    .run = help_command,
    .without_game = true,
};
