#include "render.h"

#include <float.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <aligngame/words.h>

#include "program.h"

enum { COLUMNS_DEFAULT = 80, COLUMNS_LEAST = 40, COLUMNS_MOST = 100, CELL_GAP = 2 };

static struct {
  bool colour, knows_widths;
  size_t columns;
} terminal = {.columns = COLUMNS_DEFAULT};

void render_begin(void)
{
  struct winsize size;
  bool is_terminal = isatty(STDOUT_FILENO);
  const char *no_colour = getenv("NO_COLOR"), *columns = getenv("COLUMNS"), *name = getenv("TERM");
  bool plain = (no_colour && *no_colour) || (name && strcmp(name, "dumb") == 0);
  terminal.colour = is_terminal && !plain;
  /* How wide characters are; numbers always have a decimal point. */
  terminal.knows_widths = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
  if (columns && strtoul(columns, NULL, 10) > 0)
    terminal.columns = strtoul(columns, NULL, 10);
  else if (is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.columns = size.ws_col;
  if (terminal.columns < COLUMNS_LEAST)
    terminal.columns = COLUMNS_LEAST;
  if (terminal.columns > COLUMNS_MOST)
    terminal.columns = COLUMNS_MOST;
}

const char *render_bold(void)
{
  return terminal.colour ? "\033[1m" : "";
}

const char *render_dim(void)
{
  return terminal.colour ? "\033[2m" : "";
}

const char *render_plain(void)
{
  return terminal.colour ? "\033[0m" : "";
}

size_t render_columns(void)
{
  return terminal.columns;
}

/* ---- numbers ---- */

render_text render_number(double value)
{
  return ag_text_number(value);
}

render_text render_share(double share)
{
  return ag_text_share(share);
}

/* Beyond rounding. */
static bool differ(double a, double b)
{
  return fabs(a - b) > 8 * DBL_EPSILON * fmax(fabs(a), fabs(b));
}

int render_digits(const double *value, size_t count)
{
  enum { FEWEST = 4, MOST = 17 };
  int digits = FEWEST;
  for (bool clash = true; clash && digits < MOST; digits += clash) {
    clash = false;
    for (size_t i = 0; i < count && !clash; i++)
      for (size_t k = 0; k < i && !clash; k++) {
        char one[40], other[40];
        snprintf(one, sizeof one, "%.*g", digits, value[i]);
        snprintf(other, sizeof other, "%.*g", digits, value[k]);
        clash = differ(value[i], value[k]) && !strcmp(one, other);
      }
  }
  return digits;
}

render_text render_precise(double value, int digits)
{
  enum { USUAL = 4 };
  render_text text = render_number(value);
  if (digits > USUAL && isfinite(value))
    snprintf(text.text, sizeof text.text, "%.*g", digits, value + 0.0);
  return text;
}

render_text render_count(size_t count)
{
  return ag_text_count(count);
}

render_text render_seconds(double seconds)
{
  render_text text;
  if (isnan(seconds))
    snprintf(text.text, sizeof text.text, "–");
  else if (seconds < 100)
    snprintf(text.text, sizeof text.text, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
  else if (seconds < 6000)
    snprintf(text.text, sizeof text.text, "%d min %d s", (int)seconds / 60, (int)seconds % 60);
  else
    snprintf(text.text, sizeof text.text, "%.0f h %d min", floor(seconds / 3600),
             (int)(fmod(seconds, 3600) / 60));
  return text;
}

render_text render_pool(long long pool)
{
  render_text text;
  if (pool == 0)
    snprintf(text.text, sizeof text.text, "inf");
  else
    snprintf(text.text, sizeof text.text, "%lld", pool);
  return text;
}

/* ---- characters and their widths ---- */

typedef struct character {
  size_t bytes; /* at least 1 */
  int columns;  /* on a terminal */
  char instead; /* what is shown in its place; 0: itself */
} character;

/* What makes a line read as it was not written: marks that turn the direction of what follows,
 * characters that cannot be seen, and other line ends. The joiners of scripts and emoji, U+200C and
 * U+200D, stay: words need them. */
static const struct {
  uint32_t first, last;
} deceiving[] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C},   {0x180E, 0x180E},
    {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},
    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

bool render_deceives(uint32_t code)
{
  for (size_t i = 0; i < sizeof deceiving / sizeof *deceiving; i++)
    if (code >= deceiving[i].first && code <= deceiving[i].last)
      return true;
  return false;
}

/* What a terminal would obey, and what is no UTF-8, is a `?`; white space is a space. */
static character next_character(const char *text)
{
  uint32_t code;
  if (*text == '\n' || *text == '\t' || *text == '\r' || *text == '\v' || *text == '\f')
    return (character){1, 1, ' '};
  size_t bytes = ag_utf8_decode(text, strnlen(text, MB_LEN_MAX), &code);
  if (bytes == 0)
    return (character){1, 1, '?'};
  bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  int columns = control ? -1 : terminal.knows_widths ? wcwidth((wchar_t)code) : 1;
  bool bad = columns < 0 || render_deceives(code);
  return bad ? (character){bytes, 1, '?'} : (character){bytes, columns, 0};
}

size_t render_width(const char *text)
{
  size_t width = 0;
  while (*text) {
    character next = next_character(text);
    width += (size_t)next.columns;
    text += next.bytes;
  }
  return width;
}

static void put_character(FILE *out, const char *text, character next)
{
  if (next.instead)
    fputc(next.instead, out);
  else
    fwrite(text, 1, next.bytes, out);
}

void render_clean(FILE *out, const char *text)
{
  while (*text) {
    character next = next_character(text);
    put_character(out, text, next);
    text += next.bytes;
  }
}

/* Returns its bytes. What is no UTF-8, which our documents have none of, is U+FFFD. */
static size_t put_json_character(FILE *out, const char *text)
{
  uint32_t code;
  size_t bytes = ag_utf8_decode(text, strnlen(text, MB_LEN_MAX), &code);
  bool broken = bytes == 0;
  if (broken) {
    bytes = 1;
    code = 0xFFFD;
  }
  if (!broken && !render_deceives(code))
    fwrite(text, 1, bytes, out);
  else if (code > 0xFFFF)
    fprintf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (code >> 10)),
            (unsigned)(0xDC00 + (code & 0x3FF)));
  else
    fprintf(out, "\\u%04x", (unsigned)code);
  return bytes;
}

