#include "space/words.h"

#include "base/text.h"

typedef struct range {
  uint32_t first, last;
} range;

static bool is_within(uint32_t code, const range *ranges, size_t count)
{
  for (size_t i = 0; i < count && ranges[i].first <= code; i++)
    if (code <= ranges[i].last)
      return true;
  return false;
}

bool ag_character_is_space(uint32_t code)
{
  static const range spaces[] = {{0x80, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                                 {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F},
                                 {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
  if (code < 0x80)
    return code <= 0x20 || code == 0x7F;
  return is_within(code, spaces, sizeof spaces / sizeof *spaces);
}

bool ag_character_is_word(uint32_t code)
{
  static const range signs[] = {
      {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
      {0xF7, 0xF7},     {0x37E, 0x37E},   {0x387, 0x387},   {0x55A, 0x55F},   {0x589, 0x58A},
      {0x60C, 0x60D},   {0x61B, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},   {0x964, 0x965},
      {0x970, 0x970},   {0x104A, 0x104F}, {0x1361, 0x1368}, {0x1680, 0x1680}, {0x17D4, 0x17DA},
      {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2190, 0x2BFF}, {0x2E00, 0x2E7F}, {0x3000, 0x3004},
      {0x3008, 0x3020}, {0xE000, 0xF8FF}, {0xFE00, 0xFE1F}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF0F},
      {0xFF1A, 0xFF20}, {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}};
  if (code < 0x80)
    return (code >= '0' && code <= '9') || ((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
  return !is_within(code, signs, sizeof signs / sizeof *signs);
}

/* The character at text; a byte that is not UTF-8 is the replacement character. */
static size_t decode(const char *text, const char *end, uint32_t *code)
{
  if ((unsigned char)*text < 0x80) { /* nearly always */
    *code = (unsigned char)*text;
    return 1;
  }
  size_t length = ag_utf8_decode(text, (size_t)(end - text), code);
  if (length > 0)
    return length;
  *code = 0xFFFD;
  return 1;
}

bool ag_token_next(const char **at, const char *end, ag_token *token)
{
  const char *next = *at, *begin = NULL;
  uint32_t code;
  while (next < end) {
    size_t length = decode(next, end, &code);
    bool space = ag_character_is_space(code);
    if (space && begin)
      break;
    if (!space && !begin)
      begin = next;
    next += length;
  }
  *at = next;
  if (begin)
    *token = (ag_token){begin, (size_t)(next - begin)};
  return begin != NULL;
}

ag_token ag_token_trim(ag_token token)
{
  const char *end = token.text + token.length, *first = NULL, *last = token.text;
  uint32_t code;
  for (const char *at = token.text; at < end;) {
    size_t length = decode(at, end, &code);
    if (ag_character_is_word(code)) {
      first = first ? first : at;
      last = at + length;
    }
    at += length;
  }
  return first ? (ag_token){first, (size_t)(last - first)} : (ag_token){token.text, 0};
}

bool ag_word_next(const char **at, const char *end, ag_token *word)
{
  ag_token token;
  while (ag_token_next(at, end, &token))
    if (ag_token_trim(token).length > 0) {
      *word = token;
      return true;
    }
  return false;
}

size_t ag_token_count(const char *text, size_t length)
{
  const char *end = text + length;
  ag_token token;
  size_t count = 0;
  while (ag_token_next(&text, end, &token))
    count++;
  return count;
}

size_t ag_word_count(const char *text, size_t length)
{
  size_t count = 0;
  ag_token word;
  for (const char *at = text; ag_word_next(&at, text + length, &word);)
    count++;
  return count;
}

size_t ag_character_count(const char *text, size_t length)
{
  size_t count = 0;
  uint32_t code;
  for (const char *at = text; at < text + length; count++)
    at += decode(at, text + length, &code);
  return count;
}

uint64_t ag_bytes_hash(const char *bytes, size_t length)
{
  uint64_t hash = 0xCBF29CE484222325u;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
  return hash ^ hash >> 32;
}
