/* Metrics of texts that are no sums over them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/sampled_parts.h"
#include "metric/text_stats.h"

/* Whether a metric wants statistics of the texts (asks_model false), or the model's score. */
static bool wanted(const ag_game *game, bool asks_model)
{
  for (size_t m = 0; m < game->metric_count; m++) {
    const ag_metric *metric = &game->metric[m];
    if (metric->type->measure && metric->column_count > 0 && metric->type->asks_model == asks_model)
      return true;
  }
  return false;
}

ag_status ag_sampled_hold_out(ag_sampled *self, ag_error *error)
{
  const ag_space *space = self->tables->game->space;
  const ag_sample *first = &self->data.sample;
  const char **known = NULL;
  if (!self->texts || space->held_out_count == 0 || !self->model.type->score ||
      !wanted(self->tables->game, true))
    return AG_OK;
  ag_status status = ag_array_create(first->count, sizeof *known, &known, error);
  if (status == AG_OK) {
    ag_sampled_texts_list(self->texts, first, known);
    status = ag_held_out_create(known, first->count, (const char *const *)space->held_out,
                                space->held_out_count, &self->held_out, error);
  }
  free(known);
  self->fits.held_out_words = self->held_out.words;
  self->fits.held_out_unknown = self->held_out.unknown;
  self->fits.held_out_marked = self->held_out.marked ? self->held_out.unknown : 0;
  return status;
}

static ag_status score_held_out(const ag_sampled *self, ag_metric_texts *texts, ag_error *error)
{
  const ag_text_question asked = ag_held_out_question(&self->held_out);
  ag_text_score *score = NULL;
  ag_status status = ag_array_create(asked.count, sizeof *score, &score, error);
  if (status == AG_OK)
    status = self->model.type->score(self->model.state, &asked, score, error);
  for (size_t i = 0; i < asked.count && status == AG_OK; i++)
    texts->log_probability += score[i].log_probability;
  texts->words = self->held_out.words;
  free(score);
  return status;
}

static ag_status measure_stats(const ag_sampled *self, const ag_sample *sample,
                               ag_text_stats *stats, ag_error *error)
{
  const ag_space *space = self->tables->game->space;
  const char **text = NULL;
  ag_status status = ag_array_create(sample->count, sizeof *text, &text, error);
  if (status != AG_OK)
    return status;
  ag_sampled_texts_list(self->texts, sample, text);
  status = ag_text_stats_measure(text, sample->count, (const char *const *)space->label,
                                 space->count, stats, error);
  free(text);
  return status;
}

ag_status ag_sampled_measure_texts(const ag_sampled *self, const ag_dataset *measured,
                                   double *value, ag_error *error)
{
  const ag_game *game = self->tables->game;
  ag_text_stats stats = {0};
  ag_metric_texts texts = {.stats = &stats};
  ag_status status = AG_OK;
  if (wanted(game, false))
    status = measure_stats(self, &measured->sample, &stats, error);
  if (status == AG_OK && self->held_out.count > 0)
    status = score_held_out(self, &texts, error);
  for (size_t m = 0; m < game->metric_count && status == AG_OK; m++) {
    const ag_metric *metric = &game->metric[m];
    if (metric->type->measure && metric->column_count > 0)
      metric->type->measure(metric, &texts, value);
    value += metric->column_count;
  }
  return status;
}
