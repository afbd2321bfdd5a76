/* Counting n-grams, and what Kneser and Ney make of the counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/ngram_parts.h"

/* The training text as numbers: each sentence is its begin, its tokens and its end. */
typedef struct corpus {
  uint32_t *word; /* [count] */
  size_t count, capacity;
  /* the n-gram of the order at hand that ends at each place, and of the order below */
  uint32_t *entry, *shorter; /* [count], or NONE where the sentence is too young */
} corpus;

#define BEGIN (AG_NGRAM_NONE - 1) /* until the vocabulary is complete */

static ag_status append(corpus *text, uint32_t word, ag_error *error)
{
  if (text->count == text->capacity) {
    size_t wider = 2 * text->capacity + 4096;
    uint32_t *made = NULL;
    if (text->count >= INT32_MAX)
      return ag_fail(error, AG_ERROR_INPUT, "the training text has 2^31 tokens or more");
    ag_status status = ag_array_create(wider, sizeof *made, &made, error);
    if (status != AG_OK)
      return status;
    if (text->count > 0)
      memcpy(made, text->word, text->count * sizeof *made);
    free(text->word);
    text->word = made;
    text->capacity = wider;
  }
  text->word[text->count++] = word;
  return AG_OK;
}

static ag_status append_text(ag_ngram *model, const char *text, corpus *to, ag_error *error)
{
  const char *at = text, *end = text + strlen(text);
  ag_token rest = {NULL, 0};
  ag_piece piece;
  ag_status status = append(to, BEGIN, error);
  while (status == AG_OK && ag_piece_next(&at, end, &rest, &piece)) {
    uint32_t id = 0;
    status = ag_vocabulary_add(&model->vocabulary, piece, &id, error);
    if (status == AG_OK)
      status = append(to, id, error);
  }
  return status == AG_OK ? append(to, AG_NGRAM_END, error) : status;
}

static ag_status read_corpus(ag_ngram *model, const char *const *text, size_t count,
                             const ag_vocabulary *words, corpus *to, ag_error *error)
{
  ag_status status = words ? ag_vocabulary_copy(words, &model->vocabulary, error)
                           : ag_vocabulary_create(&model->vocabulary, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = append_text(model, text[i], to, error);
  if (status == AG_OK)
    status = ag_array_create(to->count, sizeof *to->entry, &to->entry, error);
  if (status == AG_OK)
    status = ag_array_create(to->count, sizeof *to->shorter, &to->shorter, error);
  if (status != AG_OK)
    return status;
  uint32_t begin = (uint32_t)model->vocabulary.count;
  for (size_t i = 0; i < to->count; i++)
    if (to->word[i] == BEGIN)
      to->word[i] = begin;
  ag_piece unknown = {{"<unk>", 5}, false};
  model->known = words ? (uint32_t)words->count : begin;
  model->unknown = ag_vocabulary_find(&model->vocabulary, unknown);
  if (model->unknown >= model->known)
    model->unknown = AG_NGRAM_NONE;
  return AG_OK;
}

static ag_status create_level(ag_ngram_level *level, size_t count, bool context, ag_error *error)
{
  ag_status status = ag_array_create(count, sizeof *level->word, &level->word, error);
  level->count = count;
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *level->link, &level->link, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *level->number, &level->number, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *level->probability, &level->probability, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *level->running, &level->running, error);
  if (status == AG_OK && context)
    status = ag_array_create(count + 1, sizeof *level->first, &level->first, error);
  if (status == AG_OK && context)
    status = ag_array_create(count, sizeof *level->rest, &level->rest, error);
  if (status == AG_OK && context)
    status = ag_array_create(count, sizeof *level->most, &level->most, error);
  if (status == AG_OK && count > 0)
    memset(level->number, 0, count * sizeof *level->number);
  return status;
}

static ag_status count_words(ag_ngram *model, corpus *text, ag_error *error)
{
  ag_ngram_level *level = &model->level[1];
  size_t words = model->vocabulary.count;
  ag_status status = create_level(level, words + 1, true, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i <= words; i++) {
    level->word[i] = (uint32_t)i;
    level->link[i] = 0;
  }
  for (size_t i = 0; i < text->count; i++) {
    text->entry[i] = text->word[i];
    level->number[text->word[i]]++;
  }
  level->number[words] = 0;
  return AG_OK;
}

/* An n-gram at its place in the text, by the entry of its context and its last word. */
typedef struct gram {
  uint64_t key;
  uint32_t place;
} gram;

