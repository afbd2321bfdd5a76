/* What theory expects and what came of it, in sentences made of the facts. */
#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure_run.h"
#include "report/page.h"

/* --- words --- */

/* A number stays in one line, with its exponent and its per cent sign. */
static void say_words(ag_buffer *page, const char *words)
{
  const char *from = words;
  for (const char *at = words; *at; at++) {
    bool percent = at[0] == ' ' && at[1] == '%';
    bool exponent = at > words && at[-1] == 'e' && at[0] == '-' && isdigit((unsigned char)at[1]);
    if (!percent && !exponent)
      continue;
    ag_page_say(page, "%.*s%s", (int)(at - from), from, percent ? "\u00a0" : "\u2212");
    from = at + 1;
  }
  ag_page_text(page, from);
}

void ag_page_words(ag_buffer *page, char *words)
{
  page->failed |= !words;
  say_words(page, words ? words : "");
  free(words);
}

/* A sentence of the facts, with its capital and full stop; NULL: memory was out. */
static void say_sentence(ag_buffer *page, char *words)
{
  page->failed |= !words;
  if (words && *words) {
    words[0] = (char)toupper((unsigned char)words[0]);
    say_words(page, words);
    ag_page_text(page, ". ");
  }
  free(words);
}

static void say_diversity(ag_buffer *page, const ag_facts *facts)
{
  if (facts->diversity != AG_TREND_UNKNOWN)
    say_sentence(page, ag_diversity_words(facts));
}

static void add_sentence(ag_buffer *page, char *words)
{
  ag_page_html(page, "<p>");
  say_sentence(page, words);
  ag_page_html(page, "</p>\n");
}

void ag_page_lede(ag_buffer *page, const ag_page_run *run)
{
  const ag_facts *facts = run->facts;
  if (facts->generations > 0)
    ag_page_say(page, "After %s generation%s, ", ag_text_count(facts->generations).text,
                facts->generations == 1 ? "" : "s");
  ag_page_words(page, ag_facts_headline(facts));
  ag_page_text(page, ". ");
  if (facts->most != SIZE_MAX && facts->most_share > 0.505) {
    ag_page_say(page, "Of what there is, %s is ", ag_page_share(facts->most_share).text);
    ag_page_words(page, ag_item_set_words(run->game, &(ag_item_set){1, &run->facts->most}));
    ag_page_text(page, ". ");
  }
  say_diversity(page, facts);
}

/* --- what theory expects --- */

static void add_ends(ag_buffer *page, const ag_page_run *run)
{
  enum { ENDS_MOST = 3 };
  const ag_facts *facts = run->facts;
  size_t count = facts->outcome.end_count;
  const char *end = facts->prediction->theory.kind == AG_THEORY_SINKS ? "sink" : "rest point";
  ag_page_put(page, "<p>%s %s%s: ", ag_text_count(count).text, end, count == 1 ? "" : "s");
  ag_page_words(page, ag_ends_words(facts));
  ag_page_html(page, count > 0 ? ".</p>\n<ul>\n" : ".</p>\n");
  for (size_t e = 0; e < count && e < ENDS_MOST; e++) {
    ag_page_html(page, "<li>");
    ag_page_words(page, ag_end_words(run->game, facts, e));
    ag_page_html(page, "</li>\n");
  }
  if (count > ENDS_MOST)
    ag_page_put(page, "<li>and %s more</li>\n", ag_text_count(count - ENDS_MOST).text);
  ag_page_html(page, count > 0 ? "</ul>\n" : "");
}

static void add_expected(ag_buffer *page, const ag_page_run *run)
{
  const ag_facts *facts = run->facts;
  ag_page_html(page, "<h3>What theory expects</h3>\n<p>");
  if (facts->prediction->optimal_sets)
    say_sentence(page, ag_regime_words(facts->prediction));
  ag_page_put(page, "%s</p>\n", facts->prediction->theory.why);
  if (facts->prediction->neutral)
    add_sentence(page, ag_ends_words(facts));
  else if (facts->prediction->theory.kind != AG_THEORY_NONE)
    add_ends(page, run);
  if (!isnan(facts->outcome.theorem_share)) {
    ag_page_html(page, "<p>Of the theorems in <cite>The Alignment Game</cite> (Falahati, Amiri, "
                       "Larson and Golab, arXiv 2511.12804), ");
    ag_page_words(page, ag_theorem_words(run->game, facts));
    ag_page_html(page, ".</p>\n");
  }
}

/* --- what came out --- */

static void add_satisfaction(ag_buffer *page, const ag_facts *facts)
{
  bool known = false;
  for (size_t c = 0; c < facts->curator_count; c++)
    known |= facts->curator[c].trend != AG_TREND_UNKNOWN;
  if (known)
    add_sentence(page, ag_satisfaction_words(facts));
}

static void add_outcome(ag_buffer *page, const ag_page_run *run)
{
  const ag_facts *facts = run->facts;
  ag_page_html(page, "<h3>What came out</h3>\n");
  add_sentence(page, ag_ending_words(run->game, facts, &facts->outcome));
  if (facts->has_exact) {
    ag_page_html(page, "<p>Of endless samples: ");
    ag_page_words(page, ag_ending_words(run->game, facts, &facts->exact));
    ag_page_html(page, ".</p>\n");
  }
  add_satisfaction(page, facts);
  ag_page_html(page, "<p>");
  say_diversity(page, facts);
  say_sentence(page, ag_survival_words(facts));
  ag_page_html(page, "</p>\n");
}

