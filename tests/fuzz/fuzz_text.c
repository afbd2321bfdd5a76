/* Any bytes as a text: nothing crashes, every sentence is accounted for, and what is read
 * reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "space/text_read.h"

static void require(int condition)
{
  if (!condition)
    abort();
}

static void check_report(const ag_sentences *read, size_t size)
{
  const ag_text_report *report = &read->report;
  require(report->bytes == size && report->format != AG_TEXT_AUTO);
  require(report->sentences == read->count + report->too_short + report->too_long +
                                   report->unknown + report->duplicates + report->not_taken);
}

static void check_sentences(const ag_sentences *read, const ag_text_options *options)
{
  for (size_t i = 0; i < read->count; i++) {
    const char *text = read->text[i];
    size_t length = strlen(text), words = ag_word_count(text, length);
    require(length > 0 && ag_utf8_find_invalid(text, length) == length);
    require(text[0] != ' ' && text[length - 1] != ' ' && !strstr(text, "  "));
    require(words >= options->least_words && words <= options->most_words);
    require(!strpbrk(text, "\t\r\n\x1B\x7F"));
  }
}

/* Written a line each and read as lines, the sentences are the same. */
static void check_again(const ag_sentences *read)
{
  size_t size = 0;
  for (size_t i = 0; i < read->count; i++)
    size += strlen(read->text[i]) + 1;
  char *text = malloc(size + 1), *to = text;
  for (size_t i = 0; i < read->count; i++) {
    to = stpcpy(to, read->text[i]);
    *to++ = '\n';
  }
  ag_text_options options = ag_text_options_default();
  options.format = AG_TEXT_LINES;
  options.keep_duplicates = true;
  ag_sentences again = {.count = 0};
  require(ag_text_parse(text, size, &options, &again, NULL) == AG_OK);
  require(again.count == read->count && again.report.broken_bytes == 0);
  for (size_t i = 0; i < read->count; i++)
    require(strcmp(again.text[i], read->text[i]) == 0);
  ag_sentences_free(&again);
  free(text);
}

/* The first byte chooses the options. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  ag_text_options options = ag_text_options_default();
  options.format = (ag_text_format)(data[0] & 3);
  options.keep_marks = data[0] & 4;
  options.drop_unknown = data[0] & 8;
  options.keep_duplicates = data[0] & 16;
  options.least_words = data[0] & 32 ? 2 : 0;
  options.most_words = data[0] & 64 ? 5 : SIZE_MAX;
  options.count = data[0] & 128 ? 3 : 0;
  options.sampled = data[0] & 32;
  ag_sentences read = {.count = 0};
  require(ag_text_parse((const char *)data + 1, size - 1, &options, &read, NULL) == AG_OK);
  check_report(&read, size - 1);
  check_sentences(&read, &options);
  check_again(&read);
  ag_sentences_free(&read);
  return 0;
}
