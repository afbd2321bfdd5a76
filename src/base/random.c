#include "base/random.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

ag_random ag_random_start(uint64_t seed, ag_random_purpose purpose, uint64_t stream)
{
  return (ag_random){.seed = seed, .stream = stream, .purpose = (uint32_t)purpose};
}

uint64_t ag_random_replicate_seed(uint64_t seed, uint64_t replicate)
{
  philox4x32_ctr_t counter = {
      {0, UINT32_MAX, (uint32_t)replicate, (uint32_t)(replicate >> 32)}}; /* no purpose is this */
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  philox4x32_ctr_t bits = philox4x32(counter, key);
  return (uint64_t)bits.v[0] << 32 | bits.v[1];
}

ag_random ag_random_at(const ag_random_key *key, ag_random_purpose purpose, uint32_t block)
{
  return (ag_random){.seed = key->seed,
                     .stream = (uint64_t)key->generation << 32 | block,
                     .purpose = (uint32_t)purpose | key->stage << 16};
}

/* The two numbers of a counter. */
static void philox_pair(const ag_random *random, uint32_t counter, uint64_t *word)
{
  philox4x32_ctr_t place = {
      {counter, random->purpose, (uint32_t)random->stream, (uint32_t)(random->stream >> 32)}};
  philox4x32_key_t key = {{(uint32_t)random->seed, (uint32_t)(random->seed >> 32)}};
  philox4x32_ctr_t bits = philox4x32(place, key);
  word[0] = (uint64_t)bits.v[0] << 32 | bits.v[1];
  word[1] = (uint64_t)bits.v[2] << 32 | bits.v[3];
}

static uint64_t random_bits(ag_random *random)
{
  if (random->has_held) {
    random->has_held = 0;
    return random->held;
  }
  uint64_t word[2];
  philox_pair(random, random->next++, word);
  random->held = word[1];
  random->has_held = 1;
  return word[0];
}

#ifdef __x86_64__
enum { STEP_PAIRS = 16 };
#define LANES_NAME lanes_avx512
#define LANES_TARGET "avx512f"
#define LANES_BYTES 64
#define LANES_FACTOR __m512i
#define LANES_MULTIPLY _mm512_mul_epu32
#define LANES_FIRST 0, 8, 1, 9, 2, 10, 3, 11
#define LANES_SECOND 4, 12, 5, 13, 6, 14, 7, 15
#include "base/random_lanes.h"
#define LANES_NAME lanes_avx2
#define LANES_TARGET "avx2"
#define LANES_BYTES 32
#define LANES_FACTOR __m256i
#define LANES_MULTIPLY _mm256_mul_epu32
#define LANES_FIRST 0, 4, 1, 5
#define LANES_SECOND 2, 6, 3, 7
#include "base/random_lanes.h"
#endif

static void philox_pairs(const ag_random *random, size_t pairs, uint64_t *word)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) {
    lanes_avx512(random, pairs, word);
    return;
  }
  if (__builtin_cpu_supports("avx2")) {
    lanes_avx2(random, pairs, word);
    return;
  }
#endif
  for (size_t i = 0; i < pairs; i++)
    philox_pair(random, random->next + (uint32_t)i, word + 2 * i);
}

void ag_random_words(ag_random *random, size_t count, uint64_t *word)
{
  size_t begin = count > 0 && random->has_held;
  if (begin)
    word[0] = random_bits(random);
  size_t pairs = (count - begin) / 2;
  philox_pairs(random, pairs, word + begin);
  random->next += (uint32_t)pairs;
  if (begin + 2 * pairs < count)
    word[count - 1] = random_bits(random);
}

static double as_uniform(uint64_t word)
{
  return ((double)(word >> 11) + 0.5) * 0x1p-53;
}

void ag_random_uniforms(ag_random *random, size_t count, double *x)
{
  uint64_t word[512];
  for (size_t done = 0; done < count;) {
    size_t part = count - done < 512 ? count - done : 512;
    ag_random_words(random, part, word);
    for (size_t i = 0; i < part; i++)
      x[done + i] = as_uniform(word[i]);
    done += part;
  }
}

double ag_random_uniform(ag_random *random)
{
  return as_uniform(random_bits(random));
}

double ag_random_exponential(ag_random *random)
{
  return -log(ag_random_uniform(random));
}

double ag_random_normal(ag_random *random)
{
  double radius = sqrt(2 * ag_random_exponential(random));
  return radius * cos(6.283185307179586477 * ag_random_uniform(random));
}

uint64_t ag_random_below(ag_random *random, uint64_t count)
{
  return (uint64_t)(ag_random_uniform(random) * (double)count) % count;
}
