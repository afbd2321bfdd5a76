/* CSV as people really have it: RFC 4180 quotes (with line breaks and doubled
 * quotes inside), UTF-8 with or without a byte-order mark, LF or CRLF line
 * ends, comma, semicolon or tab (found from the header line), short rows
 * (missing cells are empty), blank lines skipped. */
#ifndef AG_SPACE_CSV_H
#define AG_SPACE_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ag_csv ag_csv;

/* Reads a whole file (or size bytes of text called name in errors).
 * Refused, with line and column: an empty file, an unclosed quote, text after
 * a closing quote, a row longer than the header, duplicate or empty header
 * names, a NUL byte, invalid UTF-8.
 * Cost: time linear in the bytes; memory about the file's size plus 16 bytes a cell. */
ag_status ag_csv_load(const char *path, ag_csv **csv, ag_error *error);
ag_status ag_csv_parse(const char *name, const char *text, size_t size, ag_csv **csv,
                       ag_error *error);
void ag_csv_free(ag_csv *csv);

size_t ag_csv_row_count(const ag_csv *csv); /* without the header */
size_t ag_csv_column_count(const ag_csv *csv);
const char *ag_csv_header(const ag_csv *csv, size_t column);           /* borrowed */
const char *ag_csv_cell(const ag_csv *csv, size_t row, size_t column); /* borrowed; "" if missing */

/* The line of the file where a row starts, from 1. */
long ag_csv_row_line(const ag_csv *csv, size_t row);

/* The column called name; AG_ERROR_INPUT with a "did you mean" otherwise. */
ag_status ag_csv_find(const ag_csv *csv, const char *name, size_t *column, ag_error *error);

/* A column's numbers: values [rows]; a missing cell (empty, or NA, N/A, NaN,
 * null, None, - in any case, blanks trimmed) becomes NaN and is counted in
 * *missing; infinities and anything else that is not a decimal number are
 * refused at their place (values then holds the rows before it). */
ag_status ag_csv_reals(const ag_csv *csv, size_t column, double *values, size_t *missing,
                       ag_error *error);

/* Whether a cell is missing by the same rule. */
int ag_csv_is_missing(const ag_csv *csv, size_t row, size_t column);

/* Whether every non-missing cell of the column is a number (and one is). */
int ag_csv_is_numeric(const ag_csv *csv, size_t column);

/* An error at a cell's place; row AG_CSV_HEADER is the header. */
#define AG_CSV_HEADER SIZE_MAX
ag_status ag_csv_fail(const ag_csv *csv, size_t row, size_t column, ag_error *error,
                      const char *format, ...) AG_PRINTF(5, 6);

#endif
