/* Tables as JSON, where the library has jansson: objects one after the other, a line each or not,
 * or an array of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/document.h>

#include "base/features.h"
#include "base/memory.h"
#include "base/text.h"
#include "space/csv_parts.h"

bool ag_csv_is_json(const char *text)
{
  const char *at = text + strspn(text, " \t\r\n");
  if (*at == '[')
    at += 1 + strspn(at + 1, " \t\r\n");
  else if (*at != '{')
    return false;
  return (*at == '{' && strchr("\"} \t\r\n", at[1])) || *at == ']';
}

#if AG_HAVE_JANSSON
#include <jansson.h>

typedef struct reader {
  ag_csv *csv;
  const char *at;
  long line;
  bool nested; /* a value is a list or a mapping */
} reader;

static ag_status fail_here(const reader *read, size_t offset, ag_error *error, const char *message)
{
  const char *at = read->at + offset;
  ag_place place = ag_text_place(read->csv->text, (size_t)(at - read->csv->text));
  return ag_fail_at(error, read->csv->name, place.line, place.column, place.source, "%s", message);
}

/* Behind the object that begins at a brace; NULL: it does not end. */
static const char *find_end(const char *at)
{
  size_t depth = 0;
  for (bool quoted = false; *at; at++) {
    if (quoted && *at == '\\' && at[1])
      at++;
    else if (*at == '"')
      quoted = !quoted;
    else if (!quoted && *at == '{')
      depth++;
    else if (!quoted && *at == '}' && --depth == 0)
      return at + 1;
  }
  return NULL;
}

/* The column of a key, a new one at the end if need be. hint: where it was in the row before. */
static ag_status find_key(ag_csv *csv, const char *key, size_t hint, size_t *column,
                          ag_error *error)
{
  if (hint < csv->column_count && strcmp(csv->header[hint], key) == 0) {
    *column = hint;
    return AG_OK;
  }
  for (*column = 0; *column < csv->column_count; ++*column)
    if (strcmp(csv->header[*column], key) == 0)
      return AG_OK;
  size_t capacity = csv->header_capacity;
  char *name = ag_text_copy(key);
  bool *native = csv->native;
  bool room =
      name && ag_csv_reserve(&csv->header, sizeof *csv->header, csv->column_count, &capacity);
  if (room && capacity != csv->header_capacity) {
    native = realloc(csv->native, capacity * sizeof *native);
    csv->native = native ? native : csv->native;
  }
  if (!room || !native) {
    free(name);
    return ag_csv_out_of_memory(error);
  }
  csv->header_capacity = capacity;
  csv->native[csv->column_count] = false;
  csv->header[csv->column_count++] = name;
  return AG_OK;
}

/* The text of a value; NULL: memory is out. */
static char *text_of(const json_t *value)
{
  char number[40];
  if (json_is_string(value))
    return ag_text_copy(json_string_value(value));
  if (json_is_integer(value))
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
  else if (json_is_real(value))
    for (int digits = 15; digits <= 17; digits++) { /* 1.1 is not 1.1000000000000001 */
      snprintf(number, sizeof number, "%.*g", digits, json_real_value(value));
      if (strtod(number, NULL) == json_real_value(value))
        break;
    }
  else if (json_is_null(value) || json_is_boolean(value))
    snprintf(number, sizeof number, "%s",
             json_is_null(value)   ? ""
             : json_is_true(value) ? "true"
                                   : "false");
  else
    return ag_json_dump(value, JSON_COMPACT);
  return ag_text_copy(number);
}

static ag_status set_cell(ag_csv *csv, size_t column, const json_t *value, ag_error *error)
{
  size_t first = csv->row[csv->row_count].first;
  while (csv->cell_count <= first + column) {
    if (!ag_csv_reserve(&csv->cell, sizeof *csv->cell, csv->cell_count, &csv->cell_capacity))
      return ag_csv_out_of_memory(error);
    csv->cell[csv->cell_count++] = "";
  }
  char *text = text_of(value);
  if (!text ||
      !ag_csv_reserve(&csv->arena, sizeof *csv->arena, csv->arena_count, &csv->arena_capacity)) {
    free(text);
    return ag_csv_out_of_memory(error);
  }
  csv->arena[csv->arena_count++] = text;
  csv->cell[first + column] = text;
  csv->native[column] |= json_is_number(value);
  return AG_OK;
}

