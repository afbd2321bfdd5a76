/* Any bytes as the expression of a reward, and what follows the first NUL as a schedule. */
#include "fuzz_played.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *at = (const char *)data;
  size_t length, total = 0;
  char *text = NULL;
  FILE *to = open_memstream(&text, &total);
  fputs("space: {box: {lower: [-1, 0], upper: [1, 2], cells: [3, 3]}}\ngenerations: 4\n"
        "curators: {owner: {reward: {expression: ",
        to);
  const char *piece = take_piece(&at, &size, &length);
  put_quoted(to, piece, length);
  fputs("}, pool: 3, temperature: ", to);
  if (size > 0)
    put_quoted(to, at, size);
  else
    fputs("1", to);
  fputs("}}\n", to);
  check_game(to, &text, &total);
  return 0;
}
