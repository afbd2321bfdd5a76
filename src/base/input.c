#include "base/input.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

const char *ag_input_name(const char *path)
{
  return strcmp(path, "-") == 0 || strncmp(path, "/proc/self/fd/", 14) == 0 ? "standard input"
                                                                            : path;
}

void ag_input_free(ag_input *input)
{
  free(input->text);
  *input = (ag_input){0};
}

/* --- what is no text --- */

typedef struct format {
  const char *magic;
  size_t length;
  const char *name, *advice;
} format;

static const char save_as[] = "save it as CSV", unpack[] = "unpack it first";

/* A format by its first bytes, of a file that is no UTF-8: a column may be called PAR1. */
static const format formats[] = {
    {"\xD0\xCF\x11\xE0", 4, "an Excel workbook (or another old Office file)", save_as},
    {"PAR1", 4, "a Parquet file", save_as},
    {"ARROW1", 6, "an Arrow (Feather) file", save_as},
    {"FEA1", 4, "a Feather file", save_as},
    {"ORC\x08", 4, "an ORC file", save_as},
    {"Obj\x01", 4, "an Avro file", save_as},
    {"SQLite format 3", 16, "an SQLite database", "save the table as CSV"},
    {"\x89HDF\r\n\x1A\n", 8, "an HDF5 file", save_as},
    {"\x93NUMPY", 6, "a NumPy array", "save it as CSV (numpy.savetxt)"},
    {"\x80\x02", 2, "a Python pickle", "save it as CSV (to_csv)"},
    {"\x80\x03", 2, "a Python pickle", "save it as CSV (to_csv)"},
    {"\x80\x04\x95", 3, "a Python pickle", "save it as CSV (to_csv)"},
    {"\x80\x05\x95", 3, "a Python pickle", "save it as CSV (to_csv)"},
    {"RDX2\n", 5, "R data", "save it as CSV (write.csv)"},
    {"RDX3\n", 5, "R data", "save it as CSV (write.csv)"},
    {"X\n\0\0\0", 5, "R data (.rds)", "save it as CSV (write.csv)"},
    {"<stata_dta>", 11, "a Stata file", save_as},
    {"$FL2", 4, "an SPSS file", save_as},
    {"%PDF", 4, "a PDF document", "save its text or its table"},
    {"BZh", 3, "packed by bzip2", "unpack it first: bzcat FILE | aligngame ... -"},
    {"\xFD"
     "7zXZ",
     6, "packed by xz", "unpack it first: xzcat FILE | aligngame ... -"},
    {"\x28\xB5\x2F\xFD", 4, "packed by zstd", "unpack it first: zstdcat FILE | aligngame ... -"},
    {"\x1F\x9D", 2, "packed by compress", "unpack it first: zcat FILE | aligngame ... -"},
    {"7z\xBC\xAF\x27\x1C", 6, "a 7-Zip archive", unpack},
    {"Rar!\x1A", 5, "a RAR archive", unpack},
    {"GGUF", 4, "a language model (GGUF)", "expected a text"},
    {"\x89PNG", 4, "a picture (PNG)", "expected a text"},
    {"\xFF\xD8\xFF", 3, "a picture (JPEG)", "expected a text"},
    {"GIF8", 4, "a picture (GIF)", "expected a text"},
    {"\x7F"
     "ELF",
     4, "a program", "expected a text"},
};

static bool has_at(const char *bytes, size_t size, size_t offset, const char *part, size_t length)
{
  return size >= offset + length && memcmp(bytes + offset, part, length) == 0;
}

/* What is packed as zip tells what it is by the names of its members, of which the first ones stand
 * near its begin and all at its end. */
