/* Any bytes as a text that a small vocabulary is learnt from; with it the text must come back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/bpe_round_trip.h"

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
