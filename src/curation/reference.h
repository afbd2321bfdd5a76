/* Plain, slow Bradley–Terry weights to hold the fast ones against. */
#ifndef AG_CURATION_REFERENCE_H
#define AG_CURATION_REFERENCE_H

#include <aligngame/weights.h>

/* log H of every atom by the one-dimensional integral, in long double: every
 * node sums over every atom, every atom over every node; no cells, no
 * interpolation, half the step of the fast path.
 * Given, returned: as ag_weights. Cost: O(n nodes), nodes = 8 (span + 100 + log K).
 * Error: about 1e-17 (span + 40), see docs/numerics.md. */
ag_status ag_weights_reference(size_t n, const double *log_mass, const double *reward, ag_pool pool,
                               double temperature, double *log_weight, ag_error *error);

#endif
