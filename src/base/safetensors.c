#include "base/safetensors.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* 16 MB hold the names of a hundred thousand tensors; the parsed header takes perhaps ten
 * times as much memory as its text. */
enum { LENGTH_BYTES = 8, HEADER_MOST = 16 << 20, PIECE_BYTES = 1 << 16 };

struct ag_safetensors {
  char *name;
  int descriptor;             /* -1: the bytes are in memory */
  const unsigned char *bytes; /* [size], borrowed */
  uint64_t size;
  json_t *header;
  ag_tensor *tensor; /* [count], by place */
  size_t *by_name;   /* [count], the tensors in the order of their names */
  size_t count;
};

static const struct element {
  const char *name;
  ag_tensor_type type;
  size_t size;
} elements[] = {
    {"F32", AG_TENSOR_F32, 4},    {"F16", AG_TENSOR_F16, 2},       {"BF16", AG_TENSOR_BF16, 2},
    {"F64", AG_TENSOR_F64, 8},    {"I64", AG_TENSOR_OTHER, 8},     {"U64", AG_TENSOR_OTHER, 8},
    {"I32", AG_TENSOR_OTHER, 4},  {"U32", AG_TENSOR_OTHER, 4},     {"I16", AG_TENSOR_OTHER, 2},
    {"U16", AG_TENSOR_OTHER, 2},  {"I8", AG_TENSOR_OTHER, 1},      {"U8", AG_TENSOR_U8, 1},
    {"BOOL", AG_TENSOR_OTHER, 1}, {"F8_E4M3", AG_TENSOR_OTHER, 1}, {"F8_E5M2", AG_TENSOR_OTHER, 1},
};

static ag_status refuse(const ag_safetensors *file, ag_error *error, const char *format, ...)
    AG_PRINTF(3, 4);

static ag_status refuse(const ag_safetensors *file, ag_error *error, const char *format, ...)
{
  char message[AG_ERROR_MESSAGE_SIZE];
  va_list words;
  va_start(words, format);
  vsnprintf(message, sizeof message, format, words);
  va_end(words);
  return ag_fail_at(error, file->name, 0, 0, NULL, "%s", message);
}

/* The bytes from begin on, from the file or from memory. */
static ag_status read_bytes(const ag_safetensors *file, uint64_t begin, size_t size, void *bytes,
                            ag_error *error)
{
  if (size == 0)
    return AG_OK;
  if (file->descriptor < 0) {
    memcpy(bytes, file->bytes + begin, size);
    return AG_OK;
  }
  for (size_t done = 0; done < size;) {
    ssize_t count =
        pread(file->descriptor, (char *)bytes + done, size - done, (off_t)(begin + done));
    if (count == 0)
      return refuse(file, error, "it has become shorter while it was read");
    if (count < 0 && errno != EINTR)
      return ag_fail(error, AG_ERROR_IO, "cannot read %s: %s", file->name, strerror(errno));
    done += count > 0 ? (size_t)count : 0;
  }
  return AG_OK;
}

/* ---- the header ---- */

/* A whole number that is not negative; false for anything else. */
static bool read_size(const json_t *value, uint64_t *size)
{
  if (!json_is_integer(value) || json_integer_value(value) < 0)
    return false;
  *size = (uint64_t)json_integer_value(value);
  return true;
}

static const struct element *find_element(const json_t *dtype)
{
  const char *name = json_string_value(dtype);
  for (size_t i = 0; name && i < sizeof elements / sizeof *elements; i++)
    if (strcmp(name, elements[i].name) == 0)
      return &elements[i];
  return NULL;
}

