#include "generator/command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stream.h"

static const char *const names[AG_PLACES] = {
    [AG_PLACE_DATA] = "data",
    [AG_PLACE_MODEL] = "model",
    [AG_PLACE_PREVIOUS] = "previous",
    [AG_PLACE_COUNT] = "count",
    [AG_PLACE_SEED] = "seed",
    [AG_PLACE_OUTPUT] = "output",
    [AG_PLACE_GENERATION] = "generation",
};

const char *ag_command_place_name(ag_command_place place)
{
  return names[place];
}

/* The place that begins at a `{`; AG_PLACES: none. */
static ag_command_place place_at(const char *line, const char *at)
{
  if (*at != '{' || (at > line && at[-1] == '$'))
    return AG_PLACES;
  for (int p = 0; p < AG_PLACES; p++) {
    size_t length = strlen(names[p]);
    if (strncmp(at + 1, names[p], length) == 0 && at[1 + length] == '}')
      return (ag_command_place)p;
  }
  return AG_PLACES;
}

bool ag_command_mentions(const char *line, ag_command_place place)
{
  for (const char *at = line; *at; at++)
    if (place_at(line, at) == place)
      return true;
  return false;
}

/* Where the shell is in a line: outside quotes, or in those that this character opened. */
typedef char quoting;

static bool is_plain(const char *text)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "_./+-,:@%";
  return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

static void put_value(FILE *to, const char *value, quoting inside)
{
  bool plain = is_plain(value);
  if (inside == '\0' && !plain)
    putc('\'', to);
  for (const char *c = value; *c; c++) {
    if (inside != '"' && *c == '\'')
      fputs("'\\'", to);
    else if (inside == '"' && strchr("\\\"$`", *c))
      putc('\\', to);
    putc(*c, to);
  }
  if (inside == '\0' && !plain)
    putc('\'', to);
}

ag_status ag_command_fill(const char *line, const char *const value[AG_PLACES], char **filled,
                          ag_error *error)
{
  char *made = NULL;
  size_t size = 0;
  FILE *to = ag_text_stream(&made, &size);
  quoting inside = '\0';
  for (const char *at = line; to && *at; at++) {
    ag_command_place place = place_at(line, at);
    if (place < AG_PLACES && value[place]) {
      put_value(to, value[place], inside);
      at += strlen(names[place]) + 1;
      continue;
    }
    putc(*at, to);
    if (*at == '\\' && inside != '\'' && at[1])
      putc(*++at, to);
    else if ((*at == '\'' || *at == '"') && (inside == '\0' || inside == *at))
      inside = inside == '\0' ? *at : '\0';
  }
  *filled = ag_text_stream_end(to, &made);
  if (*filled)
    return AG_OK;
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a command");
}