static ag_status take_object(reader *read, json_t *object, ag_error *error)
{
  ag_csv *csv = read->csv;
  const char *key;
  json_t *value;
  size_t hint = 0, column = 0;
  ag_status status = AG_OK;
  csv->row[csv->row_count] = (ag_csv_row){csv->cell_count, read->line};
  json_object_foreach(object, key, value)
  {
    if (status == AG_OK)
      status = find_key(csv, key, hint++, &column, error);
    if (status == AG_OK && !*key)
      status = fail_here(read, 0, error, "a key without a name");
    if (status == AG_OK)
      status = set_cell(csv, column, value, error);
    read->nested |= json_is_object(value) || json_is_array(value);
  }
  csv->row_count++;
  if (status == AG_OK &&
      !ag_csv_reserve(&csv->row, sizeof *csv->row, csv->row_count, &csv->row_capacity))
    status = ag_csv_out_of_memory(error);
  if (status == AG_OK)
    csv->row[csv->row_count] = (ag_csv_row){csv->cell_count, read->line};
  return status;
}

static ag_status read_object(reader *read, ag_error *error)
{
  const char *end = find_end(read->at);
  if (!end)
    return fail_here(read, 0, error, "this object is never closed");
  size_t size = (size_t)(end - read->at);
  json_error_t reason;
  json_t *object = json_loadb(read->at, size, JSON_REJECT_DUPLICATES, &reason);
  if (!object) /* whole numbers beyond 64 bits */
    object = json_loadb(read->at, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &reason);
  if (!object)
    return fail_here(read, (size_t)reason.position < size ? (size_t)reason.position : 0, error,
                     reason.text);
  ag_status status = take_object(read, object, error);
  json_decref(object);
  read->at = end;
  return status;
}

static void skip_between(reader *read)
{
  for (; *read->at && strchr(" \t\r\n,", *read->at); read->at++)
    read->line += *read->at == '\n';
}

static ag_status read_objects(reader *read, ag_error *error)
{
  ag_status status = AG_OK;
  skip_between(read);
  bool array = *read->at == '[';
  read->at += array;
  for (skip_between(read); status == AG_OK && *read->at == '{'; skip_between(read)) {
    const char *begin = read->at;
    status = read_object(read, error);
    for (; status == AG_OK && begin < read->at; begin++)
      read->line += *begin == '\n';
  }
  if (status != AG_OK)
    return status;
  if (array && *read->at != ']')
    return fail_here(read, 0, error, "expected an object {...} or the list's end");
  read->at += array;
  skip_between(read);
  return *read->at ? fail_here(read, 0, error, "expected an object {...}, one a row") : AG_OK;
}

ag_status ag_csv_read_json(ag_csv *csv, ag_error *error)
{
  reader read = {.csv = csv, .at = csv->text, .line = 1};
  if (!ag_csv_reserve(&csv->row, sizeof *csv->row, 0, &csv->row_capacity))
    return ag_csv_out_of_memory(error);
  csv->row[0] = (ag_csv_row){0, 1};
  ag_status status = read_objects(&read, error);
  read.at = csv->text;
  if (status == AG_OK && csv->row_count == 1 && read.nested)
    status = fail_here(&read, 0, error,
                       "one object holds everything; expected an object a row, such as pandas' "
                       "to_json(orient='records', lines=True) writes");
  if (status == AG_OK && csv->column_count == 0)
    status = fail_here(&read, 0, error, "there are no objects with values");
  return status;
}

#else

ag_status ag_csv_read_json(ag_csv *csv, ag_error *error)
{
  return ag_fail_at(error, csv->name, 1, 1, csv->text,
                    "this is JSON, which this build cannot read (it was made without jansson); "
                    "save the table as CSV");
}

#endif
