/* The n-gram model against a plain one, its own law, and the text of WikiText-2. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fault.h"
#include "generator/ngram.h"
#include "space/grammar.h"
#include "space/text_read.h"
#include "tests/check.h"
#include "tests/shared.h"
#include "tests/statistical/chi_square.h"

static const char *const tiny[] = {
    "a b c a b .",  "a b a b c",  "c c a", "b a c a b d", "d a b c a", "a b",
    "e a b a b 7.", "a a a b, g", "",      "b c a b c"};
enum { TINY = sizeof tiny / sizeof *tiny };

static ag_status fit_texts(const char *const *text, size_t count, int order, double temperature,
                           ag_ngram **model)
{
  ag_ngram_settings settings = {.order = order, .temperature = temperature};
  return ag_ngram_fit(text, count, &settings, model, NULL);
}

/* ---- the textbook's recursion over lists of words, slow and plain ---- */

enum { MOST = 400, WORDS = 40 };
typedef struct plain {
  int order, size;
  char word[WORDS][8]; /* 0: end, 1: begin */
  int words;
  int text[MOST]; /* sentences in a row, each begin … end */
} plain;

static int plain_number(plain *model, const char *word)
{
  int i = 0;
  while (i < model->words && strcmp(model->word[i], word) != 0)
    i++;
  if (i == model->words)
    strcpy(model->word[model->words++], word);
  return i;
}

/* The tiny texts' words; a mark at a word is written as a word with # before it. */
static plain plain_make(int order)
{
  plain made = {.order = order, .words = 2, .word = {"END", "BEGIN"}};
  for (int i = 0; i < TINY; i++) {
    made.text[made.size++] = 1;
    for (const char *at = tiny[i]; *at; at++) {
      char word[3] = {*at, 0, 0};
      if (*at == ' ')
        continue;
      if ((*at == '.' || *at == ',') && at[-1] != ' ')
        sprintf(word, "#%c", *at);
      made.text[made.size++] = plain_number(&made, word);
    }
    made.text[made.size++] = 0;
  }
  return made;
}

static int occurs_at(const plain *model, const int *gram, int n, int at)
{
  if (at + n > model->size || memcmp(model->text + at, gram, (size_t)n * sizeof *gram) != 0)
    return 0;
  for (int i = 1; i < n; i++)
    if (gram[i] == 1) /* not across sentences */
      return 0;
  return 1;
}

/* The count that the recursion uses for an n-gram. */
static int plain_count(const plain *model, const int *gram, int n)
{
  int count = 0;
  if (gram[n - 1] == 1)
    return 0;
  if (n == model->order || gram[0] == 1) {
    for (int at = 0; at < model->size; at++)
      count += occurs_at(model, gram, n, at);
    return count;
  }
  for (int w = 1; w < model->words; w++) {
    int longer[8] = {w}, found = 0;
    memcpy(longer + 1, gram, (size_t)n * sizeof *gram);
    for (int at = 0; at < model->size; at++)
      found |= occurs_at(model, longer, n + 1, at);
    count += found;
  }
  return count;
}

/* n_k: n-grams with count k, found at their first occurrence. */
static void plain_discounts(const plain *model, int n, double *discount)
{
  double number[5] = {0};
  for (int at = 0; at + n <= model->size; at++) {
    const int *gram = model->text + at;
    int earlier = 0;
    for (int before = 0; before < at; before++)
      earlier |= occurs_at(model, gram, n, before);
    int count = earlier || !occurs_at(model, gram, n, at) ? 0 : plain_count(model, gram, n);
    if (count >= 1 && count <= 4)
      number[count]++;
  }
  double y = number[1] > 0 && number[2] > 0 ? number[1] / (number[1] + 2 * number[2]) : 0.5;
  int usable = 1;
  for (int k = 1; k <= 3; k++) {
    discount[k] = k - (k + 1) * y * number[k + 1] / number[k];
    usable &= number[k] > 0 && number[k + 1] > 0 && discount[k] > 0 && discount[k] < k;
  }
  for (int k = 1; k <= 3 && !usable; k++)
    discount[k] = y;
}

