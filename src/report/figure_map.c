/* Maps: categories and values of cells. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

size_t ag_map_cells(const ag_layer *layer)
{
  return layer->kind == AG_LAYER_TERNARY ? (layer->side + 1) * (layer->side + 2) / 2
                                         : layer->columns * layer->rows;
}

/* The point of a triangle with this number, as shares of the first two corners. */
static void ternary_point(const ag_layer *layer, size_t number, double *x, double *y)
{
  size_t i = 0;
  while (number > layer->side - i) {
    number -= layer->side - i + 1;
    i++;
  }
  *x = (double)i / (double)layer->side;
  *y = (double)number / (double)layer->side;
}

/* Adds the hexagon of a ternary point, a little wide so that none gapes. */
static void add_hexagon(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer, double x,
                        double y)
{
  double radius = 1.02 * plot->area.width / (double)layer->side / sqrt(3);
  for (int corner = 0; corner < 6; corner++) {
    double angle = M_PI / 3 * corner;
    double px = x + radius * sin(angle), py = y - radius * cos(angle);
    if (corner == 0)
      cairo_move_to(canvas->cairo, px, py);
    else
      cairo_line_to(canvas->cairo, px, py);
  }
  cairo_close_path(canvas->cairo);
}

/* The middle of a cell on the paper. */
static void cell_middle(const ag_plot *plot, const ag_layer *layer, size_t cell, double *x,
                        double *y)
{
  if (layer->kind == AG_LAYER_TERNARY) {
    ternary_point(layer, cell, x, y);
    ag_plot_at(plot, *x, *y, x, y);
    return;
  }
  size_t column = cell % layer->columns, row = cell / layer->columns;
  *x = (ag_scale_at(&plot->x, layer->x[column]) + ag_scale_at(&plot->x, layer->x[column + 1])) / 2;
  *y = (ag_scale_at(&plot->y, layer->y[row]) + ag_scale_at(&plot->y, layer->y[row + 1])) / 2;
}

typedef bool is_chosen(const ag_layer *layer, size_t cell, size_t category);

static bool has_category(const ag_layer *layer, size_t cell, size_t category)
{
  return layer->category[cell] == category;
}

static bool is_hatched(const ag_layer *layer, size_t cell, size_t category)
{
  (void)category;
  return layer->hatched[cell] != 0;
}

/* Adds the chosen cells to the path, neighbours in a row as one: whole areas
 * leave no seams between cells. */
static void add_cells(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer,
                      is_chosen *chosen, size_t category)
{
  cairo_new_path(canvas->cairo);
  if (layer->kind == AG_LAYER_TERNARY) {
    for (size_t cell = 0; cell < ag_map_cells(layer); cell++) {
      double x, y;
      cell_middle(plot, layer, cell, &x, &y);
      if (chosen(layer, cell, category))
        add_hexagon(canvas, plot, layer, x, y);
    }
    return;
  }
  for (size_t row = 0; row < layer->rows; row++) {
    double bottom = ag_scale_at(&plot->y, layer->y[row]);
    double top = ag_scale_at(&plot->y, layer->y[row + 1]);
    for (size_t end, begin = 0; begin < layer->columns; begin = end + 1) {
      for (end = begin; end < layer->columns; end++)
        if (!chosen(layer, row * layer->columns + end, category))
          break;
      double left = ag_scale_at(&plot->x, layer->x[begin]);
      double right = ag_scale_at(&plot->x, layer->x[end]);
      if (end > begin)
        cairo_rectangle(canvas->cairo, left, top, right - left, bottom - top);
    }
  }
}

void ag_canvas_hatch(ag_canvas *canvas, ag_rectangle area)
{
  const double spacing = 5.5;
  static const double grey[] = {1, 0}, opacity[] = {0.6, 0.6}, shift[] = {0.7, 0};
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 0.7);
  /* begun at a multiple of the spacing: the legend's hatching is the map's */
  double first = floor((area.x + area.y) / spacing) * spacing;
  for (int pass = 0; pass < 2; pass++) {
    for (double c = first; c < area.x + area.y + area.width + area.height; c += spacing) {
      cairo_move_to(canvas->cairo, c + shift[pass] - area.y, area.y);
      cairo_line_to(canvas->cairo, c + shift[pass] - area.y - area.height, area.y + area.height);
    }
    cairo_set_source_rgba(canvas->cairo, grey[pass], grey[pass], grey[pass], opacity[pass]);
    cairo_stroke(canvas->cairo);
  }
}

