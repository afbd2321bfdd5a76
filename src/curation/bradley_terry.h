/* Bradley–Terry weights of a distribution whose rewards lie in cells: from the
 * moments of the mass in each cell to log H as a polynomial in each cell.
 *
 * H(x) = K int_0^inf u(x) e^{-s u(x)} L(s)^{K-1} ds, L(s) = E_p e^{-s u(Y)},
 * u = exp(r / tau) (docs/numerics.md; arXiv 2511.12804, Definition 1). */
#ifndef AG_CURATION_BRADLEY_TERRY_H
#define AG_CURATION_BRADLEY_TERRY_H

#include <aligngame/weights.h>

#include "curation/kernel.h"
#include "population/layout.h"

typedef struct ag_bradley_terry ag_bradley_terry;

/* Prepares the tables for a pool and the cells (borrowed; their width must be
 * AG_CELL_WIDTH temperatures). Status: AG_ERROR_MEMORY.
 * Memory: about 60 kB, and some 4 kB for each occupied cell at most. */
ag_status ag_bradley_terry_create(ag_pool pool, const ag_cells *cells, ag_bradley_terry **plan,
                                  ag_error *error);
void ag_bradley_terry_free(ag_bradley_terry *plan);

/* Given: moment [cells, AG_TERMS]: for each cell, sum of p T_k(t) over its
 *   items, t in [-1, 1] growing with the reward; all of a cell's moments are
 *   in units of exp(log_scale[cell]). The total mass need not be one.
 * Returned: coefficient [cells, AG_TERMS]: log H - log(total mass) in powers
 *   of t, so that adding it to log masses also renormalises them; the return
 *   value is the logarithm of the total mass.
 * Cost: a few microseconds for each cell, whatever K. Allocates nothing. */
double ag_bradley_terry_solve(ag_bradley_terry *plan, const double *log_scale, const double *moment,
                              double *coefficient);

#endif
