/* The usual Monte-Carlo estimate of one curation, next to the exact weights:
 * its error at equal time.
 * usage: estimate ATOMS POOL : prints one line of JSON. */
#include "bench/made_game.h"

#include <aligngame/weights.h>

/* Every atom's weight from `draws` random pools: the mean of K u / (u + sum).
 * Root mean square error of log H against exact, over atoms. */
static double estimate(size_t n, const double *u, int64_t pool, size_t draws, const double *exact)
{
  double square = 0;
#pragma omp parallel for schedule(static) reduction(+ : square)
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    uint64_t key = (i + 1) << 24;
    for (size_t d = 0; d < draws; d++) {
      double others = 0;
      for (int64_t k = 1; k < pool; k++)
        others += u[(size_t)(hashed_uniform(key++) * (double)n)];
      sum += (double)pool * u[i] / (u[i] + others);
    }
    double off = log(sum / (double)draws) - exact[i];
    square += off * off;
  }
  return sqrt(square / (double)n);
}

int main(int argc, char **argv)
{
  if (argc < 3) {
    fprintf(stderr, "usage: %s ATOMS POOL\n", argv[0]);
    return 2;
  }
  size_t n = (size_t)atof(argv[1]), draws = 1;
  int64_t pool = atoll(argv[2]);
  double *array, exact_time = INFINITY, error = 0, time = 0;
  ag_error words;
  must(ag_array_create(4 * n, sizeof *array, &array, &words), &words);
  double *reward = array, *log_mass = array + n, *exact = array + 2 * n, *u = array + 3 * n;
  draw_rewards(reward, n, 1);
  for (size_t i = 0; i < n; i++) {
    log_mass[i] = -log((double)n);
    u[i] = exp(reward[i]);
  }
  for (int round = 0; round < 5; round++) {
    double start = seconds_now();
    must(ag_weights(n, log_mass, reward, pool, 1, exact, &words), &words);
    exact_time = fmin(exact_time, seconds_now() - start);
  }
  double first = 0, first_error = 0;
  for (;; draws *= 2) { /* until it takes as long as the exact weights */
    double start = seconds_now();
    error = estimate(n, u, pool, draws, exact);
    time = seconds_now() - start;
    if (draws == 1) {
      first = time;
      first_error = error;
    }
    if (time >= exact_time)
      break;
  }
  printf(
      "{\"atoms\": %zu, \"pool\": %lld, \"exact_s\": %.6f, \"draws\": %zu, \"estimate_s\": %.6f, "
      "\"rms_error\": %.6g, \"one_draw_s\": %.6f, \"one_draw_error\": %.6g}\n",
      n, (long long)pool, exact_time, draws, time, error, first, first_error);
  free(array);
  return 0;
}
