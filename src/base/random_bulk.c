/* Random numbers in bulk: the same sequences as one by one, eight counters at a time. */
#include "base/random.h"

#include <Random123/philox.h>
#include <string.h>

#include "base/processor.h"
#include "base/simd.h"

/* One version for each instruction set; they give the same bits, as nothing is fused. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

enum { BATCH = 128 }; /* uniforms made at a time: two for each counter */

/* bits [2 eights 8]: those of the counters from random->next on. */
static void make_bits_plainly(const ag_random *random, size_t eights, uint64_t *bits)
{
  philox4x32_key_t key = {{(uint32_t)random->seed, (uint32_t)(random->seed >> 32)}};
  for (size_t i = 0; i < 8 * eights; i++) {
    philox4x32_ctr_t counter = {{random->next + (uint32_t)i, random->purpose,
                                 (uint32_t)random->stream, (uint32_t)(random->stream >> 32)}};
    philox4x32_ctr_t made = philox4x32(counter, key);
    bits[2 * i] = (uint64_t)made.v[0] << 32 | made.v[1];
    bits[2 * i + 1] = (uint64_t)made.v[2] << 32 | made.v[3];
  }
}

#ifdef __x86_64__
#include <immintrin.h>

/* Philox in 64-bit lanes, whose lower halves hold the words; upper halves may hold
 * anything until the end. */
__attribute__((target("avx512f"))) static void make_bits_widely(const ag_random *random,
                                                                size_t eights, uint64_t *bits)
{
  const __m512i m0 = _mm512_set1_epi64(0xd2511f53), m1 = _mm512_set1_epi64(0xcd9e8d57);
  const __m512i lane = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i low = _mm512_set1_epi64(0xffffffff);
  const __m512i order0 = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
  const __m512i order1 = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  for (size_t e = 0; e < eights; e++) {
    uint32_t k0 = (uint32_t)random->seed, k1 = (uint32_t)(random->seed >> 32);
    __m512i c0 = _mm512_add_epi64(_mm512_set1_epi64(random->next + (uint32_t)(8 * e)), lane);
    __m512i c1 = _mm512_set1_epi64(random->purpose);
    __m512i c2 = _mm512_set1_epi64((long long)random->stream), c3 = _mm512_srli_epi64(c2, 32);
    for (int round = 0; round < 10; round++, k0 += 0x9e3779b9, k1 += 0xbb67ae85) {
      __m512i p0 = _mm512_mul_epu32(m0, c0), p1 = _mm512_mul_epu32(m1, c2);
      c0 = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p1, 32), c1), _mm512_set1_epi64(k0));
      c2 = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p0, 32), c3), _mm512_set1_epi64(k1));
      c1 = p1;
      c3 = p0;
    }
    __m512i a = _mm512_or_si512(_mm512_slli_epi64(c0, 32), _mm512_and_si512(c1, low));
    __m512i b = _mm512_or_si512(_mm512_slli_epi64(c2, 32), _mm512_and_si512(c3, low));
    _mm512_storeu_si512(bits + 16 * e, _mm512_permutex2var_epi64(a, order0, b));
    _mm512_storeu_si512(bits + 16 * e + 8, _mm512_permutex2var_epi64(a, order1, b));
  }
}
#endif

static void make_bits(const ag_random *random, size_t eights, uint64_t *bits)
{
#ifdef __x86_64__
  if (ag_processor_first() == 0) {
    make_bits_widely(random, eights, bits);
    return;
  }
#endif
  make_bits_plainly(random, eights, bits);
}

/* As ag_random_uniform has it. The halves of a 53-bit number, exact as doubles. */
static inline v8 uniform_of(u8 bits)
{
  u8 high = bits >> 43, low = (bits >> 11) & 0xffffffff;
  v8 upper = (v8)(high | 0x4530000000000000) - 0x1p84, lower = (v8)(low | 0x4330000000000000);
  return (upper + (lower - 0x1p52 + 0.5)) * 0x1p-53;
}

FOR_EVERY_PROCESSOR
static void make_uniforms(const uint64_t *bits, size_t eights, double *x)
{
  for (size_t e = 0; e < eights; e++) {
    u8 eight;
    memcpy(&eight, bits + 8 * e, sizeof eight);
    store(x + 8 * e, uniform_of(eight));
  }
}

