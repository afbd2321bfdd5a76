#include "curation/selection.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curation/select_parts.h"

extern const ag_selection_type ag_selection_pools, ag_selection_groups, ag_selection_softmax,
    ag_selection_top;

const ag_selection_type *const ag_selection_types[] = {
    &ag_selection_pools, &ag_selection_groups, &ag_selection_softmax, &ag_selection_top, NULL};

static const ag_description *selection_at(size_t index)
{
  return ag_selection_types[index] ? &ag_selection_types[index]->is : NULL;
}

const ag_list ag_selections = {.what = "rule of selection", .at = selection_at, .bare = true};

const ag_selection_type *ag_selection_find(const char *name)
{
  return (const ag_selection_type *)ag_list_find(&ag_selections, name);
}

ag_status ag_selector_create(ag_selector **selector, ag_error *error)
{
  ag_selector *made;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status)
    return status;
  memset(made, 0, sizeof *made);
  *selector = made;
  return AG_OK;
}

void ag_selector_free(ag_selector *selector)
{
  for (size_t r = 0; selector && r < AG_ROOM_COUNT; r++)
    free(selector->room[r].array);
  free(selector);
}

static ag_status check_preferences(const ag_selection_type *type, ag_pool pool, ag_error *error)
{
  if (!type->takes_preferences)
    return ag_fail(error, AG_ERROR_INPUT,
                   "selection '%s' needs a reward; preferences between items decide pools or "
                   "groups of two",
                   type->name);
  if (type->uses_pool && pool == AG_POOL_INFINITE)
    return ag_fail(error, AG_ERROR_INPUT,
                   "preferences between items decide pools of 2, not infinite ones");
  if (type->uses_pool && pool != 2)
    return ag_fail(error, AG_ERROR_INPUT,
                   "preferences between items decide pools of 2, not of %lld", (long long)pool);
  return AG_OK;
}

ag_status ag_select(ag_selector *selector, const ag_selection_type *type,
                    const ag_candidates *candidates, ag_pool pool, size_t keep,
                    const ag_random_key *key, uint32_t *chosen, ag_error *error)
{
  assert(candidates->count <= UINT32_MAX);
  assert(!type->uses_pool || pool == AG_POOL_INFINITE || pool >= 2);
  assert(candidates->prefers ? candidates->item != NULL : candidates->utility != NULL);
  if (candidates->count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "there are no candidates to choose from");
  if (!type->with_replacement && keep > candidates->count)
    return ag_fail(error, AG_ERROR_INPUT,
                   "selection '%s' cannot keep %zu of %zu candidates: it keeps none twice",
                   type->name, keep, candidates->count);
  ag_status status = candidates->prefers ? check_preferences(type, pool, error) : AG_OK;
  if (status || keep == 0)
    return status;
  return type->select(selector, candidates, pool, keep, key, chosen, error);
}
