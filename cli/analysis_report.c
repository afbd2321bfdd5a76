#include "analysis_report.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include "outcome.h"
#include "program.h"
#include "render.h"

enum { HEAD = 12, SINKS_SHOWN = 10, GROWTH_SHOWN = 6 };

void report_line(FILE *out, const char *head, const char *format, ...)
{
  va_list words;
  va_start(words, format);
  outcome_print_line(out, head, program_format_list(format, words));
  va_end(words);
}

/* ---- regime ---- */

static size_t count_acting(const ag_game *game)
{
  size_t count = 0;
  for (size_t c = 0; c < ag_game_curator_count(game); c++)
    count += ag_game_curator_acts(game, c);
  return count;
}

/* "owner and public", on the heap. */
static char *name_acting(const ag_game *game)
{
  size_t left = count_acting(game);
  char *names = program_format("%s", left ? "" : "nobody");
  for (size_t c = 0, named = 0; c < ag_game_curator_count(game); c++) {
    if (!ag_game_curator_acts(game, c))
      continue;
    const char *before = named++ == 0 ? "" : left > 1 ? ", " : " and ";
    left--;
    program_append(&names, "%s%s", before, ag_game_curator_name(game, c));
  }
  return names;
}

static void print_regime(FILE *out, const ag_game *game, const ag_prediction *prediction)
{
  static const char *const words[] = {
      [AG_REGIME_PERFECT] = "all who act like the same items best",
      [AG_REGIME_PARTIAL] = "the favourites of those who act overlap",
      [AG_REGIME_DISJOINT] = "the favourites of those who act have nothing in common"};
  size_t acting = count_acting(game);
  char *names = name_acting(game);
  if (acting > 1)
    report_line(out, "Regime", "%s: %s", ag_regime_name(prediction->regime),
                words[prediction->regime]);
  else
    report_line(out, "Regime", "%s: only what %s likes counts", ag_regime_name(prediction->regime),
                names);
  free(names);
  for (size_t c = 0; c < prediction->curator_count; c++) {
    char *set = outcome_describe_set(game, &prediction->optimal_sets[c]);
    report_line(out, c == 0 ? "Favourites" : "", "%s: %s%s", ag_game_curator_name(game, c), set,
                ag_game_curator_acts(game, c) ? "" : " (changes nothing)");
    free(set);
  }
}

/* What items of one class have in common, on the heap. */
static char *describe_class(const ag_game *game, const ag_analysis *analysis)
{
  size_t acting = count_acting(game);
  for (size_t c = 0; c < ag_game_curator_count(game); c++)
    if (ag_game_curator_acts(game, c) && ag_game_curator_prefers(game, c))
      return program_format("preferences tell all items apart");
  if (acting == 0)
    return program_format("nobody's choice is learnt, so that all items make one");
  if (analysis->by_sum)
    return program_format("items whose rewards, in temperatures, have the same sum make one: "
                          "nothing else counts where all who act see everything at once");
  if (acting == ag_game_curator_count(game))
    return program_format("items equal in all rewards make one");
  char *names = name_acting(game);
  char *words = program_format("items equal in the rewards of those who act (%s) make one", names);
  free(names);
  return words;
}

static void print_classes(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  size_t classes = analysis->class_count, front = analysis->front_count;
  const ag_prediction *prediction = analysis->prediction;
  char *class = describe_class(game, analysis);
  bool wins = prediction->theory.kind == AG_THEORY_SINKS && !prediction->neutral;
  if (wins)
    report_line(out, "Classes", "%s (%s); %s Pareto optimal, and only %s can win",
                render_count(classes).text, class, render_count(front).text,
                front == 1 ? "that one" : "those");
  else
    report_line(out, "Classes", "%s (%s)", render_count(classes).text, class);
  free(class);
}

/* ---- the paper ---- */

static bool set_holds(const ag_item_set *set, size_t item)
{
  for (size_t i = 0; i < set->count; i++)
    if (set->item[i] == item)
      return true;
  return false;
}

