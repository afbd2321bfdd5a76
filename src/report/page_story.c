/* What was played, what theory expects and what came of it, in plain sentences. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "report/figure_run.h"
#include "report/page.h"

/* Mass from which a set counts as where the game ended, and below which as lost. */
static const double settled_share = 0.99, lost_share = 0.05;

/* --- what is read off a run --- */

double ag_page_metric(const ag_result *result, const char *prefix, const char *member,
                      size_t generation)
{
  return ag_result_metric(result, generation, ag_metric_of(result, prefix, member));
}

double ag_page_diversity(const ag_result *result, size_t generation)
{
  double number = ag_page_metric(result, "effective_number", "", generation);
  return isnan(number) ? exp(ag_page_metric(result, "entropy", "", generation)) : number;
}

size_t ag_page_half_life(const ag_result *result)
{
  double half = ag_page_diversity(result, 0) / 2;
  for (size_t g = 1; g <= result->generations; g++)
    if (ag_page_diversity(result, g) <= half)
      return g;
  return SIZE_MAX;
}

static const ag_result *result_with_items(const ag_page_run *run)
{
  size_t items = ag_game_item_count(run->game);
  const ag_result *exact = run->result->exact;
  if (items > 0 && run->result->item_count == items && run->result->log_mass)
    return run->result;
  return items > 0 && exact && exact->item_count == items && exact->log_mass ? exact : NULL;
}

const double *ag_page_outcome(const ag_page_run *run)
{
  const ag_result *result = result_with_items(run);
  return result ? result->log_mass : NULL;
}

double ag_page_set_share(const ag_page_run *run, const ag_item_set *set)
{
  const double *log_mass = ag_page_outcome(run);
  double share = log_mass ? 0 : (double)NAN;
  for (size_t i = 0; log_mass && i < set->count; i++)
    share += exp(log_mass[set->item[i]]);
  return share > 1 ? 1 : share; /* but for rounding */
}

/* --- words --- */

static const char *plural(size_t count)
{
  return count == 1 ? "" : "s";
}

/* An item's label, with [size] room, cut where it is long. */
static void say_item(ag_buffer *page, const ag_game *game, size_t item)
{
  char label[256];
  size_t length = ag_game_item_label(game, item, label, sizeof label);
  if (length >= sizeof label)
    snprintf(label + sizeof label - 4, 4, "...");
  ag_page_text(page, label);
}

const char *ag_page_thing(const ag_page_run *run)
{
  if (run->result->dimension > 0)
    return "point";
  if (run->result->texts)
    return "text";
  return ag_game_dimension(run->game) > 0 ? "cell" : "item";
}

void ag_page_say_set(ag_buffer *page, const ag_page_run *run, const ag_item_set *set)
{
  enum { NAMED_MOST = 3 };
  if (set->count == 0)
    ag_page_text(page, "nothing");
  if (set->count > NAMED_MOST) {
    ag_page_say(page, "%s %ss such as ", ag_page_count(set->count).text, ag_page_thing(run));
    say_item(page, run->game, set->item[0]);
  }
  for (size_t i = 0; set->count <= NAMED_MOST && i < set->count; i++) {
    ag_page_text(page, i == 0 ? "" : i + 1 == set->count ? " and " : ", ");
    say_item(page, run->game, set->item[i]);
  }
}

/* The share that satisfies a curator; NaN: not measured. */
static double satisfaction(const ag_page_run *run, size_t curator, size_t generation)
{
  const char *name = ag_game_curator_name(run->game, curator);
  double share = ag_page_metric(run->result, "satisfaction", name, generation);
  return isnan(share) ? ag_page_metric(run->result, "optimal_mass", name, generation) : share;
}

/* The names of the curators whose satisfaction at the end is in [low, high]. */
static size_t name_curators(const ag_page_run *run, double low, double high, char *text,
                            size_t size)
{
  size_t count = 0, used = 0, curators = ag_game_curator_count(run->game);
  text[0] = '\0';
  for (size_t c = 0; c < curators; c++) {
    double share = satisfaction(run, c, run->result->generations);
    if (!(share >= low && share <= high))
      continue;
    const char *comma = count++ > 0 ? ", " : "";
    if (used < size)
      used += (size_t)snprintf(text + used, size - used, "%s%s", comma,
                               ag_game_curator_name(run->game, c));
  }
  return count;
}

