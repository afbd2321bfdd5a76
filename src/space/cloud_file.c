/* A cloud's points from the columns of a table, by their names. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "space/kinds.h"
#include "space/table_words.h"

typedef struct points {
  const ag_csv *csv;
  size_t *column; /* [dim] of the coordinates */
  size_t dim;
  ag_table_words words;
} points;

/* --- which columns --- */

static ag_status take_named(ag_node node, points *found, ag_error *error)
{
  size_t asked = ag_node_count(node);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || asked == 0)
    return ag_node_fail(node, error, "columns: expected a list of names, such as [x, y]");
  for (size_t k = 0; k < asked; k++) {
    const char *name;
    ag_error reason = {0};
    ag_node item = ag_node_item(node, k);
    ag_status status = ag_node_text(item, "a column", &name, error);
    if (status != AG_OK)
      return status;
    if (k >= ag_csv_column_count(found->csv) ||
        ag_csv_find(found->csv, name, &found->column[k], &reason) != AG_OK)
      return ag_node_fail(item, error, "%s",
                          reason.message[0] ? reason.message : "more columns than the file has");
    for (size_t before = 0; before < k; before++)
      if (found->column[before] == found->column[k])
        return ag_node_fail(item, error, "column `%s` is named twice", name);
    found->dim++;
  }
  return AG_OK;
}

/* Whether a name is one that row numbers and keys have. */
static bool is_key(const char *name)
{
  static const char *const names[] = {"id", "index",  "idx", "row",      "rowid",     "nr",
                                      "no", "number", "key", "rownames", "Unnamed: 0"};
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcasecmp(name, names[i]) == 0)
      return true;
  return length > 3 &&
         (strcasecmp(name + length - 3, "_id") == 0 || strcasecmp(name + length - 3, " id") == 0);
}

/* The coordinate that a name is: 0 for x, 1 for y, 2 for z; SIZE_MAX: none of them. */
static size_t coordinate_of(const char *name)
{
  static const char letters[] = "xyz";
  const char *found = name[0] && !name[1] ? strchr(letters, name[0] | 0x20) : NULL;
  return found ? (size_t)(found - letters) : SIZE_MAX;
}

/* Columns called x, y and z are these, in whatever order they stand. */
static ag_status order_by_name(points *found, ag_error *error)
{
  size_t placed[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX}, named = 0, in_place = 0;
  for (size_t k = 0; k < found->dim; k++) {
    size_t at = coordinate_of(ag_csv_header(found->csv, found->column[k]));
    if (at == SIZE_MAX)
      continue;
    named++;
    in_place += at == k;
    if (at < found->dim && placed[at] == SIZE_MAX)
      placed[at] = found->column[k];
  }
  if (named == in_place)
    return AG_OK;
  for (size_t k = 0; k < found->dim; k++) {
    if (found->dim > 3 || placed[k] == SIZE_MAX)
      return ag_csv_fail(
          found->csv, AG_CSV_HEADER, found->column[0], error,
          "these columns are not in the order of x, y, z; name the coordinates, such "
          "as `columns: [%s, %s]`",
          ag_csv_header(found->csv, found->column[0]),
          found->dim > 1 ? ag_csv_header(found->csv, found->column[1]) : "...");
  }
  memcpy(found->column, placed, found->dim * sizeof *placed);
  return AG_OK;
}

/* The columns of numbers that are no keys, with commas between: what may have been meant. */
static void suggest(const ag_csv *csv, char *text, size_t size)
{
  size_t used = 0;
  text[0] = '\0';
  for (size_t k = 0; k < ag_csv_column_count(csv) && used < size; k++) {
    const char *name = ag_csv_header(csv, k);
    if (*name && !is_key(name) && ag_csv_is_numeric(csv, k))
      used += (size_t)snprintf(text + used, size - used, "%s%s", used > 0 ? ", " : "", name);
  }
}

