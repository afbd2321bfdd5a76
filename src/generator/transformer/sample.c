/* Sampling with a cache of keys and values. Every place of the batch holds a sequence; a
 * step feeds one token of each; a place whose sequence has ended takes the next prompt. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/threads.h"
#include "generator/transformer/parts.h"

enum { ROW_STEP = 16 }; /* products have few shapes: rows are rounded up */

typedef struct place {
  size_t item, position; /* position: of the token that is fed next */
  ag_random random;
} place;

typedef struct sampler {
  const ag_transformer *model;
  const ag_transformer_kernels *kernels;
  const ag_token_sampling *settings;
  const ag_token_batch *prompt;
  ag_matmul_engine *engine;
  int32_t *token; /* [count, length], the caller's */
  size_t *sizes;
  size_t rows, active; /* places in products; those with a sequence come first */
  place *place;        /* [rows] */
  char *cache;         /* half [rows, layers, 2, length, width] */
  float *x, *y;        /* [rows, width] */
  float *qkv;          /* [rows, 3 width] */
  char *operand;       /* half [rows, 4 width] */
  char *feed;          /* half [rows, 4 width] */
  float *logits;       /* [rows, padded vocabulary] */
  float *weight;       /* [threads, vocabulary + length] */
  uint32_t *order;     /* [threads, vocabulary] */
  ag_status status;
  ag_error *error;
} sampler;

static size_t half_bytes(const sampler *s)
{
  return s->model->half ? 2 : 4;
}

static char *cache_of(const sampler *s, size_t row, size_t layer, size_t values)
{
  const ag_transformer_config *c = &s->model->config;
  return s->cache + (((row * c->layers + layer) * 2 + values) * s->settings->length) * c->width *
                        half_bytes(s);
}

static void multiply(sampler *s, const void *x, size_t depth, size_t tensor, size_t columns,
                     void *y, bool half_y)
{
  bool head = tensor == AG_EMBEDDING;
  ag_matmul product = {.rows = (s->active + ROW_STEP - 1) / ROW_STEP * ROW_STEP,
                       .columns = columns,
                       .depth = depth,
                       .a = x,
                       .b = ag_operand(s->model, tensor),
                       .c = y,
                       .bias = head ? NULL : ag_plain(s->model, tensor + 1),
                       .turned_b = head,
                       .half = s->model->half,
                       .half_c = half_y};
  if (s->status == AG_OK)
    s->status = ag_matmul_run(s->engine, &product, s->error);
}

static void norm_rows(sampler *s, size_t gain)
{
  size_t width = s->model->config.width, bytes = half_bytes(s);
#pragma omp parallel for schedule(static) if (ag_worth_threads(s->active * width))
  for (size_t r = 0; r < s->active; r++) {
    float mean, inverse;
    s->kernels->norm(width, s->x + r * width, ag_plain(s->model, gain),
                     ag_plain(s->model, gain + 1), s->y + r * width, &mean, &inverse);
    s->kernels->pack(width, s->y + r * width, s->model->half, s->operand + r * width * bytes);
  }
}

/* One row: its key and value go to the cache, its output to y. */
static void attend_row(const sampler *s, size_t layer, size_t r, float *share)
{
  const ag_transformer_config *c = &s->model->config;
  size_t width = c->width, n = s->place[r].position + 1, last = (n - 1) * width * half_bytes(s);
  const float *q = s->qkv + r * 3 * width;
  char *keys = cache_of(s, r, layer, 0), *values = cache_of(s, r, layer, 1);
  s->kernels->pack(width, q + width, s->model->half, keys + last);
  s->kernels->pack(width, q + 2 * width, s->model->half, values + last);
  s->kernels->attend(c->heads, width / c->heads, n, q, keys, values, s->model->half, share,
                     s->y + r * width);
}

static void attend(sampler *s, size_t layer)
{
  size_t width = s->model->config.width, bytes = half_bytes(s);
  size_t scratch = s->model->config.vocabulary + s->settings->length;
#pragma omp parallel for schedule(static) if (ag_worth_threads(s->active * width))
  for (size_t r = 0; r < s->active; r++) {
    attend_row(s, layer, r, s->weight + (size_t)omp_get_thread_num() * scratch);
    s->kernels->pack(width, s->y + r * width, s->model->half, s->operand + r * width * bytes);
  }
}

static void add_rows(sampler *s)
{
  for (size_t i = 0; i < s->active * s->model->config.width; i++)
    s->x[i] += s->y[i];
}

