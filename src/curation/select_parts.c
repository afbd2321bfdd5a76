#include "curation/select_parts.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curation/kernel.h"

ag_status ag_selector_room(ag_selector *selector, ag_selector_array which, size_t count,
                           size_t size, void *array, ag_error *error)
{
  size_t need = count <= SIZE_MAX / size ? count * size : SIZE_MAX;
  size_t held = selector->room[which].bytes;
  if (need > held) {
    void *grown;
    size_t half = (held + held / 2) / size; /* for datasets that grow by little */
    count = count > half ? count : half;
    ag_status status = ag_array_create(count, size, &grown, error);
    if (status)
      return status;
    free(selector->room[which].array);
    selector->room[which].array = grown;
    selector->room[which].bytes = count * size;
  }
  memcpy(array, &selector->room[which].array, sizeof(void *));
  return AG_OK;
}

/* ---- pools ---- */

/* Members in one slice: some whole pools, or parts of one whose members are LONG or
 * more, too many for enough of them to lie side by side. */
enum { SLICE = 1024, LONG = 128, LONG_PARTS = 16 };

/* A slice, and what came out for each of its pools. */
typedef struct contest {
  uint32_t member[SLICE]; /* [size, pools] */
  uint32_t winner[SLICE]; /* number of a candidate */
  double top[SLICE];      /* largest utility; not set by preferences, nor is sum */
  double sum[SLICE];      /* sum of exp(utility - top) */
} contest;

/* Independent uniform draws index [draws] from 0 … count - 1, equally likely within
 * 2^-32 of each one's probability.
 * The 128-bit product of a number and count is a whole part, the draw, and a rest
 * that is as good as a number of its own while the two have bits enough. */
static void draw_below(ag_random *random, size_t count, size_t draws, uint32_t *index)
{
  enum { WORDS = 512, TWICE_MOST = 1 << 16 };
  uint64_t word[WORDS];
  size_t each = count <= TWICE_MOST ? 2 : 1;
  for (size_t done = 0; done < draws;) {
    size_t part = draws - done < each * WORDS ? draws - done : each * WORDS;
    ag_random_words(random, (part + each - 1) / each, word);
    for (size_t i = 0; i < part / each; i++) {
      index[done + each * i] = ag_random_scale(word[i], (uint32_t)count);
      if (each == 2)
        index[done + 2 * i + 1] = ag_random_scale(word[i] * count, (uint32_t)count);
    }
    if (part % each)
      index[done + part - 1] = ag_random_scale(word[part / each], (uint32_t)count);
    done += part;
  }
}

static void hold_pairs(const ag_candidates *candidates, size_t pools, const double *lot,
                       contest *held)
{
  const uint32_t *item = candidates->item;
  for (size_t p = 0; p < pools; p++) {
    uint32_t x = held->member[p], y = held->member[pools + p];
    double beats = candidates->prefers[(size_t)item[x] * candidates->item_count + item[y]];
    held->winner[p] = lot[p] < beats ? x : y;
  }
}

/* Member by member for all pools side by side, so that the loops are vectors. The
 * utilities count from each pool's own largest: no pool's weights all vanish. */
static void hold_utilities(const double *utility, size_t pools, size_t size, const double *lot,
                           contest *held)
{
  double weight[SLICE], passed[SLICE], *top = held->top, *sum = held->sum;
  size_t members = pools * size;
  for (size_t m = 0; m < members; m++)
    weight[m] = utility[held->member[m]];
  memcpy(top, weight, pools * sizeof *top);
  for (size_t m = pools; m < members; m += pools)
    for (size_t p = 0; p < pools; p++)
      top[p] = weight[m + p] > top[p] ? weight[m + p] : top[p];
  for (size_t m = 0; m < members; m += pools)
    for (size_t p = 0; p < pools; p++)
      weight[m + p] -= top[p];
  ag_kernels_get()->exp(members, weight, 0, weight);
  for (size_t m = pools; m < members; m += pools)
    for (size_t p = 0; p < pools; p++)
      weight[m + p] += weight[m - pools + p];
  for (size_t p = 0; p < pools; p++) {
    sum[p] = weight[members - pools + p];
    assert(sum[p] >= 1); /* false where a utility is NaN */
    passed[p] = 0;
  }
  for (size_t m = 0; m + pools < members; m += pools)
    for (size_t p = 0; p < pools; p++)
      passed[p] += weight[m + p] <= lot[p] * sum[p] ? 1.0 : 0.0;
  for (size_t p = 0; p < pools; p++)
    held->winner[p] = held->member[(size_t)(int)passed[p] * pools + p];
}

