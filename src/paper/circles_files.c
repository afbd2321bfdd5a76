/* The circle games as JSON, CSV and figures. */
#include <math.h>
#include <stdlib.h>

#include <aligngame/figure.h>

#include "paper/parts.h"

enum { SIDES = AG_PAPER_SIDES, VALUES = AG_PAPER_VALUES };

static const char *const part_names[] = {
    [AG_PAPER_AS_PRINTED] = "as printed",
    [AG_PAPER_CHANGED] = "one thing changed",
    [AG_PAPER_NAMED] = "sizes and order",
    [AG_PAPER_SWEPT] = "pressure and order alone",
};

static const char *const side_names[SIDES] = {"owner", "public"};

/* --- JSON --- */

/* {"owner": {"paper", "exact"}, "public": …} from the value of the first side on. */
static json_t *compare_sides(size_t scenario, size_t value, const ag_result *result)
{
  json_t *sides = json_object();
  for (size_t i = 0; i < SIDES; i++)
    ag_json_put(&sides, side_names[i],
                json_pack("{s:f, s:o}", "paper", ag_paper_scenarios[scenario].circles[value + i],
                          "exact", ag_json_real(ag_paper_value(result, value + i))));
  return sides;
}

static json_t *exact_document(size_t scenario, const ag_paper_exact *exact)
{
  const ag_result *result = exact->result;
  const ag_prediction *prediction = exact->facts->prediction;
  return json_pack("{s:s, s:s, s:s, s:I, s:f, s:s, s:I, s:o, s:o, s:f, s:s?}", "name",
                   ag_paper_scenarios[scenario].exact, "regime", ag_regime_name(prediction->regime),
                   "theorem", prediction->paper_theorem, "predicted_items",
                   (json_int_t)prediction->paper_limit.count, "predicted_mass",
                   exact->facts->outcome.theorem_share, "verdict",
                   ag_run_verdict_name(exact->facts->outcome.verdict), "generations",
                   (json_int_t)result->generations, "distance", compare_sides(scenario, 0, result),
                   "satisfaction", compare_sides(scenario, SIDES, result), "seconds",
                   result->seconds, "directory", result->directory);
}

/* The paper's value and the verdict only where the paper has such a game. */
static json_t *number_document(const ag_paper_number *number)
{
  bool compared = !isnan(number->paper);
  json_t *document = json_pack("{s:s, s:s}", "quantity", number->quantity, "side", number->side);
  json_t *spread = ag_paper_spread_json(&number->spread);
  if (compared)
    ag_json_put(&document, "paper", json_real(number->paper));
  ag_json_join(&document, spread);
  ag_json_put(&document, "exact", ag_json_real(number->exact));
  if (compared)
    ag_json_put(&document, "verdict", json_string(number->verdict));
  return document;
}

static json_t *play_document(const ag_paper_play *play)
{
  json_t *numbers = json_array();
  for (size_t v = 0; v < VALUES; v++)
    ag_json_append(&numbers, number_document(&play->number[v]));
  return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:f, s:[II], s:o, s:o}", "part",
                   part_names[play->part], "scenario", ag_paper_scenarios[play->scenario].name,
                   "rule", ag_paper_rules[play->rule], "variant", play->variant, "first",
                   side_names[play->first], "pressure", play->pressure, "seeds_won",
                   (json_int_t)play->seeds_won[0], (json_int_t)play->seeds_won[1], "deviation",
                   ag_json_real(play->deviation), "numbers", numbers);
}

static json_t *samples_document(const ag_paper_circles *circles)
{
  const ag_result *result = circles->play[0].result;
  json_t *plays = json_array(), *deviations = json_object();
  for (size_t i = 0; i < circles->count; i++)
    ag_json_append(&plays, play_document(&circles->play[i]));
  for (size_t rule = 0; rule < AG_PAPER_RULES; rule++)
    ag_json_put(&deviations, ag_paper_rules[rule], ag_json_real(circles->deviation[rule]));
  return json_pack("{s:I, s:I, s:s, s:o, s:s, s:o}", "seeds", (json_int_t)result->replicates,
                   "generations", (json_int_t)result->generations, "best_rule",
                   ag_paper_rules[circles->best], "deviation", deviations, "conclusion",
                   circles->conclusion, "plays", plays);
}

