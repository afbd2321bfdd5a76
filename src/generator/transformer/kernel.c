/* Compiled with AG_KERNEL_NAME = avx512, avx2 or baseline. */
#include "generator/transformer/kernel.h"

#include <math.h>
#include <string.h>

#include "base/kernel.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

typedef float lanes __attribute__((vector_size(64)));
typedef float lanes_loose __attribute__((vector_size(64), aligned(4)));
typedef int32_t whole __attribute__((vector_size(64)));
typedef uint32_t bits __attribute__((vector_size(64)));
typedef uint16_t halves __attribute__((vector_size(32), aligned(2)));

enum { LANES = AG_LANES, DEEP = 2 * LANES };

INLINE lanes wide(float x)
{
  return x - (lanes){0};
}

INLINE lanes get(const float *x)
{
  return *(const lanes_loose *)x;
}

INLINE void put(float *x, lanes v)
{
  *(lanes_loose *)x = v;
}

/* The first n lanes; fill elsewhere. */
INLINE lanes get_some(const float *x, size_t n, float fill)
{
  if (n >= LANES)
    return get(x);
  float part[LANES];
  for (size_t i = 0; i < LANES; i++)
    part[i] = fill;
  memcpy(part, x, n * sizeof *part);
  return get(part);
}

INLINE void put_some(float *x, size_t n, lanes v)
{
  if (n >= LANES) {
    put(x, v);
    return;
  }
  float part[LANES];
  put(part, v);
  memcpy(x, part, n * sizeof *part);
}

INLINE lanes choose(whole pick, lanes yes, lanes no)
{
  return (lanes)(((whole)yes & pick) | ((whole)no & ~pick));
}

/* Lane i and lane i + 8, then + 4, + 2, + 1. */
INLINE float sum_of(lanes v)
{
  v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
  v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
  return v[0] + v[1];
}

/* exp(x) for x <= 88, to 2 ulp; 0 below -87. */
INLINE lanes lane_exp(lanes x)
{
  const float shift = 0x1.8p23f;
  lanes bounded = choose(x < -87.0f, wide(-87.0f), x);
  lanes n = bounded * 0x1.715476p0f + shift;
  bits power = (bits)n << 23;
  n -= shift;
  lanes r = bounded - n * 0x1.62e4p-1f;
  r -= n * 0x1.7f7d1cp-20f;
  lanes p = 1.0f / 720 + r * (1.0f / 5040);
  p = 1.0f / 120 + r * p;
  p = 1.0f / 24 + r * p;
  p = 1.0f / 6 + r * p;
  p = 0.5f + r * p;
  lanes y = 1.0f + (r + r * r * p);
  y = (lanes)((bits)y + power);
  return choose(x < -87.0f, wide(0), y);
}

INLINE halves round_half(lanes x)
{
  bits b = (bits)x;
  return __builtin_convertvector((b + 0x7fffu + ((b >> 16) & 1u)) >> 16, halves);
}

INLINE lanes widen_half(halves h)
{
  return (lanes)(__builtin_convertvector(h, bits) << 16);
}

INLINE lanes load_any(const void *x, size_t at, size_t n, bool half)
{
  if (!half)
    return get_some((const float *)x + at, n, 0);
  uint16_t part[LANES] = {0};
  const uint16_t *from = (const uint16_t *)x + at;
  if (n < LANES) {
    memcpy(part, from, n * sizeof *part);
    from = part;
  }
  return widen_half(*(const halves *)from);
}

INLINE void store_any(void *y, size_t at, size_t n, bool half, lanes v)
{
  if (!half) {
    put_some((float *)y + at, n, v);
    return;
  }
  halves h = round_half(v);
  if (n >= LANES)
    *(halves *)((uint16_t *)y + at) = h;
  else
    memcpy((uint16_t *)y + at, &h, n * sizeof(uint16_t));
}

static void kernel_pack(size_t n, const float *x, bool half, void *y)
{
  for (size_t i = 0; i < n; i += LANES)
    store_any(y, i, n - i, half, get_some(x + i, n - i, 0));
}

