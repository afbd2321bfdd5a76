/* The replicates of a sampled game as a player: a step is a generation of one
 * replicate. Replicates are played in batches, side by side on all threads; a lone one
 * has all threads to itself. Nothing depends on how the work is cut. */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/files.h>

#include "base/clock.h"
#include "base/files.h"
#include "archive/player.h"
#include "archive/result.h"
#include "base/memory.h"
#include "base/numerics.h"
#include "base/threads.h"
#include "game/game.h"
#include "game/sampled.h"
#include "population/packed.h"

/* The points of all replicates at one moment, or how often each item was there. */
typedef struct population {
  size_t each;   /* points of a replicate that are kept; 0: not known yet */
  double *value; /* [replicates, each, dim], or [n] counts */
} population;

typedef struct samples_player {
  const ag_game *game;
  const ag_player_setting *setting;
  ag_result *result;
  ag_sampled_tables *tables;
  size_t replicates, batch;
  size_t first;           /* the batch holds replicates first, first + 1, … */
  ag_sampled **live;      /* [batch]; NULL: done, or past the last */
  bool begun;             /* the batch is there, or past it */
  size_t done, stride;    /* stride: generations of each replicate in one advance */
  population *population; /* [snapshot_count + 1], the last one the end's */
} samples_player;

enum { POINTS_MOST = 1 << 22 }; /* kept of all replicates together, at one moment */

static size_t moments(const samples_player *self)
{
  return self->result->snapshot_count + 1;
}

static void samples_free(void *state)
{
  samples_player *self = state;
  for (size_t i = 0; self->live != NULL && i < self->batch; i++)
    ag_sampled_free(self->live[i]);
  for (size_t k = 0; self->population != NULL && k < moments(self); k++)
    free(self->population[k].value);
  free(self->population);
  free(self->live);
  ag_sampled_tables_free(self->tables);
  free(self);
}

/* --- what is kept --- */

static ag_status keep_points(samples_player *self, population *kept, size_t replicate,
                             const ag_sample *sample, ag_error *error)
{
  size_t dim = sample->dim, most = POINTS_MOST / self->replicates;
  if (kept->each == 0) {
    size_t each = sample->count < most ? sample->count : most > 0 ? most : 1;
    ag_status status =
        ag_array_create(self->replicates, each * dim * sizeof(double), &kept->value, error);
    if (status != AG_OK)
      return status;
    kept->each = each; /* now that there is room: other replicates come after a failure too */
    for (size_t i = 0; i < self->replicates * kept->each * dim; i++)
      kept->value[i] = (double)NAN;
  }
  for (size_t i = 0; i < kept->each; i++) {
    /* evenly from first to last: the order of a dataset is its history */
    size_t j = (size_t)((double)i * (double)sample->count / (double)kept->each);
    memcpy(kept->value + (replicate * kept->each + i) * dim, sample->point + j * dim,
           dim * sizeof(double));
  }
  return AG_OK;
}

/* Whole numbers: their sums are exact in any order. */
static ag_status keep_counts(samples_player *self, population *kept, const ag_sample *sample,
                             ag_error *error)
{
  size_t n = self->result->item_count;
  if (kept->each == 0) {
    ag_status status = ag_array_create(n, sizeof(double), &kept->value, error);
    if (status != AG_OK)
      return status;
    memset(kept->value, 0, n * sizeof *kept->value);
    kept->each = 1;
  }
  for (size_t i = 0; i < sample->count; i++)
    kept->value[sample->item[i]] += 1;
  return AG_OK;
}

static ag_status keep(samples_player *self, size_t moment, size_t replicate,
                      const ag_sampled *sampled, ag_error *error)
{
  const ag_sample *sample = &ag_sampled_measured(sampled)->sample;
  ag_status status;
  if (sample->texts != NULL)
    return AG_OK; /* shown, but not counted */
#pragma omp critical(ag_population)
  status = sample->dim > 0 ? keep_points(self, &self->population[moment], replicate, sample, error)
                           : keep_counts(self, &self->population[moment], sample, error);
  return status;
}

