#include "archive/seal.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the digits are: behind the eight bytes of the header's length, and the metadata first. */
enum {
  PIECE_BYTES = 1 << 18,
  SEAL_SIZE = 16,
  SEAL_PLACE = 8 + sizeof "{\"__metadata__\":{\"checksum\":\"" - 1
};

uint64_t ag_hash(uint64_t hash, const void *bytes, size_t size)
{
  const char *next = bytes;
  while (size > 0) {
    uint64_t word = 0;
    size_t count = size < sizeof word ? size : sizeof word;
    memcpy(&word, next, count);
    hash = (hash ^ le64toh(word)) * UINT64_C(0x9e3779b97f4a7c15);
    hash ^= hash >> 29;
    next += count, size -= count;
  }
  return hash;
}

/* Reads size bytes at a place, fewer at the end of the file; -1: errno. */
static ssize_t read_piece(int descriptor, char *bytes, size_t size, off_t place)
{
  size_t got = 0;
  while (got < size) {
    ssize_t count = pread(descriptor, bytes + got, size - got, place + (off_t)got);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return -1;
    if (count == 0)
      break;
    got += (size_t)count;
  }
  return (ssize_t)got;
}

/* The seal that the file as it is should have. */
static int make_seal(int descriptor, char seal[SEAL_SIZE + 1])
{
  struct stat information;
  if (fstat(descriptor, &information) != 0)
    return errno;
  char *piece = malloc(PIECE_BYTES);
  if (piece == NULL)
    return ENOMEM;
  uint64_t hash = (uint64_t)information.st_size;
  off_t place = 0;
  ssize_t count;
  while ((count = read_piece(descriptor, piece, PIECE_BYTES, place)) > 0) {
    if (place == 0 && count >= SEAL_PLACE + SEAL_SIZE)
      memset(piece + SEAL_PLACE, '0', SEAL_SIZE);
    hash = ag_hash(hash, piece, (size_t)count);
    place += count;
  }
  int reason = count < 0 ? errno : 0;
  free(piece);
  snprintf(seal, SEAL_SIZE + 1, "%016" PRIx64, hash);
  return reason;
}

int ag_seal_write(int descriptor)
{
  char seal[SEAL_SIZE + 1];
  int reason = make_seal(descriptor, seal);
  for (size_t done = 0; reason == 0 && done < SEAL_SIZE;) {
    ssize_t count = pwrite(descriptor, seal + done, SEAL_SIZE - done, SEAL_PLACE + (off_t)done);
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR)
      reason = count == 0 ? EIO : errno;
  }
  return reason;
}

int ag_seal_check(int descriptor, bool *good)
{
  char seal[SEAL_SIZE + 1], found[SEAL_SIZE];
  ssize_t count = read_piece(descriptor, found, SEAL_SIZE, SEAL_PLACE);
  *good = false;
  if (count < 0)
    return errno;
  if (count < SEAL_SIZE)
    return 0;
  int reason = make_seal(descriptor, seal);
  *good = reason == 0 && memcmp(seal, found, SEAL_SIZE) == 0;
  return reason;
}
