/* Where sentences end. */
#include <string.h>

#include "base/text.h"
#include "space/text_parts.h"

/* A point after these never ends a sentence … */
static const char *const inside[] = {
    "Mr",  "Mrs", "Ms",  "Dr",  "Prof", "St",   "Gen", "Col",    "Lt",   "Sgt",    "Capt",
    "Rev", "Hon", "Gov", "Sen", "Rep",  "Adm",  "Maj", "Cmdr",   "Pres", "Messrs", "Mt",
    "vs",  "cf",  "e.g", "i.e", "E.g",  "I.e",  "viz", "approx", "Ft",   "Mme",    "Mlle",
    "Sra", "Dra", "Uds", "bzw", "vgl",  "resp", "z.B", "d.h",    "u.a"};
/* … after these not before a number … */
static const char *const before_number[] = {
    "No", "no",  "Nos", "nos", "Fig", "fig", "Figs", "Vol",  "vol", "pp",  "p",
    "Ch", "ch",  "Sec", "sec", "Art", "Eq",  "eq",   "c",    "ca",  "Jan", "Feb",
    "Nr", "Mar", "Apr", "Jun", "Jul", "Aug", "Sep",  "Sept", "Oct", "Nov", "Dec"};
/* … and after these, as after initials, where a word follows that often starts one. */
static const char *const before_starter[] = {"Jr",   "Sr",  "Inc",  "Ltd",  "Co",  "Corp",
                                             "Bros", "etc", "al",   "Dept", "Est", "Univ",
                                             "usw",  "Ave", "Blvd", "Rd"};
static const char *const starters[] = {
    "A",    "After",   "All",    "Although", "An",   "And",   "As",    "At",    "Because",
    "But",  "By",      "During", "Each",     "For",  "From",  "He",    "Her",   "His",
    "How",  "However", "I",      "If",       "In",   "It",    "Its",   "Many",  "Most",
    "My",   "No",      "Not",    "On",       "Once", "One",   "Our",   "She",   "Since",
    "So",   "Some",    "Such",   "That",     "The",  "Their", "Then",  "There", "These",
    "They", "This",    "Those",  "Though",   "Thus", "To",    "Until", "We",    "What",
    "When", "Where",   "While",  "Who",      "Why",  "With",  "You",   "Your",  "Yet"};

#define LENGTH(list) (sizeof(list) / sizeof *(list))

static bool is_one_of(ag_token word, const char *const *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strlen(list[i]) == word.length && memcmp(list[i], word.text, word.length) == 0)
      return true;
  return false;
}

static bool token_is(ag_token token, const char *text)
{
  return token.length == strlen(text) && memcmp(token.text, text, token.length) == 0;
}

/* Whether the token ends with mark; *token loses it. */
static bool strip_end(ag_token *token, const char *mark)
{
  size_t length = strlen(mark);
  if (token->length < length || memcmp(token->text + token->length - length, mark, length) != 0)
    return false;
  token->length -= length;
  return true;
}

/* “ and ‘ close what „ and ‚ open, « what » opens. */
static const char *const closers[] = {"\"",     "'",      ")",      "]",      "}",      "\u201D",
                                      "\u2019", "\u00BB", "\u201C", "\u2018", "\u00AB", "\u203A",
                                      "\u2039", "\u300D", "\u300F", "\uFF09", "\u300B", "\u3011"};
static const char *const openers[] = {"\"",     "'",      "(",      "[",      "{",      "\u201C",
                                      "\u2018", "\u00AB", "\u201E", "\u201A", "\u00BB", "\u2039",
                                      "\u203A", "\u300C", "\u300E", "\uFF08", "\u300A", "\u3010",
                                      "\u00BF", "\u00A1", "`"};
/* Standing apart, these open. */
static const char *const opens[] = {"\u00AB", "\u201C", "\u2018", "\u2039"};

/* The token without closing quotes and brackets at its end. */
static ag_token without_closers(ag_token token)
{
  for (size_t i = 0; i < LENGTH(closers);)
    i = strip_end(&token, closers[i]) ? 0 : i + 1;
  return token;
}

