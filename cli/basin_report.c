/* Which start ends where, in words and characters. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <aligngame/figure.h>

#include "analysis_report.h"
#include "outcome.h"
#include "program.h"
#include "render.h"

/* One picture: what is known of the basins and the names of the ends. */
typedef struct basin_view {
  const ag_game *game;
  const ag_analysis *analysis;
  const ag_basins *basins;
} basin_view;

/* Who moves first there, with " first" where there are several orders; on the heap. */
static char *order_name(const basin_view *view, size_t order)
{
  size_t first = view->basins->order[order].first;
  if (first == SIZE_MAX || view->basins->order_count == 1)
    return program_format("as it is played");
  return program_format("%s first", ag_game_curator_name(view->game, first));
}

static bool has_rest_points(const basin_view *view)
{
  return view->analysis->prediction->theory.kind == AG_THEORY_REST_POINTS;
}

static char *end_name(const basin_view *view, size_t end)
{
  const ag_prediction *prediction = view->analysis->prediction;
  if (end >= view->basins->sink_count)
    return program_format("not known");
  return has_rest_points(view) ? report_rest_point(view->game, &prediction->rest_points[end])
                               : outcome_describe_set(view->game, &prediction->sinks[end].items);
}

static void print_own(FILE *out, const basin_view *view)
{
  for (size_t o = 0; o < view->basins->order_count; o++) {
    char *end = end_name(view, view->basins->order[o].own_end), *name = order_name(view, o);
    report_line(out, o == 0 ? "This start" : "", "%s → %s", name, end);
    free(name);
    free(end);
  }
}

/* ---- two classes ---- */

static void print_shift(FILE *out, const ag_basins *basins)
{
  double shift = basins->order[1].critical_mass - basins->order[0].critical_mass;
  if (!isnan(shift))
    report_line(out, "",
                "First-mover advantage is the shift of this boundary, by %.12f here; who moves "
                "first changes nothing else: the possible ends stay the same.",
                fabs(shift));
}

static void print_critical(FILE *out, const basin_view *view)
{
  const ag_basins *basins = view->basins;
  char *item = outcome_label(view->game, basins->item[0]);
  report_line(out, "Boundary", "%s %s where its initial mass is above", item,
              has_rest_points(view) ? "gains" : "wins");
  for (size_t o = 0; o < basins->order_count; o++) {
    char *name = order_name(view, o), *mass = program_format("%s", "not known");
    if (!isnan(basins->order[o].critical_mass)) {
      free(mass);
      mass = program_format("%.12f", basins->order[o].critical_mass);
    }
    report_line(out, "", basins->order_count > 1 ? "%s with %s" : "%s, %s", mass, name);
    free(mass);
    free(name);
  }
  if (basins->order_count > 1)
    print_shift(out, basins);
  free(item);
}

/* ---- three classes ---- */

enum { ROWS = 16, MAP_WIDTH = 2 * ROWS + 1, MAP_GAP = 6 };

/* The letter at step i towards the left corner and k towards the top, of ROWS. */
static char map_letter(const ag_basins *basins, const ag_basin_order *order, size_t i, size_t k)
{
  size_t side = basins->side, a = (2 * i * side + ROWS) / (2 * ROWS);
  size_t top = (2 * k * side + ROWS) / (2 * ROWS);
  size_t b = a + top > side ? 0 : side - a - top;
  size_t number = a * (side + 1) - a * (a - (a > 0)) / 2 + b;
  unsigned char winner = order->winner[number];
  return winner < basins->sink_count ? (char)('A' + winner) : '?';
}

static void print_map_row(FILE *out, const basin_view *view, size_t order, size_t row)
{
  size_t k = ROWS - row;
  fprintf(out, "%*s", (int)k, "");
  for (size_t j = 0; j <= row; j++)
    fprintf(out, "%c%s", map_letter(view->basins, &view->basins->order[order], row - j, k),
            j < row ? " " : "");
  fprintf(out, "%*s", (int)k, "");
}

/* The maps of all orders beside one another as far as the terminal is wide. */
static void print_maps(FILE *out, const basin_view *view)
{
  const ag_basins *basins = view->basins;
  size_t beside = (render_columns() - 2 + MAP_GAP) / (MAP_WIDTH + MAP_GAP);
  beside = beside > 0 ? beside : 1;
  for (size_t begin = 0; begin < basins->order_count; begin += beside) {
    size_t end = begin + beside < basins->order_count ? begin + beside : basins->order_count;
    fputs("\n  ", out);
    for (size_t o = begin; o < end; o++) {
      char *name = order_name(view, o);
      render_cell(out, name, o + 1 < end ? MAP_WIDTH + MAP_GAP : render_width(name), false);
      free(name);
    }
    fputc('\n', out);
    for (size_t row = 0; row <= ROWS; row++) {
      fputs("  ", out);
      for (size_t o = begin; o < end; o++) {
        print_map_row(out, view, o, row);
        fprintf(out, "%*s", o + 1 < end ? MAP_GAP : 0, "");
      }
      fputc('\n', out);
    }
  }
}

