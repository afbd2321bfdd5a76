/* Mass within distance eta of each curator's optimal set and of their
 * intersection. Without coordinates the distance is 0 or 1, and the metric
 * says nothing that optimal_mass does not: it is there only when asked. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "metric/parts.h"

/* 5% of the box's diagonal. */
static double default_eta(const ag_space *space)
{
  double square = 0;
  for (size_t k = 0; k < space->dim; k++)
    square += pow(space->upper[k] - space->lower[k], 2);
  return 0.05 * sqrt(square);
}

typedef struct near_optimal_mass {
  double eta; /* NaN: not given */
} near_optimal_mass;

static const ag_parameter near_optimal_mass_parameters[] = {
    {"eta", "how far from an optimal set", AG_REAL, offsetof(near_optimal_mass, eta),
     .unit = "a distance", .absent = "5% of the box's diagonal", .high = INFINITY},
    {0}};

static ag_status insert_near(ag_metric *metric, const ag_metric_context *context, double eta,
                             ag_error *error)
{
  size_t items = context->space->count;
  unsigned char *member = NULL;
  double *distance = NULL;
  ag_status status = ag_array_create(items, 1, &member, error);
  if (status == AG_OK)
    status = ag_array_create(items, sizeof *distance, &distance, error);
  for (size_t k = 0; k < metric->column_count && status == AG_OK; k++) {
    ag_metric_optimal_members(context, k, member);
    status = ag_space_distance(context->space, member, distance, error);
    /* Rounding must not push items at exactly eta outside. */
    for (size_t i = 0; i < items && status == AG_OK; i++)
      if (distance[i] <= eta * (1 + 1e-12))
        ag_metric_sets_insert(metric, k, i);
  }
  free(member);
  free(distance);
  return status;
}

static ag_status near_optimal_mass_create(const void *parameters, const ag_metric_context *context,
                                          ag_metric *metric, ag_error *error)
{
  double eta = ((const near_optimal_mass *)parameters)->eta;
  bool asked = context->space->dim > 0 || !isnan(eta);
  ag_status status = AG_OK;
  eta = isnan(eta) ? default_eta(context->space) : eta;
  if (asked)
    status = ag_metric_make_optimal_columns(metric, context, error);
  if (status == AG_OK && asked)
    status = ag_metric_sets_create(metric, context->space->count, error);
  if (status == AG_OK && asked)
    status = insert_near(metric, context, eta, error);
  return status;
}

extern const ag_metric_type ag_metric_near_optimal_mass;
const ag_metric_type ag_metric_near_optimal_mass = {
    .name = "near_optimal_mass",
    .summary = "mass within distance eta of the optimal sets",
    .parameters = near_optimal_mass_parameters,
    .size = sizeof(near_optimal_mass),
    .picture = {.title = "Near the favourites",
                .axis = "share of the population",
                .caption = "The share of the population near @'s favourites.",
                .each = "each curator",
                .in_tables = 1},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_by_default = true,
    .create = near_optimal_mass_create,
    .accumulate = ag_metric_sets_accumulate,
    .free_state = ag_metric_sets_free,
};
