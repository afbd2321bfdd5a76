#include "theory/classes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"

size_t ag_classes_item(const ag_classes *classes, size_t number)
{
  return classes->place[classes->item[number].begin];
}

void ag_classes_log_mass(const ag_classes *classes, const double *log_mass, double *of_class)
{
  for (size_t c = 0; c < classes->count; c++) {
    const ag_class *class = &classes->item[c];
    double most = -INFINITY, sum = 0;
    for (size_t i = 0; i < class->count; i++)
      most = fmax(most, log_mass[classes->place[class->begin + i]]);
    for (size_t i = 0; i < class->count && most > -INFINITY; i++)
      sum += exp(log_mass[classes->place[class->begin + i]] - most);
    of_class[c] = most > -INFINITY ? most + log(sum) : -INFINITY;
  }
}

ag_status ag_classes_numbers(const ag_classes *classes, ag_game_numbers *numbers, ag_error *error)
{
  size_t *item = NULL;
  double *log_mass = NULL;
  ag_status status = ag_array_create(classes->count, sizeof *item, &item, error);
  if (!status)
    status = ag_array_create(classes->count, sizeof *log_mass, &log_mass, error);
  for (size_t c = 0; !status && c < classes->count; c++) {
    item[c] = ag_classes_item(classes, c);
    log_mass[c] = classes->item[c].log_mass;
  }
  if (!status)
    status = ag_game_numbers_create(classes->game, item, log_mass, classes->count, numbers, error);
  free(item);
  free(log_mass);
  return status;
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

static void add_class(ag_classes *classes, const sort_entry *entry, size_t count)
{
  const ag_class *last = classes->item + classes->count - 1;
  size_t begin = classes->count ? last->begin + last->count : 0;
  classes->item[classes->count++] = (ag_class){begin, count, 0};
  for (size_t i = 0; i < count; i++)
    classes->place[begin + i] = entry[i].place;
}

/* Sorts entry[0..count) into classes by this curator's reward and then by the
 * next ones'; neighbours within the tie tolerance count as equal. */
static void split(ag_classes *classes, sort_entry *entry, size_t count, size_t curator)
{
  const ag_game *game = classes->game;
  while (curator < game->curator_count && !ag_game_curator_acts(game, curator))
    curator++;
  if (curator == game->curator_count) {
    add_class(classes, entry, count);
    return;
  }
  const ag_curator *judge = &game->curator[curator];
  for (size_t i = 0; i < count; i++)
    entry[i].key = judge->prefers ? -(double)entry[i].place : judge->value[entry[i].place];
  qsort(entry, count, sizeof *entry, by_key);
  for (size_t begin = 0, i = 1; i <= count; i++)
    if (i == count || entry[i].key < ag_reward_tie_level(entry[i - 1].key, judge->temperature)) {
      split(classes, entry + begin, i - begin, curator + 1);
      begin = i;
    }
}

/* The sum of the rewards in temperatures over the stages that act; *size: of their sizes. */
static double reward_sum(const ag_game *game, size_t item, double *size)
{
  double sum = 0;
  *size = 0;
  for (size_t s = 0; s < game->loop.stage_count; s++) {
    const ag_curator *curator = &game->curator[game->loop.stage[s].curator];
    if (!game->loop.stage[s].acts)
      continue;
    sum += curator->value[item] / curator->temperature;
    *size += fabs(curator->value[item] / curator->temperature);
  }
  return sum;
}

static void split_by_sum(ag_classes *classes, sort_entry *entry, size_t count)
{
  double size;
  for (size_t i = 0; i < count; i++)
    entry[i].key = reward_sum(classes->game, entry[i].place, &size);
  qsort(entry, count, sizeof *entry, by_key);
  for (size_t begin = 0, i = 1; i <= count; i++) {
    double key = i < count ? reward_sum(classes->game, entry[i - 1].place, &size) : 0;
    if (i == count || entry[i].key < fmin(ag_reward_tie_level(key, 1), key - 8 * 0x1p-52 * size)) {
      add_class(classes, entry + begin, i - begin);
      begin = i;
    }
  }
}

/* Whether every choice that is learnt sees everything at once, one after another, without real
 * data or the like: p_t is then p_0 exp(t sum r / tau), whatever else the loop keeps. */
static bool only_sum_counts(const ag_game *game)
{
  const ag_loop *loop = &game->loop;
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type->nonlinear || loop->step[s].curator_count > 1)
      if (!loop->step[s].type->publishes)
        return false;
  for (size_t s = 0; s < loop->stage_count; s++) {
    const ag_curator *curator = &game->curator[loop->stage[s].curator];
    if (loop->stage[s].acts && (curator->pool != AG_POOL_INFINITE || curator->prefers))
      return false;
  }
  return !game->moves && !ag_loop_find_interruption(loop);
}

