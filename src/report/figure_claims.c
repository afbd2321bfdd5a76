/* Theorem 4 over the two gaps, as a picture. */
#include <aligngame/audit.h>
#include <aligngame/figure.h>

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/figure_parts.h"

/* Edges of cells around values that stand evenly on a logarithmic scale. */
static void find_edges(const double *value, size_t count, double *edge)
{
  double half = sqrt(value[1] / value[0]);
  for (size_t i = 0; i < count; i++)
    edge[i] = value[i] / half;
  edge[count] = value[count - 1] * half;
}

ag_status ag_ensemble_draw(const ag_ensemble *ensemble, const char *path, ag_error *error)
{
  size_t side = ensemble->side;
  double *edge = NULL;
  if (side < 2)
    return ag_fail(error, AG_ERROR_INPUT, "a diagram needs at least two gaps");
  ag_status status = ag_array_create(side + 1, sizeof *edge, &edge, error);
  if (status)
    return status;
  find_edges(ensemble->gap, side, edge);
  const double low = edge[0], high = edge[side];
  const double log_pool[2] = {log(8), log(8)}, ends[2] = {low, high};
  ag_layer layer[] = {
      {.kind = AG_LAYER_DENSITY,
       .label = "share of games in which it holds",
       .x = edge,
       .y = edge,
       .columns = side,
       .rows = side,
       .value = ensemble->share,
       .least = 0,
       .most = 1},
      ag_line("gap = log pool", 1, 2, log_pool, ends),
      ag_line(NULL, 1, 2, ends, log_pool),
  };
  ag_panel panel = {
      .x = {.label = "Owner's gap, in temperatures", .low = low, .high = high, .logarithmic = true},
      .y = {.label = "Public's gap, in temperatures",
            .low = low,
            .high = high,
            .logarithmic = true},
      .legend = AG_LEGEND_OUTSIDE,
      .layer_count = sizeof layer / sizeof *layer,
      .layer = layer};
  ag_figure figure = {.title = "Theorem 4 in random disjoint games, pools of 8",
                      .width = 520,
                      .height = 360,
                      .panel_count = 1,
                      .panel = &panel};
  status = ag_figure_write(&figure, path, 0, error);
  free(edge);
  return status;
}
