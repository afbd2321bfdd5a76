#include "space/table_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/stream.h"

ag_status ag_table_words_begin(ag_table_words *words, ag_error *error)
{
  words->used = ag_text_stream(&words->used_text, &words->used_size);
  words->dropped = ag_text_stream(&words->dropped_text, &words->dropped_size);
  words->notes = ag_text_stream(&words->notes_text, &words->notes_size);
  return words->used && words->dropped && words->notes
             ? AG_OK
             : ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a table");
}

/* Names beyond these are counted. */
enum { NAMED = 8 };

void ag_table_words_use(ag_table_words *words, const char *column, const char *what)
{
  if (words->used_count++ < NAMED)
    fprintf(words->used, "%s`%s`%s%s%s", words->used_count > 1 ? ", " : "", column,
            *what ? " (" : "", what, *what ? ")" : "");
}

void ag_table_words_drop(ag_table_words *words, const char *column, size_t rows)
{
  if (rows > 0)
    fprintf(words->dropped, "%s%zu without `%s`", ftell(words->dropped) > 0 ? ", " : "", rows,
            column);
}

void ag_table_words_numbers(ag_table_words *words, const char *column,
                            const ag_csv_numbers *numbers)
{
  FILE *notes = words->notes;
  if (numbers->decimal == ',')
    fprintf(notes, "; `%s` has decimal commas", column);
  if (numbers->thousands)
    fprintf(notes, "; `%s` has its thousands apart (1%s000 is 1000)", column,
            numbers->thousands == '.'   ? "."
            : numbers->thousands == ',' ? ","
                                        : " ");
  if (numbers->percent)
    fprintf(notes, "; `%s` is in per cent (85%% is 0.85)", column);
  if (numbers->missing > 0)
    fprintf(notes, "; %zu cell%s of `%s` missing", numbers->missing,
            numbers->missing == 1 ? "" : "s", column);
}

/* Whether all of a text is there. */
static bool end_stream(FILE *stream)
{
  return stream && fclose(stream) == 0;
}

static char *join(const ag_table_words *words, const char *source, const ag_csv *csv,
                  size_t dropped)
{
  char *format = ag_csv_describe(csv), *line = NULL, left_out[64] = "", massless[64] = "";
  size_t rows = ag_csv_row_count(csv), columns = 0;
  for (size_t i = 0; i < ag_csv_column_count(csv); i++)
    columns += *ag_csv_header(csv, i) != '\0';
  if (dropped > 0)
    snprintf(left_out, sizeof left_out, "; %zu row%s left out: ", dropped, dropped == 1 ? "" : "s");
  if (words->massless > 0)
    snprintf(massless, sizeof massless, "; %zu row%s of mass zero, not played", words->massless,
             words->massless == 1 ? "" : "s");
  size_t more = words->used_count > NAMED ? words->used_count - NAMED : 0;
  char others[40] = "";
  if (more > 0)
    snprintf(others, sizeof others, " and %zu more", more);
  if (format && asprintf(&line, "%s: %zu row%s of %zu column%s, %s; used: %s%s%s%s%s%s", source,
                         rows, rows == 1 ? "" : "s", columns, columns == 1 ? "" : "s", format,
                         words->used_count > 0 ? words->used_text : "none", others, left_out,
                         dropped > 0 ? words->dropped_text : "", massless, words->notes_text) < 0)
    line = NULL;
  free(format);
  return line;
}

char *ag_table_words_end(ag_table_words *words, const char *source, const ag_csv *csv,
                         size_t dropped)
{
  bool used = end_stream(words->used), lost = end_stream(words->dropped);
  bool whole = end_stream(words->notes) && used && lost;
  char *line = whole ? join(words, source, csv, dropped) : NULL;
  free(words->used_text);
  free(words->dropped_text);
  free(words->notes_text);
  return line;
}
