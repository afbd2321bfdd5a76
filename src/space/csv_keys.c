/* The keys of a game file that say how a table is written. */
#include <stdlib.h>
#include <string.h>

#include "space/csv_parts.h"

typedef struct sign {
  const char *name;
  char character;
} sign;

static char find_word(const sign *words, size_t count, const char *name)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(words[i].name, name) == 0)
      return words[i].character;
  return '\0';
}

char ag_csv_separator_of(const char *name)
{
  static const sign known[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},
                               {"\\t", '\t'},  {"pipe", '|'},      {"bar", '|'},
                               {"blank", ' '}, {"space", ' '},     {"colon", ':'}};
  char found = find_word(known, sizeof known / sizeof *known, name);
  bool usable = name[0] && !name[1] && (unsigned char)name[0] < 0x80 && !strchr("\"\n\r", name[0]);
  return found ? found : usable ? name[0] : '\0';
}

char ag_csv_mark_of(const char *name)
{
  static const sign known[] = {{"point", '.'}, {"comma", ','}, {".", '.'}, {",", ','}};
  return find_word(known, sizeof known / sizeof *known, name);
}

static ag_status read_character(ag_node value, const ag_parameter *parameter,
                                char (*of)(const char *), char *field, ag_error *error)
{
  const char *name;
  ag_status status = AG_OK;
  *field = '\0';
  if (!ag_node_present(value))
    return AG_OK;
  status = ag_node_text(value, parameter->name, &name, error);
  if (status == AG_OK && !(*field = of(name)))
    status = ag_node_fail(value, error, "%s: expected %s, found `%.40s`", parameter->name,
                          parameter->takes, name);
  return status;
}

ag_status ag_csv_read_separator(ag_node value, const ag_parameter *parameter, void *field,
                                ag_error *error)
{
  return read_character(value, parameter, ag_csv_separator_of, field, error);
}

ag_status ag_csv_read_mark(ag_node value, const ag_parameter *parameter, void *field,
                           ag_error *error)
{
  return read_character(value, parameter, ag_csv_mark_of, field, error);
}

/* Adds a line to a text that may be NULL yet. */
static ag_status add_line(char **text, const char *line, ag_error *error)
{
  size_t before = *text ? strlen(*text) : 0, length = strlen(line);
  char *longer = realloc(*text, before + length + 2);
  if (!longer)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the words of a table");
  memcpy(longer + before, line, length);
  strcpy(longer + before + length, "\n");
  *text = longer;
  return AG_OK;
}

ag_status ag_csv_read_missing(ag_node value, const ag_parameter *parameter, void *field,
                              ag_error *error)
{
  char **words = field;
  bool list = ag_node_get_kind(value) == AG_NODE_SEQUENCE;
  size_t count = list ? ag_node_count(value) : ag_node_present(value);
  ag_status status = AG_OK;
  *words = NULL;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *word;
    status = ag_node_text(list ? ag_node_item(value, i) : value, parameter->name, &word, error);
    if (status == AG_OK)
      status = add_line(words, word, error);
  }
  if (status != AG_OK) {
    free(*words);
    *words = NULL;
  }
  return status;
}

ag_status ag_csv_read_header(ag_node mapping, ag_csv_options *options, ag_error *error)
{
  ag_node node = ag_node_find(mapping, "header");
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_bool(node, "header", &options->has_header, error);
  options->no_header = !options->has_header;
  return status;
}
