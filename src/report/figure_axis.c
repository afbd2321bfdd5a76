/* Ticks, scales and axes. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <aligngame/facts.h>

#include "base/status.h"

/* --- ticks --- */

/* The least of 1, 2, 5, 10 times a power of ten that is not below x > 0. */
static double round_up(double x)
{
  double power = pow(10, floor(log10(x)));
  double digits = x / power;
  return power * (digits <= 1 + 1e-9 ? 1 : digits <= 2 + 1e-9 ? 2 : digits <= 5 + 1e-9 ? 5 : 10);
}

static size_t linear_ticks(double low, double high, size_t wanted, double tick[AG_TICKS_MOST])
{
  double step = round_up((high - low) / (double)(wanted > 1 ? wanted : 1));
  double first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9);
  size_t count = 0;
  for (double k = first; k <= last && count < AG_TICKS_MOST; k++)
    tick[count++] = k == 0 ? 0 : k * step; /* no -0 */
  return count;
}

/* The powers 10^(every k) in the range, each with its first `digits` of 1, 2, 5. */
static size_t decade_ticks(double low, double high, int every, const double *digit, int digits,
                           double tick[AG_TICKS_MOST])
{
  size_t count = 0;
  int from = (int)floor(log10(low)), to = (int)ceil(log10(high));
  for (int k = from; k <= to; k++)
    for (int d = 0; d < digits && k % every == 0; d++) {
      double value = digit[d] * pow(10, k);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && count < AG_TICKS_MOST)
        tick[count++] = value;
    }
  return count;
}

static size_t logarithmic_ticks(double low, double high, size_t wanted, double tick[AG_TICKS_MOST])
{
  static const double digit[] = {1, 2, 5};
  size_t count = decade_ticks(low, high, 1, digit, 3, tick);
  if (count >= 3 && count <= wanted + wanted / 2)
    return count;
  if (count < 3)
    return linear_ticks(low, high, wanted, tick);
  for (int every = 1; every < 1000; every++) {
    count = decade_ticks(low, high, every, digit, 1, tick);
    if (count <= wanted + 1)
      break;
  }
  return count;
}

size_t ag_ticks(double low, double high, bool logarithmic, size_t wanted,
                double tick[AG_TICKS_MOST])
{
  if (!(low < high) || !isfinite(low) || !isfinite(high))
    return 0;
  if (wanted > AG_TICKS_MOST / 2)
    wanted = AG_TICKS_MOST / 2;
  return logarithmic && low > 0 ? logarithmic_ticks(low, high, wanted, tick)
                                : linear_ticks(low, high, wanted, tick);
}

/* a×10^n, with small raised digits. */
static void power_text(double value, char *text, size_t size)
{
  static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  int exponent = (int)floor(log10(fabs(value)) + 1e-9);
  double digits = value / pow(10, exponent);
  char number[16];
  snprintf(number, sizeof number, "%d", exponent < 0 ? -exponent : exponent);
  const char *minus = value < 0 ? "−" : "", *below = exponent < 0 ? "⁻" : "";
  size_t used = fabs(fabs(digits) - 1) < 1e-9
                    ? (size_t)snprintf(text, size, "%s10%s", minus, below)
                    : (size_t)snprintf(text, size, "%s%.3g×10%s", minus, fabs(digits), below);
  for (const char *c = number; *c && used < size; c++)
    used += (size_t)snprintf(text + used, size - used, "%s", raised[*c - '0']);
}

void ag_tick_text(const double *tick, size_t count, size_t i, bool logarithmic, char *text,
                  size_t size)
{
  double value = tick[i], largest = fmax(fabs(tick[0]), fabs(tick[count - 1]));
  double step = count > 1 ? tick[1] - tick[0] : largest;
  bool by_factors = logarithmic && (count < 2 || tick[1] > 1.9 * tick[0]);
  if (value == 0)
    snprintf(text, size, "0");
  else if (by_factors ? largest >= 1e5 || tick[0] < 1e-3 : largest >= 1e6 || step < 1e-4)
    power_text(value, text, size);
  else {
    double finest = by_factors ? fabs(value) : step;
    int decimals = (int)fmax(0, ceil(-log10(finest) - 1e-9));
    snprintf(text, size, "%s%.*f", value < 0 ? "−" : "", decimals, fabs(value));
  }
}

/* --- scales --- */

double ag_scale_at(const ag_scale *scale, double value)
{
  double share = scale->logarithmic ? log(value / scale->low) / log(scale->high / scale->low)
                                    : (value - scale->low) / (scale->high - scale->low);
  return scale->from + share * (scale->to - scale->from);
}

typedef struct range {
  double low, high;
} range;

static void widen(range *found, double value, bool logarithmic)
{
  if (!isfinite(value) || (logarithmic && value <= 0))
    return;
  found->low = fmin(found->low, value);
  found->high = fmax(found->high, value);
}

