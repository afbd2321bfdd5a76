/* Mean distance to what each curator wants: Euclidean to the reward's centre
 * where it has one, else to the optimal set in the space's metric. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "metric/parts.h"

typedef struct distance {
  size_t curators, dim;
  double *to;            /* [n, curators]: one look-up finds all distances of an item */
  unsigned char *far;    /* the same where all are 0 or 1, as without coordinates: an eighth of the
                            memory, which is looked up in no order; or NULL */
  const double **centre; /* [curators] borrowed from the rewards; NULL: it has none */
} distance;

static void distance_free(void *state)
{
  distance *self = state;
  if (self) {
    free(self->to);
    free(self->far);
    free(self->centre);
  }
  free(self);
}

static ag_status to_optimal_set(const ag_metric_context *context, size_t curator, double *to,
                                ag_error *error)
{
  unsigned char *member = NULL;
  ag_status status = ag_array_create(context->space->count, 1, &member, error);
  if (status != AG_OK)
    return status;
  ag_metric_optimal_members(context, curator, member);
  status = ag_space_distance(context->space, member, to, error);
  free(member);
  return status;
}

static const double *find_centre(const ag_metric_context *context, size_t curator)
{
  const ag_reward *reward = context->curator[curator].reward;
  if (context->space->dim > 0 && reward && reward->type->centre)
    return reward->type->centre(reward->parameters);
  return NULL;
}

static ag_status measure(const ag_metric_context *context, size_t curator, double *to,
                         ag_error *error)
{
  const double *centre = find_centre(context, curator);
  const ag_items items = ag_items_of_space(context->space);
  if (!centre)
    return to_optimal_set(context, curator, to, error);
  ag_status status = ag_items_square_distance(&items, centre, to, error);
  for (size_t i = 0; i < items.count && status == AG_OK; i++)
    to[i] = sqrt(to[i]);
  return status;
}

/* Takes to's place where it can. */
static ag_status make_smaller(distance *self, size_t count, ag_error *error)
{
  for (size_t i = 0; i < count; i++)
    if (self->to[i] != 0 && self->to[i] != 1)
      return AG_OK;
  ag_status status = ag_array_create(count, sizeof *self->far, &self->far, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    self->far[i] = self->to[i] != 0;
  free(self->to);
  self->to = NULL;
  return status;
}

static ag_status distance_create(const void *parameters, const ag_metric_context *context,
                                 ag_metric *metric, ag_error *error)
{
  size_t curators = context->curator_count;
  size_t items = context->space->count;
  double *one = NULL;
  distance *self = NULL;
  (void)parameters;
  ag_status status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = (distance){.curators = curators, .dim = context->space->dim};
  metric->state = self;
  status = ag_array_create(curators, sizeof *self->centre, &self->centre, error);
  for (size_t k = 0; k < curators && status == AG_OK; k++)
    self->centre[k] = find_centre(context, k);
  if (status != AG_OK || ag_space_is_cloud(context->space))
    return status;
  /* The row is the element, so that the product's overflow is checked. */
  status = ag_array_create(items, curators * sizeof *self->to, &self->to, error);
  if (status == AG_OK)
    status = ag_array_create(items, sizeof *one, &one, error);
  for (size_t k = 0; k < curators && status == AG_OK; k++) {
    status = measure(context, k, one, error);
    for (size_t i = 0; i < items && status == AG_OK; i++)
      self->to[i * curators + k] = one[i];
  }
  free(one);
  return status == AG_OK ? make_smaller(self, items * curators, error) : status;
}

/* Items at distances 0 and 1. */
static void add_far(const distance *self, const ag_metric_block *block, double *sums)
{
  size_t curators = self->curators;
  for (size_t begin = 0; begin < block->count; begin += AG_METRIC_GATHER) {
    size_t rest = block->count - begin, count = rest < AG_METRIC_GATHER ? rest : AG_METRIC_GATHER;
    const double *mass = block->mass + begin;
    const uint32_t *item = block->item + begin;
    if (ag_metric_is_empty(mass, count))
      continue;
    for (size_t k = 0; k < curators; k++)
      AG_ADD_OVER(sums[k], i, count, mass[i] * self->far[item[i] * curators + k]);
  }
}

/* Points: to the reward's centre, and NaN where it has none. */
static void add_points(const distance *self, const ag_metric_block *block, double *sums)
{
  for (size_t k = 0; k < self->curators; k++)
    for (size_t i = 0; i < block->count; i++) {
      double square = self->centre[k] ? 0 : (double)NAN;
      for (size_t d = 0; d < self->dim && self->centre[k]; d++) {
        double step = block->point[i * self->dim + d] - self->centre[k][d];
        square += step * step;
      }
      sums[k] += block->mass[i] * sqrt(square);
    }
}

static void distance_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  const distance *self = metric->state;
  size_t curators = self->curators;
  if (block->point) {
    add_points(self, block, sums);
    return;
  }
  if (self->far) {
    add_far(self, block, sums);
    return;
  }
  for (size_t begin = 0; begin < block->count; begin += AG_METRIC_GATHER) {
    size_t rest = block->count - begin, count = rest < AG_METRIC_GATHER ? rest : AG_METRIC_GATHER;
    const double *mass = block->mass + begin, *row[AG_METRIC_GATHER];
    if (ag_metric_is_empty(mass, count))
      continue;
    for (size_t i = 0; i < count; i++)
      row[i] = self->to + block->item[begin + i] * curators;
    for (size_t k = 0; k < curators; k++)
      AG_ADD_OVER(sums[k], i, count, ag_weigh(mass[i], row[i][k]));
  }
}

extern const ag_metric_type ag_metric_distance;
const ag_metric_type ag_metric_distance = {
    .name = "distance",
    .summary = "mean distance to each curator's center, or to its optimal set",
    .picture = {.title = "Distance",
                .axis = "mean distance",
                .caption = "The mean distance from what @ likes best.",
                .each = "each curator",
                .distances = 1},
    .columns = AG_COLUMN_EACH,
    .on_by_default = true,
    .on_points = true,
    .create = distance_create,
    .accumulate = distance_accumulate,
    .free_state = distance_free,
};
