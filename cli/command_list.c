/* aligngame list: what this build knows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
    json_array_append_new(kinds, json_pack("{s:s, s:I, s:s}", "kind", kind, "count",
                                           (json_int_t)entry_count(kind), "summary",
                                           ag_catalogue_kind_summary(i)));
  return json_pack("{s:o}", "kinds", kinds);
}

/* JSON has no infinity: no bound is null. */
static json_t *bound(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *parameter_document(const ag_catalogue_parameter *p)
{
  json_t *words = p->words ? json_array() : json_null();
  for (size_t w = 0; p->words && p->words[w]; w++)
    json_array_append_new(words, json_string(p->words[w]));
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:b, s:b, s:s?, s:s?, s:o}",
                   "name", p->name, "help", p->help, "kind", p->kind, "takes", p->takes,
                   "otherwise", p->otherwise, "unit", p->unit, "default", p->fallback, "low",
                   bound(p->low), "high", bound(p->high), "above", p->above, "required",
                   p->required, "with", p->with, "without", p->without, "words", words);
}

static json_t *entry_document(const char *kind, const ag_catalogue_entry *entry)
{
  json_t *parameters = json_array();
  ag_catalogue_parameter parameter;
  for (size_t i = 0; ag_catalogue_parameter_at(kind, entry->name, i, &parameter); i++)
    json_array_append_new(parameters, parameter_document(&parameter));
  return json_pack("{s:s, s:s, s:s?, s:o}", "name", entry->name, "summary", entry->summary,
                   "example", entry->example, "parameters", parameters);
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
      json_array_append_new(entries, entry_document(kind, &entry));
  return json_pack("{s:s, s:o}", "kind", kind, "entries", entries);
}

static void print_kinds(void)
{
  const char *kind;
  for (size_t i = 0; (kind = kind_word(i)); i++)
    printf("%-12s %3zu  %s\n", kind, entry_count(kind), ag_catalogue_kind_summary(i));
}

static void print_parameter(const ag_catalogue_parameter *p)
{
  enum { INDENT = 4, COLUMN = 18 };
  char *takes = program_format("%s; %s", p->takes, p->otherwise);
  const char *name = p->name[0] ? p->name : "(value)";
  printf("%*s%s%s%s", INDENT, "", render_bold(), name, render_plain());
  size_t used = INDENT + strlen(name);
  if (used + 2 > COLUMN) {
    putchar('\n');
    used = 0;
  }
  render_wrap(stdout, takes, used, COLUMN);
  render_wrap(stdout, p->help, 0, COLUMN);
  free(takes);
}

static void print_entries(const char *kind, const char *only)
{
  enum { INDENT = 4 };
  ag_catalogue_entry entry;
  ag_catalogue_parameter parameter;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++) {
    if (!is_wanted(&entry, only))
      continue;
    printf("%s%s%s\n", render_bold(), entry.name, render_plain());
    render_wrap(stdout, entry.summary, 0, INDENT);
    if (entry.example)
      printf("%*s%s%s%s\n", INDENT, "", render_dim(), entry.example, render_plain());
    for (size_t k = 0; ag_catalogue_parameter_at(kind, entry.name, k, &parameter); k++)
      print_parameter(&parameter);
  }
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
  json_object_set_new(document, "settings", json_pack("{s:s?, s:s?}", "kind", kind, "show", only));
  return program_document("list", document);
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
};