/* pools * size <= SLICE. */
static void hold_slice(const ag_candidates *candidates, const uint32_t *member, size_t pools,
                       size_t size, ag_random *random, contest *held)
{
  double lot[SLICE];
  if (member)
    memcpy(held->member, member, pools * size * sizeof *member);
  else
    draw_below(random, candidates->count, pools * size, held->member);
  ag_random_uniforms(random, pools, lot);
  if (candidates->prefers)
    hold_pairs(candidates, pools, lot, held);
  else
    hold_utilities(candidates->utility, pools, size, lot, held);
}

/* A long pool: cut into parts, of which many lie side by side; the winner of a part
 * stands for it with the part's whole weight. */
static uint32_t hold_long(const ag_candidates *candidates, const uint32_t *member, size_t size,
                          ag_random *random)
{
  contest held;
  uint32_t winner = 0;
  double top = -INFINITY, sum = 0;
  for (size_t done = 0; done < size;) {
    size_t some = size - done < SLICE ? size - done : SLICE;
    size_t parts = some < LONG_PARTS ? some : LONG_PARTS, length = some / parts;
    hold_slice(candidates, member ? member + done : NULL, parts, length, random, &held);
    for (size_t p = 0; p < parts; p++) {
      double higher = fmax(top, held.top[p]);
      double before = sum * exp(top - higher), after = held.sum[p] * exp(held.top[p] - higher);
      top = higher;
      sum = before + after;
      if (ag_random_uniform(random) * sum > before)
        winner = held.winner[p];
    }
    done += parts * length;
  }
  return winner;
}

void ag_hold_pools(const ag_candidates *candidates, const uint32_t *member, size_t pools,
                   size_t size, const ag_random_key *key, size_t block, uint32_t *chosen)
{
  size_t each = size < LONG ? SLICE / size : 1, blocks = (pools + each - 1) / each;
  assert(!candidates->prefers || size == 2);
#pragma omp parallel for schedule(static) if (pools > AG_THREADS_PAY / size)
  for (size_t b = 0; b < blocks; b++) {
    contest held;
    ag_random random = ag_select_random(key, block + b);
    size_t begin = b * each, here = pools - begin < each ? pools - begin : each;
    const uint32_t *from = member ? member + begin * size : NULL;
    if (size >= LONG) {
      chosen[begin] = hold_long(candidates, from, size, &random);
      continue;
    }
    hold_slice(candidates, from, here, size, &random, &held);
    memcpy(chosen + begin, held.winner, here * sizeof *chosen);
  }
}

/* ---- draws from everything ---- */

ag_status ag_lottery_create(ag_selector *selector, size_t count, ag_lottery *lottery,
                            ag_error *error)
{
  ag_lottery made = {.count = count, .blocks = (count + AG_LOTTERY_BLOCK - 1) / AG_LOTTERY_BLOCK};
  ag_status status = ag_selector_room(selector, AG_ROOM_WEIGHT, made.blocks * AG_LOTTERY_BLOCK,
                                      sizeof *made.weight, &made.weight, error);
  if (!status)
    status = ag_selector_room(selector, AG_ROOM_BEFORE, made.blocks + 1, sizeof *made.before,
                              &made.before, error);
  if (!status)
    status = ag_selector_room(selector, AG_ROOM_GUIDE, made.blocks, sizeof *made.guide, &made.guide,
                              error);
  if (!status)
    *lottery = made;
  return status;
}

static void lottery_guide(ag_lottery *lottery)
{
  double total = lottery->before[lottery->blocks];
  size_t b = 0;
  lottery->last = lottery->blocks - 1;
  while (lottery->before[lottery->last] >= total)
    lottery->last--;
  lottery->scale = (double)lottery->blocks / total;
  for (size_t part = 0; part < lottery->blocks; part++) {
    while (b < lottery->last && (size_t)(int64_t)(lottery->before[b + 1] * lottery->scale) < part)
      b++;
    lottery->guide[part] = (uint32_t)b;
  }
}

