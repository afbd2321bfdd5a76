/* Random numbers in bulk are those that come one by one. */
#include "base/random.h"

#include "tests/check.h"

enum { MOST = 3000 };

static const size_t counts[] = {0,  1,  2,  3,   15,  16,  31,   32,  33,
                                63, 64, 65, 511, 512, 513, 1025, MOST};
enum { COUNTS = sizeof counts / sizeof *counts };

/* A sequence of which `used` numbers are gone, and whose counter starts at `next`. */
static ag_random begun(uint32_t next, int used)
{
  ag_random_key key = {0x123456789abcdef0u, 77, 65535};
  ag_random random = ag_random_at(&key, AG_RANDOM_SELECT, UINT32_MAX - 3);
  random.next = next;
  for (int i = 0; i < used; i++)
    ag_random_uniform(&random);
  return random;
}

static void bulk_is_one_by_one(void)
{
  static double bulk[MOST + 1];
  for (size_t c = 0; c < COUNTS; c++)
    for (int used = 0; used < 3; used++) {
      /* the second start makes the 32-bit counter wrap within the numbers */
      uint32_t starts[] = {0, UINT32_MAX - 10};
      for (int s = 0; s < 2; s++) {
        ag_random a = begun(starts[s], used), b = a;
        size_t wrong = 0;
        bulk[counts[c]] = -1;
        ag_random_uniforms(&a, counts[c], bulk);
        for (size_t i = 0; i < counts[c]; i++)
          wrong += bulk[i] != ag_random_uniform(&b);
        CHECK(wrong == 0);
        CHECK(bulk[counts[c]] == -1);                          /* not a number too many */
        CHECK(ag_random_uniform(&a) == ag_random_uniform(&b)); /* both go on alike */
      }
    }
}

static void words_make_the_uniforms(void)
{
  static uint64_t word[MOST];
  ag_random a = begun(5, 1), b = a;
  size_t wrong = 0;
  ag_random_words(&a, MOST, word);
  for (size_t i = 0; i < MOST; i++)
    wrong += ((double)(word[i] >> 11) + 0.5) * 0x1p-53 != ag_random_uniform(&b);
  CHECK(wrong == 0);
}

/* Published with Random123: philox4x32-10 of counter and key zero. */
static void known_answer(void)
{
  ag_random random = {0};
  uint64_t word[2];
  ag_random_words(&random, 2, word);
  CHECK(word[0] == 0x6627e8d5e169c58du && word[1] == 0xbc57ac4c9b00dbd8u);
}

int main(void)
{
  CHECK_RUN(bulk_is_one_by_one);
  CHECK_RUN(words_make_the_uniforms);
  CHECK_RUN(known_answer);
  return check_end();
}
