#include "generator/transformer/bpe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/bpe_parts.h"

void ag_bpe_byte_codes(uint16_t code[AG_BPE_BYTES], uint8_t order[AG_BPE_BYTES])
{
  /* the bytes whose Latin-1 characters can be seen stand for themselves */
  static const struct range {
    int first, last;
  } seen[] = {{'!', '~'}, {0xA1, 0xAC}, {0xAE, 0xFF}};
  int known = 0;
  memset(code, 0, AG_BPE_BYTES * sizeof *code);
  for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
    for (int byte = seen[i].first; byte <= seen[i].last; byte++) {
      code[byte] = (uint16_t)byte;
      order[known++] = (uint8_t)byte;
    }
  for (int byte = 0, next = AG_BPE_BYTES; byte < AG_BPE_BYTES; byte++)
    if (code[byte] == 0) {
      code[byte] = (uint16_t)next++;
      order[known++] = (uint8_t)byte;
    }
}

ag_status ag_bpe_create(ag_bpe **bpe, ag_error *error)
{
  ag_bpe *made;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status)
    return status;
  *made = (ag_bpe){.end = AG_BPE_NONE};
  status = ag_bpe_pattern_create(&made->pattern, error);
  if (status)
    free(made);
  else
    *bpe = made;
  return status;
}

void ag_bpe_free(ag_bpe *bpe)
{
  if (!bpe)
    return;
  ag_byte_set_clear(&bpe->token);
  ag_pair_set_clear(&bpe->merge);
  free(bpe->result);
  ag_bpe_pattern_free(bpe->pattern);
  free(bpe);
}

ag_status ag_bpe_add_merge(ag_bpe *bpe, ag_pair pair, uint32_t result, ag_error *error)
{
  uint32_t rank;
  size_t count = bpe->merge.count;
  ag_status status = ag_bpe_grow(&bpe->result, &bpe->result_capacity, count, count + 1,
                                 sizeof *bpe->result, error);
  if (!status)
    status = ag_pair_set_add(&bpe->merge, pair, &rank, error);
  if (!status)
    bpe->result[rank] = result;
  return status;
}

size_t ag_bpe_size(const ag_bpe *bpe)
{
  return bpe->token.count;
}

size_t ag_bpe_merge_count(const ag_bpe *bpe)
{
  return bpe->merge.count;
}

uint32_t ag_bpe_end(const ag_bpe *bpe)
{
  return bpe->end;
}

const char *ag_bpe_token(const ag_bpe *bpe, uint32_t id, size_t *size)
{
  return ag_byte_set_at(&bpe->token, id, size);
}

ag_status ag_bpe_decode(const ag_bpe *bpe, const uint32_t *id, size_t count, char **text,
                        size_t *size, ag_error *error)
{
  size_t total = 0, length;
  char *made;
  for (size_t i = 0; i < count; i++) {
    if (id[i] >= bpe->token.count)
      return ag_fail(error, AG_ERROR_INPUT, "token %u is outside the vocabulary, which has %zu",
                     id[i], bpe->token.count);
    ag_byte_set_at(&bpe->token, id[i], &length);
    if (__builtin_add_overflow(total, length, &total) || total == SIZE_MAX)
      return ag_fail(error, AG_ERROR_MEMORY, "the text of the tokens exceeds any address space");
  }
  ag_status status = ag_array_create(total + 1, 1, &made, error);
  if (status)
    return status;
  char *to = made;
  for (size_t i = 0; i < count; i++, to += length) {
    const char *bytes = ag_byte_set_at(&bpe->token, id[i], &length);
    memcpy(to, bytes, length);
  }
  *to = '\0';
  *text = made;
  *size = total;
  return AG_OK;
}
