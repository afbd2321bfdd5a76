/* Where everything on a figure goes. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/files.h"
#include "base/status.h"

enum {
  MARGIN = 8,
  FIGURE_TITLE = 22,
  PANEL_TITLE = 20,
  BETWEEN_PANELS = 14,
  Y_LABEL = 16,
  X_LABEL = 16,
  X_TICKS = 18,
  LEGEND_GAP = 14,
  TERNARY_SIDE = 26, /* for tick labels beside a triangle */
  TERNARY_TOP = 16,
  TERNARY_BOTTOM = 32
};

typedef struct figure_layout {
  const ag_figure *figure;
  ag_plot *plot; /* [panel_count] */
  double width, height;
  size_t columns, rows;
} figure_layout;

/* --- a panel in its slot --- */

static double legend_room(ag_canvas *canvas, const ag_panel *panel)
{
  ag_legend_list list = {0};
  if (panel->legend == AG_LEGEND_OUTSIDE)
    ag_legend_collect(panel, &list);
  return list.count ? LEGEND_GAP + ag_legend_width(canvas, &list) : 0;
}

/* Shrinks the area, about its middle, to an equal unit on both axes. */
static void equalise(ag_plot *plot)
{
  ag_rectangle *area = &plot->area;
  double unit =
      fmin(area->width / (plot->x.high - plot->x.low), area->height / (plot->y.high - plot->y.low));
  double width = unit * (plot->x.high - plot->x.low), height = unit * (plot->y.high - plot->y.low);
  area->x += (area->width - width) / 2;
  area->y += (area->height - height) / 2;
  area->width = width;
  area->height = height;
}

static void place_triangle(ag_plot *plot, ag_rectangle slot)
{
  double width = slot.width - 2 * TERNARY_SIDE;
  double height = slot.height - TERNARY_TOP - TERNARY_BOTTOM;
  double side = fmin(width, height * 2 / sqrt(3));
  plot->area = (ag_rectangle){slot.x + (slot.width - side) / 2,
                              slot.y + TERNARY_TOP + (height - side * sqrt(3) / 2) / 2, side,
                              side * sqrt(3) / 2};
}

/* Gives the plot its area inside the slot; returns where the y label stands. */
static double place_plot(ag_canvas *canvas, ag_plot *plot, ag_rectangle slot)
{
  const ag_panel *panel = plot->panel;
  double right = legend_room(canvas, panel) + ag_density_bar_width(canvas, panel);
  slot.width -= right;
  if (panel->title) {
    slot.y += PANEL_TITLE;
    slot.height -= PANEL_TITLE;
  }
  if (plot->ternary) {
    place_triangle(plot, slot);
    return 0;
  }
  double left = (panel->y.label ? Y_LABEL : 0) + ag_axis_width(canvas, plot, slot.height) + 9;
  double below = X_TICKS + (panel->x.label ? X_LABEL : 0);
  plot->area =
      (ag_rectangle){slot.x + left, slot.y + 4, slot.width - left - 8, slot.height - below - 4};
  if (panel->equal)
    equalise(plot);
  plot->x.from = plot->area.x;
  plot->x.to = plot->area.x + plot->area.width;
  plot->y.from = plot->area.y + plot->area.height;
  plot->y.to = plot->area.y;
  return plot->area.x - left + 6;
}

static void draw_panel(ag_canvas *canvas, ag_plot *plot, ag_rectangle slot)
{
  const ag_panel *panel = plot->panel;
  double label_x = place_plot(canvas, plot, slot);
  if (!(plot->area.width > 1) || !(plot->area.height > 1))
    return;
  ag_canvas_ink(canvas, 0.1);
  ag_canvas_bold(canvas, true);
  ag_canvas_text(
      canvas, panel->title, plot->ternary ? plot->area.x + plot->area.width / 2 : plot->area.x,
      slot.y + PANEL_TITLE / 2.0 - 2, plot->ternary ? 0.5 : 0, AG_TYPE_NORMAL, slot.width);
  ag_canvas_bold(canvas, false);
  if (!plot->ternary)
    ag_axes_draw_grid(canvas, plot);
  for (size_t i = 0; i < panel->layer_count; i++)
    if (!plot->ternary || panel->layer[i].kind == AG_LAYER_TERNARY)
      ag_layer_draw(canvas, plot, &panel->layer[i]);
  if (plot->ternary)
    ag_ternary_draw_axes(canvas, plot);
  else
    ag_axes_draw(canvas, plot, label_x);
  for (size_t i = 0; plot->ternary && i < panel->layer_count; i++)
    if (panel->layer[i].kind != AG_LAYER_TERNARY)
      ag_layer_draw(canvas, plot, &panel->layer[i]);
  ag_density_draw_bar(canvas, panel, plot->area);
  if (panel->legend == AG_LEGEND_INSIDE)
    ag_legend_draw_inside(canvas, plot);
  if (panel->legend == AG_LEGEND_OUTSIDE) {
    ag_legend_list list = {0};
    ag_legend_collect(panel, &list);
    double beside = plot->ternary ? TERNARY_SIDE : ag_density_bar_width(canvas, panel);
    ag_legend_draw(canvas, &list, plot->area.x + plot->area.width + beside + LEGEND_GAP,
                   plot->area.y);
  }
}

