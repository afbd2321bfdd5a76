/* The selection rules sample the laws that they state. Seeds are fixed; check_law
 * raises a false alarm with probability 1e-6, and some sixty are made. */

#include "base/numerics.h"
#include "base/threads.h"
#include "curation/reference.h"
#include "curation/select_pools.h"
#include "curation/select_softmax.h"
#include "tests/statistical/chi_square.h"

enum { SMALL = 6, DRAWS = 200000, MOST = 300000 };

static ag_selector *selector;
static uint32_t chosen[MOST], again[MOST];
static double made_utility[MOST];

/* Two of the six are tied. */
static const double utility[SMALL] = {0, 0.5, 0.5, -1, 1.5, -0.25};
static const ag_candidates small = {.count = SMALL, .utility = utility};

static ag_random_key place(uint32_t generation)
{
  return (ag_random_key){20260101, generation, 3};
}

static void must_select(const char *rule, const ag_candidates *candidates, ag_pool pool,
                        size_t keep, uint32_t generation)
{
  ag_error error = {0};
  ag_random_key key = place(generation);
  CHECK(ag_select(selector, ag_selection_find(rule), candidates, pool, keep, &key, chosen,
                  &error) == AG_OK);
  CHECK_TEXT(error.message, "");
}

static void count_chosen(size_t keep, size_t *count, size_t cells)
{
  memset(count, 0, cells * sizeof *count);
  for (size_t i = 0; i < keep; i++)
    count[chosen[i]]++;
}

/* p H_K of candidates of equal mass, by the plain reference. */
static void pool_law(const double *u, size_t n, ag_pool pool, double *law)
{
  double zero[SMALL] = {0};
  CHECK(ag_weights_reference(n, zero, u, pool, 1, law, NULL) == AG_OK);
  for (size_t i = 0; i < n; i++)
    law[i] = exp(law[i]) / (double)n;
}

/* ---- pools ---- */

static void both_ways(ag_pool pool, size_t draws, uint32_t generation)
{
  double law[SMALL];
  size_t count[SMALL];
  char what[64];
  ag_random_key key = place(generation);
  pool_law(utility, SMALL, pool, law);
  if (pool != AG_POOL_INFINITE) {
    CHECK(ag_pools_literal(&small, pool, draws, &key, chosen) == AG_OK);
    count_chosen(draws, count, SMALL);
    snprintf(what, sizeof what, "pools of %lld drawn", (long long)pool);
    check_law(what, law, count, SMALL);
  }
  key.generation += 1000;
  CHECK(ag_pools_exact(selector, &small, pool, DRAWS, &key, chosen, NULL) == AG_OK);
  count_chosen(DRAWS, count, SMALL);
  snprintf(what, sizeof what, "pools of %lld by their law", (long long)pool);
  check_law(what, law, count, SMALL);
}

/* Of 127, 128 and 129 the drawn pools change their ways; 1024 members fill a slice. */
static void pools_have_the_law_of_definition_1(void)
{
  static const ag_pool pools[] = {2, 3, 5, 10, 40, 127, 128, 129, 1024, 1025, 5000};
  for (uint32_t k = 0; k < sizeof pools / sizeof *pools; k++)
    both_ways(pools[k], pools[k] < 100 ? DRAWS : 20000, k);
  both_ways(AG_POOL_INFINITE, 0, 100);
}

/* Winners that follow one another are independent of one another. */
static void pools_are_independent(void)
{
  ag_random_key key = place(7);
  double law[SMALL], pair[SMALL * SMALL];
  pool_law(utility, SMALL, 10, law);
  for (size_t i = 0; i < SMALL * SMALL; i++)
    pair[i] = law[i / SMALL] * law[i % SMALL];
  for (int way = 0; way < 2; way++) {
    size_t count[SMALL * SMALL] = {0};
    if (way)
      CHECK(ag_pools_literal(&small, 10, DRAWS, &key, chosen) == AG_OK);
    else
      CHECK(ag_pools_exact(selector, &small, 10, DRAWS, &key, chosen, NULL) == AG_OK);
    for (size_t i = 0; i + 1 < DRAWS; i += 2)
      count[chosen[i] * SMALL + chosen[i + 1]]++;
    check_law(way ? "pairs of pools drawn" : "pairs of pools by their law", pair, count,
              SMALL * SMALL);
  }
}