void ag_page_say_verdict(ag_buffer *page, const ag_page_run *run)
{
  char winners[256], losers[256], all[256];
  size_t curators = ag_game_curator_count(run->game);
  size_t won = name_curators(run, 0.5, 2, winners, sizeof winners);
  size_t lost = name_curators(run, -1, lost_share, losers, sizeof losers);
  size_t known = name_curators(run, -1, 2, all, sizeof all);
  if (run->result->generations == 0)
    ag_page_text(page, "not played");
  else if (known == 0)
    ag_page_text(page, "nobody measured who is satisfied");
  else if (won == curators)
    ag_page_text(page, curators == 1 ? "the curator is satisfied" : "all curators are satisfied");
  else if (won > 0)
    ag_page_say(page, "%s prevail%s", winners, won == 1 ? "s" : "");
  else if (lost == curators)
    ag_page_text(page, curators == 1 ? "the curator goes without" : "nobody gets their favourites");
  else if (lost > 0)
    ag_page_say(page, "mixed fortunes, %s lose%s out", losers, lost == 1 ? "s" : "");
  else
    ag_page_text(page, "nobody has it all");
}

void ag_page_lede(ag_buffer *page, const ag_page_run *run)
{
  const ag_result *result = run->result;
  size_t end = result->generations;
  double first = ag_page_diversity(result, 0), last = ag_page_diversity(result, end);
  ag_page_say(page, "After %s generation%s, ", ag_page_count(end).text, plural(end));
  ag_page_say_verdict(page, run);
  if (result->outcome_count > 0 && result->outcome[0].mass >= 0.5) {
    ag_page_text(page, ": ");
    say_item(page, run->game, result->outcome[0].item);
    ag_page_say(page, " makes up %s of what there is", ag_page_share(result->outcome[0].mass).text);
  }
  if (last < first)
    ag_page_say(page, ". Diversity fell from %s to %s effective %ss", ag_page_number(first).text,
                ag_page_number(last).text, ag_page_thing(run));
  ag_page_text(page, ".");
}

/* --- what was played --- */

static void say_pool(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  ag_pool pool = ag_game_curator_pool(run->game, curator);
  ag_sampling sampling = ag_game_sampling(run->game);
  if (sampling.selection && strcmp(sampling.selection, "pools") != 0)
    ag_page_say(page, "selects by the rule %s", sampling.selection);
  else if (pool == 2)
    ag_page_text(page, "compares two at a time and keeps one");
  else if (pool > 0)
    ag_page_say(page, "looks at %s at a time and keeps one", ag_page_count((size_t)pool).text);
  else
    ag_page_text(page, "sees everything at once (an infinite pool)");
}

static void say_wish(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  const ag_game *game = run->game;
  double centre[16], radius = 0;
  size_t dimension = ag_game_dimension(game);
  if (dimension > 0 && dimension <= 16 && ag_game_curator_disc(game, curator, centre, &radius)) {
    ag_page_say(page, "; wants what lies within %s of (", ag_page_number(radius).text);
    for (size_t d = 0; d < dimension; d++)
      ag_page_say(page, "%s%s", d ? ", " : "", ag_page_number(centre[d]).text);
    ag_page_text(page, ")");
  } else if (run->prediction) {
    ag_page_text(page, "; likes ");
    ag_page_say_set(page, run, &run->prediction->optimal_sets[curator]);
    ag_page_text(page, " best");
  }
}

static void add_curators(ag_buffer *page, const ag_page_run *run)
{
  ag_page_html(page, "<ul>\n");
  for (size_t c = 0; c < ag_game_curator_count(run->game); c++) {
    ag_page_html(page, "<li><strong>");
    ag_page_text(page, ag_game_curator_name(run->game, c));
    ag_page_html(page, "</strong> ");
    say_pool(page, run, c);
    ag_page_say(page, ", at temperature %s",
                ag_page_number(ag_game_curator_temperature(run->game, c)).text);
    say_wish(page, run, c);
    ag_page_html(page, ".</li>\n");
  }
  ag_page_html(page, "</ul>\n");
}

static void say_order(ag_buffer *page, const ag_game *game)
{
  for (size_t s = 0; s < ag_game_stage_count(game); s++)
    ag_page_say(page, "%s%s", s ? ", then " : "",
                ag_game_curator_name(game, ag_game_stage_curator(game, s)));
}