/* The limit and a sink are compared as sets: p_0 on more items is another limit. */
static const char *paper_verdict(const ag_prediction *prediction)
{
  const ag_item_set *limit = &prediction->paper_limit;
  for (size_t s = 0; limit->count && s < prediction->sink_count; s++) {
    const ag_item_set *sink = &prediction->sinks[s].items;
    if (!set_holds(sink, limit->item[0]))
      continue;
    if (sink->count != limit->count)
      return "not where it ends, but a part of it: more items than these stay";
    return prediction->lock_in ? "a sink, but not the only one: only some starts end there"
                               : "the only sink: every start ends there";
  }
  return "no sink: exact play cannot end there";
}

static void print_constants(FILE *out, const ag_game *game, const ag_constants *constants)
{
  report_line(out, "Constants",
              "O is %s, P is %s: Δ_O %s, Δ_P %s, Δ_P|O %s, v_min %s, K_0 %s (%s needed), C_O %s",
              ag_game_curator_name(game, constants->owner),
              ag_game_curator_name(game, constants->public_),
              render_number(constants->gap_owner).text, render_number(constants->gap_public).text,
              render_number(constants->gap_refinement).text, render_number(constants->v_min).text,
              render_number(constants->pool_threshold).text,
              render_number(constants->pool_needed).text, render_number(constants->c_owner).text);
  if (constants->vacuous)
    report_line(out, "",
                "ρ = %s ≥ 1: vacuous. The paper bounds the mass outside its limit by a factor ρ a "
                "generation; a factor of one or more excludes nothing, so the bound says nothing "
                "about this game.",
                render_number(constants->rho).text);
  else
    report_line(out, "",
                "ρ = %s: the paper's bound on the factor by which the mass outside shrinks",
                render_number(constants->rho).text);
}

static void print_contraction(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  char *factors = program_format("%s", "");
  for (size_t c = 0, told = 0; c < analysis->prediction->curator_count; c++) {
    if (isnan(analysis->contraction[c]))
      continue;
    program_append(&factors, "%s%s %s", told++ ? ", " : "", ag_game_curator_name(game, c),
                   render_number(analysis->contraction[c]).text);
  }
  if (*factors)
    report_line(out, "Contraction",
                "%s: one curation multiplies the odds of an item below a curator's best by at most "
                "this",
                factors);
  free(factors);
}

static void print_paper(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  const ag_prediction *prediction = analysis->prediction;
  char *limit = outcome_describe_set(game, &prediction->paper_limit);
  report_line(out, "Paper", "%s: all mass on %s", prediction->paper_theorem, limit);
  free(limit);
  report_line(out, "", "This is %s.", paper_verdict(prediction));
}

/* ---- sinks ---- */

static void print_neutral(FILE *out)
{
  report_line(out, "Ends",
              "neutral: those who act do not tell the items apart, so that every start "
              "is at rest and stays what it is");
}

static void print_ending(FILE *out, const ag_prediction *prediction)
{
  if (prediction->sink_count == 0)
    report_line(out, "Sinks", "none: nothing can take over everything");
  else if (prediction->lock_in)
    report_line(out, "Sinks",
                "%zu, so there is lock-in: the start and the order of moving decide which of them "
                "takes over, and it stays",
                prediction->sink_count);
  else
    report_line(out, "Sinks", "1, so no lock-in: every start leads there");
  if (prediction->sink_count > 0 && prediction->sinks[0].items.count > 1)
    report_line(out, "", "Items of one sink keep the mass ratios of the start.");
}

/* Whether the mass outside falls by a power of time: data accumulate. */
static bool has_power(const ag_analysis *analysis)
{
  return analysis->prediction->sink_count > 0 && !isnan(analysis->sink->power);
}

