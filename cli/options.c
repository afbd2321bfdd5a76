#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"

const cli_argument cli_game_argument[] = {{"GAME.yaml", CLI_FILE, true, "The game file", NULL},
                                          {NULL, CLI_FLAG, false, NULL, NULL}};

const cli_option cli_common_options[] = {
    {"help", 'h', CLI_FLAG, NULL, "Show this help, with examples, and exit", false},
    {"version", 'V', CLI_FLAG, NULL, "Show the version and exit", false},
    {"json", 0, CLI_FLAG, NULL, "Print the results as one JSON document and nothing else", false},
    {"quiet", 'q', CLI_FLAG, NULL, "No progress and no summary: only data and errors", false},
    {"threads", 0, CLI_THREADS, "N",
     "Use N threads (default: all cores); the results are the same bits for any number", false},
    {"seed", 0, CLI_SEED, "N", "Derive all randomness from N; short for -s seed=N", false},
    {"set", 's', CLI_OVERRIDE, "KEY.PATH=VALUE",
     "Override a value of the game, such as curators.owner.pool=inf; a name with a point in it "
     "stands in "
     "quotes: 'curators.\"gpt-4.1\".pool=4'; may be repeated",
     false},
    {"output", 'o', CLI_DIRECTORY, "DIR", "Write the files into DIR", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

/* ---- values ---- */

static bool is_text(const char *text)
{
  return *text != '\0';
}

/* A decimal integer from least to most, with nothing before or after it. */
static bool read_integer(const char *text, char **end, uint64_t least, uint64_t *value)
{
  if (!isdigit((unsigned char)*text))
    return false;
  errno = 0;
  *value = strtoull(text, end, 10);
  return errno == 0 && *value >= least;
}

static bool is_integer_from(const char *text, uint64_t least, uint64_t most)
{
  char *end;
  uint64_t value;
  return read_integer(text, &end, least, &value) && *end == '\0' && value <= most;
}

static bool is_count(const char *text)
{
  return is_integer_from(text, 1, INT_MAX);
}

static bool is_threads(const char *text)
{
  return is_integer_from(text, 1, 4096);
}

static bool is_seed(const char *text)
{
  return is_integer_from(text, 0, INT64_MAX);
}

static bool is_number(const char *text)
{
  char *end;
  double value = strtod(text, &end);
  return end != text && *end == '\0' && isfinite(value) && value >= 0;
}

static bool is_positive(const char *text)
{
  return is_number(text) && strtod(text, NULL) > 0;
}

static bool is_pool(const char *text)
{
  ag_pool pool;
  return ag_pool_read(text, &pool, NULL) == AG_OK;
}

static bool is_generations(const char *text)
{
  for (;;) {
    char *end;
    uint64_t value;
    if (!read_integer(text, &end, 0, &value) || value > INT_MAX)
      return false;
    if (*end == '\0')
      return true;
    if (*end != ',')
      return false;
    text = end + 1;
  }
}

static bool is_override(const char *text)
{
  const char *equals = strchr(text, '=');
  return equals && equals != text;
}

/* By kind: what a value must be, and how that is checked. */
static const struct {
  bool (*check)(const char *text);
  const char *expected;
} kinds[] = {
    [CLI_FLAG] = {NULL, NULL},
    [CLI_TEXT] = {is_text, "a name"},
    [CLI_TEXTS] = {is_text, "a word"},
    [CLI_WORD] = {NULL, NULL}, /* checked against its words */
    [CLI_FILE] = {is_text, "a file"},
    [CLI_DIRECTORY] = {is_text, "a directory"},
    [CLI_DIRECTORIES] = {is_text, "a directory"},
    [CLI_COUNT] = {is_count, "an integer from 1 to 2147483647"},
    [CLI_THREADS] = {is_threads, "an integer from 1 to 4096"},
    [CLI_SEED] = {is_seed, "an integer from 0 to 9223372036854775807"},
    [CLI_POSITIVE] = {is_positive, "a number above 0"},
    [CLI_NUMBER] = {is_number, "a number from 0"},
    [CLI_POOL] = {is_pool, "a pool size: an integer from 2 to 2^53, or inf"},
    [CLI_GENERATIONS] = {is_generations, "generations such as 1,5,60, at most 2147483647"},
    [CLI_OVERRIDE] = {is_override, "KEY.PATH=VALUE, such as generations=100"},
};

/* ---- bad usage ---- */

void cli_usage_error(const cli_command *command, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  fputs("aligngame: error: ", stderr);
  char *text = program_format_list(format, list);
  va_end(list);
  render_format(stderr, "%s", text);
  free(text);
  fprintf(stderr, "\nTry 'aligngame %s%s--help'.\n", command ? command->name : "",
          command ? " " : "");
  /* At once: callers anywhere may still hold memory, which goes with the process. */
  fflush(stderr);
  program_leave_at_once(STATUS_USAGE);
}

static size_t lesser(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours between the
 * leading LONGEST characters. */
static size_t edit_distance(const char *a, const char *b)
{
  enum { LONGEST = 63 };
  size_t rows[3][LONGEST + 1]; /* the row before the last, the last, this one */
  size_t *before = rows[0], *last = rows[1], *row = rows[2];
  size_t width = strnlen(b, LONGEST), height = strnlen(a, LONGEST);
  for (size_t j = 0; j <= width; j++)
    last[j] = before[j] = j;
  for (size_t i = 1; i <= height; i++) {
    row[0] = i;
    for (size_t j = 1; j <= width; j++) {
      row[j] = lesser(lesser(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = lesser(row[j], before[j - 2] + 1);
    }
    size_t *oldest = before;
    before = last;
    last = row;
    row = oldest;
  }
  return last[width];
}

/* Keeps in *best the name that is nearest to word, if it is near enough. */
static void consider(const char *word, const char *name, const char **best, size_t *distance)
{
  size_t this_distance = edit_distance(word, name);
  bool starts_alike = strlen(word) > 2 && strncmp(word, name, strlen(word)) == 0;
  if (starts_alike)
    this_distance = 1;
  if (this_distance < *distance) {
    *distance = this_distance;
    *best = name;
  }
}

static size_t farthest_suggestion(const char *word)
{
  return 2 + strlen(word) / 4;
}

static const char *nearest_option(const char *word, const cli_command *command)
{
  const char *best = NULL;
  size_t distance = farthest_suggestion(word);
  for (const cli_option *option = cli_common_options; option->name; option++)
    consider(word, option->name, &best, &distance);
  for (const cli_option *option = command ? command->options : NULL; option && option->name;
       option++)
    consider(word, option->name, &best, &distance);
  return best;
}

const char *cli_nearest(const char *word, const char *(*word_at)(size_t index))
{
  const char *best = NULL, *name;
  size_t distance = farthest_suggestion(word);
  for (size_t i = 0; (name = word_at(i)); i++)
    consider(word, name, &best, &distance);
  return best;
}

const char *cli_command_name(size_t index)
{
  return cli_commands[index] ? cli_commands[index]->name : NULL;
}

static _Noreturn void fail_unknown_command(const char *word)
{
  const char *best = cli_nearest(word, cli_command_name);
  if (best)
    cli_usage_error(NULL, "unknown command '%s'; did you mean '%s'?", word, best);
  cli_usage_error(NULL, "unknown command '%s'", word);
}

static void check_word(const cli_command *command, const cli_argument *argument, const char *text)
{
  const char *best = cli_nearest(text, argument->word), *word;
  char *known = program_format("%s", "");
  for (size_t i = 0; (word = argument->word(i)); i++) {
    if (strcmp(word, text) == 0) {
      free(known);
      return;
    }
    program_append(&known, "%s%s", i ? ", " : "", word);
  }
  cli_usage_error(command, "unknown %s '%s'; available: %s%s%s%s", argument->name, text, known,
                  best ? "; did you mean '" : "", best ? best : "", best ? "'?" : "");
}

/* ---- getopt's tables, made from ours ---- */

typedef struct getopt_table {
  size_t count;
  const cli_option **option; /* [count] */
  struct option *longs;      /* [count + 1] */
  char *letters;
} getopt_table;

static void table_add(getopt_table *table, const cli_option *options)
{
  for (; options->name; options++) {
    size_t count = table->count++;
    table->option = program_resize(table->option, count + 1, sizeof *table->option);
    table->longs = program_resize(table->longs, count + 2, sizeof *table->longs);
    table->option[count] = options;
    table->longs[count] = (struct option){
        options->name, options->kind == CLI_FLAG ? no_argument : required_argument, NULL, 0};
    table->longs[count + 1] = (struct option){0};
    if (options->letter)
      program_append(&table->letters, "%c%s", options->letter,
                     options->kind == CLI_FLAG ? "" : ":");
  }
}

static void table_free(getopt_table *table)
{
  free(table->option);
  free(table->longs);
  free(table->letters);
}

static const cli_option *table_find_letter(const getopt_table *table, int letter)
{
  for (size_t i = 0; i < table->count; i++)
    if (table->option[i]->letter == letter)
      return table->option[i];
  return NULL;
}

static const cli_option *table_find_name(const getopt_table *table, const char *name)
{
  for (size_t i = 0; i < table->count; i++)
    if (strcmp(table->option[i]->name, name) == 0)
      return table->option[i];
  return NULL;
}

/* getopt_long has refused argument: says why. */
static _Noreturn void fail_option(const getopt_table *table, const cli_command *command, int letter,
                                  const char *argument)
{
  bool is_long = strncmp(argument, "--", 2) == 0;
  if (!is_long)
    cli_usage_error(command, "unknown option '-%c'", letter);
  size_t length = strcspn(argument + 2, "=");
  char *name = strndup(argument + 2, length);
  if (name && table_find_name(table, name))
    cli_usage_error(command, "option '--%s' takes no value", name);
  const char *nearest = name ? nearest_option(name, command) : NULL;
  if (nearest)
    cli_usage_error(command, "unknown option '--%s'; did you mean '--%s'?", name, nearest);
  cli_usage_error(command, "unknown option '--%.*s'", (int)length, argument + 2);
}

static void check_value(const cli_command *command, const cli_option *option, const char *text)
{
  if (kinds[option->kind].check && !kinds[option->kind].check(text))
    cli_usage_error(command, "option '--%s': '%s' is not %s", option->name, text,
                    kinds[option->kind].expected);
}

static void keep_value(cli_arguments *arguments, const cli_option *option, const char *text)
{
  size_t count = arguments->value_count++;
  arguments->value = program_resize(arguments->value, count + 1, sizeof *arguments->value);
  arguments->value[count] = (struct cli_value){option, text};
  if (option->kind == CLI_OVERRIDE || option->kind == CLI_SEED)
    cli_add_override(arguments, "%s%s", option->kind == CLI_SEED ? "seed=" : "", text);
}

/* The index in argv of the command's name, or argc. The options of all
 * commands may stand before it. */
static int find_command(int argc, char **argv)
{
  getopt_table table = {.letters = program_format("+:")};
  table_add(&table, cli_common_options);
  for (const cli_command *const *command = cli_commands; *command; command++)
    table_add(&table, (*command)->options);
  int found, index;
  optind = 0;
  opterr = 0;
  do
    found = getopt_long(argc, argv, table.letters, table.longs, &index);
  while (found != -1 && found != '?' && found != ':');
  if (found == '?')
    fail_option(&table, NULL, optopt, argv[optind - 1]);
  table_free(&table);
  return optind;
}

static const cli_command *command_called(const char *name)
{
  for (const cli_command *const *command = cli_commands; *command; command++)
    if (strcmp((*command)->name, name) == 0)
      return *command;
  fail_unknown_command(name);
}

static void parse_options(int argc, char **argv, cli_arguments *arguments)
{
  getopt_table table = {.letters = program_format(":")};
  table_add(&table, cli_common_options);
  if (arguments->command)
    table_add(&table, arguments->command->options);
  int found, index = 0;
  optind = 0;
  while ((found = getopt_long(argc, argv, table.letters, table.longs, &index)) != -1) {
    if (found == ':')
      cli_usage_error(arguments->command, "option '%s' needs a value", argv[optind - 1]);
    if (found == '?')
      fail_option(&table, arguments->command, optopt, argv[optind - 1]);
    const cli_option *option = found ? table_find_letter(&table, found) : table.option[index];
    const char *text = optarg ? optarg : "";
    check_value(arguments->command, option, text);
    keep_value(arguments, option, text);
  }
  table_free(&table);
  for (int i = optind; i < argc; i++)
    arguments->positional[arguments->positional_count++] = argv[i];
}

/* ---- what must be there ---- */

static void check_argument(const cli_command *command, const cli_argument *argument,
                           const char *text)
{
  if (!kinds[argument->kind].check(text))
    cli_usage_error(command, "%s: '%s' is not %s", argument->name, text,
                    kinds[argument->kind].expected);
}

static void check_required(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  size_t index = 0;
  for (const cli_argument *argument = command->arguments; argument->name; argument++, index++) {
    const char *text = cli_positional(arguments, index);
    if (!text && argument->required)
      cli_usage_error(command, "missing argument %s: %s", argument->name, argument->help);
    if (text && argument->kind == CLI_WORD)
      check_word(command, argument, text);
    else if (text)
      check_argument(command, argument, text);
    bool repeats = argument->kind == CLI_DIRECTORIES || argument->kind == CLI_TEXTS;
    for (; repeats && cli_positional(arguments, index + 1); index++)
      check_argument(command, argument, cli_positional(arguments, index + 1));
  }
  if (arguments->positional_count > index)
    cli_usage_error(command, "unexpected argument '%s'", arguments->positional[index]);
  for (const cli_option *option = command->options; option->name; option++)
    if (option->required && !cli_given(arguments, option->name))
      cli_usage_error(command, "missing option --%s %s: %s", option->name, option->value,
                      option->help);
}

/* A value of a game is overridden only where there is one. */
static void check_overrides(const cli_arguments *arguments)
{
  if (arguments->command->without_game && cli_given(arguments, "set"))
    cli_usage_error(arguments->command,
                    "option '--set': '%s' reads no game file, so that %s has no effect",
                    arguments->command->name, cli_text(arguments, "set"));
}

void cli_parse(int argc, char **argv, cli_arguments *arguments)
{
  *arguments = (cli_arguments){
      .positional = program_allocate((size_t)argc + 1, sizeof *arguments->positional)};
  int at = find_command(argc, argv);
  char **rest = program_allocate((size_t)argc + 1, sizeof *rest);
  int count = 0;
  for (int i = 0; i < argc; i++)
    if (i != at)
      rest[count++] = argv[i];
  if (at < argc)
    arguments->command = command_called(argv[at]);
  parse_options(count, rest, arguments);
  free(rest);
  if (arguments->command && !cli_given(arguments, "help") && !cli_given(arguments, "version")) {
    check_overrides(arguments);
    check_required(arguments);
  }
}

void cli_arguments_free(cli_arguments *arguments)
{
  for (size_t i = 0; i < arguments->override_count; i++)
    free((char *)arguments->override[i]);
  free(arguments->override);
  free(arguments->value);
  free(arguments->positional);
}

/* ---- reading the values ---- */

const char *cli_text(const cli_arguments *arguments, const char *name)
{
  for (size_t i = arguments->value_count; i > 0; i--)
    if (strcmp(arguments->value[i - 1].option->name, name) == 0)
      return arguments->value[i - 1].text;
  return NULL;
}

bool cli_given(const cli_arguments *arguments, const char *name)
{
  return cli_text(arguments, name) != NULL;
}

const char *cli_folder(const cli_arguments *arguments)
{
  const char *given = cli_text(arguments, "output");
  return given ? given : arguments->command->folder;
}

size_t cli_count(const cli_arguments *arguments, const char *name, size_t fallback)
{
  const char *text = cli_text(arguments, name);
  return text ? (size_t)strtoull(text, NULL, 10) : fallback;
}

double cli_real(const cli_arguments *arguments, const char *name, double fallback)
{
  const char *text = cli_text(arguments, name);
  return text ? strtod(text, NULL) : fallback;
}

ag_pool cli_pool(const cli_arguments *arguments, const char *name, ag_pool fallback)
{
  const char *text = cli_text(arguments, name);
  if (text)
    ag_pool_read(text, &fallback, NULL); /* checked when parsed */
  return fallback;
}

size_t *cli_generations(const cli_arguments *arguments, const char *name, size_t *count)
{
  const char *text = cli_text(arguments, name);
  *count = 0;
  if (!text)
    return NULL;
  size_t *list = program_allocate(strlen(text), sizeof *list);
  for (char *end; text; text = *end ? end + 1 : NULL)
    list[(*count)++] = (size_t)strtoull(text, &end, 10);
  return list;
}

const char *cli_positional(const cli_arguments *arguments, size_t index)
{
  return index < arguments->positional_count ? arguments->positional[index] : NULL;
}

void cli_add_override(cli_arguments *arguments, const char *format, ...)
{
  va_list list;
  size_t count = arguments->override_count++;
  va_start(list, format);
  arguments->override =
      program_resize((void *)arguments->override, count + 1, sizeof *arguments->override);
  arguments->override[count] = program_format_list(format, list);
  va_end(list);
}
