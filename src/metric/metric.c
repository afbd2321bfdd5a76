#include "metric/metric.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
#define WORD(name) #name,

METRICS(DECLARE)

const ag_metric_type *const ag_metric_types[] = {METRICS(ADDRESS) NULL};

static const char *const words[] = {METRICS(WORD)};
enum { word_count = sizeof words / sizeof *words };

const ag_metric_type *ag_metric_find(const char *name)
{
  for (const ag_metric_type *const *type = ag_metric_types; *type; type++)
    if (strcmp((*type)->name, name) == 0)
      return *type;
  return NULL;
}

ag_status ag_metric_create(const ag_metric_type *type, ag_node parameters,
                           const ag_metric_context *context, ag_metric *metric, ag_error *error)
{
  ag_metric made = {.type = type};
  ag_status status = type->create(parameters, context, &made, error);
  if (status == AG_OK)
    *metric = made;
  else
    ag_metric_free(&made);
  return status;
}

static ag_status fail_unknown(ag_node node, const char *name, ag_error *error)
{
  const char *near = ag_nearest_name(name, words, word_count);
  if (near)
    return ag_node_fail(node, error, "unknown metric `%s`; did you mean `%s`?", name, near);
  char list[512] = "";
  for (size_t k = 0, used = 0; k < word_count && used < sizeof list; k++)
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", words[k]);
  return ag_node_fail(node, error, "unknown metric `%s`; there are: %s", name, list);
}

ag_status ag_metric_read(ag_node node, const ag_metric_context *context, ag_metric *metric,
                         ag_error *error)
{
  const char *name = NULL;
  ag_node name_node = node, parameters = {NULL, 0};
  if (ag_node_get_kind(node) == AG_NODE_MAPPING && ag_node_count(node) == 1) {
    ag_node_entry(node, 0, &name, &name_node, &parameters);
  } else if (ag_node_get_kind(node) == AG_NODE_SCALAR) {
    ag_status status = ag_node_text(node, "a metric", &name, error);
    if (status != AG_OK)
      return status;
  } else {
    return ag_node_fail(node, error,
                        "expected a metric: its name, or one name with its parameters, such as "
                        "`near_optimal_mass: {eta: 0.5}`");
  }
  const ag_metric_type *type = ag_metric_find(name);
  if (!type)
    return fail_unknown(name_node, name, error);
  if (ag_space_is_cloud(context->space) && !type->on_points)
    return ag_node_fail(name_node, error,
                        "the metric `%s` is defined on a finite space, not on a cloud of points",
                        name);
  if (context->texts && !type->on_texts)
    return ag_node_fail(name_node, error,
                        "the metric `%s` is defined on a finite space, not on texts that a "
                        "language model writes",
                        name);
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
