#include "generator/transformer/matmul.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/threads.h"
#include "generator/transformer/kernel.h"
#include "generator/transformer/tile.h"

/* oneDNN is fastest on small matrices in the cache that lie as its loops want them. Its own
 * way of bringing the right operand into that order is slow on a small product of wide rows:
 * we do it while we copy the panel that the product needs. TILE_DEPTH bounds what is added
 * at a time. */
enum { TILE_ROWS = 512, TILE_COLUMNS = 384, TILE_DEPTH = 768 };

/* Products of so many numbers are not needed again before the cache has forgotten them. */
enum { LARGE = 1 << 20 };

/* A prepared product. */
typedef struct tile {
  struct tile *next;
  ag_tile_shape shape;
  size_t block; /* of columns of the right operand, in pairs; 0: it lies as it is stored */
  ag_tile *product;
} tile;

/* A thread's buffers. */
typedef struct stage {
  void *a, *b;
  float *c;
  void *scratch;
  bool turned;       /* a holds the left operand's part at: */
  size_t row, layer; /* of the product that runs */
} stage;

struct ag_matmul_engine {
  ag_tile_engine *products;
  size_t threads;
  stage *stage;        /* [threads] */
  size_t scratch_size; /* of each */
  tile *tiles;
  const ag_transformer_kernels *kernels;
};

bool ag_matmul_prefers_half(void)
{
  return ag_tile_prefers_half();
}

bool ag_matmul_takes_half(void)
{
  return ag_tile_takes_half();
}

static ag_status stage_create(stage *made, ag_error *error)
{
  size_t a = TILE_ROWS * TILE_DEPTH, b = TILE_DEPTH * TILE_COLUMNS, c = TILE_ROWS * TILE_COLUMNS;
  ag_status status = ag_array_create(a, sizeof(float), &made->a, error);
  if (status == AG_OK)
    status = ag_array_create(b, sizeof(float), &made->b, error);
  if (status == AG_OK)
    status = ag_array_create(c, sizeof(float), &made->c, error);
  return status;
}

ag_status ag_matmul_engine_create(ag_matmul_engine **engine, ag_error *error)
{
  ag_matmul_engine *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for matrix products");
  size_t threads = (size_t)omp_get_max_threads();
  made->kernels = ag_transformer_kernels_get();
  ag_status status = ag_array_create(threads, sizeof *made->stage, &made->stage, error);
  if (status == AG_OK) {
    made->threads = threads;
    memset(made->stage, 0, threads * sizeof *made->stage);
    status = ag_tile_engine_create(threads, &made->products, error);
  }
  for (size_t t = 0; t < threads && status == AG_OK; t++)
    status = stage_create(&made->stage[t], error);
  if (status != AG_OK)
    ag_matmul_engine_free(made);
  else
    *engine = made;
  return status;
}

void ag_matmul_engine_free(ag_matmul_engine *engine)
{
  if (!engine)
    return;
  for (tile *next, *p = engine->tiles; p; p = next) {
    next = p->next;
    ag_tile_free(p->product);
    free(p);
  }
  for (size_t t = 0; t < engine->threads; t++) {
    stage *old = &engine->stage[t];
    free(old->a);
    free(old->b);
    free(old->c);
    free(old->scratch);
  }
  ag_tile_engine_free(engine->products);
  free(engine->stage);
  free(engine);
}

/* The tiles' scratch memory of every thread grows to size. */
static ag_status grow_scratch(ag_matmul_engine *engine, size_t size, ag_error *error)
{
  for (size_t t = 0; t < engine->threads && size > engine->scratch_size; t++) {
    void *larger;
    ag_status status = ag_array_create(size, 1, &larger, error);
    if (status != AG_OK)
      return status;
    free(engine->stage[t].scratch);
    engine->stage[t].scratch = larger;
  }
  if (size > engine->scratch_size)
    engine->scratch_size = size;
  return AG_OK;
}

static tile *known_tile(const ag_matmul_engine *engine, const ag_tile_shape *wanted)
{
  tile *t = engine->tiles;
  while (t && memcmp(&t->shape, wanted, sizeof *wanted) != 0)
    t = t->next;
  return t;
}

