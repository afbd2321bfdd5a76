/* ngram: interpolated Kneser-Ney n-grams (generator/ngram.h) as a generator of texts.
 *
 * start learns the first dataset, whose words are the vocabulary of all later fits: a word
 * that a fit does not see keeps the share that interpolation leaves it. So held-out texts
 * are weighed over the same words in every generation, by the law that sample follows (at
 * temperature 1), and a word that is lost costs what it must.
 *
 * A model is saved as the texts that it has learned and its vocabulary, and learned again when it
 * is loaded, which gives the same bits and costs less than to read its tables. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "base/text.h"
#include "generator/generator.h"
#include "generator/ngram_parts.h"
#include "population/packed.h"
#include "space/words.h"

typedef struct settings {
  size_t order;
  double temperature;
} settings;

/* What is saved: a number of texts, and the texts. */
typedef struct packed {
  double *value; /* [count] */
  size_t count, capacity;
} packed;

typedef struct generator {
  const settings *settings;
  ag_vocabulary words;       /* of the first dataset; count 0: not started */
  ag_ngram *model;           /* NULL: neither started nor fitted */
  packed learned, reference; /* texts, and the vocabulary's tokens */
  ag_text_cuts cuts;         /* not taken yet */
} generator;

static const ag_parameter ngram_parameters[] = {
    /* a third word of context predicts small corpora about as well as a fifth, and copies less */
    {"order", "words that a word's law looks at, itself among them", AG_WHOLE,
     offsetof(settings, order), .unit = "words", .fallback = "3", .low = 1,
     .high = AG_NGRAM_ORDER_MOST},
    {"temperature", "each next word is drawn by its probability to the power 1 / temperature",
     AG_REAL, offsetof(settings, temperature), .fallback = "1", .low = 0.05, .high = 20},
    {0}};

static ag_status ngram_create(const void *chosen, const ag_items *items, void **model,
                              ag_error *error)
{
  generator *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  (void)items;
  if (status != AG_OK)
    return status;
  *made = (generator){.settings = chosen};
  *model = made;
  return AG_OK;
}

static void forget_words(generator *self)
{
  ag_vocabulary_free(&self->words);
  self->words = (ag_vocabulary){.count = 0};
}

static void forget_model(generator *self)
{
  ag_ngram_free(self->model);
  self->model = NULL;
}

static void ngram_free(void *model)
{
  generator *self = model;
  if (!self)
    return;
  forget_words(self);
  forget_model(self);
  free(self->learned.value);
  free(self->reference.value);
  free(self);
}

/* ---- texts as numbers ---- */

static ag_status pack(packed *to, const char *const *text, size_t count, ag_error *error)
{
  size_t values = 1 + ag_packed_size(text, count);
  if (values > to->capacity) {
    double *wider = NULL;
    size_t capacity = values + values / 2;
    ag_status status = ag_array_create(capacity, sizeof *wider, &wider, error);
    if (status != AG_OK)
      return status;
    free(to->value);
    *to = (packed){.value = wider, .capacity = capacity};
  }
  to->value[0] = (double)count;
  ag_packed_write(text, count, to->value + 1);
  to->count = values;
  return AG_OK;
}

/* text [count], borrowed from value; the list is the caller's. */
static ag_status unpack(const double *value, size_t values, const char ***text, size_t *count,
                        ag_error *error)
{
  const char **made = NULL;
  /* each text has its NUL */
  bool right = values > 0 && value[0] >= 0 && value[0] == floor(value[0]) &&
               value[0] <= (double)(values - 1) * sizeof *value;
  size_t texts = right ? (size_t)value[0] : 0;
  ag_status status = ag_array_create(texts, sizeof *made, &made, error);
  if (status == AG_OK && right)
    status = ag_packed_read(value + 1, values - 1, texts, made, error);
  for (size_t i = 0; i < texts && status == AG_OK && right; i++)
    right = ag_utf8_find_invalid(made[i], strlen(made[i])) == strlen(made[i]);
  if (status == AG_OK && !right)
    status = ag_fail(error, AG_ERROR_INPUT, "the saved arrays hold no texts");
  if (status != AG_OK) {
    free(made);
    return status;
  }
  *text = made;
  *count = texts;
  return AG_OK;
}

/* ---- learning ---- */

static ag_status learn(const generator *self, const char *const *text, size_t count,
                       const ag_vocabulary *words, ag_ngram **model, ag_error *error)
{
  ag_ngram_settings with = {.order = (int)self->settings->order,
                            .temperature = self->settings->temperature,
                            .words = words->count > 0 ? words : NULL};
  return ag_ngram_fit(text, count, &with, model, error);
}

