#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "generator/transformer/bpe_parts.h"
#include "generator/transformer/json_text.h"
#include "base/files.h"
#include "base/stream.h"

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

/* A token as its file writes it; raw: its bytes are the text's, not the alphabet's. */
typedef struct entry {
  const char *text;
  bool raw;
} entry;

static ag_status put_entry(const char *name, const char *text, json_int_t id, bool raw, entry *list,
                           size_t count, ag_error *error)
{
  if (id < 0 || (uint64_t)id >= count)
    return ag_fail_at(error, name, 0, 0, NULL,
                      "token \"%s\" has no id from 0 to %zu, the number of tokens less one", text,
                      count - 1);
  if (list[id].text)
    return ag_fail_at(error, name, 0, 0, NULL, "tokens \"%s\" and \"%s\" have the same id",
                      list[id].text, text);
  list[id] = (entry){text, raw};
  return AG_OK;
}

static json_int_t id_of(const json_t *value)
{
  return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* list [count]: the tokens by their ids. */
static ag_status order_tokens(const char *name, json_t *root, const ag_bpe_added *added,
                              size_t added_count, entry *list, size_t count, ag_error *error)
{
  const char *word;
  json_t *value;
  ag_status status = AG_OK;
  memset(list, 0, count * sizeof *list);
  json_object_foreach(root, word, value)
  {
    status = put_entry(name, word, id_of(value), false, list, count, error);
    if (status)
      return status;
  }
  for (size_t i = 0; i < added_count && !status; i++) {
    const json_t *there = json_object_get(root, added[i].text);
    if (!there)
      status = put_entry(name, added[i].text, (json_int_t)added[i].id, true, list, count, error);
    else if (id_of(there) == (json_int_t)added[i].id)
      list[added[i].id].raw = true;
    else
      status = ag_fail_at(error, name, 0, 0, NULL, "token \"%s\" has two ids", added[i].text);
  }
  return status;
}

/* The bytes of a token: bytes has room for its text. */
static ag_status add_token(const char *name, const alphabet *letters, entry token, char *bytes,
                           ag_bpe *bpe, ag_error *error)
{
  uint32_t number;
  size_t size = strlen(token.text), before = bpe->token.count;
  if (token.raw)
    memcpy(bytes, token.text, size);
  else if (!read_bytes(letters, token.text, size, bytes, &size))
    return ag_fail_at(error, name, 0, 0, NULL,
                      "token \"%s\" is empty or has characters that stand for no byte", token.text);
  ag_status status = ag_byte_set_add(&bpe->token, bytes, size, &number, error);
  if (!status && bpe->token.count == before)
    status = ag_fail_at(error, name, 0, 0, NULL, "token \"%s\" is there twice", token.text);
  return status;
}

static ag_status add_tokens(const char *name, const entry *list, size_t count, ag_bpe *bpe,
                            ag_error *error)
{
  alphabet letters;
  char *bytes = NULL;
  size_t room = 0;
  ag_status status = AG_OK;
  alphabet_make(&letters);
  for (size_t i = 0; !status && i < count; i++) {
    status = ag_bpe_grow(&bytes, &room, 0, strlen(list[i].text) + 1, 1, error);
    if (!status)
      status = add_token(name, &letters, list[i], bytes, bpe, error);
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
  return AG_OK;
}

ag_status ag_bpe_take_vocabulary(const char *name, json_t *root, const ag_bpe_added *added,
                                 size_t added_count, ag_bpe *bpe, ag_error *error)
{
  entry *list = NULL;
  size_t count = json_object_size(root);
  if (count == 0 || count > AG_BPE_TOKENS_MOST)
    return ag_fail_at(error, name, 0, 0, NULL, "it is not a JSON object with 1 … %d tokens",
                      AG_BPE_TOKENS_MOST);
  for (size_t i = 0; i < added_count; i++)
    count += json_object_get(root, added[i].text) == NULL;
  ag_status status = ag_array_create(count, sizeof *list, &list, error);
  if (!status)
    status = order_tokens(name, root, added, added_count, list, count, error);
  if (!status)
    status = add_tokens(name, list, count, bpe, error);
  if (!status)
    status = find_bytes(name, bpe, error);
  free(list);
  return status;
}

/* Whether words are never made of it: it is no byte, and no merge makes it. */
static bool stands_apart(const ag_bpe *bpe, size_t id)
{
  size_t size;
  ag_bpe_token(bpe, (uint32_t)id, &size);
  for (size_t i = 0; i < bpe->merge.count; i++)
    if (bpe->result[i] == id)
      return false;
  return size > 1;
}

ag_status ag_bpe_find_end(const char *name, size_t told, ag_bpe *bpe, ag_error *error)
{
  bool there = told < bpe->token.count && stands_apart(bpe, told);
  bpe->end = there ? (uint32_t)told
                   : ag_byte_set_find(&bpe->token, AG_BPE_END_TEXT, sizeof AG_BPE_END_TEXT - 1);
  if (bpe->end == AG_BPE_NONE)
    return ag_fail_at(error, name, 0, 0, NULL, "token \"%s\" is missing", AG_BPE_END_TEXT);
  return AG_OK;
}

/* ---- merges.txt ---- */

struct ag_merge_reader {
  const char *name;
  alphabet letters;
  char *bytes; /* [room] */
  size_t room;
  long line;
};

static ag_status refuse_line(const ag_merge_reader *reader, ag_error *error, const char *what)
{
  return ag_fail_at(error, reader->name, reader->line, 0, NULL, "%s", what);
}

static ag_status parse_merge(ag_merge_reader *reader, const char *line, size_t size, ag_bpe *bpe,
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

static ag_status take_merges_text(const ag_bpe_text *file, ag_bpe *bpe, ag_error *error)
{
  ag_merge_reader reader = {.name = file->name};
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

/* A merge of a list: "a b", or ["a", "b"], as a line. Returned: on the heap; NULL: it is none. */
static char *merge_line(const json_t *merge)
{
  const char *left = json_string_value(json_array_get(merge, 0));
  const char *right = json_string_value(json_array_get(merge, 1));
  char *line = NULL;
  if (json_is_string(merge))
    return ag_text_copy(json_string_value(merge));
  if (!left || !right || asprintf(&line, "%s %s", left, right) < 0)
    return NULL;
  return line;
}

ag_status ag_bpe_take_merges(const char *name, const json_t *list, ag_bpe *bpe, ag_error *error)
{
  ag_merge_reader reader = {.name = name};
  ag_status status = AG_OK;
  alphabet_make(&reader.letters);
  for (size_t i = 0; !status && i < json_array_size(list); i++) {
    char *line = merge_line(json_array_get(list, i));
    status = line ? parse_merge(&reader, line, strlen(line), bpe, error)
                  : ag_fail_at(error, name, 0, 0, NULL, "merge %zu is not two tokens", i + 1);
    free(line);
  }
  free(reader.bytes);
  return status;
}

/* ---- both ---- */

ag_status ag_bpe_parse_added(const ag_bpe_text *vocabulary, const ag_bpe_text *merges,
                             const ag_bpe_added *added, size_t added_count, size_t end,
                             ag_bpe **bpe, ag_error *error)
{
  ag_bpe *made = NULL;
  json_t *root = NULL;
  ag_status status = ag_bpe_create(&made, error);
  if (!status)
    status = ag_json_text_parse(vocabulary->name, vocabulary->text, vocabulary->size, &root, error);
  if (!status)
    status = ag_bpe_take_vocabulary(vocabulary->name, root, added, added_count, made, error);
  if (!status)
    status = take_merges_text(merges, made, error);
  if (!status)
    status = ag_bpe_find_end(vocabulary->name, end, made, error);
  json_decref(root);
  if (status)
    ag_bpe_free(made);
  else
    *bpe = made;
  return status;
}

ag_status ag_bpe_parse(const ag_bpe_text *vocabulary, const ag_bpe_text *merges, ag_bpe **bpe,
                       ag_error *error)
{
  return ag_bpe_parse_added(vocabulary, merges, NULL, 0, SIZE_MAX, bpe, error);
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
  FILE *stream = ag_fault_strikes() ? NULL : ag_text_stream(&made, &size);
  if (stream) {
    ag_bpe_byte_codes(code, order);
    write(stream, code, bpe);
  }
  *text = ag_text_stream_end(stream, &made);
  if (!*text)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a vocabulary's text");
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