static ag_status read_shape(const ag_safetensors *file, const json_t *shape, size_t element,
                            ag_tensor *tensor, ag_error *error)
{
  if (!json_is_array(shape))
    return refuse(file, error, "tensor \"%s\" has no shape", tensor->name);
  tensor->dimensions = json_array_size(shape);
  if (tensor->dimensions > AG_TENSOR_DIMENSIONS_MOST)
    return refuse(file, error, "tensor \"%s\" has %zu dimensions; at most %d are supported",
                  tensor->name, tensor->dimensions, AG_TENSOR_DIMENSIONS_MOST);
  uint64_t count = 1;
  for (size_t i = 0; i < tensor->dimensions; i++) {
    uint64_t extent;
    if (!read_size(json_array_get(shape, i), &extent) || extent > SIZE_MAX)
      return refuse(file, error, "tensor \"%s\" has a shape that is not of whole numbers",
                    tensor->name);
    if (__builtin_mul_overflow(count, extent, &count))
      return refuse(file, error, "the shape of tensor \"%s\" overflows", tensor->name);
    tensor->shape[i] = (size_t)extent;
  }
  if (__builtin_mul_overflow(count, element, &tensor->size) || tensor->size > SIZE_MAX)
    return refuse(file, error, "the shape of tensor \"%s\" overflows", tensor->name);
  tensor->count = (size_t)count;
  return AG_OK;
}

/* data: where the elements begin; room: how many bytes there are of them. */
static ag_status read_tensor(const ag_safetensors *file, const json_t *entry, uint64_t data,
                             ag_tensor *tensor, ag_error *error)
{
  uint64_t begin, end, room = file->size - data;
  const struct element *element = find_element(json_object_get(entry, "dtype"));
  if (!element)
    return refuse(file, error, "tensor \"%s\" has no dtype, or an unknown one", tensor->name);
  tensor->type = element->type;
  ag_status status =
      read_shape(file, json_object_get(entry, "shape"), element->size, tensor, error);
  if (status)
    return status;
  const json_t *offsets = json_object_get(entry, "data_offsets");
  if (json_array_size(offsets) != 2 || !read_size(json_array_get(offsets, 0), &begin) ||
      !read_size(json_array_get(offsets, 1), &end) || end < begin)
    return refuse(file, error, "tensor \"%s\" has no data_offsets [begin, end]", tensor->name);
  if (end > room)
    return refuse(file, error,
                  "tensor \"%s\" ends at byte %" PRIu64 " of the data, which has %" PRIu64
                  ": the file is truncated",
                  tensor->name, end, room);
  if (end - begin != tensor->size)
    return refuse(file, error,
                  "tensor \"%s\" has %" PRIu64 " bytes where its shape and type need %" PRIu64,
                  tensor->name, end - begin, tensor->size);
  tensor->begin = data + begin;
  return AG_OK;
}

static int compare_places(const void *a, const void *b)
{
  const ag_tensor *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  if (x->size != y->size)
    return x->size < y->size ? -1 : 1;
  return strcmp(x->name, y->name);
}

/* The tensors must cover the data from end to end, each byte once. */
static ag_status check_cover(const ag_safetensors *file, uint64_t data, ag_error *error)
{
  uint64_t end = data;
  for (size_t i = 0; i < file->count; i++) {
    const ag_tensor *tensor = &file->tensor[i];
    if (tensor->begin < end)
      return refuse(file, error, "tensors \"%s\" and \"%s\" overlap", file->tensor[i - 1].name,
                    tensor->name);
    if (tensor->begin > end)
      return refuse(file, error, "%" PRIu64 " bytes before tensor \"%s\" belong to none",
                    tensor->begin - end, tensor->name);
    end += tensor->size;
  }
  if (end != file->size)
    return refuse(file, error, "%" PRIu64 " bytes after the last tensor belong to none",
                  file->size - end);
  return AG_OK;
}

static int compare_names(const void *a, const void *b, void *tensors)
{
  const ag_tensor *tensor = tensors;
  return strcmp(tensor[*(const size_t *)a].name, tensor[*(const size_t *)b].name);
}

