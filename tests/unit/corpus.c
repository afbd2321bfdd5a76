/* Texts as token sequences, their batches, and what a model says of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "generator/transformer/corpus.h"
#include "tests/check.h"

static const char *const text[] = {
    "the old clock stops",
    "a cat",
    "",
    "every winter the river freezes near the mill and the children skate until it is dark",
    "the cat sees the old dog",
    "rain",
    "a dog sees the cat near the old mill",
    "the children sing"};
enum { TEXTS = sizeof text / sizeof *text, CONTEXT = 16 };
static const ag_random_key key = {.seed = 5, .generation = 2};

static void must(ag_status status, const ag_error *error)
{
  if (status != AG_OK) {
    printf("Bail out! %s\n", error->message);
    exit(1);
  }
}

static ag_bpe *vocabulary(void)
{
  size_t size[TEXTS];
  ag_bpe *bpe;
  ag_error error;
  for (size_t i = 0; i < TEXTS; i++)
    size[i] = strlen(text[i]);
  must(ag_bpe_train(text, size, TEXTS, 270, &bpe, &error), &error);
  return bpe;
}

static ag_corpus corpus_of(const ag_bpe *bpe, ag_corpus_way way)
{
  ag_corpus corpus;
  ag_error error;
  must(ag_corpus_create(bpe, CONTEXT, way, text, TEXTS, &corpus, &error), &error);
  return corpus;
}

/* The tokens of text number i, on the heap. */
static ag_tokens tokens_of(const ag_bpe *bpe, size_t i)
{
  ag_bpe_encoder *encoder;
  ag_tokens tokens = {NULL, 0, 0};
  ag_error error;
  must(ag_bpe_encoder_create(bpe, &encoder, &error), &error);
  must(ag_bpe_encode(encoder, text[i], strlen(text[i]), &tokens, &error), &error);
  ag_bpe_encoder_free(encoder);
  return tokens;
}

static void a_text_stands_between_two_ends(void)
{
  ag_bpe *bpe = vocabulary();
  ag_corpus corpus = corpus_of(bpe, AG_CORPUS_CUT);
  size_t cut = 0;
  CHECK(corpus.texts == TEXTS && corpus.pieces == TEXTS);
  for (size_t i = 0; i < corpus.pieces; i++) {
    ag_tokens tokens = tokens_of(bpe, i);
    const ag_corpus_piece *piece = &corpus.piece[i];
    const uint32_t *id = corpus.token.id + piece->first;
    bool whole = tokens.count < CONTEXT;
    CHECK(piece->text == i && piece->skip == 0);
    CHECK(piece->length == (whole ? tokens.count + 1 : CONTEXT));
    CHECK(id[0] == ag_bpe_end(bpe));
    for (size_t t = 0; t < tokens.count && t < CONTEXT; t++)
      CHECK(id[t + 1] == tokens.id[t]);
    if (whole)
      CHECK(id[piece->length] == ag_bpe_end(bpe));
    cut += !whole;
    free(tokens.id);
  }
  CHECK(cut > 0 && corpus.cut == cut && corpus.longest == CONTEXT);
  ag_corpus_free(&corpus);
  ag_bpe_free(bpe);
}

/* Every token but the first is predicted once, in order, with enough before it. */
static void check_predictions(const ag_corpus *corpus)
{
  size_t next = 1, inputs = 0;
  for (size_t i = 0; i < corpus->pieces; i++) {
    const ag_corpus_piece *piece = &corpus->piece[i];
    CHECK(piece->first + piece->skip + 1 == next);
    CHECK(piece->length <= CONTEXT && piece->length > piece->skip);
    next = piece->first + piece->length + 1;
    inputs += piece->length;
  }
  CHECK(next == corpus->token.count && inputs == corpus->inputs && corpus->cut == 0);
}

static void long_texts_go_on(void)
{
  ag_bpe *bpe = vocabulary();
  ag_corpus whole = corpus_of(bpe, AG_CORPUS_WHOLE), joined = corpus_of(bpe, AG_CORPUS_JOINED);
  check_predictions(&whole);
  check_predictions(&joined);
  CHECK(whole.texts == TEXTS && whole.pieces > TEXTS && joined.texts == 1);
  for (size_t i = 1; i < whole.pieces; i++)
    CHECK(whole.piece[i].skip ==
          (whole.piece[i].text == whole.piece[i - 1].text ? CONTEXT / 2 : 0));
  for (size_t i = 0; i + 1 < joined.pieces; i++)
    CHECK(joined.piece[i].length == CONTEXT);
  CHECK(joined.token.count == whole.token.count);
  CHECK(!memcmp(joined.token.id, whole.token.id, whole.token.count * sizeof *whole.token.id));
  ag_corpus_free(&whole);
  ag_corpus_free(&joined);
  ag_bpe_free(bpe);
}

