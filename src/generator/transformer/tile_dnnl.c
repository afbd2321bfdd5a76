/* Tiles by oneDNN; the one file that knows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/guard.h"
#include "base/memory.h"
#include "generator/transformer/dnnl_versions.h"
#include "generator/transformer/kernel.h"
#include "generator/transformer/tile.h"

enum { OPERANDS = 4 }; /* a, b, c, oneDNN's scratch */

struct ag_tile_engine {
  dnnl_engine_t device;
  size_t threads;
  dnnl_stream_t *stream; /* [threads] */
};

struct ag_tile {
  const ag_tile_engine *engine;
  dnnl_primitive_t primitive;
  dnnl_memory_t *memory; /* [threads, OPERANDS] */
};

void ag_tile_describe(char *text, size_t size)
{
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, size, "oneDNN %d.%d.%d", version->major, version->minor, version->patch);
}

static int ask_processor(void *context)
{
  *(unsigned *)context = (unsigned)dnnl_get_effective_cpu_isa();
  return 0;
}

/* An instruction set holds another where it has all its bits. oneDNN needs a few bytes to answer:
 * where there are none even for a second time, nothing that follows will find any. */
static bool processor_has(unsigned least)
{
  unsigned has = 0;
  if (ag_guard(ask_processor, &has) != 0)
    ag_guard(ask_processor, &has);
  return (has & least) == least;
}

bool ag_tile_prefers_half(void)
{
  return processor_has(dnnl_cpu_isa_avx512_core_bf16);
}

bool ag_tile_takes_half(void)
{
  return processor_has(dnnl_cpu_isa_avx512_core);
}

ag_status ag_tile_check(int outcome, ag_error *error)
{
  if (outcome == dnnl_success)
    return AG_OK;
  if (outcome == dnnl_out_of_memory || outcome == AG_GUARD_MEMORY || outcome == AG_GUARD_CRASHED)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  return ag_fail(error, AG_ERROR_INTERNAL, "oneDNN refuses a matrix product (status %d)", outcome);
}

/* oneDNN throws where memory fails, or writes to what it has not got. In the second case nobody
 * knows what it holds, and it is not asked again. One at a time. */
static ag_status make_safely(int (*make)(void *context), void *context, ag_error *error)
{
  static bool lost;
  int outcome = AG_GUARD_CRASHED;
#pragma omp critical(ag_onednn)
  {
    if (!lost)
      outcome = ag_guard_crash(make, context);
    lost = outcome == AG_GUARD_CRASHED;
  }
  return ag_tile_check(outcome, error);
}

static int make_engine(void *context)
{
  ag_tile_engine *made = context;
  dnnl_status_t status = dnnl_engine_create(&made->device, dnnl_cpu, 0);
  for (size_t t = 0; t < made->threads && status == dnnl_success; t++)
    status = dnnl_stream_create(&made->stream[t], made->device, dnnl_stream_default_flags);
  return (int)status;
}

ag_status ag_tile_engine_create(size_t threads, ag_tile_engine **engine, ag_error *error)
{
  ag_tile_engine *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for matrix products");
  ag_status status = ag_array_create(threads, sizeof *made->stream, &made->stream, error);
  if (status == AG_OK) {
    made->threads = threads;
    memset(made->stream, 0, threads * sizeof *made->stream);
    status = make_safely(make_engine, made, error);
  }
  if (status != AG_OK)
    ag_tile_engine_free(made);
  else
    *engine = made;
  return status;
}

void ag_tile_engine_free(ag_tile_engine *engine)
{
  if (!engine)
    return;
  for (size_t t = 0; t < engine->threads; t++)
    if (engine->stream[t])
      dnnl_stream_destroy(engine->stream[t]);
  if (engine->device)
    dnnl_engine_destroy(engine->device);
  free(engine->stream);
  free(engine);
}

