#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "generator/transformer/bpe_parts.h"
#include "base/files.h"

static const char vocabulary_name[] = "vocab.json", merges_name[] = "merges.txt";
static const char version[] = "#version: 0.2";

/* The bytes behind characters. */
typedef struct alphabet {
  int16_t byte[AG_BPE_CODES]; /* -1: the character stands for none */
} alphabet;

static void alphabet_make(alphabet *letters)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  ag_bpe_byte_codes(code, order);
  memset(letters->byte, 0xFF, sizeof letters->byte);
  for (int byte = 0; byte < AG_BPE_BYTES; byte++)
    letters->byte[code[byte]] = (int16_t)byte;
}

/* bytes [at least size]: what text [size] stands for; false for characters that stand
 * for no byte, and for an empty text. */
static bool read_bytes(const alphabet *letters, const char *text, size_t size, char *bytes,
                       size_t *count)
{
  *count = 0;
  for (size_t at = 0; at < size;) {
    uint32_t code;
    size_t length = ag_utf8_decode(text + at, size - at, &code);
    if (length == 0 || code >= AG_BPE_CODES || letters->byte[code] < 0)
      return false;
    bytes[(*count)++] = (char)letters->byte[code];
    at += length;
  }
  return *count > 0;
}

/* ---- vocab.json ---- */

/* key [count]: the keys by their ids. */
static ag_status order_keys(const char *name, json_t *root, const char **key, size_t count,
                            ag_error *error)
{
  const char *word;
  json_t *value;
  memset(key, 0, count * sizeof *key);
  json_object_foreach(root, word, value)
  {
    json_int_t id = json_is_integer(value) ? json_integer_value(value) : -1;
    if (id < 0 || (uint64_t)id >= count)
      return ag_fail_at(error, name, 0, 0, NULL,
                        "token \"%s\" has no id from 0 to %zu, the number of tokens less one", word,
                        count - 1);
    if (key[id])
      return ag_fail_at(error, name, 0, 0, NULL, "tokens \"%s\" and \"%s\" have the same id",
                        key[id], word);
    key[id] = word;
  }
  return AG_OK;
}

static ag_status add_tokens(const char *name, const char *const *key, size_t count, ag_bpe *bpe,
                            ag_error *error)
{
  alphabet letters;
  char *bytes = NULL;
  size_t room = 0, size;
  ag_status status = AG_OK;
  alphabet_make(&letters);
  for (size_t i = 0; !status && i < count; i++) {
    uint32_t number;
    size_t length = strlen(key[i]);
    status = ag_bpe_grow(&bytes, &room, 0, length, 1, error);
    if (!status && !read_bytes(&letters, key[i], length, bytes, &size))
      status = ag_fail_at(error, name, 0, 0, NULL,
                          "token \"%s\" is empty or has characters that stand for no byte", key[i]);
    if (!status) /* bytes and characters correspond: different keys stay different */
      status = ag_byte_set_add(&bpe->token, bytes, size, &number, error);
  }
  free(bytes);
  return status;
}

static ag_status find_bytes(const char *name, ag_bpe *bpe, ag_error *error)
{
  for (int i = 0; i < AG_BPE_BYTES; i++) {
    char byte = (char)i;
    bpe->byte_token[i] = ag_byte_set_find(&bpe->token, &byte, 1);
    if (bpe->byte_token[i] == AG_BPE_NONE)
      return ag_fail_at(error, name, 0, 0, NULL,
                        "byte 0x%02X has no token: it is not a byte-level vocabulary", i);
  }
  bpe->end = ag_byte_set_find(&bpe->token, AG_BPE_END_TEXT, sizeof AG_BPE_END_TEXT - 1);
  if (bpe->end == AG_BPE_NONE)
    return ag_fail_at(error, name, 0, 0, NULL, "token \"%s\" is missing", AG_BPE_END_TEXT);
  return AG_OK;
}

