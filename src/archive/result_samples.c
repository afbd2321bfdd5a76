/* The part of a result that only sampled games have, in outcome.safetensors: `replicate_metric`
 * [R, T + 1, metrics], `fits`, and for clouds `point` [count, dim] and
 * `snapshot_point/000005`; of the first replicate's last dataset `dataset/item` (numbers,
 * or points [count, dim]; not for texts), `dataset/born` and `dataset/origin`. */
#include <stdio.h>
#include <stdlib.h>

#include "base/files.h"
#include "archive/result.h"
#include "base/memory.h"
#include "game/sampled.h"

static size_t metric_size(const ag_result *result)
{
  return result->replicates * (result->generations + 1) * result->metric_count;
}

ag_status ag_result_write_samples(const ag_result *result, ag_arrays *file, ag_error *error)
{
  size_t dim = result->dimension;
  double count[AG_FIT_COUNTS];
  ag_fit_counts_write(&result->fits, count);
  ag_status status = ag_arrays_write(file, "fits", count, AG_FIT_COUNTS, error);
  if (status == AG_OK)
    status = ag_arrays_write(file, "replicate_metric", result->replicate_metric,
                             metric_size(result), error);
  if (status == AG_OK && dim > 0)
    status = ag_arrays_write(file, "point", result->point, result->point_count * dim, error);
  for (size_t s = 0; s < result->snapshot_count && dim > 0 && status == AG_OK; s++) {
    char name[48];
    snprintf(name, sizeof name, "snapshot_point/%06zu", result->snapshot[s]);
    status = ag_arrays_write(file, name, result->snapshot_point[s],
                             result->snapshot_point_count[s] * dim, error);
  }
  return status == AG_OK ? ag_result_write_dataset(result, file, error) : status;
}

static ag_status read_points(const ag_result *result, ag_arrays *file, const char *name,
                             size_t *count, double **point, ag_error *error)
{
  size_t size = 0;
  double *value = NULL;
  ag_status status = ag_arrays_size(file, name, &size, error);
  if (status == AG_OK && size % result->dimension != 0)
    status = ag_fail(error, AG_ERROR_INPUT, "points of another dimension");
  if (status == AG_OK)
    status = ag_array_create(size, sizeof *value, &value, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, name, value, size, error);
  if (status != AG_OK) {
    free(value);
    return status;
  }
  free(*point);
  *point = value;
  *count = size / result->dimension;
  return AG_OK;
}

ag_status ag_result_read_samples(ag_result *result, ag_arrays *file, ag_error *error)
{
  double count[AG_FIT_COUNTS];
  ag_status status = ag_arrays_read(file, "fits", count, AG_FIT_COUNTS, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, "replicate_metric", result->replicate_metric, metric_size(result),
                            error);
  if (status == AG_OK && result->dimension > 0)
    status = read_points(result, file, "point", &result->point_count, &result->point, error);
  for (size_t s = 0; s < result->snapshot_count && result->dimension > 0 && status == AG_OK; s++) {
    char name[48];
    snprintf(name, sizeof name, "snapshot_point/%06zu", result->snapshot[s]);
    status = read_points(result, file, name, &result->snapshot_point_count[s],
                         &result->snapshot_point[s], error);
  }
  if (status == AG_OK)
    status = ag_result_read_dataset(result, file, error);
  if (status == AG_OK)
    ag_fit_counts_read(count, &result->fits);
  return status;
}

/* --- the first replicate's dataset --- */

enum { DATASET_MOST = 1 << 22 };

static size_t item_width(const ag_result *result)
{
  return result->texts != NULL ? 0 : result->dimension > 0 ? result->dimension : 1;
}

/* Empty, with room for count items. */
static ag_status create_dataset(ag_result *result, size_t count, ag_error *error)
{
  ag_provenance *dataset = &result->dataset;
  free(dataset->item);
  free(dataset->born);
  free(dataset->origin);
  *dataset = (ag_provenance){0};
  size_t width = item_width(result);
  ag_status status =
      width > 0 ? ag_array_create(count, width * sizeof(double), &dataset->item, error) : AG_OK;
  if (status == AG_OK)
    status = ag_array_create(count, sizeof(double), &dataset->born, error);
  return status == AG_OK ? ag_array_create(count, sizeof(double), &dataset->origin, error) : status;
}

ag_status ag_result_keep_dataset(ag_result *result, const ag_dataset *from, ag_error *error)
{
  ag_provenance *to = &result->dataset;
  size_t all = from->sample.count, count = all < DATASET_MOST ? all : DATASET_MOST;
  size_t dim = result->dimension;
  ag_status status = create_dataset(result, count, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    size_t j = (size_t)((double)i * (double)all / (double)count);
    to->born[i] = from->born[j];
    to->origin[i] = from->origin[j];
    if (result->texts != NULL)
      status = ag_result_keep_text(
          result, i, count, ag_texts_get(from->sample.texts, from->sample.item[j], NULL), error);
    else if (dim == 0)
      to->item[i] = from->sample.item[j];
    for (size_t d = 0; d < dim; d++)
      to->item[i * dim + d] = from->sample.point[j * dim + d];
  }
  to->count = status == AG_OK ? count : 0;
  return status;
}

ag_status ag_result_write_dataset(const ag_result *result, ag_arrays *file, ag_error *error)
{
  const ag_provenance *dataset = &result->dataset;
  size_t width = item_width(result);
  ag_status status = result->texts != NULL ? ag_result_write_texts(result, file, error) : AG_OK;
  if (status != AG_OK || dataset->count == 0)
    return status; /* without items, the first replicate is not at its end */
  if (width > 0)
    status = ag_arrays_write(file, "dataset/item", dataset->item, dataset->count * width, error);
  if (status == AG_OK)
    status = ag_arrays_write(file, "dataset/born", dataset->born, dataset->count, error);
  if (status == AG_OK)
    status = ag_arrays_write(file, "dataset/origin", dataset->origin, dataset->count, error);
  return status;
}

ag_status ag_result_read_dataset(ag_result *result, ag_arrays *file, ag_error *error)
{
  ag_provenance *dataset = &result->dataset;
  size_t count = 0, width = item_width(result);
  if (!ag_arrays_has(file, "dataset/born"))
    return result->texts != NULL ? ag_result_read_texts(result, file, error) : AG_OK;
  ag_status status = ag_arrays_size(file, "dataset/born", &count, error);
  if (status == AG_OK)
    status = create_dataset(result, count, error);
  if (status == AG_OK && width > 0)
    status = ag_arrays_read(file, "dataset/item", dataset->item, count * width, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, "dataset/born", dataset->born, count, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, "dataset/origin", dataset->origin, count, error);
  dataset->count = status == AG_OK ? count : 0;
  return status == AG_OK && result->texts != NULL ? ag_result_read_texts(result, file, error)
                                                  : status;
}
