#include <aligngame/weights.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "base/text.h"
#include "space/csv.h"

static const char *source_name(const char *path)
{
  return strcmp(path, "-") ? path : "standard input";
}

static ag_status open_table(const char *path, ag_csv **csv, ag_error *error)
{
  if (strcmp(path, "-"))
    return ag_csv_load(path, csv, error);
  char *text = NULL;
  size_t size = 0;
  ag_status status = ag_stream_read(stdin, source_name(path), &text, &size, error);
  if (status)
    return status;
  status = ag_csv_parse(source_name(path), text, size, csv, error);
  free(text);
  return status;
}

static ag_status check_column(const ag_csv *csv, size_t column, const double *value, int mass,
                              ag_error *error)
{
  for (size_t row = 0; row < ag_csv_row_count(csv); row++)
    if (isnan(value[row]) || (mass && value[row] < 0))
      return ag_csv_fail(csv, row, column, error, "expected a %s, found '%s'",
                         mass ? "mass of 0 or more" : "reward", ag_csv_cell(csv, row, column));
  return AG_OK;
}

static ag_status read_columns(const ag_csv *csv, ag_weights_table *table, ag_error *error)
{
  size_t mass, reward, missing;
  ag_status status;
  if ((status = ag_csv_find(csv, "mass", &mass, error)) ||
      (status = ag_csv_find(csv, "reward", &reward, error)) ||
      (status = ag_csv_reals(csv, mass, table->mass, &missing, error)) ||
      (status = check_column(csv, mass, table->mass, 1, error)) ||
      (status = ag_csv_reals(csv, reward, table->reward, &missing, error)))
    return status;
  return check_column(csv, reward, table->reward, 0, error);
}

static ag_status weigh(const char *path, ag_weights_table *table, ag_pool pool, double temperature,
                       ag_error *error)
{
  double *log_mass = NULL;
  size_t n = table->count;
  ag_status status = ag_array_create(n, sizeof *log_mass, &log_mass, error);
  if (status)
    return status;
  memcpy(log_mass, table->mass, n * sizeof *log_mass);
  if (!ag_mass_to_log(log_mass, n))
    status = ag_fail_at(error, source_name(path), 0, 0, NULL, "the column `mass` adds up to zero");
  else
    status = ag_weights(n, log_mass, table->reward, pool, temperature, table->log_weight, error);
  for (size_t i = 0; !status && i < n; i++)
    table->weight[i] = exp(table->log_weight[i]);
  free(log_mass);
  return status;
}

ag_status ag_weights_load(const char *path, ag_pool pool, double temperature,
                          ag_weights_table *table, ag_error *error)
{
  ag_weights_table made = {0};
  ag_csv *csv = NULL;
  ag_status status = open_table(path, &csv, error);
  if (status)
    return status;
  made.count = ag_csv_row_count(csv);
  if (made.count == 0)
    status = ag_fail_at(error, source_name(path), 1, 0, NULL, "the table has a header but no rows");
  double **const columns[] = {&made.mass, &made.reward, &made.weight, &made.log_weight};
  for (size_t c = 0; !status && c < 4; c++)
    status = ag_array_create(made.count, sizeof(double), columns[c], error);
  if (!status)
    status = read_columns(csv, &made, error);
  if (!status)
    status = weigh(path, &made, pool, temperature, error);
  ag_csv_free(csv);
  if (status)
    ag_weights_table_free(&made);
  else
    *table = made;
  return status;
}

void ag_weights_table_free(ag_weights_table *table)
{
  free(table->mass);
  free(table->reward);
  free(table->weight);
  free(table->log_weight);
  *table = (ag_weights_table){0};
}
