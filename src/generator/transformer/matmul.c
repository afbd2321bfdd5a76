#include "generator/transformer/matmul.h"

#include <oneapi/dnnl/dnnl.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"

enum { PANEL_COLUMNS = 384, PANEL_ROWS = 1536, FLAT = 4, OPERANDS = 5 };

/* What a prepared panel depends on. */
typedef struct shape {
  size_t rows, columns, depth, step_a, step_b, step_c; /* steps: from row to row */
  bool turned_a, turned_b, half, half_c, add, bias;
} shape;

typedef struct panel {
  struct panel *next;
  shape shape;
  dnnl_primitive_t primitive;
  dnnl_memory_t *memory; /* [threads, OPERANDS]: a, b, c, bias, scratch */
  size_t scratch;
} panel;

struct ag_matmul_engine {
  dnnl_engine_t device;
  int threads;
  dnnl_stream_t *stream; /* [threads] */
  void **scratch;        /* [threads] */
  size_t scratch_size;   /* of each */
  panel *panels;
};

bool ag_matmul_prefers_half(void)
{
  dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  return isa == dnnl_cpu_isa_avx512_core_amx;
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

ag_status ag_matmul_engine_create(ag_matmul_engine **engine, ag_error *error)
{
  ag_matmul_engine *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for matrix products");
  made->threads = omp_get_max_threads();
  size_t threads = (size_t)made->threads;
  ag_status status = ag_array_create(threads, sizeof *made->stream, &made->stream, error);
  if (status == AG_OK)
    status = ag_array_create(threads, sizeof *made->scratch, &made->scratch, error);
  if (status != AG_OK)
    goto out;
  memset(made->stream, 0, threads * sizeof *made->stream);
  memset(made->scratch, 0, threads * sizeof *made->scratch);
  status = check(dnnl_engine_create(&made->device, dnnl_cpu, 0), error);
  for (size_t t = 0; t < threads && status == AG_OK; t++)
    status =
        check(dnnl_stream_create(&made->stream[t], made->device, dnnl_stream_default_flags), error);
out:
  if (status != AG_OK)
    ag_matmul_engine_free(made);
  else
    *engine = made;
  return status;
}

static void panel_free(panel *old, int threads)
{
  for (int i = 0; old->memory && i < threads * OPERANDS; i++)
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
  for (panel *next, *p = engine->panels; p; p = next) {
    next = p->next;
    panel_free(p, engine->threads);
  }
  for (int t = 0; t < engine->threads; t++) {
    if (engine->stream && engine->scratch && engine->stream[t])
      dnnl_stream_destroy(engine->stream[t]);
    if (engine->stream && engine->scratch)
      free(engine->scratch[t]);
  }
  if (engine->device)
    dnnl_engine_destroy(engine->device);
  free(engine->stream);
  free(engine->scratch);
  free(engine);
}

/* A matrix [rows, columns] with a step between rows; turned: between columns. */
static dnnl_status_t describe(dnnl_memory_desc_t *description, size_t rows, size_t columns,
                              size_t step, bool turned, bool half)
{
  dnnl_dims_t size = {(dnnl_dim_t)rows, (dnnl_dim_t)columns};
  dnnl_dims_t steps = {turned ? 1 : (dnnl_dim_t)step, turned ? (dnnl_dim_t)step : 1};
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

/* Makes the primitive and, for each thread, the memory objects that point to the data. */
static dnnl_status_t prepare(ag_matmul_engine *engine, panel *made)
{
  const shape *s = &made->shape;
  dnnl_memory_desc_t kind[OPERANDS - 1];
  dnnl_matmul_desc_t description;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t primitive = NULL;
  dnnl_status_t status = describe(&kind[0], s->rows, s->depth, s->step_a, s->turned_a, s->half);
  if (status == dnnl_success)
    status = describe(&kind[1], s->depth, s->columns, s->step_b, s->turned_b, s->half);
  if (status == dnnl_success)
    status = describe(&kind[2], s->rows, s->columns, s->step_c, false, s->half_c);
  if (status == dnnl_success)
    status = describe(&kind[3], 1, s->columns, s->columns, false, false);
  if (status == dnnl_success)
    status = dnnl_matmul_desc_init(&description, &kind[0], &kind[1], s->bias ? &kind[3] : NULL,
                                   &kind[2]);
  if (status == dnnl_success)
    status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success)
    status = dnnl_post_ops_create(&after);
  if (status == dnnl_success)
    status = set_attributes(attributes, after, s->add);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create(&primitive, &description, attributes, engine->device, NULL);
  if (status == dnnl_success)
    status = dnnl_primitive_create(&made->primitive, primitive);
  if (status == dnnl_success) {
    const dnnl_memory_desc_t *scratch =
        dnnl_primitive_desc_query_md(primitive, dnnl_query_scratchpad_md, 0);
    made->scratch = dnnl_memory_desc_get_size(scratch);
    for (int i = 0; i < engine->threads * OPERANDS && status == dnnl_success; i++) {
      int which = i % OPERANDS;
      if (which == 3 && !s->bias)
        continue;
      status = dnnl_memory_create(&made->memory[i], which < 4 ? &kind[which] : scratch,
                                  engine->device, DNNL_MEMORY_NONE);
    }
  }
  dnnl_primitive_desc_destroy(primitive);
  dnnl_post_ops_destroy(after);
  dnnl_primitive_attr_destroy(attributes);
  return status;
}

/* Scratch memory of every thread grows to size. */
static ag_status grow_scratch(ag_matmul_engine *engine, size_t size, ag_error *error)
{
  for (int t = 0; t < engine->threads && size > engine->scratch_size; t++) {
    void *larger;
    ag_status status = ag_array_create(size, 1, &larger, error);
    if (status != AG_OK)
      return status;
    free(engine->scratch[t]);
    engine->scratch[t] = larger;
  }
  if (size > engine->scratch_size)
    engine->scratch_size = size;
  return AG_OK;
}

static ag_status find_panel(ag_matmul_engine *engine, const shape *wanted, panel **found,
                            ag_error *error)
{
  for (panel *p = engine->panels; p; p = p->next)
    if (memcmp(&p->shape, wanted, sizeof *wanted) == 0) {
      *found = p;
      return AG_OK;
    }
  size_t count = (size_t)engine->threads * OPERANDS;
  panel *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a matrix product");
  ag_status status = ag_array_create(count, sizeof *made->memory, &made->memory, error);
  if (status == AG_OK) {
    memset(made->memory, 0, count * sizeof *made->memory);
    memcpy(&made->shape, wanted, sizeof *wanted);
    /* a panel is cut for one thread, whatever their number */
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    status = check(prepare(engine, made), error);
    omp_set_num_threads(threads);
  }
  if (status == AG_OK)
    status = grow_scratch(engine, made->scratch, error);
  if (status != AG_OK) {
    panel_free(made, engine->threads);
    return status;
  }
  made->next = engine->panels;
  engine->panels = made;
  *found = made;
  return AG_OK;
}

static dnnl_status_t run_panel(const ag_matmul_engine *engine, const panel *p,
                               const ag_matmul *product, size_t row, size_t column)
{
  size_t thread = (size_t)omp_get_thread_num(), size = product->half ? 2 : 4;
  dnnl_memory_t *memory = p->memory + thread * OPERANDS;
  const char *a = (const char *)product->a + size * row * (product->turned_a ? 1 : p->shape.step_a);
  const char *b =
      (const char *)product->b + size * column * (product->turned_b ? p->shape.step_b : 1);
  char *c = (char *)product->c + (product->half_c ? 2 : 4) * (row * p->shape.step_c + column);
  dnnl_memory_set_data_handle(memory[0], (void *)a);
  dnnl_memory_set_data_handle(memory[1], (void *)b);
  dnnl_memory_set_data_handle(memory[2], c);
  dnnl_memory_set_data_handle(memory[4], engine->scratch[thread]);
  dnnl_exec_arg_t argument[OPERANDS] = {{DNNL_ARG_SRC, memory[0]},
                                        {DNNL_ARG_WEIGHTS, memory[1]},
                                        {DNNL_ARG_DST, memory[2]},
                                        {DNNL_ARG_SCRATCHPAD, memory[4]}};
  if (product->bias) {
    dnnl_memory_set_data_handle(memory[3], (void *)(product->bias + column));
    argument[4] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, memory[3]};
  }
  return dnnl_primitive_execute(p->primitive, engine->stream[thread], product->bias ? 5 : 4,
                                argument);
}