static int compare_grams(const void *a, const void *b)
{
  const gram *left = a, *right = b;
  if (left->key != right->key)
    return left->key < right->key ? -1 : 1;
  return (left->place > right->place) - (left->place < right->place);
}

static size_t collect_grams(const ag_ngram *model, const corpus *text, gram *list)
{
  uint32_t begin = (uint32_t)model->vocabulary.count;
  size_t count = 0;
  for (size_t i = 1; i < text->count; i++)
    if (text->word[i] != begin && text->shorter[i - 1] != AG_NGRAM_NONE)
      list[count++] = (gram){(uint64_t)text->shorter[i - 1] << 32 | text->word[i], (uint32_t)i};
  qsort(list, count, sizeof *list, compare_grams);
  return count;
}

/* Fills the level from its sorted n-grams, and the contexts' bounds in the level below. */
static void fill_level(ag_ngram *model, int m, const gram *list, size_t count, corpus *text)
{
  ag_ngram_level *level = &model->level[m], *below = &model->level[m - 1];
  size_t next = 0, entry = 0;
  for (size_t i = 0; i < text->count; i++)
    text->entry[i] = AG_NGRAM_NONE;
  for (size_t i = 0; i < count; i++) {
    if (i > 0 && list[i].key != list[i - 1].key)
      entry++;
    for (; next <= list[i].key >> 32; next++)
      below->first[next] = (uint32_t)entry;
    level->word[entry] = (uint32_t)list[i].key;
    level->link[entry] = text->shorter[list[i].place];
    level->number[entry]++;
    text->entry[list[i].place] = (uint32_t)entry;
  }
  for (; next <= below->count; next++)
    below->first[next] = (uint32_t)level->count;
}

static ag_status count_level(ag_ngram *model, int m, corpus *text, ag_error *error)
{
  uint32_t *swapped = text->shorter;
  text->shorter = text->entry;
  text->entry = swapped;
  gram *list = NULL;
  ag_status status = ag_array_create(text->count, sizeof *list, &list, error);
  if (status != AG_OK)
    return status;
  size_t count = collect_grams(model, text, list), entries = 0;
  for (size_t i = 0; i < count; i++)
    entries += i == 0 || list[i].key != list[i - 1].key;
  status = create_level(&model->level[m], entries, m < model->order, error);
  if (status == AG_OK)
    fill_level(model, m, list, count, text);
  free(list);
  return status;
}

/* Below the highest order an n-gram counts the different words before it; one that starts
 * with the sentence's begin has none, and keeps its count. Every other has one. */
static void adjust_counts(ag_ngram *model)
{
  for (int m = 1; m < model->order; m++) {
    const ag_ngram_level *above = &model->level[m + 1];
    ag_ngram_level *level = &model->level[m];
    for (size_t e = 0; e < level->count; e++)
      level->running[e] = 0;
    for (size_t e = 0; e < above->count; e++)
      level->running[above->link[e]]++;
    for (size_t e = 0; e < level->count; e++)
      if (level->running[e] > 0)
        level->number[e] = (uint32_t)level->running[e];
  }
}

typedef struct discounts {
  double by_count[4]; /* of counts 0, 1, 2, 3 and more */
} discounts;

static discounts find_discounts(const ag_ngram_level *level)
{
  double n[5] = {0};
  for (size_t e = 0; e < level->count; e++)
    if (level->number[e] >= 1 && level->number[e] <= 4)
      n[level->number[e]]++;
  double y = n[1] > 0 && n[2] > 0 ? n[1] / (n[1] + 2 * n[2]) : 0.5;
  discounts made = {{0, y, y, y}};
  if (n[1] == 0 || n[2] == 0 || n[3] == 0 || n[4] == 0)
    return made;
  const double modified[4] = {0, 1 - 2 * y * n[2] / n[1], 2 - 3 * y * n[3] / n[2],
                              3 - 4 * y * n[4] / n[3]};
  for (int k = 1; k <= 3; k++)
    if (!(modified[k] > 0 && modified[k] < k))
      return made;
  memcpy(made.by_count, modified, sizeof modified);
  return made;
}

/* The children begin … end of a context: their discounted shares, and what is left. */
static double share_out(ag_ngram_level *level, const discounts *discount, size_t begin, size_t end)
{
  double total = 0, taken = 0, sum = 0;
  for (size_t e = begin; e < end; e++)
    total += level->number[e];
  for (size_t e = begin; e < end; e++) {
    uint32_t number = level->number[e];
    double lost = discount->by_count[number < 3 ? number : 3];
    level->probability[e] = (number - lost) / total;
    sum += level->probability[e];
    level->running[e] = sum;
    taken += lost;
  }
  return taken / total;
}

