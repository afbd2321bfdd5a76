/* The sampled circle games as tables, JSON, CSV and figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/figure.h>

#include "paper_samples.h"
#include "program.h"
#include "render.h"

enum { VALUES = PAPER_QUANTITIES * PAPER_SIDES };

static const char *const part_names[] = {
    [PAPER_AS_PRINTED] = "as printed",
    [PAPER_CHANGED] = "one thing changed",
    [PAPER_NAMED] = "sizes and order",
    [PAPER_SWEPT] = "pressure and order alone",
};

/* --- tables --- */

static void add_cell(render_table *table, char *text)
{
  render_table_add(table, text);
  free(text);
}

static void add_real(render_table *table, double value, int digits)
{
  add_cell(table, isnan(value) ? program_format("–") : program_format("%.*f", digits, value));
}

static void add_number(render_table *table, const paper_play *play, const paper_number *number)
{
  const ag_spread *spread = &number->spread;
  add_cell(table,
           program_format("%s: %s, %s", paper_rules[play->rule], number->quantity, number->side));
  add_real(table, number->paper, 2);
  add_real(table, spread->mean, 3);
  add_real(table, spread->deviation, 3);
  add_cell(table, isnan(spread->low) ? program_format("–")
                                     : program_format("%.3f…%.3f", spread->low, spread->high));
  add_real(table, number->exact, 3);
  render_table_add(table, number->verdict);
}

static void print_scenario(const paper_samples *samples, size_t scenario)
{
  const char *const heading[] = {paper_scenarios[scenario].name,
                                 ">paper",
                                 ">ours",
                                 ">spread",
                                 ">95 % of mean",
                                 ">exact",
                                 "verdict"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t rule = 0; rule < PAPER_RULES; rule++)
    for (size_t i = 0; i < VALUES; i++) {
      const paper_play *play = paper_find(samples, PAPER_AS_PRINTED, scenario, rule);
      paper_number number = paper_number_of(play, i / PAPER_SIDES, i % PAPER_SIDES);
      add_number(table, play, &number);
    }
  putchar('\n');
  render_table_print(table, stdout, 2);
  render_table_free(table);
}

static void print_fit(const paper_samples *samples)
{
  char *text = program_format(
      "Root mean square deviation from the paper's twelve values: %s %.3f, %s %.3f, %s %.3f, "
      "%s %.3f. The paper's figures fit the rule `%s` best.",
      paper_rules[0], samples->deviation[0], paper_rules[1], samples->deviation[1], paper_rules[2],
      samples->deviation[2], paper_rules[3], samples->deviation[3], paper_rules[samples->best]);
  putchar('\n');
  render_wrap(stdout, text, 0, 0);
  free(text);
}

static void add_change(render_table *table, const paper_play *play, const char *words)
{
  render_table_add(table, words);
  for (size_t i = 0; i < VALUES; i++)
    add_real(table, paper_number_of(play, i / PAPER_SIDES, i % PAPER_SIDES).spread.mean, 3);
  add_real(table, paper_deviation(play), 3);
}

static const paper_play *nearest_play(const paper_samples *samples, size_t scenario)
{
  const paper_play *best = paper_find(samples, PAPER_AS_PRINTED, scenario, samples->best);
  for (size_t i = 0; i < samples->count; i++) {
    const paper_play *play = &samples->play[i];
    if (play->part == PAPER_CHANGED && play->scenario == scenario &&
        paper_deviation(play) < paper_deviation(best))
      best = play;
  }
  return best;
}

static void print_reason(const paper_samples *samples, size_t scenario)
{
  const paper_play *plain = paper_find(samples, PAPER_AS_PRINTED, scenario, samples->best);
  const paper_play *nearest = nearest_play(samples, scenario);
  char *text =
      nearest == plain
          ? program_format("%s: no change tried brings the values nearer to the paper's (%.3f).",
                           paper_scenarios[scenario].name, paper_deviation(plain))
          : program_format("%s: nearest to the paper's values with %s: %.3f in place of %.3f.",
                           paper_scenarios[scenario].name, nearest->variant,
                           paper_deviation(nearest), paper_deviation(plain));
  fputs("  ", stdout);
  render_wrap(stdout, text, 2, 4);
  free(text);
}