void render_json(FILE *out, const char *text)
{
  static const char leads[] = "\x7f\xc2\xd8\xe1\xe2\xef\xf3"; /* of all that deceives */
  while (*text) {
    size_t plain = strcspn(text, leads);
    fwrite(text, 1, plain, out);
    text += plain;
    if (*text)
      text += put_json_character(out, text);
  }
}

void render_format(FILE *out, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  char *text = program_format_list(format, list);
  va_end(list);
  for (char *from = text, *end; *from; from = end) {
    end = from + strcspn(from, "\n");
    bool more = *end == '\n';
    *end = '\0';
    render_clean(out, from);
    if (more)
      fputc('\n', out);
    end += more;
  }
  free(text);
}

/* Prints what fits into columns; returns the columns used. */
static size_t print_characters(FILE *out, const char *text, size_t columns)
{
  size_t used = 0;
  while (*text) {
    character next = next_character(text);
    if (used + (size_t)next.columns > columns)
      break;
    put_character(out, text, next);
    used += (size_t)next.columns;
    text += next.bytes;
  }
  return used;
}

void render_cell(FILE *out, const char *text, size_t columns, bool right)
{
  size_t width = render_width(text);
  if (width > columns) {
    size_t used = print_characters(out, text, columns > 0 ? columns - 1 : 0);
    fprintf(out, "%s%*s", columns > 0 ? "…" : "", (int)(columns > 0 ? columns - 1 - used : 0), "");
    return;
  }
  int padding = (int)(columns - width);
  fprintf(out, "%*s", right ? padding : 0, "");
  print_characters(out, text, columns);
  fprintf(out, "%*s", right ? 0 : padding, "");
}

void render_wrap(FILE *out, const char *text, size_t used, size_t indent)
{
  bool first = true;
  if (used < indent) {
    fprintf(out, "%*s", (int)(indent - used), "");
    used = indent;
  }
  while (*(text += strspn(text, " \n"))) {
    char *word = program_format("%.*s", (int)strcspn(text, " \n"), text);
    size_t width = render_width(word);
    if (!first && used + 1 + width > terminal.columns) {
      fprintf(out, "\n%*s", (int)indent, "");
      used = indent;
      first = true;
    }
    fputs(first ? "" : " ", out);
    used += width + (first ? 0 : 1);
    print_characters(out, word, width);
    first = false;
    text += strlen(word);
    free(word);
  }
  fputc('\n', out);
}

void render_say(FILE *out, size_t used, size_t indent, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  char *text = program_format_list(format, list);
  va_end(list);
  render_wrap(out, text, used, indent);
  free(text);
}

