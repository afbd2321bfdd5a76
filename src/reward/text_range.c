#include "reward/text_range.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct text_range {
  double min, max, slope;
} text_range;

/* A whole number under key; *value stays where the key is absent. */
static ag_status read_bound(ag_node mapping, const char *key, double *value, ag_error *error)
{
  long long bound = 0;
  ag_node node = ag_node_find(mapping, key);
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_integer(node, key, 0, 1LL << 50, &bound, error);
  if (status == AG_OK)
    *value = (double)bound;
  return status;
}

ag_status ag_text_range_read(ag_node node, const char *what, const ag_space *space,
                             void **parameters, ag_error *error)
{
  static const char *const known[] = {"min", "max", "slope"};
  text_range range = {.min = 0, .max = INFINITY, .slope = 2}, *self = NULL;
  ag_status status = ag_node_expect_keys(node, what, known, 3, error);
  if (status == AG_OK)
    status = ag_reward_need_texts(node, what, space, error);
  if (status == AG_OK)
    status = read_bound(node, "min", &range.min, error);
  if (status == AG_OK)
    status = read_bound(node, "max", &range.max, error);
  if (status == AG_OK)
    status = ag_reward_read_number(node, "slope", AG_NOT_NEGATIVE, &range.slope, error);
  if (status == AG_OK && range.min == 0 && isinf(range.max))
    status = ag_node_fail(node, error, "%s needs a range, such as `{min: 1, max: 4}`", what);
  if (status == AG_OK && range.min > range.max)
    status = ag_node_fail(ag_node_find(node, "max"), error,
                          "max: expected at least min (%g), found %g", range.min, range.max);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = range;
  *parameters = self;
  return AG_OK;
}

void ag_text_range_evaluate(const void *parameters, const ag_space *space,
                            size_t (*measure)(const char *text, size_t length), double *reward)
{
  const text_range *self = parameters;
  for (size_t i = 0; i < space->count; i++) {
    double size = (double)measure(space->label[i], strlen(space->label[i]));
    double outside = fmax(self->min - size, size - self->max);
    reward[i] = outside > 0 ? -self->slope * outside : 1;
  }
}

double ag_text_range_satisfaction_level(const void *parameters)
{
  (void)parameters;
  return 1;
}
