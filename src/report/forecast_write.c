/* A forecast as files: a table of all rows, a document, figures and a page. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aligngame/figure.h>
#include <aligngame/files.h>

#include "base/files.h"
#include "base/memory.h"
#include "report/forecast_parts.h"

/* --- items.csv --- */

static void put_cell(FILE *out, const char *cell, bool first)
{
  if (!first)
    fputc(',', out);
  if (!strpbrk(cell, ",\"\r\n") && cell[0] != ' ') {
    fputs(cell, out);
    return;
  }
  fputc('"', out);
  for (; *cell; cell++) {
    if (*cell == '"')
      fputc('"', out);
    fputc(*cell, out);
  }
  fputc('"', out);
}

static bool is_column(const ag_csv *csv, const char *name)
{
  for (size_t c = 0; c < ag_csv_column_count(csv); c++)
    if (!strcmp(ag_csv_header(csv, c), name))
      return true;
  return false;
}

/* A column's name, made another one where the table has it already. */
__attribute__((format(printf, 3, 4))) static void put_heading(FILE *out, const ag_csv *csv,
                                                              const char *format, ...)
{
  char name[64], own[80];
  va_list words;
  va_start(words, format);
  vsnprintf(name, sizeof name, format, words);
  va_end(words);
  snprintf(own, sizeof own, "%s", name);
  for (size_t n = 1; is_column(csv, own); n++) /* a forecast's own table may be forecast again */
    snprintf(own, sizeof own, n == 1 ? "forecast_%s" : "forecast_%s_%zu", name, n);
  put_cell(out, own, false);
}

static void put_header(FILE *out, const ag_forecast *forecast)
{
  const ag_csv *csv = forecast->table->csv;
  for (size_t c = 0; c < ag_csv_column_count(csv); c++)
    put_cell(out, ag_csv_header(csv, c), c == 0);
  put_heading(out, csv, "share_0");
  for (size_t k = 0; k < forecast->shown_count; k++)
    if (forecast->shown[k] > 0)
      put_heading(out, csv, "share_%zu", forecast->shown[k]);
  put_heading(out, csv, "rank");
  put_heading(out, csv, "survives");
  if (forecast->draws > 0) {
    put_heading(out, csv, "chance_survives");
    put_heading(out, csv, "chance_first");
  }
  fputc('\n', out);
}

static void put_fate(FILE *out, const ag_forecast *forecast, size_t item)
{
  fprintf(out, ",%.17g", forecast->start[item]);
  for (size_t k = 0; k < forecast->shown_count; k++)
    if (forecast->shown[k] > 0)
      fprintf(out, ",%.17g", ag_forecast_share(forecast, item, forecast->shown[k]));
  fprintf(out, ",%zu,%s", forecast->rank[item], forecast->survives[item] ? "yes" : "no");
  if (forecast->draws > 0)
    fprintf(out, ",%.17g,%.17g", forecast->chance[item], forecast->first[item]);
}

/* Of a row that was left out: nothing is known. */
static void put_nothing(FILE *out, const ag_forecast *forecast)
{
  size_t cells = 3 + (forecast->draws > 0 ? 2 : 0);
  for (size_t k = 0; k < forecast->shown_count; k++)
    cells += forecast->shown[k] > 0;
  for (; cells > 0; cells--)
    fputc(',', out);
}

static ag_status write_items(const ag_forecast *forecast, const char *path, ag_error *error)
{
  const ag_csv *csv = forecast->table->csv;
  ag_draft draft;
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  put_header(draft.stream, forecast);
  for (size_t row = 0, item = 0; row < ag_csv_row_count(csv); row++) {
    for (size_t c = 0; c < ag_csv_column_count(csv); c++)
      put_cell(draft.stream, ag_csv_cell(csv, row, c), c == 0);
    if (item < forecast->items && forecast->table->row[item] == row)
      put_fate(draft.stream, forecast, item++);
    else
      put_nothing(draft.stream, forecast);
    fputc('\n', draft.stream);
  }
  return ag_draft_publish(&draft, error);
}

/* --- the other files --- */

static ag_status write_document(const ag_forecast *forecast, const char *path, ag_error *error)
{
  return ag_text_save(ag_forecast_json(forecast), path, error);
}

static ag_status write_figure(const ag_forecast *forecast, const char *path, ag_error *error)
{
  enum { PANELS_MOST = 6, COLUMNS = 3 };
  ag_panel_set panels = {0};
  ag_status status = ag_forecast_panels(forecast, &panels, error);
  size_t count = panels.count < PANELS_MOST ? panels.count : PANELS_MOST;
  const ag_figure figure = {.columns = count < COLUMNS ? count : COLUMNS,
                            .width = 310 * (double)(count < COLUMNS ? count : COLUMNS),
                            .height = 230 * (double)((count + COLUMNS - 1) / COLUMNS),
                            .panel_count = count,
                            .panel = panels.panel};
  if (!status)
    status = ag_figure_write(&figure, path, 2, error);
  ag_panels_free(&panels);
  return status;
}

static ag_status write_page(const ag_forecast *forecast, const char *path, ag_error *error)
{
  ag_buffer page = {0};
  ag_status status = ag_forecast_page(forecast, &page, error);
  if (!status)
    status = ag_buffer_save(&page, path, error);
  free(page.text);
  return status;
}

/* --- all together --- */

/* Of a path that cannot be asked: no, and opening it tells why. */
static bool is_same_file(const char *a, const char *b)
{
  struct stat one, other;
  return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

/* Refuses to replace the table itself. */
static ag_status expect_other(const ag_forecast *forecast, const char *path, ag_error *error)
{
  if (!is_same_file(path, forecast->options.file))
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s is the table that was read, and would be replaced; choose another directory",
                 path);
}

ag_status ag_forecast_write(const ag_forecast *forecast, const char *directory, ag_error *error)
{
  enum { FILES = 5 };
  static const char *const file[FILES + 1] = {"forecast.json", "items.csv", "forecast.png",
                                              "forecast.svg", "forecast.html"};
  static ag_status (*const write[FILES])(const ag_forecast *, const char *, ag_error *) = {
      write_document, write_items, write_figure, write_figure, write_page};
  static const ag_results results = {"\"aligngame/forecast/", file};
  ag_status status = ag_directory_make(directory, error);
  for (size_t f = 0; !status && f < FILES; f++) {
    char *path = ag_path_join(directory, file[f]);
    status = path ? expect_other(forecast, path, error) : ag_fail_memory(error);
    free(path);
  }
  if (!status)
    status = ag_results_begin(&results, directory, error);
  for (size_t f = 0; !status && f < FILES; f++) {
    char *path = ag_path_join(directory, file[f]);
    status = path ? write[f](forecast, path, error) : ag_fail_memory(error);
    free(path);
  }
  return status;
}
