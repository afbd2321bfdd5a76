#include <aligngame/json.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "base/files.h"

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

ag_status ag_text_save(char *text, const char *path, ag_error *error)
{
  ag_draft draft;
  size_t size = text ? strlen(text) : 0;
  ag_status status = text ? ag_draft_open_stream(path, &draft, error) : ag_fail_memory(error);
  if (!status) {
    fwrite(text, 1, size, draft.stream);
    if (size == 0 || text[size - 1] != '\n')
      fputc('\n', draft.stream);
    status = ag_draft_publish(&draft, error);
  }
  free(text);
  return status;
}
