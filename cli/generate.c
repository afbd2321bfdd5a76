/* Manual pages and shell completion from the commands' descriptors; the manual page and the
 * reference of game files from the catalogue.
 * Usage: generate man DIR | reference | bash | zsh | fish */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "help.h"
#include "options.h"
#include "program.h"

static const char manual_date[] = "2026-11-21";

/* ---- manual pages ---- */

/* Text that roff shows as it stands. */
static void put_roff(FILE *out, const char *text)
{
  if (*text == '.' || *text == '\'')
    fputs("\\&", out);
  for (; *text; text++)
    switch (*text) {
    case '\\':
      fputs("\\e", out);
      break;
    case '-':
      fputs("\\-", out);
      break;
    case '\n':
      fputs(text[1] == '\n' ? "\n.PP" : "", out);
      text += text[1] == '\n';
      fputc('\n', out);
      break;
    default:
      fputc(*text, out);
    }
}

static void put_roff_line(FILE *out, const char *text)
{
  put_roff(out, text);
  fputc('\n', out);
}

static void put_man_options(FILE *out, const char *title, const cli_option *option)
{
  if (!option->name)
    return;
  fprintf(out, ".SH %s\n", title);
  for (; option->name; option++) {
    fputs(".TP\n", out);
    if (option->letter)
      fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    put_roff(out, option->name);
    fputs("\\fR", out);
    if (option->value)
      fprintf(out, "=\\fI%s\\fR", option->value);
    fputc('\n', out);
    put_roff(out, option->help);
    fputs(option->required ? " (required).\n" : ".\n", out);
  }
}

static void put_man_arguments(FILE *out, const cli_argument *argument)
{
  if (!argument->name)
    return;
  fputs(".SH ARGUMENTS\n", out);
  for (; argument->name; argument++) {
    fprintf(out, ".TP\n\\fI%s\\fR\n", argument->name);
    put_roff(out, argument->help);
    fputs(".\n", out);
    const char *word;
    for (size_t i = 0; argument->kind == CLI_WORD && (word = argument->word(i)); i++)
      fprintf(out, "%s%s", i ? ", " : "One of: ", word);
    fputs(argument->kind == CLI_WORD ? ".\n" : "", out);
  }
}

static void put_man_examples(FILE *out, const cli_example *example)
{
  fputs(".SH EXAMPLES\n", out);
  for (; example->line; example++) {
    fputs(".TP\n\\fB", out);
    put_roff(out, example->line);
    fputs("\\fR\n", out);
    put_roff_line(out, example->meaning);
  }
}

/* A page's title and name; section: "1" and its heading. */
static void put_man_title(FILE *out, const char *name, const char *summary, int section,
                          const char *heading)
{
  fputs(".TH ", out);
  for (const char *c = name; *c; c++)
    fputc(toupper((unsigned char)*c), out);
  fprintf(out, " %d %s \"aligngame %s\" \"%s\"\n.SH NAME\n", section, manual_date, ag_version(),
          heading);
  put_roff(out, name);
  fputs(" \\- ", out);
  put_roff_line(out, summary);
}

static void put_man_header(FILE *out, const char *name, const char *summary,
                           const cli_command *command)
{
  put_man_title(out, name, summary, 1, "User Commands");
  char *usage = help_usage(command);
  fputs(".SH SYNOPSIS\n", out);
  put_roff_line(out, usage);
  free(usage);
}

static void put_man_footer(FILE *out)
{
  fputs(".SH EXIT STATUS\n"
        "0 where all is done, 1 where something failed while running, 2 for bad usage or bad\n"
        "input, 130 where the program was interrupted.\n",
        out);
}

static void put_see_also(FILE *out, const cli_command *self)
{
  fputs(".SH SEE ALSO\n", out);
  fputs(self ? "\\fBaligngame\\fR(1),\n" : "", out);
  fputs("\\fBaligngame\\-game\\fR(5)", out);
  for (const cli_command *const *command = cli_commands; *command; command++) {
    if (*command == self)
      continue;
    fprintf(out, ",\n\\fBaligngame\\-%s\\fR(1)", (*command)->name);
  }
  fputc('\n', out);
}

static void put_command_page(FILE *out, const cli_command *command)
{
  char *name = program_format("aligngame-%s", command->name);
  put_man_header(out, name, command->summary, command);
  free(name);
  fputs(".SH DESCRIPTION\n", out);
  put_roff_line(out, command->description);
  put_man_arguments(out, command->arguments);
  put_man_options(out, "OPTIONS", command->options);
  put_man_options(out, "OPTIONS OF EVERY COMMAND", cli_common_options);
  put_man_footer(out);
  put_man_examples(out, command->examples);
  put_see_also(out, command);
}

