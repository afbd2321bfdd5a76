/* SHA-256 (FIPS 180-4): the digests of files. */
#ifndef AG_BASE_SHA256_H
#define AG_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum { AG_SHA256_HEX = 65 }; /* 64 digits and their end */

typedef struct ag_sha256 {
  uint32_t state[8];
  uint64_t size; /* bytes so far */
  unsigned char block[64];
} ag_sha256;

void ag_sha256_begin(ag_sha256 *hash);
void ag_sha256_add(ag_sha256 *hash, const void *bytes, size_t size);
/* The digest in lower-case hexadecimal; the hash is used up. */
void ag_sha256_end(ag_sha256 *hash, char hex[AG_SHA256_HEX]);

/* The digest and the size of a regular file. Status: AG_ERROR_IO. Cost: reads it once. */
ag_status ag_sha256_file(const char *path, char hex[AG_SHA256_HEX], uint64_t *size,
                         ag_error *error);

#endif
