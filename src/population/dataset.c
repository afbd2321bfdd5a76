#include "population/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

ag_status ag_dataset_create(size_t dim, size_t column_count, ag_dataset *dataset, ag_error *error)
{
  ag_dataset made = {.sample = {.dim = dim}, .column_count = column_count};
  made.column = calloc(column_count + 1, sizeof *made.column);
  if (!made.column)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a dataset");
  *dataset = made;
  return AG_OK;
}

void ag_dataset_free(ag_dataset *dataset)
{
  for (size_t c = 0; dataset->column && c < dataset->column_count; c++)
    free(dataset->column[c]);
  ag_sample_free(&dataset->sample);
  free(dataset->column);
  free(dataset->born);
  free(dataset->origin);
  *dataset = (ag_dataset){0};
}

/* A larger array in place of *array, its first count elements kept. */
static ag_status grow(void *array, size_t count, size_t capacity, size_t size, ag_error *error)
{
  void **held = array, *grown = NULL;
  ag_status status = ag_array_create(capacity, size, &grown, error);
  if (status != AG_OK)
    return status;
  if (count > 0)
    memcpy(grown, *held, count * size);
  free(*held);
  *held = grown;
  return AG_OK;
}

ag_status ag_dataset_reserve(ag_dataset *dataset, size_t count, ag_error *error)
{
  size_t held = dataset->sample.count, capacity = dataset->sample.capacity;
  if (count <= capacity)
    return AG_OK;
  capacity = count > capacity + capacity / 2 ? count : capacity + capacity / 2;
  ag_status status = grow(&dataset->born, held, capacity, sizeof *dataset->born, error);
  if (status == AG_OK)
    status = grow(&dataset->origin, held, capacity, sizeof *dataset->origin, error);
  for (size_t c = 0; c < dataset->column_count && status == AG_OK; c++)
    status = grow(&dataset->column[c], held, capacity, sizeof(double), error);
  /* The capacity grows last: a failure before leaves arrays that are larger than it says. */
  return status != AG_OK ? status : ag_sample_reserve(&dataset->sample, capacity, error);
}

/* The items from[index[i]], or from[i], written from position `at` on. */
static void copy(ag_dataset *to, size_t at, const ag_dataset *from, const uint32_t *index,
                 size_t count)
{
  size_t dim = to->sample.dim;
  for (size_t i = 0; i < count; i++) {
    size_t j = index ? index[i] : i;
    to->born[at + i] = from->born[j];
    to->origin[at + i] = from->origin[j];
    if (dim == 0)
      to->sample.item[at + i] = from->sample.item[j];
    for (size_t d = 0; d < dim; d++)
      to->sample.point[(at + i) * dim + d] = from->sample.point[j * dim + d];
  }
  for (size_t c = 0; c < to->column_count; c++)
    for (size_t i = 0; i < count; i++)
      to->column[c][at + i] = from->column[c][index ? index[i] : i];
}

ag_status ag_dataset_append(ag_dataset *dataset, const ag_dataset *from, const uint32_t *index,
                            size_t count, ag_error *error)
{
  size_t at = dataset->sample.count;
  ag_status status = ag_dataset_reserve(dataset, at + count, error);
  if (status != AG_OK)
    return status;
  copy(dataset, at, from, index, count);
  dataset->sample.count = at + count;
  return AG_OK;
}

void ag_dataset_keep(ag_dataset *dataset, const uint32_t *index, size_t count)
{
  copy(dataset, 0, dataset, index, count); /* increasing: nothing is read after it is written */
  dataset->sample.count = count;
}

void ag_dataset_drop(ag_dataset *dataset, size_t count)
{
  size_t left = dataset->sample.count - count, dim = dataset->sample.dim;
  memmove(dataset->born, dataset->born + count, left * sizeof *dataset->born);
  memmove(dataset->origin, dataset->origin + count, left);
  if (dim == 0)
    memmove(dataset->sample.item, dataset->sample.item + count, left * sizeof(uint32_t));
  else
    memmove(dataset->sample.point, dataset->sample.point + count * dim,
            left * dim * sizeof(double));
  for (size_t c = 0; c < dataset->column_count; c++)
    memmove(dataset->column[c], dataset->column[c] + count, left * sizeof(double));
  dataset->sample.count = left;
}
