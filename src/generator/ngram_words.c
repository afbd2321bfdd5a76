/* Tokens and their numbers. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/ngram_parts.h"
#include "space/text_read.h"

/* The length of a token without the marks at its end that stand for themselves. */
static size_t body_length(ag_token token)
{
  size_t length = token.length;
  while (length > 0 && strchr(".,;:!?\"')]}", token.text[length - 1])) {
    ag_token word = {token.text, length - 1};
    if (token.text[length - 1] == '.' && ag_word_is_abbreviation(word))
      break;
    length--;
  }
  return ag_token_trim((ag_token){token.text, length}).length > 0 ? length : token.length;
}

bool ag_piece_next(const char **at, const char *end, ag_token *rest, ag_piece *piece)
{
  ag_token token;
  if (rest->length > 0) {
    *piece = (ag_piece){{rest->text, 1}, true};
    *rest = (ag_token){rest->text + 1, rest->length - 1};
    return true;
  }
  if (!ag_token_next(at, end, &token))
    return false;
  size_t body = body_length(token);
  *piece = (ag_piece){{token.text, body}, false};
  *rest = (ag_token){token.text + body, token.length - body};
  return true;
}

ag_status ag_vocabulary_create(ag_vocabulary *vocabulary, ag_error *error)
{
  enum { SLOTS = 1024 };
  ag_piece end = {{"", 0}, true};
  uint32_t id;
  *vocabulary = (ag_vocabulary){.mask = SLOTS - 1};
  ag_status status = ag_array_create(SLOTS, sizeof *vocabulary->slot, &vocabulary->slot, error);
  if (status != AG_OK)
    return status;
  memset(vocabulary->slot, 0, SLOTS * sizeof *vocabulary->slot);
  return ag_vocabulary_add(vocabulary, end, &id, error);
}

ag_status ag_vocabulary_copy(const ag_vocabulary *from, ag_vocabulary *to, ag_error *error)
{
  size_t slots = from->mask + 1;
  ag_vocabulary made = *from;
  made.room = from->used;
  made.capacity = from->count;
  made.bytes = NULL;
  made.word = NULL;
  made.slot = NULL;
  ag_status status = ag_array_create(made.room, 1, &made.bytes, error);
  if (status == AG_OK)
    status = ag_array_create(made.capacity, sizeof *made.word, &made.word, error);
  if (status == AG_OK)
    status = ag_array_create(slots, sizeof *made.slot, &made.slot, error);
  if (status != AG_OK) {
    ag_vocabulary_free(&made);
    return status;
  }
  memcpy(made.bytes, from->bytes, from->used);
  memcpy(made.word, from->word, from->count * sizeof *made.word);
  memcpy(made.slot, from->slot, slots * sizeof *made.slot);
  *to = made;
  return AG_OK;
}

void ag_vocabulary_free(ag_vocabulary *vocabulary)
{
  free(vocabulary->bytes);
  free(vocabulary->word);
  free(vocabulary->slot);
}

static size_t find_slot(const ag_vocabulary *vocabulary, ag_piece piece)
{
  uint64_t hash = ag_bytes_hash(piece.token.text, piece.token.length) + piece.close;
  for (size_t i = (size_t)hash;; i++) {
    uint32_t number = vocabulary->slot[i & vocabulary->mask];
    if (number == 0)
      return i & vocabulary->mask;
    const char *there = vocabulary->bytes + vocabulary->word[number - 1];
    bool close = there[0] != ' ';
    there += !close;
    if (close == piece.close && strlen(there) == piece.token.length &&
        memcmp(there, piece.token.text, piece.token.length) == 0)
      return i & vocabulary->mask;
  }
}

uint32_t ag_vocabulary_find(const ag_vocabulary *vocabulary, ag_piece piece)
{
  return vocabulary->slot[find_slot(vocabulary, piece)] - 1;
}

/* A larger copy of an array: *array of *room elements, `used` of which count. */
static ag_status widen(void *array, size_t used, size_t *room, size_t least, size_t size,
                       ag_error *error)
{
  size_t wider = *room + *room / 2 < least ? least + 1024 : *room + *room / 2;
  void *old = NULL, *made = NULL;
  memcpy(&old, array, sizeof old);
  ag_status status = ag_array_create(wider, size, &made, error);
  if (status != AG_OK)
    return status;
  if (used > 0)
    memcpy(made, old, used * size);
  free(old);
  memcpy(array, &made, sizeof made);
  *room = wider;
  return AG_OK;
}

static ag_status widen_slots(ag_vocabulary *vocabulary, ag_error *error)
{
  size_t slots = 4 * (vocabulary->mask + 1);
  uint32_t *wider = NULL;
  ag_status status = ag_array_create(slots, sizeof *wider, &wider, error);
  if (status != AG_OK)
    return status;
  memset(wider, 0, slots * sizeof *wider);
  free(vocabulary->slot);
  vocabulary->slot = wider;
  vocabulary->mask = slots - 1;
  for (size_t i = 0; i < vocabulary->count; i++) {
    const char *text = vocabulary->bytes + vocabulary->word[i];
    bool close = text[0] != ' ';
    text += !close;
    wider[find_slot(vocabulary, (ag_piece){{text, strlen(text)}, close})] = (uint32_t)i + 1;
  }
  return AG_OK;
}

ag_status ag_vocabulary_add(ag_vocabulary *vocabulary, ag_piece piece, uint32_t *id,
                            ag_error *error)
{
  size_t slot = find_slot(vocabulary, piece), need = vocabulary->used + piece.token.length + 2;
  ag_status status = AG_OK;
  if (vocabulary->slot[slot] != 0) {
    *id = vocabulary->slot[slot] - 1;
    return AG_OK;
  }
  if (need > vocabulary->room)
    status = widen(&vocabulary->bytes, vocabulary->used, &vocabulary->room, need, 1, error);
  if (status == AG_OK && vocabulary->count == vocabulary->capacity)
    status = widen(&vocabulary->word, vocabulary->count, &vocabulary->capacity,
                   vocabulary->count + 1, sizeof *vocabulary->word, error);
  if (status == AG_OK && 2 * (vocabulary->count + 1) > vocabulary->mask) {
    status = widen_slots(vocabulary, error);
    slot = status == AG_OK ? find_slot(vocabulary, piece) : 0;
  }
  if (status != AG_OK)
    return status;
  char *to = vocabulary->bytes + vocabulary->used;
  vocabulary->word[vocabulary->count] = vocabulary->used;
  if (!piece.close)
    *to++ = ' ';
  memcpy(to, piece.token.text, piece.token.length);
  to[piece.token.length] = '\0';
  vocabulary->used += piece.token.length + 1 + !piece.close;
  *id = (uint32_t)vocabulary->count++;
  vocabulary->slot[slot] = (uint32_t)vocabulary->count;
  return AG_OK;
}
