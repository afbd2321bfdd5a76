/* The text is cut into cells in place: each cell is ended by a NUL where its
 * separator, line end or closing quote was, and doubled quotes are halved. An
 * error that needs the original line builds it again from the cells. */
#include "space/csv.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

typedef struct csv_row {
  size_t first; /* number of the row's first cell */
  long line;    /* where the row starts */
} csv_row;

struct ag_csv {
  char *name, *text;
  char separator;
  char **cell; /* all rows one after the other, the header first */
  size_t cell_count, cell_capacity;
  csv_row *row;                   /* [row_count + 1]; the last one is the end */
  size_t row_count, row_capacity; /* with the header */
  char **header;                  /* [column_count] names without blanks around them */
  size_t column_count;
};

/* Where reading stands. */
typedef struct reader {
  ag_csv *csv;
  char *at, *end;  /* what is left; *end is NUL */
  char *record;    /* start of the row */
  long line;       /* its line */
  char **cell_end; /* [cell_end_capacity] ends of the row's cells */
  size_t cell_end_capacity;
} reader;

static ag_status out_of_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a table");
}

/* An error at a byte of the row being read, which is not cut up yet. */
static ag_status fail_in_record(const reader *read, const char *at, ag_error *error,
                                const char *message)
{
  ag_place place = ag_text_place(read->record, (size_t)(at - read->record));
  return ag_fail_at(error, read->csv->name, read->line + place.line - 1, place.column, place.source,
                    "%s", message);
}

/* Room for one more element; false where memory is out. */
static bool reserve(void *array, size_t size, size_t used, size_t *capacity)
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

static bool add_cell(reader *read, char *begin, char *end)
{
  ag_csv *csv = read->csv;
  size_t in_row = csv->cell_count - csv->row[csv->row_count].first;
  if (!reserve(&csv->cell, sizeof *csv->cell, csv->cell_count, &csv->cell_capacity) ||
      !reserve(&read->cell_end, sizeof *read->cell_end, in_row, &read->cell_end_capacity))
    return false;
  csv->cell[csv->cell_count++] = begin;
  read->cell_end[in_row] = end;
  return true;
}

static bool at_cell_end(const reader *read)
{
  char c = *read->at;
  return c == read->csv->separator || c == '\n' || c == '\0' || (c == '\r' && read->at[1] == '\n');
}

static ag_status read_quoted(reader *read, ag_error *error)
{
  char *begin = read->at + 1, *quote = begin;
  while (true) {
    quote = memchr(quote, '"', (size_t)(read->end - quote));
    if (!quote)
      return fail_in_record(read, read->at, error, "this quote is never closed");
    if (quote[1] != '"')
      break;
    quote += 2;
  }
  read->at = quote + 1;
  if (!at_cell_end(read))
    return fail_in_record(read, read->at, error,
                          "text after a closing quote, expected a separator or the end of the "
                          "line (a quote inside quotes is written twice)");
  return add_cell(read, begin, quote) ? AG_OK : out_of_memory(error);
}

static ag_status read_cell(reader *read, ag_error *error)
{
  if (*read->at == '"')
    return read_quoted(read, error);
  char *begin = read->at, *at = begin, separator = read->csv->separator;
  while (*at != separator && *at != '\n' && *at != '\0')
    at++;
  read->at = at;
  if (*at == '\n' && at > begin && at[-1] == '\r')
    at--;
  return add_cell(read, begin, at) ? AG_OK : out_of_memory(error);
}

static bool cell_is_quoted(const ag_csv *csv, const char *cell)
{
  return cell > csv->text && cell[-1] == '"';
}

/* Halves doubled quotes and ends the cell. */
static void cut_cell(const ag_csv *csv, char *begin, char *end)
{
  if (cell_is_quoted(csv, begin)) {
    char *to = begin;
    for (const char *from = begin; from < end; from++) {
      *to++ = *from;
      from += *from == '"';
    }
    end = to;
  }
  *end = '\0';
}

static long count_lines(const char *begin, const char *end)
{
  long lines = 0;
  while ((begin = memchr(begin, '\n', (size_t)(end - begin)))) {
    lines++;
    begin++;
  }
  return lines;
}

