/* The plane at the first and the last generation, with the curators' discs. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/numerics.h"
#include "report/figure_run.h"

enum { SIDE_MOST = 256, BINS_LEAST = 16, BINS_MOST = 64 };
static const double decades_shown = 1e-4; /* of the highest density */

/* A density over rectangles that are alike. */
typedef struct plane_map {
  size_t columns, rows;
  double *x, *y; /* edges [columns + 1], [rows + 1] */
  double *value; /* [rows, columns] */
} plane_map;

static bool create_plane(plane_map *plane, size_t columns, size_t rows, const double low[2],
                         const double high[2], ag_panel_set *panels)
{
  plane->columns = columns;
  plane->rows = rows;
  plane->x = ag_panels_take(panels, columns + 1, sizeof(double));
  plane->y = ag_panels_take(panels, rows + 1, sizeof(double));
  plane->value = ag_panels_take(panels, columns * rows, sizeof(double));
  if (panels->failed)
    return false;
  for (size_t i = 0; i <= columns; i++)
    plane->x[i] = low[0] + (high[0] - low[0]) * (double)i / (double)columns;
  for (size_t i = 0; i <= rows; i++)
    plane->y[i] = low[1] + (high[1] - low[1]) * (double)i / (double)rows;
  return true;
}

static double cell_area(const plane_map *plane)
{
  return (plane->x[1] - plane->x[0]) * (plane->y[1] - plane->y[0]);
}

/* --- a box --- */

/* How many cells are joined to one so that few enough are drawn; 1 where the number of
 * cells cannot be divided. */
static size_t join_by(size_t cells)
{
  for (size_t factor = 1; factor <= cells / 32; factor++)
    if (cells % factor == 0 && cells / factor <= SIDE_MOST)
      return factor;
  return 1;
}

/* log_mass [cells[0], cells[1]], first coordinate to the right. */
static bool plane_of_box(const ag_game *game, const double *log_mass, plane_map *plane,
                         ag_panel_set *panels)
{
  const size_t *cells = ag_game_cells(game);
  double low[2], high[2];
  size_t join[2] = {join_by(cells[0]), join_by(cells[1])};
  ag_game_bounds(game, low, high);
  if (!create_plane(plane, cells[0] / join[0], cells[1] / join[1], low, high, panels))
    return false;
  for (size_t i = 0; i < cells[0]; i++)
    for (size_t j = 0; j < cells[1]; j++)
      plane->value[j / join[1] * plane->columns + i / join[0]] +=
          exp(log_mass[i * cells[1] + j]) / cell_area(plane);
  return true;
}

/* --- a cloud --- */

typedef struct plane_window {
  double low[2], high[2];
} plane_window;

/* Widens the window to all points but the outermost thousandth on each side. */
static bool widen_to_points(plane_window *window, const double *point, size_t count,
                            ag_panel_set *panels)
{
  double *sorted = ag_panels_take(panels, count, sizeof *sorted);
  for (int d = 0; sorted && count > 0 && d < 2; d++) {
    for (size_t i = 0; i < count; i++)
      sorted[i] = point[2 * i + (size_t)d];
    qsort(sorted, count, sizeof *sorted, ag_compare_reals);
    size_t out = count / 1000;
    window->low[d] = fmin(window->low[d], sorted[out]);
    window->high[d] = fmax(window->high[d], sorted[count - 1 - out]);
  }
  return sorted != NULL;
}

static void widen_to_discs(plane_window *window, const ag_game *game)
{
  double centre[2], radius;
  for (size_t c = 0; ag_game_dimension(game) == 2 && c < ag_game_curator_count(game); c++)
    if (ag_game_curator_disc(game, c, centre, &radius))
      for (int d = 0; d < 2; d++) {
        window->low[d] = fmin(window->low[d], centre[d] - radius);
        window->high[d] = fmax(window->high[d], centre[d] + radius);
      }
}

static bool plane_of_points(const plane_window *window, const double *point, size_t count,
                            plane_map *plane, ag_panel_set *panels)
{
  double wide = sqrt((double)count) * 1.2;
  size_t bins = (size_t)fmin(fmax(wide, BINS_LEAST), BINS_MOST);
  if (!create_plane(plane, bins, bins, window->low, window->high, panels))
    return false;
  double width = plane->x[1] - plane->x[0], height = plane->y[1] - plane->y[0];
  for (size_t i = 0; i < count; i++) {
    double column = floor((point[2 * i] - window->low[0]) / width);
    double row = floor((point[2 * i + 1] - window->low[1]) / height);
    column = point[2 * i] == window->high[0] ? column - 1 : column;
    row = point[2 * i + 1] == window->high[1] ? row - 1 : row;
    if (column >= 0 && row >= 0 && column < (double)bins && row < (double)bins)
      plane->value[(size_t)row * bins + (size_t)column] += 1 / ((double)count * width * height);
  }
  return true;
}

/* --- panels --- */

