/* Counter-based random numbers (Philox, from Random123): every number is a
 * function of the seed, of what it is for, and of its place. */
#ifndef AG_BASE_RANDOM_H
#define AG_BASE_RANDOM_H

#include <stdint.h>

/* What numbers are for; a purpose keeps its number for ever. */
typedef enum ag_random_purpose {
  AG_RANDOM_BASIN_START = 1, /* random initial distributions */
  AG_RANDOM_ENSEMBLE = 2,    /* random games */
  AG_RANDOM_MISREPORT = 3    /* random directions of a search over reports */
} ag_random_purpose;

typedef struct ag_random {
  uint64_t seed, stream;
  uint32_t purpose, next;
  uint64_t held;
  int has_held;
} ag_random;

/* A sequence of its own for (seed, purpose, stream). */
ag_random ag_random_start(uint64_t seed, ag_random_purpose purpose, uint64_t stream);
/* Uniform in (0, 1), multiples of 2^-53 plus 2^-54. */
double ag_random_uniform(ag_random *random);
/* Exponential with mean one; standard normal. */
double ag_random_exponential(ag_random *random);
double ag_random_normal(ag_random *random);
/* Uniform among 0 … count - 1, count >= 1. */
uint64_t ag_random_below(ag_random *random, uint64_t count);

#endif
