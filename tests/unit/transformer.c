/* The transformer against a plain one in doubles, and against itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/threads.h"
#include "generator/transformer/parts.h"
#include "generator/transformer/reference.h"
#include "tests/check.h"

static const ag_transformer_config TINY = {17, 8, 12, 2, 3};
static const ag_transformer_config SMALLER = {7, 6, 6, 1, 2};
static const double UNIT = 0x1p-24,
                    HALF_UNIT = 0x1p-8; /* one rounding to f32 and to bf16, at most */

enum { TOKENS = 16 };
static const size_t start[] = {0, 5, 13, 16};
static const int32_t token[TOKENS] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 16, 0, 7, 16};
static const int32_t target[TOKENS] = {1, 4, 1, 5, -1, 2, 6, 5, 3, 5, 8, 16, -1, 7, 16, 0};
static const ag_token_batch batch = {3, start, token, target};
static const ag_random_key key = {.seed = 7};

static void must(ag_status status, const ag_error *error)
{
  if (status != AG_OK) {
    printf("Bail out! %s\n", error->message);
    exit(1);
  }
}

/* Every parameter far from its neighbours', so that no term of a gradient is faint. */
static void scatter(ag_transformer *model, double deviation)
{
  ag_random random = ag_random_start(11, AG_RANDOM_INITIAL, 0);
  for (size_t i = 0; i < model->tensor_count; i++) {
    const ag_transformer_tensor *t = &model->tensor[i];
    bool gain = t->rank == 1 && strstr(t->name, "ln_") && strstr(t->name, "weight");
    for (size_t j = 0; j < t->rows * t->columns; j++)
      model->parameter[t->offset + j] = (float)(gain + deviation * ag_random_normal(&random));
  }
  ag_transformer_refresh(model);
}

static ag_precision best_precision(void)
{
  return ag_matmul_takes_half() ? AG_PRECISION_HALF : AG_PRECISION_FLOAT;
}

typedef struct bench {
  ag_transformer model;
  ag_transformer_work *work;
  ag_trainer trainer;
  double *parameter, *slope; /* [size] */
  ag_error error;
} bench;

static bench open_bench(const ag_transformer_config *config, ag_precision precision)
{
  bench b = {.work = NULL};
  must(ag_transformer_create(config, precision, &b.model, &b.error), &b.error);
  scatter(&b.model, 0.3);
  must(ag_transformer_work_create(&b.model, TOKENS, true, &b.work, &b.error), &b.error);
  must(ag_trainer_create(&b.model, &b.trainer, &b.error), &b.error);
  must(ag_array_create(2 * b.model.size, sizeof *b.parameter, &b.parameter, &b.error), &b.error);
  b.slope = b.parameter + b.model.size;
  for (size_t i = 0; i < b.model.size; i++) {
    b.parameter[i] = (double)b.model.parameter[i];
    b.slope[i] = 0;
  }
  return b;
}

static void close_bench(bench *b)
{
  ag_transformer_work_free(b->work);
  ag_trainer_free(&b->trainer);
  ag_transformer_free(&b->model);
  free(b->parameter);
}

/* slope: central differences of the plain loss. With step h: h^2 f'''/6 + 1e-16 / h. */
static void difference(bench *b, const ag_token_batch *of)
{
  const double h = 1e-5;
  for (size_t i = 0; i < b->model.tensor_count; i++) {
    const ag_transformer_tensor *t = &b->model.tensor[i];
    for (size_t j = t->offset; j < t->offset + t->rows * t->columns; j++) {
      double middle = b->parameter[j];
      b->parameter[j] = middle + h;
      double above = ag_transformer_reference(&b->model, b->parameter, of, NULL);
      b->parameter[j] = middle - h;
      double below = ag_transformer_reference(&b->model, b->parameter, of, NULL);
      b->parameter[j] = middle;
      b->slope[j] = (above - below) / (2 * h);
    }
  }
}

static double length(size_t n, const double *x)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i] * x[i];
  return sqrt(sum);
}

/* Forward, a number passes about 12 roundings a layer, amplified by the norms' gains:
 * 100 roundings of the largest logit bound it with room. */
