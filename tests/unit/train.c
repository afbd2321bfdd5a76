/* What a training is made of: the grammar's law, unknown words, windows over a text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/train_parts.h"
#include "base/fault.h"
#include "base/threads.h"
#include "tests/check.h"

static void must(ag_status status, const ag_error *error)
{
  if (status != AG_OK) {
    printf("Bail out! %s\n", error->message);
    exit(1);
  }
}

/* ---- the grammar ---- */

enum { FORMS_MOST = 2048, DRAWS = 20000, LENGTHS = 60 };

/* Different words. */
typedef struct forms {
  char word[FORMS_MOST][24];
  size_t count;
} forms;

static void add_form(forms *f, const char *word, size_t length)
{
  for (size_t i = 0; i < f->count; i++)
    if (strlen(f->word[i]) == length && memcmp(f->word[i], word, length) == 0)
      return;
  memcpy(f->word[f->count], word, length);
  f->word[f->count++][length] = '\0';
}

static ag_grammar *make_grammar(void)
{
  ag_grammar_options options = ag_grammar_options_default();
  ag_grammar *grammar;
  ag_error error;
  must(ag_grammar_create(&options, &grammar, &error), &error);
  return grammar;
}

/* Over all sentences of one word, and of two, their probabilities add up to that of the
 * length: every form that a word has at the start and later is in the lists, as each of the
 * grammar's rarest words is drawn about 20 times. */
static void short_sentences_add_up(void)
{
  static forms first, later;
  static char sentence[AG_GRAMMAR_BYTES], pair[64];
  ag_grammar *grammar = make_grammar();
  for (size_t i = 0; i < DRAWS; i++) {
    size_t length = ag_grammar_sentence(grammar, 5, i, sentence) - 1;
    for (size_t at = 0; at < length;) {
      size_t word = strcspn(sentence + at, " .");
      add_form(at == 0 ? &first : &later, sentence + at, word);
      at += word + 1;
    }
  }
  double one = 0, two = 0;
  for (size_t i = 0; i < first.count; i++) {
    snprintf(pair, sizeof pair, "%s.", first.word[i]);
    one += exp(ag_grammar_log_probability(grammar, pair));
    for (size_t j = 0; j < later.count; j++) {
      snprintf(pair, sizeof pair, "%s %s.", first.word[i], later.word[j]);
      two += exp(ag_grammar_log_probability(grammar, pair));
    }
  }
  printf("# %zu forms at the start, %zu later\n", first.count, later.count);
  CHECK_NEAR(one, ag_grammar_length_probability(grammar, 1), 1e-12);
  CHECK_NEAR(two, ag_grammar_length_probability(grammar, 2), 1e-12);
  ag_grammar_free(grammar);
}

/* A sentence's frequency among draws is its probability: |z| < 5. Sentences with "an", with
 * a name, of one word, of a plural that is a singular too. */
static void frequencies_are_probabilities(void)
{
  static const char *const some[] = {"Sleep.", "She sleeps.", "He is old.", "They wait.",
                                     "Anna waits."};
  enum { SOME = sizeof some / sizeof *some, MANY = 400000 };
  size_t seen[SOME] = {0};
  char sentence[AG_GRAMMAR_BYTES];
  ag_grammar *grammar = make_grammar();
  for (size_t i = 0; i < MANY; i++) {
    ag_grammar_sentence(grammar, 7, i, sentence);
    for (size_t k = 0; k < SOME; k++)
      seen[k] += strcmp(sentence, some[k]) == 0;
  }
  for (size_t k = 0; k < SOME; k++) {
    double p = exp(ag_grammar_log_probability(grammar, some[k]));
    double z = ((double)seen[k] - p * MANY) / sqrt(p * (1 - p) * MANY);
    printf("# %-12s p = %.3g, seen %zu, z = %+.2f\n", some[k], p, seen[k], z);
    CHECK(seen[k] > 20 && fabs(z) < 5);
  }
  ag_grammar_free(grammar);
}

