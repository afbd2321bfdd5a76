/* Selection rules: which of the candidates a curator keeps. "Selecting 100 of
 * 1000 by Bradley–Terry" is ambiguous; each rule says which law it samples. A rule
 * is one file with one ag_selection_type; the list in selection.c registers it. */
#ifndef AG_CURATION_SELECTION_H
#define AG_CURATION_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aligngame/weights.h>

#include "base/parameter.h"
#include "base/random.h"
#include "base/status.h"

/* What there is to choose from; everything is borrowed. Either utilities, or
 * preferences between the items of a finite space that need not come from any
 * reward. */
typedef struct ag_candidates {
  size_t count;          /* N, 1 … 2^32 - 1 */
  const double *utility; /* [N] r / tau, finite; NULL where preferences decide */
  size_t item_count;     /* n items of the space */
  const uint32_t *item;  /* [N] the candidates' items; NULL unless preferences decide */
  const double *prefers; /* [n, n] P(x beats y), P(x, y) + P(y, x) = 1; NULL otherwise */
} ag_candidates;

typedef struct ag_selector ag_selector;

typedef struct ag_selection_type {
  AG_DESCRIBED;          /* summary: what distribution the kept items have */
  bool with_replacement; /* a candidate may be kept several times, and more than N be kept */
  bool uses_pool;        /* the pool size K matters */
  bool takes_preferences;
  /* chosen [keep]: numbers of candidates, in the order chosen. */
  ag_status (*select)(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                      size_t keep, const ag_random_key *key, uint32_t *chosen, ag_error *error);
} ag_selection_type;

extern const ag_selection_type *const ag_selection_types[]; /* ended by NULL; pools is first */
extern const ag_list ag_selections;                         /* the same */
const ag_selection_type *ag_selection_find(const char *name);

/* Room to work in, which grows with the largest set of candidates met and is used
 * again. Status: AG_ERROR_MEMORY. Owner: ag_selector_free. */
ag_status ag_selector_create(ag_selector **selector, ag_error *error);
void ag_selector_free(ag_selector *selector);

/* Chooses. Status: AG_ERROR_INPUT: nothing to choose from; more to keep than
 * candidates, without replacement; preferences with a pool that is not 2, or with a
 * rule that needs utilities; AG_ERROR_MEMORY. The choice depends on the arguments
 * alone, not on the selector's past or on threads. A utility that is not finite is the
 * caller's bug.
 * Memory: 35 bytes a candidate at most, kept by the selector; 4 for groups; while pools
 * draw by their law, what ag_weights needs as well (select_pools.h). */
ag_status ag_select(ag_selector *selector, const ag_selection_type *type,
                    const ag_candidates *candidates, ag_pool pool, size_t keep,
                    const ag_random_key *key, uint32_t *chosen, ag_error *error);

#endif
