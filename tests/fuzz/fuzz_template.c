/* Any bytes as the command line of a generator, and what follows the first NUL as a value for its
 * places: where a place stands by itself, the shell's words are those that were meant. */
#include "fuzz.h"

#include "generator/command_line.h"

/* A quoted word as the shell reads it, in place; false: it is not one word. */
static bool read_word(char *word)
{
  char *to = word;
  bool inside = false;
  for (const char *c = word; *c; c++) {
    if (*c == '\'')
      inside = !inside;
    else if (*c == '\\' && !inside && c[1])
      *to++ = *++c;
    else if (!inside && strchr(" \t\n\"$`;&|<>()*?[]#~=!{}", *c))
      return false;
    else
      *to++ = *c;
  }
  *to = '\0';
  return !inside;
}

static void check_alone(const char *value)
{
  char *filled = NULL;
  const char *const values[AG_PLACES] = {[AG_PLACE_DATA] = value};
  require(ag_command_fill("{data}", values, &filled, NULL) == AG_OK);
  require(read_word(filled) && strcmp(filled, value) == 0);
  free(filled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *at = (const char *)data;
  size_t length;
  const char *piece = take_piece(&at, &size, &length);
  char *line = strndup(piece, length), *value = strndup(at, size), *filled = NULL;
  const char *values[AG_PLACES];
  bool mentions = false;
  for (int p = 0; p < AG_PLACES; p++) {
    values[p] = value;
    mentions |= ag_command_mentions(line, (ag_command_place)p);
  }
  require(ag_command_fill(line, values, &filled, NULL) == AG_OK);
  require(mentions || strcmp(filled, line) == 0);
  if (value[0])
    check_alone(value);
  free(filled);
  free(value);
  free(line);
  return 0;
}
