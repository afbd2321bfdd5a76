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
    ag_json_put(&against, "atoms", ag_json_set(&prediction->sinks[ending->number].items));
  else if (ending->kind == AG_END_REST_POINT)
    ag_json_put(&against, "rest_point", json_integer((json_int_t)ending->number));
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
    ag_json_append(&curators,
                   json_pack("{s:s, s:b, s:o, s:o, s:o}", "name", curator->name, "acts",
                             curator->acts, "first", ag_json_real(curator->first), "last",
                             ag_json_real(curator->last), "trend", ag_json_text(trend)));
  }
  return curators;
}

static void add_theory(const ag_facts *facts, json_t **object)
{
  const ag_prediction *prediction = facts->prediction;
  ag_json_put(object, "regime",
              prediction->optimal_sets ? json_string(ag_regime_name(prediction->regime))
                                       : json_null());
  ag_json_put(object, "theory",
              json_pack("{s:b, s:s}", "applies", prediction->theory.kind != AG_THEORY_NONE, "why",
                        prediction->theory.why));
  ag_json_put(object, "theorem", theorem_json(facts));
  ag_json_put(object, "lock_in", json_boolean(prediction->lock_in));
  ag_json_put(object, "neutral", json_boolean(prediction->neutral));
  ag_json_put(object, "cycles", json_boolean(prediction->cycles));
}

static void add_course(const ag_facts *facts, json_t **object)
{
  bool items = facts->items > 0;
  ag_json_put(object, "half_life", ag_json_real(facts->half_life));
  ag_json_put(object, "survivors", count_json(items, facts->survivors));
  ag_json_put(object, "items", count_json(items, facts->items));
  ag_json_put(object, "groups_lost", count_json(facts->groups > 0, facts->groups_lost));
  ag_json_put(object, "diversity",
              json_pack("{s:o, s:o}", "first", ag_json_real(facts->diversity_first), "last",
                        ag_json_real(facts->diversity_last)));
  ag_json_put(object, "most", count_json(facts->most != SIZE_MAX, facts->most));
  ag_json_put(object, "most_share", ag_json_real(facts->most_share));
}

/* What texts have lost; which words perplexity is about. */
static void add_texts(const ag_facts *facts, json_t **object)
{
  if (facts->texts_written == 0 && facts->held_out_words == 0)
    return;
  ag_json_put(object, "texts",
              json_pack("{s:I, s:I, s:I, s:I}", "learnt", (json_int_t)facts->texts_learnt,
                        "cut_at_context", (json_int_t)facts->learnt_cut, "written",
                        (json_int_t)facts->texts_written, "cut_at_length",
                        (json_int_t)facts->written_cut));
  if (facts->held_out_words > 0)
    ag_json_put(object, "held_out",
                json_pack("{s:I, s:I, s:b}", "words", (json_int_t)facts->held_out_words, "unknown",
                          (json_int_t)facts->held_out_unknown, "as_unk",
                          facts->held_out_marked > 0));
}

json_t *ag_facts_json(const ag_game *game, const ag_facts *facts)
{
  json_t *object = ending_json(game, facts, &facts->outcome);
  add_theory(facts, &object);
  if (facts->has_exact)
    ag_json_put(&object, "exact", ending_json(game, facts, &facts->exact));
  add_course(facts, &object);
  add_texts(facts, &object);
  ag_json_put(&object, "curators", curators_json(facts));
  ag_json_put(&object, "headline", text_json(ag_facts_headline(facts)));
  return object;
}