/* Ends the row: its cells are cut, the next row starts after its line end. */
static ag_status finish_row(reader *read, ag_error *error)
{
  ag_csv *csv = read->csv;
  size_t first = csv->row[csv->row_count].first;
  if (read->at < read->end)
    read->at += *read->at == '\r' ? 2 : 1;
  read->line += count_lines(read->record, read->at);
  /* Cells are judged by the byte before them, so cutting goes from the back. */
  for (size_t i = csv->cell_count; i-- > first;)
    cut_cell(csv, csv->cell[i], read->cell_end[i - first]);
  csv->row_count++;
  if (!reserve(&csv->row, sizeof *csv->row, csv->row_count, &csv->row_capacity))
    return out_of_memory(error);
  csv->row[csv->row_count] = (csv_row){csv->cell_count, read->line};
  return AG_OK;
}

static ag_status read_row(reader *read, ag_error *error)
{
  ag_csv *csv = read->csv;
  size_t first = csv->cell_count, columns = csv->row_count > 0 ? csv->row[1].first : SIZE_MAX;
  csv->row[csv->row_count] = (csv_row){first, read->line};
  while (true) {
    if (csv->cell_count - first == columns) {
      char message[160];
      snprintf(message, sizeof message,
               "one cell too many: the header names %zu column%s (quote a cell that holds the "
               "separator)",
               columns, columns == 1 ? "" : "s");
      return fail_in_record(read, read->at, error, message);
    }
    ag_status status = read_cell(read, error);
    if (status != AG_OK)
      return status;
    if (*read->at != csv->separator)
      return finish_row(read, error);
    read->at++;
  }
}

/* Passes over lines without anything but blanks. */
static void skip_blank_lines(reader *read)
{
  while (true) {
    const char *blanks = read->csv->separator == '\t' ? " \r" : " \t\r";
    char *after = read->at + strspn(read->at, blanks);
    if (*after == '\0')
      read->at = after;
    if (*after != '\n')
      break;
    read->at = after + 1;
    read->line++;
  }
  read->record = read->at;
}

/* The candidate that is most frequent in the header, outside quotes. */
static char find_separator(const char *text)
{
  static const char candidates[] = ",;\t";
  size_t count[3] = {0}, best = 0;
  bool quoted = false;
  for (const char *at = text; *at && (quoted || *at != '\n'); at++) {
    const char *found = quoted ? NULL : strchr(candidates, *at);
    if (*at == '"')
      quoted = !quoted;
    if (found)
      count[found - candidates]++;
  }
  for (size_t i = 1; i < 3; i++)
    if (count[i] > count[best])
      best = i;
  return candidates[best];
}

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
    if (strcmp(*sorted[i - 1], *sorted[i]) == 0 && column < *duplicate)
      *duplicate = column;
  }
  free(sorted);
  return AG_OK;
}

static ag_status read_header(reader *read, ag_error *error)
{
  ag_csv *csv = read->csv;
  ag_status status = read_row(read, error);
  if (status != AG_OK)
    return status;
  csv->header = calloc(csv->cell_count, sizeof *csv->header);
  for (size_t i = 0; i < csv->cell_count; i++) {
    size_t begin = 0, end = strlen(csv->cell[i]);
    ag_text_trim(csv->cell[i], &begin, &end);
    char *name = csv->header ? strndup(csv->cell[i] + begin, end - begin) : NULL;
    if (!name)
      return out_of_memory(error);
    csv->header[csv->column_count++] = name;
    if (!*name)
      return ag_csv_fail(csv, AG_CSV_HEADER, i, error, "column %zu has no name", i + 1);
  }
  size_t duplicate = 0;
  status = find_duplicate(csv, &duplicate, error);
  if (status == AG_OK && duplicate < csv->column_count)
    status = ag_csv_fail(csv, AG_CSV_HEADER, duplicate, error, "a second column called `%s`",
                         csv->header[duplicate]);
  return status;
}

