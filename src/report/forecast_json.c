#include <aligngame/catalogue.h>
#include <aligngame/forecast.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/facts.h"
#include "report/forecast_parts.h"
#include "report/json.h"
#include "report/page.h"

static json_t *label_json(const ag_game *game, size_t item)
{
  char label[512];
  ag_game_item_label(game, item, label, sizeof label);
  ag_utf8_end(label);
  return ag_json_text(label);
}

/* The generations at which the items' shares stand: all, where all are kept. */
static json_t *generations_json(const ag_forecast *forecast, const size_t **at, size_t *count)
{
  const ag_result *result = forecast->result;
  bool all = result->snapshot_count == result->generations + 1;
  *at = all ? result->snapshot : forecast->shown;
  *count = all ? result->snapshot_count : forecast->shown_count;
  return ag_json_counts(*at, *count);
}

static json_t *item_json(const ag_forecast *forecast, size_t item, const size_t *at, size_t count)
{
  json_t *share = json_array();
  for (size_t k = 0; k < count; k++)
    ag_json_append(&share, ag_json_real(ag_forecast_share(forecast, item, at[k])));
  json_t *one = json_pack("{s:I, s:o, s:o, s:o, s:I, s:b}", "index", (json_int_t)item, "label",
                          label_json(forecast->game, item), "start",
                          ag_json_real(forecast->start[item]), "share", share, "rank",
                          (json_int_t)forecast->rank[item], "survives", forecast->survives[item]);
  const char *group = ag_game_item_group(forecast->game, item);
  if (group)
    ag_json_put(&one, "group", json_string(group));
  if (forecast->draws > 0) {
    ag_json_put(&one, "chance_survives", ag_json_real(forecast->chance[item]));
    ag_json_put(&one, "chance_first", ag_json_real(forecast->first[item]));
  }
  return one;
}

/* Most massive at the end first. NULL where memory is out. */
static json_t *items_json(const ag_forecast *forecast, const size_t *at, size_t count)
{
  size_t *order = calloc(forecast->items + 1, sizeof *order);
  json_t *items = order ? json_array() : NULL;
  for (size_t i = 0; order && i < forecast->items; i++) {
    size_t place = forecast->rank[i] - 1;
    while (order[place]) /* items of one rank follow each other, in the table's order */
      place++;
    order[place] = i + 1;
  }
  for (size_t k = 0; items && k < forecast->items; k++)
    ag_json_append(&items, item_json(forecast, order[k] - 1, at, count));
  free(order);
  return items;
}

static json_t *groups_json(const ag_result *result)
{
  static const char prefix[] = "group_share.";
  json_t *groups = json_array();
  for (size_t m = 0; m < result->metric_count; m++)
    if (!strncmp(result->metric_name[m], prefix, sizeof prefix - 1))
      ag_json_append(&groups, json_pack("{s:s, s:o}", "label",
                                        result->metric_name[m] + sizeof prefix - 1, "share",
                                        ag_json_reals(result->metric + m, result->generations + 1,
                                                      result->metric_count)));
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
      ag_json_append(&atoms, json_integer((json_int_t)sink->items.item[i]));
      ag_json_append(&labels, label_json(forecast->game, sink->items.item[i]));
    }
    ag_json_append(&sinks, json_pack("{s:o, s:o, s:o, s:o}", "atoms", atoms, "labels", labels,
                                     "lambda", ag_json_real(exp(sink->log_lambda)), "rate",
                                     ag_json_real(-sink->log_lambda)));
  }
  return sinks;
}

static json_t *saving_json(const ag_forecast_saving *saving)
{
  return isnan(saving->real_share)
             ? json_null()
             : json_pack("{s:o, s:o, s:I, s:o}", "real_share", ag_json_real(saving->real_share),
                         "effective_number", ag_json_real(saving->effective_number), "surviving",
                         (json_int_t)saving->surviving, "half_life",
                         ag_json_real(saving->half_life));
}

static json_t *savings_json(const ag_forecast *forecast)
{
  json_t *savings = json_array();
  for (size_t s = 0; s < forecast->saving_count; s++)
    ag_json_append(&savings, saving_json(&forecast->saving[s]));
  return savings;
}