void ag_random_uniforms(ag_random *random, size_t count, double *x)
{
  size_t done = 0;
  if (count > 0 && random->has_held)
    x[done++] = ag_random_uniform(random);
  while (count - done >= 2) {
    uint64_t bits[BATCH];
    double made[BATCH];
    size_t rest = (count - done) / 2 * 2, now = rest < BATCH ? rest : BATCH;
    size_t eights = (now + 15) / 16;
    make_bits(random, eights, bits);
    make_uniforms(bits, 2 * eights, made);
    memcpy(x + done, made, now * sizeof *x);
    random->next += (uint32_t)(now / 2);
    done += now;
  }
  if (done < count)
    x[done] = ag_random_uniform(random);
}

/* sqrt(x) for 1e-17 < x < 1e3, to an ulp or two: Newton's iteration for 1 / sqrt(x) from
 * the exponent halved, and a last step for the root. */
static inline v8 vector_root(v8 x)
{
  v8 y = (v8)(0x5fe6eb50c7b537a9 - ((u8)x >> 1)), half = 0.5 * x;
  for (int i = 0; i < 4; i++)
    y = y * (1.5 - half * y * y);
  v8 root = x * y;
  return root + 0.5 * y * (x - root * root);
}

/* cos and sin of 2 pi u, 0 < u < 1, to 4e-16: exactly reduced to an eighth of a turn. */
static inline void vector_turn(v8 u, v8 *cosine, v8 *sine)
{
  const double shift = 0x1.8p50; /* whole quarters */
  v8 n = u + shift, f = u - (n - shift), w = f * f, w2 = w * w, w4 = w2 * w2;
  u8 quarter = (u8)n, swap = -(quarter & 1);
  v8 s = (0x1.921fb54442d18p+2 + w * -0x1.4abbce625be41p+5) +
         w2 * (0x1.466bc677587f8p+6 + w * -0x1.32d2cce2e5b19p+6) +
         w4 * (0x1.50782fda12d96p+5 + w * -0x1.e30071afc3e59p+3 + w2 * 0x1.e3f38399551bfp+1);
  v8 c = (1.0 + w * -0x1.3bd3cc9be45dep+4) +
         w2 * (0x1.03c1f081b5aacp+6 + w * -0x1.55d3c7e3c90f8p+6) +
         w4 * ((0x1.e1f5068355e15p+5 + w * -0x1.a6d1ec7906c20p+4) +
               w2 * (0x1.f9cc41140bb60p+2 + w * -0x1.b264ba152378ap+0));
  u8 a = (u8)(f * s), b = (u8)c;
  *sine = (v8)(((b & swap) | (a & ~swap)) ^ ((quarter & 2) << 62));
  *cosine = (v8)(((a & swap) | (b & ~swap)) ^ (((quarter + 1) & 2) << 62));
}

/* Pairs of uniforms become pairs of normals (Box and Muller, 1958). */
FOR_EVERY_PROCESSOR
static void make_normals(const double *uniform, size_t eights, double *x)
{
  const i8 even = {0, 2, 4, 6, 8, 10, 12, 14}, odd = even + 1;
  const i8 front = {0, 8, 1, 9, 2, 10, 3, 11}, back = front + 4;
  for (size_t e = 0; e < eights; e++) {
    v8 a = load(uniform + 16 * e), b = load(uniform + 16 * e + 8), cosine, sine;
    v8 radius = vector_root(-2.0 * vector_log(__builtin_shuffle(a, b, even)));
    vector_turn(__builtin_shuffle(a, b, odd), &cosine, &sine);
    cosine *= radius;
    sine *= radius;
    store(x + 16 * e, __builtin_shuffle(cosine, sine, front));
    store(x + 16 * e + 8, __builtin_shuffle(cosine, sine, back));
  }
}

void ag_random_normals(ag_random *random, size_t count, double *x)
{
  for (size_t done = 0; done < count; done += BATCH) {
    double uniform[BATCH], made[BATCH];
    size_t rest = count - done, now = rest < BATCH ? rest : BATCH, used = now + now % 2;
    size_t eights = (now + 15) / 16;
    ag_random_uniforms(random, used, uniform);
    for (size_t i = used; i < 16 * eights; i++)
      uniform[i] = 0.5;
    make_normals(uniform, eights, made);
    memcpy(x + done, made, now * sizeof *x);
  }
}
