#include "archive/seal.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 1 << 18 };

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
static int make_seal(int descriptor, char seal[AG_SEAL_SIZE])
{
  struct stat information;
  if (fstat(descriptor, &information) != 0)
    return errno;
  char *piece = malloc(PIECE_BYTES);
  if (piece == NULL)
    return ENOMEM;
  uint64_t hash = 0;
  off_t place = AG_SEAL_SIZE;
  ssize_t count;
  while ((count = read_piece(descriptor, piece, PIECE_BYTES, place)) > 0) {
    hash = ag_hash(hash, piece, (size_t)count);
    place += count;
  }
  int reason = count < 0 ? errno : 0;
  free(piece);
  memset(seal, 0, AG_SEAL_SIZE);
  snprintf(seal, AG_SEAL_SIZE, "aligngame arrays 1\nbytes %jd\nchecksum %016" PRIx64 "\n",
           (intmax_t)information.st_size, hash);
  return reason;
}

int ag_seal_write(int descriptor)
{
  char seal[AG_SEAL_SIZE];
  int reason = make_seal(descriptor, seal);
  for (size_t done = 0; reason == 0 && done < AG_SEAL_SIZE;) {
    ssize_t count = pwrite(descriptor, seal + done, AG_SEAL_SIZE - done, (off_t)done);
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR)
      reason = count == 0 ? EIO : errno;
  }
  return reason;
}

int ag_seal_check(int descriptor, bool *good)
{
  char seal[AG_SEAL_SIZE], found[AG_SEAL_SIZE];
  ssize_t count = read_piece(descriptor, found, AG_SEAL_SIZE, 0);
  if (count < 0)
    return errno;
  *good = false;
  if (count < AG_SEAL_SIZE)
    return 0;
  int reason = make_seal(descriptor, seal);
  *good = reason == 0 && memcmp(seal, found, AG_SEAL_SIZE) == 0;
  return reason;
}
