/* GPT-2 with 124 million random weights, timed. Prints one line of JSON.
 * usage: transformer train SEQUENCES LENGTH STEPS
 *        transformer sample BATCH LENGTH
 * tokens_per_s is of the median step (train) or of the whole call (sample). limit is
 * what the measured products and memory bandwidth allow: for a training step 6 operations
 * a weight and token, and 38 bytes a weight for the gradient and the optimiser; for sampling 2
 * operations, and 2 bytes a weight and step. */
#include <sys/resource.h>

#include "bench/made_game.h"
#include "generator/transformer/matmul.h"
#include "generator/transformer/transformer.h"

static const ag_transformer_config GPT2 = {50257, 1024, 768, 12, 12};
static const ag_random_key KEY = {.seed = 1};

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Operations a second of products [rows, 768] by [768, 3072], best of some. */
static double product_speed(const ag_transformer *model, size_t rows)
{
  ag_error error;
  ag_matmul_engine *engine;
  char *x;
  size_t size = model->half ? 2 : 4, depth = 768, columns = 3072;
  double best = INFINITY;
  must(ag_matmul_engine_create(&engine, &error), &error);
  must(ag_array_create(rows * (depth + columns) + depth * columns, size, &x, &error), &error);
  memset(x, 0, (rows * (depth + columns) + depth * columns) * size);
  ag_matmul product = {.rows = rows,
                       .columns = columns,
                       .depth = depth,
                       .a = x,
                       .b = x + rows * depth * size,
                       .c = x + (rows + columns) * depth * size,
                       .half = model->half,
                       .half_c = model->half};
  for (int round = 0; round < 20; round++) {
    double begin = seconds_now();
    must(ag_matmul_run(engine, &product, &error), &error);
    best = fmin(best, seconds_now() - begin);
  }
  free(x);
  ag_matmul_engine_free(engine);
  return 2 * (double)(rows * depth * columns) / best;
}

/* Bytes a second, read and written, of y += x over arrays far larger than any cache. */
static double bandwidth(void)
{
  enum { N = 1 << 26 };
  ag_error error;
  float *x;
  double best = INFINITY;
  must(ag_array_create(2 * (size_t)N, sizeof *x, &x, &error), &error);
  memset(x, 0, 2 * (size_t)N * sizeof *x);
  float *y = x + N;
  for (int round = 0; round < 4; round++) {
    double begin = seconds_now();
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < N; i++)
      y[i] += x[i];
    best = fmin(best, seconds_now() - begin);
  }
  free(x);
  return 12.0 * N / best;
}

/* Bytes that the process has had so far. */
static double peak_memory(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * (double)usage.ru_maxrss;
}

static void report(const char *what, double speed, double limit, double products, double bytes,
                   double memory)
{
  printf("{\"what\": \"%s\", \"tokens_per_s\": %.1f, \"limit\": %.1f, \"share\": %.3f, "
         "\"product_gflops\": %.0f, \"bandwidth_gb\": %.1f, \"peak_memory\": %.0f}\n",
         what, speed, limit, speed / limit, products / 1e9, bytes / 1e9, memory);
}

static void time_training(ag_transformer *model, size_t sequences, size_t length, size_t steps)
{
  ag_error error;
  ag_transformer_work *work;
  ag_trainer trainer;
  size_t tokens = sequences * length, *start;
  int32_t *token;
  double *time, loss;
  must(ag_array_create(tokens + 1, sizeof *token, &token, &error), &error);
  must(ag_array_create(sequences + 1, sizeof *start, &start, &error), &error);
  must(ag_array_create(steps, sizeof *time, &time, &error), &error);
  for (size_t i = 0; i <= tokens; i++)
    token[i] = (int32_t)(hashed_uniform(i) * 50257);
  for (size_t s = 0; s <= sequences; s++)
    start[s] = s * length;
  ag_token_batch batch = {sequences, start, token, token + 1};
  must(ag_transformer_work_create(model, tokens, true, &work, &error), &error);
  must(ag_trainer_create(model, &trainer, &error), &error);
  for (size_t i = 0; i < steps + 2; i++) {
    double begin = seconds_now();
    must(ag_transformer_gradient(model, work, &batch, NULL, trainer.gradient, &loss, &error),
         &error);
    double middle = seconds_now();
    must(ag_trainer_update(&trainer, &ag_adamw_default, model, &error), &error);
    if (i >= 2)
      time[i - 2] = seconds_now() - begin;
    fprintf(stderr, "loss %.4f, gradient %.3f s, update %.3f s\n", loss, middle - begin,
            seconds_now() - middle);
  }
  qsort(time, steps, sizeof *time, by_size);
  double memory = peak_memory(), weights = (double)model->size,
         products = product_speed(model, tokens), bytes = bandwidth();
  double limit = (double)tokens / (6 * weights * (double)tokens / products + 38 * weights / bytes);
  report("train", (double)tokens / time[steps / 2], limit, products, bytes, memory);
  ag_transformer_work_free(work);
  ag_trainer_free(&trainer);
  free(token);
  free(start);
  free(time);
}

static void time_sampling(const ag_transformer *model, size_t count, size_t length)
{
  ag_error error;
  size_t *start, *sizes;
  int32_t *token, *prompt;
  must(ag_array_create(count + 1, sizeof *start, &start, &error), &error);
  must(ag_array_create(count, sizeof *sizes, &sizes, &error), &error);
  must(ag_array_create(count, sizeof *prompt, &prompt, &error), &error);
  must(ag_array_create(count * length, sizeof *token, &token, &error), &error);
  for (size_t i = 0; i <= count; i++)
    start[i] = i;
  for (size_t i = 0; i < count; i++)
    prompt[i] = 50256;
  ag_token_batch prompts = {count, start, prompt, NULL};
  ag_token_sampling law = {0.8, 50, 0.95, count, length, -1, NULL};
  double best = INFINITY;
  for (int round = 0; round < 2; round++) {
    double begin = seconds_now();
    must(ag_transformer_sample(model, &law, &prompts, &KEY, token, sizes, &error), &error);
    best = fmin(best, seconds_now() - begin);
  }
  double memory = peak_memory(), weights = (double)model->size,
         products = product_speed(model, count), bytes = bandwidth();
  double step = 2 * weights * (double)count / products + 2 * weights / bytes;
  report("sample", (double)(count * (length - 1)) / best, (double)count / step, products, bytes,
         memory);
  free(start);
  free(sizes);
  free(prompt);
  free(token);
}

int main(int argc, char **argv)
{
  ag_error error;
  ag_transformer model;
  bool train = argc == 5 && strcmp(argv[1], "train") == 0;
  if (!train && !(argc == 4 && strcmp(argv[1], "sample") == 0)) {
    fprintf(stderr, "usage: transformer train SEQUENCES LENGTH STEPS\n"
                    "       transformer sample BATCH LENGTH\n");
    return 2;
  }
  must(ag_transformer_create(&GPT2, AG_PRECISION_FASTEST, &model, &error), &error);
  ag_transformer_randomize(&model, &KEY);
  if (train)
    time_training(&model, (size_t)atoi(argv[2]), (size_t)atoi(argv[3]), (size_t)atoi(argv[4]));
  else
    time_sampling(&model, (size_t)atoi(argv[2]), (size_t)atoi(argv[3]));
  ag_transformer_free(&model);
  return 0;
}
