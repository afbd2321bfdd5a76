/* The facts in sentences, which the summary in the terminal and the page share. */
#include <math.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/figure_parts.h"

enum { NAMED_MOST = 3, LABEL_MOST = 200 };

/* --- numbers --- */

static const double grouped_from = 999.95, grouped_to = 1e9; /* written as 12,345 */

/* 1.2e-07 becomes 1.2e-7. */
static void tidy_exponent(char *text)
{
  char *e = strchr(text, 'e');
  if (!e)
    return;
  char *digits = e + 1 + (e[1] == '-' || e[1] == '+');
  size_t zeros = strspn(digits, "0");
  char *target = e[1] == '-' ? e + 2 : e + 1;
  memmove(target, digits + zeros, strlen(digits + zeros) + 1);
}

ag_short_text ag_text_number(double number)
{
  ag_short_text word;
  number += 0.0; /* no -0 */
  if (number >= grouped_from && number < grouped_to)
    return ag_text_count((size_t)llround(number));
  if (isnan(number))
    snprintf(word.text, sizeof word.text, "–");
  else if (isinf(number))
    snprintf(word.text, sizeof word.text, number > 0 ? "∞" : "-∞");
  else
    snprintf(word.text, sizeof word.text, "%.4g", number);
  if (isfinite(number))
    tidy_exponent(word.text);
  return word;
}

ag_short_text ag_text_share(double share)
{
  ag_short_text word;
  double percent = 100 * share;
  if (isnan(percent))
    snprintf(word.text, sizeof word.text, "–");
  else if (percent >= 99.95)
    snprintf(word.text, sizeof word.text, "100 %%");
  else if (percent >= 0.095 || percent == 0)
    snprintf(word.text, sizeof word.text, percent == 0 ? "0 %%" : "%.1f %%", percent);
  else
    snprintf(word.text, sizeof word.text, "%.2g", percent);
  if (!strchr(word.text, '%') && !isnan(percent)) {
    tidy_exponent(word.text);
    strcat(word.text, " %");
  }
  return word;
}

ag_short_text ag_text_count(size_t count)
{
  ag_short_text grouped;
  char digits[32];
  int length = snprintf(digits, sizeof digits, "%zu", count);
  char *to = grouped.text;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      *to++ = ',';
    *to++ = digits[i];
  }
  *to = '\0';
  return grouped;
}

/* --- sentences --- */

static char *finish(ag_buffer *words)
{
  if (words->failed) {
    free(words->text);
    return NULL;
  }
  return words->text ? words->text : calloc(1, 1);
}

static const char *plural(size_t count)
{
  return count == 1 ? "" : "s";
}

/* An item's label, cut where it is very long. */
static void say_item(ag_buffer *words, const ag_game *game, size_t item)
{
  char label[LABEL_MOST];
  size_t length = ag_game_item_label(game, item, label, sizeof label);
  ag_utf8_end(label);
  ag_buffer_print(words, "%s%s", label, length >= sizeof label ? "…" : "");
}

static void say_set(ag_buffer *words, const ag_game *game, const ag_item_set *set)
{
  if (set->count == 0)
    ag_buffer_print(words, "nothing");
  if (set->count > NAMED_MOST)
    ag_buffer_print(words, "%s %s such as ", ag_text_count(set->count).text,
                    ag_game_dimension(game) > 0 ? "cells" : "items");
  for (size_t i = 0; i < set->count && (i == 0 || set->count <= NAMED_MOST); i++) {
    ag_buffer_print(words, "%s", i ? ", " : "");
    say_item(words, game, set->item[i]);
  }
}

char *ag_item_set_words(const ag_game *game, const ag_item_set *set)
{
  ag_buffer words = {0};
  say_set(&words, game, set);
  return finish(&words);
}

char *ag_regime_words(const ag_prediction *prediction)
{
  static const char *const meaning[] = {
      [AG_REGIME_PERFECT] = "everybody who acts likes the same things best",
      [AG_REGIME_PARTIAL] = "the curators' favourites overlap, but are not the same",
      [AG_REGIME_DISJOINT] = "the curators' favourites have nothing in common"};
  ag_buffer words = {0};
  if (!prediction->optimal_sets)
    return NULL;
  ag_buffer_print(&words, "%s: %s", ag_regime_name(prediction->regime),
                  meaning[prediction->regime]);
  return finish(&words);
}

/* --- the ends that theory predicts --- */

static const char *ends_meaning(const ag_prediction *prediction, size_t count)
{
  bool sinks = prediction->theory.kind == AG_THEORY_SINKS;
  if (prediction->neutral)
    return "nobody who acts tells the items apart, so that every start is at rest";
  if (count == 0)
    return sinks ? "nothing can take over everything" : "none is known for this game";
  if (prediction->cycles)
    return "none attracts, and the game goes round";
  if (prediction->lock_in)
    return "where it starts decides where it ends (lock-in)";
  if (sinks)
    return "every start leads there";
  return prediction->rest_points[0].every_start ? "every start that was tried leads there"
                                                : "this start leads there";
}

