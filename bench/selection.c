/* Microseconds for one choice by every selection rule, and the costs that
 * src/curation/select_pools.c chooses its way by.
 * usage: selection : prints one line of JSON a case. */

#include "base/threads.h"
#include "bench/made_game.h"
#include "curation/select_pools.h"

enum { ROUNDS = 9 };

static ag_selector *selector;
static uint32_t *chosen;

/* The least and the median of ROUNDS, each as long as some milliseconds. */
static void report(const char *name, const ag_candidates *candidates, ag_pool pool, size_t keep,
                   ag_status (*choose)(const ag_candidates *, ag_pool, size_t,
                                       const ag_random_key *, ag_error *))
{
  double round[ROUNDS];
  ag_error error;
  ag_random_key key = {1, 0, 0};
  size_t repeats = 1;
  for (int r = -1; r < ROUNDS; r++) {
    double start = seconds_now();
    for (size_t i = 0; i < repeats; i++, key.generation++)
      must(choose(candidates, pool, keep, &key, &error), &error);
    double passed = seconds_now() - start;
    if (r < 0)
      repeats = passed < 5e-3 ? (size_t)(5e-3 / passed) + 1 : 1;
    else
      round[r] = 1e6 * passed / (double)repeats;
  }
  for (int a = 1; a < ROUNDS; a++)
    for (int b = a; b > 0 && round[b] < round[b - 1]; b--) {
      double swap = round[b];
      round[b] = round[b - 1];
      round[b - 1] = swap;
    }
  printf("{\"rule\": \"%s\", \"candidates\": %zu, \"keep\": %zu, \"pool\": %lld, \"threads\": %d, "
         "\"us\": %.2f, \"best_us\": %.2f}\n",
         name, candidates->count, keep, (long long)pool, omp_get_max_threads(), round[ROUNDS / 2],
         round[0]);
  fflush(stdout);
}

static const ag_selection_type *rule;

static ag_status by_rule(const ag_candidates *candidates, ag_pool pool, size_t keep,
                         const ag_random_key *key, ag_error *error)
{
  return ag_select(selector, rule, candidates, pool, keep, key, chosen, error);
}

static ag_status literal(const ag_candidates *candidates, ag_pool pool, size_t keep,
                         const ag_random_key *key, ag_error *error)
{
  (void)error;
  return ag_pools_literal(candidates, pool, keep, key, chosen);
}

static ag_status exact(const ag_candidates *candidates, ag_pool pool, size_t keep,
                       const ag_random_key *key, ag_error *error)
{
  return ag_pools_exact(selector, candidates, pool, keep, key, chosen, error);
}

static ag_candidates make_candidates(size_t count, double deviation)
{
  ag_error error;
  double *utility;
  must(ag_array_create(count, sizeof *utility, &utility, &error), &error);
  draw_rewards(utility, count, 1);
  for (size_t i = 0; i < count; i++)
    utility[i] *= deviation;
  return (ag_candidates){.count = count, .utility = utility};
}

int main(void)
{
  static const struct {
    size_t count, keep;
    ag_pool pool;
  } cases[] = {{200, 50, 10},
               {1000, 100, 10},
               {3500, 100, 10},
               {6000, 100, 10},
               {6000, 100, AG_POOL_INFINITE},
               {1000000, 1000000, 10},
               {1000000, 1000000, 1000},
               {1000000, 1000000, AG_POOL_INFINITE},
               {1000000, 100000, 10}};
  ag_error error;
  must(ag_selector_create(&selector, &error), &error);
  must(ag_array_create(1000000, sizeof *chosen, &chosen, &error), &error);
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    ag_candidates candidates = make_candidates(cases[c].count, 2);
    for (size_t t = 0; ag_selection_types[t]; t++) {
      rule = ag_selection_types[t];
      if (rule->uses_pool || cases[c].pool == 10)
        report(rule->name, &candidates, cases[c].pool, cases[c].keep, by_rule);
    }
    free((double *)candidates.utility);
  }
  static const size_t counts[] = {100, 10000, 1000000};
  for (size_t c = 0; c < 3; c++) {
    ag_candidates candidates = make_candidates(counts[c], 2),
                  wide = make_candidates(counts[c], 200);
    report("literal", &candidates, 1000, 1000, literal);
    report("literal", &candidates, 10, 1000, literal);
    report("exact", &candidates, 1000, 1000, exact);
    report("exact", &candidates, 1000, 100000, exact);
    report("exact, wide", &wide, 1000, 1000, exact);
    free((double *)candidates.utility);
    free((double *)wide.utility);
  }
  free(chosen);
  ag_selector_free(selector);
  return 0;
}
