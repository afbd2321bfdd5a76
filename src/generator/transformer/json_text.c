#include "generator/transformer/json_text.h"

#include <stdlib.h>

#include "base/text.h"

ag_status ag_json_text_parse(const char *name, const char *text, size_t size, json_t **root,
                             ag_error *error)
{
  json_error_t reason;
  *root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &reason);
  if (*root)
    return AG_OK;
  if (json_error_code(&reason) == json_error_out_of_memory)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading %s", name);
  return ag_fail_at(error, name, reason.line > 0 ? reason.line : 0, 0, NULL, "it is not JSON: %s",
                    reason.text);
}

ag_status ag_json_text_read(const char *path, json_t **root, ag_error *error)
{
  char *text = NULL;
  size_t size;
  ag_status status = ag_file_read_regular(path, &text, &size, error);
  if (status == AG_OK)
    status = ag_json_text_parse(path, text, size, root, error);
  free(text);
  return status;
}
