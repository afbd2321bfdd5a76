/* A run's metrics as panels: one for each family of metrics, `family.member` a line. */
#include "report/figure_run.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>
#include <aligngame/facts.h>
#include <aligngame/report.h>

#include "base/files.h"
#include "report/figure_parts.h"

enum { INSIDE_MOST = 4 }; /* a longer legend would hide the lines */
enum { LINES_MOST = AG_LINE_STYLES, POINTS_MOST = 600, LAYERS_A_LINE = 3 };
static const size_t exact_style = AG_LINE_STYLES - 1; /* black, dashed */
static const char exact_label[] = "exact";

/* --- panels with their memory --- */

/* Takes a block over, or frees it where there is no memory to note it. */
static void *adopt(ag_panel_set *panels, void *made)
{
  void **block = realloc(panels->block, (panels->block_count + 1) * sizeof *block);
  if (block)
    panels->block = block;
  if (!block || !made) {
    panels->failed = true;
    free(made);
    return NULL;
  }
  panels->block[panels->block_count++] = made;
  return made;
}

void *ag_panels_take(ag_panel_set *panels, size_t count, size_t size)
{
  return adopt(panels, calloc(count ? count : 1, size));
}

char *ag_panels_print(ag_panel_set *panels, const char *format, ...)
{
  char *text = NULL;
  va_list words;
  va_start(words, format);
  int length = vasprintf(&text, format, words);
  va_end(words);
  return adopt(panels, length < 0 ? NULL : text);
}

void ag_panels_add(ag_panel_set *panels, const ag_panel *panel, const char *caption)
{
  size_t count = panels->count + 1;
  ag_panel *grown = realloc(panels->panel, count * sizeof *grown);
  if (grown)
    panels->panel = grown;
  const char **captions = realloc(panels->caption, count * sizeof *captions);
  if (captions)
    panels->caption = captions;
  panels->failed |= !grown || !captions;
  if (panels->failed)
    return;
  panels->panel[panels->count] = *panel;
  panels->caption[panels->count++] = caption;
}

void ag_panels_free(ag_panel_set *panels)
{
  for (size_t i = 0; i < panels->block_count; i++)
    free(panels->block[i]);
  free(panels->block);
  free(panels->panel);
  free(panels->caption);
  *panels = (ag_panel_set){0};
}

/* --- families of metrics --- */

/* A family is the columns `metric.member` of one metric; any of their names, or `metric`, stands
 * for it. This is the order of the panels; other metrics follow. */
static const char *const order[] = {
    "effective_number", "mean_reward", "satisfaction",   "optimal_mass", "distance",
    "group_share",      "variance",    "original_share", "word_count",   "distinct",
    "duplicates",       "novelty",     "perplexity",     "word_entropy", "word_share"};
enum { ORDERED = sizeof order / sizeof *order };

static bool in_family(const char *name, const char *family)
{
  size_t length = strcspn(family, ".");
  return strcspn(name, ".") == length && strncmp(name, family, length) == 0;
}

static const char *member_of(const char *name)
{
  const char *dot = strchr(name, '.');
  return dot ? dot + 1 : "";
}

/* The families that the runs have, each by a name: family [ORDERED + all columns]. */
static size_t list_families(const ag_run_view *run, size_t count, const char **family)
{
  size_t found = ORDERED;
  memcpy(family, order, sizeof order);
  for (size_t r = 0; r < count; r++)
    for (size_t m = 0; m < run[r].result->metric_count; m++) {
      size_t f = 0;
      family[found] = run[r].result->metric_name[m];
      while (!in_family(family[found], family[f]))
        f++;
      found += f == found;
    }
  return found;
}

/* As the metric's descriptor says; a metric that this build does not know has its name. */
static ag_metric_picture find_picture(const char *family, ag_panel_set *panels)
{
  ag_metric_picture picture;
  if (!ag_metric_picture_of(family, &picture)) {
    const char *name = ag_panels_print(panels, "%.*s", (int)strcspn(family, "."), family);
    picture = (ag_metric_picture){.title = name, .axis = name};
  }
  return picture;
}

/* --- lines --- */

/* A line in the making: the generations that are drawn, and a factor for the values. */
typedef struct metric_course {
  const ag_result *result;
  size_t count;
  double *generation; /* [count] */
  double factor;
} metric_course;