/* Every candidate of many is as likely to be drawn: utilities are equal, and so are
 * the blocks of 16 among them, and the counts. Here N does not fit 16 bits. */
static void pools_reach_everybody(void)
{
  enum { N = 100003, KEEP = MOST };
  memset(made_utility, 0, sizeof made_utility);
  ag_candidates candidates = {.count = N, .utility = made_utility};
  for (int way = 0; way < 2; way++) {
    double law[64] = {0};
    size_t count[64] = {0};
    ag_random_key key = place(8);
    if (way)
      CHECK(ag_pools_literal(&candidates, 3, KEEP, &key, chosen) == AG_OK);
    else
      CHECK(ag_pools_exact(selector, &candidates, 3, KEEP, &key, chosen, NULL) == AG_OK);
    for (size_t i = 0; i < N; i++)
      law[i % 64] += 1.0 / N;
    for (size_t i = 0; i < KEEP; i++)
      count[chosen[i] % 64]++;
    check_law("numbers of winners modulo 64", law, count, 64);
    memset(law, 0, sizeof law);
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < N; i++)
      law[i * 64 / N] += 1.0 / N;
    for (size_t i = 0; i < KEEP; i++)
      count[(size_t)chosen[i] * 64 / N]++;
    check_law("numbers of winners by 64ths", law, count, 64);
  }
}

/* The rule goes either way, as the costs tell. */
static void pools_choose_their_way(void)
{
  ag_random_key key = place(9);
  for (int way = 0; way < 2; way++) {
    ag_pool pool = way ? 1000000 : 2;
    CHECK(ag_pools_literal_pays(SMALL, 2.5, pool, 100) == !way);
    if (way)
      CHECK(ag_pools_exact(selector, &small, pool, 100, &key, again, NULL) == AG_OK);
    else
      CHECK(ag_pools_literal(&small, pool, 100, &key, again) == AG_OK);
    must_select("pools", &small, pool, 100, 9);
    CHECK(!memcmp(chosen, again, 100 * sizeof *chosen));
  }
}

/* Among utilities that lie thousands apart the best of a pool wins, whatever lies
 * above it elsewhere: P(winner is at least the j-th best of N) = 1 - (1 - j/N)^K. */
static void pools_of_extreme_utilities(void)
{
  double steep[SMALL], law[SMALL];
  for (size_t i = 0; i < SMALL; i++) {
    steep[i] = -2000 * (double)i;
    law[i] = pow((double)(SMALL - i) / SMALL, 3) - pow((double)(SMALL - i - 1) / SMALL, 3);
  }
  ag_candidates candidates = {.count = SMALL, .utility = steep};
  for (int way = 0; way < 2; way++) {
    ag_random_key key = place(10);
    size_t count[SMALL];
    if (way)
      CHECK(ag_pools_literal(&candidates, 3, DRAWS, &key, chosen) == AG_OK);
    else
      CHECK(ag_pools_exact(selector, &candidates, 3, DRAWS, &key, chosen, NULL) == AG_OK);
    count_chosen(DRAWS, count, SMALL);
    check_law("steep pools", law, count, SMALL);
  }
}

/* ---- groups ---- */

/* Calls visit for every permutation of order [n], from its place on. */
static void each_permutation(size_t *order, size_t n, size_t from,
                             void (*visit)(const size_t *order, size_t n, void *to), void *to)
{
  if (from == n)
    visit(order, n, to);
  for (size_t i = from; i < n; i++) {
    size_t swap = order[from];
    order[from] = order[i];
    order[i] = swap;
    each_permutation(order, n, from + 1, visit, to);
    order[i] = order[from];
    order[from] = swap;
  }
}

typedef struct group_law {
  size_t groups, permutations;
  double *law; /* [n^groups] of the winners in their order */
  const double *prefers;
} group_law;

