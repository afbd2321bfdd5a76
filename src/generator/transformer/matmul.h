/* Matrix products, by oneDNN where the build has it (tile.h).
 *
 * A product is cut into panels of fixed size, and each panel is computed by one thread:
 * results are the same bits for any number of threads. bf16 operands are brought into the
 * order that oneDNN asks for, while they are copied. */
#ifndef AG_GENERATOR_TRANSFORMER_MATMUL_H
#define AG_GENERATOR_TRANSFORMER_MATMUL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct ag_matmul_engine ag_matmul_engine;

/* c [rows, columns] = a b (+ c) (+ bias), stored row after row without gaps. */
typedef struct ag_matmul {
  size_t rows, columns, depth;
  const void *a; /* [rows, depth], or [depth, rows] with turned_a */
  const void *b; /* [depth, columns], or [columns, depth] with turned_b */
  void *c;
  const float *bias; /* [columns], or NULL */
  bool turned_a, turned_b;
  bool half;   /* a and b are bf16, otherwise f32 */
  bool half_c; /* c is bf16 */
  bool add;    /* to what c holds (f32 only) */
} ag_matmul;

/* Whether products of bf16 numbers are fast on this processor, and whether there are any. */
bool ag_matmul_prefers_half(void);
bool ag_matmul_takes_half(void);

/* An engine keeps prepared products by their shape, and belongs to one caller at a time.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL. free(NULL) is legal. */
ag_status ag_matmul_engine_create(ag_matmul_engine **engine, ag_error *error);
void ag_matmul_engine_free(ag_matmul_engine *engine);

/* Computes the product. Cost: 2 rows columns depth operations; the first product of a
 * shape also prepares it. Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL (c is undefined). */
ag_status ag_matmul_run(ag_matmul_engine *engine, const ag_matmul *product, ag_error *error);

#endif
