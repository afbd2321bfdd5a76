/* Legends: one entry for each label, category and hatching. */
#include "report/figure_parts.h"

#include <math.h>
#include <string.h>

enum { SWATCH = 22, SWATCH_HEIGHT = 11, LINE = 16, GAP = 6, BETWEEN = 16 };

static void add_entry(ag_legend_list *list, ag_legend_entry entry)
{
  enum { MOST = sizeof list->entry / sizeof *list->entry };
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->entry[i].label, entry.label) == 0)
      return;
  if (list->count < MOST)
    list->entry[list->count++] = entry;
}

/* The categories that occur, and the hatching if it does. */
static void collect_map(const ag_layer *layer, ag_legend_list *list)
{
  size_t cells = ag_map_cells(layer);
  for (size_t c = 0; c < layer->category_count; c++) {
    const ag_category *category = &layer->categories[c];
    if (category->name && c < 256 && memchr(layer->category, (int)c, cells))
      add_entry(list, (ag_legend_entry){.label = category->name,
                                        .mark = category->mark,
                                        .fill = category->style});
  }
  bool any = false;
  for (size_t i = 0; layer->hatched && i < cells; i++)
    any |= layer->hatched[i];
  if (any && layer->hatched_name)
    add_entry(list, (ag_legend_entry){.label = layer->hatched_name, .fill = 4, .hatched = true});
}

void ag_legend_collect(const ag_panel *panel, ag_legend_list *list)
{
  for (size_t i = 0; i < panel->layer_count; i++) {
    const ag_layer *layer = &panel->layer[i];
    if (layer->kind == AG_LAYER_CELLS || layer->kind == AG_LAYER_TERNARY)
      collect_map(layer, list);
    else if (layer->label && layer->kind != AG_LAYER_DENSITY && layer->kind != AG_LAYER_TEXT)
      add_entry(list,
                (ag_legend_entry){.label = layer->label, .layer = layer, .fill = layer->style});
  }
}

static void draw_fill(ag_canvas *canvas, const ag_legend_entry *entry, ag_rectangle box)
{
  ag_colour colour = ag_colour_fill(entry->fill);
  cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
  ag_canvas_colour(canvas, colour, 1);
  cairo_fill(canvas->cairo);
  if (entry->hatched) {
    cairo_save(canvas->cairo);
    cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
    cairo_clip(canvas->cairo);
    ag_canvas_hatch(canvas, box);
    cairo_restore(canvas->cairo);
  }
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 0.6);
  ag_canvas_ink(canvas, 0.15);
  cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
  cairo_stroke(canvas->cairo);
  if (entry->mark)
    ag_canvas_mark(canvas, entry->mark, box.x + box.width / 2, box.y + box.height / 2,
                   AG_TYPE_SMALL, colour);
}

static void draw_stroke(ag_canvas *canvas, const ag_layer *layer, ag_rectangle box)
{
  ag_colour colour = ag_colour_line(layer->style);
  double middle = box.y + box.height / 2;
  if (layer->kind == AG_LAYER_LINE && layer->low) {
    cairo_rectangle(canvas->cairo, box.x, box.y, box.width, box.height);
    ag_canvas_colour(canvas, colour, 0.2);
    cairo_fill(canvas->cairo);
  }
  if (!layer->y)
    return;
  ag_canvas_colour(canvas, colour, 1);
  ag_canvas_dash(canvas, layer->style);
  cairo_set_line_width(canvas->cairo, 1.6);
  cairo_move_to(canvas->cairo, box.x, middle);
  cairo_line_to(canvas->cairo, box.x + box.width, middle);
  cairo_stroke(canvas->cairo);
}

static void draw_entry(ag_canvas *canvas, const ag_legend_entry *entry, double x, double y)
{
  const ag_layer *layer = entry->layer;
  ag_rectangle box = {x, y - SWATCH_HEIGHT / 2.0, SWATCH, SWATCH_HEIGHT};
  if (!layer || layer->kind == AG_LAYER_BARS)
    draw_fill(canvas, entry, box);
  else if (layer->kind == AG_LAYER_POINTS)
    ag_canvas_marker(canvas, layer->style, x + SWATCH / 2.0, y, 3);
  else
    draw_stroke(canvas, layer, box);
  ag_canvas_ink(canvas, 0.1);
  ag_canvas_text(canvas, entry->label, x + SWATCH + GAP, y, 0, AG_TYPE_SMALL, 0);
}

