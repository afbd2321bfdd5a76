#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/threads.h"
#include "generator/transformer/parts.h"

ag_status ag_large_create(size_t count, size_t size, void *array, ag_error *error)
{
  enum { PAGE = 1 << 21 };
  ag_status status = ag_array_create(count, size, array, error);
  char *begin;
  memcpy(&begin, array, sizeof begin);
  if (status == AG_OK && count * size >= 4 * (size_t)PAGE) {
    uintptr_t from = ((uintptr_t)begin + PAGE - 1) / PAGE * PAGE;
    uintptr_t to = ((uintptr_t)begin + count * size) / PAGE * PAGE;
    madvise((void *)from, to - from, MADV_HUGEPAGE); /* no more than a wish */
  }
  return status;
}

/* Takes count elements from the block; without one (base NULL) only counts bytes. */
typedef struct carver {
  char *base;
  size_t used;
} carver;

static void *carve(carver *from, size_t count, size_t size)
{
  void *here = from->base ? from->base + from->used : NULL;
  from->used += (count * size + 63) / 64 * 64;
  return here;
}

static void lay_out(ag_transformer_work *w, carver *from)
{
  const ag_transformer_config *c = &w->config;
  size_t t = w->tokens, width = c->width, half = w->half ? 2 : 4;
  size_t layers = w->training ? c->layers : 1, norms = w->training ? 2 * c->layers + 1 : 1;
  size_t head = t < AG_HEAD_TOKENS ? t : AG_HEAD_TOKENS;
  size_t length = t < c->context ? t : c->context;
  w->stream = carve(from, norms * t * width, sizeof *w->stream);
  w->mean = carve(from, norms * t, sizeof *w->mean);
  w->inverse = carve(from, norms * t, sizeof *w->inverse);
  w->norm_1 = carve(from, layers * t * width, half);
  w->norm_2 = carve(from, layers * t * width, half);
  w->mixed = carve(from, layers * t * width, half);
  w->qkv = carve(from, layers * t * 3 * width, sizeof *w->qkv);
  w->feed = carve(from, layers * t * 4 * width, half);
  w->last = carve(from, t * width, half);
  w->gelu = carve(from, t * 4 * width, half);
  w->narrow = carve(from, t * width, sizeof *w->narrow);
  w->logits = carve(from, head * ag_vocabulary_padded(c), sizeof *w->logits);
  w->token_loss = carve(from, t, sizeof *w->token_loss);
  w->position = carve(from, t, sizeof *w->position);
  w->scratch_size = ag_attention_scratch(c, length, w->training);
  w->scratch = carve(from, w->threads * w->scratch_size, sizeof *w->scratch);
  if (!w->training)
    return;
  w->wide_half = carve(from, t * 4 * width, half);
  w->wide = carve(from, t * 4 * width, sizeof *w->wide);
  w->slope = carve(from, t * width, sizeof *w->slope);
  w->logit_slope = carve(from, head * ag_vocabulary_padded(c), half);
}

size_t ag_transformer_work_bytes(const ag_transformer_config *config, bool half, size_t tokens,
                                 bool training)
{
  ag_transformer_work planned = {.config = *config,
                                 .half = half,
                                 .training = training,
                                 .tokens = tokens,
                                 .threads = (size_t)omp_get_max_threads()};
  carver counting = {NULL, 0};
  lay_out(&planned, &counting);
  return counting.used;
}

ag_status ag_transformer_work_create(const ag_transformer *model, size_t tokens, bool training,
                                     ag_transformer_work **work, ag_error *error)
{
  if (tokens < 1 || tokens > (size_t)1 << 28)
    return ag_fail(error, AG_ERROR_INPUT, "a batch of up to %zu tokens is not supported", tokens);
  size_t bytes = ag_transformer_work_bytes(&model->config, model->half, tokens, training);
  char what[64];
  snprintf(what, sizeof what, "the activations of %zu tokens", tokens);
  ag_status status = ag_memory_expect((double)bytes, what, error);
  if (status != AG_OK)
    return status;
  ag_transformer_work *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a transformer's activations");
  made->config = model->config;
  made->half = model->half;
  made->training = training;
  made->tokens = tokens;
  made->threads = (size_t)omp_get_max_threads();
  status = ag_large_create(bytes, 1, &made->block, error);
  if (status == AG_OK)
    status = ag_matmul_engine_create(&made->engine, error);
  if (status != AG_OK) {
    ag_transformer_work_free(made);
    return status;
  }
  carver taking = {made->block, 0};
  lay_out(made, &taking);
  *work = made;
  return AG_OK;
}

void ag_transformer_work_free(ag_transformer_work *work)
{
  if (!work)
    return;
  ag_matmul_engine_free(work->engine);
  free(work->block);
  free(work);
}
