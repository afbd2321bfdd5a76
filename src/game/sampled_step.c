/* The steps of a generation on samples. The model learns what the first selection keeps, and
 * generates what the later steps meet. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/sampled_parts.h"
#include "population/span.h"

static ag_random_key key_of(const ag_sampled *self, size_t stage)
{
  return (ag_random_key){self->seed, (uint32_t)self->generation, (uint32_t)stage};
}

/* A batch that holds neither what is at hand nor what was published; empty. */
static ag_dataset *free_batch(ag_sampled *self)
{
  ag_dataset *batch = self->kept;
  while (batch == self->current || batch == self->published)
    batch++;
  batch->sample.count = 0;
  return batch;
}

/* --- choosing --- */

static ag_status make_room(ag_sampled *self, size_t count, ag_error *error)
{
  size_t room = count + count / 2; /* for datasets that grow */
  if (count <= self->utility_room)
    return AG_OK;
  free(self->utility);
  self->utility_room = 0;
  ag_status status = ag_array_create(room, sizeof *self->utility, &self->utility, error);
  self->utility_room = status == AG_OK ? room : 0;
  return status;
}

/* In lanes, so that the loop is one of vectors. */
static void find_span(const double *reward, size_t count, double *low, double *high)
{
  enum { LANES = 8 };
  double least[LANES], most[LANES];
  for (size_t lane = 0; lane < LANES; lane++)
    least[lane] = most[lane] = reward[0];
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) {
      double here = reward[i + lane];
      least[lane] = here < least[lane] ? here : least[lane];
      most[lane] = here > most[lane] ? here : most[lane];
    }
  *low = *high = reward[0];
  for (size_t lane = 0; lane < LANES; lane++) {
    *low = fmin(*low, least[lane]);
    *high = fmax(*high, most[lane]);
  }
  for (; i < count; i++) {
    *low = fmin(*low, reward[i]);
    *high = fmax(*high, reward[i]);
  }
}

/* self->utility: rewards in temperatures below the largest of the candidates; what they share is no
 * matter. */
static ag_status set_utilities(ag_sampled *self, const ag_dataset *from, size_t c, ag_error *error)
{
  const double *reward = from->column[c];
  double temperature = ag_curator_temperature_at(&self->tables->game->curator[c], self->generation);
  double low, high;
  if (from->sample.count == 0) /* ag_select says so */
    return make_room(self, 1, error);
  find_span(reward, from->sample.count, &low, &high);
  ag_status status = ag_span_check(low, high, temperature, error);
  if (status == AG_OK)
    status = make_room(self, from->sample.count, error);
  if (status != AG_OK)
    return status;
  double *utility = self->utility, inverse = 1 / temperature;
  size_t count = from->sample.count;
  if (!isnormal(inverse))
    for (size_t i = 0; i < count; i++)
      utility[i] = (reward[i] - high) / temperature;
  else /* a division of each would cost more than all that follows */
    for (size_t i = 0; i < count; i++)
      utility[i] = (reward[i] - high) * inverse;
  return AG_OK;
}

/* Chooses what stage number `stage` keeps: self->chosen [keep]. */
static ag_status choose(ag_sampled *self, size_t stage, const ag_dataset *from, size_t keep,
                        ag_error *error)
{
  const ag_game *game = self->tables->game;
  size_t c = game->loop.stage[stage].curator, count = from->sample.count;
  const ag_curator *curator = &game->curator[c];
  ag_error inner = {0};
  ag_status status = curator->prefers ? AG_OK : set_utilities(self, from, c, &inner);
  ag_candidates candidates = {.count = count, .utility = self->utility};
  if (curator->prefers)
    candidates = (ag_candidates){.count = count,
                                 .item_count = game->space->count,
                                 .item = from->sample.item,
                                 .prefers = curator->prefers};
  ag_random_key key = key_of(self, stage);
  if (status == AG_OK)
    status =
        ag_select(self->selector, game->samples.selection, &candidates,
                  ag_curator_pool_at(curator, self->generation), keep, &key, self->chosen, &inner);
  return status == AG_OK ? status
                         : ag_fail(error, status, "generation %zu, %s: %s", self->generation,
                                   curator->name, inner.message);
}

