#include <aligngame/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

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
