/* Invasion analysis: which classes of items nothing rare can invade. Only
 * Pareto-optimal classes can be sinks, and only they need be tried as
 * invaders: growth is increasing in every reward. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "theory/theory.h"

double ag_log_growth(ag_pool pool, double a)
{
  if (pool == AG_POOL_INFINITE)
    return a;
  double k = (double)pool;
  return a > 1 ? log(k) - log1p((k - 1) * exp(-a)) : a - log1p(expm1(a) / k);
}

double ag_log_invasion(const ag_game *game, const double *rare, const double *resident)
{
  size_t stages = game->reading->first_only ? 1 : game->stage_count;
  double product = 0, sum = 0, weights = 0;
  for (size_t s = 0; s < stages; s++) {
    const ag_curator *curator = &game->curator[game->stage[s]];
    double a = (rare[game->stage[s]] - resident[game->stage[s]]) / curator->temperature;
    double growth = ag_log_growth(curator->pool, a);
    product += growth;
    sum += curator->weight * exp(fmin(growth, 700));
    weights += curator->weight;
  }
  return game->reading->parallel ? log(sum / weights) : product;
}

/* A class: positions place[begin .. begin + count) with equal rewards. */
typedef struct reward_class {
  size_t begin, count;
  double log_mass;
} reward_class;

typedef struct class_table {
  const ag_game *game;
  size_t curators;
  size_t *place; /* [live] positions, class by class */
  size_t count;
  reward_class *item; /* [count] */
  double *reward;     /* [count, curators] of the class's first item */
} class_table;

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

/* Sorts entry[0..count) into classes by curator's reward and those after it;
 * neighbours within the tie tolerance count as equal. */
static void split(class_table *table, sort_entry *entry, size_t count, size_t curator)
{
  if (curator == table->curators) {
    size_t begin = table->count
                       ? table->item[table->count - 1].begin + table->item[table->count - 1].count
                       : 0;
    table->item[table->count++] = (reward_class){begin, count, 0};
    for (size_t i = 0; i < count; i++)
      table->place[begin + i] = entry[i].place;
    return;
  }
  for (size_t i = 0; i < count; i++)
    entry[i].key = table->game->curator[curator].value[entry[i].place];
  qsort(entry, count, sizeof *entry, by_key);
  for (size_t begin = 0, i = 1; i <= count; i++)
    if (i == count || entry[i].key < ag_reward_tie_level(entry[i - 1].key)) {
      split(table, entry + begin, i - begin, curator + 1);
      begin = i;
    }
}

static void describe_classes(class_table *table)
{
  const ag_game *game = table->game;
  for (size_t c = 0; c < table->count; c++) {
    reward_class *class = &table->item[c];
    double log_mass = -INFINITY;
    for (size_t i = 0; i < class->count; i++) {
      size_t j = table->place[class->begin + i];
      log_mass = game->space->log_mass ? ag_log_add(log_mass, game->space->log_mass[j])
                                       : log((double)class->count);
    }
    class->log_mass = log_mass;
    for (size_t k = 0; k < table->curators; k++)
      table->reward[c * table->curators + k] = game->curator[k].value[table->place[class->begin]];
  }
}

static ag_status make_classes(class_table *table, ag_error *error)
{
  size_t live = table->game->layout.live;
  sort_entry *entry = NULL;
  ag_status status;
  if ((status = ag_array_create(live, sizeof *entry, &entry, error)) ||
      (status = ag_array_create(live, sizeof *table->place, &table->place, error)) ||
      (status = ag_array_create(live, sizeof *table->item, &table->item, error)))
    goto out;
  for (size_t j = 0; j < live; j++)
    entry[j].place = j;
  split(table, entry, live, 0);
  status =
      ag_array_create(table->count * table->curators, sizeof *table->reward, &table->reward, error);
  if (!status)
    describe_classes(table);
out:
  free(entry);
  return status;
}

