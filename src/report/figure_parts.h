/* The parts of the figure layer. All lengths in points. */
#ifndef AG_REPORT_FIGURE_PARTS_H
#define AG_REPORT_FIGURE_PARTS_H

#include <cairo.h>

#include <aligngame/figure.h>

/* --- text that grows --- */

typedef struct ag_buffer {
  char *text;
  size_t size, room;
  bool failed; /* memory was out */
} ag_buffer;

void ag_buffer_add(ag_buffer *buffer, const void *bytes, size_t count);
void ag_buffer_print(ag_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts the bytes into a file that appears whole or not at all. */
ag_status ag_buffer_save(const ag_buffer *buffer, const char *path, ag_error *error);

/* --- canvas --- */

typedef struct ag_canvas {
  cairo_t *cairo;
  cairo_font_face_t *plain, *bold;
  ag_buffer words; /* everything that was written, a line each */
} ag_canvas;

typedef struct ag_rectangle {
  double x, y, width, height;
} ag_rectangle;

typedef struct ag_colour {
  double red, green, blue;
} ag_colour;

/* The letters of figures, or NULL where memory is out; the caller destroys the face. */
cairo_font_face_t *ag_font_open(bool bold);

enum { AG_TYPE_SMALL = 8, AG_TYPE_NORMAL = 9, AG_TYPE_TITLE = 11 };

ag_colour ag_colour_line(size_t style);
ag_colour ag_colour_fill(size_t style);
/* From light to dark, evenly in lightness. */
ag_colour ag_colour_map(double share);
/* Perceived lightness, 0 … 1. */
double ag_colour_lightness(ag_colour colour);
void ag_canvas_colour(ag_canvas *canvas, ag_colour colour, double opacity);
void ag_canvas_ink(ag_canvas *canvas, double grey);
void ag_canvas_dash(ag_canvas *canvas, size_t style);
void ag_canvas_marker(ag_canvas *canvas, size_t style, double x, double y, double radius);

double ag_canvas_text_width(ag_canvas *canvas, const char *text, double size);
/* Writes text with the point at its left (align 0), middle (0.5) or right (1)
 * and at half the height of capitals; cut with an ellipsis at width (> 0). */
void ag_canvas_text(ag_canvas *canvas, const char *text, double x, double y, double align,
                    double size, double width);
void ag_canvas_bold(ag_canvas *canvas, bool bold);
/* The same, turned to read upwards. */
void ag_canvas_text_upwards(ag_canvas *canvas, const char *text, double x, double y, double size,
                            double width);
/* Text in white or black, whichever shows on the colour. */
void ag_canvas_mark(ag_canvas *canvas, const char *text, double x, double y, double size,
                    ag_colour ground);

/* --- axes --- */

enum { AG_TICKS_MOST = 64 };

/* Round values from low to high (low < high), increasing, about `wanted` of
 * them: steps 1, 2 or 5 times a power of ten; a logarithmic axis has powers of
 * ten, with 2 and 5 between them where there is room. Returns how many. */
size_t ag_ticks(double low, double high, bool logarithmic, size_t wanted,
                double tick[AG_TICKS_MOST]);
/* tick number i in words: as many decimals as the ticks differ by. */
void ag_tick_text(const double *tick, size_t count, size_t i, bool logarithmic, char *text,
                  size_t size);

typedef struct ag_scale {
  double low, high, from, to; /* from: the position of low */
  bool logarithmic;
} ag_scale;

double ag_scale_at(const ag_scale *scale, double value);

/* A panel in its place. */
typedef struct ag_plot {
  const ag_panel *panel;
  ag_rectangle area; /* inside the frame; of a ternary panel: around the triangle */
  ag_scale x, y;
  bool ternary;
} ag_plot;

/* The place of a point, in either kind of panel. */
void ag_plot_at(const ag_plot *plot, double x, double y, double *to_x, double *to_y);
void ag_plot_path(ag_canvas *canvas, const ag_plot *plot); /* the frame or the triangle */

/* Ranges fitted to the layers where the axes give none. */
ag_status ag_plot_fit(const ag_panel *panel, ag_plot *plot, ag_error *error);
/* The widest label of the y axis. */
double ag_axis_width(ag_canvas *canvas, const ag_plot *plot, double height);
void ag_axes_draw_grid(ag_canvas *canvas, const ag_plot *plot);
void ag_axes_draw(ag_canvas *canvas, const ag_plot *plot, double label_x);
void ag_ternary_draw_axes(ag_canvas *canvas, const ag_plot *plot);

/* --- layers --- */

void ag_layer_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer);
/* A line or points [count] with a label in the legend (NULL: none); x and y are borrowed. */
static inline ag_layer ag_line(const char *label, size_t style, size_t count, const double *x,
                               const double *y)
{
  return (ag_layer){
      .kind = AG_LAYER_LINE, .label = label, .style = style, .count = count, .x = x, .y = y};
}

static inline ag_layer ag_points(const char *label, size_t style, size_t count, const double *x,
                                 const double *y)
{
  ag_layer points = ag_line(label, style, count, x, y);
  points.kind = AG_LAYER_POINTS;
  return points;
}

/* The same with a band around the line, or intervals around the points. */
static inline ag_layer ag_banded(ag_layer layer, const double *low, const double *high)
{
  layer.low = low;
  layer.high = high;
  return layer;
}

size_t ag_map_cells(const ag_layer *layer); /* of a grid or a triangle */
void ag_map_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer);
void ag_density_draw(ag_canvas *canvas, const ag_plot *plot, const ag_layer *layer);
double ag_density_bar_width(ag_canvas *canvas, const ag_panel *panel);
void ag_density_draw_bar(ag_canvas *canvas, const ag_panel *panel, ag_rectangle area);
/* Two diagonal lines, light and dark, that show on any fill, inside the clip. */
void ag_canvas_hatch(ag_canvas *canvas, ag_rectangle area);

/* --- legends --- */

typedef struct ag_legend_entry {
  const char *label, *mark;
  const ag_layer *layer; /* NULL: a fill */
  size_t fill;
  bool hatched;
} ag_legend_entry;

typedef struct ag_legend_list {
  size_t count;
  ag_legend_entry entry[32];
} ag_legend_list;

/* Adds a panel's entries; a label that is there already is not added again. */
void ag_legend_collect(const ag_panel *panel, ag_legend_list *list);
double ag_legend_width(ag_canvas *canvas, const ag_legend_list *list);
void ag_legend_draw(ag_canvas *canvas, const ag_legend_list *list, double x, double y);
void ag_legend_draw_inside(ag_canvas *canvas, const ag_plot *plot);
/* In lines of at most width; draw false: only measured. Returns the height. */
double ag_legend_flow(ag_canvas *canvas, const ag_legend_list *list, ag_rectangle area, bool draw);

/* --- files --- */

typedef void ag_draw_function(ag_canvas *canvas, const void *context);

typedef struct ag_canvas_size {
  double width, height; /* points */
  double scale;         /* pixels a point for PNG; <= 0: 2 */
} ag_canvas_size;

/* Runs draw on a canvas, and adds the file to buffer, which is left as it was on failure;
 * path gives its kind by its ending, and its name in errors. */
ag_status ag_canvas_render(ag_draw_function *draw, const void *context, ag_canvas_size size,
                           const char *title, const char *path, ag_buffer *buffer, ag_error *error);
/* Adds the figure as the file that ag_figure_write would write. */
ag_status ag_figure_render(const ag_figure *figure, const char *path, double scale,
                           ag_buffer *buffer, ag_error *error);

#endif
