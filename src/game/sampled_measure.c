/* Drawing from p_0, rewards of samples, and metrics read off them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/sampled_parts.h"

enum { CHUNK = 4096, SERIAL = 16 * CHUNK }; /* items; fewer than SERIAL need no second thread */

/* --- tables --- */

static ag_status fill_tables(ag_sampled_tables *tables, ag_error *error)
{
  const ag_game *game = tables->game;
  size_t n = game->space->count;
  ag_status status = ag_array_create(n, sizeof(double), &tables->log_mass, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof(double), &tables->cumulative, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof(uint32_t), &tables->item, error);
  for (size_t c = 0; c < game->curator_count && status == AG_OK; c++) {
    status = ag_array_create(n, sizeof(double), &tables->reward[c], error);
    if (status == AG_OK)
      ag_game_rewards(game, c, tables->reward[c]);
  }
  if (status != AG_OK)
    return status;
  ag_sum total = {0};
  ag_game_initial_log_mass(game, tables->log_mass);
  for (size_t i = 0; i < n; i++) {
    ag_sum_add(&total, exp(tables->log_mass[i]));
    tables->cumulative[i] = ag_sum_value(&total);
    tables->item[i] = (uint32_t)i;
  }
  return AG_OK;
}

ag_status ag_sampled_tables_create(const ag_game *game, ag_sampled_tables **out, ag_error *error)
{
  ag_sampled_tables *tables = calloc(1, sizeof *tables);
  if (!tables)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a sampled game");
  tables->game = game;
  tables->reward = calloc(game->curator_count, sizeof *tables->reward);
  ag_status status =
      tables->reward ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a sampled game");
  if (status == AG_OK && !ag_space_is_cloud(game->space))
    status = fill_tables(tables, error);
  if (status != AG_OK)
    ag_sampled_tables_free(tables);
  else
    *out = tables;
  return status;
}

void ag_sampled_tables_free(ag_sampled_tables *tables)
{
  if (!tables)
    return;
  for (size_t c = 0; tables->reward && c < tables->game->curator_count; c++)
    free(tables->reward[c]);
  free(tables->reward);
  free(tables->log_mass);
  free(tables->cumulative);
  free(tables->item);
  free(tables);
}

/* --- drawing --- */

/* The item where the cumulative masses pass u. */
static uint32_t find_item(const ag_sampled_tables *tables, double u)
{
  size_t low = 0, high = tables->game->space->count - 1;
  u *= tables->cumulative[high];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (tables->cumulative[middle] > u)
      high = middle;
    else
      low = middle + 1;
  }
  return (uint32_t)low;
}

static void draw_block(const ag_sampled_tables *tables, ag_random random, size_t at, size_t count,
                       ag_sample *sample)
{
  if (sample->dim > 0) {
    ag_cloud_draw(tables->game->space, &random, count, sample->point + at * sample->dim);
    return;
  }
  for (size_t i = 0; i < count; i++)
    sample->item[at + i] = find_item(tables, ag_random_uniform(&random));
}

void ag_sampled_draw(const ag_sampled_tables *tables, const ag_random_key *key,
                     ag_random_purpose purpose, size_t count, ag_sample *sample)
{
  size_t at = sample->count, blocks = (count + AG_RANDOM_BLOCK - 1) / AG_RANDOM_BLOCK;
#pragma omp parallel for schedule(static) if (count > SERIAL)
  for (size_t b = 0; b < blocks; b++) {
    size_t begin = b * AG_RANDOM_BLOCK, left = count - begin;
    draw_block(tables, ag_random_at(key, purpose, (uint32_t)b), at + begin,
               left < AG_RANDOM_BLOCK ? left : AG_RANDOM_BLOCK, sample);
  }
  sample->count = at + count;
}

/* --- rewards --- */