/* --- the whole --- */

static double draw_legend_below(ag_canvas *canvas, const ag_figure *figure, ag_rectangle page)
{
  ag_legend_list list = {0};
  for (size_t i = 0; i < figure->panel_count; i++)
    ag_legend_collect(&figure->panel[i], &list);
  double height = ag_legend_flow(canvas, &list, page, false);
  page.y += page.height - height;
  ag_legend_flow(canvas, &list, page, true);
  return height + 6;
}

/* Returns the width that it takes. */
static double draw_common_bar(ag_canvas *canvas, const ag_layer *bar, ag_rectangle page)
{
  ag_layer layer = *bar;
  layer.bare = false;
  const ag_panel panel = {.layer_count = 1, .layer = &layer};
  double width = ag_density_bar_width(canvas, &panel);
  page.y += PANEL_TITLE + 4;
  page.height -= PANEL_TITLE + X_TICKS + X_LABEL + 4;
  page.width -= width;
  ag_density_draw_bar(canvas, &panel, page);
  return width;
}

static void draw_figure(ag_canvas *canvas, const void *context)
{
  const figure_layout *layout = context;
  const ag_figure *figure = layout->figure;
  ag_rectangle page = {MARGIN, MARGIN, layout->width - 2 * MARGIN, layout->height - 2 * MARGIN};
  ag_canvas_bold(canvas, true);
  ag_canvas_ink(canvas, 0.1);
  ag_canvas_text(canvas, figure->title, layout->width / 2, page.y + FIGURE_TITLE / 2.0 - 3, 0.5,
                 AG_TYPE_TITLE, page.width);
  ag_canvas_bold(canvas, false);
  if (figure->title) {
    page.y += FIGURE_TITLE;
    page.height -= FIGURE_TITLE;
  }
  if (figure->legend_below)
    page.height -= draw_legend_below(canvas, figure, page);
  if (figure->bar)
    page.width -= draw_common_bar(canvas, figure->bar, page);
  double columns = (double)layout->columns, rows = (double)layout->rows;
  double width = (page.width - BETWEEN_PANELS * (columns - 1)) / columns;
  double height = (page.height - BETWEEN_PANELS * (rows - 1)) / rows;
  for (size_t i = 0; i < figure->panel_count; i++) {
    double column = (double)(i % layout->columns), row = (double)(i / layout->columns);
    draw_panel(canvas, &layout->plot[i],
               (ag_rectangle){page.x + column * (width + BETWEEN_PANELS),
                              page.y + row * (height + BETWEEN_PANELS), width, height});
  }
}

static void set_size(figure_layout *layout)
{
  const ag_figure *figure = layout->figure;
  enum { PANEL_WIDTH = 300, PANEL_HEIGHT = 260 };
  layout->columns = figure->columns ? figure->columns : figure->panel_count;
  if (layout->columns > figure->panel_count)
    layout->columns = figure->panel_count;
  layout->rows = (figure->panel_count + layout->columns - 1) / layout->columns;
  layout->width = figure->width > 0 ? figure->width : PANEL_WIDTH * (double)layout->columns + 60;
  layout->height = figure->height > 0 ? figure->height : PANEL_HEIGHT * (double)layout->rows + 40;
}

ag_status ag_figure_render(const ag_figure *figure, const char *path, double scale,
                           ag_buffer *buffer, ag_error *error)
{
  const double longest = 4000, finest = 30000; /* points; pixels, a bound of cairo */
  if (figure->panel_count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "cannot draw %s: the figure has no panel", path);
  figure_layout layout = {.figure = figure,
                          .plot = calloc(figure->panel_count, sizeof *layout.plot)};
  if (!layout.plot)
    return ag_fail_memory(error);
  set_size(&layout);
  ag_status status = AG_OK;
  double edge = fmax(layout.width, layout.height);
  if (edge > longest || fmin(layout.width, layout.height) < 60 || edge * fmax(scale, 1) > finest)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "cannot draw %s: %g by %g points; expected 60 to %g, and at most %g pixels",
                     path, layout.width, layout.height, longest, finest);
  for (size_t i = 0; !status && i < figure->panel_count; i++)
    status = ag_plot_fit(&figure->panel[i], &layout.plot[i], error);
  if (!status)
    status =
        ag_canvas_render(draw_figure, &layout, (ag_canvas_size){layout.width, layout.height, scale},
                         figure->title, path, buffer, error);
  free(layout.plot);
  return status;
}

ag_status ag_figure_write(const ag_figure *figure, const char *path, double scale, ag_error *error)
{
  ag_buffer buffer = {0};
  ag_status status = ag_figure_render(figure, path, scale, &buffer, error);
  if (!status)
    status = ag_buffer_save(&buffer, path, error);
  free(buffer.text);
  return status;
}
