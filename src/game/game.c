#include "game/game.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *ag_game_name(const ag_game *game)
{
  return game->name;
}

const char *ag_game_text(const ag_game *game)
{
  return game->text;
}

const char *ag_game_engine(const ag_game *game)
{
  return game->sampled ? "samples" : "exact";
}

bool ag_game_is_sampled(const ag_game *game)
{
  return game->sampled;
}

bool ag_game_is_text(const ag_game *game)
{
  return game->texts;
}

bool ag_game_is_cloud(const ag_game *game)
{
  return ag_space_is_cloud(game->space);
}

/* After the metrics, a sampled game reports the provenance of its dataset. */
static const char *const provenance[] = {"dataset_size", "original_share", "dataset_age"};
enum { PROVENANCE = sizeof provenance / sizeof *provenance };

size_t ag_game_metric_count(const ag_game *game)
{
  size_t count = game->sampled ? PROVENANCE : 0;
  for (size_t m = 0; m < game->metric_count; m++)
    count += game->metric[m].column_count;
  return count;
}

const char *ag_game_metric_name(const ag_game *game, size_t metric)
{
  for (size_t m = 0; m < game->metric_count; m++) {
    if (metric < game->metric[m].column_count)
      return game->metric[m].column_name[metric];
    metric -= game->metric[m].column_count;
  }
  return provenance[metric];
}

ag_sampling ag_game_sampling(const ag_game *game)
{
  static const char *const dataset[] = {"replace", "accumulate", "window", "subsample"};
  static const char *const measured[] = {"dataset", "published", "generated"};
  const ag_samples *samples = &game->samples;
  if (!game->sampled)
    return (ag_sampling){.measured = measured[game->measured]};
  return (ag_sampling){.initial = samples->initial,
                       .generate = samples->generate,
                       .selection = samples->selection->name,
                       .law = samples->selection->summary,
                       .dataset = dataset[samples->dataset],
                       .dataset_size = samples->size,
                       .measured = measured[game->measured]};
}

size_t ag_game_stage_keep(const ag_game *game, size_t stage)
{
  return game->sampled ? game->samples.keep[stage] : 0;
}

size_t ag_game_replicates(const ag_game *game)
{
  return game->sampled ? game->replicates : 1;
}

const char *ag_game_generator(const ag_game *game)
{
  return game->sampled ? game->generator.type->name : "ideal";
}

const char *ag_game_reading(const ag_game *game)
{
  return game->loop.reading;
}

const char *ag_game_space_kind(const ag_game *game)
{
  return game->space->type->name;
}

uint64_t ag_game_seed(const ag_game *game)
{
  return game->seed;
}

size_t ag_game_generations(const ag_game *game)
{
  return game->generations;
}

double ag_game_real_share(const ag_game *game)
{
  return ag_loop_real_share(&game->loop);
}

size_t ag_game_item_count(const ag_game *game)
{
  return game->texts ? 0 : game->space->count;
}

const char *ag_game_generator_remark(const ag_game *game)
{
  const ag_generator *generator = &game->generator;
  return generator->type && generator->type->remark ? generator->type->remark(generator->settings)
                                                    : NULL;
}

const char *ag_game_space_remark(const ag_game *game)
{
  return game->space->remark;
}

const char *ag_game_understood(const ag_game *game)
{
  return game->space->understood;
}

size_t ag_game_dropped_count(const ag_game *game)
{
  return game->space->dropped;
}

/* "(0.0125, 1.475)" */
static size_t coordinates_label(const ag_space *space, size_t item, char *text, size_t size)
{
  double x[AG_BOX_DIMENSIONS_MOST];
  size_t length = 0;
  const ag_items items = ag_items_of_space(space);
  ag_items_at(&items, item, x);
  for (size_t d = 0; d < space->dim; d++) {
    size_t left = length < size ? size - length : 0;
    length += (size_t)snprintf(left ? text + length : NULL, left, "%s%.6g%s", d ? ", " : "(", x[d],
                               d + 1 == space->dim ? ")" : "");
  }
  return length;
}

size_t ag_game_item_label(const ag_game *game, size_t item, char *text, size_t size)
{
  const ag_space *space = game->space;
  if (space->label && space->label[item])
    return (size_t)snprintf(text, size, "%s", space->label[item]);
  if (space->dim > 0)
    return coordinates_label(space, item, text, size);
  if (space->source_line)
    return (size_t)snprintf(text, size, "line %zu", space->source_line[item]);
  return (size_t)snprintf(text, size, "atom %zu", item);
}

const char *ag_game_item_group(const ag_game *game, size_t item)
{
  const ag_space *space = game->space;
  return space->group ? space->group_name[space->group[item]] : NULL;
}

size_t ag_game_curator_count(const ag_game *game)
{
  return game->curator_count;
}

const char *ag_game_curator_name(const ag_game *game, size_t curator)
{
  return game->curator[curator].name;
}

ag_pool ag_game_curator_pool(const ag_game *game, size_t curator)
{
  return game->curator[curator].pool;
}

double ag_game_curator_temperature(const ag_game *game, size_t curator)
{
  return game->curator[curator].temperature;
}

ag_pool ag_game_curator_pool_at(const ag_game *game, size_t curator, size_t generation)
{
  return ag_curator_pool_at(&game->curator[curator], generation);
}

double ag_game_curator_temperature_at(const ag_game *game, size_t curator, size_t generation)
{
  return ag_curator_temperature_at(&game->curator[curator], generation);
}

