/* Compiled with AG_KERNEL_NAME = avx512, avx2 or baseline. */
#include "curation/kernel.h"

#include <math.h>
#include <string.h>

#include "base/kernel.h"
#include "base/simd.h"

static inline v8 curve_position(const ag_kernel_curve *curve, v8 reward)
{
  return (reward - curve->top) * curve->scale + curve->offset;
}

static inline v8 curve_value(const ag_kernel_curve *curve, v8 reward)
{
  const double *a = curve->coefficient;
  v8 t = curve_position(curve, reward), t2 = t * t;
  /* even and odd parts side by side: half the latency of Horner's rule */
  v8 even = t2 * a[AG_DEGREE] + a[AG_DEGREE - 2], odd = t2 * a[AG_DEGREE - 1] + a[AG_DEGREE - 3];
  for (int k = AG_DEGREE - 4; k >= 2; k -= 2) {
    even = even * t2 + a[k];
    odd = odd * t2 + a[k - 1];
  }
  return (even * t2 + a[0]) + odd * t;
}

/* Adds mass T_k(t) of eight items to the moments. */
static inline void measure_step(v8 p, v8 t, v8 *sum)
{
  v8 before = p, now = p * t, twice = t + t;
  sum[0] += before;
  sum[1] += now;
  for (int k = 2; k < AG_TERMS; k++) {
    v8 next = twice * now - before;
    before = now;
    now = next;
    sum[k] += now;
  }
}

/* Items ahead of use that memory is asked for: the processor's own prefetching
 * stops at page ends, which costs half the speed once the items leave cache. */
enum { PREFETCH_AHEAD = 512 };

/* Eight numbers of which only the first rest are there. */
static inline v8 load_rest(const double *x, size_t rest, double otherwise)
{
  double eight[8];
  for (size_t i = 0; i < 8; i++)
    eight[i] = i < rest ? x[i] : otherwise;
  return load(eight);
}

/* The last, incomplete eight: padded with items of mass zero. */
static void run_tail(const ag_kernel_run *run, size_t begin, v8 *most, v8 *sum)
{
  size_t rest = run->count - begin;
  v8 l = load_rest(run->log_mass + begin, rest, -1e300);
  for (size_t c = 0; c < run->curve_count; c++) {
    const ag_kernel_curve *curve = &run->curve[c];
    l += curve_value(curve, load_rest(curve->reward + begin, rest, curve->reward[begin]));
  }
  *most = larger(*most, l);
  if (run->advanced)
    memcpy(run->advanced + begin, &l, rest * sizeof(double));
  v8 mass = vector_exp(l - run->scale);
  if (run->mass)
    memcpy(run->mass + begin, &mass, rest * sizeof(double));
  if (run->measure) {
    const double *reward = run->measure->reward + begin;
    measure_step(mass, curve_position(run->measure, load_rest(reward, rest, reward[0])), sum);
  }
}

/* The full eights; the flags are constants where this is inlined. */
INLINE void run_body(const ag_kernel_run *run, int advances, int keeps, int measures, v8 *most,
                     v8 *sums)
{
  v8 sum[AG_TERMS], highest = *most;
  for (int k = 0; k < AG_TERMS; k++)
    sum[k] = sums[k];
  for (size_t i = 0; i + 8 <= run->count; i += 8) {
    __builtin_prefetch(run->log_mass + i + PREFETCH_AHEAD);
    if (measures)
      __builtin_prefetch(run->measure->reward + i + PREFETCH_AHEAD);
    v8 l = load(run->log_mass + i);
    for (size_t c = 0; c < run->curve_count; c++) {
      __builtin_prefetch(run->curve[c].reward + i + PREFETCH_AHEAD);
      l += curve_value(&run->curve[c], load(run->curve[c].reward + i));
    }
    highest = larger(highest, l);
    if (advances)
      store(run->advanced + i, l);
    if (!keeps && !measures)
      continue;
    v8 mass = vector_exp(l - run->scale);
    if (keeps)
      store(run->mass + i, mass);
    if (measures)
      measure_step(mass, curve_position(run->measure, load(run->measure->reward + i)), sum);
  }
  *most = highest;
  for (int k = 0; k < AG_TERMS; k++)
    sums[k] = sum[k];
}

static void kernel_run(ag_kernel_run *run)
{
  v8 sum[AG_TERMS] = {{0}}, most = (v8){0} - INFINITY;
  if (run->measure && !run->mass && run->advanced)
    run_body(run, 1, 0, 1, &most, sum);
  else if (run->measure && !run->mass)
    run_body(run, 0, 0, 1, &most, sum);
  else
    run_body(run, run->advanced != NULL, run->mass != NULL, run->measure != NULL, &most, sum);
  if (run->count % 8)
    run_tail(run, run->count - run->count % 8, &most, sum);
  run->most = most[0];
  for (int i = 1; i < 8; i++)
    run->most = most[i] > run->most ? most[i] : run->most;
  for (int k = 0; run->measure && k < AG_TERMS; k++)
    run->moment[k] = lanes_sum(sum[k]);
}

static void kernel_exp(size_t count, const double *x, double shift, double *y)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    store(y + i, vector_exp(load(x + i) - shift));
  if (i < count) {
    double rest[8] = {0};
    memcpy(rest, x + i, (count - i) * sizeof(double));
    v8 e = vector_exp(load(rest) - shift);
    memcpy(y + i, &e, (count - i) * sizeof(double));
  }
}

static void kernel_log(size_t count, const double *x, double *y)
{
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    store(y + i, vector_log(load(x + i)));
  if (i < count) {
    double rest[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    memcpy(rest, x + i, (count - i) * sizeof(double));
    v8 l = vector_log(load(rest));
    memcpy(y + i, &l, (count - i) * sizeof(double));
  }
}

static void kernel_spread(size_t count, const double *table, size_t stride, const double *moment,
                          double factor, double *y)
{
  double scaled[AG_TERMS];
  for (int k = 0; k < AG_TERMS; k++)
    scaled[k] = moment[k] * factor;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    v8 sum = {0};
    for (int k = AG_TERMS - 1; k >= 0; k--)
      sum += load(table + (size_t)k * stride + i) * scaled[k];
    store(y + i, load(y + i) + sum);
  }
  for (; i < count; i++) {
    double sum = 0;
    for (int k = AG_TERMS - 1; k >= 0; k--)
      sum += table[(size_t)k * stride + i] * scaled[k];
    y[i] += sum;
  }
}

static void kernel_gather(size_t count, const double *table, size_t stride, const double *y,
                          double *sum)
{
  v8 sums[AG_TERMS] = {{0}};
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    v8 v = load(y + i);
    for (int k = 0; k < AG_TERMS; k++)
      sums[k] += load(table + (size_t)k * stride + i) * v;
  }
  for (int k = 0; k < AG_TERMS; k++) {
    double rest = 0;
    for (size_t j = i; j < count; j++)
      rest += table[(size_t)k * stride + j] * y[j];
    sum[k] = lanes_sum(sums[k]) + rest;
  }
}

const ag_kernels PASTE(ag_kernels_, AG_KERNEL_NAME) = {
    TEXT(AG_KERNEL_NAME), kernel_run, kernel_exp, kernel_log, kernel_spread, kernel_gather};
