/* The seal of an array file: the first 512 bytes, which HDF5 leaves to its
 * user, hold the file's size and a checksum of the rest. HDF5's own checksums
 * are met while its structures are being built, and a damaged file may leave
 * the library unable to close; the seal is checked before HDF5 sees the file. */
#ifndef AG_ARCHIVE_SEAL_H
#define AG_ARCHIVE_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AG_SEAL_SIZE = 512 };

/* Seals the open file, which is complete but for the seal.
 * Returned: 0, or the errno of a failure. Cost: reads the file once. */
int ag_seal_write(int descriptor);
/* *good: whether the file is as it was sealed. Returned: as above. */
int ag_seal_check(int descriptor, bool *good);

/* Goes on with a checksum over more bytes: any change of a single byte shows.
 * The size must be a multiple of 8 but for the last piece. */
uint64_t ag_hash(uint64_t hash, const void *bytes, size_t size);

#endif
