#include "generator/transformer/matmul.h"

#include <oneapi/dnnl/dnnl.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "generator/transformer/kernel.h"

/* oneDNN is fastest on small matrices in the cache that lie as its loops want them. Its own
 * way of bringing the right operand into that order is slow on a small product of wide rows:
 * we do it while we copy the panel that the product needs. TILE_DEPTH bounds what is added
 * at a time. */
enum { TILE_ROWS = 512, TILE_COLUMNS = 384, TILE_DEPTH = 768, OPERANDS = 4 };

/* Products of so many numbers are not needed again before the cache has forgotten them. */
enum { LARGE = 1 << 20 };

/* Pairs of neighbours in depth, in blocks of so many pairs. */
enum { PAIR = 2, PAIRS = 16 };

/* What a prepared product of tiles depends on. */
typedef struct shape {
  size_t rows, columns, depth;
  bool turned_a, turned_b, half, add;
} shape;

typedef struct tile {
  struct tile *next;
  shape shape;
  size_t block; /* of columns of the right operand, in pairs; 0: it lies as it is stored */
  dnnl_primitive_t primitive;
  dnnl_memory_t *memory; /* [threads, OPERANDS]: a, b, c, oneDNN's scratch */
} tile;

/* A thread's buffers. */
typedef struct stage {
  dnnl_stream_t stream;
  void *a, *b;
  float *c;
  void *scratch;
  bool turned;       /* a holds the left operand's part at: */
  size_t row, layer; /* of the product that runs */
} stage;

struct ag_matmul_engine {
  dnnl_engine_t device;
  size_t threads;
  stage *stage;        /* [threads] */
  size_t scratch_size; /* of each */
  tile *tiles;
  const ag_transformer_kernels *kernels;
};

bool ag_matmul_prefers_half(void)
{
  dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  return isa == dnnl_cpu_isa_avx512_core_amx;
}

bool ag_matmul_takes_half(void)
{
  unsigned isa = (unsigned)dnnl_get_effective_cpu_isa(), least = dnnl_cpu_isa_avx512_core;
  return (isa & least) == least;
}

static ag_status check(dnnl_status_t status, ag_error *error)
{
  if (status == dnnl_success)
    return AG_OK;
  if (status == dnnl_out_of_memory)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  return ag_fail(error, AG_ERROR_INTERNAL, "oneDNN refuses a matrix product (status %d)",
                 (int)status);
}

static ag_status stage_create(const ag_matmul_engine *engine, stage *made, ag_error *error)
{
  size_t a = TILE_ROWS * TILE_DEPTH, b = TILE_DEPTH * TILE_COLUMNS, c = TILE_ROWS * TILE_COLUMNS;
  ag_status status = ag_array_create(a, sizeof(float), &made->a, error);
  if (status == AG_OK)
    status = ag_array_create(b, sizeof(float), &made->b, error);
  if (status == AG_OK)
    status = ag_array_create(c, sizeof(float), &made->c, error);
  if (status == AG_OK)
    status =
        check(dnnl_stream_create(&made->stream, engine->device, dnnl_stream_default_flags), error);
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
    status = check(dnnl_engine_create(&made->device, dnnl_cpu, 0), error);
  }
  for (size_t t = 0; t < threads && status == AG_OK; t++)
    status = stage_create(made, &made->stage[t], error);
  if (status != AG_OK)
    ag_matmul_engine_free(made);
  else
    *engine = made;
  return status;
}

static void tile_free(tile *old, size_t threads)
{
  for (size_t i = 0; old->memory && i < threads * OPERANDS; i++)
    if (old->memory[i])
      dnnl_memory_destroy(old->memory[i]);
  if (old->primitive)
    dnnl_primitive_destroy(old->primitive);
  free(old->memory);
  free(old);
}

void ag_matmul_engine_free(ag_matmul_engine *engine)
{
  if (!engine)
    return;
  for (tile *next, *p = engine->tiles; p; p = next) {
    next = p->next;
    tile_free(p, engine->threads);
  }
  for (size_t t = 0; t < engine->threads; t++) {
    stage *old = &engine->stage[t];
    if (old->stream)
      dnnl_stream_destroy(old->stream);
    free(old->a);
    free(old->b);
    free(old->c);
    free(old->scratch);
  }
  if (engine->device)
    dnnl_engine_destroy(engine->device);
  free(engine->stage);
  free(engine);
}