static void put_program_page(FILE *out)
{
  put_man_header(out, "aligngame", "recursive curation, played exactly", NULL);
  fputs(".SH DESCRIPTION\n"
        "Plays games of recursive curation: a model shows items, curators keep what they like,\n"
        "the model learns from what was kept, and again. Results go to standard output,\n"
        "everything else to standard error.\n"
        ".SH COMMANDS\n",
        out);
  for (const cli_command *const *command = cli_commands; *command; command++) {
    fprintf(out, ".TP\n\\fB%s\\fR\n", (*command)->name);
    put_roff(out, (*command)->summary);
    fputs(".\n", out);
  }
  put_man_options(out, "OPTIONS OF EVERY COMMAND", cli_common_options);
  put_man_footer(out);
  put_see_also(out, NULL);
}

/* ---- game files ---- */

static const char game_introduction[] =
    "A game file is YAML: a space of what can be generated, curators with their rewards, the loop "
    "of selection and learning, and what is measured. Each key stands here with what it takes, in "
    "which unit and within which bounds, and with what holds where it is not there. Anchors, "
    "aliases and tags are refused, and so is every key that is not known. On the command line -s "
    "KEY.PATH=VALUE changes a value.";

/* A line's first letter as a sentence begins; not a formula's. */
static char begin(const char *line)
{
  bool word = line[0] && (line[1] == ' ' || isalpha((unsigned char)line[1]));
  return word ? (char)toupper((unsigned char)line[0]) : line[0];
}

static void put_man_sentence(FILE *out, const char *line)
{
  char *sentence = program_format("%c%s.\n", begin(line), line + 1);
  put_roff(out, sentence);
  free(sentence);
}

static void put_man_parameter(FILE *out, const ag_catalogue_parameter *p)
{
  fputs(".TP\n\\fB", out);
  put_roff(out, p->name[0] ? p->name : "(value)");
  fputs("\\fR\n", out);
  char *takes = program_format("%s; %s", p->takes, p->otherwise);
  put_man_sentence(out, takes);
  fputs(".br\n", out);
  put_man_sentence(out, p->help);
  free(takes);
}

static void put_man_entry(FILE *out, const char *kind, const ag_catalogue_entry *entry)
{
  ag_catalogue_parameter parameter;
  fprintf(out, ".SS %s\n", entry->name);
  put_man_sentence(out, entry->summary);
  if (entry->example) {
    fputs(".PP\n\\fB", out);
    put_roff(out, entry->example);
    fputs("\\fR\n", out);
  }
  for (size_t i = 0; ag_catalogue_parameter_at(kind, entry->name, i, &parameter); i++)
    put_man_parameter(out, &parameter);
}

static void put_man_kind(FILE *out, size_t number)
{
  const char *kind = ag_catalogue_kind(number);
  ag_catalogue_entry entry;
  fputs(".SH ", out);
  for (const char *c = kind; *c; c++)
    fputc(toupper((unsigned char)*c), out);
  fputc('\n', out);
  put_man_sentence(out, ag_catalogue_kind_summary(number));
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    put_man_entry(out, kind, &entry);
}

static void put_game_page(FILE *out)
{
  put_man_title(out, "aligngame-game", "the game files of aligngame", 5, "File Formats");
  fputs(".SH DESCRIPTION\n", out);
  put_roff_line(out, game_introduction);
  for (size_t k = 0; k < ag_catalogue_kind_count(); k++)
    put_man_kind(out, k);
  fputs(".SH EXAMPLES\n.nf\n", out);
  put_roff(out, ag_preset_text("compromise"));
  fputs(".fi\n.SH SEE ALSO\n\\fBaligngame\\fR(1),\n\\fBaligngame\\-list\\fR(1)\n", out);
}

static void put_reference_entry(const char *kind, const ag_catalogue_entry *entry)
{
  ag_catalogue_parameter p;
  printf("\n### %s\n\n%c%s.\n", entry->name, begin(entry->summary), entry->summary + 1);
  if (entry->example)
    printf("\n```yaml\n%s\n```\n", entry->example);
  for (size_t i = 0; ag_catalogue_parameter_at(kind, entry->name, i, &p); i++)
    printf("%s| %s%s%s | %s | %s | %s |\n",
           i ? "" : "\n| key | takes | | meaning |\n|---|---|---|---|\n", p.name[0] ? "`" : "",
           p.name[0] ? p.name : "the value", p.name[0] ? "`" : "", p.takes, p.otherwise, p.help);
}

static void put_reference(void)
{
  ag_catalogue_entry entry;
  printf("# The keys of a game file\n\n"
         "Made by `build/cli/generate reference > docs/reference.md` from the tables that the "
         "program reads by.\n\n%s\n",
         game_introduction);
  for (size_t k = 0; k < ag_catalogue_kind_count(); k++) {
    const char *kind = ag_catalogue_kind(k);
    const char *summary = ag_catalogue_kind_summary(k);
    printf("\n## %c%s\n\n%c%s.\n", begin(kind), kind + 1, begin(summary), summary + 1);
    for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
      put_reference_entry(kind, &entry);
  }
}