static void logits_and_loss_agree(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  float logits[TOKENS * 17];
  double plain[TOKENS * 17], loss, most = 0, worst = 0;
  size_t count;
  must(ag_transformer_logits(&b.model, b.work, &batch, logits, &b.error), &b.error);
  must(ag_transformer_loss(&b.model, b.work, &batch, &loss, &count, &b.error), &b.error);
  double expected = ag_transformer_reference(&b.model, b.parameter, &batch, plain);
  for (size_t i = 0; i < TOKENS * 17; i++) {
    most = fmax(most, fabs(plain[i]));
    worst = fmax(worst, fabs((double)logits[i] - plain[i]));
  }
  printf("# logits up to %.3g, off by %.3g roundings of it\n", most, worst / (UNIT * most));
  CHECK(worst <= 100 * UNIT * most);
  CHECK(count == 14);
  CHECK_NEAR(loss / (double)count, expected, 200 * UNIT * most);
  close_bench(&b);
}

static void every_gradient_agrees_with_differences(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  double loss, most = 0, worst = 0;
  must(ag_transformer_gradient(&b.model, b.work, &batch, NULL, b.trainer.gradient, &loss, &b.error),
       &b.error);
  difference(&b, &batch);
  for (size_t i = 0; i < b.model.size; i++) {
    most = fmax(most, fabs(b.slope[i]));
    worst = fmax(worst, fabs(b.slope[i] - (double)b.trainer.gradient[i]));
  }
  printf("# gradient up to %.3g, off by %.3g roundings of it\n", most, worst / (UNIT * most));
  CHECK(most > 0.01);
  CHECK(worst <= 300 * UNIT * most); /* back as well as forward */
  close_bench(&b);
}

/* Operands of products are rounded to bf16, of 8 significant bits: by at most 2^-8 of a
 * number, and by 0.425 times that in root mean square (uniform errors, mantissas by Benford's
 * law). Through 2 layers, 4 products each and the head, forward and back, a gradient passes
 * 18 products, or 36 roundings, forward alone a loss 18: they add in square. Twice that is
 * allowed; half of what one product's two operands do must be there. test_transformer_torch.py
 * holds every tensor against the spread of its own errors. */
static void half_precision_is_that_of_its_operands(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT), h = open_bench(&TINY, AG_PRECISION_HALF);
  double loss, half_loss;
  must(ag_transformer_gradient(&b.model, b.work, &batch, NULL, b.trainer.gradient, &loss, &b.error),
       &b.error);
  must(ag_transformer_gradient(&h.model, h.work, &batch, NULL, h.trainer.gradient, &half_loss,
                               &h.error),
       &h.error);
  for (size_t i = 0; i < b.model.size; i++) {
    b.slope[i] = (double)b.trainer.gradient[i];
    h.slope[i] = (double)h.trainer.gradient[i] - b.slope[i];
  }
  double off = length(b.model.size, h.slope) / length(b.model.size, b.slope);
  printf("# gradient off by %.3g, loss by %.3g\n", off, half_loss / loss - 1);
  CHECK(off < 2 * sqrt(36) * 0.425 * HALF_UNIT);
  CHECK(off > sqrt(2) * 0.425 / 2 * HALF_UNIT); /* it is bf16 indeed */
  CHECK_NEAR(half_loss, loss, 2 * sqrt(18) * 0.425 * HALF_UNIT * loss);
  close_bench(&b);
  close_bench(&h);
}

static const int32_t short_token[] = {0, 3, 2, 6, 1, 1, 4, 5};
static const int32_t short_target[] = {3, 2, 6, 1, -1, 4, 5, 0};
static const size_t short_start[] = {0, 5, 8};
static const ag_token_batch short_batch = {2, short_start, short_token, short_target};

/* epsilon is large beside the gradients' rounding: where a gradient is zero by symmetry
 * (a key's bias), Adam would blow rounding up to a full step. */