static void other_sentences_have_none(void)
{
  static const char *const others[] = {"",
                                       ".",
                                       "Sleep",
                                       "sleep.",
                                       "Sleep..",
                                       "Sleep. ",
                                       "A old man sleeps.",
                                       "Sleeps.",
                                       "She wait.",
                                       "An man sleeps.",
                                       " Sleep.",
                                       "Zebras sleep."};
  ag_grammar *grammar = make_grammar();
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    CHECK(ag_grammar_log_probability(grammar, others[i]) == -INFINITY);
  CHECK(isfinite(ag_grammar_log_probability(grammar, "An old man sleeps.")));
  CHECK(isfinite(ag_grammar_log_probability(grammar, "A man sleeps.")));
  ag_grammar_free(grammar);
}

/* ---- unknown words ---- */

static const char *const marked[] = {"the cat sat on the <unk> .", "a dog saw the cat , twice .",
                                     "the dog sat ."};
static const char *const plain[] = {"The cat sat on the mat.", "A dog saw the cat, twice.",
                                    "The dog sat."};
static const char *const asked[] = {"the cat ate a mouse , twice .", "Zebras sat on the dog .",
                                    "the dog sat ."};
enum { TEXTS = 3 };

static ag_ngram *fit(const char *const *text)
{
  ag_ngram *model;
  ag_error error;
  ag_ngram_settings settings = {.order = 3, .temperature = 1};
  must(ag_ngram_fit(text, TEXTS, &settings, &model, &error), &error);
  return model;
}

/* With <unk>, the masked sentences have the same score, and no word in them is unknown. */
static void masks_keep_scores(void)
{
  ag_error error;
  ag_ngram *model = fit(marked);
  ag_held_out masked;
  ag_ngram_score before = {.tokens = 0}, after = {.tokens = 0};
  must(ag_held_out_create(marked, TEXTS, asked, TEXTS, &masked, &error), &error);
  for (size_t i = 0; i < TEXTS; i++) {
    ag_ngram_score_text(model, asked[i], NULL, 0, &before);
    ag_ngram_score_text(model, masked.text[i], NULL, 0, &after);
  }
  CHECK(before.unknown == 3 && after.unknown == 0 && masked.spans == 0);
  CHECK(masked.marked && masked.unknown == 3 && masked.words == after.tokens);
  CHECK(before.tokens == after.tokens && before.log_probability == after.log_probability);
  CHECK(strcmp(masked.text[0], "the cat <unk> a <unk> , twice .") == 0);
  CHECK(strcmp(masked.text[1], "<unk> sat on the dog .") == 0);
  CHECK(strcmp(masked.text[2], asked[2]) == 0);
  ag_held_out_free(&masked);
  ag_ngram_free(model);
}

static ag_bpe *vocabulary(void)
{
  ag_bpe *bpe;
  ag_error error;
  size_t size[TEXTS];
  for (size_t i = 0; i < TEXTS; i++)
    size[i] = strlen(plain[i]);
  must(ag_bpe_train(plain, size, TEXTS, 300, &bpe, &error), &error);
  return bpe;
}

/* Without it, exactly the tokens of unknown words are skipped: what is left spells the
 * sentence without them. */
static void unknown_words_are_skipped(void)
{
  ag_error error;
  static const char *const sentence[] = {"The cat ate the mat.", "A zebra sat."};
  ag_bpe *bpe = vocabulary();
  ag_held_out masked;
  ag_corpus corpus;
  must(ag_held_out_create(plain, TEXTS, sentence, 2, &masked, &error), &error);
  must(ag_corpus_create(bpe, 8, AG_CORPUS_JOINED, (const char *const *)masked.text, 2, &corpus,
                        &error),
       &error);
  unsigned char *skipped = malloc(corpus.token.count);
  ag_learn_skip(bpe, &corpus, masked.span, masked.spans, skipped);
  char left[256] = "";
  for (size_t i = 0; i < corpus.token.count; i++) {
    size_t size;
    const char *bytes = ag_bpe_token(bpe, corpus.token.id[i], &size);
    if (!skipped[i])
      strncat(left, bytes, size);
  }
  printf("# %s\n", left);
  CHECK(masked.spans == 2);
  CHECK(strncmp(left, "<|endoftext|>The cat", 20) == 0 && strstr(left, " the mat.<|endoftext|>A"));
  CHECK(!strstr(left, "ate") && !strstr(left, "zebra") && strstr(left, " sat.<|endoftext|>"));
  free(skipped);
  ag_corpus_free(&corpus);
  ag_held_out_free(&masked);
  ag_bpe_free(bpe);
}