static void embed(sampler *s)
{
  size_t width = s->model->config.width;
  for (size_t r = 0; r < s->active; r++) {
    const place *p = &s->place[r];
    size_t token = (size_t)s->token[p->item * s->settings->length + p->position];
    const float *a = ag_plain(s->model, AG_EMBEDDING) + token * width;
    const float *b = ag_plain(s->model, AG_POSITION) + p->position * width;
    for (size_t i = 0; i < width; i++)
      s->x[r * width + i] = a[i] + b[i];
  }
}

static void gelu_rows(sampler *s)
{
  size_t wide = 4 * s->model->config.width, bytes = half_bytes(s);
#pragma omp parallel for schedule(static) if (ag_worth_threads(s->active * wide))
  for (size_t r = 0; r < s->active; r++)
    s->kernels->gelu(wide, s->feed + r * wide * bytes, s->model->half,
                     s->operand + r * wide * bytes);
}

/* One token of every place through all layers, to logits. */
static void feed(sampler *s)
{
  const ag_transformer_config *c = &s->model->config;
  size_t width = c->width;
  embed(s);
  for (size_t l = 0; l < c->layers && s->status == AG_OK; l++) {
    norm_rows(s, ag_layer_tensor(l, AG_NORM_1));
    multiply(s, s->operand, width, ag_layer_tensor(l, AG_ATTENTION), 3 * width, s->qkv, false);
    attend(s, l);
    multiply(s, s->operand, width, ag_layer_tensor(l, AG_ATTENTION_OUT), width, s->y, false);
    add_rows(s);
    norm_rows(s, ag_layer_tensor(l, AG_NORM_2));
    multiply(s, s->operand, width, ag_layer_tensor(l, AG_FEED), 4 * width, s->feed, s->model->half);
    gelu_rows(s);
    multiply(s, s->operand, 4 * width, ag_layer_tensor(l, AG_FEED_OUT), width, s->y, false);
    add_rows(s);
  }
  norm_rows(s, s->model->tensor_count - 2);
  multiply(s, s->operand, width, AG_EMBEDDING, ag_vocabulary_padded(c), s->logits, false);
}

/* Draws where the prompt has been fed, and moves on. */
static void advance(sampler *s)
{
  size_t size = s->model->config.vocabulary, padded = ag_vocabulary_padded(&s->model->config);
  size_t length = s->settings->length;
#pragma omp parallel for schedule(static) if (ag_worth_threads(s->active * size))
  for (size_t r = 0; r < s->active; r++) {
    place *p = &s->place[r];
    size_t thread = (size_t)omp_get_thread_num();
    if (++p->position < s->sizes[p->item])
      continue;
    s->token[p->item * length + p->position] =
        ag_token_draw(size, s->logits + r * padded, s->settings, ag_random_uniform(&p->random),
                      s->weight + thread * (size + length), s->order + thread * size);
    s->sizes[p->item]++;
  }
}

static bool ended(const sampler *s, const place *p)
{
  size_t size = s->sizes[p->item],
         prompt = s->prompt->start[p->item + 1] - s->prompt->start[p->item];
  if (size == s->settings->length)
    return true;
  return size > prompt && s->settings->stop >= 0 &&
         s->token[p->item * s->settings->length + size - 1] == s->settings->stop;
}

static void take_prompt(place *p, size_t item, const ag_random_key *key)
{
  p->item = item;
  p->position = 0;
  p->random = ag_random_at(key, AG_RANDOM_GENERATE, (uint32_t)item);
}

/* Ended sequences leave; the next prompts, or the last places, take their rows. */
static void refill(sampler *s, size_t *next, const ag_random_key *key)
{
  const ag_transformer_config *c = &s->model->config;
  for (size_t r = 0; r < s->active;) {
    if (!ended(s, &s->place[r])) {
      r++;
    } else if (*next < s->prompt->sequences) {
      take_prompt(&s->place[r++], (*next)++, key);
    } else if (r != --s->active) {
      s->place[r] = s->place[s->active];
      memcpy(cache_of(s, r, 0, 0), cache_of(s, s->active, 0, 0),
             c->layers * 2 * s->settings->length * c->width * half_bytes(s));
    }
  }
}