static void twenty_steps_follow_the_plain_optimizer(void)
{
  bench b = open_bench(&SMALLER, AG_PRECISION_FLOAT);
  ag_adamw settings = {.rate = 0.01,
                       .beta1 = 0.9,
                       .beta2 = 0.95,
                       .epsilon = 1e-3,
                       .decay = 0.1,
                       .clip = 0.5,
                       .warm_up = 5,
                       .steps = 25};
  double *memory = calloc(2 * b.model.size, sizeof *memory), loss, worst = 0;
  size_t clipped = 0;
  for (size_t step = 0; step < 20; step++) {
    difference(&b, &short_batch);
    double expected = ag_transformer_reference(&b.model, b.parameter, &short_batch, NULL);
    ag_adamw_reference(&b.model, &settings, step, b.slope, memory, memory + b.model.size,
                       b.parameter);
    must(ag_trainer_step(&b.trainer, &settings, &b.model, b.work, &short_batch, NULL, &loss,
                         &b.error),
         &b.error);
    clipped += b.trainer.norm > settings.clip;
    /* a step's own rounding, carried and added over the steps */
    CHECK_NEAR(loss, expected, 200 * UNIT * (double)(step + 1) * fmax(1, expected));
  }
  for (size_t i = 0; i < b.model.size; i++)
    worst = fmax(worst, fabs(b.parameter[i] - (double)b.model.parameter[i]));
  printf("# after 20 steps (%zu clipped) loss %.4f, parameters off by %.3g\n", clipped, loss,
         worst);
  CHECK(clipped > 0);
  CHECK(worst < 20 * settings.rate * 300 * UNIT / settings.epsilon);
  free(memory);
  close_bench(&b);
}

static void a_step_is_adamw(void)
{
  bench b = open_bench(&SMALLER, best_precision());
  ag_adamw settings = ag_adamw_default;
  double *memory = calloc(2 * b.model.size, sizeof *memory);
  ag_random random = ag_random_start(3, AG_RANDOM_INITIAL, 1);
  settings.rate = 0.05;
  for (size_t step = 0; step < 5; step++) {
    for (size_t i = 0; i < b.model.tensor_count; i++)
      for (size_t j = 0; j < b.model.tensor[i].rows * b.model.tensor[i].columns; j++)
        b.trainer.gradient[b.model.tensor[i].offset + j] = (float)ag_random_normal(&random);
    for (size_t i = 0; i < b.model.size; i++)
      b.slope[i] = (double)b.trainer.gradient[i];
    ag_adamw_reference(&b.model, &settings, step, b.slope, memory, memory + b.model.size,
                       b.parameter);
    must(ag_trainer_update(&b.trainer, &settings, &b.model, &b.error), &b.error);
  }
  for (size_t i = 0; i < b.model.size; i++) {
    /* five steps of ten roundings of numbers below rate and parameter */
    CHECK_NEAR((double)b.model.parameter[i], b.parameter[i],
               50 * UNIT * (settings.rate * 3 + fabs(b.parameter[i])));
    if (!b.model.half)
      continue;
    union {
      uint32_t bits;
      float number;
    } half = {.bits = (uint32_t)b.model.half_parameter[i] << 16};
    CHECK_NEAR((double)half.number, (double)b.model.parameter[i],
               HALF_UNIT * fabs((double)b.model.parameter[i]));
  }
  b.trainer.gradient[3] = NAN;
  CHECK(ag_trainer_update(&b.trainer, &settings, &b.model, &b.error) == AG_ERROR_INPUT);
  CHECK(b.trainer.step == 5);
  free(memory);
  close_bench(&b);
}

