/* Tables as people have them, and the places of what is wrong with them. */
#include "space/csv.h"

#include "tests/check.h"

static ag_csv *parsed(const char *text)
{
  ag_csv *csv = NULL;
  ag_error error = {0};
  if (ag_csv_parse("t.csv", text, strlen(text), NULL, &csv, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return csv;
}

static void quotes_hold_separators_line_breaks_and_quotes(void)
{
  ag_csv *csv =
      parsed("a,b,c\r\n\"x,y\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n\"\",,\"\"\"\"\r\n");
  CHECK(ag_csv_row_count(csv) == 2 && ag_csv_column_count(csv) == 3);
  CHECK_TEXT(ag_csv_cell(csv, 0, 0), "x,y");
  CHECK_TEXT(ag_csv_cell(csv, 0, 1), "say \"hi\"");
  CHECK_TEXT(ag_csv_cell(csv, 0, 2), "two\r\nlines");
  CHECK_TEXT(ag_csv_cell(csv, 1, 0), "");
  CHECK_TEXT(ag_csv_cell(csv, 1, 1), "");
  CHECK_TEXT(ag_csv_cell(csv, 1, 2), "\"");
  CHECK(ag_csv_row_line(csv, 0) == 2 && ag_csv_row_line(csv, 1) == 4);
  ag_csv_free(csv);
}

static void the_separator_is_found_from_the_header(void)
{
  static const char *const texts[] = {"a,b\n1,2", "a;b\n1;2\n", "a\tb\n1\t2", "\"a,x\";b\n1;2",
                                      ("\xEF\xBB\xBF"
                                       "a;b,x;c\n1;2;3\n")};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ag_csv *csv = parsed(texts[i]);
    CHECK(ag_csv_column_count(csv) == (i == 4 ? 3 : 2));
    CHECK_TEXT(ag_csv_cell(csv, 0, 0), "1");
    CHECK_TEXT(ag_csv_cell(csv, 0, 1), "2");
    ag_csv_free(csv);
  }
  ag_csv *single = parsed("word\nalpha\n\n  \nbeta\n");
  CHECK(ag_csv_column_count(single) == 1 && ag_csv_row_count(single) == 2);
  CHECK(ag_csv_row_line(single, 1) == 5);
  ag_csv_free(single);
}

static void short_rows_have_empty_cells_and_blank_lines_are_skipped(void)
{
  ag_csv *csv = parsed("\n a , b ,c\n1\n\n\r\n2,3\n,,\n");
  CHECK(ag_csv_row_count(csv) == 3);
  CHECK_TEXT(ag_csv_header(csv, 1), "b");
  CHECK_TEXT(ag_csv_cell(csv, 0, 2), "");
  CHECK_TEXT(ag_csv_cell(csv, 1, 1), "3");
  CHECK_TEXT(ag_csv_cell(csv, 2, 0), "");
  ag_csv_free(csv);
}

static void a_header_alone_is_a_table_without_rows(void)
{
  ag_csv *csv = parsed("a,b");
  CHECK(ag_csv_row_count(csv) == 0 && ag_csv_is_numeric(csv, 0) == 0);
  ag_csv_free(csv);
}

static void a_malformed_table_is_refused_at_its_place(void)
{
  static const struct {
    const char *text;
    size_t size; /* 0: strlen */
    long line, column;
    const char *fragment;
  } wrong[] = {
      {"", 0, 1, 1, "empty"},
      {"\n \n", 0, 1, 1, "empty"},
      {"a,b\n1,\"open\n2,3\n", 0, 2, 3, "never closed"},
      {"a,b\n\"x\"y,2\n", 0, 2, 4, "after a closing quote"},
      {"a,b\n\"l1\nl2\"x,2\n", 0, 3, 4, "after a closing quote"},
      {"a,b\n1,2\n1,2,3\n", 0, 3, 5, "one cell too many: the header names 2 columns"},
      {"a,b\n\xC3\xA9,2,3\nx,1\n", 0, 2, 5, "one cell too many"},
      {"a,b,a\n", 0, 1, 5, "second column called `a`"},
      {"a,,b\n1,2,3\n", 0, 1, 3, "column 2 has no name, but values (line 2 has `2`)"},
      {"a,b,\n1,2,\n3,4,5\n", 0, 1, 5, "column 3 has no name, but values (line 3 has `5`)"},
      {"1,10\n2,20\n", 0, 1, 1, "the first line holds numbers"},
      {"<!DOCTYPE html>\n<html>\n", 0, 1, 1, "this is a web page"},
      {"\n<?xml version=\"1.0\"?>\n", 0, 1, 1, "this is an XML document"},
      {"{\\rtf1 x}\n", 0, 1, 1, "this is a rich text document"},
      {"b,a,b,a,b\n", 0, 1, 5, "a second column called `b`"},
      {"sep=;", 0, 1, 1, "empty"},
      {"# nothing but words\n", 0, 1, 1, "empty"},
      {"a\nx,2\n", 0, 2, 3, "one cell too many: the header names 1 column ("},
      {"a,b\n0.5,x,1\n1.5,y,2\n", 0, 2, 7, "one cell too many: the header names 2 columns"},
      {"a,b\n2,x,1\n1,y,2\n", 0, 2, 5, "one cell too many: the header names 2 columns"},
      {"a,b\n\"x\\\n", 0, 2, 1, "never closed"},
      {"a,b\n1,\0002\n", 8, 2, 3, "NUL"},
      {"a,b\n1,\xE9t\xE9\n", 0, 2, 3, "0xE9 is not valid UTF-8"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_csv *csv = NULL;
    ag_error error = {0};
    size_t size = wrong[i].size ? wrong[i].size : strlen(wrong[i].text);
    CHECK(ag_csv_parse("t.csv", wrong[i].text, size, NULL, &csv, &error) == AG_ERROR_INPUT);
    CHECK(csv == NULL);
    CHECK_TEXT(error.file, "t.csv");
    if (error.line != wrong[i].line || error.column != wrong[i].column ||
        !strstr(error.message, wrong[i].fragment)) {
      printf("# case %zu: %ld:%ld: %s\n", i, error.line, error.column, error.message);
      CHECK(!"the place and the words");
    }
  }
}

static void numbers_are_read_and_missing_cells_counted(void)
{
  ag_csv *csv = parsed("x\n1\n 2.5 \n\"\"\nNA\nn/a\nnan\nNULL\nnone\n-\n-1e3\n");
  double x[10];
  ag_csv_numbers numbers;
  CHECK(ag_csv_row_count(csv) == 10);
  CHECK(ag_csv_is_numeric(csv, 0) == 1);
  CHECK(ag_csv_reals(csv, 0, x, &numbers, NULL) == AG_OK);
  CHECK(numbers.missing == 7 && x[0] == 1 && x[1] == 2.5 && isnan(x[2]) && isnan(x[8]) &&
        x[9] == -1000);
  ag_csv_free(csv);
}

static void what_is_not_a_number_is_refused_at_its_cell(void)
{
  static const struct {
    const char *text;
    long line, column;
    const char *fragment, *source;
  } wrong[] = {
      {"a,x\n\"p, \"\"q\"\"\",1\n\"r\ns\",ten\n", 4, 4, "found the text \"ten\"", "s\",ten"},
      {"a;x\nu;3,5\nv;4.5\n", 3, 3, "4.5 is written another way than 3,5 in line 2", "v;4.5"},
      {"a;x\nu;85%\nv;4.5\n", 3, 3, "4.5 is written another way than 85% in line 2", "v;4.5"},
      {"a,x\n\"b \"\"c\"\"\",inf\n", 2, 11, "expected a number", "\"b \"\"c\"\"\",inf"},
      {"a,x\nb,1e999\n", 2, 3, "out of range", "b,1e999"},
      {"a,x\nb,0x1F\n", 2, 3, "expected a number", "b,0x1F"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_csv *csv = parsed(wrong[i].text);
    ag_error error = {0};
    double x[4];
    CHECK(ag_csv_reals(csv, 1, x, NULL, &error) == AG_ERROR_INPUT);
    CHECK(error.line == wrong[i].line && error.column == wrong[i].column);
    CHECK(strstr(error.message, wrong[i].fragment) != NULL);
    CHECK_TEXT(error.source, wrong[i].source);
    ag_csv_free(csv);
  }
}

static void a_missing_cell_is_placed_at_the_end_of_its_row(void)
{
  ag_csv *csv = parsed("a,b,c\n1\n");
  ag_error error;
  CHECK(ag_csv_fail(csv, 0, 2, &error, "absent") == AG_ERROR_INPUT);
  CHECK(error.line == 2 && error.column == 2);
  CHECK(ag_csv_fail(csv, AG_CSV_HEADER, 2, &error, "name") == AG_ERROR_INPUT);
  CHECK(error.line == 1 && error.column == 5);
  ag_csv_free(csv);
}

static void a_column_is_found_by_its_name(void)
{
  ag_csv *csv = parsed("title,votes\nx,1\n");
  size_t column = 9;
  ag_error error;
  CHECK(ag_csv_find(csv, "votes", &column, NULL) == AG_OK && column == 1);
  CHECK(ag_csv_find(csv, "vote", &column, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "did you mean `votes`?") != NULL && error.line == 1);
  ag_csv_free(csv);
}

/* --- how files are written --- */

static void a_table_is_known_by_its_rows(void)
{
  static const struct {
    const char *text, *words;
  } forms[] = {
      {"t,a\nx,1\ny,2\n", "separated by commas, in UTF-8"},
      {"t;a\nx;1,5\ny;2,5\n", "separated by semicolons, in UTF-8"},
      {"t\ta\tnotes (p, q, r, s)\nx\t1\t\ny\t2\t,\n", "separated by tabs, in UTF-8"},
      {"t|a\nx|1\ny|2\n", "separated by bars (|), in UTF-8"},
      {"t  a\nx   1\ny 2\n", "separated by blanks, in UTF-8"},
      {"sep=|\nt|a\nx|1\ny|2\n", "separated by bars (|), in UTF-8"},
      {"\"sep=;\"\r\nt;a\r\nx;1\r\ny;2\r\n", "separated by semicolons, in UTF-8"},
      {"# made by hand, today\n#\nt,a\nx,1\ny,2\n", "separated by commas, in UTF-8"},
      {"t,a\rx,1\ry,2\r", "separated by commas, in UTF-8"},
      {"t,a,\nx,1,\ny,2,\n", "separated by commas, in UTF-8"},
      {"t,a\nx,1,\ny,2,\n", "separated by commas, in UTF-8"},
      {"\"t\", \"a\"\n\"x\", 1\n\"y\", 2\n", "separated by commas, in UTF-8"},
      {",t,a\n0,x,1\n1,y,2\n", "separated by commas, the first column without a name, in UTF-8"},
      {"\"t\",\"a\"\n\"1\",\"x\",1\n\"2\",\"y\",2\n",
       "separated by commas, the first column without a name, in UTF-8"},
      {"t a\n3 x 1\n7 y 2\n", "separated by blanks, the first column without a name, in UTF-8"},
      {"t\ta\r\n  x   1 \r\n\ty 2\t\r\n", "separated by blanks, in UTF-8"},
      {"\"t\"\t\"a\"\n\"x\"\t1\n\"y\"\t\"2\"", "separated by tabs, in UTF-8"},
      {"\"t\" , \"a\"\n\"x\" , \"1\"\n\"y\" ,\t\"2\" \n", "separated by commas, in UTF-8"},
      {"\n\nt,a\n\n \t\r\nx,1\n\ny,2\n\n  ", "separated by commas, in UTF-8"},
      {"t;a;n\nx;1;p, q\ny;2;r, s\n", "separated by semicolons, in UTF-8"},
      {"#t,a\nt,a\nx,1\ny,2\n", "separated by commas, in UTF-8"},
      {"sep=;\nt;a\nx;1\ny;2", "separated by semicolons, in UTF-8"},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t label = 0, column = 0;
    ag_csv *csv = parsed(forms[i].text);
    char *words = ag_csv_describe(csv);
    CHECK_TEXT(words, forms[i].words);
    CHECK(ag_csv_row_count(csv) == 2);
    CHECK(ag_csv_find(csv, "t", &label, NULL) == AG_OK &&
          ag_csv_find(csv, "a", &column, NULL) == AG_OK);
    CHECK_TEXT(ag_csv_cell(csv, 0, label), "x");
    CHECK_TEXT(ag_csv_cell(csv, 1, label), "y");
    CHECK(atof(ag_csv_cell(csv, 1, column)) == 2);
    free(words);
    ag_csv_free(csv);
  }
}

static void quotes_inside_quotes_may_be_escaped(void)
{
  ag_csv *csv = parsed("\"t\" \"a\"\n\"1\" \"say \\\"hi\\\" \\\\\" 1\n");
  CHECK_TEXT(ag_csv_cell(csv, 0, 1), "say \"hi\" \\");
  ag_csv_free(csv);
  csv = parsed("t,a\n\"C:\\\",1\n\"D:\\\",2\n"); /* no escape: the cells end there */
  CHECK_TEXT(ag_csv_cell(csv, 1, 0), "D:\\");
  ag_csv_free(csv);
}

static void what_looks_like_a_mark_may_be_text(void)
{
  static const struct {
    const char *text, *header, *cell;
  } texts[] = {
      {"sep=;x\n1;2\n", "sep=", "1"},
      {"\"sep=\"\n1\n", "sep=", "1"},
      {"sep=\n1\n", "sep=", "1"},
      {"t, \"odd\nx,1\n", "t", "x"},                   /* closes nowhere */
      {"t,a\n\"x \\\"y\",\"z\\\"w\"\n", "t", "x \"y"}, /* escapes are needed */
      {"t,a\n\"x\\y \\\"z\",1\n", "t", "x\\y \"z"},    /* only of quotes */
      {"t,a\n\"\\\"\",\"x\"\n", "t", "\""},
      {"t,a\n5\" disc,1\n", "t", "5\" disc"}, /* a quote within */
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ag_csv *csv = parsed(texts[i].text);
    CHECK_TEXT(ag_csv_header(csv, 0), texts[i].header);
    CHECK_TEXT(ag_csv_cell(csv, 0, 0), texts[i].cell);
    ag_csv_free(csv);
  }
}

static void options_go_before_what_is_found(void)
{
  static const struct {
    const char *text;
    ag_csv_options options;
    size_t rows;
    const char *header, *error; /* error: it is refused */
  } tables[] = {
      {"1,2\n3,4\n", {.has_header = true}, 1, "1", NULL},
      {"1,2\n3,4\n", {.no_header = true}, 2, "1", NULL},
      {"x,y\n3,4\n", {.no_header = true}, 2, "1", NULL},
      {"x;y,z\n3;4\n", {.separator = ','}, 1, "x;y", NULL},
      {"sep=,\nx;y\n3;4\n", {.separator = ';'}, 1, "x", NULL},
      {"1,2\n3,4,5\n", {.no_header = true}, 0, NULL, "too many: the first row has 2 cells"},
      {"1\n3,4\n", {.no_header = true}, 0, NULL, "too many: the first row has 1 cell ("},
      {"1,2,\n3,4,\n", {.no_header = true}, 2, "1", NULL},
      {"x\n\"a\n", {.separator = ' '}, 0, NULL, "this quote is never closed"},
      {"x y\n\"a\"b 1\n", {.separator = ' '}, 0, NULL, "text after a closing quote"},
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    ag_csv *csv = NULL;
    ag_error error = {0};
    const char *text = tables[i].text;
    ag_status status = ag_csv_parse("t.csv", text, strlen(text), &tables[i].options, &csv, &error);
    CHECK(status == (tables[i].error ? AG_ERROR_INPUT : AG_OK));
    if (tables[i].error && !strstr(error.message, tables[i].error)) {
      printf("# case %zu: %s\n", i, error.message);
      CHECK(!"the words");
    }
    if (csv) {
      CHECK(ag_csv_row_count(csv) == tables[i].rows);
      CHECK_TEXT(ag_csv_header(csv, 0), tables[i].header);
    }
    ag_csv_free(csv);
  }
}

/* R numbers its rows; beyond the rows that are looked at, one may be too long. */
static void a_row_is_too_long_for_those_before_it(void)
{
  enum { ROWS = 1200 };
  char *text = NULL;
  size_t size;
  FILE *to = open_memstream(&text, &size);
  fputs("\"t\",\"a\"\n", to);
  for (int i = 1; i <= ROWS; i++)
    fprintf(to, "\"%d\",\"x\",%d%s\n", i, i, i == ROWS ? ",5" : "");
  fclose(to);
  ag_csv *csv = NULL;
  ag_error error = {0};
  CHECK(ag_csv_parse("t.csv", text, size, NULL, &csv, &error) == AG_ERROR_INPUT);
  CHECK(error.line == ROWS + 1 && strstr(error.message, "the first row has 3 cells"));
  free(text);
}

static void words_say_separators_and_signs(void)
{
  static const struct {
    const char *word;
    char separator, mark;
  } words[] = {{"comma", ',', ','}, {"semicolon", ';', 0},
               {"tab", '\t', 0},    {"\\t", '\t', 0},
               {"pipe", '|', 0},    {"bar", '|', 0},
               {"blank", ' ', 0},   {"space", ' ', 0},
               {"colon", ':', 0},   {"point", 0, '.'},
               {".", '.', '.'},     {",", ',', ','},
               {"~", '~', 0},       {"", 0, 0},
               {"ab", 0, 0},        {"\"", 0, 0},
               {"\n", 0, 0},        {"\r", 0, 0},
               {"\xC3\xA9", 0, 0}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    CHECK(ag_csv_separator_of(words[i].word) == words[i].separator);
    CHECK(ag_csv_mark_of(words[i].word) == words[i].mark);
  }
}

static void a_header_behind_a_hash_is_one(void)
{
  ag_csv *csv = parsed("# from numpy\n# x y\n1.5 2\n2.5 3\n");
  CHECK(ag_csv_row_count(csv) == 2 && ag_csv_column_count(csv) == 2);
  CHECK_TEXT(ag_csv_header(csv, 0), "x");
  CHECK(ag_csv_row_line(csv, 0) == 3);
  ag_csv_free(csv);
}

static void what_is_set_is_not_looked_for(void)
{
  const ag_csv_options options = {
      .separator = ':', .no_header = true, .missing = "none here\n-9\n"};
  ag_csv *csv = NULL;
  double x[3];
  ag_csv_numbers numbers;
  static const char text[] = "a,b:1\nc:-9\nd:none here\n";
  CHECK(ag_csv_parse("t.csv", text, strlen(text), &options, &csv, NULL) == AG_OK);
  CHECK(ag_csv_row_count(csv) == 3 && ag_csv_row_line(csv, 0) == 1);
  CHECK_TEXT(ag_csv_header(csv, 1), "2");
  CHECK_TEXT(ag_csv_cell(csv, 0, 0), "a,b");
  CHECK(ag_csv_reals(csv, 1, x, &numbers, NULL) == AG_OK && numbers.missing == 2 && x[0] == 1);
  ag_csv_free(csv);
}

static void the_places_of_a_shifted_table_are_right(void)
{
  ag_csv *csv = parsed("\"t\",\"a\"\n\"1\",\"x\",1\n");
  ag_error error;
  CHECK(ag_csv_fail(csv, AG_CSV_HEADER, 2, &error, "here") == AG_ERROR_INPUT && error.column == 5);
  CHECK(ag_csv_fail(csv, 0, 2, &error, "here") == AG_ERROR_INPUT && error.column == 9);
  ag_csv_free(csv);
}

int main(void)
{
  CHECK_RUN(a_table_is_known_by_its_rows);
  CHECK_RUN(quotes_inside_quotes_may_be_escaped);
  CHECK_RUN(what_looks_like_a_mark_may_be_text);
  CHECK_RUN(options_go_before_what_is_found);
  CHECK_RUN(a_row_is_too_long_for_those_before_it);
  CHECK_RUN(words_say_separators_and_signs);
  CHECK_RUN(a_header_behind_a_hash_is_one);
  CHECK_RUN(what_is_set_is_not_looked_for);
  CHECK_RUN(the_places_of_a_shifted_table_are_right);
  CHECK_RUN(quotes_hold_separators_line_breaks_and_quotes);
  CHECK_RUN(the_separator_is_found_from_the_header);
  CHECK_RUN(short_rows_have_empty_cells_and_blank_lines_are_skipped);
  CHECK_RUN(a_header_alone_is_a_table_without_rows);
  CHECK_RUN(a_malformed_table_is_refused_at_its_place);
  CHECK_RUN(numbers_are_read_and_missing_cells_counted);
  CHECK_RUN(what_is_not_a_number_is_refused_at_its_cell);
  CHECK_RUN(a_missing_cell_is_placed_at_the_end_of_its_row);
  CHECK_RUN(a_column_is_found_by_its_name);
  return check_end();
}
