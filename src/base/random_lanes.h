/* Philox 4x32-10 for many counters side by side, one in each 64-bit lane. random.c
 * includes this once for each instruction set, having defined LANES_NAME,
 * LANES_TARGET, LANES_BYTES (of a vector), LANES_FACTOR and LANES_MULTIPLY (the
 * instruction that multiplies the lanes' low halves, and its type), LANES_FIRST and
 * LANES_SECOND (the order that interleaves two vectors). No include guard. */

#define LANES_PASTE_(a, b) a##b
#define LANES_PASTE(a, b) LANES_PASTE_(a, b)
#define LANES_VECTOR LANES_PASTE(LANES_NAME, _vector)

typedef uint64_t LANES_VECTOR __attribute__((vector_size(LANES_BYTES)));

/* word [2 STEP_PAIRS]: the numbers of STEP_PAIRS counters from `first` on. Several
 * vectors at a time hide the multiplications' latency. */
static inline __attribute__((always_inline, target(LANES_TARGET))) void
LANES_PASTE(LANES_NAME, _step)(const ag_random *random, uint32_t first, uint64_t *word)
{
  enum { LANES = LANES_BYTES / 8, VECTORS = STEP_PAIRS / LANES };
  typedef LANES_VECTOR v;
  const v low = (v){0} + UINT32_MAX;
  const v left = (v){0} + PHILOX_M4x32_0, right = (v){0} + PHILOX_M4x32_1;
  v c0[VECTORS], c1[VECTORS], c2[VECTORS], c3[VECTORS];
  uint32_t k0 = (uint32_t)random->seed, k1 = (uint32_t)(random->seed >> 32);
  for (int n = 0; n < VECTORS; n++) {
    for (int l = 0; l < LANES; l++)
      c0[n][l] = (uint32_t)(first + (uint32_t)(n * LANES + l));
    c1[n] = (v){0} + random->purpose;
    c2[n] = (v){0} + (uint32_t)random->stream;
    c3[n] = (v){0} + (random->stream >> 32);
  }
  for (int round = 0; round < 10; round++) {
    for (int n = 0; n < VECTORS; n++) {
      v a = (v)LANES_MULTIPLY((LANES_FACTOR)c0[n], (LANES_FACTOR)left);
      v b = (v)LANES_MULTIPLY((LANES_FACTOR)c2[n], (LANES_FACTOR)right);
      c0[n] = (b >> 32) ^ c1[n] ^ k0; /* the high halves of c1 and c3 are rubbish, and of c0 */
      c1[n] = b;                      /* and c2 by and by: only low halves are multiplied */
      c2[n] = (a >> 32) ^ c3[n] ^ k1;
      c3[n] = a;
    }
    k0 += PHILOX_W32_0;
    k1 += PHILOX_W32_1;
  }
  for (int n = 0; n < VECTORS; n++) {
    v even = c0[n] << 32 | (c1[n] & low), odd = c2[n] << 32 | (c3[n] & low);
    v pair[2] = {__builtin_shufflevector(even, odd, LANES_FIRST),
                 __builtin_shufflevector(even, odd, LANES_SECOND)};
    memcpy(word + (size_t)(2 * LANES * n), pair, sizeof pair);
  }
}

/* word [2 pairs]: the numbers of the next `pairs` counters. */
static __attribute__((target(LANES_TARGET))) void LANES_NAME(const ag_random *random, size_t pairs,
                                                             uint64_t *word)
{
  size_t done = 0;
  for (; done + STEP_PAIRS <= pairs; done += STEP_PAIRS)
    LANES_PASTE(LANES_NAME, _step)(random, random->next + (uint32_t)done, word + 2 * done);
  if (done < pairs) {
    uint64_t rest[2 * STEP_PAIRS];
    LANES_PASTE(LANES_NAME, _step)(random, random->next + (uint32_t)done, rest);
    memcpy(word + 2 * done, rest, 2 * (pairs - done) * sizeof *word);
  }
}

#undef LANES_PASTE_
#undef LANES_PASTE
#undef LANES_VECTOR
#undef LANES_NAME
#undef LANES_TARGET
#undef LANES_BYTES
#undef LANES_FACTOR
#undef LANES_MULTIPLY
#undef LANES_FIRST
#undef LANES_SECOND