/* p(gram[n - 1] | gram[0 … n - 2]). */
static double plain_probability(const plain *model, const int *gram, int n)
{
  double discount[4], total = 0, lost = 0, own = 0;
  double shorter = n == 1 ? 1.0 / (model->words - 1) : plain_probability(model, gram + 1, n - 1);
  int other[8];
  memcpy(other, gram, (size_t)n * sizeof *gram);
  plain_discounts(model, n, discount);
  for (int w = 0; w < model->words; w++) {
    other[n - 1] = w;
    int count = plain_count(model, other, n);
    if (count == 0)
      continue;
    double off = discount[count < 3 ? count : 3];
    total += count;
    lost += off;
    if (w == gram[n - 1])
      own = count - off;
  }
  return total == 0 ? shorter : own / total + lost / total * shorter;
}

/* Rounding of a few dozen operations; all sizes are below one. */
static void small_models_equal_the_textbook(void)
{
  const char *const context[] = {"", "a", "a b", "a b c", "c a b a", "e 7", "b b b b", "7."};
  double worst = 0;
  for (int order = 1; order <= 5; order++) {
    plain slow = plain_make(order);
    ag_ngram *model = NULL;
    CHECK(fit_texts(tiny, TINY, order, 1, &model) == AG_OK);
    CHECK(ag_ngram_vocabulary(model) == (size_t)slow.words - 1);
    double p[WORDS];
    for (size_t c = 0; c < sizeof context / sizeof *context; c++) {
      int gram[16] = {1}, n = 1;
      for (const char *at = context[c]; *at; at++) {
        char word[3] = {*at, 0, 0};
        if (*at == '.')
          sprintf(word, "#.");
        if (*at != ' ')
          gram[n++] = plain_number(&slow, word);
      }
      ag_ngram_next(model, context[c], p);
      for (uint32_t w = 0; w < ag_ngram_vocabulary(model); w++) {
        const char *token = ag_ngram_token(model, w);
        char word[8] = "END";
        if (token[0])
          snprintf(word, sizeof word, "%s%s", token[0] == ' ' ? "" : "#",
                   token + (token[0] == ' '));
        gram[n] = plain_number(&slow, word);
        int length = n + 1 < order ? n + 1 : order;
        double expected = plain_probability(&slow, gram + n + 1 - length, length);
        CHECK_NEAR(p[w], expected, 1e-14);
        worst = fmax(worst, fabs(p[w] - expected));
      }
    }
    ag_ngram_free(model);
  }
  printf("# largest difference %.2g\n", worst);
}

static ag_sentences grammar_text(size_t count, uint64_t seed)
{
  ag_grammar *grammar = NULL;
  ag_grammar_options chances = ag_grammar_options_default();
  ag_text_options options = ag_text_options_default();
  ag_sentences read = {.count = 0};
  char line[AG_GRAMMAR_BYTES], *text = malloc(count * 100), *to = text;
  CHECK(ag_grammar_create(&chances, &grammar, NULL) == AG_OK);
  for (size_t i = 0; i < count; i++) {
    size_t length = ag_grammar_sentence(grammar, seed, i, line);
    if (length < 99)
      to += sprintf(to, "%s\n", line);
  }
  ag_grammar_free(grammar);
  options.format = AG_TEXT_LINES;
  options.keep_duplicates = true;
  CHECK(ag_text_parse(text, (size_t)(to - text), &options, &read, NULL) == AG_OK);
  free(text);
  return read;
}

static ag_ngram *fit(const ag_sentences *text, int order, double temperature)
{
  ag_ngram *model = NULL;
  CHECK(fit_texts((const char *const *)text->text, text->count, order, temperature, &model) ==
        AG_OK);
  return model;
}

static void every_context_has_a_law(void)
{
  ag_sentences text = grammar_text(3000, 1);
  double worst = 0;
  for (int order = 1; order <= 5; order++) {
    ag_ngram *model = fit(&text, order, 1);
    size_t words = ag_ngram_vocabulary(model);
    double *p = malloc(words * sizeof *p);
    for (size_t i = 0; i < 200; i++) {
      char context[400];
      snprintf(context, sizeof context, "%s", text.text[i]);
      context[strlen(context) * (i % 7) / 6] = '\0'; /* words may be cut: unknown ones too */
      ag_ngram_next(model, context, p);
      double sum = 0;
      for (size_t w = 0; w < words; w++) {
        CHECK(p[w] > 0);
        sum += p[w];
      }
      worst = fmax(worst, fabs(sum - 1));
    }
    free(p);
    ag_ngram_free(model);
  }
  printf("# largest difference from one: %.2g\n", worst);
  CHECK(worst < 1e-12); /* a sum of some 600 terms, each with a few roundings */
  ag_sentences_free(&text);
}

