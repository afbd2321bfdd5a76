#include "game/sampled.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "game/sampled_parts.h"

static ag_random_key key_of(const ag_sampled *self)
{
  return (ag_random_key){self->seed, (uint32_t)self->generation, 0};
}

/* --- the dataset --- */

/* Adds draws of p_0; texts are drawn as sentences of the space. */
void ag_sampled_draw_real(const ag_sampled *self, const ag_random_key *key,
                          ag_random_purpose purpose, size_t count, ag_sample *to)
{
  size_t at = to->count;
  ag_sampled_draw(self->tables, key, purpose, count, to);
  for (size_t i = at; self->texts && i < to->count; i++)
    to->item[i] = ag_sampled_texts_original(self->texts)[to->item[i]];
}

/* Leaves `size` items, every subset as likely as any other. */
static ag_status subsample(ag_sampled *self, size_t size, ag_error *error)
{
  size_t count = self->data.sample.count, taken = 0;
  uint32_t *index = NULL;
  if (count <= size)
    return AG_OK;
  ag_status status = ag_array_create(size, sizeof *index, &index, error);
  if (status != AG_OK)
    return status;
  ag_random_key key = key_of(self);
  ag_random random = ag_random_at(&key, AG_RANDOM_DATASET, 0);
  for (size_t i = 0; taken < size; i++)
    if (ag_random_uniform(&random) * (double)(count - i) < (double)(size - taken))
      index[taken++] = (uint32_t)i;
  ag_dataset_keep(&self->data, index, size);
  free(index);
  return AG_OK;
}

static void slide_window(ag_sampled *self, size_t incoming, size_t window)
{
  if (self->segment_count == window) {
    ag_dataset_drop(&self->data, self->segment[0]);
    memmove(self->segment, self->segment + 1, (window - 1) * sizeof *self->segment);
    self->segment_count--;
  }
  self->segment[self->segment_count++] = incoming;
}

/* What is at hand becomes the dataset, without a copy. */
static void take_current(ag_sampled *self)
{
  ag_dataset *batch = self->kept + (self->current - self->kept), before = self->data;
  self->data = *batch;
  *batch = before;
  if (self->published == batch)
    self->published = &self->data;
}

static bool is_batch(const ag_sampled *self, const ag_dataset *dataset)
{
  return dataset >= self->kept && dataset < self->kept + AG_SAMPLED_BATCHES;
}

static ag_status update_dataset(ag_sampled *self, ag_error *error)
{
  const ag_samples *samples = &self->tables->game->samples;
  if (samples->dataset == AG_DATASET_REPLACE && is_batch(self, self->current)) {
    take_current(self);
    return AG_OK;
  }
  if (samples->dataset == AG_DATASET_REPLACE)
    self->data.sample.count = 0;
  size_t count = self->current->sample.count;
  ag_status status = ag_dataset_append(&self->data, self->current, NULL, count, error);
  if (status == AG_OK && samples->dataset == AG_DATASET_WINDOW)
    slide_window(self, count, samples->size);
  if (status == AG_OK && samples->dataset == AG_DATASET_SUBSAMPLE)
    status = subsample(self, samples->size, error);
  return status;
}

ag_status ag_sampled_step(ag_sampled *self, ag_error *error)
{
  ag_status status = ag_sampled_play_steps(self, error);
  if (status == AG_OK)
    status = update_dataset(self, error);
  if (status != AG_OK)
    return status;
  self->generation++;
  if (self->texts && ag_sampled_texts_judged(self->texts)) /* by the new model */
    status = ag_sampled_score(self, &self->data, 0, error);
  return status != AG_OK ? status : ag_sampled_measure(self, error);
}

/* --- looking at it --- */

size_t ag_sampled_generation(const ag_sampled *self)
{
  return self->generation;
}

const double *ag_sampled_metrics(const ag_sampled *self)
{
  return self->metric;
}

const ag_dataset *ag_sampled_dataset(const ag_sampled *self)
{
  return &self->data;
}

const ag_dataset *ag_sampled_published(const ag_sampled *self)
{
  return self->generation == 0 || self->published->sample.count == 0 ? &self->data
                                                                     : self->published;
}