char *ag_ends_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  ag_buffer_print(&words, "%s", ends_meaning(facts->prediction, facts->outcome.end_count));
  return finish(&words);
}

static bool accumulates(const ag_game *game)
{
  const char *dataset = ag_game_sampling(game).dataset;
  if (dataset && strcmp(dataset, "accumulate") == 0)
    return true;
  for (size_t s = 0; s < ag_game_step_count(game); s++)
    if (strcmp(ag_game_step_name(game, s), "accumulate") == 0)
      return true;
  return false;
}

/* How fast a sink takes over: by a factor a generation, or, as data accumulate, by a power of
 * their number. A factor that would be printed as 0 or 1 is told in another way. */
static void say_pace(ag_buffer *words, const ag_game *game, double log_lambda)
{
  double factor = exp(log_lambda);
  if (isinf(log_lambda))
    return;
  if (accumulates(game))
    ag_buffer_print(words, "; near it the rest falls like t^%s",
                    ag_text_number(expm1(log_lambda)).text);
  else if (factor < 1e-300)
    ag_buffer_print(words, "; near it the rest is gone in a generation");
  else if (factor > 0.999)
    ag_buffer_print(words, "; near it the rest shrinks by only %s a generation",
                    ag_text_share(-expm1(log_lambda)).text);
  else
    ag_buffer_print(words, "; near it the rest shrinks by a factor %s a generation",
                    ag_text_number(factor).text);
}

static void say_sink(ag_buffer *words, const ag_game *game, const ag_sink *sink, double share)
{
  say_set(words, game, &sink->items);
  ag_buffer_print(words, " (%s of the final mass", ag_text_share(share).text);
  say_pace(words, game, sink->log_lambda);
  ag_buffer_print(words, ")");
}

/* What certifies a rest point: nothing absent grows near it. */
static void say_certificate(ag_buffer *words, const ag_rest_point *rest)
{
  ag_buffer_print(words, " (%s, ", rest->stable ? "stable" : "unstable");
  if (rest->growth_outside == 0)
    ag_buffer_print(words, "nothing is absent");
  else
    ag_buffer_print(words, "growth outside %s %s 1", ag_text_number(rest->growth_outside).text,
                    rest->growth_outside <= 1 + 1e-10 ? "≤" : ">");
}

static void say_rest_point(ag_buffer *words, const ag_game *game, const ag_rest_point *rest,
                           double distance)
{
  for (size_t i = 0; i < rest->count && i < NAMED_MOST; i++) {
    ag_buffer_print(words, "%s", i ? ", " : "");
    say_item(words, game, rest->item[i]);
    ag_buffer_print(words, " %s", ag_text_share(rest->mass[i]).text);
  }
  if (rest->count > NAMED_MOST)
    ag_buffer_print(words, " and %s more", ag_text_count(rest->count - NAMED_MOST).text);
  say_certificate(words, rest);
  ag_buffer_print(words, "; %s of the final mass lies otherwise)", ag_text_share(distance).text);
}

char *ag_end_words(const ag_game *game, const ag_facts *facts, size_t end)
{
  ag_buffer words = {0};
  const ag_ending *outcome = &facts->outcome;
  if (facts->prediction->theory.kind == AG_THEORY_SINKS)
    say_sink(&words, game, &facts->prediction->sinks[end], outcome->end_mass[end]);
  else
    say_rest_point(&words, game, &facts->prediction->rest_points[end], outcome->end_distance[end]);
  return finish(&words);
}

char *ag_theorem_words(const ag_game *game, const ag_facts *facts)
{
  ag_buffer words = {0};
  if (isnan(facts->outcome.theorem_share))
    return NULL;
  ag_buffer_print(&words, "%s puts all mass on ", facts->prediction->paper_theorem);
  say_set(&words, game, &facts->prediction->paper_limit);
  ag_buffer_print(&words, ", where %s is", ag_text_share(facts->outcome.theorem_share).text);
  return finish(&words);
}

/* --- the outcome --- */

