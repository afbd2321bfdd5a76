/* Any bytes as a list of words and weights in a game; and as the file of one. What follows the
 * first NUL is a text that they weigh. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz_played.h"

static void check_lexicon(const char *words, size_t length, const char *weighed, size_t size)
{
  char *text = NULL;
  size_t total = 0;
  FILE *to = open_memstream(&text, &total);
  fputs("space: {atoms: {count: 2, labels: [good king, ", to);
  put_quoted(to, weighed, size);
  fputs("]}}\ncurators: {owner: {pool: 3, reward: {lexicon: {mean: true, ", to);
  fwrite(words, 1, length, to);
  fputs("}}}}\n", to);
  check_game(to, &text, &total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char frame[] = "words: {%.*s}";
  const char *at = (const char *)data;
  size_t length;
  const char *words = take_piece(&at, &size, &length);
  char *framed = malloc(length + sizeof frame), name[64];
  int used = snprintf(framed, length + sizeof frame, frame, (int)length, words);
  check_lexicon(framed, (size_t)used, at, size);
  free(framed);
  int file = memfd_create("lexicon", MFD_CLOEXEC);
  require(file >= 0 && write(file, words, length) == (ssize_t)length);
  used = snprintf(name, sizeof name, "file: /proc/self/fd/%d", file);
  check_lexicon(name, (size_t)used, at, size);
  close(file);
  return 0;
}
