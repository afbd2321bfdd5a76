/* One token from logits: the set that top-k and top-p leave, then a draw from it. */
#include <math.h>
#include <string.h>

#include "generator/transformer/parts.h"

/* Tokens are ordered by weight, equals by their number: the order is total. */
static bool before(const float *weight, uint32_t a, uint32_t b)
{
  return weight[a] > weight[b] || (weight[a] == weight[b] && a < b);
}

static void swap(uint32_t *order, size_t i, size_t j)
{
  uint32_t held = order[i];
  order[i] = order[j];
  order[j] = held;
}

/* order[0 … returned) come before what was order[n / 2], which follows them. */
static size_t split(const float *weight, uint32_t *order, size_t n)
{
  size_t front = 0;
  swap(order, n / 2, n - 1);
  for (size_t i = 0; i + 1 < n; i++)
    if (before(weight, order[i], order[n - 1]))
      swap(order, front++, i);
  swap(order, front, n - 1);
  return front;
}

/* The shortest front of the order that has `count` tokens or `mass` of weight, whichever
 * is shorter, brought to order[0 … returned). Cost: linear on average. */
static size_t keep_front(const float *weight, uint32_t *order, size_t n, size_t count, double mass)
{
  size_t kept = 0; /* known to belong to the front */
  while (n > kept) {
    size_t front = kept + split(weight, order + kept, n - kept);
    double sum = 0;
    for (size_t i = kept; i < front; i++)
      sum += (double)weight[order[i]];
    if (front >= count || sum >= mass) {
      n = front;
      continue;
    }
    mass -= sum + (double)weight[order[front]];
    kept = front + 1;
    if (kept >= count || mass <= 0)
      return kept;
  }
  return kept;
}

/* A weight that at least `count` tokens reach, and not many more: found among crests. 0
 * where there are too few of those. order: scratch. */
static float common_weight(const ag_transformer_kernels *kernels, const float *weight,
                           uint32_t *order, size_t size, size_t count)
{
  size_t first = 0, n = kernels->crests(size, weight, order);
  if (n < count)
    return 0;
  while (n - first > 1) { /* quickselect: the bits of weights rise with them */
    uint32_t middle = order[first + (n - first) / 2];
    size_t front = first, same = first;
    for (size_t i = first; i < n; i++)
      if (order[i] > middle) {
        swap(order, i, same);
        swap(order, same++, front++);
      } else if (order[i] == middle) {
        swap(order, i, same++);
      }
    if (count <= front)
      n = front;
    else if (count > same)
      first = same;
    else
      first = count - 1, n = count;
  }
  float found;
  memcpy(&found, &order[first], sizeof found);
  return found;
}

/* The likeliest tokens of all, for top-k and then top-p of what that leaves. */
static size_t restrict_tokens(const ag_transformer_kernels *kernels, const float *weight,
                              uint32_t *order, size_t size, double total,
                              const ag_token_sampling *settings)
{
  bool few = settings->top_k > 0 && settings->top_k < size;
  /* tokens so light that all of them together are less than what top-p leaves out */
  float least = few ? common_weight(kernels, weight, order, size, settings->top_k)
                    : (float)((1 - settings->top_p) * total / (2 * (double)size));
  size_t kept = kernels->collect(size, weight, least, order);
  if (few) {
    kept = keep_front(weight, order, kept, settings->top_k, INFINITY);
    total = 0;
    for (size_t i = 0; i < kept; i++)
      total += (double)weight[order[i]];
  }
  return settings->top_p < 1 ? keep_front(weight, order, kept, kept, settings->top_p * total)
                             : kept;
}

int32_t ag_token_draw(size_t vocabulary, const float *logits, const ag_token_sampling *settings,
                      double u, float *scratch, uint32_t *order)
{
  const ag_transformer_kernels *kernels = ag_transformer_kernels_get();
  float top = kernels->largest(vocabulary, logits);
  size_t likeliest = 0;
  while (likeliest + 1 < vocabulary && !(logits[likeliest] == top))
    likeliest++;
  if (!(settings->temperature > 0))
    return (int32_t)likeliest;
  double total =
      kernels->exponents(vocabulary, logits, top, (float)(1 / settings->temperature), scratch);
  bool all = settings->top_k == 0 && settings->top_p >= 1;
  size_t kept =
      all ? vocabulary : restrict_tokens(kernels, scratch, order, vocabulary, total, settings);
  double sum = 0;
  for (size_t i = 0; i < kept; i++)
    sum += (double)scratch[all ? i : order[i]];
  double left = u * sum;
  for (size_t i = 0; i < kept; i++) {
    size_t v = all ? i : order[i];
    left -= (double)scratch[v];
    if (left < 0)
      return (int32_t)v;
  }
  return (int32_t)likeliest; /* u was one but for rounding */
}