static double win(const double *prefers, const size_t *member, size_t size, size_t m, size_t n)
{
  double sum = 0;
  if (prefers)
    return prefers[member[m] * n + member[1 - m]];
  for (size_t i = 0; i < size; i++)
    sum += exp(utility[member[i]]);
  return exp(utility[member[m]]) / sum;
}

/* The groups of a permutation, the larger ones first. */
static void add_groups(const size_t *order, size_t n, size_t group, size_t begin, size_t cell,
                       double probability, group_law *to)
{
  if (group == to->groups) {
    to->law[cell] += probability;
    return;
  }
  size_t size = n / to->groups + (group < n % to->groups);
  for (size_t m = 0; m < size; m++)
    add_groups(order, n, group + 1, begin + size, cell * n + order[begin + m],
               probability * win(to->prefers, order + begin, size, m, n), to);
}

static void visit_groups(const size_t *order, size_t n, void *to)
{
  add_groups(order, n, 0, 0, 0, 1, to);
  ((group_law *)to)->permutations++;
}

static void groups_against_enumeration(const char *what, const ag_candidates *candidates,
                                       size_t keep)
{
  enum { REPEATS = 100000 };
  size_t n = candidates->count, cells = 1, order[SMALL] = {0};
  for (size_t g = 0; g < keep; g++)
    cells *= n;
  double *law = calloc(cells, sizeof *law);
  size_t *count = calloc(cells, sizeof *count);
  group_law to = {keep, 0, law, candidates->prefers};
  for (size_t i = 0; i < n; i++)
    order[i] = i;
  each_permutation(order, n, 0, visit_groups, &to);
  for (size_t c = 0; c < cells; c++)
    law[c] /= (double)to.permutations;
  for (uint32_t r = 0; r < REPEATS; r++) {
    must_select("groups", candidates, 2, keep, r);
    size_t cell = 0;
    for (size_t g = 0; g < keep; g++)
      cell = cell * n + chosen[g];
    count[cell]++;
  }
  check_law(what, law, count, cells);
  free(law);
  free(count);
}

static void groups_have_the_enumerated_law(void)
{
  ag_candidates five = {.count = 5, .utility = utility};
  groups_against_enumeration("groups of 3 and 2", &five, 2);
  groups_against_enumeration("a group of all", &five, 1);
  groups_against_enumeration("groups of 2, 1, 1, 1", &five, 4);
  groups_against_enumeration("three groups of 2", &small, 3);
}

/* Groups of 300 candidates of two kinds: the number of one kind in a group is
 * hypergeometric, which gives the chance that the winner is of that kind. */
static void groups_of_many(void)
{
  enum { N = 600, KIND = 60, SIZE = 300, REPEATS = 20000 };
  double law[2] = {0}, u = 2;
  size_t count[2] = {0};
  for (size_t i = 0; i < N; i++)
    made_utility[i] = i < KIND ? u : 0;
  ag_candidates candidates = {.count = N, .utility = made_utility};
  for (int h = 0; h <= KIND; h++) {
    double ways = lgamma(KIND + 1) - lgamma(h + 1) - lgamma(KIND - h + 1) + lgamma(N - KIND + 1) -
                  lgamma(SIZE - h + 1) - lgamma(N - KIND - SIZE + h + 1) - lgamma(N + 1) +
                  2 * lgamma(SIZE + 1);
    law[0] += exp(ways) * h * exp(u) / (h * exp(u) + SIZE - h);
  }
  law[1] = 1 - law[0];
  for (uint32_t r = 0; r < REPEATS; r++) {
    must_select("groups", &candidates, 2, 2, r);
    count[chosen[0] >= KIND]++;
  }
  check_law("kinds of winners of groups of 300", law, count, 2);
}

static void groups_share_out_everybody(void)
{
  enum { N = 70001 };
  static unsigned char seen[N];
  memset(made_utility, 0, sizeof made_utility);
  ag_candidates candidates = {.count = N, .utility = made_utility};
  must_select("groups", &candidates, 2, N, 0);
  memset(seen, 0, sizeof seen);
  size_t twice = 0, fixed = 0;
  for (size_t i = 0; i < N; i++) {
    twice += seen[chosen[i]];
    seen[chosen[i]] = 1;
    fixed += chosen[i] == i;
  }
  CHECK(twice == 0);
  CHECK(fixed < 20); /* Poisson with mean one: P(20 or more) < 1e-18 */
}