static ag_status read_rows(ag_csv *csv, size_t size, ag_error *error)
{
  bool marked = size >= 3 && memcmp(csv->text, "\xEF\xBB\xBF", 3) == 0;
  reader read = {
      .csv = csv, .at = csv->text + (marked ? 3 : 0), .end = csv->text + size, .line = 1};
  skip_blank_lines(&read);
  if (read.at == read.end)
    return ag_fail_at(error, csv->name, 1, 1, NULL, "the file is empty, expected a header line");
  csv->separator = find_separator(read.at);
  if (!reserve(&csv->row, sizeof *csv->row, 0, &csv->row_capacity))
    return out_of_memory(error);
  ag_status status = read_header(&read, error);
  while (status == AG_OK) {
    skip_blank_lines(&read);
    if (read.at == read.end)
      break;
    status = read_row(&read, error);
  }
  free(read.cell_end);
  return status;
}

/* Takes text (ended by NUL), also on failure. */
static ag_status adopt(const char *name, char *text, size_t size, ag_csv **csv, ag_error *error)
{
  ag_csv *made = calloc(1, sizeof *made);
  if (made)
    made->name = ag_text_copy(name);
  if (!made || !made->name) {
    free(made);
    free(text);
    return out_of_memory(error);
  }
  made->text = text;
  ag_status status = AG_OK;
  size_t bad = ag_utf8_find_invalid(text, size);
  if (bad < size) {
    ag_place place = ag_text_place(text, bad);
    status = ag_fail_at(error, name, place.line, place.column, place.source,
                        text[bad] ? "byte 0x%02X is not valid UTF-8, expected a table in UTF-8"
                                  : "NUL character (byte 0x%02X), expected a text table",
                        (unsigned char)text[bad]);
  }
  if (status == AG_OK)
    status = read_rows(made, size, error);
  if (status == AG_OK)
    *csv = made;
  else
    ag_csv_free(made);
  return status;
}

ag_status ag_csv_load(const char *path, ag_csv **csv, ag_error *error)
{
  char *text;
  size_t size;
  ag_status status = ag_file_read(path, &text, &size, error);
  return status == AG_OK ? adopt(path, text, size, csv, error) : status;
}

ag_status ag_csv_parse(const char *name, const char *text, size_t size, ag_csv **csv,
                       ag_error *error)
{
  char *copy = malloc(size + 1);
  if (!copy)
    return out_of_memory(error);
  if (size > 0)
    memcpy(copy, text, size);
  copy[size] = '\0';
  return adopt(name, copy, size, csv, error);
}

void ag_csv_free(ag_csv *csv)
{
  if (!csv)
    return;
  for (size_t i = 0; i < csv->column_count; i++)
    free(csv->header[i]);
  free(csv->header);
  free(csv->row);
  free(csv->cell);
  free(csv->text);
  free(csv->name);
  free(csv);
}

size_t ag_csv_row_count(const ag_csv *csv)
{
  return csv->row_count - 1;
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
  size_t cell = csv->row[row + 1].first + column;
  return cell < csv->row[row + 2].first ? csv->cell[cell] : "";
}

long ag_csv_row_line(const ag_csv *csv, size_t row)
{
  return csv->row[row + 1].line;
}

/* A row's text as it was in the file, built from its cells. */
typedef struct rebuilt {
  char *text;
  size_t length, place; /* place: where the wanted cell starts */
} rebuilt;

static size_t put_cell(char *to, const ag_csv *csv, const char *cell)
{
  size_t used = 0;
  bool quoted = cell_is_quoted(csv, cell);
  if (quoted)
    to[used++] = '"';
  for (; *cell; cell++) {
    to[used++] = *cell;
    if (quoted && *cell == '"')
      to[used++] = '"';
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
      made->text[made->length++] = csv->separator;
    if (i == column)
      made->place = made->length;
    made->length += put_cell(made->text + made->length, csv, csv->cell[first + i]);
  }
  if (column >= count)
    made->place = made->length;
  made->text[made->length] = '\0';
  return true;
}

