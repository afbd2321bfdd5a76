/* How the numbers of a column are written, and what is said where they can be read in two ways. */
#include "space/csv.h"

#include "tests/check.h"

enum { CELLS = 6 };

/* A table whose cells stand between tabs, so that commas are of the numbers. */
static ag_csv *parsed(const char *text, ag_csv_options *options)
{
  ag_csv *csv = NULL;
  ag_error error = {0};
  options->separator = '\t';
  if (ag_csv_parse("t.csv", text, strlen(text), options, &csv, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return csv;
}

typedef struct notation {
  const char *cells; /* below the column's name */
  double value[CELLS];
  char decimal, thousands;
  bool percent;
  char asked_decimal, asked_thousands;
} notation;

static void check_notation(const notation *wanted)
{
  char text[1024];
  double value[CELLS] = {0};
  ag_csv_numbers told = {0};
  ag_error error = {0};
  ag_csv_options options = {.decimal = wanted->asked_decimal, .thousands = wanted->asked_thousands};
  snprintf(text, sizeof text, "x\n%s\n", wanted->cells);
  ag_csv *csv = parsed(text, &options);
  ag_status status = ag_csv_reals(csv, 0, value, &told, &error);
  if (status != AG_OK)
    printf("# %s: %s\n", wanted->cells, error.message);
  CHECK(status == AG_OK && ag_csv_is_numeric(csv, 0));
  for (size_t i = 0; i < ag_csv_row_count(csv); i++)
    if (!(value[i] == wanted->value[i] || (isnan(value[i]) && isnan(wanted->value[i])))) {
      printf("# row %zu of %s is %.17g\n", i, wanted->cells, value[i]);
      CHECK(!"the value");
    }
  if (told.decimal != wanted->decimal || told.thousands != wanted->thousands ||
      told.percent != wanted->percent) {
    printf("# %s: decimal '%c', thousands '%c', %d\n", wanted->cells, told.decimal, told.thousands,
           told.percent);
    CHECK(!"the notation");
  }
  ag_csv_free(csv);
}

static void each_notation_is_found(void)
{
  static const notation notations[] = {
      {"1.5\n-2", {1.5, -2}, '.', 0, false, 0, 0},
      {"1,5\n2,25\n3", {1.5, 2.25, 3}, ',', 0, false, 0, 0},
      {"1.234.567\n1,5", {1234567, 1.5}, ',', '.', false, 0, 0},
      {"1,234,567\n1.5", {1234567, 1.5}, '.', ',', false, 0, 0},
      {"1.234,567\n-9.876,5", {1234.567, -9876.5}, ',', '.', false, 0, 0},
      {"1,234.567\n1,234", {1234.567, 1234}, '.', ',', false, 0, 0},
      {"1.5\n1,234", {1.5, 1234}, '.', ',', false, 0, 0},
      {"12,34,567\n1,23,45,678.5", {1234567, 12345678.5}, '.', ',', false, 0, 0},
      {"1'234'567\n1'000.5", {1234567, 1000.5}, '.', '\'', false, 0, 0},
      {"1 234 567\n1 234,5", {1234567, 1234.5}, ',', '\'', false, 0, 0},
      {"1_000\n2_000_000", {1000, 2000000}, 0, '\'', false, 0, 0},
      {"1\xC2\xA0"
       "000\n1\xE2\x80\xAF"
       "234\n1\xE2\x80\x89"
       "567\n1\xE2\x80\x99"
       "890",
       {1000, 1234, 1567, 1890},
       0,
       '\'',
       false,
       0,
       0},
      {"\xE2\x88\x92"
       "1,5\n+2,5\n-,5\n5,",
       {-1.5, 2.5, -0.5, 5},
       ',',
       0,
       false,
       0,
       0},
      {"1,5e3\n1,5E-1\n1,234e2\n1e+2", {1500, 0.15, 123.4, 100}, ',', 0, false, 0, 0},
      {"0,234\n12", {0.234, 12}, ',', 0, false, 0, 0},
      {"1234,567\n1,234", {1234.567, 1.234}, ',', 0, false, 0, 0},
      {"85%\n12.5 %\n-3%", {0.85, 0.125, -0.03}, '.', 0, true, 0, 0},
      {"1e1%\n12%", {0.1, 0.12}, 0, 0, true, 0, 0},
      /* three digits behind one mark, and what else the column has */
      {"1.000\n1234", {1, 1234}, '.', 0, false, 0, 0},
      {"1,234\n12345", {1.234, 12345}, ',', 0, false, 0, 0},
      {"1.000\n1'000", {1, 1000}, '.', '\'', false, 0, 0},
      {"1.000\n1.5", {1, 1.5}, '.', 0, false, 0, 0},
      {"1.000\n1.234.567", {1000, 1234567}, 0, '.', false, 0, 0},
      /* and what was asked for */
      {"1.000\n12", {1000, 12}, 0, '.', false, 0, '.'},
      {"1.000\n12", {1, 12}, '.', 0, false, 0, ','},
      {"1.000\n12", {1, 12}, '.', 0, false, '.', 0},
      {"1.000\n12", {1000, 12}, 0, '.', false, ',', 0},
      {"1,000\n2,500", {1, 2.5}, ',', 0, false, ',', 0},
      {"1,000\n2,500", {1000, 2500}, 0, ',', false, 0, ','},
      {"1.000\n2,000", {1, 2000}, '.', ',', false, '.', 0},
      /* words for what is missing */
      {"1,5\n\xE2\x80\x93\n(blank)\n#DIV/0!\n\\N", {1.5, NAN, NAN, NAN, NAN}, ',', 0, false, 0, 0},
  };
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)
    check_notation(&notations[i]);
}

static void what_is_no_number_or_two_is_refused(void)
{
  static const struct {
    const char *cells;
    long line;
    const char *message;
  } wrong[] = {
      {"1.000\n12", 2,
       "column `x`: 1.000 can be 1 or 1000; say which: `thousands: point` (--thousands point) or "
       "`decimal: point` (--decimal point)"},
      {"7\n-1,250", 3,
       "column `x`: -1,250 can be -1.25 or -1250; say which: `thousands: comma` (--thousands "
       "comma) "
       "or `decimal: comma` (--decimal comma)"},
      {"1.000\n2,000", 2, "column `x`: 1.000 can be 1 or 1000; "},
      {"1.000\nten", 3, "column `x`: expected a number, found the text \"ten\""},
      {"1.5\n2,5", 3, "column `x`: 2,5 is written another way than 1.5 in line 2"},
      {"2,5\n1.5", 3, "column `x`: 1.5 is written another way than 2,5 in line 2"},
      {"1.5\n2,5\n1,000", 3, "column `x`: 2,5 is written another way than 1.5 in line 2"},
      {"1.5\n1.234.567", 3, "column `x`: 1.234.567 is written another way than 1.5 in line 2"},
      {"1.234.567\n1.5", 3, "column `x`: 1.5 is written another way than 1.234.567 in line 2"},
      {"1,234\n1,2,3", 3, "found the text \"1,2,3\""},
      {"50\n85%", 3, "column `x`: 85% is written another way than 50 in line 2"},
      {"1,0e999", 2, "column `x`: the number 1,0e999 is out of range"},
      {"1,5e", 2, "found the text \"1,5e\""},
      {"1,5e+", 2, "found the text \"1,5e+\""},
      {"\xE2\x88\x92", 2, "found the text \"\xE2\x88\x92\""},
      {",", 2, "found the text \",\""},
      {",234,567", 2, "found the text \",234,567\""},
      {"1234 567", 2, "found the text \"1234 567\""},
      {"0 567", 2, "found the text \"0 567\""},
      {"1 234 56", 2, "found the text \"1 234 56\""},
      {"1,234,67,890", 2, "found the text \"1,234,67,890\""},
      {"1,2,3,890", 2, "found the text \"1,2,3,890\""},
      {"1,2345,678,901", 2, "found the text \"1,2345,678,901\""},
      {"1,234.567,890", 2, "found the text \"1,234.567,890\""},
      {"1,234.567,8", 2, "found the text \"1,234.567,8\""},
      {"1,5 EUR", 2, "found the text \"1,5 EUR\""},
      {"1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7", 2, "found the text \"1 2 3 4 5"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[256];
    double value[CELLS];
    ag_error error = {0};
    ag_csv_options options = {0};
    snprintf(text, sizeof text, "x\n%s\n", wrong[i].cells);
    ag_csv *csv = parsed(text, &options);
    CHECK(ag_csv_reals(csv, 0, value, NULL, &error) == AG_ERROR_INPUT);
    if (error.line != wrong[i].line || !strstr(error.message, wrong[i].message)) {
      printf("# %s: line %ld: %s\n", wrong[i].cells, error.line, error.message);
      CHECK(!"the place and the words");
    }
    ag_csv_free(csv);
  }
}

/* A comma and 500 digits are a number beyond what is copied. */
static void a_number_of_many_digits_is_out_of_range(void)
{
  char text[600] = "x\n0,";
  double value;
  ag_error error = {0};
  ag_csv_options options = {0};
  memset(text + 4, '1', 500);
  ag_csv *csv = parsed(text, &options);
  CHECK(ag_csv_reals(csv, 0, &value, NULL, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "is out of range") != NULL);
  ag_csv_free(csv);
}

/* What the other columns prove of points in numbers such as 1.250. */
static void the_other_columns_tell_what_a_point_is(void)
{
  static const struct {
    const char *rows; /* of x, y and z */
    double first;     /* NaN: refused */
  } tables[] = {
      {"1.250\t1,5\tred\n2.500\t2,5\tblue", 1250},
      {"1.250\t1.234.567\tred\n2.500\t3\tblue", 1250},
      {"1.250\t1.5\tred\n2.500\t2.5\tblue", 1.25},
      {"1.250\t1.5\tred\n12\t2.5\tblue", NAN},          /* a small one could be without its group */
      {"1.250\t1.5\t2,5\n2.500\t2.5\t3,5", NAN},        /* they disagree */
      {"1.250\t1.5\t1.234.567\n2.500\t2.5\t3", NAN},    /* likewise */
      {"1.250\t1,5 or so\tred\n2.500\t2,5\tblue", NAN}, /* words prove nothing */
      {"1.250\tred\t1,5\n2.500\tblue\t\n3.750\t\t2", 1250} /* nor do gaps */
  };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    char text[256];
    double value[CELLS] = {0};
    ag_error error = {0};
    ag_csv_options options = {0};
    snprintf(text, sizeof text, "x\ty\tz\n%s\n", tables[i].rows);
    ag_csv *csv = parsed(text, &options);
    ag_status status = ag_csv_reals(csv, 0, value, NULL, &error);
    if (isnan(tables[i].first))
      CHECK(status == AG_ERROR_INPUT && strstr(error.message, "1.250 can be 1.25 or 1250"));
    else
      CHECK(status == AG_OK && value[0] == tables[i].first);
    ag_csv_free(csv);
  }
}

static void own_words_mean_missing_too(void)
{
  double value[5];
  ag_csv_numbers told;
  ag_csv_options options = {.missing = "lost\n-9\n"};
  ag_csv *csv = parsed("x\n1\n-9\nlost\nn.a.\n2", &options);
  CHECK(ag_csv_reals(csv, 0, value, &told, NULL) == AG_OK && told.missing == 3);
  CHECK(value[0] == 1 && isnan(value[1]) && isnan(value[3]) && value[4] == 2);
  CHECK(!ag_csv_is_missing(csv, 0, 0) && ag_csv_is_missing(csv, 1, 0));
  ag_csv_free(csv);
  csv = parsed("x\tn\nNA\t1\n-9\t2\n", &options);
  CHECK(!ag_csv_is_numeric(csv, 0) && ag_csv_is_numeric(csv, 1));
  ag_csv_free(csv);
}

int main(void)
{
  CHECK_RUN(each_notation_is_found);
  CHECK_RUN(what_is_no_number_or_two_is_refused);
  CHECK_RUN(a_number_of_many_digits_is_out_of_range);
  CHECK_RUN(the_other_columns_tell_what_a_point_is);
  CHECK_RUN(own_words_mean_missing_too);
  return check_end();
}