/* The model as files, where it has any. */
static ag_status keep_model(const samples_player *self, const ag_sampled *sampled, ag_error *error)
{
  const ag_model *model = ag_sampled_model(sampled);
  const char *directory = self->setting->model_directory;
  if (directory == NULL || model->type->write == NULL)
    return AG_OK;
  ag_folder_draft draft;
  ag_status status = ag_folder_begin(directory, &draft, error);
  if (status == AG_OK)
    status = model->type->write(model->state, draft.path, error);
  if (status == AG_OK)
    status = ag_folder_publish(&draft, directory, error);
  if (status != AG_OK)
    ag_folder_discard(&draft);
  return status;
}

static ag_status record(samples_player *self, size_t replicate, const ag_sampled *sampled,
                        ag_error *error)
{
  ag_result *result = self->result;
  size_t generation = ag_sampled_generation(sampled), metrics = result->metric_count;
  size_t snapshot = ag_result_find_snapshot(result, generation);
  ag_status status = AG_OK;
  memcpy(result->replicate_metric + (replicate * (result->generations + 1) + generation) * metrics,
         ag_sampled_metrics(sampled), metrics * sizeof *result->replicate_metric);
  if (snapshot != SIZE_MAX)
    status = keep(self, snapshot, replicate, sampled, error);
  if (status == AG_OK && generation == result->generations)
    status = keep(self, result->snapshot_count, replicate, sampled, error);
  if (status != AG_OK || replicate > 0)
    return status;
  if (result->texts != NULL)
    status =
        ag_result_show_texts(result, generation, &ag_sampled_published(sampled)->sample, error);
  if (status == AG_OK && generation == result->generations && result->texts != NULL)
    status = ag_result_rank_texts(result, &ag_sampled_measured(sampled)->sample, error);
  if (status == AG_OK && generation == result->generations)
    status = ag_result_keep_dataset(result, ag_sampled_dataset(sampled), error);
  if (status == AG_OK && generation == result->generations)
    status = keep_model(self, sampled, error);
  return status;
}

/* --- playing --- */

/* What one replicate takes, about. */
static double replicate_bytes(const samples_player *self)
{
  const ag_samples *samples = &self->game->samples;
  double items = (double)samples->initial + 4 * (double)samples->generate;
  if (samples->dataset == AG_DATASET_ACCUMULATE)
    items += (double)self->result->generations * (double)samples->generate;
  return items * 8 * (double)(self->game->space->dim + self->game->curator_count + 3) +
         24 * (double)ag_game_item_count(self->game);
}

/* Replicates side by side: as many as there are threads, or some more where they are small,
 * so that threads wait less for the last one; many more would push each other out of the
 * caches. */
static size_t choose_batch(const samples_player *self)
{
  enum { A_THREAD = 8 };
  const double bytes_most = 1 << 28;
  double bytes = replicate_bytes(self);
  if (self->game->generator.type->alone)
    return 1;
  size_t threads = (size_t)omp_get_max_threads();
  size_t fit = (size_t)fmin(bytes_most / bytes, (double)(A_THREAD * threads));
  size_t batch = fit > threads ? fit : threads;
  return batch < self->replicates ? batch : self->replicates;
}

static ag_status begin_replicate(samples_player *self, size_t slot, ag_error *error)
{
  size_t replicate = self->first + slot;
  ag_status status = ag_sampled_create(self->tables, replicate, &self->live[slot], error);
  return status != AG_OK ? status : record(self, replicate, self->live[slot], error);
}

/* Up to `stride` generations; a replicate at its end is counted and freed. */
static ag_status play_replicate(samples_player *self, size_t slot, ag_error *error)
{
  ag_sampled *sampled = self->live[slot];
  size_t generations = self->result->generations;
  ag_status status = AG_OK;
  for (size_t i = 0; i < self->stride && ag_sampled_generation(sampled) < generations; i++) {
    status = ag_sampled_step(sampled, error);
    if (status == AG_OK)
      status = record(self, self->first + slot, sampled, error);
    if (status != AG_OK)
      return status;
  }
  return AG_OK;
}

typedef ag_status replicate_work(samples_player *self, size_t slot, ag_error *error);

