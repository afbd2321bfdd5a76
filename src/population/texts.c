#include "population/texts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/words.h"

enum { BLOCK = 1 << 16 };

/* A stretch of memory that never moves. */
typedef struct block {
  struct block *before;
  size_t used, size;
  char bytes[];
} block;

typedef struct entry {
  const char *text;
  uint32_t length, hash;
} entry;

struct ag_texts {
  block *last;
  entry *text; /* [capacity] */
  size_t count, capacity;
  uint32_t *slot; /* [mask + 1] number + 1; 0: free. More than half are free */
  size_t mask;
};

ag_status ag_texts_create(ag_texts **texts, ag_error *error)
{
  enum { FIRST_SLOTS = 64 };
  ag_texts *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (ag_texts){.mask = FIRST_SLOTS - 1};
  status = ag_array_create(FIRST_SLOTS, sizeof *made->slot, &made->slot, error);
  if (status != AG_OK) {
    free(made);
    return status;
  }
  memset(made->slot, 0, FIRST_SLOTS * sizeof *made->slot);
  *texts = made;
  return AG_OK;
}

void ag_texts_free(ag_texts *texts)
{
  if (!texts)
    return;
  for (block *next = texts->last; next;) {
    block *before = next->before;
    free(next);
    next = before;
  }
  free(texts->text);
  free(texts->slot);
  free(texts);
}

/* The slot of a text, or the free one where it belongs. */
static size_t find_slot(const ag_texts *texts, const char *bytes, size_t length, uint32_t hash)
{
  for (size_t i = hash & texts->mask;; i = (i + 1) & texts->mask) {
    if (texts->slot[i] == 0)
      return i;
    const entry *there = &texts->text[texts->slot[i] - 1];
    if (there->hash == hash && there->length == length && memcmp(there->text, bytes, length) == 0)
      return i;
  }
}

static ag_status grow_slots(ag_texts *texts, ag_error *error)
{
  size_t slots = 2 * (texts->mask + 1);
  uint32_t *wider = NULL;
  ag_status status = ag_array_create(slots, sizeof *wider, &wider, error);
  if (status != AG_OK)
    return status;
  memset(wider, 0, slots * sizeof *wider);
  for (size_t number = 0; number < texts->count; number++) {
    size_t i = texts->text[number].hash & (slots - 1);
    while (wider[i] != 0)
      i = (i + 1) & (slots - 1);
    wider[i] = (uint32_t)number + 1;
  }
  free(texts->slot);
  texts->slot = wider;
  texts->mask = slots - 1;
  return AG_OK;
}

static ag_status grow_entries(ag_texts *texts, ag_error *error)
{
  size_t capacity = texts->capacity < 32 ? 32 : texts->capacity + texts->capacity / 2;
  entry *wider = NULL;
  ag_status status = ag_array_create(capacity, sizeof *wider, &wider, error);
  if (status != AG_OK)
    return status;
  if (texts->count > 0)
    memcpy(wider, texts->text, texts->count * sizeof *wider);
  free(texts->text);
  texts->text = wider;
  texts->capacity = capacity;
  return AG_OK;
}

/* Room for size bytes in the last block. */
static ag_status grow_blocks(ag_texts *texts, size_t size, ag_error *error)
{
  size_t whole = size > BLOCK - sizeof(block) ? size + sizeof(block) : BLOCK;
  block *added = NULL;
  ag_status status = ag_array_create(whole, 1, &added, error);
  if (status != AG_OK)
    return status;
  *added = (block){.before = texts->last, .size = whole - sizeof(block)};
  texts->last = added;
  return AG_OK;
}

static ag_status reserve(ag_texts *texts, size_t bytes, ag_error *error)
{
  ag_status status = AG_OK;
  if (2 * (texts->count + 1) > texts->mask)
    status = grow_slots(texts, error);
  if (status == AG_OK && texts->count == texts->capacity)
    status = grow_entries(texts, error);
  if (status == AG_OK && (!texts->last || texts->last->size - texts->last->used < bytes))
    status = grow_blocks(texts, bytes, error);
  return status;
}

ag_status ag_texts_add(ag_texts *texts, const char *bytes, size_t length, uint32_t *id,
                       ag_error *error)
{
  if (length >= UINT32_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "a text of %zu bytes is too long", length);
  uint32_t hash = (uint32_t)ag_bytes_hash(bytes, length);
  size_t slot = find_slot(texts, bytes, length, hash);
  if (texts->slot[slot] != 0) {
    *id = texts->slot[slot] - 1;
    return AG_OK;
  }
  if (texts->count >= UINT32_MAX - 1)
    return ag_fail(error, AG_ERROR_INPUT, "more than %zu different texts", texts->count);
  ag_status status = reserve(texts, length + 1, error);
  if (status != AG_OK)
    return status;
  char *to = texts->last->bytes + texts->last->used;
  texts->last->used += length + 1;
  memcpy(to, bytes, length);
  to[length] = '\0';
  texts->text[texts->count] = (entry){to, (uint32_t)length, hash};
  *id = (uint32_t)texts->count++;
  texts->slot[find_slot(texts, bytes, length, hash)] = (uint32_t)texts->count;
  return AG_OK;
}

const char *ag_texts_get(const ag_texts *texts, uint32_t id, size_t *length)
{
  if (length)
    *length = texts->text[id].length;
  return texts->text[id].text;
}

size_t ag_texts_count(const ag_texts *texts)
{
  return texts->count;
}
