#include "generator/kde.h"

#include <math.h>

#include "base/simd.h"

/* A running log-sum-exp: sum_i exp(x_i - most). */
typedef struct log_sum {
  double most, sum;
} log_sum;

/* exponent [AG_KDE_TILE] = -|q - z|^2 / 2 of a tile's data; returns the largest. */
static inline __attribute__((always_inline)) double
tile_exponents(const double *tile, size_t dim, const double *query, double *exponent)
{
  v8 most = {0};
  most -= INFINITY;
  for (size_t j = 0; j < AG_KDE_TILE; j += 8) {
    v8 square = {0};
    for (size_t d = 0; d < dim; d++) {
      v8 step = load(tile + d * AG_KDE_TILE + j) - query[d];
      square += step * step;
    }
    v8 x = -0.5 * square;
    store(exponent + j, x);
    most = larger(x, most);
  }
  double largest = most[0];
  for (int k = 1; k < 8; k++)
    largest = most[k] > largest ? most[k] : largest;
  return largest;
}

/* Every version gives the same bits, as nothing is fused. */
FOR_EVERY_PROCESSOR
static void weigh_tile(const double *tile, size_t dim, const double *query, size_t queries,
                       log_sum *total)
{
  double exponent[AG_KDE_TILE];
  for (size_t q = 0; q < queries; q++) {
    double most = tile_exponents(tile, dim, query + q * dim, exponent);
    if (most > total[q].most) {
      total[q].sum *= exp(total[q].most - most);
      total[q].most = most;
    }
    if (most == -INFINITY)
      continue;
    v8 sum = {0};
    for (size_t j = 0; j < AG_KDE_TILE; j += 8)
      sum += vector_exp(load(exponent + j) - total[q].most);
    total[q].sum += lanes_sum(sum);
  }
}

void ag_kde_log_sums(const ag_kde_tiles *tiles, const double *query, size_t queries,
                     double *log_sums)
{
  log_sum total[AG_KDE_QUERIES];
  for (size_t q = 0; q < queries; q++)
    total[q] = (log_sum){-INFINITY, 0};
  for (size_t first = 0; first < tiles->count; first += AG_KDE_TILE)
    weigh_tile(tiles->z + first * tiles->dim, tiles->dim, query, queries, total);
  for (size_t q = 0; q < queries; q++)
    log_sums[q] = total[q].most + log(total[q].sum);
}
