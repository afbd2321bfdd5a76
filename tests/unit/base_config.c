/* Game files: values, places of errors, overrides, the effective document. */
#include "base/config.h"

#include <limits.h>
#include <locale.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "tests/check.h"

static ag_status parse(const char *text, const char *override, ag_config **config, ag_error *error)
{
  return ag_config_parse("game.yaml", text, strlen(text), &override, override ? 1 : 0, config,
                         error);
}

static ag_config *parsed(const char *text, const char *override)
{
  ag_config *config = NULL;
  ag_error error = {0};
  if (parse(text, override, &config, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return config;
}

static ag_node root_key(const ag_config *config, const char *key)
{
  return ag_node_find(ag_config_root(config), key);
}

/* A document that is refused: where, and a fragment of why. */
typedef struct refusal {
  const char *text, *override;
  long line, column;
  const char *fragment;
} refusal;

static const refusal refusals[] = {
    {"", NULL, 1, 1, "empty"},
    {"# nothing\n", NULL, 1, 1, "empty"},
    {"- a\n", NULL, 1, 1, "mapping"},
    {"\n  text\n", NULL, 2, 3, "mapping"},
    {"a: 1\na: 2\n", NULL, 2, 1, "duplicate key `a`"},
    {"a:\n  b: 1\n  c: 2\n  b: 3\n", NULL, 4, 3, "duplicate key `b`"},
    {"b: 1\na: 1\na: 2\nb: 3\n", NULL, 3, 1, "duplicate key `a`"},
    {"a: 1\nb: 1\nb: 2\na: 3\n", NULL, 3, 1, "duplicate key `b`"},
    {"a: 1\na: 1\na: 2\n", NULL, 2, 1, "duplicate key `a`"},
    {"a: &x 1\nb: *x\n", NULL, 1, 4, "anchors"},
    {"a: @x\n", NULL, 1, 4, "cannot start any token"},
    {"a: 1\nb: *x\n", NULL, 2, 4, "aliases"},
    {"a: &x [*x]\n", NULL, 1, 4, "anchors"},
    {"a: !!int 5\n", NULL, 1, 4, "tags"},
    {"a: 1\n---\nb: 2\n", NULL, 2, 1, "second document"},
    {"[a]: 1\n", NULL, 1, 1, "key"},
    {"? {a: 1}\n: 2\n", NULL, 1, 3, "key must be a plain name, found a mapping"},
    {"\"\": 1\n", NULL, 1, 1, "empty key"},
    {"a: [1, 2\nb: 3\n", NULL, 2, 2, "flow sequence"},
    {"a: b: c\n", NULL, 1, 5, "not allowed"},
    {"a: \"open\n", NULL, 2, 1, "quoted scalar"},
    {"a:\n\tb: 1\n", NULL, 2, 1, "tab"},
    {"a: \"x\\0y\"\n", NULL, 1, 4, "NUL"},
    {"caf\xC3\xA9: \xFF\n", NULL, 1, 7, "0xFF is not valid UTF-8"},
    {"caf\xC3\xA9: 1\nb: \x01\n", NULL, 2, 4, "control characters"},
    {"caf\xC3\xA9: [1,\n  2\n", NULL, 3, 1, "starts on line 1"},
    {"a: 1\n", "a", 1, 1, "key.path=value"},
    {"a: 1\n", "=2", 1, 1, "empty name"},
    {"a: 1\n", "a..b=2", 1, 3, "empty name"},
    {"a: 1\n", "a.b=2", 1, 3, "the value `1`"},
    {"a: [1]\n", "a.1=2", 1, 3, "the list has 1 element,"},
    {"a: [1]\n", "a.x=2", 1, 3, "number of an element"},
    {"a: [1, 2]\n", "a.99999999999999999999999=2", 1, 3, "the list has 2 elements,"},
    {"a: [1, 2]\n", "a./=2", 1, 3, "number of an element"},
    {"a: 1\n", "b=\xFF", 1, 3, "0xFF is not valid UTF-8"},
    {"a: [1]\n", "a=[1, 2", 1, 8, "malformed YAML"},
    {"a: [1]\n", "a=&x 2", 1, 3, "anchors"},
    {"a: [1]\n", "a={b: 1, b: 2}", 1, 10, "duplicate key `b`"},
};

static void a_malformed_document_is_refused_at_its_place(void)
{
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const refusal *it = &refusals[i];
    ag_config *config = NULL;
    ag_error error = {0};
    CHECK(parse(it->text, it->override, &config, &error) == AG_ERROR_INPUT);
    CHECK(config == NULL);
    if (error.line != it->line || error.column != it->column ||
        !strstr(error.message, it->fragment)) {
      printf("# case %zu: %s:%ld:%ld: %s\n", i, error.file, error.line, error.column,
             error.message);
      CHECK(!"the place and the words");
    }
    ag_config_free(config);
  }
}

static void an_override_is_named_in_its_errors(void)
{
  ag_error error;
  double x = 5;
  ag_config *config = parsed("a: {b: 1}\n", "a.b=[0, oops]");
  ag_node list = ag_node_find(root_key(config, "a"), "b");
  CHECK(ag_node_real(ag_node_item(list, 1), "b", &x, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.file, "-s a.b=[0, oops]");
  CHECK_TEXT(error.source, "a.b=[0, oops]");
  CHECK(error.line == 1 && error.column == 9 && x == 5);
  ag_config_free(config);
}

static void nesting_deeper_than_64_is_refused(void)
{
  char text[400] = "a: ";
  ag_config *config = NULL;
  ag_error error;
  memset(text + 3, '[', 64);
  memset(text + 67, ']', 64);
  CHECK(parse(text, NULL, &config, &error) == AG_ERROR_INPUT && strstr(error.message, "64"));
  memset(text + 3, '[', 63);
  memset(text + 66, ']', 63);
  text[129] = '\0';
  config = parsed(text, NULL);
  ag_config_free(config);
  config = NULL;
  CHECK(parse("a: {b: 1}\n",
              "a.b={c: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0"
              "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
              &config, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "64"));
  char path[300] = "";
  for (int i = 0; i < 65; i++)
    strcat(path, "b.");
  strcat(path, "c=1");
  CHECK(parse("a: 1\n", path, &config, &error) == AG_ERROR_INPUT && strstr(error.message, "64"));
}

static void overrides_are_laid_over_the_document_in_order(void)
{
  static const char *const overrides[] = {"a.b=2",          "new.deep.x=[1, 2, 3]",
                                          "new.deep.x.1=9", "list.0.k={m: n}",
                                          "null_here.y=1",  "a.b=3"};
  const char *text = "a: {b: 1}\nlist: [{k: 0}]\nnull_here:\n";
  ag_config *config = NULL;
  double x = 0;
  CHECK(ag_config_parse("g", text, strlen(text), overrides, 6, &config, NULL) == AG_OK);
  CHECK(ag_node_real(ag_node_find(root_key(config, "a"), "b"), "b", &x, NULL) == AG_OK && x == 3);
  ag_node list = ag_node_find(ag_node_find(root_key(config, "new"), "deep"), "x");
  CHECK(ag_node_count(list) == 3);
  CHECK(ag_node_real(ag_node_item(list, 1), "x", &x, NULL) == AG_OK && x == 9);
  ag_node k = ag_node_find(ag_node_item(root_key(config, "list"), 0), "k");
  CHECK(ag_node_get_kind(ag_node_find(k, "m")) == AG_NODE_SCALAR);
  CHECK(ag_node_present(ag_node_find(root_key(config, "null_here"), "y")));
  ag_config_free(config);
}

/* A name with a point or an equals sign stands in quotes; a quote within a name is a character. */
static void a_name_in_quotes_may_hold_what_parts_names(void)
{
  static const char *const overrides[] = {"\"x.y\".'z=1'=2", "\"x.y\".p\"q=3", "'s=4", "gone="};
  const char *text = "x.y: {z=1: 0}\ngone: 5\n";
  ag_config *config = NULL;
  double x = 0;
  CHECK(ag_config_parse("g", text, strlen(text), overrides, 4, &config, NULL) == AG_OK);
  ag_node inner = root_key(config, "x.y");
  CHECK(ag_node_count(inner) == 2);
  CHECK(ag_node_real(ag_node_find(inner, "z=1"), "z", &x, NULL) == AG_OK && x == 2);
  CHECK(ag_node_real(ag_node_find(inner, "p\"q"), "p", &x, NULL) == AG_OK && x == 3);
  CHECK(ag_node_real(root_key(config, "'s"), "s", &x, NULL) == AG_OK && x == 4);
  CHECK(ag_node_real(root_key(config, "gone"), "gone", &x, NULL) == AG_ERROR_INPUT && x == 4);
  ag_config_free(config);
}

static void typed_values_are_read(void)
{
  ag_config *config = parsed("r: -2.5e-3\ni: 1e6\nt: true\ns: inf\nq: \"12\"\nl: [1, 2.5]\n"
                             "single: 4\nn:\n",
                             NULL);
  double x = 0, *list = NULL;
  long long i = 0;
  bool t = false;
  size_t count = 0;
  const char *s = "";
  CHECK(ag_node_real(root_key(config, "r"), "r", &x, NULL) == AG_OK && x == -2.5e-3);
  CHECK(ag_node_integer(root_key(config, "i"), "i", 1, LLONG_MAX, &i, NULL) == AG_OK);
  CHECK(i == 1000000);
  CHECK(ag_node_bool(root_key(config, "t"), "t", &t, NULL) == AG_OK && t);
  CHECK(ag_node_text(root_key(config, "s"), "s", &s, NULL) == AG_OK);
  CHECK_TEXT(s, "inf");
  CHECK(ag_node_text(root_key(config, "q"), "q", &s, NULL) == AG_OK);
  CHECK_TEXT(s, "12");
  CHECK(ag_node_reals(root_key(config, "l"), "l", &list, &count, NULL) == AG_OK);
  CHECK(count == 2 && list[0] == 1 && list[1] == 2.5);
  free(list);
  CHECK(ag_node_reals(root_key(config, "single"), "l", &list, &count, NULL) == AG_OK);
  CHECK(count == 1 && list[0] == 4);
  free(list);
  CHECK(!ag_node_present(root_key(config, "absent")));
  CHECK(ag_node_get_kind(root_key(config, "absent")) == AG_NODE_ABSENT);
  CHECK(ag_node_present(root_key(config, "n")));
  CHECK(ag_node_text(root_key(config, "n"), "n", &s, NULL) == AG_ERROR_INPUT);
  ag_config_free(config);
}

static void a_real_is_a_finite_decimal_number(void)
{
  static const struct {
    const char *text, *fragment;
  } wrong[] = {
      {"x: abc", "expected a number, found the text \"abc\""},
      {"x: \"1\"", "expected a number, found the text \"1\""},
      {"x: 0x10", "expected a number"},
      {"x: nan", "expected a number"},
      {"x: .inf", "expected a number"},
      {"x: inf", "expected a number"},
      {"x: 1e999", "out of range"},
      {"x: 1,5", "expected a number"},
      {"x: [1]", "found a list"},
      {"x: {a: 1}", "found a mapping"},
      {"x:", "found nothing"},
      {"x: ~", "found nothing"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_config *config = parsed(wrong[i].text, NULL);
    ag_error error;
    double x = 7;
    CHECK(ag_node_real(root_key(config, "x"), "x", &x, &error) == AG_ERROR_INPUT);
    CHECK(strstr(error.message, wrong[i].fragment) != NULL);
    CHECK(x == 7);
    ag_config_free(config);
  }
}

static void integers_keep_their_range(void)
{
  ag_config *config = parsed("a: 0\nb: 1.5\nc: 99999999999999999999\nd: 9223372036854775807\n"
                             "e: 1-2\n",
                             NULL);
  ag_error error;
  long long i = 3;
  CHECK(ag_node_integer(root_key(config, "a"), "K", 1, 8, &i, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "K: expected an integer from 1 to 8, found 0");
  CHECK(ag_node_integer(root_key(config, "b"), "K", 1, 8, &i, &error) == AG_ERROR_INPUT);
  CHECK(ag_node_integer(root_key(config, "c"), "K", 1, LLONG_MAX, &i, &error) == AG_ERROR_INPUT);
  CHECK(ag_node_integer(root_key(config, "e"), "K", 1, LLONG_MAX, &i, &error) == AG_ERROR_INPUT);
  CHECK(i == 3);
  CHECK(ag_node_integer(root_key(config, "d"), "K", 1, LLONG_MAX, &i, &error) == AG_OK);
  CHECK(i == LLONG_MAX);
  ag_config_free(config);
}

static void numbers_do_not_depend_on_the_locale(void)
{
  const char *locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"};
  for (size_t i = 0; i < 4 && !setlocale(LC_NUMERIC, locales[i]); i++)
    continue;
  ag_config *config = parsed("a: 0.1234567890123456789\n", NULL);
  double x = 0;
  CHECK(ag_node_real(root_key(config, "a"), "a", &x, NULL) == AG_OK);
  CHECK(x == 0.1234567890123456789);
  ag_config_free(config);
  setlocale(LC_NUMERIC, "C");
}

static void an_unknown_key_gets_a_suggestion(void)
{
  static const char *const known[] = {"reward", "pool", "temperature"};
  ag_config *config = parsed("a:\n  pool: 8\n  temprature: 1\nb: {zzzzzz: 1}\nc: 4\n", NULL);
  ag_error error;
  CHECK(ag_node_expect_keys(root_key(config, "a"), "a curator", known, 3, &error) != AG_OK);
  CHECK(error.line == 3 && error.column == 3);
  CHECK_TEXT(error.message, "unknown key `temprature` in a curator; did you mean `temperature`?");
  CHECK(ag_node_expect_keys(root_key(config, "b"), "a curator", known, 3, &error) != AG_OK);
  CHECK(strstr(error.message, "expected one of: reward, pool, temperature") != NULL);
  CHECK(ag_node_expect_keys(root_key(config, "c"), "a curator", known, 3, &error) != AG_OK);
  CHECK(strstr(error.message, "expected a mapping") != NULL);
  ag_config_free(config);
}

static void the_effective_document_reads_back_the_same(void)
{
  ag_config *config =
      parsed("\xEF\xBB\xBFname: \"5\"\nempty: {a: , b: ''}\nlist: [a, [b, {c: d}]]\n"
             "block: |\n  two\n  lines\nplain: folded\n\n  text\n"
             "\xC3\xA9t\xC3\xA9: \xF0\x9F\x98\x80\n",
             "list.1.1.c={x: [1, 2]}");
  char *text = ag_config_text(config);
  ag_config *again = parsed(text, NULL);
  char *second = ag_config_text(again);
  const char *s = NULL;
  double x;
  CHECK_TEXT(second, text);
  CHECK(ag_node_real(root_key(again, "name"), "name", &x, NULL) == AG_ERROR_INPUT);
  CHECK(ag_node_text(root_key(again, "name"), "name", &s, NULL) == AG_OK && !strcmp(s, "5"));
  CHECK(ag_node_text(root_key(again, "block"), "block", &s, NULL) == AG_OK);
  CHECK_TEXT(s, "two\nlines\n");
  CHECK(ag_node_text(root_key(again, "plain"), "plain", &s, NULL) == AG_OK);
  CHECK_TEXT(s, "folded\ntext");
  CHECK(ag_node_text(ag_node_find(root_key(again, "empty"), "a"), "a", &s, NULL) != AG_OK);
  CHECK(ag_node_text(ag_node_find(root_key(again, "empty"), "b"), "b", &s, NULL) == AG_OK);
  ag_node c = ag_node_find(ag_node_item(ag_node_item(root_key(again, "list"), 1), 1), "c");
  CHECK(ag_node_count(ag_node_find(c, "x")) == 2);
  free(second);
  free(text);
  ag_config_free(again);
  ag_config_free(config);
}

static void a_missing_file_is_refused_by_name(void)
{
  ag_config *config = NULL;
  ag_error error;
  CHECK(ag_config_load("no/such/game.yaml", NULL, 0, &config, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.file, "no/such/game.yaml");
  CHECK(ag_config_load("/", NULL, 0, &config, &error) == AG_ERROR_INPUT);
}

static void impossible_sizes_are_refused(void)
{
  double *array = (double *)&array;
  ag_error error;
  CHECK(ag_array_create(SIZE_MAX / 4, sizeof *array, &array, &error) == AG_ERROR_MEMORY);
  CHECK(array == NULL);
  CHECK(ag_array_create(0, sizeof *array, &array, &error) == AG_OK && array == NULL);
  CHECK(ag_array_create(3, sizeof *array, &array, &error) == AG_OK);
  CHECK(((uintptr_t)array & 63) == 0);
  free(array);
  CHECK(ag_memory_budget() > 1 << 20);
}

static void log_sums_survive_extremes(void)
{
  const double huge[] = {1e5, 1e5}, none[] = {-INFINITY, -INFINITY}, one[] = {-INFINITY, -800};
  CHECK_NEAR(ag_log_sum_exp(huge, 2), 1e5 + log(2), 2e-11);
  CHECK(ag_log_sum_exp(none, 2) == -INFINITY && ag_log_sum_exp(none, 0) == -INFINITY);
  CHECK(ag_log_sum_exp(one, 2) == -800);
  CHECK(isnan(ag_log_sum_exp((const double[]){0, NAN}, 2)));
  CHECK(ag_log_add(-INFINITY, -INFINITY) == -INFINITY);
  CHECK(ag_log_add(3, -INFINITY) == 3 && ag_log_add(-INFINITY, 3) == 3);
  CHECK_NEAR(ag_log_add(-1000, -1000), -1000 + log(2), 2e-13);
}

/* n equal terms sum to n exactly, so the logarithm is off by roundings of the
 * terms' logarithm and of the result only. */
static void a_sum_of_many_terms_keeps_its_digits(void)
{
  size_t n = 10000000;
  double *x;
  CHECK(ag_array_create(n, sizeof *x, &x, NULL) == AG_OK);
  for (size_t i = 0; i < n; i++)
    x[i] = 0.1;
  CHECK_NEAR(ag_array_sum(x, n), 1e6 + 5.551115123125783e-11, 1.2e-10);
  CHECK_NEAR(ag_log_sum_exp(x, n), 0.1 + log(1e7), 4e-15);
  for (size_t i = 0; i < n; i++)
    x[i] = i == 0 ? 1 : 1e-16;
  CHECK_NEAR(ag_array_sum(x, n), 1 + 9999999e-16, 2.3e-16);
  free(x);
}

static void masses_of_any_size_are_normalised(void)
{
  double huge[] = {1e308, 1e308, 0}, tiny[] = {5e-324, 5e-324}, wide[] = {1e300, 1e-300};
  double zero[] = {0, 0};
  CHECK(ag_mass_to_log(huge, 3) && ag_mass_to_log(tiny, 2) && ag_mass_to_log(wide, 2));
  CHECK_NEAR(huge[0], -log(2), 1.2e-16);
  CHECK(huge[2] == -INFINITY);
  CHECK_NEAR(tiny[0], -log(2), 1.2e-16);
  CHECK(wide[0] == 0);
  CHECK_NEAR(wide[1], -600 * log(10), 4e-13);
  CHECK(!ag_mass_to_log(zero, 2));
}

int main(void)
{
  CHECK_RUN(a_malformed_document_is_refused_at_its_place);
  CHECK_RUN(an_override_is_named_in_its_errors);
  CHECK_RUN(nesting_deeper_than_64_is_refused);
  CHECK_RUN(overrides_are_laid_over_the_document_in_order);
  CHECK_RUN(a_name_in_quotes_may_hold_what_parts_names);
  CHECK_RUN(typed_values_are_read);
  CHECK_RUN(a_real_is_a_finite_decimal_number);
  CHECK_RUN(integers_keep_their_range);
  CHECK_RUN(numbers_do_not_depend_on_the_locale);
  CHECK_RUN(an_unknown_key_gets_a_suggestion);
  CHECK_RUN(the_effective_document_reads_back_the_same);
  CHECK_RUN(a_missing_file_is_refused_by_name);
  CHECK_RUN(impossible_sizes_are_refused);
  CHECK_RUN(log_sums_survive_extremes);
  CHECK_RUN(a_sum_of_many_terms_keeps_its_digits);
  CHECK_RUN(masses_of_any_size_are_normalised);
  return check_end();
}