static ag_status fail_unclear(const ag_csv *csv, size_t column, const char *why, ag_error *error)
{
  char names[200];
  suggest(csv, names, sizeof names);
  return ag_csv_fail(csv, AG_CSV_HEADER, column, error,
                     "column `%s` %s, so that it is not clear which columns are the coordinates; "
                     "name them, such as `columns: [%s]`",
                     ag_csv_header(csv, column), why, *names ? names : "x, y");
}

/* Without names: all columns, if there is no doubt. */
static ag_status take_all(points *found, ag_error *error)
{
  const ag_csv *csv = found->csv;
  for (size_t k = 0; k < ag_csv_column_count(csv); k++) {
    const char *name = ag_csv_header(csv, k), *first = ag_csv_cell(csv, 0, k);
    if (!*name) /* row numbers, or nothing */
      continue;
    if (is_key(name))
      return fail_unclear(csv, k, "looks like a number of rows", error);
    double value; /* a column that begins as numbers is told its bad cell when it is read */
    if (!ag_csv_is_numeric(csv, k) && ag_text_real(first, strlen(first), &value) != AG_NUMBER_OK)
      return fail_unclear(csv, k, "is not one of numbers", error);
    found->column[found->dim++] = k;
  }
  if (found->dim == 0)
    return ag_csv_fail(csv, AG_CSV_HEADER, 0, error, "there are no columns of numbers");
  return order_by_name(found, error);
}

/* --- their numbers --- */

/* A point that lacks a coordinate is no point: it is refused, not left out. */
static ag_status take_column(points *found, size_t d, double *value, ag_space *space,
                             ag_error *error)
{
  static const char *const axes[] = {"x", "y", "z"};
  size_t column = found->column[d];
  ag_csv_numbers numbers;
  ag_status status = ag_csv_reals(found->csv, column, value, &numbers, error);
  for (size_t i = 0; i < space->point_count && status == AG_OK; i++) {
    space->point[i * space->dim + d] = value[i];
    if (isnan(value[i]))
      status = ag_csv_fail(found->csv, i, column, error,
                           "a point without this coordinate; expected a number in every row");
  }
  if (status == AG_OK) {
    const char *name = ag_csv_header(found->csv, column);
    ag_table_words_use(&found->words, name, space->dim > 3 ? "" : axes[d]);
    ag_table_words_numbers(&found->words, name, &numbers);
  }
  return status;
}

static ag_status take_points(ag_node node, points *found, ag_space *space, ag_error *error)
{
  ag_node columns = ag_node_find(node, "columns");
  double *value = NULL;
  if (ag_csv_row_count(found->csv) == 0)
    return ag_csv_fail(found->csv, AG_CSV_HEADER, 0, error,
                       "the table has no rows; expected points, a row each");
  ag_status status = ag_array_create(ag_csv_column_count(found->csv), sizeof *found->column,
                                     &found->column, error);
  if (status == AG_OK)
    status = ag_node_present(columns) ? take_named(columns, found, error) : take_all(found, error);
  if (status == AG_OK)
    status = ag_table_words_begin(&found->words, error);
  space->point_count = ag_csv_row_count(found->csv);
  space->dim = found->dim;
  if (status == AG_OK)
    status = ag_array_create(space->point_count, sizeof *value, &value, error);
  if (status == AG_OK)
    status = ag_array_create(space->point_count, space->dim * sizeof(double), &space->point, error);
  for (size_t d = 0; d < space->dim && status == AG_OK; d++)
    status = take_column(found, d, value, space, error);
  free(value);
  return status;
}

ag_status ag_cloud_read_points(ag_node node, ag_csv_options *options, ag_space *space,
                               ag_error *error)
{
  ag_csv *csv = NULL;
  points found = {0};
  ag_status status = ag_csv_read_header(node, options, error);
  if (status == AG_OK)
    status = ag_space_open_csv(ag_node_find(node, "file"), options, &space->source, &csv, error);
  found.csv = csv;
  if (status == AG_OK)
    status = take_points(node, &found, space, error);
  char *words = ag_table_words_end(&found.words, space->source, csv, 0);
  if (status == AG_OK)
    space->understood = words;
  else
    free(words);
  if (status == AG_OK && !words)
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading points");
  free(found.column);
  ag_csv_free(csv);
  return status;
}