/* The bytes of an emphasis of ours that begins here; 0: none does. What is not ours was cleaned. */
static size_t emphasis(const char *text)
{
  return *text == '\033' ? strcspn(text, "m") + 1 : 0;
}

/* Prints what fits of a line into columns, emphasis and all; returns where it stopped. NULL: only
 * finds that. */
static const char *put_line(FILE *out, const char *line, size_t columns)
{
  size_t used = 0;
  while (*line) {
    size_t ours = emphasis(line);
    character next = ours ? (character){ours, 0, 0} : next_character(line);
    if (used + (size_t)next.columns > columns)
      break;
    if (out)
      put_character(out, line, next);
    used += (size_t)next.columns;
    line += next.bytes;
  }
  return line;
}

size_t render_lines(FILE *out, const char *text, size_t most)
{
  size_t lines = 0;
  while (*text && lines < most) {
    size_t length = strcspn(text, "\n"), columns = terminal.columns;
    const char *next = text + length + (text[length] == '\n');
    bool more = ++lines == most && *next;
    char *line = program_format("%.*s", (int)length, text);
    bool cut = *put_line(NULL, line, columns - (more ? 2 : 0)) != '\0';
    put_line(out, line, columns - (cut ? 1 : 0) - (more && !cut ? 2 : 0));
    fprintf(out, "%s%s\n", cut ? "…" : more ? " …" : "", cut ? render_plain() : "");
    free(line);
    text = next;
  }
  return lines;
}

/* ---- bars and lines ---- */

void render_sparkline(FILE *out, const double *value, size_t count, size_t stride, size_t columns)
{
  static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  enum { LEVELS = sizeof levels / sizeof *levels };
  double least = INFINITY, most = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    least = fmin(least, value[i * stride]);
    most = fmax(most, value[i * stride]);
  }
  bool flat = ag_range_is_flat(least, most);
  if (columns > count)
    columns = count;
  for (size_t i = 0; i < columns; i++) {
    size_t at = columns > 1 ? i * (count - 1) / (columns - 1) : 0;
    double height = flat ? 0 * value[at * stride] : (value[at * stride] - least) / (most - least);
    if (isnan(height))
      fputc(' ', out);
    else
      fputs(levels[(size_t)fmin(height * LEVELS, LEVELS - 1)], out);
  }
}

void render_bar(FILE *out, double share, size_t columns, bool pad)
{
  static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  double clamped = fmin(fmax(share, 0), 1); /* NaN: 0 */
  size_t parts = (size_t)lround(clamped * (double)columns * 8);
  for (size_t i = 0; i < parts / 8; i++)
    fputs("█", out);
  fputs(eighths[parts % 8], out);
  size_t used = (parts + 7) / 8;
  fprintf(out, "%*s", pad ? (int)(columns - used) : 0, "");
}

/* ---- tables ---- */

struct render_table {
  size_t columns, cells;
  char **cell; /* [cells], the headings first */
  bool *right; /* [columns] */
};

render_table *render_table_create(size_t columns, const char *const *heading)
{
  render_table *table = program_allocate(1, sizeof *table);
  table->columns = columns;
  table->right = program_allocate(columns, sizeof *table->right);
  for (size_t i = 0; i < columns; i++) {
    table->right[i] = heading[i][0] == '>';
    render_table_add(table, heading[i] + table->right[i]);
  }
  return table;
}

void render_table_add(render_table *table, const char *cell)
{
  table->cell = program_resize(table->cell, table->cells + 1, sizeof *table->cell);
  table->cell[table->cells++] = program_format("%s", cell);
}

void render_table_format(render_table *table, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  char *text = program_format_list(format, list);
  va_end(list);
  render_table_add(table, text);
  free(text);
}

void render_table_number(render_table *table, const char *format, double value)
{
  char text[64];
  snprintf(text, sizeof text, format, value);
  const char *shown = text + (text[0] == '-' && strtod(text, NULL) == 0); /* no -0 */
  render_table_add(table, isnan(value) ? "–" : shown);
}

/* The widest column of text that can give way; SIZE_MAX: none can. */
static size_t widest_text(const render_table *table, const size_t *width)
{
  enum { LEAST = 12 };
  size_t widest = SIZE_MAX;
  for (size_t i = 0; i < table->columns; i++)
    if (!table->right[i] && width[i] > LEAST && (widest == SIZE_MAX || width[i] > width[widest]))
      widest = i;
  return widest;
}