/* Whether a step changes the ratios of items that nobody tells apart. */
static bool tells_all_apart(const ag_loop *loop)
{
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type->rescales)
      return true;
  return false;
}

/* Every item by itself. */
static void split_all(ag_classes *classes, const sort_entry *entry, size_t count)
{
  for (size_t i = 0; i < count; i++)
    add_class(classes, &entry[i], 1);
}

static ag_status describe(ag_classes *classes, ag_error *error)
{
  const ag_game *game = classes->game;
  double *log_mass = NULL, *of_class = NULL;
  ag_status status = ag_array_create(game->space->count, sizeof *log_mass, &log_mass, error);
  if (!status)
    status = ag_array_create(classes->count, sizeof *of_class, &of_class, error);
  if (!status) {
    ag_game_initial_log_mass(game, log_mass);
    ag_classes_log_mass(classes, log_mass, of_class);
  }
  for (size_t c = 0; !status && c < classes->count; c++) {
    classes->item[c].log_mass = of_class[c];
    for (size_t k = 0; k < game->curator_count; k++)
      classes->reward[c * game->curator_count + k] =
          game->curator[k].value[ag_classes_item(classes, c)];
  }
  free(log_mass);
  free(of_class);
  return status;
}

/* Whether all who act like a at least as much as b. */
static bool dominates(const ag_classes *classes, const bool *acts, size_t a, size_t b)
{
  size_t curators = classes->game->curator_count;
  const double *x = classes->reward + a * curators, *y = classes->reward + b * curators;
  for (size_t k = 0; k < curators; k++)
    if (acts[k] && (classes->game->curator[k].prefers || x[k] < y[k]))
      return false;
  return true;
}

/* Classes stand by decreasing rewards, so only an earlier one can dominate; the newest of the
 * front is tried first, being the likeliest. Where the sum counts, the first class has it all. */
static void find_front(ag_classes *classes, const bool *acts)
{
  size_t most = classes->by_sum ? 1 : classes->count;
  for (size_t c = 0; c < most; c++) {
    bool dominated = false;
    for (size_t f = classes->front_count; f-- > 0 && !dominated;)
      dominated = dominates(classes, acts, classes->front[f], c);
    if (!dominated)
      classes->front[classes->front_count++] = c;
  }
}

static ag_status fill(ag_classes *classes, sort_entry *entry, size_t live, ag_error *error)
{
  const ag_game *game = classes->game;
  bool acts[AG_CURATORS_MOST];
  size_t count = 0;
  for (size_t c = 0; c < game->curator_count; c++)
    acts[c] = ag_game_curator_acts(game, c);
  for (size_t i = 0; i < game->space->count; i++)
    if (ag_game_is_live(game, i))
      entry[count++].place = i;
  if (tells_all_apart(&game->loop))
    split_all(classes, entry, live);
  else if (classes->by_sum)
    split_by_sum(classes, entry, live);
  else
    split(classes, entry, live, 0);
  ag_status status = ag_array_create(classes->count * game->curator_count, sizeof *classes->reward,
                                     &classes->reward, error);
  if (!status)
    status = ag_array_create(classes->count, sizeof *classes->front, &classes->front, error);
  if (!status)
    status = describe(classes, error);
  if (!status)
    find_front(classes, acts);
  return status;
}

static ag_status create(const ag_game *game, bool by_sum, ag_classes *out, ag_error *error)
{
  ag_classes made = {.game = game, .by_sum = by_sum};
  sort_entry *entry = NULL;
  size_t live = 0;
  for (size_t i = 0; i < game->space->count; i++)
    live += ag_game_is_live(game, i);
  ag_status status = ag_array_create(live, sizeof *entry, &entry, error);
  if (!status)
    status = ag_array_create(live, sizeof *made.place, &made.place, error);
  if (!status)
    status = ag_array_create(live, sizeof *made.item, &made.item, error);
  if (!status)
    status = fill(&made, entry, live, error);
  free(entry);
  if (status)
    ag_classes_free(&made);
  else
    *out = made;
  return status;
}

ag_status ag_classes_create(const ag_game *game, ag_classes *classes, ag_error *error)
{
  return create(game, only_sum_counts(game), classes, error);
}

ag_status ag_classes_create_fine(const ag_game *game, ag_classes *classes, ag_error *error)
{
  return create(game, false, classes, error);
}

void ag_classes_free(ag_classes *classes)
{
  free(classes->item);
  free(classes->place);
  free(classes->reward);
  free(classes->front);
  *classes = (ag_classes){0};
}
