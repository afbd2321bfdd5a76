#include "game/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "curation/reference.h"

struct ag_map {
  const ag_game *game;
  size_t count;                         /* items that take part: */
  size_t *item;                         /* [n] their numbers */
  bool *absent;                         /* [n] */
  double *initial, *start, *mass, *now; /* [n] logs; mass: -INFINITY for what is absent, whose now
                                           and start are in units of e^nowhere */
  double *work;                         /* [n] */
  double *gain;                         /* [most curators of a step][n] */
};

/* The log of so little that no sum sees it. An absent item's numbers are kept beside this, to
 * their last digits: only a step that is no matter of factors must see where it stands. */
static const double nowhere = -1e4;

ag_status ag_map_create(const ag_game *game, ag_map **out, ag_error *error)
{
  ag_map *map = calloc(1, sizeof *map);
  size_t n = game->space->count, together = 1;
  if (!map)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a map");
  for (size_t s = 0; s < game->loop.step_count; s++)
    if (game->loop.step[s].curator_count > together)
      together = game->loop.step[s].curator_count;
  map->game = game;
  double **const arrays[] = {&map->initial, &map->start, &map->mass, &map->now, &map->work};
  ag_status status = ag_array_create((together + 1) * n, sizeof(double), &map->gain, error);
  if (!status)
    status = ag_array_create(n, sizeof *map->item, &map->item, error);
  if (!status)
    status = ag_array_create(n, sizeof *map->absent, &map->absent, error);
  for (size_t a = 0; !status && a < sizeof arrays / sizeof *arrays; a++)
    status = ag_array_create(n, sizeof(double), arrays[a], error);
  if (status) {
    ag_map_free(map);
    return status;
  }
  *out = map;
  return AG_OK;
}

void ag_map_free(ag_map *map)
{
  if (!map)
    return;
  void *const owned[] = {map->initial, map->start, map->mass, map->now,
                         map->work,    map->gain,  map->item, map->absent};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  free(map);
}

/* --- weights --- */

/* log E u, x [n] = log u. */
static double log_mean(size_t n, const double *log_mass, const double *x)
{
  double most = -INFINITY, sum = 0;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, log_mass[i] + x[i]);
  for (size_t i = 0; i < n; i++)
    sum += exp(log_mass[i] + x[i] - most);
  return most + log(sum);
}

/* K = 2: the definition itself, 2 E u / (u + u(Y)). */
static void weigh_pairs(size_t n, const double *log_mass, const double *x, double *gain)
{
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < n; j++)
      sum += exp(log_mass[j]) / (1 + exp(fmin(x[j] - x[i], 700)));
    gain[i] = log(2 * sum);
  }
}

/* H = K int u s exp(-u s) L(s)^(K-1) dz over z = log s (docs/numerics.md): the trapezoid rule of
 * step h errs by exp(-pi^2 / h). The result is kept in units of u / u_max, its smallest order. */
static void weigh_pool(size_t n, const double *log_mass, const double *x, double pool, double *gain)
{
  const double step = 0.25, reach = 40 + log(pool);
  double top = -INFINITY, bottom = INFINITY;
  for (size_t i = 0; i < n; i++) {
    top = fmax(top, x[i]);
    bottom = fmin(bottom, x[i]);
    gain[i] = 0;
  }
  for (double z = -top - reach; z < -bottom + 5; z += step) {
    double fall = 0;
    if (top - bottom > 2 * reach) /* else there is no gap worth it */
      z += step * ag_nodes_left_out(n, x, z, reach + 1, step);
    for (size_t i = 0; i < n; i++)
      fall += exp(log_mass[i]) * expm1(-exp(x[i] + z));
    double power = (pool - 1) * log1p(fmax(fall, -1));
    for (size_t i = 0; i < n && power > -INFINITY; i++)
      gain[i] += exp(z + top - exp(x[i] + z) + power);
  }
  for (size_t i = 0; i < n; i++)
    gain[i] = log(pool * step * gain[i]) + x[i] - top;
}

static void weigh_rewards(const ag_map *map, const ag_curator *curator, size_t generation,
                          bool precise, double *gain)
{
  ag_pool pool = ag_curator_pool_at(curator, generation);
  double temperature = ag_curator_temperature_at(curator, generation);
  size_t n = map->count;
  double best = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    map->work[i] = curator->value[map->item[i]];
    best = fmax(best, map->work[i]);
  }
  if (precise && pool != AG_POOL_INFINITE &&
      !ag_weights_reference(n, map->mass, map->work, pool, temperature, gain, NULL))
    return;
  for (size_t i = 0; i < n; i++)
    map->work[i] = (map->work[i] - best) / temperature;
  if (pool == 2) {
    weigh_pairs(n, map->mass, map->work, gain);
  } else if (pool != AG_POOL_INFINITE) {
    weigh_pool(n, map->mass, map->work, (double)pool, gain);
  } else {
    double mean = log_mean(n, map->mass, map->work);
    for (size_t i = 0; i < n; i++)
      gain[i] = map->work[i] - mean;
  }
}