/* A dense matrix [rows, columns]; turned: stored the other way. */
static dnnl_status_t describe(dnnl_memory_desc_t *description, size_t rows, size_t columns,
                              bool turned, bool half)
{
  dnnl_dims_t size = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
  dnnl_dims_t steps = {turned ? 1 : (dnnl_dim_t)columns, turned ? (dnnl_dim_t)rows : 1};
  return dnnl_memory_desc_init_by_strides(description, 2, size, half ? dnnl_bf16 : dnnl_f32, steps);
}

static dnnl_status_t set_attributes(dnnl_primitive_attr_t attributes, dnnl_post_ops_t after,
                                    bool add)
{
  dnnl_status_t status =
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && add)
    status = dnnl_post_ops_append_sum(after, 1);
  if (status == dnnl_success && add)
    status = dnnl_primitive_attr_set_post_ops(attributes, after);
  return status;
}

/* The width of blocks [depth / 32, 16, width, 2] in which oneDNN wants the right operand;
 * 0: it is in another order. */
static size_t block_of(const dnnl_memory_desc_t *right)
{
  const dnnl_blocking_desc_t *b = &right->format_desc.blocking;
  if (right->format_kind != dnnl_blocked || b->inner_nblks != 3 || b->inner_idxs[0] != 0 ||
      b->inner_idxs[1] != 1 || b->inner_idxs[2] != 0 || b->inner_blks[0] != PAIRS ||
      b->inner_blks[2] != PAIR || b->inner_blks[1] % AG_LANES != 0)
    return 0;
  dnnl_dim_t size = PAIR * PAIRS * b->inner_blks[1];
  bool plain = b->strides[0] == size &&
               b->strides[1] == right->padded_dims[0] / (PAIR * PAIRS) * size &&
               right->padded_dims[1] <= TILE_COLUMNS;
  return plain ? (size_t)b->inner_blks[1] : 0;
}

/* A description of the product of operands `kind`; with half operands the right one first
 * as oneDNN wants it. */
static dnnl_status_t describe_product(const ag_matmul_engine *engine, tile *made,
                                      dnnl_memory_desc_t kind[OPERANDS],
                                      dnnl_primitive_attr_t attributes,
                                      dnnl_primitive_desc_t *primitive)
{
  const shape *s = &made->shape;
  dnnl_matmul_desc_t description;
  dnnl_dims_t size = {(dnnl_dim_t)s->depth, (dnnl_dim_t)s->columns};
  for (int wish = s->half; wish >= 0; wish--) {
    dnnl_status_t status =
        wish ? dnnl_memory_desc_init_by_tag(&kind[1], 2, size, dnnl_bf16, dnnl_format_tag_any)
             : describe(&kind[1], s->depth, s->columns, s->turned_b, s->half);
    if (status == dnnl_success)
      status = dnnl_matmul_desc_init(&description, &kind[0], &kind[1], NULL, &kind[2]);
    if (status == dnnl_success)
      status =
          dnnl_primitive_desc_create(primitive, &description, attributes, engine->device, NULL);
    if (status != dnnl_success)
      return status;
    kind[1] = *dnnl_primitive_desc_query_md(*primitive, dnnl_query_weights_md, 0);
    made->block = block_of(&kind[1]);
    if (!wish || made->block > 0)
      return dnnl_success;
    dnnl_primitive_desc_destroy(*primitive);
    *primitive = NULL;
  }
  return dnnl_runtime_error;
}

