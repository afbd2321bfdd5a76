#include <aligngame/json.h>

#include <aligngame/figure.h>

#include "report/json.h"

static json_t *count_json(size_t count)
{
  return json_integer((json_int_t)count);
}

/* A number of an item or a sink; SIZE_MAX is nothing. */
static json_t *number_json(size_t number)
{
  return number == SIZE_MAX ? json_null() : count_json(number);
}

static json_t *optimal_sets_json(const ag_game *game, const ag_prediction *prediction)
{
  json_t *sets = json_object();
  for (size_t c = 0; c < prediction->curator_count; c++)
    ag_json_put(&sets, ag_game_curator_name(game, c), ag_json_set(&prediction->optimal_sets[c]));
  return sets;
}

static json_t *sinks_json(const ag_analysis *analysis)
{
  json_t *sinks = json_array();
  for (size_t s = 0; s < analysis->prediction->sink_count; s++) {
    const ag_sink *sink = &analysis->prediction->sinks[s];
    const ag_sink_detail *detail = &analysis->sink[s];
    ag_json_append(&sinks,
                   json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "atoms", ag_json_set(&sink->items),
                             "lambda", ag_json_real(exp(sink->log_lambda)), "rate",
                             ag_json_real(-sink->log_lambda), "log_lambda",
                             ag_json_real(sink->log_lambda), "invader",
                             number_json(detail->invader), "power", ag_json_real(detail->power)));
  }
  return sinks;
}

/* The most massive items of a rest point. */
static json_t *rest_atoms_json(const ag_rest_point *point)
{
  json_t *atoms = json_array();
  for (size_t i = 0; i < point->count && i < AG_OUTCOME_MOST; i++)
    ag_json_append(&atoms, json_pack("{s:o, s:o}", "index", count_json(point->item[i]), "mass",
                                     ag_json_real(point->mass[i])));
  return atoms;
}

static json_t *rest_points_json(const ag_prediction *prediction)
{
  json_t *points = json_array();
  for (size_t r = 0; r < prediction->rest_point_count; r++) {
    const ag_rest_point *point = &prediction->rest_points[r];
    ag_json_append(&points,
                   json_pack("{s:o, s:o, s:b, s:b, s:o, s:o, s:s}", "atoms", rest_atoms_json(point),
                             "items", count_json(point->count), "stable", (int)point->stable,
                             "attracts", (int)point->attracts, "spectral_radius",
                             ag_json_real(point->radius), "growth_outside",
                             ag_json_real(point->growth_outside), "start",
                             point->every_start ? "every" : "some"));
  }
  return points;
}

/* owner, public: which curators the paper's letters stand for here. */
static json_t *constants_json(const ag_game *game, const ag_constants *constants)
{
  return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "owner",
                   ag_game_curator_name(game, constants->owner), "public",
                   ag_game_curator_name(game, constants->public_), "gap_owner",
                   ag_json_real(constants->gap_owner), "gap_public",
                   ag_json_real(constants->gap_public), "gap_refinement",
                   ag_json_real(constants->gap_refinement), "v_min", ag_json_real(constants->v_min),
                   "pool_threshold", ag_json_real(constants->pool_threshold), "pool_needed",
                   ag_json_real(constants->pool_needed), "c_owner",
                   ag_json_real(constants->c_owner), "rho", ag_json_real(constants->rho), "vacuous",
                   (int)constants->vacuous);
}

static json_t *contraction_json(const ag_game *game, const ag_analysis *analysis)
{
  json_t *contraction = json_object();
  for (size_t c = 0; analysis->contraction && c < ag_game_curator_count(game); c++)
    ag_json_put(&contraction, ag_game_curator_name(game, c),
                ag_json_real(analysis->contraction[c]));
  return contraction;
}

/* lambda[row][column]: the growth of a rare row in a resident column. */
static json_t *growth_json(const ag_analysis *analysis)
{
  size_t count = analysis->growth_count;
  json_t *rows = json_array();
  for (size_t a = 0; a < count; a++) {
    json_t *row = json_array();
    for (size_t b = 0; b < count; b++)
      ag_json_append(&row, ag_json_real(exp(analysis->log_growth[a * count + b])));
    ag_json_append(&rows, row);
  }
  return json_pack("{s:o, s:o}", "atoms", ag_json_counts(analysis->growth_item, count), "lambda",
                   rows);
}

/* --- basins --- */

