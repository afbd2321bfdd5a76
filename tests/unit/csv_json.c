/* Tables as JSON: an object a row. */
#include "space/csv.h"

#include "tests/check.h"

static ag_status parse(const char *text, ag_csv **csv, ag_error *error)
{
  *csv = NULL;
  return ag_csv_parse("t.json", text, strlen(text), NULL, csv, error);
}

static ag_csv *parsed(const char *text)
{
  ag_csv *csv;
  ag_error error = {0};
  if (parse(text, &csv, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return csv;
}

static void rows_are_objects_in_lines_or_a_list(void)
{
  static const char *const texts[] = {
      "{\"t\": \"x\", \"a\": 1}\n{\"t\": \"y\", \"a\": 2}\n",
      "{\"t\": \"x\", \"a\": 1} {\"a\": 2, \"t\": \"y\"}",
      "\r\n[{\"t\": \"x\", \"a\": 1},\r\n {\"t\": \"y\", \"a\": 2}]\n",
      "[ {\n\"t\":\t\"x\",\n\"a\": 1\n} , {\"t\": \"y\",\n\"a\": 2} ]",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    size_t label, column;
    double value[2] = {0};
    ag_csv *csv = parsed(texts[i]);
    char *words = ag_csv_describe(csv);
    CHECK_TEXT(words, "JSON, an object a row, in UTF-8");
    CHECK(ag_csv_row_count(csv) == 2 && ag_csv_column_count(csv) == 2);
    CHECK(ag_csv_find(csv, "t", &label, NULL) == AG_OK && label == 0);
    CHECK(ag_csv_find(csv, "a", &column, NULL) == AG_OK && column == 1);
    CHECK_TEXT(ag_csv_cell(csv, 0, label), "x");
    CHECK_TEXT(ag_csv_cell(csv, 1, label), "y");
    CHECK(ag_csv_reals(csv, column, value, NULL, NULL) == AG_OK && value[0] == 1 && value[1] == 2);
    free(words);
    ag_csv_free(csv);
  }
}

static void values_keep_their_texts(void)
{
  static const struct {
    const char *json, *cell;
  } values[] = {
      {"\"brace } quote \\\" backslash \\\\\"", "brace } quote \" backslash \\"},
      {"\"\\u00e9\\n\"", "\xC3\xA9\n"},
      {"9007199254740993", "9007199254740993"},
      {"-7", "-7"},
      {"1.1", "1.1"},
      {"0.30000000000000004", "0.30000000000000004"},
      {"1e300", "1e+300"},
      {"36893488147419103232", "3.6893488147419103e+19"}, /* 2^65 */
      {"null", ""},
      {"true", "true"},
      {"false", "false"},
      {"[1, {\"b\": []}]", "[1,{\"b\":[]}]"},
      {"{\"b\": 1}", "{\"b\":1}"},
  };
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    char text[256];
    snprintf(text, sizeof text, "{\"t\": 0}\n{\"a\": %s}\n", values[i].json);
    ag_csv *csv = parsed(text);
    CHECK_TEXT(ag_csv_cell(csv, 1, 1), values[i].cell);
    CHECK_TEXT(ag_csv_cell(csv, 1, 0), "");
    CHECK_TEXT(ag_csv_cell(csv, 0, 1), "");
    CHECK(ag_csv_is_missing(csv, 1, 1) == (strcmp(values[i].json, "null") == 0));
    ag_csv_free(csv);
  }
}

/* JSON's own numbers have points, whatever three digits behind one are in a text. */
static void a_point_of_a_number_is_decimal(void)
{
  double value[3];
  ag_error error = {0};
  ag_csv *csv = parsed("{\"a\": 1.125}\n{\"a\": \"2.500\"}\n{\"a\": null}\n");
  CHECK(ag_csv_reals(csv, 0, value, NULL, NULL) == AG_OK);
  CHECK(value[0] == 1.125 && value[1] == 2.5 && isnan(value[2]));
  ag_csv_free(csv);
  csv = parsed("{\"a\": \"1.125\"}\n{\"a\": \"2.500\"}\n");
  CHECK(ag_csv_reals(csv, 0, value, NULL, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "1.125 can be 1.125 or 1125") != NULL);
  ag_csv_free(csv);
  csv = parsed("{\"a\": 1.5}\n{\"a\": \"1,125.5\"}\n");
  CHECK(ag_csv_reals(csv, 0, value, NULL, NULL) == AG_OK && value[1] == 1125.5);
  ag_csv_free(csv);
}

static void a_row_may_have_many_keys(void)
{
  char *text = NULL, key[16];
  size_t size, column;
  FILE *to = open_memstream(&text, &size);
  for (int i = 0; i < 150; i++)
    fprintf(to, "%s\"k%d\": %d", i ? ", " : "[{", i, 2 * i);
  fputs("}, {\"k149\": 7}]", to);
  fclose(to);
  ag_csv *csv = parsed(text);
  CHECK(ag_csv_column_count(csv) == 150 && ag_csv_row_count(csv) == 2);
  for (int i = 0; i < 150; i++) {
    snprintf(key, sizeof key, "k%d", i);
    CHECK(ag_csv_find(csv, key, &column, NULL) == AG_OK && column == (size_t)i);
    CHECK(atoi(ag_csv_cell(csv, 0, column)) == 2 * i);
  }
  CHECK_TEXT(ag_csv_cell(csv, 1, 149), "7");
  ag_csv_free(csv);
  free(text);
}

static void what_is_no_table_is_refused_at_its_place(void)
{
  static const struct {
    const char *text;
    long line, column;
    const char *fragment;
  } wrong[] = {
      {"{\"a\": 1", 1, 1, "this object is never closed"},
      {"{\"a\": 1}\n{\"a\": {\"b\": 2}\n", 2, 1, "this object is never closed"},
      {"{\"a\": \"x}\n", 1, 1, "this object is never closed"},
      {"{\"a\": 1}\n{\"a\": 1 \"b\": 2}\n", 2, 12, "'}' expected near '\"b\"'"},
      {"{\"a\": 1,\n \"a\": 2}", 2, 5, "duplicate object key"},
      {"{\"a\": 1}\nx", 2, 1, "expected an object {...}, one a row"},
      {"{\"a\": 1}]", 1, 9, "expected an object {...}, one a row"},
      {"[{\"a\": 1}, 5]", 1, 12, "expected an object {...} or the list's end"},
      {"[{\"a\": 1}", 1, 10, "expected an object {...} or the list's end"},
      {"[{\"a\": 1}] 5", 1, 12, "expected an object {...}, one a row"},
      {"{\"a\": 1}\n{\"\": 1}", 2, 1, "a key without a name"},
      {"[]", 1, 1, "there are no objects with values"},
      {"{ }", 1, 1, "there are no objects with values"},
      {"{\"a\": {\"0\": 1}, \"b\": [1, 2]}", 1, 1, "one object holds everything"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_csv *csv;
    ag_error error = {0};
    CHECK(parse(wrong[i].text, &csv, &error) == AG_ERROR_INPUT && csv == NULL);
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# %s: %ld:%ld: %s\n", wrong[i].text, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
  }
}

/* What begins otherwise is read as lines of cells. */
static void a_bracket_alone_makes_no_json(void)
{
  static const char *const texts[] = {"[a],b\n1,2\n", "[1, 2]\n3, 4\n", "{a},b\n1,2\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ag_csv *csv = parsed(texts[i]);
    CHECK(ag_csv_column_count(csv) == 2 && ag_csv_row_count(csv) == 1);
    CHECK(ag_csv_header(csv, 0)[0] == texts[i][0]);
    ag_csv_free(csv);
  }
}

static void a_cell_is_placed_at_its_key(void)
{
  static const struct {
    size_t row, column;
    long line, place;
  } cells[] = {{0, 0, 1, 3}, {0, 1, 1, 11}, {1, 1, 3, 3}, {1, 0, 3, 1}, {AG_CSV_HEADER, 1, 1, 11}};
  ag_csv *csv = parsed("{\"t\": 1, \"a\": 2}\n\n{\"a\": 3}\n");
  for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
    ag_error error = {0};
    CHECK(ag_csv_fail(csv, cells[i].row, cells[i].column, &error, "%s", "here") == AG_ERROR_INPUT);
    CHECK(error.line == cells[i].line && error.column == cells[i].place);
    CHECK_TEXT(error.source, cells[i].line == 1 ? "{\"t\": 1, \"a\": 2}" : "{\"a\": 3}");
  }
  ag_error error = {0};
  size_t column;
  CHECK(ag_csv_find(csv, "b", &column, &error) == AG_ERROR_INPUT && error.line == 1);
  CHECK(strstr(error.message, "no column is called `b`") && strstr(error.message, "there are: "));
  ag_csv_free(csv);
}

int main(void)
{
  CHECK_RUN(rows_are_objects_in_lines_or_a_list);
  CHECK_RUN(values_keep_their_texts);
  CHECK_RUN(a_point_of_a_number_is_decimal);
  CHECK_RUN(a_row_may_have_many_keys);
  CHECK_RUN(what_is_no_table_is_refused_at_its_place);
  CHECK_RUN(a_bracket_alone_makes_no_json);
  CHECK_RUN(a_cell_is_placed_at_its_key);
  return check_end();
}
