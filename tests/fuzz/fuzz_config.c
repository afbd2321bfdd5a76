/* Any bytes as a game file; what follows the first NUL byte is an override.
 * Every typed getter visits every node, and the effective document must read
 * back as itself. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

static void require(int condition)
{
  if (!condition)
    abort();
}

static void check_error(const ag_error *error)
{
  char text[4096];
  require(error->line >= 1 && error->column >= 1 && error->message[0]);
  require(ag_error_format(error, text, sizeof text) < sizeof text);
}

static void read_values(ag_node node)
{
  static const char *const known[] = {"alpha", "beta"};
  ag_error error;
  double real, *reals;
  long long integer;
  bool truth;
  const char *text;
  size_t count;
  if (ag_node_real(node, "x", &real, &error) != AG_OK)
    check_error(&error);
  if (ag_node_integer(node, "n", -5, LLONG_MAX, &integer, &error) != AG_OK)
    check_error(&error);
  if (ag_node_bool(node, "b", &truth, &error) != AG_OK)
    check_error(&error);
  if (ag_node_text(node, "t", &text, &error) != AG_OK)
    check_error(&error);
  if (ag_node_expect_keys(node, "it", known, 2, &error) != AG_OK)
    check_error(&error);
  if (ag_node_reals(node, "xs", &reals, &count, &error) == AG_OK)
    free(reals);
  else
    check_error(&error);
}

static void walk(ag_node node, int depth)
{
  require(depth <= 64 || ag_node_get_kind(node) == AG_NODE_SCALAR);
  read_values(node);
  for (size_t i = 0; i < ag_node_count(node); i++) {
    if (ag_node_get_kind(node) == AG_NODE_SEQUENCE) {
      walk(ag_node_item(node, i), depth + 1);
      continue;
    }
    const char *key;
    ag_node key_node, value;
    ag_node_entry(node, i, &key, &key_node, &value);
    require(ag_node_find(node, key).id == value.id);
    walk(value, depth + 1);
  }
}

static void check_same(ag_node a, ag_node b)
{
  require(ag_node_get_kind(a) == ag_node_get_kind(b) && ag_node_count(a) == ag_node_count(b));
  const char *left = NULL, *right = NULL;
  require(ag_node_text(a, "", &left, NULL) == ag_node_text(b, "", &right, NULL));
  require(!left || strcmp(left, right) == 0);
  double x = 0, y = 0;
  require(ag_node_real(a, "", &x, NULL) == ag_node_real(b, "", &y, NULL) && x == y);
  for (size_t i = 0; i < ag_node_count(a); i++) {
    ag_node first = ag_node_item(a, i), second = ag_node_item(b, i), key_node;
    if (ag_node_get_kind(a) == AG_NODE_MAPPING) {
      ag_node_entry(a, i, &left, &key_node, &first);
      ag_node_entry(b, i, &right, &key_node, &second);
      require(strcmp(left, right) == 0);
    }
    check_same(first, second);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
  size_t text_size = end ? (size_t)(end - data) : size;
  char *override = end ? strndup((const char *)end + 1, size - text_size - 1) : NULL;
  const char *overrides[] = {override};
  ag_config *config = NULL, *again = NULL;
  ag_error error;
  ag_status status = ag_config_parse("fuzz.yaml", (const char *)data, text_size, overrides,
                                     override ? 1 : 0, &config, &error);
  if (status == AG_OK) {
    walk(ag_config_root(config), 1);
    char *text = ag_config_text(config);
    require(text != NULL);
    require(ag_config_parse("dump", text, strlen(text), NULL, 0, &again, &error) == AG_OK);
    check_same(ag_config_root(config), ag_config_root(again));
    free(text);
  } else {
    require(status == AG_ERROR_INPUT);
    check_error(&error);
  }
  ag_config_free(again);
  ag_config_free(config);
  free(override);
  return 0;
}
