/* How a table is written, by the evidence of its first rows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "space/csv_parts.h"

static const char candidates[] = ",;\t|"; /* blanks are tried where none of these divides */

enum { SAMPLE_ROWS = 1000, SAMPLE_BYTES = 1 << 22 };

/* --- one row, without cutting it --- */

typedef struct shape {
  size_t cells;
  size_t numbers;   /* cells that are plain numbers */
  bool last_empty;  /* the last cell is */
  bool broken;      /* a quote is not closed, or text stands behind it */
  bool blank_quote; /* a cell begins with blanks and a quote */
  bool quoted;      /* the first cell is in quotes */
  double number;    /* the first cell, where it is a number; or NaN */
} shape;

static bool is_blank(char c)
{
  return c == ' ' || c == '\t';
}

static const char *skip_blanks(const ag_csv_dialect *dialect, const char *at)
{
  while (*at == ' ' || (*at == '\t' && dialect->separator != '\t'))
    at++;
  return at;
}

static bool ends_cell(const ag_csv_dialect *dialect, const char *at)
{
  return *at == '\0' || *at == '\n' || (*at == '\r' && at[1] == '\n') ||
         (dialect->separator == ' ' ? is_blank(*at) : *at == dialect->separator);
}

/* Behind the closing quote of a cell that begins behind its opening one; NULL: there is none. */
static const char *close_quote(bool escapes, const char *at)
{
  for (; *at; at++) {
    if (escapes && *at == '\\' && at[1])
      at++;
    else if (*at == '"' && at[1] != '"')
      return at + 1;
    else if (*at == '"')
      at++;
  }
  return NULL;
}

static const char *scan_cell(const ag_csv_dialect *dialect, const char *at, shape *row)
{
  const char *begin = at, *after_blanks = skip_blanks(dialect, at);
  bool blanks = after_blanks > at && *after_blanks == '"';
  double value;
  row->blank_quote |= blanks;
  if (*at == '"' || (blanks && dialect->skips_blanks)) {
    const char *closed = close_quote(dialect->escapes, after_blanks + 1);
    row->last_empty = closed == after_blanks + 2;
    row->broken |= !closed;
    if (!closed)
      return at + strlen(at);
    at = dialect->separator == ' ' ? closed : skip_blanks(dialect, closed);
    row->broken |= !ends_cell(dialect, at);
    row->quoted |= row->cells == 0;
    begin = NULL;
  }
  while (!ends_cell(dialect, at))
    at++;
  if (begin)
    row->last_empty = at == begin;
  if (begin && at - begin < 64 &&
      ag_text_real(begin, (size_t)(at - begin), &value) == AG_NUMBER_OK) {
    row->numbers++;
    row->number = row->cells == 0 ? value : row->number;
  }
  return at;
}

/* Returned: where the next row begins. */
static const char *scan_row(const ag_csv_dialect *dialect, const char *at, shape *row)
{
  *row = (shape){.number = NAN};
  while (true) {
    if (dialect->separator == ' ')
      at = skip_blanks(dialect, at);
    if (dialect->separator != ' ' || !ends_cell(dialect, at)) {
      at = scan_cell(dialect, at, row);
      row->cells++;
    }
    if (*at == '\0' || *at == '\n' || *at == '\r')
      break;
    at++;
  }
  return *at == '\0' ? at : *at == '\r' ? at + 2 : at + 1;
}

static const char *skip_blank_lines(const char *at)
{
  while (true) {
    const char *after = at + strspn(at, " \t\r");
    if (*after == '\0')
      return after;
    if (*after != '\n')
      return at;
    at = after + 1;
  }
}

/* --- the separator --- */

typedef struct evidence {
  size_t header, rows, equal, longer; /* cells of the first row; rows like it; with one more */
  bool last_empty, quoted, ascending; /* of all longer ones: the last cell is empty; the first is in
                                         quotes, or a whole number above that of the row before */
  bool blank_quote, broken, numbers;
  double score;
} evidence;

static evidence weigh(const ag_csv_dialect *dialect, const char *start)
{
  shape row;
  double last = -1;
  const char *at = scan_row(dialect, start, &row);
  evidence found = {.header = row.cells,
                    .last_empty = true,
                    .quoted = true,
                    .ascending = true,
                    .blank_quote = row.blank_quote,
                    .broken = row.broken,
                    .numbers = row.numbers > 0};
  while (*(at = skip_blank_lines(at)) && found.rows < SAMPLE_ROWS && at - start < SAMPLE_BYTES) {
    at = scan_row(dialect, at, &row);
    found.rows++;
    found.equal += row.cells == found.header;
    found.longer += row.cells == found.header + 1;
    found.blank_quote |= row.blank_quote;
    found.broken |= row.broken;
    if (row.cells != found.header + 1)
      continue;
    found.last_empty &= row.last_empty;
    found.quoted &= row.quoted;
    found.ascending &= row.number > last && row.number == floor(row.number);
    last = row.number;
  }
  return found;
}

