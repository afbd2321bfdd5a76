/* Statistics of texts against values by hand. */
#include "metric/text_stats.h"

#include <math.h>

#include "base/fault.h"
#include "tests/check.h"

static const char *const text[] = {"a b a.", "(a) b a", "c", "a b a.", "..."};
static const char *const reference[] = {"c", "d", "c", "a b a"};

/* Words: a b a | a b a | c | a b a | none: ten, three different, a six times, b three. Pairs: ab,
 * ba three times each: two of six. Triples: aba, three. One of five texts repeats. */
static void a_few_texts_are_counted_by_hand(void)
{
  ag_text_stats stats;
  CHECK(ag_text_stats_measure(text, 5, reference, 4, &stats, NULL) == AG_OK);
  CHECK(stats.texts == 5 && stats.words == 10);
  CHECK(stats.length[0] == 1 && stats.length[1] == 1 && stats.length[3] == 3);
  CHECK_NEAR(stats.mean_words, 2, 0);
  CHECK_NEAR(stats.distinct[1], 0.3, 1e-16);
  CHECK_NEAR(stats.distinct[2], 2.0 / 6, 1e-16);
  CHECK_NEAR(stats.distinct[3], 1.0 / 3, 1e-16);
  CHECK_NEAR(stats.entropy, -(0.6 * log(0.6) + 0.3 * log(0.3) + 0.1 * log(0.1)), 1e-15);
  CHECK_NEAR(stats.duplicates, 0.2, 1e-16);
  CHECK_NEAR(stats.novelty, 0.8, 1e-16);
}

static void extremes_have_values_too(void)
{
  ag_text_stats stats;
  const char *const none[] = {"", "!"};
  CHECK(ag_text_stats_measure(none, 2, NULL, 0, &stats, NULL) == AG_OK);
  CHECK(stats.words == 0 && stats.entropy == 0 && stats.distinct[1] == 0 && isnan(stats.novelty));
  CHECK(stats.length[0] == 2 && stats.duplicates == 0);
  CHECK(ag_text_stats_measure(none, 0, NULL, 0, &stats, NULL) == AG_ERROR_INPUT);
  char many[200] = "";
  for (int i = 0; i < 70; i++)
    strcat(many, "x ");
  const char *const one[] = {many};
  CHECK(ag_text_stats_measure(one, 1, one, 1, &stats, NULL) == AG_OK);
  CHECK(stats.length[AG_TEXT_STATS_LENGTHS] == 1 && stats.words == 70 && stats.novelty == 0);
  CHECK_NEAR(stats.distinct[1], 1.0 / 70, 1e-17);
  CHECK_NEAR(stats.distinct[3], 1.0 / 68, 1e-17);
}

#ifdef AG_FAULT_INJECTION
static void memory_that_runs_out_is_an_error(void)
{
  long n = 1;
  for (ag_status status = AG_ERROR_MEMORY; status != AG_OK; n++) {
    ag_text_stats stats;
    ag_error error;
    ag_fault_countdown = n;
    status = ag_text_stats_measure(text, 5, reference, 4, &stats, &error);
    CHECK(status == AG_OK || status == AG_ERROR_MEMORY);
  }
  ag_fault_countdown = 0;
  CHECK(n > 8);
}
#endif

int main(void)
{
  CHECK_RUN(a_few_texts_are_counted_by_hand);
  CHECK_RUN(extremes_have_values_too);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  return check_end();
}