static json_t *shares_json(const ag_basins *basins, const ag_basin_order *order)
{
  json_t *shares = json_array();
  for (size_t s = 0; s < basins->sink_count; s++) {
    double low, high;
    ag_share_interval(order->count[s], basins->start_count, &low, &high);
    ag_json_append(&shares,
                   json_pack("{s:o, s:o, s:o, s:o}", "count", count_json(order->count[s]), "share",
                             ag_json_real((double)order->count[s] / (double)basins->start_count),
                             "low", ag_json_real(low), "high", ag_json_real(high)));
  }
  return shares;
}

static json_t *winners_json(const ag_basins *basins, const ag_basin_order *order)
{
  json_t *winners = json_array();
  for (size_t i = 0; i < basins->start_count; i++)
    ag_json_append(
        &winners, number_json(order->winner[i] < basins->sink_count ? order->winner[i] : SIZE_MAX));
  return winners;
}

static json_t *order_json(const ag_game *game, const ag_basins *basins, const ag_basin_order *order)
{
  json_t *made =
      json_pack("{s:s?, s:o}", "first",
                order->first == SIZE_MAX ? NULL : ag_game_curator_name(game, order->first),
                "own_end", number_json(order->own_end));
  if (basins->kind == AG_BASIN_CRITICAL_MASS)
    ag_json_put(&made, "critical_mass", ag_json_real(order->critical_mass));
  if (basins->start_count > 0) {
    ag_json_put(&made, "basins", shares_json(basins, order));
    ag_json_put(&made, "undecided", count_json(order->count[basins->sink_count]));
  }
  if (order->winner)
    ag_json_put(&made, "winner", winners_json(basins, order));
  return made;
}

static json_t *basins_json(const ag_game *game, const ag_basins *basins)
{
  static const char *const kinds[] = {"one sink", "critical mass", "ternary", "shares"};
  size_t items = basins->kind == AG_BASIN_CRITICAL_MASS ? 2 : 3;
  json_t *orders = json_array();
  for (size_t o = 0; o < basins->order_count; o++)
    ag_json_append(&orders, order_json(game, basins, &basins->order[o]));
  json_t *made = json_pack("{s:s, s:o}", "kind", kinds[basins->kind], "orders", orders);
  if (basins->kind == AG_BASIN_CRITICAL_MASS || basins->kind == AG_BASIN_TERNARY)
    ag_json_put(&made, "atoms", ag_json_counts(basins->item, items));
  if (basins->kind == AG_BASIN_CRITICAL_MASS && basins->order_count > 1)
    ag_json_put(&made, "first_mover_shift",
                ag_json_real(basins->order[1].critical_mass - basins->order[0].critical_mass));
  if (basins->start_count > 0)
    ag_json_put(&made, "starts", count_json(basins->start_count));
  if (basins->kind == AG_BASIN_TERNARY)
    ag_json_put(&made, "side", count_json(basins->side));
  return made;
}

char *ag_analysis_json(const ag_game *game, const ag_analysis *analysis, const ag_basins *basins)
{
  const ag_prediction *prediction = analysis->prediction;
  json_t *document = json_pack(
      "{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:s?, s:b}", "settings", ag_json_settings(game), "name",
      ag_game_name(game), "reading", ag_game_reading(game), "regime",
      ag_regime_name(prediction->regime), "optimal_sets", optimal_sets_json(game, prediction),
      "sinks", sinks_json(analysis), "paper_limit", ag_json_set(&prediction->paper_limit),
      "paper_theorem", prediction->paper_theorem, "lock_in", (int)prediction->lock_in);
  bool constants =
      prediction->theory.theorems && analysis->constants.owner != analysis->constants.public_;
  json_t *more =
      json_pack("{s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "theory",
                ag_json_theory(&prediction->theory), "neutral", (int)prediction->neutral, "cycles",
                (int)prediction->cycles, "rest_points", rest_points_json(prediction), "items",
                count_json(analysis->item_count), "classes", count_json(analysis->class_count),
                "pareto_classes", count_json(analysis->front_count), "constants",
                constants ? constants_json(game, &analysis->constants) : json_null(), "contraction",
                contraction_json(game, analysis), "growth", growth_json(analysis), "basins",
                basins ? basins_json(game, basins) : json_null());
  ag_json_join(&document, more);
  ag_json_add_input(&document, game);
  return ag_json_finish("analyze", document);
}
