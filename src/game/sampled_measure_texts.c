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

static ag_status score_held_out(const ag_sampled *self, ag_metric_texts *texts, ag_error *error)
{
  const ag_space *space = self->tables->game->space;
  ag_text_score *score = NULL;
  ag_status status = ag_array_create(space->held_out_count, sizeof *score, &score, error);
  if (status == AG_OK)
    status = self->model.type->score(self->model.state, (const char *const *)space->held_out,
                                     space->held_out_count, score, error);
  for (size_t i = 0; i < space->held_out_count && status == AG_OK; i++) {
    texts->held_out.log_probability += score[i].log_probability;
    texts->held_out.tokens += score[i].tokens;
    texts->held_out.words += score[i].words;
  }
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
  if (status == AG_OK && wanted(game, true) && self->model.type->score)
    status = score_held_out(self, &texts, error);
  for (size_t m = 0; m < game->metric_count && status == AG_OK; m++) {
    const ag_metric *metric = &game->metric[m];
    if (metric->type->measure && metric->column_count > 0)
      metric->type->measure(metric, &texts, value);
    value += metric->column_count;
  }
  return status;
}