/* Makes the primitive and, for each thread, the memory objects that point to the data. */
static dnnl_status_t prepare(const ag_matmul_engine *engine, tile *made, size_t *scratch_size)
{
  const shape *s = &made->shape;
  dnnl_memory_desc_t kind[OPERANDS];
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t primitive = NULL;
  dnnl_status_t status = describe(&kind[0], s->rows, s->depth, s->turned_a && !s->half, s->half);
  if (status == dnnl_success)
    status = describe(&kind[2], s->rows, s->columns, false, false);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl_post_ops_create(&after);
  if (status == dnnl_success)
    status = set_attributes(attributes, after, s->add);
  if (status == dnnl_success)
    status = describe_product(engine, made, kind, attributes, &primitive);
  if (status == dnnl_success)
    status = dnnl_primitive_create(&made->primitive, primitive);
  if (status == dnnl_success) {
    kind[3] = *dnnl_primitive_desc_query_md(primitive, dnnl_query_scratchpad_md, 0);
    *scratch_size = dnnl_memory_desc_get_size(&kind[3]);
  }
  for (size_t i = 0; i < engine->threads * OPERANDS && status == dnnl_success; i++)
    status =
        dnnl_memory_create(&made->memory[i], &kind[i % OPERANDS], engine->device, DNNL_MEMORY_NONE);
  dnnl_primitive_desc_destroy(primitive);
  dnnl_post_ops_destroy(after);
  dnnl_primitive_attr_destroy(attributes);
  return status;
}

/* oneDNN's scratch memory of every thread grows to size. */
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

static tile *known_tile(const ag_matmul_engine *engine, const shape *wanted)
{
  tile *t = engine->tiles;
  while (t && memcmp(&t->shape, wanted, sizeof *wanted) != 0)
    t = t->next;
  return t;
}

static ag_status make_tile(ag_matmul_engine *engine, const shape *wanted, ag_error *error)
{
  size_t count = engine->threads * OPERANDS, scratch_size = 0;
  tile *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  ag_status status = ag_array_create(count, sizeof *made->memory, &made->memory, error);
  if (status == AG_OK) {
    memset(made->memory, 0, count * sizeof *made->memory);
    memcpy(&made->shape, wanted, sizeof *wanted);
    /* a tile is cut for one thread, whatever their number */
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    status = check(prepare(engine, made, &scratch_size), error);
    omp_set_num_threads(threads);
  }
  if (status == AG_OK)
    status = grow_scratch(engine, scratch_size, error);
  if (status != AG_OK) {
    tile_free(made, engine->threads);
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

static shape shape_of(const ag_matmul *m, const place *at)
{
  shape s;
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
    shape wanted = shape_of(m, &at);
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

static dnnl_status_t multiply_layer(const ag_matmul_engine *engine, const ag_matmul *m,
                                    const place *at, stage *own, size_t thread)
{
  shape wanted = shape_of(m, at);
  const tile *t = known_tile(engine, &wanted);
  dnnl_memory_t *memory = t->memory + thread * OPERANDS;
  dnnl_memory_set_data_handle(memory[0], (void *)left_part(engine, m, at, own));
  dnnl_memory_set_data_handle(memory[1], (void *)right_part(engine, m, at, own, t->block));
  dnnl_memory_set_data_handle(memory[2], own->c);
  dnnl_memory_set_data_handle(memory[3], own->scratch);
  dnnl_exec_arg_t argument[OPERANDS] = {{DNNL_ARG_SRC, memory[0]},
                                        {DNNL_ARG_WEIGHTS, memory[1]},
                                        {DNNL_ARG_DST, memory[2]},
                                        {DNNL_ARG_SCRATCHPAD, memory[3]}};
  return dnnl_primitive_execute(t->primitive, own->stream, OPERANDS, argument);
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
  int worst = dnnl_success, threads = omp_get_max_threads();
  omp_set_num_threads(1);
#pragma omp parallel for schedule(dynamic, chunk) num_threads(engine->threads) if (count > 1)      \
    reduction(max                                                                                  \
              : worst)
  for (size_t i = 0; i < count; i++) {
    size_t thread = (size_t)omp_get_thread_num();
    stage *own = &engine->stage[thread];
    place at = {.row = i / across * TILE_ROWS, .column = i % across * TILE_COLUMNS};
    at.rows = shorter(m->rows, at.row, TILE_ROWS);
    at.columns = shorter(m->columns, at.column, TILE_COLUMNS);
    for (at.layer = 0; at.layer < m->depth; at.layer += TILE_DEPTH) {
      at.depth = shorter(m->depth, at.layer, TILE_DEPTH);
      int now = (int)multiply_layer(engine, m, &at, own, thread);
      worst = now > worst ? now : worst;
    }
    deliver(engine, m, &at, own->c);
  }
  omp_set_num_threads(threads);
  return check((dnnl_status_t)worst, error);
}
