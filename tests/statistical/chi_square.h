/* Counts against a law. */
#ifndef AG_TESTS_CHI_SQUARE_H
#define AG_TESTS_CHI_SQUARE_H

#include <stddef.h>

#include "tests/check.h"

/* P(chi-square with dof degrees of freedom > x): from one or two degrees upwards. */
static inline double chi_square_tail(double x, size_t dof)
{
  double tail = dof % 2 ? erfc(sqrt(x / 2)) : exp(-x / 2);
  for (size_t d = dof % 2 ? 1 : 2; d < dof; d += 2)
    tail += exp((double)d / 2 * log(x / 2) - x / 2 - lgamma((double)d / 2 + 1));
  return tail;
}

/* Counts [cells] of independent draws against the law [cells], which adds up to one.
 * Cells that expect fewer than 20 draws are taken together; a cell of probability zero
 * must be empty. Fails where the counts would deviate as much with a probability below
 * 1e-6, which is the false alarm of one check. */
static inline void check_law(const char *what, const double *law, const size_t *count, size_t cells)
{
  double draws = 0, rest = 0, rest_count = 0, x = 0, total = 0;
  size_t used = 0;
  for (size_t c = 0; c < cells; c++) {
    draws += (double)count[c];
    total += law[c];
  }
  CHECK_NEAR(total, 1, 1e-12);
  for (size_t c = 0; c < cells; c++) {
    double expected = draws * law[c], off = (double)count[c] - expected;
    CHECK(law[c] > 0 || count[c] == 0);
    if (expected < 20) {
      rest += expected;
      rest_count += (double)count[c];
      continue;
    }
    x += off * off / expected;
    used++;
  }
  if (rest >= 20) {
    x += (rest_count - rest) * (rest_count - rest) / rest;
    used++;
  }
  CHECK(used >= 2);
  double tail = used >= 2 ? chi_square_tail(x, used - 1) : 1;
  printf("# %s: chi-square %.2f, %zu degrees, tail %.3g\n", what, x, used - 1, tail);
  CHECK(tail > 1e-6);
}

#endif
