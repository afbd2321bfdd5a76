/* What the simulations of the chain share with its solution. */
#ifndef AG_THEORY_DRIFT_CHAIN_H
#define AG_THEORY_DRIFT_CHAIN_H

#include <aligngame/drift.h>

/* Both types' shares, each with its own relative accuracy. */
typedef struct ag_drift_shares {
  double first, second;
} ag_drift_shares;

/* Status: AG_ERROR_INPUT for items, curators, gaps or pools out of range. */
ag_status ag_drift_check(size_t items, const ag_drift_curator *curator, size_t count,
                         ag_error *error);
/* The shares after the curators, of curators that have been checked. */
ag_status ag_drift_shares_after(const ag_drift_curator *curator, size_t count,
                                ag_drift_shares before, ag_drift_shares *after, ag_error *error);

#endif
