/* Any bytes, cut at the first NUL and the next: entries of a vocabulary before the bytes'
 * own, merges, and a text. Whatever is accepted must encode every text so that it
 * comes back. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/transformer/bpe_parts.h"
#include "tests/fuzz/bpe_round_trip.h"

/* The entries, which may be anything, then what every vocabulary needs, from id `next` on:
 * the number of quotation marks halved, as in a list without escapes. */
static char *complete(const char *entries, size_t size, size_t *total)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  size_t next = 0;
  for (size_t i = 0; i < size; i++)
    next += entries[i] == '"';
  next /= 2;
  char *text = malloc(size + 16 + 32 * (AG_BPE_BYTES + 1)), *to = text;
  *to++ = '{';
  memcpy(to, entries, size);
  to += size;
  to += sprintf(to, "%s\"<|endoftext|>\":%zu", next > 0 ? "," : "", next);
  ag_bpe_byte_codes(code, order);
  for (size_t i = 0; i < AG_BPE_BYTES; i++)
    to += sprintf(to, ",\"\\u%04x\":%zu", code[order[i]], next + 1 + i);
  *to++ = '}';
  *total = (size_t)(to - text);
  return text;
}

static void check_files(const ag_bpe_text *vocabulary, const ag_bpe_text *merges, const char *text,
                        size_t size)
{
  ag_bpe *bpe = NULL;
  ag_error error = {0};
  if (ag_bpe_parse(vocabulary, merges, &bpe, &error) == AG_OK)
    check_text(bpe, text, size);
  else
    require(error.status == AG_ERROR_INPUT && error.file[0] && error.message[0]);
  ag_bpe_free(bpe);
}

/* The same bytes as a tokenizer.json, and as the vocabulary of one that is otherwise in order. */
static void check_tokenizer(const char *json, size_t size, const char *text, size_t length)
{
  static const char frame[] =
      "{\"pre_tokenizer\":{\"type\":\"ByteLevel\"},\"added_tokens\":[{\"id\":"
      "257,\"content\":\"<pad>\"}],\"model\":{\"vocab\":%.*s,\"merges\":[]}}";
  ag_bpe *bpe = NULL;
  ag_error error = {0};
  char *framed = malloc(sizeof frame + size);
  int framed_size = snprintf(framed, sizeof frame + size, frame, (int)size, json);
  const ag_bpe_text given[] = {{"tokenizer.json", json, size},
                               {"tokenizer.json", framed, (size_t)framed_size}};
  for (int i = 0; i < 2; i++) {
    if (ag_bpe_parse_tokenizer(&given[i], 1000, 3, &bpe, &error) == AG_OK)
      check_text(bpe, text, length);
    else
      require(error.status == AG_ERROR_INPUT && error.file[0] && error.message[0]);
    ag_bpe_free(bpe);
    bpe = NULL;
  }
  free(framed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *part[3] = {(const char *)data, "", ""};
  size_t length[3] = {size, 0, 0}, total;
  for (int i = 0; i < 2; i++) {
    const char *end = length[i] > 0 ? memchr(part[i], '\0', length[i]) : NULL;
    if (!end)
      break;
    part[i + 1] = end + 1;
    length[i + 1] = length[i] - (size_t)(end + 1 - part[i]);
    length[i] = (size_t)(end - part[i]);
  }
  char *whole = complete(part[0], length[0], &total);
  ag_bpe_text given = {"vocab.json", part[0], length[0]}, full = {"vocab.json", whole, total};
  ag_bpe_text merges = {"merges.txt", part[1], length[1]};
  check_files(&given, &merges, part[2], length[2]);
  check_files(&full, &merges, part[2], length[2]);
  check_tokenizer(part[0], length[0], part[2], length[2]);
  if (size % 4 == 0) /* the dearest of all */
    check_tokenizer(whole, total, part[2], length[2]);
  free(whole);
  return 0;
}
