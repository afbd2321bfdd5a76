/* What an outline owns. */
#include "game/outline.h"

#include <stdlib.h>

ag_status ag_outline_keep(ag_outline *outline, void *array, ag_error *error)
{
  void **wider = array ? realloc(outline->owned, (outline->owned_count + 1) * sizeof *wider) : NULL;
  if (!wider) {
    free(array);
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a game's description");
  }
  outline->owned = wider;
  wider[outline->owned_count++] = array;
  return AG_OK;
}

ag_status ag_outline_room(ag_outline *outline, size_t count, size_t size, void *array,
                          ag_error *error)
{
  void *made = calloc(count > 0 ? count : 1, size);
  ag_status status = ag_outline_keep(outline, made, error);
  if (!status)
    *(void **)array = made;
  return status;
}

ag_status ag_outline_schedule(ag_outline *outline, ag_node node, const ag_bounds *bounds,
                              ag_schedule *schedule, ag_error *error)
{
  ag_status status = ag_schedule_read(node, bounds, outline->spec.generations, schedule, error);
  return status || !ag_node_present(node) || schedule->count == 0
             ? status
             : ag_outline_keep(outline, (double *)schedule->by_generation, error);
}

void ag_outline_free(ag_outline *outline)
{
  for (size_t c = 0; outline->curator && c < outline->spec.curator_count; c++) {
    ag_reward_free(&outline->curator[c].reward);
    ag_generator_free(&outline->curator[c].judge);
    free(outline->curator[c].prefers);
  }
  ag_space_free(outline->space);
  ag_generator_free(&outline->generator);
  for (size_t i = 0; i < outline->owned_count; i++)
    free(outline->owned[i]);
  free(outline->owned);
  *outline = (ag_outline){.owned = NULL};
}
