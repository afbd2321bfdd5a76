/* The product of one tile, by one thread: by oneDNN (tile_dnnl.c) or, in a build without it,
 * by loops of our own (tile_plain.c). */
#ifndef AG_GENERATOR_TRANSFORMER_TILE_H
#define AG_GENERATOR_TRANSFORMER_TILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* Pairs of neighbours in depth, in blocks of so many pairs: an order of bf16 operands. */
enum { AG_TILE_PAIR = 2, AG_TILE_PAIRS = 16 };

/* What a prepared product c [rows, columns] = a b (+ c) depends on; operands are dense. A
 * left operand of bf16 comes as [rows, depth], whatever turned_a says. */
typedef struct ag_tile_shape {
  size_t rows, columns, depth;
  bool turned_a, turned_b, half, add;
} ag_tile_shape;

typedef struct ag_tile_engine ag_tile_engine;
typedef struct ag_tile ag_tile;

/* What computes tiles, with its version, and whether its bf16 products are fast here, and
 * whether there are any. */
void ag_tile_describe(char *text, size_t size);
bool ag_tile_prefers_half(void);
bool ag_tile_takes_half(void);

/* threads: the threads that run tiles, one tile each at a time.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL. free(NULL) is legal. */
ag_status ag_tile_engine_create(size_t threads, ag_tile_engine **engine, ag_error *error);
void ag_tile_engine_free(ag_tile_engine *engine);

/* widest: the right operand's columns have room for so many. *block: the width of blocks
 * [depth / 32, 16, block, 2] in which the right operand is expected; 0: as it is stored.
 * *scratch: the bytes that a run needs. Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL. */
ag_status ag_tile_create(const ag_tile_engine *engine, const ag_tile_shape *shape, size_t widest,
                         ag_tile **tile, size_t *block, size_t *scratch, ag_error *error);
void ag_tile_free(ag_tile *tile);

/* Returned: 0, or what ag_tile_check makes an error of. scratch: of the calling thread. */
int ag_tile_run(const ag_tile *tile, size_t thread, const void *a, const void *b, float *c,
                void *scratch);
ag_status ag_tile_check(int outcome, ag_error *error);

#endif
