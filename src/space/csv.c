#include "space/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"
#include "space/csv_parts.h"

ag_status ag_csv_out_of_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a table");
}

bool ag_csv_reserve(void *array, size_t size, size_t used, size_t *capacity)
{
  if (used < *capacity)
    return true;
  void *old, *larger;
  size_t room = *capacity < 64 ? 64 : 2 * *capacity;
  memcpy(&old, array, sizeof old);
  larger = room > SIZE_MAX / size ? NULL : realloc(old, room * size);
  if (!larger)
    return false;
  memcpy(array, &larger, sizeof larger);
  *capacity = room;
  return true;
}

/* --- the names --- */

static int compare_names(const void *a, const void *b)
{
  char *const *const *left = a, *const *const *right = b;
  int order = strcmp(**left, **right);
  if (order != 0)
    return order;
  return *left < *right ? -1 : 1;
}

/* The first column whose name stands further left too, or column_count. */
static ag_status find_duplicate(const ag_csv *csv, size_t *duplicate, ag_error *error)
{
  char ***sorted;
  size_t n = csv->column_count;
  ag_status status = ag_array_create(n, sizeof *sorted, &sorted, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < n; i++)
    sorted[i] = &csv->header[i];
  qsort(sorted, n, sizeof *sorted, compare_names);
  *duplicate = n;
  for (size_t i = 1; i < n; i++) {
    size_t column = (size_t)(sorted[i] - csv->header);
    if (**sorted[i] && strcmp(*sorted[i - 1], *sorted[i]) == 0 && column < *duplicate)
      *duplicate = column;
  }
  free(sorted);
  return AG_OK;
}

/* Takes name, which may be NULL for want of memory. */
static ag_status add_name(ag_csv *csv, char *name, ag_error *error)
{
  if (!name || !ag_csv_reserve(&csv->header, sizeof *csv->header, csv->column_count,
                               &csv->header_capacity)) {
    free(name);
    return ag_csv_out_of_memory(error);
  }
  csv->header[csv->column_count++] = name;
  return AG_OK;
}

static char *number_name(size_t number)
{
  char *name = NULL;
  return asprintf(&name, "%zu", number) < 0 ? NULL : name;
}

static ag_status take_names(ag_csv *csv, ag_error *error)
{
  ag_status status = csv->dialect.shifted ? add_name(csv, ag_text_copy(""), error) : AG_OK;
  for (size_t i = 0; i < csv->row[1].first && status == AG_OK; i++) {
    size_t begin = 0, end = strlen(csv->cell[i]);
    ag_text_trim(csv->cell[i], &begin, &end);
    status = add_name(csv,
                      csv->header_rows == 1 ? strndup(csv->cell[i] + begin, end - begin)
                                            : number_name(i + 1),
                      error);
  }
  return status;
}

/* Row numbers need no name, and empty columns none; other values do. */
static ag_status check_unnamed(const ag_csv *csv, ag_error *error)
{
  for (size_t column = 1; column < csv->column_count; column++) {
    if (*csv->header[column])
      continue;
    for (size_t row = 0; row < ag_csv_row_count(csv); row++)
      if (*ag_csv_cell(csv, row, column))
        return ag_csv_fail(csv, AG_CSV_HEADER, column, error,
                           "column %zu has no name, but values (line %ld has `%.40s`)", column + 1,
                           ag_csv_row_line(csv, row), ag_csv_cell(csv, row, column));
  }
  return AG_OK;
}

/* A first line of numbers alone is a row of a file without names. */
static ag_status check_header(const ag_csv *csv, ag_error *error)
{
  size_t numbers = 0, texts = 0;
  for (size_t i = 0; i < csv->column_count; i++) {
    double value;
    const char *name = csv->header[i];
    bool number = ag_text_real(name, strlen(name), &value) == AG_NUMBER_OK;
    numbers += number;
    texts += *name && !number;
  }
  if (numbers == 0 || texts > 0)
    return AG_OK;
  return ag_csv_fail(csv, AG_CSV_HEADER, csv->dialect.shifted, error,
                     "the first line holds numbers where the names of the columns should be; a "
                     "file without names is read with `header: false` (--no-header), which calls "
                     "them 1, 2 and so on");
}

static ag_status read_names(ag_csv *csv, ag_error *error)
{
  const ag_csv_options *options = csv->options;
  size_t duplicate = 0;
  ag_status status = take_names(csv, error);
  if (status == AG_OK && csv->header_rows == 1 && !(options && options->has_header))
    status = check_header(csv, error);
  if (status == AG_OK)
    status = check_unnamed(csv, error);
  if (status == AG_OK)
    status = find_duplicate(csv, &duplicate, error);
  if (status == AG_OK && duplicate < csv->column_count)
    status = ag_csv_fail(csv, AG_CSV_HEADER, duplicate, error, "a second column called `%s`",
                         csv->header[duplicate]);
  return status;
}

