/* A result as CSV tables (RFC 4180). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "archive/result.h"

/* A field of RFC 4180: quoted where it must be. */
static void write_field(FILE *stream, const char *text)
{
  if (strpbrk(text, ",\"\r\n") == NULL) {
    fputs(text, stream);
    return;
  }
  putc('"', stream);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"')
      putc('"', stream);
    putc(*c, stream);
  }
  putc('"', stream);
}

static void write_metrics(const ag_result *result, FILE *stream)
{
  fputs("generation", stream);
  for (size_t m = 0; m < result->metric_count; m++) {
    putc(',', stream);
    write_field(stream, result->metric_name[m]);
  }
  putc('\n', stream);
  for (size_t g = 0; g <= result->generations; g++) {
    fprintf(stream, "%zu", g);
    for (size_t m = 0; m < result->metric_count; m++) {
      double value = ag_result_metric(result, g, m);
      putc(',', stream);
      if (!isnan(value))
        fprintf(stream, "%.17g", value);
    }
    putc('\n', stream);
  }
}

/* The first replicate's last dataset. */
static void write_dataset(const ag_result *result, FILE *stream)
{
  const ag_provenance *dataset = &result->dataset;
  fputs("generation,origin,text\n", stream);
  for (size_t i = 0; i < dataset->count; i++) {
    size_t origin = (size_t)dataset->origin[i];
    fprintf(stream, "%.0f,%s,", dataset->born[i],
            origin == AG_ORIGIN_START  ? "start"
            : origin == AG_ORIGIN_REAL ? "real"
                                       : "model");
    write_field(stream, result->texts->dataset[i]);
    putc('\n', stream);
  }
}

typedef void table_writer(const ag_result *result, FILE *stream);

/* Writes a table: whole or not at all. */
static ag_status write_table(const ag_result *result, table_writer *write, const char *path,
                             ag_error *error)
{
  ag_draft draft;
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status != AG_OK)
    return status;
  write(result, draft.stream);
  return ag_draft_publish(&draft, error);
}

ag_status ag_result_write_csv(const ag_result *result, const char *directory, ag_error *error)
{
  static const struct {
    const char *name;
    table_writer *write;
  } table[] = {{"metrics.csv", write_metrics}, {"dataset.csv", write_dataset}};
  ag_status status = AG_OK;
  for (size_t t = 0; t < (result->texts != NULL ? 2 : 1) && status == AG_OK; t++) {
    char *path = ag_path_join(directory, table[t].name);
    status =
        path != NULL ? write_table(result, table[t].write, path, error) : ag_fail_memory(error);
    free(path);
  }
  return status;
}
