/* Densities that a game file names: one normal distribution or a mixture of
 * them, the coordinates independent inside each component. */
#ifndef AG_SPACE_DENSITY_H
#define AG_SPACE_DENSITY_H

#include <stddef.h>

#include "base/parameter.h"

typedef struct ag_density {
  size_t count, dim;
  double *weight;    /* [count] normalised */
  double *mean;      /* [count, dim] */
  double *deviation; /* [count, dim] above 0 */
} ag_density;

/* `weight`, `mean` and `deviation` of a mixture's component; a gaussian has the last two. */
extern const ag_parameter ag_mixture_parameters[];
#define AG_GAUSSIAN_PARAMETERS (ag_mixture_parameters + 1)

/* Reads `gaussian: {mean, deviation}` and `mixture: [{weight, mean, deviation}…]`
 * from the values under those keys. dim 0: taken from the first mean.
 * Status: AG_ERROR_INPUT at the place, AG_ERROR_MEMORY. Owner: ag_density_free. */
ag_status ag_density_read_gaussian(ag_node node, size_t dim, ag_density *density, ag_error *error);
ag_status ag_density_read_mixture(ag_node node, size_t dim, ag_density *density, ag_error *error);
void ag_density_free(ag_density *density);

#endif