/* How many rows speak for a separator: those as long as the header; or all one longer, less. */
static double score(const evidence *found)
{
  double rows = found->rows > 0 ? (double)found->rows : 1;
  double equal = found->rows > 0 ? (double)found->equal / rows : 0.5;
  double longer = (double)found->longer / rows * (found->header > 1 ? 0.9 : 0.3);
  return (found->header > 1 && equal > longer) ? equal : longer;
}

/* R writes its row names in front of rows whose header has no cell for them, mostly in quotes, and
 * pandas can number them so; between blanks they may be bare. One cell more for another reason is a
 * mistake, which is told at its place. */
static bool has_row_names(const evidence *found, char separator)
{
  bool bare = separator == ' ' && found->rows > 1 && found->header > 1;
  return found->rows > 0 && found->longer == found->rows &&
         (found->quoted || found->ascending || bare);
}

/* The candidate for which most rows speak; of equals that with more cells. */
static evidence find_separator(ag_csv_dialect *dialect, const char *start)
{
  evidence best = {0};
  char separator = ',';
  for (const char *c = candidates; *c; c++) {
    dialect->separator = *c;
    evidence found = weigh(dialect, start);
    found.score = score(&found);
    if (c == candidates || found.score > best.score ||
        (found.score == best.score && found.header > best.header)) {
      best = found;
      separator = *c;
    }
  }
  dialect->separator = ' ';
  evidence blanks = weigh(dialect, start);
  if (best.score < 0.5 && blanks.rows > 0 && blanks.header + blanks.longer > 1 &&
      (blanks.equal == blanks.rows || has_row_names(&blanks, ' ')))
    return blanks;
  dialect->separator = separator;
  return best;
}

/* --- quotes --- */

/* Whether the quotes of a text make sense, whatever the separator. */
static bool quotes_close(const char *text, bool escapes)
{
  const char *at = text, *quote;
  while ((quote = strchr(at, '"'))) {
    bool opens = quote == text || strchr(",;\t| \n", quote[-1]);
    at = quote + 1;
    if (!opens)
      continue;
    at = close_quote(escapes, quote + 1);
    if (!at || !strchr(",;\t| \r\n", *at)) /* the end is in there too */
      return false;
  }
  return true;
}

/* R's write.table and databases write \" where others double a quote. */
static bool find_escapes(const char *text)
{
  return strstr(text, "\\\"") && !quotes_close(text, false) && quotes_close(text, true);
}

/* --- what stands before --- */

static const char *next_line(const char *at)
{
  const char *end = strchr(at, '\n');
  return end ? end + 1 : at + strlen(at);
}

/* `sep=;`, with which spreadsheets are told the separator; 0: it is none. */
static char read_sep_line(const char *at)
{
  bool quoted = *at == '"';
  at += quoted;
  if (strncasecmp(at, "sep=", 4) != 0 || !at[4] || strchr("\n\r\"", at[4])) /* a quote ends it */
    return 0;
  const char *after = at + 5 + (quoted && at[5] == '"');
  return *after == '\n' || *after == '\r' || *after == '\0' ? at[4] : 0;
}

/* Behind the comment lines; *last: behind the # of the last one, or NULL. */
static const char *skip_comments(const char *at, const char **last)
{
  *last = NULL;
  while (*(at = skip_blank_lines(at)) == '#') {
    *last = at + 1 + strspn(at + 1, " ");
    at = next_line(at);
  }
  return at;
}

/* A header may stand behind a #, as numpy and genetics write it: it has as many cells as the rows,
 * which begin with numbers and so without a header of their own. */
static bool is_header(const ag_csv_dialect *dialect, const char *comment, const evidence *rows)
{
  shape row;
  scan_row(dialect, comment, &row);
  return rows->numbers && row.numbers == 0 && row.cells == rows->header;
}

/* --- all together --- */

static void settle(ag_csv_dialect *dialect, const evidence *found, bool no_header)
{
  dialect->trailing = !no_header && found->rows > 0 && found->longer == found->rows &&
                      found->last_empty && dialect->separator != ' ';
  dialect->shifted = !no_header && !dialect->trailing && has_row_names(found, dialect->separator);
}

ag_status ag_csv_find_dialect(ag_csv *csv, ag_error *error)
{
  const ag_csv_options *options = csv->options;
  ag_csv_dialect *dialect = &csv->dialect;
  const char *at = skip_blank_lines(csv->text), *comment;
  char told = read_sep_line(at), given = options ? options->separator : 0;
  if (told)
    at = next_line(at);
  at = skip_comments(at, &comment);
  if (!*at)
    return ag_fail_at(error, csv->name, 1, 1, NULL, "the file is empty, expected a header line");
  dialect->escapes = find_escapes(at);
  dialect->separator = given ? given : told;
  evidence found = dialect->separator ? weigh(dialect, at) : find_separator(dialect, at);
  if (found.blank_quote) {
    ag_csv_dialect skipping = *dialect;
    skipping.skips_blanks = true;
    evidence skipped = weigh(&skipping, at);
    if (!skipped.broken) {
      *dialect = skipping;
      found = skipped;
    }
  }
  if (comment && is_header(dialect, comment, &found))
    at = comment;
  else
    settle(dialect, &found, options && options->no_header);
  dialect->start = (size_t)(at - csv->text);
  return AG_OK;
}
