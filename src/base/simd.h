/* Eight doubles at a time, for any processor: the compiler cuts the vectors into what
 * its registers hold. The bits do not depend on how wide those are, as long as
 * products and sums are not fused. */
#ifndef AG_BASE_SIMD_H
#define AG_BASE_SIMD_H

/* Before a function: one version of it for each instruction set, where the compiler can and nobody
 * counts branches. */
#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__) && !defined(AG_COVERAGE)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

/* Before a function of vectors that such a version calls: it must become a part of it, since two
 * instruction sets do not hand vectors over in the same way. */
#define VECTOR_INLINE static inline __attribute__((always_inline))

typedef double v8 __attribute__((vector_size(64)));
typedef long long i8 __attribute__((vector_size(64)));
typedef unsigned long long u8 __attribute__((vector_size(64)));
typedef double v8_loose __attribute__((vector_size(64), aligned(8)));

VECTOR_INLINE v8 load(const double *x)
{
  return *(const v8_loose *)x;
}

VECTOR_INLINE void store(double *x, v8 v)
{
  *(v8_loose *)x = v;
}

/* exp(x) for x <= 709; 0 where x < -708 (the slow, subnormal end). Error
 * below 1 ulp: |r| <= log(2)/2, a polynomial of degree 11 near the minimax. */
VECTOR_INLINE v8 vector_exp(v8 x)
{
  const double shift = 0x1.8p52;
  v8 n = x * 0x1.71547652b82fep0 + shift;
  u8 bits = (u8)n;
  n -= shift;
  v8 r = x - n * 0x1.62e42fefa0000p-1;
  r -= n * 0x1.cf79abc9e3b3ap-40;
  v8 r2 = r * r, r4 = r2 * r2;
  v8 low =
      (0.5 + r * 0x1.5555555555556p-3) + r2 * (0x1.5555555553d63p-5 + r * 0x1.11111111109b3p-7);
  v8 high = (0x1.6c16c1788bd90p-10 + r * 0x1.a01a01a7c41d5p-13) +
            r2 * (0x1.a019b90d2ae7ap-16 + r * 0x1.71de0dae63bb3p-19);
  v8 top = 0x1.289185613a3d6p-22 + r * 0x1.af38a9b0ec855p-26;
  v8 q = low + r4 * (high + r4 * top);
  v8 y = 1.0 + (r + r2 * q);
  y = (v8)((u8)y + (bits << 52));
  return (v8)((i8)y & (x >= -708.0));
}

/* log(x) for normal x > 0: x = 2^e m with m in [sqrt(1/2), sqrt(2)), and
 * log m = 2 s + s^3 q(s^2), s = (m - 1) / (m + 1). Error below 2 ulp. */
VECTOR_INLINE v8 vector_log(v8 x)
{
  const long long half = 0x3fe6a09e667f3bcdLL; /* sqrt(1/2) */
  i8 exponent = ((i8)x - half) >> 52;
  v8 m = (v8)((i8)x - (i8)((u8)exponent << 52));
  v8 e = __builtin_convertvector(exponent, v8);
  v8 f = m - 1.0, s = f / (m + 1.0), z = s * s;
  v8 q = 0x1.3b1c3c1c81c8fp-3 + z * (0x1.0fbde0f4ad17bp-3 + z * 0x1.0c0aff044a970p-3);
  q = 0x1.c71c7201a55d7p-3 + z * (0x1.745cf8e4bba1bp-3 + z * q);
  q = 0x1.5555555555555p-1 + z * (0x1.9999999999a39p-2 + z * (0x1.2492492476a1ap-2 + z * q));
  return e * 0x1.62e42fefa0000p-1 + (2.0 * s + (e * 0x1.cf79abc9e3b3ap-40 + s * z * q));
}

static inline double lanes_sum(v8 v)
{
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

VECTOR_INLINE v8 larger(v8 a, v8 b)
{
  i8 pick = a > b;
  return (v8)(((i8)a & pick) | ((i8)b & ~pick));
}

#endif
