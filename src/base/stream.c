#include "base/stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct memory {
  char **text;
  size_t *size, room;
  bool failed;
} memory;

/* Returned: how many bytes were taken; 0 is a failure. */
static ssize_t take(void *cookie, const char *bytes, size_t count)
{
  memory *self = cookie;
  size_t need = *self->size + count + 1;
  if (need > self->room) {
    char *longer = realloc(*self->text, 2 * need);
    self->failed |= !longer;
    if (!longer)
      return 0;
    *self->text = longer;
    self->room = 2 * need;
  }
  memcpy(*self->text + *self->size, bytes, count);
  *self->size += count;
  (*self->text)[*self->size] = '\0';
  return (ssize_t)count;
}

/* Only where it stands can be asked. */
static int tell(void *cookie, off64_t *offset, int from)
{
  const memory *self = cookie;
  if (from != SEEK_CUR || *offset != 0)
    return -1;
  *offset = (off64_t)*self->size;
  return 0;
}

static int end(void *cookie)
{
  memory *self = cookie;
  bool failed = self->failed;
  free(self);
  if (failed)
    errno = ENOMEM;
  return failed ? -1 : 0;
}

FILE *ag_text_stream(char **text, size_t *size)
{
  memory *self = malloc(sizeof *self);
  *text = calloc(1, 1);
  *size = 0;
  if (self)
    *self = (memory){.text = text, .size = size, .room = 1};
  FILE *stream =
      self && *text
          ? fopencookie(self, "w",
                        (cookie_io_functions_t){.write = take, .seek = tell, .close = end})
          : NULL;
  if (stream)
    return stream;
  free(self);
  free(*text);
  *text = NULL;
  return NULL;
}

char *ag_text_stream_end(FILE *stream, char **text)
{
  bool failed = stream && ferror(stream);
  if (stream && fclose(stream) == 0 && !failed)
    return *text;
  free(*text);
  return *text = NULL;
}