static void weigh(const ag_map *map, size_t c, size_t generation, bool precise, double *gain)
{
  const ag_curator *curator = &map->game->curator[c];
  size_t n = map->count, all = map->game->space->count;
  if (!curator->prefers) {
    weigh_rewards(map, curator, generation, precise, gain);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    for (size_t j = 0; j < n; j++)
      sum += curator->prefers[map->item[i] * all + map->item[j]] * exp(map->mass[j]);
    gain[i] = log(2 * sum);
  }
}

/* --- a generation --- */

/* The masses that are there, normalised; returns the log of their total. */
static double gather(ag_map *map)
{
  double total;
  for (size_t i = 0; i < map->count; i++)
    map->mass[i] = map->absent[i] ? -INFINITY : map->now[i];
  total = ag_log_normalize(map->mass, map->count);
  return isfinite(total) ? total : 0;
}

/* Moves what is absent by `way`, so that a step sees it where it stands, or back; what came of
 * nothing stays, being there now. */
static void move_absent(ag_map *map, double way)
{
  for (size_t i = 0; i < map->count; i++) {
    if (!map->absent[i])
      continue;
    if (way > 0 && map->now[i] > nowhere / 2) {
      map->absent[i] = false;
      continue;
    }
    map->now[i] += way;
    map->start[i] += way;
  }
}

static void apply_step(ag_map *map, const ag_step *step, size_t generation, bool precise)
{
  size_t n = map->count;
  const double *gain[AG_JUDGES_MOST];
  double total = gather(map);
  for (size_t k = 0; k < step->curator_count; k++) {
    weigh(map, step->curator[k], generation, precise, map->gain + k * n);
    gain[k] = map->gain + k * n;
    for (size_t i = 0; i < n; i++)
      map->gain[k * n + i] -= total;
  }
  ag_step_block block = {.generation = generation,
                         .count = n,
                         .start = map->start,
                         .initial = map->initial,
                         .gain = gain,
                         .log_total = total};
  if (step->type->nonlinear)
    move_absent(map, nowhere);
  step->type->apply(step, &block, map->now);
  if (step->type->nonlinear)
    move_absent(map, -nowhere);
}

/* The items that take part, with their logs. */
static void choose_items(ag_map *map, const double *log_mass, bool everyone)
{
  const ag_space *space = map->game->space;
  map->count = 0;
  for (size_t x = 0; x < space->count; x++) {
    if (!everyone && !(log_mass[x] > -INFINITY))
      continue;
    map->item[map->count] = x;
    map->initial[map->count] = space->log_mass ? space->log_mass[x] : -log((double)space->count);
    map->start[map->count++] = log_mass[x];
  }
  ag_log_normalize(map->start, map->count);
  for (size_t i = 0; i < map->count; i++) {
    map->absent[i] = !(map->start[i] > -INFINITY);
    map->start[i] = map->absent[i] ? 0 : map->start[i];
  }
  memcpy(map->now, map->start, map->count * sizeof *map->now);
}

void ag_map_apply(ag_map *map, size_t generation, const double *log_mass, ag_map_mode mode,
                  double *growth, double *next)
{
  const ag_loop *loop = &map->game->loop;
  choose_items(map, log_mass, mode != AG_MAP_PRESENT);
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type->apply)
      apply_step(map, &loop->step[s], generation, mode == AG_MAP_PRECISE);
  double total = gather(map);
  for (size_t x = 0; next && x < map->game->space->count; x++)
    next[x] = -INFINITY;
  for (size_t i = 0; i < map->count; i++) {
    growth[map->item[i]] = map->now[i] - total - map->start[i];
    if (next)
      next[map->item[i]] = map->mass[i];
  }
}

double ag_loop_growth(const ag_loop *loop, size_t generation, const double *gain)
{
  static const double nothing = -INFINITY, zero = 0;
  double log_growth = 0;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    const double *own[AG_JUDGES_MOST];
    if (!step->type->apply || step->type->accumulates)
      continue;
    for (size_t k = 0; k < step->curator_count; k++)
      own[k] = gain + step->stage + k;
    ag_step_block block = {
        .generation = generation, .count = 1, .start = &zero, .initial = &nothing, .gain = own};
    step->type->apply(step, &block, &log_growth);
  }
  return log_growth;
}
