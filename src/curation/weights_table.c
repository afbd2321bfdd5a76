#include <aligngame/weights.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/memory.h"
#include "base/numerics.h"
#include "space/csv.h"
#include "space/table_words.h"

/* The words of `missing`, one a line, as the table wants them. */
static ag_status join_words(const ag_table_options *given, char **text, ag_error *error)
{
  size_t size = 1, used = 0;
  *text = NULL;
  for (unsigned i = 0; i < given->missing_count; i++)
    size += strlen(given->missing[i]) + 1;
  if (given->missing_count == 0)
    return AG_OK;
  *text = malloc(size);
  if (!*text)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the words of a table");
  for (unsigned i = 0; i < given->missing_count; i++)
    used += (size_t)sprintf(*text + used, "%s\n", given->missing[i]);
  return AG_OK;
}

static ag_status read_character(const char *what, const char *word, char (*of)(const char *),
                                char *character, ag_error *error)
{
  *character = word ? of(word) : '\0';
  if (!word || *character)
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT, "%s: '%s' is not known; expected %s", what, word,
                 of == ag_csv_mark_of ? "point or comma"
                                      : "comma, semicolon, tab, pipe, blank or one character");
}

/* Owner of options->missing: the caller. */
static ag_status read_options(const ag_table_options *given, ag_csv_options *options,
                              ag_error *error)
{
  *options = (ag_csv_options){0};
  if (!given)
    return AG_OK;
  options->encoding = (char *)(uintptr_t)given->encoding;
  options->no_header = given->no_header;
  ag_status status = read_character("the separator", given->separator, ag_csv_separator_of,
                                    &options->separator, error);
  if (!status)
    status = read_character("the decimal sign", given->decimal, ag_csv_mark_of, &options->decimal,
                            error);
  if (!status)
    status = read_character("the mark of thousands", given->thousands, ag_csv_mark_of,
                            &options->thousands, error);
  return status ? status : join_words(given, &options->missing, error);
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

/* The line of what was understood. */
static ag_status tell(const ag_csv *csv, const ag_csv_numbers numbers[2], ag_weights_table *table,
                      const char *source, ag_error *error)
{
  ag_table_words words = {0};
  ag_status status = ag_table_words_begin(&words, error);
  for (size_t c = 0; !status && c < 2; c++) {
    ag_table_words_use(&words, c ? "reward" : "mass", "");
    ag_table_words_numbers(&words, c ? "reward" : "mass", &numbers[c]);
  }
  for (size_t i = 0; i < table->count; i++)
    words.massless += table->mass[i] == 0;
  table->understood = ag_table_words_end(&words, source, csv, 0);
  if (status || table->understood)
    return status;
  return ag_fail(error, AG_ERROR_MEMORY, "no memory for a table");
}

static ag_status read_columns(const ag_csv *csv, const char *source, ag_weights_table *table,
                              ag_error *error)
{
  size_t mass, reward;
  ag_csv_numbers numbers[2];
  ag_status status;
  if ((status = ag_csv_find(csv, "mass", &mass, error)) ||
      (status = ag_csv_find(csv, "reward", &reward, error)) ||
      (status = ag_csv_reals(csv, mass, table->mass, &numbers[0], error)) ||
      (status = check_column(csv, mass, table->mass, 1, error)) ||
      (status = ag_csv_reals(csv, reward, table->reward, &numbers[1], error)) ||
      (status = check_column(csv, reward, table->reward, 0, error)))
    return status;
  return tell(csv, numbers, table, source, error);
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
    status =
        ag_fail_at(error, ag_input_name(path), 0, 0, NULL, "the column `mass` adds up to zero");
  else
    status = ag_weights(n, log_mass, table->reward, pool, temperature, table->log_weight, error);
  for (size_t i = 0; !status && i < n; i++)
    table->weight[i] = exp(table->log_weight[i]);
  free(log_mass);
  return status;
}

/* Takes csv. */
static ag_status weigh_table(const char *path, ag_csv *csv, ag_pool pool, double temperature,
                             ag_weights_table *table, ag_error *error)
{
  ag_weights_table made = {0};
  ag_status status = AG_OK;
  made.count = ag_csv_row_count(csv);
  if (made.count == 0)
    status =
        ag_fail_at(error, ag_input_name(path), 1, 0, NULL, "the table has a header but no rows");
  double **const columns[] = {&made.mass, &made.reward, &made.weight, &made.log_weight};
  for (size_t c = 0; !status && c < 4; c++)
    status = ag_array_create(made.count, sizeof(double), columns[c], error);
  if (!status)
    status = read_columns(csv, ag_input_name(path), &made, error);
  if (!status)
    status = weigh(path, &made, pool, temperature, error);
  ag_csv_free(csv);
  if (status)
    ag_weights_table_free(&made);
  else
    *table = made;
  return status;
}

ag_status ag_weights_load(const char *path, const ag_table_options *given, ag_pool pool,
                          double temperature, ag_weights_table *table, ag_error *error)
{
  ag_csv_options options;
  ag_csv *csv = NULL;
  ag_status status = read_options(given, &options, error);
  if (!status)
    status = ag_csv_load(path, &options, &csv, error);
  if (!status)
    status = weigh_table(path, csv, pool, temperature, table, error);
  free(options.missing);
  return status;
}

void ag_weights_table_free(ag_weights_table *table)
{
  free(table->mass);
  free(table->reward);
  free(table->weight);
  free(table->log_weight);
  free(table->understood);
  *table = (ag_weights_table){0};
}
