#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "program.h"
#include "render.h"

/* A text as YAML has it in quotes, whatever its characters. */
static char *quoted(const char *text)
{
  char *made = program_allocate(2 * strlen(text) + 3, 1), *to = made;
  *to++ = '"';
  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      *to++ = '\\';
    *to++ = *text;
  }
  *to = '"';
  return made;
}

static void override_text(cli_arguments *arguments, const char *name)
{
  const char *given = cli_text(arguments, name);
  if (!given)
    return;
  char *text = quoted(given);
  cli_add_override(arguments, "space.table.%s=%s", name, text);
  free(text);
}

const char **cli_table_missing(const cli_arguments *arguments, size_t *count)
{
  const char **words = program_allocate(arguments->value_count + 1, sizeof *words);
  *count = 0;
  for (size_t i = 0; i < arguments->value_count; i++)
    if (strcmp(arguments->value[i].option->name, "missing") == 0)
      words[(*count)++] = arguments->value[i].text;
  return words;
}

static void override_missing(cli_arguments *arguments)
{
  size_t count;
  const char **words = cli_table_missing(arguments, &count);
  char *list = program_format("%s", "");
  for (size_t i = 0; i < count; i++) {
    char *word = quoted(words[i]), *longer = program_format("%s%s%s", list, i ? ", " : "", word);
    free(word);
    free(list);
    list = longer;
  }
  if (count > 0)
    cli_add_override(arguments, "space.table.missing=[%s]", list);
  free(list);
  free(words);
}

void cli_table_override(cli_arguments *arguments)
{
  static const char *const names[] = {"separator", "decimal", "thousands", "encoding"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    override_text(arguments, names[i]);
  override_missing(arguments);
  if (cli_given(arguments, "no-header"))
    cli_add_override(arguments, "space.table.header=false");
}

void cli_table_tell(const cli_arguments *arguments, const char *understood)
{
  if (!understood || cli_given(arguments, "quiet") || cli_given(arguments, "json"))
    return;
  if (isatty(STDERR_FILENO))
    render_say(stderr, 0, 0, "Read %s.", understood);
  else /* a line, for programs */
    render_format(stderr, "Read %s.\n", understood);
}
