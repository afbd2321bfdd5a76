/* A replicate as numbers, for checkpoints: a head, the dataset, and for a finite space
 * the shares that the next generation is compared with; for texts, whose numbers count
 * those of the dataset in order of appearance, their rewards and bytes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/sampled_parts.h"
#include "population/packed.h"

/* FITS: where the counts of fits begin; TEXTS, BYTES: the texts and the numbers that
 * their bytes take. */
enum { FITS = 3, TEXTS = FITS + AG_FIT_COUNTS, BYTES, HEAD };

static const size_t COUNT_MOST = sizeof(size_t) > 4 ? (size_t)((uint64_t)1 << 53)
                                                    : SIZE_MAX / 2; /* a double holds them */

static size_t shares(const ag_sampled *self)
{
  const ag_game *game = self->tables->game;
  return ag_sampled_has_shares(game) ? game->space->count : 0;
}

static size_t width(const ag_sampled *self)
{
  return (self->data.sample.dim > 0 ? self->data.sample.dim : 1) + 2;
}

/* --- the texts of the dataset --- */

/* Each once, in order of appearance. */
typedef struct text_list {
  size_t count;
  uint32_t *id;      /* [count] in the pool */
  const char **text; /* [count] */
  uint32_t *place;   /* [texts of the pool] where a text is in the list */
} text_list;

static void free_list(text_list *list)
{
  free(list->id);
  free(list->text);
  free(list->place);
}

static ag_status list_texts(const ag_sampled *self, text_list *list, ag_error *error)
{
  const ag_sample *sample = &self->data.sample;
  *list = (text_list){0};
  if (!self->texts)
    return AG_OK;
  size_t pool = ag_texts_count(sample->texts);
  ag_status status = ag_array_create(sample->count, sizeof *list->id, &list->id, error);
  if (status == AG_OK)
    status = ag_array_create(sample->count, sizeof *list->text, &list->text, error);
  if (status == AG_OK)
    status = ag_array_create(pool, sizeof *list->place, &list->place, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < pool; i++)
    list->place[i] = UINT32_MAX;
  for (size_t i = 0; i < sample->count; i++) {
    uint32_t id = sample->item[i];
    if (list->place[id] != UINT32_MAX)
      continue;
    list->place[id] = (uint32_t)list->count;
    list->id[list->count] = id;
    list->text[list->count++] = ag_texts_get(sample->texts, id, NULL);
  }
  return AG_OK;
}

/* --- saving --- */

static double *save_items(const ag_sampled *self, const text_list *list, double *state)
{
  const ag_dataset *data = &self->data;
  size_t dim = data->sample.dim;
  for (size_t s = 0; s < self->segment_count; s++)
    *state++ = (double)self->segment[s];
  for (size_t i = 0; i < data->sample.count; i++) {
    *state++ = data->born[i];
    *state++ = data->origin[i];
    if (dim == 0)
      *state++ = self->texts ? list->place[data->sample.item[i]] : data->sample.item[i];
    for (size_t d = 0; d < dim; d++)
      *state++ = data->sample.point[i * dim + d];
  }
  return state;
}

static void save_all(const ag_sampled *self, const text_list *list, double *state)
{
  const ag_dataset *data = &self->data;
  double head[HEAD] = {(double)self->generation, (double)data->sample.count,
                       (double)self->segment_count};
  ag_fit_counts_write(&self->fits, head + FITS);
  head[TEXTS] = (double)list->count;
  head[BYTES] = (double)ag_packed_size(list->text, list->count);
  memcpy(state, head, sizeof head);
  state = save_items(self, list, state + HEAD);
  if (shares(self) > 0)
    memcpy(state, self->mass, shares(self) * sizeof *state);
  state += shares(self);
  for (size_t c = 0; c < self->tables->game->curator_count && self->texts; c++)
    state = ag_sampled_texts_save(self->texts, c, list->id, list->count, state);
  ag_packed_write(list->text, list->count, state);
}

static size_t state_size(const ag_sampled *self, size_t texts, size_t bytes)
{
  size_t known = self->texts ? texts * self->tables->game->curator_count : 0;
  return HEAD + self->segment_count + self->data.sample.count * width(self) + shares(self) + known +
         bytes;
}

ag_status ag_sampled_save(const ag_sampled *self, double **state, size_t *size, ag_error *error)
{
  text_list list;
  double *made = NULL;
  size_t count = 0;
  ag_status status = list_texts(self, &list, error);
  if (status == AG_OK) {
    count = state_size(self, list.count, ag_packed_size(list.text, list.count));
    status = ag_array_create(count, sizeof *made, &made, error);
  }
  if (status == AG_OK) {
    save_all(self, &list, made);
    *state = made;
    *size = count;
  }
  free_list(&list);
  return status;
}

/* --- loading --- */

