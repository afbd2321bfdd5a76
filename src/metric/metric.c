#include "metric/metric.h"

#include <stdlib.h>

#include "metric/parts.h"

/* A new metric: its file, and its word here. */
#define METRICS(METRIC)                                                                            \
  METRIC(entropy)                                                                                  \
  METRIC(effective_number)                                                                         \
  METRIC(simpson)                                                                                  \
  METRIC(mean_reward)                                                                              \
  METRIC(optimal_mass)                                                                             \
  METRIC(near_optimal_mass)                                                                        \
  METRIC(satisfaction)                                                                             \
  METRIC(distance)                                                                                 \
  METRIC(kl_initial)                                                                               \
  METRIC(tv_step)                                                                                  \
  METRIC(group_share)                                                                              \
  METRIC(variance)                                                                                 \
  METRIC(word_count)                                                                               \
  METRIC(word_share)                                                                               \
  METRIC(distinct)                                                                                 \
  METRIC(word_entropy)                                                                             \
  METRIC(duplicates)                                                                               \
  METRIC(novelty)                                                                                  \
  METRIC(perplexity)

#define DECLARE(name) extern const ag_metric_type ag_metric_##name;
#define ADDRESS(name) &ag_metric_##name,

METRICS(DECLARE)

const ag_metric_type *const ag_metric_types[] = {METRICS(ADDRESS) NULL};

static const ag_description *metric_at(size_t index)
{
  return ag_metric_types[index] ? &ag_metric_types[index]->is : NULL;
}

const ag_list ag_metrics = {.what = "metric", .at = metric_at, .bare = true};

const ag_metric_type *ag_metric_find(const char *name)
{
  return (const ag_metric_type *)ag_list_find(&ag_metrics, name);
}

static ag_status make_columns(const ag_metric_context *context, ag_metric *metric, ag_error *error)
{
  const ag_metric_type *type = metric->type;
  if (type->columns == AG_COLUMNS_OF_ITS_OWN || (type->measure && !context->texts))
    return AG_OK;
  ag_status status = type->columns == AG_COLUMN_EACH
                         ? ag_metric_make_curator_columns(metric, context, error)
                         : ag_metric_make_columns(metric, 1, error);
  metric->sum_count = type->measure ? 0 : metric->sum_count;
  return status;
}

ag_status ag_metric_create(const ag_metric_type *type, ag_node parameters,
                           const ag_metric_context *context, ag_metric *metric, ag_error *error)
{
  ag_metric made = {.type = type};
  void *given = NULL;
  ag_status status = ag_description_read(&type->is, parameters, parameters, &given, error);
  if (status == AG_OK)
    status = make_columns(context, &made, error);
  if (status == AG_OK && type->create)
    status = type->create(given, context, &made, error);
  ag_description_free(&type->is, given);
  if (status == AG_OK)
    *metric = made;
  else
    ag_metric_free(&made);
  return status;
}

void ag_metric_finish(const ag_metric *metric, const double *sums, double total, double *values)
{
  if (metric->type->finish) {
    metric->type->finish(metric, sums, total, values);
    return;
  }
  for (size_t k = 0; k < metric->column_count; k++)
    values[k] = sums[k] / total;
}

ag_status ag_metric_read(ag_node node, const ag_metric_context *context, ag_metric *metric,
                         ag_error *error)
{
  const ag_description *picked = NULL;
  ag_node name_node, parameters;
  ag_status status = ag_list_pick(&ag_metrics, node, NULL, &picked, &name_node, &parameters, error);
  if (status != AG_OK)
    return status;
  const ag_metric_type *type = (const ag_metric_type *)picked;
  if (ag_space_is_cloud(context->space) && !type->on_points)
    return ag_node_fail(name_node, error,
                        "the metric `%s` is defined on a finite space, not on a cloud of points",
                        type->name);
  if (context->texts && !type->on_texts)
    return ag_node_fail(name_node, error,
                        "the metric `%s` is defined on a finite space, not on texts that a "
                        "language model writes",
                        type->name);
  return ag_metric_create(type, parameters, context, metric, error);
}

void ag_metric_free(ag_metric *metric)
{
  if (!metric)
    return;
  if (metric->type && metric->type->free_state)
    metric->type->free_state(metric->state);
  for (size_t k = 0; k < metric->column_count; k++)
    free(metric->column_name[k]);
  free(metric->column_name);
  *metric = (ag_metric){.type = NULL};
}
