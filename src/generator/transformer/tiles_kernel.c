/* Compiled for AVX-512 with AMX where the compiler can. */
#include "generator/transformer/tiles.h"

#ifndef __AMX_BF16__

const ag_tile_kernels *const ag_tile_kernels_amx = NULL;

#else

#include <immintrin.h>
#include <string.h>

enum { SIDE = AG_TILE_SIDE, DEPTH = AG_TILE_DEPTH, BYTES = AG_TILE_BYTES, AHEAD = 16 };

typedef struct lines {
  __m512i line[SIDE];
} lines;

/* Every tile has 16 rows of 64 bytes. */
static void kernel_begin(void)
{
  static const struct {
    uint8_t palette, start, rest[14];
    uint16_t bytes[16];
    uint8_t rows[16];
  } __attribute__((aligned(64))) layout = {.palette = 1,
                                           .bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                                           .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
  _tile_loadconfig(&layout);
}

static void kernel_end(void)
{
  _tile_release();
}

/* Entry j of line i becomes entry i of line j. */
static inline void turn(lines *t)
{
  __m512i a[SIDE], *x = t->line;
  for (int i = 0; i < SIDE; i += 2) {
    a[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
  for (int i = 0; i < SIDE; i += 4) {
    x[i] = _mm512_unpacklo_epi64(a[i], a[i + 2]);
    x[i + 1] = _mm512_unpackhi_epi64(a[i], a[i + 2]);
    x[i + 2] = _mm512_unpacklo_epi64(a[i + 1], a[i + 3]);
    x[i + 3] = _mm512_unpackhi_epi64(a[i + 1], a[i + 3]);
  }
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 2; j++) {
      a[8 * j + i] = _mm512_shuffle_i32x4(x[8 * j + i], x[8 * j + i + 4], 0x88);
      a[8 * j + i + 4] = _mm512_shuffle_i32x4(x[8 * j + i], x[8 * j + i + 4], 0xdd);
    }
  for (int i = 0; i < 8; i++) {
    x[i] = _mm512_shuffle_i32x4(a[i], a[i + 8], 0x88);
    x[i + 8] = _mm512_shuffle_i32x4(a[i], a[i + 8], 0xdd);
  }
}

static inline size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Entries first … of a row with `size` of them, 32 at most; zero beyond. */
static inline __m512i some(const uint16_t *row, size_t size)
{
  return size >= 32 ? _mm512_loadu_si512(row)
                    : _mm512_maskz_loadu_epi16(((__mmask32)1 << size) - 1, row);
}

/* Two rows of 32 entries as pairs: the first 16 in low, the others in high. */
static inline void pair_rows(__m512i even, __m512i odd, __m512i *low, __m512i *high)
{
  static const uint16_t order[64] __attribute__((aligned(64))) = {
      0,  32, 1,  33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39, 8,  40, 9,  41, 10, 42,
      11, 43, 12, 44, 13, 45, 14, 46, 15, 47, 16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53,
      22, 54, 23, 55, 24, 56, 25, 57, 26, 58, 27, 59, 28, 60, 29, 61, 30, 62, 31, 63};
  *low = _mm512_permutex2var_epi16(even, _mm512_load_si512(order), odd);
  *high = _mm512_permutex2var_epi16(even, _mm512_load_si512(order + 32), odd);
}

/* Rows of large matrices lie on pages of their own: the processor does not see them
 * coming. */
static void pack_pairs(size_t depth, size_t columns, const uint16_t *x, size_t step, char *out,
                       size_t down)
{
  for (size_t k = 0; k < depth; k += 2) {
    const uint16_t *even = x + k * step, *odd = even + step;
    char *to = out + k / DEPTH * BYTES + k % DEPTH / 2 * 64;
    for (size_t j = 0; j < columns; j += 32, to += 2 * down * BYTES) {
      _mm_prefetch((const char *)(even + AHEAD * step + j), _MM_HINT_T0);
      _mm_prefetch((const char *)(odd + AHEAD * step + j), _MM_HINT_T0);
      __m512i low, high;
      pair_rows(some(even + j, columns - j),
                k + 1 < depth ? some(odd + j, columns - j) : _mm512_setzero_si512(), &low, &high);
      _mm512_store_si512(to, low);
      if (columns - j > SIDE)
        _mm512_store_si512(to + down * BYTES, high);
    }
  }
  for (size_t k = (depth + 1) / 2 * 2; k % DEPTH != 0; k += 2)
    for (size_t j = 0; j < columns; j += SIDE)
      _mm512_store_si512(out + k / DEPTH * BYTES + k % DEPTH / 2 * 64 + j / SIDE * down * BYTES,
                         _mm512_setzero_si512());
}

static void kernel_pack_right(size_t depth, size_t columns, const uint16_t *x, size_t step,
                              bool turned, char *out, size_t down)
{
  if (!turned) {
    pack_pairs(depth, columns, x, step, out, down);
    return;
  }
  for (size_t j = 0; j < columns; j += SIDE)
    for (size_t k = 0; k < depth; k += DEPTH) {
      lines t;
      for (size_t i = 0; i < SIDE; i++)
        t.line[i] =
            j + i < columns ? some(x + (j + i) * step + k, depth - k) : _mm512_setzero_si512();
      turn(&t);
      memcpy(out + (k / DEPTH + j / SIDE * down) * BYTES, &t, BYTES);
    }
}

static void kernel_pack_left(size_t rows, size_t depth, const uint16_t *x, size_t step, bool turned,
                             char *out)
{
  for (size_t k = 0; k < depth; k += DEPTH, out += BYTES) {
    lines t;
    for (size_t i = 0; i < SIDE && !turned; i++) {
      _mm_prefetch((const char *)(x + i * step + k + AHEAD * DEPTH), _MM_HINT_T0);
      t.line[i] = i < rows ? some(x + i * step + k, depth - k) : _mm512_setzero_si512();
    }
    for (size_t i = 0; i < SIDE && turned; i++) {
      const uint16_t *even = x + (k + 2 * i) * step;
      __m512i high, zero = _mm512_setzero_si512();
      pair_rows(k + 2 * i < depth ? some(even, least(rows, SIDE)) : zero,
                k + 2 * i + 1 < depth ? some(even + step, least(rows, SIDE)) : zero, &t.line[i],
                &high);
    }
    if (turned)
      turn(&t);
    memcpy(out, &t, BYTES);
  }
}

static void multiply_four(size_t depth, const ag_tile_rows *left, const char *const *right,
                          float *c, bool add, const ag_tile_ahead *ahead)
{
  const char *a0 = left[0].at, *a1 = left[1].at, *b0 = right[0], *b1 = right[1];
  if (add) {
    _tile_loadd(0, c, 64);
    _tile_loadd(1, c + 256, 64);
    _tile_loadd(2, c + 512, 64);
    _tile_loadd(3, c + 768, 64);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (size_t k = 0; k < depth; k++) {
    const char *next = ahead->at + k * ahead->next;
    for (size_t i = 0; i < ahead->count; i++, next += ahead->step) {
      _mm_prefetch(next, _MM_HINT_T1);
      _mm_prefetch(next + 64, _MM_HINT_T1);
    }
    _tile_loadd(6, b0 + k * BYTES, 64);
    _tile_loadd(4, a0 + k * left[0].next, left[0].step);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, b1 + k * BYTES, 64);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a1 + k * left[1].next, left[1].step);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, c, 64);
  _tile_stored(1, c + 256, 64);
  _tile_stored(2, c + 512, 64);
  _tile_stored(3, c + 768, 64);
}

static void multiply_one(size_t depth, const ag_tile_rows *left, const char *right, float *c,
                         bool add)
{
  if (add)
    _tile_loadd(0, c, 64);
  else
    _tile_zero(0);
  for (size_t k = 0; k < depth; k++) {
    _tile_loadd(6, right + k * BYTES, 64);
    _tile_loadd(4, left->at + k * left->next, left->step);
    _tile_dpbf16ps(0, 4, 6);
  }
  _tile_stored(0, c, 64);
}

static void kernel_multiply(size_t depth, size_t rows, size_t columns, const ag_tile_rows *left,
                            const char *const *right, float *c, bool add,
                            const ag_tile_ahead *ahead)
{
  if (rows == 2 && columns == 2) {
    multiply_four(depth, left, right, c, add, ahead);
    return;
  }
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      multiply_one(depth, &left[i], right[j], c + (2 * i + j) * 256, add);
}

/* Sixteen numbers of a row, or fewer at its end. */
static inline void deliver_line(const ag_tile_target *t, size_t row, size_t column, __m512 v)
{
  const ag_matmul *m = t->product;
  size_t left = m->columns - column, to = row * m->columns + column;
  __mmask16 mask = (__mmask16)(left >= SIDE ? 0xffff : (1u << left) - 1);
  if (m->bias)
    v = _mm512_add_ps(v, _mm512_maskz_loadu_ps(mask, m->bias + column));
  if (m->half_c)
    _mm256_mask_storeu_epi16((uint16_t *)m->c + to, mask, (__m256i)_mm512_cvtneps_pbh(v));
  else if (m->add)
    _mm512_mask_storeu_ps((float *)m->c + to, mask,
                          _mm512_add_ps(_mm512_maskz_loadu_ps(mask, (float *)m->c + to), v));
  else if (t->stream)
    _mm512_stream_ps((float *)m->c + to, v);
  else
    _mm512_mask_storeu_ps((float *)m->c + to, mask, v);
}

/* Row by row: memory is written in long stretches. */
static void deliver_rows(const ag_tile_target *t, size_t pairs, const float *c)
{
  const ag_matmul *m = t->product;
  size_t rows = least(2 * SIDE, m->rows - t->row);
  size_t columns = least(2 * SIDE * pairs, m->columns - t->column);
  for (size_t r = 0; r < rows; r++) {
    const float *from = c + r / SIDE * 512 + r % SIDE * SIDE;
    for (size_t j = 0; j < columns; j += SIDE)
      deliver_line(t, t->row + r, t->column + j,
                   _mm512_load_ps(from + j / (2 * SIDE) * 1024 + j / SIDE % 2 * 256));
  }
}

static void deliver_turned(const ag_tile_target *t, const float *c)
{
  const ag_matmul *m = t->product;
  for (size_t i = 0; i < 4; i++) {
    size_t row = t->column + i % 2 * SIDE, column = t->row + i / 2 * SIDE;
    if (row >= m->rows || column >= m->columns)
      continue;
    lines square;
    memcpy(&square, c + i * 256, sizeof square);
    turn(&square);
    for (size_t r = 0; r < least(SIDE, m->rows - row); r++)
      deliver_line(t, row + r, column, (__m512)square.line[r]);
  }
}

static void kernel_deliver(const ag_tile_target *target, size_t pairs, const float *c)
{
  if (!target->turned) {
    deliver_rows(target, pairs, c);
    return;
  }
  ag_tile_target t = *target;
  for (size_t j = 0; j < pairs; j++, t.column += 2 * SIDE)
    deliver_turned(&t, c + j * 1024);
}

static const ag_tile_kernels kernels = {
    .begin = kernel_begin,
    .end = kernel_end,
    .pack_right = kernel_pack_right,
    .pack_left = kernel_pack_left,
    .multiply = kernel_multiply,
    .deliver = kernel_deliver,
};

const ag_tile_kernels *const ag_tile_kernels_amx = &kernels;

#endif
