/* Optimal sets, the regime (arXiv 2511.12804, Definition 2) and the limit that
 * the paper's theorem for it claims. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "theory/theory.h"

ag_status ag_item_set_create(const ag_game *game, const unsigned char *member, ag_item_set *set,
                             ag_error *error)
{
  size_t count = 0, n = game->space->count;
  for (size_t i = 0; i < n; i++)
    count += member[i] != 0;
  ag_status status = ag_array_create(count, sizeof *set->item, &set->item, error);
  if (status)
    return status;
  set->count = 0;
  for (size_t i = 0; i < n; i++)
    if (member[i])
      set->item[set->count++] = i;
  return AG_OK;
}

size_t ag_acting_curators(const ag_game *game, size_t *list)
{
  size_t count = 0;
  for (size_t s = 0; s < game->loop.stage_count; s++) {
    size_t c = game->loop.stage[s].curator, known = 0;
    while (known < count && list[known] != c)
      known++;
    if (game->loop.stage[s].acts && ag_game_curator_acts(game, c) && known == count)
      list[count++] = c;
  }
  return count;
}

static bool is_optimal(const ag_game *game, size_t curator, size_t item)
{
  return ag_game_is_live(game, item) &&
         game->curator[curator].value[item] >= game->curator[curator].optimal_level;
}

/* Keeps, of the members, those that the curator likes best. */
static void keep_best(const ag_game *game, const ag_curator *curator, unsigned char *member)
{
  double most = -INFINITY;
  for (size_t i = 0; i < game->space->count; i++)
    if (member[i])
      most = fmax(most, curator->value[i]);
  double level = ag_reward_tie_level(most, curator->temperature);
  for (size_t i = 0; i < game->space->count; i++)
    member[i] = member[i] && curator->value[i] >= level;
}

/* Over the items with mass: whether some item is in every optimal set of those who act, and
 * whether every item is in all of them or in none. */
static ag_regime find_regime(const ag_game *game, const size_t *acting, size_t count)
{
  bool any_common = false, all_equal = true;
  for (size_t i = 0; i < game->space->count; i++) {
    size_t in = 0;
    for (size_t k = 0; k < count; k++)
      in += is_optimal(game, acting[k], i);
    any_common |= in == count && ag_game_is_live(game, i);
    all_equal &= in == 0 || in == count;
  }
  return all_equal ? AG_REGIME_PERFECT : any_common ? AG_REGIME_PARTIAL : AG_REGIME_DISJOINT;
}

static ag_status find_sets(const ag_game *game, const size_t *acting, size_t count,
                           ag_prediction *prediction, unsigned char *member, ag_error *error)
{
  size_t n = game->space->count;
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < game->curator_count; c++) {
    for (size_t i = 0; i < n; i++)
      member[i] = is_optimal(game, c, i);
    status = ag_item_set_create(game, member, &prediction->optimal_sets[c], error);
  }
  if (status || !prediction->theory.theorems)
    return status;
  /* A_{P|O}, which is A* and the intersection in the other two regimes */
  for (size_t i = 0; i < n; i++)
    member[i] = ag_game_is_live(game, i);
  for (size_t k = 0; k < count; k++)
    keep_best(game, &game->curator[acting[k]], member);
  return ag_item_set_create(game, member, &prediction->paper_limit, error);
}

ag_status ag_predict_regime(const ag_game *game, ag_prediction *prediction, ag_error *error)
{
  static const char *const theorem[] = {"theorem 1", "theorem 3", "theorem 4"};
  unsigned char *member = NULL;
  size_t acting[AG_CURATORS_MOST], count = ag_acting_curators(game, acting);
  ag_status status = ag_array_create(game->space->count, 1, &member, error);
  prediction->optimal_sets = calloc(game->curator_count, sizeof *prediction->optimal_sets);
  prediction->curator_count = game->curator_count;
  if (!status && !prediction->optimal_sets)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the optimal sets");
  if (!status) {
    prediction->regime = find_regime(game, acting, count);
    prediction->paper_theorem = prediction->theory.theorems ? theorem[prediction->regime] : NULL;
    status = find_sets(game, acting, count, prediction, member, error);
  }
  free(member);
  return status;
}
