/* Instead of bpe_split.c in a build without PCRE2, where no tokenizer comes to be. */
#include "generator/transformer/bpe_parts.h"

ag_status ag_bpe_pattern_create(ag_bpe_pattern **pattern, ag_error *error)
{
  *pattern = NULL;
  return ag_fail(error, AG_ERROR_INPUT, "GPT-2's tokens need pcre2, which this build lacks");
}

void ag_bpe_pattern_free(ag_bpe_pattern *pattern)
{
  (void)pattern;
}

ag_status ag_splitter_create(ag_bpe_pattern *pattern, ag_splitter *splitter, ag_error *error)
{
  *splitter = (ag_splitter){.pattern = pattern};
  return ag_fail(error, AG_ERROR_INPUT, "GPT-2's tokens need pcre2, which this build lacks");
}

void ag_splitter_clear(ag_splitter *splitter)
{
  *splitter = (ag_splitter){0};
}

void ag_splitter_start(ag_splitter *splitter, const char *text, size_t size)
{
  splitter->text = text;
  splitter->size = size;
}

ag_status ag_splitter_next(ag_splitter *splitter, size_t *begin, size_t *end, ag_error *error)
{
  *begin = *end = splitter->size;
  return ag_fail(error, AG_ERROR_INPUT, "GPT-2's tokens need pcre2, which this build lacks");
}