static void rates_rise_and_fall(void)
{
  ag_adamw s = {.rate = 8, .warm_up = 4, .steps = 12};
  const double expected[] = {2, 4, 6, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    CHECK_NEAR(ag_adamw_rate(&s, i), expected[i], 1e-15);
  s.steps = 0;
  CHECK_NEAR(ag_adamw_rate(&s, 1000), 8, 0);
}

/* A sequence's logits know nothing of its neighbours: only the shape of products, and so
 * the order of their sums, may differ. */
static void packed_is_separate(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  float packed[TOKENS * 17], alone[TOKENS * 17];
  must(ag_transformer_logits(&b.model, b.work, &batch, packed, &b.error), &b.error);
  for (size_t s = 0; s < 3; s++) {
    size_t bounds[2] = {0, start[s + 1] - start[s]};
    ag_token_batch one = {1, bounds, token + start[s], NULL};
    must(ag_transformer_logits(&b.model, b.work, &one, alone + start[s] * 17, &b.error), &b.error);
  }
  for (size_t i = 0; i < TOKENS * 17; i++)
    CHECK_NEAR((double)packed[i], (double)alone[i], 100 * UNIT * 4);
  close_bench(&b);
}

/* Along its gradient g, a loss rises by |g|^2: with the same mask, to the square of the
 * step and the rounding of two losses. */
static void dropout_has_its_own_gradient(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  ag_dropout dropout = {0.25, key}, none = {0, key};
  double plain, zero, loss, side[2], square = 0;
  float *g = b.trainer.gradient;
  must(ag_transformer_gradient(&b.model, b.work, &batch, NULL, g, &plain, &b.error), &b.error);
  must(ag_transformer_gradient(&b.model, b.work, &batch, &none, g, &zero, &b.error), &b.error);
  must(ag_transformer_gradient(&b.model, b.work, &batch, &dropout, g, &loss, &b.error), &b.error);
  CHECK(plain == zero && plain != loss);
  for (size_t i = 0; i < b.model.size; i++) {
    b.slope[i] = (double)g[i];
    square += b.slope[i] * b.slope[i];
  }
  double h = 2e-3 / sqrt(square);
  for (int k = 0; k < 2; k++) {
    for (size_t i = 0; i < b.model.size; i++)
      b.model.parameter[i] = (float)(b.parameter[i] + (2 * k - 1) * h * b.slope[i]);
    must(ag_transformer_gradient(&b.model, b.work, &batch, &dropout, g, &side[k], &b.error),
         &b.error);
  }
  double rise = (side[1] - side[0]) / (2 * h);
  printf("# rise %.6g, square %.6g\n", rise, square);
  CHECK_NEAR(rise, square, square * 2e-3);
  close_bench(&b);
}

/* The cached, batched, refilled sampler draws what whole passes over each sequence with
 * the item's own numbers draw. */
static void sampling_with_a_cache_is_a_whole_pass(void)
{
  enum { ITEMS = 9, LENGTH = 8 };
  static const size_t from[ITEMS + 1] = {0, 1, 3, 4, 7, 8, 9, 11, 12, 13};
  static const int32_t begin[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  const ag_token_batch prompt = {ITEMS, from, begin, NULL};
  static const ag_token_sampling laws[] = {{0, 0, 1, 4, LENGTH, -1, NULL},
                                           {0.8, 0, 1, 4, LENGTH, 5, NULL},
                                           {1.5, 6, 0.8, 16, LENGTH, 5, NULL},
                                           {1, 0, 0.5, 1, LENGTH, 2, NULL}};
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
    int32_t made[ITEMS * LENGTH], plain[LENGTH];
    size_t sizes[ITEMS];
    must(ag_transformer_sample(&b.model, &laws[k], &prompt, &key, made, sizes, &b.error), &b.error);
    for (size_t i = 0; i < ITEMS; i++) {
      ag_random random = ag_random_at(&key, AG_RANDOM_GENERATE, (uint32_t)i);
      size_t n = from[i + 1] - from[i];
      memcpy(plain, begin + from[i], n * sizeof *plain);
      do {
        float logits[LENGTH * 17], weight[17];
        uint32_t order[17];
        size_t bounds[2] = {0, n};
        ag_token_batch one = {1, bounds, plain, NULL};
        must(ag_transformer_logits(&b.model, b.work, &one, logits, &b.error), &b.error);
        plain[n] = ag_token_draw(17, logits + (n - 1) * 17, &laws[k], ag_random_uniform(&random),
                                 weight, order);
        n++;
      } while (n < LENGTH && plain[n - 1] != laws[k].stop);
      CHECK(sizes[i] == n && memcmp(plain, made + i * LENGTH, n * sizeof *plain) == 0);
    }
  }
  close_bench(&b);
}

static const float *sorted_logits;

static int by_logit(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  if (sorted_logits[x] != sorted_logits[y])
    return sorted_logits[x] > sorted_logits[y] ? -1 : 1;
  return (x > y) - (x < y);
}

/* The law by sorting: probability [n]. */
static void plain_law(size_t n, const float *logits, const ag_token_sampling *s,
                      double *probability)
{
  uint32_t order[3000];
  double mass = 0, below = 0, kept = 0;
  for (size_t i = 0; i < n; i++)
    order[i] = (uint32_t)i;
  sorted_logits = logits;
  qsort(order, n, sizeof *order, by_logit);
  size_t k = s->top_k > 0 && s->top_k < n ? s->top_k : n, count = 0;
  for (size_t i = 0; i < n; i++)
    probability[order[i]] = i < k ? exp((double)logits[order[i]] / s->temperature) : 0;
  for (size_t i = 0; i < n; i++)
    mass += probability[i];
  while (count < k && below < s->top_p * mass)
    below += probability[order[count++]];
  for (size_t i = count; i < n; i++)
    probability[order[i]] = 0;
  for (size_t i = 0; i < n; i++)
    kept += probability[i];
  for (size_t i = 0; i < n; i++)
    probability[i] /= kept;
}

/* Over an even grid of u, a token's share is its probability to one grid step. Of many
 * tokens only the likeliest are ordered. */
static void check_draws(size_t n)
{
  enum { MOST = 3000, GRID = 20000 };
  static const ag_token_sampling laws[] = {
      {1, 0, 1, 1, 2, -1, NULL},   {0.5, 0, 1, 1, 2, -1, NULL},     {2, 7, 1, 1, 2, -1, NULL},
      {1, 0, 0.6, 1, 2, -1, NULL}, {0.8, 10, 0.75, 1, 2, -1, NULL}, {1, 1, 1, 1, 2, -1, NULL},
      {1, 0, 1e-6, 1, 2, -1, NULL}};
  static float logits[MOST], scratch[MOST];
  static uint32_t order[MOST];
  static double probability[MOST];
  ag_random random = ag_random_start(5, AG_RANDOM_INITIAL, 2);
  for (size_t i = 0; i < n; i++)
    logits[i] = (float)(2 * ag_random_normal(&random));
  logits[9] = logits[4]; /* equals */
  for (size_t k = 0; k < sizeof laws / sizeof *laws; k++) {
    size_t seen[MOST] = {0};
    plain_law(n, logits, &laws[k], probability);
    for (size_t g = 0; g < GRID; g++)
      seen[ag_token_draw(n, logits, &laws[k], ((double)g + 0.5) / GRID, scratch, order)]++;
    for (size_t i = 0; i < n; i++) {
      CHECK_NEAR((double)seen[i] / GRID, probability[i], 1.01 / GRID);
      CHECK(probability[i] > 0 || seen[i] == 0);
    }
  }
}

static void draws_follow_the_restricted_law(void)
{
  check_draws(40);
  check_draws(3000);
}

typedef struct product_case {
  size_t rows, columns, depth;
  bool turned_a, turned_b, half_c, add, bias;
} product_case;

/* A number that bf16 holds, in [-1, 1]. */
static float short_number(ag_random *random)
{
  return (float)((double)ag_random_below(random, 257) / 128 - 1);
}

/* Every entry against its sum in double: `depth` roundings of the sum of magnitudes, in any
 * order of addition, and one of bf16 where the result is. */
static void check_product(ag_matmul_engine *engine, const product_case *p, bool half)
{
  ag_random random = ag_random_start(9, AG_RANDOM_INITIAL, (uint32_t)(p->rows + p->depth));
  const ag_transformer_kernels *kernels = ag_transformer_kernels_get();
  size_t m = p->rows, n = p->columns, k = p->depth, bytes = half ? 2 : 4;
  float *a = malloc((m * k + k * n + 2 * m * n + n) * sizeof *a), *b = a + m * k, *c = b + k * n;
  float *before = c + m * n, *bias = before + m * n;
  char *operand = malloc((m * k + k * n) * bytes);
  for (float *x = a; x < bias + n; x++)
    *x = short_number(&random);
  memcpy(before, c, m * n * sizeof *c);
  kernels->pack(m * k + k * n, a, half, operand);
  ag_matmul product = {m,
                       n,
                       k,
                       operand,
                       operand + m * k * bytes,
                       c,
                       p->bias ? bias : NULL,
                       p->turned_a,
                       p->turned_b,
                       half,
                       p->half_c && half,
                       p->add};
  ag_error error;
  must(ag_matmul_run(engine, &product, &error), &error);
  if (product.half_c) {
    float *wide = malloc(m * n * sizeof *wide);
    kernels->unpack(m * n, c, true, wide);
    memcpy(c, wide, m * n * sizeof *wide);
    free(wide);
  }
  size_t wrong = 0;
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < n; j++) {
      double sum = (p->add ? (double)before[i * n + j] : 0) + (p->bias ? (double)bias[j] : 0);
      double size = fabs(sum);
      for (size_t t = 0; t < k; t++) {
        double term = (double)a[p->turned_a ? t * m + i : i * k + t] *
                      (double)b[p->turned_b ? j * k + t : t * n + j];
        sum += term;
        size += fabs(term);
      }
      double bound = (double)(k + 2) * UNIT * size + (product.half_c ? HALF_UNIT * fabs(sum) : 0);
      wrong += !(fabs((double)c[i * n + j] - sum) <= bound);
    }
  CHECK(wrong == 0);
  free(a);
  free(operand);
}

