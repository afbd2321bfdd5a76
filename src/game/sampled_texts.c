#include "game/sampled_texts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Rewards of one curator, by text. */
typedef struct weighed {
  double *reward; /* [capacity]; NaN: not weighed yet */
  size_t count, capacity;
  bool changes;       /* the model that plays is asked: nothing is kept */
  bool asks;          /* judge is asked */
  ag_generator given; /* borrowed: the generator of its own model, or none */
  ag_model own;
  ag_judge judge;
} weighed;

struct ag_sampled_texts {
  const ag_game *game;
  ag_texts *pool;
  uint32_t *original; /* [n] */
  weighed *curator;   /* [curator_count] */
};

/* --- making them --- */

/* Room for the rewards of count texts; new ones are not weighed. */
static ag_status make_room(weighed *self, size_t count, ag_error *error)
{
  if (count > self->capacity) {
    double *wider = NULL;
    size_t capacity = count + count / 2;
    ag_status status = ag_array_create(capacity, sizeof *wider, &wider, error);
    if (status != AG_OK)
      return status;
    if (self->count > 0)
      memcpy(wider, self->reward, self->count * sizeof *wider);
    free(self->reward);
    self->reward = wider;
    self->capacity = capacity;
  }
  for (; self->count < count; self->count++)
    self->reward[self->count] = (double)NAN;
  return AG_OK;
}

/* The sentences, and what the game already knows of their rewards. */
static ag_status add_originals(ag_sampled_texts *self, ag_error *error)
{
  const ag_space *space = self->game->space;
  ag_status status = ag_array_create(space->count, sizeof *self->original, &self->original, error);
  for (size_t i = 0; i < space->count && status == AG_OK; i++)
    status = ag_texts_add(self->pool, space->label[i], strlen(space->label[i]), &self->original[i],
                          error);
  for (size_t c = 0; c < self->game->curator_count && status == AG_OK; c++) {
    weighed *to = &self->curator[c];
    const double *value = self->game->curator[c].value;
    if (to->asks)
      continue;
    status = make_room(to, ag_texts_count(self->pool), error);
    for (size_t i = 0; i < space->count && status == AG_OK; i++)
      to->reward[self->original[i]] = value[i];
  }
  return status;
}

ag_status ag_sampled_texts_create(const ag_game *game, ag_sampled_texts **texts, ag_error *error)
{
  ag_sampled_texts *self = calloc(1, sizeof *self);
  if (!self)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the texts of a game");
  self->game = game;
  self->curator = calloc(game->curator_count, sizeof *self->curator);
  ag_status status = self->curator ? ag_texts_create(&self->pool, error)
                                   : ag_fail(error, AG_ERROR_MEMORY, "no memory for curators");
  for (size_t c = 0; c < game->curator_count && status == AG_OK; c++) {
    unsigned kind = ag_reward_judge(&game->curator[c].reward);
    self->curator[c].asks = kind != AG_JUDGED_NOT;
    self->curator[c].changes = kind == AG_JUDGED_CURRENT;
    if (kind == AG_JUDGED_BASE)
      self->curator[c].given = game->generator;
    if (kind == AG_JUDGED_GIVEN)
      self->curator[c].given = game->curator[c].judge;
  }
  if (status == AG_OK)
    status = add_originals(self, error);
  if (status != AG_OK)
    ag_sampled_texts_free(self);
  else
    *texts = self;
  return status;
}

void ag_sampled_texts_free(ag_sampled_texts *self)
{
  if (!self)
    return;
  for (size_t c = 0; self->curator && c < self->game->curator_count; c++) {
    free(self->curator[c].reward);
    ag_model_free(&self->curator[c].own);
  }
  free(self->curator);
  free(self->original);
  ag_texts_free(self->pool);
  free(self);
}

ag_texts *ag_sampled_texts_pool(const ag_sampled_texts *self)
{
  return self->pool;
}

const uint32_t *ag_sampled_texts_original(const ag_sampled_texts *self)
{
  return self->original;
}

/* --- judges --- */

static ag_status start_own(weighed *self, const ag_space *space, const ag_sample *data,
                           const ag_random_key *key, const ag_watch *watch, ag_error *error)
{
  ag_status status = ag_model_create(&self->given, space, &self->own, error);
  if (status == AG_OK && self->own.type->watch)
    self->own.type->watch(self->own.state, watch);
  if (status == AG_OK && self->own.type->start)
    status = self->own.type->start(self->own.state, data, key, error);
  if (status == AG_OK)
    self->judge = (ag_judge){self->own.type->score, self->own.state};
  return status;
}