static metric_course make_course(const ag_result *result, ag_panel_set *panels)
{
  size_t last = result->generations < panels->drawn ? result->generations : panels->drawn;
  size_t rows = last + 1;
  metric_course made = {
      .result = result, .count = rows < POINTS_MOST ? rows : POINTS_MOST, .factor = 1};
  made.generation = ag_panels_take(panels, made.count, sizeof(double));
  for (size_t i = 0; made.generation && i < made.count; i++)
    made.generation[i] = rows <= POINTS_MOST
                             ? (double)i
                             : floor((double)i * (double)last / (double)(POINTS_MOST - 1));
  return made;
}

static ag_layer line_layer(const metric_course *course, const ag_result *result, size_t metric,
                           const char *label, size_t style, ag_panel_set *panels)
{
  double *value = ag_panels_take(panels, course->count, sizeof *value);
  for (size_t i = 0; value && i < course->count; i++)
    value[i] = course->factor * ag_result_metric(result, (size_t)course->generation[i], metric);
  return ag_line(label, style, course->count, course->generation, value);
}

/* Bands of the replicates: of the quantiles 5 % to 95 %, and around the mean. Generations
 * where the metric is not defined are left out. */
static ag_status band_layers(const metric_course *course, size_t metric, size_t style,
                             ag_layer layer[2], ag_panel_set *panels, ag_error *error)
{
  double *array[6]; /* x, nothing, and the bands' edges */
  size_t count = 0;
  for (size_t a = 0; a < 6; a++)
    if (!(array[a] = ag_panels_take(panels, course->count, sizeof(double))))
      return ag_fail_memory(error);
  for (size_t i = 0; i < course->count; i++) {
    ag_spread spread;
    ag_status status =
        ag_result_spread(course->result, (size_t)course->generation[i], metric, &spread, error);
    if (status != AG_OK)
      return status;
    const double value[] = {course->generation[i],       (double)NAN,
                            course->factor * spread.q05, course->factor * spread.q95,
                            course->factor * spread.low, course->factor * spread.high};
    if (!isfinite(spread.low) || !isfinite(spread.q05) || !isfinite(spread.q95))
      continue;
    for (size_t a = 0; a < 6; a++)
      array[a][count] = value[a];
    count++;
  }
  for (size_t band = 0; band < 2; band++)
    layer[band] = ag_banded(ag_line(NULL, style, count, array[0], array[1]), array[2 + 2 * band],
                            array[3 + 2 * band]);
  return AG_OK;
}

/* The layers of one metric: bands, line. Returns their number in *count. */
static ag_status metric_layers(const metric_course *course, size_t metric, const char *label,
                               size_t style, ag_layer *layer, size_t *count, ag_panel_set *panels,
                               ag_error *error)
{
  ag_status status = AG_OK;
  if (course->result->replicates > 1) {
    status = band_layers(course, metric, style, layer + *count, panels, error);
    *count += status == AG_OK ? 2 : 0;
  }
  if (status == AG_OK)
    layer[(*count)++] = line_layer(course, course->result, metric, label, style, panels);
  return status;
}

/* --- panels --- */

/* Whether values of a metric that is above 0 span so much that only a logarithmic axis
 * shows them. */
static bool spans_decades(const ag_layer *layer, size_t layers)
{
  double least = INFINITY, most = 0;
  for (size_t l = 0; l < layers; l++)
    for (size_t i = 0; i < layer[l].count; i++) {
      double low = layer[l].low ? layer[l].low[i] : layer[l].y[i];
      double high = layer[l].high ? layer[l].high[i] : layer[l].y[i];
      least = isfinite(low) ? fmin(least, low) : least;
      most = isfinite(high) ? fmax(most, high) : most;
    }
  return least > 0 && most >= 20 * least;
}

/* The curators' rewards have one unit where the temperatures are the same; else the
 * temperature is each one's unit. */
static bool rewards_need_scaling(const ag_game *game)
{
  for (size_t c = 1; c < ag_game_curator_count(game); c++)
    if (ag_game_curator_temperature(game, c) != ag_game_curator_temperature(game, 0))
      return true;
  return false;
}

static double reward_factor(const ag_game *game, const char *curator)
{
  for (size_t c = 0; c < ag_game_curator_count(game); c++)
    if (strcmp(ag_game_curator_name(game, c), curator) == 0)
      return 1 / ag_game_curator_temperature(game, c);
  return 1;
}