/* Below, at and beyond the sides of tiles, layers and units. */
static void products_agree_with_plain_sums(void)
{
  static const product_case cases[] = {
      {1, 1, 1, 0, 0, 0, 0, 0},       {5, 17, 3, 0, 0, 0, 0, 1},
      {16, 32, 32, 0, 0, 1, 0, 1},    {33, 70, 65, 0, 0, 1, 0, 1},
      {300, 200, 96, 0, 0, 0, 0, 1},  {40, 20, 800, 0, 0, 0, 0, 0},
      {19, 40, 4128, 0, 0, 0, 0, 0},  {5, 17, 3, 0, 1, 0, 0, 0},
      {33, 70, 65, 0, 1, 0, 0, 0},    {300, 130, 416, 0, 1, 1, 0, 0},
      {20, 200, 1056, 0, 1, 0, 0, 0}, {5, 17, 3, 1, 0, 0, 0, 0},
      {70, 33, 65, 1, 0, 0, 1, 0},    {130, 800, 70, 1, 0, 0, 0, 0},
      {80, 300, 400, 1, 0, 0, 1, 0},  {1056, 1008, 12, 0, 1, 0, 0, 0}, /* past the cache */
      {1056, 1008, 12, 1, 0, 0, 0, 0}};
  ag_error error;
  ag_matmul_engine *engine;
  must(ag_matmul_engine_create(&engine, &error), &error);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (int half = 0; half <= ag_matmul_takes_half(); half++)
      check_product(engine, &cases[i], half);
  ag_matmul_engine_free(engine);
}

