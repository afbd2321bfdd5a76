/* Small helpers over jansson. */
#ifndef AG_REPORT_JSON_H
#define AG_REPORT_JSON_H

#include <jansson.h>
#include <math.h>

/* A real, or null where JSON has no number for it. */
static inline json_t *ag_json_real(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

/* The document as text with 17 significant digits; releases the document. */
static inline char *ag_json_finish(json_t *document)
{
  char *text = document ? json_dumps(document, JSON_REAL_PRECISION(17) | JSON_INDENT(1)) : NULL;
  json_decref(document);
  return text;
}

/* A document of a game: how its table was read is added, where it has one. NULL where memory was
 * out, and then the document is released. */
static inline json_t *ag_json_add_input(json_t *document, const char *understood)
{
  if (!document || !understood ||
      json_object_set_new(document, "input", json_string(understood)) == 0)
    return document;
  json_decref(document);
  return NULL;
}

#endif