/* The family's metrics, at most LINES_MOST: where there are more, those that are largest
 * at the end. */
static size_t choose_members(const ag_result *result, const char *family, size_t metric[LINES_MOST])
{
  size_t count = 0, total = 0;
  for (size_t m = 0; m < result->metric_count; m++)
    total += in_family(result->metric_name[m], family);
  for (size_t m = 0; m < result->metric_count; m++) {
    if (!in_family(result->metric_name[m], family))
      continue;
    double last = ag_result_metric(result, result->generations, m);
    if (count == LINES_MOST &&
        !(last > ag_result_metric(result, result->generations, metric[count - 1])))
      continue;
    size_t place = count < LINES_MOST ? count++ : count - 1;
    for (; total > LINES_MOST && place > 0 &&
           last > ag_result_metric(result, result->generations, metric[place - 1]);
         place--)
      metric[place] = metric[place - 1];
    metric[place] = m;
  }
  return count;
}

size_t ag_metric_of(const ag_result *result, const char *prefix, const char *wanted)
{
  for (size_t m = 0; m < result->metric_count; m++) {
    const char *name = result->metric_name[m];
    if (in_family(name, prefix) && strcmp(member_of(name), wanted) == 0)
      return m;
  }
  return SIZE_MAX;
}

/* Whether the favourites are what satisfies, so that one panel says both. */
static bool repeats_satisfaction(const ag_result *result)
{
  for (size_t m = 0; m < result->metric_count; m++) {
    const char *name = result->metric_name[m];
    if (!in_family(name, "satisfaction"))
      continue;
    size_t other = ag_metric_of(result, "optimal_mass", member_of(name));
    for (size_t g = 0; other != SIZE_MAX && g <= result->generations; g++)
      if (!(fabs(ag_result_metric(result, g, m) - ag_result_metric(result, g, other)) < 1e-12))
        return false;
  }
  return ag_metric_of(result, "optimal_mass", "intersection") != SIZE_MAX;
}

static bool is_shown(const ag_run_view *run, const char *family)
{
  const ag_result *result = run->result;
  ag_metric_picture picture = {0};
  ag_metric_picture_of(family, &picture);
  if (in_family(family, "optimal_mass") && repeats_satisfaction(result))
    return false;
  if (picture.distances && ag_game_dimension(run->game) == 0 && result->dimension == 0)
    return false;
  return !picture.in_tables;
}

/* Whether a layer is a band that is wide enough to be seen in a panel of this span. */
static bool is_band(const ag_layer *layer, double span)
{
  for (size_t i = 0; layer->low && i < layer->count; i++)
    if (layer->high[i] - layer->low[i] > span / 500)
      return true;
  return false;
}

static double find_span(const ag_layer *layer, size_t layers)
{
  double low = INFINITY, high = -INFINITY;
  for (size_t l = 0; l < layers; l++)
    for (size_t i = 0; i < layer[l].count; i++) {
      low = fmin(low, layer[l].low ? layer[l].low[i] : layer[l].y[i]);
      high = fmax(high, layer[l].high ? layer[l].high[i] : layer[l].y[i]);
    }
  return high - low;
}

/* The family's caption, and what the bands and the dashed line are, where they are drawn. */
static const char *full_caption(const char *family, const ag_layer *layer, size_t layers,
                                ag_panel_set *panels)
{
  char metric[64], caption[256];
  bool bands = false, exact = false;
  double span = find_span(layer, layers);
  for (size_t l = 0; l < layers; l++) {
    bands |= is_band(&layer[l], span);
    exact |= layer[l].label == exact_label;
  }
  snprintf(metric, sizeof metric, "%.*s", (int)strcspn(family, "."), family);
  ag_metric_caption(metric, caption, sizeof caption);
  return ag_panels_print(panels, "%s%s%s%s", caption, *caption && (bands || exact) ? " " : "",
                         bands ? "Lines: means over the replicates; dark bands: 95 % intervals of "
                                 "these means; light bands: 5 % to 95 % of the replicates. "
                               : "",
                         exact ? "Black, dashed: the exact game, without samples." : "");
}