static ag_status check_settings(const ag_transformer *model, const ag_token_sampling *settings,
                                const ag_token_batch *prompt, ag_error *error)
{
  if (!(settings->temperature >= 0) || !isfinite(settings->temperature) ||
      !(settings->top_p > 0 && settings->top_p <= 1) || settings->batch < 1)
    return ag_fail(error, AG_ERROR_INPUT,
                   "sampling needs a temperature of at least 0, top-p within (0, 1], a batch");
  if (settings->length < 2 || settings->length > model->config.context)
    return ag_fail(error, AG_ERROR_INPUT, "sequences must have between 2 and %zu tokens",
                   model->config.context);
  for (size_t i = 0; i < prompt->sequences; i++) {
    size_t from = prompt->start[i], to = prompt->start[i + 1];
    if (to <= from || to - from >= settings->length)
      return ag_fail(error, AG_ERROR_INPUT, "a prompt must have between 1 and %zu tokens",
                     settings->length - 1);
    for (size_t t = from; t < to; t++)
      if (prompt->token[t] < 0 || (size_t)prompt->token[t] >= model->config.vocabulary)
        return ag_fail(error, AG_ERROR_INPUT, "token %d is outside the vocabulary of %zu",
                       (int)prompt->token[t], model->config.vocabulary);
  }
  return AG_OK;
}

static ag_status sampler_create(sampler *s)
{
  const ag_transformer_config *c = &s->model->config;
  size_t threads = (size_t)omp_get_max_threads(), width = c->width, length = s->settings->length;
  size_t half = s->model->half ? 2 : 4, padded = ag_vocabulary_padded(c);
  const struct {
    void *array;
    size_t count, size;
  } wanted[] = {
      {&s->place, s->rows, sizeof *s->place},
      {&s->cache, s->rows * c->layers * 2 * length, width * half},
      {&s->x, s->rows, width * sizeof(float)},
      {&s->y, s->rows, width * sizeof(float)},
      {&s->qkv, s->rows, 3 * width * sizeof(float)},
      {&s->operand, s->rows, 4 * width * half},
      {&s->feed, s->rows, 4 * width * half},
      {&s->logits, s->rows, padded * sizeof(float)},
      {&s->weight, threads, (c->vocabulary + length) * sizeof(float)},
      {&s->order, threads, c->vocabulary * sizeof(uint32_t)},
  };
  ag_status status = ag_matmul_engine_create(&s->engine, s->error);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted && status == AG_OK; i++)
    status = ag_large_create(wanted[i].count, wanted[i].size, wanted[i].array, s->error);
  if (status == AG_OK) /* rows without a sequence are multiplied too */
    memset(s->operand, 0, s->rows * 4 * width * half);
  return status;
}

static void sampler_free(sampler *s)
{
  ag_matmul_engine_free(s->engine);
  void *const block[] = {s->place,   s->cache, s->x,      s->y,      s->qkv,
                         s->operand, s->feed,  s->logits, s->weight, s->order};
  for (size_t i = 0; i < sizeof block / sizeof *block; i++)
    free(block[i]);
}

/* Tokens so far, and as many as there would be in all; ended: sequences. */
static void tell(const sampler *s, size_t tokens, size_t ended, double seconds)
{
  double done = (double)tokens, all = (double)s->prompt->sequences;
  ag_watch_tell(s->settings->watch, "writing", done,
                ended > 0 ? done * all / (double)ended : all * (double)s->settings->length,
                seconds > 0 ? done / seconds : 0, "tokens");
}

ag_status ag_transformer_sample(const ag_transformer *model, const ag_token_sampling *settings,
                                const ag_token_batch *prompt, const ag_random_key *key,
                                int32_t *token, size_t *sizes, ag_error *error)
{
  ag_status status = check_settings(model, settings, prompt, error);
  if (status != AG_OK || prompt->sequences == 0)
    return status;
  size_t batch = settings->batch < prompt->sequences ? settings->batch : prompt->sequences;
  sampler s = {.model = model,
               .kernels = ag_transformer_kernels_get(),
               .settings = settings,
               .prompt = prompt,
               .token = token,
               .sizes = sizes,
               .active = batch,
               .rows = (batch + ROW_STEP - 1) / ROW_STEP * ROW_STEP,
               .error = error};
  s.status = sampler_create(&s);
  if (s.status != AG_OK)
    goto out;
  for (size_t i = 0; i < prompt->sequences; i++) {
    sizes[i] = prompt->start[i + 1] - prompt->start[i];
    memcpy(token + i * settings->length, prompt->token + prompt->start[i],
           sizes[i] * sizeof *token);
  }
  size_t next = 0;
  while (next < batch) {
    take_prompt(&s.place[next], next, key);
    next++;
  }
  double begun = ag_time_now();
  for (size_t tokens = 0; s.active > 0 && s.status == AG_OK;) {
    if (ag_watch_stops(settings->watch)) {
      s.status = ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted");
      break;
    }
    feed(&s);
    if (s.status != AG_OK)
      break;
    tokens += s.active;
    advance(&s);
    refill(&s, &next, key);
    tell(&s, tokens, next - s.active, ag_time_now() - begun);
  }
out:
  sampler_free(&s);
  return s.status;
}