static ag_status parse_vocabulary(const ag_bpe_text *file, ag_bpe *bpe, ag_error *error)
{
  json_error_t reason;
  json_t *root = json_loadb(file->text, file->size, JSON_REJECT_DUPLICATES, &reason);
  if (!root && json_error_code(&reason) == json_error_out_of_memory)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading %s", file->name);
  if (!root)
    return ag_fail_at(error, file->name, reason.line > 0 ? reason.line : 0, 0, NULL,
                      "it is not JSON: %s", reason.text);
  const char **key = NULL;
  size_t count = json_object_size(root);
  ag_status status = AG_OK;
  if (count == 0 || count > AG_BPE_TOKENS_MOST)
    status = ag_fail_at(error, file->name, 0, 0, NULL, "it is not a JSON object with 1 … %d tokens",
                        AG_BPE_TOKENS_MOST);
  if (!status)
    status = ag_array_create(count, sizeof *key, &key, error);
  if (!status)
    status = order_keys(file->name, root, key, count, error);
  if (!status)
    status = add_tokens(file->name, key, count, bpe, error);
  if (!status)
    status = find_bytes(file->name, bpe, error);
  free(key);
  json_decref(root);
  return status;
}

/* ---- merges.txt ---- */

typedef struct merge_reader {
  const char *name;
  alphabet letters;
  char *bytes; /* [room] */
  size_t room;
  long line;
} merge_reader;

static ag_status refuse_line(const merge_reader *reader, ag_error *error, const char *what)
{
  return ag_fail_at(error, reader->name, reader->line, 0, NULL, "%s", what);
}

static ag_status parse_merge(merge_reader *reader, const char *line, size_t size, ag_bpe *bpe,
                             ag_error *error)
{
  const char *space = memchr(line, ' ', size);
  size_t left = space ? (size_t)(space - line) : 0, first, second;
  ag_status status = ag_bpe_grow(&reader->bytes, &reader->room, 0, size, 1, error);
  if (status)
    return status;
  if (!space || !read_bytes(&reader->letters, line, left, reader->bytes, &first) ||
      !read_bytes(&reader->letters, space + 1, size - left - 1, reader->bytes + first, &second))
    return refuse_line(reader, error, "a merge is two tokens with a space between them");
  ag_pair pair = {ag_byte_set_find(&bpe->token, reader->bytes, first),
                  ag_byte_set_find(&bpe->token, reader->bytes + first, second)};
  uint32_t result = ag_byte_set_find(&bpe->token, reader->bytes, first + second);
  if (pair.left == AG_BPE_NONE || pair.right == AG_BPE_NONE)
    return refuse_line(reader, error, "a part of this merge is not in the vocabulary");
  if (result == AG_BPE_NONE)
    return refuse_line(reader, error, "what this merge makes is not in the vocabulary");
  if (ag_pair_set_find(&bpe->merge, pair) != AG_BPE_NONE)
    return refuse_line(reader, error, "this merge is there already");
  return ag_bpe_add_merge(bpe, pair, result, error);
}

static ag_status parse_merges(const ag_bpe_text *file, ag_bpe *bpe, ag_error *error)
{
  merge_reader reader = {.name = file->name};
  ag_status status = AG_OK;
  alphabet_make(&reader.letters);
  for (size_t at = 0, next; !status && at < file->size; at = next) {
    const char *line = file->text + at, *feed = memchr(line, '\n', file->size - at);
    size_t size = feed ? (size_t)(feed - line) : file->size - at;
    next = at + size + 1;
    reader.line++;
    if (size > 0 && line[size - 1] == '\r')
      size--;
    bool comment = reader.line == 1 && size >= 8 && memcmp(line, version, 8) == 0;
    if (size > 0 && !comment)
      status = parse_merge(&reader, line, size, bpe, error);
  }
  free(reader.bytes);
  return status;
}

/* ---- both ---- */

ag_status ag_bpe_parse(const ag_bpe_text *vocabulary, const ag_bpe_text *merges, ag_bpe **bpe,
                       ag_error *error)
{
  ag_bpe *made = NULL;
  ag_status status = ag_bpe_create(&made, error);
  if (!status)
    status = parse_vocabulary(vocabulary, made, error);
  if (!status)
    status = parse_merges(merges, made, error);
  if (status)
    ag_bpe_free(made);
  else
    *bpe = made;
  return status;
}

