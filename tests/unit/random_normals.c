/* Normals in bulk: their law, and what each depends on. */
#include "base/random.h"
#include "tests/check.h"

static const ag_random_key key = {.seed = 7, .generation = 2, .stage = 1};

static void a_longer_run_begins_with_a_shorter_one(void)
{
  double few[5], many[1000];
  ag_random a = ag_random_at(&key, AG_RANDOM_GENERATE, 0), b = a, c = a;
  ag_random_normals(&a, 5, few);
  ag_random_normals(&b, 1000, many);
  CHECK(memcmp(few, many, sizeof few) == 0);
  CHECK_NEAR(few[0], ag_random_normal(&c), 1e-15 * hypot(few[0], few[1]));
  few[0] = 3;
  ag_random_normals(&a, 0, few);
  CHECK(few[0] == 3);
}

/* From sequences that have a number left over, too. */
static void bulk_is_what_single_calls_give(void)
{
  double uniform[777], x[777];
  for (size_t count = 0; count < 777; count += 1 + count / 3) {
    ag_random a = ag_random_at(&key, AG_RANDOM_GENERATE, (uint32_t)count), b = a, c = a;
    if (count % 2)
      CHECK(ag_random_uniform(&a) == ag_random_uniform(&b));
    ag_random_uniforms(&a, count, uniform);
    for (size_t i = 0; i < count; i++)
      CHECK(uniform[i] == ag_random_uniform(&b));
    CHECK(ag_random_uniform(&a) == ag_random_uniform(&b));
    b = c;
    ag_random_normals(&c, count, x);
    for (size_t i = 0; i < count; i += 2) {
      double radius = sqrt(-2 * log(ag_random_uniform(&b)));
      double angle = 6.283185307179586477 * ag_random_uniform(&b);
      /* an ulp of the angle and a few of each function */
      CHECK_NEAR(x[i], radius * cos(angle), 2e-15 * radius);
      if (i + 1 < count)
        CHECK_NEAR(x[i + 1], radius * sin(angle), 2e-15 * radius);
    }
  }
}

/* 64 bins of equal mass by the normal distribution function, of one normal and of both
 * of a pair: chi-square by Wilson and Hilferty, beyond 5 once in three million. */
static void normals_are_normal_and_pairs_independent(void)
{
  enum { COUNT = 200000, SIDE = 8, BINS = 64 };
  static double x[COUNT];
  double single[BINS] = {0}, pair[BINS] = {0}, squares[2] = {0};
  ag_random random = ag_random_at(&key, AG_RANDOM_GENERATE, 1);
  ag_random_normals(&random, COUNT, x);
  for (size_t i = 0; i < COUNT; i++)
    single[(int)(0.5 * erfc(-x[i] / sqrt(2)) * BINS)]++;
  for (size_t i = 0; i < COUNT; i += 2)
    pair[(int)(0.5 * erfc(-x[i] / sqrt(2)) * SIDE) * SIDE +
         (int)(0.5 * erfc(-x[i + 1] / sqrt(2)) * SIDE)]++;
  for (size_t b = 0; b < BINS; b++) {
    squares[0] += pow(single[b] - COUNT / BINS, 2) / (COUNT / BINS);
    squares[1] += pow(pair[b] - COUNT / 2.0 / BINS, 2) / (COUNT / 2.0 / BINS);
  }
  for (size_t k = 0; k < 2; k++) {
    double v = 2.0 / (9 * (BINS - 1)), z = (cbrt(squares[k] / (BINS - 1)) - (1 - v)) / sqrt(v);
    printf("# %s: z %.2f\n", k ? "pairs" : "one at a time", z);
    CHECK(fabs(z) < 5);
  }
}

/* The fourth moment sees the tails: E x^4 = 3, Var x^4 = 96. */
static void tails_are_normal(void)
{
  enum { COUNT = 200000 };
  static double x[COUNT];
  double sum = 0;
  ag_random random = ag_random_at(&key, AG_RANDOM_GENERATE, 2);
  ag_random_normals(&random, COUNT, x);
  for (size_t i = 0; i < COUNT; i++)
    sum += pow(x[i], 4);
  double z = (sum / COUNT - 3) / sqrt(96.0 / COUNT);
  printf("# fourth moment: z %.2f\n", z);
  CHECK(fabs(z) < 5); /* once in two million */
}

int main(void)
{
  CHECK_RUN(a_longer_run_begins_with_a_shorter_one);
  CHECK_RUN(bulk_is_what_single_calls_give);
  CHECK_RUN(normals_are_normal_and_pairs_independent);
  CHECK_RUN(tails_are_normal);
  return check_end();
}
