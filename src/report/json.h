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

#endif
