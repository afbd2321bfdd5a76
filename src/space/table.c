/* The rows of a table, with their masses, labels, groups and numbers. */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/memory.h"
#include "base/numerics.h"
#include "base/text.h"
#include "space/csv.h"
#include "space/kinds.h"
#include "space/table_words.h"

/* What a game file asks of a table, with the columns found. */
typedef struct request {
  ag_node node, mass_node;
  const ag_csv *csv;
  ag_table_words words;      /* what is understood */
  size_t label, group, mass; /* columns; SIZE_MAX: not asked for */
  size_t *kept;              /* [kept_count] rows that stay */
  size_t kept_count;
  double *work;   /* [rows] */
  bool *required; /* [columns] those without which a row is left out; NULL: none is asked for */
} request;

static ag_status out_of_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a table");
}

/* The column that a node names; an error is placed in the game file. */
static ag_status find_column(const request *ask, ag_node node, const char *what, size_t *column,
                             ag_error *error)
{
  const char *name;
  ag_status status = ag_node_text(node, what, &name, error);
  if (status != AG_OK)
    return status;
  ag_error reason;
  if (ag_csv_find(ask->csv, name, column, &reason) == AG_OK)
    return AG_OK;
  return ag_node_fail(node, error, "%s: %s", reason.file, reason.message);
}

static ag_status find_roles(request *ask, ag_error *error)
{
  const struct {
    const char *key;
    size_t *column;
  } roles[] = {{"label", &ask->label}, {"group", &ask->group}, {"mass", &ask->mass}};
  ag_status status = AG_OK;
  for (size_t i = 0; i < sizeof roles / sizeof *roles && status == AG_OK; i++) {
    ag_node node = ag_node_find(ask->node, roles[i].key);
    *roles[i].column = SIZE_MAX;
    if (ag_node_present(node))
      status = find_column(ask, node, roles[i].key, roles[i].column, error);
    if (status == AG_OK && *roles[i].column != SIZE_MAX)
      ag_table_words_use(&ask->words, ag_csv_header(ask->csv, *roles[i].column), roles[i].key);
  }
  ask->mass_node = ag_node_find(ask->node, "mass");
  return status;
}

/* A cell without the blanks around it: begin borrowed, length returned. */
static size_t trimmed_cell(const ag_csv *csv, size_t row, size_t column, const char **begin)
{
  const char *cell = ag_csv_cell(csv, row, column);
  size_t first = 0, last = strlen(cell);
  ag_text_trim(cell, &first, &last);
  *begin = cell + first;
  return last - first;
}

/* Marks the rows without a cell in one of the columns under `require`. */
static ag_status mark_required(request *ask, unsigned char *drop, ag_error *error)
{
  ag_node require = ag_node_find(ask->node, "require");
  bool list = ag_node_get_kind(require) == AG_NODE_SEQUENCE;
  size_t count = list ? ag_node_count(require) : ag_node_present(require);
  if (count > 0 && !(ask->required = calloc(ag_csv_column_count(ask->csv), sizeof(bool))))
    return out_of_memory(error);
  for (size_t k = 0; k < count; k++) {
    size_t column;
    ag_node item = list ? ag_node_item(require, k) : require;
    ag_status status = find_column(ask, item, "require", &column, error);
    if (status != AG_OK)
      return status;
    size_t dropped = 0;
    for (size_t i = 0; i < ag_csv_row_count(ask->csv); i++)
      if (!drop[i] && ag_csv_is_missing(ask->csv, i, column))
        drop[i] = ++dropped > 0;
    if (!ask->required[column])
      ag_table_words_use(&ask->words, ag_csv_header(ask->csv, column), "");
    ask->required[column] = true;
    ag_table_words_drop(&ask->words, ag_csv_header(ask->csv, column), dropped);
  }
  return AG_OK;
}

