/* With a vocabulary every text comes back. */
#ifndef AG_FUZZ_BPE_ROUND_TRIP_H
#define AG_FUZZ_BPE_ROUND_TRIP_H

#include <stdlib.h>
#include <string.h>

#include "generator/transformer/bpe.h"

static inline void require(int condition)
{
  if (!condition)
    abort();
}

static inline void check_text(const ag_bpe *bpe, const char *text, size_t size)
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

#endif
