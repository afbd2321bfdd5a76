/* A byte-pair encoder in plain arrays, by GPT-2's rules as they are written down: what the
 * tokenizer is held against. */
#ifndef AG_TESTS_PLAIN_BPE_H
#define AG_TESTS_PLAIN_BPE_H

#include <stdbool.h>
#include <stdint.h>

#include "generator/transformer/bpe_parts.h"
#include "tests/check.h"

/* ---- vocabularies ---- */

enum { MERGES_MOST = 400, TOKEN_MOST = 64 };

/* A vocabulary in plain arrays: the bytes in GPT-2's order, then what merges make. */
typedef struct plain {
  char token[AG_BPE_BYTES + MERGES_MOST][TOKEN_MOST];
  size_t size[AG_BPE_BYTES + MERGES_MOST], count;
  ag_pair merge[MERGES_MOST];
  uint32_t result[MERGES_MOST];
  size_t merges;
} plain;

static uint32_t plain_find(const plain *p, const char *bytes, size_t size)
{
  for (uint32_t i = 0; i < p->count; i++)
    if (p->size[i] == size && memcmp(p->token[i], bytes, size) == 0)
      return i;
  return AG_BPE_NONE;
}

static uint32_t plain_add(plain *p, const char *bytes, size_t size)
{
  uint32_t found = plain_find(p, bytes, size);
  if (found != AG_BPE_NONE)
    return found;
  memcpy(p->token[p->count], bytes, size);
  p->size[p->count] = size;
  return (uint32_t)p->count++;
}

static void plain_start(plain *p)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  memset(p, 0, sizeof *p);
  ag_bpe_byte_codes(code, order);
  for (int i = 0; i < AG_BPE_BYTES; i++)
    plain_add(p, (const char *)&order[i], 1);
}

/* The rank of a merge, or AG_BPE_NONE. */
static uint32_t plain_rank(const plain *p, uint32_t left, uint32_t right)
{
  for (uint32_t i = 0; i < p->merges; i++)
    if (p->merge[i].left == left && p->merge[i].right == right)
      return i;
  return AG_BPE_NONE;
}

/* false: too long, or known. */
static bool plain_merge(plain *p, uint32_t left, uint32_t right)
{
  char bytes[2 * TOKEN_MOST];
  if (p->size[left] + p->size[right] > TOKEN_MOST || plain_rank(p, left, right) != AG_BPE_NONE)
    return false;
  memcpy(bytes, p->token[left], p->size[left]);
  memcpy(bytes + p->size[left], p->token[right], p->size[right]);
  p->merge[p->merges] = (ag_pair){left, right};
  p->result[p->merges++] = plain_add(p, bytes, p->size[left] + p->size[right]);
  return true;
}

static void merge_text(plain *p, const char *left, const char *right)
{
  CHECK(plain_merge(p, plain_find(p, left, strlen(left)), plain_find(p, right, strlen(right))));
}

static char *put_token(char *to, const uint16_t *code, const char *bytes, size_t size, bool json)
{
  for (size_t i = 0; i < size; i++) {
    unsigned c = code[(unsigned char)bytes[i]];
    if (json) {
      to += sprintf(to, "\\u%04x", c);
    } else if (c < 0x80) {
      *to++ = (char)c;
    } else {
      *to++ = (char)(0xC0 | c >> 6);
      *to++ = (char)(0x80 | (c & 0x3F));
    }
  }
  return to;
}

/* The two files' texts, and from them the tokenizer. */
static ag_bpe *plain_make(const plain *p)
{
  static char vocabulary[1 << 20], merges[1 << 18];
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  ag_bpe_byte_codes(code, order);
  char *to = vocabulary;
  for (size_t i = 0; i < p->count; i++) {
    to += sprintf(to, i > 0 ? ", \"" : "{\"");
    to = put_token(to, code, p->token[i], p->size[i], true);
    to += sprintf(to, "\": %zu", i);
  }
  to += sprintf(to, ", \"<|endoftext|>\": %zu}", p->count);
  char *at = merges + sprintf(merges, "#version: 0.2\n");
  for (size_t i = 0; i < p->merges; i++) {
    at = put_token(at, code, p->token[p->merge[i].left], p->size[p->merge[i].left], false);
    *at++ = ' ';
    at = put_token(at, code, p->token[p->merge[i].right], p->size[p->merge[i].right], false);
    *at++ = '\n';
  }
  ag_bpe *bpe = NULL;
  ag_error error = {0};
  ag_bpe_text first = {"vocab.json", vocabulary, (size_t)(to - vocabulary)};
  ag_bpe_text second = {"merges.txt", merges, (size_t)(at - merges)};
  if (ag_bpe_parse(&first, &second, &bpe, &error) != AG_OK)
    printf("# %s:%ld: %s\n", error.file, error.line, error.message);
  return bpe;
}

/* ---- plain rules ---- */

static bool is_space(char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static int kind(char c)
{
  if (is_space(c))
    return 0;
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
    return 1;
  return c >= '0' && c <= '9' ? 2 : 8;
}

/* The pattern's next word in ASCII text, without `<|endoftext|>`. */
static size_t plain_word(const char *text, size_t size)
{
  static const char *const endings[] = {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"};
  for (size_t i = 0; i < 7; i++)
    if (size >= strlen(endings[i]) && memcmp(text, endings[i], strlen(endings[i])) == 0)
      return strlen(endings[i]);
  size_t begin = text[0] == ' ' && size > 1 && !is_space(text[1]), end = begin;
  while (end < size && kind(text[end]) == kind(text[begin]))
    end++;
  if (kind(text[begin]) != 0 || end == size || end == 1)
    return end;
  return end - 1;
}

/* GPT-2's merging as its paper has it: look for the pair of lowest rank, merge it
 * everywhere, begin again. Returned: how many symbols are left. */
static size_t plain_encode_word(const plain *p, const char *word, size_t size, uint32_t *symbol)
{
  for (size_t i = 0; i < size; i++)
    symbol[i] = plain_find(p, word + i, 1);
  while (true) {
    uint32_t best = AG_BPE_NONE;
    for (size_t i = 0; i + 1 < size; i++) {
      uint32_t rank = plain_rank(p, symbol[i], symbol[i + 1]);
      best = rank < best ? rank : best;
    }
    if (best == AG_BPE_NONE)
      return size;
    size_t kept = 0;
    for (size_t i = 0; i < size; i++) {
      bool here =
          i + 1 < size && symbol[i] == p->merge[best].left && symbol[i + 1] == p->merge[best].right;
      symbol[kept++] = here ? p->result[best] : symbol[i];
      i += here;
    }
    size = kept;
  }
}

static size_t plain_encode(const plain *p, const char *text, size_t size, uint32_t *symbol)
{
  size_t count = 0;
  for (size_t at = 0; at < size;) {
    size_t length = plain_word(text + at, size - at);
    count += plain_encode_word(p, text + at, length, symbol + count);
    at += length;
  }
  return count;
}

#endif
