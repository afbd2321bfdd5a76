/* Tensors in a file: Hugging Face's safetensors. Eight bytes of header length, a JSON
 * header {"name": {"dtype", "shape", "data_offsets"}, …}, then the elements, all little
 * endian. */
#ifndef AG_BASE_SAFETENSORS_H
#define AG_BASE_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef enum ag_tensor_type {
  AG_TENSOR_F32,
  AG_TENSOR_F16,
  AG_TENSOR_BF16,
  AG_TENSOR_F64,
  AG_TENSOR_U8,
  AG_TENSOR_OTHER /* known and checked, but not read: other integers, booleans, f8 */
} ag_tensor_type;

enum { AG_TENSOR_DIMENSIONS_MOST = 8 };

/* A tensor in a file; name is borrowed from it. */
typedef struct ag_tensor {
  const char *name;
  ag_tensor_type type;
  size_t dimensions, shape[AG_TENSOR_DIMENSIONS_MOST];
  size_t count;         /* elements: the product of shape */
  uint64_t begin, size; /* bytes in the file, from its start */
} ag_tensor;

typedef struct ag_safetensors ag_safetensors;

/* Opens a file and checks its header; the elements stay in the file. Refused, with the
 * file and the reason: a header that is longer than 16 MB or than the file; JSON that is
 * malformed, deeper than 2048 levels, or names a tensor twice; unknown types; shapes of
 * more than 8 dimensions; sizes that overflow or do not match the offsets; tensors that
 * overlap, leave gaps, or reach past the end; bytes after the last one.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY. Owner: the caller
 * (ag_safetensors_free). Cost: the header's size. */
ag_status ag_safetensors_open(const char *path, ag_safetensors **file, ag_error *error);
/* The same over bytes [size], which are borrowed; name stands for them in errors. */
ag_status ag_safetensors_parse(const char *name, const void *bytes, size_t size,
                               ag_safetensors **file, ag_error *error);
/* The same over an open file, which is taken whatever the status; path stands for it in errors. */
ag_status ag_safetensors_take(const char *path, int descriptor, ag_safetensors **file,
                              ag_error *error);
void ag_safetensors_free(ag_safetensors *file);

/* The file's path or name, for errors. */
const char *ag_safetensors_name(const ag_safetensors *file);
/* The tensors in the order of their bytes. */
size_t ag_safetensors_count(const ag_safetensors *file);
const ag_tensor *ag_safetensors_at(const ag_safetensors *file, size_t index);
/* The tensor with this name, or NULL. */
const ag_tensor *ag_safetensors_find(const ag_safetensors *file, const char *name);

/* A text of the header's __metadata__, or NULL. */
const char *ag_safetensors_metadata(const ag_safetensors *file, const char *key);

/* bytes [tensor->size]: the elements as they are in the file, little endian. Status: as below. */
ag_status ag_safetensors_read_raw(const ag_safetensors *file, const ag_tensor *tensor, void *bytes,
                                  ag_error *error);
/* value [tensor->count]: the elements as f32; f16 and bf16 are converted exactly (NaNs
 * keep their bits). May be called by several threads at a time.
 * Status: AG_ERROR_INPUT for another type, and for a file that has shrunk since; value
 * is rubbish then. AG_ERROR_IO. */
ag_status ag_safetensors_read(const ag_safetensors *file, const ag_tensor *tensor, float *value,
                              ag_error *error);

/* The conversions, element by element. */
float ag_float_from_f16(uint16_t bits);
float ag_float_from_bf16(uint16_t bits);

/* A tensor to be written: value [product of shape], row-major, of f32. All borrowed. */
typedef struct ag_tensor_source {
  const char *name; /* printable ASCII without quotes and backslashes; not __metadata__ */
  size_t dimensions, shape[AG_TENSOR_DIMENSIONS_MOST];
  const float *value;
  ag_tensor_type type;
} ag_tensor_source;

/* Writes count tensors as f32, in the order of their names: the same tensors give the
 * same bytes. The file appears whole or not at all.
 * Status: AG_ERROR_INPUT for names that are malformed or equal, too many dimensions, and
 * sizes that overflow; AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_safetensors_write(const char *path, const ag_tensor_source *tensor, size_t count,
                               ag_error *error);

/* What stands before the elements of tensors that follow each other in this order: the eight bytes
 * of the length, and the header, padded to a multiple of eight and to at least `least` bytes in
 * all. metadata: a JSON object. Status: as above but for equal names. Owner: free(*head). */
ag_status ag_safetensors_head(const char *metadata, const ag_tensor_source *tensor, size_t count,
                              size_t least, char **head, size_t *size, ag_error *error);
/* The bytes of a tensor's elements; false where they overflow. */
bool ag_tensor_source_size(const ag_tensor_source *tensor, uint64_t *size);

#endif