static ag_token without_openers(ag_token token)
{
  for (size_t i = 0; i < LENGTH(openers);) {
    size_t length = strlen(openers[i]);
    bool found = token.length >= length && memcmp(token.text, openers[i], length) == 0;
    if (found)
      token = (ag_token){token.text + length, token.length - length};
    i = found ? 0 : i + 1;
  }
  return token;
}

bool ag_token_is_closer(ag_token token)
{
  return token.length > 0 && without_closers(token).length == 0;
}

/* 。｡ ！ ？ */
bool ag_character_ends_without_space(uint32_t code)
{
  return code == 0x3002 || code == 0xFF61 || code == 0xFF01 || code == 0xFF1F;
}

/* Besides these the marks of Armenian, Arabic and Urdu, Devanagari, Burmese, Ethiopic, Khmer; and
 * ‼ ‽ ⁇ ⁈ ⁉. */
bool ag_character_ends_sentence(uint32_t code)
{
  static const uint32_t marks[] = {'!',    '?',    0x2026, 0x589,  0x61F,  0x6D4,
                                   0x964,  0x965,  0x104B, 0x1362, 0x1367, 0x17D4,
                                   0x203C, 0x203D, 0x2047, 0x2048, 0x2049};
  for (size_t i = 0; i < LENGTH(marks); i++)
    if (code == marks[i])
      return true;
  return ag_character_ends_without_space(code);
}

/* Takes one such mark from the token's end. */
static bool strip_mark(ag_token *token)
{
  uint32_t code = 0;
  size_t at = token->length;
  while (at > 0 && ((unsigned char)token->text[at - 1] & 0xC0) == 0x80)
    at--;
  if (at == 0)
    return false;
  at--;
  ag_utf8_decode(token->text + at, token->length - at, &code);
  if (!ag_character_ends_sentence(code))
    return false;
  token->length = at;
  return true;
}

/* A token of nothing but points and such marks. */
static bool is_terminator(ag_token token)
{
  bool any = token.length > 0;
  while (token.length > 0)
    if (!strip_end(&token, ".") && !strip_mark(&token))
      return false;
  return any;
}

/* A quotation mark is the same at both ends: one that follows an odd number closes. */
static bool is_closer(ag_token token, const ag_token *before, size_t count)
{
  size_t quotes = 0;
  for (size_t i = 0; i < count && token_is(token, "\""); i++)
    quotes += token_is(before[i], "\"");
  return ag_token_is_closer(token) && (!token_is(token, "\"") || quotes % 2 == 1) &&
         !token_is(token, "'") && !is_one_of(token, opens, LENGTH(opens));
}

static bool is_lower(uint32_t code)
{
  if (code >= 0x100 && code <= 0x17F) /* capital and small by turns */
    return (code >= 0x139 && code <= 0x148) || code >= 0x179 ? code % 2 == 0 : code % 2 == 1;
  return (code >= 'a' && code <= 'z') || (code >= 0xDF && code <= 0xFF && code != 0xF7) ||
         (code >= 0x3AC && code <= 0x3CE) || (code >= 0x430 && code <= 0x45F) ||
         (code >= 0x561 && code <= 0x587);
}

static bool is_upper(uint32_t code)
{
  if (code >= 0x100 && code <= 0x17F)
    return !is_lower(code);
  return (code >= 'A' && code <= 'Z') || (code >= 0xC0 && code <= 0xDE && code != 0xD7) ||
         (code >= 0x386 && code <= 0x3AB) || (code >= 0x400 && code <= 0x42F) ||
         (code >= 0x531 && code <= 0x556);
}

bool ag_token_starts_lower(ag_token token)
{
  uint32_t code = 0, second = 0;
  token = without_openers(token);
  size_t length = ag_utf8_decode(token.text, token.length, &code);
  ag_utf8_decode(token.text + length, token.length - length, &second);
  return is_lower(code) && !is_upper(second); /* iPhone, eBay, pH are names */
}

