/* The best. */
#include "curation/select_parts.h"

static ag_status select_top(ag_selector *selector, const ag_candidates *candidates, ag_pool pool,
                            size_t keep, const ag_random_key *key, uint32_t *chosen,
                            ag_error *error)
{
  (void)pool;
  double *work;
  ag_status status =
      ag_selector_room(selector, AG_ROOM_WORK, candidates->count, sizeof *work, &work, error);
  if (status)
    return status;
  ag_random lots = ag_select_random(key, 0);
  ag_choose_largest(candidates->utility, candidates->count, keep, work, &lots, chosen);
  return AG_OK;
}

const ag_selection_type ag_selection_top = {
    .name = "top",
    .example = "samples: {selection: top}",
    .summary =
        "the `keep` largest rewards, in the candidates' order; equals at the boundary by lot, "
        "uniformly",
    .select = select_top};
