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
  char *text = NULL;
  va_list words;
  va_start(words, format);
  int length = vasprintf(&text, format, words);
  va_end(words);
  fprintf(out, "%-*s", HEAD, head);
  render_wrap(out, length < 0 ? "out of memory" : text, HEAD, HEAD);
  if (length >= 0)
    free(text);
}

/* ---- regime ---- */

static void print_regime(FILE *out, const ag_game *game, const ag_prediction *prediction)
{
  char *regime = ag_regime_words(prediction);
  report_line(out, "Regime", "%s", regime ? regime : "–");
  free(regime);
  for (size_t c = 0; c < prediction->curator_count; c++) {
    char *set = outcome_describe_set(game, &prediction->optimal_sets[c]);
    report_line(out, c == 0 ? "Favourites" : "", "%s: %s", ag_game_curator_name(game, c), set);
    free(set);
  }
}

static void print_classes(FILE *out, const ag_analysis *analysis)
{
  size_t classes = analysis->class_count, front = analysis->front_count;
  report_line(out, "Classes",
              "%s (items equal in all rewards make one); %s Pareto optimal, and only %s can win",
              render_count(classes).text, render_count(front).text,
              front == 1 ? "that one" : "those");
}

/* ---- the paper ---- */

static bool set_holds(const ag_item_set *set, size_t item)
{
  for (size_t i = 0; i < set->count; i++)
    if (set->item[i] == item)
      return true;
  return false;
}

static const char *paper_verdict(const ag_prediction *prediction)
{
  for (size_t s = 0; prediction->paper_limit.count && s < prediction->sink_count; s++)
    if (set_holds(&prediction->sinks[s].items, prediction->paper_limit.item[0]))
      return prediction->lock_in ? "a sink, but not the only one: only some starts end there"
                                 : "the only sink: every start ends there";
  return "no sink: exact play cannot end there";
}

static void print_constants(FILE *out, const ag_constants *constants)
{
  report_line(out, "Constants", "Δ_O %s, Δ_P %s, Δ_P|O %s, v_min %s, K_0 %s (%s needed), C_O %s",
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

static void print_paper(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  const ag_prediction *prediction = analysis->prediction;
  char *limit = outcome_describe_set(game, &prediction->paper_limit);
  report_line(out, "Paper", "%s: all mass on %s", prediction->paper_theorem, limit);
  free(limit);
  report_line(out, "", "This is %s.", paper_verdict(prediction));
  print_constants(out, &analysis->constants);
  char *factors = program_format("%s", "");
  for (size_t c = 0; c < prediction->curator_count; c++) {
    char *longer =
        program_format("%s%s%s %s", factors, c ? ", " : "", ag_game_curator_name(game, c),
                       render_number(analysis->contraction[c]).text);
    free(factors);
    factors = longer;
  }
  report_line(out, "Contraction",
              "%s: one curation multiplies the odds of an item below a curator's best by at most "
              "this",
              factors);
  free(factors);
}

/* ---- sinks ---- */

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
  if (power) {
    char *text = program_format("t^%s", render_number(detail->power).text);
    render_table_add(table, text);
    free(text);
  }
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

/* ---- growth ---- */

static void print_growth(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  enum { LABEL_MOST = 12 };
  size_t count = analysis->growth_count < GROWTH_SHOWN ? analysis->growth_count : GROWTH_SHOWN;
  char *heading[GROWTH_SHOWN + 1] = {program_format("rare \\ resident")};
  if (analysis->growth_count > GROWTH_SHOWN)
    fprintf(out, "\n%sGrowth factors λ(rare | resident)%s of the leading %zu classes\n",
            render_bold(), render_plain(), count);
  else
    fprintf(out, "\n%sGrowth factors λ(rare | resident)%s\n", render_bold(), render_plain());
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

void report_analysis(FILE *out, const ag_game *game, const ag_analysis *analysis)
{
  outcome_print_game(out, game);
  print_classes(out, analysis);
  print_regime(out, game, analysis->prediction);
  print_paper(out, game, analysis);
  print_sinks(out, game, analysis);
  if (analysis->growth_count > 1)
    print_growth(out, game, analysis);
}
