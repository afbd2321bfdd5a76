/* The head: logits of some tokens at a time, their cross entropy and its gradient. */
#include <math.h>
#include <string.h>

#include "generator/transformer/parts.h"

/* out [rows, padded vocabulary] for tokens first … */
static void head_logits(ag_pass *pass, size_t first, size_t rows, float *out)
{
  const ag_transformer *m = pass->model;
  ag_matmul product = {.rows = rows,
                       .columns = ag_vocabulary_padded(&m->config),
                       .depth = m->config.width,
                       .a = ag_half_row(pass->work, pass->work->last, first, m->config.width),
                       .b = ag_operand(m, AG_EMBEDDING),
                       .c = out,
                       .turned_b = true,
                       .half = m->half};
  ag_pass_multiply(pass, &product);
}

/* Losses of tokens first …, and with factor > 0 the logits' gradient times it. */
static void head_rows(const ag_pass *pass, size_t first, size_t rows, float factor)
{
  const ag_transformer_work *w = pass->work;
  const ag_transformer_kernels *kernels = pass->kernels;
  size_t size = w->config.vocabulary, padded = ag_vocabulary_padded(&w->config);
  size_t bytes = w->half ? 2 : 4;
#pragma omp parallel for schedule(static) if (ag_worth_threads(rows * padded))
  for (size_t r = 0; r < rows; r++) {
    int32_t target = pass->batch->target[first + r];
    const float *x = w->logits + r * padded;
    char *slope = factor > 0 ? ag_half_row(w, w->logit_slope, r, padded) : NULL;
    w->token_loss[first + r] = 0;
    if (target < 0) {
      if (slope)
        memset(slope, 0, padded * bytes);
      continue;
    }
    float top = kernels->largest(size, x);
    double log_sum = (double)top + log(kernels->exponents(size, x, top, 1, NULL));
    double log_share = (double)x[target] - log_sum;
    w->token_loss[first + r] = -log_share;
    if (!slope)
      continue;
    kernels->shares(size, x, (float)log_sum, factor, w->half, slope);
    float at_target = (float)expm1(log_share) * factor;
    kernels->pack(1, &at_target, w->half, slope + (size_t)target * bytes);
    memset(slope + size * bytes, 0, (padded - size) * bytes);
  }
}

/* work->narrow: the gradient of the last norm's output; the embedding's gradient. */
static void head_back(ag_pass *pass, size_t first, size_t rows)
{
  const ag_transformer *m = pass->model;
  const ag_transformer_work *w = pass->work;
  size_t width = m->config.width, padded = ag_vocabulary_padded(&m->config);
  ag_matmul input = {.rows = rows,
                     .columns = width,
                     .depth = padded,
                     .a = w->logit_slope,
                     .b = ag_operand(m, AG_EMBEDDING),
                     .c = w->narrow + first * width,
                     .half = m->half};
  ag_matmul weight = {.rows = padded,
                      .columns = width,
                      .depth = rows,
                      .a = w->logit_slope,
                      .b = ag_half_row(w, w->last, first, width),
                      .c = pass->gradient + m->tensor[AG_EMBEDDING].offset,
                      .turned_a = true,
                      .half = m->half,
                      .add = first > 0};
  ag_pass_multiply(pass, &input);
  ag_pass_multiply(pass, &weight);
}

static void head_pass(ag_pass *pass, float factor, double *loss)
{
  for (size_t first = 0; first < pass->tokens && pass->status == AG_OK; first += AG_HEAD_TOKENS) {
    size_t rows = pass->tokens - first < AG_HEAD_TOKENS ? pass->tokens - first : AG_HEAD_TOKENS;
    head_logits(pass, first, rows, pass->work->logits);
    if (pass->status != AG_OK)
      return;
    head_rows(pass, first, rows, factor);
    if (factor > 0)
      head_back(pass, first, rows);
  }
  double total = 0;
  for (size_t t = 0; t < pass->tokens; t++)
    total += pass->work->token_loss[t];
  *loss = total;
}

size_t ag_token_batch_targets(const ag_token_batch *batch)
{
  size_t count = 0;
  for (size_t t = 0; t < batch->start[batch->sequences]; t++)
    count += batch->target[t] >= 0;
  return count;
}

ag_status ag_transformer_logits(const ag_transformer *model, ag_transformer_work *work,
                                const ag_token_batch *batch, float *logits, ag_error *error)
{
  ag_pass pass = {.model = model, .work = work, .batch = batch, .error = error};
  size_t size = model->config.vocabulary, padded = ag_vocabulary_padded(&model->config);
  pass.status = ag_pass_begin(&pass, false);
  if (pass.status == AG_OK)
    ag_pass_forward(&pass);
  for (size_t first = 0; first < pass.tokens && pass.status == AG_OK; first += AG_HEAD_TOKENS) {
    size_t rows = pass.tokens - first < AG_HEAD_TOKENS ? pass.tokens - first : AG_HEAD_TOKENS;
    head_logits(&pass, first, rows, work->logits);
    for (size_t r = 0; r < rows; r++)
      memcpy(logits + (first + r) * size, work->logits + r * padded, size * sizeof *logits);
  }
  return pass.status;
}

ag_status ag_transformer_loss(const ag_transformer *model, ag_transformer_work *work,
                              const ag_token_batch *batch, double *loss, size_t *count,
                              ag_error *error)
{
  ag_pass pass = {.model = model, .work = work, .batch = batch, .error = error};
  double total = 0;
  pass.status = ag_pass_begin(&pass, true);
  if (pass.status == AG_OK)
    ag_pass_forward(&pass);
  if (pass.status == AG_OK)
    head_pass(&pass, 0, &total);
  if (pass.status != AG_OK)
    return pass.status;
  *loss = total;
  *count = ag_token_batch_targets(batch);
  return AG_OK;
}

ag_status ag_transformer_gradient(const ag_transformer *model, ag_transformer_work *work,
                                  const ag_token_batch *batch, const ag_dropout *dropout,
                                  float *gradient, double *loss, ag_error *error)
{
  ag_pass pass = {.model = model,
                  .work = work,
                  .batch = batch,
                  .dropout = dropout,
                  .gradient = gradient,
                  .error = error};
  if (!work->training)
    return ag_fail(error, AG_ERROR_INPUT, "the memory was not made for training");
  if (dropout && !(dropout->rate >= 0 && dropout->rate < 1))
    return ag_fail(error, AG_ERROR_INPUT, "dropout must be at least 0 and below 1");
  pass.status = ag_pass_begin(&pass, true);
  size_t count = pass.status == AG_OK ? ag_token_batch_targets(batch) : 0;
  if (pass.status == AG_OK && count == 0)
    pass.status = ag_fail(error, AG_ERROR_INPUT, "a batch to learn from needs a target");
  if (pass.status != AG_OK)
    return pass.status;
  double total = 0;
  ag_pass_forward(&pass);
  if (pass.status == AG_OK)
    head_pass(&pass, 1 / (float)count, &total);
  if (pass.status == AG_OK)
    ag_pass_backward(&pass);
  if (pass.status == AG_OK)
    *loss = total / (double)count;
  return pass.status;
}
