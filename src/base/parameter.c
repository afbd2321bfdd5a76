#include "base/parameter.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { SAID = 256 };

static bool is_bounded(const ag_parameter *p)
{
  return p->low != 0 || p->high != 0;
}

/* How errors and lists call it. */
static const char *name_of(const ag_parameter *p, const char *what)
{
  return p->name[0] ? p->name : what;
}

/* Appends to a text as far as it fits. */
static void say(char *text, size_t size, const char *before, const char *words)
{
  size_t used = strlen(text);
  snprintf(text + used, size - used, "%s%s", before, words);
}

/* ---- values ---- */

static ag_status check_bounds(ag_node node, const ag_parameter *p, const char *name, double value,
                              ag_error *error)
{
  bool low = p->above ? value > p->low : value >= p->low;
  if (!is_bounded(p) || (low && value <= p->high))
    return AG_OK;
  char expected[SAID];
  ag_parameter_say(p, expected, sizeof expected);
  return ag_node_fail(node, error, "%s: expected %s, found %g", name, expected, value);
}

static ag_status read_real(ag_node node, const ag_parameter *p, const char *name, void *field,
                           ag_error *error)
{
  double value = 0;
  ag_status status = ag_node_real(node, name, &value, error);
  if (status == AG_OK)
    status = check_bounds(node, p, name, value, error);
  if (status == AG_OK)
    *(double *)field = value;
  return status;
}

static ag_status read_whole(ag_node node, const ag_parameter *p, const char *name, void *field,
                            ag_error *error)
{
  const double all = 0x1p63;
  long long value = 0, most = 1LL << 53;
  if (is_bounded(p) && isfinite(p->high))
    most = p->high < all ? (long long)p->high : LLONG_MAX;
  ag_status status = ag_node_integer(node, name, (long long)p->low, most, &value, error);
  if (status == AG_OK)
    *(size_t *)field = (size_t)value;
  return status;
}

static ag_status read_flag(ag_node node, const ag_parameter *p, const char *name, void *field,
                           ag_error *error)
{
  (void)p;
  return ag_node_bool(node, name, field, error);
}

static size_t find_word(const ag_parameter *p, const char *text, size_t *count)
{
  size_t found = SIZE_MAX;
  for (*count = 0; p->words[*count]; ++*count)
    if (strcmp(p->words[*count], text) == 0)
      found = *count;
  return found;
}