static void check_epoch(ag_batches *batches)
{
  const ag_corpus *corpus = batches->corpus;
  size_t seen[64] = {0}, tokens = 0;
  for (size_t b = 0; b < batches->count; b++) {
    size_t sequences = batches->begin[b + 1] - batches->begin[b];
    ag_token_batch batch = ag_batches_take(batches, b);
    size_t total = batch.start[batch.sequences];
    CHECK(batch.sequences == sequences && sequences > 0 && total <= batches->room);
    CHECK(batches->sequences_most == 0 || sequences <= batches->sequences_most);
    CHECK(batches->tokens_most == 0 || sequences == 1 || total <= batches->tokens_most);
    for (size_t i = 0; i < sequences; i++) {
      size_t number = batches->order[batches->begin[b] + i];
      const ag_corpus_piece *piece = &corpus->piece[number];
      CHECK(batch.start[i + 1] - batch.start[i] == piece->length);
      for (size_t t = 0; t < piece->length; t++) {
        const uint32_t *id = corpus->token.id + piece->first + t;
        CHECK(batch.token[batch.start[i] + t] == (int32_t)id[0]);
        CHECK(batch.target[batch.start[i] + t] == (t < piece->skip ? -1 : (int32_t)id[1]));
      }
      seen[number]++;
    }
    tokens += total;
  }
  CHECK(tokens == corpus->inputs);
  for (size_t i = 0; i < corpus->pieces; i++)
    CHECK(seen[i] == 1);
}

static void an_epoch_has_every_piece_once(void)
{
  static const size_t limit[][2] = {{3, 0}, {0, 20}, {3, 20}, {100, 0}, {0, 1}};
  ag_bpe *bpe = vocabulary();
  ag_corpus corpus = corpus_of(bpe, AG_CORPUS_WHOLE);
  ag_error error;
  for (size_t k = 0; k < sizeof limit / sizeof *limit; k++) {
    ag_batches batches;
    size_t first[64], moved = 0, steps = 0;
    must(ag_batches_create(&corpus, limit[k][0], limit[k][1], &batches, &error), &error);
    for (size_t i = 0; i < corpus.pieces; i++)
      CHECK(batches.order[i] == i);
    check_epoch(&batches);
    for (size_t epoch = 0; epoch < 3; epoch++) {
      ag_batches_shuffle(&batches, &key, epoch);
      for (size_t i = 0; i < corpus.pieces; i++)
        moved += epoch == 1 && batches.order[i] != first[i];
      memcpy(first, batches.order, corpus.pieces * sizeof *first);
      check_epoch(&batches);
      steps += batches.count;
    }
    CHECK(moved > 0);
    CHECK(ag_batches_steps(&batches, &key, 3) == steps);
    ag_batches_shuffle(&batches, &key, 2);
    CHECK(!memcmp(first, batches.order, corpus.pieces * sizeof *first));
    ag_batches_free(&batches);
  }
  ag_corpus_free(&corpus);
  ag_bpe_free(bpe);
}

/* The place of a piece in the order is uniform: chi-squared with pieces - 1 degrees of
 * freedom; mean + 6 deviations has a chance below 1e-6. */
static void orders_are_uniform(void)
{
  enum { EPOCHS = 4000 };
  ag_bpe *bpe = vocabulary();
  ag_corpus corpus = corpus_of(bpe, AG_CORPUS_CUT);
  ag_batches batches;
  ag_error error;
  double at[TEXTS] = {0}, sum = 0;
  must(ag_batches_create(&corpus, 1, 0, &batches, &error), &error);
  for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
    ag_batches_shuffle(&batches, &key, epoch);
    for (size_t i = 0; i < TEXTS; i++)
      at[i] += batches.order[i] == 2;
  }
  for (size_t i = 0; i < TEXTS; i++)
    sum += pow(at[i] - (double)EPOCHS / TEXTS, 2) / ((double)EPOCHS / TEXTS);
  printf("# chi-squared %.2f with %d degrees of freedom\n", sum, TEXTS - 1);
  CHECK(sum < TEXTS - 1 + 6 * sqrt(2.0 * (TEXTS - 1)));
  ag_batches_free(&batches);
  ag_corpus_free(&corpus);
  ag_bpe_free(bpe);
}

