/* The circle games with samples as tables: values beside the paper's, what would explain the
 * differences, and who wins under which pressure. */
#include <math.h>

#include "paper.h"
#include "render.h"

enum { SIDES = AG_PAPER_SIDES, VALUES = AG_PAPER_VALUES };

static void add_number(render_table *table, size_t rule, const ag_paper_number *number)
{
  const ag_spread *spread = &number->spread;
  render_table_format(table, "%s: %s, %s", ag_paper_rules[rule], number->quantity, number->side);
  render_table_number(table, "%.2f", number->paper);
  render_table_number(table, "%.3f", spread->mean);
  render_table_number(table, "%.3f", spread->deviation);
  if (isnan(spread->low))
    render_table_add(table, "–");
  else
    render_table_format(table, "%.3f…%.3f", spread->low, spread->high);
  render_table_number(table, "%.3f", number->exact);
  render_table_add(table, number->verdict);
}

static void print_scenario(const ag_paper_circles *circles, size_t scenario)
{
  const char *name = ag_paper_scenarios[scenario].name;
  const char *const heading[] = {name,     ">paper", ">ours", ">spread", ">95 % of mean",
                                 ">exact", "verdict"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t rule = 0; rule < AG_PAPER_RULES; rule++) {
    const ag_paper_play *play = ag_paper_circles_find(circles, AG_PAPER_AS_PRINTED, scenario, rule);
    for (size_t v = 0; v < VALUES; v++)
      add_number(table, rule, &play->number[v]);
  }
  putchar('\n');
  render_table_end(table, stdout, 2);
}

static void print_fit(const ag_paper_circles *circles)
{
  const double *deviation = circles->deviation;
  putchar('\n');
  render_say(stdout, 0, 0,
             "Root mean square deviation from the paper's twelve values: %s %.3f, %s %.3f, %s "
             "%.3f, %s %.3f. The paper's figures fit the rule `%s` best.",
             ag_paper_rules[0], deviation[0], ag_paper_rules[1], deviation[1], ag_paper_rules[2],
             deviation[2], ag_paper_rules[3], deviation[3], ag_paper_rules[circles->best]);
}

static void add_change(render_table *table, const ag_paper_play *play, const char *words)
{
  render_table_add(table, words);
  for (size_t v = 0; v < VALUES; v++)
    render_table_number(table, "%.3f", play->number[v].spread.mean);
  render_table_number(table, "%.3f", play->deviation);
}

/* As printed, under the rule that fits best. */
static const ag_paper_play *plain_play(const ag_paper_circles *circles, size_t scenario)
{
  return ag_paper_circles_find(circles, AG_PAPER_AS_PRINTED, scenario, circles->best);
}

static const ag_paper_play *nearest_play(const ag_paper_circles *circles, size_t scenario)
{
  const ag_paper_play *best = plain_play(circles, scenario);
  for (size_t i = 0; i < circles->count; i++) {
    const ag_paper_play *play = &circles->play[i];
    if (play->part == AG_PAPER_CHANGED && play->scenario == scenario &&
        play->deviation < best->deviation)
      best = play;
  }
  return best;
}

static void print_reason(const ag_paper_circles *circles, size_t scenario)
{
  const char *name = ag_paper_scenarios[scenario].name;
  const ag_paper_play *nearest = nearest_play(circles, scenario);
  double plain = plain_play(circles, scenario)->deviation;
  fputs("  ", stdout);
  if (nearest == plain_play(circles, scenario))
    render_say(stdout, 2, 4, "%s: no change tried brings the values nearer to the paper's (%.3f).",
               name, plain);
  else
    render_say(stdout, 2, 4, "%s: nearest to the paper's values with %s: %.3f in place of %.3f.",
               name, nearest->variant, nearest->deviation, plain);
}

