/* What the files of this folder share. */
#ifndef AG_GENERATOR_TRANSFORMER_PARTS_H
#define AG_GENERATOR_TRANSFORMER_PARTS_H

#include "generator/transformer/kernel.h"
#include "generator/transformer/matmul.h"
#include "generator/transformer/transformer.h"

/* A layer's tensors in their order; the table begins with the two embeddings. */
typedef enum ag_layer_part {
  AG_NORM_1,
  AG_NORM_1_BIAS,
  AG_ATTENTION,
  AG_ATTENTION_BIAS,
  AG_ATTENTION_OUT,
  AG_ATTENTION_OUT_BIAS,
  AG_NORM_2,
  AG_NORM_2_BIAS,
  AG_FEED,
  AG_FEED_BIAS,
  AG_FEED_OUT,
  AG_FEED_OUT_BIAS,
  AG_LAYER_PARTS
} ag_layer_part;

enum { AG_EMBEDDING = 0, AG_POSITION = 1, AG_LAYERS_FROM = 2 };
enum { AG_HEAD_TOKENS = 256, AG_VOCABULARY_STEP = 64 };

/* Arrays by token; those of [layers] exist once without training. `half` arrays hold
 * operands of products: bf16 or f32, as the model says. T: tokens, C: width. */
struct ag_transformer_work {
  ag_transformer_config config;
  bool half, training;
  size_t tokens; /* the most */
  size_t threads;
  ag_matmul_engine *engine;
  void *block;            /* everything below */
  float *stream;          /* [2 layers + 1, T, C] what the norms read */
  float *mean, *inverse;  /* [2 layers + 1, T] */
  char *norm_1, *norm_2;  /* half [layers, T, C] */
  char *mixed;            /* half [layers, T, C] attention's output */
  float *qkv;             /* [layers, T, 3 C] */
  char *feed;             /* half [layers, T, 4 C] before GELU */
  char *last;             /* half [T, C] the last norm's output */
  char *gelu, *wide_half; /* half [T, 4 C] */
  float *wide;            /* [T, 4 C] */
  float *narrow, *slope;  /* [T, C]; slope: the gradient of the residual stream */
  float *logits;          /* [min(T, AG_HEAD_TOKENS), padded vocabulary] */
  char *logit_slope;      /* half, the same shape */
  double *token_loss;     /* [T] */
  size_t *position;       /* [T] */
  float *scratch;         /* [threads, scratch_size] attention's */
  size_t scratch_size;
};

/* One pass over a batch. The first failure stays in status, and stops products. */
typedef struct ag_pass {
  const ag_transformer *model;
  ag_transformer_work *work;
  const ag_token_batch *batch;
  const ag_dropout *dropout; /* or NULL */
  const ag_transformer_kernels *kernels;
  size_t tokens;
  float *gradient;
  ag_status status;
  ag_error *error;
} ag_pass;

static inline size_t ag_vocabulary_padded(const ag_transformer_config *config)
{
  return (config->vocabulary + AG_VOCABULARY_STEP - 1) / AG_VOCABULARY_STEP * AG_VOCABULARY_STEP;
}

static inline size_t ag_layer_tensor(size_t layer, ag_layer_part part)
{
  return AG_LAYERS_FROM + layer * AG_LAYER_PARTS + (size_t)part;
}

/* A tensor as operand of products, and in f32. */
static inline const void *ag_operand(const ag_transformer *model, size_t tensor)
{
  size_t offset = model->tensor[tensor].offset;
  return model->half ? (const void *)(model->half_parameter + offset)
                     : (const void *)(model->parameter + offset);
}

static inline const float *ag_plain(const ag_transformer *model, size_t tensor)
{
  return model->parameter + model->tensor[tensor].offset;
}

/* Row i of an operand array with `columns` columns. */
static inline char *ag_half_row(const ag_transformer_work *work, char *array, size_t i,
                                size_t columns)
{
  return array + i * columns * (work->half ? 2 : 4);
}

/* A layer's part of an array: without training, all layers share one. */
static inline size_t ag_layer_row(const ag_transformer_work *work, size_t layer)
{
  return work->training ? layer * work->tokens : 0;
}

/* Whether so many numbers are worth waking threads for. */
static inline bool ag_worth_threads(size_t numbers)
{
  return numbers > 32768;
}

/* ag_array_create for arrays that are walked with large steps: on large pages where the
 * system has them. */
ag_status ag_large_create(size_t count, size_t size, void *array, ag_error *error);

void ag_pass_multiply(ag_pass *pass, const ag_matmul *product);
/* Where the batch does not fit the work or the model: AG_ERROR_INPUT. */
ag_status ag_pass_begin(ag_pass *pass, bool targets);
/* Up to the last norm. */
void ag_pass_forward(ag_pass *pass);
/* work->gelu of a layer. */
void ag_gelu_rows(const ag_pass *pass, size_t layer);
/* From work->narrow, the gradient of the last norm's output, to pass->gradient. */
void ag_pass_backward(ag_pass *pass);
/* y [tokens, width] in place: site 0 is the embedding, 1 + 2 layer attention, 2 + 2 layer
 * the feed-forward. */
void ag_pass_drop(const ag_pass *pass, size_t site, float *y);

/* Floats that a thread needs for sequences of this length. */
size_t ag_attention_scratch(const ag_transformer_config *config, size_t length, bool training);
/* work->mixed from work->qkv of a layer. */
void ag_attention_forward(ag_pass *pass, size_t layer);
/* work->wide [tokens, 3 C]: the gradient of qkv, from work->narrow, that of the output. */
void ag_attention_backward(ag_pass *pass, size_t layer);

/* A token from logits [vocabulary] by the settings' law, with u in (0, 1).
 * scratch: [vocabulary] floats and as many numbers. */
int32_t ag_token_draw(size_t vocabulary, const float *logits, const ag_token_sampling *settings,
                      double u, float *scratch, uint32_t *order);

/* What ag_transformer_work_create takes for activations. Given: a config that was checked. */
size_t ag_transformer_work_bytes(const ag_transformer_config *config, bool half, size_t tokens,
                                 bool training);

#endif
