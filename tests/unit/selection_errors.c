/* What cannot be chosen is refused in words, and nothing is touched. */
#include <stdbool.h>

#include "base/fault.h"
#include "curation/select_pools.h"

#include "tests/check.h"

enum { N = 6, MOST = 400 };

static const double utility[MOST] = {1, 2, 3, 4, 5, 6};
static const uint32_t item[N] = {0, 1, 0, 1, 0, 1};
static const double prefers[4] = {0.5, 1, 0, 0.5};
static const ag_random_key key = {1, 2, 3};
static const ag_candidates by_utility = {.count = N, .utility = utility};
static const ag_candidates by_preference = {
    .count = N, .item_count = 2, .item = item, .prefers = prefers};

/* Chooses with a selector of its own; the error's words must hold the given ones. */
static void refused(const char *rule, const ag_candidates *candidates, ag_pool pool, size_t keep,
                    const char *words)
{
  ag_selector *selector = NULL;
  ag_error error = {0};
  uint32_t chosen[MOST];
  memset(chosen, 0xAB, sizeof chosen);
  CHECK(ag_selector_create(&selector, &error) == AG_OK);
  CHECK(ag_select(selector, ag_selection_find(rule), candidates, pool, keep, &key, chosen,
                  &error) == AG_ERROR_INPUT);
  CHECK(error.status == AG_ERROR_INPUT);
  if (!strstr(error.message, words))
    printf("# \"%s\" without \"%s\"\n", error.message, words);
  CHECK(strstr(error.message, words) != NULL);
  for (size_t i = 0; i < MOST; i++)
    CHECK(chosen[i] == 0xABABABAB);
  ag_selector_free(selector);
}

static void the_list(void)
{
  CHECK_TEXT(ag_selection_types[0]->name, "pools");
  for (size_t t = 0; ag_selection_types[t]; t++)
    CHECK(ag_selection_find(ag_selection_types[t]->name) == ag_selection_types[t]);
  CHECK(ag_selection_find("pool") == NULL);
  ag_selector_free(NULL);
}

static void nothing_to_choose_from(void)
{
  ag_candidates none = {.count = 0, .utility = utility};
  for (size_t t = 0; ag_selection_types[t]; t++)
    refused(ag_selection_types[t]->name, &none, 2, 1, "no candidates");
}

static void more_than_there_are(void)
{
  refused("groups", &by_utility, 2, N + 1, "cannot keep 7 of 6");
  refused("softmax", &by_utility, 2, N + 1, "cannot keep 7 of 6");
  refused("top", &by_utility, 2, N + 1, "cannot keep 7 of 6");
}

static void preferences_need_pairs(void)
{
  refused("pools", &by_preference, 3, 2, "pools of 2, not of 3");
  refused("pools", &by_preference, AG_POOL_INFINITE, 2, "infinite");
  refused("groups", &by_preference, 2, 2, "groups of two");
  refused("softmax", &by_preference, 2, 2, "'softmax' needs a reward");
  refused("top", &by_preference, 2, 2, "'top' needs a reward");
}

/* The weights cannot resolve cells that far apart; see select_pools.h. */
static void utilities_beyond_resolution(void)
{
  static const double far[N] = {0, 1, 1e18};
  ag_candidates candidates = {.count = N, .utility = far};
  refused("pools", &candidates, (ag_pool)1 << 50, 2, "span");
}

static void what_is_allowed(void)
{
  ag_selector *selector = NULL;
  uint32_t chosen[MOST] = {77};
  ag_candidates one = {.count = 1, .utility = utility};
  CHECK(ag_selector_create(&selector, NULL) == AG_OK);
  for (size_t t = 0; ag_selection_types[t]; t++) {
    const ag_selection_type *type = ag_selection_types[t];
    chosen[0] = 77;
    CHECK(ag_select(selector, type, &by_utility, 2, 0, &key, chosen, NULL) == AG_OK);
    CHECK(chosen[0] == 77);
    CHECK(ag_select(selector, type, &one, 2, 1, &key, chosen, NULL) == AG_OK);
    CHECK(chosen[0] == 0);
  }
  CHECK(ag_select(selector, ag_selection_find("pools"), &by_utility, 50, MOST, &key, chosen,
                  NULL) == AG_OK);
  for (size_t i = 0; i < MOST; i++)
    CHECK(chosen[i] < N);
  ag_selector_free(selector);
}

#ifdef AG_FAULT_INJECTION
/* Creates, chooses from few and from many, so that arrays grow. */
static ag_status attempt(const ag_selection_type *type, ag_pool pool, size_t keep, uint32_t *chosen,
                         ag_error *error)
{
  ag_selector *selector = NULL;
  ag_candidates many = {.count = MOST, .utility = utility};
  ag_status status = ag_selector_create(&selector, error);
  if (!status)
    status = ag_select(selector, type, &by_utility, pool, N, &key, chosen, error);
  if (!status)
    status = ag_select(selector, type, &many, pool, keep, &key, chosen, error);
  ag_selector_free(selector);
  return status;
}

static void memory_that_runs_out(void)
{
  static const ag_pool pools[] = {2, 1 << 20, AG_POOL_INFINITE};
  for (size_t t = 0; ag_selection_types[t]; t++)
    for (size_t c = 0; c < 6; c++) {
      uint32_t expected[MOST], chosen[MOST];
      size_t keep = c % 2 ? MOST : MOST / 4;
      long n = 1, failures = 0;
      CHECK(attempt(ag_selection_types[t], pools[c / 2], keep, expected, NULL) == AG_OK);
      for (bool struck = true; struck; n++) {
        ag_error error = {0};
        ag_fault_countdown = n;
        ag_status status = attempt(ag_selection_types[t], pools[c / 2], keep, chosen, &error);
        struck = ag_fault_countdown == 0;
        ag_fault_countdown = 0;
        CHECK(status == (struck ? AG_ERROR_MEMORY : AG_OK) && error.status == status);
        failures += struck;
      }
      CHECK(failures > 0);
      CHECK(!memcmp(chosen, expected, keep * sizeof *chosen));
    }
}
#endif

int main(void)
{
  CHECK_RUN(the_list);
  CHECK_RUN(nothing_to_choose_from);
  CHECK_RUN(more_than_there_are);
  CHECK_RUN(preferences_need_pairs);
  CHECK_RUN(utilities_beyond_resolution);
  CHECK_RUN(what_is_allowed);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out);
#else
  check_skip("memory_that_runs_out", "built without -Dfault_injection=true");
#endif
  return check_end();
}
