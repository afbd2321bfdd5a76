/* Causal attention inside each sequence, a head at a time, in blocks of rows: no row
 * meets a column behind its block. */
#include <math.h>
#include <string.h>

#include "base/threads.h"
#include "generator/transformer/parts.h"

enum { BLOCK = 64 };

/* One head of one sequence. Letters as in the papers: S scores, P softmax(S). D: the
 * head's width; *_padded: rounded up to AG_LANES, where rows are filled with zeros. */
typedef struct head {
  const ag_transformer_kernels *kernels;
  size_t length, length_padded, depth, depth_padded;
  size_t step;    /* from token to token in qkv */
  const float *q; /* [length, D], k and v behind it by width each */
  const float *k, *v;
  float scale;
  float *k_turned, *v_turned;       /* [D, length_padded] */
  float *k_rows, *v_rows;           /* [length, D padded] */
  float *scores, *slopes, *turned;  /* [BLOCK, length_padded]; turned the other way */
  float *block_a, *block_b, *block; /* [BLOCK, D padded] */
  float *k_slope, *v_slope;         /* [length, D padded] */
} head;

static size_t pad(size_t n)
{
  return (n + AG_LANES - 1) / AG_LANES * AG_LANES;
}

size_t ag_attention_scratch(const ag_transformer_config *config, size_t length, bool training)
{
  size_t depth = config->width / config->heads, n = pad(length), d = pad(depth);
  size_t forward = depth * n + n * d + BLOCK * n + BLOCK * d;
  return forward + (training ? depth * n + 3 * n * d + 2 * BLOCK * n + 2 * BLOCK * d : 0);
}

static head head_open(const ag_pass *pass, size_t layer, size_t sequence, size_t number)
{
  const ag_transformer_work *w = pass->work;
  size_t width = w->config.width, first = pass->batch->start[sequence];
  head h = {.kernels = pass->kernels,
            .length = pass->batch->start[sequence + 1] - first,
            .depth = width / w->config.heads,
            .step = 3 * width};
  h.length_padded = pad(h.length);
  h.depth_padded = pad(h.depth);
  h.scale = 1 / sqrtf((float)h.depth);
  h.q = w->qkv + (ag_layer_row(w, layer) + first) * h.step + number * h.depth;
  h.k = h.q + width;
  h.v = h.k + width;
  float *next = w->scratch + (size_t)omp_get_thread_num() * w->scratch_size;
  size_t n = h.length_padded, d = h.depth_padded;
  h.k_turned = next, next += h.depth * n;
  h.v_rows = next, next += n * d;
  h.scores = next, next += BLOCK * n;
  h.block = next, next += BLOCK * d;
  if (!w->training)
    return h;
  h.v_turned = next, next += h.depth * n;
  h.k_rows = next, next += n * d;
  h.k_slope = next, next += n * d;
  h.v_slope = next, next += n * d;
  h.slopes = next, next += BLOCK * n;
  h.turned = next, next += BLOCK * n;
  h.block_a = next, next += BLOCK * d;
  h.block_b = next;
  return h;
}

/* out [depth, length_padded] = x [length, depth] turned, zeros behind. */
static void turn(const head *h, const float *x, float *out)
{
  memset(out, 0, h->depth * h->length_padded * sizeof *out);
  for (size_t t = 0; t < h->length; t++)
    for (size_t i = 0; i < h->depth; i++)
      out[i * h->length_padded + t] = x[t * h->step + i];
}

/* out [rows, depth_padded] = x [rows, depth], zeros behind. */
static void copy_rows(const head *h, size_t rows, const float *x, size_t step, float *out)
{
  memset(out, 0, rows * h->depth_padded * sizeof *out);
  for (size_t t = 0; t < rows; t++)
    memcpy(out + t * h->depth_padded, x + t * step, h->depth * sizeof *out);
}

/* scores [rows, …] = P for rows first …, columns 0 … first + rows. */
static void attend(const head *h, size_t first, size_t rows)
{
  size_t n = h->length_padded, end = pad(first + rows);
  h->kernels->product(rows, end, h->depth, h->q + first * h->step, h->step, h->k_turned, n,
                      h->scores, n, false);
  for (size_t r = 0; r < rows; r++)
    h->kernels->softmax(first + r + 1, end, h->scale, h->scores + r * n);
}