static ag_status read_tensors(ag_safetensors *file, uint64_t data, ag_error *error)
{
  size_t entries = json_object_size(file->header);
  ag_status status = ag_array_create(entries, sizeof *file->tensor, &file->tensor, error);
  if (!status)
    status = ag_array_create(entries, sizeof *file->by_name, &file->by_name, error);
  const char *name;
  json_t *entry;
  json_object_foreach(file->header, name, entry)
  {
    if (status)
      return status;
    if (strcmp(name, "__metadata__") == 0)
      continue;
    file->tensor[file->count] = (ag_tensor){.name = name};
    status = read_tensor(file, entry, data, &file->tensor[file->count++], error);
  }
  if (status)
    return status;
  if (file->count > 0)
    qsort(file->tensor, file->count, sizeof *file->tensor, compare_places);
  for (size_t i = 0; i < file->count; i++)
    file->by_name[i] = i;
  if (file->count > 0)
    qsort_r(file->by_name, file->count, sizeof *file->by_name, compare_names, file->tensor);
  return check_cover(file, data, error);
}

static ag_status parse_header(ag_safetensors *file, const char *text, size_t size, ag_error *error)
{
  json_error_t reason;
  if (size == 0 || text[0] != '{')
    return refuse(file, error, "its header is not a JSON object");
  file->header = json_loadb(text, size, JSON_REJECT_DUPLICATES, &reason);
  if (file->header)
    return AG_OK;
  enum json_error_code code = json_error_code(&reason);
  if (code == json_error_out_of_memory)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading %s", file->name);
  if (code == json_error_duplicate_key)
    return refuse(file, error, "its header has a name twice: %s", reason.text);
  return refuse(file, error, "its header is not JSON: %s", reason.text);
}

static ag_status read_header(ag_safetensors *file, ag_error *error)
{
  uint64_t length;
  if (file->size < LENGTH_BYTES)
    return refuse(file, error, "it is shorter than the eight bytes of a header's length");
  ag_status status = read_bytes(file, 0, LENGTH_BYTES, &length, error);
  if (status)
    return status;
  length = le64toh(length);
  if (length > file->size - LENGTH_BYTES)
    return refuse(file, error,
                  "its header would have %" PRIu64 " bytes, the file %" PRIu64
                  ": it is truncated, or no safetensors file",
                  length, file->size);
  if (length > HEADER_MOST)
    return refuse(file, error, "its header has %" PRIu64 " bytes; at most %d are supported", length,
                  HEADER_MOST);
  char *text;
  status = ag_array_create((size_t)length, 1, &text, error);
  if (!status)
    status = read_bytes(file, LENGTH_BYTES, (size_t)length, text, error);
  if (!status)
    status = parse_header(file, text, (size_t)length, error);
  free(text);
  return status ? status : read_tensors(file, LENGTH_BYTES + length, error);
}

/* ---- files ---- */

static ag_status open_file(ag_safetensors *file, ag_error *error)
{
  struct stat information;
  /* without O_NONBLOCK a named pipe would wait for a writer before it is refused */
  if (file->descriptor < 0)
    file->descriptor = open(file->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->descriptor < 0)
    return refuse(file, error, "cannot open it: %s", strerror(errno));
  if (fstat(file->descriptor, &information) != 0)
    return ag_fail(error, AG_ERROR_IO, "cannot read %s: %s", file->name, strerror(errno));
  if (!S_ISREG(information.st_mode))
    return refuse(file, error, "it is not a regular file");
  file->size = (uint64_t)information.st_size;
  return AG_OK;
}

/* bytes NULL: name is a path, of the descriptor if there is one. */
static ag_status make(const char *name, int descriptor, const void *bytes, size_t size,
                      ag_safetensors **file, ag_error *error)
{
  ag_safetensors *made;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status) {
    if (descriptor >= 0)
      close(descriptor);
    return status;
  }
  *made = (ag_safetensors){
      .name = ag_text_copy(name), .descriptor = descriptor, .bytes = bytes, .size = size};
  if (!made->name)
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading %s", name);
  if (!status && !bytes)
    status = open_file(made, error);
  if (!status)
    status = read_header(made, error);
  if (status)
    ag_safetensors_free(made);
  else
    *file = made;
  return status;
}

