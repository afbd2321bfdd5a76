#include "space/csv_parts.h"
#include "space/text_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/input.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

typedef struct reader {
  const ag_text_options *options;
  ag_text_report report;
  ag_sentence_rules rules;
  ag_list_state list;
  /* The sentences are written over the text that they come from: what is written never
   * overtakes what is read, because each token is followed by something in the text. */
  char *bytes, *to;
  ag_token *token; /* [capacity] of the sentence so far */
  size_t count, capacity;
  size_t *sentence; /* [sentence_capacity] offsets in bytes */
  size_t sentences, sentence_capacity;
  size_t *slot; /* [mask + 1] number of a sentence + 1; 0: free; NULL: duplicates stay */
  size_t mask;
} reader;

ag_text_options ag_text_options_default(void)
{
  return (ag_text_options){.format = AG_TEXT_AUTO, .most_words = SIZE_MAX};
}

/* Room for one more element: *array (a pointer to elements of this size) grows by half. */
static ag_status grow(size_t count, size_t *capacity, size_t size, void *array, ag_error *error)
{
  if (count < *capacity)
    return AG_OK;
  void *old = NULL;
  memcpy(&old, array, sizeof old);
  size_t wider = *capacity < 64 ? 64 : *capacity + *capacity / 2;
  void *made = NULL;
  ag_status status = ag_array_create(wider, size, &made, error);
  if (status != AG_OK)
    return status;
  if (count > 0)
    memcpy(made, old, count * size);
  free(old);
  memcpy(array, &made, sizeof made);
  *capacity = wider;
  return AG_OK;
}

static char *write_token(char *to, ag_token token)
{
  memmove(to, token.text, token.length);
  return to + token.length;
}

/* Writes the sentence so far. Returned: its length. */
static size_t write_sentence(reader *read)
{
  bool join = read->report.format == AG_TEXT_WIKITEXT && !read->options->keep_marks;
  char *to = read->to;
  bool glued = true;
  for (size_t i = 0; i < read->count; i++) {
    bool mark = join && ag_token_is_mark(read->token[i]) && i > 0 && i + 1 < read->count;
    if (!glued && !mark)
      *to++ = ' ';
    to = write_token(to, mark ? (ag_token){read->token[i].text + 1, 1} : read->token[i]);
    glued = mark;
  }
  *to = '\0';
  return (size_t)(to - read->to);
}

static bool has_unknown(const char *text, size_t length)
{
  ag_token token;
  for (const char *at = text; ag_token_next(&at, text + length, &token);)
    if (token.length == 5 && memcmp(token.text, "<unk>", 5) == 0)
      return true;
  return false;
}

static size_t find_slot(const reader *read, const char *text)
{
  for (size_t i = (size_t)ag_bytes_hash(text, strlen(text));; i++) {
    size_t number = read->slot[i & read->mask];
    if (number == 0 || strcmp(read->bytes + read->sentence[number - 1], text) == 0)
      return i & read->mask;
  }
}

/* Keeps more than half of the slots free. */
static ag_status grow_slots(reader *read, ag_error *error)
{
  if (2 * (read->sentences + 1) <= read->mask)
    return AG_OK;
  size_t slots = read->mask ? 2 * (read->mask + 1) : 256, *wider = NULL;
  ag_status status = ag_array_create(slots, sizeof *wider, &wider, error);
  if (status != AG_OK)
    return status;
  memset(wider, 0, slots * sizeof *wider);
  free(read->slot);
  read->slot = wider;
  read->mask = slots - 1;
  for (size_t i = 0; i < read->sentences; i++)
    read->slot[find_slot(read, read->bytes + read->sentence[i])] = i + 1;
  return AG_OK;
}

static ag_status keep_sentence(reader *read, size_t length, ag_error *error)
{
  ag_status status = grow(read->sentences, &read->sentence_capacity, sizeof *read->sentence,
                          &read->sentence, error);
  if (status == AG_OK && !read->options->keep_duplicates) {
    status = grow_slots(read, error);
    if (status != AG_OK)
      return status;
    size_t slot = find_slot(read, read->to);
    if (read->slot[slot] != 0) {
      read->report.duplicates++;
      return AG_OK;
    }
    read->slot[slot] = read->sentences + 1;
  }
  if (status != AG_OK)
    return status;
  read->sentence[read->sentences++] = (size_t)(read->to - read->bytes);
  read->to += length + 1;
  return AG_OK;
}

