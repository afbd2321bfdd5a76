/* Drawing from p_0, rewards of samples, and metrics read off them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/sampled_parts.h"

/* CHUNK, SERIAL: items; fewer than SERIAL need no second thread. WAVE: chunks of metrics. */
enum { CHUNK = 4096, SERIAL = 16 * CHUNK, WAVE = 32 };

/* --- tables --- */

static ag_status fill_tables(ag_sampled_tables *tables, ag_error *error)
{
  const ag_game *game = tables->game;
  const ag_space *space = game->space;
  size_t n = space->count;
  ag_status status = ag_array_create(n, sizeof(double), &tables->log_mass, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof(double), &tables->cumulative, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof(uint32_t), &tables->item, error);
  for (size_t c = 0; c < game->curator_count && status == AG_OK && !game->texts; c++) {
    status = ag_array_create(n, sizeof(double), &tables->reward[c], error);
    if (status == AG_OK)
      ag_game_rewards(game, c, tables->reward[c]);
  }
  if (status != AG_OK)
    return status;
  ag_sum total = {0};
  for (size_t i = 0; i < n; i++) {
    tables->log_mass[i] = space->log_mass ? space->log_mass[i] : -log((double)n);
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

void ag_sampled_tables_set_watch(ag_sampled_tables *tables, const ag_watch *watch)
{
  tables->watch = watch;
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

/* What is wrong with the first reward that is not finite. */
static ag_status fail_reward(const ag_sampled *self, const ag_dataset *dataset, size_t at,
                             ag_error *error)
{
  const ag_game *game = self->tables->game;
  const ag_sample *sample = &dataset->sample;
  size_t bad = at, curator = 0, used = 0;
  char place[128] = "";
  while (isfinite(dataset->column[curator][bad]))
    if (++bad == sample->count) {
      bad = at;
      curator++;
    }
  for (size_t d = 0; d < sample->dim && used < sizeof place; d++)
    used += (size_t)snprintf(place + used, sizeof place - used, "%s%.6g", d ? ", " : "",
                             sample->point[bad * sample->dim + d]);
  return ag_fail(error, AG_ERROR_INPUT,
                 "generation %zu: the reward of %s is %g at the point (%s); expected a finite "
                 "number everywhere",
                 self->generation, game->curator[curator].name, dataset->column[curator][bad],
                 place);
}

/* Rewards of items begin … end - 1; *finite becomes false where a point's
 * reward is not. */
static ag_status score_chunk(const ag_sampled *self, ag_dataset *dataset, size_t begin, size_t end,
                             bool *finite, ag_error *error)
{
  const ag_game *game = self->tables->game;
  const ag_sample *sample = &dataset->sample;
  size_t dim = sample->dim, count = end - begin;
  ag_status status = AG_OK;
  for (size_t c = 0; c < game->curator_count && status == AG_OK; c++) {
    const ag_curator *curator = &game->curator[c];
    double *reward = dataset->column[c] + begin;
    if (dim > 0) {
      const ag_items points = {.count = count, .dim = dim, .point = sample->point + begin * dim};
      status = ag_reward_weigh(&curator->reward, &points, reward, error);
    }
    if (status != AG_OK)
      break;
    for (size_t i = 0; i < count && dim == 0; i++)
      reward[i] = self->tables->reward[c][sample->item[begin + i]];
    for (size_t i = 0; i < count && dim > 0; i++)
      *finite &= isfinite(reward[i]) != 0;
  }
  return status;
}

/* The same of texts. */
static ag_status score_texts(const ag_sampled *self, ag_dataset *dataset, size_t at,
                             ag_error *error)
{
  const ag_game *game = self->tables->game;
  size_t count = dataset->sample.count;
  ag_status status = AG_OK;
  for (size_t c = 0; c < game->curator_count && status == AG_OK; c++) {
    double *reward = dataset->column[c];
    status = ag_sampled_texts_reward(self->texts, c, dataset->sample.item + at, count - at,
                                     reward + at, error);
  }
  return status;
}

ag_status ag_sampled_score(const ag_sampled *self, ag_dataset *dataset, size_t at, ag_error *error)
{
  size_t end = dataset->sample.count;
  ag_status status = AG_OK;
  bool finite = true;
  if (self->texts)
    return score_texts(self, dataset, at, error);
  if (end - at <= CHUNK) { /* out of OpenMP, whose regions of one thread cost a microsecond */
    status = score_chunk(self, dataset, at, end, &finite, error);
  } else {
#pragma omp parallel for schedule(static) reduction(&& : finite) if (end - at > SERIAL)
    for (size_t begin = at; begin < end; begin += CHUNK) {
      ag_error inner;
      ag_status one = score_chunk(self, dataset, begin, end - begin < CHUNK ? end : begin + CHUNK,
                                  &finite, &inner);
      if (one != AG_OK)
#pragma omp critical
        status = ag_fail(error, one, "%s", inner.message);
    }
  }
  return status == AG_OK && !finite ? fail_reward(self, dataset, at, error) : status;
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

const ag_dataset *ag_sampled_measured(const ag_sampled *self)
{
  ag_measured measured = self->tables->game->measured;
  if (self->generation == 0 || measured == AG_MEASURE_DATASET)
    return &self->data;
  return measured == AG_MEASURE_PUBLISHED ? self->published : &self->generated;
}

ag_status ag_sampled_create_measures(ag_sampled *self, ag_error *error)
{
  const ag_game *game = self->tables->game;
  size_t n = ag_sampled_has_shares(game) ? game->space->count : 0;
  for (size_t m = 0; m < game->metric_count; m++)
    self->sum_count += game->metric[m].sum_count;
  const struct {
    double **array;
    size_t count;
  } wanted[] = {{&self->metric, ag_game_metric_count(game)},
                {&self->sum, (1 + WAVE) * self->sum_count},
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

/* Whether a metric has something to say, and adds it up. */
static bool is_sum(const ag_metric *metric)
{
  return metric->column_count > 0 && !metric->type->measure;
}

static void accumulate(const ag_game *game, const ag_metric_block *block, double *sums)
{
  for (size_t m = 0; m < game->metric_count; m++) {
    if (is_sum(&game->metric[m]))
      game->metric[m].type->accumulate(&game->metric[m], block, sums);
    sums += game->metric[m].sum_count;
  }
}

/* One chunk of the points or texts, each of mass 1 / count. */
static void add_points(const ag_sampled *self, const ag_dataset *measured, size_t begin,
                       size_t count, double *sums)
{
  const ag_game *game = self->tables->game;
  const ag_sample *sample = &measured->sample;
  const double *reward[AG_CURATORS_MOST];
  double mass[CHUNK];
  for (size_t i = 0; i < count; i++)
    mass[i] = 1 / (double)sample->count;
  for (size_t c = 0; c < game->curator_count; c++)
    reward[c] = measured->column[c] + begin;
  ag_metric_block block = {.count = count,
                           .mass = mass,
                           .reward = reward,
                           .point = sample->dim > 0 ? sample->point + begin * sample->dim : NULL};
  const char *text[CHUNK];
  for (size_t i = 0; i < count && self->texts; i++)
    text[i] = ag_texts_get(sample->texts, sample->item[begin + i], NULL);
  block.text = self->texts ? text : NULL;
  accumulate(game, &block, sums);
}

/* One chunk of the items of a finite space. */
static void add_items(const ag_sampled *self, size_t begin, size_t count, double *sums)
{
  const ag_sampled_tables *tables = self->tables;
  const double *reward[AG_CURATORS_MOST];
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

static void add_chunk(const ag_sampled *self, const ag_dataset *measured, size_t begin,
                      size_t count, double *sums)
{
  if (measured)
    add_points(self, measured, begin, count, sums);
  else
    add_items(self, begin, count, sums);
}

/* The metrics' sums, of the points or texts, or (NULL) of the finite space's items. Chunks have
 * sums of their own, which are added in order. */
static void add_chunks(ag_sampled *self, const ag_dataset *measured, size_t count)
{
  size_t width = self->sum_count;
  if (width == 0)
    return;
  memset(self->sum, 0, width * sizeof *self->sum);
  for (size_t start = 0; start < count; start += WAVE * CHUNK) {
    size_t here = count - start < WAVE * CHUNK ? count - start : WAVE * CHUNK;
    size_t chunks = (here + CHUNK - 1) / CHUNK;
    double *sums = self->sum + width;
    memset(sums, 0, chunks * width * sizeof *sums);
    if (chunks == 1) { /* out of OpenMP, as above */
      add_chunk(self, measured, start, here, sums);
    } else {
#pragma omp parallel for schedule(static) if (count > SERIAL)
      for (size_t k = 0; k < chunks; k++)
        add_chunk(self, measured, start + k * CHUNK,
                  here - k * CHUNK < CHUNK ? here - k * CHUNK : CHUNK, sums + k * width);
    }
    for (size_t k = 0; k < chunks; k++)
      for (size_t i = 0; i < width; i++)
        self->sum[i] += sums[k * width + i];
  }
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
  size_t count = data->sample.count;
  uint64_t born = 0, originals = 0;
  for (size_t i = 0; i < count; i++)
    born += data->born[i];
  for (size_t i = 0; i < count; i++)
    originals += data->origin[i] == AG_ORIGIN_START;
  value[0] = (double)count;
  value[1] = (double)originals / (double)count;
  value[2] = (double)(self->generation * count - born) / (double)count;
}

ag_status ag_sampled_measure(ag_sampled *self, ag_error *error)
{
  const ag_game *game = self->tables->game;
  const ag_dataset *measured = ag_sampled_measured(self);
  bool shares = ag_sampled_has_shares(game);
  size_t count = shares ? game->space->count : measured->sample.count;
  if (shares)
    count_items(self, &measured->sample);
  add_chunks(self, shares ? NULL : measured, count);
  const double *sums = self->sum;
  double *value = self->metric;
  for (size_t m = 0; m < game->metric_count; m++) {
    if (is_sum(&game->metric[m]))
      ag_metric_finish(&game->metric[m], sums, 1, value);
    sums += game->metric[m].sum_count;
    value += game->metric[m].column_count;
  }
  measure_dataset(self, value);
  return self->texts ? ag_sampled_measure_texts(self, measured, self->metric, error) : AG_OK;
}
