/* Cuts a text into the cells of its rows, in place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "space/csv_parts.h"

/* Where reading stands. */
typedef struct reader {
  ag_csv *csv;
  char *at, *end;  /* what is left; *end is NUL */
  char *record;    /* start of the row */
  long line;       /* its line */
  char **cell_end; /* [cell_end_capacity] ends of the row's cells */
  size_t cell_end_capacity;
  size_t width; /* cells that a row may have; SIZE_MAX: not known yet */
} reader;

/* An error at a byte of the row being read, which is not cut up yet. */
static ag_status fail_in_record(const reader *read, const char *at, ag_error *error,
                                const char *message)
{
  ag_place place = ag_text_place(read->record, (size_t)(at - read->record));
  return ag_fail_at(error, read->csv->name, read->line + place.line - 1, place.column, place.source,
                    "%s", message);
}

static bool add_cell(reader *read, char *begin, char *end)
{
  ag_csv *csv = read->csv;
  size_t in_row = csv->cell_count - csv->row[csv->row_count].first;
  if (!ag_csv_reserve(&csv->cell, sizeof *csv->cell, csv->cell_count, &csv->cell_capacity) ||
      !ag_csv_reserve(&read->cell_end, sizeof *read->cell_end, in_row, &read->cell_end_capacity))
    return false;
  csv->cell[csv->cell_count++] = begin;
  read->cell_end[in_row] = end;
  return true;
}

static bool at_line_end(const char *at)
{
  return *at == '\n' || *at == '\0' || (*at == '\r' && at[1] == '\n');
}

static bool at_cell_end(const reader *read, const char *at)
{
  char separator = read->csv->dialect.separator;
  return *at == separator || at_line_end(at) || (separator == ' ' && *at == '\t');
}

static char *skip_blanks(const reader *read, char *at)
{
  while (*at == ' ' || (*at == '\t' && read->csv->dialect.separator != '\t'))
    at++;
  return at;
}

static ag_status read_quoted(reader *read, char *opening, ag_error *error)
{
  char *begin = opening + 1, *quote = begin;
  bool escapes = read->csv->dialect.escapes;
  for (;; quote++) {
    quote += strcspn(quote, escapes ? "\"\\" : "\"");
    if (!*quote)
      return fail_in_record(read, opening, error, "this quote is never closed");
    bool skips = *quote == '\\' ? quote[1] != '\0' : quote[1] == '"';
    if (!skips && *quote == '"')
      break;
    quote += skips;
  }
  read->at = read->csv->dialect.separator == ' ' ? quote + 1 : skip_blanks(read, quote + 1);
  if (!at_cell_end(read, read->at))
    return fail_in_record(read, read->at, error,
                          "text after a closing quote, expected a separator or the end of the "
                          "line (a quote inside quotes is written twice)");
  return add_cell(read, begin, quote) ? AG_OK : ag_csv_out_of_memory(error);
}

static ag_status read_cell(reader *read, ag_error *error)
{
  bool skips = read->csv->dialect.skips_blanks;
  char *quote = skips ? skip_blanks(read, read->at) : read->at;
  if (*quote == '"')
    return read_quoted(read, quote, error);
  char *begin = read->at, *at = begin, separator = read->csv->dialect.separator;
  if (separator == ' ')
    at += strcspn(at, " \t\n");
  else
    while (*at != separator && *at != '\n' && *at != '\0')
      at++;
  read->at = at;
  if (*at == '\n' && at > begin && at[-1] == '\r')
    at--;
  return add_cell(read, begin, at) ? AG_OK : ag_csv_out_of_memory(error);
}

bool ag_csv_is_quoted(const ag_csv *csv, const char *cell)
{
  return !csv->json && cell > csv->text && cell[-1] == '"';
}

/* Halves doubled quotes, takes escapes away, and ends the cell. */
static void cut_cell(const ag_csv *csv, char *begin, char *end)
{
  bool escapes = csv->dialect.escapes;
  if (ag_csv_is_quoted(csv, begin)) {
    char *to = begin;
    for (const char *from = begin; from < end; from++) {
      bool escape = escapes && *from == '\\' && (from[1] == '"' || from[1] == '\\');
      from += escape;
      *to++ = *from;
      from += !escape && *from == '"';
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
  if (*read->at == '\r' && read->at[1] == '\n')
    read->at++;
  if (read->at < read->end)
    read->at++;
  read->line += count_lines(read->record, read->at);
  /* Cells are judged by the byte before them, so cutting goes from the back. */
  for (size_t i = csv->cell_count; i-- > first;)
    cut_cell(csv, (char *)(uintptr_t)csv->cell[i], read->cell_end[i - first]);
  csv->row_count++;
  if (!ag_csv_reserve(&csv->row, sizeof *csv->row, csv->row_count, &csv->row_capacity))
    return ag_csv_out_of_memory(error);
  csv->row[csv->row_count] = (ag_csv_row){csv->cell_count, read->line};
  return AG_OK;
}

static ag_status fail_width(const reader *read, ag_error *error)
{
  char message[200];
  const ag_csv *csv = read->csv;
  bool counted = csv->header_rows == 0 || csv->dialect.shifted;
  snprintf(message, sizeof message,
           "one cell too many: the %s %zu %s%s (quote a cell that holds the separator)",
           counted ? "first row has" : "header names", read->width, counted ? "cell" : "column",
           read->width == 1 ? "" : "s");
  return fail_in_record(read, read->at, error, message);
}

static ag_status read_row(reader *read, ag_error *error)
{
  ag_csv *csv = read->csv;
  const ag_csv_dialect *dialect = &csv->dialect;
  size_t first = csv->cell_count;
  csv->row[csv->row_count] = (ag_csv_row){first, read->line};
  while (true) {
    if (dialect->separator == ' ')
      read->at = skip_blanks(read, read->at);
    bool full = csv->cell_count - first == read->width;
    if ((dialect->separator == ' ' && at_line_end(read->at)) ||
        (full && dialect->trailing && at_line_end(read->at)))
      return finish_row(read, error);
    if (full)
      return fail_width(read, error);
    ag_status status = read_cell(read, error);
    if (status != AG_OK)
      return status;
    if (at_line_end(read->at))
      return finish_row(read, error);
    read->at++;
  }
}

/* Passes over lines without anything but blanks. */
static void skip_blank_lines(reader *read)
{
  const char *blanks = read->csv->dialect.separator == '\t' ? " \r" : " \t\r";
  while (true) {
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

ag_status ag_csv_cut(ag_csv *csv, ag_error *error)
{
  char *start = csv->text + csv->dialect.start;
  reader read = {.csv = csv,
                 .at = start,
                 .end = csv->text + csv->size,
                 .line = 1 + count_lines(csv->text, start),
                 .width = SIZE_MAX};
  ag_status status = AG_OK;
  if (!ag_csv_reserve(&csv->row, sizeof *csv->row, 0, &csv->row_capacity))
    return ag_csv_out_of_memory(error);
  while (status == AG_OK) {
    skip_blank_lines(&read);
    if (read.at == read.end)
      break;
    status = read_row(&read, error);
    if (status == AG_OK && csv->row_count == 1)
      read.width = csv->row[1].first + csv->dialect.shifted;
  }
  free(read.cell_end);
  return status;
}