static void train_once(int threads, ag_precision precision, float **out, size_t *size, double *loss)
{
  static const ag_transformer_config config = {3000, 64, 160, 2, 4};
  enum { MANY = 300 };
  ag_error error;
  ag_transformer model;
  ag_transformer_work *work;
  ag_trainer trainer;
  int32_t text[MANY + 1];
  size_t bounds[] = {0, 64, 100, 164, 200, 264, 300};
  ag_random random = ag_random_start(1, AG_RANDOM_INITIAL, 3);
  for (size_t i = 0; i <= MANY; i++)
    text[i] = (int32_t)ag_random_below(&random, 3000);
  ag_token_batch many = {6, bounds, text, text + 1};
  ag_dropout dropout = {0.1, key};
  int before = omp_get_max_threads();
  omp_set_num_threads(threads);
  must(ag_transformer_create(&config, precision, &model, &error), &error);
  ag_transformer_randomize(&model, &key);
  must(ag_transformer_work_create(&model, MANY, true, &work, &error), &error);
  must(ag_trainer_create(&model, &trainer, &error), &error);
  for (int step = 0; step < 2; step++)
    must(ag_trainer_step(&trainer, &ag_adamw_default, &model, work, &many, &dropout, loss, &error),
         &error);
  omp_set_num_threads(before);
  *out = model.parameter;
  *size = model.size;
  model.parameter = NULL;
  ag_transformer_work_free(work);
  ag_trainer_free(&trainer);
  ag_transformer_free(&model);
}

static void bits_do_not_depend_on_threads(void)
{
  for (int p = AG_PRECISION_FLOAT; p <= (int)best_precision(); p++) {
    float *one, *three;
    double loss_one, loss_three;
    size_t size;
    train_once(1, (ag_precision)p, &one, &size, &loss_one);
    train_once(3, (ag_precision)p, &three, &size, &loss_three);
    CHECK(loss_one == loss_three);
    CHECK(memcmp(one, three, size * sizeof *one) == 0);
    free(one);
    free(three);
  }
}

