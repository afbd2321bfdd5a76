/* Normal numbers in bulk, eight at a time. */
#include "base/random.h"

#include <string.h>

#include "base/simd.h"

enum { BATCH = 128 }; /* numbers made at a time */

/* sqrt(x) for 1e-17 < x < 1e3, to an ulp or two: Newton's iteration for 1 / sqrt(x) from
 * the exponent halved, and a last step for the root. */
VECTOR_INLINE v8 vector_root(v8 x)
{
  v8 y = (v8)(0x5fe6eb50c7b537a9 - ((u8)x >> 1)), half = 0.5 * x;
  for (int i = 0; i < 4; i++)
    y = y * (1.5 - half * y * y);
  v8 root = x * y;
  return root + 0.5 * y * (x - root * root);
}

/* cos and sin of 2 pi u, 0 < u < 1, to 4e-16: exactly reduced to an eighth of a turn. */
VECTOR_INLINE void vector_turn(v8 u, v8 *cosine, v8 *sine)
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

/* Pairs of uniforms become pairs of normals (Box and Muller, 1958); the same bits by every
 * version, as nothing is fused. */
FOR_EVERY_PROCESSOR
static void make_normals(const double *uniform, size_t eights, double *x)
{
  for (size_t e = 0; e < eights; e++) {
    v8 a = load(uniform + 16 * e), b = load(uniform + 16 * e + 8), cosine, sine;
    v8 radius =
        vector_root(-2.0 * vector_log(__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)));
    vector_turn(__builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15), &cosine, &sine);
    cosine *= radius;
    sine *= radius;
    store(x + 16 * e, __builtin_shufflevector(cosine, sine, 0, 8, 1, 9, 2, 10, 3, 11));
    store(x + 16 * e + 8, __builtin_shufflevector(cosine, sine, 4, 12, 5, 13, 6, 14, 7, 15));
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
