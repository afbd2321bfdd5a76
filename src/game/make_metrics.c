/* What is measured of a game. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/outline.h"

/* Two columns of one name could not be told apart in the results. NULL: there are none. */
static const char *find_repeat(const ag_game *game)
{
  const ag_metric *last = &game->metric[game->metric_count - 1];
  for (const ag_metric *before = game->metric; before < last; before++)
    for (size_t i = 0; i < before->column_count; i++)
      for (size_t j = 0; j < last->column_count; j++)
        if (!strcmp(before->column_name[i], last->column_name[j]))
          return last->column_name[j];
  return NULL;
}

static bool on_by_default(const ag_metric_type *type, const ag_game *game)
{
  if (game->texts)
    return type->on_texts && (type->on_by_default || type->measure);
  return ag_space_is_cloud(game->space) ? type->on_points : type->on_by_default;
}

/* What metrics see of the game; *context.curator is the caller's to free. */
static ag_status make_context(const ag_game *game, ag_metric_context *context, ag_error *error)
{
  ag_metric_curator *curator = NULL;
  ag_status status = ag_array_create(game->curator_count, sizeof *curator, &curator, error);
  for (size_t c = 0; !status && c < game->curator_count; c++)
    curator[c] = (ag_metric_curator){.name = game->curator[c].name,
                                     .reward = &game->curator[c].reward,
                                     .value = game->curator[c].value,
                                     .optimal_level = game->curator[c].optimal_level,
                                     .satisfaction_level = game->curator[c].satisfaction_level};
  *context = (ag_metric_context){game->space, game->curator_count, curator, game->texts};
  return status;
}

static size_t known_metrics(void)
{
  size_t known = 0;
  while (ag_metric_types[known])
    known++;
  return known;
}

static ag_status add_metric(const ag_metric_type *type, const ag_metric_context *context,
                            ag_game *game, ag_error *error)
{
  ag_status status =
      ag_metric_create(type, (ag_node){0}, context, &game->metric[game->metric_count], error);
  game->metric_count += !status;
  return status;
}

static ag_status add_defaults(const ag_metric_context *context, ag_game *game, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t m = 0; !status && ag_metric_types[m]; m++)
    if (on_by_default(ag_metric_types[m], game))
      status = add_metric(ag_metric_types[m], context, game, error);
  return status;
}

/* Metric number m of those that are listed: by a document, or by name. */
static ag_status add_listed(const ag_outline *outline, ag_node listed, size_t m,
                            const ag_metric_context *context, ag_game *game, ag_error *error)
{
  ag_node item = ag_node_item(listed, m);
  const char *name = outline->spec.metric_count ? outline->spec.metric[m] : NULL;
  const ag_metric_type *type = name ? ag_metric_find(name) : NULL;
  ag_status status;
  if (name)
    status = type ? add_metric(type, context, game, error)
                  : ag_fail(error, AG_ERROR_INPUT, "there is no metric '%s'", name);
  else {
    status = ag_metric_read(item, context, &game->metric[game->metric_count], error);
    game->metric_count += !status;
  }
  const char *repeat = status ? NULL : find_repeat(game);
  return repeat ? ag_node_fail(item, error, "the metric %s is asked for twice", repeat) : status;
}

ag_status ag_outline_make_metrics(const ag_outline *outline, ag_game *game, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  ag_metric_context context;
  ag_node node = spec->metric_count ? (ag_node){0} : ag_node_find(outline->root, "metrics");
  bool defaults = spec->metric_count == 1 ? !strcmp(spec->metric[0], "default")
                                          : !spec->metric_count && ag_node_present(outline->root);
  size_t count = ag_node_present(node) ? ag_node_count(node) : spec->metric_count;
  defaults = defaults && !ag_node_present(node);
  if (ag_node_present(node) && ag_node_get_kind(node) != AG_NODE_SEQUENCE)
    return ag_node_fail(node, error,
                        "the metrics are not a list; expected e.g. [entropy, "
                        "mean_reward]");
  ag_status status = make_context(game, &context, error);
  if (!status)
    status = ag_array_create(defaults ? known_metrics() : count, sizeof *game->metric,
                             &game->metric, error);
  if (!status && defaults)
    status = add_defaults(&context, game, error);
  for (size_t m = 0; !status && !defaults && m < count; m++)
    status = add_listed(outline, node, m, &context, game, error);
  free((void *)context.curator);
  return status;
}