/* The width of every column: where not all fit, columns of text share what is left by need. */
static size_t *table_widths(const render_table *table, size_t indent)
{
  size_t *width = program_allocate(table->columns, sizeof *width);
  for (size_t i = 0; i < table->cells; i++) {
    size_t cell = render_width(table->cell[i]);
    if (cell > width[i % table->columns])
      width[i % table->columns] = cell;
  }
  size_t total = indent;
  for (size_t i = 0; i < table->columns; i++)
    total += width[i] + (i ? CELL_GAP : 0);
  for (size_t column; total > terminal.columns; total--) {
    if ((column = widest_text(table, width)) == SIZE_MAX)
      break;
    width[column]--;
  }
  return width;
}

static void print_row(const render_table *table, FILE *out, size_t row, size_t indent,
                      const size_t *width)
{
  char *const *cell = table->cell + row * table->columns;
  size_t last = table->columns - 1;
  fprintf(out, "%*s%s", (int)indent, "", row == 0 ? render_dim() : "");
  for (size_t i = 0; i < table->columns; i++) {
    fprintf(out, "%*s", i ? CELL_GAP : 0, "");
    bool ragged = i == last && !table->right[i] && render_width(cell[i]) <= width[i];
    render_cell(out, cell[i], ragged ? render_width(cell[i]) : width[i], table->right[i]);
  }
  fprintf(out, "%s\n", row == 0 ? render_plain() : "");
}

void render_table_print(const render_table *table, FILE *out, size_t indent)
{
  size_t *width = table_widths(table, indent);
  for (size_t row = 0; row < table->cells / table->columns; row++)
    print_row(table, out, row, indent, width);
  free(width);
}

void render_table_free(render_table *table)
{
  for (size_t i = 0; i < table->cells; i++)
    free(table->cell[i]);
  free(table->cell);
  free(table->right);
  free(table);
}

void render_table_end(render_table *table, FILE *out, size_t indent)
{
  render_table_print(table, out, indent);
  render_table_free(table);
}

/* ---- pictures ---- */

enum { PICTURE_WIDTH = 48, PICTURE_HEIGHT = 24 };

typedef struct density_picture {
  size_t width, height;
  double density[PICTURE_HEIGHT][PICTURE_WIDTH]; /* mean mass of the cells under it */
  double peak;
} density_picture;

static void picture_measure(density_picture *picture, const double *log_mass, const size_t cells[2])
{
  size_t covered[PICTURE_HEIGHT][PICTURE_WIDTH] = {{0}};
  picture->width = cells[0] < PICTURE_WIDTH ? cells[0] : PICTURE_WIDTH;
  picture->height = cells[1] < PICTURE_HEIGHT ? cells[1] : PICTURE_HEIGHT;
  for (size_t i = 0; i < cells[0]; i++)
    for (size_t j = 0; j < cells[1]; j++) {
      size_t column = i * picture->width / cells[0];
      size_t row = picture->height - 1 - j * picture->height / cells[1];
      picture->density[row][column] += exp(log_mass[i * cells[1] + j]);
      covered[row][column]++;
    }
  for (size_t row = 0; row < picture->height; row++)
    for (size_t column = 0; column < picture->width; column++) {
      picture->density[row][column] /= (double)covered[row][column];
      picture->peak = fmax(picture->peak, picture->density[row][column]);
    }
}

static const char *shade(double relative)
{
  static const char *const shades[] = {"█", "▓", "▒", "░"};
  enum { SHADES = sizeof shades / sizeof *shades };
  double decade = -log10(relative); /* infinite where nothing is left */
  return decade < SHADES ? shades[(size_t)fmax(decade, 0)] : " ";
}

static void print_rule(FILE *out, const char *left, const char *right, size_t width)
{
  fprintf(out, "  %s", left);
  for (size_t i = 0; i < width; i++)
    fputs("─", out);
  fprintf(out, "%s\n", right);
}

void render_density(FILE *out, const double *log_mass, const size_t cells[2])
{
  static const char *const legend[] = {"density against", "its peak",      "█ over 1/10",
                                       "▓ over 1/100",    "▒ over 1/1000", "░ over 1/10,000"};
  enum { LEGEND = sizeof legend / sizeof *legend };
  density_picture picture = {0};
  picture_measure(&picture, log_mass, cells);
  print_rule(out, "┌", "┐", picture.width);
  for (size_t row = 0; row < picture.height; row++) {
    fputs("  │", out);
    for (size_t column = 0; column < picture.width; column++)
      fputs(shade(picture.density[row][column] / picture.peak), out);
    fprintf(out, "│%s%s\n", row < LEGEND ? " " : "", row < LEGEND ? legend[row] : "");
  }
  print_rule(out, "└", "┘", picture.width);
}
