/* Mass of each curator's optimal set and of what all of them share. */
#include <stdlib.h>

#include "base/memory.h"
#include "metric/parts.h"

static ag_status optimal_mass_create(const void *parameters, const ag_metric_context *context,
                                     ag_metric *metric, ag_error *error)
{
  size_t items = context->space->count;
  unsigned char *member = NULL;
  (void)parameters;
  ag_status status = ag_metric_make_optimal_columns(metric, context, error);
  if (status == AG_OK)
    status = ag_metric_sets_create(metric, items, error);
  if (status == AG_OK)
    status = ag_array_create(items, 1, &member, error);
  for (size_t k = 0; k < metric->column_count && status == AG_OK; k++) {
    ag_metric_optimal_members(context, k, member);
    for (size_t i = 0; i < items; i++)
      if (member[i])
        ag_metric_sets_insert(metric, k, i);
  }
  free(member);
  return status;
}

extern const ag_metric_type ag_metric_optimal_mass;
const ag_metric_type ag_metric_optimal_mass = {
    .name = "optimal_mass",
    .summary = "mass of each curator's optimal set, and of their intersection",
    .picture = {.title = "Favourites",
                .axis = "share of the population",
                .caption = "The share of the population among @'s favourites.",
                .each = "each curator"},
    .columns = AG_COLUMNS_OF_ITS_OWN,
    .on_by_default = true,
    .create = optimal_mass_create,
    .accumulate = ag_metric_sets_accumulate,
    .free_state = ag_metric_sets_free,
};