static void add_sink(render_table *table, const ag_game *game, const ag_analysis *analysis,
                     size_t s, bool power)
{
  const ag_sink *sink = &analysis->prediction->sinks[s];
  const ag_sink_detail *detail = &analysis->sink[s];
  char *set = outcome_describe_set(game, &sink->items);
  char *invader =
      detail->invader == SIZE_MAX ? program_format("–") : outcome_label(game, detail->invader);
  render_table_add(table, set);
  render_table_add(table, render_number(exp(sink->log_lambda)).text);
  render_table_add(table, render_number(-sink->log_lambda).text);
  if (power)
    render_table_format(table, "t^%s", render_number(detail->power).text);
  render_table_add(table, invader);
  free(invader);
  free(set);
}

static void print_pace(FILE *out, bool power)
{
  if (power)
    report_line(out, "",
                "One generation's output has λ_max times the mass outside near a sink; as data "
                "accumulate, what is outside falls by a power of the generation t.");
  else
    report_line(out, "",
                "Near a sink the mass outside is multiplied by λ_max a generation: rate c = −log "
                "λ_max.");
}

static void print_sinks(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  size_t count = analysis->prediction->sink_count;
  bool power = has_power(analysis);
  const char *heading[5] = {"sink", ">λ_max", ">rate c"};
  size_t used = 3;
  print_ending(out, analysis->prediction);
  if (count == 0)
    return;
  if (power)
    heading[used++] = ">outside ~";
  heading[used++] = "last to vanish";
  render_table *table = render_table_create(used, heading);
  for (size_t s = 0; s < count && s < SINKS_SHOWN; s++)
    add_sink(table, game, analysis, s, power);
  render_table_end(table, out, HEAD);
  if (count > SINKS_SHOWN)
    report_line(out, "", "and %s more", render_count(count - SINKS_SHOWN).text);
  print_pace(out, power);
}

/* ---- rest points ---- */

char *report_rest_point(const ag_game *game, const ag_rest_point *point)
{
  enum { NAMED_MOST = 4 };
  char *text = program_format("%s", "");
  for (size_t i = 0; i < point->count && i < NAMED_MOST; i++) {
    char *label = outcome_label(game, point->item[i]);
    program_append(&text, "%s%s %s", i ? ", " : "", render_share(point->mass[i]).text, label);
    free(label);
  }
  if (point->count > NAMED_MOST)
    program_append(&text, " and %s more", render_count(point->count - NAMED_MOST).text);
  return text;
}

/* How p behaves near it, and the certificate. */
static void print_certificate(FILE *out, const ag_rest_point *point)
{
  char *outside =
      point->growth_outside > 0
          ? program_format("growth of the absent ≤ %s", render_number(point->growth_outside).text)
          : program_format("nothing is absent");
  if (isnan(point->radius))
    report_line(out, "", "%s", outside);
  else if (point->stable)
    report_line(out, "",
                "stable: a small deviation is multiplied by %s a generation in the long run; %s",
                render_number(point->radius).text, outside);
  else
    report_line(out, "", "not stable: a small deviation is multiplied by %s a generation; %s",
                render_number(point->radius).text, outside);
  free(outside);
}

static void print_rest_heading(FILE *out, const ag_prediction *prediction)
{
  size_t count = prediction->rest_point_count;
  if (count == 0)
    report_line(out, "Rest points", "none was found: where it ends is not known");
  else if (prediction->cycles)
    report_line(out, "Rest points",
                "none that attracts, so that the game cycles: it goes round %s and never comes to "
                "rest",
                count == 1 ? "this one" : "these");
  else if (prediction->lock_in)
    report_line(out, "Rest points", "%zu, so there is lock-in: the start decides between them",
                count);
  else
    report_line(out, "Rest points", "1: %s start ends there",
                prediction->rest_points[0].every_start ? "every" : "this");
}

static void print_rest_points(FILE *out, const ag_game *game, const ag_prediction *prediction)
{
  size_t count = prediction->rest_point_count;
  print_rest_heading(out, prediction);
  for (size_t r = 0; r < count && r < SINKS_SHOWN; r++) {
    const ag_rest_point *point = &prediction->rest_points[r];
    char *text = report_rest_point(game, point);
    report_line(out, "", "%s", text);
    free(text);
    print_certificate(out, point);
  }
  if (count > SINKS_SHOWN)
    report_line(out, "", "and %s more", render_count(count - SINKS_SHOWN).text);
}