static ag_status make_tile(ag_matmul_engine *engine, const ag_tile_shape *wanted, ag_error *error)
{
  size_t scratch = 0;
  tile *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  memcpy(&made->shape, wanted, sizeof *wanted);
  /* a tile is cut for one thread, whatever their number */
  int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  ag_status status = ag_tile_create(engine->products, wanted, TILE_COLUMNS, &made->product,
                                    &made->block, &scratch, error);
  omp_set_num_threads(threads);
  if (status == AG_OK)
    status = grow_scratch(engine, scratch, error);
  if (status != AG_OK) {
    ag_tile_free(made->product);
    free(made);
    return status;
  }
  made->next = engine->tiles;
  engine->tiles = made;
  return AG_OK;
}

/* The place of a tile in the product, and its size. */
typedef struct place {
  size_t row, rows, column, columns, layer, depth;
} place;

static size_t shorter(size_t total, size_t from, size_t most)
{
  return total - from < most ? total - from : most;
}

static ag_tile_shape shape_of(const ag_matmul *m, const place *at)
{
  ag_tile_shape s;
  memset(&s, 0, sizeof s); /* compared as bytes */
  s.rows = at->rows;
  s.columns = at->columns;
  s.depth = at->depth;
  s.turned_a = m->turned_a;
  s.turned_b = m->turned_b;
  s.half = m->half;
  s.add = at->layer > 0;
  return s;
}

/* Prepares the few shapes that the product's tiles have: inner and last ones. */
static ag_status prepare_tiles(ag_matmul_engine *engine, const ag_matmul *m, ag_error *error)
{
  ag_status status = AG_OK;
  for (int which = 0; which < 12 && status == AG_OK; which++) {
    size_t last_row = (m->rows - 1) / TILE_ROWS * TILE_ROWS;
    size_t last_column = (m->columns - 1) / TILE_COLUMNS * TILE_COLUMNS;
    size_t last_layer = (m->depth - 1) / TILE_DEPTH * TILE_DEPTH, middle = TILE_DEPTH;
    place at = {.row = which % 2 ? last_row : 0,
                .column = which / 2 % 2 ? last_column : 0,
                .layer = which / 4 == 0   ? 0
                         : which / 4 == 1 ? middle
                                          : last_layer};
    if (at.layer > last_layer)
      continue;
    at.rows = shorter(m->rows, at.row, TILE_ROWS);
    at.columns = shorter(m->columns, at.column, TILE_COLUMNS);
    at.depth = shorter(m->depth, at.layer, TILE_DEPTH);
    ag_tile_shape wanted = shape_of(m, &at);
    if (!known_tile(engine, &wanted))
      status = make_tile(engine, &wanted, error);
  }
  return status;
}

/* A part [rows, columns] of a stored matrix with rows of `step`: as it lies where it is
 * dense, otherwise copied to buffer. */
static const void *dense(const ag_matmul_engine *engine, const void *matrix, size_t step,
                         size_t row, size_t rows, size_t column, size_t columns, size_t bytes,
                         void *buffer)
{
  const char *from = (const char *)matrix + (row * step + column) * bytes;
  if (columns == step || rows == 1)
    return from;
  engine->kernels->gather(rows, columns * bytes, from, step * bytes, buffer);
  return buffer;
}

/* A layer's part of the left operand, as the prepared product takes it. */
static const void *left_part(const ag_matmul_engine *engine, const ag_matmul *m, const place *at,
                             stage *own)
{
  size_t bytes = m->half ? 2 : 4;
  if (!m->turned_a)
    return dense(engine, m->a, m->depth, at->row, at->rows, at->layer, at->depth, bytes, own->a);
  if (!m->half)
    return dense(engine, m->a, m->rows, at->layer, at->depth, at->row, at->rows, bytes, own->a);
  if (!own->turned || own->row != at->row || own->layer != at->layer)
    engine->kernels->turn_half(at->depth, at->rows,
                               (const uint16_t *)m->a + at->layer * m->rows + at->row, m->rows,
                               own->a);
  own->turned = true;
  own->row = at->row;
  own->layer = at->layer;
  return own->a;
}

