/* Small helpers over jansson. Values are new references. */
#ifndef AG_REPORT_JSON_H
#define AG_REPORT_JSON_H

#include <jansson.h>
#include <math.h>
#include <stddef.h>

#include <aligngame/analysis.h>
#include <aligngame/json.h>

/* A real, or null where JSON has no number for it. */
static inline json_t *ag_json_real(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

/* A string, or null where there is no text or it is cut in the middle of a character. */
static inline json_t *ag_json_text(const char *text)
{
  json_t *string = text ? json_string(text) : NULL;
  return string ? string : json_null();
}

/* value[0], value[stride], …: count reals. */
static inline json_t *ag_json_reals(const double *value, size_t count, size_t stride)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(array, ag_json_real(value[i * stride]));
  return array;
}

static inline json_t *ag_json_counts(const size_t *number, size_t count)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(array, json_integer((json_int_t)number[i]));
  return array;
}

static inline json_t *ag_json_set(const ag_item_set *set)
{
  return ag_json_counts(set->item, set->count);
}

static inline json_t *ag_json_pool(ag_pool pool)
{
  return pool == AG_POOL_INFINITE ? json_string("inf") : json_integer(pool);
}

static inline json_t *ag_json_theory(const ag_theory *theory)
{
  return json_pack("{s:b, s:b, s:s}", "applies", (int)(theory->kind != AG_THEORY_NONE), "theorems",
                   (int)theory->theorems, "why", theory->why);
}

/* The game that a document is about, with every override. */
static inline json_t *ag_json_settings(const ag_game *game)
{
  return json_pack("{s:s}", "game", ag_game_text(game));
}

/* A command's document as text with 17 significant digits; releases the document. */
static inline char *ag_json_finish(const char *command, json_t *document)
{
  char *text = document ? json_dumps(document, JSON_REAL_PRECISION(17) | JSON_INDENT(1)) : NULL;
  json_decref(document);
  return ag_json_document(command, text);
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
