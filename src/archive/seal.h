/* The seal of an array file: sixteen digits near its beginning, a checksum of the file's size and
 * of every other byte. It is checked before anything is read of the file. */
#ifndef AG_ARCHIVE_SEAL_H
#define AG_ARCHIVE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the metadata of a file that is to be sealed begins with. */
#define AG_SEAL_METADATA "{\"checksum\":\"0000000000000000\""

/* Seals the open file, which is complete but for the seal.
 * Returned: 0, or the errno of a failure. Cost: reads the file once. */
int ag_seal_write(int descriptor);
/* *good: whether the file is as it was sealed. Returned: as above. */
int ag_seal_check(int descriptor, bool *good);

/* Goes on with a checksum over more bytes: any change of a single byte shows.
 * The size must be a multiple of 8 but for the last piece. */
uint64_t ag_hash(uint64_t hash, const void *bytes, size_t size);

#endif