/* What has failed in a batch: of several replicates the first one's counts. */
typedef struct first_failure {
  size_t slot;
  ag_status status;
} first_failure;

static void work_on_one(samples_player *self, replicate_work *work, size_t slot,
                        first_failure *failure, ag_error *error)
{
  ag_error one;
  ag_status done = work(self, slot, &one);
  if (done != AG_OK)
#pragma omp critical(ag_failure)
    if (slot < failure->slot) {
      failure->slot = slot;
      failure->status = ag_fail(error, done, "replicate %zu, %s", self->first + slot, one.message);
    }
}

/* Works on the replicates of the batch. One alone is no parallel region: those within it would be
 * nested, and each would start threads of its own. */
static ag_status work_on(samples_player *self, replicate_work *work, bool begin, ag_error *error)
{
  first_failure failure = {self->batch, AG_OK};
  size_t active = 0, only = 0;
  for (size_t i = 0; i < self->batch; i++)
    if (begin ? self->first + i < self->replicates : self->live[i] != NULL) {
      active++;
      only = i;
    }
  if (active == 1) {
    work_on_one(self, work, only, &failure, error);
    return failure.status;
  }
#pragma omp parallel for schedule(dynamic)
  for (size_t i = 0; i < self->batch; i++)
    if (begin ? self->first + i < self->replicates : self->live[i] != NULL)
      work_on_one(self, work, i, &failure, error);
  return failure.status;
}

/* Counts what the batch has played, and frees the replicates at their end. */
static void collect(samples_player *self)
{
  size_t generations = self->result->generations;
  self->done = self->first * generations;
  for (size_t i = 0; i < self->batch; i++) {
    if (self->live[i] == NULL) {
      self->done += self->first + i < self->replicates ? generations : 0;
      continue;
    }
    self->done += ag_sampled_generation(self->live[i]);
    if (ag_sampled_generation(self->live[i]) < generations)
      continue;
    ag_sampled_add_fits(self->live[i], &self->result->fits);
    ag_sampled_free(self->live[i]);
    self->live[i] = NULL;
  }
}

static ag_status samples_advance(void *state, ag_error *error)
{
  const double short_time = 0.05, long_time = 0.2; /* seconds between looks at the clock */
  samples_player *self = state;
  double before = ag_time_now();
  if (self->begun && self->done == (self->first + self->batch) * self->result->generations) {
    self->first += self->batch;
    self->begun = false;
  }
  if (!self->begun) {
    ag_status status = work_on(self, begin_replicate, true, error);
    if (status != AG_OK)
      return status;
    self->begun = true;
  }
  ag_status status = work_on(self, play_replicate, false, error);
  collect(self);
  double spent = ag_time_now() - before;
  if (spent < short_time && self->stride < self->result->generations)
    self->stride *= 2;
  else if (spent > long_time && self->stride > 1)
    self->stride /= 2;
  return status;
}

/* Refuses samples that the memory would not hold: what a generation has and makes, and what
 * accumulates, at the least. */
static ag_status expect_room(const samples_player *self, ag_error *error)
{
  char what[128];
  const ag_samples *samples = &self->game->samples;
  double each = (double)samples->generate, items;
  for (size_t s = 0; s < self->game->loop.stage_count; s++)
    each = fmin(each, (double)samples->keep[s]);
  items = (double)samples->initial + 2 * (double)samples->generate;
  if (samples->dataset == AG_DATASET_ACCUMULATE)
    items += (double)self->result->generations * each;
  snprintf(what, sizeof what, "%zu replicates at a time of %.4g items", self->batch, items);
  double width = (double)(self->game->space->dim + self->game->curator_count + 3);
  return ag_memory_expect((double)self->batch * items * width * sizeof(double), what, error);
}

/* Language models may take long to begin: a run that goes on from a checkpoint does not
 * wait for it. Other games begin at once, and what is wrong with them is found at once. */