static json_t *finite_json(const ag_forecast *forecast)
{
  const ag_forecast_band *band = &forecast->finite;
  size_t rows = forecast->result->generations + 1;
  return band->games == 0
             ? json_null()
             : json_pack(
                   "{s:I, s:I, s:o, s:o, s:o}", "keep", (json_int_t)forecast->options.keep, "games",
                   (json_int_t)band->games, "median", ag_json_reals(band->middle, rows, 1), "q05",
                   ag_json_reals(band->low, rows, 1), "q95", ag_json_reals(band->high, rows, 1));
}

/* The pool that was played at first; of a curator that is not there, as given. */
static json_t *pool_json(const ag_forecast *forecast, const char *name, ag_pool given)
{
  size_t curator = ag_forecast_curator(forecast, name);
  return ag_json_pool(curator == SIZE_MAX ? given : ag_game_curator_pool(forecast->game, curator));
}

/* What was asked for, as the options of the command. */
static json_t *settings_json(const ag_forecast *forecast)
{
  const ag_forecast_options *options = &forecast->options;
  json_t *overrides = json_array();
  for (size_t i = 0; i < options->override_count; i++)
    ag_json_append(&overrides, ag_json_text(options->overrides[i]));
  json_t *settings = json_pack(
      "{s:s, s:s, s:s, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:o, s:I, s:s, s:I, s:s?, s:s?, "
      "s:I, s:o, s:o}",
      "file", ag_page_file_name(options->file), "owner", options->owner, "public", options->public_,
      "label", options->label, "group", options->group, "mass", options->mass, "owner_pool",
      pool_json(forecast, "owner", options->pool_owner), "public_pool",
      pool_json(forecast, "public", options->pool_public), "owner_temperature",
      ag_json_real(options->temperature_owner), "public_temperature",
      ag_json_real(options->temperature_public), "generations",
      (json_int_t)forecast->result->generations, "period",
      options->period ? options->period : "generation", "keep", (json_int_t)options->keep,
      "owner_se", options->owner_se, "public_se", options->public_se, "draws",
      (json_int_t)forecast->draws, "overrides", overrides, "game", ag_json_game(forecast->game));
  return settings;
}

/* The sentences of a part, a string each. */
static json_t *words_json(const ag_forecast *forecast, ag_forecast_part part)
{
  char *words = ag_forecast_words(forecast, part), *rest = NULL;
  json_t *list = words ? json_array() : NULL;
  for (char *line = words ? strtok_r(words, "\n", &rest) : NULL; line;
       line = strtok_r(NULL, "\n", &rest))
    ag_json_append(&list, ag_json_text(line));
  free(words);
  return list;
}

char *ag_forecast_json(const ag_forecast *forecast)
{
  const ag_result *result = forecast->result;
  const ag_facts *facts = forecast->facts;
  const size_t *at;
  size_t effective = ag_result_find_metric(result, "effective_number"), count;
  json_t *generations = generations_json(forecast, &at, &count);
  json_t *document = json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, "
      "s:s?}",
      "settings", settings_json(forecast), "generations", generations, "items",
      items_json(forecast, at, count), "groups", groups_json(result), "effective_number",
      effective == SIZE_MAX ? json_array()
                            : ag_json_reals(result->metric + effective, result->generations + 1,
                                            result->metric_count),
      "half_life", ag_json_real(facts->half_life), "surviving", (json_int_t)facts->survivors,
      "sinks", sinks_json(forecast), "lock_in", facts->prediction->lock_in, "regime",
      ag_regime_name(facts->prediction->regime), "facts", ag_facts_json(forecast->game, facts),
      "real_data", savings_json(forecast), "half_kept_by", saving_json(&forecast->half), "finite",
      finite_json(forecast), "words", words_json(forecast, AG_FORECAST_SHORT), "remarks",
      words_json(forecast, AG_FORECAST_REMARKS), "input", ag_page_understood(forecast));
  return ag_json_finish("forecast", document);
}