static void print_scenario_changes(const ag_paper_circles *circles, size_t scenario)
{
  const ag_paper_scenario *paper = &ag_paper_scenarios[scenario];
  const char *const heading[] = {paper->name,  ">dist. O",   ">dist. P",
                                 ">satisf. O", ">satisf. P", ">RMS"};
  if (!ag_paper_circles_find(circles, AG_PAPER_CHANGED, scenario, circles->best))
    return;
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  render_table_add(table, "the paper's figures");
  for (size_t i = 0; i < VALUES; i++)
    render_table_number(table, "%.2f", paper->circles[i]);
  render_table_add(table, "");
  add_change(table, plain_play(circles, scenario), "as printed, 5 components");
  for (size_t i = 0; i < circles->count; i++)
    if (circles->play[i].part == AG_PAPER_CHANGED && circles->play[i].scenario == scenario)
      add_change(table, &circles->play[i], circles->play[i].variant);
  putchar('\n');
  render_table_end(table, stdout, 2);
  print_reason(circles, scenario);
}

static void print_changes(const ag_paper_circles *circles)
{
  printf("\n%sWhere ours differs: the rule `%s` with one thing changed%s\n", render_bold(),
         ag_paper_rules[circles->best], render_plain());
  for (size_t s = 0; s < AG_PAPER_SCENARIOS; s++)
    print_scenario_changes(circles, s);
  fputs("  ", stdout);
  render_wrap(stdout, "A change that comes nearer is a possible reason, not a proven one.", 2, 2);
}

static void add_pressure(render_table *table, const ag_paper_play *play)
{
  const ag_paper_number *number = play->number;
  render_table_format(table, "%s%s", play->variant,
                      play->part == AG_PAPER_SWEPT ? ", dataset replaced" : "");
  render_table_format(table, "%.3g", play->pressure);
  for (size_t v = 0; v < VALUES; v += SIDES)
    render_table_format(table, "%.3f  %.3f", number[v].spread.mean, number[v + 1].spread.mean);
  if (play->winner < SIDES)
    render_table_add(table, play->winner == 0 ? "Owner" : "Public");
  else
    render_table_format(table, "%zu : %zu", play->seeds_won[0], play->seeds_won[1]);
}

static void print_pressure(const ag_paper_circles *circles)
{
  printf("\n%sWho wins the disjoint game: order against pressure%s\n", render_bold(),
         render_plain());
  for (size_t rule = 0; rule < AG_PAPER_RULES; rule++) {
    const char *const heading[] = {ag_paper_rules[rule], ">harder", ">distance O, P",
                                   ">satisfied O, P", "winner"};
    if (!ag_paper_circles_find(circles, AG_PAPER_NAMED, AG_PAPER_SCENARIOS - 1, rule))
      continue;
    render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
    for (size_t i = 0; i < circles->count; i++) {
      const ag_paper_play *play = &circles->play[i];
      if (play->rule == rule && (play->part == AG_PAPER_NAMED || play->part == AG_PAPER_SWEPT))
        add_pressure(table, play);
    }
    putchar('\n');
    render_table_end(table, stdout, 2);
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

void paper_print_samples(const ag_paper_circles *circles)
{
  printf("\n%sThe paper's experiment with its samples%s: %zu seeds, %zu iterations\n",
         render_bold(), render_plain(), circles->play[0].result->replicates,
         circles->play[0].result->generations);
  for (size_t s = 0; s < AG_PAPER_SCENARIOS; s++)
    print_scenario(circles, s);
  print_fit(circles);
  putchar('\n');
  render_wrap(
      stdout,
      "agrees: the 95 % interval of our mean reaches the paper's value, which is read off "
      "a figure to 0.025. some seeds: only single seeds do (the paper does not say how many "
      "its figures show). exact: the same loop without samples or a fitted "
      "model, for the one rule that has an exact counterpart.",
      0, 0);
  print_changes(circles);
  print_pressure(circles);
  putchar('\n');
  render_wrap(stdout, circles->conclusion, 0, 0);
}
