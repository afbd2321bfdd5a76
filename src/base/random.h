/* Counter-based random numbers (Philox, from Random123): every number is a
 * function of the seed, of what it is for, and of its place. */
#ifndef AG_BASE_RANDOM_H
#define AG_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What numbers are for; a purpose keeps its number for ever. */
typedef enum ag_random_purpose {
  AG_RANDOM_BASIN_START = 1, /* random initial distributions */
  AG_RANDOM_ENSEMBLE = 2,    /* random games */
  AG_RANDOM_MISREPORT = 3,   /* random directions of a search over reports */
  AG_RANDOM_INITIAL = 4,     /* the first dataset */
  AG_RANDOM_REAL = 5,        /* real data mixed in later */
  AG_RANDOM_SELECT = 6,      /* pools, groups and lots */
  AG_RANDOM_FIT = 7,         /* a model's random starts */
  AG_RANDOM_GENERATE = 8,    /* what a model generates */
  AG_RANDOM_DATASET = 9,     /* what a subsampled dataset keeps */
  AG_RANDOM_DRIFT = 10,      /* populations of the finite-population theory */
  AG_RANDOM_KEEP = 11,       /* what stays of the generation before */
  AG_RANDOM_LOT = 12,        /* which curator of a mixture judges */
  AG_RANDOM_SHARPEN = 14,    /* samples at another temperature */
  AG_RANDOM_SCORE = 15,      /* scores that are known with an error */
  AG_RANDOM_REST = 13,       /* starts of a search for rest points */
  AG_RANDOM_TEXT = 20        /* a grammar's sentences, and which of a file's are taken */
} ag_random_purpose;

typedef struct ag_random {
  uint64_t seed, stream;
  uint32_t purpose, next;
  uint64_t held;
  int has_held;
} ag_random;

/* A sequence of its own for (seed, purpose, stream). */
ag_random ag_random_start(uint64_t seed, ag_random_purpose purpose, uint64_t stream);

/* A place in a sampled game: each has numbers of its own, whatever is drawn
 * elsewhere and in whichever order. */
typedef struct ag_random_key {
  uint64_t seed; /* the replicate's */
  uint32_t generation;
  uint32_t stage; /* below 2^16 */
} ag_random_key;

/* The seed of a replicate of a game with this seed. */
uint64_t ag_random_replicate_seed(uint64_t seed, uint64_t replicate);

/* The sequence number `block` of a place, for a purpose. Long work is cut into
 * blocks of AG_RANDOM_BLOCK items, each with its own sequence, so that threads
 * may share it in any way. */
enum { AG_RANDOM_BLOCK = 4096 };
ag_random ag_random_at(const ag_random_key *key, ag_random_purpose purpose, uint32_t block);

/* Uniform in (0, 1), multiples of 2^-53 plus 2^-54. */
double ag_random_uniform(ag_random *random);
/* The next count of them in x, the same bits as one by one, several times as fast. */
void ag_random_uniforms(ag_random *random, size_t count, double *x);
/* The next count numbers of the sequence as they are: 64 random bits each, of which
 * a uniform is made from the upper 53. */
void ag_random_words(ag_random *random, size_t count, uint64_t *word);
/* Exponential with mean one; standard normal. */
double ag_random_exponential(ag_random *random);
double ag_random_normal(ag_random *random);
/* x [count]: standard normals in bulk. Each pair of uniforms gives two of them (Box
 * and Muller, 1958), to 1e-15 of their length; x[i] depends on the sequence and i alone,
 * not on count. */
void ag_random_normals(ag_random *random, size_t count, double *x);
/* Uniform among 0 … count - 1, count >= 1. */
uint64_t ag_random_below(ag_random *random, uint64_t count);

/* The whole part of count times word / 2^64. */
static inline uint32_t ag_random_scale(uint64_t word, uint32_t count)
{
#ifdef __SIZEOF_INT128__
  return (uint32_t)((unsigned __int128)word * count >> 64);
#else
  return (uint32_t)(((word >> 32) * count + ((word & UINT32_MAX) * count >> 32)) >> 32);
#endif
}

#endif
