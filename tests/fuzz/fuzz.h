/* What fuzz targets share. Each is a program of libFuzzer that is given bytes, and aborts where
 * something does not hold. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(int condition)
{
  if (!condition)
    abort();
}

/* A refusal is the input's fault, and says what is wrong. */
static inline void require_refusal(const ag_error *error)
{
  char text[8192];
  require(error->status == AG_ERROR_INPUT && error->message[0]);
  require(ag_error_format(error, text, sizeof text) < sizeof text);
}

/* Bytes as a text of YAML in quotes. */
static inline void put_quoted(FILE *to, const char *text, size_t size)
{
  putc('"', to);
  while (size > 0) {
    uint32_t code = 0;
    size_t length = ag_utf8_decode(text, size, &code);
    if (length == 0 || code < 0x20 || code == '"' || code == '\\' || (code >= 0x7F && code < 0xA0))
      fprintf(to, "\\x%02X", (unsigned char)*text), length = 1;
    else
      fwrite(text, 1, length, to);
    text += length;
    size -= length;
  }
  putc('"', to);
}

/* The piece before the next NUL; what is left begins after it. */
static inline const char *take_piece(const char **at, size_t *left, size_t *length)
{
  const char *piece = *at, *end = *left > 0 ? memchr(piece, '\0', *left) : NULL;
  *length = end ? (size_t)(end - piece) : *left;
  size_t used = *length + (end != NULL);
  *at += used;
  *left -= used;
  return piece;
}

#endif