/* A whole number from 0 to most, or most + 1 for anything else. */
static size_t whole(double value, size_t most)
{
  return value >= 0 && value <= (double)most && value == floor(value) ? (size_t)value : most + 1;
}

/* Whether the generations of a window add up to its items. */
static bool are_segments(const double *segment, size_t segments, size_t count)
{
  size_t left = count;
  for (size_t s = 0; s < segments; s++) {
    size_t here = whole(segment[s], left);
    if (here > left)
      return false;
    left -= here;
  }
  return segments == 0 || left == 0;
}

/* Whether the head fits this game and the size. */
static bool read_head(ag_sampled *self, const double *state, size_t size)
{
  const ag_game *game = self->tables->game;
  if (size < HEAD)
    return false;
  size_t generation = whole(state[0], game->generations), count = whole(state[1], UINT32_MAX);
  size_t segments = whole(state[2], self->segment ? game->generations + 1 : 0);
  size_t texts = whole(state[TEXTS], self->texts ? count : 0), bytes = whole(state[BYTES], size);
  size_t known = self->texts ? game->curator_count : 0;
  if (generation > game->generations || count == 0 || count > UINT32_MAX ||
      segments > game->generations + 1 || (segments > 0 && segments > game->samples.size) ||
      texts > count || (!self->texts && texts > 0) || (texts == 0) != (bytes == 0) ||
      size != HEAD + segments + count * width(self) + shares(self) + texts * known + bytes ||
      (segments > 0) != (self->segment != NULL) || !are_segments(state + HEAD, segments, count))
    return false;
  for (size_t k = FITS; k < TEXTS; k++)
    if (whole(state[k], COUNT_MOST) > COUNT_MOST)
      return false;
  self->generation = generation;
  self->data.sample.count = 0;
  self->segment_count = segments;
  ag_fit_counts_read(state + FITS, &self->fits);
  return true;
}

/* id: of the listed texts, n of them; or NULL, with n items of a finite space. */
static bool read_items(ag_sampled *self, const double *state, size_t count, const uint32_t *id,
                       size_t n)
{
  ag_dataset *data = &self->data;
  size_t dim = data->sample.dim, origins = UINT8_MAX;
  for (size_t i = 0; i < count; i++) {
    size_t born = whole(*state++, self->generation), origin = whole(*state++, origins);
    if (born > self->generation || origin > origins)
      return false;
    data->born[i] = (uint32_t)born;
    data->origin[i] = (unsigned char)origin;
    if (dim == 0) {
      size_t item = n > 0 ? whole(*state++, n - 1) : n;
      if (item >= n)
        return false;
      data->sample.item[i] = id ? id[item] : (uint32_t)item;
    }
    for (size_t d = 0; d < dim; d++)
      data->sample.point[i * dim + d] = *state++;
  }
  data->sample.count = count;
  return true;
}

static const char bad[] = "this is no state of the game's replicate";

/* The texts at the end of a state, and their rewards: id [count] in the pool. */
static ag_status read_texts(ag_sampled *self, const double *state, size_t size, size_t count,
                            size_t bytes, uint32_t **id, ag_error *error)
{
  const char **text = NULL;
  size_t curators = self->tables->game->curator_count;
  const double *reward = state + size - bytes - curators * count;
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, bad);
  ag_status status = ag_array_create(count, sizeof *text, &text, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof **id, id, error);
  if (status == AG_OK)
    status = ag_packed_read(state + size - bytes, bytes, count, text, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = ag_texts_add(self->data.sample.texts, text[i], strlen(text[i]), *id + i, error);
  for (size_t c = 0; c < curators && status == AG_OK; c++)
    status = ag_sampled_texts_load(self->texts, c, *id, count, reward + c * count, error);
  free(text);
  return status;
}

ag_status ag_sampled_load(ag_sampled *self, const double *state, size_t size, ag_error *error)
{
  uint32_t *id = NULL;
  if (!read_head(self, state, size))
    return ag_fail(error, AG_ERROR_INPUT, bad);
  size_t count = (size_t)state[1];
  const double *items = state + HEAD + self->segment_count;
  ag_status status = ag_dataset_reserve(&self->data, count, error);
  if (status != AG_OK)
    return status;
  for (size_t s = 0; s < self->segment_count; s++)
    self->segment[s] = (size_t)state[HEAD + s];
  size_t texts = (size_t)state[TEXTS];
  if (self->texts)
    status = read_texts(self, state, size, texts, (size_t)state[BYTES], &id, error);
  if (status == AG_OK && !read_items(self, items, count, id, self->texts ? texts : shares(self)))
    status = ag_fail(error, AG_ERROR_INPUT, bad);
  free(id);
  if (status != AG_OK)
    return status;
  if (shares(self) > 0)
    memcpy(self->mass, items + count * width(self), shares(self) * sizeof *state);
  return ag_sampled_score(self, &self->data, 0, error);
}