static const void *right_part(const ag_matmul_engine *engine, const ag_matmul *m, const place *at,
                              const stage *own, size_t block)
{
  size_t bytes = m->half ? 2 : 4, step = m->turned_b ? m->depth : m->columns;
  size_t row = m->turned_b ? at->column : at->layer, column = m->turned_b ? at->layer : at->column;
  if (block == 0)
    return dense(engine, m->b, step, row, m->turned_b ? at->columns : at->depth, column,
                 m->turned_b ? at->depth : at->columns, bytes, own->b);
  engine->kernels->pack_pairs(at->depth, at->columns, (const uint16_t *)m->b + row * step + column,
                              step, m->turned_b, block, own->b);
  return own->b;
}

static int multiply_layer(const ag_matmul_engine *engine, const ag_matmul *m, const place *at,
                          stage *own, size_t thread)
{
  ag_tile_shape wanted = shape_of(m, at);
  const tile *t = known_tile(engine, &wanted);
  const void *left = left_part(engine, m, at, own);
  const void *right = right_part(engine, m, at, own, t->block);
  return ag_tile_run(t->product, thread, left, right, own->c, own->scratch);
}

/* Moves a finished tile to its place, with bias, what is there, and rounding. */
static void deliver(const ag_matmul_engine *engine, const ag_matmul *m, const place *at, float *c)
{
  bool large = m->rows * m->columns > LARGE;
  for (size_t r = 0; r < at->rows; r++) {
    float *row = c + r * at->columns;
    size_t to = (at->row + r) * m->columns + at->column;
    float *out = m->half_c ? row : (float *)m->c + to;
    if (m->bias)
      engine->kernels->accumulate(at->columns, 1, m->bias + at->column, row);
    if (m->half_c)
      engine->kernels->pack(at->columns, row, true, (uint16_t *)m->c + to);
    else if (m->add)
      engine->kernels->accumulate(at->columns, 1, row, out);
    else if (large)
      engine->kernels->stream(at->columns, row, out);
    else
      engine->kernels->gather(1, at->columns * sizeof *out, (const char *)row, 0, (char *)out);
  }
}

ag_status ag_matmul_run(ag_matmul_engine *engine, const ag_matmul *product, ag_error *error)
{
  const ag_matmul *m = product;
  ag_status status = prepare_tiles(engine, m, error);
  if (status != AG_OK)
    return status;
  size_t across = (m->columns + TILE_COLUMNS - 1) / TILE_COLUMNS;
  size_t down = (m->rows + TILE_ROWS - 1) / TILE_ROWS, count = across * down;
  /* where there are enough for everybody, a thread takes a row of tiles: what it has turned
   * serves them all */
  int chunk = down >= 2 * engine->threads ? (int)across : 1;
  for (size_t t = 0; t < engine->threads; t++)
    engine->stage[t].turned = false;
  /* oneDNN looks for threads of its own: a tile must be computed by one of them, as it was
   * prepared, or its bits would depend on their number */
  int failure = 0, threads = omp_get_max_threads();
  omp_set_num_threads(1);
#pragma omp parallel for schedule(dynamic, chunk) num_threads(engine->threads) if (count > 1)
  for (size_t i = 0; i < count; i++) {
    size_t thread = (size_t)omp_get_thread_num();
    stage *own = &engine->stage[thread];
    place at = {.row = i / across * TILE_ROWS, .column = i % across * TILE_COLUMNS};
    at.rows = shorter(m->rows, at.row, TILE_ROWS);
    at.columns = shorter(m->columns, at.column, TILE_COLUMNS);
    for (at.layer = 0; at.layer < m->depth; at.layer += TILE_DEPTH) {
      at.depth = shorter(m->depth, at.layer, TILE_DEPTH);
      int now = multiply_layer(engine, m, &at, own, thread);
      if (now != 0) {
#pragma omp atomic write
        failure = now;
      }
    }
    deliver(engine, m, &at, own->c);
  }
  omp_set_num_threads(threads);
  return ag_tile_check(failure, error);
}
