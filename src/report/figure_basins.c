/* Basins as a picture: boundaries, triangles or shares. */
#include <aligngame/figure.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/status.h"
#include "base/text.h"
#include "report/figure_parts.h"

enum { LABEL = 128, SINKS_DRAWN = 8, ORDERS_DRAWN = 6, UNDECIDED_FILL = 4 };

void ag_share_interval(size_t count, size_t total, double *low, double *high)
{
  const double z = 1.959963984540054; /* the normal quantile of 97.5 % */
  double n = (double)total, share = n > 0 ? (double)count / n : 0.5;
  double shrink = n + z * z;
  double middle = (n * share + z * z / 2) / shrink;
  double half = z * sqrt(n * share * (1 - share) + z * z / 4) / shrink;
  *low = count == 0 ? 0 : fmax(0, middle - half);
  *high = count == total && total > 0 ? 1 : fmin(1, middle + half);
}

/* What the pictures share: names of the ends and of the orders. */
typedef struct basin_names {
  const ag_game *game;
  const ag_basins *basins;
  char sink[SINKS_DRAWN + 1][LABEL]; /* the last: undecided */
  ag_category category[SINKS_DRAWN + 1];
  char order[ORDERS_DRAWN][LABEL];
  const char *order_name[ORDERS_DRAWN];
  size_t sinks, orders;
  bool others; /* some starts end at no sink that is drawn */
} basin_names;

/* "atom 2", "atom 2 and 3 like it", "60 % atom 2, 40 % atom 0": where an end is. */
static void name_end(const ag_game *game, const ag_prediction *prediction, size_t end, char *text,
                     size_t size)
{
  enum { NAMED_MOST = 2 };
  char label[LABEL - 48];
  if (prediction->theory.kind != AG_THEORY_REST_POINTS) {
    const ag_item_set *items = &prediction->sinks[end].items;
    ag_game_item_label(game, items->item[0], label, sizeof label);
    snprintf(text, size, items->count > 1 ? "%s and %zu like it" : "%s", label, items->count - 1);
    return;
  }
  const ag_rest_point *point = &prediction->rest_points[end];
  size_t used = 0;
  for (size_t i = 0; i < point->count && i < NAMED_MOST && used < size; i++) {
    ag_game_item_label(game, point->item[i], label, sizeof label / NAMED_MOST);
    used += (size_t)snprintf(text + used, size - used, "%s%.3g %% %s", i ? ", " : "",
                             100 * point->mass[i], label);
  }
  if (point->count > NAMED_MOST && used < size)
    snprintf(text + used, size - used, ", …");
}

static void name_order(const ag_game *game, const ag_basins *basins, size_t o, char *text,
                       size_t size)
{
  size_t first = basins->order[o].first;
  if (first == SIZE_MAX || basins->order_count == 1)
    snprintf(text, size, "as it is played");
  else
    snprintf(text, size, "%.100s first", ag_game_curator_name(game, first));
  ag_utf8_end(text);
}

static void name_all(const ag_game *game, const ag_analysis *analysis, const ag_basins *basins,
                     basin_names *names)
{
  static const char *const marks[SINKS_DRAWN] = {"A", "B", "C", "D", "E", "F", "G", "H"};
  *names = (basin_names){.game = game, .basins = basins};
  names->sinks = basins->sink_count < SINKS_DRAWN ? basins->sink_count : SINKS_DRAWN;
  names->orders = basins->order_count < ORDERS_DRAWN ? basins->order_count : ORDERS_DRAWN;
  for (size_t s = 0; s < names->sinks; s++) {
    int used = snprintf(names->sink[s], LABEL, "ends at ");
    name_end(game, analysis->prediction, s, names->sink[s] + used, LABEL - (size_t)used);
    ag_utf8_end(names->sink[s]);
    names->category[s] = (ag_category){names->sink[s], marks[s], s};
    if (s >= UNDECIDED_FILL) /* white is taken */
      names->category[s].style = s + 1;
  }
  snprintf(names->sink[names->sinks], LABEL, "undecided");
  names->category[names->sinks] = (ag_category){names->sink[names->sinks], "?", UNDECIDED_FILL};
  for (size_t o = 0; o < names->orders; o++) {
    const ag_basin_order *order = &basins->order[o];
    names->others |= order->count[basins->sink_count] > 0 || names->sinks < basins->sink_count;
    name_order(game, basins, o, names->order[o], LABEL);
    names->order_name[o] = names->order[o];
  }
}

