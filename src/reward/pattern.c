/* pattern: whether a regular expression (PCRE2, in UTF mode) is found in a text. A match
 * that tries too long is an error, so that no pattern can hang the program. */
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/memory.h"
#include "reward/parts.h"

/* Steps and memory of one match: about a tenth of a second at most. */
enum { MATCH_STEPS = 1000000, MATCH_DEPTH = 100000, MATCH_KILOBYTES = 64 * 1024 };

typedef struct pattern {
  pcre2_code *code;
  double found, missing;
} pattern;

static void pattern_free(void *parameters)
{
  pattern *self = parameters;
  if (self)
    pcre2_code_free(self->code);
  free(self);
}

static ag_status compile(ag_node node, pattern *self, ag_error *error)
{
  const char *regex = NULL;
  ag_status status = ag_node_text(node, "regex", &regex, error);
  if (status != AG_OK)
    return status;
  int reason = 0;
  PCRE2_SIZE place = 0;
  self->code =
      pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED,
                    PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &reason, &place, NULL);
  if (self->code)
    return AG_OK;
  if (reason == PCRE2_ERROR_HEAP_FAILED)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a pattern");
  PCRE2_UCHAR words[128];
  pcre2_get_error_message(reason, words, sizeof words);
  return ag_node_fail(node, error, "the regular expression is wrong at byte %zu of %zu: %s",
                      (size_t)place, strlen(regex), (const char *)words);
}

static ag_status pattern_read(ag_node node, const ag_space *space, void **parameters,
                              ag_error *error)
{
  static const char *const known[] = {"regex", "reward", "otherwise"};
  pattern *self = NULL;
  ag_status status = ag_node_expect_keys(node, "a pattern", known, 3, error);
  if (status == AG_OK)
    status = ag_reward_need_texts(node, "a pattern", space, error);
  if (status != AG_OK)
    return status;
  ag_node regex = ag_node_find(node, "regex");
  if (!ag_node_present(regex))
    return ag_node_fail(node, error, "a pattern needs its regex, such as `regex: '^The '`");
  status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;
  *self = (pattern){.found = 1};
  status = ag_reward_read_number(node, "reward", AG_ANY_SIGN, &self->found, error);
  if (status == AG_OK)
    status = ag_reward_read_number(node, "otherwise", AG_ANY_SIGN, &self->missing, error);
  if (status == AG_OK)
    status = compile(regex, self, error);
  if (status == AG_OK)
    *parameters = self;
  else
    pattern_free(self);
  return status;
}

static ag_status fail_match(int reason, const ag_space *space, size_t i, ag_error *error)
{
  char item[256];
  ag_reward_item_name(space, i, item, sizeof item);
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

static ag_status match_all(const pattern *self, const ag_space *space, pcre2_match_data *match,
                           pcre2_match_context *limits, double *reward, ag_error *error)
{
  for (size_t i = 0; i < space->count; i++) {
    const char *text = space->label[i];
    int found = pcre2_match(self->code, (PCRE2_SPTR)text, strlen(text), 0, 0, match, limits);
    if (found < 0 && found != PCRE2_ERROR_NOMATCH)
      return fail_match(found, space, i, error);
    reward[i] = found >= 0 ? self->found : self->missing;
  }
  return AG_OK;
}

static ag_status pattern_evaluate(const void *parameters, const ag_space *space, double *reward,
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
    status = match_all(self, space, match, limits, reward, error);
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
    .read = pattern_read,
    .evaluate = pattern_evaluate,
    .free_parameters = pattern_free,
    .on_texts = ag_reward_on_texts,
};
