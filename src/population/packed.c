#include "population/packed.h"

#include <string.h>

size_t ag_packed_size(const char *const *text, size_t count)
{
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++)
    bytes += strlen(text[i]) + 1;
  return (bytes + sizeof(double) - 1) / sizeof(double);
}

void ag_packed_write(const char *const *text, size_t count, double *packed)
{
  char *to = (char *)packed;
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(text[i]) + 1;
    memcpy(to, text[i], length);
    to += length;
  }
  while (((size_t)(to - (char *)packed)) % sizeof(double) != 0)
    *to++ = '\0';
}

ag_status ag_packed_read(const double *packed, size_t size, size_t count, const char **text,
                         ag_error *error)
{
  const char *at = (const char *)packed, *end = at + size * sizeof(double);
  for (size_t i = 0; i < count; i++) {
    const char *stop = memchr(at, '\0', (size_t)(end - at));
    if (!stop)
      return ag_fail(error, AG_ERROR_INPUT, "texts end after %zu of %zu", i, count);
    text[i] = at;
    at = stop + 1;
  }
  if ((size_t)(end - at) >= sizeof(double))
    return ag_fail(error, AG_ERROR_INPUT, "more than %zu texts", count);
  return AG_OK;
}