/* Where the mass is: `100 % of the mass is on atom 2`. */
static void say_place(ag_buffer *words, const ag_game *game, const ag_facts *facts,
                      const ag_ending *ending)
{
  const ag_prediction *prediction = facts->prediction;
  const ag_short_text share = ag_text_share(fmax(0, 1 - ending->distance));
  switch (ending->kind) {
  case AG_END_START:
    ag_buffer_print(words, "%s of the mass lies where it began", share.text);
    break;
  case AG_END_SINK:
    ag_buffer_print(words, "%s of the mass is on ", share.text);
    if (facts->replicates > 1 && prediction->sink_count > 1 && ending == &facts->outcome)
      ag_buffer_print(words, "predicted ends");
    else {
      say_set(words, game, &prediction->sinks[ending->number].items);
      ag_buffer_print(words, ", %s predicted end", prediction->sink_count > 1 ? "a" : "the");
    }
    break;
  case AG_END_REST_POINT:
    ag_buffer_print(words, "%s of the mass lies as at the rest point", share.text);
    break;
  default:
    ag_buffer_print(words, "no rest point attracts");
  }
}

char *ag_ending_words(const ag_game *game, const ag_facts *facts, const ag_ending *ending)
{
  ag_buffer words = {0};
  ag_buffer_print(&words, "%s: ", ag_run_verdict_name(ending->verdict));
  if (facts->generations == 0)
    ag_buffer_print(&words, "not played");
  else if (ending->verdict == AG_RUN_NO_PREDICTION)
    ag_buffer_print(&words, "it %s", ending->settled ? "has come to rest" : "still changes");
  else {
    if (ending->verdict == AG_RUN_ELSEWHERE)
      ag_buffer_print(&words, "it has come to rest %s ",
                      ending->kind == AG_END_NONE ? "though" : "where");
    say_place(&words, game, facts, ending);
  }
  return finish(&words);
}

/* --- who is satisfied --- */

typedef bool is_one(const ag_curator_facts *curator);

static bool is_measured(const ag_curator_facts *curator)
{
  return !isnan(curator->last);
}

/* Satisfied: nearly all of the population is what the curator wants. Without: next to nothing is.
 * Half and half is no majority, whatever the rounding. */
static bool is_satisfied(const ag_curator_facts *curator)
{
  return curator->last >= 0.95;
}

static const double rounding = 1e-9;

static bool has_most(const ag_curator_facts *curator)
{
  return curator->last > 0.5 + rounding;
}

static bool has_half(const ag_curator_facts *curator)
{
  return curator->last >= 0.5 - rounding;
}

static bool goes_without(const ag_curator_facts *curator)
{
  return curator->last <= 0.05;
}

static bool gains(const ag_curator_facts *curator)
{
  return curator->trend == AG_TREND_RISING;
}

static bool loses(const ag_curator_facts *curator)
{
  return curator->trend == AG_TREND_FALLING;
}

static size_t count_curators(const ag_facts *facts, is_one *chosen)
{
  size_t count = 0;
  for (size_t c = 0; c < facts->curator_count; c++)
    count += chosen(&facts->curator[c]);
  return count;
}

/* "before a, b and c verb(s)"; nothing where there is nobody. */
static void say_curators(ag_buffer *words, const ag_facts *facts, is_one *chosen,
                         const char *before, const char *verb)
{
  size_t count = count_curators(facts, chosen), said = 0;
  for (size_t c = 0; c < facts->curator_count; c++)
    if (chosen(&facts->curator[c])) {
      ag_buffer_print(words, "%s%s",
                      said == 0           ? before
                      : said + 1 == count ? " and "
                                          : ", ",
                      facts->curator[c].name);
      said++;
    }
  if (count > 0 && verb)
    ag_buffer_print(words, " %s%s", verb, count == 1 ? "s" : "");
}

char *ag_facts_headline(const ag_facts *facts)
{
  ag_buffer words = {0};
  size_t measured = count_curators(facts, is_measured);
  size_t most = count_curators(facts, has_most), all = facts->curator_count;
  bool one = facts->curator_count == 1, without = count_curators(facts, goes_without) == measured;
  if (facts->generations == 0)
    ag_buffer_print(&words, "not played");
  else if (measured == 0)
    ag_buffer_print(&words, "nobody measured who is satisfied");
  else if (count_curators(facts, is_satisfied) == all)
    ag_buffer_print(&words, one ? "the curator is satisfied" : "all curators are satisfied");
  else if (!one && count_curators(facts, has_half) == all)
    ag_buffer_print(&words, "every curator has half of it or more");
  else if (!one && most > 0 && most + count_curators(facts, goes_without) == measured)
    say_curators(&words, facts, has_most, "", "prevail");
  else if (most > 0) { /* the others keep a part */
    say_curators(&words, facts, has_most, "", NULL);
    ag_buffer_print(&words, most == 1 ? " has most of it" : " have most of it");
  } else {
    ag_buffer_print(&words,
                    one ? without ? "the curator goes without" : "the curator is satisfied in part"
                    : without ? "nobody gets their favourites"
                              : "nobody has most of it");
    say_curators(&words, facts, gains, ": ", "gain");
    if (!without)
      say_curators(&words, facts, loses, count_curators(facts, gains) ? ", " : ": ", "lose");
  }
  if (measured > 0 && facts->outcome.verdict == AG_RUN_STILL_MOVING)
    ag_buffer_print(&words, " so far");
  return finish(&words);
}