static void widen_by(range *found, const double *value, size_t count, bool logarithmic)
{
  for (size_t i = 0; value && i < count; i++)
    widen(found, value[i], logarithmic);
}

static bool is_grid(const ag_layer *layer)
{
  return layer->kind == AG_LAYER_CELLS || layer->kind == AG_LAYER_DENSITY;
}

static void widen_x(range *found, const ag_layer *layer, bool logarithmic)
{
  size_t count = is_grid(layer) ? layer->columns + 1 : layer->count;
  if (layer->kind == AG_LAYER_CIRCLE) {
    widen(found, layer->x[0] - layer->size, logarithmic);
    widen(found, layer->x[0] + layer->size, logarithmic);
  } else if (layer->kind == AG_LAYER_BARS) {
    for (size_t i = 0; i < count; i++) {
      widen(found, layer->x[i] - layer->size, logarithmic);
      widen(found, layer->x[i] + layer->size, logarithmic);
    }
  } else if (layer->kind != AG_LAYER_TEXT)
    widen_by(found, layer->x, count, logarithmic);
}

static void widen_y(range *found, const ag_layer *layer, bool logarithmic)
{
  size_t count = is_grid(layer) ? layer->rows + 1 : layer->count;
  if (layer->kind == AG_LAYER_CIRCLE) {
    widen(found, layer->y[0] - layer->size, logarithmic);
    widen(found, layer->y[0] + layer->size, logarithmic);
  } else if (layer->kind != AG_LAYER_TEXT)
    widen_by(found, layer->y, count, logarithmic);
  if (layer->kind == AG_LAYER_BARS)
    widen(found, 0, logarithmic);
  if (!is_grid(layer)) {
    widen_by(found, layer->low, count, logarithmic);
    widen_by(found, layer->high, count, logarithmic);
  }
}

/* The axis of a constant begins at 0: it shows its size, and no rounding. */
static void fit_constant(double value, ag_scale *scale)
{
  scale->low = fmin(0, 1.25 * value);
  scale->high = value == 0 ? 1 : fmax(0, 1.25 * value);
}

static ag_status fit_axis(const ag_panel *panel, bool is_y, ag_scale *scale, ag_error *error)
{
  const ag_axis *axis = is_y ? &panel->y : &panel->x;
  range found = {INFINITY, -INFINITY};
  bool has_grid = false;
  *scale = (ag_scale){.low = axis->low, .high = axis->high, .logarithmic = axis->logarithmic};
  if (axis->low == axis->high) {
    for (size_t i = 0; i < panel->layer_count; i++)
      has_grid |= is_grid(&panel->layer[i]);
    for (size_t i = 0; i < panel->layer_count; i++) /* a map fills its frame */
      if (!has_grid || is_grid(&panel->layer[i]))
        (is_y ? widen_y : widen_x)(&found, &panel->layer[i], axis->logarithmic);
    if (found.low > found.high)
      found = (range){axis->logarithmic ? 0.1 : 0, 1};
    double span = axis->logarithmic ? log(found.high / found.low) : found.high - found.low;
    double pad = span == 0 ? 0.5 : has_grid ? 0 : 0.04 * span;
    bool from_zero = is_y && found.low == 0 && span > 0; /* bars and masses stand on the axis */
    scale->low = axis->logarithmic ? found.low * exp(-pad) : found.low - (from_zero ? 0 : pad);
    scale->high = axis->logarithmic ? found.high * exp(pad) : found.high + pad;
    if (is_y && !has_grid && !axis->logarithmic && ag_range_is_flat(found.low, found.high))
      fit_constant(found.high, scale);
  }
  if (!isfinite(scale->low) || !isfinite(scale->high) || !(scale->low < scale->high))
    return ag_fail(error, AG_ERROR_INPUT, "an axis runs from %g to %g; expected increasing numbers",
                   scale->low, scale->high);
  if (axis->logarithmic && scale->low <= 0)
    return ag_fail(error, AG_ERROR_INPUT, "a logarithmic axis begins at %g; expected more than 0",
                   scale->low);
  return AG_OK;
}

ag_status ag_plot_fit(const ag_panel *panel, ag_plot *plot, ag_error *error)
{
  *plot = (ag_plot){.panel = panel, .ternary = panel->corner[0] != NULL};
  if (plot->ternary)
    return AG_OK;
  ag_status status = fit_axis(panel, false, &plot->x, error);
  return status ? status : fit_axis(panel, true, &plot->y, error);
}