static ag_status samples_create(const ag_game *game, ag_result *result,
                                const ag_player_setting *setting, void **state, ag_error *error)
{
  samples_player *self = calloc(1, sizeof *self);
  if (self == NULL)
    return ag_fail_memory(error);
  *self = (samples_player){.game = game,
                           .setting = setting,
                           .result = result,
                           .replicates = ag_game_replicates(game),
                           .stride = 1};
  self->batch = choose_batch(self);
  self->live = calloc(self->batch, sizeof(ag_sampled *));
  self->population = calloc(moments(self), sizeof *self->population);
  ag_status status = self->live != NULL && self->population != NULL ? AG_OK : ag_fail_memory(error);
  if (status == AG_OK)
    status = expect_room(self, error);
  if (status == AG_OK)
    status = ag_sampled_tables_create(game, &self->tables, error);
  if (status == AG_OK)
    ag_sampled_tables_set_watch(self->tables, &setting->watch);
  self->begun = !game->texts || result->generations == 0;
  if (status == AG_OK && self->begun)
    status = work_on(self, begin_replicate, true, error);
  while (status == AG_OK && result->generations == 0) { /* no steps: all is here already */
    collect(self);
    self->first += self->batch;
    if (self->first >= self->replicates)
      break;
    status = work_on(self, begin_replicate, true, error);
  }
  if (status != AG_OK)
    samples_free(self);
  else
    *state = self;
  return status;
}

static size_t samples_done(const void *state)
{
  return ((const samples_player *)state)->done;
}

static size_t samples_total(const void *state)
{
  const samples_player *self = state;
  return self->replicates * self->result->generations;
}

/* Means over the replicates: nothing before the last one is done. */
static size_t samples_rows(const void *state, size_t done)
{
  return done == samples_total(state) ? ((const samples_player *)state)->result->generations + 1
                                      : 0;
}

/* --- checkpoints --- */

enum { FITS = 2, BEGUN = FITS + AG_FIT_COUNTS, HEAD, MODEL_NAME = 48, MODEL_NAMES_MOST = 64 };

static void name_array(char name[MODEL_NAME], size_t slot, size_t number)
{
  snprintf(name, MODEL_NAME, "model-%06zu/%zu", slot, number);
}

/* A language model is part of the state; others are fitted anew. Its arrays are numbered: their
 * names, packed, come before them. */
static ag_status save_model(samples_player *self, size_t slot, ag_arrays *file, ag_error *error)
{
  const ag_model *model = ag_sampled_model(self->live[slot]);
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  const char *names[AG_GENERATOR_ARRAYS_MOST];
  double packed[MODEL_NAMES_MOST];
  char name[MODEL_NAME];
  if (!self->game->texts)
    return AG_OK;
  size_t count = ag_model_save(model, array);
  for (size_t k = 0; k < count; k++)
    names[k] = array[k].name;
  assert(ag_packed_size(names, count) <= MODEL_NAMES_MOST);
  ag_packed_write(names, count, packed);
  name_array(name, slot, 0);
  ag_status status = AG_OK;
  if (count > 0)
    status = ag_arrays_write(file, name, packed, ag_packed_size(names, count), error);
  for (size_t k = 0; k < count && status == AG_OK; k++) {
    name_array(name, slot, k + 1);
    status = ag_arrays_write(file, name, array[k].value, array[k].count, error);
  }
  return status;
}

static ag_status save_states(samples_player *self, ag_arrays *file, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t i = 0; i < self->batch && status == AG_OK; i++) {
    char name[32];
    double *value = NULL;
    size_t size = 0;
    if (self->live[i] == NULL)
      continue;
    status = ag_sampled_save(self->live[i], &value, &size, error);
    snprintf(name, sizeof name, "state/%06zu", i);
    if (status == AG_OK)
      status = ag_arrays_write(file, name, value, size, error);
    free(value);
    if (status == AG_OK)
      status = save_model(self, i, file, error);
  }
  return status;
}

/* Numbers of a population: [0] where nothing has been kept. */
static size_t population_size(const samples_player *self, const population *kept)
{
  size_t dim = self->result->dimension;
  if (kept->each == 0)
    return 0;
  return dim > 0 ? self->replicates * kept->each * dim : ag_game_item_count(self->game);
}