static void kernel_unpack(size_t n, const void *x, bool half, float *y)
{
  for (size_t i = 0; i < n; i += LANES)
    put_some(y + i, n - i, load_any(x, i, n - i, half));
}

/* Entry j of line i becomes entry i of line j: blocks off the diagonal change places, of 8
 * by 8 entries first. */
INLINE void turn(bits line[LANES])
{
#define SWAP(d, ...)                                                                               \
  for (size_t i = 0; i < LANES; i++)                                                               \
    if (!(i & (d))) {                                                                              \
      bits a = line[i], b = line[i + (d)];                                                         \
    line[i] = __builtin_shufflevector(a, b, __VA_ARGS__)
#define AND(d, ...)                                                                                \
  line[i + (d)] = __builtin_shufflevector(a, b, __VA_ARGS__);                                      \
  }
  SWAP(8, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  AND(8, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
  SWAP(4, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
  AND(4, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
  SWAP(2, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
  AND(2, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
  SWAP(1, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
  AND(1, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#undef SWAP
#undef AND
}

/* A block of x, of which rows and columns are there, into part; zeros elsewhere. */
INLINE void copy_some(const uint16_t *x, size_t step, size_t rows, size_t columns, size_t tall,
                      size_t wide, uint16_t *part)
{
  memset(part, 0, tall * wide * sizeof *part);
  for (size_t i = 0; i < tall && i < rows; i++)
    memcpy(part + i * wide, x + i * step, (columns < wide ? columns : wide) * sizeof *x);
}

/* Lane j: entries (0, j) and (1, j) of x, of which rows and columns are there. */
INLINE bits pair(const uint16_t *x, size_t step, size_t rows, size_t columns)
{
  uint16_t part[2 * LANES];
  if (rows < 2 || columns < LANES) {
    copy_some(x, step, rows, columns, 2, LANES, part);
    x = part;
    step = LANES;
  }
  return __builtin_convertvector(*(const halves *)x, bits) |
         __builtin_convertvector(*(const halves *)(x + step), bits) << 16;
}

/* Line i, lane j: entries (2 i, j) and (2 i + 1, j). */
INLINE void load_pairs(const uint16_t *x, size_t step, size_t rows, size_t columns,
                       bits line[LANES])
{
  for (size_t i = 0; i < LANES; i++)
    line[i] = pair(x + 2 * i * step, step, rows > 2 * i ? rows - 2 * i : 0, columns);
}

/* Line i, lane j: entries (i, 2 j) and (i, 2 j + 1). */
INLINE void load_rows(const uint16_t *x, size_t step, size_t rows, size_t columns, bits line[LANES])
{
  uint16_t part[2 * LANES * LANES];
  if (rows < LANES || columns < 2 * LANES) {
    copy_some(x, step, rows, columns, LANES, 2 * LANES, part);
    x = part;
    step = 2 * LANES;
  }
  for (size_t i = 0; i < LANES; i++)
    memcpy(&line[i], x + i * step, sizeof *line);
}

/* Rows lie on pages of their own: the processor does not see the next ones coming. */
INLINE void fetch(const uint16_t *x, size_t step, size_t rows)
{
  for (size_t i = 0; i < rows; i++)
    __builtin_prefetch(x + i * step);
}

static void pack_rows(size_t depth, size_t columns, const uint16_t *x, size_t step, size_t block,
                      size_t layers, uint32_t *out)
{
  enum { AHEAD = 16 };
  size_t wide = (columns + block - 1) / block * block;
  for (size_t k = 0; k < layers * DEEP; k += 2) {
    const uint16_t *row = x + k * step;
    uint32_t *to = out + (k / DEEP * LANES + k % DEEP / 2) * block;
    for (size_t j = 0; j < wide; j += LANES) {
      if (k + AHEAD + 1 < depth && j % (2 * LANES) == 0 && j < columns)
        fetch(row + AHEAD * step + j, step, 2);
      bits pairs = pair(row + j, step, k < depth ? depth - k : 0, j < columns ? columns - j : 0);
      memcpy(to + j / block * layers * LANES * block + j % block, &pairs, sizeof pairs);
    }
  }
}

static void pack_turned(size_t depth, size_t columns, const uint16_t *x, size_t step, size_t block,
                        size_t layers, uint32_t *out)
{
  size_t wide = (columns + block - 1) / block * block;
  for (size_t j = 0; j < wide; j += LANES)
    for (size_t k = 0; k < depth; k += DEEP) {
      size_t left = j < columns ? columns - j : 0;
      uint32_t *to = out + (j / block * layers + k / DEEP) * LANES * block + j % block;
      bits line[LANES];
      if (left >= 2 * LANES)
        fetch(x + (j + LANES) * step + k, step, LANES);
      load_rows(x + j * step + k, step, left, depth - k, line);
      turn(line);
      for (size_t i = 0; i < LANES; i++)
        memcpy(to + i * block, &line[i], sizeof line[i]);
    }
}

static void kernel_pack_pairs(size_t depth, size_t columns, const uint16_t *x, size_t step,
                              bool turned, size_t block, uint32_t *out)
{
  size_t layers = (depth + DEEP - 1) / DEEP;
  (turned ? pack_turned : pack_rows)(depth, columns, x, step, block, layers, out);
}

static void kernel_turn_half(size_t rows, size_t columns, const uint16_t *x, size_t step,
                             uint16_t *out)
{
  for (size_t j = 0; j < columns; j += LANES)
    for (size_t i = 0; i < rows; i += 2 * LANES) {
      size_t deep = rows - i < 2 * LANES ? rows - i : 2 * LANES;
      bits line[LANES];
      if (j % (2 * LANES) == 0 && columns - j >= 4 * LANES)
        fetch(x + i * step + j + 2 * LANES, step, deep);
      load_pairs(x + i * step + j, step, rows - i, columns - j, line);
      turn(line);
      for (size_t l = 0; l < LANES && j + l < columns; l++)
        memcpy(out + (j + l) * rows + i, &line[l], deep * sizeof *out);
    }
}

/* A tile of `rows` times `vectors` sums held in registers. */
INLINE void tile(const size_t rows, const size_t vectors, size_t k, const float *a, size_t lda,
                 const float *b, size_t ldb, float *c, size_t ldc, bool add)
{
  lanes sum[8][2];
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++)
      sum[r][v] = add ? get(c + r * ldc + v * LANES) : wide(0);
  for (size_t i = 0; i < k; i++)
    for (size_t r = 0; r < rows; r++)
      for (size_t v = 0; v < vectors; v++)
        sum[r][v] += a[r * lda + i] * get(b + i * ldb + v * LANES);
  for (size_t r = 0; r < rows; r++)
    for (size_t v = 0; v < vectors; v++)
      put(c + r * ldc + v * LANES, sum[r][v]);
}

static void kernel_product(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                           size_t ldb, float *c, size_t ldc, bool add)
{
  for (size_t j = 0; j < n; j += 2 * LANES) {
    bool two = n - j >= 2 * LANES;
    size_t i = 0;
    for (; i + 8 <= m && two; i += 8)
      tile(8, 2, k, a + i * lda, lda, b + j, ldb, c + i * ldc + j, ldc, add);
    for (; i + 8 <= m; i += 8)
      tile(8, 1, k, a + i * lda, lda, b + j, ldb, c + i * ldc + j, ldc, add);
    for (; i < m && two; i++)
      tile(1, 2, k, a + i * lda, lda, b + j, ldb, c + i * ldc + j, ldc, add);
    for (; i < m; i++)
      tile(1, 1, k, a + i * lda, lda, b + j, ldb, c + i * ldc + j, ldc, add);
  }
}

static void kernel_norm(size_t n, const float *x, const float *gain, const float *bias, float *y,
                        float *mean, float *inverse)
{
  lanes sum = {0}, square = {0};
  for (size_t i = 0; i < n; i += LANES)
    sum += get_some(x + i, n - i, 0);
  float centre = sum_of(sum) / (float)n;
  for (size_t i = 0; i < n; i += LANES) {
    lanes d = get_some(x + i, n - i, centre) - centre;
    square += d * d;
  }
  float scale = 1 / sqrtf(sum_of(square) / (float)n + 1e-5f);
  for (size_t i = 0; i < n; i++)
    y[i] = (x[i] - centre) * scale * gain[i] + bias[i];
  *mean = centre;
  *inverse = scale;
}

static void kernel_norm_back(size_t n, const float *x, const float *gain, float mean, float inverse,
                             const float *dy, float *dx)
{
  lanes plain = {0}, along = {0};
  for (size_t i = 0; i < n; i += LANES) {
    lanes d = get_some(dy + i, n - i, 0) * get_some(gain + i, n - i, 0);
    plain += d;
    along += d * (get_some(x + i, n - i, mean) - mean);
  }
  float a = sum_of(plain) / (float)n, b = sum_of(along) * inverse * inverse / (float)n;
  for (size_t i = 0; i < n; i++)
    dx[i] += inverse * (dy[i] * gain[i] - a - (x[i] - mean) * b);
}

static void kernel_accumulate(size_t n, float factor, const float *x, float *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] += factor * x[i];
}

/* Rows lie on pages of their own: the processor does not see the next ones coming. */
static void kernel_gather(size_t rows, size_t bytes, const char *x, size_t step, char *y)
{
  enum { AHEAD = 4, LINE = 64 };
  for (size_t r = 0; r < rows; r++, x += step, y += bytes) {
    for (size_t i = 0; r + AHEAD < rows && i < bytes; i += LINE)
      __builtin_prefetch(x + AHEAD * step + i);
    size_t i = 0;
    for (; i + sizeof(lanes) <= bytes; i += sizeof(lanes))
      memcpy(y + i, x + i, sizeof(lanes));
    memcpy(y + i, x + i, bytes - i);
  }
}

static void kernel_stream(size_t n, const float *x, float *y)
{
#ifdef __AVX512F__
  if ((uintptr_t)y % 64 == 0 && n % LANES == 0) {
    for (size_t i = 0; i < n; i += LANES)
      _mm512_stream_ps(y + i, (__m512)get(x + i));
    return;
  }
#endif
  memcpy(y, x, n * sizeof *y);
}

static float kernel_largest(size_t n, const float *x)
{
  lanes top = wide(-INFINITY);
  for (size_t i = 0; i < n; i += LANES) {
    lanes v = get_some(x + i, n - i, -INFINITY);
    top = choose(v > top, v, top);
  }
  float most = top[0];
  for (size_t i = 1; i < LANES; i++)
    most = top[i] > most ? top[i] : most;
  return most;
}

/* Strides of lanes: each result is the largest of CREST numbers, none of which another
 * result has seen. */
static size_t kernel_crests(size_t n, const float *x, uint32_t *crest)
{
  enum { CREST = 64 };
  size_t count = 0;
  for (size_t i = 0; i + CREST * LANES <= n; i += CREST * LANES, count += LANES) {
    lanes top = get(x + i);
    for (size_t j = 1; j < CREST; j++) {
      lanes v = get(x + i + j * LANES);
      top = choose(v > top, v, top);
    }
    memcpy(crest + count, &top, sizeof top);
  }
  return count;
}

static size_t kernel_collect(size_t n, const float *x, float least, uint32_t *number)
{
  size_t count = 0, i = 0;
#ifdef __AVX512F__
  const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  for (; i + LANES <= n; i += LANES) {
    __mmask16 mask = _mm512_cmp_ps_mask((__m512)get(x + i), _mm512_set1_ps(least), _CMP_GE_OQ);
    if (mask == 0)
      continue;
    _mm512_mask_compressstoreu_epi32(number + count, mask,
                                     _mm512_add_epi32(lane, _mm512_set1_epi32((int)i)));
    count += (size_t)__builtin_popcount(mask);
  }
#endif
  for (; i < n; i++) {
    number[count] = (uint32_t)i;
    count += x[i] >= least;
  }
  return count;
}

static void kernel_softmax(size_t n, size_t padded, float scale, float *x)
{
  float top = kernel_largest(n, x);
  lanes sum = {0};
  for (size_t i = 0; i < n; i += LANES) {
    lanes y = lane_exp((get_some(x + i, n - i, -INFINITY) - top) * scale);
    sum += y;
    put_some(x + i, n - i, y);
  }
  float factor = 1 / sum_of(sum);
  for (size_t i = 0; i < n; i++)
    x[i] *= factor;
  for (size_t i = n; i < padded; i++)
    x[i] = 0;
}

static void kernel_softmax_back(size_t n, size_t padded, float scale, const float *p, float *dp)
{
  lanes sum = {0};
  for (size_t i = 0; i < n; i += LANES)
    sum += get_some(p + i, n - i, 0) * get_some(dp + i, n - i, 0);
  float inner = sum_of(sum);
  for (size_t i = 0; i < n; i++)
    dp[i] = scale * p[i] * (dp[i] - inner);
  for (size_t i = n; i < padded; i++)
    dp[i] = 0;
}

static const float GELU_FACTOR = 0.7978845608028654f, GELU_CUBE = 0.044715f;

/* 1 / (1 + exp(-2 z)), z = sqrt(2 / pi) (x + 0.044715 x^3): (1 + tanh z) / 2. */
INLINE lanes gelu_gate(lanes x)
{
  lanes z = GELU_FACTOR * (x + GELU_CUBE * x * x * x) * -2.0f;
  z = choose(z > 80.0f, wide(80.0f), z);
  return 1.0f / (1.0f + lane_exp(z));
}

static void kernel_gelu(size_t n, const void *x, bool half, void *y)
{
  for (size_t i = 0; i < n; i += LANES) {
    lanes v = load_any(x, i, n - i, half);
    store_any(y, i, n - i, half, v * gelu_gate(v));
  }
}

static void kernel_gelu_back(size_t n, const void *x, bool half, const float *dy, void *dx)
{
  for (size_t i = 0; i < n; i += LANES) {
    lanes v = load_any(x, i, n - i, half), g = gelu_gate(v);
    lanes slope = 2.0f * GELU_FACTOR * (1.0f + 3.0f * GELU_CUBE * v * v);
    lanes d = g + v * g * (1.0f - g) * slope;
    store_any(dx, i, n - i, half, d * get_some(dy + i, n - i, 0));
  }
}

/* One query against n cached keys and values, a head at a time. */
INLINE void attend(const bool half, size_t heads, size_t depth, size_t n, const float *q,
                   const char *keys, const char *values, float *share, float *y)
{
  const size_t bytes = half ? 2 : 4, step = heads * depth * bytes;
  for (size_t h = 0; h < heads; h++, q += depth, y += depth) {
    const char *key = keys + h * depth * bytes, *value = values + h * depth * bytes;
    for (size_t u = 0; u < n; u++) {
      lanes sum = {0};
      for (size_t i = 0; i < depth; i += LANES)
        sum += get_some(q + i, depth - i, 0) * load_any(key + u * step, i, depth - i, half);
      share[u] = sum_of(sum);
    }
    kernel_softmax(n, n, 1 / sqrtf((float)depth), share);
    for (size_t i = 0; i < depth; i += LANES) {
      lanes sum = {0};
      for (size_t u = 0; u < n; u++)
        sum += share[u] * load_any(value + u * step, i, depth - i, half);
      put_some(y + i, depth - i, sum);
    }
  }
}

static void kernel_attend(size_t heads, size_t depth, size_t n, const float *q, const void *keys,
                          const void *values, bool half, float *share, float *y)
{
  if (half)
    attend(true, heads, depth, n, q, keys, values, share, y);
  else
    attend(false, heads, depth, n, q, keys, values, share, y);
}

static double kernel_exponents(size_t n, const float *x, float top, float factor, float *y)
{
  double total = 0;
  for (size_t i = 0; i < n;) {
    lanes sum = {0};
    size_t end = n - i < 1024 ? n : i + 1024;
    for (; i < end; i += LANES) {
      lanes v = lane_exp((get_some(x + i, end - i, -INFINITY) - top) * factor);
      sum += v;
      if (y)
        put_some(y + i, end - i, v);
    }
    i = end;
    total += (double)sum_of(sum);
  }
  return total;
}

static void kernel_shares(size_t n, const float *x, float log_sum, float scale, bool half, void *dx)
{
  for (size_t i = 0; i < n; i += LANES)
    store_any(dx, i, n - i, half, scale * lane_exp(get_some(x + i, n - i, 0) - log_sum));
}

static double kernel_squares(size_t n, const float *x)
{
  double total = 0;
  for (size_t i = 0; i < n;) {
    lanes sum = {0};
    size_t end = n - i < 1024 ? n : i + 1024;
    for (; i < end; i += LANES) {
      lanes v = get_some(x + i, end - i, 0);
      sum += v * v;
    }
    i = end;
    total += (double)sum_of(sum);
  }
  return total;
}

static void kernel_columns(size_t n, size_t rows, size_t step, const float *x, float *sum)
{
  for (size_t i = 0; i < n; i += LANES) {
    lanes total = {0};
    for (size_t r = 0; r < rows; r++)
      total += get_some(x + r * step + i, n - i, 0);
    put_some(sum + i, n - i, total);
  }
}

static void kernel_norm_columns(size_t n, size_t rows, size_t step, const float *x, const float *dy,
                                const float *mean, const float *inverse, float *gain, float *bias)
{
  for (size_t i = 0; i < n; i += LANES) {
    lanes plain = {0}, along = {0};
    for (size_t r = 0; r < rows; r++) {
      lanes d = get_some(dy + r * step + i, n - i, 0);
      plain += d;
      along += d * (get_some(x + r * step + i, n - i, 0) - mean[r]) * inverse[r];
    }
    put_some(gain + i, n - i, along);
    put_some(bias + i, n - i, plain);
  }
}

INLINE lanes square_root(lanes x)
{
#ifdef __AVX512F__
  return (lanes)_mm512_sqrt_ps((__m512)x);
#else
  lanes y;
  for (size_t i = 0; i < LANES; i++)
    y[i] = __builtin_sqrtf(x[i]);
  return y;
#endif
}

static void kernel_adam(size_t n, const ag_adam *step, const float *gradient, float *m, float *v,
                        float *weight, uint16_t *half_weight)
{
  const ag_adam s = *step;
  const float rate = s.rate * s.correct1, keep = 1 - s.rate * s.decay;
  const float root = sqrtf(s.correct2), gain1 = s.rest1 * s.scale;
  const float gain2 = s.rest2 * s.scale * s.scale;
  for (size_t i = 0; i < n; i += LANES) {
    size_t left = n - i;
    lanes g = get_some(gradient + i, left, 0);
    lanes a = s.beta1 * get_some(m + i, left, 0) + gain1 * g;
    lanes b = s.beta2 * get_some(v + i, left, 0) + gain2 * g * g;
    lanes w = keep * get_some(weight + i, left, 0);
    w -= rate * a / (root * square_root(b) + s.epsilon);
    put_some(m + i, left, a);
    put_some(v + i, left, b);
    put_some(weight + i, left, w);
    if (half_weight)
      store_any(half_weight, i, left, true, w);
  }
}

const ag_transformer_kernels PASTE(ag_transformer_kernels_, AG_KERNEL_NAME) = {
    .name = TEXT(AG_KERNEL_NAME),
    .pack = kernel_pack,
    .unpack = kernel_unpack,
    .product = kernel_product,
    .norm = kernel_norm,
    .norm_back = kernel_norm_back,
    .softmax = kernel_softmax,
    .softmax_back = kernel_softmax_back,
    .gelu = kernel_gelu,
    .gelu_back = kernel_gelu_back,
    .attend = kernel_attend,
    .accumulate = kernel_accumulate,
    .gather = kernel_gather,
    .pack_pairs = kernel_pack_pairs,
    .turn_half = kernel_turn_half,
    .stream = kernel_stream,
    .largest = kernel_largest,
    .crests = kernel_crests,
    .collect = kernel_collect,
    .exponents = kernel_exponents,
    .shares = kernel_shares,
    .squares = kernel_squares,
    .columns = kernel_columns,
    .norm_columns = kernel_norm_columns,
    .adam = kernel_adam,
};