char *ag_paper_circles_json(const ag_paper_exact exact[AG_PAPER_SCENARIOS],
                            const ag_paper_circles *circles)
{
  json_t *games = json_array();
  for (size_t s = 0; s < AG_PAPER_SCENARIOS; s++)
    ag_json_append(&games, exact_document(s, &exact[s]));
  return ag_paper_dump(json_pack("{s:{s:s, s:I, s:I, s:I}, s:o, s:o}", "settings", "part",
                                 "synthetic", "seed", (json_int_t)ag_game_seed(exact[0].game),
                                 "generations", (json_int_t)exact[0].result->generations, "seeds",
                                 (json_int_t)circles->play[0].result->replicates, "games", games,
                                 "samples", samples_document(circles)));
}

/* --- CSV --- */

static void put_row(FILE *csv, const ag_paper_play *play, const ag_paper_number *number)
{
  const ag_spread *spread = &number->spread;
  const double value[] = {number->paper,  spread->mean, spread->deviation,
                          spread->low,    spread->high, spread->q05,
                          spread->median, spread->q95,  number->exact};
  fprintf(csv, "%s,%s,%s,\"%s\",%s,%.17g,%s,%s", part_names[play->part],
          ag_paper_scenarios[play->scenario].name, ag_paper_rules[play->rule],
          play->variant ? play->variant : "", side_names[play->first], play->pressure,
          number->quantity, number->side);
  for (size_t i = 0; i < sizeof value / sizeof *value; i++)
    ag_paper_put_real(csv, value[i]);
  fprintf(csv, ",%s\n", number->verdict);
}

static char *make_table(const ag_paper_circles *circles)
{
  char *text = NULL;
  size_t size;
  FILE *csv = ag_text_open(&text, &size);
  if (!csv)
    return NULL;
  fputs("part,scenario,rule,variant,first,pressure,quantity,side,paper,mean,deviation,low,high,"
        "q05,median,q95,exact,verdict\n",
        csv);
  for (size_t i = 0; i < circles->count * VALUES; i++)
    put_row(csv, &circles->play[i / VALUES], &circles->play[i / VALUES].number[i % VALUES]);
  return ag_paper_close(csv, &text);
}

/* --- figures --- */

enum { LABEL = 96, GAMES = AG_PAPER_SCENARIOS * AG_PAPER_RULES };

typedef struct figure_set {
  ag_circle_play scenario[AG_PAPER_SCENARIOS]; /* under the best rule */
  ag_circle_play rule[AG_PAPER_RULES];         /* the disjoint scenario */
  ag_circle_play all[GAMES];
  char name[GAMES][LABEL];
  ag_pressure_play pressure[AG_PAPER_PLAYS_MOST];
  char series[AG_PAPER_PLAYS_MOST][LABEL];
  size_t pressures;
  char densities[LABEL], courses[LABEL]; /* titles */
} figure_set;

typedef struct circles_figure {
  const char *name;
  ag_paper_draw *draw;
  const char *title;
  const ag_circle_play *play;
  size_t count, columns;
} circles_figure;

static ag_circle_play circle_play(const ag_paper_play *play, const char *name)
{
  const ag_paper_scenario *scenario = &ag_paper_scenarios[play->scenario];
  return (ag_circle_play){.name = name,
                          .game = play->game,
                          .result = play->result,
                          .center = {{0, 0}, {scenario->public_x, 0}},
                          .radius = {1, 1},
                          .reading = scenario->circles};
}

