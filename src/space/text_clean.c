/* Bytes of a file as a text: UTF-8, line ends, separators of documents. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "space/text_parts.h"

/* Where writing stands. */
typedef struct cleaner {
  char *begin, *to;
  bool whole;         /* lines are texts: separators are so only alone in a line */
  uint32_t last;      /* what was written last; a line's end at first */
  bool blank;         /* white space alone stands in the line */
  bool ended, closed; /* after a mark without a space; and a closing quotation mark */
  ag_text_report *report;
} cleaner;

/* Bytes that are no UTF-8, and marks that a space may have to follow. */
static void count_room(const char *text, size_t size, size_t *broken, size_t *marks)
{
  *broken = *marks = 0;
  for (size_t at = 0; at < size;) {
    size_t end = at + ag_utf8_find_invalid(text + at, size - at);
    for (const char *c = text + at; c < text + end; c++)
      *marks += (unsigned char)*c >= 0xE3;
    *broken += end < size;
    at = end + 1;
  }
}

static bool is_name(char c)
{
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

/* The length of a separator at text, which begins with <; 0: it is none. */
static size_t separator_length(const char *text, size_t size, bool *alone)
{
  static const char *const words[] = {"<s>", "</s>", "<bos>", "<eos>", "<doc>", "</doc>"};
  enum { NAME_MOST = 40 };
  size_t end = 2;
  *alone = false;
  if (size >= 5 && text[1] == '|') {
    while (end < size && end < NAME_MOST && is_name(text[end]))
      end++;
    return end > 2 && end + 1 < size && memcmp(text + end, "|>", 2) == 0 ? end + 2 : 0;
  }
  *alone = true;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen(words[i]) <= size && strncasecmp(text, words[i], strlen(words[i])) == 0)
      return strlen(words[i]);
  return 0;
}

static bool begins_token(const cleaner *self)
{
  return ag_character_is_space(self->last) || self->ended;
}

/* The length of the white space at text that is no line's end. */
static size_t blank_length(const char *text, size_t size)
{
  size_t at = 0, length;
  uint32_t code = 0;
  while (at < size && text[at] != '\n' && text[at] != '\r' && text[at] != '\0' &&
         (length = ag_utf8_decode(text + at, size - at, &code)) > 0 && ag_character_is_space(code))
    at += length;
  return at;
}

static bool ends_line(const char *text, size_t size)
{
  return size == 0 || *text == '\n' || *text == '\r';
}

static bool ends_token(const char *text, size_t size)
{
  return ends_line(text, size) || blank_length(text, size) > 0;
}

/* Alone in its line, but for spaces. */
static bool fills_line(const cleaner *self, const char *after, size_t size)
{
  size_t blanks = blank_length(after, size);
  return self->blank && ends_line(after + blanks, size - blanks);
}

/* Takes a separator at text. Returned: its length, or 0. */
static size_t take_separator(cleaner *self, const char *text, size_t size)
{
  bool alone;
  size_t length = separator_length(text, size, &alone);
  const char *after = text + length;
  if (length == 0 || (alone && !(begins_token(self) && ends_token(after, size - length))) ||
      (self->whole && !fills_line(self, after, size - length)))
    return 0;
  self->report->separators++;
  if (!self->whole)
    self->to = stpcpy(self->to, "\n\n");
  self->last = '\n';
  self->blank = true;
  self->ended = self->closed = false;
  return length;
}

/* A space where a sentence ends without one: 「好。」と goes on, 。next does not. */
static void part_sentences(cleaner *self, uint32_t code, const char *character, size_t length)
{
  static const uint32_t inner[] = {',', ';', ':', 0xFF0C, 0x3001, 0xFF1B, 0xFF1A};
  if (ag_character_ends_without_space(code)) {
    self->ended = true;
    return;
  }
  if (!self->ended)
    return;
  bool opens = code == 0x201C || code == 0x2018; /* in these scripts */
  if (!opens && ag_token_is_closer((ag_token){character, length})) {
    self->closed = true;
    return;
  }
  bool goes_on = ag_character_is_space(code) || ag_character_ends_sentence(code) ||
                 (self->closed && code == 0x3068);
  for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
    goes_on = goes_on || code == inner[i];
  if (!goes_on)
    *self->to++ = ' ';
  self->ended = self->closed = false;
}

/* The character at text [size]. Returned: how many bytes were read. */
static size_t take_character(cleaner *self, const char *text, size_t size)
{
  static const char replacement[] = "\xEF\xBF\xBD";
  uint32_t code = 0;
  size_t length = ag_utf8_decode(text, size, &code);
  if (length == 0 || code == 0) {
    self->to = stpcpy(self->to, replacement);
    self->last = 0xFFFD;
    self->blank = false;
    return 1;
  }
  if (!self->whole)
    part_sentences(self, code, text, length);
  memcpy(self->to, text, length);
  if (code == '\r')
    *self->to = '\n';
  self->to += length;
  self->last = code;
  self->blank = code == '\n' || code == '\r' || (self->blank && ag_character_is_space(code));
  return length + (code == '\r' && size > 1 && text[1] == '\n');
}

ag_status ag_text_clean(const char *text, size_t size, const ag_text_options *options, char **bytes,
                        ag_text_report *report, ag_error *error)
{
  static const char mark[] = "\xEF\xBB\xBF";
  cleaner self = {
      .whole = options->format == AG_TEXT_LINES, .last = '\n', .blank = true, .report = report};
  size_t at = size >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0, marks;
  report->bytes = size;
  count_room(text, size, &report->broken_bytes, &marks);
  ag_status status =
      ag_array_create(size + 2 * report->broken_bytes + marks + 2, 1, &self.begin, error);
  if (status != AG_OK)
    return status;
  self.to = self.begin;
  while (at < size) {
    size_t length =
        text[at] == '<' && !options->records ? take_separator(&self, text + at, size - at) : 0;
    at += length > 0 ? length : take_character(&self, text + at, size - at);
  }
  if (self.to > self.begin && self.to[-1] != '\n')
    *self.to++ = '\n';
  *self.to = '\0';
  *bytes = self.begin;
  return AG_OK;
}
