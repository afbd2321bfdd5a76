/* Training: the words are counted once; each merge walks only the words that hold its
 * pair, and changes the counts of the pairs around it. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/bpe_parts.h"

typedef struct word {
  size_t begin; /* in symbol */
  uint32_t length;
  int64_t count;
} word;

/* A pair of neighbours: how often it occurs, and which words held it once. */
typedef struct neighbour {
  int64_t count;
  int64_t bound; /* its key in the heap: count, or a count that was higher */
  size_t place;  /* in the heap */
  size_t node;   /* the first of its words; SIZE_MAX: none */
} neighbour;

typedef struct node {
  uint32_t word;
  size_t next;
} node;

typedef struct trainer {
  ag_bpe *bpe;
  ag_byte_set text; /* the different words */
  word *words;
  uint32_t *symbol;
  ag_pair_set pair;
  neighbour *neighbours; /* [pair.count] */
  uint32_t *heap;        /* [pair.count]: numbers of pairs, the most frequent first */
  node *nodes;
  size_t node_count;
  size_t word_room, neighbour_room, heap_room, node_room;
} trainer;

static void trainer_clear(trainer *t)
{
  ag_byte_set_clear(&t->text);
  ag_pair_set_clear(&t->pair);
  free(t->words);
  free(t->symbol);
  free(t->neighbours);
  free(t->heap);
  free(t->nodes);
}

/* ---- the words ---- */

static ag_status count_word(trainer *t, const char *bytes, size_t size, ag_error *error)
{
  uint32_t number;
  size_t before = t->text.count;
  ag_status status =
      ag_bpe_grow(&t->words, &t->word_room, before, before + 1, sizeof *t->words, error);
  if (!status)
    status = ag_byte_set_add(&t->text, bytes, size, &number, error);
  if (status)
    return status;
  if (number == before)
    t->words[number] = (word){.length = (uint32_t)size};
  t->words[number].count++;
  return AG_OK;
}

static ag_status count_text(trainer *t, ag_splitter *splitter, const char *text, size_t size,
                            ag_error *error)
{
  ag_status status = AG_OK;
  size_t begin, end = 0;
  if (size >= UINT32_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "a text of 4 GB or more cannot be learnt from at once");
  ag_splitter_start(splitter, text, size);
  while (!status && end < size) {
    status = ag_splitter_next(splitter, &begin, &end, error);
    if (!status)
      status = count_word(t, text + begin, end - begin, error);
  }
  return status;
}

static ag_status count_texts(trainer *t, const char *const *text, const size_t *size, size_t count,
                             ag_error *error)
{
  ag_splitter splitter;
  ag_status status = ag_splitter_create(t->bpe->pattern, &splitter, error);
  for (size_t i = 0; !status && i < count; i++)
    status = count_text(t, &splitter, text[i], size[i], error);
  ag_splitter_clear(&splitter);
  return status;
}

/* ---- the heap of pairs ---- */

/* More frequent; equally frequent pairs by their tokens. */
static bool comes_first(const trainer *t, uint32_t a, uint32_t b)
{
  if (t->neighbours[a].bound != t->neighbours[b].bound)
    return t->neighbours[a].bound > t->neighbours[b].bound;
  ag_pair x = t->pair.pair[a], y = t->pair.pair[b];
  return x.left != y.left ? x.left < y.left : x.right < y.right;
}

static void heap_put(trainer *t, size_t place, uint32_t number)
{
  t->heap[place] = number;
  t->neighbours[number].place = place;
}

static void heap_rise(trainer *t, uint32_t number)
{
  size_t at = t->neighbours[number].place;
  for (; at > 0 && comes_first(t, number, t->heap[(at - 1) / 2]); at = (at - 1) / 2)
    heap_put(t, at, t->heap[(at - 1) / 2]);
  heap_put(t, at, number);
}

