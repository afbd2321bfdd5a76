#include "population/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

ag_status ag_sample_create(size_t dim, size_t capacity, ag_sample *sample, ag_error *error)
{
  ag_sample made = {.dim = dim};
  ag_status status = ag_sample_reserve(&made, capacity, error);
  if (status == AG_OK)
    *sample = made;
  return status;
}

void ag_sample_free(ag_sample *sample)
{
  free(sample->point);
  free(sample->item);
  *sample = (ag_sample){.dim = sample->dim};
}

ag_status ag_sample_reserve(ag_sample *sample, size_t capacity, ag_error *error)
{
  void *grown = NULL;
  size_t width = sample->dim > 0 ? sample->dim * sizeof *sample->point : sizeof *sample->item;
  if (capacity <= sample->capacity)
    return AG_OK;
  ag_status status = ag_array_create(capacity, width, &grown, error);
  if (status != AG_OK)
    return status;
  void *held = sample->dim > 0 ? (void *)sample->point : (void *)sample->item;
  if (sample->count > 0)
    memcpy(grown, held, sample->count * width);
  free(held);
  if (sample->dim > 0)
    sample->point = grown;
  else
    sample->item = grown;
  sample->capacity = capacity;
  return AG_OK;
}
