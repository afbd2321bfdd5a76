/* Nanoseconds for one atom and generation, beside the memory's measured speed.
 * usage: generation ATOMS POOL [CURATORS] : prints one line of JSON. */

#include "base/threads.h"
#include "bench/made_game.h"
#include "game/play.h"

enum { ROUNDS = 7 };

/* STREAM's triad, a = b + s c, counted as 24 bytes an element. GB/s. */
static double triad(void)
{
  size_t n = 20000000;
  double *a, *b, *c, best = 0;
  ag_error error;
  must(ag_array_create(n, sizeof *a, &a, &error), &error);
  must(ag_array_create(n, sizeof *b, &b, &error), &error);
  must(ag_array_create(n, sizeof *c, &c, &error), &error);
#pragma omp parallel for schedule(static)
  for (size_t i = 0; i < n; i++) {
    a[i] = 0;
    b[i] = 1;
    c[i] = (double)i;
  }
  for (int round = 0; round < ROUNDS; round++) {
    double start = seconds_now();
#pragma omp parallel for simd schedule(static)
    for (size_t i = 0; i < n; i++)
      a[i] = b[i] + 3 * c[i];
    best = fmax(best, 24e-9 * (double)n / (seconds_now() - start));
  }
  if (a[n / 2] < 0)
    puts("");
  free(a);
  free(b);
  free(c);
  return best;
}

/* Resident memory in bytes; peak: the most there ever was. */
static double resident(const char *key)
{
  char line[256];
  double kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, key, strlen(key)))
      kilobytes = atof(line + strlen(key));
  if (file)
    fclose(file);
  return 1024 * kilobytes;
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
  if (argc < 3) {
    fprintf(stderr, "usage: %s ATOMS POOL [CURATORS]\n", argv[0]);
    return 2;
  }
  size_t n = (size_t)atof(argv[1]), curators = argc > 3 ? (size_t)atoi(argv[3]) : 2;
  ag_error error;
  ag_pool pool;
  must(ag_pool_read(argv[2], &pool, &error), &error);
  double before = triad(), base = resident("VmRSS:"), start = seconds_now();
  ag_game *game = make_game(n, curators, pool);
  ag_play *play;
  must(ag_play_create(game, &play, &error), &error);
  double prepared = seconds_now() - start, round[ROUNDS];
  double state = resident("VmRSS:") - base - 8.0 * (double)(n * curators);
  size_t steps = n < 1000000 ? 2000000 / n + 1 : 2;
  for (int r = 0; r < ROUNDS; r++) {
    start = seconds_now();
    for (size_t s = 0; s < steps; s++)
      must(ag_play_step(play, &error), &error);
    round[r] = (seconds_now() - start) / (double)steps;
  }
  qsort(round, ROUNDS, sizeof *round, by_size);
  double stream = fmax(before, triad()), nanoseconds = 1e9 * round[ROUNDS / 2] / (double)n;
  /* what must move: log masses and every reward in each pass, log masses out once */
  double bytes = (double)curators * 8 * (double)(1 + curators) + 8;
  printf("{\"atoms\": %zu, \"pool\": \"%s\", \"curators\": %zu, \"threads\": %d, \"ns\": %.4f, "
         "\"best_ns\": %.4f, \"bytes\": %.0f, \"triad\": %.3f, \"share\": %.4f, "
         "\"state_bytes\": %.2f, \"prepare_s\": %.3f, \"runs\": %zu}\n",
         n, argv[2], curators, omp_get_max_threads(), nanoseconds, 1e9 * round[0] / (double)n,
         bytes, stream, bytes / stream / nanoseconds, state / (double)n, prepared,
         game->layout.run_count);
  ag_play_free(play);
  ag_game_free(game);
  return 0;
}