/* --- what chance and finite size added --- */

/* The mean with its interval and the replicates' spread, beside the exact game's value. */
static void add_spread(ag_buffer *page, const ag_spread *spread, const char *what, const char *who,
                       double exact)
{
  ag_page_html(page, "<li>");
  ag_page_say(page,
              "%s%s%s: %s on average (95 %% interval %s to %s); nine in ten replicates are between "
              "%s and %s.",
              what, *who ? " of " : "", who, ag_page_number(spread->mean).text,
              ag_page_number(spread->low).text, ag_page_number(spread->high).text,
              ag_page_number(spread->q05).text, ag_page_number(spread->q95).text);
  if (!isnan(exact) && !isnan(spread->low))
    ag_page_say(page, " The exact game ends at %s, %s that interval.", ag_page_number(exact).text,
                exact >= spread->low && exact <= spread->high ? "inside" : "outside");
  ag_page_html(page, "</li>\n");
}

static ag_status add_metric(ag_buffer *page, const ag_result *result, const char *what,
                            const char *prefix, const char *who, ag_error *error)
{
  size_t metric = ag_metric_of(result, prefix, who);
  ag_spread spread;
  if (metric == SIZE_MAX)
    return AG_OK;
  ag_status status = ag_result_spread(result, result->generations, metric, &spread, error);
  if (status != AG_OK || spread.count < 2)
    return status;
  const ag_result *game = result->exact;
  double exact = game ? ag_result_metric(game, game->generations, ag_metric_of(game, prefix, who))
                      : (double)NAN;
  add_spread(page, &spread, what, who, exact);
  return AG_OK;
}

static void add_fits(ag_buffer *page, const ag_result *result)
{
  const ag_fit_counts *fits = &result->fits;
  ag_page_html(page, "<p>");
  if (result->exact && result->replicates > 1)
    ag_page_text(page,
                 "Where the exact game lies outside, finite size or the learned model has "
                 "probably moved the outcome: chance alone puts it there one time in twenty. ");
  if (fits->fits > 0)
    ag_page_say(page, "The model was fitted %s times", ag_text_count(fits->fits).text);
  if (fits->not_converged > 0)
    ag_page_say(page, "; %s of the fits stopped before they had settled",
                ag_text_count(fits->not_converged).text);
  if (fits->reduced > 0)
    ag_page_say(page, "; %s had too few different items for all components",
                ag_text_count(fits->reduced).text);
  if (fits->regularised > 0)
    ag_page_say(page, "; %s had to be kept from collapsing to a point",
                ag_text_count(fits->regularised).text);
  ag_page_put(page, "%s</p>\n", fits->fits > 0 ? "." : "");
}

static ag_status add_chance(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  const ag_result *result = run->result;
  ag_status status = AG_OK;
  ag_page_html(page, "<h3>What chance and finite size did</h3>\n<p>");
  if (result->replicates == 1) { /* nothing to compare it with */
    ag_page_html(page, "One replicate was played: another seed would give other numbers.</p>\n");
    add_fits(page, result);
    return AG_OK;
  }
  ag_page_say(page,
              "The numbers above are means over %zu replicates. At the end:", result->replicates);
  ag_page_html(page, "</p>\n<ul>\n");
  status = add_metric(page, result, "Diversity", "effective_number", "", error);
  for (size_t c = 0; status == AG_OK && c < ag_game_curator_count(run->game); c++)
    status = add_metric(page, result, "Mean reward", "mean_reward",
                        ag_game_curator_name(run->game, c), error);
  ag_page_html(page, "</ul>\n");
  add_fits(page, result);
  return status;
}

/* --- all together --- */

ag_status ag_page_story(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  ag_page_played(page, run);
  add_expected(page, run);
  add_outcome(page, run);
  return run->result->replicates > 0 ? add_chance(page, run, error) : AG_OK;
}

static void add_tile(ag_buffer *page, const char *name, const char *value)
{
  ag_page_put(page, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
}

void ag_page_tiles(ag_buffer *page, const ag_page_run *run)
{
  const ag_facts *facts = run->facts;
  char text[192];
  ag_page_html(page, "<dl class=\"tiles\">\n");
  add_tile(page, "outcome", ag_run_verdict_name(facts->outcome.verdict));
  add_tile(page, "generations", ag_text_count(facts->generations).text);
  if (facts->replicates > 0)
    add_tile(page, "replicates", ag_text_count(facts->replicates).text);
  if (!isnan(facts->diversity_first)) {
    snprintf(text, sizeof text, "%s → %s", ag_page_number(facts->diversity_first).text,
             ag_page_number(facts->diversity_last).text);
    add_tile(page, "effective number", text);
  }
  if (isfinite(facts->half_life)) {
    snprintf(text, sizeof text, "%.1f", facts->half_life);
    add_tile(page, "generations to halve it", text);
  }
  for (size_t c = 0; c < facts->curator_count; c++) {
    snprintf(text, sizeof text, "satisfaction of %.128s", facts->curator[c].name);
    if (!isnan(facts->curator[c].last))
      add_tile(page, text, ag_page_short_share(facts->curator[c].last).text);
  }
  ag_page_html(page, "</dl>\n");
}
