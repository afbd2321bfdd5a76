#include <aligngame/json.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/json.h"
#include "report/page.h"

char *ag_json_escape(const char *text)
{
  size_t size = strlen(text), done = 0, at;
  char *whole = malloc(4 * size + 1), *to = whole;
  if (!whole)
    return NULL;
  for (; (at = done + ag_utf8_find_invalid(text + done, size - done)) < size; done = at + 1) {
    memcpy(to, text + done, at - done);
    to += at - done;
    to += sprintf(to, "\\x%02x", (unsigned char)text[at]);
  }
  memcpy(to, text + done, size - done + 1);
  return whole;
}

json_t *ag_json_game(const ag_game *game)
{
  char *text = ag_text_copy(ag_game_text(game));
  bool hidden = text && ag_page_hide_paths(&text, NULL) == AG_OK;
  json_t *string = hidden ? ag_json_text(text) : NULL;
  free(text);
  return string;
}

char *ag_json_document(const char *command, char *text)
{
  char head[128];
  int length = snprintf(head, sizeof head, "{\"schema\": \"aligngame/%s/1\", \"version\": \"%s\",",
                        command, ag_version());
  size_t size = text ? strlen(text) : 0;
  char *longer = text ? realloc(text, size + (size_t)length) : NULL;
  if (!longer) {
    free(text);
    return NULL;
  }
  memmove(longer + length, longer + 1, size); /* with the end, without the first brace */
  return memcpy(longer, head, (size_t)length);
}