ag_status ag_matmul_run(ag_matmul_engine *engine, const ag_matmul *product, ag_error *error)
{
  const ag_matmul *m = product;
  bool by_rows = m->rows >= FLAT * m->columns;
  size_t length = by_rows ? m->rows : m->columns;
  size_t step = by_rows ? PANEL_ROWS : PANEL_COLUMNS, count = (length + step - 1) / step;
  size_t last = length - (count - 1) * step;
  shape wanted;
  memset(&wanted, 0, sizeof wanted); /* compared as bytes */
  wanted.rows = by_rows && count > 1 ? step : m->rows;
  wanted.columns = !by_rows && count > 1 ? step : m->columns;
  wanted.depth = m->depth;
  wanted.step_a = m->turned_a ? m->rows : m->depth;
  wanted.step_b = m->turned_b ? m->depth : m->columns;
  wanted.step_c = m->columns;
  wanted.turned_a = m->turned_a;
  wanted.turned_b = m->turned_b;
  wanted.half = m->half;
  wanted.half_c = m->half_c;
  wanted.add = m->add;
  wanted.bias = m->bias != NULL;
  panel *whole, *rest;
  ag_status status = find_panel(engine, &wanted, &whole, error);
  *(by_rows ? &wanted.rows : &wanted.columns) = last;
  if (status == AG_OK)
    status = find_panel(engine, &wanted, &rest, error);
  if (status != AG_OK)
    return status;
  int worst = dnnl_success;
#pragma omp parallel for schedule(dynamic, 1) num_threads(engine->threads) if (count > 1)          \
    reduction(max                                                                                  \
              : worst)
  for (size_t i = 0; i < count; i++) {
    int now = (int)run_panel(engine, i + 1 < count ? whole : rest, m, by_rows ? i * step : 0,
                             by_rows ? 0 : i * step);
    worst = now > worst ? now : worst;
  }
  return check((dnnl_status_t)worst, error);
}