double ag_lottery_sum(ag_lottery *lottery)
{
  double total = 0;
  for (size_t b = 0; b < lottery->blocks; b++) {
    const double *w = lottery->weight + b * AG_LOTTERY_BLOCK;
    double sum[4] = {0};
    for (size_t i = 0; i < AG_LOTTERY_BLOCK; i += 4)
      for (size_t lane = 0; lane < 4; lane++)
        sum[lane] += w[i + lane];
    lottery->before[b] = total;
    total += (sum[0] + sum[2]) + (sum[1] + sum[3]);
  }
  lottery->before[lottery->blocks] = total;
  if (total > 0)
    lottery_guide(lottery);
  return total;
}

void ag_lottery_fill(ag_lottery *lottery, const double *log_weight)
{
  ag_kernel_run run = {.count = lottery->count, .log_mass = log_weight};
  ag_kernels_get()->run(&run); /* finds the largest */
  ag_kernels_get()->exp(lottery->count, log_weight, run.most, lottery->weight);
  for (size_t i = lottery->count; i < lottery->blocks * AG_LOTTERY_BLOCK; i++)
    lottery->weight[i] = 0;
  double total = ag_lottery_sum(lottery);
  assert(total >= 1); /* the largest weight is one; false where a log weight is NaN */
  (void)total;
}

size_t ag_lottery_draw(const ag_lottery *lottery, double uniform)
{
  double target = uniform * lottery->before[lottery->blocks];
  size_t part = (size_t)(int64_t)(target * lottery->scale);
  size_t b = lottery->guide[part < lottery->blocks ? part : lottery->blocks - 1];
  while (b < lottery->last && lottery->before[b + 1] <= target)
    b++;
  const double *w = lottery->weight + b * AG_LOTTERY_BLOCK;
  double sum = lottery->before[b];
  size_t passed = 0;
  for (size_t i = 0; i < AG_LOTTERY_BLOCK; i++) {
    sum += w[i];
    passed += sum <= target;
  }
  if (passed == AG_LOTTERY_BLOCK) /* the block's sum was rounded otherwise */
    for (passed--; w[passed] == 0; passed--)
      ;
  return b * AG_LOTTERY_BLOCK + passed;
}

/* ---- the largest ---- */

/* Brings the numbers of x [count] that exceed pivot (or equal it) to the front;
 * returns how many. Without branches, which would be mispredicted. */
static size_t to_front(double *x, size_t count, double pivot, bool or_equal)
{
  size_t front = 0;
  for (size_t i = 0; i < count; i++) {
    double here = x[i];
    x[i] = x[front];
    x[front] = here;
    front += (here > pivot) | (or_equal & (here == pivot));
  }
  return front;
}

/* The keep-th largest of x [count], which is shuffled; *above: how many exceed it. */
static double find_boundary(double *x, size_t count, size_t keep, size_t *above)
{
  uint64_t place = 0x9e3779b97f4a7c15u;
  *above = 0;
  while (true) {
    double three[3];
    for (int i = 0; i < 3; i++) {
      place = place * 6364136223846793005u + 1442695040888963407u;
      three[i] = x[ag_random_scale(place, (uint32_t)count)];
    }
    double low = fmin(three[0], three[1]), high = fmax(three[0], three[1]);
    double pivot = fmax(low, fmin(high, three[2]));
    size_t larger = to_front(x, count, pivot, false);
    if (keep <= larger) {
      count = larger;
      continue;
    }
    size_t equal = to_front(x + larger, count - larger, pivot, true);
    *above += larger;
    if (keep <= larger + equal)
      return pivot;
    x += larger + equal;
    count -= larger + equal;
    keep -= larger + equal;
    *above += equal;
  }
}

void ag_choose_largest(const double *value, size_t count, size_t keep, double *work,
                       ag_random *lots, uint32_t *chosen)
{
  size_t above, tied = 0, taken = 0;
  bool numbers = true;
  for (size_t i = 0; i < count; i++) {
    work[i] = value[i];
    numbers &= value[i] == value[i];
  }
  assert(numbers);
  double boundary = find_boundary(work, count, keep, &above);
  for (size_t i = 0; i < count; i++)
    tied += value[i] == boundary;
  size_t places = keep - above;
  for (size_t i = 0; taken < keep; i++) {
    if (value[i] == boundary) {
      /* each of the tied that are left has the same chance of the places left */
      bool wins = places == tied || ag_random_below(lots, tied) < places;
      tied--;
      if (!wins)
        continue;
      places--;
    } else if (!(value[i] > boundary)) {
      continue;
    }
    chosen[taken++] = (uint32_t)i;
  }
}