/* The curators' circles; one for several curators who want the same. */
static size_t disc_layers(const ag_game *game, ag_layer *layer, ag_panel_set *panels)
{
  size_t count = 0;
  for (size_t c = 0; ag_game_dimension(game) == 2 && c < ag_game_curator_count(game); c++) {
    double *centre = ag_panels_take(panels, 2, sizeof *centre), radius;
    if (!centre || !ag_game_curator_disc(game, c, centre, &radius))
      continue;
    size_t same = 0;
    while (same < count && !(layer[same].x[0] == centre[0] && layer[same].y[0] == centre[1] &&
                             layer[same].size == radius))
      same++;
    const char *name = ag_game_curator_name(game, c);
    if (same < count)
      layer[same].label = ag_panels_print(panels, "%s, %s", layer[same].label, name);
    else
      layer[count++] = (ag_layer){.kind = AG_LAYER_CIRCLE,
                                  .label = name,
                                  .style = c,
                                  .count = 1,
                                  .x = centre,
                                  .y = centre + 1,
                                  .size = radius};
  }
  return count;
}

#define DENSITY_CAPTION                                                                            \
  "The population's density on the plane, in shares per unit of area; all planes of a run have "   \
  "one scale of shades."

static void add_panel(const ag_game *game, const plane_map *plane, double most, const char *title,
                      ag_panel_set *panels)
{
  ag_layer *layer = ag_panels_take(panels, ag_game_curator_count(game) + 1, sizeof *layer);
  if (!layer)
    return;
  layer[0] = (ag_layer){.kind = AG_LAYER_DENSITY,
                        .label = "density",
                        .x = plane->x,
                        .y = plane->y,
                        .columns = plane->columns,
                        .rows = plane->rows,
                        .value = plane->value,
                        .least = most * decades_shown,
                        .most = most,
                        .logarithmic = true};
  size_t discs = disc_layers(game, layer + 1, panels);
  ag_panel panel = {.title = title,
                    .equal = true,
                    .legend = AG_LEGEND_INSIDE,
                    .layer_count = 1 + discs,
                    .layer = layer};
  ag_panels_add(panels, &panel,
                discs > 0 ? DENSITY_CAPTION " Circles: what satisfies each curator."
                          : DENSITY_CAPTION);
}

static double highest(const plane_map *plane)
{
  double most = 0;
  for (size_t i = 0; plane->value && i < plane->columns * plane->rows; i++)
    most = fmax(most, plane->value[i]);
  return most;
}

static bool make_box_planes(const ag_run_view *run, plane_map first_last[2], ag_panel_set *panels)
{
  double *initial = ag_panels_take(panels, run->result->item_count, sizeof *initial);
  if (!initial)
    return false;
  ag_game_initial_log_mass(run->game, initial);
  return plane_of_box(run->game, initial, &first_last[0], panels) &&
         plane_of_box(run->game, run->result->log_mass, &first_last[1], panels);
}

/* The first generation of a cloud is there only where a snapshot was taken. */
static bool make_cloud_planes(const ag_run_view *run, plane_map first_last[2], ag_panel_set *panels)
{
  const ag_result *result = run->result;
  plane_window window = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
  bool begins = result->snapshot_count > 0 && result->snapshot[0] == 0 && result->snapshot_point &&
                result->snapshot_point_count[0] > 0;
  bool made = widen_to_points(&window, result->point, result->point_count, panels);
  if (made && begins)
    made = widen_to_points(&window, result->snapshot_point[0], result->snapshot_point_count[0],
                           panels);
  widen_to_discs(&window, run->game);
  for (int d = 0; d < 2; d++) { /* a margin, also around points that are all the same */
    double margin = 0.03 * (window.high[d] - window.low[d]) + 1e-9 + 1e-9 * fabs(window.low[d]);
    window.low[d] -= margin;
    window.high[d] += margin;
  }
  if (made && begins)
    made = plane_of_points(&window, result->snapshot_point[0], result->snapshot_point_count[0],
                           &first_last[0], panels);
  return made &&
         plane_of_points(&window, result->point, result->point_count, &first_last[1], panels);
}

ag_status ag_panels_add_plane(const ag_run_view *run, ag_panel_set *panels, ag_error *error)
{
  const ag_result *result = run->result;
  bool cloud = result->dimension == 2 && result->point && result->point_count > 0;
  bool box = !cloud && ag_game_dimension(run->game) == 2 && ag_game_cells(run->game) &&
             result->item_count > 0 && result->item_count == ag_game_item_count(run->game);
  plane_map first_last[2] = {{0}, {0}};
  if (!cloud && !box)
    return AG_OK;
  bool made =
      cloud ? make_cloud_planes(run, first_last, panels) : make_box_planes(run, first_last, panels);
  double most = fmax(highest(&first_last[0]), highest(&first_last[1]));
  if (made && first_last[0].value)
    add_panel(run->game, &first_last[0], most, "Generation 0", panels);
  if (made)
    add_panel(run->game, &first_last[1], most,
              ag_panels_print(panels, "Generation %zu", result->generations), panels);
  return panels->failed ? ag_fail_memory(error) : AG_OK;
}
