#include "base/status.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* A long line is shown from some characters before the offending one. Both the
 * maker and the printer of an error derive the cut from the column alone. */
enum { SHOWN_COLUMN = 120, SHOWN_BEFORE = 40 };
static const char cut_mark[] = "\xE2\x80\xA6"; /* … */

static long hidden_characters(long column)
{
  return column > SHOWN_COLUMN ? column - 1 - SHOWN_BEFORE : 0;
}

/* Text written into a buffer that may be too small: counts on regardless. */
typedef struct sink {
  char *text;
  size_t size, length;
} sink;

static void put(sink *to, const char *bytes, size_t count)
{
  if (to->length < to->size) {
    size_t room = to->size - to->length;
    memcpy(to->text + to->length, bytes, count < room ? count : room);
  }
  to->length += count;
}

static void put_text(sink *to, const char *text)
{
  put(to, text, strlen(text));
}

static size_t put_end(sink *to)
{
  if (to->size > 0)
    to->text[to->length < to->size ? to->length : to->size - 1] = '\0';
  return to->length;
}

typedef struct code_range {
  uint32_t first, last;
  int width;
} code_range;

/* Terminal columns of a character: enough of Unicode for a caret to line up. */
static int character_width(uint32_t code)
{
  static const code_range ranges[] = {
      {0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},   {0x20D0, 0x20FF, 0},
      {0x2E80, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
      {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2},
      {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2},
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (code >= ranges[i].first && code <= ranges[i].last)
      return ranges[i].width;
  return 1;
}

/* Blanks as wide as the first count characters of source (a tab for a tab);
 * false where source has fewer. */
static bool put_padding(sink *to, const char *source, long count)
{
  size_t left = strlen(source);
  for (long i = 0; i < count; i++) {
    uint32_t code = 0;
    size_t length = ag_utf8_decode(source, left, &code);
    if (length == 0)
      return false;
    put(to, code == '\t' ? "\t" : "  ", code == '\t' ? 1 : (size_t)character_width(code));
    source += length;
    left -= length;
  }
  return true;
}

static void put_source(sink *to, const ag_error *error)
{
  if (!error->source[0])
    return;
  put_text(to, "\n  ");
  put_text(to, error->source);
  if (error->column < 1)
    return;
  sink before = *to;
  long hidden = hidden_characters(error->column);
  put_text(to, "\n  ");
  if (put_padding(to, error->source, error->column - 1 - hidden + (hidden > 0)))
    put_text(to, "^");
  else
    to->length = before.length;
}

size_t ag_error_format(const ag_error *error, char *text, size_t size)
{
  sink to = {.text = text, .size = size};
  char number[32];
  put_text(&to, error->file[0] ? error->file : "aligngame");
  if (error->file[0] && error->line > 0) {
    snprintf(number, sizeof number, ":%ld", error->line);
    put_text(&to, number);
    snprintf(number, sizeof number, ":%ld", error->column);
    put_text(&to, error->column > 0 ? number : "");
  }
  put_text(&to, ": error: ");
  put_text(&to, error->message);
  put_source(&to, error);
  return put_end(&to);
}

/* Copies a line of text as valid UTF-8 that fits; what a terminal would act on
 * is replaced. Whole characters only. */
static void copy_clean(char *to, size_t size, const char *from, size_t length)
{
  size_t used = 0;
  while (length > 0) {
    uint32_t code = 0;
    size_t step = ag_utf8_decode(from, length, &code);
    const char *bytes = step > 0 ? from : "\xEF\xBF\xBD"; /* U+FFFD */
    size_t count = step > 0 ? step : 3;
    if (step > 0 && ((code < 0x20 && code != '\t') || (code >= 0x7F && code < 0xA0))) {
      bytes = code == '\n' ? " " : "?";
      count = 1;
    }
    if (used + count >= size)
      break;
    memcpy(to + used, bytes, count);
    used += count;
    step = step > 0 ? step : 1;
    from += step;
    length -= step;
  }
  to[used] = '\0';
}

static size_t line_length(const char *line)
{
  size_t length = strcspn(line, "\n");
  return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
}

static void copy_source(ag_error *error, const char *line)
{
  size_t length = line_length(line), used = 0;
  long hidden = hidden_characters(error->column);
  if (hidden > 0) {
    used = sizeof cut_mark - 1;
    memcpy(error->source, cut_mark, used);
  }
  for (; hidden > 0 && length > 0; hidden--) {
    uint32_t code;
    size_t step = ag_utf8_decode(line, length, &code);
    step = step > 0 ? step : 1;
    line += step;
    length -= step;
  }
  copy_clean(error->source + used, sizeof error->source - used, line, length);
}

/* The words are composed apart, because they may quote the error they replace. */
static void compose(ag_error *error, const char *format, va_list words)
{
  char message[AG_ERROR_MESSAGE_SIZE];
  vsnprintf(message, sizeof message, format, words);
  copy_clean(error->message, sizeof error->message, message, strlen(message));
}

ag_status ag_fail(ag_error *error, ag_status status, const char *format, ...)
{
  if (!error)
    return status;
  va_list words;
  va_start(words, format);
  compose(error, format, words);
  va_end(words);
  error->status = status;
  error->line = error->column = 0;
  error->file[0] = error->source[0] = '\0';
  return status;
}

ag_status ag_fail_at(ag_error *error, const char *file, long line, long column, const char *source,
                     const char *format, ...)
{
  if (!error)
    return AG_ERROR_INPUT;
  ag_error made = {.status = AG_ERROR_INPUT, .line = line, .column = column};
  va_list words;
  va_start(words, format);
  compose(&made, format, words);
  va_end(words);
  copy_clean(made.file, sizeof made.file, file ? file : "", file ? strlen(file) : 0);
  if (source)
    copy_source(&made, source);
  *error = made;
  return AG_ERROR_INPUT;
}

enum { NAME_LONGEST = 64 };

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

static bool same_letter(char a, char b)
{
  return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Damerau–Levenshtein distance (insert, delete, replace, swap neighbours) of
 * words of at most NAME_LONGEST letters, by three rows of the table. */
static size_t edit_distance(const char *a, const char *b)
{
  size_t rows[3][NAME_LONGEST + 1], length = strlen(b);
  size_t *two_ago = rows[0], *previous = rows[1], *row = rows[2];
  for (size_t j = 0; j <= length; j++)
    previous[j] = j;
  for (size_t i = 1; a[i - 1]; i++) {
    row[0] = i;
    for (size_t j = 1; j <= length; j++) {
      row[j] = least(least(previous[j], row[j - 1]) + 1,
                     previous[j - 1] + !same_letter(a[i - 1], b[j - 1]));
      if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]))
        row[j] = least(row[j], two_ago[j - 2] + 1);
    }
    size_t *spare = two_ago;
    two_ago = previous;
    previous = row;
    row = spare;
  }
  return previous[length];
}

const char *ag_nearest_name(const char *word, const char *const *names, size_t count)
{
  size_t length = strlen(word);
  size_t allowed = length / 3 > 2 ? length / 3 : 2;
  const char *best = NULL;
  if (length > NAME_LONGEST)
    return NULL;
  for (size_t i = 0; i < count; i++) {
    size_t other = strlen(names[i]);
    if (other > NAME_LONGEST)
      continue;
    size_t distance = edit_distance(word, names[i]);
    /* Two short words that share no letter are not near. */
    if (distance <= allowed && distance < (length > other ? length : other)) {
      best = names[i];
      if (distance == 0)
        break;
      allowed = distance - 1;
    }
  }
  return best;
}

void ag_join_names(const char *const *names, size_t count, char *text, size_t size)
{
  static const char cut[] = ", ...";
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < count; i++) {
    size_t need = strlen(names[i]) + (i > 0 ? 2 : 0);
    if (used + need + sizeof cut > size) {
      snprintf(text + used, size - used, "%s", i > 0 ? cut : cut + 2);
      return;
    }
    snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", names[i]);
    used += need;
  }
}