#ifdef AG_FAULT_INJECTION
enum { DRAWS = 3000 }; /* the sanitizers' builds are slow */
#else
enum { DRAWS = 20000 };
#endif

/* The first two tokens of many sentences against their law, tempered. */
static void check_sampling(const ag_sentences *text, int order, double temperature)
{
  const ag_random_key key = {.seed = 5, .generation = 2, .stage = 1};
  ag_ngram *model = fit(text, order, temperature);
  size_t words = ag_ngram_vocabulary(model);
  double *first = malloc(words * sizeof *first), *law = malloc(words * words * sizeof *law);
  size_t *count = calloc(words * words, sizeof *count);
  ag_ngram_next(model, "", first);
  double total = 0;
  for (size_t w = 0; w < words; w++)
    total += first[w] = pow(first[w], 1 / temperature);
  for (size_t w = 0; w < words; w++) {
    const char *token = ag_ngram_token(model, (uint32_t)w);
    double *row = law + w * words, sum = 0;
    ag_ngram_next(model, token, row);
    for (size_t v = 0; v < words; v++)
      sum += row[v] = pow(row[v], 1 / temperature);
    for (size_t v = 0; v < words; v++) /* nothing follows an end */
      row[v] = w == 0 ? (v == 0 ? first[w] / total : 0) : first[w] / total * row[v] / sum;
  }
  for (uint32_t i = 0; i < DRAWS; i++) {
    char *made = NULL;
    size_t number[2] = {0, 0};
    CHECK(ag_ngram_sample(model, &key, i, &made, NULL, NULL) == AG_OK);
    const char *at = made;
    for (int k = 0; k < 2 && *at; k++) {
      size_t best = 0, best_length = 0;
      for (size_t w = 1; w < words; w++) {
        const char *token = ag_ngram_token(model, (uint32_t)w);
        token += at == made && token[0] == ' ';
        size_t length = strlen(token);
        if (strncmp(at, token, length) == 0 && length > best_length) {
          best = w;
          best_length = length;
        }
      }
      number[k] = best;
      at += best_length;
    }
    count[number[0] * words + number[1]]++;
    free(made);
  }
  char what[64];
  snprintf(what, sizeof what, "order %d, temperature %g", order, temperature);
  double sum = 0; /* rounding of many terms: check_law wants a sum within 1e-12 */
  for (size_t i = 0; i < words * words; i++)
    sum += law[i];
  CHECK_NEAR(sum, 1, 1e-11);
  for (size_t i = 0; i < words * words; i++)
    law[i] /= sum;
  check_law(what, law, count, words * words);
  free(first);
  free(law);
  free(count);
  ag_ngram_free(model);
}

static void samples_follow_the_tempered_law(void)
{
  /* One-letter words, so that a sentence's tokens can be told from its letters. */
  static char *list[] = {"a b c a b", "a b a b c",   "c c a",     "b a c a b d", "d a b c a",
                         "a b",       "e a b a b f", "a a a b g", "b c a b c",   "f e d c b a"};
  ag_sentences text = {.count = sizeof list / sizeof *list, .text = list};
  const double temperature[] = {1, 0.8, 0.3, 0.05, 1.7};
  for (size_t t = 0; t < sizeof temperature / sizeof *temperature; t++) {
    check_sampling(&text, 1, temperature[t]);
    if (temperature[t] > 0.1) /* colder, one cell has it all */
      check_sampling(&text, 3, temperature[t]);
  }
}

static void a_sentence_depends_on_its_key_and_number_alone(void)
{
  ag_sentences text = grammar_text(500, 2);
  ag_ngram *model = fit(&text, 3, 0.8), *again = fit(&text, 3, 0.8);
  const ag_random_key key = {.seed = 1}, other = {.seed = 2};
  int different = 0;
  for (uint32_t i = 0; i < 50; i++) {
    char *a = NULL, *b = NULL, *c = NULL;
    CHECK(ag_ngram_sample(model, &key, i, &a, NULL, NULL) == AG_OK);
    CHECK(ag_ngram_sample(again, &key, 49 - i, &c, NULL, NULL) == AG_OK);
    CHECK(ag_ngram_sample(again, &key, i, &b, NULL, NULL) == AG_OK);
    CHECK_TEXT(a, b);
    free(c);
    CHECK(ag_ngram_sample(model, &other, i, &c, NULL, NULL) == AG_OK);
    different += strcmp(a, c) != 0;
    if (i < 3)
      printf("# %s\n", a);
    free(a);
    free(b);
    free(c);
  }
  CHECK(different > 25);
  ag_ngram_free(model);
  ag_ngram_free(again);
  ag_sentences_free(&text);
}

