#include <math.h>
#include <string.h>

#include "generator/transformer/parts.h"

void ag_pass_multiply(ag_pass *pass, const ag_matmul *product)
{
  if (pass->status == AG_OK)
    pass->status = ag_matmul_run(pass->work->engine, product, pass->error);
}

static ag_status check_sequence(const ag_pass *pass, size_t s, bool targets)
{
  const ag_token_batch *b = pass->batch;
  const ag_transformer_config *c = &pass->model->config;
  if (b->start[s + 1] <= b->start[s] || b->start[s + 1] - b->start[s] > c->context)
    return ag_fail(pass->error, AG_ERROR_INPUT,
                   "a sequence must have between 1 and %zu tokens (the context)", c->context);
  for (size_t t = b->start[s]; t < b->start[s + 1]; t++) {
    if (b->token[t] < 0 || (size_t)b->token[t] >= c->vocabulary)
      return ag_fail(pass->error, AG_ERROR_INPUT, "token %d is outside the vocabulary of %zu",
                     (int)b->token[t], c->vocabulary);
    if (targets && b->target[t] >= 0 && (size_t)b->target[t] >= c->vocabulary)
      return ag_fail(pass->error, AG_ERROR_INPUT, "target %d is outside the vocabulary of %zu",
                     (int)b->target[t], c->vocabulary);
    pass->work->position[t] = t - b->start[s];
  }
  return AG_OK;
}

ag_status ag_pass_begin(ag_pass *pass, bool targets)
{
  const ag_token_batch *b = pass->batch;
  const ag_transformer_work *w = pass->work;
  if (memcmp(&w->config, &pass->model->config, sizeof w->config) != 0 ||
      w->half != pass->model->half)
    return ag_fail(pass->error, AG_ERROR_INPUT, "the memory was made for another transformer");
  if (b->sequences < 1 || b->start[0] != 0 || b->start[b->sequences] > w->tokens)
    return ag_fail(pass->error, AG_ERROR_INPUT, "a batch must have between 1 and %zu tokens",
                   w->tokens);
  ag_status status = AG_OK;
  for (size_t s = 0; s < b->sequences && status == AG_OK; s++)
    status = b->start[s + 1] <= b->start[b->sequences]
                 ? check_sequence(pass, s, targets)
                 : ag_fail(pass->error, AG_ERROR_INPUT, "sequences must be in order");
  pass->tokens = b->start[b->sequences];
  pass->kernels = ag_transformer_kernels_get();
  return status;
}

void ag_pass_drop(const ag_pass *pass, size_t site, float *y)
{
  if (!pass->dropout || !(pass->dropout->rate > 0))
    return;
  size_t width = pass->model->config.width, words = (width + 3) / 4;
  uint32_t dropped = (uint32_t)lrint(pass->dropout->rate * 65536);
  float scale = dropped < 65536 ? 65536.0f / (float)(65536 - dropped) : 0;
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * width))
  for (size_t t = 0; t < pass->tokens; t++) {
    ag_random random =
        ag_random_at(&pass->dropout->key, AG_RANDOM_FIT, (uint32_t)(site * pass->work->tokens + t));
    uint64_t word[256];
    for (size_t w = 0; w < words; w += 256) {
      size_t n = words - w < 256 ? words - w : 256;
      ag_random_words(&random, n, word);
      for (size_t i = 0; i < 4 * n && 4 * w + i < width; i++) {
        uint32_t lot = (uint32_t)(word[i / 4] >> (16 * (i % 4))) & 0xffffu;
        y[t * width + 4 * w + i] *= lot < dropped ? 0 : scale;
      }
    }
  }
}

static void embed(const ag_pass *pass)
{
  const ag_transformer *m = pass->model;
  size_t width = m->config.width;
  const float *word = ag_plain(m, AG_EMBEDDING), *place = ag_plain(m, AG_POSITION);
  for (size_t t = 0; t < pass->tokens; t++) {
    const float *a = word + (size_t)pass->batch->token[t] * width;
    const float *b = place + pass->work->position[t] * width;
    float *x = pass->work->stream + t * width;
    for (size_t i = 0; i < width; i++)
      x[i] = a[i] + b[i];
  }
  ag_pass_drop(pass, 0, pass->work->stream);
}