static ag_status read_word(ag_node node, const ag_parameter *p, const char *name, void *field,
                           ag_error *error)
{
  const char *text = NULL;
  char expected[SAID];
  size_t count = 0;
  ag_status status = ag_node_text(node, name, &text, error);
  if (status != AG_OK)
    return status;
  size_t word = find_word(p, text, &count);
  if (word != SIZE_MAX) {
    *(unsigned *)field = (unsigned)word;
    return AG_OK;
  }
  const char *near = ag_nearest_name(text, p->words, count);
  ag_parameter_say(p, expected, sizeof expected);
  return ag_node_fail(node, error, "%s: expected %s, found `%.60s`%s%s%s", name, expected, text,
                      near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

static ag_status read_text(ag_node node, const ag_parameter *p, const char *name, void *field,
                           ag_error *error)
{
  const char *text = NULL;
  (void)p;
  ag_status status = ag_node_text(node, name, &text, error);
  if (status == AG_OK && !(*(char **)field = ag_text_copy(text)))
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory for a text");
  return status;
}

static ag_status read_reals(ag_node node, const ag_parameter *p, const char *name, void *field,
                            ag_error *error)
{
  ag_reals made = {.count = 0};
  ag_status status = ag_node_reals(node, name, &made.value, &made.count, error);
  bool list = ag_node_get_kind(node) == AG_NODE_SEQUENCE;
  for (size_t i = 0; i < made.count && status == AG_OK; i++)
    status = check_bounds(list ? ag_node_item(node, i) : node, p, name, made.value[i], error);
  if (status == AG_OK)
    *(ag_reals *)field = made;
  else
    free(made.value);
  return status;
}

static ag_status read_nothing(ag_node node, const ag_parameter *p, const char *name, void *field,
                              ag_error *error)
{
  (void)node, (void)p, (void)name, (void)field, (void)error;
  return AG_OK;
}

ag_status ag_parameter_node(ag_node node, const ag_parameter *p, void *field, ag_error *error)
{
  (void)p, (void)error;
  *(ag_node *)field = node;
  return AG_OK;
}

/* ---- defaults ---- */

static double number_in(const ag_parameter *p, double otherwise)
{
  double value = otherwise;
  if (p->fallback)
    ag_text_real(p->fallback, strlen(p->fallback), &value);
  return value;
}

static void set_real(const ag_parameter *p, void *field)
{
  *(double *)field = number_in(p, NAN);
}

static void set_whole(const ag_parameter *p, void *field)
{
  *(size_t *)field = (size_t)number_in(p, 0);
}

static void set_flag(const ag_parameter *p, void *field)
{
  *(bool *)field = p->fallback && strcmp(p->fallback, "true") == 0;
}

static void set_word(const ag_parameter *p, void *field)
{
  size_t count = 0;
  *(unsigned *)field = p->fallback ? (unsigned)find_word(p, p->fallback, &count) : 0;
}

static void set_nothing(const ag_parameter *p, void *field)
{
  (void)p, (void)field;
}

static const struct {
  const char *noun;
  ag_status (*read)(ag_node, const ag_parameter *, const char *, void *, ag_error *);
  void (*set)(const ag_parameter *, void *);
} kinds[] = {
    [AG_NODE] = {"a value", read_nothing, set_nothing},
    [AG_PATH] = {"a path", read_nothing, set_nothing},
    [AG_REAL] = {"a number", read_real, set_real},
    [AG_WHOLE] = {"an integer", read_whole, set_whole},
    [AG_FLAG] = {"true or false", read_flag, set_flag},
    [AG_WORD] = {"one of", read_word, set_word},
    [AG_TEXT] = {"a text", read_text, set_nothing},
    [AG_REALS] = {"a list of numbers", read_reals, set_nothing},
    [AG_TABLE] = {"a mapping", read_nothing, set_nothing},
};

/* ---- words ---- */

static void say_bounds(const ag_parameter *p, char *text, size_t size)
{
  char number[32];
  bool low = p->low > -INFINITY, high = p->high < INFINITY;
  if (low) {
    snprintf(number, sizeof number, "%.16g", p->low);
    say(text, size, p->above ? " above " : high ? " from " : " of at least ", number);
  }
  if (high) {
    snprintf(number, sizeof number, "%.16g", p->high);
    say(text, size, low && !p->above ? " to " : low ? " and at most " : " of at most ", number);
  }
}

void ag_parameter_say(const ag_parameter *p, char *text, size_t size)
{
  text[0] = '\0';
  say(text, size, "", p->takes ? p->takes : kinds[p->kind].noun);
  if (!p->takes && p->words)
    for (size_t w = 0; p->words[w]; w++)
      say(text, size, w ? ", " : " ", p->words[w]);
  if (is_bounded(p))
    say_bounds(p, text, size);
  else if (p->kind == AG_WHOLE && !p->takes)
    say(text, size, " of at least ", "0");
  if (p->unit) {
    say(text, size, " (", p->unit);
    say(text, size, ")", "");
  }
}

/* ---- tables ---- */

/* The value of a parameter in a node that is a mapping, absent, or stands for one of its keys. */
static ag_node value_of(ag_node node, const ag_parameter *p)
{
  if (!p->name[0] ||
      (p->alone && ag_node_present(node) && ag_node_get_kind(node) != AG_NODE_MAPPING))
    return node;
  return ag_node_find(node, p->name);
}

static bool takes_value(const ag_parameter *table, ag_node node)
{
  for (const ag_parameter *p = table; p && p->name; p++)
    if (!p->name[0] || (p->alone && ag_node_get_kind(node) == AG_NODE_SCALAR))
      return true;
  return false;
}

static ag_status check_keys(ag_node node, const char *what, const ag_parameter *table,
                            ag_error *error)
{
  enum { MOST = 64 };
  const char *known[MOST];
  size_t count = 0;
  for (const ag_parameter *p = table; p && p->name && count < MOST; p++)
    known[count++] = p->name;
  if (count == 0 && (ag_node_count(node) > 0 || ag_node_get_kind(node) == AG_NODE_SCALAR))
    return ag_node_fail(node, error, "%s has no parameters", what);
  return ag_node_expect_keys(node, what, known, count, error);
}

void ag_parameter_say_choice(const ag_parameter *p, const ag_parameter *table, char *text,
                             size_t size)
{
  const ag_parameter *last = p;
  const char *before = " ";
  for (const ag_parameter *other = p; other->name; other++)
    last = other->choice == p->choice ? other : last;
  snprintf(text, size, "exactly one of");
  for (const ag_parameter *other = table; other->name; other++) {
    if (other->choice != p->choice)
      continue;
    say(text, size, other == last ? " and " : before, other->name);
    before = ", ";
  }
}

/* p: the first of the parameters that share its choice. */
static ag_status check_choice(ag_node node, const char *what, const ag_parameter *p,
                              ag_error *error)
{
  char expected[SAID];
  size_t given = 0;
  for (const ag_parameter *other = p; other->name; other++)
    given += other->choice == p->choice && ag_node_present(value_of(node, other));
  if (given == 1)
    return AG_OK;
  ag_parameter_say_choice(p, p, expected, sizeof expected);
  return ag_node_fail(node, error,
                      p->example ? "%s: expected %s, such as `%s: %s`" : "%s: expected %s", what,
                      expected, p->name, p->example);
}

static ag_status check_company(ag_node node, const ag_parameter *p, ag_error *error)
{
  ag_node value = value_of(node, p);
  if (!ag_node_present(value))
    return AG_OK;
  if (p->with && !ag_node_present(ag_node_find(node, p->with)))
    return ag_node_fail(value, error, "`%s` has no meaning without `%s`", p->name, p->with);
  if (p->without && ag_node_present(ag_node_find(node, p->without)))
    return ag_node_fail(value, error, "`%s` has no meaning beside `%s`", p->name, p->without);
  return AG_OK;
}

static ag_status check_shape(ag_node node, const char *what, const ag_parameter *table,
                             ag_error *error)
{
  ag_status status = AG_OK;
  if (ag_node_present(node) && !takes_value(table, node))
    status = check_keys(node, what, table, error);
  for (const ag_parameter *p = table; p && p->name && status == AG_OK; p++) {
    bool first = p->choice != 0;
    for (const ag_parameter *before = table; before < p && first; before++)
      first = before->choice != p->choice;
    status = first ? check_choice(node, what, p, error) : AG_OK;
    if (status == AG_OK)
      status = check_company(node, p, error);
  }
  return status;
}

static ag_status fail_missing(ag_node node, const char *what, const ag_parameter *p,
                              ag_error *error)
{
  char expected[SAID];
  if (p->example)
    return ag_node_fail(node, error, "%s needs its %s, such as `%s: %s`", what, p->name, p->name,
                        p->example);
  ag_parameter_say(p, expected, sizeof expected);
  return ag_node_fail(node, error, "%s needs its %s: expected %s", what, p->name, expected);
}

static ag_status read_one(ag_node node, const char *what, const ag_parameter *p, void *field,
                          ag_error *error)
{
  ag_node value = value_of(node, p);
  bool given = ag_node_present(value);
  if (!given && p->name[0] && !p->fallback && !p->absent && !p->choice)
    return fail_missing(node, what, p, error);
  if (p->read)
    return p->read(value, p, field, error);
  if (p->kind == AG_TABLE && (given || p->fallback))
    return ag_parameters_read(value, p->name, p->within, field, error);
  if (given || !p->name[0])
    return kinds[p->kind].read(value, p, name_of(p, what), field, error);
  kinds[p->kind].set(p, field);
  return AG_OK;
}

ag_status ag_parameters_read(ag_node node, const char *what, const ag_parameter *table, void *self,
                             ag_error *error)
{
  ag_status status = check_shape(node, what, table, error);
  for (const ag_parameter *p = table; p && p->name && status == AG_OK; p++)
    status = read_one(node, what, p, self ? (char *)self + p->at : NULL, error);
  if (status != AG_OK)
    ag_parameters_free(table, self);
  return status;
}

void ag_parameters_free(const ag_parameter *table, void *self)
{
  for (const ag_parameter *p = table; self && p && p->name; p++) {
    void *field = (char *)self + p->at;
    if (p->kind == AG_TABLE)
      ag_parameters_free(p->within, field);
    if (p->kind == AG_TEXT) {
      free(*(char **)field);
      *(char **)field = NULL;
    } else if (p->kind == AG_REALS) {
      free(((ag_reals *)field)->value);
      *(ag_reals *)field = (ag_reals){.count = 0};
    }
  }
}