/* --- the file --- */

/* A page in place of a table is what a link that needs a login gives. */
static ag_status refuse_pages(const ag_csv *csv, ag_error *error)
{
  static const char *const begins[] = {"<!doctype", "<html", "<?xml", "{\\rtf"};
  const char *at = csv->text + strspn(csv->text, " \t\r\n");
  for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
    if (strncasecmp(at, begins[i], strlen(begins[i])) == 0)
      return ag_fail_at(error, csv->name, 1, 1, csv->text, "this is %s; save the table as CSV",
                        i < 2    ? "a web page"
                        : i == 2 ? "an XML document"
                                 : "a rich text document");
  return AG_OK;
}

/* Lines that end with a carriage return alone, as old Macintosh programs end them. */
static void change_line_ends(ag_csv *csv)
{
  if (memchr(csv->text, '\n', csv->size))
    return;
  for (char *at = csv->text; (at = strchr(at, '\r'));)
    *at++ = '\n';
}

static ag_status read_text(ag_csv *csv, ag_error *error)
{
  ag_status status = refuse_pages(csv, error);
  if (status != AG_OK)
    return status;
  csv->json = ag_csv_is_json(csv->text);
  if (csv->json)
    return ag_csv_read_json(csv, error);
  change_line_ends(csv);
  status = ag_csv_find_dialect(csv, error);
  csv->header_rows = !(csv->options && csv->options->no_header);
  if (status == AG_OK)
    status = ag_csv_cut(csv, error);
  return status == AG_OK ? read_names(csv, error) : status;
}

/* Takes input's text, also on failure. */
static ag_status adopt(const char *name, ag_input *input, const ag_csv_options *options,
                       ag_csv **csv, ag_error *error)
{
  ag_csv *made = calloc(1, sizeof *made);
  if (!made) {
    ag_input_free(input);
    return ag_csv_out_of_memory(error);
  }
  *made = (ag_csv){.name = ag_text_copy(name),
                   .text = input->text,
                   .size = input->size,
                   .encoding = input->encoding,
                   .unpacked = input->unpacked,
                   .options = options};
  ag_status status = made->name ? read_text(made, error) : ag_csv_out_of_memory(error);
  if (status == AG_OK)
    *csv = made;
  else
    ag_csv_free(made);
  return status;
}

ag_status ag_csv_load(const char *path, const ag_csv_options *options, ag_csv **csv,
                      ag_error *error)
{
  ag_input input = {0};
  ag_status status = ag_input_read(path, options ? options->encoding : NULL, &input, error);
  return status == AG_OK ? adopt(ag_input_name(path), &input, options, csv, error) : status;
}

ag_status ag_csv_parse(const char *name, const char *text, size_t size,
                       const ag_csv_options *options, ag_csv **csv, ag_error *error)
{
  ag_input input = {0};
  char *copy = malloc(size + 1);
  if (!copy)
    return ag_csv_out_of_memory(error);
  if (size > 0)
    memcpy(copy, text, size);
  copy[size] = '\0';
  ag_status status =
      ag_input_decode(name, copy, size, options ? options->encoding : NULL, &input, error);
  return status == AG_OK ? adopt(name, &input, options, csv, error) : status;
}

void ag_csv_free(ag_csv *csv)
{
  if (!csv)
    return;
  for (size_t i = 0; i < csv->column_count; i++)
    free(csv->header[i]);
  for (size_t i = 0; i < csv->arena_count; i++)
    free(csv->arena[i]);
  free(csv->header);
  free(csv->arena);
  free(csv->native);
  free(csv->row);
  free(csv->cell);
  free(csv->text);
  free(csv->name);
  free(csv);
}

/* --- what is in it --- */

size_t ag_csv_row_count(const ag_csv *csv)
{
  return csv->row_count - csv->header_rows;
}

size_t ag_csv_column_count(const ag_csv *csv)
{
  return csv->column_count;
}

const char *ag_csv_header(const ag_csv *csv, size_t column)
{
  return csv->header[column];
}

const char *ag_csv_cell(const ag_csv *csv, size_t row, size_t column)
{
  const ag_csv_row *at = &csv->row[row + csv->header_rows];
  size_t cell = at->first + column;
  return cell < at[1].first ? csv->cell[cell] : "";
}

long ag_csv_row_line(const ag_csv *csv, size_t row)
{
  return csv->row[row + csv->header_rows].line;
}

static const char *separator_words(char separator)
{
  static const struct {
    char separator;
    const char *words;
  } known[] = {
      {',', "commas"}, {';', "semicolons"}, {'\t', "tabs"}, {'|', "bars (|)"}, {' ', "blanks"}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].separator == separator)
      return known[i].words;
  return NULL;
}

