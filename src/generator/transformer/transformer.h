/* GPT-2, at any size: learned positions, layer norms before the blocks, GELU by tanh, and a
 * head that shares the embedding's matrix (Radford et al., 2019). Weights and the
 * optimiser are f32; matrix products take bf16 where the processor is made for it.
 *
 * Every result is the same bits for any number of threads on one type of processor. */
#ifndef AG_GENERATOR_TRANSFORMER_TRANSFORMER_H
#define AG_GENERATOR_TRANSFORMER_TRANSFORMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "base/status.h"
#include "base/watch.h"

typedef struct ag_transformer_config {
  size_t vocabulary, context, width, layers, heads; /* heads divides width */
} ag_transformer_config;

/* How matrix products are taken; results differ by the rounding of their operands. */
typedef enum ag_precision {
  AG_PRECISION_FASTEST, /* bf16 where the processor has its instructions, or f32 */
  AG_PRECISION_FLOAT,
  AG_PRECISION_HALF
} ag_precision;

enum { AG_TENSOR_NAME_SIZE = 48 };

/* A tensor with Hugging Face's name and shape: [rows, columns], or [columns] with rank 1. */
typedef struct ag_transformer_tensor {
  char name[AG_TENSOR_NAME_SIZE];
  size_t rank, rows, columns;
  size_t offset; /* in the block of parameters */
  bool decays;   /* weight decay is for matrices */
} ag_transformer_tensor;

/* Read only, but for the numbers in parameter. Owner: whoever created it. */
typedef struct ag_transformer {
  ag_transformer_config config;
  bool half;
  size_t tensor_count;
  ag_transformer_tensor *tensor; /* [tensor_count] in the block's order */
  size_t size;                   /* of the block, with the gaps between tensors (zeros) */
  float *parameter;              /* [size] */
  uint16_t *half_parameter;      /* [size] the same in bf16, or NULL */
} ag_transformer;

/* Refuses, before any work, the training of a model that will not find the memory: its own, so many
 * bytes a parameter besides, and activations of so many tokens.
 * Status: AG_ERROR_INPUT (as ag_transformer_create), AG_ERROR_MEMORY, with the numbers. */
ag_status ag_transformer_expect(const ag_transformer_config *config, ag_precision precision,
                                size_t besides, size_t tokens, ag_error *error);

/* All parameters zero. Given: config, checked here.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. Cost in memory: 4 bytes a parameter, 6 with bf16.
 * free of a cleared struct is legal. */
ag_status ag_transformer_create(const ag_transformer_config *config, ag_precision precision,
                                ag_transformer *model, ag_error *error);
void ag_transformer_free(ag_transformer *model);

/* The tensor of that name, or NULL. */
const ag_transformer_tensor *ag_transformer_find(const ag_transformer *model, const char *name);

/* Starts a model as GPT-2 is started: normal with deviation 0.02, the projections into the
 * residual stream 0.02 / sqrt(2 layers), gains one, biases zero. */
void ag_transformer_randomize(ag_transformer *model, const ag_random_key *key);

/* To be called after writing to parameter: brings the bf16 copy up to date. */
void ag_transformer_refresh(ag_transformer *model);

/* Sequences behind one another; attention does not cross from one into another. */
typedef struct ag_token_batch {
  size_t sequences;
  const size_t *start;   /* [sequences + 1], from 0; each length within 1 … context */
  const int32_t *token;  /* [start[sequences]] */
  const int32_t *target; /* the same length: what comes next; below 0: not counted */
} ag_token_batch;

/* How many targets are counted. */
size_t ag_token_batch_targets(const ag_token_batch *batch);

/* Memory for activations, and the prepared matrix products. One caller at a time. */
typedef struct ag_transformer_work ag_transformer_work;

/* Room for batches of up to `tokens` tokens, for this model or any of its config.
 * Memory with training (bytes): tokens (34 width layers + 46 width), and for the head
 * 6 vocabulary min(tokens, 256); in f32: 48, 64 and 8.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INTERNAL. free(NULL) is legal. */
ag_status ag_transformer_work_create(const ag_transformer *model, size_t tokens, bool training,
                                     ag_transformer_work **work, ag_error *error);
void ag_transformer_work_free(ag_transformer_work *work);