/* ---- softmax ---- */

/* The chance of an ordered choice without replacement; 0 for one that repeats. */
static double successive(const double *u, size_t n, const size_t *order, size_t keep)
{
  double probability = 1, top = -INFINITY;
  unsigned taken = 0;
  for (size_t k = 0; k < keep; k++, top = -INFINITY) {
    double left = 0;
    if (taken >> order[k] & 1)
      return 0;
    for (size_t i = 0; i < n; i++)
      top = taken >> i & 1 ? top : fmax(top, u[i]);
    for (size_t i = 0; i < n; i++)
      left += taken >> i & 1 ? 0 : exp(u[i] - top);
    probability *= exp(u[order[k]] - top) / left;
    taken |= 1u << order[k];
  }
  return probability;
}

static void softmax_against_enumeration(const char *what, const double *u, size_t by_lottery)
{
  enum { N = 5, KEEP = 3, CELLS = N * N * N };
  double law[CELLS] = {0};
  size_t count[CELLS] = {0}, wrong = 0;
  for (size_t c = 0; c < CELLS; c++) {
    size_t order[KEEP] = {c / (N * N), c / N % N, c % N};
    law[c] = successive(u, N, order, KEEP);
  }
  ag_candidates candidates = {.count = N, .utility = u};
  for (uint32_t r = 0; r < DRAWS; r++) {
    ag_random_key key = place(r);
    wrong += ag_softmax_draw(selector, &candidates, KEEP, by_lottery, &key, chosen, NULL) != AG_OK;
    count[(chosen[0] * N + chosen[1]) * N + chosen[2]]++;
  }
  CHECK(wrong == 0);
  check_law(what, law, count, CELLS);
}

/* The steep utilities make almost all draws be in vain, so that the lottery sums
 * anew; the steepest make it give up after the first. */
static void softmax_has_the_law_of_successive_draws(void)
{
  static const double even[] = {0, 0.5, 0.5, -1, 1.5}, steep[] = {0, 6, 0.5, -1, 11};
  static const double steepest[] = {0, 0.5, -1, 800, 0.25};
  softmax_against_enumeration("softmax by lottery", even, 3);
  softmax_against_enumeration("softmax by Gumbel numbers", even, 0);
  softmax_against_enumeration("softmax by both", even, 1);
  softmax_against_enumeration("steep softmax by lottery", steep, 3);
  softmax_against_enumeration("steep softmax by Gumbel numbers", steep, 0);
  softmax_against_enumeration("steep softmax by both", steep, 1);
  softmax_against_enumeration("steepest softmax by lottery", steepest, 3);
}

/* Which of six are among the first three, by the rule itself: enumeration. */
static void softmax_includes_as_it_should(void)
{
  enum { KEEP = 3, REPEATS = 100000 };
  double law[1 << SMALL] = {0};
  size_t count[1 << SMALL] = {0};
  for (size_t c = 0; c < SMALL * SMALL * SMALL; c++) {
    size_t order[KEEP] = {c / (SMALL * SMALL), c / SMALL % SMALL, c % SMALL};
    law[1 << order[0] | 1 << order[1] | 1 << order[2]] += successive(utility, SMALL, order, KEEP);
  }
  for (uint32_t r = 0; r < REPEATS; r++) {
    must_select("softmax", &small, 2, KEEP, r);
    count[1 << chosen[0] | 1 << chosen[1] | 1 << chosen[2]]++;
  }
  check_law("sets of three by softmax", law, count, 1 << SMALL);
}

/* Utilities fall by 40 from one to the next: the chance that any two of the thousand
 * come in another order is below 1000 e^-40 = 5e-15. A common offset means nothing. */