static bool dominates(const class_table *table, size_t a, size_t b)
{
  const double *x = table->reward + a * table->curators, *y = table->reward + b * table->curators;
  for (size_t k = 0; k < table->curators; k++)
    if (x[k] < y[k])
      return false;
  return true;
}

/* The Pareto-optimal classes. Classes stand by decreasing rewards, so a class
 * can only be dominated by an earlier one; the newest of the front is tried
 * first, being the likeliest. */
static size_t find_front(const class_table *table, size_t *front)
{
  size_t count = 0;
  for (size_t c = 0; c < table->count; c++) {
    bool dominated = false;
    for (size_t f = count; f-- > 0 && !dominated;)
      dominated = dominates(table, front[f], c);
    if (!dominated)
      front[count++] = c;
  }
  return count;
}

static double class_invasion(const class_table *table, size_t rare, size_t resident)
{
  return ag_log_invasion(table->game, table->reward + rare * table->curators,
                         table->reward + resident * table->curators);
}

static bool is_sink(const class_table *table, const size_t *front, size_t count, size_t resident)
{
  const double rounding = 1e-12;
  for (size_t f = 0; f < count; f++)
    if (front[f] != resident && class_invasion(table, front[f], resident) > rounding)
      return false;
  return true;
}

static ag_status add_sink(const class_table *table, size_t class, unsigned char *member,
                          ag_prediction *prediction, ag_error *error)
{
  ag_sink *sink = &prediction->sinks[prediction->sink_count];
  const reward_class *items = &table->item[class];
  sink->log_lambda = -INFINITY;
  for (size_t c = 0; c < table->count; c++)
    if (c != class)
      sink->log_lambda = fmax(sink->log_lambda, class_invasion(table, c, class));
  for (size_t i = 0; i < items->count; i++)
    member[table->place[items->begin + i]] = 1;
  ag_status status = ag_item_set_create(table->game, member, &sink->items, error);
  for (size_t i = 0; i < items->count; i++)
    member[table->place[items->begin + i]] = 0;
  prediction->sink_count += !status;
  return status;
}

/* Of the front, the sinks, to the front of the list, most massive first. */
static size_t keep_sinks(const class_table *table, size_t *front, size_t count)
{
  unsigned char *sink = calloc(count ? count : 1, 1);
  size_t kept = 0;
  if (!sink)
    return SIZE_MAX;
#pragma omp parallel for schedule(dynamic, 16) if (count > 256)
  for (size_t f = 0; f < count; f++)
    sink[f] = is_sink(table, front, count, front[f]);
  for (size_t f = 0; f < count; f++)
    if (sink[f])
      front[kept++] = front[f];
  for (size_t i = 1; i < kept; i++) /* few: insertion */
    for (size_t j = i; j > 0 && table->item[front[j]].log_mass > table->item[front[j - 1]].log_mass;
         j--) {
      size_t swap = front[j];
      front[j] = front[j - 1];
      front[j - 1] = swap;
    }
  free(sink);
  return kept;
}

ag_status ag_predict_sinks(const ag_game *game, ag_prediction *prediction, ag_error *error)
{
  class_table table = {.game = game, .curators = game->curator_count};
  size_t *front = NULL, count;
  unsigned char *member = NULL;
  ag_status status = make_classes(&table, error);
  if (status || (status = ag_array_create(table.count, sizeof *front, &front, error)))
    goto out;
  count = keep_sinks(&table, front, find_front(&table, front));
  member = calloc(game->layout.live, 1);
  prediction->sinks = count == SIZE_MAX ? NULL : calloc(count + 1, sizeof *prediction->sinks);
  if (!member || !prediction->sinks) {
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for the sinks");
    goto out;
  }
  for (size_t s = 0; !status && s < count; s++)
    status = add_sink(&table, front[s], member, prediction, error);
  prediction->lock_in = prediction->sink_count > 1;
out:
  free(member);
  free(front);
  free(table.reward);
  free(table.item);
  free(table.place);
  return status;
}
