/* Tiles by loops of our own, for builds without oneDNN: the operands are brought into plain
 * rows of floats, and the kernels' small product does the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "generator/transformer/kernel.h"
#include "generator/transformer/tile.h"

struct ag_tile_engine {
  const ag_transformer_kernels *kernels;
};

struct ag_tile {
  const ag_transformer_kernels *kernels;
  ag_tile_shape shape;
  size_t padded; /* columns, up to whole vectors */
};

void ag_tile_describe(char *text, size_t size)
{
  snprintf(text, size, "plain loops");
}

bool ag_tile_prefers_half(void)
{
  return false;
}

bool ag_tile_takes_half(void)
{
  return true;
}

ag_status ag_tile_check(int outcome, ag_error *error)
{
  (void)error;
  return outcome == 0 ? AG_OK : AG_ERROR_INTERNAL;
}

ag_status ag_tile_engine_create(size_t threads, ag_tile_engine **engine, ag_error *error)
{
  (void)threads;
  ag_tile_engine *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for matrix products");
  made->kernels = ag_transformer_kernels_get();
  *engine = made;
  return AG_OK;
}

void ag_tile_engine_free(ag_tile_engine *engine)
{
  free(engine);
}

ag_status ag_tile_create(const ag_tile_engine *engine, const ag_tile_shape *shape, size_t widest,
                         ag_tile **tile, size_t *block, size_t *scratch, ag_error *error)
{
  (void)widest;
  ag_tile *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  made->kernels = engine->kernels;
  made->shape = *shape;
  made->padded = (shape->columns + AG_LANES - 1) / AG_LANES * AG_LANES;
  *block = 0;
  /* a and b as floats, c with whole vectors */
  *scratch =
      (shape->rows * shape->depth + (shape->depth + shape->rows) * made->padded) * sizeof(float);
  *tile = made;
  return AG_OK;
}

void ag_tile_free(ag_tile *tile)
{
  free(tile);
}

static float number_at(const void *x, size_t at, bool half)
{
  if (!half)
    return ((const float *)x)[at];
  uint32_t bits = (uint32_t)((const uint16_t *)x)[at] << 16;
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

/* out [rows, step] = x [rows, columns] (turned: stored [columns, rows]), zeros behind. */
static void unfold(const ag_transformer_kernels *kernels, const void *x, size_t rows,
                   size_t columns, bool turned, bool half, size_t step, float *out)
{
  for (size_t r = 0; r < rows; r++) {
    float *row = out + r * step;
    if (turned)
      for (size_t c = 0; c < columns; c++)
        row[c] = number_at(x, c * rows + r, half);
    else
      kernels->unpack(columns, (const char *)x + r * columns * (half ? 2 : 4), half, row);
    memset(row + columns, 0, (step - columns) * sizeof *row);
  }
}

int ag_tile_run(const ag_tile *tile, size_t thread, const void *a, const void *b, float *c,
                void *scratch)
{
  (void)thread;
  const ag_tile_shape *s = &tile->shape;
  const ag_transformer_kernels *kernels = tile->kernels;
  float *left = scratch, *right = left + s->rows * s->depth;
  float *out = right + s->depth * tile->padded;
  unfold(kernels, a, s->rows, s->depth, s->turned_a && !s->half, s->half, s->depth, left);
  unfold(kernels, b, s->depth, s->columns, s->turned_b, s->half, tile->padded, right);
  kernels->product(s->rows, tile->padded, s->depth, left, s->depth, right, tile->padded, out,
                   tile->padded, false);
  for (size_t r = 0; r < s->rows; r++)
    if (s->add)
      kernels->accumulate(s->columns, 1, out + r * tile->padded, c + r * s->columns);
    else
      memcpy(c + r * s->columns, out + r * tile->padded, s->columns * sizeof *c);
  return 0;
}