static void softmax_of_extreme_utilities(void)
{
  enum { N = 1000 };
  static const size_t keeps[] = {1, 10, N / 2, N / 2 + 1, N};
  ag_candidates candidates = {.count = N, .utility = made_utility};
  for (int offset = 0; offset < 2; offset++)
    for (size_t k = 0; k < sizeof keeps / sizeof *keeps; k++) {
      size_t wrong = 0;
      for (size_t i = 0; i < N; i++) /* candidate 7 i modulo N is the i-th best */
        made_utility[7 * i % N] = -40 * (double)i + (offset ? 1e12 : 0);
      must_select("softmax", &candidates, 2, keeps[k], (uint32_t)k);
      for (size_t i = 0; i < keeps[k]; i++)
        wrong += chosen[i] != 7 * i % N;
      CHECK(wrong == 0);
    }
}

static void softmax_keeps_nobody_twice(void)
{
  enum { N = 20000 };
  static unsigned char seen[N];
  static const size_t keeps[] = {100, N / 3, N / 2, N - 1, N};
  ag_candidates candidates = {.count = N, .utility = made_utility};
  for (size_t i = 0; i < N; i++)
    made_utility[i] = 5 * sin((double)(i * i)); /* few of them have most of the weight */
  for (size_t k = 0; k < sizeof keeps / sizeof *keeps; k++) {
    size_t twice = 0;
    memset(seen, 0, sizeof seen);
    must_select("softmax", &candidates, 2, keeps[k], (uint32_t)k);
    for (size_t i = 0; i < keeps[k]; i++) {
      twice += seen[chosen[i]];
      seen[chosen[i]] = 1;
    }
    CHECK(twice == 0);
  }
}

/* ---- top ---- */

static void top_draws_lots_among_equals(void)
{
  enum { REPEATS = 60000 };
  static const double tied[SMALL] = {1, 3, 1, 1, 0, 1};
  ag_candidates candidates = {.count = SMALL, .utility = tied};
  double law[1 << SMALL] = {0};
  size_t count[1 << SMALL] = {0};
  for (int set = 0; set < 1 << SMALL; set++)
    if (__builtin_popcount((unsigned)set) == 3 && set & 1 << 1 && !(set & 1 << 4))
      law[set] = 1.0 / 6;
  for (uint32_t r = 0; r < REPEATS; r++) {
    must_select("top", &candidates, 2, 3, r);
    count[1 << chosen[0] | 1 << chosen[1] | 1 << chosen[2]]++;
  }
  check_law("sets of three by top", law, count, 1 << SMALL);
}

