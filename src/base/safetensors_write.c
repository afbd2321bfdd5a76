#include "base/safetensors.h"

#include <endian.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/files.h"

enum { LENGTH_BYTES = 8, HEADER_ALIGNMENT = 8, PIECE_FLOATS = 1 << 14 };

/* What a header says of a tensor beside its name and digits, with room to spare. */
enum { ENTRY_BYTES = 96 + 24 * (AG_TENSOR_DIMENSIONS_MOST + 2) };

static const struct {
  const char *name;
  unsigned bytes;
} elements[] = {[AG_TENSOR_F32] = {"F32", 4},
                [AG_TENSOR_F16] = {"F16", 2},
                [AG_TENSOR_BF16] = {"BF16", 2},
                [AG_TENSOR_F64] = {"F64", 8},
                [AG_TENSOR_U8] = {"U8", 1}};

static bool name_is_plain(const char *name)
{
  for (const char *c = name; *c; c++)
    if (*c < 0x20 || *c > 0x7E || *c == '"' || *c == '\\')
      return false;
  return *name && strcmp(name, "__metadata__") != 0;
}

static int compare(const void *a, const void *b)
{
  const ag_tensor_source *x = a, *y = b;
  return strcmp(x->name, y->name);
}

bool ag_tensor_source_size(const ag_tensor_source *tensor, uint64_t *size)
{
  *size = elements[tensor->type].bytes;
  for (size_t i = 0; i < tensor->dimensions; i++)
    if (__builtin_mul_overflow(*size, tensor->shape[i], size))
      return false;
  return true;
}

/* *room: bytes that the entries take at most. */
static ag_status check_sources(const ag_tensor_source *tensor, size_t count, size_t *room,
                               ag_error *error)
{
  uint64_t total = 0, size;
  *room = 0;
  for (size_t i = 0; i < count; i++) {
    const char *name = tensor[i].name;
    if (!name_is_plain(name))
      return ag_fail(error, AG_ERROR_INPUT, "\"%s\" cannot be a tensor's name", name);
    if (tensor[i].dimensions > AG_TENSOR_DIMENSIONS_MOST)
      return ag_fail(error, AG_ERROR_INPUT, "tensor \"%s\" has more than %d dimensions", name,
                     AG_TENSOR_DIMENSIONS_MOST);
    if (!ag_tensor_source_size(&tensor[i], &size) || __builtin_add_overflow(total, size, &total))
      return ag_fail(error, AG_ERROR_INPUT, "the shape of tensor \"%s\" overflows", name);
    *room += strlen(name) + ENTRY_BYTES;
  }
  return AG_OK;
}

/* Returned: the end of the text. */
static char *format_entries(const ag_tensor_source *tensor, size_t count, char *at)
{
  uint64_t offset = 0, size;
  for (size_t i = 0; i < count; i++) {
    at += sprintf(at, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[", tensor[i].name,
                  elements[tensor[i].type].name);
    for (size_t d = 0; d < tensor[i].dimensions; d++)
      at += sprintf(at, "%s%zu", d > 0 ? "," : "", tensor[i].shape[d]);
    ag_tensor_source_size(&tensor[i], &size);
    at += sprintf(at, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", offset, offset + size);
    offset += size;
  }
  return at;
}

ag_status ag_safetensors_head(const char *metadata, const ag_tensor_source *tensor, size_t count,
                              size_t least, char **head, size_t *size, ag_error *error)
{
  size_t room;
  char *text = NULL;
  ag_status status = check_sources(tensor, count, &room, error);
  if (!status)
    status =
        ag_array_create(least + room + strlen(metadata) + 64 + HEADER_ALIGNMENT, 1, &text, error);
  if (status)
    return status;
  char *at = text + LENGTH_BYTES + sprintf(text + LENGTH_BYTES, "{\"__metadata__\":%s", metadata);
  at = format_entries(tensor, count, at);
  *at++ = '}';
  while ((at - text) % HEADER_ALIGNMENT != 0 || (size_t)(at - text) < least)
    *at++ = ' ';
  uint64_t length = htole64((uint64_t)(at - text) - LENGTH_BYTES);
  memcpy(text, &length, LENGTH_BYTES);
  *head = text;
  *size = (size_t)(at - text);
  return AG_OK;
}

/* A short write shows when the output is closed. */
static void write_elements(FILE *stream, const ag_tensor_source *tensor)
{
  uint64_t size;
  uint32_t piece[PIECE_FLOATS];
  ag_tensor_source_size(tensor, &size);
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

static ag_status write_file(const char *path, const ag_tensor_source *tensor, size_t count,
                            const char *head, size_t size, ag_error *error)
{
  ag_draft draft;
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  fwrite(head, 1, size, draft.stream);
  for (size_t i = 0; i < count; i++)
    write_elements(draft.stream, &tensor[i]);
  return ag_draft_publish(&draft, error);
}

/* sorted [count]: by name. */
static ag_status check_names(const ag_tensor_source *sorted, size_t count, ag_error *error)
{
  for (size_t i = 1; i < count; i++)
    if (strcmp(sorted[i - 1].name, sorted[i].name) == 0)
      return ag_fail(error, AG_ERROR_INPUT, "two tensors are called \"%s\"", sorted[i].name);
  return AG_OK;
}

ag_status ag_safetensors_write(const char *path, const ag_tensor_source *tensor, size_t count,
                               ag_error *error)
{
  ag_tensor_source *sorted = NULL;
  char *head = NULL;
  size_t size = 0;
  ag_status status = ag_array_create(count, sizeof *sorted, &sorted, error);
  if (status)
    return status;
  if (count > 0) {
    memcpy(sorted, tensor, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
  }
  status = check_names(sorted, count, error);
  if (!status)
    status = ag_safetensors_head("{\"format\":\"pt\"}", sorted, count, 0, &head, &size, error);
  if (!status)
    status = write_file(path, sorted, count, head, size, error);
  free(head);
  free(sorted);
  return status;
}