char *ag_csv_describe(const ag_csv *csv)
{
  char *text = NULL, other[2] = {csv->dialect.separator, '\0'};
  const char *words = separator_words(csv->dialect.separator);
  if (csv->json)
    return asprintf(&text, "JSON, an object a row, in %s%s", csv->encoding,
                    csv->unpacked ? ", unpacked from gzip" : "") < 0
               ? NULL
               : text;
  return asprintf(
             &text, "separated by %s%s%s%s%s, in %s%s", words ? words : "`", words ? "" : other,
             words ? "" : "`", csv->header_rows ? "" : ", without a line of names",
             csv->column_count > 0 && !*csv->header[0] ? ", the first column without a name" : "",
             csv->encoding, csv->unpacked ? ", unpacked from gzip" : "") < 0
             ? NULL
             : text;
}

/* --- places --- */

/* A row's text as it was in the file, built from its cells. */
typedef struct rebuilt {
  char *text;
  size_t length, place; /* place: where the wanted cell starts */
} rebuilt;

static size_t put_cell(char *to, const ag_csv *csv, const char *cell)
{
  size_t used = 0;
  bool quoted = ag_csv_is_quoted(csv, cell);
  if (quoted)
    to[used++] = '"';
  for (; *cell; cell++) {
    if (quoted && *cell == '"')
      to[used++] = csv->dialect.escapes ? '\\' : '"';
    to[used++] = *cell;
  }
  if (quoted)
    to[used++] = '"';
  return used;
}

/* row counts the header; a cell that is missing is placed at the row's end. */
static bool rebuild(const ag_csv *csv, size_t row, size_t column, rebuilt *made)
{
  size_t first = csv->row[row].first, count = csv->row[row + 1].first - first, room = 1;
  for (size_t i = 0; i < count; i++)
    room += 2 * strlen(csv->cell[first + i]) + 3;
  *made = (rebuilt){.text = malloc(room)};
  if (!made->text)
    return false;
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      made->text[made->length++] = csv->dialect.separator;
    if (i == column)
      made->place = made->length;
    made->length += put_cell(made->text + made->length, csv, csv->cell[first + i]);
  }
  if (column >= count)
    made->place = made->length;
  made->text[made->length] = '\0';
  return true;
}

/* Of JSON the line stands as it was; the cell's name is looked for in it. */
static ag_status fail_in_json(const ag_csv *csv, size_t row, size_t column, ag_error *error,
                              const char *message)
{
  long line = row < csv->row_count ? csv->row[row].line : 1;
  const char *at = csv->text;
  for (long i = 1; i < line; i++)
    at = strchr(at, '\n') + 1;
  size_t length = strcspn(at, "\n");
  const char *name = column < csv->column_count ? csv->header[column] : "";
  const char *key = *name ? memmem(at, length, name, strlen(name)) : NULL;
  ag_place place = ag_text_place(at, key ? (size_t)(key - at) : 0);
  return ag_fail_at(error, csv->name, line, place.column, at, "%s", message);
}

ag_status ag_csv_fail(const ag_csv *csv, size_t row, size_t column, ag_error *error,
                      const char *format, ...)
{
  char message[AG_ERROR_MESSAGE_SIZE];
  va_list words;
  va_start(words, format);
  vsnprintf(message, sizeof message, format, words);
  va_end(words);
  if (csv->json)
    return fail_in_json(csv, row == AG_CSV_HEADER ? 0 : row, column, error, message);
  if (row == AG_CSV_HEADER && csv->dialect.shifted && column > 0)
    column--;
  row = row == AG_CSV_HEADER ? 0 : row + csv->header_rows;
  rebuilt made;
  if (!rebuild(csv, row, column, &made))
    return ag_fail_at(error, csv->name, csv->row[row].line, 0, NULL, "%s", message);
  ag_place place = ag_text_place(made.text, made.place);
  ag_fail_at(error, csv->name, csv->row[row].line + place.line - 1, place.column, place.source,
             "%s", message);
  free(made.text);
  return AG_ERROR_INPUT;
}

/* The names that can be asked for, with commas between, and that nearest to name. */
static void list_names(const ag_csv *csv, const char *name, char *list, size_t size,
                       const char **near)
{
  size_t skip = csv->column_count > 0 && !*csv->header[0], count = csv->column_count - skip;
  const char *const *names = (const char *const *)csv->header + skip;
  *near = ag_nearest_name(name, names, count);
  ag_join_names(names, count, list, size);
}

ag_status ag_csv_find(const ag_csv *csv, const char *name, size_t *column, ag_error *error)
{
  for (size_t i = 0; i < csv->column_count && *name; i++)
    if (strcmp(csv->header[i], name) == 0) {
      *column = i;
      return AG_OK;
    }
  char list[400];
  const char *near;
  list_names(csv, name, list, sizeof list, &near);
  return ag_csv_fail(csv, AG_CSV_HEADER, 0, error, "no column is called `%s`%s%s%s; there are: %s",
                     name, near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "",
                     list);
}
