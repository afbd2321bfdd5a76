#include <string.h>

#include "generator/transformer/parts.h"

enum { STRIP = 64 }; /* columns that a thread adds up at a time */

static float *slope_of(const ag_pass *pass, size_t tensor)
{
  return pass->gradient + pass->model->tensor[tensor].offset;
}

static void pack_rows(const ag_pass *pass, size_t columns, const float *x, char *out)
{
  const ag_transformer_work *w = pass->work;
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * columns))
  for (size_t t = 0; t < pass->tokens; t++)
    pass->kernels->pack(columns, x + t * columns, w->half, ag_half_row(w, out, t, columns));
}

/* The bias' gradient: the columns' sums. */
static void bias_slope(const ag_pass *pass, size_t columns, const float *dy, size_t tensor)
{
  float *sum = slope_of(pass, tensor);
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * columns))
  for (size_t i = 0; i < columns; i += STRIP)
    pass->kernels->columns(columns - i < STRIP ? columns - i : STRIP, pass->tokens, columns, dy + i,
                           sum + i);
}

/* Through y = x W: the gradient of W from x and dy, and dx [tokens, depth] f32. */
static void linear_back(ag_pass *pass, const void *x, size_t depth, size_t tensor, size_t columns,
                        const void *dy, float *dx)
{
  const ag_transformer *m = pass->model;
  ag_matmul weight = {.rows = depth,
                      .columns = columns,
                      .depth = pass->tokens,
                      .a = x,
                      .b = dy,
                      .c = slope_of(pass, tensor),
                      .turned_a = true,
                      .half = m->half};
  ag_matmul input = {.rows = pass->tokens,
                     .columns = depth,
                     .depth = columns,
                     .a = dy,
                     .b = ag_operand(m, tensor),
                     .c = dx,
                     .turned_b = true,
                     .half = m->half};
  ag_pass_multiply(pass, &weight);
  ag_pass_multiply(pass, &input);
}

/* Through norm number `index`: work->slope += …, from dy [tokens, width]. */
static void norm_back(const ag_pass *pass, size_t index, size_t tensor, const float *dy)
{
  const ag_transformer_work *w = pass->work;
  size_t width = w->config.width, row = ag_layer_row(w, index);
  const float *x = w->stream + row * width, *gain = ag_plain(pass->model, tensor);
  float *gain_slope = slope_of(pass, tensor), *shift_slope = slope_of(pass, tensor + 1);
#pragma omp parallel if (ag_worth_threads(pass->tokens * width))
  {
#pragma omp for schedule(static) nowait
    for (size_t t = 0; t < pass->tokens; t++)
      pass->kernels->norm_back(width, x + t * width, gain, w->mean[row + t], w->inverse[row + t],
                               dy + t * width, w->slope + t * width);
#pragma omp for schedule(static)
    for (size_t i = 0; i < width; i += STRIP)
      pass->kernels->norm_columns(width - i < STRIP ? width - i : STRIP, pass->tokens, width, x + i,
                                  dy + i, w->mean + row, w->inverse + row, gain_slope + i,
                                  shift_slope + i);
  }
}

/* work->narrow = the stream's gradient behind dropout at a site; packed into
 * work->wide_half; the bias' gradient from it. */
static void enter_branch(const ag_pass *pass, size_t site, size_t bias)
{
  const ag_transformer_work *w = pass->work;
  size_t width = w->config.width;
  memcpy(w->narrow, w->slope, pass->tokens * width * sizeof *w->narrow);
  ag_pass_drop(pass, site, w->narrow);
  pack_rows(pass, width, w->narrow, w->wide_half);
  bias_slope(pass, width, w->narrow, bias);
}

static void feed_back(ag_pass *pass, size_t layer)
{
  ag_transformer_work *w = pass->work;
  size_t width = w->config.width, wide = 4 * width, row = ag_layer_row(w, layer);
  char *feed = ag_half_row(w, w->feed, row, wide);
  enter_branch(pass, 2 + 2 * layer, ag_layer_tensor(layer, AG_FEED_OUT_BIAS));
  ag_gelu_rows(pass, layer);
  linear_back(pass, w->gelu, wide, ag_layer_tensor(layer, AG_FEED_OUT), width, w->wide_half,
              w->wide);
#pragma omp parallel for schedule(static) if (ag_worth_threads(pass->tokens * wide))
  for (size_t t = 0; t < pass->tokens; t++) {
    char *out = ag_half_row(w, w->wide_half, t, wide);
    pass->kernels->gelu_back(wide, ag_half_row(w, feed, t, wide), w->half, w->wide + t * wide, out);
    pass->kernels->unpack(wide, out, w->half, w->wide + t * wide);
  }
  bias_slope(pass, wide, w->wide, ag_layer_tensor(layer, AG_FEED_BIAS));
  linear_back(pass, ag_half_row(w, w->norm_2, row, width), width, ag_layer_tensor(layer, AG_FEED),
              wide, w->wide_half, w->narrow);
  norm_back(pass, 2 * layer + 1, ag_layer_tensor(layer, AG_NORM_2), w->narrow);
}

static void attention_back(ag_pass *pass, size_t layer)
{
  ag_transformer_work *w = pass->work;
  size_t width = w->config.width, row = ag_layer_row(w, layer);
  enter_branch(pass, 1 + 2 * layer, ag_layer_tensor(layer, AG_ATTENTION_OUT_BIAS));
  linear_back(pass, ag_half_row(w, w->mixed, row, width), width,
              ag_layer_tensor(layer, AG_ATTENTION_OUT), width, w->wide_half, w->narrow);
  ag_attention_backward(pass, layer);
  pack_rows(pass, 3 * width, w->wide, w->wide_half);
  bias_slope(pass, 3 * width, w->wide, ag_layer_tensor(layer, AG_ATTENTION_BIAS));
  linear_back(pass, ag_half_row(w, w->norm_1, row, width), width,
              ag_layer_tensor(layer, AG_ATTENTION), 3 * width, w->wide_half, w->narrow);
  norm_back(pass, 2 * layer, ag_layer_tensor(layer, AG_NORM_1), w->narrow);
}

/* The embeddings' rows that the batch used; the head has written the matrix before. */
static void embed_back(const ag_pass *pass)
{
  const ag_transformer_work *w = pass->work;
  size_t width = w->config.width;
  float *word = slope_of(pass, AG_EMBEDDING), *place = slope_of(pass, AG_POSITION);
  ag_pass_drop(pass, 0, w->slope);
  memset(place, 0, w->config.context * width * sizeof *place);
  for (size_t t = 0; t < pass->tokens; t++) {
    float *a = word + (size_t)pass->batch->token[t] * width, *b = place + w->position[t] * width;
    for (size_t i = 0; i < width; i++) {
      a[i] += w->slope[t * width + i];
      b[i] += w->slope[t * width + i];
    }
  }
}

void ag_pass_backward(ag_pass *pass)
{
  const ag_transformer_work *w = pass->work;
  memset(w->slope, 0, pass->tokens * w->config.width * sizeof *w->slope);
  norm_back(pass, 2 * w->config.layers, pass->model->tensor_count - 2, w->narrow);
  for (size_t l = w->config.layers; l-- > 0 && pass->status == AG_OK;) {
    feed_back(pass, l);
    attention_back(pass, l);
  }
  embed_back(pass);
}