static ag_status end_sentence(reader *read, ag_error *error)
{
  if (read->count == 0)
    return AG_OK;
  size_t length = write_sentence(read), words = ag_word_count(read->to, length);
  read->count = 0;
  read->report.sentences++;
  if (words < read->options->least_words)
    read->report.too_short++;
  else if (words > read->options->most_words)
    read->report.too_long++;
  else if (read->options->drop_unknown && has_unknown(read->to, length))
    read->report.unknown++;
  else
    return keep_sentence(read, length, error);
  return AG_OK;
}

static ag_status read_line(reader *read, const char *line, size_t length, ag_error *error)
{
  bool whole = read->report.format == AG_TEXT_LINES;
  ag_status status = AG_OK;
  ag_token token;
  for (const char *at = line; status == AG_OK && ag_token_next(&at, line + length, &token);) {
    if (read->count > 0 && !whole &&
        ag_sentence_ends(read->token, read->count, &token, &read->rules))
      status = end_sentence(read, error);
    if (status == AG_OK)
      status = grow(read->count, &read->capacity, sizeof *read->token, &read->token, error);
    if (status == AG_OK)
      read->token[read->count++] = token;
  }
  return status;
}

static bool is_blank(const char *line, size_t length)
{
  ag_token token;
  return !ag_token_next(&line, line + length, &token);
}

/* Whether a line is no text: it ends what stands before it. */
static bool is_break(reader *read, const char *line, size_t length)
{
  ag_text_format format = read->report.format;
  bool heading = format == AG_TEXT_WIKITEXT && ag_line_is_heading(line, length);
  bool ruler = format != AG_TEXT_LINES && ag_line_is_ruler(line, length);
  read->report.headings += heading;
  read->report.separators += ruler;
  return heading || ruler || is_blank(line, length);
}

static ag_status read_lines(reader *read, ag_error *error)
{
  ag_text_format format = read->report.format;
  ag_status status = AG_OK;
  read->to = read->bytes;
  read->rules =
      (ag_sentence_rules){.apart = format == AG_TEXT_WIKITEXT,
                          .caseless = format == AG_TEXT_PLAIN && ag_text_is_caseless(read->bytes)};
  /* The line's end is found before anything is written over the line. */
  for (const char *line = read->bytes; *line && status == AG_OK;) {
    size_t length = strcspn(line, "\n");
    const char *next = line + length + 1;
    bool item = format == AG_TEXT_PLAIN && ag_line_is_item(line, length, &read->list);
    bool ends = is_break(read, line, length);
    read->report.lines++;
    if (ends || item)
      status = end_sentence(read, error);
    if (status == AG_OK && !ends)
      status = read_line(read, line, length, error);
    if (status == AG_OK && format != AG_TEXT_PLAIN)
      status = end_sentence(read, error);
    line = next;
  }
  return status == AG_OK ? end_sentence(read, error) : status;
}

/* Of the list [all], puts `wanted` first, each set of so many equally likely (selection
 * sampling), and the others behind them; both stay in order. */
static ag_status choose(size_t *list, size_t all, size_t wanted, ag_random *random, ag_error *error)
{
  size_t left = wanted, others = 0, *other = NULL;
  ag_status status = ag_array_create(all - wanted, sizeof *other, &other, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < all; i++)
    if (left > 0 && ag_random_below(random, all - i) < left)
      list[wanted - left--] = list[i];
    else
      other[others++] = list[i];
  if (others > 0)
    memcpy(list + wanted, other, others * sizeof *other);
  free(other);
  return AG_OK;
}

/* Brings the sentences to their places: held out, taken, not taken. */
static ag_status take(reader *read, ag_error *error)
{
  const ag_text_options *options = read->options;
  size_t all = read->sentences, held = options->held_out < all ? options->held_out : all;
  size_t count = options->count == 0 || options->count > all - held ? all - held : options->count;
  /* a grammar's sentences have the numbers from 0 */
  ag_random aside = ag_random_start(options->seed, AG_RANDOM_TEXT, UINT64_MAX - 1);
  ag_random taken = ag_random_start(options->seed, AG_RANDOM_TEXT, UINT64_MAX);
  ag_status status = AG_OK;
  if (held > 0)
    status = choose(read->sentence, all, held, &aside, error);
  if (status == AG_OK && options->sampled && count < all - held)
    status = choose(read->sentence + held, all - held, count, &taken, error);
  read->report.held_out = held;
  read->report.not_taken = all - held - count;
  return status;
}

