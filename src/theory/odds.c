#include "theory/odds.h"

#include <math.h>

/* REACH: e^-45 is nothing beside 1. */
enum { REACH = 45, PARTS = 4 };

double ag_odds_change(ag_map *map, double log_odds)
{
  /* log 1 / (1 + e^-l) and log 1 / (1 + e^l) */
  double log_mass[2] = {log_odds > 0 ? -log1p(exp(-log_odds)) : log_odds - log1p(exp(log_odds)),
                        log_odds < 0 ? -log1p(exp(log_odds)) : -log_odds - log1p(exp(-log_odds))};
  double growth[2];
  ag_map_apply(map, 0, log_mass, AG_MAP_PRECISE, growth, NULL);
  return growth[0] - growth[1];
}

/* Bisection to neighbouring numbers: the change is exact to its last digits, its slope unknown. */
static double find_root(ag_map *map, double low, double high, bool rises)
{
  for (;;) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high)
      return middle;
    double change = ag_odds_change(map, middle);
    if (change == 0)
      return middle;
    *((change > 0) == rises ? &high : &low) = middle;
  }
}

size_t ag_odds_roots(ag_map *map, ag_odds_root *root, size_t most)
{
  size_t count = 0;
  double before = -REACH, change = ag_odds_change(map, before);
  for (int k = 1; k <= 2 * REACH * PARTS && count < most; k++) {
    double here = -REACH + (double)k / PARTS, next = ag_odds_change(map, here);
    if ((change < 0 && next > 0) || (change > 0 && next < 0) || (next == 0 && change != 0)) {
      double at = next == 0 ? here : find_root(map, before, here, next > change);
      root[count++] = (ag_odds_root){at, 1 / (1 + exp(-at)), change < 0};
    }
    if (next != 0)
      change = next;
    before = here;
  }
  return count;
}
