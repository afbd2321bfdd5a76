#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/bpe_parts.h"

enum { LEAST_ROOM = 16 };

ag_status ag_bpe_grow(void *array, size_t *capacity, size_t used, size_t need, size_t size,
                      ag_error *error)
{
  void *old, *larger;
  if (need <= *capacity)
    return AG_OK;
  size_t wanted = *capacity > SIZE_MAX / 2 || 2 * *capacity < need ? need : 2 * *capacity;
  wanted = wanted < LEAST_ROOM ? LEAST_ROOM : wanted;
  ag_status status = ag_array_create(wanted, size, &larger, error);
  if (status)
    return status;
  memcpy(&old, array, sizeof old);
  if (used > 0)
    memcpy(larger, old, used * size);
  free(old);
  memcpy(array, &larger, sizeof larger);
  *capacity = wanted;
  return AG_OK;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
  hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return hash ^ hash >> 32;
}

uint64_t ag_byte_hash(const char *bytes, size_t size)
{
  uint64_t hash = size;
  for (size_t at = 0; at < size; at += 8) {
    uint64_t word = 0;
    memcpy(&word, bytes + at, size - at < 8 ? size - at : 8);
    hash = mix(hash, word);
  }
  return mix(hash, 0);
}

/* The slots of both sets: a power of two, at most half of them taken. *fresh: the
 * table to be filled, or NULL where there is room. */
static ag_status make_slots(size_t count, size_t slots, uint32_t **fresh, size_t *fresh_slots,
                            ag_error *error)
{
  *fresh = NULL;
  if (2 * (count + 1) <= slots)
    return AG_OK;
  *fresh_slots = slots > 0 ? 2 * slots : 2 * LEAST_ROOM;
  ag_status status = ag_array_create(*fresh_slots, sizeof **fresh, fresh, error);
  if (!status)
    memset(*fresh, 0xFF, *fresh_slots * sizeof **fresh);
  return status;
}

static void slot_put(uint32_t *slot, size_t slots, uint64_t hash, uint32_t number)
{
  size_t at = hash & (slots - 1);
  while (slot[at] != AG_BPE_NONE)
    at = (at + 1) & (slots - 1);
  slot[at] = number;
}

/* ---- strings ---- */

const char *ag_byte_set_at(const ag_byte_set *set, uint32_t number, size_t *size)
{
  size_t begin = number > 0 ? set->end[number - 1] : 0;
  *size = set->end[number] - begin;
  return set->pool + begin;
}

uint32_t ag_byte_set_find(const ag_byte_set *set, const char *bytes, size_t size)
{
  if (set->slots == 0)
    return AG_BPE_NONE;
  size_t at = ag_byte_hash(bytes, size) & (set->slots - 1);
  for (; set->slot[at] != AG_BPE_NONE; at = (at + 1) & (set->slots - 1)) {
    size_t other;
    const char *found = ag_byte_set_at(set, set->slot[at], &other);
    if (other == size && memcmp(found, bytes, size) == 0)
      return set->slot[at];
  }
  return AG_BPE_NONE;
}

static ag_status byte_set_slots(ag_byte_set *set, ag_error *error)
{
  uint32_t *fresh;
  size_t slots, size;
  ag_status status = make_slots(set->count, set->slots, &fresh, &slots, error);
  if (status || !fresh)
    return status;
  for (uint32_t i = 0; i < set->count; i++) {
    const char *bytes = ag_byte_set_at(set, i, &size);
    slot_put(fresh, slots, ag_byte_hash(bytes, size), i);
  }
  free(set->slot);
  set->slot = fresh;
  set->slots = slots;
  return AG_OK;
}

ag_status ag_byte_set_add(ag_byte_set *set, const char *bytes, size_t size, uint32_t *number,
                          ag_error *error)
{
  *number = ag_byte_set_find(set, bytes, size);
  if (*number != AG_BPE_NONE)
    return AG_OK;
  size_t used = set->count > 0 ? set->end[set->count - 1] : 0;
  if (set->count >= AG_BPE_NONE)
    return ag_fail(error, AG_ERROR_MEMORY, "more different words than can be numbered");
  ag_status status = ag_bpe_grow(&set->pool, &set->pool_capacity, used, used + size, 1, error);
  if (!status)
    status = ag_bpe_grow(&set->end, &set->end_capacity, set->count, set->count + 1,
                         sizeof *set->end, error);
  if (!status)
    status = byte_set_slots(set, error);
  if (status)
    return status;
  if (size > 0)
    memcpy(set->pool + used, bytes, size);
  *number = (uint32_t)set->count;
  set->end[set->count++] = used + size;
  slot_put(set->slot, set->slots, ag_byte_hash(bytes, size), *number);
  return AG_OK;
}

void ag_byte_set_clear(ag_byte_set *set)
{
  free(set->pool);
  free(set->end);
  free(set->slot);
  *set = (ag_byte_set){0};
}

/* ---- pairs ---- */

static uint64_t pair_hash(ag_pair pair)
{
  return mix(0, (uint64_t)pair.left << 32 | pair.right);
}

uint32_t ag_pair_set_find(const ag_pair_set *set, ag_pair pair)
{
  if (set->slots == 0)
    return AG_BPE_NONE;
  size_t at = pair_hash(pair) & (set->slots - 1);
  for (; set->slot[at] != AG_BPE_NONE; at = (at + 1) & (set->slots - 1)) {
    ag_pair found = set->pair[set->slot[at]];
    if (found.left == pair.left && found.right == pair.right)
      return set->slot[at];
  }
  return AG_BPE_NONE;
}

static ag_status pair_set_slots(ag_pair_set *set, ag_error *error)
{
  uint32_t *fresh;
  size_t slots;
  ag_status status = make_slots(set->count, set->slots, &fresh, &slots, error);
  if (status || !fresh)
    return status;
  for (uint32_t i = 0; i < set->count; i++)
    slot_put(fresh, slots, pair_hash(set->pair[i]), i);
  free(set->slot);
  set->slot = fresh;
  set->slots = slots;
  return AG_OK;
}

ag_status ag_pair_set_add(ag_pair_set *set, ag_pair pair, uint32_t *number, ag_error *error)
{
  *number = ag_pair_set_find(set, pair);
  if (*number != AG_BPE_NONE)
    return AG_OK;
  if (set->count >= AG_BPE_NONE)
    return ag_fail(error, AG_ERROR_MEMORY, "more different pairs than can be numbered");
  ag_status status =
      ag_bpe_grow(&set->pair, &set->capacity, set->count, set->count + 1, sizeof *set->pair, error);
  if (!status)
    status = pair_set_slots(set, error);
  if (status)
    return status;
  *number = (uint32_t)set->count;
  set->pair[set->count++] = pair;
  slot_put(set->slot, set->slots, pair_hash(pair), *number);
  return AG_OK;
}

void ag_pair_set_clear(ag_pair_set *set)
{
  free(set->pair);
  free(set->slot);
  *set = (ag_pair_set){0};
}