static ag_status deliver(reader *read, ag_sentences *sentences, ag_error *error)
{
  char **text = NULL;
  ag_status status = take(read, error);
  size_t held = read->report.held_out, count = read->sentences - held - read->report.not_taken;
  if (status == AG_OK)
    status = ag_array_create(held + count, sizeof *text, &text, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    text[i] = read->bytes + read->sentence[held + i];
  for (size_t i = 0; i < held; i++)
    text[count + i] = read->bytes + read->sentence[i];
  *sentences = (ag_sentences){.count = count,
                              .text = text,
                              .held_out_count = held,
                              .held_out = text ? text + count : NULL,
                              .bytes = read->bytes,
                              .report = read->report};
  read->bytes = NULL;
  return AG_OK;
}

ag_status ag_text_parse(const char *text, size_t size, const ag_text_options *options,
                        ag_sentences *sentences, ag_error *error)
{
  reader read = {.options = options};
  ag_status status = ag_text_clean(text, size, options, &read.bytes, &read.report, error);
  if (status == AG_OK) {
    read.report.format = options->format;
    if (options->format == AG_TEXT_AUTO)
      read.report.format = ag_text_recognise(read.bytes, &read.report);
    status = read_lines(&read, error);
  }
  if (status == AG_OK)
    status = deliver(&read, sentences, error);
  free(read.bytes);
  free(read.token);
  free(read.sentence);
  free(read.slot);
  return status;
}

/* A stray byte is counted; a file full of them is no UTF-8, or no text. */
static ag_status check_bytes(const char *path, const ag_input *input, ag_error *error)
{
  enum { STRAY = 10, ONE_IN = 200 };
  size_t broken = 0, first = SIZE_MAX;
  for (size_t at = 0; at < input->size; at++) {
    at += ag_utf8_find_invalid(input->text + at, input->size - at);
    first = at < input->size && first == SIZE_MAX ? at : first;
    broken += at < input->size;
  }
  if (broken <= STRAY || broken < input->size / ONE_IN)
    return AG_OK;
  ag_place place = ag_text_place(input->text, first);
  return ag_fail_at(error, ag_input_name(path), place.line, place.column, NULL,
                    "%zu of %zu bytes are not UTF-8, the first of them 0x%02X: name the `encoding` "
                    "(often windows-1252), if it is a text",
                    broken, input->size, (unsigned char)input->text[first]);
}

/* What a table that nobody has called one is told by. */
static ag_status check_table(const char *path, const ag_text_options *options, ag_error *error)
{
  static const char *const ends[] = {".csv", ".tsv", ".csv.gz", ".tsv.gz"};
  size_t length = strlen(path);
  for (size_t i = 0; i < sizeof ends / sizeof *ends && options->format == AG_TEXT_AUTO; i++)
    if (length >= strlen(ends[i]) && strcasecmp(path + length - strlen(ends[i]), ends[i]) == 0)
      return ag_fail_at(error, path, 0, 0, NULL,
                        "this is a table: name its column of texts as `column` (or a `format`, to "
                        "read it as it is)");
  return AG_OK;
}

static ag_status load_text(const char *path, const ag_input *input, const ag_text_options *options,
                           ag_sentences *sentences, ag_error *error)
{
  bool json = options->format == AG_TEXT_AUTO && ag_csv_is_json(input->text);
  if (options->column || json)
    return ag_text_parse_table(ag_input_name(path), input->text, input->size, options, sentences,
                               error);
  ag_status status = check_table(path, options, error);
  if (status == AG_OK)
    status = check_bytes(path, input, error);
  return status == AG_OK ? ag_text_parse(input->text, input->size, options, sentences, error)
                         : status;
}

ag_status ag_text_load(const char *path, const ag_text_options *options, ag_sentences *sentences,
                       ag_error *error)
{
  ag_input input;
  ag_status status = ag_input_read_broken(path, options->encoding, &input, error);
  if (status != AG_OK)
    return status;
  status = load_text(path, &input, options, sentences, error);
  if (status == AG_OK) {
    sentences->report.encoding = input.encoding;
    sentences->report.unpacked = input.unpacked;
  }
  ag_input_free(&input);
  return status;
}

void ag_sentences_free(ag_sentences *sentences)
{
  free(sentences->text);
  free(sentences->bytes);
  *sentences = (ag_sentences){.count = 0};
}
