/* Who wins: by order of play and by selection pressure. */
#include <aligngame/figure.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numerics.h"
#include "base/status.h"
#include "report/figure_parts.h"

enum { PLAYS_MOST = 64, SERIES_MOST = 8, LABEL = 96 };

typedef struct pressure_drawing {
  size_t rows;
  const char *row[PLAYS_MOST];                                            /* from below */
  double x[PLAYS_MOST], y[PLAYS_MOST], low[PLAYS_MOST], high[PLAYS_MOST]; /* by play */
  double whisker[PLAYS_MOST][2], level[PLAYS_MOST][2];
  ag_layer layer[2][2 + PLAYS_MOST + 2 * SERIES_MOST];
  size_t layer_count[2];
} pressure_drawing;

/* Over the replicates: how much nearer the points end to the first curator's centre;
 * mean, and the quantiles of 5 and 95 %. */
static ag_status measure(const ag_pressure_play *play, double *mean, double *low, double *high,
                         ag_error *error)
{
  const ag_result *result = play->result;
  size_t at[2], rows = result->generations + 1, n = result->replicates;
  for (size_t s = 0; s < 2; s++) {
    char metric[LABEL];
    snprintf(metric, LABEL, "distance.%.70s", ag_game_curator_name(play->game, s));
    at[s] = ag_result_find_metric(result, metric);
  }
  if (at[0] == SIZE_MAX || at[1] == SIZE_MAX || n == 0)
    return ag_fail(error, AG_ERROR_INPUT, "%s: no replicates with distances", play->series);
  double *value = malloc(n * sizeof *value), sum = 0;
  if (value == NULL)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a figure");
  for (size_t r = 0; r < n; r++) {
    const double *end = result->replicate_metric + (r * rows + rows - 1) * result->metric_count;
    value[r] = end[at[1]] - end[at[0]];
    sum += value[r];
  }
  qsort(value, n, sizeof *value, ag_compare_reals);
  *mean = sum / (double)n;
  *low = value[(size_t)floor(0.05 * (double)(n - 1))];
  *high = value[(size_t)ceil(0.95 * (double)(n - 1))];
  free(value);
  return AG_OK;
}

static size_t find_row(pressure_drawing *made, const char *name)
{
  size_t row = 0;
  while (row < made->rows && strcmp(made->row[row], name) != 0)
    row++;
  if (row == made->rows)
    made->row[made->rows++] = name;
  return row;
}

/* The rows from above in the order of the plays. */
static void order_rows(const ag_pressure_play *play, size_t count, pressure_drawing *made)
{
  for (size_t i = count; i-- > 0;)
    if (play[i].name)
      find_row(made, play[i].name);
}

/* The plays [begin, end) of one series. */
static void add_series(const ag_pressure_play *play, size_t begin, size_t end, size_t style,
                       pressure_drawing *made)
{
  size_t panel = play[begin].name ? 0 : 1;
  ag_layer *layer = made->layer[panel];
  for (size_t i = begin; i < end && panel == 0; i++) {
    double level = (double)find_row(made, play[i].name) + (style % 2 ? -0.14 : 0.14);
    made->whisker[i][0] = made->low[i];
    made->whisker[i][1] = made->high[i];
    made->x[i] = made->y[i];
    made->y[i] = made->level[i][0] = made->level[i][1] = level;
    layer[made->layer_count[0]++] = ag_line(NULL, style, 2, made->whisker[i], made->level[i]);
  }
  for (size_t i = begin; i < end && panel == 1; i++) /* side by side */
    made->x[i] = play[i].pressure * pow(1.03, (double)style - 1.5);
  ag_layer points = {.kind = AG_LAYER_POINTS,
                     .label = panel == 0 ? play[begin].series : NULL,
                     .style = style,
                     .count = end - begin,
                     .size = 3,
                     .x = made->x + begin,
                     .y = made->y + begin,
                     .low = panel == 0 ? NULL : made->low + begin,
                     .high = panel == 0 ? NULL : made->high + begin};
  ag_layer line = ag_line(play[begin].series, style, end - begin, made->x + begin, made->y + begin);
  if (panel == 1)
    layer[made->layer_count[panel]++] = line;
  layer[made->layer_count[panel]++] = points;
}

static ag_status add_all(const ag_pressure_play *play, size_t count, pressure_drawing *made,
                         ag_error *error)
{
  size_t style[2] = {0, 0};
  ag_status status = AG_OK;
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = measure(&play[i], &made->y[i], &made->low[i], &made->high[i], error);
  order_rows(play, count, made);
  for (size_t end, begin = 0; begin < count && status == AG_OK; begin = end) {
    size_t panel = play[begin].name ? 0 : 1;
    for (end = begin + 1; end < count && strcmp(play[end].series, play[begin].series) == 0;)
      end++;
    if (style[panel] == SERIES_MOST)
      return ag_fail(error, AG_ERROR_INPUT, "too many series for one figure");
    add_series(play, begin, end, style[panel]++, made);
  }
  return status;
}

static ag_status draw(const char *title, pressure_drawing *made, const char *path, ag_error *error)
{
  static const double zero[2] = {0, 0}, one[2] = {1, 1}, wide[2] = {-3, 3}, reach[2] = {0.1, 10};
  const double rows[2] = {-1, (double)made->rows};
  made->layer[0][made->layer_count[0]++] = ag_line(NULL, 6, 2, zero, rows);
  made->layer[1][made->layer_count[1]++] = ag_line(NULL, 6, 2, reach, zero);
  made->layer[1][made->layer_count[1]++] = ag_line(NULL, 6, 2, one, wide);
  const ag_panel panel[2] = {
      {.title = "What the first keeps of the growing dataset, then the second of what the model "
                "generates (above: the paper)",
       .x = {.label = "distance to Public's centre less distance to Owner's: "
                      "left Public wins, right Owner",
             .low = -1.9,
             .high = 1.9},
       .y = {.low = -0.6,
             .high = (double)made->rows - 0.4,
             .name = made->row,
             .name_count = made->rows},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = made->layer_count[0],
       .layer = made->layer[0]},
      {.title = "Only pressure and order differ: the dataset of 200 is replaced each time",
       .x = {.label = "how many times harder Owner selects (Public's kept share over Owner's); "
                      "bars: nine seeds of ten",
             .low = 0.2,
             .high = 5,
             .logarithmic = true},
       .y = {.label = "Owner's lead in distance", .low = -2.1, .high = 2.1},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = made->layer_count[1],
       .layer = made->layer[1]},
  };
  const ag_figure figure = {
      .title = title, .width = 720, .height = 560, .columns = 1, .panel_count = 2, .panel = panel};
  return ag_figure_write(&figure, path, 0, error);
}

ag_status ag_circles_draw_pressure(const char *title, const ag_pressure_play *play, size_t count,
                                   const char *path, ag_error *error)
{
  if (count == 0 || count > PLAYS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "expected 1 to %d games to draw", PLAYS_MOST);
  pressure_drawing *made = calloc(1, sizeof *made);
  if (made == NULL)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a figure");
  ag_status status = add_all(play, count, made, error);
  if (status == AG_OK)
    status = draw(title, made, path, error);
  free(made);
  return status;
}
