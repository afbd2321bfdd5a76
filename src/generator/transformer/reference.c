#include "generator/transformer/reference.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* One sequence of n tokens; w: parameters found by name. */
typedef struct sequence {
  const ag_transformer *model;
  const double *parameter;
  size_t n, width;
} sequence;

static const double *named(const sequence *s, size_t layer, const char *name)
{
  char full[96];
  if (layer == SIZE_MAX)
    snprintf(full, sizeof full, "transformer.%s", name);
  else
    snprintf(full, sizeof full, "transformer.h.%zu.%s", layer, name);
  return s->parameter + ag_transformer_find(s->model, full)->offset;
}

static void norm(const sequence *s, const double *gain, const double *bias, const double *x,
                 double *y)
{
  for (size_t t = 0; t < s->n; t++) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < s->width; i++)
      mean += x[t * s->width + i] / (double)s->width;
    for (size_t i = 0; i < s->width; i++)
      variance += pow(x[t * s->width + i] - mean, 2) / (double)s->width;
    for (size_t i = 0; i < s->width; i++)
      y[t * s->width + i] =
          (x[t * s->width + i] - mean) / sqrt(variance + 1e-5) * gain[i] + bias[i];
  }
}

static void linear(const sequence *s, size_t in, size_t out, const double *weight,
                   const double *bias, const double *x, double *y)
{
  for (size_t t = 0; t < s->n; t++)
    for (size_t o = 0; o < out; o++) {
      double sum = bias[o];
      for (size_t i = 0; i < in; i++)
        sum += x[t * in + i] * weight[i * out + o];
      y[t * out + o] = sum;
    }
}

/* y [n, width] from qkv [n, 3 width]; share: [n]. */
static void attention(const sequence *s, const double *qkv, double *share, double *y)
{
  size_t c = s->width, heads = s->model->config.heads, depth = c / heads;
  memset(y, 0, s->n * c * sizeof *y);
  for (size_t h = 0; h < heads; h++)
    for (size_t t = 0; t < s->n; t++) {
      double total = 0;
      for (size_t u = 0; u <= t; u++) {
        double score = 0;
        for (size_t i = 0; i < depth; i++)
          score += qkv[t * 3 * c + h * depth + i] * qkv[u * 3 * c + c + h * depth + i];
        share[u] = exp(score / sqrt((double)depth));
        total += share[u];
      }
      for (size_t u = 0; u <= t; u++)
        for (size_t i = 0; i < depth; i++)
          y[t * c + h * depth + i] += share[u] / total * qkv[u * 3 * c + 2 * c + h * depth + i];
    }
}

static void layer(const sequence *s, size_t l, double *x, double *a, double *b)
{
  size_t c = s->width, n = s->n;
  norm(s, named(s, l, "ln_1.weight"), named(s, l, "ln_1.bias"), x, a);
  linear(s, c, 3 * c, named(s, l, "attn.c_attn.weight"), named(s, l, "attn.c_attn.bias"), a, b);
  double *share = b + n * 3 * c;
  attention(s, b, share, a);
  linear(s, c, c, named(s, l, "attn.c_proj.weight"), named(s, l, "attn.c_proj.bias"), a, b);
  for (size_t i = 0; i < n * c; i++)
    x[i] += b[i];
  norm(s, named(s, l, "ln_2.weight"), named(s, l, "ln_2.bias"), x, a);
  linear(s, c, 4 * c, named(s, l, "mlp.c_fc.weight"), named(s, l, "mlp.c_fc.bias"), a, b);
  for (size_t i = 0; i < n * 4 * c; i++)
    b[i] = 0.5 * b[i] *
           (1 + tanh(sqrt(2 / 3.14159265358979323846) * (b[i] + 0.044715 * pow(b[i], 3))));
  linear(s, 4 * c, c, named(s, l, "mlp.c_proj.weight"), named(s, l, "mlp.c_proj.bias"), b, a);
  for (size_t i = 0; i < n * c; i++)
    x[i] += a[i];
}

/* The last norm's output of one sequence, in a. */
static void hidden(const sequence *s, const int32_t *token, double *x, double *a, double *b)
{
  const double *word = named(s, SIZE_MAX, "wte.weight"), *place = named(s, SIZE_MAX, "wpe.weight");
  for (size_t t = 0; t < s->n; t++)
    for (size_t i = 0; i < s->width; i++)
      x[t * s->width + i] = word[(size_t)token[t] * s->width + i] + place[t * s->width + i];
  for (size_t l = 0; l < s->model->config.layers; l++)
    layer(s, l, x, a, b);
  norm(s, named(s, SIZE_MAX, "ln_f.weight"), named(s, SIZE_MAX, "ln_f.bias"), x, a);
}

/* -log p(target), or 0 where it is not counted. */
static double token_loss(const sequence *s, const double *a, int32_t target, double *logits)
{
  const double *word = named(s, SIZE_MAX, "wte.weight");
  double total = 0, chosen = 0;
  for (size_t v = 0; v < s->model->config.vocabulary; v++) {
    double logit = 0;
    for (size_t i = 0; i < s->width; i++)
      logit += a[i] * word[v * s->width + i];
    total += exp(logit);
    if (target >= 0 && v == (size_t)target)
      chosen = logit;
    if (logits)
      logits[v] = logit;
  }
  return target >= 0 ? log(total) - chosen : 0;
}

double ag_transformer_reference(const ag_transformer *model, const double *parameter,
                                const ag_token_batch *batch, double *logits)
{
  size_t c = model->config.width, context = model->config.context, counted = 0;
  double *x = malloc(context * (6 * c + 1) * sizeof *x), loss = 0;
  if (!x)
    return NAN;
  double *a = x + context * c, *b = a + context * c;
  for (size_t q = 0; q < batch->sequences; q++) {
    size_t first = batch->start[q];
    sequence s = {model, parameter, batch->start[q + 1] - first, c};
    hidden(&s, batch->token + first, x, a, b);
    for (size_t t = 0; t < s.n; t++) {
      int32_t target = batch->target ? batch->target[first + t] : -1;
      loss += token_loss(&s, a + t * c, target,
                         logits ? logits + (first + t) * model->config.vocabulary : NULL);
      counted += target >= 0;
    }
  }
  free(x);
  return counted ? loss / (double)counted : 0;
}

void ag_adamw_reference(const ag_transformer *model, const ag_adamw *settings, size_t step,
                        const double *gradient, double *first, double *second, double *parameter)
{
  const ag_adamw *o = settings;
  double square = 0, rate = ag_adamw_rate(o, step), count = (double)step + 1;
  for (size_t i = 0; i < model->size; i++)
    square += gradient[i] * gradient[i];
  double scale = o->clip > 0 && sqrt(square) > o->clip ? o->clip / sqrt(square) : 1;
  for (size_t k = 0; k < model->tensor_count; k++) {
    const ag_transformer_tensor *t = &model->tensor[k];
    for (size_t i = t->offset; i < t->offset + t->rows * t->columns; i++) {
      double g = scale * gradient[i];
      first[i] = o->beta1 * first[i] + (1 - o->beta1) * g;
      second[i] = o->beta2 * second[i] + (1 - o->beta2) * g * g;
      double m = first[i] / (1 - pow(o->beta1, count)), v = second[i] / (1 - pow(o->beta2, count));
      parameter[i] -=
          rate * (m / (sqrt(v) + o->epsilon) + (t->decays ? o->decay : 0) * parameter[i]);
    }
  }
}
