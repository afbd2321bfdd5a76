/* The total variance: the trace of the covariance matrix of the coordinates. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "metric/parts.h"
#include "population/items.h"
#include "space/density.h"

/* Sums are taken about the middle of the first distribution, so that they lose no
 * digits to a large offset. */
typedef struct variance {
  ag_items items;
  double *middle; /* [dim] */
} variance;

static void variance_free(void *state)
{
  variance *self = state;
  if (self)
    free(self->middle);
  free(self);
}

static double middle_of(const ag_space *space, size_t d)
{
  if (space->density)
    return space->density->mean[d];
  return space->lower ? space->lower[d] + 0.5 * (space->upper[d] - space->lower[d])
                      : space->point[d];
}

static ag_status variance_create(const void *parameters, const ag_metric_context *context,
                                 ag_metric *metric, ag_error *error)
{
  variance *self = NULL;
  size_t dim = context->space->dim;
  (void)parameters;
  if (dim == 0) /* nothing to say without coordinates */
    return AG_OK;
  ag_status status = ag_metric_make_columns(metric, 1, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = (variance){.items = ag_items_of_space(context->space)};
  metric->state = self;
  metric->sum_count = 2 * dim;
  status = ag_array_create(dim, sizeof *self->middle, &self->middle, error);
  for (size_t d = 0; d < dim && status == AG_OK; d++)
    self->middle[d] = middle_of(context->space, d);
  return status;
}

static void variance_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  const variance *self = metric->state;
  size_t dim = self->items.dim;
  double room[AG_BOX_DIMENSIONS_MOST]; /* points of a cloud need none */
  for (size_t i = 0; i < block->count; i++) {
    const double *x =
        block->point ? block->point + i * dim : ag_items_at(&self->items, block->item[i], room);
    for (size_t d = 0; d < dim; d++) {
      double step = x[d] - self->middle[d];
      sums[2 * d] += block->mass[i] * step;
      sums[2 * d + 1] += block->mass[i] * step * step;
    }
  }
}

static void variance_finish(const ag_metric *metric, const double *sums, double total,
                            double *values)
{
  values[0] = 0;
  for (size_t k = 0; k < metric->sum_count; k += 2) {
    double mean = sums[k] / total, square = sums[k + 1] / total - mean * mean;
    if (!isfinite(sums[k + 1])) /* beyond numbers is not nothing */
      square = INFINITY;
    values[0] += square > 0 ? square : 0;
  }
}

extern const ag_metric_type ag_metric_variance;
const ag_metric_type ag_metric_variance = {
    .name = "variance",
    .summary = "total variance of the coordinates (the trace of their covariance)",
    .picture = {.title = "Variance",
                .axis = "total variance",
                .caption = "How far the points lie apart: the trace of their covariance."},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_points = true,
    .create = variance_create,
    .accumulate = variance_accumulate,
    .finish = variance_finish,
    .free_state = variance_free,
};
