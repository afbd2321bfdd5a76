/* length: 1 for texts of min to max characters, -slope for each character outside. */
#include <stdlib.h>

#include "reward/parts.h"
#include "reward/text_range.h"
#include "space/words.h"

static ag_status length_read(ag_node node, const ag_space *space, void **parameters,
                             ag_error *error)
{
  return ag_text_range_read(node, "a length", space, parameters, error);
}

static ag_status length_evaluate(const void *parameters, const ag_space *space, double *reward,
                                 ag_error *error)
{
  (void)error;
  ag_text_range_evaluate(parameters, space, ag_character_count, reward);
  return AG_OK;
}

extern const ag_reward_type ag_reward_length;
const ag_reward_type ag_reward_length = {
    .name = "length",
    .summary = "1 inside a range of characters, falling linearly outside",
    .example = "length: {min: 10, max: 60, slope: 2}",
    .read = length_read,
    .evaluate = length_evaluate,
    .free_parameters = free,
    .satisfaction_level = ag_text_range_satisfaction_level,
    .on_texts = ag_reward_on_texts,
};
