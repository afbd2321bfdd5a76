/* Optimal sets, the regime (arXiv 2511.12804, Definition 2) and the limit that
 * the paper's theorem for it claims. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "theory/theory.h"

static int by_number(const void *a, const void *b)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

ag_status ag_item_set_create(const ag_game *game, const unsigned char *member, ag_item_set *set,
                             ag_error *error)
{
  size_t count = 0;
  for (size_t j = 0; j < game->layout.live; j++)
    count += member[j] != 0;
  ag_status status = ag_array_create(count, sizeof *set->item, &set->item, error);
  if (status)
    return status;
  set->count = 0;
  for (size_t j = 0; j < game->layout.live; j++)
    if (member[j])
      set->item[set->count++] = game->layout.item[j];
  qsort(set->item, count, sizeof *set->item, by_number);
  return AG_OK;
}

/* Keeps, of the members, those that the curator likes best. */
static void keep_best(const ag_game *game, const ag_curator *curator, unsigned char *member)
{
  double most = -INFINITY;
  for (size_t j = 0; j < game->layout.live; j++)
    if (member[j])
      most = fmax(most, curator->value[j]);
  double level = ag_reward_tie_level(most);
  for (size_t j = 0; j < game->layout.live; j++)
    member[j] = member[j] && curator->value[j] >= level;
}

/* Over the items with mass: whether some item is in every optimal set, and
 * whether every item is in all of them or in none. */
static ag_regime find_regime(const ag_game *game)
{
  bool any_common = false, all_equal = true;
  for (size_t j = 0; j < game->layout.live; j++) {
    size_t in = 0;
    for (size_t c = 0; c < game->curator_count; c++)
      in += game->curator[c].value[j] >= game->curator[c].optimal_level;
    any_common |= in == game->curator_count;
    all_equal &= in == 0 || in == game->curator_count;
  }
  return all_equal ? AG_REGIME_PERFECT : any_common ? AG_REGIME_PARTIAL : AG_REGIME_DISJOINT;
}

static ag_status find_sets(const ag_game *game, ag_prediction *prediction, unsigned char *member,
                           ag_error *error)
{
  size_t live = game->layout.live;
  ag_status status = AG_OK;
  for (size_t c = 0; !status && c < game->curator_count; c++) {
    for (size_t j = 0; j < live; j++)
      member[j] = game->curator[c].value[j] >= game->curator[c].optimal_level;
    status = ag_item_set_create(game, member, &prediction->optimal_sets[c], error);
  }
  if (status)
    return status;
  /* A_{P|O}, which is A* and the intersection in the other two regimes */
  memset(member, 1, live);
  for (size_t s = 0; s < game->stage_count; s++)
    keep_best(game, &game->curator[game->stage[s]], member);
  return ag_item_set_create(game, member, &prediction->paper_limit, error);
}

ag_status ag_predict_regime(const ag_game *game, ag_prediction *prediction, ag_error *error)
{
  static const char *const theorem[] = {"theorem 1", "theorem 3", "theorem 4"};
  unsigned char *member = NULL;
  ag_status status = ag_array_create(game->layout.live, 1, &member, error);
  prediction->optimal_sets = calloc(game->curator_count, sizeof *prediction->optimal_sets);
  prediction->curator_count = game->curator_count;
  if (!status && !prediction->optimal_sets)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the optimal sets");
  if (!status) {
    prediction->regime = find_regime(game);
    prediction->paper_theorem = theorem[prediction->regime];
    status = find_sets(game, prediction, member, error);
  }
  free(member);
  return status;
}
