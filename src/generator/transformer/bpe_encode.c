/* Merging by GPT-2's rule: of all neighbouring pairs the one of lowest rank is merged, at
 * every place of the word from left to right, before the next rank is looked for. A heap
 * of (rank, place) gives the places of one rank in this order; what the merges put
 * together enters it after the last of them, so that a word of n bytes costs n log n
 * even where a vocabulary's merges are in no sensible order. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/bpe_parts.h"

enum { CACHE_SLOTS = 1 << 13, CACHED_BYTES = 16, CACHED_TOKENS = 8 };

typedef struct cached_word {
  uint8_t size, count; /* size 0: empty */
  char word[CACHED_BYTES];
  uint32_t token[CACHED_TOKENS];
} cached_word;

struct ag_bpe_encoder {
  const ag_bpe *bpe;
  ag_splitter splitter;
  cached_word *cache; /* [CACHE_SLOTS]: a newer word takes an older one's place */
  /* the word at hand, [room] each: symbols by place, linked */
  uint32_t *symbol, *next, *previous, *merged;
  uint64_t *heap; /* [3 room]: rank, place */
  size_t room, heap_count;
};

ag_status ag_bpe_encoder_create(const ag_bpe *bpe, ag_bpe_encoder **encoder, ag_error *error)
{
  ag_bpe_encoder *made;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status)
    return status;
  *made = (ag_bpe_encoder){.bpe = bpe};
  status = ag_splitter_create(bpe->pattern, &made->splitter, error);
  if (!status)
    status = ag_array_create(CACHE_SLOTS, sizeof *made->cache, &made->cache, error);
  if (status) {
    ag_bpe_encoder_free(made);
    return status;
  }
  memset(made->cache, 0, CACHE_SLOTS * sizeof *made->cache);
  *encoder = made;
  return AG_OK;
}

static void free_word(ag_bpe_encoder *encoder)
{
  free(encoder->symbol);
  free(encoder->heap);
  encoder->symbol = NULL;
  encoder->heap = NULL;
  encoder->room = 0;
}

void ag_bpe_encoder_free(ag_bpe_encoder *encoder)
{
  if (!encoder)
    return;
  free_word(encoder);
  free(encoder->cache);
  ag_splitter_clear(&encoder->splitter);
  free(encoder);
}

/* Room for a word of size bytes. */
static ag_status make_room(ag_bpe_encoder *encoder, size_t size, ag_error *error)
{
  if (size <= encoder->room)
    return AG_OK;
  size_t room = size < 64 ? 64 : size + size / 2;
  free_word(encoder);
  ag_status status = ag_array_create(room, 4 * sizeof *encoder->symbol, &encoder->symbol, error);
  if (!status)
    status = ag_array_create(room, 3 * sizeof *encoder->heap, &encoder->heap, error);
  if (status)
    return status;
  encoder->next = encoder->symbol + room;
  encoder->previous = encoder->next + room;
  encoder->merged = encoder->previous + room;
  encoder->room = room;
  return AG_OK;
}

/* ---- the heap ---- */

static void heap_push(ag_bpe_encoder *encoder, uint64_t key)
{
  uint64_t *heap = encoder->heap;
  size_t at = encoder->heap_count++;
  for (; at > 0 && heap[(at - 1) / 2] > key; at = (at - 1) / 2)
    heap[at] = heap[(at - 1) / 2];
  heap[at] = key;
}

