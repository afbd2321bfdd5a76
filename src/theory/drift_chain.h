/* What the simulations of the chain share with its solution. */
#ifndef AG_THEORY_DRIFT_CHAIN_H
#define AG_THEORY_DRIFT_CHAIN_H

#include <aligngame/drift.h>

/* Status: AG_ERROR_INPUT for items, curators, gaps or pools out of range. */
ag_status ag_drift_check(size_t items, const ag_drift_curator *curator, size_t count,
                         ag_error *error);

#endif