ag_status ag_safetensors_open(const char *path, ag_safetensors **file, ag_error *error)
{
  return make(path, -1, NULL, 0, file, error);
}

ag_status ag_safetensors_take(const char *path, int descriptor, ag_safetensors **file,
                              ag_error *error)
{
  return make(path, descriptor, NULL, 0, file, error);
}

ag_status ag_safetensors_parse(const char *name, const void *bytes, size_t size,
                               ag_safetensors **file, ag_error *error)
{
  return make(name, -1, bytes ? bytes : "", size, file, error);
}

void ag_safetensors_free(ag_safetensors *file)
{
  if (!file)
    return;
  if (file->descriptor >= 0)
    close(file->descriptor);
  json_decref(file->header);
  free(file->tensor);
  free(file->by_name);
  free(file->name);
  free(file);
}

const char *ag_safetensors_name(const ag_safetensors *file)
{
  return file->name;
}

size_t ag_safetensors_count(const ag_safetensors *file)
{
  return file->count;
}

const char *ag_safetensors_metadata(const ag_safetensors *file, const char *key)
{
  return json_string_value(json_object_get(json_object_get(file->header, "__metadata__"), key));
}

const ag_tensor *ag_safetensors_at(const ag_safetensors *file, size_t index)
{
  return &file->tensor[index];
}

const ag_tensor *ag_safetensors_find(const ag_safetensors *file, const char *name)
{
  size_t low = 0, high = file->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const ag_tensor *tensor = &file->tensor[file->by_name[middle]];
    int order = strcmp(name, tensor->name);
    if (order == 0)
      return tensor;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

/* ---- elements ---- */

ag_status ag_safetensors_read_raw(const ag_safetensors *file, const ag_tensor *tensor, void *bytes,
                                  ag_error *error)
{
  return read_bytes(file, tensor->begin, (size_t)tensor->size, bytes, error);
}

static float float_from_bits(uint32_t bits)
{
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float ag_float_from_bf16(uint16_t bits)
{
  return float_from_bits((uint32_t)bits << 16);
}

float ag_float_from_f16(uint16_t bits)
{
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 0x1F;
  uint32_t fraction = bits & 0x3FF;
  if (exponent == 0) { /* zero, or a subnormal: fraction 2^-24, exact in f32 */
    float magnitude = (float)fraction * 0x1p-24f;
    return sign ? -magnitude : magnitude;
  }
  uint32_t wide = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
  return float_from_bits(sign | wide << 23 | fraction << 13);
}

static void convert(ag_tensor_type type, const unsigned char *bytes, size_t count, float *value)
{
  for (size_t i = 0; i < count; i++) {
    if (type == AG_TENSOR_F32) {
      uint32_t word;
      memcpy(&word, bytes + 4 * i, sizeof word);
      word = le32toh(word);
      memcpy(&value[i], &word, sizeof word);
    } else {
      uint16_t half;
      memcpy(&half, bytes + 2 * i, sizeof half);
      half = le16toh(half);
      value[i] = type == AG_TENSOR_F16 ? ag_float_from_f16(half) : ag_float_from_bf16(half);
    }
  }
}

ag_status ag_safetensors_read(const ag_safetensors *file, const ag_tensor *tensor, float *value,
                              ag_error *error)
{
  unsigned char piece[PIECE_BYTES];
  if (tensor->type > AG_TENSOR_BF16)
    return refuse(file, error, "tensor \"%s\" is of another type than F32, F16 and BF16",
                  tensor->name);
  size_t width = tensor->type == AG_TENSOR_F32 ? 4 : 2, most = PIECE_BYTES / width;
  for (size_t done = 0, count; done < tensor->count; done += count) {
    count = tensor->count - done < most ? tensor->count - done : most;
    ag_status status = read_bytes(file, tensor->begin + width * done, width * count, piece, error);
    if (status)
      return status;
    convert(tensor->type, piece, count, value + done);
  }
  return AG_OK;
}