static void print_scenario_changes(const paper_samples *samples, size_t scenario)
{
  const double *paper = &paper_scenarios[scenario].reading[0][0];
  const char *const heading[] = {
      paper_scenarios[scenario].name, ">dist. O", ">dist. P", ">satisf. O", ">satisf. P", ">RMS"};
  if (!paper_find(samples, PAPER_CHANGED, scenario, samples->best))
    return;
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  render_table_add(table, "the paper's figures");
  for (size_t i = 0; i < VALUES; i++)
    add_real(table, paper[i], 2);
  render_table_add(table, "");
  add_change(table, paper_find(samples, PAPER_AS_PRINTED, scenario, samples->best),
             "as printed, 5 components");
  for (size_t i = 0; i < samples->count; i++)
    if (samples->play[i].part == PAPER_CHANGED && samples->play[i].scenario == scenario)
      add_change(table, &samples->play[i], samples->play[i].variant);
  putchar('\n');
  render_table_print(table, stdout, 2);
  render_table_free(table);
  print_reason(samples, scenario);
}

static void print_changes(const paper_samples *samples)
{
  printf("\n%sWhere ours differs: the rule `%s` with one thing changed%s\n", render_bold(),
         paper_rules[samples->best], render_plain());
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    print_scenario_changes(samples, s);
  fputs("  ", stdout);
  render_wrap(stdout, "A change that comes nearer is a possible reason, not a proven one.", 2, 2);
}

static void add_pressure(render_table *table, const paper_play *play)
{
  static const char *const names[] = {"Owner", "Public"};
  double value[VALUES];
  for (size_t v = 0; v < VALUES; v++)
    value[v] = paper_number_of(play, v / PAPER_SIDES, v % PAPER_SIDES).spread.mean;
  add_cell(table, program_format(play->part == PAPER_SWEPT ? "%s, dataset replaced" : "%s",
                                 play->variant));
  add_cell(table, program_format("%.3g", play->pressure));
  add_cell(table, program_format("%.3f  %.3f", value[0], value[1]));
  add_cell(table, program_format("%.3f  %.3f", value[2], value[3]));
  size_t winner = paper_winner(play);
  add_cell(table, winner < PAPER_SIDES ? program_format("%s", names[winner])
                                       : program_format("%zu : %zu", paper_seeds_won(play, 0),
                                                        paper_seeds_won(play, 1)));
}

static void print_pressure(const paper_samples *samples)
{
  printf("\n%sWho wins the disjoint game: order against pressure%s\n", render_bold(),
         render_plain());
  for (size_t rule = 0; rule < PAPER_RULES; rule++) {
    const char *const heading[] = {paper_rules[rule], ">harder", ">distance O, P",
                                   ">satisfied O, P", "winner"};
    if (!paper_find(samples, PAPER_NAMED, PAPER_SCENARIOS - 1, rule))
      continue;
    render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
    for (size_t i = 0; i < samples->count; i++) {
      const paper_play *play = &samples->play[i];
      if (play->rule == rule && (play->part == PAPER_NAMED || play->part == PAPER_SWEPT))
        add_pressure(table, play);
    }
    putchar('\n');
    render_table_print(table, stdout, 2);
    render_table_free(table);
  }
  putchar('\n');
  render_wrap(stdout,
              "Owner 100, then Public 50/200: the Owner moves first and keeps 100 of the dataset, "
              "then the Public keeps 50 of the 200 that the model generates; the first line of "
              "each table is the paper's. harder: how many times harder the Owner selects, as the "
              "Public's kept share over its own, at the beginning. winner: nearer to its centre "
              "in more than nine seeds of ten, or else how many seeds each has.",
              0, 0);
}

void paper_samples_print(const paper_samples *samples)
{
  printf("\n%sThe paper's experiment with its samples%s: %zu seeds, %zu iterations\n",
         render_bold(), render_plain(), samples->play[0].result->replicates,
         samples->play[0].result->generations);
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    print_scenario(samples, s);
  print_fit(samples);
  putchar('\n');
  render_wrap(
      stdout,
      "agrees: the 95 % interval of our mean reaches the paper's value, which is read off "
      "a figure to 0.025. some seeds: only single seeds do (the paper does not say how many "
      "its figures show). exact: the same loop without samples or a fitted "
      "model, for the one rule that has an exact counterpart.",
      0, 0);
  print_changes(samples);
  print_pressure(samples);
  putchar('\n');
  char *conclusion = paper_conclusion(samples);
  render_wrap(stdout, conclusion, 0, 0);
  free(conclusion);
}

/* --- JSON --- */