static double entry_width(ag_canvas *canvas, const ag_legend_entry *entry)
{
  return SWATCH + GAP + ag_canvas_text_width(canvas, entry->label, AG_TYPE_SMALL);
}

double ag_legend_width(ag_canvas *canvas, const ag_legend_list *list)
{
  double widest = 0;
  for (size_t i = 0; i < list->count; i++)
    widest = fmax(widest, entry_width(canvas, &list->entry[i]));
  return widest;
}

static double legend_height(const ag_legend_list *list)
{
  return LINE * (double)list->count;
}

void ag_legend_draw(ag_canvas *canvas, const ag_legend_list *list, double x, double y)
{
  for (size_t i = 0; i < list->count; i++)
    draw_entry(canvas, &list->entry[i], x, y + LINE * ((double)i + 0.5));
}

double ag_legend_flow(ag_canvas *canvas, const ag_legend_list *list, ag_rectangle area, bool draw)
{
  double y = 0;
  for (size_t end, begin = 0; begin < list->count; begin = end, y += LINE) {
    double width = entry_width(canvas, &list->entry[begin]), more;
    for (end = begin + 1; end < list->count; end++, width += more) {
      more = BETWEEN + entry_width(canvas, &list->entry[end]);
      if (width + more > area.width)
        break;
    }
    double x = area.x + fmax(0, (area.width - width) / 2);
    for (size_t i = begin; draw && i < end; i++) {
      draw_entry(canvas, &list->entry[i], x, area.y + y + LINE / 2.0);
      x += entry_width(canvas, &list->entry[i]) + BETWEEN;
    }
  }
  return y;
}

/* --- inside a panel --- */

static bool is_inside(ag_rectangle box, double x, double y)
{
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/* Of points around a circle. */
static size_t rim_inside(const ag_plot *plot, const ag_layer *layer, ag_rectangle box)
{
  enum { POINTS = 48 };
  size_t inside = 0;
  for (int i = 0; i < POINTS; i++) {
    double x, y, angle = 2 * M_PI * i / POINTS;
    ag_plot_at(plot, layer->x[0] + layer->size * cos(angle), layer->y[0] + layer->size * sin(angle),
               &x, &y);
    inside += is_inside(box, x, y);
  }
  return inside;
}

static size_t points_inside(const ag_plot *plot, ag_rectangle box)
{
  size_t inside = 0;
  for (size_t l = 0; l < plot->panel->layer_count; l++) {
    const ag_layer *layer = &plot->panel->layer[l];
    bool has_points = layer->kind == AG_LAYER_LINE || layer->kind == AG_LAYER_POINTS ||
                      layer->kind == AG_LAYER_BARS;
    for (size_t i = 0; has_points && layer->y && i < layer->count; i++) {
      double x, y;
      ag_plot_at(plot, layer->x[i], layer->y[i], &x, &y);
      inside += is_inside(box, x, y);
    }
    if (layer->kind == AG_LAYER_CIRCLE)
      inside += rim_inside(plot, layer, box);
  }
  return inside;
}

void ag_legend_draw_inside(ag_canvas *canvas, const ag_plot *plot)
{
  enum { AWAY = 6, PAD = 4 };
  ag_legend_list list = {0};
  ag_legend_collect(plot->panel, &list);
  const ag_rectangle *area = &plot->area;
  ag_rectangle best = {0}, box = {.width = ag_legend_width(canvas, &list) + 2 * PAD,
                                  .height = legend_height(&list) + 2 * PAD};
  size_t fewest = SIZE_MAX;
  /* How far down: the top, the bottom, the middle; at the right first. */
  static const double down[] = {0, 0, 1, 1, 0.5, 0.5};
  for (int place = 0; place < 6; place++) {
    bool left = place & 1;
    box.x = left ? area->x + AWAY : area->x + area->width - AWAY - box.width;
    box.y = area->y + AWAY + down[place] * (area->height - 2 * AWAY - box.height);
    size_t inside = points_inside(plot, box);
    if (inside < fewest) {
      fewest = inside;
      best = box;
    }
  }
  if (list.count == 0)
    return;
  cairo_rectangle(canvas->cairo, best.x, best.y, best.width, best.height);
  cairo_set_source_rgba(canvas->cairo, 1, 1, 1, 0.85);
  cairo_fill(canvas->cairo);
  ag_legend_draw(canvas, &list, best.x + PAD, best.y + PAD);
}
