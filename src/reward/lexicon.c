/* lexicon: the sum (or the mean) of the weights of a text's words. Words are compared
 * without the punctuation around them, ASCII letters in either case. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reward/parts.h"
#include "space/kinds.h"
#include "space/words.h"

typedef struct entry {
  char *word;
  double weight;
} entry;

typedef struct lexicon {
  entry *list; /* [count] in the order of compare */
  size_t count;
  bool mean;
} lexicon;

static const ag_parameter lexicon_parameters[] = {
    {"words", "what each word is worth", AG_NODE, .takes = "a mapping of words to numbers",
     .choice = 1, .example = "{good: 1, bad: -1}"},
    {"file", "a CSV file with the columns word and weight", AG_PATH, .choice = 1},
    {"mean", "the mean over a text's words, not the sum", AG_FLAG, offsetof(lexicon, mean),
     .fallback = "false"},
    {0}};

static void lexicon_release(void *parameters)
{
  lexicon *self = parameters;
  for (size_t i = 0; i < self->count; i++)
    free(self->list[i].word);
  free(self->list);
}

/* ASCII only, whatever the locale. */
static unsigned char lower(char c)
{
  return (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static int compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
  size_t least = a_length < b_length ? a_length : b_length;
  for (size_t i = 0; i < least; i++)
    if (lower(a[i]) != lower(b[i]))
      return lower(a[i]) < lower(b[i]) ? -1 : 1;
  return (a_length > b_length) - (a_length < b_length);
}

static int compare_entries(const void *a, const void *b)
{
  const entry *left = a, *right = b;
  return compare(left->word, strlen(left->word), right->word, strlen(right->word));
}

/* Adds a word; an error has no place yet. */
static ag_status add_word(lexicon *self, const char *text, double weight, ag_error *error)
{
  ag_token whole = {text, strlen(text)}, word = ag_token_trim(whole), next;
  const char *at = word.text;
  if (word.length == 0 || !ag_token_next(&at, word.text + word.length, &next) ||
      next.length != word.length)
    return ag_fail(error, AG_ERROR_INPUT, "`%.60s` is not one word", text);
  self->list[self->count].word = strndup(word.text, word.length);
  if (!self->list[self->count].word)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a word list");
  self->list[self->count++].weight = weight;
  return AG_OK;
}

static ag_status read_words(ag_node node, lexicon *self, ag_error *error)
{
  size_t count = ag_node_count(node);
  if (ag_node_get_kind(node) != AG_NODE_MAPPING || count == 0)
    return ag_node_fail(node, error,
                        "words: expected words and weights, such as {good: 1, bad: -1}");
  ag_status status = ag_array_create(count, sizeof *self->list, &self->list, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *word;
    ag_node key, value;
    double weight = 0;
    ag_error reason;
    ag_node_entry(node, i, &word, &key, &value);
    status = ag_node_real(value, "a weight", &weight, error);
    if (status != AG_OK)
      return status;
    status = add_word(self, word, weight, &reason);
    if (status == AG_ERROR_INPUT)
      return ag_node_fail(key, error, "%s", reason.message);
    if (status != AG_OK && error)
      *error = reason;
  }
  return status;
}

static ag_status take_rows(const ag_csv *csv, lexicon *self, ag_error *error)
{
  size_t rows = ag_csv_row_count(csv), word = 0, weight = 0;
  double *value = NULL;
  ag_status status = ag_csv_find(csv, "word", &word, error);
  if (status == AG_OK)
    status = ag_csv_find(csv, "weight", &weight, error);
  if (status == AG_OK)
    status = ag_array_create(rows, sizeof *value, &value, error);
  if (status == AG_OK)
    status = ag_csv_reals(csv, weight, value, NULL, error);
  if (status == AG_OK)
    status = ag_array_create(rows, sizeof *self->list, &self->list, error);
  if (status == AG_OK && rows == 0)
    status = ag_csv_fail(csv, AG_CSV_HEADER, 0, error, "the word list has no rows");
  for (size_t i = 0; i < rows && status == AG_OK; i++) {
    ag_error reason;
    if (ag_csv_is_missing(csv, i, weight)) {
      status = ag_csv_fail(csv, i, weight, error, "the word has no weight");
      continue;
    }
    status = add_word(self, ag_csv_cell(csv, i, word), value[i], &reason);
    if (status == AG_ERROR_INPUT)
      status = ag_csv_fail(csv, i, word, error, "%s", reason.message);
    else if (status != AG_OK && error)
      *error = reason;
  }
  free(value);
  return status;
}

static ag_status read_file(ag_node node, lexicon *self, ag_error *error)
{
  char *source = NULL;
  ag_csv *csv = NULL;
  ag_status status = ag_space_open_csv(node, NULL, &source, &csv, error);
  if (status == AG_OK)
    status = take_rows(csv, self, error);
  ag_csv_free(csv);
  free(source);
  return status;
}

/* Brings the words in order and refuses one that stands twice. */
static ag_status sort_words(ag_node node, lexicon *self, ag_error *error)
{
  qsort(self->list, self->count, sizeof *self->list, compare_entries);
  for (size_t i = 1; i < self->count; i++)
    if (compare_entries(&self->list[i - 1], &self->list[i]) == 0)
      return ag_node_fail(node, error, "the word `%.60s` is listed twice", self->list[i].word);
  return AG_OK;
}

static ag_status lexicon_read(ag_node node, const ag_space *space, void *parameters,
                              ag_error *error)
{
  lexicon *self = parameters;
  ag_node file = ag_node_find(node, "file"), words = ag_node_find(node, "words");
  (void)space;
  ag_status status =
      ag_node_present(file) ? read_file(file, self, error) : read_words(words, self, error);
  return status == AG_OK ? sort_words(ag_node_present(file) ? file : words, self, error) : status;
}

static double weight_of(const lexicon *self, ag_token word)
{
  size_t low = 0, high = self->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const entry *there = &self->list[middle];
    int order = compare(word.text, word.length, there->word, strlen(there->word));
    if (order == 0)
      return there->weight;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return 0;
}

static ag_status lexicon_evaluate(const void *parameters, const ag_items *items, double *reward,
                                  ag_error *error)
{
  const lexicon *self = parameters;
  (void)error;
  for (size_t i = 0; i < items->count; i++) {
    const char *at = items->text[i], *end = at + strlen(at);
    double sum = 0, words = 0;
    ag_token word;
    for (; ag_word_next(&at, end, &word); words++)
      sum += weight_of(self, ag_token_trim(word));
    reward[i] = self->mean && words > 0 ? sum / words : sum;
  }
  return AG_OK;
}

extern const ag_reward_type ag_reward_lexicon;
const ag_reward_type ag_reward_lexicon = {
    .name = "lexicon",
    .summary = "the sum or mean of the words' weights: words, or a file with word and weight",
    .example = "lexicon: {words: {good: 1, bad: -1}, mean: false}",
    .parameters = lexicon_parameters,
    .size = sizeof(lexicon),
    .needs = AG_NEEDS_LABELS,
    .read = lexicon_read,
    .evaluate = lexicon_evaluate,
    .release = lexicon_release,
};