static void unknown_words_follow_their_rule(void)
{
  ag_ngram *model = NULL;
  ag_ngram_score score = {0}, known = {0};
  const char *const with[] = {"a b <unk>", "<unk> a b"};
  CHECK(fit_texts(tiny, TINY, 3, 1, &model) == AG_OK);
  ag_ngram_score_text(model, "a zzz b", NULL, 0, &score);
  CHECK(score.tokens == 3 && score.unknown == 1);
  ag_ngram_free(model);
  CHECK(fit_texts(with, 2, 3, 1, &model) == AG_OK);
  score = (ag_ngram_score){0};
  ag_ngram_score_text(model, "a b zzz", NULL, 0, &score);
  ag_ngram_score_text(model, "a b <unk>", NULL, 0, &known);
  CHECK(score.tokens == 4 && score.unknown == 1 && known.unknown == 0);
  CHECK(score.log_probability == known.log_probability);
  ag_ngram_free(model);
  CHECK(fit_texts(tiny, 0, 3, 1, &model) == AG_ERROR_INPUT);
  CHECK(fit_texts(tiny, 1, 6, 1, &model) == AG_ERROR_INPUT);
  CHECK(fit_texts(tiny, 1, 3, 0, &model) == AG_ERROR_INPUT);
}

/* Over the words of a reference each law adds up to one, whatever training has seen; with all
 * of them seen, it is the law without a reference. */
static void lost_words_keep_a_share(void)
{
  ag_sentences all = grammar_text(2000, 7);
  ag_ngram *base = fit(&all, 3, 1);
  size_t words = ag_ngram_vocabulary(base);
  const size_t counts[] = {1, 5, 100, all.count};
  double *p = malloc(words * sizeof *p), *q = malloc(words * sizeof *q), worst = 0;
  for (int order = 1; order <= 5; order++)
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
      ag_ngram_settings settings = {order, 1, ag_ngram_words(base)};
      ag_ngram *model = NULL, *bare = NULL;
      CHECK(ag_ngram_fit((const char *const *)all.text, counts[c], &settings, &model, NULL) ==
            AG_OK);
      settings.words = NULL;
      CHECK(ag_ngram_fit((const char *const *)all.text, counts[c], &settings, &bare, NULL) ==
            AG_OK);
      CHECK(ag_ngram_vocabulary(model) == words);
      for (size_t i = 0; i < 50; i++) {
        char context[400];
        snprintf(context, sizeof context, "%s", all.text[20 * i]);
        context[strlen(context) * (i % 7) / 6] = '\0';
        ag_ngram_next(model, context, p);
        ag_ngram_next(bare, context, q);
        double sum = 0;
        for (size_t w = 0; w < words; w++) {
          CHECK(p[w] > 0);
          sum += p[w];
          /* the uniform part is thinner, the rest as it was; ids are the same, because the
           * texts are the reference's first ones */
          if (w < ag_ngram_vocabulary(bare))
            CHECK(counts[c] == all.count ? p[w] == q[w] : p[w] < q[w]);
          else
            CHECK(p[w] == p[words - 1]);
        }
        worst = fmax(worst, fabs(sum - 1));
      }
      ag_ngram_free(model);
      ag_ngram_free(bare);
    }
  printf("# %zu words, largest difference from one: %.2g\n", words, worst);
  CHECK(worst < 1e-12);
  free(p);
  free(q);
  ag_ngram_free(base);
  ag_sentences_free(&all);
}

/* Every generation scores the same tokens of a held-out text: the reference's words, learned
 * again or lost, and no others. */
