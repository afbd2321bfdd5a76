/* The two ways to draw winners of pools, which have one law; for the rule and for
 * tests that hold each against it. */
#ifndef AG_CURATION_SELECT_POOLS_H
#define AG_CURATION_SELECT_POOLS_H

#include "curation/select_parts.h"

/* As it is defined: draws every pool, K members uniformly with replacement, and its
 * winner. Pool finite; with preferences 2. Returns AG_OK.
 * Cost: some 4 ns a member, keep K of them. Memory: none. */
ag_status ag_pools_literal(const ag_candidates *candidates, ag_pool pool, size_t keep,
                           const ag_random_key *key, uint32_t *chosen);

/* By the law of a winner, p H_K: the Bradley–Terry weights of the candidates as a
 * distribution, then independent draws from them. Utilities, not preferences.
 * Status: AG_ERROR_INPUT: utilities that span more than 2^49; AG_ERROR_MEMORY.
 * Cost: some 35 ns a candidate and 20 ns a winner, whatever K. Memory: 17 bytes a
 * candidate; while it works ag_weights' own, 35 bytes a candidate and up to 10 kB for
 * each occupied half unit of utility. */
ag_status ag_pools_exact(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                         size_t keep, const ag_random_key *key, uint32_t *chosen, ag_error *error);

/* Which of them costs less, for N candidates whose utilities are spread over span:
 * from measured costs, not from the time that passes. */
bool ag_pools_literal_pays(size_t count, double span, ag_pool pool, size_t keep);

#endif
