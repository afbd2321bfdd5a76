#include <aligngame/catalogue.h>
#include <aligngame/forecast.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/facts.h"
#include "report/json.h"

static json_t *label_json(const ag_game *game, size_t item)
{
  char label[512];
  ag_game_item_label(game, item, label, sizeof label);
  label[ag_utf8_find_invalid(label, strlen(label))] = '\0'; /* the last character may be cut */
  json_t *text = json_string(label);
  return text ? text : json_null();
}

static json_t *reals_json(const double *value, size_t count, size_t stride)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(array, ag_json_real(value[i * stride]));
  return array;
}

static json_t *items_json(const ag_forecast *forecast)
{
  size_t rows = forecast->result->generations + 1;
  json_t *items = json_array();
  for (size_t k = 0; k < forecast->track_count; k++) {
    size_t item = forecast->track[k];
    json_t *one = json_pack("{s:I, s:o, s:o}", "index", (json_int_t)item, "label",
                            label_json(forecast->game, item), "share",
                            reals_json(forecast->share + k * rows, rows, 1));
    const char *group = ag_game_item_group(forecast->game, item);
    if (one && group)
      json_object_set_new(one, "group", json_string(group));
    json_array_append_new(items, one);
  }
  return items;
}

static json_t *groups_json(const ag_result *result)
{
  static const char prefix[] = "group_share.";
  json_t *groups = json_array();
  for (size_t m = 0; m < result->metric_count; m++)
    if (!strncmp(result->metric_name[m], prefix, sizeof prefix - 1))
      json_array_append_new(
          groups,
          json_pack("{s:s, s:o}", "label", result->metric_name[m] + sizeof prefix - 1, "share",
                    reals_json(result->metric + m, result->generations + 1, result->metric_count)));
  return groups;
}

static json_t *sinks_json(const ag_forecast *forecast)
{
  json_t *sinks = json_array();
  const ag_prediction *prediction = forecast->facts->prediction;
  bool known = prediction->theory.kind == AG_THEORY_SINKS;
  for (size_t s = 0; known && s < prediction->sink_count; s++) {
    const ag_sink *sink = &prediction->sinks[s];
    json_t *atoms = json_array(), *labels = json_array();
    for (size_t i = 0; i < sink->items.count; i++) {
      json_array_append_new(atoms, json_integer((json_int_t)sink->items.item[i]));
      json_array_append_new(labels, label_json(forecast->game, sink->items.item[i]));
    }
    json_array_append_new(sinks, json_pack("{s:o, s:o, s:o, s:o}", "atoms", atoms, "labels", labels,
                                           "lambda", ag_json_real(exp(sink->log_lambda)), "rate",
                                           ag_json_real(-sink->log_lambda)));
  }
  return sinks;
}

static json_t *savings_json(const ag_forecast *forecast)
{
  json_t *savings = json_array();
  for (size_t s = 0; s < forecast->saving_count; s++) {
    const ag_forecast_saving *saving = &forecast->saving[s];
    json_array_append_new(savings, json_pack("{s:o, s:o, s:I, s:o}", "real_share",
                                             ag_json_real(saving->real_share), "effective_number",
                                             ag_json_real(saving->effective_number), "surviving",
                                             (json_int_t)saving->surviving, "half_life",
                                             ag_json_real(saving->half_life)));
  }
  return savings;
}

char *ag_forecast_json(const ag_forecast *forecast)
{
  const ag_result *result = forecast->result;
  const ag_facts *facts = forecast->facts;
  size_t effective = ag_result_find_metric(result, "effective_number");
  json_t *document =
      json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:b, s:s, s:o, s:o}", "schema",
                "aligngame/forecast/1", "version", ag_version(), "items", items_json(forecast),
                "groups", groups_json(result), "effective_number",
                effective == SIZE_MAX ? json_array()
                                      : reals_json(result->metric + effective,
                                                   result->generations + 1, result->metric_count),
                "half_life", ag_json_real(facts->half_life), "surviving",
                (json_int_t)facts->survivors, "sinks", sinks_json(forecast), "lock_in",
                facts->prediction->lock_in, "regime", ag_regime_name(facts->prediction->regime),
                "facts", ag_facts_json(forecast->game, facts), "real_data", savings_json(forecast));
  return ag_json_finish(ag_json_add_input(document, ag_game_understood(forecast->game)));
}