static void the_reference_says_what_is_scored(void)
{
  const char *const first[] = {"a b c", "c d e fox."}, *const later[] = {"a b", "z b z"};
  const char *const held = "z a fox c, quark.";
  ag_ngram *base = NULL, *model = NULL;
  ag_ngram_score score = {0}, again = {0};
  CHECK(fit_texts(first, 2, 3, 1, &base) == AG_OK);
  ag_ngram_settings settings = {3, 1, ag_ngram_words(base)};
  CHECK(ag_ngram_fit(later, 2, &settings, &model, NULL) == AG_OK);
  CHECK(ag_ngram_vocabulary(model) == ag_ngram_vocabulary(base) + 1); /* z */
  ag_ngram_score_text(base, held, NULL, 0, &score);
  ag_ngram_score_text(model, held, NULL, 0, &again);
  /* a fox c . and the end; z, the comma and quark are not in the first texts */
  CHECK(score.tokens == 5 && again.tokens == 5 && score.unknown == 3 && again.unknown == 3);
  CHECK(isfinite(again.log_probability) && again.log_probability < score.log_probability);
  ag_ngram_free(base);
  ag_ngram_free(model);
}

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void longer_contexts_predict_wikitext_better(void)
{
  ag_text_options options = ag_text_options_default();
  ag_sentences train = {.count = 0}, test = {.count = 0};
  options.keep_marks = options.keep_duplicates = true;
  char path[1024];
  snprintf(path, sizeof path, "%s", shared_path("data/wikitext2_valid.txt"));
  CHECK(ag_text_load(path, &options, &train, NULL) == AG_OK);
  CHECK(ag_text_load(shared_path("data/wikitext2_test.txt"), &options, &test, NULL) == AG_OK);
  printf("# %zu sentences of %zu lines, %zu headings\n", train.count, train.report.lines,
         train.report.headings);
  double before = INFINITY;
  for (int order = 1; order <= 5; order++) {
    double start = seconds();
    ag_ngram *model = fit(&train, order, 0.8);
    double fitted = seconds() - start;
    ag_ngram_score score = {0};
    for (size_t i = 0; i < test.count; i++)
      ag_ngram_score_text(model, test.text[i], NULL, 0, &score);
    double perplexity = ag_ngram_perplexity(&score);
    start = seconds();
    for (uint32_t i = 0; i < 2000; i++) {
      char *made = NULL;
      CHECK(ag_ngram_sample(model, &(ag_random_key){.seed = 1}, i, &made, NULL, NULL) == AG_OK);
      if (i == 0 && order == 3)
        printf("# %s\n", made);
      free(made);
    }
    printf("# order %d: perplexity %.2f (%zu tokens, %zu unknown), fit %.3f s, 2000 sentences at "
           "0.8 %.3f s\n",
           order, perplexity, score.tokens, score.unknown, fitted, seconds() - start);
    CHECK(order <= 3 ? perplexity < before : perplexity < 1.02 * before);
    before = perplexity;
    ag_ngram_free(model);
  }
  ag_sentences_free(&train);
  ag_sentences_free(&test);
}

#ifdef AG_FAULT_INJECTION
static void memory_that_runs_out_is_an_error(void)
{
  long n = 1;
  for (ag_status status = AG_ERROR_MEMORY; status != AG_OK; n++) {
    ag_ngram *model = NULL;
    char *text = NULL;
    ag_error error;
    ag_fault_countdown = n;
    status = ag_ngram_fit(tiny, TINY, &(ag_ngram_settings){.order = 4, .temperature = 0.8}, &model,
                          &error);
    if (status == AG_OK)
      status = ag_ngram_sample(model, &(ag_random_key){.seed = 1}, 0, &text, NULL, &error);
    CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && !text));
    free(text);
    ag_ngram_free(model);
  }
  ag_fault_countdown = 0;
  CHECK(n > 30);
}
#endif

int main(void)
{
  CHECK_RUN(small_models_equal_the_textbook);
  CHECK_RUN(every_context_has_a_law);
  CHECK_RUN(samples_follow_the_tempered_law);
  CHECK_RUN(a_sentence_depends_on_its_key_and_number_alone);
  CHECK_RUN(unknown_words_follow_their_rule);
  CHECK_RUN(lost_words_keep_a_share);
  CHECK_RUN(the_reference_says_what_is_scored);
  FILE *file = fopen(shared_path("data/wikitext2_test.txt"), "r");
  if (file) {
    fclose(file);
    CHECK_RUN(longer_contexts_predict_wikitext_better);
  } else {
    check_skip("longer_contexts_predict_wikitext_better", "no data in the shared folder");
  }
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  return check_end();
}