static void what_does_not_fit_is_refused(void)
{
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  ag_transformer other;
  float logits[TOKENS * 17];
  double loss;
  static const size_t crossed[] = {0, 5, 3, 16}, empty[] = {0, 0, 5}, longest[] = {0, 9};
  static const int32_t wrong[] = {17, 1}, negative[] = {-1, 1};
  static const size_t two[] = {0, 2};
  const ag_token_batch bad[] = {{3, crossed, token, NULL},
                                {2, empty, token, NULL},
                                {1, longest, token, NULL},
                                {1, two, wrong, NULL},
                                {1, two, negative, NULL}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    CHECK(ag_transformer_logits(&b.model, b.work, &bad[i], logits, &b.error) == AG_ERROR_INPUT);
  const ag_token_batch unaimed = {1, two, token, negative}, beyond = {1, two, token, wrong};
  CHECK(ag_transformer_gradient(&b.model, b.work, &beyond, NULL, b.trainer.gradient, &loss,
                                &b.error) == AG_ERROR_INPUT);
  static const int32_t none[] = {-1, -1};
  const ag_token_batch aimless = {1, two, token, none};
  CHECK(ag_transformer_gradient(&b.model, b.work, &aimless, NULL, b.trainer.gradient, &loss,
                                &b.error) == AG_ERROR_INPUT);
  CHECK(ag_transformer_gradient(&b.model, b.work, &unaimed, NULL, b.trainer.gradient, &loss,
                                &b.error) == AG_OK);
  static const size_t late[] = {1, 2};
  const ag_token_batch shifted = {1, late, token, NULL}, nothing = {0, late, token, NULL};
  CHECK(ag_transformer_logits(&b.model, b.work, &shifted, logits, &b.error) == AG_ERROR_INPUT);
  CHECK(ag_transformer_logits(&b.model, b.work, &nothing, logits, &b.error) == AG_ERROR_INPUT);
  ag_transformer_config odd[11];
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
    odd[i] = TINY;
  odd[0].heads = 5;
  odd[1].heads = odd[2].layers = odd[3].width = odd[4].context = odd[5].vocabulary = 0;
  odd[6].layers = 4097;
  odd[7].width = odd[8].context = odd[9].vocabulary = (size_t)1 << 40;
  odd[10].width = 0;
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
    CHECK(ag_transformer_create(&odd[i], AG_PRECISION_FLOAT, &other, &b.error) == AG_ERROR_INPUT);
  odd[0] = TINY;
  odd[0].layers++;
  must(ag_transformer_create(&odd[0], AG_PRECISION_FLOAT, &other, &b.error), &b.error);
  const ag_token_batch fine = {1, two, token, NULL};
  CHECK(ag_transformer_logits(&other, b.work, &fine, logits, &b.error) == AG_ERROR_INPUT);
  CHECK(strstr(b.error.message, "the memory was made for another transformer") != NULL);
  ag_transformer_free(&other);
  close_bench(&b);
}

static void what_cannot_be_sampled_is_refused(void)
{
  static const size_t two[] = {0, 2}, empty[] = {0, 0}, longest[] = {0, 8};
  static const int32_t wrong[] = {17, 1}, negative[] = {1, -1};
  static const ag_token_sampling fine = {1, 3, 0.9, 2, 8, -1, NULL};
  const ag_token_batch prompt = {1, two, token, NULL};
  const struct {
    ag_token_sampling law;
    ag_token_batch prompt;
    const char *fragment;
  } bad[] = {
      {{-1, 3, 0.9, 2, 8, -1, NULL}, prompt, "a temperature of at least 0"},
      {{NAN, 3, 0.9, 2, 8, -1, NULL}, prompt, "a temperature of at least 0"},
      {{INFINITY, 3, 0.9, 2, 8, -1, NULL}, prompt, "a temperature of at least 0"},
      {{1, 3, 0, 2, 8, -1, NULL}, prompt, "top-p within (0, 1]"},
      {{1, 3, 1.5, 2, 8, -1, NULL}, prompt, "top-p within (0, 1]"},
      {{1, 3, 0.9, 0, 8, -1, NULL}, prompt, "a batch"},
      {{1, 3, 0.9, 2, 1, -1, NULL}, prompt, "sequences must have between 2 and 8 tokens"},
      {{1, 3, 0.9, 2, 9, -1, NULL}, prompt, "sequences must have between 2 and 8 tokens"},
      {fine, {1, empty, token, NULL}, "a prompt must have between 1 and 7 tokens"},
      {fine, {1, longest, token, NULL}, "a prompt must have between 1 and 7 tokens"},
      {fine, {1, two, wrong, NULL}, "token 17 is outside the vocabulary of 17"},
      {fine, {1, two, negative, NULL}, "token -1 is outside the vocabulary of 17"},
  };
  bench b = open_bench(&TINY, AG_PRECISION_FLOAT);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    int32_t made[16];
    size_t size;
    CHECK(ag_transformer_sample(&b.model, &bad[i].law, &bad[i].prompt, &key, made, &size,
                                &b.error) == AG_ERROR_INPUT);
    if (!strstr(b.error.message, bad[i].fragment)) {
      printf("# case %zu: %s\n", i, b.error.message);
      CHECK(!"the words");
    }
  }
  close_bench(&b);
}