/* What is left out of every model's score: unknown words; unknown marks with those beside them, and
 * with a word that ends in a sign, since a model's token may hold them together. Words are what an
 * n-gram model over the known ones scores. */
static void what_is_scored_is_counted(void)
{
  static const char *const known[] = {"the cat sat, and so.", "a dog-- (ran)."};
  static const char *const held[] = {"the cat ran.", "the zebra sat?!", "a dog--, and", "dog--?",
                                     ""};
  static const size_t words[] = {4, 3, 5, 1, 1}, unknown[] = {1, 3, 0, 2, 0};
  ag_error error;
  ag_ngram *model;
  ag_ngram_settings settings = {.order = 2, .temperature = 1};
  must(ag_ngram_fit(known, 2, &settings, &model, &error), &error);
  for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
    ag_held_out made;
    ag_ngram_score score = {.tokens = 0};
    must(ag_held_out_create(known, 2, &held[i], 1, &made, &error), &error);
    ag_ngram_score_text(model, made.text[0], made.span, made.spans, &score);
    if (made.words != words[i] || made.unknown != unknown[i])
      printf("# %s: %zu, %zu\n", held[i], made.words, made.unknown);
    CHECK(made.words == words[i] && made.unknown == unknown[i] && !made.marked);
    CHECK(score.tokens == made.words && strcmp(made.text[0], held[i]) == 0);
    ag_held_out_free(&made);
  }
  ag_ngram_free(model);
}

/* ---- windows ---- */

/* Without a weight each token has probability 1 / vocabulary, whatever the windows: a text
 * of n targets has n log(vocabulary) nats, so that each counts once. */
static void every_target_counts_once(void)
{
  ag_error error;
  ag_bpe *bpe = vocabulary();
  for (size_t context = 2; context <= 40; context += 3)
    for (int joined = 0; joined < 2; joined++) {
      ag_transformer_config config = {ag_bpe_size(bpe), context, 8, 1, 2};
      ag_transformer model;
      ag_corpus corpus;
      double nats;
      must(ag_transformer_create(&config, AG_PRECISION_FLOAT, &model, &error), &error);
      must(ag_corpus_create(bpe, context, joined ? AG_CORPUS_JOINED : AG_CORPUS_WHOLE, plain, TEXTS,
                            &corpus, &error),
           &error);
      unsigned char *skipped = calloc(corpus.token.count, 1);
      skipped[3] = skipped[corpus.token.count - 1] = 1;
      ag_learn_text all = {&corpus, NULL}, some = {&corpus, skipped};
      double each = log((double)config.vocabulary), targets = (double)(corpus.token.count - 1);
      must(ag_learn_score(&model, joined, &all, NULL, &nats, &error), &error);
      CHECK_NEAR(nats, targets * each, 1e-6 * targets);
      must(ag_learn_score(&model, joined, &some, NULL, &nats, &error), &error);
      CHECK_NEAR(nats, (targets - 2) * each, 1e-6 * targets);
      free(skipped);
      ag_corpus_free(&corpus);
      ag_transformer_free(&model);
    }
  ag_bpe_free(bpe);
}

/* ---- a training ---- */

static ag_train_spec small_spec(void)
{
  ag_train_spec spec;
  ag_train_spec_default(&spec);
  spec.grammar = 300;
  spec.vocabulary = 400;
  spec.width = 32;
  spec.layers = 1;
  spec.context = 32;
  spec.batch = 512;
  spec.epochs = 4;
  spec.warm_up = 5;
  spec.dropout = 0.1;
  return spec;
}

