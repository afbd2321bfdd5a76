/* Items with what is known of them: D_t, and the batches that make it. */
#ifndef AG_POPULATION_DATASET_H
#define AG_POPULATION_DATASET_H

#include "population/sample.h"

typedef struct ag_dataset {
  ag_sample sample;
  size_t column_count;
  double **column;       /* [column_count][capacity]: numbers known of each item */
  uint32_t *born;        /* [capacity] the generation that made the item */
  unsigned char *origin; /* [capacity] AG_ORIGIN_… of aligngame/run.h */
} ag_dataset;

/* An empty dataset. Status: AG_ERROR_MEMORY. Owner: ag_dataset_free.
 * Memory: 8 (dim or 1/2) + 8 column_count + 5 bytes an item of capacity. */
ag_status ag_dataset_create(size_t dim, size_t column_count, ag_dataset *dataset, ag_error *error);
void ag_dataset_free(ag_dataset *dataset);

/* Room for count items; grows by half at least. Status: AG_ERROR_MEMORY. */
ag_status ag_dataset_reserve(ag_dataset *dataset, size_t count, ag_error *error);

/* Adds items index [count] of from (NULL: its first count items), with their provenance and
 * as many of their columns as the dataset has. Status: AG_ERROR_MEMORY; the dataset is then as
 * it was. */
ag_status ag_dataset_append(ag_dataset *dataset, const ag_dataset *from, const uint32_t *index,
                            size_t count, ag_error *error);

/* Drops the first count items. */
void ag_dataset_drop(ag_dataset *dataset, size_t count);

/* Leaves items index [count], increasing. */
void ag_dataset_keep(ag_dataset *dataset, const uint32_t *index, size_t count);

#endif