static ag_transformer model_for(const ag_bpe *bpe, ag_precision precision)
{
  ag_transformer_config config = {ag_bpe_size(bpe), CONTEXT, 12, 2, 3};
  ag_transformer model;
  ag_error error;
  must(ag_transformer_create(&config, precision, &model, &error), &error);
  ag_transformer_randomize(&model, &key);
  for (size_t i = 0; i < model.size; i++)
    model.parameter[i] *= 8; /* far from the uniform law */
  ag_transformer_refresh(&model);
  return model;
}

/* A batch of all texts against each text alone. A log probability has, per token, the
 * roundings that logits have (100 of the largest, see the transformer's tests; logits are
 * below 10 here), twice, once for each of the two. */
static void packing_changes_nothing_but_rounding(void)
{
  ag_bpe *bpe = vocabulary();
  ag_transformer model = model_for(bpe, AG_PRECISION_FLOAT);
  ag_corpus corpus = corpus_of(bpe, AG_CORPUS_WHOLE);
  ag_text_score together[TEXTS];
  ag_error error;
  double worst = 0, total = 0, tokens = 0;
  must(ag_corpus_score(&model, &corpus, NULL, NULL, together, &error), &error);
  for (size_t i = 0; i < TEXTS; i++) {
    ag_corpus one;
    ag_text_score alone;
    ag_tokens of = tokens_of(bpe, i);
    must(ag_corpus_create(bpe, CONTEXT, AG_CORPUS_WHOLE, &text[i], 1, &one, &error), &error);
    must(ag_corpus_score(&model, &one, NULL, NULL, &alone, &error), &error);
    CHECK(alone.tokens == of.count + 1 && together[i].tokens == of.count + 1);
    double off = fabs(alone.log_probability - together[i].log_probability);
    worst = fmax(worst, off / (double)alone.tokens);
    total += alone.log_probability;
    tokens += (double)alone.tokens;
    ag_corpus_free(&one);
    free(of.id);
  }
  printf("# off by %.2g a token\n", worst);
  const double bound = 2 * 100 * 0x1p-24 * 10;
  double perplexity = exp(-total / tokens);
  CHECK(worst <= bound);
  CHECK_NEAR(ag_corpus_perplexity(together, TEXTS), perplexity, 2 * bound * perplexity);
  CHECK(total / tokens < -5); /* the model knows nothing: near log of 270 */
  ag_corpus_free(&corpus);
  ag_transformer_free(&model);
  ag_bpe_free(bpe);
}

/* What a model of bytes says of the next one: of a text of one byte in a context of one, of
 * the end, and of NUL, which is in no text. Each probability has a relative error of the
 * roundings of its logit (see above): so has their sum. */
static void the_law_of_the_next_token_sums_to_one(void)
{
  enum { BYTES = 256, CHOICES = 257 };
  static const size_t start[] = {0, 1};
  char byte[BYTES][2];
  const char *one[BYTES];
  ag_bpe *bpe;
  ag_error error;
  must(ag_bpe_train(text, NULL, 0, CHOICES, &bpe, &error), &error);
  CHECK(ag_bpe_size(bpe) == CHOICES);
  ag_transformer model = model_for(bpe, AG_PRECISION_FLOAT);
  ag_corpus corpus;
  ag_text_score score[BYTES];
  for (int b = 0; b < BYTES; b++) { /* number 0 is the empty text: the end follows */
    byte[b][0] = (char)b;
    byte[b][1] = '\0';
    one[b] = byte[b];
  }
  must(ag_corpus_create(bpe, 1, AG_CORPUS_CUT, one, BYTES, &corpus, &error), &error);
  must(ag_corpus_score(&model, &corpus, NULL, NULL, score, &error), &error);
  double sum = 0, all = 0, nul = 0;
  for (int b = 0; b < BYTES; b++) {
    CHECK(score[b].tokens == 1);
    sum += exp(score[b].log_probability);
  }
  ag_transformer_work *work;
  float logits[CHOICES];
  int32_t end = (int32_t)ag_bpe_end(bpe);
  ag_token_batch batch = {1, start, &end, NULL};
  must(ag_transformer_work_create(&model, 1, false, &work, &error), &error);
  must(ag_transformer_logits(&model, work, &batch, logits, &error), &error);
  for (uint32_t i = 0; i < CHOICES; i++) {
    size_t size;
    const char *token = ag_bpe_token(bpe, i, &size);
    all += exp((double)logits[i]);
    nul += size == 1 && token[0] == '\0' ? exp((double)logits[i]) : 0;
  }
  CHECK(nul > 0);
  CHECK_NEAR(sum + nul / all, 1, 2 * 100 * 0x1p-24 * 10);
  ag_transformer_work_free(work);
  ag_corpus_free(&corpus);
  ag_transformer_free(&model);
  ag_bpe_free(bpe);
}