static ag_train_result *train(const ag_train_spec *spec)
{
  ag_error error;
  ag_train_result *result;
  must(ag_train_run(spec, &result, &error), &error);
  return result;
}

static void bits_do_not_depend_on_threads(void)
{
  for (int separate = 0; separate < 2; separate++) {
    ag_train_spec spec = small_spec();
    spec.separate = separate;
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    ag_train_result *one = train(&spec);
    omp_set_num_threads(3);
    ag_train_result *three = train(&spec);
    omp_set_num_threads(before);
    const ag_transformer *a = &one->state->model, *b = &three->state->model;
    CHECK(a->size == b->size &&
          memcmp(a->parameter, b->parameter, a->size * sizeof *a->parameter) == 0);
    CHECK(memcmp(one->held_out.nats, three->held_out.nats, sizeof one->held_out.nats) == 0);
    ag_train_free(one);
    ag_train_free(three);
  }
}

/* The model that is kept is the one that the best epoch was judged by. */
static void the_best_epoch_is_kept(void)
{
  ag_train_spec spec = small_spec();
  spec.grammar = 100; /* these are learnt by heart, and others predicted worse */
  spec.width = 64;
  spec.batch = 256;
  spec.rate = 0.02;
  spec.dropout = spec.average = 0;
  spec.epochs = 40;
  spec.patience = 2;
  ag_train_result *result = train(&spec);
  for (size_t i = 0; i < result->epochs; i++)
    CHECK(result->epoch[i].perplexity >= result->epoch[result->best].perplexity);
  CHECK(result->judge.perplexity[AG_TRAIN_GPT2] == result->epoch[result->best].perplexity);
  CHECK(result->epochs == spec.epochs || result->epochs == result->best + 1 + spec.patience);
  CHECK(result->epochs < spec.epochs);
  printf("# best %zu of %zu\n", result->best + 1, result->epochs);
  ag_train_free(result);
}

static void wrong_specs_are_refused(void)
{
  ag_train_result *result;
  ag_error error;
  for (int k = 0; k < 9; k++) {
    ag_train_spec spec = small_spec();
    double *share[] = {&spec.held_out_share, &spec.judge_share, &spec.dropout,
                       &spec.rate,           &spec.decay,       &spec.average};
    size_t *size[] = {&spec.epochs, &spec.batch, &spec.grammar};
    if (k < 6)
      *share[k] = NAN;
    else
      *size[k - 6] = 0;
    CHECK(ag_train_run(&spec, &result, &error) == AG_ERROR_INPUT);
  }
}

#ifdef AG_FAULT_INJECTION

static void memory_may_run_out_anywhere(void)
{
  ag_train_spec spec = small_spec();
  long failures = 0;
  spec.grammar = 30;
  spec.epochs = 2;
  for (ag_fault_countdown = 1; failures < 5000; ag_fault_countdown = failures + 1) {
    ag_train_result *result = NULL;
    ag_error error;
    ag_status status = ag_train_run(&spec, &result, &error);
    if (status == AG_OK) {
      ag_train_free(result);
      break;
    }
    CHECK(status == AG_ERROR_MEMORY && result == NULL);
    failures++;
  }
  ag_fault_countdown = 0;
  printf("# %ld allocations\n", failures);
  CHECK(failures > 50 && failures < 5000);
}

#endif

int main(void)
{
  CHECK_RUN(short_sentences_add_up);
  CHECK_RUN(frequencies_are_probabilities);
  CHECK_RUN(other_sentences_have_none);
  CHECK_RUN(masks_keep_scores);
  CHECK_RUN(unknown_words_are_skipped);
  CHECK_RUN(what_is_scored_is_counted);
  CHECK_RUN(every_target_counts_once);
  CHECK_RUN(bits_do_not_depend_on_threads);
  CHECK_RUN(the_best_epoch_is_kept);
  CHECK_RUN(wrong_specs_are_refused);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_may_run_out_anywhere);
#else
  check_skip("memory_may_run_out_anywhere", "built without -Dfault_injection=true");
#endif
  return check_end();
}