bool ag_token_starts_upper(ag_token token)
{
  uint32_t code = 0;
  token = without_openers(token);
  ag_utf8_decode(token.text, token.length, &code);
  return is_upper(code);
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* What stands before the point of an item of a list: 12, 1.2, a, IV. */
static bool is_item_mark(ag_token word)
{
  size_t digits = 0, roman = 0;
  for (size_t i = 0; i < word.length; i++) {
    digits += is_digit(word.text[i]) || (word.text[i] == '.' && i > 0);
    roman += strchr("IVXivx", word.text[i]) != NULL;
  }
  return word.length > 0 && (digits == word.length || roman == word.length || word.length == 1);
}

/* A single letter, or letters with points between, as in J, U.S and Ph.D. */
static bool is_initials(ag_token word)
{
  uint32_t code = 0, first = 0;
  size_t letters = 0, parts = 1, most = 0;
  for (size_t at = 0, length; at < word.length; at += length) {
    length = ag_utf8_decode(word.text + at, word.length - at, &code);
    if (length == 0 || (code != '.' && (code <= '9' || !ag_character_is_word(code))))
      return false;
    first = at == 0 ? code : first;
    parts += code == '.';
    letters = code == '.' ? 0 : letters + 1;
    most = letters > most ? letters : most;
  }
  return letters > 0 && (most == 1 || (most == 2 && parts == 2 && is_upper(first)));
}

/* More than initials: what n-grams leave together. */
static bool may_be_initials(ag_token word)
{
  uint32_t code = 0;
  size_t first = ag_utf8_decode(word.text, word.length, &code);
  return first > 0 && ag_character_is_word(code) && !is_digit(word.text[0]) &&
         (first == word.length || memchr(word.text, '.', word.length) != NULL);
}

bool ag_word_is_abbreviation(ag_token word)
{
  return may_be_initials(word) || is_one_of(word, inside, LENGTH(inside)) ||
         is_one_of(word, before_starter, LENGTH(before_starter)) ||
         (is_one_of(word, before_number, LENGTH(before_number)) && !token_is(word, "no"));
}

/* Lists are in lower case, or as sentences begin; a caseless text has both. */
static bool is_listed(ag_token word, const char *const *list, size_t count, bool caseless)
{
  for (size_t i = 0; i < count; i++)
    if (strlen(list[i]) == word.length && (caseless ? strncasecmp(list[i], word.text, word.length)
                                                    : memcmp(list[i], word.text, word.length)) == 0)
      return true;
  return false;
}

/* Whether the point after word belongs to it and the sentence goes on. */
static bool goes_on(ag_token word, bool first, ag_token next, bool caseless)
{
  if (is_listed(word, inside, LENGTH(inside), caseless) || (first && is_item_mark(word)))
    return true;
  next = without_openers(next);
  if (is_listed(word, before_number, LENGTH(before_number), caseless))
    return next.length > 0 && is_digit(next.text[0]);
  if (is_initials(word) || is_listed(word, before_starter, LENGTH(before_starter), caseless))
    return !is_listed(ag_token_trim(next), starters, LENGTH(starters), caseless);
  return false;
}

/* Whether a token stands at the beginning, or begins an item after a colon. */
static bool is_first(const ag_token *token, size_t place)
{
  ag_token before = {NULL, 0};
  if (place == 0)
    return true;
  before = token[place - 1];
  return strip_end(&before, ":");
}

bool ag_sentence_ends(const ag_token *token, size_t count, const ag_token *next,
                      const ag_sentence_rules *rules)
{
  if (!next)
    return true;
  size_t last = count - 1;
  while (last > 0 && without_closers(token[last]).length == 0)
    last--;
  ag_token core = without_closers(token[last]), word = core;
  if (is_terminator(*next) || is_closer(*next, token, count))
    return false;
  bool alone = is_terminator(core), quoted = core.length < token[last].length || last + 1 < count;
  bool lower = ag_token_starts_lower(*next) && !(rules->caseless && !quoted);
  if (strip_mark(&word)) {
    unsigned char lead = (unsigned char)word.text[word.length];
    bool script = lead >= 0xD6 && lead != 0xE2; /* not … and its neighbours */
    return !lower && (alone || !rules->apart || script);
  }
  if (!strip_end(&word, "."))
    return false;
  if (alone)
    return word.length == 0 ? rules->apart || !lower : !lower;
  if (rules->apart || lower)
    return false;
  return strip_end(&word, ".") ||
         !goes_on(without_openers(word), is_first(token, last), *next, rules->caseless);
}
