/* Draws without replacement in two ways of one law, for the rule and for tests. */
#ifndef AG_CURATION_SELECT_SOFTMAX_H
#define AG_CURATION_SELECT_SOFTMAX_H

#include "curation/select_parts.h"

/* chosen [keep]: draws by weights exp(utility), without replacement. by_lottery
 * (0 … keep) of them are drawn from everything until they are new, unless too many are
 * not; the rest by the largest of utility + Gumbel.
 * Status: AG_ERROR_MEMORY. Memory: 9.75 bytes a candidate for the lottery, 25 for the
 * rest. Cost: about 1 ns a candidate for the lottery and 25 ns a draw; for the rest
 * some 20 ns a candidate and a sort of what is drawn. */
ag_status ag_softmax_draw(ag_selector *selector, const ag_candidates *candidates, size_t keep,
                          size_t by_lottery, const ag_random_key *key, uint32_t *chosen,
                          ag_error *error);

#endif
