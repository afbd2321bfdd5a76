/* Files as people have them, as UTF-8: packed by gzip, in UTF-16, from a pipe. What is no text is
 * named. */
#ifndef AG_BASE_INPUT_H
#define AG_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct ag_input {
  char *text; /* [size] valid UTF-8 without a byte-order mark and without NUL; ended by NUL */
  size_t size;
  const char *encoding; /* the one it was in, such as "UTF-16LE"; borrowed */
  bool unpacked;        /* from gzip */
} ag_input;

/* Reads all of a file, of a pipe, or of standard input (path `-`), unpacks gzip and decodes.
 * encoding: a name that iconv knows ("windows-1252"), or NULL: UTF-8, or what a byte-order mark
 * or the zero bytes of UTF-16 say; no other is guessed.
 * Status: AG_ERROR_INPUT for what cannot be opened, for damaged gzip, for another format by its
 * first bytes ("an Excel workbook; …"), and at its place for what is not in the encoding;
 * AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_input_free. Cost: linear in the bytes. */
ag_status ag_input_read(const char *path, const char *encoding, ag_input *input, ag_error *error);

/* The same for bytes [size] on the heap, which are taken, also on failure. name: in errors. */
ag_status ag_input_decode(const char *name, char *bytes, size_t size, const char *encoding,
                          ag_input *input, ag_error *error);
/* As ag_input_read, but bytes that are no UTF-8 are left as they are: for who counts them. */
ag_status ag_input_read_broken(const char *path, const char *encoding, ag_input *input,
                               ag_error *error);
void ag_input_free(ag_input *input);

/* A file's name in words: the path, or "standard input" for `-`. */
const char *ag_input_name(const char *path);

/* Whether bytes are packed by gzip; and their unpacking, in input_gzip.c: *text [*size + 1] on the
 * heap, ended by NUL. */
bool ag_gzip_is(const char *bytes, size_t size);
ag_status ag_gzip_unpack(const char *name, const char *bytes, size_t count, char **text,
                         size_t *size, ag_error *error);

#endif