static void find_word_law(ag_ngram *model)
{
  ag_ngram_level *level = &model->level[1];
  size_t words = model->vocabulary.count;
  discounts discount = find_discounts(level);
  double rest = share_out(level, &discount, 0, words), sum = 0;
  for (size_t w = 0; w < words; w++) {
    level->probability[w] += rest / (double)words;
    sum += level->probability[w];
    level->running[w] = sum;
  }
  level->probability[words] = level->running[words] = 0;
}

/* p(last | others) of a level from the level below, and what its contexts need. */
static void find_law(ag_ngram *model, int m)
{
  ag_ngram_level *level = &model->level[m], *below = &model->level[m - 1];
  discounts discount = find_discounts(level);
  double most_below = 0;
  for (size_t w = 0; m == 2 && w < below->count; w++)
    most_below = fmax(most_below, below->probability[w]);
  for (size_t p = 0; p < below->count; p++) {
    size_t begin = below->first[p], end = below->first[p + 1];
    double shorter = m == 2 ? most_below : model->level[m - 2].most[below->link[p]];
    below->rest[p] = begin < end ? share_out(level, &discount, begin, end) : 1;
    below->most[p] = below->rest[p] * shorter;
    for (size_t e = begin; e < end; e++) {
      level->probability[e] += below->rest[p] * below->probability[level->link[e]];
      below->most[p] = fmax(below->most[p], level->probability[e]);
    }
  }
}

static ag_status temper(ag_ngram *model, ag_error *error)
{
  size_t words = model->vocabulary.count;
  double sum = 0;
  ag_status status = ag_array_create(words, sizeof *model->tempered, &model->tempered, error);
  if (status == AG_OK)
    status =
        ag_array_create(words, sizeof *model->tempered_running, &model->tempered_running, error);
  for (size_t w = 0; w < words && status == AG_OK; w++) {
    model->tempered[w] = pow(model->level[1].probability[w], 1 / model->temperature);
    sum += model->tempered[w];
    model->tempered_running[w] = sum;
  }
  return status;
}

static ag_status fit(ag_ngram *model, const char *const *text, size_t count,
                     const ag_vocabulary *words, ag_error *error)
{
  corpus read = {.count = 0};
  ag_status status = read_corpus(model, text, count, words, &read, error);
  if (status == AG_OK)
    status = count_words(model, &read, error);
  for (int m = 2; m <= model->order && status == AG_OK; m++)
    status = count_level(model, m, &read, error);
  free(read.word);
  free(read.entry);
  free(read.shorter);
  if (status != AG_OK)
    return status;
  adjust_counts(model);
  find_word_law(model);
  for (int m = 2; m <= model->order; m++)
    find_law(model, m);
  for (int m = 1; m <= model->order; m++) {
    free(model->level[m].number);
    model->level[m].number = NULL;
  }
  return temper(model, error);
}

ag_status ag_ngram_fit(const char *const *text, size_t count, const ag_ngram_settings *settings,
                       ag_ngram **model, ag_error *error)
{
  int order = settings->order;
  double temperature = settings->temperature;
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "no text to fit an n-gram model to");
  if (order < 1 || order > AG_NGRAM_ORDER_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "the order of an n-gram model is 1 to %d, not %d",
                   (int)AG_NGRAM_ORDER_MOST, order);
  if (!(temperature >= 0.05 && temperature <= 20))
    return ag_fail(error, AG_ERROR_INPUT, "a temperature is from 0.05 to 20, not %g", temperature);
  ag_ngram *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  memset(made, 0, sizeof *made);
  made->order = order;
  made->temperature = temperature;
  status = fit(made, text, count, settings->words, error);
  if (status == AG_OK)
    *model = made;
  else
    ag_ngram_free(made);
  return status;
}

void ag_ngram_free(ag_ngram *model)
{
  if (!model)
    return;
  ag_vocabulary_free(&model->vocabulary);
  for (int m = 1; m <= model->order; m++) {
    ag_ngram_level *level = &model->level[m];
    void *const arrays[] = {level->word,    level->link,  level->number, level->probability,
                            level->running, level->first, level->rest,   level->most};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
      free(arrays[i]);
  }
  free(model->tempered);
  free(model->tempered_running);
  free(model);
}
