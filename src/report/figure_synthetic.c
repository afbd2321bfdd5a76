/* Games of two discs as pictures: where the points are, and the course of the metrics. */
#include <aligngame/figure.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "report/figure_parts.h"

enum { SIDES = 2, LABEL = 96, PLAYS_MOST = 16, MOMENTS_MOST = 6 };

static ag_status check_plays(const ag_circle_play *play, size_t count, ag_error *error)
{
  if (count == 0 || count > PLAYS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "expected 1 to %d games to draw", PLAYS_MOST);
  for (size_t i = 0; i < count; i++)
    if (play[i].result->dimension != 2 || ag_game_curator_count(play[i].game) != SIDES)
      return ag_fail(error, AG_ERROR_INPUT, "%s is no game of two curators on points in the plane",
                     play[i].name);
  return AG_OK;
}

/* --- densities --- */

static const double cell = 0.1; /* the edge of a cell */

typedef struct density_drawing {
  double low[2], high[2];
  size_t cells[2];
  double *edge[2]; /* [cells + 1] */
  double *value;   /* [plays, moments, cells 1, cells 0] */
  double most;
  char title[PLAYS_MOST][MOMENTS_MOST][LABEL], rim[SIDES][LABEL];
  ag_layer layer[PLAYS_MOST][MOMENTS_MOST][1 + SIDES];
  ag_panel panel[PLAYS_MOST * MOMENTS_MOST];
} density_drawing;

/* The rectangle that shows all discs, and as much again around them. */
static void find_window(const ag_circle_play *play, size_t count, density_drawing *made)
{
  const double around = 2.5; /* radii */
  for (size_t d = 0; d < 2; d++) {
    made->low[d] = INFINITY;
    made->high[d] = -INFINITY;
    for (size_t i = 0; i < count * SIDES; i++) {
      const ag_circle_play *one = &play[i / SIDES];
      double center = one->center[i % SIDES][d], reach = around * one->radius[i % SIDES];
      made->low[d] = fmin(made->low[d], center - reach);
      made->high[d] = fmax(made->high[d], center + reach);
    }
    made->cells[d] = (size_t)ceil((made->high[d] - made->low[d]) / cell - 1e-9);
    made->high[d] = made->low[d] + (double)made->cells[d] * cell;
  }
}

/* Points a unit of area, as a share of all points. */
static void count_points(const density_drawing *made, const double *point, size_t count,
                         double *value)
{
  double each = 0;
  size_t known = 0;
  for (size_t i = 0; i < count; i++)
    known += !isnan(point[2 * i]);
  each = known > 0 ? 1 / ((double)known * cell * cell) : 0;
  for (size_t i = 0; i < count; i++) {
    double column = floor((point[2 * i] - made->low[0]) / cell);
    double row = floor((point[2 * i + 1] - made->low[1]) / cell);
    if (column >= 0 && row >= 0 && column < (double)made->cells[0] && row < (double)made->cells[1])
      value[(size_t)row * made->cells[0] + (size_t)column] += each;
  }
}

static ag_status count_all(const ag_circle_play *play, size_t count, size_t moments,
                           density_drawing *made, ag_error *error)
{
  size_t cells = made->cells[0] * made->cells[1];
  ag_status status = ag_array_create(count * moments * cells, sizeof(double), &made->value, error);
  for (size_t d = 0; d < 2 && status == AG_OK; d++)
    status = ag_array_create(made->cells[d] + 1, sizeof(double), &made->edge[d], error);
  if (status != AG_OK)
    return status;
  memset(made->value, 0, count * moments * cells * sizeof(double));
  for (size_t d = 0; d < 2; d++)
    for (size_t i = 0; i <= made->cells[d]; i++)
      made->edge[d][i] = made->low[d] + (double)i * cell;
  for (size_t i = 0; i < count * moments; i++) {
    const ag_result *result = play[i / moments].result;
    size_t moment = i % moments;
    count_points(made, result->snapshot_point[moment], result->snapshot_point_count[moment],
                 made->value + i * cells);
  }
  for (size_t i = 0; i < count * moments * cells; i++)
    made->most = fmax(made->most, made->value[i]);
  return AG_OK;
}