bool ag_game_curator_prefers(const ag_game *game, size_t curator)
{
  return game->curator[curator].prefers != NULL;
}

void ag_game_rewards(const ag_game *game, size_t curator, double *reward)
{
  size_t items = ag_game_item_count(game);
  if (items > 0)
    memcpy(reward, game->curator[curator].value, items * sizeof *reward);
}

void ag_game_initial_log_mass(const ag_game *game, double *log_mass)
{
  const ag_space *space = game->space;
  for (size_t i = 0; i < ag_game_item_count(game); i++)
    log_mass[i] = space->log_mass ? space->log_mass[i] : -log((double)space->count);
}

size_t ag_game_stage_count(const ag_game *game)
{
  return game->loop.stage_count;
}

size_t ag_game_stage_curator(const ag_game *game, size_t stage)
{
  return game->loop.stage[stage].curator;
}

bool ag_game_stage_acts(const ag_game *game, size_t stage)
{
  return game->loop.stage[stage].acts;
}

/* A share of 0 in a mixture is no choice at all. */
bool ag_game_curator_acts(const ag_game *game, size_t curator)
{
  for (size_t s = 0; s < game->loop.stage_count; s++) {
    const ag_stage *stage = &game->loop.stage[s];
    const ag_step *step = &game->loop.step[stage->step];
    if (stage->curator == curator && stage->acts &&
        (!step->share || ag_schedule_moves(&step->share[s - step->stage]) ||
         ag_step_share(step, s - step->stage, 0) > 0))
      return true;
  }
  return false;
}

size_t ag_game_step_count(const ag_game *game)
{
  return game->loop.step_count;
}

const char *ag_game_step_name(const ag_game *game, size_t step)
{
  return game->loop.step[step].type->name;
}

size_t ag_game_step_words(const ag_game *game, size_t step, char *text, size_t size)
{
  const ag_step *one = &game->loop.step[step];
  return one->type->say(one, game, text, size);
}

double ag_loop_real_share(const ag_loop *loop)
{
  double share = 0;
  const ag_step_type *real = ag_step_find("real");
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type == real)
      share = ag_schedule_at(&loop->step[s].rate, 0);
  return share;
}

void ag_game_tune(ag_game *game)
{
  game->moves = game->adapts = false;
  for (size_t c = 0; c < game->curator_count; c++) {
    ag_curator *curator = &game->curator[c];
    curator->pool = ag_curator_pool_at(curator, 0);
    curator->temperature = ag_curator_temperature_at(curator, 0);
    game->adapts |= curator->reward.type && curator->reward.type->state_count > 0;
    game->moves |= ag_schedule_moves(&curator->pools) || ag_schedule_moves(&curator->temperatures);
  }
}

void ag_curator_set_mean_wins(size_t n, const double *prefers, double *value)
{
  for (size_t x = 0; x < n; x++) {
    double sum = 0;
    for (size_t y = 0; y < n; y++)
      sum += prefers[x * n + y];
    value[x] = sum / (double)n;
  }
}

void ag_curator_set_levels(const ag_game *game, ag_curator *curator)
{
  double most = -INFINITY;
  bool open = ag_space_is_cloud(game->space) || game->texts; /* nobody knows the best one */
  for (size_t i = 0; i < game->space->count && !open; i++)
    if (ag_game_is_live(game, i))
      most = fmax(most, curator->value[i]);
  curator->optimal_level = open ? (double)NAN : ag_reward_tie_level(most, curator->temperature);
  const ag_reward_type *type = curator->reward.type;
  curator->satisfaction_level =
      type && type->satisfaction_level
          ? ag_reward_tie_level(type->satisfaction_level(curator->reward.parameters),
                                curator->temperature)
          : curator->optimal_level;
}

size_t ag_game_dimension(const ag_game *game)
{
  return game->space->dim;
}

const size_t *ag_game_cells(const ag_game *game)
{
  return game->space->cells;
}

void ag_game_bounds(const ag_game *game, double *lower, double *upper)
{
  const ag_space *space = game->space;
  for (size_t d = 0; d < space->dim; d++) {
    lower[d] = space->lower[d];
    upper[d] = space->upper[d];
  }
}

bool ag_game_curator_disc(const ag_game *game, size_t curator, double *centre, double *radius)
{
  const ag_reward *reward = &game->curator[curator].reward;
  if (!reward->type || !reward->type->radius)
    return false;
  const double *found = reward->type->centre(reward->parameters);
  for (size_t d = 0; d < game->space->dim; d++)
    centre[d] = found[d];
  *radius = reward->type->radius(reward->parameters);
  return true;
}

void ag_game_free(ag_game *game)
{
  if (!game)
    return;
  for (size_t m = 0; m < game->metric_count; m++)
    ag_metric_free(&game->metric[m]);
  for (size_t c = 0; c < game->curator_count; c++) {
    ag_reward_free(&game->curator[c].reward);
    free(game->curator[c].name);
    free(game->curator[c].value);
    free(game->curator[c].prefers);
    ag_schedule_free(&game->curator[c].pools);
    ag_schedule_free(&game->curator[c].temperatures);
    ag_generator_free(&game->curator[c].judge);
  }
  ag_loop_free(&game->loop);
  ag_space_free(game->space);
  ag_generator_free(&game->generator);
  free(game->samples.keep);
  free(game->metric);
  free(game->curator);
  free(game->name);
  free(game->text);
  ag_streams_close(&game->streams);
  free(game);
}
