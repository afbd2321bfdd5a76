#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "generator/transformer/bpe_parts.h"

/* White_Space, spelled out: what PCRE2 calls \s has U+180E too, and without PCRE2_UCP
 * only ASCII. */
#define SPACES                                                                                     \
  "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"      \
  "\\x{205f}\\x{3000}"

static const char pattern_text[] = "'s|'t|'re|'ve|'m|'ll|'d"
                                   "| ?\\p{L}++| ?\\p{N}++| ?[^" SPACES "\\p{L}\\p{N}]++"
                                   "|[" SPACES "]+(?![^" SPACES "])|[" SPACES "]++";

ag_status ag_bpe_pattern_create(ag_bpe_pattern **pattern, ag_error *error)
{
  int reason;
  PCRE2_SIZE place;
  *pattern = pcre2_compile((PCRE2_SPTR)pattern_text, PCRE2_ZERO_TERMINATED,
                           PCRE2_UTF | PCRE2_ANCHORED, &reason, &place, NULL);
  if (!*pattern && reason == PCRE2_ERROR_HEAP_FAILED)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the pattern of words");
  if (!*pattern)
    return ag_fail(error, AG_ERROR_INTERNAL, "PCRE2 refuses the pattern of words: error %d",
                   reason);
  /* where there is no compiler for this processor, the interpreter does the same */
  pcre2_jit_compile(*pattern, PCRE2_JIT_COMPLETE);
  return AG_OK;
}

void ag_bpe_pattern_free(ag_bpe_pattern *pattern)
{
  pcre2_code_free(pattern);
}

ag_status ag_splitter_create(ag_bpe_pattern *pattern, ag_splitter *splitter, ag_error *error)
{
  *splitter = (ag_splitter){.pattern = pattern, .match = pcre2_match_data_create(1, NULL)};
  return splitter->match ? AG_OK
                         : ag_fail(error, AG_ERROR_MEMORY, "out of memory for splitting a text");
}

void ag_splitter_clear(ag_splitter *splitter)
{
  pcre2_match_data_free(splitter->match);
  *splitter = (ag_splitter){0};
}

void ag_splitter_start(ag_splitter *splitter, const char *text, size_t size)
{
  splitter->text = size > 0 ? text : "";
  splitter->size = size;
  splitter->at = splitter->valid_end = 0;
}

/* The end of the UTF-8 that begins at `at`. */
static size_t valid_end(const char *text, size_t at, size_t end)
{
  while (true) {
    at += ag_utf8_find_invalid(text + at, end - at);
    if (at == end || text[at] != '\0')
      return at;
    at++; /* NUL is a character like others here */
  }
}

static size_t invalid_end(const char *text, size_t at, size_t end)
{
  uint32_t code;
  while (at < end && ag_utf8_decode(text + at, end - at, &code) == 0)
    at++;
  return at;
}

/* A word of the UTF-8 up to valid_end, which is matched as a text of its own. */
static ag_status match_word(ag_splitter *splitter, size_t *end, ag_error *error)
{
  int found = pcre2_match(splitter->pattern, (PCRE2_SPTR)splitter->text, splitter->valid_end,
                          splitter->at, PCRE2_NO_UTF_CHECK, splitter->match, NULL);
  if (found == PCRE2_ERROR_NOMEMORY || found == PCRE2_ERROR_HEAPLIMIT)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for splitting a text");
  *end = found > 0 ? pcre2_get_ovector_pointer(splitter->match)[1] : splitter->at;
  if (*end <= splitter->at) /* every character begins a match */
    return ag_fail(error, AG_ERROR_INTERNAL, "PCRE2 cannot split a text: error %d", found);
  return AG_OK;
}

ag_status ag_splitter_next(ag_splitter *splitter, size_t *begin, size_t *end, ag_error *error)
{
  ag_status status = AG_OK;
  size_t at = splitter->at, next = at, size = splitter->size;
  if (at < size) {
    if (at == splitter->valid_end)
      splitter->valid_end = valid_end(splitter->text, at, size);
    if (at < splitter->valid_end)
      status = match_word(splitter, &next, error);
    else
      splitter->valid_end = next = invalid_end(splitter->text, at, size);
  }
  if (status)
    return status;
  *begin = at;
  *end = splitter->at = next;
  return AG_OK;
}
