/* Where sentences end. */
#include <string.h>

#include "base/text.h"
#include "space/text_read.h"

/* A point after these never ends a sentence … */
static const char *const inside[] = {"Mr",  "Mrs", "Ms",   "Dr",   "Prof",   "St",     "Gen", "Col",
                                     "Lt",  "Sgt", "Capt", "Rev",  "Hon",    "Gov",    "Sen", "Rep",
                                     "Adm", "Maj", "Cmdr", "Pres", "Messrs", "Mt",     "vs",  "cf",
                                     "e.g", "i.e", "E.g",  "I.e",  "viz",    "approx", "Ft"};
/* … after these not before a number … */
static const char *const before_number[] = {
    "No",  "no",  "Nos", "nos", "Fig", "fig", "Figs", "Vol", "vol", "pp",  "p",
    "Ch",  "ch",  "Sec", "sec", "Art", "Eq",  "eq",   "c",   "ca",  "Jan", "Feb",
    "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec"};
/* … and after these, as after initials, where a word follows that often starts one. */
static const char *const before_starter[] = {"Jr",   "Sr",  "Inc", "Ltd",  "Co",  "Corp",
                                             "Bros", "etc", "al",  "Dept", "Est", "Univ"};
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

/* The token without closing quotes and brackets at its end. */
static ag_token without_closers(ag_token token)
{
  static const char *const closers[] = {"\"", "'", ")", "]", "}", "\u201D", "\u2019", "\u00BB"};
  for (size_t i = 0; i < LENGTH(closers);)
    i = strip_end(&token, closers[i]) ? 0 : i + 1;
  return token;
}

static ag_token without_openers(ag_token token)
{
  static const char *const openers[] = {"\"", "'", "(", "[", "{", "\u201C", "\u2018", "\u00AB"};
  for (size_t i = 0; i < LENGTH(openers);) {
    size_t length = strlen(openers[i]);
    bool found = token.length >= length && memcmp(token.text, openers[i], length) == 0;
    if (found)
      token = (ag_token){token.text + length, token.length - length};
    i = found ? 0 : i + 1;
  }
  return token;
}

/* A token of nothing but points, exclamation and question marks. */
static bool is_terminator(ag_token token)
{
  bool any = token.length > 0;
  while (token.length > 0)
    if (!strip_end(&token, ".") && !strip_end(&token, "!") && !strip_end(&token, "?") &&
        !strip_end(&token, "\u2026"))
      return false;
  return any;
}

/* A quotation mark is the same at both ends: one that follows an odd number closes. */
static bool is_closer(ag_token token, const ag_token *before, size_t count)
{
  size_t quotes = 0;
  for (size_t i = 0; i < count && token_is(token, "\""); i++)
    quotes += token_is(before[i], "\"");
  return token.length > 0 && without_closers(token).length == 0 &&
         (!token_is(token, "\"") || quotes % 2 == 1) && !token_is(token, "'");
}

static bool starts_lower(ag_token token)
{
  uint32_t code = 0;
  token = without_openers(token);
  ag_utf8_decode(token.text, token.length, &code);
  return (code >= 'a' && code <= 'z') || (code >= 0xDF && code <= 0xFF && code != 0xF7) ||
         (code >= 0x3AC && code <= 0x3CE) || (code >= 0x430 && code <= 0x45F);
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static bool is_number(ag_token word)
{
  size_t i = 0;
  while (i < word.length && is_digit(word.text[i]))
    i++;
  return i > 0 && i == word.length;
}

/* A single letter, or letters with points between, as in J and U.S. */
static bool is_initials(ag_token word)
{
  uint32_t code = 0;
  size_t first = ag_utf8_decode(word.text, word.length, &code);
  return first > 0 && ag_character_is_word(code) && !is_digit(word.text[0]) &&
         (first == word.length || memchr(word.text, '.', word.length) != NULL);
}

bool ag_word_is_abbreviation(ag_token word)
{
  return is_initials(word) || is_one_of(word, inside, LENGTH(inside)) ||
         is_one_of(word, before_starter, LENGTH(before_starter)) ||
         (is_one_of(word, before_number, LENGTH(before_number)) && !token_is(word, "no"));
}

/* Whether the point after word belongs to it and the sentence goes on. */
static bool goes_on(ag_token word, bool first, ag_token next)
{
  if (is_one_of(word, inside, LENGTH(inside)) || (first && is_number(word)))
    return true;
  next = without_openers(next);
  if (is_one_of(word, before_number, LENGTH(before_number)))
    return next.length > 0 && is_digit(next.text[0]);
  if (is_initials(word) || is_one_of(word, before_starter, LENGTH(before_starter)))
    return !is_one_of(ag_token_trim(next), starters, LENGTH(starters));
  return false;
}

bool ag_sentence_ends(const ag_token *token, size_t count, const ag_token *next, bool apart)
{
  if (!next)
    return true;
  size_t last = count - 1;
  while (last > 0 && without_closers(token[last]).length == 0)
    last--;
  ag_token core = without_closers(token[last]), word = core;
  if (is_terminator(*next) || is_closer(*next, token, count))
    return false;
  bool alone = is_terminator(core), lower = starts_lower(*next);
  if (strip_end(&word, "!") || strip_end(&word, "?") || strip_end(&word, "\u2026"))
    return !lower && (alone || !apart);
  if (!strip_end(&word, "."))
    return false;
  if (alone)
    return word.length == 0 ? apart || !lower : !lower;
  if (apart || lower)
    return false;
  return strip_end(&word, ".") || !goes_on(without_openers(word), last == 0, *next);
}