static ag_status save_populations(samples_player *self, ag_arrays *file, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t k = 0; k < moments(self) && status == AG_OK; k++) {
    char name[32];
    size_t size = population_size(self, &self->population[k]);
    snprintf(name, sizeof name, "population/%06zu", k);
    if (size > 0)
      status = ag_arrays_write(file, name, self->population[k].value, size, error);
  }
  return status;
}

static ag_status samples_save(void *state, ag_arrays *file, ag_error *error)
{
  samples_player *self = state;
  const ag_result *result = self->result;
  double head[HEAD] = {(double)self->first, (double)self->batch};
  ag_fit_counts_write(&result->fits, head + FITS);
  head[BEGUN] = (double)self->begun;
  ag_status status = ag_arrays_write(file, "head", head, HEAD, error);
  if (status == AG_OK)
    status =
        ag_arrays_write(file, "replicate_metric", result->replicate_metric,
                        self->replicates * (result->generations + 1) * result->metric_count, error);
  if (status == AG_OK)
    status = ag_result_write_dataset(result, file, error);
  if (status == AG_OK)
    status = save_populations(self, file, error);
  return status == AG_OK ? save_states(self, file, error) : status;
}

/* An array of the file, on the heap. */
static ag_status take_array(ag_arrays *file, const char *name, double **value, size_t *size,
                            ag_error *error)
{
  ag_status status = ag_arrays_size(file, name, size, error);
  if (status == AG_OK)
    status = ag_array_create(*size, sizeof **value, value, error);
  return status == AG_OK ? ag_arrays_read(file, name, *value, *size, error) : status;
}

/* The arrays of a model: array [*count], whose names and values are room [*count + 1]. */
static ag_status load_model(size_t slot, ag_arrays *file, ag_generator_array *array, double **room,
                            size_t *count, ag_error *error)
{
  char name[MODEL_NAME];
  const char *names[AG_GENERATOR_ARRAYS_MOST];
  size_t size = 0, found = 0;
  name_array(name, slot, 0);
  if (!ag_arrays_has(file, name))
    return AG_OK;
  ag_status status = take_array(file, name, &room[0], &size, error);
  for (name_array(name, slot, 1); found < AG_GENERATOR_ARRAYS_MOST && ag_arrays_has(file, name);
       name_array(name, slot, ++found + 1)) {
  }
  if (status == AG_OK)
    status = ag_packed_read(room[0], size, found, names, error);
  for (size_t k = 0; k < found && status == AG_OK; k++) {
    name_array(name, slot, k + 1);
    status = take_array(file, name, &room[k + 1], &size, error);
    array[k] = (ag_generator_array){names[k], size, room[k + 1]};
  }
  *count = status == AG_OK ? found : 0;
  return status;
}

static ag_status load_state(samples_player *self, size_t slot, ag_arrays *file, ag_error *error)
{
  char name[32];
  double *value = NULL, *room[AG_GENERATOR_ARRAYS_MOST + 1] = {NULL};
  ag_generator_array model[AG_GENERATOR_ARRAYS_MOST];
  size_t size = 0, models = 0;
  ag_sampled_free(self->live[slot]);
  self->live[slot] = NULL;
  snprintf(name, sizeof name, "state/%06zu", slot);
  if (!ag_arrays_has(file, name))
    return AG_OK; /* it was done */
  ag_status status = take_array(file, name, &value, &size, error);
  if (status == AG_OK)
    status = load_model(slot, file, model, room, &models, error);
  if (status == AG_OK)
    status = ag_sampled_restore(self->tables, self->first + slot, value, size, model, models,
                                &self->live[slot], error);
  free(value);
  for (size_t k = 0; k <= AG_GENERATOR_ARRAYS_MOST; k++)
    free(room[k]);
  return status;
}

static ag_status load_population(samples_player *self, size_t moment, ag_arrays *file,
                                 ag_error *error)
{
  char name[32];
  population *kept = &self->population[moment];
  size_t size = 0, dim = self->result->dimension;
  free(kept->value);
  *kept = (population){0};
  snprintf(name, sizeof name, "population/%06zu", moment);
  if (!ag_arrays_has(file, name))
    return AG_OK;
  ag_status status = ag_arrays_size(file, name, &size, error);
  if (status != AG_OK)
    return status;
  kept->each = dim > 0 ? size / (self->replicates * dim) : 1;
  if (size == 0 || size != population_size(self, kept))
    return ag_fail(error, AG_ERROR_INPUT, "a checkpoint of another game");
  status = ag_array_create(size, sizeof(double), &kept->value, error);
  return status == AG_OK ? ag_arrays_read(file, name, kept->value, size, error) : status;
}

