/* Winners of disjoint groups: every candidate takes part once. */
#include "curation/select_parts.h"

/* Fisher and Yates: a permutation of 0 … count - 1, each as likely. */
static void permute(ag_random random, size_t count, uint32_t *order)
{
  enum { WORDS = 512 };
  uint64_t word[WORDS];
  size_t used = WORDS;
  for (size_t i = 0; i < count; i++) {
    if (used == WORDS) {
      ag_random_words(&random, count - i < WORDS ? count - i : WORDS, word);
      used = 0;
    }
    /* i + 1 items: the new one takes any place, whose item moves to the end */
    size_t place = (size_t)ag_random_scale(word[used++], (uint32_t)(i + 1));
    order[i] = (uint32_t)i;
    order[i] = order[place];
    order[place] = (uint32_t)i;
  }
}

static ag_status select_groups(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                               size_t keep, const ag_random_key *key, uint32_t *chosen,
                               ag_error *error)
{
  (void)pool;
  uint32_t *order;
  size_t n = candidates->count, size = n / keep, larger = n % keep;
  if (candidates->prefers && n != 2 * keep)
    return ag_fail(error, AG_ERROR_INPUT,
                   "preferences between items decide groups of two, and %zu groups of %zu "
                   "candidates are not; keep half of the candidates, or use pools",
                   keep, n);
  ag_status status = ag_selector_room(selector, AG_ROOM_VALUE, n, sizeof *order, &order, error);
  if (status)
    return status;
  permute(ag_select_random(key, 0), n, order);
  if (larger > 0)
    ag_hold_pools(candidates, order, larger, size + 1, key, 1, chosen);
  ag_hold_pools(candidates, order + larger * (size + 1), keep - larger, size, key, 1 + larger,
                chosen + larger);
  return AG_OK;
}

const ag_selection_type ag_selection_groups = {
    .name = "groups",
    .example = "samples: {selection: groups}",
    .summary =
        "one Bradley–Terry winner from each of `keep` disjoint random groups that share out all "
        "candidates, their sizes equal within one",
    .takes_preferences = true,
    .select = select_groups};
