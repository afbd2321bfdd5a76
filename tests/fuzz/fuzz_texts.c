/* Any bytes as the file of texts that a generator's program has written: what is taken is one clean
 * text a line. */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "generator/command_files.h"
#include "population/texts.h"

static void check_texts(const ag_sample *sample, size_t count)
{
  require(sample->count == count);
  for (size_t i = 0; i < count; i++) {
    size_t length;
    const char *text = ag_texts_get(sample->texts, sample->item[i], &length);
    require(ag_utf8_find_invalid(text, length) == length && !strpbrk(text, "\n\r\t\x1B\x7F"));
    require(length == 0 || (text[0] != ' ' && text[length - 1] != ' '));
  }
}

/* The first byte is how many texts were asked for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char name[64];
  ag_sample sample = {.count = 0};
  ag_error error = {0};
  if (size == 0)
    return 0;
  int file = memfd_create("texts", MFD_CLOEXEC);
  require(file >= 0 && write(file, data + 1, size - 1) == (ssize_t)(size - 1));
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  ag_texts *texts = NULL;
  require(ag_texts_create(&texts, &error) == AG_OK);
  require(ag_sample_create(0, 1, &sample, &error) == AG_OK);
  sample.texts = texts;
  if (ag_texts_read(name, data[0], &sample, &error) == AG_OK)
    check_texts(&sample, data[0]);
  else
    require_refusal(&error);
  ag_sample_free(&sample);
  ag_texts_free(texts);
  close(file);
  return 0;
}