static int falling(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

/* Against a sort, with many equals, in some orders that are hard for a selection. */
static void top_is_the_beginning_of_a_sort(void)
{
  enum { N = 5000, ORDERS = 4 };
  static double sorted[N];
  static const size_t keeps[] = {1, 2, 100, N / 2, N - 1, N};
  for (int order = 0; order < ORDERS; order++) {
    for (size_t i = 0; i < N; i++)
      made_utility[i] = order == 0   ? (double)(i * 7919 % 101)
                        : order == 1 ? (double)i
                        : order == 2 ? -fabs((double)i - N / 2)
                                     : 1;
    memcpy(sorted, made_utility, sizeof sorted);
    qsort(sorted, N, sizeof *sorted, falling);
    ag_candidates candidates = {.count = N, .utility = made_utility};
    for (size_t k = 0; k < sizeof keeps / sizeof *keeps; k++) {
      double kept[N];
      size_t unordered = 0;
      must_select("top", &candidates, 2, keeps[k], 0);
      for (size_t i = 0; i < keeps[k]; i++) {
        kept[i] = made_utility[chosen[i]];
        unordered += i > 0 && chosen[i] <= chosen[i - 1];
      }
      qsort(kept, keeps[k], sizeof *kept, falling);
      CHECK(!memcmp(kept, sorted, keeps[k] * sizeof *kept));
      CHECK(unordered == 0);
    }
  }
}

/* ---- preferences ---- */

/* Rock, paper, scissors with chances. */
static const double rock_paper_scissors[9] = {0.5, 0.1, 0.8, 0.9, 0.5, 0.3, 0.2, 0.7, 0.5};

/* Three rocks, two papers and one pair of scissors: the law is p 2 P p. */
static void pools_of_two_by_preferences(void)
{
  static const uint32_t item[SMALL] = {0, 1, 0, 2, 1, 0};
  static const double p[3] = {3.0 / 6, 2.0 / 6, 1.0 / 6};
  ag_candidates candidates = {
      .count = SMALL, .item_count = 3, .item = item, .prefers = rock_paper_scissors};
  double law[3] = {0};
  size_t count[3] = {0};
  for (size_t x = 0; x < 3; x++)
    for (size_t y = 0; y < 3; y++)
      law[x] += p[x] * 2 * rock_paper_scissors[3 * x + y] * p[y];
  must_select("pools", &candidates, 2, DRAWS, 0);
  for (size_t i = 0; i < DRAWS; i++)
    count[item[chosen[i]]]++;
  check_law("rock, paper, scissors in pools", law, count, 3);
}

static void groups_of_two_by_preferences(void)
{
  static const uint32_t item[4] = {0, 1, 2, 3};
  static const double prefers[16] = {0.5, 0.1, 0.8, 0.4, 0.9, 0.5, 0.3, 0.7,
                                     0.2, 0.7, 0.5, 1.0, 0.6, 0.3, 0.0, 0.5};
  ag_candidates candidates = {.count = 4, .item_count = 4, .item = item, .prefers = prefers};
  groups_against_enumeration("groups of two by preferences", &candidates, 2);
}

/* ---- bits ---- */

/* The same choice for one thread and two, where there is work for two; and from a
 * selector with a past and a fresh one. */
static void the_choice_depends_on_the_arguments_alone(void)
{
  enum { N = 300000, KEEP = 200000 };
  static const ag_pool pools[] = {2, 300, AG_POOL_INFINITE};
  for (size_t i = 0; i < N; i++)
    made_utility[i] = 3 * sin((double)(i * i));
  ag_candidates candidates = {.count = N, .utility = made_utility};
  int threads = omp_get_max_threads();
  for (size_t t = 0; ag_selection_types[t]; t++)
    for (size_t k = 0; k < (ag_selection_types[t]->uses_pool ? 3 : 1); k++) {
      ag_selector *fresh = NULL;
      ag_random_key key = place(5);
      CHECK(ag_selector_create(&fresh, NULL) == AG_OK);
      omp_set_num_threads(1);
      must_select(ag_selection_types[t]->name, &candidates, pools[k], KEEP, 5);
      omp_set_num_threads(2);
      CHECK(ag_select(fresh, ag_selection_types[t], &candidates, pools[k], KEEP, &key, again,
                      NULL) == AG_OK);
      CHECK(!memcmp(chosen, again, KEEP * sizeof *chosen));
      key.generation++;
      CHECK(ag_select(fresh, ag_selection_types[t], &candidates, pools[k], KEEP, &key, again,
                      NULL) == AG_OK);
      bool same = !memcmp(chosen, again, KEEP * sizeof *chosen);
      CHECK(same == !strcmp(ag_selection_types[t]->name, "top")); /* no ties, no lots */
      ag_selector_free(fresh);
    }
  omp_set_num_threads(threads);
}

int main(void)
{
  if (ag_selector_create(&selector, NULL))
    return 1;
  CHECK_RUN(pools_have_the_law_of_definition_1);
  CHECK_RUN(pools_are_independent);
  CHECK_RUN(pools_reach_everybody);
  CHECK_RUN(pools_choose_their_way);
  CHECK_RUN(pools_of_extreme_utilities);
  CHECK_RUN(groups_have_the_enumerated_law);
  CHECK_RUN(groups_of_many);
  CHECK_RUN(groups_share_out_everybody);
  CHECK_RUN(softmax_has_the_law_of_successive_draws);
  CHECK_RUN(softmax_includes_as_it_should);
  CHECK_RUN(softmax_of_extreme_utilities);
  CHECK_RUN(softmax_keeps_nobody_twice);
  CHECK_RUN(top_draws_lots_among_equals);
  CHECK_RUN(top_is_the_beginning_of_a_sort);
  CHECK_RUN(pools_of_two_by_preferences);
  CHECK_RUN(groups_of_two_by_preferences);
  CHECK_RUN(the_choice_depends_on_the_arguments_alone);
  ag_selector_free(selector);
  return check_end();
}