/* ---- growth ---- */

static void print_growth(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  enum { LABEL_MOST = 12 };
  size_t count = analysis->growth_count < GROWTH_SHOWN ? analysis->growth_count : GROWTH_SHOWN;
  char *heading[GROWTH_SHOWN + 1] = {program_format("rare \\ resident")};
  fprintf(out, "\n%sGrowth factors λ(rare | resident)%s", render_bold(), render_plain());
  if (analysis->growth_count > GROWTH_SHOWN)
    fprintf(out, " of the leading %zu classes", count);
  fputc('\n', out);
  for (size_t i = 0; i < count; i++) {
    char *label = outcome_label(game, analysis->growth_item[i]);
    bool is_long = render_width(label) > LABEL_MOST;
    heading[i + 1] =
        is_long ? program_format(">#%zu", analysis->growth_item[i]) : program_format(">%s", label);
    free(label);
  }
  render_table *table = render_table_create(count + 1, (const char *const *)heading);
  for (size_t a = 0; a < count; a++) {
    char *label = outcome_label(game, analysis->growth_item[a]);
    char *row = heading[a + 1][1] == '#' ? program_format("%s %s", heading[a + 1] + 1, label)
                                         : program_format("%s", label);
    render_table_add(table, row);
    for (size_t b = 0; b < count; b++)
      render_table_add(
          table, render_number(exp(analysis->log_growth[a * analysis->growth_count + b])).text);
    free(row);
    free(label);
  }
  render_table_end(table, out, 2);
  for (size_t i = 0; i <= count; i++)
    free(heading[i]);
  report_line(out, "", "Above 1 a rare item grows; a sink is a column with nothing above 1.");
}

/* Where it ends, as far as theory goes for this loop. */
static void print_ends(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  const ag_prediction *prediction = analysis->prediction;
  if (prediction->theory.kind == AG_THEORY_REST_POINTS)
    print_rest_points(out, game, prediction);
  else if (prediction->theory.kind == AG_THEORY_SINKS && prediction->neutral)
    print_neutral(out);
  else if (prediction->theory.kind == AG_THEORY_SINKS)
    print_sinks(out, game, analysis);
}

/* The paper's limit stands beside the ends of loops that the theorems are about. */
static bool has_limit(const ag_game *game, const ag_prediction *prediction)
{
  return prediction->theory.theorems && count_acting(game) > 1;
}

void report_analysis(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  const ag_prediction *prediction = analysis->prediction;
  outcome_print_game(out, game);
  report_line(out, "Theory", "%s", prediction->theory.why);
  if (prediction->curator_count == 0) /* points or texts: there are no items to speak of */
    return;
  print_classes(out, game, analysis);
  print_regime(out, game, prediction);
  if (has_limit(game, prediction)) {
    print_paper(out, game, analysis);
    print_constants(out, game, &analysis->constants);
  }
  if (prediction->theory.theorems)
    print_contraction(out, game, analysis);
  print_ends(out, game, analysis);
  if (analysis->growth_count > 1)
    print_growth(out, game, analysis);
}

void report_analysis_short(sheet *to, const ag_game *game, const ag_analysis *analysis)
{
  enum { WHY_MOST = 2, REGIME_MOST = 3, PAPER_MOST = 2, ENDS_MOST = 6 };
  const ag_prediction *prediction = analysis->prediction;
  outcome_sheet_played(to, game);
  report_line(sheet_begin(to), "Theory", "%s", prediction->theory.why);
  sheet_end(to, WHY_MOST);
  if (prediction->curator_count == 0) /* points or texts */
    return;
  print_regime(sheet_begin(to), game, prediction);
  sheet_end(to, REGIME_MOST);
  if (has_limit(game, prediction)) {
    print_paper(sheet_begin(to), game, analysis);
    sheet_end(to, PAPER_MOST);
  }
  print_ends(sheet_begin(to), game, analysis);
  sheet_end(to, ENDS_MOST);
}
