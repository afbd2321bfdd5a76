/* One drawing, three kinds of file. */
#include "report/figure_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "base/apart.h"
#include "base/files.h"
#include "base/status.h"

void ag_buffer_add(ag_buffer *buffer, const void *bytes, size_t count)
{
  if (buffer->size + count + 1 > buffer->room) {
    size_t room = 2 * (buffer->size + count) + 256;
    char *text = realloc(buffer->text, room);
    buffer->failed |= !text;
    if (!text)
      return;
    buffer->text = text;
    buffer->room = room;
  }
  if (count > 0)
    memcpy(buffer->text + buffer->size, bytes, count);
  buffer->size += count;
  buffer->text[buffer->size] = '\0';
}

void ag_buffer_print(ag_buffer *buffer, const char *format, ...)
{
  char *text = NULL;
  va_list words;
  va_start(words, format);
  int length = vasprintf(&text, format, words);
  va_end(words);
  if (length < 0)
    buffer->failed = true;
  else
    ag_buffer_add(buffer, text, (size_t)length);
  if (length >= 0)
    free(text);
}

ag_status ag_buffer_save(const ag_buffer *buffer, const char *path, ag_error *error)
{
  ag_draft draft;
  if (buffer->failed)
    return ag_fail_memory(error);
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  fwrite(buffer->text, 1, buffer->size, draft.stream);
  return ag_draft_publish(&draft, error);
}

static cairo_status_t keep(void *context, const unsigned char *bytes, unsigned count)
{
  ag_buffer *buffer = context;
  ag_buffer_add(buffer, bytes, count);
  return buffer->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* --- the kinds of file --- */

typedef struct file_kind {
  const char *ending;
  cairo_surface_t *(*create)(ag_buffer *buffer, double width, double height, double scale);
  cairo_status_t (*finish)(cairo_surface_t *surface, ag_buffer *buffer);
} file_kind;

static cairo_surface_t *create_png(ag_buffer *buffer, double width, double height, double scale)
{
  (void)buffer;
  cairo_surface_t *surface = cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, (int)lround(width * scale), (int)lround(height * scale));
  cairo_surface_set_device_scale(surface, scale, scale);
  return surface;
}

static cairo_status_t finish_png(cairo_surface_t *surface, ag_buffer *buffer)
{
  return cairo_surface_write_to_png_stream(surface, keep, buffer);
}

static cairo_surface_t *create_svg(ag_buffer *buffer, double width, double height, double scale)
{
  (void)scale;
  return cairo_svg_surface_create_for_stream(keep, buffer, width, height);
}

static cairo_surface_t *create_pdf(ag_buffer *buffer, double width, double height, double scale)
{
  (void)scale;
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(keep, buffer, width, height);
  /* the time of drawing would make every file another */
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
  return surface;
}

static cairo_status_t finish_stream(cairo_surface_t *surface, ag_buffer *buffer)
{
  (void)buffer;
  cairo_surface_finish(surface);
  return cairo_surface_status(surface);
}

static const file_kind kinds[] = {{".png", create_png, finish_png},
                                  {".svg", create_svg, finish_stream},
                                  {".pdf", create_pdf, finish_stream}};

static const file_kind *find_kind(const char *path)
{
  const char *ending = strrchr(path, '.');
  for (size_t i = 0; ending && i < sizeof kinds / sizeof *kinds; i++)
    if (strcasecmp(ending, kinds[i].ending) == 0)
      return &kinds[i];
  return NULL;
}

/* --- words in an SVG file, whose letters are outlines --- */

static void add_escaped(ag_buffer *to, const char *text)
{
  for (; *text; text++) {
    const char *entity = *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : *text == '&' ? "&amp;" : 0;
    if (entity)
      ag_buffer_add(to, entity, strlen(entity));
    else if ((unsigned char)*text >= ' ' || *text == '\n') /* XML has no other control characters */
      ag_buffer_add(to, text, 1);
  }
}

/* The names of surfaces, images and sources that have been met, in order. */
typedef struct name_list {
  size_t count;
  unsigned long number[64];
} name_list;

static size_t find_place(name_list *list, unsigned long number)
{
  enum { MOST = sizeof list->number / sizeof *list->number };
  size_t place = 0;
  while (place < list->count && list->number[place] != number)
    place++;
  if (place == MOST) /* then they stay what they are, apart from the others */
    return MOST + number;
  if (place == list->count)
    list->number[list->count++] = number;
  return place;
}

/* Copies what cairo wrote, with its numbers of surfaces and images, which it
 * counts through the whole process, counted from 0 in each file. */
