/* Texts as doubles. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "generator/ngram_parts.h"

enum { HEAD = 2, BYTES = 6 }; /* 48 bits: exact in a double, and no NaN among them */

static ag_status make_room(ag_packed *packed, size_t values, ag_error *error)
{
  double *wider = NULL;
  if (values <= packed->capacity)
    return AG_OK;
  size_t capacity = values + values / 2;
  ag_status status = ag_array_create(capacity, sizeof *wider, &wider, error);
  if (status != AG_OK)
    return status;
  free(packed->value);
  *packed = (ag_packed){.value = wider, .capacity = capacity};
  return AG_OK;
}

ag_status ag_packed_fill(ag_packed *packed, const char *const *text, size_t count, ag_error *error)
{
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++)
    bytes += strlen(text[i]) + 1;
  size_t values = HEAD + (bytes + BYTES - 1) / BYTES;
  ag_status status = make_room(packed, values, error);
  if (status != AG_OK)
    return status;
  double *to = packed->value;
  *to++ = (double)count;
  *to++ = (double)bytes;
  uint64_t word = 0;
  int filled = 0;
  for (size_t i = 0; i < count; i++)
    for (const char *at = text[i];; at++) {
      word |= (uint64_t)(unsigned char)*at << 8 * filled;
      if (++filled == BYTES) {
        *to++ = (double)word;
        word = 0;
        filled = 0;
      }
      if (*at == '\0')
        break;
    }
  if (filled > 0)
    *to = (double)word;
  packed->count = values;
  return AG_OK;
}

static bool is_whole(double value, double most)
{
  return value >= 0 && value <= most && value == floor(value);
}

/* The bytes of the values behind the head; false where they are none. */
static bool unpack(const double *value, size_t bytes, char *to)
{
  for (size_t i = 0; i < bytes; i++) {
    if (i % BYTES == 0 && !is_whole(value[i / BYTES], 0x1p48 - 1))
      return false;
    to[i] = (char)((uint64_t)value[i / BYTES] >> 8 * (i % BYTES));
  }
  return true;
}

/* Where the texts of these bytes begin: exactly count of them, each UTF-8. */
static bool find_texts(char *at, size_t bytes, size_t count, char **text)
{
  const char *end = at + bytes;
  for (size_t i = 0; i < count; i++) {
    size_t length = at < end ? ag_utf8_find_invalid(at, (size_t)(end - at)) : 0;
    if (at + length >= end || at[length] != '\0')
      return false;
    text[i] = at;
    at += length + 1;
  }
  return at == end;
}

ag_status ag_packed_open(const double *value, size_t values, char ***text, size_t *count,
                         ag_error *error)
{
  static const char *const wrong = "the saved arrays hold no texts";
  if (values < HEAD || !is_whole(value[1], (double)(values - HEAD) * BYTES) ||
      !is_whole(value[0], value[1]))
    return ag_fail(error, AG_ERROR_INPUT, wrong);
  size_t texts = (size_t)value[0], bytes = (size_t)value[1], list = texts * sizeof **text;
  if (values != HEAD + (bytes + BYTES - 1) / BYTES)
    return ag_fail(error, AG_ERROR_INPUT, wrong);
  char **made = NULL;
  ag_status status = ag_array_create(list + bytes + 1, 1, &made, error);
  if (status != AG_OK)
    return status;
  char *to = (char *)made + list;
  if (!unpack(value + HEAD, bytes, to) || !find_texts(to, bytes, texts, made)) {
    free(made);
    return ag_fail(error, AG_ERROR_INPUT, wrong);
  }
  *text = made;
  *count = texts;
  return AG_OK;
}
