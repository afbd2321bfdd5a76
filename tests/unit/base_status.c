/* Errors in words: places, carets, suggestions. */
#include "base/status.h"
#include "base/text.h"
#include "tests/check.h"

static const char *formatted(const ag_error *error)
{
  static char text[4096];
  CHECK(ag_error_format(error, text, sizeof text) == strlen(text));
  return text;
}

static void an_error_without_a_file_names_the_program(void)
{
  ag_error error;
  CHECK(ag_fail(&error, AG_ERROR_MEMORY, "no room for %d items", 7) == AG_ERROR_MEMORY);
  CHECK(error.status == AG_ERROR_MEMORY);
  CHECK_TEXT(formatted(&error), "aligngame: error: no room for 7 items");
}

static void an_error_in_a_file_may_lack_a_line_or_a_column(void)
{
  ag_error error;
  CHECK(ag_fail_at(&error, "a.yaml", 0, 0, NULL, "cannot open it") == AG_ERROR_INPUT);
  CHECK_TEXT(formatted(&error), "a.yaml: error: cannot open it");
  ag_fail_at(&error, "a.yaml", 3, 0, NULL, "odd");
  CHECK_TEXT(formatted(&error), "a.yaml:3: error: odd");
}

static void the_caret_stands_under_the_column(void)
{
  ag_error error;
  ag_fail_at(&error, "g.yaml", 2, 6, "pool: x\nnext: 1\n", "expected a number");
  CHECK_TEXT(formatted(&error), "g.yaml:2:6: error: expected a number\n  pool: x\n       ^");
  ag_fail_at(&error, "g.yaml", 2, 8, "pool: x\r\n", "more");
  CHECK_TEXT(formatted(&error), "g.yaml:2:8: error: more\n  pool: x\n         ^");
}

static void the_caret_lines_up_behind_tabs_and_wide_characters(void)
{
  ag_error error;
  ag_fail_at(&error, "t", 1, 4, "\ta\tb", "tab");
  CHECK_TEXT(formatted(&error), "t:1:4: error: tab\n  \ta\tb\n  \t \t^");
  ag_fail_at(&error, "t", 1, 3, "\xC3\xA9\xE6\x98\xA0x", "wide"); /* é映x */
  CHECK_TEXT(formatted(&error), "t:1:3: error: wide\n  \xC3\xA9\xE6\x98\xA0x\n     ^");
  ag_fail_at(&error, "t", 1, 3, "e\xCC\x81x", "combining");
  CHECK_TEXT(formatted(&error), "t:1:3: error: combining\n  e\xCC\x81x\n   ^");
}

static void a_long_line_is_cut_around_the_column(void)
{
  char line[1001];
  memset(line, 'a', 1000);
  line[1000] = '\0';
  line[699] = 'X';
  ag_error error;
  ag_fail_at(&error, "long.csv", 9, 700, line, "here");
  const char *text = formatted(&error), *source = strchr(text, '\n') + 1;
  const char *caret_line = strchr(source, '\n') + 1;
  /* the mark … takes three bytes and one column */
  CHECK(strchr(source, 'X') - source - 2 == strchr(caret_line, '^') - caret_line);
  CHECK(error.column == 700);
}

static void what_a_terminal_would_act_on_is_replaced(void)
{
  ag_error error;
  ag_fail_at(&error, "f\x1B[2J", 1, 1, "\x1B[31m\xFF", "bad \x07 text\nover lines");
  CHECK_TEXT(error.message, "bad ? text over lines");
  CHECK_TEXT(error.source, "?[31m\xEF\xBF\xBD");
  CHECK_TEXT(error.file, "f?[2J");
}

static void an_error_may_quote_itself_and_be_left_out(void)
{
  ag_error error;
  ag_fail(&error, AG_ERROR_IO, "inner");
  ag_fail(&error, AG_ERROR_IO, "outer: %s", error.message);
  CHECK_TEXT(error.message, "outer: inner");
  CHECK(ag_fail(NULL, AG_ERROR_IO, "unheard") == AG_ERROR_IO);
  CHECK(ag_fail_at(NULL, "f", 1, 1, "x", "unheard") == AG_ERROR_INPUT);
}