/* Marks the rows without a mass; the masses are left in work. */
static ag_status mark_massless(request *ask, unsigned char *drop, ag_error *error)
{
  ag_csv_numbers numbers;
  size_t dropped = 0;
  ag_status status = ag_csv_reals(ask->csv, ask->mass, ask->work, &numbers, error);
  numbers.missing = 0; /* these rows are told */
  if (status == AG_OK)
    ag_table_words_numbers(&ask->words, ag_csv_header(ask->csv, ask->mass), &numbers);
  for (size_t i = 0; i < ag_csv_row_count(ask->csv) && status == AG_OK; i++) {
    dropped += !drop[i] && isnan(ask->work[i]);
    drop[i] |= isnan(ask->work[i]) != 0;
    if (ask->work[i] < 0)
      status = ag_csv_fail(ask->csv, i, ask->mass, error,
                           "column `%s`: a mass must be at least 0, found %g",
                           ag_csv_header(ask->csv, ask->mass), ask->work[i]);
  }
  if (status == AG_OK)
    ag_table_words_drop(&ask->words, ag_csv_header(ask->csv, ask->mass), dropped);
  return status;
}

static ag_status keep_rows(request *ask, const unsigned char *drop, ag_space *space,
                           ag_error *error)
{
  size_t rows = ag_csv_row_count(ask->csv);
  for (size_t i = 0; i < rows; i++)
    if (!drop[i])
      ask->kept[ask->kept_count++] = i;
  space->dropped = rows - ask->kept_count;
  if (ask->kept_count == 0)
    return ag_csv_fail(ask->csv, AG_CSV_HEADER, 0, error,
                       "no row is left: all %zu lack a mass or a required cell", rows);
  space->count = ask->kept_count;
  return AG_OK;
}

static ag_status choose_rows(request *ask, ag_space *space, ag_error *error)
{
  size_t rows = ag_csv_row_count(ask->csv);
  unsigned char *drop = NULL;
  ag_status status = ag_array_create(rows, sizeof *ask->work, &ask->work, error);
  if (status == AG_OK)
    status = ag_array_create(rows, sizeof *ask->kept, &ask->kept, error);
  if (status == AG_OK)
    status = ag_array_create(rows, sizeof *drop, &drop, error);
  if (status != AG_OK)
    return status;
  memset(drop, 0, rows);
  status = mark_required(ask, drop, error);
  if (status == AG_OK && ask->mass != SIZE_MAX)
    status = mark_massless(ask, drop, error);
  if (status == AG_OK)
    status = keep_rows(ask, drop, space, error);
  free(drop);
  return status;
}

/* The kept rows of work, as an array of its own. */
static ag_status take_values(const request *ask, double **values, ag_error *error)
{
  ag_status status = ag_array_create(ask->kept_count, sizeof **values, values, error);
  for (size_t i = 0; i < ask->kept_count && status == AG_OK; i++)
    (*values)[i] = ask->work[ask->kept[i]];
  return status;
}

static ag_status set_masses(request *ask, ag_space *space, ag_error *error)
{
  if (ask->mass == SIZE_MAX)
    return AG_OK;
  ag_status status = take_values(ask, &space->log_mass, error);
  for (size_t i = 0; i < space->count && status == AG_OK; i++)
    ask->words.massless += space->log_mass[i] == 0;
  if (status == AG_OK && !ag_mass_to_log(space->log_mass, space->count))
    status = ag_node_fail(ask->mass_node, error, "%s: every mass in column `%s` is zero",
                          space->source, ag_csv_header(ask->csv, ask->mass));
  return status;
}

static ag_status set_source_lines(const request *ask, ag_space *space, ag_error *error)
{
  ag_status status =
      ag_array_create(space->count, sizeof *space->source_line, &space->source_line, error);
  for (size_t i = 0; i < space->count && status == AG_OK; i++)
    space->source_line[i] = (size_t)ag_csv_row_line(ask->csv, ask->kept[i]);
  return status;
}

static ag_status set_labels(const request *ask, ag_space *space, ag_error *error)
{
  if (ask->label == SIZE_MAX)
    return AG_OK;
  space->label = calloc(space->count, sizeof *space->label);
  if (!space->label)
    return out_of_memory(error);
  for (size_t i = 0; i < space->count; i++) {
    const char *text;
    char made[40];
    size_t length = trimmed_cell(ask->csv, ask->kept[i], ask->label, &text);
    snprintf(made, sizeof made, "row %zu", ask->kept[i] + 1);
    space->label[i] = length > 0 ? strndup(text, length) : ag_text_copy(made);
    if (!space->label[i])
      return out_of_memory(error);
  }
  return AG_OK;
}

/* The name of a row's group, for ag_space_set_groups. */
static size_t group_of_row(const void *asked, size_t item, const char **name)
{
  const request *ask = asked;
  size_t length = trimmed_cell(ask->csv, ask->kept[item], ask->group, name);
  if (length == 0)
    *name = "(none)";
  return length > 0 ? length : strlen(*name);
}