static void heap_sink(trainer *t, uint32_t number)
{
  size_t at = t->neighbours[number].place;
  for (size_t child = 2 * at + 1; child < t->pair.count; child = 2 * at + 1) {
    child += child + 1 < t->pair.count && comes_first(t, t->heap[child + 1], t->heap[child]);
    if (!comes_first(t, t->heap[child], number))
      break;
    heap_put(t, at, t->heap[child]);
    at = child;
  }
  heap_put(t, at, number);
}

/* The most frequent pair; AG_BPE_NONE where none occurs twice. Counts that fell are
 * brought up to date when they come to the top. */
static uint32_t most_frequent(trainer *t)
{
  while (t->pair.count > 0) {
    uint32_t top = t->heap[0];
    neighbour *state = &t->neighbours[top];
    if (state->bound < 2)
      break;
    if (state->bound == state->count)
      return top;
    state->bound = state->count;
    heap_sink(t, top);
  }
  return AG_BPE_NONE;
}

/* ---- counts of pairs ---- */

static ag_status find_neighbour(trainer *t, ag_pair pair, uint32_t *number, ag_error *error)
{
  size_t before = t->pair.count;
  ag_status status = ag_bpe_grow(&t->neighbours, &t->neighbour_room, before, before + 1,
                                 sizeof *t->neighbours, error);
  if (!status)
    status = ag_bpe_grow(&t->heap, &t->heap_room, before, before + 1, sizeof *t->heap, error);
  if (!status)
    status = ag_pair_set_add(&t->pair, pair, number, error);
  if (!status && *number == before) {
    t->neighbours[before] = (neighbour){.place = before, .node = SIZE_MAX};
    heap_put(t, before, *number); /* with bound 0 behind all others, or among their equals */
    heap_rise(t, *number);
  }
  return status;
}

static ag_status add_pair(trainer *t, ag_pair pair, uint32_t in, ag_error *error)
{
  uint32_t number;
  ag_status status = find_neighbour(t, pair, &number, error);
  if (status)
    return status;
  neighbour *state = &t->neighbours[number];
  state->count += t->words[in].count;
  if (state->count > state->bound) {
    state->bound = state->count;
    heap_rise(t, number);
  }
  if (state->node != SIZE_MAX && t->nodes[state->node].word == in)
    return AG_OK;
  status = ag_bpe_grow(&t->nodes, &t->node_room, t->node_count, t->node_count + 1, sizeof *t->nodes,
                       error);
  if (status)
    return status;
  t->nodes[t->node_count] = (node){.word = in, .next = state->node};
  state->node = t->node_count++;
  return AG_OK;
}

static void remove_pair(trainer *t, ag_pair pair, uint32_t in)
{
  t->neighbours[ag_pair_set_find(&t->pair, pair)].count -= t->words[in].count;
}

static ag_status count_pairs(trainer *t, ag_error *error)
{
  size_t total = 0, size;
  uint32_t count = (uint32_t)t->text.count;
  for (uint32_t i = 0; i < count; i++)
    total += t->words[i].length;
  ag_status status = ag_array_create(total, sizeof *t->symbol, &t->symbol, error);
  total = 0;
  for (uint32_t i = 0; !status && i < count; i++) {
    const char *bytes = ag_byte_set_at(&t->text, i, &size);
    uint32_t *symbol = t->symbol + total;
    t->words[i].begin = total;
    total += size;
    for (size_t k = 0; k < size; k++)
      symbol[k] = t->bpe->byte_token[(unsigned char)bytes[k]];
    for (size_t k = 0; !status && k + 1 < size; k++)
      status = add_pair(t, (ag_pair){symbol[k], symbol[k + 1]}, i, error);
  }
  return status;
}

/* ---- merges ---- */