static void a_small_buffer_is_terminated_and_the_need_reported(void)
{
  ag_error error;
  char text[8] = "unclean";
  ag_fail(&error, AG_ERROR_IO, "message");
  CHECK(ag_error_format(&error, text, sizeof text) == strlen("aligngame: error: message"));
  CHECK_TEXT(text, "alignga");
  CHECK(ag_error_format(&error, NULL, 0) == strlen("aligngame: error: message"));
}

static void a_near_name_is_suggested_and_a_far_one_is_not(void)
{
  static const char *const names[] = {"pool", "temperature", "reward", "seed"};
  CHECK_TEXT(ag_nearest_name("temprature", names, 4), "temperature");
  CHECK_TEXT(ag_nearest_name("TEMPERATURE", names, 4), "temperature");
  CHECK_TEXT(ag_nearest_name("rewrad", names, 4), "reward");
  CHECK_TEXT(ag_nearest_name("pol", names, 4), "pool");
  CHECK(ag_nearest_name("generator", names, 4) == NULL);
  CHECK(ag_nearest_name("x", names, 4) == NULL);
  CHECK(ag_nearest_name("pool", names, 0) == NULL);
}

static void text_is_utf_8_only_in_its_shortest_form(void)
{
  static const char *const bad[] = {"\xC0\x80", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                    "\x80",     "\xE2\x82",     "\xFF"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char text[32] = "twelve bytes";
    strcat(text, bad[i]);
    CHECK(ag_utf8_find_invalid(text, strlen(text)) == 12);
  }
  CHECK(ag_utf8_find_invalid("caf\xC3\xA9 \xF0\x9F\x98\x80", 10) == 10);
  CHECK(ag_utf8_find_invalid("abcdefghij\0k", 12) == 10);
}

static void numbers_are_decimal_from_end_to_end(void)
{
  static const char *const wrong[] = {"",    "-",     ".",  "1e",  "1e+",      "0x10",
                                      "nan", "inf",   "1 ", " 1",  "1,5",      "1.2.3",
                                      "--1", "1_000", "e5", "+-1", "infinity", "1f"};
  double x = 42;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    CHECK(ag_text_real(wrong[i], strlen(wrong[i]), &x) == AG_NUMBER_MALFORMED);
  CHECK(ag_text_real("1e400", 5, &x) == AG_NUMBER_OUT_OF_RANGE);
  CHECK(ag_text_real("1e-400", 6, &x) == AG_NUMBER_OUT_OF_RANGE);
  CHECK(x == 42);
  CHECK(ag_text_real("0e-999999999999", 15, &x) == AG_NUMBER_OK && x == 0);
}

static void numbers_are_correctly_rounded(void)
{
  static const char *const texts[] = {"0.1",
                                      "1e22",
                                      "1e23",
                                      "-2.5e-3",
                                      ".5",
                                      "5.",
                                      "+7",
                                      "9007199254740993",
                                      "123456789012345678901234567890",
                                      "2.2250738585072014e-308",
                                      "4.9406564584124654e-324",
                                      "0.30000000000000004",
                                      "1.7976931348623157e308"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double x = 0;
    CHECK(ag_text_real(texts[i], strlen(texts[i]), &x) == AG_NUMBER_OK);
    CHECK(x == strtod(texts[i], NULL));
  }
}

int main(void)
{
  CHECK_RUN(an_error_without_a_file_names_the_program);
  CHECK_RUN(an_error_in_a_file_may_lack_a_line_or_a_column);
  CHECK_RUN(the_caret_stands_under_the_column);
  CHECK_RUN(the_caret_lines_up_behind_tabs_and_wide_characters);
  CHECK_RUN(a_long_line_is_cut_around_the_column);
  CHECK_RUN(what_a_terminal_would_act_on_is_replaced);
  CHECK_RUN(an_error_may_quote_itself_and_be_left_out);
  CHECK_RUN(a_small_buffer_is_terminated_and_the_need_reported);
  CHECK_RUN(a_near_name_is_suggested_and_a_far_one_is_not);
  CHECK_RUN(text_is_utf_8_only_in_its_shortest_form);
  CHECK_RUN(numbers_are_decimal_from_end_to_end);
  CHECK_RUN(numbers_are_correctly_rounded);
  return check_end();
}
