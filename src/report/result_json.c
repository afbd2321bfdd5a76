#include <aligngame/run.h>

#include <stdio.h>
#include <stdlib.h>

#include "report/json.h"

static json_t *metrics_json(const ag_result *result)
{
  json_t *metrics = json_object();
  for (size_t m = 0; m < result->metric_count; m++) {
    json_t *row = json_array();
    for (size_t g = 0; g <= result->generations; g++)
      json_array_append_new(row, ag_json_real(ag_result_metric(result, g, m)));
    json_object_set_new(metrics, result->metric_name[m], row);
  }
  return metrics;
}

static json_t *log_mass_json(size_t count, const double *log_mass)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(array, ag_json_real(log_mass[i]));
  return json_pack("{s:o}", "log_mass", array);
}

static json_t *snapshots_json(const ag_result *result)
{
  json_t *snapshots = json_object();
  for (size_t s = 0; s < result->snapshot_count; s++) {
    char key[32];
    snprintf(key, sizeof key, "%zu", result->snapshot[s]);
    json_object_set_new(snapshots, key,
                        log_mass_json(result->item_count, result->snapshot_log_mass[s]));
  }
  return snapshots;
}

static json_t *outcome_json(const ag_game *game, const ag_result *result)
{
  json_t *atoms = json_array();
  for (size_t i = 0; i < result->outcome_count; i++) {
    char label[512];
    ag_game_item_label(game, result->outcome[i].item, label, sizeof label);
    /* a label cut in the middle of a character is no UTF-8: fall back to none */
    json_t *text = json_string(label);
    json_array_append_new(
        atoms, json_pack("{s:I, s:o, s:o}", "index", (json_int_t)result->outcome[i].item, "label",
                         text ? text : json_null(), "mass", ag_json_real(result->outcome[i].mass)));
  }
  return json_pack("{s:o}", "atoms", atoms);
}

char *ag_result_json(const ag_game *game, const ag_result *result)
{
  json_t *document =
      json_pack("{s:s, s:I, s:s, s:s, s:I, s:o, s:o, s:o}", "name", ag_game_name(game), "seed",
                (json_int_t)ag_game_seed(game), "engine", ag_game_engine(game), "reading",
                ag_game_reading(game), "generations", (json_int_t)result->generations, "metrics",
                metrics_json(result), "snapshots", snapshots_json(result), "outcome",
                outcome_json(game, result));
  if (document && result->published_log_mass)
    json_object_set_new(document, "published",
                        log_mass_json(result->item_count, result->published_log_mass));
  if (document && result->directory)
    json_object_set_new(document, "directory", json_string(result->directory));
  return ag_json_finish(document);
}