/* Adds the lines between hatched cells of a grid and others. */
static void add_outline(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  for (size_t row = 0; row < layer->rows; row++)
    for (size_t column = 0; column < layer->columns; column++) {
      size_t cell = row * layer->columns + column;
      bool here = layer->hatched[cell];
      double right = ag_scale_at(&plot->x, layer->x[column + 1]);
      double top = ag_scale_at(&plot->y, layer->y[row + 1]);
      if (column + 1 < layer->columns && here != (bool)layer->hatched[cell + 1]) {
        cairo_move_to(canvas->cairo, right, ag_scale_at(&plot->y, layer->y[row]));
        cairo_line_to(canvas->cairo, right, top);
      }
      if (row + 1 < layer->rows && here != (bool)layer->hatched[cell + layer->columns]) {
        cairo_move_to(canvas->cairo, ag_scale_at(&plot->x, layer->x[column]), top);
        cairo_line_to(canvas->cairo, right, top);
      }
    }
}

static void hatch_cells(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  cairo_save(canvas->cairo);
  add_cells(canvas, plot, layer, is_hatched, 0);
  cairo_clip(canvas->cairo);
  ag_canvas_hatch(canvas, plot->area);
  cairo_restore(canvas->cairo);
  if (layer->kind == AG_LAYER_TERNARY)
    return;
  add_outline(canvas, plot, layer);
  cairo_set_line_cap(canvas->cairo, CAIRO_LINE_CAP_SQUARE);
  cairo_set_line_width(canvas->cairo, 0.8);
  ag_canvas_ink(canvas, 0);
  cairo_stroke(canvas->cairo);
}

/* --- marks --- */

typedef struct place {
  double x, y, room; /* room: the square of the distance to the nearest stranger */
} place;

/* The distance from a place to the rim of the panel, negative outside. */
static double rim_distance(const ag_plot *plot, const place *at)
{
  const ag_rectangle *area = &plot->area;
  double below = area->y + area->height - at->y;
  if (!plot->ternary)
    return fmin(fmin(at->x - area->x, area->x + area->width - at->x), fmin(at->y - area->y, below));
  /* an equilateral triangle: its sides rise by the root of 3 */
  double left = (sqrt(3) * (at->x - area->x) - below) / 2;
  double right = (sqrt(3) * (area->x + area->width - at->x) - below) / 2;
  return fmin(below, fmin(left, right));
}

/* The squared distance to the nearest thing that a mark should not cover. */
static double room_around(const ag_plot *plot, const place *middle, const ag_layer *layer,
                          size_t cell, size_t count)
{
  const place *at = &middle[cell];
  double side = fmax(0, rim_distance(plot, at)), room = side * side;
  for (size_t other = 0; other < count; other++) {
    double dx = middle[other].x - at->x, dy = middle[other].y - at->y;
    if (layer->category[other] != layer->category[cell])
      room = fmin(room, dx * dx + dy * dy);
  }
  for (size_t l = 0; l < plot->panel->layer_count; l++) {
    const ag_layer *points = &plot->panel->layer[l];
    for (size_t i = 0; points->kind == AG_LAYER_POINTS && i < points->count; i++) {
      double x, y;
      ag_plot_at(plot, points->x[i], points->y[i], &x, &y);
      room = fmin(room, (x - at->x) * (x - at->x) + (y - at->y) * (y - at->y));
    }
  }
  return room;
}

/* The middle of the widest region of each category; of a fine map every so
 * many cells are tried. best [category_count]. */