/* ---- files ---- */

/* Writes a page into directory: of a command where there is one, of game files for section 5,
 * otherwise the program's. */
static bool write_page(const char *directory, int section, const cli_command *command)
{
  char *path = program_format("%s/aligngame%s%s.%d", directory, command || section == 5 ? "-" : "",
                              command        ? command->name
                              : section == 5 ? "game"
                                             : "",
                              section);
  FILE *out = fopen(path, "w");
  bool written = false;
  if (out) {
    if (command)
      put_command_page(out, command);
    else
      (section == 5 ? put_game_page : put_program_page)(out);
    written = !ferror(out);
    written = fclose(out) == 0 && written;
  }
  if (!written)
    program_fail_system("cannot write", path);
  free(path);
  return written;
}

static int write_pages(const char *directory)
{
  if (!program_make_directories(directory))
    return program_fail_system("cannot make the directory", directory);
  bool written = write_page(directory, 1, NULL) && write_page(directory, 5, NULL);
  for (const cli_command *const *command = cli_commands; *command && written; command++)
    written = write_page(directory, 1, *command);
  return written ? STATUS_DONE : STATUS_FAILED;
}

/* ---- completion: what they share ---- */

/* Prints text with a backslash before each of the characters in special; a
 * single quote becomes '\'' so that it can stand inside single quotes. */
static void put_quoted(const char *text, const char *special)
{
  for (; *text; text++) {
    if (*text == '\'') {
      fputs("'\\''", stdout);
      continue;
    }
    if (strchr(special, *text))
      putchar('\\');
    putchar(*text);
  }
}

static bool is_path(cli_kind kind)
{
  return kind == CLI_FILE || kind == CLI_DIRECTORY || kind == CLI_DIRECTORIES;
}

static void put_words(const cli_argument *argument)
{
  const char *word;
  for (size_t i = 0; (word = argument->word(i)); i++) {
    printf("%s", i ? " " : "");
    for (; *word; word++)
      putchar(*word == ' ' ? '-' : *word); /* which `explain` reads alike */
  }
}

/* ---- bash ---- */

static void put_bash_option_names(const cli_option *option)
{
  for (; option->name; option++)
    printf(" --%s", option->name);
}

/* A case for the options whose values are of one kind. */
static void put_bash_values(const cli_option *options, cli_kind kind, const char *reply)
{
  bool first = true;
  for (const cli_option *option = options; option->name; option++) {
    if (option->kind != kind)
      continue;
    printf("%s--%s", first ? "    " : "|", option->name);
    if (option->letter)
      printf("|-%c", option->letter);
    first = false;
  }
  if (!first)
    printf(") %s; return ;;\n", reply);
}

static void put_bash_all_values(const cli_option *options)
{
  for (cli_kind kind = CLI_TEXT; kind <= CLI_OVERRIDE; kind++)
    put_bash_values(options, kind,
                    kind == CLI_FILE        ? "COMPREPLY=($(compgen -f -- \"$current\"))"
                    : kind == CLI_DIRECTORY ? "COMPREPLY=($(compgen -d -- \"$current\"))"
                                            : "COMPREPLY=()");
}

static void put_bash_command(const cli_command *command)
{
  const cli_argument *argument = command->arguments;
  printf("  %s)\n    case $previous in\n", command->name);
  put_bash_all_values(command->options);
  printf("    esac\n    options='");
  put_bash_option_names(cli_common_options);
  put_bash_option_names(command->options);
  printf("'\n");
  if (argument->name && argument->word) {
    printf("    words='");
    put_words(argument);
    printf("'\n");
  }
  if (argument->name && is_path(argument->kind))
    printf("    files=1\n");
  printf("    ;;\n");
}

static void put_bash(void)
{
  printf("# bash completion for aligngame\n"
         "_aligngame() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  local command= word words= options= files=\n"
         "  local commands='");
  for (const cli_command *const *command = cli_commands; *command; command++)
    printf("%s%s", command == cli_commands ? "" : " ", (*command)->name);
  printf("'\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\"; do\n"
         "    [[ \" $commands \" == *\" $word \"* ]] && command=$word && break\n"
         "  done\n"
         "  case $previous in\n");
  put_bash_all_values(cli_common_options);
  printf("  esac\n"
         "  case $command in\n"
         "  '')\n    words=$commands\n    options='");
  put_bash_option_names(cli_common_options);
  printf("'\n    ;;\n");
  for (const cli_command *const *command = cli_commands; *command; command++)
    put_bash_command(*command);
  printf("  esac\n"
         "  if [[ $current == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
         "  elif [[ -n $files ]]; then\n"
         "    COMPREPLY=($(compgen -f -- \"$current\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _aligngame aligngame\n");
}

