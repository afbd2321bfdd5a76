#include "help.h"

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"

enum { INDENT = 2, GAP = 2, TERM_MOST = 26 };

char *help_usage(const cli_command *command)
{
  if (!command)
    return program_format("aligngame COMMAND [OPTION]... [ARGUMENT]...");
  char *usage = program_format("aligngame %s [OPTION]...", command->name);
  for (const cli_argument *argument = command->arguments; argument->name; argument++)
    program_append(&usage, argument->required ? " %s" : " [%s]", argument->name);
  return usage;
}

/* A term and its explanation: side by side where the term is short. */
static void print_entry(FILE *out, const char *term, const char *meaning, size_t column)
{
  fprintf(out, "%*s%s%s%s", INDENT, "", render_bold(), term, render_plain());
  size_t width = INDENT + render_width(term);
  if (width + GAP > column) {
    fputc('\n', out);
    width = 0;
  }
  render_wrap(out, meaning, width, column);
}

static char *option_term(const cli_option *option)
{
  char letter[] = {'-', option->letter, ',', ' ', '\0'};
  return program_format("%s--%s%s%s", option->letter ? letter : "    ", option->name,
                        option->value ? "=" : "", option->value ? option->value : "");
}

static void print_options(FILE *out, const char *title, const cli_option *option)
{
  if (!option->name)
    return;
  fprintf(out, "\n%s%s%s\n", render_bold(), title, render_plain());
  for (; option->name; option++) {
    char *term = option_term(option);
    char *meaning = program_format("%s%s", option->help, option->required ? " (required)" : "");
    print_entry(out, term, meaning, INDENT + TERM_MOST + GAP);
    free(meaning);
    free(term);
  }
}

static void print_words(FILE *out, const cli_argument *argument, size_t column)
{
  const char *word;
  char *list = program_format("%s", "");
  for (size_t i = 0; (word = argument->word(i)); i++)
    program_append(&list, "%s%s", i ? ", " : "", word);
  render_wrap(out, list, 0, column);
  free(list);
}

static void print_arguments(FILE *out, const cli_argument *argument)
{
  if (!argument->name)
    return;
  fprintf(out, "\n%sArguments%s\n", render_bold(), render_plain());
  for (; argument->name; argument++) {
    print_entry(out, argument->name, argument->help, INDENT + TERM_MOST + GAP);
    if (argument->kind == CLI_WORD)
      print_words(out, argument, INDENT + TERM_MOST + GAP);
  }
}

static void print_examples(FILE *out, const cli_example *example)
{
  fprintf(out, "\n%sExamples%s\n", render_bold(), render_plain());
  for (; example->line; example++) {
    fprintf(out, "%*s%s\n", INDENT, "", example->line);
    render_wrap(out, example->meaning, 0, 3 * INDENT);
  }
}

static void print_paragraphs(FILE *out, const char *text)
{
  while (*text) {
    const char *end = strstr(text, "\n\n");
    size_t length = end ? (size_t)(end - text) : strlen(text);
    char *paragraph = program_format("%.*s", (int)length, text);
    fputc('\n', out);
    render_wrap(out, paragraph, 0, 0);
    free(paragraph);
    text += length + (end ? 2 : 0);
  }
}

static void print_program(FILE *out)
{
  fputc('\n', out);
  render_wrap(out,
              "Recursive curation, played exactly: what survives when every generation learns from "
              "what its curators kept of the last one.",
              0, 0);
  fprintf(out, "\n%sCommands%s\n", render_bold(), render_plain());
  for (const cli_command *const *command = cli_commands; *command; command++)
    print_entry(out, (*command)->name, (*command)->summary, 14);
}

void help_print(FILE *out, const cli_command *command)
{
  static const cli_example program_examples[] = {
      {"aligngame paper", "Play the paper's three circle games and compare."},
      {"aligngame run game.yaml", "Play a game of your own."},
      {"aligngame run --help", "Everything about one command."},
      {NULL, NULL}};
  char *usage = help_usage(command);
  fprintf(out, "Usage: %s\n", usage);
  free(usage);
  if (command) {
    print_paragraphs(out, command->description);
    print_arguments(out, command->arguments);
    print_options(out, "Options", command->options);
  } else {
    print_program(out);
  }
  print_options(out, "Options of every command", cli_common_options);
  print_examples(out, command ? command->examples : program_examples);
  if (command)
    return;
  fputs("\nExit status: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted.\n", out);
}