const ag_model *ag_sampled_model(const ag_sampled *self)
{
  return &self->model;
}

const double *ag_sampled_mass(const ag_sampled *self)
{
  return self->mass;
}

void ag_fit_counts_write(const ag_fit_counts *counts, double value[AG_FIT_COUNTS])
{
  size_t number[AG_FIT_COUNTS];
  memcpy(number, counts, sizeof number);
  for (size_t i = 0; i < AG_FIT_COUNTS; i++)
    value[i] = (double)number[i];
}

void ag_fit_counts_read(const double value[AG_FIT_COUNTS], ag_fit_counts *counts)
{
  size_t number[AG_FIT_COUNTS];
  for (size_t i = 0; i < AG_FIT_COUNTS; i++)
    number[i] = (size_t)value[i];
  memcpy(counts, number, sizeof number);
}

void ag_sampled_add_fits(const ag_sampled *self, ag_fit_counts *counts)
{
  double sum[AG_FIT_COUNTS], own[AG_FIT_COUNTS];
  ag_fit_counts_write(counts, sum);
  ag_fit_counts_write(&self->fits, own);
  for (size_t i = 0; i < AG_FIT_COUNTS; i++)
    sum[i] += own[i];
  ag_fit_counts_read(sum, counts);
}

void ag_sampled_count_cuts(ag_sampled *self, const ag_model *model)
{
  ag_text_cuts cuts = {0};
  if (model->type->take_cuts)
    model->type->take_cuts(model->state, &cuts);
  self->fits.learnt += cuts.learnt;
  self->fits.learnt_cut += cuts.learnt_cut;
  self->fits.written += cuts.written;
  self->fits.written_cut += cuts.written_cut;
}

/* --- making one --- */

/* D_1 without its rewards. */
static ag_status draw_initial(ag_sampled *self, ag_error *error)
{
  const ag_game *game = self->tables->game;
  const ag_space *space = game->space;
  size_t count = game->samples.initial;
  ag_status status = ag_dataset_reserve(&self->data, count, error);
  if (status != AG_OK)
    return status;
  if (space->point) { /* the file's own points are the first dataset */
    memcpy(self->data.sample.point, space->point, count * space->dim * sizeof(double));
    self->data.sample.count = count;
  } else if (game->texts && count == space->count) { /* the corpus itself */
    memcpy(self->data.sample.item, ag_sampled_texts_original(self->texts),
           count * sizeof(uint32_t));
    self->data.sample.count = count;
  } else {
    ag_random_key key = key_of(self);
    ag_sampled_draw_real(self, &key, AG_RANDOM_INITIAL, count, &self->data.sample);
  }
  if (self->segment)
    self->segment[self->segment_count++] = count;
  return AG_OK;
}

/* The models as they are before the first generation; D_1 is drawn. */
static ag_status start_models(ag_sampled *self, bool current, ag_error *error)
{
  const ag_watch *watch = self->tables->watch;
  ag_random_key key = key_of(self);
  ag_status status = AG_OK;
  if (self->model.type->watch)
    self->model.type->watch(self->model.state, watch);
  if (current && self->model.type->start)
    status = self->model.type->start(self->model.state, &self->data.sample, &key, error);
  ag_sampled_count_cuts(self, &self->model);
  if (status == AG_OK && self->texts)
    status = ag_sampled_texts_start_judges(self->texts, &self->model, &self->data.sample, &key,
                                           watch, error);
  for (size_t c = 0; status == AG_OK && self->texts && c < self->tables->game->curator_count; c++) {
    const ag_model *judge = ag_sampled_texts_judge(self->texts, c);
    if (judge)
      ag_sampled_count_cuts(self, judge);
  }
  return status == AG_OK ? ag_sampled_hold_out(self, error) : status;
}