static void fill_circles(const ag_paper_circles *circles, figure_set *set)
{
  const char *best = ag_paper_rules[circles->best];
  size_t seeds = circles->play[0].result->replicates;
  snprintf(set->densities, LABEL, "Where the points are: rule %s, %zu seeds together", best, seeds);
  snprintf(set->courses, LABEL,
           "Distance and satisfaction: rule %s, %zu seeds, and the paper's values", best, seeds);
  for (size_t at = 0; at < GAMES; at++) {
    size_t s = at / AG_PAPER_RULES, r = at % AG_PAPER_RULES;
    const ag_paper_play *play = ag_paper_circles_find(circles, AG_PAPER_AS_PRINTED, s, r);
    const char *name = ag_paper_scenarios[s].name;
    snprintf(set->name[at], LABEL, "%s, %s", name, ag_paper_rules[r]);
    set->all[at] = circle_play(play, set->name[at]);
    set->rule[r] = circle_play(play, ag_paper_rules[r]); /* the last scenario stays */
    if (r == circles->best)
      set->scenario[s] = circle_play(play, name);
  }
}

static void fill_pressures(const ag_paper_circles *circles, figure_set *set)
{
  for (size_t i = 0; i < circles->count; i++) {
    const ag_paper_play *play = &circles->play[i];
    if (play->part != AG_PAPER_NAMED && play->part != AG_PAPER_SWEPT)
      continue;
    bool named = play->part == AG_PAPER_NAMED;
    size_t at = set->pressures++;
    snprintf(set->series[at], LABEL, "%s%s%s", ag_paper_rules[play->rule], named ? "" : ", ",
             named ? "" : play->variant);
    set->pressure[at] = (ag_pressure_play){.series = set->series[at],
                                           .name = named ? play->variant : NULL,
                                           .pressure = play->pressure,
                                           .result = play->result,
                                           .game = play->game};
  }
}

static ag_status draw_densities(const void *what, const char *path, ag_error *error)
{
  const circles_figure *figure = what;
  return ag_circles_draw_densities(figure->title, figure->play, figure->count, path, error);
}

static ag_status draw_courses(const void *what, const char *path, ag_error *error)
{
  const circles_figure *figure = what;
  return ag_circles_draw_courses(figure->title, figure->play, figure->count, figure->columns, path,
                                 error);
}

static ag_status draw_pressure(const void *what, const char *path, ag_error *error)
{
  const figure_set *set = what;
  return ag_circles_draw_pressure("Disjoint circles: is it moving first, or selecting harder?",
                                  set->pressure, set->pressures, path, error);
}

static ag_status save_figures(const ag_paper_circles *circles, const char *directory,
                              ag_error *error)
{
  enum { S = AG_PAPER_SCENARIOS, R = AG_PAPER_RULES };
  figure_set *set = calloc(1, sizeof *set);
  if (!set)
    return ag_paper_no_memory(error);
  fill_circles(circles, set);
  fill_pressures(circles, set);
  const circles_figure figures[] = {
      {"paper-figure-1", draw_densities, set->densities, set->scenario, S, 0},
      {"paper-figure-1-rules", draw_densities,
       "The disjoint circles under the four selection rules", set->rule, R, 0},
      {"paper-figure-2", draw_courses, set->courses, set->scenario, S, S},
      {"paper-figure-2-rules", draw_courses,
       "Distance and satisfaction under the four selection rules", set->all, GAMES, R},
  };
  ag_status status = ag_paper_save_figure(draw_pressure, set, directory, "paper-figure-3", error);
  for (size_t i = 0; i < sizeof figures / sizeof *figures && status == AG_OK; i++)
    status = ag_paper_save_figure(figures[i].draw, &figures[i], directory, figures[i].name, error);
  free(set);
  return status;
}

ag_status ag_paper_circles_save(const ag_paper_exact exact[AG_PAPER_SCENARIOS],
                                const ag_paper_circles *circles, const char *directory,
                                ag_error *error)
{
  ag_status status =
      ag_paper_save(ag_paper_circles_json(exact, circles), directory, "synthetic.json", error);
  if (status == AG_OK)
    status = ag_paper_save(make_table(circles), directory, "synthetic.csv", error);
  return status == AG_OK ? save_figures(circles, directory, error) : status;
}
