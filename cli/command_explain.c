/* aligngame explain: what a word of the field means. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "help.h"
#include "options.h"
#include "program.h"
#include "render.h"
#include "terms.h"

static const char *term_word(size_t index)
{
  return cli_terms[index].name;
}

static const cli_argument explain_arguments[] = {
    {"WORD", CLI_TEXTS, false,
     "A term, an entry of `aligngame list`, or a key of a game file; nothing lists the terms",
     term_word},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option explain_options[] = {{NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example explain_examples[] = {
    {"aligngame explain", "All terms."},
    {"aligngame explain lock-in", "What lock-in is, and a command that shows it."},
    {"aligngame explain effective number", "A term of two words; the metric of this name as well."},
    {"aligngame explain real_share", "A key of a game file: what it takes and what it means."},
    {NULL, NULL}};

static const char explain_description[] =
    "Explains a term of the field in three sentences, with a command that shows it. Words that a "
    "game file uses, the rewards, steps, metrics, generators and keys of this build, are explained "
    "from the tables that the program reads by.";

/* ---- finding ---- */

/* Lower case, with one kind of dash for spaces and underscores; on the heap. */
static char *fold(const char *word)
{
  static const char dash[] = "–";
  char *folded = program_allocate(strlen(word) + 1, 1), *to = folded;
  for (; *word; word++)
    if (strncmp(word, dash, sizeof dash - 1) == 0) {
      *to++ = '-';
      word += sizeof dash - 2;
    } else {
      *to++ = strchr(" _", *word) ? '-' : (char)tolower((unsigned char)*word);
    }
  return folded;
}

/* Whether the words are the same, one of them perhaps with an s behind it. */
static bool is_word(const char *name, size_t length, const char *wanted)
{
  char *part = program_format("%.*s", (int)length, name), *folded = fold(part);
  size_t longest = strlen(folded), other = strlen(wanted);
  size_t shortest = longest < other ? longest : other;
  if (longest < other)
    longest = other;
  bool same = strncmp(folded, wanted, shortest) == 0 &&
              (longest == shortest || (longest == shortest + 1 && shortest > 2 &&
                                       (folded[shortest] == 's' || wanted[shortest] == 's')));
  free(folded);
  free(part);
  return same;
}

static bool is_term(const cli_term *term, const char *wanted)
{
  if (is_word(term->name, strlen(term->name), wanted))
    return true;
  for (const char *also = term->also; also; also = strchr(also, ',') ? strchr(also, ',') + 1 : NULL)
    if (is_word(also, strcspn(also, ","), wanted))
      return true;
  return false;
}

static const cli_term *find_term(const char *wanted)
{
  for (const cli_term *term = cli_terms; term->name; term++)
    if (is_term(term, wanted))
      return term;
  return NULL;
}

/* A key's own name is what stands behind the last point. */
static bool is_key(const ag_catalogue_parameter *parameter, const char *wanted)
{
  const char *point = strrchr(parameter->name, '.');
  const char *name = point ? point + 1 : parameter->name;
  return *name && (is_word(name, strlen(name), wanted) ||
                   is_word(parameter->name, strlen(parameter->name), wanted));
}

/* What is done with an entry, and with a key of it where there is one. */
typedef void entry_visitor(void *to, size_t kind, const ag_catalogue_entry *entry,
                           const ag_catalogue_parameter *key);

/* Calls visit for the entries of this name, or else for the keys; returns how many there were. */
static size_t visit_entries(const char *wanted, bool keys, entry_visitor *visit, void *to)
{
  size_t found = 0;
  ag_catalogue_entry entry;
  ag_catalogue_parameter key;
  for (size_t k = 0; k < ag_catalogue_kind_count(); k++)
    for (size_t i = 0; ag_catalogue_entry_at(ag_catalogue_kind(k), i, &entry); i++) {
      if (!keys && is_word(entry.name, strlen(entry.name), wanted)) {
        visit(to, k, &entry, NULL);
        found++;
      }
      for (size_t p = 0;
           keys && ag_catalogue_parameter_at(ag_catalogue_kind(k), entry.name, p, &key); p++)
        if (is_key(&key, wanted)) {
          visit(to, k, &entry, &key);
          found++;
        }
    }
  return found;
}

static void pass_by(void *to, size_t kind, const ag_catalogue_entry *entry,
                    const ag_catalogue_parameter *key)
{
  (void)to, (void)kind, (void)entry, (void)key;
}

/* ---- words ---- */

static void print_term(const cli_term *term)
{
  printf("%s%s%s\n", render_bold(), term->name, render_plain());
  for (size_t i = 0; i < TERM_SENTENCES; i++)
    render_wrap(stdout, term->sentence[i], 0, 4);
  printf("    %s%s%s\n", render_dim(), term->command, render_plain());
}

static void print_entry(void *to, size_t kind, const ag_catalogue_entry *entry,
                        const ag_catalogue_parameter *key)
{
  size_t *printed = to;
  if ((*printed)++)
    putchar('\n');
  if (!key) {
    printf("In %s: %s\n", ag_catalogue_kind(kind), ag_catalogue_kind_summary(kind));
    entry_print(stdout, ag_catalogue_kind(kind), entry);
    return;
  }
  printf("%s%s%s, a key of %s (%s)\n", render_bold(), key->name, render_plain(), entry->name,
         ag_catalogue_kind(kind));
  render_say(stdout, 0, 4, "%s; %s", key->takes, key->otherwise);
  render_wrap(stdout, key->help, 0, 4);
}

