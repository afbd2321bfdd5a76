/* word_count and length: 1 for texts of min to max words (space/words.h) or characters, -slope
 * for each one outside, as equation 6 of arXiv 2511.12804 has it for a disc. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "reward/parts.h"
#include "space/words.h"

typedef struct text_range {
  size_t min, max;
  double slope;
} text_range;

static const ag_parameter range_parameters[] = {
    {"min", "the fewest inside the range", AG_WHOLE, offsetof(text_range, min), .fallback = "0"},
    {"max", "the most inside the range", AG_WHOLE, offsetof(text_range, max), .absent = "no end"},
    {"slope", "what each one outside costs", AG_REAL, offsetof(text_range, slope), .fallback = "2",
     .high = INFINITY},
    {0}};

static ag_status range_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  text_range *self = parameters;
  ag_node max = ag_node_find(node, "max");
  (void)space;
  self->max = ag_node_present(max) ? self->max : SIZE_MAX;
  if (self->min == 0 && self->max == SIZE_MAX)
    return ag_node_fail(node, error, "the text needs a range, such as `{min: 1, max: 4}`");
  if (self->min > self->max)
    return ag_node_fail(max, error, "max: expected at least min (%zu), found %zu", self->min,
                        self->max);
  return AG_OK;
}

static ag_status evaluate(const text_range *self, const ag_items *items,
                          size_t (*measure)(const char *text, size_t length), double *reward)
{
  for (size_t i = 0; i < items->count; i++) {
    double size = (double)measure(items->text[i], strlen(items->text[i]));
    double outside = fmax((double)self->min - size, size - (double)self->max);
    reward[i] = outside > 0 ? -self->slope * outside : 1;
  }
  return AG_OK;
}

static ag_status word_count_evaluate(const void *parameters, const ag_items *items, double *reward,
                                     ag_error *error)
{
  (void)error;
  return evaluate(parameters, items, ag_word_count, reward);
}

static ag_status length_evaluate(const void *parameters, const ag_items *items, double *reward,
                                 ag_error *error)
{
  (void)error;
  return evaluate(parameters, items, ag_character_count, reward);
}

extern const ag_reward_type ag_reward_word_count, ag_reward_length;
const ag_reward_type ag_reward_word_count = {
    .name = "word_count",
    .summary = "1 inside a range of words, falling linearly outside",
    .example = "word_count: {min: 1, max: 4, slope: 2}",
    .parameters = range_parameters,
    .size = sizeof(text_range),
    .needs = AG_NEEDS_LABELS,
    .read = range_read,
    .evaluate = word_count_evaluate,
    .satisfaction_level = ag_reward_satisfies_at_one,
};
const ag_reward_type ag_reward_length = {
    .name = "length",
    .summary = "1 inside a range of characters, falling linearly outside",
    .example = "length: {min: 10, max: 60, slope: 2}",
    .parameters = range_parameters,
    .size = sizeof(text_range),
    .needs = AG_NEEDS_LABELS,
    .read = range_read,
    .evaluate = length_evaluate,
    .satisfaction_level = ag_reward_satisfies_at_one,
};
