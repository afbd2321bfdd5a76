#include "archive/arrays.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/seal.h"
#include "base/files.h"
#include "base/memory.h"

/* The elements begin at HEAD_LEAST: the header is written last, when all arrays are known. Where
 * it needs more room, they move. */
enum { HEAD_LEAST = 4096, PIECE_DOUBLES = 1 << 13, PIECE_BYTES = 8 * PIECE_DOUBLES };

struct ag_arrays {
  size_t generation;
  ag_draft draft;           /* of a writer: */
  uint64_t written;         /* bytes of elements */
  ag_tensor_source *source; /* [count], with room for `room`; names are owned */
  size_t count, room;
  char *path; /* of a reader: */
  ag_safetensors *file;
};

/* ---- writing ---- */

/* Returned: 0, or an errno. */
static int write_at(int descriptor, const void *bytes, size_t size, uint64_t place)
{
  for (size_t done = 0; done < size;) {
    ssize_t count =
        pwrite(descriptor, (const char *)bytes + done, size - done, (off_t)(place + done));
    if (count == 0 || (count < 0 && errno != EINTR))
      return count == 0 ? EIO : errno;
    done += count > 0 ? (size_t)count : 0;
  }
  return 0;
}

static ag_status append(ag_arrays *file, const void *bytes, size_t size, ag_error *error)
{
  int reason = write_at(file->draft.descriptor, bytes, size, HEAD_LEAST + file->written);
  if (reason != 0)
    return ag_fail_system(error, "write", file->draft.path, reason);
  file->written += size;
  return AG_OK;
}

ag_status ag_arrays_create(const char *path, size_t generation, ag_arrays **file, ag_error *error)
{
  ag_arrays *arrays = calloc(1, sizeof *arrays);
  if (arrays == NULL)
    return ag_fail_memory(error);
  arrays->generation = generation;
  ag_status status = ag_draft_open(path, &arrays->draft, error);
  if (status == AG_OK)
    *file = arrays;
  else
    free(arrays);
  return status;
}

/* Notes an array that is about to be written. */
static ag_status add_source(ag_arrays *file, const ag_tensor_source *source, ag_error *error)
{
  if (file->count == file->room) {
    size_t room = 2 * file->room + 16;
    ag_tensor_source *wider = realloc(file->source, room * sizeof *wider);
    if (wider == NULL)
      return ag_fail_memory(error);
    file->source = wider;
    file->room = room;
  }
  file->source[file->count] = *source;
  file->source[file->count].name = ag_text_copy(source->name);
  if (file->source[file->count].name == NULL)
    return ag_fail_memory(error);
  file->count++;
  return AG_OK;
}

ag_status ag_arrays_write(ag_arrays *file, const char *name, const double *value, size_t count,
                          ag_error *error)
{
  uint64_t piece[PIECE_DOUBLES];
  ag_status status = add_source(
      file,
      &(ag_tensor_source){.name = name, .dimensions = 1, .shape = {count}, .type = AG_TENSOR_F64},
      error);
  for (size_t done = 0, some; status == AG_OK && done < count; done += some) {
    some = count - done < PIECE_DOUBLES ? count - done : PIECE_DOUBLES;
    memcpy(piece, value + done, some * sizeof *piece);
    for (size_t i = 0; i < some; i++)
      piece[i] = htole64(piece[i]);
    status = append(file, piece, some * sizeof *piece, error);
  }
  return status;
}

ag_status ag_arrays_write_text(ag_arrays *file, const char *name, const char *text, size_t count,
                               size_t width, ag_error *error)
{
  ag_tensor_source source = {
      .name = name, .dimensions = 2, .shape = {count, width}, .type = AG_TENSOR_U8};
  ag_status status = add_source(file, &source, error);
  return status == AG_OK ? append(file, text, count * width, error) : status;
}

/* Moves the elements up, from their end. Returned: 0, or an errno. */
static int move_elements(const ag_arrays *file, uint64_t distance)
{
  char piece[PIECE_BYTES];
  uint64_t left = file->written;
  int reason = 0;
  while (left > 0 && reason == 0) {
    size_t some = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, got = 0;
    left -= some;
    while (got < some && reason == 0) {
      ssize_t count =
          pread(file->draft.descriptor, piece + got, some - got, (off_t)(HEAD_LEAST + left + got));
      if (count == 0 || (count < 0 && errno != EINTR))
        reason = count == 0 ? EIO : errno;
      got += count > 0 ? (size_t)count : 0;
    }
    if (reason == 0)
      reason = write_at(file->draft.descriptor, piece, some, HEAD_LEAST + left + distance);
  }
  return reason;
}