static void add_renumbered(ag_buffer *to, const char *text)
{
  static const char *const words[] = {"\"surface", "\"image", "#image", "\"source-", "#source-"};
  enum { WORDS = sizeof words / sizeof *words };
  name_list list = {0};
  for (const char *next = text; *next;) {
    size_t length = 0;
    for (size_t i = 0; i < WORDS && length == 0; i++)
      if (strncmp(next, words[i], strlen(words[i])) == 0)
        length = strlen(words[i]);
    next += length ? length : 1;
    if (length == 0 || *next < '0' || *next > '9')
      continue;
    ag_buffer_add(to, text, (size_t)(next - text));
    char *end;
    ag_buffer_print(to, "%zu", find_place(&list, strtoul(next, &end, 10)));
    text = next = end;
  }
  ag_buffer_add(to, text, strlen(text));
}

static void add_words(ag_buffer *buffer, const char *title, const char *words)
{
  ag_buffer made = {0};
  const char *svg = buffer->text ? strstr(buffer->text, "<svg") : NULL;
  const char *open = svg ? strchr(svg, '>') : NULL;
  if (!open)
    return;
  ag_buffer_add(&made, buffer->text, (size_t)(open + 1 - buffer->text));
  ag_buffer_print(&made, "\n<title>");
  add_escaped(&made, title ? title : "");
  ag_buffer_print(&made, "</title>\n<desc>");
  add_escaped(&made, words ? words : "");
  ag_buffer_print(&made, "</desc>");
  add_renumbered(&made, open + 1);
  made.failed |= buffer->failed;
  free(buffer->text);
  *buffer = made;
}

/* --- all together --- */

static cairo_status_t run(ag_canvas *canvas, cairo_surface_t *surface, ag_draw_function *draw,
                          const void *context)
{
  canvas->plain = ag_font_open(false);
  canvas->bold = ag_font_open(true);
  canvas->cairo = cairo_create(surface);
  cairo_font_options_t *options = cairo_font_options_create();
  /* unhinted, so that text is as wide in every kind of file */
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_set_font_options(canvas->cairo, options);
  cairo_font_options_destroy(options);
  cairo_set_source_rgb(canvas->cairo, 1, 1, 1);
  cairo_paint(canvas->cairo);
  ag_canvas_bold(canvas, false);
  cairo_status_t status = CAIRO_STATUS_NO_MEMORY;
  if (canvas->plain && canvas->bold) {
    draw(canvas, context);
    status = cairo_status(canvas->cairo);
  }
  cairo_destroy(canvas->cairo);
  cairo_font_face_destroy(canvas->plain);
  cairo_font_face_destroy(canvas->bold);
  return status;
}

typedef struct drawing {
  const file_kind *kind;
  ag_draw_function *draw;
  const void *context;
  ag_canvas_size size;
  const char *title, *path;
} drawing;

static ag_status render(const drawing *self, ag_buffer *file, ag_error *error)
{
  ag_canvas canvas = {0};
  double scale = self->size.scale > 0 ? self->size.scale : 2;
  cairo_surface_t *surface = self->kind->create(file, self->size.width, self->size.height, scale);
  cairo_status_t failure = cairo_surface_status(surface);
  if (!failure)
    failure = run(&canvas, surface, self->draw, self->context);
  if (!failure)
    failure = self->kind->finish(surface, file);
  cairo_surface_destroy(surface);
  if (!failure && self->kind->create == create_svg)
    add_words(file, self->title, canvas.words.text);
  bool short_of_memory = file->failed || canvas.words.failed;
  free(canvas.words.text);
  if (failure == CAIRO_STATUS_NO_MEMORY || short_of_memory)
    return ag_fail(error, AG_ERROR_MEMORY, "not enough memory to draw %s", self->path);
  if (failure)
    return ag_fail(error, AG_ERROR_INTERNAL, "cannot draw %s: %s", self->path,
                   cairo_status_to_string(failure));
  return AG_OK;
}

static ag_status render_apart(const void *context, int output, ag_error *error)
{
  ag_buffer file = {0};
  ag_status status = render(context, &file, error);
  if (status == AG_OK)
    status = ag_apart_write(output, file.text, file.size, error);
  free(file.text);
  return status;
}

/* cairo and the libraries of its fonts crash where memory fails. */
ag_status ag_canvas_render(ag_draw_function *draw, const void *context, ag_canvas_size size,
                           const char *title, const char *path, ag_buffer *buffer, ag_error *error)
{
  drawing self = {find_kind(path), draw, context, size, title, path};
  char what[AG_ERROR_FILE_SIZE], *bytes = NULL;
  size_t count = 0;
  if (!self.kind)
    return ag_fail(error, AG_ERROR_INPUT,
                   "cannot draw %s: expected a name that ends in .png, .svg or .pdf", path);
  snprintf(what, sizeof what, "draw %s", path);
  ag_status status = ag_apart(what, render_apart, &self, &bytes, &count, error);
  if (status == AG_OK)
    ag_buffer_add(buffer, bytes, count);
  free(bytes);
  return status;
}