/* How many items each curator of the step keeps: its own number, or lots drawn by shares. */
static void draw_lots(const ag_sampled *self, const ag_step *step, size_t *count)
{
  const size_t *keep = self->tables->game->samples.keep + step->stage;
  size_t all = 0;
  for (size_t k = 0; k < step->curator_count; k++) {
    all += keep[k];
    count[k] = keep[k];
  }
  if (step->by_number || step->curator_count == 1)
    return;
  ag_random_key key = key_of(self, step->stage);
  ag_random random = ag_random_at(&key, AG_RANDOM_LOT, 0);
  memset(count, 0, step->curator_count * sizeof *count);
  for (size_t i = 0; i < all; i++) {
    double left = ag_random_uniform(&random);
    size_t k = 0;
    while (k + 1 < step->curator_count && (left -= ag_step_share(step, k, self->generation)) >= 0)
      k++;
    count[k]++;
  }
}

static ag_status keep_from(ag_sampled *self, size_t stage, const ag_dataset *from, size_t keep,
                           ag_dataset *to, ag_error *error)
{
  size_t at = to->sample.count, origin = AG_ORIGIN_KEPT + stage;
  ag_status status = keep > 0 ? choose(self, stage, from, keep, error) : AG_OK;
  if (status == AG_OK)
    status = ag_dataset_append(to, from, self->chosen, keep, error);
  if (status == AG_OK)
    memset(to->origin + at, (int)(origin < UINT8_MAX ? origin : UINT8_MAX), keep);
  return status;
}

/* --- learning --- */

/* The model is fitted to `data`, and its items are at hand. */
static ag_status learn(ag_sampled *self, const ag_dataset *data, ag_error *error)
{
  size_t count = self->tables->game->samples.generate;
  ag_random_key key = key_of(self, 0);
  ag_fit_report report = {0};
  ag_status status = ag_model_fit(&self->model, &data->sample, &key, &report, error);
  self->fits.fits++;
  self->fits.iterations += report.iterations;
  self->fits.not_converged += !report.converged;
  self->fits.reduced += report.reduced;
  self->fits.regularised += report.regularised;
  self->generated.sample.count = 0;
  if (status == AG_OK)
    status = ag_dataset_reserve(&self->generated, count, error);
  if (status == AG_OK)
    status =
        self->model.type->sample(self->model.state, count, &key, &self->generated.sample, error);
  ag_sampled_count_cuts(self, &self->model);
  if (status == AG_OK)
    status = ag_sampled_describe(self, &self->generated, 0, AG_ORIGIN_MODEL, error);
  self->current = &self->generated;
  self->learnt = true;
  return status;
}

/* --- what steps do --- */

ag_status ag_sampled_select(const ag_step *step, ag_sampled *self, ag_error *error)
{
  size_t count[AG_JUDGES_MOST];
  ag_dataset *to = self->learnt ? free_batch(self) : &self->training;
  ag_status status = AG_OK;
  to->sample.count = 0;
  draw_lots(self, step, count);
  for (size_t k = 0; k < step->curator_count && status == AG_OK; k++)
    status = keep_from(self, step->stage + k, self->current, count[k], to, error);
  if (status == AG_OK && !self->learnt)
    status = learn(self, to, error);
  else
    self->current = to;
  if (!self->publishes)
    self->published = self->current;
  return status;
}

ag_status ag_sampled_publish(const ag_step *step, ag_sampled *self, ag_error *error)
{
  const size_t *keep = self->tables->game->samples.keep + step->stage;
  ag_status status = AG_OK;
  self->published = self->current;
  for (size_t k = 0; k < step->curator_count && status == AG_OK; k++) {
    ag_dataset *to = free_batch(self);
    status = keep_from(self, step->stage + k, self->published, keep[k], to, error);
    self->published = to;
  }
  return status;
}

/* Appends count items of D_t, drawn with replacement. */
static ag_status append_kept(ag_sampled *self, const ag_random_key *key, size_t count,
                             ag_dataset *to, ag_error *error)
{
  uint32_t *index = NULL;
  ag_status status = ag_array_create(count, sizeof *index, &index, error);
  if (status != AG_OK)
    return status;
  ag_random random = ag_random_at(key, AG_RANDOM_KEEP, 0);
  for (size_t i = 0; i < count; i++)
    index[i] = (uint32_t)ag_random_below(&random, self->data.sample.count);
  status = ag_dataset_append(to, &self->data, index, count, error);
  free(index);
  return status;
}

