/* Typed values of nodes. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/memory.h"
#include "base/text.h"

static bool is_one_of(const char *text, const char *const *words)
{
  for (; *words; words++)
    if (strcmp(text, *words) == 0)
      return true;
  return false;
}

bool ag_yaml_is_null(const yaml_node_t *node)
{
  static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
  return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
         is_one_of((const char *)node->data.scalar.value, nulls);
}

/* The text of a scalar that is not null; NULL otherwise. */
static const char *scalar_text(ag_node node)
{
  const yaml_node_t *yaml = ag_node_yaml(node);
  if (!yaml || yaml->type != YAML_SCALAR_NODE || ag_yaml_is_null(yaml))
    return NULL;
  return (const char *)yaml->data.scalar.value;
}

/* The same where it is written without quotes, as numbers and truth values are. */
static const char *plain_text(ag_node node)
{
  const char *text = scalar_text(node);
  return text && ag_node_yaml(node)->data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? text : NULL;
}

/* Refuses a node: "what: expected …, found …". */
static ag_status fail_type(ag_node node, const char *what, const char *expected, ag_error *error)
{
  enum { QUOTED = 40 };
  const char *text = scalar_text(node);
  if (text)
    return ag_node_fail(node, error, "%s: expected %s, found the text \"%.*s%s\"", what, expected,
                        QUOTED, text, strlen(text) > QUOTED ? "…" : "");
  ag_node_kind kind = ag_node_get_kind(node);
  return ag_node_fail(node, error, "%s: expected %s, found %s", what, expected,
                      kind == AG_NODE_MAPPING    ? "a mapping"
                      : kind == AG_NODE_SEQUENCE ? "a list"
                                                 : "nothing");
}

ag_status ag_node_real(ag_node node, const char *what, double *value, ag_error *error)
{
  const char *text = plain_text(node);
  ag_number parsed = text ? ag_text_real(text, strlen(text), value) : AG_NUMBER_MALFORMED;
  if (parsed == AG_NUMBER_OUT_OF_RANGE)
    return ag_node_fail(node, error, "%s: the number %.40s is out of range", what, text);
  return parsed == AG_NUMBER_OK ? AG_OK : fail_type(node, what, "a number", error);
}

/* An integer in digits, or a decimal number such as 1e6 that is one. */
static ag_number parse_integer(const char *text, long long *value)
{
  char *end;
  errno = 0;
  if (text[strspn(text, "+-0123456789")] == '\0') {
    long long integer = strtoll(text, &end, 10);
    if (end == text || *end)
      return AG_NUMBER_MALFORMED;
    *value = integer;
    return errno == ERANGE ? AG_NUMBER_OUT_OF_RANGE : AG_NUMBER_OK;
  }
  double real;
  ag_number parsed = ag_text_real(text, strlen(text), &real);
  if (parsed != AG_NUMBER_OK)
    return parsed;
  if (real != floor(real))
    return AG_NUMBER_MALFORMED;
  if (fabs(real) > 0x1p53)
    return AG_NUMBER_OUT_OF_RANGE;
  *value = (long long)real;
  return AG_NUMBER_OK;
}

static void describe_range(char *words, size_t size, long long least, long long most)
{
  if (least == LLONG_MIN && most == LLONG_MAX)
    snprintf(words, size, "an integer");
  else if (most == LLONG_MAX)
    snprintf(words, size, "an integer of at least %lld", least);
  else if (least == LLONG_MIN)
    snprintf(words, size, "an integer of at most %lld", most);
  else
    snprintf(words, size, "an integer from %lld to %lld", least, most);
}

ag_status ag_node_integer(ag_node node, const char *what, long long least, long long most,
                          long long *value, ag_error *error)
{
  const char *text = plain_text(node);
  char expected[96];
  long long integer = 0;
  ag_number parsed = text ? parse_integer(text, &integer) : AG_NUMBER_MALFORMED;
  describe_range(expected, sizeof expected, least, most);
  if (parsed == AG_NUMBER_MALFORMED)
    return fail_type(node, what, expected, error);
  if (parsed == AG_NUMBER_OUT_OF_RANGE || integer < least || integer > most)
    return ag_node_fail(node, error, "%s: expected %s, found %.40s", what, expected, text);
  *value = integer;
  return AG_OK;
}

ag_status ag_node_bool(ag_node node, const char *what, bool *value, ag_error *error)
{
  static const char *const yes[] = {"true", "True", "TRUE", NULL};
  static const char *const no[] = {"false", "False", "FALSE", NULL};
  const char *text = plain_text(node);
  if (!text || (!is_one_of(text, yes) && !is_one_of(text, no)))
    return fail_type(node, what, "true or false", error);
  *value = is_one_of(text, yes);
  return AG_OK;
}

ag_status ag_node_text(ag_node node, const char *what, const char **value, ag_error *error)
{
  const char *text = scalar_text(node);
  if (!text)
    return fail_type(node, what, "a text", error);
  *value = text;
  return AG_OK;
}

ag_status ag_node_reals(ag_node node, const char *what, double **values, size_t *count,
                        ag_error *error)
{
  bool single = ag_node_get_kind(node) != AG_NODE_SEQUENCE;
  size_t n = single ? 1 : ag_node_count(node);
  if (single && !plain_text(node))
    return fail_type(node, what, "a list of numbers", error);
  if (n == 0)
    return ag_node_fail(node, error, "%s: expected at least one number, found an empty list", what);
  double *made;
  ag_status status = ag_array_create(n, sizeof *made, &made, error);
  for (size_t i = 0; i < n && status == AG_OK; i++)
    status = ag_node_real(single ? node : ag_node_item(node, i), what, &made[i], error);
  if (status != AG_OK) {
    free(made);
    return status;
  }
  *values = made;
  *count = n;
  return AG_OK;
}

static ag_status fail_key(ag_node key_node, const char *key, const char *what,
                          const char *const *known, size_t count, ag_error *error)
{
  const char *near = ag_nearest_name(key, known, count);
  if (near)
    return ag_node_fail(key_node, error, "unknown key `%.60s` in %s; did you mean `%s`?", key, what,
                        near);
  char names[640];
  ag_join_names(known, count, names, sizeof names);
  return ag_node_fail(key_node, error, "unknown key `%.60s` in %s; expected one of: %s", key, what,
                      names);
}

ag_status ag_node_expect_keys(ag_node node, const char *what, const char *const *known,
                              size_t count, ag_error *error)
{
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return fail_type(node, what, "a mapping (key: value)", error);
  for (size_t i = 0; i < ag_node_count(node); i++) {
    const char *key;
    ag_node key_node, value;
    ag_node_entry(node, i, &key, &key_node, &value);
    bool found = false;
    for (size_t j = 0; j < count && !found; j++)
      found = strcmp(key, known[j]) == 0;
    if (!found)
      return fail_key(key_node, key, what, known, count, error);
  }
  return AG_OK;
}
