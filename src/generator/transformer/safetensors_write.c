#include "generator/transformer/safetensors.h"

#include <endian.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/files.h"

enum { HEADER_ALIGNMENT = 8, PIECE_FLOATS = 1 << 14 };

/* What a header says of a tensor beside its name and digits, with room to spare. */
enum { ENTRY_BYTES = 96 + 24 * (AG_TENSOR_DIMENSIONS_MOST + 2) };

static const char metadata[] = "{\"__metadata__\":{\"format\":\"pt\"}";

static bool name_is_plain(const char *name)
{
  for (const char *c = name; *c; c++)
    if (*c < 0x20 || *c > 0x7E || *c == '"' || *c == '\\')
      return false;
  return *name && strcmp(name, "__metadata__") != 0;
}

static int compare(const void *a, const void *b)
{
  const ag_tensor_source *const *x = a, *const *y = b;
  return strcmp((*x)->name, (*y)->name);
}

/* Bytes of the elements; false where they overflow. */
static bool source_size(const ag_tensor_source *tensor, uint64_t *size)
{
  *size = sizeof(float);
  for (size_t i = 0; i < tensor->dimensions; i++)
    if (__builtin_mul_overflow(*size, tensor->shape[i], size))
      return false;
  return true;
}

/* sorted [count], by name; *room: bytes that the header takes at most. */
static ag_status check_sources(const ag_tensor_source *const *sorted, size_t count, size_t *room,
                               ag_error *error)
{
  uint64_t total = 0, size;
  *room = sizeof metadata + HEADER_ALIGNMENT + 8;
  for (size_t i = 0; i < count; i++) {
    const char *name = sorted[i]->name;
    if (!name_is_plain(name))
      return ag_fail(error, AG_ERROR_INPUT, "\"%s\" cannot be a tensor's name", name);
    if (i > 0 && strcmp(sorted[i - 1]->name, name) == 0)
      return ag_fail(error, AG_ERROR_INPUT, "two tensors are called \"%s\"", name);
    if (sorted[i]->dimensions > AG_TENSOR_DIMENSIONS_MOST)
      return ag_fail(error, AG_ERROR_INPUT, "tensor \"%s\" has more than %d dimensions", name,
                     AG_TENSOR_DIMENSIONS_MOST);
    if (!source_size(sorted[i], &size) || __builtin_add_overflow(total, size, &total))
      return ag_fail(error, AG_ERROR_INPUT, "the shape of tensor \"%s\" overflows", name);
    *room += strlen(name) + ENTRY_BYTES;
  }
  return AG_OK;
}

/* Returned: the header's length, padded so that the elements are aligned. */
static size_t format_header(const ag_tensor_source *const *sorted, size_t count, char *text)
{
  uint64_t offset = 0, size;
  char *at = text + sprintf(text, "%s", metadata);
  for (size_t i = 0; i < count; i++) {
    at += sprintf(at, ",\"%s\":{\"dtype\":\"F32\",\"shape\":[", sorted[i]->name);
    for (size_t d = 0; d < sorted[i]->dimensions; d++)
      at += sprintf(at, "%s%zu", d > 0 ? "," : "", sorted[i]->shape[d]);
    source_size(sorted[i], &size);
    at += sprintf(at, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", offset, offset + size);
    offset += size;
  }
  *at++ = '}';
  while ((at - text) % HEADER_ALIGNMENT != 0)
    *at++ = ' ';
  return (size_t)(at - text);
}

/* A short write shows when the output is closed. */
static void write_elements(FILE *stream, const ag_tensor_source *tensor)
{
  uint64_t size;
  uint32_t piece[PIECE_FLOATS];
  source_size(tensor, &size);
  size_t left = (size_t)(size / sizeof(float));
  for (const float *value = tensor->value; left > 0 && !ferror(stream);) {
    size_t count = left < PIECE_FLOATS ? left : PIECE_FLOATS;
    memcpy(piece, value, count * sizeof *piece);
    for (size_t i = 0; i < count; i++)
      piece[i] = htole32(piece[i]);
    fwrite(piece, sizeof *piece, count, stream);
    value += count, left -= count;
  }
}

static ag_status write_file(const char *path, const ag_tensor_source *const *sorted, size_t count,
                            const char *header, size_t length, ag_error *error)
{
  ag_draft draft;
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  uint64_t prefix = htole64(length);
  fwrite(&prefix, sizeof prefix, 1, draft.stream);
  fwrite(header, 1, length, draft.stream);
  for (size_t i = 0; i < count; i++)
    write_elements(draft.stream, sorted[i]);
  return ag_draft_publish(&draft, error);
}

ag_status ag_safetensors_write(const char *path, const ag_tensor_source *tensor, size_t count,
                               ag_error *error)
{
  const ag_tensor_source **sorted = NULL;
  char *header = NULL;
  size_t room;
  ag_status status = ag_array_create(count, sizeof(*sorted), &sorted, error);
  if (status)
    return status;
  for (size_t i = 0; i < count; i++)
    sorted[i] = &tensor[i];
  if (count > 0)
    qsort(sorted, count, sizeof(*sorted), compare);
  status = check_sources(sorted, count, &room, error);
  if (!status)
    status = ag_array_create(room, 1, &header, error);
  if (!status)
    status = write_file(path, sorted, count, header, format_header(sorted, count, header), error);
  free(header);
  free(sorted);
  return status;
}