/* The batch is as large as it was, whatever the number of threads now. */
static ag_status take_batch(samples_player *self, const double head[HEAD], ag_error *error)
{
  double total = (double)self->replicates;
  if (!(head[0] >= 0 && head[0] < total && head[1] >= 1 && head[1] <= total))
    return ag_fail(error, AG_ERROR_INPUT, "a checkpoint of another game");
  for (size_t i = 0; i < self->batch; i++)
    ag_sampled_free(self->live[i]);
  free(self->live);
  self->first = (size_t)head[0];
  self->batch = (size_t)head[1];
  self->live = calloc(self->batch, sizeof(ag_sampled *));
  if (self->live == NULL) {
    self->batch = 0;
    return ag_fail_memory(error);
  }
  ag_fit_counts_read(head + FITS, &self->result->fits);
  return AG_OK;
}

static ag_status samples_load(void *state, ag_arrays *file, ag_error *error)
{
  samples_player *self = state;
  ag_result *result = self->result;
  double head[HEAD];
  ag_status status = ag_arrays_read(file, "head", head, HEAD, error);
  if (status == AG_OK)
    status = take_batch(self, head, error);
  if (status == AG_OK)
    status =
        ag_arrays_read(file, "replicate_metric", result->replicate_metric,
                       self->replicates * (result->generations + 1) * result->metric_count, error);
  if (status == AG_OK)
    status = ag_result_read_dataset(result, file, error);
  for (size_t k = 0; k < moments(self) && status == AG_OK; k++)
    status = load_population(self, k, file, error);
  for (size_t i = 0; i < self->batch && status == AG_OK; i++)
    status = load_state(self, i, file, error);
  if (status != AG_OK)
    return status;
  self->begun = head[BEGUN] != 0;
  self->done = self->first * result->generations;
  if (self->begun)
    collect(self);
  return status;
}

/* --- the end --- */

/* Means of the metrics over the replicates in which they are defined. */
static void average(const samples_player *self)
{
  ag_result *result = self->result;
  size_t row = (result->generations + 1) * result->metric_count;
  for (size_t i = 0; i < row; i++) {
    ag_sum sum = {0};
    size_t count = 0;
    for (size_t r = 0; r < self->replicates; r++) {
      double value = result->replicate_metric[r * row + i];
      if (isnan(value))
        continue;
      ag_sum_add(&sum, value);
      count++;
    }
    result->metric[i] = count > 0 ? ag_sum_value(&sum) / (double)count : (double)NAN;
  }
}

static void take_counts(const population *kept, size_t n, double *log_mass)
{
  double total = ag_array_sum(kept->value, n);
  for (size_t i = 0; i < n; i++)
    log_mass[i] = log(kept->value[i] / total);
}

static ag_status samples_conclude(void *state, ag_error *error)
{
  samples_player *self = state;
  ag_result *result = self->result;
  (void)error;
  average(self);
  for (size_t k = 0; k < moments(self); k++) {
    population *kept = &self->population[k];
    bool end = k == result->snapshot_count;
    if (result->texts != NULL)
      continue;
    if (result->dimension == 0) {
      take_counts(kept, result->item_count, end ? result->log_mass : result->snapshot_log_mass[k]);
      continue;
    }
    *(end ? &result->point_count : &result->snapshot_point_count[k]) =
        self->replicates * kept->each;
    *(end ? &result->point : &result->snapshot_point[k]) = kept->value;
    kept->value = NULL;
  }
  return AG_OK;
}

const ag_player_type ag_player_samples = {
    .create = samples_create,
    .free_state = samples_free,
    .advance = samples_advance,
    .done = samples_done,
    .total = samples_total,
    .rows = samples_rows,
    .save = samples_save,
    .load = samples_load,
    .conclude = samples_conclude,
};