static ag_status list_texts(const ag_sample *data, const char ***text, ag_error *error)
{
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK)
    status = ag_array_create(data->count, sizeof **text, text, error);
  for (size_t i = 0; i < data->count && status == AG_OK; i++)
    (*text)[i] = ag_texts_get(data->texts, data->item[i], NULL);
  return status;
}

static ag_status pack_words(const ag_vocabulary *words, packed *to, ag_error *error)
{
  const char **token = NULL;
  ag_status status = ag_array_create(words->count, sizeof *token, &token, error);
  for (size_t w = 0; w < words->count && status == AG_OK; w++)
    token[w] = words->bytes + words->word[w];
  if (status == AG_OK)
    status = pack(to, token, words->count, error);
  free(token);
  return status;
}

static ag_status learn_sample(generator *self, const ag_sample *data, ag_error *error)
{
  const char **text = NULL;
  forget_model(self);
  ag_status status = list_texts(data, &text, error);
  self->cuts.learnt += data->count;
  if (status == AG_OK)
    status = pack(&self->learned, text, data->count, error);
  if (status == AG_OK)
    status = pack_words(&self->words, &self->reference, error);
  if (status == AG_OK)
    status = learn(self, text, data->count, &self->words, &self->model, error);
  free(text);
  return status;
}

static ag_status ngram_start(void *model, const ag_sample *data, const ag_random_key *key,
                             ag_error *error)
{
  generator *self = model;
  (void)key;
  forget_words(self);
  ag_status status = learn_sample(self, data, error);
  if (status == AG_OK)
    status = pack_words(ag_ngram_words(self->model), &self->reference, error);
  if (status == AG_OK)
    status = ag_vocabulary_copy(ag_ngram_words(self->model), &self->words, error);
  if (status != AG_OK)
    forget_model(self);
  return status;
}

/* ---- what is asked of a model ---- */

enum { PARALLEL_TEXTS = 64 }; /* fewer are done before the threads have started */

static ag_status ngram_score(void *model, const ag_text_question *asked, ag_text_score *score,
                             ag_error *error)
{
  const generator *self = model;
  size_t next = 0, *first = NULL;
  assert(self->model);
  /* the spans of text i are first[i] … first[i + 1] */
  ag_status status = ag_array_create(asked->count + 1, sizeof *first, &first, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i <= asked->count; i++) {
    while (next < asked->spans && asked->span[next].text < i)
      next++;
    first[i] = next;
  }
#pragma omp parallel for schedule(static) if (asked->count >= PARALLEL_TEXTS)
  for (size_t i = 0; i < asked->count; i++) {
    ag_ngram_score one = {0};
    const ag_text_span *span = asked->spans > 0 ? asked->span + first[i] : NULL;
    ag_ngram_score_text(self->model, asked->text[i], span, first[i + 1] - first[i], &one);
    score[i] = (ag_text_score){one.log_probability, one.tokens};
  }
  free(first);
  return AG_OK;
}

static ag_status mean_log_likelihood(const generator *self, const ag_sample *data, double *mean,
                                     ag_error *error)
{
  double *value = NULL;
  ag_status status = ag_array_create(data->count, sizeof *value, &value, error);
  if (status != AG_OK)
    return status;
#pragma omp parallel for schedule(static) if (data->count >= PARALLEL_TEXTS)
  for (size_t i = 0; i < data->count; i++) {
    ag_ngram_score one = {0};
    ag_ngram_score_text(self->model, ag_texts_get(data->texts, data->item[i], NULL), NULL, 0, &one);
    value[i] = one.log_probability;
  }
  *mean = ag_array_sum(value, data->count) / (double)data->count;
  free(value);
  return AG_OK;
}

static ag_status ngram_fit(void *model, const ag_sample *data, const ag_random_key *key,
                           ag_fit_report *report, ag_error *error)
{
  generator *self = model;
  double likelihood = NAN;
  (void)key;
  ag_status status = learn_sample(self, data, error);
  if (status == AG_OK)
    status = mean_log_likelihood(self, data, &likelihood, error);
  if (status == AG_OK)
    *report = (ag_fit_report){.converged = true, .log_likelihood = likelihood};
  else
    forget_model(self);
  return status;
}

/* Sentences 0 … count of the key, each on the heap; *cut: how many have not ended. */
static ag_status write_texts(const ag_ngram *model, size_t count, const ag_random_key *key,
                             char **text, size_t *cut, ag_error *error)
{
  size_t cuts = 0;
  memset(text, 0, count * sizeof *text);
#pragma omp parallel for schedule(static) reduction(+ : cuts) if (count >= PARALLEL_TEXTS)
  for (size_t i = 0; i < count; i++) {
    bool one = false;
    ag_ngram_sample(model, key, (uint32_t)i, &text[i], &one, NULL);
    cuts += one;
  }
  *cut = cuts;
  for (size_t i = 0; i < count; i++)
    if (!text[i])
      return ag_fail(error, AG_ERROR_MEMORY, "out of memory for text %zu of %zu", i, count);
  return AG_OK;
}