static json_t *real_or_null(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *number_document(const paper_number *number)
{
  const ag_spread *spread = &number->spread;
  return json_pack("{s:s, s:s, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "quantity",
                   number->quantity, "side", number->side, "paper", number->paper, "mean",
                   real_or_null(spread->mean), "deviation", real_or_null(spread->deviation), "low",
                   real_or_null(spread->low), "high", real_or_null(spread->high), "q05",
                   real_or_null(spread->q05), "q95", real_or_null(spread->q95), "exact",
                   real_or_null(number->exact), "verdict", number->verdict);
}

static json_t *play_document(const paper_play *play)
{
  bool compared = play->part == PAPER_AS_PRINTED || play->part == PAPER_CHANGED;
  json_t *numbers = json_array();
  for (size_t i = 0; i < VALUES; i++) {
    paper_number number = paper_number_of(play, i / PAPER_SIDES, i % PAPER_SIDES);
    json_t *one = number_document(&number);
    if (!compared) { /* the paper has no such game */
      json_object_del(one, "paper");
      json_object_del(one, "verdict");
    }
    json_array_append_new(numbers, one);
  }
  return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:f, s:[II], s:o, s:o}", "part",
                   part_names[play->part], "scenario", paper_scenarios[play->scenario].name, "rule",
                   paper_rules[play->rule], "variant", play->variant, "first",
                   play->first == 0 ? "owner" : "public", "pressure", play->pressure, "seeds_won",
                   (json_int_t)paper_seeds_won(play, 0), (json_int_t)paper_seeds_won(play, 1),
                   "deviation", compared ? real_or_null(paper_deviation(play)) : json_null(),
                   "numbers", numbers);
}

json_t *paper_samples_document(const paper_samples *samples)
{
  const ag_result *result = samples->play[0].result;
  json_t *plays = json_array(), *deviations = json_object();
  for (size_t i = 0; i < samples->count; i++)
    json_array_append_new(plays, play_document(&samples->play[i]));
  for (size_t rule = 0; rule < PAPER_RULES; rule++)
    json_object_set_new(deviations, paper_rules[rule], real_or_null(samples->deviation[rule]));
  char *conclusion = paper_conclusion(samples);
  json_t *document = json_pack(
      "{s:I, s:I, s:s, s:o, s:s, s:o}", "seeds", (json_int_t)result->replicates, "generations",
      (json_int_t)result->generations, "best_rule", paper_rules[samples->best], "deviation",
      deviations, "conclusion", conclusion, "plays", plays);
  free(conclusion);
  return document;
}

/* --- CSV --- */

static void write_real(FILE *file, double value)
{
  if (isfinite(value))
    fprintf(file, ",%.17g", value);
  else
    fputc(',', file);
}

static void write_row(FILE *file, const paper_play *play, const paper_number *number)
{
  bool compared = play->part == PAPER_AS_PRINTED || play->part == PAPER_CHANGED;
  const ag_spread *spread = &number->spread;
  const double value[] = {compared ? number->paper : NAN,
                          spread->mean,
                          spread->deviation,
                          spread->low,
                          spread->high,
                          spread->q05,
                          spread->median,
                          spread->q95,
                          number->exact};
  fprintf(file, "%s,%s,%s,\"%s\",%s,%.17g,%s,%s", part_names[play->part],
          paper_scenarios[play->scenario].name, paper_rules[play->rule],
          play->variant ? play->variant : "", play->first == 0 ? "owner" : "public", play->pressure,
          number->quantity, number->side);
  for (size_t i = 0; i < sizeof value / sizeof *value; i++)
    write_real(file, value[i]);
  fprintf(file, ",%s\n", compared ? number->verdict : "");
}

static int save_table(const paper_samples *samples, const char *directory)
{
  int status = STATUS_DONE;
  char *path = program_format("%s/synthetic.csv", directory);
  FILE *file = fopen(path, "w");
  if (file) {
    fputs("part,scenario,rule,variant,first,pressure,quantity,side,paper,mean,deviation,low,high,"
          "q05,median,q95,exact,verdict\n",
          file);
    for (size_t i = 0; i < samples->count * VALUES; i++) {
      paper_number number =
          paper_number_of(&samples->play[i / VALUES], i % VALUES / PAPER_SIDES, i % PAPER_SIDES);
      write_row(file, &samples->play[i / VALUES], &number);
    }
  }
  bool failed = !file || ferror(file);
  if ((file && fclose(file) != 0) || failed)
    status = program_fail_system("cannot write", path);
  free(path);
  return status;
}

/* --- figures --- */

static ag_circle_play circle_play(const paper_play *play, const char *name)
{
  const paper_scenario *scenario = &paper_scenarios[play->scenario];
  return (ag_circle_play){.name = name,
                          .game = play->game,
                          .result = play->result,
                          .center = {{0, 0}, {scenario->public_x, 0}},
                          .radius = {1, 1},
                          .reading = &scenario->reading[0][0]};
}

typedef struct figure_set {
  ag_circle_play scenario[PAPER_SCENARIOS]; /* under the best rule */
  ag_circle_play rule[PAPER_RULES];         /* the disjoint scenario */
  ag_circle_play all[PAPER_SCENARIOS * PAPER_RULES];
  char *name[PAPER_SCENARIOS * PAPER_RULES];
  ag_pressure_play pressure[PAPER_PLAYS_MOST];
  char *series[PAPER_PLAYS_MOST];
  size_t pressures;
  const char *best;
  size_t seeds;
} figure_set;

