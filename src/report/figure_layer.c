/* Lines, points, bars, circles and words. */
#include "report/figure_parts.h"

#include <math.h>

/* A line along the points where both values are there; a gap breaks it. */
static void trace(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  bool drawing = false;
  cairo_new_path(canvas->cairo);
  for (size_t i = 0; i < layer->count; i++) {
    double x, y;
    ag_plot_at(plot, layer->x[i], layer->y[i], &x, &y);
    if (!isfinite(x) || !isfinite(y))
      drawing = false;
    else if (drawing)
      cairo_line_to(canvas->cairo, x, y);
    else
      cairo_move_to(canvas->cairo, x, y);
    drawing = isfinite(x) && isfinite(y);
  }
}

/* Positions beyond the frame, -infinity of a logarithm among them, are drawn
 * at a place that is surely outside. */
static double clamped(double position)
{
  const double far = 1e4;
  return isnan(position) ? far : fmin(fmax(position, -far), far);
}

static void draw_band(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  double x, y;
  cairo_new_path(canvas->cairo);
  for (size_t i = 0; i < layer->count; i++) {
    ag_plot_at(plot, layer->x[i], layer->high[i], &x, &y);
    cairo_line_to(canvas->cairo, clamped(x), clamped(y));
  }
  for (size_t i = layer->count; i-- > 0;) {
    ag_plot_at(plot, layer->x[i], layer->low[i], &x, &y);
    cairo_line_to(canvas->cairo, clamped(x), clamped(y));
  }
  cairo_close_path(canvas->cairo);
  ag_canvas_colour(canvas, ag_colour_line(layer->style), 0.2);
  cairo_fill(canvas->cairo);
}

static void draw_line(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  if (layer->low && layer->high)
    draw_band(canvas, plot, layer);
  if (!layer->y)
    return;
  trace(canvas, plot, layer);
  ag_canvas_colour(canvas, ag_colour_line(layer->style), 1);
  ag_canvas_dash(canvas, layer->style);
  cairo_set_line_width(canvas->cairo, 1.6);
  cairo_stroke(canvas->cairo);
}

static void draw_intervals(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 1);
  for (size_t i = 0; layer->low && layer->high && i < layer->count; i++) {
    double x, low, high;
    ag_plot_at(plot, layer->x[i], layer->low[i], &x, &low);
    ag_plot_at(plot, layer->x[i], layer->high[i], &x, &high);
    const double end[] = {clamped(low), clamped(high)};
    cairo_move_to(canvas->cairo, x, end[0]);
    cairo_line_to(canvas->cairo, x, end[1]);
    for (int e = 0; e < 2; e++) {
      cairo_move_to(canvas->cairo, x - 2.5, end[e]);
      cairo_line_to(canvas->cairo, x + 2.5, end[e]);
    }
  }
  cairo_stroke(canvas->cairo);
}

static void draw_points(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  ag_canvas_colour(canvas, ag_colour_line(layer->style), 1);
  draw_intervals(canvas, plot, layer);
  for (size_t i = 0; i < layer->count; i++) {
    double x, y;
    ag_plot_at(plot, layer->x[i], layer->y[i], &x, &y);
    if (isfinite(x) && isfinite(y))
      ag_canvas_marker(canvas, layer->style, x, y, layer->size > 0 ? layer->size : 2.5);
  }
}

static void draw_bars(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  double floor_y = plot->area.y + plot->area.height;
  if (!plot->y.logarithmic && plot->y.low < 0)
    floor_y = ag_scale_at(&plot->y, 0);
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  for (size_t i = 0; i < layer->count; i++) {
    double left = ag_scale_at(&plot->x, layer->x[i] - layer->size / 2);
    double right = ag_scale_at(&plot->x, layer->x[i] + layer->size / 2);
    double top = clamped(ag_scale_at(&plot->y, layer->y[i]));
    cairo_rectangle(canvas->cairo, left, fmin(top, floor_y), right - left, fabs(floor_y - top));
    ag_canvas_colour(canvas, ag_colour_fill(layer->style), 1);
    cairo_fill_preserve(canvas->cairo);
    ag_canvas_ink(canvas, 0.15);
    cairo_set_line_width(canvas->cairo, 0.6);
    cairo_stroke(canvas->cairo);
  }
  /* a light line below the dark one: intervals show on any fill */
  ag_canvas_ink(canvas, 0);
  draw_intervals(canvas, plot, layer);
}

static void draw_circle(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  double x, y, edge_x, edge_y;
  ag_plot_at(plot, layer->x[0], layer->y[0], &x, &y);
  ag_plot_at(plot, layer->x[0] + layer->size, layer->y[0] + layer->size, &edge_x, &edge_y);
  cairo_new_path(canvas->cairo);
  cairo_save(canvas->cairo);
  cairo_translate(canvas->cairo, x, y);
  cairo_scale(canvas->cairo, edge_x - x, y - edge_y);
  cairo_arc(canvas->cairo, 0, 0, 1, 0, 2 * M_PI);
  cairo_restore(canvas->cairo);
  ag_canvas_dash(canvas, layer->style); /* a circle of the same place shows in the gaps */
  cairo_set_source_rgba(canvas->cairo, 1, 1, 1, 0.85);
  cairo_set_line_width(canvas->cairo, 3.2);
  cairo_stroke_preserve(canvas->cairo);
  ag_canvas_colour(canvas, ag_colour_line(layer->style), 1);
  cairo_set_line_width(canvas->cairo, 1.6);
  cairo_stroke(canvas->cairo);
}

static void draw_words(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  double x, y, size = layer->size > 0 ? layer->size : AG_TYPE_SMALL;
  ag_plot_at(plot, layer->x[0], layer->y[0], &x, &y);
  double width = ag_canvas_text_width(canvas, layer->label, size);
  cairo_rectangle(canvas->cairo, x - width / 2 - 2, y - 0.7 * size, width + 4, 1.4 * size);
  cairo_set_source_rgba(canvas->cairo, 1, 1, 1, 0.8);
  cairo_fill(canvas->cairo);
  ag_canvas_ink(canvas, 0.1);
  ag_canvas_text(canvas, layer->label, x, y, 0.5, size, 0);
}

void ag_layer_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer)
{
  static void (*const draw[])(ag_canvas *, const ag_plot *, const ag_layer *) = {
      [AG_LAYER_LINE] = draw_line,      [AG_LAYER_POINTS] = draw_points,
      [AG_LAYER_BARS] = draw_bars,      [AG_LAYER_CELLS] = ag_map_draw,
      [AG_LAYER_TERNARY] = ag_map_draw, [AG_LAYER_DENSITY] = ag_density_draw,
      [AG_LAYER_CIRCLE] = draw_circle,  [AG_LAYER_TEXT] = draw_words,
  };
  cairo_save(canvas->cairo);
  bool over_the_edge = layer->kind == AG_LAYER_POINTS || layer->kind == AG_LAYER_TEXT;
  if (!over_the_edge) {
    ag_plot_path(canvas, plot);
    cairo_clip(canvas->cairo);
  }
  cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
  draw[layer->kind](canvas, plot, layer);
  cairo_restore(canvas->cairo);
}
