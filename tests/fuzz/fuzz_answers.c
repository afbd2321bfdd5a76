/* Any lines as the answers of a program that judges texts: each text gets a finite reward once, or
 * the line that is wrong is named. */
#include "fuzz.h"

#include "../../src/reward/command.c" /* its parts are its own */

enum { TEXTS = 3 };

static void check_heard(const batch *now, ag_status status, const ag_error *error)
{
  size_t answered = 0;
  for (size_t i = 0; i < TEXTS; i++) {
    answered += now->answered[i];
    require(!now->answered[i] || isfinite(now->reward[i]));
  }
  require(answered + now->left == TEXTS);
  if (status != AG_OK)
    require(now->refused && error->status == AG_ERROR_INPUT && error->message[0]);
}

/* The first byte is how many texts were asked before. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const char *const text[TEXTS] = {"One.", "Two \"2\".", ""};
  const ag_items items = {.count = TEXTS, .text = text};
  double reward[TEXTS] = {0};
  bool answered[TEXTS] = {false}, done = false;
  ag_error error = {0};
  ag_status status = AG_OK;
  if (size == 0)
    return 0;
  batch now = {"scorer", &items, 0, TEXTS, TEXTS, data[0], reward, answered, false};
  char *lines = malloc(size), *at = lines;
  memcpy(lines, data + 1, size - 1);
  lines[size - 1] = '\0';
  for (char *end = lines + size - 1; at < end && status == AG_OK && !done;) {
    char *stop = memchr(at, '\n', (size_t)(end - at));
    stop = stop ? stop : end;
    *stop = '\0';
    status = hear(&now, at, (size_t)(stop - at), &done, &error);
    check_heard(&now, status, &error);
    at = stop + 1;
  }
  require(status != AG_OK || done == (now.left == 0));
  free(lines);
  return 0;
}