static ag_status check_rewards(const ag_sampled *self, size_t curator, const ag_dataset *dataset,
                               size_t begin, size_t end, ag_error *error)
{
  const ag_sample *sample = &dataset->sample;
  const double *reward = dataset->column[curator];
  size_t bad = begin, used = 0;
  char place[128] = "";
  while (bad < end && isfinite(reward[bad]))
    bad++;
  if (bad == end)
    return AG_OK;
  for (size_t d = 0; d < sample->dim && used < sizeof place; d++)
    used += (size_t)snprintf(place + used, sizeof place - used, "%s%.6g", d ? ", " : "",
                             sample->point[bad * sample->dim + d]);
  return ag_fail(error, AG_ERROR_INPUT,
                 "generation %zu: the reward of %s is %g at the point (%s); expected a finite "
                 "number everywhere",
                 self->generation, self->tables->game->curator[curator].name, reward[bad], place);
}

static ag_status score_points(const ag_sampled *self, size_t curator, ag_dataset *dataset,
                              size_t begin, size_t end, ag_error *error)
{
  const ag_reward *reward = &self->tables->game->curator[curator].reward;
  size_t dim = dataset->sample.dim, chunks = (end - begin + CHUNK - 1) / CHUNK;
  ag_status status = AG_OK;
#pragma omp parallel for schedule(static) if (end - begin > SERIAL)
  for (size_t k = 0; k < chunks; k++) {
    size_t at = begin + k * CHUNK;
    ag_space view = {.count = end - at < CHUNK ? end - at : CHUNK,
                     .dim = dim,
                     .point = dataset->sample.point + at * dim};
    ag_error inner;
    ag_status one =
        reward->type->evaluate(reward->parameters, &view, dataset->column[curator] + at, &inner);
    if (one != AG_OK)
#pragma omp critical
      status = ag_fail(error, one, "%s", inner.message);
  }
  return status != AG_OK ? status : check_rewards(self, curator, dataset, begin, end, error);
}

ag_status ag_sampled_score(const ag_sampled *self, ag_dataset *dataset, size_t at, ag_error *error)
{
  const ag_sample *sample = &dataset->sample;
  ag_status status = AG_OK;
  for (size_t c = 0; c < dataset->column_count && status == AG_OK; c++) {
    if (sample->dim > 0)
      status = score_points(self, c, dataset, at, sample->count, error);
    for (size_t i = at; i < sample->count && sample->dim == 0; i++)
      dataset->column[c][i] = self->tables->reward[c][sample->item[i]];
  }
  return status;
}

ag_status ag_sampled_describe(const ag_sampled *self, ag_dataset *dataset, size_t at,
                              unsigned char origin, ag_error *error)
{
  size_t born = origin == AG_ORIGIN_START ? 0 : self->generation + 1;
  for (size_t i = at; i < dataset->sample.count; i++) {
    dataset->born[i] = (uint32_t)born;
    dataset->origin[i] = origin;
  }
  return ag_sampled_score(self, dataset, at, error);
}

/* --- metrics --- */

ag_status ag_sampled_room(double **array, size_t *room, size_t count, ag_error *error)
{
  double *larger = NULL;
  if (count <= *room)
    return AG_OK;
  size_t wanted = count > *room + *room / 2 ? count : *room + *room / 2;
  ag_status status = ag_array_create(wanted, sizeof *larger, &larger, error);
  if (status != AG_OK)
    return status;
  free(*array);
  *array = larger;
  *room = wanted;
  return AG_OK;
}

ag_status ag_sampled_create_measures(ag_sampled *self, ag_error *error)
{
  const ag_game *game = self->tables->game;
  size_t n = game->space->count;
  for (size_t m = 0; m < game->metric_count; m++)
    self->sum_count += game->metric[m].sum_count;
  const struct {
    double **array;
    size_t count;
  } wanted[] = {{&self->metric, ag_game_metric_count(game)},
                {&self->sum, self->sum_count},
                {&self->mass, n},
                {&self->previous, n},
                {&self->log_mass, n}};
  for (size_t a = 0; a < sizeof wanted / sizeof *wanted; a++) {
    ag_status status = ag_array_create(wanted[a].count, sizeof(double), wanted[a].array, error);
    if (status != AG_OK)
      return status;
  }
  return AG_OK;
}