/* How much of an end is the first class. */
static double first_share(const ag_basins *basins, const ag_prediction *prediction, size_t end)
{
  const bool rest = prediction->theory.kind == AG_THEORY_REST_POINTS;
  size_t count = rest ? prediction->rest_points[end].count : prediction->sinks[end].items.count;
  for (size_t i = 0; i < count; i++) {
    if (!rest && prediction->sinks[end].items.item[i] == basins->item[0])
      return 1;
    if (rest && prediction->rest_points[end].item[i] == basins->item[0])
      return prediction->rest_points[end].mass[i];
  }
  return 0;
}

/* --- two classes --- */

typedef struct boundary_drawing {
  double edge[ORDERS_DRAWN][3], row[ORDERS_DRAWN][2], at[ORDERS_DRAWN], level[ORDERS_DRAWN];
  char text[ORDERS_DRAWN][LABEL];
  unsigned char side[2], unknown[2];
  ag_layer layer[2 * ORDERS_DRAWN + 1];
} boundary_drawing;

/* Row o of the picture: what wins left and right of the boundary. */
static void add_boundary(const basin_names *names, size_t o, boundary_drawing *made)
{
  double critical = names->basins->order[o].critical_mass, y = (double)(names->orders - 1 - o);
  bool known = isfinite(critical);
  memcpy(made->edge[o], (double[]){0, known ? critical : 0.5, 1}, sizeof made->edge[o]);
  memcpy(made->row[o], (double[]){y - 0.33, y + 0.33}, sizeof made->row[o]);
  made->at[o] = known ? critical : 0.5;
  made->level[o] = y - 0.46;
  if (known)
    snprintf(made->text[o], LABEL, "%.12f", critical);
  else
    snprintf(made->text[o], LABEL, "not known");
  made->layer[o] = (ag_layer){.kind = AG_LAYER_CELLS,
                              .x = made->edge[o],
                              .y = made->row[o],
                              .columns = 2,
                              .rows = 1,
                              .category = known ? made->side : made->unknown,
                              .categories = names->category,
                              .category_count = names->sinks + 1};
  made->layer[names->orders + 1 + o] = (ag_layer){.kind = AG_LAYER_TEXT,
                                                  .count = 1,
                                                  .label = made->text[o],
                                                  .x = &made->at[o],
                                                  .y = &made->level[o]};
}

static ag_status draw_boundaries(const basin_names *names, const ag_analysis *analysis,
                                 const char *path, ag_error *error)
{
  boundary_drawing made = {0};
  const char *rows[ORDERS_DRAWN];
  char label[LABEL], item[LABEL - 32];
  double start = names->basins->mass[0];
  const double start_x[2] = {start, start}, start_y[2] = {-0.6, (double)names->orders - 0.4};
  /* above the boundary stands the end that has more of the first class */
  made.side[0] = first_share(names->basins, analysis->prediction, 0) >
                 first_share(names->basins, analysis->prediction, 1);
  made.side[1] = !made.side[0];
  made.unknown[0] = made.unknown[1] = (unsigned char)names->sinks;
  for (size_t o = 0; o < names->orders; o++) {
    add_boundary(names, o, &made);
    rows[names->orders - 1 - o] = names->order_name[o];
  }
  made.layer[names->orders] = ag_line("this game's start", 6, 2, start_x, start_y);
  ag_game_item_label(names->game, names->basins->item[0], item, sizeof item);
  snprintf(label, sizeof label, "initial mass of %s", item);
  ag_panel panel = {.x = {.label = label, .low = 0, .high = 1},
                    .y = {.low = -0.6,
                          .high = (double)names->orders - 0.4,
                          .name = rows,
                          .name_count = names->orders},
                    .layer_count = 2 * names->orders + 1,
                    .layer = made.layer};
  ag_figure figure = {.title = "Which start ends where: moving first shifts the boundary",
                      .width = 440,
                      .height = 110 + 55 * (double)names->orders,
                      .legend_below = true,
                      .panel_count = 1,
                      .panel = &panel};
  return ag_figure_write(&figure, path, 0, error);
}

/* --- three classes --- */