static void print_ternary(FILE *out, const basin_view *view)
{
  char *corner[3];
  for (size_t c = 0; c < 3; c++)
    corner[c] = outcome_label(view->game, view->basins->item[c]);
  report_line(out, "Map",
              "initial masses: all of %s lower left, all of %s lower right, all of %s at the top",
              corner[0], corner[1], corner[2]);
  print_maps(out, view);
  fputc('\n', out);
  for (size_t c = 0; c < 3; c++)
    free(corner[c]);
}

/* ---- shares ---- */

static void add_share(render_table *table, const ag_basins *basins, size_t count)
{
  double low, high;
  ag_share_interval(count, basins->start_count, &low, &high);
  render_table_format(table, "%s  (%.1f–%.1f)",
                      render_share((double)count / (double)basins->start_count).text, 100 * low,
                      100 * high);
}

static render_table *begin_shares(const basin_view *view)
{
  size_t orders = view->basins->order_count;
  char **heading = program_allocate(orders + 1, sizeof *heading);
  heading[0] = program_format("ends at");
  for (size_t o = 0; o < orders; o++) {
    char *name = order_name(view, o);
    heading[o + 1] = program_format(">%s (95 %% interval)", name);
    free(name);
  }
  render_table *table = render_table_create(orders + 1, (const char *const *)heading);
  for (size_t o = 0; o <= orders; o++)
    free(heading[o]);
  free(heading);
  return table;
}

static void print_shares(FILE *out, const basin_view *view)
{
  enum { SINKS_SHOWN = 10 };
  const ag_basins *basins = view->basins;
  size_t shown = basins->sink_count < SINKS_SHOWN ? basins->sink_count : SINKS_SHOWN;
  bool undecided = false;
  report_line(out, "Shares", "of %s starts%s", render_count(basins->start_count).text,
              basins->kind == AG_BASIN_TERNARY ? " on a regular grid"
                                               : ", random and uniform over the classes' masses");
  render_table *table = begin_shares(view);
  for (size_t o = 0; o < basins->order_count; o++)
    undecided |= basins->order[o].count[basins->sink_count] > 0;
  for (size_t s = 0; s <= basins->sink_count; s++) {
    if ((s >= shown && s < basins->sink_count) || (s == basins->sink_count && !undecided))
      continue;
    char *set = s < basins->sink_count ? end_name(view, s) : program_format("undecided");
    if (basins->kind == AG_BASIN_TERNARY && s < basins->sink_count)
      render_table_format(table, "%c: %s", (char)('A' + s), set);
    else
      render_table_add(table, set);
    for (size_t o = 0; o < basins->order_count; o++)
      add_share(table, basins, basins->order[o].count[s]);
    free(set);
  }
  render_table_end(table, out, 12);
  if (shown < basins->sink_count)
    report_line(out, "", "and %zu more", basins->sink_count - shown);
}

static void print_nothing(FILE *out, const basin_view *view)
{
  const ag_prediction *prediction = view->analysis->prediction;
  if (has_rest_points(view))
    report_line(out, "Basins", "%s",
                prediction->cycles ? "nothing attracts: no start comes to rest"
                : view->basins->sink_count == 0
                    ? "no end is known, and so no basin"
                    : "one rest point attracts: no other basin is known");
  else if (prediction->neutral)
    report_line(out, "Basins", "every start stays where it is: nobody who acts moves it");
  else if (view->basins->sink_count == 1)
    report_line(out, "Basins", "one sink: there is no other basin, and no first-mover advantage");
  else
    report_line(out, "Basins", "no sink: no start is locked in");
}

void report_basins(FILE *out, const ag_game *game, const ag_analysis *analysis,
                   const ag_basins *basins, bool maps)
{
  basin_view view = {game, analysis, basins};
  if (basins->kind == AG_BASIN_ONE_SINK) {
    print_nothing(out, &view);
    return;
  }
  print_own(out, &view);
  if (basins->kind == AG_BASIN_CRITICAL_MASS)
    print_critical(out, &view);
  if (basins->kind == AG_BASIN_TERNARY && maps)
    print_ternary(out, &view);
  if (basins->start_count > 0)
    print_shares(out, &view);
  if (basins->start_count > 0 && basins->order_count > 1)
    report_line(out, "",
                "First-mover advantage is the shift of the boundary between these basins; the "
                "possible ends do not depend on who moves first.");
}
