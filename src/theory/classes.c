#include "theory/classes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"

double ag_log_growth(ag_pool pool, double a)
{
  if (pool == AG_POOL_INFINITE)
    return a;
  double k = (double)pool;
  return a > 1 ? log(k) - log1p((k - 1) * exp(-a)) : a - log1p(expm1(a) / k);
}

double ag_classes_invasion(const ag_classes *classes, size_t rare, size_t resident)
{
  const ag_game *game = classes->game;
  const double *x = classes->reward + rare * game->curator_count;
  const double *y = classes->reward + resident * game->curator_count;
  size_t stages = game->reading->first_only ? 1 : game->stage_count;
  double product = 0, sum = 0, weights = 0;
  for (size_t s = 0; s < stages; s++) {
    size_t c = game->stage[s];
    const ag_curator *curator = &game->curator[c];
    double growth = ag_log_growth(curator->pool, (x[c] - y[c]) / curator->temperature);
    product += growth;
    sum += curator->weight * exp(fmin(growth, 700));
    weights += curator->weight;
  }
  return game->reading->parallel ? log(sum / weights) : product;
}

double ag_classes_worst_invader(const ag_classes *classes, size_t resident, size_t *invader)
{
  double most = -INFINITY;
  *invader = resident;
  for (size_t c = 0; c < classes->count; c++) {
    double invasion = c == resident ? -INFINITY : ag_classes_invasion(classes, c, resident);
    if (invasion > most) {
      most = invasion;
      *invader = c;
    }
  }
  return most;
}

bool ag_classes_is_sink(const ag_classes *classes, size_t resident)
{
  const double rounding = 1e-12;
  for (size_t f = 0; f < classes->front_count; f++)
    if (classes->front[f] != resident &&
        ag_classes_invasion(classes, classes->front[f], resident) > rounding)
      return false;
  return true;
}

double ag_classes_log_mass(const ag_classes *classes, size_t number, const double *log_mass)
{
  const ag_reward_class *class = &classes->item[number];
  double sum = -INFINITY;
  for (size_t i = 0; i < class->count; i++)
    sum = ag_log_add(sum, log_mass[classes->place[class->begin + i]]);
  return sum;
}

/* --- making them --- */

typedef struct sort_entry {
  double key;
  size_t place;
} sort_entry;

static int by_key(const void *a, const void *b)
{
  const sort_entry *x = a, *y = b;
  if (x->key != y->key)
    return x->key > y->key ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

/* Sorts entry[0..count) into classes by this curator's reward and then by the
 * next ones'; neighbours within the tie tolerance count as equal. */
static void split(ag_classes *classes, sort_entry *entry, size_t count, size_t curator)
{
  if (curator == classes->game->curator_count) {
    const ag_reward_class *last = classes->item + classes->count - 1;
    size_t begin = classes->count ? last->begin + last->count : 0;
    classes->item[classes->count++] = (ag_reward_class){begin, count, 0};
    for (size_t i = 0; i < count; i++)
      classes->place[begin + i] = entry[i].place;
    return;
  }
  for (size_t i = 0; i < count; i++)
    entry[i].key = classes->game->curator[curator].value[entry[i].place];
  qsort(entry, count, sizeof *entry, by_key);
  for (size_t begin = 0, i = 1; i <= count; i++)
    if (i == count || entry[i].key < ag_reward_tie_level(entry[i - 1].key)) {
      split(classes, entry + begin, i - begin, curator + 1);
      begin = i;
    }
}

static void describe(ag_classes *classes)
{
  const ag_game *game = classes->game;
  const double *initial = game->space->log_mass;
  double each = -log((double)game->space->count);
  for (size_t c = 0; c < classes->count; c++) {
    ag_reward_class *class = &classes->item[c];
    class->log_mass =
        initial ? ag_classes_log_mass(classes, c, initial) : each + log((double)class->count);
    for (size_t k = 0; k < game->curator_count; k++)
      classes->reward[c * game->curator_count + k] =
          game->curator[k].value[classes->place[class->begin]];
  }
}

static bool dominates(const ag_classes *classes, size_t a, size_t b)
{
  size_t curators = classes->game->curator_count;
  const double *x = classes->reward + a * curators, *y = classes->reward + b * curators;
  for (size_t k = 0; k < curators; k++)
    if (x[k] < y[k])
      return false;
  return true;
}

/* Classes stand by decreasing rewards, so only an earlier one can dominate;
 * the newest of the front is tried first, being the likeliest. */
static void find_front(ag_classes *classes)
{
  for (size_t c = 0; c < classes->count; c++) {
    bool dominated = false;
    for (size_t f = classes->front_count; f-- > 0 && !dominated;)
      dominated = dominates(classes, classes->front[f], c);
    if (!dominated)
      classes->front[classes->front_count++] = c;
  }
}

/* Theory speaks of rewards on a finite set of items. */
static ag_status check_game(const ag_game *game, ag_error *error)
{
  if (ag_space_is_cloud(game->space))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the theory is about a finite set of items, and a cloud has none; replace it by "
                   "a box with cells");
  for (size_t c = 0; c < game->curator_count; c++)
    if (game->curator[c].prefers)
      return ag_fail(error, AG_ERROR_INPUT,
                     "the theory is about rewards, but %s has preferences without one",
                     game->curator[c].name);
  return AG_OK;
}

ag_status ag_classes_create(const ag_game *game, ag_classes *out, ag_error *error)
{
  ag_classes made = {.game = game};
  ag_status possible = check_game(game, error);
  if (possible)
    return possible;
  size_t live = game->layout.live;
  sort_entry *entry = NULL;
  ag_status status;
  if ((status = ag_array_create(live, sizeof *entry, &entry, error)) ||
      (status = ag_array_create(live, sizeof *made.place, &made.place, error)) ||
      (status = ag_array_create(live, sizeof *made.item, &made.item, error)))
    goto out;
  for (size_t j = 0; j < live; j++)
    entry[j].place = j;
  split(&made, entry, live, 0);
  if ((status = ag_array_create(made.count * game->curator_count, sizeof *made.reward, &made.reward,
                                error)) ||
      (status = ag_array_create(made.count, sizeof *made.front, &made.front, error)))
    goto out;
  describe(&made);
  find_front(&made);
out:
  free(entry);
  if (status)
    ag_classes_free(&made);
  else
    *out = made;
  return status;
}

void ag_classes_free(ag_classes *classes)
{
  free(classes->item);
  free(classes->place);
  free(classes->reward);
  free(classes->front);
  *classes = (ag_classes){0};
}