static const struct {
  const char *name, *meaning;
} readings[] = {
    {"sequential", "each chooses from what the one before has left, and the next generation is "
                   "learned from what the last one kept"},
    {"owner_model", "the model learns from what the first keeps; what the others keep of that is "
                    "only published"},
    {"accumulate", "what was kept is added to all that was there before, and nothing is thrown "
                   "away"},
    {"parallel", "all choose from the same generation, side by side, and the next one is a "
                 "mixture of what they keep"},
};

static void say_reading(ag_buffer *page, const ag_game *game)
{
  const char *meaning = NULL, *name = ag_game_reading(game);
  for (size_t i = 0; i < sizeof readings / sizeof *readings; i++)
    if (strcmp(readings[i].name, name) == 0)
      meaning = readings[i].meaning;
  ag_page_text(page, "The order of play is ");
  say_order(page, game);
  ag_page_say(page, meaning ? ": %s (the reading %s of the loop)." : "%s (reading %s).",
              meaning ? meaning : "", name);
}

static void say_space(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  size_t items = ag_game_item_count(game), dropped = ag_game_dropped_count(game);
  const size_t *cells = ag_game_cells(game);
  if (run->result->texts) {
    ag_page_text(page, "A language model writes what is played with");
  } else if (run->result->dimension > 0) {
    ag_page_say(page, "Points with %zu coordinates are generated", run->result->dimension);
  } else if (ag_game_dimension(game) > 0 && cells) {
    ag_page_text(page, "What can be generated is a grid of ");
    for (size_t d = 0; d < ag_game_dimension(game); d++)
      ag_page_say(page, "%s%s", d ? " by " : "", ag_page_count(cells[d]).text);
    ag_page_text(page, " cells");
  } else {
    ag_page_say(page, "There are %s item%s to generate", ag_page_count(items).text, plural(items));
  }
  if (dropped > 0)
    ag_page_say(page, " (%s row%s of the table had missing cells and stayed out)",
                ag_page_count(dropped).text, plural(dropped));
  if (ag_game_space_remark(game))
    ag_page_say(page, ". The corpus: %s", ag_game_space_remark(game));
  ag_page_text(page, ". ");
}

/* The sizes and rules of a sampled game. */
static void say_sampling(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  ag_sampling sampling = ag_game_sampling(game);
  ag_page_html(page, "<p>");
  ag_page_say(page, "The first dataset has %s %ss; the generator %s makes %s in each generation",
              ag_page_count(sampling.initial).text, ag_page_thing(run), ag_game_generator(game),
              ag_page_count(sampling.generate).text);
  for (size_t s = 0; s < ag_game_stage_count(game); s++)
    ag_page_say(page, ", %s keeps %s", ag_game_curator_name(game, ag_game_stage_curator(game, s)),
                ag_page_count(ag_game_stage_keep(game, s)).text);
  ag_page_say(page, ". The dataset's rule is %s", sampling.dataset);
  if (sampling.dataset_size > 0)
    ag_page_say(page, " (%s)", ag_page_count(sampling.dataset_size).text);
  ag_page_say(page, ", the rule of selection %s: %s.", sampling.selection, sampling.law);
  ag_page_html(page, "</p>\n");
}

static void add_played(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  size_t generations = run->result->generations;
  ag_page_html(page, "<h3>What was played</h3>\n<p>");
  say_space(page, run);
  ag_page_say(page,
              "A model shows %ss, the curators keep what they like, and the model learns from what "
              "was kept: that is a generation, and there are %s of them.",
              ag_page_thing(run), ag_page_count(generations).text);
  ag_page_html(page, "</p>\n");
  add_curators(page, run);
  ag_page_html(page, "<p>");
  say_reading(page, game);
  ag_page_text(page,
               " The lower a temperature, the more surely a curator takes the better of two.");
  if (ag_game_real_share(game) > 0)
    ag_page_say(page, " Of every generation, %s is drawn afresh from how things were at the start.",
                ag_page_share(ag_game_real_share(game)).text);
  if (run->result->replicates > 1)
    ag_page_say(page,
                " Generations are finite samples, so chance has a part in it: the game was played "
                "%zu times over, with other random numbers each time.",
                run->result->replicates);
  ag_page_html(page, "</p>\n");
  if (ag_game_is_sampled(game))
    say_sampling(page, run);
}

/* --- what theory expects --- */

static const char *regime_meaning(ag_regime regime)
{
  switch (regime) {
  case AG_REGIME_PERFECT:
    return "perfectly aligned: all curators like the same things best";
  case AG_REGIME_PARTIAL:
    return "partly aligned: their favourites overlap, but are not the same";
  default:
    return "disjoint: their favourites have nothing in common";
  }
}