static void add_density(const ag_circle_play *play, size_t row, size_t moment, size_t moments,
                        density_drawing *made)
{
  const double decades = 1e-4;
  size_t at = row * moments + moment;
  ag_layer *layer = made->layer[row][moment];
  char *title = made->title[row][moment];
  snprintf(title, LABEL, moment == 0 ? "%2$s, iteration %1$zu" : "iteration %1$zu",
           play->result->snapshot[moment], play->name);
  layer[0] = (ag_layer){.kind = AG_LAYER_DENSITY,
                        .label = "share of the points per unit of area",
                        .x = made->edge[0],
                        .y = made->edge[1],
                        .columns = made->cells[0],
                        .rows = made->cells[1],
                        .value = made->value + at * made->cells[0] * made->cells[1],
                        .least = made->most * decades,
                        .most = made->most,
                        .logarithmic = true,
                        .bare = true};
  for (size_t s = 0; s < SIDES; s++)
    layer[1 + s] = (ag_layer){.kind = AG_LAYER_CIRCLE,
                              .label = made->rim[s],
                              .style = s,
                              .count = 1,
                              .x = &play->center[s][0],
                              .y = &play->center[s][1],
                              .size = play->radius[s]};
  made->panel[at] = (ag_panel){.title = title,
                               .x = {.low = made->low[0], .high = made->high[0]},
                               .y = {.low = made->low[1], .high = made->high[1]},
                               .equal = true,
                               .layer_count = 1 + SIDES,
                               .layer = layer};
}

static size_t least_snapshots(const ag_circle_play *play, size_t count)
{
  size_t least = MOMENTS_MOST;
  for (size_t i = 0; i < count; i++)
    least = play[i].result->snapshot_count < least ? play[i].result->snapshot_count : least;
  return least;
}

ag_status ag_circles_draw_densities(const char *title, const ag_circle_play *play, size_t count,
                                    const char *path, ag_error *error)
{
  const double slot = 190;
  size_t moments = least_snapshots(play, count);
  ag_status status = check_plays(play, count, error);
  if (status == AG_OK && moments == 0)
    status = ag_fail(error, AG_ERROR_INPUT, "there are no snapshots to draw");
  density_drawing *made = status == AG_OK ? calloc(1, sizeof *made) : NULL;
  if (made == NULL)
    return status != AG_OK ? status : ag_fail(error, AG_ERROR_MEMORY, "no memory for a figure");
  find_window(play, count, made);
  for (size_t s = 0; s < SIDES; s++)
    snprintf(made->rim[s], LABEL, "%.60s's disc", ag_game_curator_name(play[0].game, s));
  status = count_all(play, count, moments, made, error);
  if (status == AG_OK) {
    for (size_t i = 0; i < count * moments; i++)
      add_density(&play[i / moments], i / moments, i % moments, moments, made);
    double aspect = (made->high[1] - made->low[1]) / (made->high[0] - made->low[0]);
    ag_figure figure = {.title = title,
                        .width = slot * (double)moments + 80,
                        .height = (slot * 0.8 * aspect + 52) * (double)count + 50,
                        .columns = moments,
                        .legend_below = true,
                        .bar = &made->layer[0][0][0],
                        .panel_count = count * moments,
                        .panel = made->panel};
    status = ag_figure_write(&figure, path, 0, error);
  }
  for (size_t d = 0; d < 2; d++)
    free(made->edge[d]);
  free(made->value);
  free(made);
  return status;
}

/* --- courses --- */

enum { QUANTITIES = 2, LINES = 3 * SIDES };

static const char *const quantity_metric[QUANTITIES] = {"distance", "satisfaction"};

typedef struct course_panel {
  char title[LABEL];
  char label[LINES][LABEL];
  double *generation; /* [T + 1] */
  double *mean[SIDES], *low[SIDES], *high[SIDES], *exact[SIDES];
  double end, reading[SIDES];
  ag_layer layer[LINES];
  size_t layer_count;
} course_panel;

static void free_course(course_panel *panel)
{
  free(panel->generation);
  for (size_t s = 0; s < SIDES; s++) {
    free(panel->mean[s]);
    free(panel->low[s]);
    free(panel->high[s]);
    free(panel->exact[s]);
  }
}

static ag_status make_room(course_panel *panel, size_t rows, ag_error *error)
{
  ag_status status = ag_array_create(rows, sizeof(double), &panel->generation, error);
  for (size_t s = 0; s < SIDES && status == AG_OK; s++) {
    double **const array[] = {&panel->mean[s], &panel->low[s], &panel->high[s], &panel->exact[s]};
    for (size_t a = 0; a < sizeof array / sizeof *array && status == AG_OK; a++)
      status = ag_array_create(rows, sizeof(double), array[a], error);
  }
  return status;
}

static ag_status fill_side(const ag_result *result, const char *metric, size_t side,
                           course_panel *panel, ag_error *error)
{
  size_t at = ag_result_find_metric(result, metric);
  size_t exact_at = result->exact ? ag_result_find_metric(result->exact, metric) : SIZE_MAX;
  ag_status status = AG_OK;
  if (at == SIZE_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "the game has no metric %s", metric);
  for (size_t t = 0; t <= result->generations && status == AG_OK; t++) {
    ag_spread spread = {0};
    status = ag_result_spread(result, t, at, &spread, error);
    panel->generation[t] = (double)t;
    panel->mean[side][t] = spread.mean;
    panel->low[side][t] = spread.q05;
    panel->high[side][t] = spread.q95;
    panel->exact[side][t] =
        exact_at != SIZE_MAX ? ag_result_metric(result->exact, t, exact_at) : (double)NAN;
  }
  return status;
}