/* ---- zsh ---- */

static const char *zsh_action(cli_kind kind)
{
  return kind == CLI_FILE ? "_files" : is_path(kind) ? "_files -/" : " ";
}

static void put_zsh_options(const cli_option *option)
{
  for (; option->name; option++) {
    const char *equals = option->value ? "=" : "";
    const char *repeat = option->kind == CLI_OVERRIDE ? "*" : "";
    printf(" \\\n      ");
    if (option->letter)
      printf("'%s'{-%c%s,--%s%s}'[", repeat, option->letter, option->value ? "+" : "", option->name,
             equals);
    else
      printf("'--%s%s[", option->name, equals);
    put_quoted(option->help, "[]:");
    printf("]");
    if (option->value)
      printf(":%s:%s", option->value, zsh_action(option->kind));
    printf("'");
  }
}

static void put_zsh_command(const cli_command *command)
{
  printf("    %s)\n      _arguments -s", command->name);
  put_zsh_options(cli_common_options);
  put_zsh_options(command->options);
  for (const cli_argument *argument = command->arguments; argument->name; argument++) {
    const char *place = argument->kind == CLI_DIRECTORIES || argument->kind == CLI_TEXTS ? "*"
                        : argument->required                                             ? ""
                                                                                         : ":";
    printf(" \\\n      '%s:%s:", place, argument->name);
    if (argument->word) {
      printf("(");
      put_words(argument);
      printf(")'");
    } else {
      printf("%s'", zsh_action(argument->kind));
    }
  }
  printf("\n      ;;\n");
}

static void put_zsh(void)
{
  printf("#compdef aligngame\n"
         "_aligngame() {\n"
         "  local curcontext=$curcontext state line\n"
         "  local -a commands\n"
         "  commands=(\n");
  for (const cli_command *const *command = cli_commands; *command; command++) {
    printf("    '%s:", (*command)->name);
    put_quoted((*command)->summary, ":");
    printf("'\n");
  }
  printf("  )\n"
         "  _arguments -C -s");
  put_zsh_options(cli_common_options);
  printf(" \\\n      '1:command:->command' '*::argument:->argument' && return\n"
         "  case $state in\n"
         "  command) _describe command commands ;;\n"
         "  argument)\n"
         "    case $words[1] in\n");
  for (const cli_command *const *command = cli_commands; *command; command++)
    put_zsh_command(*command);
  printf("    esac\n"
         "    ;;\n"
         "  esac\n"
         "}\n"
         "_aligngame \"$@\"\n");
}

/* ---- fish ---- */

static void put_fish_options(const cli_command *command, const cli_option *option)
{
  for (; option->name; option++) {
    printf("complete -c aligngame");
    if (command)
      printf(" -n '__fish_seen_subcommand_from %s'", command->name);
    if (option->letter)
      printf(" -s %c", option->letter);
    printf(" -l %s", option->name);
    if (option->value)
      printf(is_path(option->kind) ? " -r -F" : " -x");
    printf(" -d '");
    put_quoted(option->help, "\\");
    printf("'\n");
  }
}

static void put_fish_command(const cli_command *command)
{
  printf("complete -c aligngame -n __fish_use_subcommand -a %s -d '", command->name);
  put_quoted(command->summary, "\\");
  printf("'\n");
  put_fish_options(command, command->options);
  const cli_argument *argument = command->arguments;
  if (!argument->name)
    return;
  printf("complete -c aligngame -n '__fish_seen_subcommand_from %s'", command->name);
  if (argument->word) {
    printf(" -a '");
    put_words(argument);
    printf("'\n");
  } else {
    printf(is_path(argument->kind) ? " -F\n" : "\n");
  }
}

static void put_fish(void)
{
  printf("# fish completion for aligngame\ncomplete -c aligngame -f\n");
  put_fish_options(NULL, cli_common_options);
  for (const cli_command *const *command = cli_commands; *command; command++)
    put_fish_command(*command);
}

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*put)(void);
  } texts[] = {
      {"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish}, {"reference", put_reference}};
  if (argc == 3 && strcmp(argv[1], "man") == 0)
    return write_pages(argv[2]);
  for (size_t i = 0; argc == 2 && i < sizeof texts / sizeof *texts; i++)
    if (strcmp(argv[1], texts[i].name) == 0) {
      texts[i].put();
      return program_finish(STATUS_DONE);
    }
  fputs("usage: generate man DIR | reference | bash | zsh | fish\n", stderr);
  return STATUS_USAGE;
}
