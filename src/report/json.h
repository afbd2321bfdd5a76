/* What many documents have. Values are new references. */
#ifndef AG_REPORT_JSON_H
#define AG_REPORT_JSON_H

#include <math.h>
#include <stddef.h>

#include <aligngame/analysis.h>
#include <aligngame/document.h>

/* value[0], value[stride], …: count reals. */
static inline json_t *ag_json_reals(const double *value, size_t count, size_t stride)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&array, ag_json_real(value[i * stride]));
  return array;
}

static inline json_t *ag_json_counts(const size_t *number, size_t count)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&array, json_integer((json_int_t)number[i]));
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
  return json_pack("{s:o}", "game", ag_json_text(ag_game_text(game)));
}

/* How the game's table was read is added, where it has one. */
static inline void ag_json_add_input(json_t **document, const ag_game *game)
{
  if (ag_game_understood(game))
    ag_json_put(document, "input", json_string(ag_game_understood(game)));
}

#endif
