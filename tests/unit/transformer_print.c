/* Prints what a small random transformer computes, for test_transformer_torch.py:
 *   transformer_print VOCABULARY CONTEXT WIDTH LAYERS HEADS float|half SEED STEPS
 * A line an array: its name, its shape, a colon, its numbers in hexadecimal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/transformer/transformer.h"

enum { SEQUENCES = 5 };

/* Steep rates, a large epsilon (a gradient that is zero by symmetry must not become a full
 * step by its rounding), and a clip that acts. Python has the same numbers. */
static const ag_adamw settings = {.rate = 0.01,
                                  .beta1 = 0.9,
                                  .beta2 = 0.95,
                                  .epsilon = 1e-3,
                                  .decay = 0.1,
                                  .clip = 0.5,
                                  .warm_up = 5,
                                  .steps = 25};

typedef struct play {
  ag_transformer model;
  ag_transformer_work *work;
  ag_trainer trainer;
  size_t start[SEQUENCES + 1];
  int32_t *token, *target;
  ag_token_batch batch;
} play;

static void must(ag_status status, const ag_error *error)
{
  if (status != AG_OK) {
    fprintf(stderr, "%s\n", error->message);
    exit(1);
  }
}

/* rows 0: a vector. */
static void print_floats(const char *kind, const char *name, size_t rows, size_t columns,
                         const float *x)
{
  printf("%s%s", kind, name);
  if (rows > 0)
    printf(" %zu", rows);
  printf(" %zu :", columns);
  for (size_t i = 0; i < (rows ? rows : 1) * columns; i++)
    printf(" %a", (double)x[i]);
  putchar('\n');
}

static void print_integers(const char *name, size_t count, const int32_t *x)
{
  printf("%s %zu :", name, count);
  for (size_t i = 0; i < count; i++)
    printf(" %d", (int)x[i]);
  putchar('\n');
}

/* A block of parameters or of their gradients, tensor by tensor. */
static void print_block(const play *p, const char *kind, const float *block)
{
  for (size_t i = 0; i < p->model.tensor_count; i++) {
    const ag_transformer_tensor *t = &p->model.tensor[i];
    print_floats(kind, t->name, t->rank == 2 ? t->rows : 0, t->columns, block + t->offset);
  }
}

/* Gains about one, everything else about zero, all of it well scattered. */
static void scatter(play *p, uint64_t seed)
{
  ag_random random = ag_random_start(seed, AG_RANDOM_INITIAL, 0);
  for (size_t i = 0; i < p->model.tensor_count; i++) {
    const ag_transformer_tensor *t = &p->model.tensor[i];
    bool gain = t->rank == 1 && strstr(t->name, "ln_") && strstr(t->name, "weight");
    for (size_t j = 0; j < t->rows * t->columns; j++)
      p->model.parameter[t->offset + j] = (float)(gain + 0.2 * ag_random_normal(&random));
  }
  ag_transformer_refresh(&p->model);
}

/* Sequences of 1 … context tokens, the longest first; one target in eight does not count. */
static void make_batch(play *p, uint64_t seed)
{
  const ag_transformer_config *c = &p->model.config;
  ag_random random = ag_random_start(seed, AG_RANDOM_INITIAL, 1);
  for (size_t s = 0; s < SEQUENCES; s++)
    p->start[s + 1] = p->start[s] + (s ? 1 + ag_random_below(&random, c->context) : c->context);
  size_t count = p->start[SEQUENCES];
  p->token = malloc(count * sizeof *p->token);
  p->target = malloc(count * sizeof *p->target);
  for (size_t i = 0; i < count; i++) {
    p->token[i] = (int32_t)ag_random_below(&random, c->vocabulary);
    p->target[i] = i % 8 == 7 ? -1 : (int32_t)ag_random_below(&random, c->vocabulary);
  }
  p->batch = (ag_token_batch){SEQUENCES, p->start, p->token, p->target};
}

static void print_pass(play *p)
{
  ag_error error;
  size_t count = p->start[SEQUENCES], vocabulary = p->model.config.vocabulary;
  float *logits = malloc(count * vocabulary * sizeof *logits);
  double loss;
  must(ag_transformer_logits(&p->model, p->work, &p->batch, logits, &error), &error);
  print_floats("", "logits", count, vocabulary, logits);
  must(ag_transformer_gradient(&p->model, p->work, &p->batch, NULL, p->trainer.gradient, &loss,
                               &error),
       &error);
  printf("loss 1 : %a\n", loss);
  print_block(p, "gradient:", p->trainer.gradient);
  free(logits);
}

static void print_steps(play *p, size_t steps)
{
  ag_error error;
  for (size_t i = 0; i < steps; i++) {
    double loss;
    must(
        ag_trainer_step(&p->trainer, &settings, &p->model, p->work, &p->batch, NULL, &loss, &error),
        &error);
    printf("step:%zu 2 : %a %a\n", i, loss, p->trainer.norm);
  }
  print_block(p, "after:", p->model.parameter);
}

int main(int count, char **word)
{
  if (count != 9)
    return 2;
  size_t number[8];
  for (int i = 0; i < 8; i++)
    number[i] = strtoull(word[i + 1], NULL, 10);
  ag_transformer_config config = {number[0], number[1], number[2], number[3], number[4]};
  ag_precision precision = strcmp(word[6], "half") == 0 ? AG_PRECISION_HALF : AG_PRECISION_FLOAT;
  ag_error error;
  play p = {.work = NULL};
  must(ag_transformer_create(&config, precision, &p.model, &error), &error);
  scatter(&p, number[6]);
  make_batch(&p, number[6]);
  must(ag_transformer_work_create(&p.model, p.start[SEQUENCES], true, &p.work, &error), &error);
  must(ag_trainer_create(&p.model, &p.trainer, &error), &error);
  int32_t start[SEQUENCES + 1];
  for (size_t s = 0; s <= SEQUENCES; s++)
    start[s] = (int32_t)p.start[s];
  print_integers("start", SEQUENCES + 1, start);
  print_integers("token", p.start[SEQUENCES], p.token);
  print_integers("target", p.start[SEQUENCES], p.target);
  print_block(&p, "before:", p.model.parameter);
  print_pass(&p);
  print_steps(&p, number[7]);
  ag_transformer_work_free(p.work);
  ag_trainer_free(&p.trainer);
  ag_transformer_free(&p.model);
  free(p.token);
  free(p.target);
  return 0;
}
