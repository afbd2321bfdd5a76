/* aligngame list: what this build knows. */
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "entry.h"
#include "options.h"
#include "program.h"
#include "render.h"

static const char *kind_word(size_t index)
{
  return index < ag_catalogue_kind_count() ? ag_catalogue_kind(index) : NULL;
}

static const cli_argument list_arguments[] = {
    {"KIND", CLI_WORD, false, "What to list; nothing lists the kinds", kind_word},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option list_options[] = {
    {"show", 0, CLI_TEXT, "NAME", "Only this entry; of a preset the game file that it is", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example list_examples[] = {
    {"aligngame list", "The kinds, with how many there are of each."},
    {"aligngame list rewards", "Every reward, with the line that asks for it in a game file."},
    {"aligngame list generators --show gmm", "One entry, with its keys."},
    {"aligngame list presets --show compromise", "The game file of a preset, to begin with."},
    {"aligngame list metrics --json", "The same as data."},
    {NULL, NULL}};

static const char list_description[] =
    "Lists what a game file can ask for in this build, each with a line of explanation, an example "
    "and its keys: what they mean, what they take, in which unit, within which bounds, and what "
    "holds without them.";

static size_t entry_count(const char *kind)
{
  ag_catalogue_entry entry;
  size_t count = 0;
  while (ag_catalogue_entry_at(kind, count, &entry))
    count++;
  return count;
}

static json_t *kinds_document(void)
{
  json_t *kinds = json_array();
  const char *kind;
  for (size_t i = 0; (kind = kind_word(i)); i++)
    ag_json_append(&kinds, json_pack("{s:s, s:I, s:s}", "kind", kind, "count",
                                     (json_int_t)entry_count(kind), "summary",
                                     ag_catalogue_kind_summary(i)));
  return json_pack("{s:o}", "kinds", kinds);
}

static bool is_wanted(const ag_catalogue_entry *entry, const char *only)
{
  return !only || strcmp(only, entry->name) == 0;
}

static json_t *entries_document(const char *kind, const char *only)
{
  json_t *entries = json_array();
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    if (is_wanted(&entry, only))
      ag_json_append(&entries, entry_document(kind, &entry));
  return json_pack("{s:s, s:o}", "kind", kind, "entries", entries);
}

static void print_kinds(void)
{
  const char *kind;
  for (size_t i = 0; (kind = kind_word(i)); i++)
    printf("%-12s %3zu  %s\n", kind, entry_count(kind), ag_catalogue_kind_summary(i));
}

static void print_entries(const char *kind, const char *only)
{
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    if (is_wanted(&entry, only))
      entry_print(stdout, kind, &entry);
}

static bool has_entry(const char *kind, const char *name)
{
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    if (is_wanted(&entry, name))
      return true;
  return false;
}

static void print_list(const char *kind, const char *only)
{
  const char *game = only && strcmp(kind, "presets") == 0 ? ag_preset_text(only) : NULL;
  if (game)
    fputs(game, stdout);
  else if (kind)
    print_entries(kind, only);
  else
    print_kinds();
}

static char *list_document(const char *kind, const char *only)
{
  json_t *document = kind ? entries_document(kind, only) : kinds_document();
  ag_json_put(&document, "settings", json_pack("{s:s?, s:s?}", "kind", kind, "show", only));
  return ag_json_finish("list", document);
}

static int list_command(cli_arguments *arguments)
{
  const char *kind = cli_positional(arguments, 0);
  const char *only = cli_text(arguments, "show");
  if (only && !kind)
    cli_usage_error(arguments->command, "--show needs a KIND");
  if (only && !has_entry(kind, only))
    cli_usage_error(arguments->command, "none of the %s is called '%s'", kind, only);
  if (cli_given(arguments, "json"))
    program_print_json(list_document(kind, only));
  else
    print_list(kind, only);
  return program_save_json(list_document(kind, only), cli_text(arguments, "output"), "list.json");
}

const cli_command command_list = {
    .name = "list",
    .summary = "what a game file can ask for: rewards, metrics, presets, ...",
    .description = list_description,
    .arguments = list_arguments,
    .options = list_options,
    .examples = list_examples,
    .run = list_command,
    .without_game = true,
    .results = {"\"aligngame/list/", (const char *const[]){"list.json", NULL}},
};
