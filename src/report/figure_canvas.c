/* Colours, markers and text. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Okabe and Ito's colours, which the colour-blind tell apart. */
static const unsigned line_colours[AG_LINE_STYLES] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7,
                                                      0xE69F00, 0x56B4E9, 0x000000};
/* Ordered so that the first five are far apart in lightness. */
static const unsigned fill_colours[AG_FILL_STYLES] = {0x0072B2, 0xE69F00, 0xF5EB70, 0x3B2A63,
                                                      0xFFFFFF, 0xB5B5B5, 0x009E73, 0x56B4E9};
static const unsigned map_colours[] = {0xFFFDF0, 0xF3E27C, 0xD0B35F, 0x948C74,
                                       0x5F6A80, 0x2F4678, 0x0A1F4D};

static ag_colour from_number(unsigned number)
{
  return (ag_colour){(number >> 16) / 255.0, (number >> 8 & 255) / 255.0, (number & 255) / 255.0};
}

ag_colour ag_colour_line(size_t style)
{
  return from_number(line_colours[style % AG_LINE_STYLES]);
}

ag_colour ag_colour_fill(size_t style)
{
  return from_number(fill_colours[style % AG_FILL_STYLES]);
}

ag_colour ag_colour_map(double share)
{
  enum { LAST = sizeof map_colours / sizeof *map_colours - 1 };
  double at = fmin(fmax(share, 0), 1) * LAST;
  size_t step = at < LAST ? (size_t)at : LAST - 1;
  ag_colour a = from_number(map_colours[step]), b = from_number(map_colours[step + 1]);
  double part = at - (double)step;
  return (ag_colour){a.red + part * (b.red - a.red), a.green + part * (b.green - a.green),
                     a.blue + part * (b.blue - a.blue)};
}

/* CIE L* of sRGB, with the plain power 2.2. */
double ag_colour_lightness(ag_colour colour)
{
  double luminance = 0.2126 * pow(colour.red, 2.2) + 0.7152 * pow(colour.green, 2.2) +
                     0.0722 * pow(colour.blue, 2.2);
  return luminance > 0.008856 ? 1.16 * cbrt(luminance) - 0.16 : 9.033 * luminance;
}

void ag_canvas_colour(ag_canvas *canvas, ag_colour colour, double opacity)
{
  cairo_set_source_rgba(canvas->cairo, colour.red, colour.green, colour.blue, opacity);
}

void ag_canvas_ink(ag_canvas *canvas, double grey)
{
  cairo_set_source_rgb(canvas->cairo, grey, grey, grey);
}

void ag_canvas_dash(ag_canvas *canvas, size_t style)
{
  static const struct {
    int count;
    double length[6];
  } dashes[AG_LINE_STYLES] = {{0, {0}},      {2, {6, 2.5}},
                              {2, {1.5, 2}}, {4, {7, 2, 1.5, 2}},
                              {2, {10, 3}},  {6, {5, 2, 1.5, 2, 1.5, 2}},
                              {2, {3, 1.5}}};
  style %= AG_LINE_STYLES;
  cairo_set_dash(canvas->cairo, dashes[style].length, dashes[style].count, 0);
}

static void polygon(cairo_t *cairo, double x, double y, double radius, int corners, double turn)
{
  for (int i = 0; i < corners; i++) {
    double angle = turn + 2 * M_PI * i / corners;
    cairo_line_to(cairo, x + radius * sin(angle), y - radius * cos(angle));
  }
  cairo_close_path(cairo);
}

void ag_canvas_marker(ag_canvas *canvas, size_t style, double x, double y, double radius)
{
  cairo_t *cairo = canvas->cairo;
  style %= AG_LINE_STYLES;
  cairo_new_path(cairo);
  if (style == 0 || style == 5)
    cairo_arc(cairo, x, y, radius, 0, 2 * M_PI);
  else if (style == 1)
    polygon(cairo, x, y, 1.2 * radius, 4, M_PI / 4);
  else if (style == 2 || style == 3)
    polygon(cairo, x, y, 1.3 * radius, 3, style == 2 ? 0 : M_PI);
  else
    polygon(cairo, x, y, 1.3 * radius, style == 4 ? 4 : 5, 0);
  ag_canvas_colour(canvas, ag_colour_line(style), 1);
  cairo_fill_preserve(cairo);
  cairo_set_dash(cairo, NULL, 0, 0);
  cairo_set_line_width(cairo, 0.8);
  cairo_set_source_rgb(cairo, 1, 1, 1); /* a light rim parts it from what lies below */
  cairo_stroke(cairo);
}

