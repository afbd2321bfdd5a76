/* Products of bf16 matrices by the processor's matrix tiles (Intel AMX). oneDNN does the
 * same sums at a fraction of their speed: it packs weights anew for every product, and
 * returns results by way of a buffer. Here both happen inside a core's cache.
 *
 * A product is cut into units by its shape alone, each computed by one thread: results
 * are the same bits for any number of threads. */
#ifndef AG_GENERATOR_TRANSFORMER_TILES_H
#define AG_GENERATOR_TRANSFORMER_TILES_H

#include <stdint.h>

#include "base/status.h"
#include "generator/transformer/matmul.h"

enum {
  AG_TILE_SIDE = 16,  /* rows of a tile, and columns of a result */
  AG_TILE_DEPTH = 32, /* products added by one instruction */
  AG_TILE_BYTES = 1024
};

/* Sixteen rows of the left operand: rows `step` bytes apart, the next AG_TILE_DEPTH
 * columns `next` bytes on. */
typedef struct ag_tile_rows {
  const char *at;
  size_t step, next;
} ag_tile_rows;

/* What comes next from memory: with every tile of the depth, `count` pieces of 128 bytes,
 * step apart, are asked for; the next tile's lie `next` bytes on. */
typedef struct ag_tile_ahead {
  const char *at;
  size_t next, step, count;
} ag_tile_ahead;

/* Where tiles of a result go. */
typedef struct ag_tile_target {
  const ag_matmul *product;
  size_t row, column; /* of the product; in its transpose where `turned` */
  bool turned, stream;
} ag_tile_target;

/* Loops compiled for these processors. Packed operands consist of tiles: those of the right
 * one hold pairs of its rows, entry by entry. What lies beyond a matrix is zero. */
typedef struct ag_tile_kernels {
  void (*begin)(void), (*end)(void); /* of a thread's use of tiles */
  /* Right operand from rows [depth, columns], or [columns, depth] with turned: its tile
   * (i, j) down and across goes to out + (i + j down) tiles. */
  void (*pack_right)(size_t depth, size_t columns, const uint16_t *x, size_t step, bool turned,
                     char *out, size_t down);
  /* Left operand, 16 rows: from [rows <= 16, depth], or [depth, rows] with turned. */
  void (*pack_left)(size_t rows, size_t depth, const uint16_t *x, size_t step, bool turned,
                    char *out);
  /* c [rows, columns] tiles (of 2 x 2 each place) (+)= left right. right[1], left[1] are
   * read where there are two. */
  void (*multiply)(size_t depth, size_t rows, size_t columns, const ag_tile_rows *left,
                   const char *const *right, float *c, bool add, const ag_tile_ahead *ahead);
  /* `pairs` groups of 2 x 2 tiles, one behind the other across the result. */
  void (*deliver)(const ag_tile_target *target, size_t pairs, const float *c);
} ag_tile_kernels;

extern const ag_tile_kernels *const ag_tile_kernels_amx; /* NULL: not compiled */
/* NULL where the processor, the system or the compiler lacks them. */
const ag_tile_kernels *ag_tile_kernels_get(void);

typedef struct ag_tile_engine ag_tile_engine;

/* As ag_matmul_engine_create, _free and _run. Given: a product with `half`. */
ag_status ag_tile_engine_create(size_t threads, ag_tile_engine **engine, ag_error *error);
void ag_tile_engine_free(ag_tile_engine *engine);
ag_status ag_tile_engine_run(ag_tile_engine *engine, const ag_matmul *product, ag_error *error);

#endif