static void add_layers(const ag_circle_play *play, size_t quantity, course_panel *panel)
{
  const ag_result *result = play->result;
  panel->end = (double)result->generations;
  for (size_t s = 0; s < SIDES; s++) {
    const char *name = ag_game_curator_name(play->game, s);
    snprintf(panel->label[3 * s], LABEL, "%.40s: mean, nine seeds of ten", name);
    snprintf(panel->label[3 * s + 1], LABEL, "%.40s: exact", name);
    snprintf(panel->label[3 * s + 2], LABEL, "%.40s: the paper's figure", name);
    ag_layer line = ag_banded(
        ag_line(panel->label[3 * s], s, result->generations + 1, panel->generation, panel->mean[s]),
        panel->low[s], panel->high[s]);
    panel->layer[panel->layer_count++] = line;
    line.label = panel->label[3 * s + 1];
    line.style = 2 + s;
    line.y = panel->exact[s];
    line.low = line.high = NULL;
    if (result->exact)
      panel->layer[panel->layer_count++] = line;
  }
  for (size_t s = 0; s < SIDES && play->reading; s++) {
    panel->reading[s] = play->reading[quantity * SIDES + s];
    panel->layer[panel->layer_count++] = (ag_layer){.kind = AG_LAYER_POINTS,
                                                    .label = panel->label[3 * s + 2],
                                                    .style = s,
                                                    .count = 1,
                                                    .size = s == 0 ? 5.5 : 3,
                                                    .x = &panel->end,
                                                    .y = &panel->reading[s]};
  }
}

static ag_status make_course(const ag_circle_play *play, size_t quantity, course_panel *panel,
                             ag_error *error)
{
  ag_status status = make_room(panel, play->result->generations + 1, error);
  for (size_t s = 0; s < SIDES && status == AG_OK; s++) {
    char metric[LABEL];
    snprintf(metric, LABEL, "%s.%.70s", quantity_metric[quantity],
             ag_game_curator_name(play->game, s));
    status = fill_side(play->result, metric, s, panel, error);
  }
  if (status == AG_OK)
    add_layers(play, quantity, panel);
  return status;
}

/* A panel of a quantity; the words of its axes only where no panel stands to its left. */
static ag_panel frame_course(const course_panel *made, size_t quantity, size_t column,
                             size_t generations)
{
  static const char *const axis[QUANTITIES] = {"distance to the centres", "share inside the discs"};
  const double longest = 6, shortest = 0.4;
  double last = generations > 0 ? (double)generations : 1;
  ag_axis y = {.label = column == 0 ? axis[quantity] : NULL,
               .low = quantity == 0 ? shortest : -0.03,
               .high = quantity == 0 ? longest : 1.03,
               .logarithmic = quantity == 0};
  return (ag_panel){.title = made->title,
                    .x = {.label = quantity == 1 ? "iteration" : NULL, .low = 0, .high = last},
                    .y = y,
                    .layer_count = made->layer_count,
                    .layer = made->layer};
}

ag_status ag_circles_draw_courses(const char *title, const ag_circle_play *play, size_t count,
                                  size_t columns, const char *path, ag_error *error)
{
  static const char *const words[QUANTITIES] = {"distance", "satisfaction"};
  const double width = 215, height = 165;
  course_panel *made = NULL;
  ag_panel panel[QUANTITIES * PLAYS_MOST];
  ag_status status = check_plays(play, count, error);
  if (status == AG_OK && (columns == 0 || count % columns != 0))
    status = ag_fail(error, AG_ERROR_INPUT, "%zu games do not fill rows of %zu", count, columns);
  if (status != AG_OK)
    return status;
  made = calloc(QUANTITIES * count, sizeof *made);
  if (made == NULL)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a figure");
  for (size_t i = 0; i < QUANTITIES * count && status == AG_OK; i++) {
    size_t row = i / columns, column = i % columns, quantity = row % QUANTITIES;
    const ag_circle_play *one = &play[row / QUANTITIES * columns + column];
    snprintf(made[i].title, LABEL, "%.50s: %s", one->name, words[quantity]);
    status = make_course(one, quantity, &made[i], error);
    panel[i] = frame_course(&made[i], quantity, column, one->result->generations);
  }
  ag_figure figure = {.title = title,
                      .width = width * (double)columns + 40,
                      .height = height * (double)(QUANTITIES * count / columns) + 70,
                      .columns = columns,
                      .legend_below = true,
                      .panel_count = QUANTITIES * count,
                      .panel = panel};
  if (status == AG_OK)
    status = ag_figure_write(&figure, path, 0, error);
  for (size_t i = 0; i < QUANTITIES * count; i++)
    free_course(&made[i]);
  free(made);
  return status;
}
