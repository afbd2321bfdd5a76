/* A transformer's loops over rows of numbers. kernel.c is compiled once for each
 * instruction set; ag_transformer_kernels_get picks at run time. Each loop adds in a fixed order.
 * `half` arrays hold bf16 (the upper half of a float, rounded to even) or float. */
#ifndef AG_GENERATOR_TRANSFORMER_KERNEL_H
#define AG_GENERATOR_TRANSFORMER_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AG_LANES = 16 }; /* rows of small matrices are padded to this */

typedef struct ag_adam {
  float rate, decay, beta1, beta2, epsilon;
  float rest1, rest2;       /* 1 - beta, rounded once */
  float correct1, correct2; /* 1 / (1 - beta^step) */
  float scale;              /* of the gradient: clipping */
} ag_adam;

typedef struct ag_transformer_kernels {
  const char *name;
  void (*pack)(size_t n, const float *x, bool half, void *y);
  void (*unpack)(size_t n, const void *x, bool half, float *y);
  /* c [m, n] (+)= a [m, k] b [k, n]; n a multiple of AG_LANES; rows ld* apart. */
  void (*product)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc, bool add);
  /* y = (x - mean) / sqrt(variance + 1e-5) gain + bias. */
  void (*norm)(size_t n, const float *x, const float *gain, const float *bias, float *y,
               float *mean, float *inverse);
  /* dx += the gradient through norm. */
  void (*norm_back)(size_t n, const float *x, const float *gain, float mean, float inverse,
                    const float *dy, float *dx);
  /* x [n] = softmax(scale x); the rest up to padded becomes zero. */
  void (*softmax)(size_t n, size_t padded, float scale, float *x);
  /* dp [n] = scale p (dp - sum p dp). */
  void (*softmax_back)(size_t n, size_t padded, float scale, const float *p, float *dp);
  /* y = GELU(x), the form with tanh; dx = dy GELU'(x). */
  void (*gelu)(size_t n, const void *x, bool half, void *y);
  void (*gelu_back)(size_t n, const void *x, bool half, const float *dy, void *dx);
  /* y [heads, depth] = values weighted by softmax(q keys / sqrt(depth)), head by head; keys and
   * values [n, heads, depth] (bf16 or float); share: [n] scratch. */
  void (*attend)(size_t heads, size_t depth, size_t n, const float *q, const void *keys,
                 const void *values, bool half, float *share, float *y);
  /* y += factor x. */
  void (*accumulate)(size_t n, float factor, const float *x, float *y);
  /* Rows of `bytes` bytes, step bytes apart, copied behind one another. */
  void (*gather)(size_t rows, size_t bytes, const char *x, size_t step, char *y);
  /* x [depth, columns] of bf16 (turned: [columns, depth]), rows step apart, as pairs of
   * neighbours in depth: out [columns / block, depth / 32, 16, block], both rounded up and
   * filled with zeros; block a multiple of AG_LANES. */
  void (*pack_pairs)(size_t depth, size_t columns, const uint16_t *x, size_t step, bool turned,
                     size_t block, uint32_t *out);
  /* out [columns, rows] = x [rows, columns] of bf16, rows of x step apart. */
  void (*turn_half)(size_t rows, size_t columns, const uint16_t *x, size_t step, uint16_t *out);
  /* y = x, past the cache where y is aligned and large. */
  void (*stream)(size_t n, const float *x, float *y);
  float (*largest)(size_t n, const float *x);
  /* Bits of numbers of x (>= 0), each the largest of others: few, and among them the
   * largest. Returned: how many (0 where n is small). crest: [n / 64]. */
  size_t (*crests)(size_t n, const float *x, uint32_t *crest);
  /* Where x >= least, in order. number: [n]. Returned: how many. */
  size_t (*collect)(size_t n, const float *x, float least, uint32_t *number);
  /* y = exp(factor (x - top)), y may be NULL; returned: the sum. */
  double (*exponents)(size_t n, const float *x, float top, float factor, float *y);
  /* dx = scale exp(x - log_sum). */
  void (*shares)(size_t n, const float *x, float log_sum, float scale, bool half, void *dx);
  double (*squares)(size_t n, const float *x);
  /* sum [n] = rows of x [rows, n] added, rows step apart. */
  void (*columns)(size_t n, size_t rows, size_t step, const float *x, float *sum);
  /* gain [n], bias [n]: gradients of norm, from columns first … first + n of dy and x. */
  void (*norm_columns)(size_t n, size_t rows, size_t step, const float *x, const float *dy,
                       const float *mean, const float *inverse, float *gain, float *bias);
  /* One step of AdamW; half_weight [n] (bf16) or NULL. */
  void (*adam)(size_t n, const ag_adam *step, const float *gradient, float *m, float *v,
               float *weight, uint16_t *half_weight);
} ag_transformer_kernels;

const ag_transformer_kernels *ag_transformer_kernels_get(void);

#endif