ag_status ag_sampled_join(ag_sampled *self, ag_random_purpose purpose, double share,
                          ag_error *error)
{
  size_t at = self->current->sample.count;
  double wanted = share < 1 ? share / (1 - share) * (double)at : (double)at;
  size_t count = (size_t)(wanted + 0.5);
  ag_random_key key = key_of(self, purpose == AG_RANDOM_REAL ? self->reals++ : self->keeps++);
  if (count == 0)
    return AG_OK;
  at = share < 1 ? at : 0;
  ag_dataset *to = free_batch(self);
  ag_status status = ag_dataset_append(to, self->current, NULL, at, error);
  if (status == AG_OK)
    status = ag_dataset_reserve(to, at + count, error);
  if (status == AG_OK && purpose == AG_RANDOM_REAL) {
    ag_sampled_draw_real(self, &key, AG_RANDOM_REAL, count, &to->sample);
    status = ag_sampled_describe(self, to, at, AG_ORIGIN_REAL, error);
  } else if (status == AG_OK) {
    status = append_kept(self, &key, count, to, error);
  }
  self->current = to;
  return status;
}

/* cumulative [count] of the weight of each item at hand: its share to the power less one, so that
 * an item's all together weigh the power of its share. */
static ag_status weigh_powers(const ag_sampled *self, double power, double *cumulative,
                              ag_error *error)
{
  const ag_sample *sample = &self->current->sample;
  size_t n = self->tables->game->space->count;
  double *share = NULL, total = 0;
  ag_status status = ag_array_create(n, sizeof *share, &share, error);
  if (status != AG_OK)
    return status;
  memset(share, 0, n * sizeof *share);
  for (size_t i = 0; i < sample->count; i++)
    share[sample->item[i]] += 1 / (double)sample->count;
  for (size_t i = 0; i < sample->count; i++) {
    total += exp((power - 1) * log(share[sample->item[i]]));
    cumulative[i] = total;
  }
  free(share);
  return AG_OK;
}

/* The first place whose cumulative weight exceeds u. */
static uint32_t find_place(const double *cumulative, size_t count, double u)
{
  size_t low = 0, high = count - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (cumulative[middle] > u)
      high = middle;
    else
      low = middle + 1;
  }
  return (uint32_t)low;
}

ag_status ag_sampled_sharpen(ag_sampled *self, double power, ag_error *error)
{
  size_t count = self->current->sample.count;
  double *cumulative = NULL;
  uint32_t *index = NULL;
  if (!ag_sampled_has_shares(self->tables->game))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the step sharpen needs items whose shares are known, not points or texts");
  ag_status status = ag_array_create(count, sizeof *cumulative, &cumulative, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *index, &index, error);
  if (status == AG_OK)
    status = weigh_powers(self, power, cumulative, error);
  if (status == AG_OK) {
    ag_random_key key = key_of(self, self->sharpens++);
    ag_random random = ag_random_at(&key, AG_RANDOM_SHARPEN, 0);
    for (size_t i = 0; i < count; i++)
      index[i] = find_place(cumulative, count, ag_random_uniform(&random) * cumulative[count - 1]);
    ag_dataset *to = free_batch(self);
    status = ag_dataset_append(to, self->current, index, count, error);
    self->current = to;
  }
  free(cumulative);
  free(index);
  return status;
}

static bool any_selects(const ag_loop *loop)
{
  for (size_t s = 0; s < loop->stage_count; s++)
    if (loop->stage[s].acts)
      return true;
  return false;
}

ag_status ag_sampled_play_steps(ag_sampled *self, ag_error *error)
{
  const ag_loop *loop = &self->tables->game->loop;
  ag_status status = AG_OK;
  self->current = self->published = &self->data;
  self->learnt = false;
  self->reals = self->keeps = self->sharpens = 0;
  self->publishes = ag_loop_find(loop, ag_step_find("publish")) != NULL;
  if (!any_selects(loop))
    status = learn(self, &self->data, error);
  for (size_t s = 0; s < loop->step_count && status == AG_OK; s++)
    status = loop->step[s].type->sample(&loop->step[s], self, error);
  return status;
}