/* How fast a sink takes over, in words that stay true at the extremes. */
static void say_pace(ag_buffer *page, double log_lambda)
{
  if (isinf(log_lambda))
    return;
  if (log_lambda < -20)
    ag_page_text(page, "; near it, everything else is gone in a generation");
  else
    ag_page_say(page, "; near it, everything else shrinks by %s a generation",
                ag_page_share(-expm1(log_lambda)).text);
}

static void say_sinks(ag_buffer *page, const ag_page_run *run)
{
  enum { SINKS_MOST = 3 };
  const ag_prediction *prediction = run->prediction;
  size_t count = prediction->sink_count;
  if (count == 0) {
    ag_page_text(page, "An exact analysis finds nothing that could take over everything.");
    return;
  }
  ag_page_say(page, "An exact analysis of who can displace whom finds %s: ",
              count == 1 ? "one possible end" : "several possible ends, and the start decides");
  for (size_t s = 0; s < count && s < SINKS_MOST; s++) {
    ag_page_text(page, s ? "; or " : "");
    ag_page_say_set(page, run, &prediction->sinks[s].items);
    if (count == 1)
      say_pace(page, prediction->sinks[s].log_lambda);
  }
  if (count > SINKS_MOST)
    ag_page_say(page, "; and %s more", ag_page_count(count - SINKS_MOST).text);
  ag_page_text(page, ".");
  if (ag_game_real_share(run->game) > 0)
    ag_page_text(page, " That is without the fresh data; with it, the population stays near such "
                       "an end and never is all there.");
}

static void add_expected(ag_buffer *page, const ag_page_run *run)
{
  const ag_prediction *prediction = run->prediction;
  const char *reading = ag_game_reading(run->game);
  ag_page_html(page, "<h3>What theory expects</h3>\n<p>");
  if (prediction->curator_count > 1)
    ag_page_say(page, "The curators are %s. ", regime_meaning(prediction->regime));
  ag_page_html(page, "<cite>The Alignment Game</cite> (Falahati, Amiri, Larson and Golab, arXiv "
                     "2511.12804) puts the whole population, in the long run, on ");
  ag_page_say_set(page, run, &prediction->paper_limit);
  ag_page_say(page, " (its %s). ", prediction->paper_theorem);
  if (strcmp(reading, "sequential") == 0 || strcmp(reading, "accumulate") == 0)
    say_sinks(page, run);
  else
    ag_page_say(page, "That theorem is about the sequential loop; this game reads it as %s.",
                reading);
  ag_page_html(page, "</p>\n");
}

/* --- what came out --- */

static void add_verdict(ag_buffer *page, const ag_page_run *run)
{
  const ag_prediction *prediction = run->prediction;
  double there = ag_page_set_share(run, &prediction->paper_limit);
  size_t end = run->result->generations;
  const ag_result *items = result_with_items(run);
  ag_page_html(page, "<p>");
  ag_page_say(page, "After %s generation%s, %s of the population %s where the theorem puts it: ",
              ag_page_count(end).text, plural(end), ag_page_share(there).text,
              items == run->result ? "is" : "of the exact game is");
  double step = ag_page_metric(items, "tv_step", "", end);
  bool moving = step > 1e-3;
  ag_page_text(page, there >= settled_share ? "it came out as predicted. "
                     : moving               ? "the game was still on its way. "
                                            : "it came out elsewhere. ");
  for (size_t s = 0; s < prediction->sink_count && there < settled_share; s++) {
    double share = ag_page_set_share(run, &prediction->sinks[s].items);
    if (share < 0.5)
      continue;
    ag_page_say(page, "Instead, %s of it is at ", ag_page_share(share).text);
    ag_page_say_set(page, run, &prediction->sinks[s].items);
    ag_page_text(page, ", an end that the exact analysis allows. ");
  }
  if (moving && there >= settled_share)
    ag_page_say(page, "It still changes by %s a generation.", ag_page_share(step).text);
  ag_page_html(page, "</p>\n");
}

static const char *change_word(double first, double last)
{
  return last > first * 1.02 ? "rose" : last < first * 0.98 ? "fell" : "went";
}