void ag_plot_at(const ag_plot *plot, double x, double y, double *to_x, double *to_y)
{
  const ag_rectangle *area = &plot->area;
  if (plot->ternary) { /* x: lower left, y: lower right, the rest: top */
    double top = 1 - x - y;
    *to_x = area->x + area->width * (y + top / 2);
    *to_y = area->y + area->height * (1 - top);
  } else {
    *to_x = ag_scale_at(&plot->x, x);
    *to_y = ag_scale_at(&plot->y, y);
  }
}

void ag_plot_path(ag_canvas *canvas, const ag_plot *plot)
{
  const ag_rectangle *area = &plot->area;
  cairo_new_path(canvas->cairo);
  if (!plot->ternary) {
    cairo_rectangle(canvas->cairo, area->x, area->y, area->width, area->height);
    return;
  }
  cairo_move_to(canvas->cairo, area->x, area->y + area->height);
  cairo_line_to(canvas->cairo, area->x + area->width, area->y + area->height);
  cairo_line_to(canvas->cairo, area->x + area->width / 2, area->y);
  cairo_close_path(canvas->cairo);
}

/* --- drawing --- */

typedef struct tick_list {
  size_t count;
  double tick[AG_TICKS_MOST];
} tick_list;

static tick_list axis_ticks(const ag_axis *axis, const ag_scale *scale, double length,
                            double spacing)
{
  tick_list list = {.count = axis->name_count};
  for (size_t i = 0; axis->name && i < list.count && i < AG_TICKS_MOST; i++)
    list.tick[i] = (double)i;
  if (!axis->name)
    list.count = ag_ticks(scale->low, scale->high, scale->logarithmic,
                          (size_t)fmax(2, length / spacing), list.tick);
  else if (list.count > AG_TICKS_MOST)
    list.count = AG_TICKS_MOST;
  return list;
}

enum { X_SPACING = 38, Y_SPACING = 30, TICK = 4 };

static void tick_words(const ag_axis *axis, const tick_list *list, size_t i, char *text,
                       size_t size)
{
  if (axis->name)
    snprintf(text, size, "%s", axis->name[i]);
  else
    ag_tick_text(list->tick, list->count, i, axis->logarithmic, text, size);
}

double ag_axis_width(ag_canvas *canvas, const ag_plot *plot, double height)
{
  double widest = 0;
  char text[256];
  tick_list list = axis_ticks(&plot->panel->y, &plot->y, height, Y_SPACING);
  for (size_t i = 0; i < list.count; i++) {
    tick_words(&plot->panel->y, &list, i, text, sizeof text);
    widest = fmax(widest, ag_canvas_text_width(canvas, text, AG_TYPE_SMALL));
  }
  return widest;
}

void ag_axes_draw_grid(ag_canvas *canvas, const ag_plot *plot)
{
  const ag_rectangle *area = &plot->area;
  tick_list xs = axis_ticks(&plot->panel->x, &plot->x, area->width, X_SPACING);
  tick_list ys = axis_ticks(&plot->panel->y, &plot->y, area->height, Y_SPACING);
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 0.5);
  ag_canvas_ink(canvas, 0.88);
  for (size_t i = 0; i < xs.count && !plot->panel->x.name; i++) {
    double x = ag_scale_at(&plot->x, xs.tick[i]);
    cairo_move_to(canvas->cairo, x, area->y);
    cairo_line_to(canvas->cairo, x, area->y + area->height);
  }
  for (size_t i = 0; i < ys.count && !plot->panel->y.name; i++) {
    double y = ag_scale_at(&plot->y, ys.tick[i]);
    cairo_move_to(canvas->cairo, area->x, y);
    cairo_line_to(canvas->cairo, area->x + area->width, y);
  }
  cairo_stroke(canvas->cairo);
}

/* The short ticks between powers of ten. */
static void draw_minor(ag_canvas *canvas, const ag_plot *plot, bool is_y)
{
  const ag_scale *scale = is_y ? &plot->y : &plot->x;
  const ag_rectangle *area = &plot->area;
  double decades = log10(scale->high / scale->low);
  if (!scale->logarithmic || decades > 6)
    return;
  for (int k = (int)floor(log10(scale->low)); k <= log10(scale->high); k++)
    for (int digit = 2; digit < 10; digit++) {
      double value = digit * pow(10, k), at = ag_scale_at(scale, value);
      if (value < scale->low || value > scale->high)
        continue;
      cairo_move_to(canvas->cairo, is_y ? area->x : at, is_y ? at : area->y + area->height);
      cairo_rel_line_to(canvas->cairo, is_y ? -TICK / 2 : 0, is_y ? 0 : TICK / 2);
    }
  cairo_stroke(canvas->cairo);
}