static ag_status write_head(const ag_arrays *file, ag_error *error)
{
  char metadata[128], *head = NULL;
  size_t size = 0;
  snprintf(metadata, sizeof metadata,
           AG_SEAL_METADATA ",\"format\":\"aligngame arrays 1\",\"generation\":\"%zu\"}",
           file->generation);
  ag_status status =
      ag_safetensors_head(metadata, file->source, file->count, HEAD_LEAST, &head, &size, error);
  if (status != AG_OK)
    return status;
  int reason = size > HEAD_LEAST ? move_elements(file, size - HEAD_LEAST) : 0;
  if (reason == 0)
    reason = write_at(file->draft.descriptor, head, size, 0);
  if (reason == 0)
    reason = ag_seal_write(file->draft.descriptor);
  free(head);
  return reason == 0 ? AG_OK : ag_fail_system(error, "write", file->draft.path, reason);
}

ag_status ag_arrays_commit(ag_arrays *file, ag_error *error)
{
  ag_status status = write_head(file, error);
  if (status == AG_OK)
    status = ag_draft_publish(&file->draft, error);
  ag_arrays_close(file);
  return status;
}

/* ---- reading ---- */

static ag_status fail_read(const ag_arrays *file, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT, "%s is damaged or not a file of this program", file->path);
}

/* Refuses what its seal does not fit. */
static ag_status check_seal(const ag_arrays *file, int descriptor, ag_error *error)
{
  bool good = false;
  int reason = ag_seal_check(descriptor, &good);
  if (reason == ENOMEM)
    return ag_fail_memory(error);
  if (reason != 0)
    return ag_fail_system(error, "read", file->path, reason);
  return good ? AG_OK : fail_read(file, error);
}

static ag_status read_generation(ag_arrays *file, ag_error *error)
{
  const char *text = ag_safetensors_metadata(file->file, "generation");
  char *end = NULL;
  errno = 0;
  unsigned long long value = text != NULL ? strtoull(text, &end, 10) : 0;
  if (end == text || *end != '\0' || errno != 0 || value > SIZE_MAX)
    return fail_read(file, error);
  file->generation = (size_t)value;
  return AG_OK;
}

/* Parses the file once the seal has shown that it is whole. */
static ag_status open_sealed(ag_arrays *file, ag_error *error)
{
  int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return ag_fail_system(error, "read", file->path, errno);
  ag_status status = check_seal(file, descriptor, error);
  if (status != AG_OK) {
    close(descriptor);
    return status;
  }
  status = ag_safetensors_take(file->path, descriptor, &file->file, error);
  if (status == AG_ERROR_INPUT)
    return fail_read(file, error);
  return status == AG_OK ? read_generation(file, error) : status;
}

ag_status ag_arrays_open(const char *path, size_t *generation, ag_arrays **file, ag_error *error)
{
  ag_arrays *arrays = calloc(1, sizeof *arrays);
  if (arrays == NULL)
    return ag_fail_memory(error);
  arrays->path = ag_text_copy(path);
  ag_status status = arrays->path != NULL ? open_sealed(arrays, error) : ag_fail_memory(error);
  if (status != AG_OK) {
    ag_arrays_close(arrays);
    return status;
  }
  *generation = arrays->generation;
  *file = arrays;
  return AG_OK;
}

size_t ag_arrays_generation(const ag_arrays *file)
{
  return file->generation;
}

const ag_safetensors *ag_arrays_tensors(const ag_arrays *file)
{
  return file->file;
}

bool ag_arrays_has(const ag_arrays *file, const char *name)
{
  return ag_safetensors_find(file->file, name) != NULL;
}

ag_status ag_arrays_size(ag_arrays *file, const char *name, size_t *count, ag_error *error)
{
  const ag_tensor *tensor = ag_safetensors_find(file->file, name);
  if (tensor == NULL)
    return fail_read(file, error);
  *count = tensor->count;
  return AG_OK;
}

ag_status ag_arrays_read(ag_arrays *file, const char *name, double *value, size_t count,
                         ag_error *error)
{
  const ag_tensor *tensor = ag_safetensors_find(file->file, name);
  if (tensor == NULL || tensor->type != AG_TENSOR_F64 || tensor->count != count)
    return fail_read(file, error);
  ag_status status = ag_safetensors_read_raw(file->file, tensor, value, error);
  for (size_t i = 0; status == AG_OK && i < count; i++) {
    uint64_t bits;
    memcpy(&bits, &value[i], sizeof bits);
    bits = le64toh(bits);
    memcpy(&value[i], &bits, sizeof bits);
  }
  return status;
}

void ag_arrays_close(ag_arrays *file)
{
  if (file == NULL)
    return;
  ag_draft_discard(&file->draft);
  for (size_t i = 0; i < file->count; i++)
    free((char *)file->source[i].name);
  free(file->source);
  ag_safetensors_free(file->file);
  free(file->path);
  free(file);
}
