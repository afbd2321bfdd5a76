/* pattern: whether a regular expression (PCRE2, in UTF mode) is found in a text. A match
 * that tries too long is an error, so that no pattern can hang the program. */
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "reward/parts.h"

/* Steps and memory of one match: about a tenth of a second at most. */
enum { MATCH_STEPS = 1000000, MATCH_DEPTH = 100000, MATCH_KILOBYTES = 64 * 1024 };

typedef struct pattern {
  pcre2_code *code;
  char *regex;
  double found, missing;
} pattern;

static const ag_parameter pattern_parameters[] = {
    {"regex", "what is looked for, in the language of PCRE2", AG_TEXT, offsetof(pattern, regex),
     .takes = "a regular expression", .example = "'^The '"},
    {"reward", "of a text in which it is found", AG_REAL, offsetof(pattern, found),
     .fallback = "1"},
    {"otherwise", "the reward of any other text", AG_REAL, offsetof(pattern, missing),
     .fallback = "0"},
    {0}};

static void pattern_release(void *parameters)
{
  pcre2_code_free(((pattern *)parameters)->code);
}

static ag_status pattern_read(ag_node node, const ag_space *space, void *parameters,
                              ag_error *error)
{
  pattern *self = parameters;
  (void)space;
  int reason = 0;
  PCRE2_SIZE place = 0;
  self->code =
      pcre2_compile((PCRE2_SPTR)self->regex, PCRE2_ZERO_TERMINATED,
                    PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &reason, &place, NULL);
  if (self->code)
    return AG_OK;
  if (reason == PCRE2_ERROR_HEAP_FAILED)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a pattern");
  PCRE2_UCHAR words[128];
  pcre2_get_error_message(reason, words, sizeof words);
  return ag_node_fail(ag_node_find(node, "regex"), error,
                      "the regular expression is wrong at byte %zu of %zu: %s", (size_t)place,
                      strlen(self->regex), (const char *)words);
}

static ag_status fail_match(int reason, const ag_items *items, size_t i, ag_error *error)
{
  char item[256];
  ag_items_name(items, i, item, sizeof item);
  if (reason == PCRE2_ERROR_MATCHLIMIT || reason == PCRE2_ERROR_DEPTHLIMIT ||
      reason == PCRE2_ERROR_HEAPLIMIT)
    return ag_fail(error, AG_ERROR_INPUT,
                   "the pattern needs more than %d steps for %s; repetitions inside repetitions, "
                   "such as (a+)+, do that",
                   (int)MATCH_STEPS, item);
  if (reason == PCRE2_ERROR_NOMEMORY)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while matching %s", item);
  PCRE2_UCHAR words[128];
  pcre2_get_error_message(reason, words, sizeof words);
  return ag_fail(error, AG_ERROR_INPUT, "the pattern cannot be matched with %s: %s", item,
                 (const char *)words);
}

static ag_status match_all(const pattern *self, const ag_items *items, pcre2_match_data *match,
                           pcre2_match_context *limits, double *reward, ag_error *error)
{
  for (size_t i = 0; i < items->count; i++) {
    const char *text = items->text[i];
    int found = pcre2_match(self->code, (PCRE2_SPTR)text, strlen(text), 0, 0, match, limits);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
      return fail_match(found, items, i, error);
    reward[i] = found >= 0 ? self->found : self->missing;
  }
  return AG_OK;
}

static ag_status pattern_evaluate(const void *parameters, const ag_items *items, double *reward,
                                  ag_error *error)
{
  const pattern *self = parameters;
  pcre2_match_data *match = pcre2_match_data_create_from_pattern(self->code, NULL);
  pcre2_match_context *limits = pcre2_match_context_create(NULL);
  ag_status status =
      match && limits ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "out of memory for a pattern");
  if (status == AG_OK) {
    pcre2_set_match_limit(limits, MATCH_STEPS);
    pcre2_set_depth_limit(limits, MATCH_DEPTH);
    pcre2_set_heap_limit(limits, MATCH_KILOBYTES);
    status = match_all(self, items, match, limits, reward, error);
  }
  pcre2_match_data_free(match);
  pcre2_match_context_free(limits);
  return status;
}

extern const ag_reward_type ag_reward_pattern;
const ag_reward_type ag_reward_pattern = {
    .name = "pattern",
    .summary = "one number where a regular expression is found, another elsewhere",
    .example = "pattern: {regex: '\\bking\\b', reward: 1, otherwise: 0}",
    .parameters = pattern_parameters,
    .size = sizeof(pattern),
    .needs = AG_NEEDS_LABELS,
    .read = pattern_read,
    .evaluate = pattern_evaluate,
    .release = pattern_release,
};
