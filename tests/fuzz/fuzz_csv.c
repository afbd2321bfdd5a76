/* Any bytes as a table, by what is found in them or by what the first two bytes set; what is read
 * must survive being written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "space/csv.h"

static void require(int condition)
{
  if (!condition)
    abort();
}

static void check_error(const ag_error *error)
{
  char text[4096];
  require(error->line >= 1 && error->column >= 1 && error->message[0]);
  require(ag_error_format(error, text, sizeof text) < sizeof text);
}

static void read_numbers(const ag_csv *csv)
{
  size_t rows = ag_csv_row_count(csv), columns = ag_csv_column_count(csv);
  double *values = malloc((rows + 1) * sizeof *values);
  for (size_t column = 0; column < columns && column < 50; column++) {
    ag_error error;
    ag_csv_numbers numbers = {.missing = 0};
    ag_status status = ag_csv_reals(csv, column, values, &numbers, &error);
    require(status != AG_OK || (numbers.missing < rows) == ag_csv_is_numeric(csv, column));
    if (status != AG_OK)
      check_error(&error);
  }
  free(values);
}

/* An error at a cell shows a line whose character at the column starts it; of JSON its key does. */
static void check_place(const ag_csv *csv, bool json, size_t row, size_t column)
{
  ag_error error;
  const char *cell =
      row == AG_CSV_HEADER ? ag_csv_header(csv, column) : ag_csv_cell(csv, row, column);
  require(ag_csv_fail(csv, row, column, &error, "%s", "here") == AG_ERROR_INPUT);
  check_error(&error);
  if (json || row == AG_CSV_HEADER || error.column > 60 || !*cell)
    return;
  require(error.line >= ag_csv_row_line(csv, row));
  const char *at = error.source;
  for (long i = 1; i < error.column; i++)
    for (at++; ((unsigned char)*at & 0xC0) == 0x80;)
      at++;
  at += *at == '"' && (*cell != '"' || at[1] == '"');
  require((unsigned char)*cell < 0x20 || (unsigned char)*cell >= 0x7F || *at == *cell);
}

static void check_places(const ag_csv *csv, bool json)
{
  size_t rows = ag_csv_row_count(csv), columns = ag_csv_column_count(csv);
  for (size_t column = 0; column < columns && column < 8; column++) {
    check_place(csv, json, AG_CSV_HEADER, column);
    for (size_t row = 0; row < rows && row < 8; row++)
      check_place(csv, json, row, column);
  }
}

static char *put_cell(char *to, const char *cell, char end)
{
  *to++ = '"';
  for (; *cell; cell++) {
    *to++ = *cell;
    if (*cell == '"')
      *to++ = '"';
  }
  *to++ = '"';
  *to++ = end;
  return to;
}

/* The table with every cell quoted, as commas and line feeds have it. */
static char *write_table(const ag_csv *csv, size_t *size)
{
  size_t rows = ag_csv_row_count(csv), columns = ag_csv_column_count(csv), room = 1;
  for (size_t column = 0; column < columns; column++) {
    room += 2 * strlen(ag_csv_header(csv, column)) + 3;
    for (size_t row = 0; row < rows; row++)
      room += 2 * strlen(ag_csv_cell(csv, row, column)) + 3;
  }
  char *text = malloc(room), *to = text;
  for (size_t column = 0; column < columns; column++)
    to = put_cell(to, ag_csv_header(csv, column), column + 1 < columns ? ',' : '\n');
  for (size_t row = 0; row < rows; row++)
    for (size_t column = 0; column < columns; column++)
      to = put_cell(to, ag_csv_cell(csv, row, column), column + 1 < columns ? ',' : '\n');
  *size = (size_t)(to - text);
  return text;
}

static void check_round_trip(const ag_csv *csv)
{
  size_t rows = ag_csv_row_count(csv), columns = ag_csv_column_count(csv), size;
  char *text = write_table(csv, &size);
  ag_csv *again = NULL;
  const ag_csv_options written = {.separator = ',', .has_header = true};
  require(ag_csv_parse("again", text, size, &written, &again, NULL) == AG_OK);
  require(ag_csv_row_count(again) == rows && ag_csv_column_count(again) == columns);
  for (size_t column = 0; column < columns; column++) {
    require(strcmp(ag_csv_header(again, column), ag_csv_header(csv, column)) == 0);
    for (size_t row = 0; row < rows; row++)
      require(strcmp(ag_csv_cell(again, row, column), ag_csv_cell(csv, row, column)) == 0);
  }
  ag_csv_free(again);
  free(text);
}

/* Where the bytes begin with a zero, which no text does, the next one sets the options. */
static ag_csv_options choose(const uint8_t **data, size_t *size)
{
  static const char separators[] = {0, ',', ';', '\t', '|', ' ', ':', 'e'},
                    marks[] = {0, '.', ',', 0};
  if (*size < 2 || **data)
    return (ag_csv_options){.separator = 0};
  uint8_t by = (*data)[1];
  *data += 2;
  *size -= 2;
  return (ag_csv_options){.separator = separators[by & 7],
                          .decimal = marks[by >> 3 & 3],
                          .thousands = marks[by >> 5 & 3],
                          .no_header = by >> 7};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  ag_csv *csv = NULL;
  ag_error error;
  ag_csv_options options = choose(&data, &size);
  if (ag_csv_parse("fuzz.csv", (const char *)data, size, &options, &csv, &error) == AG_OK) {
    char *words = ag_csv_describe(csv);
    require(words != NULL);
    bool json = strncmp(words, "JSON", 4) == 0;
    free(words);
    read_numbers(csv);
    check_places(csv, json);
    /* `sep=;` in the first line, in quotes too, is no header but tells the separator */
    if (!json && ag_csv_column_count(csv) * ag_csv_row_count(csv) < 100000 &&
        ag_csv_row_count(csv) > 0 && strncasecmp(ag_csv_header(csv, 0), "sep=", 4) != 0)
      check_round_trip(csv);
  } else {
    require(error.message[0] != '\0');
  }
  ag_csv_free(csv);
  return 0;
}