static const char *trend_verb(ag_trend trend)
{
  return trend == AG_TREND_RISING ? "rose" : trend == AG_TREND_FALLING ? "fell" : "stayed";
}

char *ag_satisfaction_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  size_t said = 0;
  for (size_t c = 0; c < facts->curator_count; c++) {
    const ag_curator_facts *curator = &facts->curator[c];
    if (curator->trend == AG_TREND_UNKNOWN)
      continue;
    if (said++)
      ag_buffer_print(&words, "; for %s it ", curator->name);
    else
      ag_buffer_print(&words, "The share of the population that satisfies %s ", curator->name);
    ag_buffer_print(&words, "%s", trend_verb(curator->trend));
    if (curator->trend == AG_TREND_FLAT)
      ag_buffer_print(&words, " at %s", ag_text_share(curator->last).text);
    else
      ag_buffer_print(&words, " from %s to %s", ag_text_share(curator->first).text,
                      ag_text_share(curator->last).text);
  }
  if (said == 0) {
    free(words.text);
    return NULL;
  }
  return finish(&words);
}

/* --- diversity --- */

char *ag_diversity_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  double first = facts->diversity_first, last = facts->diversity_last;
  if (facts->diversity == AG_TREND_UNKNOWN)
    return NULL;
  ag_buffer_print(&words, "Diversity %s", trend_verb(facts->diversity));
  if (facts->diversity == AG_TREND_FLAT)
    ag_buffer_print(&words, " at %s effective %ss", ag_text_number(last).text, facts->thing);
  else
    ag_buffer_print(&words, " from %s to %s effective %ss", ag_text_number(first).text,
                    ag_text_number(last).text, facts->thing);
  return finish(&words);
}

static void say_half_life(ag_buffer *words, const ag_facts *facts)
{
  double half_life = facts->half_life;
  if (half_life < 1)
    ag_buffer_print(words, "Half of it was gone before the first generation ended");
  else if (isfinite(half_life))
    ag_buffer_print(words, "Half of it was gone after about %.1f generations", half_life);
  else if (facts->diversity_first > 2) /* fewer cannot halve: 1 is the least */
    ag_buffer_print(words, "It has not halved");
}

static void say_kept(ag_buffer *words, const ag_facts *facts)
{
  bool one = facts->survivors == 1;
  ag_buffer_print(words, "%s%s of %s %s%s %s at least a tenth of %s initial share",
                  facts->replicates > 1 ? "on average " : "", ag_text_count(facts->survivors).text,
                  ag_text_count(facts->items).text, facts->thing, plural(facts->items),
                  one ? "keeps" : "keep", one ? "its" : "their");
}

char *ag_survival_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  if (facts->diversity == AG_TREND_FALLING)
    say_half_life(&words, facts);
  if (facts->items > 0) {
    ag_buffer_print(&words, "%s", words.size > 0 ? "; " : "");
    say_kept(&words, facts);
  }
  if (facts->groups_lost > 0)
    ag_buffer_print(&words, "; %s of %s groups are lost", ag_text_count(facts->groups_lost).text,
                    ag_text_count(facts->groups).text);
  return finish(&words);
}

/* --- texts --- */

char *ag_cuts_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  if (facts->learnt_cut == 0 && facts->written_cut == 0)
    return NULL;
  if (facts->learnt_cut > 0)
    ag_buffer_print(&words, "%s of %s texts that were learnt were cut at the model's context",
                    ag_text_count(facts->learnt_cut).text, ag_text_count(facts->texts_learnt).text);
  if (facts->written_cut > 0)
    ag_buffer_print(&words, "%s%s of %s texts that were written were cut at `length`",
                    words.size > 0 ? "; " : "", ag_text_count(facts->written_cut).text,
                    ag_text_count(facts->texts_written).text);
  return finish(&words);
}

char *ag_unknown_words(const ag_facts *facts)
{
  ag_buffer words = {0};
  if (facts->held_out_unknown == 0)
    return NULL;
  bool one = facts->held_out_unknown == 1;
  ag_buffer_print(&words,
                  "perplexity is about %s held-out words, marks and ends; %s%s that the first "
                  "dataset does not have %s",
                  ag_text_count(facts->held_out_words).text,
                  ag_text_count(facts->held_out_unknown).text,
                  facts->held_out_marked > 0 ? " of them" : " more",
                  facts->held_out_marked > 0 ? "are <unk> for every model"
                  : one                      ? "is left out"
                                             : "are left out");
  return finish(&words);
}