void ag_tile_free(ag_tile *tile)
{
  if (!tile)
    return;
  for (size_t i = 0; tile->memory && i < tile->engine->threads * OPERANDS; i++)
    if (tile->memory[i])
      dnnl_memory_destroy(tile->memory[i]);
  if (tile->primitive)
    dnnl_primitive_destroy(tile->primitive);
  free(tile->memory);
  free(tile);
}

/* A dense matrix [rows, columns]; turned: stored the other way. */
static dnnl_status_t describe(dnnl_memory_desc_t *description, size_t rows, size_t columns,
                              bool turned, bool half)
{
  dnnl_dims_t size = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
  dnnl_dims_t steps = {turned ? 1 : (dnnl_dim_t)columns, turned ? (dnnl_dim_t)rows : 1};
  return describe_steps(description, size, half ? dnnl_bf16 : dnnl_f32, steps);
}

static dnnl_status_t set_attributes(dnnl_primitive_attr_t attributes, dnnl_post_ops_t after,
                                    bool add)
{
  dnnl_status_t status =
      dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (status == dnnl_success && add)
    status = append_sum(after);
  if (status == dnnl_success && add)
    status = dnnl_primitive_attr_set_post_ops(attributes, after);
  return status;
}

/* The width of blocks [depth / 32, 16, width, 2] in which oneDNN wants the right operand;
 * 0: it is in another order. */
static dnnl_status_t find_block(const dnnl_memory_desc_t *right, size_t widest, size_t *width)
{
  dnnl_layout is;
  dnnl_status_t status = description_layout(right, &is);
  *width = 0;
  if (status != dnnl_success || is.count != 3 || is.axis[0] != 0 || is.axis[1] != 1 ||
      is.axis[2] != 0 || is.block[0] != AG_TILE_PAIRS || is.block[2] != AG_TILE_PAIR ||
      is.block[1] % AG_LANES != 0)
    return status;
  dnnl_dim_t size = AG_TILE_PAIR * AG_TILE_PAIRS * is.block[1];
  bool plain = is.step[0] == size &&
               is.step[1] == is.padded[0] / (AG_TILE_PAIR * AG_TILE_PAIRS) * size &&
               is.padded[1] <= (dnnl_dim_t)widest;
  *width = plain ? (size_t)is.block[1] : 0;
  return dnnl_success;
}

/* A description of the product of operands `kind`; with half operands the right one first
 * as oneDNN wants it. */
static dnnl_status_t describe_product(const ag_tile_engine *engine, const ag_tile_shape *s,
                                      size_t widest, dnnl_memory_desc_t kind[OPERANDS],
                                      dnnl_primitive_attr_t attributes,
                                      dnnl_primitive_desc_t *primitive, size_t *block)
{
  dnnl_dims_t size = {(dnnl_dim_t)s->depth, (dnnl_dim_t)s->columns};
  for (int wish = s->half; wish >= 0; wish--) {
    description_free(&kind[1]);
    dnnl_status_t status = wish ? describe_any(&kind[1], size, dnnl_bf16)
                                : describe(&kind[1], s->depth, s->columns, s->turned_b, s->half);
    if (status == dnnl_success)
      status = create_product(primitive, engine->device, kind, attributes);
    if (status == dnnl_success)
      status = description_of(*primitive, dnnl_query_weights_md, &kind[1]);
    if (status == dnnl_success)
      status = find_block(&kind[1], widest, block);
    if (status != dnnl_success || !wish || *block > 0)
      return status;
    dnnl_primitive_desc_destroy(*primitive);
    *primitive = NULL;
  }
  return dnnl_runtime_error;
}

typedef struct execution {
  const ag_tile *tile;
  size_t thread;
  void *data[OPERANDS];
} execution;

static int execute(void *context)
{
  static const int name[OPERANDS] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST,
                                     DNNL_ARG_SCRATCHPAD};
  const execution *e = context;
  dnnl_exec_arg_t argument[OPERANDS];
  for (size_t i = 0; i < OPERANDS; i++) {
    argument[i] = (dnnl_exec_arg_t){name[i], e->tile->memory[e->thread * OPERANDS + i]};
    dnnl_memory_set_data_handle(argument[i].memory, e->data[i]);
  }
  return (int)dnnl_primitive_execute(e->tile->primitive, e->tile->engine->stream[e->thread],
                                     OPERANDS, argument);
}