static ag_status fail_zip(const char *name, const char *bytes, size_t size, ag_error *error)
{
  static const struct {
    const char *member, *what, *advice;
  } kinds[] = {{"xl/", "an Excel workbook", save_as},
               {"opendocument.spreadsheet", "an OpenDocument spreadsheet", save_as},
               {"word/", "a Word document", "save it as plain text"},
               {"opendocument.text", "an OpenDocument text", "save it as plain text"},
               {".npy", "NumPy arrays (.npz)", "save one as CSV (numpy.savetxt)"},
               {"data.pkl", "a PyTorch model", "expected a text"}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (memmem(bytes, size, kinds[i].member, strlen(kinds[i].member)))
      return ag_fail_at(error, name, 0, 0, NULL, "this is %s; %s", kinds[i].what, kinds[i].advice);
  return ag_fail_at(error, name, 0, 0, NULL, "this is a zip archive; %s", unpack);
}

/* Eight bytes of a length, of which the upper ones are zero, then JSON. */
static bool is_safetensors(const char *bytes, size_t size)
{
  return has_at(bytes, size, 5, "\0\0\0{", 4);
}

static ag_status refuse_formats(const char *name, const char *bytes, size_t size, ag_error *error)
{
  enum { TAR_MARK = 257 };
  if (has_at(bytes, size, 0, "PK\3\4", 4) || has_at(bytes, size, 0, "PK\5\6", 4))
    return fail_zip(name, bytes, size, error);
  if (is_safetensors(bytes, size))
    return ag_fail_at(error, name, 0, 0, NULL,
                      "this is a model's weights (safetensors); expected "
                      "a text");
  if (has_at(bytes, size, TAR_MARK, "ustar", 5))
    return ag_fail_at(error, name, 0, 0, NULL, "this is a tar archive; %s", unpack);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    if (has_at(bytes, size, 0, formats[i].magic, formats[i].length) &&
        ag_utf8_find_invalid(bytes, size) < size)
      return ag_fail_at(error, name, 0, 0, NULL, "this is %s; %s", formats[i].name,
                        formats[i].advice);
  return AG_OK;
}

/* --- encodings --- */

/* An encoding that a byte-order mark names. */
typedef struct mark {
  const char *bytes;
  size_t length;
  const char *encoding;
} mark;

static const mark marks[] = {{"\xEF\xBB\xBF", 3, "UTF-8"},
                             {"\xFF\xFE\0\0", 4, "UTF-32LE"}, /* before UTF-16, whose mark it has */
                             {"\0\0\xFE\xFF", 4, "UTF-32BE"},
                             {"\xFF\xFE", 2, "UTF-16LE"},
                             {"\xFE\xFF", 2, "UTF-16BE"}};

/* UTF-16 without a mark: of western text every second byte is zero, and of no other text is one. */
static const char *guess_utf16(const char *bytes, size_t size)
{
  size_t zero[2] = {0}, seen = size < 4096 ? size & ~(size_t)1 : 4096;
  for (size_t i = 0; i < seen; i++)
    zero[i % 2] += bytes[i] == '\0';
  if (seen == 0 || size % 2 != 0 || (zero[0] > 0) == (zero[1] > 0) || zero[0] + zero[1] < seen / 4)
    return NULL;
  return zero[1] > 0 ? "UTF-16LE" : "UTF-16BE";
}

/* The encoding that the bytes themselves tell; *skip: the length of their mark. */
static const char *find_encoding(const char *bytes, size_t size, size_t *skip)
{
  *skip = 0;
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (has_at(bytes, size, 0, marks[i].bytes, marks[i].length)) {
      *skip = marks[i].length;
      return marks[i].encoding;
    }
  const char *guess = guess_utf16(bytes, size);
  return guess ? guess : "UTF-8";
}

static ag_status fail_conversion(const char *name, const char *encoding, const char *bytes,
                                 size_t offset, ag_error *error)
{
  return ag_fail_at(error, name, 0, 0, NULL, "byte %zu (0x%02X) does not belong to %s", offset + 1,
                    (unsigned char)bytes[offset], encoding);
}

static ag_status convert(const char *name, const char *bytes, size_t size, const char *encoding,
                         ag_input *input, ag_error *error)
{
  iconv_t converter = iconv_open("UTF-8", encoding);
  if (converter == (iconv_t)-1)
    return ag_fail(error, AG_ERROR_INPUT, "%s: there is no encoding called '%s'", name, encoding);
  size_t room = 4 * size, left = size, spare = room;
  char *text = room / 4 == size ? malloc(room + 1) : NULL, *to = text;
  char *from = (char *)(uintptr_t)bytes; /* iconv does not write there */
  ag_status status = text ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "out of memory for %s", name);
  if (text && iconv(converter, &from, &left, &to, &spare) == (size_t)-1)
    status = fail_conversion(name, encoding, bytes, size - left, error);
  iconv_close(converter);
  if (status != AG_OK) {
    free(text);
    return status;
  }
  *to = '\0';
  input->text = text;
  input->size = (size_t)(to - text);
  return AG_OK;
}

