/* What the lines of a text tell: its format, its headings, its lists. */
#include <string.h>

#include "base/text.h"
#include "space/text_parts.h"

const char *const ag_text_formats[] = {"auto", "plain", "wikitext", "lines", NULL};

bool ag_text_format_find(const char *name, ag_text_format *format)
{
  for (size_t i = 0; ag_text_formats[i]; i++)
    if (strcmp(name, ag_text_formats[i]) == 0) {
      *format = (ag_text_format)i;
      return true;
    }
  return false;
}

static bool has_word(const char *text, size_t length)
{
  return ag_token_trim((ag_token){text, length}).length > 0;
}

bool ag_line_is_heading(const char *line, size_t length)
{
  size_t begin = 0, end = length;
  ag_text_trim(line, &begin, &end);
  return end - begin >= 5 && memcmp(line + begin, "= ", 2) == 0 &&
         memcmp(line + end - 2, " =", 2) == 0 && has_word(line + begin, end - begin);
}

bool ag_line_is_ruler(const char *line, size_t length)
{
  static const char *const signs[] = {"-", "=", "*",      "_",      "~",
                                      "#", "+", "\u2014", "\u2500", "\u2550"};
  size_t begin = 0, end = length;
  ag_text_trim(line, &begin, &end);
  for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
    size_t at = begin, width = strlen(signs[i]), count = 0;
    while (at < end) {
      bool sign = end - at >= width && memcmp(line + at, signs[i], width) == 0;
      if (!sign && line[at] != ' ' && line[at] != '\t')
        break;
      count += sign;
      at += sign ? width : 1;
    }
    if (at == end && count >= 3)
      return true;
  }
  return false;
}

static bool is_unknown(ag_token token)
{
  return token.length == 5 && memcmp(token.text, "<unk>", 5) == 0;
}

bool ag_token_is_mark(ag_token token)
{
  return token.length == 3 && token.text[0] == '@' && token.text[2] == '@' &&
         (token.text[1] == '-' || token.text[1] == ',' || token.text[1] == '.');
}

/* ---- the format ---- */

/* What a line has of WikiText, and of text as everybody writes it. */
typedef struct line_signs {
  bool any, marked, apart, close;
} line_signs;

static line_signs look_at_line(const char *line, size_t length)
{
  line_signs seen = {.marked = ag_line_is_heading(line, length)};
  ag_token token;
  seen.any = seen.marked;
  for (const char *at = line; !seen.marked && ag_token_next(&at, line + length, &token);) {
    char last = token.text[token.length - 1];
    bool stop = last == '.' || last == ',';
    seen.any = true;
    seen.apart = seen.apart || (stop && token.length == 1) || ag_token_is_mark(token);
    seen.close = seen.close || (stop && token.length > 1 && !ag_token_is_mark(token));
  }
  for (const char *at = line; ag_token_next(&at, line + length, &token);)
    seen.marked = seen.marked || ag_token_is_mark(token) || is_unknown(token);
  return seen;
}

/* WikiText has headings, marks or `<unk>` in several lines, and punctuation apart from words in
 * most of the lines that have any: one line that looks like it is none. */
ag_text_format ag_text_recognise(const char *text, ag_text_report *report)
{
  enum { LEAST = 3 };
  size_t marked = 0, apart = 0, close = 0, lines = 0;
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    line_signs seen = look_at_line(line, length);
    lines += seen.any;
    marked += seen.marked;
    apart += seen.apart;
    close += seen.close && !seen.apart;
    line += length + (line[length] != '\0');
  }
  report->marked_lines = marked;
  report->text_lines = lines;
  return marked >= LEAST && apart > close ? AG_TEXT_WIKITEXT : AG_TEXT_PLAIN;
}

/* ---- capitals ---- */

static int letter_case(ag_token token)
{
  token = ag_token_trim(token);
  if (token.length == 0)
    return 0;
  return ag_token_starts_lower(token) ? -1 : ag_token_starts_upper(token) ? 1 : 0;
}

bool ag_text_is_caseless(const char *text)
{
  size_t lower = 0, upper = 0;
  bool begins = true;
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n"), tokens = 0;
    ag_token token;
    for (const char *at = line; ag_token_next(&at, line + length, &token); tokens++) {
      int kind = begins ? letter_case(token) : 0;
      ag_token word = {token.text, token.length - 1};
      lower += kind < 0;
      upper += kind > 0;
      begins = token.text[token.length - 1] == '.' && !ag_word_is_abbreviation(word);
    }
    begins = begins || tokens == 0;
    line += length + (line[length] != '\0');
  }
  return lower > upper && lower > 1;
}

/* ---- lists ---- */

/* The number of `12.`, `12)` or `(12)`; 0: it is none. */
static size_t item_number(ag_token token)
{
  enum { MOST = 999 };
  size_t at = token.text[0] == '(', number = 0, begin = at;
  while (at < token.length && token.text[at] >= '0' && token.text[at] <= '9' && number <= MOST)
    number = 10 * number + (size_t)(token.text[at++] - '0');
  bool ended = at + 1 == token.length && (token.text[at] == ')' || token.text[at] == '.');
  return at > begin && ended && number <= MOST ? number : 0;
}

/* 1: nothing but a bullet; 2: a sign that prose has as well. */
static int bullet_kind(ag_token token)
{
  static const struct {
    const char *sign;
    int kind;
  } bullets[] = {{"\u2022", 1}, {"\u2023", 1}, {"\u25AA", 1}, {"\u25E6", 1}, {"\u00B7", 1},
                 {"*", 1},      {"-", 2},      {"\u2013", 2}, {"\u2014", 2}, {"+", 2}};
  for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++)
    if (token.length == strlen(bullets[i].sign) &&
        memcmp(token.text, bullets[i].sign, token.length) == 0)
      return bullets[i].kind;
  return 0;
}

static bool ends_line(ag_token token)
{
  uint32_t code = 0;
  size_t at = token.length;
  while (at > 0 && ((unsigned char)token.text[at - 1] & 0xC0) == 0x80)
    at--;
  at -= at > 0;
  ag_utf8_decode(token.text + at, token.length - at, &code);
  return code == '.' || code == ':' || code == ';' || ag_character_ends_sentence(code);
}

bool ag_line_is_item(const char *line, size_t length, ag_list_state *state)
{
  ag_token first, token;
  const char *at = line;
  if (!ag_token_next(&at, line + length, &first)) {
    state->ends = true;
    return false;
  }
  bool alone = true;
  for (token = first; ag_token_next(&at, line + length, &token);)
    alone = false;
  size_t number = item_number(first);
  int bullet = alone ? 0 : bullet_kind(first);
  bool next = number > 0 && (number == 1 || number == state->number + 1);
  bool item = next || bullet == 1 || (bullet == 2 && (state->ends || state->bullet));
  state->number = next ? number : state->number;
  state->bullet = item ? bullet != 0 : state->bullet && !state->ends;
  state->ends = ends_line(token);
  return item;
}