/* Norm number `index` of the stream into an operand array. */
static void norm_rows(const ag_pass *pass, size_t index, size_t gain, char *out)
{
  ag_transformer_work *w = pass->work;
  size_t width = w->config.width, row = ag_layer_row(w, index);
  const float *weight = ag_plain(pass->model, gain), *bias = ag_plain(pass->model, gain + 1);
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * width))
  for (size_t t = 0; t < pass->tokens; t++) {
    float *y = w->narrow + t * width;
    pass->kernels->norm(width, w->stream + (row + t) * width, weight, bias, y, &w->mean[row + t],
                        &w->inverse[row + t]);
    pass->kernels->pack(width, y, w->half, ag_half_row(w, out, t, width));
  }
}

/* Stream number index + 1 = stream number index + work->narrow. */
static void add_rows(const ag_pass *pass, size_t index)
{
  ag_transformer_work *w = pass->work;
  size_t width = w->config.width;
  const float *from = w->stream + ag_layer_row(w, index) * width;
  float *to = w->stream + ag_layer_row(w, index + 1) * width;
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * width))
  for (size_t t = 0; t < pass->tokens; t++)
    for (size_t i = t * width; i < (t + 1) * width; i++)
      to[i] = from[i] + w->narrow[i];
}

static void linear(ag_pass *pass, const void *x, size_t depth, size_t tensor, size_t columns,
                   void *y, bool half_y)
{
  const ag_transformer *m = pass->model;
  ag_matmul product = {.rows = pass->tokens,
                       .columns = columns,
                       .depth = depth,
                       .a = x,
                       .b = ag_operand(m, tensor),
                       .c = y,
                       .bias = ag_plain(m, tensor + 1),
                       .half = m->half,
                       .half_c = half_y};
  ag_pass_multiply(pass, &product);
}

void ag_gelu_rows(const ag_pass *pass, size_t layer)
{
  ag_transformer_work *w = pass->work;
  size_t wide = 4 * w->config.width;
  char *from = ag_half_row(w, w->feed, ag_layer_row(w, layer), wide);
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * wide))
  for (size_t t = 0; t < pass->tokens; t++)
    pass->kernels->gelu(wide, ag_half_row(w, from, t, wide), w->half,
                        ag_half_row(w, w->gelu, t, wide));
}

void ag_pass_forward(ag_pass *pass)
{
  ag_transformer_work *w = pass->work;
  size_t width = w->config.width;
  embed(pass);
  for (size_t l = 0; l < w->config.layers && pass->status == AG_OK; l++) {
    size_t row = ag_layer_row(w, l);
    char *norm_1 = ag_half_row(w, w->norm_1, row, width);
    char *norm_2 = ag_half_row(w, w->norm_2, row, width);
    norm_rows(pass, 2 * l, ag_layer_tensor(l, AG_NORM_1), norm_1);
    linear(pass, norm_1, width, ag_layer_tensor(l, AG_ATTENTION), 3 * width,
           w->qkv + row * 3 * width, false);
    ag_attention_forward(pass, l);
    linear(pass, ag_half_row(w, w->mixed, row, width), width, ag_layer_tensor(l, AG_ATTENTION_OUT),
           width, w->narrow, false);
    ag_pass_drop(pass, 1 + 2 * l, w->narrow);
    add_rows(pass, 2 * l);
    norm_rows(pass, 2 * l + 1, ag_layer_tensor(l, AG_NORM_2), norm_2);
    linear(pass, norm_2, width, ag_layer_tensor(l, AG_FEED), 4 * width,
           ag_half_row(w, w->feed, row, 4 * width), w->half);
    ag_gelu_rows(pass, l);
    linear(pass, w->gelu, 4 * width, ag_layer_tensor(l, AG_FEED_OUT), width, w->narrow, false);
    ag_pass_drop(pass, 2 + 2 * l, w->narrow);
    add_rows(pass, 2 * l + 1);
  }
  norm_rows(pass, 2 * w->config.layers, pass->model->tensor_count - 2, w->last);
}
