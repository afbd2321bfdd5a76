/* Documents in the making, over jansson. NULL is one that memory has failed for, and it stays NULL
 * whatever is put into it: so every document is whole or NULL at its end, as json_pack does it.
 * No other function may put values into objects and arrays (tools/check-includes). */
#ifndef AG_DOCUMENT_H
#define AG_DOCUMENT_H

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include <aligngame/json.h>

/* Keeps the container where failed is 0, and releases it otherwise. */
static inline void ag_json_keep(json_t **container, int failed)
{
  if (failed == 0)
    return;
  json_decref(*container);
  *container = NULL;
}

/* Takes value, which makes *object NULL if it is NULL. */
static inline void ag_json_put(json_t **object, const char *key, json_t *value)
{
  ag_json_keep(object, json_object_set_new(*object, key, value));
}

/* Takes value, which makes *array NULL if it is NULL. */
static inline void ag_json_append(json_t **array, json_t *value)
{
  ag_json_keep(array, json_array_append_new(*array, value));
}

/* Takes the object more, whose keys go to the end of *object. */
static inline void ag_json_join(json_t **object, json_t *more)
{
  ag_json_keep(object, json_object_update(*object, more));
  json_decref(more);
}

/* A real, or null where JSON has no number for it. */
static inline json_t *ag_json_real(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

/* A string, or null where there is no text; each byte that is no UTF-8 as \xHH. */
static inline json_t *ag_json_text(const char *text)
{
  char *whole = text ? ag_json_escape(text) : NULL;
  json_t *string = text ? json_string(whole) : json_null();
  free(whole);
  return string;
}

/* A path as others may see it: of an absolute one `…/` and the last name. */
static inline json_t *ag_json_path(const char *path)
{
  char *shown = ag_json_shorten(path);
  json_t *string = shown ? ag_json_text(shown) : NULL;
  free(shown);
  return string;
}

/* The document as text on the heap, or NULL. Measured first: jansson's own buffers forget that
 * memory failed within a key. */
static inline char *ag_json_dump(const json_t *document, size_t flags)
{
  size_t size = document ? json_dumpb(document, NULL, 0, flags) : 0;
  char *text = size > 0 ? (char *)malloc(size + 1) : NULL;
  if (!text || json_dumpb(document, text, size, flags) != size) {
    free(text);
    return NULL;
  }
  text[size] = '\0';
  return text;
}

/* A command's document as text with 17 significant digits; releases the document. */
static inline char *ag_json_finish(const char *command, json_t *document)
{
  char *text = ag_json_dump(document, JSON_REAL_PRECISION(17) | JSON_INDENT(1));
  json_decref(document);
  return ag_json_document(command, text);
}

#endif