static ag_status fail_byte(const char *name, const char *text, size_t offset, ag_error *error)
{
  ag_place place = ag_text_place(text, offset);
  return ag_fail_at(error, name, place.line, place.column, place.source,
                    text[offset] ? "byte 0x%02X is not valid UTF-8; name the encoding (often "
                                   "windows-1252) or save the file as UTF-8"
                                 : "NUL character (byte 0x%02X), expected a text",
                    (unsigned char)text[offset]);
}

static ag_status check_text(const char *name, const ag_input *input, ag_error *error)
{
  size_t bad = ag_utf8_find_invalid(input->text, input->size);
  return bad == input->size ? AG_OK : fail_byte(name, input->text, bad, error);
}

/* Takes bytes: the text is theirs where it is in UTF-8 already. */
static ag_status decode(const char *name, char *bytes, size_t size, const char *encoding,
                        ag_input *input, ag_error *error)
{
  size_t skip;
  const char *told = find_encoding(bytes, size, &skip);
  input->encoding = encoding ? encoding : told;
  if (strcasecmp(input->encoding, "UTF-8") == 0) {
    memmove(bytes, bytes + skip, size - skip + 1);
    input->text = bytes;
    input->size = size - skip;
    return AG_OK;
  }
  ag_status status = convert(name, bytes + skip, size - skip, input->encoding, input, error);
  free(bytes);
  return status;
}

static ag_status decode_any(const char *name, char *bytes, size_t size, const char *encoding,
                            ag_input *input, ag_error *error)
{
  ag_input made = {.unpacked = ag_gzip_is(bytes, size)};
  ag_status status = AG_OK;
  if (made.unpacked) {
    char *packed = bytes;
    size_t count = size;
    bytes = NULL;
    status = ag_gzip_unpack(name, packed, count, &bytes, &size, error);
    free(packed);
  }
  if (status == AG_OK)
    status = refuse_formats(name, bytes, size, error);
  if (status != AG_OK) {
    free(bytes);
    return status;
  }
  status = decode(name, bytes, size, encoding, &made, error);
  if (status == AG_OK)
    *input = made;
  return status;
}

ag_status ag_input_decode(const char *name, char *bytes, size_t size, const char *encoding,
                          ag_input *input, ag_error *error)
{
  ag_input made;
  ag_status status = decode_any(name, bytes, size, encoding, &made, error);
  if (status != AG_OK)
    return status;
  status = check_text(name, &made, error);
  if (status == AG_OK)
    *input = made;
  else
    ag_input_free(&made);
  return status;
}

ag_status ag_input_read(const char *path, const char *encoding, ag_input *input, ag_error *error)
{
  char *bytes;
  size_t size;
  ag_status status = ag_file_read(path, &bytes, &size, error);
  return status == AG_OK ? ag_input_decode(ag_input_name(path), bytes, size, encoding, input, error)
                         : status;
}

ag_status ag_input_read_broken(const char *path, const char *encoding, ag_input *input,
                               ag_error *error)
{
  char *bytes;
  size_t size;
  ag_status status = ag_file_read(path, &bytes, &size, error);
  return status == AG_OK ? decode_any(ag_input_name(path), bytes, size, encoding, input, error)
                         : status;
}