static uint64_t heap_pop(ag_bpe_encoder *encoder)
{
  uint64_t *heap = encoder->heap, top = heap[0];
  size_t count = --encoder->heap_count, at = 0;
  uint64_t key = heap[count];
  for (size_t child = 1; child < count; child = 2 * at + 1) {
    child += child + 1 < count && heap[child + 1] < heap[child];
    if (heap[child] >= key)
      break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = key;
  return top;
}

/* ---- one word ---- */

/* Puts the pair that begins at a place on the heap, if it can be merged. */
static void offer(ag_bpe_encoder *encoder, uint32_t place)
{
  if (place == AG_BPE_NONE || encoder->next[place] == AG_BPE_NONE)
    return;
  ag_pair pair = {encoder->symbol[place], encoder->symbol[encoder->next[place]]};
  uint32_t rank = ag_pair_set_find(&encoder->bpe->merge, pair);
  if (rank != AG_BPE_NONE)
    heap_push(encoder, (uint64_t)rank << 32 | place);
}

/* Merges at a place, unless the pair there is another by now. */
static bool merge_at(ag_bpe_encoder *encoder, uint32_t rank, uint32_t place)
{
  ag_pair pair = encoder->bpe->merge.pair[rank];
  uint32_t *symbol = encoder->symbol, *next = encoder->next, right = next[place];
  if (symbol[place] != pair.left || right == AG_BPE_NONE || symbol[right] != pair.right)
    return false;
  symbol[place] = encoder->bpe->result[rank];
  symbol[right] = AG_BPE_NONE;
  next[place] = next[right];
  if (next[place] != AG_BPE_NONE)
    encoder->previous[next[place]] = place;
  return true;
}

static void merge_word(ag_bpe_encoder *encoder)
{
  while (encoder->heap_count > 0) {
    uint32_t rank = (uint32_t)(encoder->heap[0] >> 32);
    size_t merged = 0;
    while (encoder->heap_count > 0 && encoder->heap[0] >> 32 == rank) {
      uint32_t place = (uint32_t)heap_pop(encoder);
      if (merge_at(encoder, rank, place))
        encoder->merged[merged++] = place;
    }
    for (size_t i = 0; i < merged; i++) {
      offer(encoder, encoder->previous[encoder->merged[i]]);
      offer(encoder, encoder->merged[i]);
    }
  }
}

/* The symbols that are left begin with place 0. */
static ag_status encode_word(ag_bpe_encoder *encoder, const char *word, size_t size,
                             ag_error *error)
{
  ag_status status = make_room(encoder, size, error);
  if (status)
    return status;
  for (size_t i = 0; i < size; i++) {
    encoder->symbol[i] = encoder->bpe->byte_token[(unsigned char)word[i]];
    encoder->next[i] = i + 1 < size ? (uint32_t)(i + 1) : AG_BPE_NONE;
    encoder->previous[i] = i > 0 ? (uint32_t)(i - 1) : AG_BPE_NONE;
  }
  encoder->heap_count = 0;
  for (size_t i = 0; i + 1 < size; i++)
    offer(encoder, (uint32_t)i);
  merge_word(encoder);
  return AG_OK;
}

/* ---- texts ---- */

static ag_status append(ag_tokens *tokens, const uint32_t *id, size_t count, ag_error *error)
{
  ag_status status = ag_bpe_grow(&tokens->id, &tokens->capacity, tokens->count,
                                 tokens->count + count, sizeof *tokens->id, error);
  if (!status) {
    memcpy(tokens->id + tokens->count, id, count * sizeof *id);
    tokens->count += count;
  }
  return status;
}

ag_status ag_tokens_append(ag_tokens *tokens, uint32_t id, ag_error *error)
{
  return append(tokens, &id, 1, error);
}

/* Appends the symbols of the word at hand. */
static ag_status append_word(const ag_bpe_encoder *encoder, ag_tokens *tokens, ag_error *error)
{
  ag_status status = AG_OK;
  for (uint32_t at = 0; !status && at != AG_BPE_NONE; at = encoder->next[at])
    status = append(tokens, &encoder->symbol[at], 1, error);
  return status;
}

static ag_status add_word(ag_bpe_encoder *encoder, const char *word, size_t size, ag_tokens *tokens,
                          ag_error *error)
{
  cached_word *cached = NULL;
  if (size <= CACHED_BYTES) {
    cached = &encoder->cache[ag_byte_hash(word, size) & (CACHE_SLOTS - 1)];
    if (cached->size == size && memcmp(cached->word, word, size) == 0)
      return append(tokens, cached->token, cached->count, error);
  }
  size_t before = tokens->count;
  ag_status status = encode_word(encoder, word, size, error);
  if (!status)
    status = append_word(encoder, tokens, error);
  size_t count = tokens->count - before;
  if (status || !cached || count > CACHED_TOKENS)
    return status;
  cached->size = (uint8_t)size;
  cached->count = (uint8_t)count;
  memcpy(cached->word, word, size);
  memcpy(cached->token, tokens->id + before, count * sizeof *cached->token);
  return AG_OK;
}

ag_status ag_bpe_encode(ag_bpe_encoder *encoder, const char *text, size_t size, ag_tokens *tokens,
                        ag_error *error)
{
  ag_status status = AG_OK;
  size_t before = tokens->count, begin = 0, end = 0;
  if (size >= UINT32_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "a text of 4 GB or more cannot be encoded at once");
  ag_splitter_start(&encoder->splitter, text, size);
  while (!status && end < size) {
    status = ag_splitter_next(&encoder->splitter, &begin, &end, error);
    if (!status)
      status = add_word(encoder, text + begin, end - begin, tokens, error);
  }
  if (status)
    tokens->count = before;
  return status;
}