static void find_places(const ag_plot *plot, const ag_layer *layer, place *best)
{
  enum { TRIED = 1500 };
  size_t count = ag_map_cells(layer), step = count / TRIED + 1;
  place *middle = malloc(count * sizeof *middle);
  for (size_t cell = 0; middle && cell < count; cell++)
    cell_middle(plot, layer, cell, &middle[cell].x, &middle[cell].y);
  for (size_t cell = 0; middle && cell < count; cell += step) {
    place *found = &best[layer->category[cell]];
    double room = room_around(plot, middle, layer, cell, count);
    if (room > found->room)
      *found = (place){middle[cell].x, middle[cell].y, room};
  }
  free(middle);
}

static void draw_marks(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  place best[256] = {{0}};
  const double least_room = 7; /* a smaller region has no room for a letter */
  find_places(plot, layer, best);
  for (size_t c = 0; c < layer->category_count && c < 256; c++) {
    const ag_category *category = &layer->categories[c];
    ag_colour ground = ag_colour_fill(category->style);
    if (!category->mark || best[c].room < least_room * least_room)
      continue;
    double size = fmin(16, 1.2 * sqrt(best[c].room));
    if (layer->hatched) { /* hatching would cross the letter */
      cairo_new_path(canvas->cairo);
      cairo_arc(canvas->cairo, best[c].x, best[c].y, 0.75 * size, 0, 2 * M_PI);
      ag_canvas_colour(canvas, ground, 1);
      cairo_fill(canvas->cairo);
    }
    ag_canvas_mark(canvas, category->mark, best[c].x, best[c].y, size, ground);
  }
}

void ag_map_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  for (size_t c = 0; c < layer->category_count; c++) {
    add_cells(canvas, plot, layer, has_category, c);
    ag_canvas_colour(canvas, ag_colour_fill(layer->categories[c].style), 1);
    cairo_fill(canvas->cairo);
  }
  if (layer->hatched)
    hatch_cells(canvas, plot, layer);
  draw_marks(canvas, plot, layer);
}

/* --- densities --- */

/* The least and the most of the values that are drawn. */
static void density_range(const ag_layer *layer, double *least, double *most)
{
  *least = layer->least;
  *most = layer->most;
  if (layer->least < layer->most)
    return;
  *least = INFINITY;
  *most = -INFINITY;
  for (size_t i = 0; i < layer->columns * layer->rows; i++) {
    double value = layer->value[i];
    if (!isfinite(value) || (layer->logarithmic && value <= 0))
      continue;
    *least = fmin(*least, value);
    *most = fmax(*most, value);
  }
  if (!(*least < *most)) /* all alike, or nothing there */
    *most = isfinite(*least) ? (layer->logarithmic ? 10 * *least : *least + 1) : 1;
  if (!isfinite(*least))
    *least = layer->logarithmic ? 0.1 : 0;
}

static uint32_t pixel(const ag_layer *layer, double value, double least, double most)
{
  if (isnan(value))
    return 0xFFFFFFFF;
  double share = layer->logarithmic ? log(value / least) / log(most / least)
                                    : (value - least) / (most - least);
  ag_colour colour = ag_colour_map(value <= 0 && layer->logarithmic ? 0 : share);
  return 0xFF000000u | (uint32_t)lround(255 * colour.red) << 16 |
         (uint32_t)lround(255 * colour.green) << 8 | (uint32_t)lround(255 * colour.blue);
}

/* The map as an image with a pixel a cell, stretched: the cells of a density
 * are equally wide (on the scale of the axes). */