/* Where columns are required, these are what the game is about: others are not told. */
static void tell_column(request *ask, size_t column, ag_csv_numbers *numbers)
{
  const char *name = ag_csv_header(ask->csv, column);
  if ((ask->required && !ask->required[column]) || column == ask->mass)
    return;
  if (ask->required)
    numbers->missing = 0; /* rows without them are told */
  else
    ag_table_words_use(&ask->words, name, "");
  ag_table_words_numbers(&ask->words, name, numbers);
}

static ag_status add_column(request *ask, size_t column, ag_space *space, ag_error *error)
{
  ag_csv_numbers numbers;
  size_t at = space->column_count;
  const char *name = ag_csv_header(ask->csv, column);
  ag_status status = ag_csv_reals(ask->csv, column, ask->work, &numbers, error);
  if (status != AG_OK)
    return status;
  space->column_name[at] = ag_text_copy(name);
  if (!space->column_name[at])
    return out_of_memory(error);
  space->column_count++;
  tell_column(ask, column, &numbers);
  return take_values(ask, &space->column[at], error);
}

/* The columns under `columns`, which must be numbers. */
static ag_status add_named_columns(request *ask, ag_node columns, ag_space *space, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t k = 0; k < ag_node_count(columns) && status == AG_OK; k++) {
    size_t column;
    ag_node item = ag_node_item(columns, k);
    status = find_column(ask, item, "columns", &column, error);
    if (status == AG_OK && ag_space_find_column(space, ag_csv_header(ask->csv, column)) != SIZE_MAX)
      status =
          ag_node_fail(item, error, "column `%s` is named twice", ag_csv_header(ask->csv, column));
    if (status == AG_OK)
      status = add_column(ask, column, space, error);
  }
  return status;
}

/* Keeps why a column of numbers is not there, for who asks for it. */
static ag_status keep_reason(const request *ask, size_t column, const ag_error *reason,
                             ag_space *space, ag_error *error)
{
  if (!space->unread)
    space->unread = calloc(ag_csv_column_count(ask->csv), sizeof *space->unread);
  if (!space->unread)
    return out_of_memory(error);
  ag_unread *unread = &space->unread[space->unread_count];
  unread->name = ag_text_copy(ag_csv_header(ask->csv, column));
  if (asprintf(&unread->why, "%s:%ld:%ld: %s", reason->file, reason->line, reason->column,
               reason->message) < 0)
    unread->why = NULL;
  space->unread_count++;
  return unread->name && unread->why ? AG_OK : out_of_memory(error);
}

/* Without a list of columns all those of numbers are there, but one that nobody asked for is no
 * reason to refuse the table. */
static ag_status add_numeric_columns(request *ask, ag_space *space, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t column = 0; column < ag_csv_column_count(ask->csv) && status == AG_OK; column++) {
    ag_error reason = {0};
    if (column == ask->label || !*ag_csv_header(ask->csv, column) ||
        !ag_csv_is_numeric(ask->csv, column))
      continue;
    status = add_column(ask, column, space, &reason);
    if (status == AG_ERROR_INPUT)
      status = keep_reason(ask, column, &reason, space, error);
    else if (status != AG_OK && error)
      *error = reason;
  }
  return status;
}

static ag_status set_columns(request *ask, ag_space *space, ag_error *error)
{
  ag_node columns = ag_node_find(ask->node, "columns");
  bool named = ag_node_present(columns);
  size_t most = named ? ag_node_count(columns) : ag_csv_column_count(ask->csv);
  if (named && ag_node_get_kind(columns) != AG_NODE_SEQUENCE)
    return ag_node_fail(columns, error, "columns: expected a list of column names");
  if (most == 0)
    return AG_OK;
  space->column = calloc(most, sizeof *space->column);
  space->column_name = calloc(most, sizeof *space->column_name);
  if (!space->column || !space->column_name)
    return out_of_memory(error);
  return named ? add_named_columns(ask, columns, space, error)
               : add_numeric_columns(ask, space, error);
}