/* Replaces a pair in one word, from left to right. */
static ag_status merge_word(trainer *t, ag_pair pair, uint32_t result, uint32_t in, ag_error *error)
{
  uint32_t *symbol = t->symbol + t->words[in].begin, length = t->words[in].length, kept = 0;
  ag_status status = AG_OK;
  for (uint32_t i = 0; !status && i < length; i++) {
    if (i + 1 == length || symbol[i] != pair.left || symbol[i + 1] != pair.right) {
      symbol[kept++] = symbol[i];
      continue;
    }
    remove_pair(t, pair, in);
    if (kept > 0) {
      remove_pair(t, (ag_pair){symbol[kept - 1], pair.left}, in);
      status = add_pair(t, (ag_pair){symbol[kept - 1], result}, in, error);
    }
    if (!status && i + 2 < length) {
      remove_pair(t, (ag_pair){pair.right, symbol[i + 2]}, in);
      status = add_pair(t, (ag_pair){result, symbol[i + 2]}, in, error);
    }
    symbol[kept++] = result;
    i++;
  }
  t->words[in].length = kept;
  return status;
}

/* bytes [*room]: room to put two tokens together. */
static ag_status make_token(ag_bpe *bpe, ag_pair pair, char **bytes, size_t *room, uint32_t *result,
                            ag_error *error)
{
  size_t left, right;
  ag_byte_set_at(&bpe->token, pair.left, &left);
  ag_byte_set_at(&bpe->token, pair.right, &right);
  ag_status status = ag_bpe_grow(bytes, room, 0, left + right, 1, error);
  if (status)
    return status;
  memcpy(*bytes, ag_byte_set_at(&bpe->token, pair.left, &left), left);
  memcpy(*bytes + left, ag_byte_set_at(&bpe->token, pair.right, &right), right);
  status = ag_byte_set_add(&bpe->token, *bytes, left + right, result, error);
  /* a pair can come back: then its merge is known, and is done as encoding will do it */
  return status ? status : ag_bpe_add_merge(bpe, pair, *result, error);
}

/* Learns merges until the vocabulary has count tokens. */
static ag_status learn(trainer *t, size_t count, ag_error *error)
{
  ag_status status = AG_OK;
  char *bytes = NULL;
  size_t room = 0;
  while (!status && t->bpe->token.count < count) {
    uint32_t number = most_frequent(t), result;
    if (number == AG_BPE_NONE)
      break;
    ag_pair pair = t->pair.pair[number];
    size_t at = t->neighbours[number].node;
    status = make_token(t->bpe, pair, &bytes, &room, &result, error);
    t->neighbours[number].node = SIZE_MAX;
    for (; !status && at != SIZE_MAX; at = t->nodes[at].next)
      status = merge_word(t, pair, result, t->nodes[at].word, error);
  }
  free(bytes);
  return status;
}

static ag_status add_bytes(ag_bpe *bpe, ag_error *error)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  ag_status status = AG_OK;
  ag_bpe_byte_codes(code, order);
  for (size_t i = 0; !status && i < AG_BPE_BYTES; i++) {
    char byte = (char)order[i];
    status = ag_byte_set_add(&bpe->token, &byte, 1, &bpe->byte_token[order[i]], error);
  }
  return status;
}

ag_status ag_bpe_train(const char *const *text, const size_t *size, size_t count, size_t tokens,
                       ag_bpe **bpe, ag_error *error)
{
  trainer t = {0};
  if (tokens <= AG_BPE_BYTES || tokens > AG_BPE_TOKENS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "a vocabulary has %d … %d tokens, not %zu",
                   AG_BPE_BYTES + 1, AG_BPE_TOKENS_MOST, tokens);
  ag_status status = ag_bpe_create(&t.bpe, error);
  if (!status)
    status = add_bytes(t.bpe, error);
  if (!status)
    status = count_texts(&t, text, size, count, error);
  if (!status)
    status = count_pairs(&t, error);
  if (!status)
    status = learn(&t, tokens - 1, error);
  if (!status) /* no word holds all of it, so that it is new */
    status = ag_byte_set_add(&t.bpe->token, AG_BPE_END_TEXT, sizeof AG_BPE_END_TEXT - 1,
                             &t.bpe->end, error);
  trainer_clear(&t);
  if (status)
    ag_bpe_free(t.bpe);
  else
    *bpe = t.bpe;
  return status;
}
