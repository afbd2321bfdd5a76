/* The facts as JSON. */
#include <stdint.h>

#include "report/facts.h"
#include "report/json.h"

static json_t *text_json(char *text)
{
  json_t *made = text ? json_string(text) : NULL;
  free(text);
  return made;
}

static json_t *count_json(bool known, size_t count)
{
  return known ? json_integer((json_int_t)count) : json_null();
}

/* The end that the verdict is against, and how far from it the outcome is. */
static json_t *against_json(const ag_prediction *prediction, const ag_ending *ending)
{
  static const char *const kinds[] = {"none", "start", "sink", "rest point"};
  if (ending->kind == AG_END_NONE)
    return json_null();
  json_t *against = json_pack("{s:s, s:o}", "kind", kinds[ending->kind], "distance",
                              ag_json_real(ending->distance));
  if (ending->kind == AG_END_SINK)
    json_object_set_new(against, "atoms", ag_json_set(&prediction->sinks[ending->number].items));
  else if (ending->kind == AG_END_REST_POINT)
    json_object_set_new(against, "rest_point", json_integer((json_int_t)ending->number));
  return against;
}

static json_t *ending_json(const ag_game *game, const ag_facts *facts, const ag_ending *ending)
{
  return json_pack("{s:s, s:b, s:o, s:o}", "verdict", ag_run_verdict_name(ending->verdict),
                   "settled", ending->settled, "against", against_json(facts->prediction, ending),
                   "words", text_json(ag_ending_words(game, facts, ending)));
}

static json_t *theorem_json(const ag_facts *facts)
{
  const ag_prediction *prediction = facts->prediction;
  if (isnan(facts->outcome.theorem_share))
    return json_null();
  return json_pack("{s:s, s:o, s:o}", "claim", prediction->paper_theorem, "atoms",
                   ag_json_set(&prediction->paper_limit), "share",
                   ag_json_real(facts->outcome.theorem_share));
}

static json_t *curators_json(const ag_facts *facts)
{
  json_t *curators = json_array();
  for (size_t c = 0; c < facts->curator_count; c++) {
    const ag_curator_facts *curator = &facts->curator[c];
    const char *trend = ag_trend_name(curator->trend);
    json_array_append_new(curators,
                          json_pack("{s:s, s:b, s:o, s:o, s:o}", "name", curator->name, "acts",
                                    curator->acts, "first", ag_json_real(curator->first), "last",
                                    ag_json_real(curator->last), "trend", ag_json_text(trend)));
  }
  return curators;
}

/* Puts a value in its place; *failed: there was no memory. */
static void put(json_t *object, const char *key, json_t *value, bool *failed)
{
  *failed |= json_object_set_new(object, key, value) != 0;
}

static void add_theory(const ag_facts *facts, json_t *object, bool *failed)
{
  const ag_prediction *prediction = facts->prediction;
  put(object, "regime",
      prediction->optimal_sets ? json_string(ag_regime_name(prediction->regime)) : json_null(),
      failed);
  put(object, "theory",
      json_pack("{s:b, s:s}", "applies", prediction->theory.kind != AG_THEORY_NONE, "why",
                prediction->theory.why),
      failed);
  put(object, "theorem", theorem_json(facts), failed);
  put(object, "lock_in", json_boolean(prediction->lock_in), failed);
  put(object, "neutral", json_boolean(prediction->neutral), failed);
  put(object, "cycles", json_boolean(prediction->cycles), failed);
}

static void add_course(const ag_facts *facts, json_t *object, bool *failed)
{
  bool items = facts->items > 0;
  put(object, "half_life", ag_json_real(facts->half_life), failed);
  put(object, "survivors", count_json(items, facts->survivors), failed);
  put(object, "items", count_json(items, facts->items), failed);
  put(object, "groups_lost", count_json(facts->groups > 0, facts->groups_lost), failed);
  put(object, "diversity",
      json_pack("{s:o, s:o}", "first", ag_json_real(facts->diversity_first), "last",
                ag_json_real(facts->diversity_last)),
      failed);
  put(object, "most", count_json(facts->most != SIZE_MAX, facts->most), failed);
  put(object, "most_share", ag_json_real(facts->most_share), failed);
}

json_t *ag_facts_json(const ag_game *game, const ag_facts *facts)
{
  bool failed = false;
  json_t *object = ending_json(game, facts, &facts->outcome);
  if (!object)
    return NULL;
  add_theory(facts, object, &failed);
  if (facts->has_exact)
    put(object, "exact", ending_json(game, facts, &facts->exact), &failed);
  add_course(facts, object, &failed);
  put(object, "curators", curators_json(facts), &failed);
  put(object, "headline", text_json(ag_facts_headline(facts)), &failed);
  if (failed) {
    json_decref(object);
    return NULL;
  }
  return object;
}
