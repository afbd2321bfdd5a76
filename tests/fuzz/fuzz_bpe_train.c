/* Any bytes as a text that a small vocabulary is learnt from; with it the text must come back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "generator/transformer/bpe.h"

static void require(int condition)
{
  if (!condition)
    abort();
}

static void check_text(const ag_bpe *bpe, const char *text, size_t size)
{
  ag_bpe_encoder *encoder = NULL;
  ag_tokens tokens = {0};
  char *again = NULL;
  size_t length;
  require(ag_bpe_encoder_create(bpe, &encoder, NULL) == AG_OK);
  require(ag_bpe_encode(encoder, text, size, &tokens, NULL) == AG_OK);
  require(tokens.count <= size);
  require(ag_bpe_decode(bpe, tokens.id, tokens.count, &again, &length, NULL) == AG_OK);
  require(length == size && memcmp(again, text, size) == 0);
  free(again);
  free(tokens.id);
  ag_bpe_encoder_free(encoder);
}

/* The first byte chooses how many entries. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  ag_bpe *bpe = NULL;
  if (size == 0)
    return 0;
  const char *text = (const char *)data + 1;
  size_t length = size - 1, entries = 257 + data[0] % 12;
  require(ag_bpe_train(&text, &length, 1, entries, &bpe, NULL) == AG_OK);
  require(ag_bpe_size(bpe) >= 257 && ag_bpe_size(bpe) <= entries);
  check_text(bpe, text, length);
  ag_bpe_free(bpe);
  return 0;
}