static ag_status read_request(request *ask, ag_space *space, ag_error *error)
{
  ag_status status = AG_OK;
  if (ag_csv_row_count(ask->csv) == 0)
    status = ag_csv_fail(ask->csv, AG_CSV_HEADER, 0, error, "the table has no rows");
  if (status == AG_OK)
    status = ag_table_words_begin(&ask->words, error);
  if (status == AG_OK)
    status = find_roles(ask, error);
  if (status == AG_OK)
    status = choose_rows(ask, space, error);
  if (status == AG_OK)
    status = set_masses(ask, space, error);
  if (status == AG_OK)
    status = set_source_lines(ask, space, error);
  if (status == AG_OK)
    status = set_labels(ask, space, error);
  if (status == AG_OK)
    status = ask->group == SIZE_MAX ? AG_OK
                                    : ag_space_set_groups(space, group_of_row, ask, error);
  if (status == AG_OK)
    status = set_columns(ask, space, error);
  return status;
}

static ag_status read_rows(ag_node node, const ag_csv *csv, ag_space *space, ag_error *error)
{
  request ask = {.node = node, .csv = csv};
  ag_status status = read_request(&ask, space, error);
  char *words = ag_table_words_end(&ask.words, ag_input_name(space->source), csv, space->dropped);
  if (status == AG_OK)
    space->understood = words;
  else
    free(words);
  if (status == AG_OK && !words)
    status = out_of_memory(error);
  free(ask.kept);
  free(ask.work);
  free(ask.required);
  return status;
}

/* What the table's keys fill. */
typedef struct table {
  ag_csv_options csv;
} table;

/* Versions of clang-format differ about braces in macros. */
/* clang-format off */
#define COLUMN(key, words, without)                                                                \
  {                                                                                                \
    key, words, AG_NODE, .takes = "a column's name", .absent = without                             \
  }
/* clang-format on */
static const ag_parameter table_parameters[] = {
    {"file", "a table (CSV, JSON lines); each row is an item", AG_PATH, .example = "films.csv"},
    COLUMN("label", "the column with the items' names", "none"),
    COLUMN("mass", "that with their masses at first; rows without one are left out", "all equal"),
    COLUMN("group", "that with the groups whose shares are measured", "none"),
    {"columns", "those whose numbers rewards may use", AG_NODE, .takes = "a list of column names",
     .absent = "all columns of numbers"},
    {"require", "rows without a cell there are left out", AG_NODE,
     .takes = "a column's name or a list of them", .absent = "none"},
    AG_CSV_PARAMETERS(table),
    {0}};

static ag_status read_table(ag_node node, void *given, ag_space *space, ag_error *error)
{
  ag_csv *csv = NULL;
  ag_csv_options *options = &((table *)given)->csv;
  ag_status status = ag_csv_read_header(node, options, error);
  if (status == AG_OK)
    status = ag_space_open_csv(ag_node_find(node, "file"), options, &space->source, &csv, error);
  if (status == AG_OK)
    status = read_rows(node, csv, space, error);
  ag_csv_free(csv);
  return status;
}

ag_status ag_table_read_options(ag_node node, ag_csv_options *options, ag_error *error)
{
  table read = {.csv = {.encoding = NULL}};
  ag_status status = ag_parameters_read(node, "table", table_parameters, &read, error);
  if (status == AG_OK)
    status = ag_csv_read_header(node, &read.csv, error);
  if (status != AG_OK)
    ag_parameters_free(table_parameters, &read);
  else
    *options = read.csv;
  return status;
}

void ag_table_free_options(ag_csv_options *options)
{
  table read = {.csv = *options};
  ag_parameters_free(table_parameters, &read);
  *options = (ag_csv_options){.encoding = NULL};
}

ag_status ag_table_read_rows(ag_node node, const ag_csv *csv, const char *source, ag_space **space,
                             ag_error *error)
{
  ag_space *made = calloc(1, sizeof *made);
  if (!made || !(made->source = ag_text_copy(source))) {
    free(made);
    return out_of_memory(error);
  }
  made->type = &ag_space_table;
  ag_status status = read_rows(node, csv, made, error);
  if (status == AG_OK)
    *space = made;
  else
    ag_space_free(made);
  return status;
}

const ag_space_type ag_space_table = {
    .name = "table",
    .summary = "the rows of a table in a file",
    .example = "table: {file: films.csv, label: FILM, mass: votes, group: genre}",
    .parameters = table_parameters,
    .size = sizeof(table),
    .read = read_table,
};
