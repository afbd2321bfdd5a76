/* What the rewards on a text's size share: 1 from min to max, -slope for each word (or
 * character) outside, as equation 6 of arXiv 2511.12804 has it for a disc. */
#ifndef AG_REWARD_TEXT_RANGE_H
#define AG_REWARD_TEXT_RANGE_H

#include "reward/reward.h"

/* Reads `{min, max, slope}` (one bound at least; slope 2) into *parameters.
 * Status: AG_ERROR_INPUT at the place, AG_ERROR_MEMORY. Owner: free(). */
ag_status ag_text_range_read(ag_node node, const char *what, const ag_space *space,
                             void **parameters, ag_error *error);
/* reward [n]: of measure(label, its length) for every item of the space. */
void ag_text_range_evaluate(const void *parameters, const ag_space *space,
                            size_t (*measure)(const char *text, size_t length), double *reward);
/* 1. */
double ag_text_range_satisfaction_level(const void *parameters);

#endif