ag_status ag_sampled_texts_start_judges(ag_sampled_texts *self, const ag_model *current,
                                        const ag_sample *data, const ag_random_key *key,
                                        const ag_watch *watch, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t c = 0; c < self->game->curator_count && status == AG_OK; c++) {
    weighed *now = &self->curator[c];
    if (now->changes)
      now->judge = (ag_judge){current->type->score, current->state};
    else if (now->asks)
      status = start_own(now, self->game->space, data, key, watch, error);
  }
  return status;
}

const ag_model *ag_sampled_texts_judge(const ag_sampled_texts *self, size_t curator)
{
  return self->curator[curator].own.type ? &self->curator[curator].own : NULL;
}

bool ag_sampled_texts_judged(const ag_sampled_texts *self)
{
  for (size_t c = 0; c < self->game->curator_count; c++)
    if (self->curator[c].changes)
      return true;
  return false;
}

/* --- rewards --- */

/* What is wrong with the first reward that is not finite. */
static ag_status check_finite(const ag_sampled_texts *self, size_t c, const char *const *text,
                              const double *reward, size_t count, ag_error *error)
{
  for (size_t i = 0; i < count; i++)
    if (!isfinite(reward[i]))
      return ag_fail(error, AG_ERROR_INPUT,
                     "the reward of %s is %g for the text '%.200s'; expected a finite number",
                     self->game->curator[c].name, reward[i], text[i]);
  return AG_OK;
}

/* reward [count] of the texts id [count], by the reward's own rule. */
static ag_status evaluate(const ag_sampled_texts *self, size_t c, const uint32_t *id, size_t count,
                          double *reward, ag_error *error)
{
  const weighed *curator = &self->curator[c];
  const char **text = NULL;
  ag_status status = ag_array_create(count, sizeof *text, &text, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    text[i] = ag_texts_get(self->pool, id[i], NULL);
  const ag_items items = {.count = count,
                          .text = text,
                          .texts = true,
                          .written = true,
                          .judge = curator->asks ? &curator->judge : NULL};
  status = ag_reward_weigh(&self->game->curator[c].reward, &items, reward, error);
  if (status == AG_OK)
    status = check_finite(self, c, text, reward, count, error);
  free(text);
  return status;
}

/* Weighs those of the texts that have not been weighed. */
static ag_status weigh_new(ag_sampled_texts *self, size_t c, const uint32_t *item, size_t count,
                           ag_error *error)
{
  weighed *to = &self->curator[c];
  uint32_t *new = NULL;
  double *reward = NULL;
  size_t found = 0;
  ag_status status = make_room(to, ag_texts_count(self->pool), error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *new, &new, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    if (isnan(to->reward[item[i]])) {
      to->reward[item[i]] = 0; /* once */
      new[found++] = item[i];
    }
  if (status == AG_OK && found > 0)
    status = ag_array_create(found, sizeof *reward, &reward, error);
  if (status == AG_OK && found > 0)
    status = evaluate(self, c, new, found, reward, error);
  for (size_t k = 0; k < found; k++)
    to->reward[new[k]] = status == AG_OK ? reward[k] : (double)NAN;
  free(new);
  free(reward);
  return status;
}

ag_status ag_sampled_texts_reward(ag_sampled_texts *self, size_t c, const uint32_t *item,
                                  size_t count, double *reward, ag_error *error)
{
  if (count == 0)
    return AG_OK;
  if (self->curator[c].changes)
    return evaluate(self, c, item, count, reward, error);
  ag_status status = weigh_new(self, c, item, count, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    reward[i] = self->curator[c].reward[item[i]];
  return status;
}

double *ag_sampled_texts_save(const ag_sampled_texts *self, size_t c, const uint32_t *id,
                              size_t count, double *state)
{
  const weighed *from = &self->curator[c];
  for (size_t i = 0; i < count; i++)
    state[i] = id[i] < from->count ? from->reward[id[i]] : (double)NAN;
  return state + count;
}

ag_status ag_sampled_texts_load(ag_sampled_texts *self, size_t c, const uint32_t *id, size_t count,
                                const double *state, ag_error *error)
{
  weighed *to = &self->curator[c];
  ag_status status = make_room(to, ag_texts_count(self->pool), error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    if (isinf(state[i]))
      status = ag_fail(error, AG_ERROR_INPUT, "an infinite reward of a text");
    else if (!isnan(state[i]))
      to->reward[id[i]] = state[i];
  }
  return status;
}

void ag_sampled_texts_list(const ag_sampled_texts *self, const ag_sample *sample, const char **text)
{
  for (size_t i = 0; i < sample->count; i++)
    text[i] = ag_texts_get(self->pool, sample->item[i], NULL);
}