/* The pool gets them in their order, so that their numbers are the same for any threads. */
static ag_status ngram_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                              ag_error *error)
{
  generator *self = model;
  char **text = NULL;
  size_t cut = 0;
  assert(self->model && out->dim == 0 && out->texts);
  ag_status status = ag_sample_reserve(out, count, error);
  if (status != AG_OK)
    return status;
  status = ag_array_create(count, sizeof *text, &text, error);
  if (status != AG_OK || count == 0) {
    out->count = status == AG_OK ? 0 : out->count;
    return status;
  }
  status = write_texts(self->model, count, key, text, &cut, error);
  self->cuts.written += count;
  self->cuts.written_cut += cut;
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = ag_texts_add(out->texts, text[i], strlen(text[i]), &out->item[i], error);
  if (status == AG_OK)
    out->count = count;
  for (size_t i = 0; i < count; i++)
    free(text[i]);
  free(text);
  return status;
}

static void ngram_take_cuts(void *model, ag_text_cuts *cuts)
{
  generator *self = model;
  cuts->learnt += self->cuts.learnt;
  cuts->written += self->cuts.written;
  cuts->written_cut += self->cuts.written_cut;
  self->cuts = (ag_text_cuts){0};
}

/* ---- saving ---- */

static size_t ngram_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const generator *self = model;
  array[0] = (ag_generator_array){"learned", self->learned.count, self->learned.value};
  array[1] = (ag_generator_array){"words", self->reference.count, self->reference.value};
  return 2;
}

/* A vocabulary from its tokens: as they are written, each once, the end first. */
static ag_status open_words(const char *const *token, size_t count, ag_vocabulary *words,
                            ag_error *error)
{
  if (count == 0)
    return AG_OK;
  ag_status status = ag_vocabulary_create(words, error);
  for (size_t w = 0; w < count && status == AG_OK; w++) {
    bool close = token[w][0] != ' ';
    const char *text = token[w] + !close;
    uint32_t id = AG_NGRAM_NONE;
    status = ag_vocabulary_add(words, (ag_piece){{text, strlen(text)}, close}, &id, error);
    if (status == AG_OK && id != w)
      status = ag_fail(error, AG_ERROR_INPUT, "the saved arrays hold no vocabulary");
  }
  return status;
}

static ag_status load_texts(const generator *self, const double *value, size_t values,
                            generator *made, ag_error *error)
{
  const char **text = NULL;
  size_t count = 0;
  ag_status status = unpack(value, values, &text, &count, error);
  if (status == AG_OK)
    status = learn(self, text, count, &made->words, &made->model, error);
  if (status == AG_OK)
    status = pack(&made->learned, text, count, error);
  free(text);
  return status;
}

static ag_status load_words(const double *value, size_t values, generator *made, ag_error *error)
{
  const char **token = NULL;
  size_t count = 0;
  ag_status status = unpack(value, values, &token, &count, error);
  if (status == AG_OK)
    status = open_words(token, count, &made->words, error);
  if (status == AG_OK)
    status = pack(&made->reference, token, count, error);
  free(token);
  return status;
}

static ag_status ngram_load(void *model, const ag_generator_array *array, size_t arrays,
                            ag_error *error)
{
  generator *self = model, *made = NULL;
  size_t learned = SIZE_MAX, words = SIZE_MAX;
  const double *text = ag_generator_find(array, arrays, "learned", &learned);
  const double *token = ag_generator_find(array, arrays, "words", &words);
  if (!text || !token)
    return ag_fail(error, AG_ERROR_INPUT, "the saved arrays are no n-gram generator");
  ag_status status = ngram_create(self->settings, NULL, (void **)&made, error);
  if (status == AG_OK)
    status = load_words(token, words, made, error);
  if (status == AG_OK)
    status = load_texts(self, text, learned, made, error);
  if (status == AG_OK) {
    generator old = *self;
    *self = *made;
    *made = old;
  }
  ngram_free(made);
  return status;
}

extern const ag_generator_type ag_generator_ngram;
const ag_generator_type ag_generator_ngram = {
    .name = "ngram",
    .summary = "texts word by word, from the words before: interpolated Kneser-Ney n-grams",
    .example = "ngram: {order: 3, temperature: 1}",
    .takes_texts = true,
    .parameters = ngram_parameters,
    .size = sizeof(settings),
    .create = ngram_create,
    .free_model = ngram_free,
    .start = ngram_start,
    .fit = ngram_fit,
    .sample = ngram_sample,
    .score = ngram_score,
    .take_cuts = ngram_take_cuts,
    .save = ngram_save,
    .load = ngram_load,
};