static const char *generation_label(ag_panel_set *panels)
{
  if (panels->drawn == panels->played)
    return "generation";
  return ag_panels_print(panels, "generation, of %zu", panels->played);
}

/* One panel with a line for each of the metrics. */
static ag_status add_members(const ag_run_view *run, const char *family, const size_t *metric,
                             size_t members, ag_panel_set *panels, ag_error *error)
{
  const ag_result *result = run->result;
  bool scaled = in_family(family, "mean_reward") && rewards_need_scaling(run->game);
  ag_metric_picture picture = find_picture(family, panels);
  ag_layer *layer = ag_panels_take(panels, members * (LAYERS_A_LINE + 1), sizeof *layer);
  size_t layers = 0, exact_shown = 0;
  metric_course course = make_course(result, panels);
  ag_status status = layer && course.generation ? AG_OK : ag_fail_memory(error);
  for (size_t i = 0; status == AG_OK && i < members; i++) {
    const char *name = result->metric_name[metric[i]], *member = member_of(name);
    course.factor = scaled ? reward_factor(run->game, member) : 1;
    status = metric_layers(&course, metric[i], *member ? member : NULL, i, layer, &layers, panels,
                           error);
    size_t exact = result->exact ? ag_result_find_metric(result->exact, name) : SIZE_MAX;
    if (status == AG_OK && exact != SIZE_MAX)
      layer[layers++] = line_layer(&course, result->exact, exact,
                                   exact_shown++ == 0 ? exact_label : NULL, exact_style, panels);
  }
  if (status == AG_OK && panels->failed)
    status = ag_fail_memory(error);
  if (status != AG_OK)
    return status;
  ag_panel panel = {.title = picture.title,
                    .x = {.label = generation_label(panels)},
                    .y = {.label = scaled ? "mean reward, in temperatures" : picture.axis,
                          .logarithmic = picture.logarithmic && spans_decades(layer, layers)},
                    .legend = members > INSIDE_MOST ? AG_LEGEND_OUTSIDE : AG_LEGEND_INSIDE,
                    .layer_count = layers,
                    .layer = layer};
  ag_panels_add(panels, &panel, full_caption(family, layer, layers, panels));
  return panels->failed ? ag_fail_memory(error) : AG_OK;
}

static ag_status add_family(const ag_run_view *run, const char *family, ag_panel_set *panels,
                            ag_error *error)
{
  size_t metric[LINES_MOST];
  size_t members = choose_members(run->result, family, metric);
  return members > 0 ? add_members(run, family, metric, members, panels, error) : AG_OK;
}

/* The last generation at which the metric is visibly away from its end. */
static size_t last_movement(const ag_result *result, size_t metric)
{
  double low = INFINITY, high = -INFINITY;
  size_t end = result->generations;
  double last = ag_result_metric(result, end, metric);
  for (size_t g = 0; g <= end; g++) {
    low = fmin(low, ag_result_metric(result, g, metric));
    high = fmax(high, ag_result_metric(result, g, metric));
  }
  if (ag_range_is_flat(low, high))
    return 0;
  while (end > 0 && !(fabs(ag_result_metric(result, end - 1, metric) - last) > (high - low) / 250))
    end--;
  return end;
}

/* How many generations of the runs to draw: all, unless the second half shows nothing. */
static void choose_horizon(const ag_run_view *run, size_t count, ag_panel_set *panels)
{
  enum { FEWEST = 10 };
  size_t moved = 0;
  for (size_t r = 0; r < count; r++) {
    const ag_result *result = run[r].result;
    panels->played = result->generations > panels->played ? result->generations : panels->played;
    for (size_t m = 0; m < result->metric_count; m++) {
      size_t end = is_shown(&run[r], result->metric_name[m]) ? last_movement(result, m) : 0;
      moved = end > moved ? end : moved;
    }
  }
  size_t drawn = moved + moved / 4 + 2;
  drawn = drawn > FEWEST ? drawn : FEWEST;
  panels->drawn = drawn <= panels->played / 2 ? drawn : panels->played;
}

