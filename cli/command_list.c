/* aligngame list: what this build knows. */
#include <stdlib.h>

#include <jansson.h>

#include <aligngame/catalogue.h>

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

static const cli_option list_options[] = {{NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example list_examples[] = {
    {"aligngame list", "The kinds, with how many there are of each."},
    {"aligngame list rewards", "Every reward, with the line that asks for it in a game file."},
    {"aligngame list presets --json", "The same as data."},
    {NULL, NULL}};

static const char list_description[] =
    "Lists what a game file can ask for in this build, each with a line of explanation and an "
    "example.";

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
    json_array_append_new(
        kinds, json_pack("{s:s, s:I}", "kind", kind, "count", (json_int_t)entry_count(kind)));
  return json_pack("{s:o}", "kinds", kinds);
}

static json_t *entries_document(const char *kind)
{
  json_t *entries = json_array();
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    json_array_append_new(entries, json_pack("{s:s, s:s, s:s?}", "name", entry.name, "summary",
                                             entry.summary, "example", entry.example));
  return json_pack("{s:s, s:o}", "kind", kind, "entries", entries);
}

static void print_kinds(void)
{
  const char *kind;
  for (size_t i = 0; (kind = kind_word(i)); i++)
    printf("%-14s %zu\n", kind, entry_count(kind));
}

static void print_entries(const char *kind)
{
  enum { INDENT = 4 };
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++) {
    printf("%s%s%s\n", render_bold(), entry.name, render_plain());
    render_wrap(stdout, entry.summary, 0, INDENT);
    if (entry.example)
      printf("%*s%s%s%s\n", INDENT, "", render_dim(), entry.example, render_plain());
  }
}

static int list_command(cli_arguments *arguments)
{
  const char *kind = cli_positional(arguments, 0);
  json_t *document = kind ? entries_document(kind) : kinds_document();
  if (cli_given(arguments, "json"))
    program_print_json(json_dumps(document, JSON_INDENT(2)));
  else if (kind)
    print_entries(kind);
  else
    print_kinds();
  int status = program_save_json(json_dumps(document, JSON_INDENT(2)),
                                 cli_text(arguments, "output"), "list.json");
  json_decref(document);
  return status;
}

const cli_command command_list = {
    .name = "list",
    .summary = "what a game file can ask for: rewards, metrics, presets, ...",
    .description = list_description,
    .arguments = list_arguments,
    .options = list_options,
    .examples = list_examples,
    .run = list_command,
};