static ag_status create_parts(ag_sampled *self, ag_error *error)
{
  const ag_game *game = self->tables->game;
  const ag_samples *samples = &game->samples;
  size_t most = 0, dim = ag_space_is_cloud(game->space) ? game->space->dim : 0;
  ag_dataset *const datasets[] = {&self->data,    &self->training, &self->generated,
                                  &self->kept[0], &self->kept[1],  &self->kept[2]};
  ag_status status = ag_model_create(&game->generator, game->space, &self->model, error);
  if (status == AG_OK && game->texts)
    status = ag_sampled_texts_create(game, &self->texts, error);
  for (size_t d = 0; d < sizeof datasets / sizeof *datasets && status == AG_OK; d++)
    status = ag_dataset_create(dim, datasets[d] == &self->training ? 0 : game->curator_count,
                               datasets[d], error);
  for (size_t d = 0; d < sizeof datasets / sizeof *datasets && self->texts; d++)
    datasets[d]->sample.texts = ag_sampled_texts_pool(self->texts);
  for (size_t s = 0; s < game->loop.step_count; s++) {
    size_t together = 0; /* by lot one curator may keep all that a step keeps */
    for (size_t k = 0; k < game->loop.step[s].curator_count; k++)
      together += samples->keep[game->loop.step[s].stage + k];
    most = together > most ? together : most;
  }
  if (status == AG_OK)
    status = ag_selector_create(&self->selector, error);
  if (status == AG_OK)
    status = ag_array_create(most, sizeof *self->chosen, &self->chosen, error);
  if (status == AG_OK && samples->dataset == AG_DATASET_WINDOW) {
    size_t generations = game->generations + 1;
    status = ag_array_create(samples->size < generations ? samples->size : generations,
                             sizeof *self->segment, &self->segment, error);
  }
  return status != AG_OK ? status : ag_sampled_create_measures(self, error);
}

/* A replicate with its D_1, neither scored nor measured. */
static ag_status create_drawn(const ag_sampled_tables *tables, size_t replicate, ag_sampled **out,
                              ag_error *error)
{
  ag_sampled *self = calloc(1, sizeof *self);
  if (!self)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a replicate");
  self->tables = tables;
  self->seed = ag_random_replicate_seed(tables->game->seed, replicate);
  self->published = &self->generated;
  ag_status status = create_parts(self, error);
  if (status == AG_OK)
    status = draw_initial(self, error);
  if (status != AG_OK)
    ag_sampled_free(self);
  else
    *out = self;
  return status;
}

/* *out is the replicate, or it is freed. */
static ag_status hand_over(ag_sampled *self, ag_status status, ag_sampled **out)
{
  if (status != AG_OK)
    ag_sampled_free(self);
  else
    *out = self;
  return status;
}

ag_status ag_sampled_create(const ag_sampled_tables *tables, size_t replicate, ag_sampled **out,
                            ag_error *error)
{
  ag_sampled *self = NULL;
  ag_status status = create_drawn(tables, replicate, &self, error);
  if (status != AG_OK)
    return status;
  status = start_models(self, true, error);
  if (status == AG_OK)
    status = ag_sampled_describe(self, &self->data, 0, AG_ORIGIN_START, error);
  if (status == AG_OK)
    status = ag_sampled_measure(self, error);
  return hand_over(self, status, out);
}

ag_status ag_sampled_restore(const ag_sampled_tables *tables, size_t replicate, const double *state,
                             size_t size, const ag_generator_array *model, size_t models,
                             ag_sampled **out, ag_error *error)
{
  ag_sampled *self = NULL;
  ag_status status = create_drawn(tables, replicate, &self, error);
  if (status != AG_OK)
    return status;
  status = start_models(self, models == 0, error);
  if (status == AG_OK && models > 0)
    status = ag_model_load(&self->model, model, models, error);
  if (status == AG_OK)
    status = ag_sampled_load(self, state, size, error);
  return hand_over(self, status, out);
}

void ag_sampled_free(ag_sampled *self)
{
  if (!self)
    return;
  ag_dataset *const datasets[] = {&self->data,    &self->training, &self->generated,
                                  &self->kept[0], &self->kept[1],  &self->kept[2]};
  for (size_t d = 0; d < sizeof datasets / sizeof *datasets; d++)
    ag_dataset_free(datasets[d]);
  ag_model_free(&self->model);
  ag_sampled_texts_free(self->texts);
  ag_selector_free(self->selector);
  ag_held_out_free(&self->held_out);
  void *const owned[] = {self->chosen, self->segment,  self->metric,   self->sum,
                         self->mass,   self->previous, self->log_mass, self->utility};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  free(self);
}
