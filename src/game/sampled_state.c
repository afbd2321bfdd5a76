/* A replicate as numbers, for checkpoints: a head, the dataset, and for a finite space
 * the shares that the next generation is compared with. */
#include <math.h>
#include <string.h>

#include "game/sampled_parts.h"

enum { HEAD = 8 };

static size_t shares(const ag_sampled *self)
{
  return self->tables->game->space->count;
}

static size_t width(const ag_sampled *self)
{
  return (self->data.sample.dim > 0 ? self->data.sample.dim : 1) + 2;
}

size_t ag_sampled_state_size(const ag_sampled *self)
{
  return HEAD + self->segment_count + self->data.sample.count * width(self) + shares(self);
}

void ag_sampled_save(const ag_sampled *self, double *state)
{
  const ag_dataset *data = &self->data;
  size_t dim = data->sample.dim;
  const double head[HEAD] = {(double)self->generation,      (double)data->sample.count,
                             (double)self->segment_count,   (double)self->fits.fits,
                             (double)self->fits.iterations, (double)self->fits.not_converged,
                             (double)self->fits.reduced,    (double)self->fits.regularised};
  memcpy(state, head, sizeof head);
  state += HEAD;
  for (size_t s = 0; s < self->segment_count; s++)
    *state++ = (double)self->segment[s];
  for (size_t i = 0; i < data->sample.count; i++) {
    *state++ = data->born[i];
    *state++ = data->origin[i];
    if (dim == 0)
      *state++ = data->sample.item[i];
    for (size_t d = 0; d < dim; d++)
      *state++ = data->sample.point[i * dim + d];
  }
  if (shares(self) > 0)
    memcpy(state, self->mass, shares(self) * sizeof *state);
}

/* A whole number from 0 to most, or most + 1 for anything else. */
static size_t whole(double value, size_t most)
{
  return value >= 0 && value <= (double)most && value == floor(value) ? (size_t)value : most + 1;
}

/* Whether the head fits this game and the size. */
static bool read_head(ag_sampled *self, const double *state, size_t size)
{
  const ag_game *game = self->tables->game;
  if (size < HEAD)
    return false;
  size_t generation = whole(state[0], game->generations), count = whole(state[1], UINT32_MAX);
  size_t segments = whole(state[2], self->segment ? game->generations + 1 : 0);
  if (generation > game->generations || count == 0 || count > UINT32_MAX ||
      segments > game->generations + 1 || (segments > 0 && segments > game->samples.size) ||
      size != HEAD + segments + count * width(self) + shares(self))
    return false;
  self->generation = generation;
  self->data.sample.count = 0;
  self->segment_count = segments;
  self->fits = (ag_fit_counts){(size_t)state[3], (size_t)state[4], (size_t)state[5],
                               (size_t)state[6], (size_t)state[7]};
  return true;
}

static bool read_items(ag_sampled *self, const double *state, size_t count)
{
  ag_dataset *data = &self->data;
  size_t dim = data->sample.dim, n = shares(self);
  for (size_t i = 0; i < count; i++) {
    data->born[i] = (uint32_t)whole(*state++, self->generation);
    data->origin[i] = (unsigned char)whole(*state++, UINT8_MAX - 1);
    if (data->born[i] > self->generation)
      return false;
    if (dim == 0) {
      data->sample.item[i] = (uint32_t)whole(*state++, n - 1);
      if (data->sample.item[i] >= n)
        return false;
    }
    for (size_t d = 0; d < dim; d++)
      data->sample.point[i * dim + d] = *state++;
  }
  data->sample.count = count;
  return true;
}

ag_status ag_sampled_load(ag_sampled *self, const double *state, size_t size, ag_error *error)
{
  static const char bad[] = "this is no state of the game's replicate";
  if (!read_head(self, state, size))
    return ag_fail(error, AG_ERROR_INPUT, bad);
  size_t count = (size_t)state[1];
  const double *items = state + HEAD + self->segment_count;
  ag_status status = ag_dataset_reserve(&self->data, count, error);
  if (status != AG_OK)
    return status;
  for (size_t s = 0; s < self->segment_count; s++)
    self->segment[s] = (size_t)state[HEAD + s];
  if (!read_items(self, items, count))
    return ag_fail(error, AG_ERROR_INPUT, bad);
  if (shares(self) > 0)
    memcpy(self->mass, items + count * width(self), shares(self) * sizeof *state);
  return ag_sampled_score(self, &self->data, 0, error);
}
