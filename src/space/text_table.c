/* Texts that stand in a column of a table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/csv.h"
#include "space/text_parts.h"

static const char usual[] = "text"; /* the key that JSON lines have it under */

/* The column that was asked for, or the usual one. */
static ag_status find_column(const char *name, const ag_csv *csv, const char *wanted,
                             size_t *column, ag_error *error)
{
  char names[256] = "";
  size_t used = 0;
  if (wanted)
    return ag_csv_find(csv, wanted, column, error);
  for (size_t c = 0; c < ag_csv_column_count(csv); c++) {
    *column = c;
    if (strcmp(ag_csv_header(csv, c), usual) == 0)
      return AG_OK;
    if (used < sizeof names)
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", c > 0 ? ", " : "",
                               ag_csv_header(csv, c));
  }
  return ag_fail_at(error, name, 0, 0, NULL,
                    "these are JSON lines: name the key of their texts as `column`; found: %s",
                    names);
}

/* The cells one behind the other: lines, or paragraphs. Returned: on the heap, [*size]. */
static ag_status join_cells(const ag_csv *csv, size_t column, bool whole, ag_text_report *report,
                            char **text, size_t *size, ag_error *error)
{
  size_t room = 1;
  report->rows = ag_csv_row_count(csv);
  for (size_t r = 0; r < report->rows; r++)
    room += strlen(ag_csv_cell(csv, r, column)) + 2;
  ag_status status = ag_array_create(room, 1, text, error);
  if (status != AG_OK)
    return status;
  char *to = *text;
  for (size_t r = 0; r < report->rows; r++) {
    char *begin = to;
    if (ag_csv_is_missing(csv, r, column)) {
      report->empty++;
      continue;
    }
    to = stpcpy(to, ag_csv_cell(csv, r, column));
    for (char *c = begin; whole && c < to; c++)
      *c = *c == '\n' || *c == '\r' ? ' ' : *c;
    to = stpcpy(to, whole ? "\n" : "\n\n");
  }
  *to = '\0';
  *size = (size_t)(to - *text);
  return AG_OK;
}

ag_status ag_text_parse_table(const char *name, const char *text, size_t size,
                              const ag_text_options *options, ag_sentences *sentences,
                              ag_error *error)
{
  ag_text_options own = *options;
  ag_text_report table = {.rows = 0};
  ag_csv *csv = NULL;
  char *joined = NULL;
  size_t column = 0;
  ag_status status = ag_csv_parse(name, text, size, NULL, &csv, error);
  if (status == AG_OK)
    status = find_column(name, csv, options->column, &column, error);
  bool whole = options->format == AG_TEXT_AUTO || options->format == AG_TEXT_LINES;
  if (whole) {
    own.format = AG_TEXT_LINES;
    own.records = true;
  }
  if (status == AG_OK)
    status = join_cells(csv, column, whole, &table, &joined, &size, error);
  if (status == AG_OK)
    status = ag_text_parse(joined, size, &own, sentences, error);
  if (status == AG_OK) {
    sentences->report.rows = table.rows;
    sentences->report.empty = table.empty;
  }
  free(joined);
  ag_csv_free(csv);
  return status;
}
