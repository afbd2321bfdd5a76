/* JSON that models come with. */
#ifndef AG_GENERATOR_TRANSFORMER_JSON_TEXT_H
#define AG_GENERATOR_TRANSFORMER_JSON_TEXT_H

#include <jansson.h>
#include <stddef.h>

#include "base/status.h"

/* A text [size], called name in errors; an object's keys differ. Status: AG_ERROR_INPUT with the
 * line, AG_ERROR_MEMORY. Owner: the caller (json_decref). */
ag_status ag_json_text_parse(const char *name, const char *text, size_t size, json_t **root,
                             ag_error *error);
/* The same of a file. Status: AG_ERROR_IO as well. */
ag_status ag_json_text_read(const char *path, json_t **root, ag_error *error);

#endif