static void draw_x(ag_canvas *canvas, const ag_plot *plot)
{
  char text[256];
  double bottom = plot->area.y + plot->area.height;
  tick_list list = axis_ticks(&plot->panel->x, &plot->x, plot->area.width, X_SPACING);
  double room = plot->panel->x.name ? plot->area.width / (double)(list.count ? list.count : 1) : 0;
  draw_minor(canvas, plot, false);
  for (size_t i = 0; i < list.count; i++) {
    double x = ag_scale_at(&plot->x, list.tick[i]);
    cairo_move_to(canvas->cairo, x, bottom);
    cairo_rel_line_to(canvas->cairo, 0, TICK);
    cairo_stroke(canvas->cairo);
    tick_words(&plot->panel->x, &list, i, text, sizeof text);
    ag_canvas_text(canvas, text, x, bottom + TICK + 7, 0.5, AG_TYPE_SMALL, room);
  }
}

static void draw_y(ag_canvas *canvas, const ag_plot *plot)
{
  char text[256];
  tick_list list = axis_ticks(&plot->panel->y, &plot->y, plot->area.height, Y_SPACING);
  draw_minor(canvas, plot, true);
  for (size_t i = 0; i < list.count; i++) {
    double y = ag_scale_at(&plot->y, list.tick[i]);
    cairo_move_to(canvas->cairo, plot->area.x, y);
    cairo_rel_line_to(canvas->cairo, -TICK, 0);
    cairo_stroke(canvas->cairo);
    tick_words(&plot->panel->y, &list, i, text, sizeof text);
    ag_canvas_text(canvas, text, plot->area.x - TICK - 3, y, 1, AG_TYPE_SMALL, 0);
  }
}

void ag_axes_draw(ag_canvas *canvas, const ag_plot *plot, double label_x)
{
  const ag_rectangle *area = &plot->area;
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  cairo_set_line_width(canvas->cairo, 0.8);
  ag_canvas_ink(canvas, 0.15);
  ag_plot_path(canvas, plot);
  cairo_stroke(canvas->cairo);
  draw_x(canvas, plot);
  draw_y(canvas, plot);
  ag_canvas_text(canvas, plot->panel->x.label, area->x + area->width / 2,
                 area->y + area->height + 28, 0.5, AG_TYPE_NORMAL, area->width + 60);
  if (plot->panel->y.label)
    ag_canvas_text_upwards(canvas, plot->panel->y.label, label_x, area->y + area->height / 2,
                           AG_TYPE_NORMAL, area->height + 40);
}

/* Lines of equal share, every fifth, with their values: each corner's share is
 * read along the side that leads to it counterclockwise. */
static void draw_ternary_ticks(ag_canvas *canvas, const ag_plot *plot)
{
  char text[16];
  for (int k = 1; k < 5; k++) {
    double share = k / 5.0, ends[3][4], x, y;
    const double line[3][4] = {
        {share, 1 - share, share, 0}, {0, share, 1 - share, share}, {1 - share, 0, 0, 1 - share}};
    const double shift[3][2] = {{0, 10}, {12, -1}, {-12, -1}};
    snprintf(text, sizeof text, "%.1f", share);
    for (int side = 0; side < 3; side++) {
      double *end = ends[side];
      ag_plot_at(plot, line[side][0], line[side][1], &end[0], &end[1]);
      ag_plot_at(plot, line[side][2], line[side][3], &end[2], &end[3]);
      cairo_set_source_rgba(canvas->cairo, 0, 0, 0, 0.18);
      cairo_set_line_width(canvas->cairo, 0.5);
      cairo_move_to(canvas->cairo, end[0], end[1]);
      cairo_line_to(canvas->cairo, end[2], end[3]);
      cairo_stroke(canvas->cairo);
      x = end[0] + shift[side][0];
      y = end[1] + shift[side][1];
      ag_canvas_ink(canvas, 0.35);
      ag_canvas_text(canvas, text, x, y, 0.5, AG_TYPE_SMALL, 0);
    }
  }
}

void ag_ternary_draw_axes(ag_canvas *canvas, const ag_plot *plot)
{
  const ag_rectangle *area = &plot->area;
  double bottom = area->y + area->height, middle = area->x + area->width / 2;
  cairo_set_dash(canvas->cairo, NULL, 0, 0);
  draw_ternary_ticks(canvas, plot);
  cairo_set_line_width(canvas->cairo, 0.8);
  ag_canvas_ink(canvas, 0.15);
  ag_plot_path(canvas, plot);
  cairo_stroke(canvas->cairo);
  ag_canvas_text(canvas, plot->panel->corner[0], area->x, bottom + 24, 0.5, AG_TYPE_NORMAL,
                 area->width / 2);
  ag_canvas_text(canvas, plot->panel->corner[1], area->x + area->width, bottom + 24, 0.5,
                 AG_TYPE_NORMAL, area->width / 2);
  ag_canvas_text(canvas, plot->panel->corner[2], middle, area->y - 9, 0.5, AG_TYPE_NORMAL,
                 area->width);
}