static ag_status draw_triangles(const basin_names *names, const char *path, ag_error *error)
{
  const ag_basins *basins = names->basins;
  ag_layer layer[ORDERS_DRAWN][2];
  ag_panel panel[ORDERS_DRAWN] = {{0}};
  char corner[3][LABEL];
  const double start[2] = {basins->mass[0], basins->mass[1]};
  for (size_t c = 0; c < 3; c++)
    ag_game_item_label(names->game, basins->item[c], corner[c], LABEL);
  for (size_t o = 0; o < names->orders; o++) {
    layer[o][0] = (ag_layer){.kind = AG_LAYER_TERNARY,
                             .side = basins->side,
                             .category = basins->order[o].winner,
                             .categories = names->category,
                             .category_count = names->sinks + 1};
    layer[o][1] = (ag_layer){.kind = AG_LAYER_POINTS,
                             .label = "this game's start",
                             .style = 6,
                             .count = 1,
                             .x = &start[0],
                             .y = &start[1],
                             .size = 4};
    panel[o] = (ag_panel){.title = names->order_name[o],
                          .corner = {corner[0], corner[1], corner[2]},
                          .layer_count = 2,
                          .layer = layer[o]};
  }
  ag_figure figure = {.title = "Which start ends where",
                      .columns = names->orders < 3 ? names->orders : 3,
                      .legend_below = true,
                      .panel_count = names->orders,
                      .panel = panel};
  return ag_figure_write(&figure, path, 0, error);
}

/* --- shares --- */

typedef struct share_drawing {
  double x[ORDERS_DRAWN][SINKS_DRAWN + 1], share[ORDERS_DRAWN][SINKS_DRAWN + 1];
  double low[ORDERS_DRAWN][SINKS_DRAWN + 1], high[ORDERS_DRAWN][SINKS_DRAWN + 1];
  ag_layer layer[ORDERS_DRAWN];
} share_drawing;

static void add_shares(const basin_names *names, size_t o, share_drawing *made)
{
  const ag_basins *basins = names->basins;
  double width = 0.8 / (double)names->orders;
  size_t left = basins->start_count;
  for (size_t s = 0; s <= names->sinks; s++) {
    size_t count = s < names->sinks ? basins->order[o].count[s] : left;
    left -= count;
    made->x[o][s] = (double)s + width * ((double)o - (double)(names->orders - 1) / 2);
    made->share[o][s] = (double)count / (double)basins->start_count;
    ag_share_interval(count, basins->start_count, &made->low[o][s], &made->high[o][s]);
  }
  made->layer[o] = (ag_layer){.kind = AG_LAYER_BARS,
                              .label = names->order_name[o],
                              .style = o,
                              .count = names->sinks + names->others,
                              .size = width,
                              .x = made->x[o],
                              .y = made->share[o],
                              .low = made->low[o],
                              .high = made->high[o]};
}

static ag_status draw_shares(const basin_names *names, const ag_analysis *analysis,
                             const char *path, ag_error *error)
{
  share_drawing made;
  char label[SINKS_DRAWN + 1][LABEL], title[LABEL];
  const char *name[SINKS_DRAWN + 1];
  for (size_t s = 0; s < names->sinks; s++)
    name_end(names->game, analysis->prediction, s, label[s], LABEL);
  snprintf(label[names->sinks], LABEL,
           names->basins->sink_count > names->sinks ? "elsewhere, undecided" : "undecided");
  for (size_t s = 0; s <= names->sinks; s++)
    name[s] = label[s];
  for (size_t o = 0; o < names->orders; o++)
    add_shares(names, o, &made);
  snprintf(title, sizeof title, "Where %zu random starts end (95 %% intervals)",
           names->basins->start_count);
  ag_panel panel = {.x = {.low = -0.6,
                          .high = (double)(names->sinks + names->others) - 0.4,
                          .name = name,
                          .name_count = names->sinks + names->others},
                    .y = {.label = "share of starts", .low = 0, .high = 1},
                    .legend = AG_LEGEND_OUTSIDE,
                    .layer_count = names->orders,
                    .layer = made.layer};
  ag_figure figure = {.title = title,
                      .width = fmax(400, 160 + 75 * (double)(names->sinks + names->others)),
                      .height = 280,
                      .panel_count = 1,
                      .panel = &panel};
  return ag_figure_write(&figure, path, 0, error);
}

ag_status ag_basins_draw(const ag_game *game, const ag_analysis *analysis, const ag_basins *basins,
                         const char *path, ag_error *error)
{
  basin_names names;
  if (basins->kind == AG_BASIN_ONE_SINK)
    return ag_fail(
        error, AG_ERROR_INPUT,
        "there is no picture of the basins: the start does not decide where the game ends");
  name_all(game, analysis, basins, &names);
  if (basins->kind == AG_BASIN_CRITICAL_MASS)
    return draw_boundaries(&names, analysis, path, error);
  return basins->kind == AG_BASIN_TERNARY ? draw_triangles(&names, path, error)
                                          : draw_shares(&names, analysis, path, error);
}