static void fill_set(const paper_samples *samples, figure_set *set)
{
  set->best = paper_rules[samples->best];
  set->seeds = samples->play[0].result->replicates;
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    for (size_t r = 0; r < PAPER_RULES; r++) {
      const paper_play *play = paper_find(samples, PAPER_AS_PRINTED, s, r);
      const char *name = paper_scenarios[s].name;
      size_t at = s * PAPER_RULES + r;
      set->name[at] = program_format("%s, %s", name, paper_rules[r]);
      set->all[at] = circle_play(play, set->name[at]);
      set->rule[r] = circle_play(play, paper_rules[r]); /* the last scenario stays */
      if (r == samples->best)
        set->scenario[s] = circle_play(play, name);
    }
  for (size_t i = 0; i < samples->count; i++) {
    const paper_play *play = &samples->play[i];
    if (play->part != PAPER_NAMED && play->part != PAPER_SWEPT)
      continue;
    bool named = play->part == PAPER_NAMED;
    size_t at = set->pressures++;
    set->series[at] = named ? program_format("%s", paper_rules[play->rule])
                            : program_format("%s, %s", paper_rules[play->rule], play->variant);
    set->pressure[at] = (ag_pressure_play){.series = set->series[at],
                                           .name = named ? play->variant : NULL,
                                           .pressure = play->pressure,
                                           .result = play->result,
                                           .game = play->game};
  }
}

static void free_set(figure_set *set)
{
  for (size_t i = 0; i < PAPER_SCENARIOS * PAPER_RULES; i++)
    free(set->name[i]);
  for (size_t i = 0; i < set->pressures; i++)
    free(set->series[i]);
  free(set);
}

static ag_status draw_densities(const figure_set *set, const char *path, ag_error *error)
{
  char *title =
      program_format("Where the points are: rule %s, %zu seeds together", set->best, set->seeds);
  ag_status status = ag_circles_draw_densities(title, set->scenario, PAPER_SCENARIOS, path, error);
  free(title);
  return status;
}

static ag_status draw_rule_densities(const figure_set *set, const char *path, ag_error *error)
{
  return ag_circles_draw_densities("The disjoint circles under the four selection rules", set->rule,
                                   PAPER_RULES, path, error);
}

static ag_status draw_courses(const figure_set *set, const char *path, ag_error *error)
{
  char *title = program_format("Distance and satisfaction: rule %s, %zu seeds, and the paper's "
                               "values",
                               set->best, set->seeds);
  ag_status status =
      ag_circles_draw_courses(title, set->scenario, PAPER_SCENARIOS, PAPER_SCENARIOS, path, error);
  free(title);
  return status;
}

static ag_status draw_rule_courses(const figure_set *set, const char *path, ag_error *error)
{
  return ag_circles_draw_courses("Distance and satisfaction under the four selection rules",
                                 set->all, PAPER_SCENARIOS * PAPER_RULES, PAPER_RULES, path, error);
}

static ag_status draw_pressure(const figure_set *set, const char *path, ag_error *error)
{
  return ag_circles_draw_pressure("Disjoint circles: is it moving first, or selecting harder?",
                                  set->pressure, set->pressures, path, error);
}

static int save_figures(const paper_samples *samples, const char *directory)
{
  static const char *const endings[] = {"png", "svg", "pdf"};
  static const struct {
    const char *name;
    ag_status (*draw)(const figure_set *set, const char *path, ag_error *error);
  } figures[] = {{"paper-figure-1", draw_densities},
                 {"paper-figure-1-rules", draw_rule_densities},
                 {"paper-figure-2", draw_courses},
                 {"paper-figure-2-rules", draw_rule_courses},
                 {"paper-figure-3", draw_pressure}};
  enum { FIGURES = sizeof figures / sizeof *figures, ENDINGS = sizeof endings / sizeof *endings };
  ag_error error = {0};
  int status = STATUS_DONE;
  figure_set *set = program_allocate(1, sizeof *set);
  fill_set(samples, set);
  for (size_t i = 0; i < FIGURES * ENDINGS && status == STATUS_DONE; i++) {
    char *path =
        program_format("%s/%s.%s", directory, figures[i / ENDINGS].name, endings[i % ENDINGS]);
    if (figures[i / ENDINGS].draw(set, path, &error) != AG_OK)
      status = program_fail(&error);
    free(path);
  }
  free_set(set);
  return status;
}

int paper_samples_save(const paper_samples *samples, const char *directory)
{
  int status = save_table(samples, directory);
  return status == STATUS_DONE ? save_figures(samples, directory) : status;
}