static void head_forward(const ag_pass *pass, const head *h, size_t token, size_t column, char *out)
{
  const ag_transformer_work *w = pass->work;
  turn(h, h->k, h->k_turned);
  copy_rows(h, h->length, h->v, h->step, h->v_rows);
  for (size_t first = 0; first < h->length; first += BLOCK) {
    size_t rows = h->length - first < BLOCK ? h->length - first : BLOCK;
    attend(h, first, rows);
    h->kernels->product(rows, h->depth_padded, first + rows, h->scores, h->length_padded, h->v_rows,
                        h->depth_padded, h->block, h->depth_padded, false);
    for (size_t r = 0; r < rows; r++)
      h->kernels->pack(h->depth, h->block + r * h->depth_padded, w->half,
                       ag_half_row(w, out, token + first + r, w->config.width) +
                           column * (w->half ? 2 : 4));
  }
}

void ag_attention_forward(ag_pass *pass, size_t layer)
{
  const ag_transformer_work *w = pass->work;
  size_t heads = w->config.heads, width = w->config.width;
  char *out = ag_half_row(w, w->mixed, ag_layer_row(w, layer), width);
#pragma omp parallel for schedule(dynamic, 4)                                                      \
    num_threads(w->threads) if (ag_worth_threads(pass->tokens * width))
  for (size_t i = 0; i < pass->batch->sequences * heads; i++) {
    head h = head_open(pass, layer, i / heads, i % heads);
    head_forward(pass, &h, pass->batch->start[i / heads], i % heads * h.depth, out);
  }
}

/* out [columns, BLOCK] = x [rows, columns] turned. */
static void turn_block(const head *h, size_t rows, size_t columns, const float *x, float *out)
{
  for (size_t c = 0; c < columns; c++)
    for (size_t r = 0; r < rows; r++)
      out[c * BLOCK + r] = x[r * h->length_padded + c];
}

/* dq, dk, dv go to the columns of slope that q, k, v have in qkv. dy, slope: the
 * sequence's first row, from the head's first column. */
static void head_backward(const head *h, const float *dy, size_t width, float *slope)
{
  size_t n = h->length_padded, d = h->depth_padded;
  turn(h, h->k, h->k_turned);
  turn(h, h->v, h->v_turned);
  copy_rows(h, h->length, h->k, h->step, h->k_rows);
  memset(h->k_slope, 0, h->length * d * sizeof *h->k_slope);
  memset(h->v_slope, 0, h->length * d * sizeof *h->v_slope);
  for (size_t first = 0; first < h->length; first += BLOCK) {
    size_t rows = h->length - first < BLOCK ? h->length - first : BLOCK, end = first + rows;
    attend(h, first, rows);
    copy_rows(h, rows, h->q + first * h->step, h->step, h->block_a);
    copy_rows(h, rows, dy + first * width, width, h->block_b);
    turn_block(h, rows, end, h->scores, h->turned);
    h->kernels->product(end, d, rows, h->turned, BLOCK, h->block_b, d, h->v_slope, d, true);
    h->kernels->product(rows, pad(end), h->depth, h->block_b, d, h->v_turned, n, h->slopes, n,
                        false);
    for (size_t r = 0; r < rows; r++)
      h->kernels->softmax_back(first + r + 1, pad(end), h->scale, h->scores + r * n,
                               h->slopes + r * n);
    h->kernels->product(rows, d, end, h->slopes, n, h->k_rows, d, h->block, d, false);
    for (size_t r = 0; r < rows; r++)
      memcpy(slope + (first + r) * h->step, h->block + r * d, h->depth * sizeof *slope);
    turn_block(h, rows, end, h->slopes, h->turned);
    h->kernels->product(end, d, rows, h->turned, BLOCK, h->block_a, d, h->k_slope, d, true);
  }
  for (size_t t = 0; t < h->length; t++) {
    memcpy(slope + t * h->step + width, h->k_slope + t * d, h->depth * sizeof *slope);
    memcpy(slope + t * h->step + 2 * width, h->v_slope + t * d, h->depth * sizeof *slope);
  }
}

void ag_attention_backward(ag_pass *pass, size_t layer)
{
  const ag_transformer_work *w = pass->work;
  size_t heads = w->config.heads, width = w->config.width;
#pragma omp parallel for schedule(dynamic, 4)                                                      \
    num_threads(w->threads) if (ag_worth_threads(pass->tokens * width))
  for (size_t i = 0; i < pass->batch->sequences * heads; i++) {
    head h = head_open(pass, layer, i / heads, i % heads);
    size_t first = pass->batch->start[i / heads], column = i % heads * h.depth;
    head_backward(&h, w->narrow + first * width + column, width, w->wide + first * h.step + column);
  }
}