static void print_terms(void)
{
  char *list = program_format("%s", "");
  for (const cli_term *term = cli_terms; term->name; term++)
    program_append(&list, "%s%s", term == cli_terms ? "" : ", ", term->name);
  render_wrap(stdout, list, 0, 0);
  free(list);
  puts("\n`aligngame explain WORD` explains one; entries and keys of `aligngame list` are words "
       "too.");
}

static void print_word(const char *wanted)
{
  const cli_term *term = find_term(wanted);
  size_t printed = term != NULL;
  if (term)
    print_term(term);
  if (!visit_entries(wanted, false, print_entry, &printed))
    visit_entries(wanted, true, print_entry, &printed);
}

/* ---- data ---- */

static json_t *term_document(const cli_term *term)
{
  json_t *sentences = json_array(), *also = json_array();
  for (size_t i = 0; i < TERM_SENTENCES; i++)
    ag_json_append(&sentences, json_string(term->sentence[i]));
  for (const char *word = term->also; word; word = strchr(word, ',') ? strchr(word, ',') + 1 : NULL)
    ag_json_append(&also, json_stringn(word, strcspn(word, ",")));
  return json_pack("{s:s, s:o, s:o, s:s}", "term", term->name, "also", also, "sentences", sentences,
                   "command", term->command);
}

static void add_entry(void *to, size_t kind, const ag_catalogue_entry *entry,
                      const ag_catalogue_parameter *key)
{
  json_t *made = entry_document(ag_catalogue_kind(kind), entry);
  ag_json_put(&made, "kind", json_string(ag_catalogue_kind(kind)));
  if (key)
    ag_json_put(&made, "key", json_string(key->name));
  ag_json_append(to, made);
}

static json_t *word_document(const char *wanted)
{
  const cli_term *term = wanted ? find_term(wanted) : NULL;
  json_t *terms = json_array(), *entries = json_array();
  for (const cli_term *each = cli_terms; each->name; each++)
    if (!wanted || each == term)
      ag_json_append(&terms, term_document(each));
  if (wanted && !visit_entries(wanted, false, add_entry, &entries))
    visit_entries(wanted, true, add_entry, &entries);
  return json_pack("{s:s?, s:o, s:o}", "word", wanted, "terms", terms, "entries", entries);
}

/* ---- the command ---- */

/* The arguments as one word; NULL: there are none. */
static char *join_words(const cli_arguments *arguments)
{
  char *words = NULL;
  const char *word;
  for (size_t i = 0; (word = cli_positional(arguments, i)); i++) {
    char *longer = words ? program_format("%s %s", words, word) : program_format("%s", word);
    free(words);
    words = longer;
  }
  return words;
}

/* Terms first, then the words of the catalogue. */
static const char *any_word(size_t index)
{
  ag_catalogue_entry entry;
  for (const cli_term *term = cli_terms; term->name; term++)
    if (index-- == 0)
      return term->name;
  for (size_t k = 0; k < ag_catalogue_kind_count(); k++)
    for (size_t i = 0; ag_catalogue_entry_at(ag_catalogue_kind(k), i, &entry); i++)
      if (index-- == 0)
        return entry.name;
  return NULL;
}

static _Noreturn void fail_word(const cli_arguments *arguments, const char *words)
{
  const char *best = cli_nearest(words, any_word);
  char *known = program_format("%s", "");
  for (const cli_term *term = cli_terms; term->name; term++)
    program_append(&known, "%s%s", term == cli_terms ? "" : ", ", term->name);
  cli_usage_error(arguments->command, "nothing is known of '%s'%s%s%s\nThe terms are: %s", words,
                  best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "", known);
}

bool explain_knows(const char *word)
{
  char *wanted = fold(word);
  bool knows = find_term(wanted) || visit_entries(wanted, false, pass_by, NULL) ||
               visit_entries(wanted, true, pass_by, NULL);
  free(wanted);
  return knows;
}

static int explain_command(cli_arguments *arguments)
{
  char *words = join_words(arguments), *wanted = words ? fold(words) : NULL;
  if (words && !explain_knows(words))
    fail_word(arguments, words);
  json_t *document = word_document(wanted);
  if (cli_given(arguments, "json"))
    program_print_json(ag_json_finish("explain", json_incref(document)));
  else if (wanted)
    print_word(wanted);
  else
    print_terms();
  int status = program_save_json(ag_json_finish("explain", document), cli_text(arguments, "output"),
                                 "explain.json");
  free(wanted);
  free(words);
  return status;
}

const cli_command command_explain = {
    .name = "explain",
    .summary = "what a term of the field means, with a command that shows it",
    .description = explain_description,
    .arguments = explain_arguments,
    .options = explain_options,
    .examples = explain_examples,
    .run = explain_command,
    .without_game = true,
    .results = {"\"aligngame/explain/", (const char *const[]){"explain.json", NULL}},
};
