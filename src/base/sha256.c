#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { PIECE = 1 << 16 };

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t x, int bits)
{
  return x >> bits | x << (32 - bits);
}

static uint32_t read_word(const unsigned char *b)
{
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Step t of a block; the letters are the standard's, which move on by one with each step. */
static inline void step(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e, uint32_t f,
                        uint32_t g, uint32_t *h, uint32_t constant_and_word)
{
  uint32_t t1 =
      *h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constant_and_word;
  *d += t1;
  *h = t1 + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
}

static void compress(uint32_t state[8], const unsigned char *block)
{
  uint32_t w[64];
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (int t = 0; t < 16; t++)
    w[t] = read_word(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
  for (int t = 0; t < 64; t += 8) {
    step(a, b, c, &d, e, f, g, &h, constant[t] + w[t]);
    step(h, a, b, &c, d, e, f, &g, constant[t + 1] + w[t + 1]);
    step(g, h, a, &b, c, d, e, &f, constant[t + 2] + w[t + 2]);
    step(f, g, h, &a, b, c, d, &e, constant[t + 3] + w[t + 3]);
    step(e, f, g, &h, a, b, c, &d, constant[t + 4] + w[t + 4]);
    step(d, e, f, &g, h, a, b, &c, constant[t + 5] + w[t + 5]);
    step(c, d, e, &f, g, h, a, &b, constant[t + 6] + w[t + 6]);
    step(b, c, d, &e, f, g, h, &a, constant[t + 7] + w[t + 7]);
  }
  const uint32_t added[8] = {a, b, c, d, e, f, g, h};
  for (int i = 0; i < 8; i++)
    state[i] += added[i];
}

void ag_sha256_begin(ag_sha256 *hash)
{
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash->state, start, sizeof start);
  hash->size = 0;
}

void ag_sha256_add(ag_sha256 *hash, const void *bytes, size_t size)
{
  const unsigned char *next = bytes;
  while (size > 0) {
    size_t used = hash->size % 64, room = 64 - used, count = size < room ? size : room;
    if (count == 64)
      compress(hash->state, next);
    else
      memcpy(hash->block + used, next, count);
    if (count < 64 && count == room)
      compress(hash->state, hash->block);
    hash->size += count;
    next += count, size -= count;
  }
}

void ag_sha256_end(ag_sha256 *hash, char hex[AG_SHA256_HEX])
{
  unsigned char end[72] = {0x80};
  uint64_t bits = hash->size * 8;
  size_t zeros = (119 - hash->size % 64) % 64; /* up to the last 8 bytes of a block */
  for (int i = 0; i < 8; i++)
    end[1 + zeros + (size_t)i] = (unsigned char)(bits >> (56 - 8 * i));
  ag_sha256_add(hash, end, zeros + 9);
  for (int i = 0; i < 8; i++)
    snprintf(hex + 8 * i, 9, "%08x", (unsigned)hash->state[i]);
}

ag_status ag_sha256_file(const char *path, char hex[AG_SHA256_HEX], uint64_t *size, ag_error *error)
{
  ag_sha256 hash;
  unsigned char piece[PIECE];
  struct stat information;
  ssize_t count = 1;
  int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), reason = 0;
  if (descriptor < 0)
    return ag_fail_system(error, "read", path, errno);
  if (fstat(descriptor, &information) != 0 || !S_ISREG(information.st_mode))
    reason = EINVAL; /* a pipe or a device has no end that could be waited for */
  ag_sha256_begin(&hash);
  while (reason == 0 && (count = read(descriptor, piece, sizeof piece)) != 0) {
    if (count > 0)
      ag_sha256_add(&hash, piece, (size_t)count);
    else if (errno != EINTR)
      reason = errno;
  }
  close(descriptor);
  if (reason != 0)
    return ag_fail_system(error, "read", path, reason);
  *size = hash.size;
  ag_sha256_end(&hash, hex);
  return AG_OK;
}