static void add_satisfaction(ag_buffer *page, const ag_page_run *run)
{
  size_t told = 0;
  for (size_t c = 0; c < ag_game_curator_count(run->game); c++) {
    double first = satisfaction(run, c, 0), last = satisfaction(run, c, run->result->generations);
    const char *name = ag_game_curator_name(run->game, c), *went = change_word(first, last);
    if (isnan(first) || isnan(last))
      continue;
    ag_page_html(page, told ? " " : "<p>");
    if (told++)
      ag_page_say(page, "For %s it %s", name, went);
    else
      ag_page_say(page, "The share of the population that satisfies %s %s", name, went);
    ag_page_say(page, " from %s to %s.", ag_page_share(first).text, ag_page_share(last).text);
  }
  ag_page_html(page, told ? "</p>\n" : "");
}

static void add_diversity(ag_buffer *page, const ag_page_run *run)
{
  const ag_result *result = run->result;
  double first = ag_page_diversity(result, 0);
  double last = ag_page_diversity(result, result->generations);
  size_t half = ag_page_half_life(result);
  if (isnan(first) || isnan(last))
    return;
  ag_page_html(page, "<p>");
  ag_page_say(page, "Diversity went from %s to %s effective %ss. ", ag_page_number(first).text,
              ag_page_number(last).text, ag_page_thing(run));
  if (half != SIZE_MAX)
    ag_page_say(page, "Half of it was gone by generation %s.", ag_page_count(half).text);
  else
    ag_page_text(page,
                 last < first ? "More than half of it was there to the end." : "It did not fall.");
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
  double exact = result->exact
                     ? ag_page_metric(result->exact, prefix, who, result->exact->generations)
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
    ag_page_say(page, "The model was fitted %s times", ag_page_count(fits->fits).text);
  if (fits->not_converged > 0)
    ag_page_say(page, "; %s of the fits stopped before they had settled",
                ag_page_count(fits->not_converged).text);
  if (fits->reduced > 0)
    ag_page_say(page, "; %s had too few different items for all components",
                ag_page_count(fits->reduced).text);
  if (fits->regularised > 0)
    ag_page_say(page, "; %s had to be kept from collapsing to a point",
                ag_page_count(fits->regularised).text);
  ag_page_text(page, fits->fits > 0 ? "." : "");
  ag_page_html(page, "</p>\n");
}

static ag_status add_chance(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  const ag_result *result = run->result;
  ag_status status = AG_OK;
  ag_page_html(page, "<h3>What chance and finite size did</h3>\n<p>");
  if (result->replicates == 1) { /* nothing to compare it with */
    ag_page_text(page, "One replicate was played: another seed would give other numbers.");
    ag_page_html(page, "</p>\n");
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
  add_played(page, run);
  if (run->prediction)
    add_expected(page, run);
  ag_page_html(page, "<h3>What came out</h3>\n");
  if (run->prediction && result_with_items(run) && run->result->generations > 0)
    add_verdict(page, run);
  add_satisfaction(page, run);
  add_diversity(page, run);
  return run->result->replicates > 0 ? add_chance(page, run, error) : AG_OK;
}

static void add_tile(ag_buffer *page, const char *name, const char *value)
{
  ag_page_html(page, "<div><dt>");
  ag_page_text(page, name);
  ag_page_html(page, "</dt><dd>");
  ag_page_text(page, value);
  ag_page_html(page, "</dd></div>\n");
}

void ag_page_tiles(ag_buffer *page, const ag_page_run *run)
{
  const ag_result *result = run->result;
  char text[192];
  double first = ag_page_diversity(result, 0);
  size_t half = ag_page_half_life(result);
  ag_page_html(page, "<dl class=\"tiles\">\n");
  add_tile(page, "generations", ag_page_count(result->generations).text);
  if (result->replicates > 0)
    add_tile(page, "replicates", ag_page_count(result->replicates).text);
  if (!isnan(first)) {
    snprintf(text, sizeof text, "%s → %s", ag_page_number(first).text,
             ag_page_number(ag_page_diversity(result, result->generations)).text);
    add_tile(page, "effective number", text);
    snprintf(text, sizeof text, "generation %zu", half);
    add_tile(page, "diversity halved by", half == SIZE_MAX ? "never" : text);
  }
  for (size_t c = 0; c < ag_game_curator_count(run->game); c++) {
    double share = satisfaction(run, c, result->generations);
    snprintf(text, sizeof text, "satisfaction of %.128s", ag_game_curator_name(run->game, c));
    if (!isnan(share))
      add_tile(page, text, ag_page_short_share(share).text);
  }
  ag_page_html(page, "</dl>\n");
}
