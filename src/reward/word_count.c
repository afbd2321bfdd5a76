/* word_count: 1 for texts of min to max words (space/words.h), -slope for each word outside. */
#include <stdlib.h>

#include "reward/parts.h"
#include "reward/text_range.h"
#include "space/words.h"

static ag_status word_count_read(ag_node node, const ag_space *space, void **parameters,
                                 ag_error *error)
{
  return ag_text_range_read(node, "a word count", space, parameters, error);
}

static ag_status word_count_evaluate(const void *parameters, const ag_space *space, double *reward,
                                     ag_error *error)
{
  (void)error;
  ag_text_range_evaluate(parameters, space, ag_word_count, reward);
  return AG_OK;
}

extern const ag_reward_type ag_reward_word_count;
const ag_reward_type ag_reward_word_count = {
    .name = "word_count",
    .summary = "1 inside a range of words, falling linearly outside",
    .example = "word_count: {min: 1, max: 4, slope: 2}",
    .read = word_count_read,
    .evaluate = word_count_evaluate,
    .free_parameters = free,
    .satisfaction_level = ag_text_range_satisfaction_level,
    .on_texts = ag_reward_on_texts,
};