/* Runs a product on zeros: oneDNN makes some of its code at the first run. */
static dnnl_status_t run_once(const ag_tile *tile, const dnnl_memory_desc_t kind[OPERANDS])
{
  execution e = {.tile = tile};
  dnnl_status_t status = dnnl_success;
  for (size_t i = 0; i < OPERANDS && status == dnnl_success; i++)
    if (ag_array_create(description_size(&kind[i]) + 1, 1, &e.data[i], NULL) == AG_OK)
      memset(e.data[i], 0, description_size(&kind[i]));
    else
      status = dnnl_out_of_memory;
  if (status == dnnl_success)
    status = (dnnl_status_t)execute(&e);
  for (size_t i = 0; i < OPERANDS; i++)
    free(e.data[i]);
  return status;
}

/* The primitive from its description and, for each thread, the memory objects that point to
 * the data. */
static dnnl_status_t make_primitive(const ag_tile_engine *engine, ag_tile *made,
                                    dnnl_primitive_desc_t primitive,
                                    dnnl_memory_desc_t kind[OPERANDS], size_t *scratch)
{
  dnnl_status_t status = dnnl_primitive_create(&made->primitive, primitive);
  if (status == dnnl_success)
    status = description_of(primitive, dnnl_query_scratchpad_md, &kind[3]);
  if (status == dnnl_success)
    *scratch = description_size(&kind[3]);
  for (size_t i = 0; i < engine->threads * OPERANDS && status == dnnl_success; i++)
    status = create_memory(&made->memory[i], &kind[i % OPERANDS], engine->device);
  return status;
}

static dnnl_status_t prepare(const ag_tile_engine *engine, const ag_tile_shape *s, size_t widest,
                             ag_tile *made, size_t *block, size_t *scratch)
{
  dnnl_memory_desc_t kind[OPERANDS] = {0};
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
    status = describe_product(engine, s, widest, kind, attributes, &primitive, block);
  if (status == dnnl_success)
    status = make_primitive(engine, made, primitive, kind, scratch);
  if (status == dnnl_success)
    status = run_once(made, kind);
  dnnl_primitive_desc_destroy(primitive);
  dnnl_post_ops_destroy(after);
  dnnl_primitive_attr_destroy(attributes);
  for (size_t i = 0; i < OPERANDS; i++)
    description_free(&kind[i]);
  return status;
}

typedef struct preparation {
  const ag_tile_engine *engine;
  const ag_tile_shape *shape;
  size_t widest;
  ag_tile *made;
  size_t *block, *scratch;
} preparation;

static int make_tile(void *context)
{
  const preparation *p = context;
  return (int)prepare(p->engine, p->shape, p->widest, p->made, p->block, p->scratch);
}

ag_status ag_tile_create(const ag_tile_engine *engine, const ag_tile_shape *shape, size_t widest,
                         ag_tile **tile, size_t *block, size_t *scratch, ag_error *error)
{
  size_t count = engine->threads * OPERANDS;
  ag_tile *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  made->engine = engine;
  ag_status status = ag_array_create(count, sizeof *made->memory, &made->memory, error);
  if (status == AG_OK) {
    memset(made->memory, 0, count * sizeof *made->memory);
    preparation all = {engine, shape, widest, made, block, scratch};
    status = make_safely(make_tile, &all, error);
  }
  if (status != AG_OK)
    ag_tile_free(made);
  else
    *tile = made;
  return status;
}

int ag_tile_run(const ag_tile *tile, size_t thread, const void *a, const void *b, float *c,
                void *scratch)
{
  execution e = {tile, thread, {(void *)a, (void *)b, c, scratch}};
  return ag_guard(execute, &e);
}