/* logits [tokens, vocabulary]. target is not read.
 * Status: AG_ERROR_INPUT for a batch that does not fit, AG_ERROR_MEMORY, AG_ERROR_INTERNAL. */
ag_status ag_transformer_logits(const ag_transformer *model, ag_transformer_work *work,
                                const ag_token_batch *batch, float *logits, ag_error *error);

/* loss: the sum of -log p(target) over counted targets (nats), count: how many.
 * Status: as ag_transformer_logits. */
ag_status ag_transformer_loss(const ag_transformer *model, ag_transformer_work *work,
                              const ag_token_batch *batch, double *loss, size_t *count,
                              ag_error *error);

/* What a training pass drops: each element with this probability (to 2^-16), of the
 * embedding, of attention's output and of the feed-forward's. key: of this step. */
typedef struct ag_dropout {
  double rate;
  ag_random_key key;
} ag_dropout;

/* The gradient of the mean loss over counted targets.
 * Given: dropout, or NULL for none; work for training; gradient [size], zero in its gaps.
 * Returned: gradient; loss: the mean. Status: as above; AG_ERROR_INPUT without a target. */
ag_status ag_transformer_gradient(const ag_transformer *model, ag_transformer_work *work,
                                  const ag_token_batch *batch, const ag_dropout *dropout,
                                  float *gradient, double *loss, ag_error *error);

/* AdamW (Loshchilov and Hutter, 2019) with clipping and a rate that rises linearly over the
 * first `warm_up` steps and falls linearly to zero at `steps` (0: stays). */
typedef struct ag_adamw {
  double rate, beta1, beta2, epsilon, decay;
  double clip; /* the gradient's largest norm; 0: any */
  size_t warm_up, steps;
} ag_adamw;

extern const ag_adamw ag_adamw_default; /* rate 5e-5, 0.9, 0.999, 1e-8, 0.01, clip 1 */

/* The rate of step 0, 1, … */
double ag_adamw_rate(const ag_adamw *settings, size_t step);

/* The optimiser's memory, and its bytes a parameter. */
enum { AG_TRAINER_BYTES = 12 };
typedef struct ag_trainer {
  size_t step;     /* taken so far */
  size_t size;     /* as the model's */
  float *gradient; /* [size] each */
  float *first, *second;
  double norm; /* of the last gradient, before clipping */
} ag_trainer;

ag_status ag_trainer_create(const ag_transformer *model, ag_trainer *trainer, ag_error *error);
void ag_trainer_free(ag_trainer *trainer);

/* One step with trainer->gradient; parameters and their bf16 copy change. A gradient that is
 * not finite changes nothing: AG_ERROR_INPUT. */
ag_status ag_trainer_update(ag_trainer *trainer, const ag_adamw *settings, ag_transformer *model,
                            ag_error *error);

/* Gradient and update; loss: the mean before the step. */
ag_status ag_trainer_step(ag_trainer *trainer, const ag_adamw *settings, ag_transformer *model,
                          ag_transformer_work *work, const ag_token_batch *batch,
                          const ag_dropout *dropout, double *loss, ag_error *error);

typedef struct ag_token_sampling {
  double temperature;    /* > 0; 0: the likeliest token (the first of equals) */
  size_t top_k;          /* 0: all */
  double top_p;          /* in (0, 1] */
  size_t batch;          /* sequences side by side */
  size_t length;         /* most tokens of a sequence, prompt included; at most the context */
  int32_t stop;          /* ends a sequence and is kept; below 0: none */
  const ag_watch *watch; /* asked with every token whether to stop; or NULL */
} ag_token_sampling;

/* Continues `count` prompts. Item i uses numbers of its own (key, i), and so depends on
 * the batch only through the rounding of products.
 * Given: prompt: start and token of as many sequences, each of at least one token, shorter
 * than length. Returned: token [count, length], sizes [count] (prompt included).
 * Memory: batch (4 length width layers + 4 vocabulary) bytes for the time of the call; in
 * f32: 8 for 4.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY, AG_ERROR_INTERNAL, AG_ERROR_INTERRUPTED. */
ag_status ag_transformer_sample(const ag_transformer *model, const ag_token_sampling *settings,
                                const ag_token_batch *prompt, const ag_random_key *key,
                                int32_t *token, size_t *sizes, ag_error *error);

#endif
