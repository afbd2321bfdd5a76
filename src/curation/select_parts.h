/* What several selection rules share: room to work in, uniform draws, winners of
 * many pools at once, weighted draws from everything, the largest of many. */
#ifndef AG_CURATION_SELECT_PARTS_H
#define AG_CURATION_SELECT_PARTS_H

#include "curation/selection.h"

/* Arrays that a selector keeps from call to call. */
typedef enum ag_selector_array {
  AG_ROOM_WEIGHT, /* of a lottery */
  AG_ROOM_BEFORE,
  AG_ROOM_GUIDE,
  AG_ROOM_VALUE, /* the rule's own */
  AG_ROOM_WORK,
  AG_ROOM_MARK,
  AG_ROOM_COUNT
} ag_selector_array;

struct ag_selector {
  struct {
    void *array;
    size_t bytes;
  } room[AG_ROOM_COUNT];
};

/* *array: at least count elements of size bytes, with anything in them, the
 * selector's until it is asked for the same array again. Status: AG_ERROR_MEMORY. */
ag_status ag_selector_room(ag_selector *selector, ag_selector_array which, size_t count,
                           size_t size, void *array, ag_error *error);

/* The sequence number `block` of a choice. */
static inline ag_random ag_select_random(const ag_random_key *key, size_t block)
{
  return ag_random_at(key, AG_RANDOM_SELECT, (uint32_t)block);
}

/* chosen [pools]: the winners of pools of size members, each winning with probability
 * in proportion to exp(utility) or, in a pool of two, by the preferences.
 * Given: member [pools * size], numbers of candidates, any of which may stand in any
 *   pool; or NULL: drawn uniformly, with replacement; block: the number of their first
 *   sequence, of at most `pools`.
 * Cost: some 4 ns a member to draw, 3 ns if given; shared among threads. */
void ag_hold_pools(const ag_candidates *candidates, const uint32_t *member, size_t pools,
                   size_t size, const ag_random_key *key, size_t block, uint32_t *chosen);

/* Work that starting threads pays for: members of pools, draws, candidates. */
enum { AG_THREADS_PAY = 1 << 17 };

/* ---- draws from everything ---- */

enum { AG_LOTTERY_BLOCK = 16 };

/* Weights, their sums by blocks, and for each of as many equal parts of the total
 * the first block that may end beyond it. */
typedef struct ag_lottery {
  size_t count, blocks;
  double *weight;  /* [blocks, AG_LOTTERY_BLOCK] exp(log weight - shift), then zeros */
  double *before;  /* [blocks + 1] sum of the weights of all earlier blocks */
  uint32_t *guide; /* [blocks] */
  double scale;    /* parts in a unit of weight */
  size_t last;     /* the last block with weight */
} ag_lottery;

/* Room for count candidates: 8.75 bytes each. Status: AG_ERROR_MEMORY. */
ag_status ag_lottery_create(ag_selector *selector, size_t count, ag_lottery *lottery,
                            ag_error *error);
/* Fills it. log_weight [count] finite, any common offset; it may be lottery->weight.
 * Cost: one exponential and two additions a candidate. */
void ag_lottery_fill(ag_lottery *lottery, const double *log_weight);
/* Takes note of weights that were changed; returns their total, of which nothing can be
 * drawn if it is zero. */
double ag_lottery_sum(ag_lottery *lottery);
/* One candidate with probability in proportion to its weight, in expected constant
 * time; uniform in (0, 1]. Weights below 1e-307 of the largest are never drawn. */
size_t ag_lottery_draw(const ag_lottery *lottery, double uniform);

/* ---- the largest ---- */

/* Writes to chosen [keep] the numbers of the keep largest of value [count], increasing;
 * among those equal to the smallest kept one, the lot decides.
 * Given: keep in 1 … count; work [count]. Cost: O(count) expected. */
void ag_choose_largest(const double *value, size_t count, size_t keep, double *work,
                       ag_random *lots, uint32_t *chosen);

#endif