ag_status ag_csv_fail(const ag_csv *csv, size_t row, size_t column, ag_error *error,
                      const char *format, ...)
{
  char message[AG_ERROR_MESSAGE_SIZE];
  va_list words;
  va_start(words, format);
  vsnprintf(message, sizeof message, format, words);
  va_end(words);
  row = row == AG_CSV_HEADER ? 0 : row + 1;
  rebuilt made;
  if (!rebuild(csv, row, column, &made))
    return ag_fail_at(error, csv->name, csv->row[row].line, 0, NULL, "%s", message);
  ag_place place = ag_text_place(made.text, made.place);
  ag_fail_at(error, csv->name, csv->row[row].line + place.line - 1, place.column, place.source,
             "%s", message);
  free(made.text);
  return AG_ERROR_INPUT;
}

ag_status ag_csv_find(const ag_csv *csv, const char *name, size_t *column, ag_error *error)
{
  for (size_t i = 0; i < csv->column_count; i++)
    if (strcmp(csv->header[i], name) == 0) {
      *column = i;
      return AG_OK;
    }
  const char *near = ag_nearest_name(name, (const char *const *)csv->header, csv->column_count);
  return ag_csv_fail(csv, AG_CSV_HEADER, 0, error, "no column is called `%s`%s%s%s", name,
                     near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

typedef enum cell_kind { CELL_MISSING, CELL_NUMBER, CELL_OUT_OF_RANGE, CELL_TEXT } cell_kind;

static bool is_missing(const char *text, size_t length)
{
  static const char *const words[] = {"NA", "N/A", "NaN", "null", "None", "-"};
  if (length == 0)
    return true;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (length == strlen(words[i]) && strncasecmp(text, words[i], length) == 0)
      return true;
  return false;
}

static cell_kind read_number(const char *cell, double *value)
{
  size_t begin = 0, end = strlen(cell);
  ag_text_trim(cell, &begin, &end);
  ag_number parsed = ag_text_real(cell + begin, end - begin, value);
  if (parsed == AG_NUMBER_OK)
    return CELL_NUMBER;
  if (parsed == AG_NUMBER_OUT_OF_RANGE)
    return CELL_OUT_OF_RANGE;
  return is_missing(cell + begin, end - begin) ? CELL_MISSING : CELL_TEXT;
}

static ag_status fail_number(const ag_csv *csv, size_t row, size_t column, cell_kind kind,
                             ag_error *error)
{
  const char *cell = ag_csv_cell(csv, row, column);
  if (kind == CELL_OUT_OF_RANGE)
    return ag_csv_fail(csv, row, column, error, "column `%s`: the number %.40s is out of range",
                       csv->header[column], cell);
  return ag_csv_fail(
      csv, row, column, error, "column `%s`: expected a number, found the text \"%.40s\"%s",
      csv->header[column], cell, strchr(cell, ',') ? " (decimals are written with a point)" : "");
}

ag_status ag_csv_reals(const ag_csv *csv, size_t column, double *values, size_t *missing,
                       ag_error *error)
{
  size_t rows = ag_csv_row_count(csv), absent = 0;
  for (size_t i = 0; i < rows; i++) {
    cell_kind kind = read_number(ag_csv_cell(csv, i, column), &values[i]);
    if (kind == CELL_OUT_OF_RANGE || kind == CELL_TEXT)
      return fail_number(csv, i, column, kind, error);
    if (kind == CELL_MISSING) {
      values[i] = NAN;
      absent++;
    }
  }
  *missing = absent;
  return AG_OK;
}

int ag_csv_is_missing(const ag_csv *csv, size_t row, size_t column)
{
  double value;
  return read_number(ag_csv_cell(csv, row, column), &value) == CELL_MISSING;
}

int ag_csv_is_numeric(const ag_csv *csv, size_t column)
{
  size_t numbers = 0;
  for (size_t i = 0; i < ag_csv_row_count(csv); i++) {
    double value;
    cell_kind kind = read_number(ag_csv_cell(csv, i, column), &value);
    if (kind == CELL_OUT_OF_RANGE || kind == CELL_TEXT)
      return 0;
    numbers += kind == CELL_NUMBER;
  }
  return numbers > 0;
}