void ag_density_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  double least, most;
  density_range(layer, &least, &most);
  cairo_surface_t *image =
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)layer->columns, (int)layer->rows);
  unsigned char *bytes = cairo_image_surface_get_data(image);
  size_t stride = (size_t)cairo_image_surface_get_stride(image);
  for (size_t row = 0; bytes && row < layer->rows; row++) {
    uint32_t *line = (uint32_t *)(void *)(bytes + (layer->rows - 1 - row) * stride);
    for (size_t column = 0; column < layer->columns; column++)
      line[column] = pixel(layer, layer->value[row * layer->columns + column], least, most);
  }
  cairo_surface_mark_dirty(image);
  double left = ag_scale_at(&plot->x, layer->x[0]);
  double right = ag_scale_at(&plot->x, layer->x[layer->columns]);
  double bottom = ag_scale_at(&plot->y, layer->y[0]);
  double top = ag_scale_at(&plot->y, layer->y[layer->rows]);
  cairo_save(canvas->cairo);
  cairo_translate(canvas->cairo, left, top);
  cairo_scale(canvas->cairo, (right - left) / (double)layer->columns,
              (bottom - top) / (double)layer->rows);
  cairo_set_source_surface(canvas->cairo, image, 0, 0);
  cairo_pattern_set_filter(cairo_get_source(canvas->cairo), CAIRO_FILTER_NEAREST);
  cairo_paint(canvas->cairo);
  cairo_restore(canvas->cairo);
  cairo_surface_destroy(image);
}

/* --- the bar of a density --- */

static const ag_layer *find_density(const ag_panel *panel)
{
  for (size_t i = 0; i < panel->layer_count; i++)
    if (panel->layer[i].kind == AG_LAYER_DENSITY && !panel->layer[i].bare)
      return &panel->layer[i];
  return NULL;
}

enum { BAR = 10, BAR_GAP = 10 };

double ag_density_bar_width(ag_canvas *canvas, const ag_panel *panel)
{
  const ag_layer *layer = find_density(panel);
  if (!layer)
    return 0;
  double least, most, tick[AG_TICKS_MOST], widest = 0;
  density_range(layer, &least, &most);
  size_t count = ag_ticks(least, most, layer->logarithmic, 5, tick);
  for (size_t i = 0; i < count; i++) {
    char text[64];
    ag_tick_text(tick, count, i, layer->logarithmic, text, sizeof text);
    widest = fmax(widest, ag_canvas_text_width(canvas, text, AG_TYPE_SMALL));
  }
  return BAR_GAP + BAR + 6 + widest + (layer->label ? 16 : 4);
}

static void draw_shades(ag_canvas *canvas, double x, ag_rectangle area)
{
  enum { STEPS = 128 };
  cairo_pattern_t *shades = cairo_pattern_create_linear(0, area.y + area.height, 0, area.y);
  for (int i = 0; i <= STEPS; i++) {
    double share = i / (double)STEPS;
    ag_colour colour = ag_colour_map(share);
    cairo_pattern_add_color_stop_rgb(shades, share, colour.red, colour.green, colour.blue);
  }
  cairo_rectangle(canvas->cairo, x, area.y, BAR, area.height);
  cairo_set_source(canvas->cairo, shades);
  cairo_fill_preserve(canvas->cairo);
  cairo_pattern_destroy(shades);
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 0.8);
  ag_canvas_ink(canvas, 0.15);
  cairo_stroke(canvas->cairo);
}

void ag_density_draw_bar(ag_canvas *canvas, const ag_panel *panel, ag_rectangle area)
{
  const ag_layer *layer = find_density(panel);
  if (!layer)
    return;
  double tick[AG_TICKS_MOST], x = area.x + area.width + BAR_GAP;
  ag_scale scale = {.from = area.y + area.height, .to = area.y, .logarithmic = layer->logarithmic};
  density_range(layer, &scale.low, &scale.high);
  draw_shades(canvas, x, area);
  size_t count = ag_ticks(scale.low, scale.high, layer->logarithmic, 5, tick);
  for (size_t i = 0; i < count; i++) {
    char text[64];
    double y = ag_scale_at(&scale, tick[i]);
    cairo_move_to(canvas->cairo, x + BAR, y);
    cairo_rel_line_to(canvas->cairo, 3, 0);
    cairo_stroke(canvas->cairo);
    ag_tick_text(tick, count, i, layer->logarithmic, text, sizeof text);
    ag_canvas_text(canvas, text, x + BAR + 6, y, 0, AG_TYPE_SMALL, 0);
  }
  double label_x = area.x + area.width + ag_density_bar_width(canvas, panel) - 6;
  if (layer->label)
    ag_canvas_text_upwards(canvas, layer->label, label_x, area.y + area.height / 2, AG_TYPE_NORMAL,
                           area.height);
}