static void a_lesson_lowers_the_loss(void)
{
  enum { EPOCHS = 12 };
  ag_bpe *bpe = vocabulary();
  ag_transformer model = model_for(bpe, AG_PRECISION_FLOAT);
  ag_corpus corpus = corpus_of(bpe, AG_CORPUS_CUT);
  ag_adamw settings = ag_adamw_default;
  ag_trainer trainer;
  ag_batches batches;
  ag_text_score before[TEXTS], after[TEXTS];
  ag_lesson lesson = {.model = &model,
                      .trainer = &trainer,
                      .settings = &settings,
                      .key = key,
                      .epochs = EPOCHS,
                      .phase = "training",
                      .begun = ag_time_now()};
  ag_error error;
  double loss = 0, first = 0;
  settings.rate = 0.01;
  must(ag_batches_create(&corpus, 3, 0, &batches, &error), &error);
  must(ag_transformer_work_create(&model, batches.room, true, &lesson.work, &error), &error);
  must(ag_trainer_create(&model, &trainer, &error), &error);
  must(ag_corpus_score(&model, &corpus, NULL, NULL, before, &error), &error);
  for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
    must(ag_lesson_epoch(&lesson, &batches, epoch, &loss, &error), &error);
    first = epoch == 0 ? loss : first;
  }
  must(ag_corpus_score(&model, &corpus, NULL, NULL, after, &error), &error);
  CHECK(trainer.step == ag_batches_steps(&batches, &key, EPOCHS));
  CHECK(loss < first - 1);
  CHECK(ag_corpus_perplexity(after, TEXTS) < ag_corpus_perplexity(before, TEXTS) / 3);
  volatile sig_atomic_t stop = 1;
  ag_watch watch = {.interrupt = &stop};
  lesson.watch = &watch;
  CHECK(ag_lesson_epoch(&lesson, &batches, 0, &loss, &error) == AG_ERROR_INTERRUPTED);
  CHECK(ag_corpus_score(&model, &corpus, NULL, &watch, after, &error) == AG_ERROR_INTERRUPTED);
  ag_transformer_work_free(lesson.work);
  ag_trainer_free(&trainer);
  ag_batches_free(&batches);
  ag_corpus_free(&corpus);
  ag_transformer_free(&model);
  ag_bpe_free(bpe);
}

static void no_text_is_refused(void)
{
  ag_bpe *bpe = vocabulary();
  ag_corpus corpus = {.texts = 77};
  ag_error error;
  CHECK(ag_corpus_create(bpe, CONTEXT, AG_CORPUS_CUT, text, 0, &corpus, &error) == AG_ERROR_INPUT);
  CHECK(corpus.texts == 77);
  ag_bpe_free(bpe);
}

#ifdef AG_FAULT_INJECTION
static void no_failed_allocation_leaks(void)
{
  ag_bpe *bpe = vocabulary();
  ag_error error;
  bool done = false;
  for (long n = 1; !done && n < 100; n++) {
    ag_corpus corpus = {.texts = 0};
    ag_batches batches = {.corpus = NULL};
    ag_fault_countdown = n;
    ag_status status = ag_corpus_create(bpe, CONTEXT, AG_CORPUS_CUT, text, TEXTS, &corpus, &error);
    if (status == AG_OK)
      status = ag_batches_create(&corpus, 3, 0, &batches, &error);
    done = ag_fault_countdown > 0;
    ag_fault_countdown = 0;
    CHECK(status == (done ? AG_OK : AG_ERROR_MEMORY));
    ag_batches_free(&batches);
    ag_corpus_free(&corpus);
  }
  CHECK(done);
  ag_bpe_free(bpe);
}
#endif

int main(void)
{
  CHECK_RUN(a_text_stands_between_two_ends);
  CHECK_RUN(long_texts_go_on);
  CHECK_RUN(an_epoch_has_every_piece_once);
  CHECK_RUN(orders_are_uniform);
  CHECK_RUN(packing_changes_nothing_but_rounding);
  CHECK_RUN(the_law_of_the_next_token_sums_to_one);
  CHECK_RUN(a_lesson_lowers_the_loss);
  CHECK_RUN(no_text_is_refused);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(no_failed_allocation_leaks);
#endif
  return check_end();
}