#ifdef AG_FAULT_INJECTION

static ag_status whole_life(void)
{
  ag_error error;
  ag_transformer model = {.size = 0};
  ag_transformer_work *work = NULL;
  ag_trainer trainer = {.step = 0};
  static const ag_token_sampling law = {1, 3, 0.9, 2, 8, -1, NULL};
  int32_t made[3 * 8];
  size_t sizes[3];
  double loss;
  static const size_t from[] = {0, 1, 2, 3};
  const ag_token_batch prompt = {3, from, token, NULL};
  ag_status status = ag_transformer_create(&TINY, best_precision(), &model, &error);
  if (status == AG_OK)
    status = ag_transformer_work_create(&model, TOKENS, true, &work, &error);
  if (status == AG_OK)
    status = ag_trainer_create(&model, &trainer, &error);
  if (status == AG_OK)
    status =
        ag_trainer_step(&trainer, &ag_adamw_default, &model, work, &batch, NULL, &loss, &error);
  if (status == AG_OK)
    status = ag_transformer_sample(&model, &law, &prompt, &key, made, sizes, &error);
  ag_transformer_work_free(work);
  ag_trainer_free(&trainer);
  ag_transformer_free(&model);
  return status;
}

static void memory_may_run_out_anywhere(void)
{
  long failures = 0;
  for (ag_fault_countdown = 1;; ag_fault_countdown = failures + 1) {
    ag_status status = whole_life();
    if (status == AG_OK)
      break;
    CHECK(status == AG_ERROR_MEMORY);
    failures++;
    if (failures > 1000)
      break;
  }
  ag_fault_countdown = 0;
  printf("# %ld allocations\n", failures);
  CHECK(failures > 20 && failures < 1000);
}

#endif

int main(void)
{
  CHECK_RUN(products_agree_with_plain_sums);
  CHECK_RUN(logits_and_loss_agree);
  CHECK_RUN(every_gradient_agrees_with_differences);
  if (ag_matmul_takes_half())
    CHECK_RUN(half_precision_is_that_of_its_operands);
  else
    check_skip("half_precision_is_that_of_its_operands", "this processor has no bf16 products");
  CHECK_RUN(twenty_steps_follow_the_plain_optimizer);
  CHECK_RUN(a_step_is_adamw);
  CHECK_RUN(rates_rise_and_fall);
  CHECK_RUN(packed_is_separate);
  CHECK_RUN(dropout_has_its_own_gradient);
  CHECK_RUN(sampling_with_a_cache_is_a_whole_pass);
  CHECK_RUN(draws_follow_the_restricted_law);
  CHECK_RUN(bits_do_not_depend_on_threads);
  CHECK_RUN(what_does_not_fit_is_refused);
  CHECK_RUN(what_cannot_be_sampled_is_refused);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_may_run_out_anywhere);
#else
  check_skip("memory_may_run_out_anywhere", "built without -Dfault_injection=true");
#endif
  return check_end();
}
