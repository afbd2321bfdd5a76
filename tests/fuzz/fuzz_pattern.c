/* Any bytes as the pattern of a reward; what follows the first NUL is the text that it is held
 * against. A hostile pattern is refused, and ends. */
#include "fuzz_played.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *at = (const char *)data;
  size_t length, total = 0;
  char *text = NULL;
  FILE *to = open_memstream(&text, &total);
  const char *pattern = take_piece(&at, &size, &length);
  fputs("space: {atoms: {count: 2, labels: [\"aaaaaaaaaaaaaaaaaaaaaaaa! \\xE9t\\xE9\", ", to);
  put_quoted(to, at, size);
  fputs("]}}\ncurators: {owner: {reward: {pattern: {regex: ", to);
  put_quoted(to, pattern, length);
  fputs("}}, pool: 3}}\n", to);
  check_game(to, &text, &total);
  return 0;
}