ag_status ag_panels_add_run(const ag_run_view *run, ag_panel_set *panels, ag_error *error)
{
  const char **family =
      ag_panels_take(panels, ORDERED + run->result->metric_count + 1, sizeof *family);
  ag_status status = family ? AG_OK : ag_fail_memory(error);
  size_t families = family ? list_families(run, 1, family) : 0;
  choose_horizon(run, 1, panels);
  if (status == AG_OK && ag_result_find_metric(run->result, "effective_number") == SIZE_MAX)
    status = add_family(run, "entropy", panels, error);
  for (size_t f = 0; status == AG_OK && f < families; f++)
    if (is_shown(run, family[f]))
      status = add_family(run, family[f], panels, error);
  if (status == AG_OK)
    status = ag_panels_add_plane(run, panels, error);
  return status;
}

/* --- several runs --- */

/* A panel of the metric called name, if at least two runs have it. */
static ag_status add_shared(const ag_run_view *run, size_t count, const char *name,
                            ag_panel_set *panels, ag_error *error)
{
  const char *member = member_of(name);
  ag_metric_picture picture = find_picture(name, panels);
  ag_layer *layer = ag_panels_take(panels, count * LAYERS_A_LINE, sizeof *layer);
  size_t layers = 0, having = 0;
  ag_status status = layer ? AG_OK : ag_fail_memory(error);
  for (size_t r = 0; status == AG_OK && r < count; r++) {
    size_t metric = ag_result_find_metric(run[r].result, name);
    if (metric == SIZE_MAX)
      continue;
    metric_course course = make_course(run[r].result, panels);
    status = course.generation ? metric_layers(&course, metric, run[r].label, having++, layer,
                                               &layers, panels, error)
                               : ag_fail_memory(error);
  }
  if (status == AG_OK && panels->failed)
    status = ag_fail_memory(error);
  if (status != AG_OK || having < 2)
    return status;
  ag_panel panel = {.title = *member ? ag_panels_print(panels, "%s: %s", picture.title, member)
                                     : picture.title,
                    .x = {.label = generation_label(panels)},
                    .y = {.label = picture.axis,
                          .logarithmic = picture.logarithmic && spans_decades(layer, layers)},
                    .legend = AG_LEGEND_INSIDE,
                    .layer_count = layers,
                    .layer = layer};
  ag_panels_add(panels, &panel, full_caption(name, layer, layers, panels));
  return panels->failed ? ag_fail_memory(error) : AG_OK;
}

/* Whether one of the runs before `before` has the metric. */
static bool seen_before(const ag_run_view *run, size_t before, const char *name)
{
  for (size_t r = 0; r < before; r++)
    if (ag_result_find_metric(run[r].result, name) != SIZE_MAX)
      return true;
  return false;
}

static bool shown_in_any(const ag_run_view *run, size_t count, const char *family)
{
  for (size_t r = 0; r < count; r++)
    if (is_shown(&run[r], family))
      return true;
  return false;
}

ag_status ag_panels_add_several(const ag_run_view *run, size_t count, ag_panel_set *panels,
                                ag_error *error)
{
  ag_status status = AG_OK;
  size_t columns = 0;
  count = count < LINES_MOST ? count : LINES_MOST;
  choose_horizon(run, count, panels);
  for (size_t r = 0; r < count; r++)
    columns += run[r].result->metric_count;
  const char **family = ag_panels_take(panels, ORDERED + columns + 1, sizeof *family);
  size_t families = family ? list_families(run, count, family) : 0;
  for (size_t f = 0; f < families; f++)
    for (size_t r = 0; r < count && shown_in_any(run, count, family[f]); r++)
      for (size_t m = 0; status == AG_OK && m < run[r].result->metric_count; m++) {
        const char *name = run[r].result->metric_name[m];
        if (in_family(name, family[f]) && !seen_before(run, r, name))
          status = add_shared(run, count, name, panels, error);
      }
  return family ? status : ag_fail_memory(error);
}

/* --- the figure of one run --- */

ag_status ag_run_draw(const ag_game *game, const ag_result *result, const char *path,
                      ag_error *error)
{
  ag_panel_set panels = {0};
  ag_run_view run = {game, result, NULL};
  ag_status status = ag_panels_add_run(&run, &panels, error);
  if (status == AG_OK) {
    ag_figure figure = {.title = ag_game_name(game),
                        .columns = panels.count == 4 ? 2 : 3,
                        .panel_count = panels.count,
                        .panel = panels.panel};
    status = ag_figure_write(&figure, path, 0, error);
  }
  ag_panels_free(&panels);
  return status;
}