/* --- text --- */

void ag_canvas_bold(ag_canvas *canvas, bool bold)
{
  cairo_set_font_face(canvas->cairo, bold ? canvas->bold : canvas->plain);
}

enum { TEXT_LONGEST = 512 };

static double width_of(ag_canvas *canvas, const char *text, double size)
{
  cairo_text_extents_t extents;
  cairo_set_font_size(canvas->cairo, size);
  cairo_text_extents(canvas->cairo, text, &extents);
  return extents.x_advance;
}

static size_t last_character(const char *text, size_t length)
{
  while (length > 0 && ((unsigned char)text[--length] & 0xC0) == 0x80)
    ;
  return length;
}

/* Copies what is UTF-8 of text, cut where it is wider than width (> 0). */
static void fit(ag_canvas *canvas, const char *text, double size, double width, char *to,
                size_t room)
{
  static const char ellipsis[] = "…";
  size_t length = ag_utf8_find_invalid(text, strlen(text));
  bool cut = length + sizeof ellipsis > room;
  while (length + sizeof ellipsis > room)
    length = last_character(text, length);
  for (;;) {
    snprintf(to, room, "%.*s%s", (int)length, text, cut ? ellipsis : "");
    if (width <= 0 || length == 0 || width_of(canvas, to, size) <= width)
      return;
    cut = true;
    length = last_character(text, length);
  }
}

double ag_canvas_text_width(ag_canvas *canvas, const char *text, double size)
{
  char fitted[TEXT_LONGEST];
  fit(canvas, text, size, 0, fitted, sizeof fitted);
  return width_of(canvas, fitted, size);
}

static void show(ag_canvas *canvas, const char *text, double x, double y, double align, double size,
                 double width)
{
  char fitted[TEXT_LONGEST];
  cairo_text_extents_t capital;
  if (!text || !*text)
    return;
  fit(canvas, text, size, width, fitted, sizeof fitted);
  cairo_set_font_size(canvas->cairo, size);
  cairo_text_extents(canvas->cairo, "H", &capital);
  x -= align * width_of(canvas, fitted, size);
  cairo_move_to(canvas->cairo, x, y - capital.y_bearing / 2);
  cairo_show_text(canvas->cairo, fitted);
  cairo_new_path(canvas->cairo);
}

static void remember(ag_canvas *canvas, const char *text)
{
  if (text && *text)
    ag_buffer_print(&canvas->words, "%.*s\n", (int)ag_utf8_find_invalid(text, strlen(text)), text);
}

void ag_canvas_text(ag_canvas *canvas, const char *text, double x, double y, double align,
                    double size, double width)
{
  remember(canvas, text);
  show(canvas, text, x, y, align, size, width);
}

void ag_canvas_text_upwards(ag_canvas *canvas, const char *text, double x, double y, double size,
                            double width)
{
  remember(canvas, text);
  cairo_save(canvas->cairo);
  cairo_translate(canvas->cairo, x, y);
  cairo_rotate(canvas->cairo, -M_PI / 2);
  show(canvas, text, 0, 0, 0.5, size, width);
  cairo_restore(canvas->cairo);
}

void ag_canvas_mark(ag_canvas *canvas, const char *text, double x, double y, double size,
                    ag_colour ground)
{
  ag_canvas_bold(canvas, true);
  ag_canvas_ink(canvas, ag_colour_lightness(ground) < 0.6 ? 1 : 0);
  show(canvas, text, x, y, 0.5, size, 0);
  ag_canvas_bold(canvas, false);
}