static void accumulate(const ag_game *game, const ag_metric_block *block, double *sums)
{
  for (size_t m = 0; m < game->metric_count; m++) {
    game->metric[m].type->accumulate(&game->metric[m], block, sums);
    sums += game->metric[m].sum_count;
  }
}

/* One chunk of the points, each of mass 1 / count. */
static void add_points(const ag_sampled *self, const ag_dataset *measured, size_t begin,
                       size_t count, double *sums)
{
  const ag_game *game = self->tables->game;
  const ag_sample *sample = &measured->sample;
  const double *reward[game->curator_count];
  double mass[CHUNK];
  for (size_t i = 0; i < count; i++)
    mass[i] = 1 / (double)sample->count;
  for (size_t c = 0; c < game->curator_count; c++)
    reward[c] = measured->column[c] + begin;
  ag_metric_block block = {
      .count = count, .mass = mass, .reward = reward, .point = sample->point + begin * sample->dim};
  accumulate(game, &block, sums);
}

/* One chunk of the items of a finite space. */
static void add_items(const ag_sampled *self, size_t begin, size_t count, double *sums)
{
  const ag_sampled_tables *tables = self->tables;
  const double *reward[tables->game->curator_count];
  for (size_t c = 0; c < tables->game->curator_count; c++)
    reward[c] = tables->reward[c] + begin;
  ag_metric_block block = {.count = count,
                           .mass = self->mass + begin,
                           .log_mass = self->log_mass + begin,
                           .previous_mass = self->previous + begin,
                           .initial_log_mass = tables->log_mass + begin,
                           .item = tables->item + begin,
                           .reward = reward};
  accumulate(tables->game, &block, sums);
}

/* Shares of the items, from their numbers in the sample. */
static void count_items(ag_sampled *self, const ag_sample *sample)
{
  size_t n = self->tables->game->space->count;
  double *mass = self->previous;
  self->previous = self->mass;
  self->mass = mass;
  memset(mass, 0, n * sizeof *mass);
  for (size_t i = 0; i < sample->count; i++)
    mass[sample->item[i]] += 1;
  for (size_t i = 0; i < n; i++) {
    mass[i] /= (double)sample->count;
    self->log_mass[i] = log(mass[i]);
  }
  if (self->generation == 0)
    memcpy(self->previous, mass, n * sizeof *mass);
}

/* The provenance of D_t: dataset_size, original_share, dataset_age. */
static void measure_dataset(const ag_sampled *self, double *value)
{
  const ag_dataset *data = &self->data;
  double count = (double)data->sample.count, age = 0, originals = 0;
  for (size_t i = 0; i < data->sample.count; i++) {
    originals += data->origin[i] == AG_ORIGIN_START;
    age += (double)(self->generation - data->born[i]);
  }
  value[0] = count;
  value[1] = originals / count;
  value[2] = age / count;
}

void ag_sampled_measure(ag_sampled *self)
{
  const ag_game *game = self->tables->game;
  const ag_dataset *measured = ag_sampled_measured(self);
  bool points = measured->sample.dim > 0;
  size_t count = points ? measured->sample.count : game->space->count;
  size_t chunks = (count + CHUNK - 1) / CHUNK;
  if (!points)
    count_items(self, &measured->sample);
  for (size_t i = 0; i < self->sum_count; i++)
    self->sum[i] = 0;
  for (size_t k = 0; k < chunks; k++) {
    size_t begin = k * CHUNK, here = count - begin < CHUNK ? count - begin : CHUNK;
    if (points)
      add_points(self, measured, begin, here, self->sum);
    else
      add_items(self, begin, here, self->sum);
  }
  const double *sums = self->sum;
  double *value = self->metric;
  for (size_t m = 0; m < game->metric_count; m++) {
    game->metric[m].type->finish(&game->metric[m], sums, 1, value);
    sums += game->metric[m].sum_count;
    value += game->metric[m].column_count;
  }
  measure_dataset(self, value);
}