ag_status ag_bpe_read(const char *directory, ag_bpe **bpe, ag_error *error)
{
  char *vocabulary_path = ag_path_join(directory, vocabulary_name);
  char *merges_path = ag_path_join(directory, merges_name);
  char *vocabulary = NULL, *merges = NULL;
  size_t vocabulary_size, merges_size;
  ag_status status = vocabulary_path && merges_path ? AG_OK : ag_fail_memory(error);
  if (!status)
    status = ag_file_read(vocabulary_path, &vocabulary, &vocabulary_size, error);
  if (!status)
    status = ag_file_read(merges_path, &merges, &merges_size, error);
  if (!status)
    status = ag_bpe_parse(&(ag_bpe_text){vocabulary_path, vocabulary, vocabulary_size},
                          &(ag_bpe_text){merges_path, merges, merges_size}, bpe, error);
  free(vocabulary_path);
  free(merges_path);
  free(vocabulary);
  free(merges);
  return status;
}

/* ---- writing ---- */

static void write_token(FILE *stream, const uint16_t *code, const ag_bpe *bpe, uint32_t id,
                        bool json)
{
  size_t size;
  const char *bytes = ag_byte_set_at(&bpe->token, id, &size);
  for (size_t i = 0; i < size; i++) {
    unsigned character = code[(unsigned char)bytes[i]];
    if (json && (character == '"' || character == '\\'))
      fputc('\\', stream);
    if (character >= 0x80)
      fputc((int)(0xC0 | character >> 6), stream);
    fputc((int)(character >= 0x80 ? 0x80 | (character & 0x3F) : character), stream);
  }
}

static void write_vocabulary(FILE *stream, const uint16_t *code, const ag_bpe *bpe)
{
  for (uint32_t id = 0; id < bpe->token.count; id++) {
    fputs(id == 0 ? "{\"" : ",\"", stream);
    write_token(stream, code, bpe, id, true);
    fprintf(stream, "\":%u", id);
  }
  fputs("}\n", stream);
}

static void write_merges(FILE *stream, const uint16_t *code, const ag_bpe *bpe)
{
  fprintf(stream, "%s\n", version);
  for (size_t rank = 0; rank < bpe->merge.count; rank++) {
    write_token(stream, code, bpe, bpe->merge.pair[rank].left, false);
    fputc(' ', stream);
    write_token(stream, code, bpe, bpe->merge.pair[rank].right, false);
    fputc('\n', stream);
  }
}

typedef void write_part(FILE *, const uint16_t *, const ag_bpe *);

static ag_status format_part(const ag_bpe *bpe, write_part *write, char **text, ag_error *error)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  char *made = NULL;
  size_t size;
  FILE *stream = ag_fault_strikes() ? NULL : open_memstream(&made, &size);
  if (stream) {
    ag_bpe_byte_codes(code, order);
    write(stream, code, bpe);
  }
  if (!stream || fclose(stream) != 0) {
    free(made);
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a vocabulary's text");
  }
  *text = made;
  return AG_OK;
}

ag_status ag_bpe_format(const ag_bpe *bpe, char **vocabulary, char **merges, ag_error *error)
{
  char *made = NULL;
  ag_status status = format_part(bpe, write_vocabulary, &made, error);
  if (!status)
    status = format_part(bpe, write_merges, merges, error);
  if (status)
    free(made);
  else
    *vocabulary = made;
  return status;
}

static ag_status write_file(const ag_bpe *bpe, const char *directory, const char *name,
                            write_part *write, ag_error *error)
{
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  ag_draft draft;
  char *path = ag_path_join(directory, name);
  ag_status status = path ? ag_draft_open_stream(path, &draft, error) : ag_fail_memory(error);
  free(path);
  if (status)
    return status;
  ag_bpe_byte_codes(code, order);
  write(draft.stream, code, bpe);
  return ag_draft_publish(&draft, error);
}

ag_status ag_bpe_write(const ag_bpe *bpe, const char *directory, ag_error *error)
{
  ag_status status = write_file(bpe, directory, vocabulary_name, write_vocabulary, error);
  return status ? status : write_file(bpe, directory, merges_name, write_merges, error);
}
