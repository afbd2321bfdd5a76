#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <aligngame/catalogue.h>

#include "report/facts.h"
#include "report/json.h"

static json_t *metrics_json(const ag_result *result)
{
  json_t *metrics = json_object();
  for (size_t m = 0; m < result->metric_count; m++)
    ag_json_put(&metrics, result->metric_name[m],
                ag_json_reals(result->metric + m, result->generations + 1, result->metric_count));
  return metrics;
}

/* {"name": {"low": […], "high": […], "q05": […], "median": […], "q95": […]}, …}: the 95 %
 * interval of the mean, and quantiles of the replicates, by generation. */
static json_t *spread_json(const ag_result *result)
{
  static const char *const names[] = {"deviation", "low", "high", "q05", "median", "q95"};
  enum { NAMES = sizeof names / sizeof *names };
  json_t *spreads = json_object();
  for (size_t m = 0; m < result->metric_count; m++) {
    json_t *row[NAMES], *entry = json_object();
    for (size_t k = 0; k < NAMES; k++)
      row[k] = json_array();
    for (size_t g = 0; g <= result->generations; g++) {
      ag_spread spread;
      ag_json_keep(&entry, ag_result_spread(result, g, m, &spread, NULL) != AG_OK);
      const double value[NAMES] = {spread.deviation, spread.low,    spread.high,
                                   spread.q05,       spread.median, spread.q95};
      for (size_t k = 0; k < NAMES; k++)
        ag_json_append(&row[k], ag_json_real(value[k]));
    }
    for (size_t k = 0; k < NAMES; k++)
      ag_json_put(&entry, names[k], row[k]);
    ag_json_put(&spreads, result->metric_name[m], entry);
  }
  return spreads;
}

/* [[x, y, …], …] */
static json_t *points_json(const double *point, size_t count, size_t dim)
{
  json_t *points = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&points, ag_json_reals(point + i * dim, dim, 1));
  return points;
}

static json_t *log_mass_json(size_t count, const double *log_mass)
{
  return json_pack("{s:o}", "log_mass", ag_json_reals(log_mass, count, 1));
}

static json_t *snapshots_json(const ag_result *result)
{
  json_t *snapshots = json_object();
  for (size_t s = 0; s < result->snapshot_count && !result->texts; s++) {
    char key[32];
    snprintf(key, sizeof key, "%zu", result->snapshot[s]);
    ag_json_put(&snapshots, key,
                result->dimension > 0
                    ? json_pack("{s:o}", "points",
                                points_json(result->snapshot_point[s],
                                            result->snapshot_point_count[s], result->dimension))
                    : log_mass_json(result->item_count, result->snapshot_log_mass[s]));
  }
  return snapshots;
}

static json_t *outcome_json(const ag_game *game, const ag_result *result)
{
  json_t *atoms = json_array();
  for (size_t i = 0; i < result->outcome_count; i++) {
    char label[512];
    ag_game_item_label(game, result->outcome[i].item, label, sizeof label);
    ag_json_append(
        &atoms, json_pack("{s:I, s:o, s:o}", "index", (json_int_t)result->outcome[i].item, "label",
                          ag_json_text(label), "mass", ag_json_real(result->outcome[i].mass)));
  }
  return json_pack("{s:o}", "atoms", atoms);
}

static json_t *list_json(char *const *text, size_t count)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&array, ag_json_text(text[i]));
  return array;
}

/* What a game on texts has written: some texts of every generation, and the most frequent. */
static json_t *texts_json(const ag_result *result)
{
  const ag_result_texts *texts = result->texts;
  json_t *generations = json_object(), *frequent = json_array();
  for (size_t g = 0; g <= result->generations; g++) {
    char key[32];
    snprintf(key, sizeof key, "%zu", g);
    if (texts->shown_count[g] > 0)
      ag_json_put(&generations, key,
                  list_json(texts->shown + g * AG_TEXTS_SHOWN, texts->shown_count[g]));
  }
  for (size_t k = 0; k < texts->frequent_count; k++)
    ag_json_append(&frequent, json_pack("{s:o, s:o}", "text", ag_json_text(texts->frequent[k]),
                                        "share", ag_json_real(texts->frequent_share[k])));
  return json_pack("{s:o, s:o}", "shown", generations, "frequent", frequent);
}

/* What only sampled games have. */
static void add_samples(const ag_game *game, const ag_result *result, json_t **document)
{
  const ag_fit_counts *fits = &result->fits;
  ag_sampling sampling = ag_game_sampling(game);
  ag_json_put(document, "samples",
              json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:{s:I, s:I, s:I, s:I, s:I}}", "generator",
                        ag_game_generator(game), "initial", (json_int_t)sampling.initial,
                        "generate", (json_int_t)sampling.generate, "selection", sampling.selection,
                        "dataset", sampling.dataset, "measured", sampling.measured, "fits", "count",
                        (json_int_t)fits->fits, "iterations", (json_int_t)fits->iterations,
                        "not_converged", (json_int_t)fits->not_converged, "reduced",
                        (json_int_t)fits->reduced, "regularised", (json_int_t)fits->regularised));
  ag_json_put(document, "replicates", json_integer((json_int_t)result->replicates));
  ag_json_put(document, "spread", spread_json(result));
  if (result->texts)
    ag_json_put(document, "texts", texts_json(result));
  if (result->exact)
    ag_json_put(document, "exact", metrics_json(result->exact));
}

/* The files that a run directory has read, and whether they are still as they were; NULL: memory
 * is out, or the directory cannot be read. */
static json_t *inputs_json(const char *directory)
{
  static const char *const words[] = {"same", "changed", "missing"};
  ag_run_input *input = NULL;
  size_t count = 0;
  if (ag_run_inputs(directory, &input, &count, NULL) != AG_OK)
    return NULL;
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&list,
                   json_pack("{s:s?, s:o, s:I, s:s, s:s}", "name", input[i].name, "path",
                             ag_json_path(input[i].path), "bytes", (json_int_t)input[i].size,
                             "sha256", input[i].sha256, "original", words[input[i].original]));
  ag_run_inputs_free(input, count);
  return list;
}

char *ag_result_json(const ag_game *game, const ag_result *result, const ag_facts *facts)
{
  json_t *document =
      json_pack("{s:o, s:s, s:I, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "settings",
                ag_json_settings(game), "name", ag_game_name(game), "seed",
                (json_int_t)ag_game_seed(game), "engine", ag_game_engine(game), "reading",
                ag_game_reading(game), "generations", (json_int_t)result->generations, "metrics",
                metrics_json(result), "snapshots", snapshots_json(result), "outcome",
                outcome_json(game, result), "facts", ag_facts_json(game, facts));
  if (result->published_log_mass)
    ag_json_put(&document, "published",
                log_mass_json(result->item_count, result->published_log_mass));
  if (result->replicates > 0)
    add_samples(game, result, &document);
  if (result->directory) {
    ag_json_put(&document, "directory", ag_json_text(result->directory));
    ag_json_put(&document, "inputs", inputs_json(result->directory));
  }
  ag_json_add_input(&document, game);
  return ag_json_finish("run", document);
}
