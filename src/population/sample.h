/* Items drawn from a space, in the order in which they were drawn: points of a
 * cloud, numbers of a finite space's items, or numbers of texts in a pool. */
#ifndef AG_POPULATION_SAMPLE_H
#define AG_POPULATION_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct ag_texts;

typedef struct ag_sample {
  size_t count, capacity;
  size_t dim;             /* of the points; 0: items of a finite space, or texts */
  double *point;          /* [count, dim], or NULL where dim is 0 */
  uint32_t *item;         /* [count], or NULL where dim is above 0 */
  struct ag_texts *texts; /* borrowed: the pool whose texts the items are; NULL: none */
} ag_sample;

/* An empty sample with room for capacity items. Status: AG_ERROR_MEMORY.
 * Owner: ag_sample_free, which leaves an empty sample without room. */
ag_status ag_sample_create(size_t dim, size_t capacity, ag_sample *sample, ag_error *error);
void ag_sample_free(ag_sample *sample);

/* Room for capacity items at least; what is there stays. Status: AG_ERROR_MEMORY. */
ag_status ag_sample_reserve(ag_sample *sample, size_t capacity, ag_error *error);

#endif
