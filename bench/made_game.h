/* A game made in memory for benchmarks: n atoms of equal mass, rewards of
 * every curator drawn from the standard normal, temperature 1. */
#ifndef AG_BENCH_MADE_GAME_H
#define AG_BENCH_MADE_GAME_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "curation/kernel.h"
#include "game/game.h"

static inline double seconds_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Uniform in (0, 1) by splitmix64 of the index: the same for any thread count. */
static inline double hashed_uniform(uint64_t x)
{
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  x ^= x >> 31;
  return ((double)(x >> 11) + 0.5) * 0x1p-53;
}

static inline void draw_rewards(double *reward, size_t n, uint64_t key)
{
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++)
    reward[i] = sqrt(-2 * log(hashed_uniform(2 * i + (key << 40)))) *
                cos(6.283185307179586 * hashed_uniform(2 * i + 1 + (key << 40)));
}

static inline void must(ag_status status, const ag_error *error)
{
  if (status) {
    fprintf(stderr, "%s\n", error->message);
    exit(1);
  }
}

/* The game; release with ag_game_free. */
static inline ag_game *make_game(size_t n, size_t curators, ag_pool pool)
{
  ag_error error;
  ag_game *game = NULL;
  enum { CURATORS_MOST = 8 };
  const double *reward[CURATORS_MOST];
  ag_pool pools[CURATORS_MOST];
  if (curators > CURATORS_MOST) {
    fprintf(stderr, "at most %d curators\n", CURATORS_MOST);
    exit(1);
  }
  for (size_t c = 0; c < curators; c++) {
    double *column = NULL;
    must(ag_array_create(n, sizeof *column, &column, &error), &error);
    draw_rewards(column, n, c + 1);
    reward[c] = column;
    pools[c] = pool;
  }
  const ag_game_spec spec = {
      .count = n, .curator_count = curators, .reward = reward, .pool = pools};
  must(ag_game_make(&spec, &game, &error), &error);
  for (size_t c = 0; c < curators; c++)
    free((double *)reward[c]);
  return game;
}

#endif
