/* A GPT-2 that learns from a text, and n-grams that learn from the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "archive/train_parts.h"
#include "base/memory.h"

void ag_train_spec_default(ag_train_spec *spec)
{
  *spec = (ag_train_spec){.held_out_share = 0.05,
                          .judge_share = 0.05,
                          .layers = 4,
                          .width = 128,
                          .heads = 4,
                          .context = 128,
                          .vocabulary = 4096,
                          .epochs = 20,
                          .patience = 3,
                          .batch = 512,
                          .warm_up = 100,
                          .dropout = 0.2,
                          .rate = 2e-3,
                          .decay = 0.1,
                          .average = 0.998,
                          .seed = 1,
                          .checkpoint_interval = 60};
}

const char *ag_train_model_name(ag_train_model model)
{
  static const char *const name[AG_TRAIN_MODELS] = {"unigram", "bigram", "5-gram", "GPT-2"};
  return name[model];
}

static ag_status check_spec(const ag_train_spec *s, ag_error *error)
{
  if (!s->corpus == !s->grammar)
    return ag_fail(error, AG_ERROR_INPUT,
                   "a text file or a number of the grammar's sentences is needed, not both");
  if (!(s->held_out_share > 0 && s->held_out_share < 1 && s->judge_share > 0 && s->judge_share < 1))
    return ag_fail(error, AG_ERROR_INPUT, "shares of the text must lie between 0 and 1");
  if (!(s->dropout >= 0 && s->dropout < 1) || !(s->average >= 0 && s->average < 1))
    return ag_fail(error, AG_ERROR_INPUT,
                   "dropout and the average's share must be at least 0 and below 1");
  if (!(s->rate > 0 && s->rate <= 1) || !(s->decay >= 0 && s->decay <= 10))
    return ag_fail(error, AG_ERROR_INPUT,
                   "a learning rate must lie within (0, 1], a weight decay within [0, 10]");
  if (s->epochs < 1 || s->epochs > 100000 || s->batch < 1 || s->batch > 1 << 24)
    return ag_fail(error, AG_ERROR_INPUT, "1 to 100000 epochs and 1 to 2^24 tokens a step");
  if (!s->base && (s->context < 2 || s->context > 1 << 16 || s->vocabulary < 257))
    return ag_fail(error, AG_ERROR_INPUT,
                   "a model needs a context of 2 to 65536 tokens, and a vocabulary of at least "
                   "257 (256 bytes and the end)");
  return AG_OK;
}

/* ---- scores ---- */

/* The n-grams fitted to text [count], asked about the judged texts. */
static ag_status score_ngrams(const char *const *text, size_t count, const char *const *judged,
                              ag_train_text *out, ag_held_out *asked, ag_error *error)
{
  static const int order[] = {1, 2, 5};
  ag_status status = ag_held_out_create(text, count, judged, out->sentences, asked, error);
  for (size_t k = 0; k < AG_TRAIN_GPT2 && status == AG_OK; k++) {
    ag_ngram *model = NULL;
    ag_ngram_settings settings = {.order = order[k], .temperature = 1};
    ag_ngram_score score = {.tokens = 0};
    status = ag_ngram_fit(text, count, &settings, &model, error);
    for (size_t i = 0, next = 0; i < asked->count && status == AG_OK; i++) {
      size_t first = next;
      while (next < asked->spans && asked->span[next].text == i)
        next++;
      ag_ngram_score_text(model, asked->text[i], asked->span + first, next - first, &score);
    }
    out->nats[k] = -score.log_probability;
    ag_ngram_free(model);
  }
  out->words = asked->words;
  out->unknown = asked->unknown;
  return status;
}

static void find_truth(const ag_grammar *grammar, const char *const *text, ag_train_text *out)
{
  double nats = 0;
  for (size_t i = 0; i < out->sentences; i++)
    nats -= ag_grammar_log_probability(grammar, text[i]);
  out->truth = exp(nats / (double)(out->words + out->unknown));
}

static void find_perplexities(ag_train_text *text)
{
  for (size_t k = 0; k < AG_TRAIN_MODELS; k++)
    text->perplexity[k] = exp(text->nats[k] / (double)text->words);
}

/* ---- a training ---- */

/* A text to be scored, as tokens. */
typedef struct exam {
  ag_held_out asked;
  ag_corpus corpus;
  unsigned char *skipped;
} exam;

static void exam_free(exam *e)
{
  ag_held_out_free(&e->asked);
  ag_corpus_free(&e->corpus);
  free(e->skipped);
}

typedef struct training {
  ag_train_result *result;
  ag_train_corpus corpus;
  ag_corpus learnt;
  exam judge, held_out;
  ag_watch watch;
} training;

static ag_corpus_way way_of(const ag_train_spec *spec, ag_corpus_way separate)
{
  return spec->separate ? separate : AG_CORPUS_JOINED;
}

static ag_status encode_exam(const training *t, exam *e, size_t *tokens, ag_error *error)
{
  const ag_train_spec *spec = &t->result->spec;
  const ag_bpe *bpe = t->result->state->bpe;
  ag_status status =
      ag_corpus_create(bpe, spec->context, way_of(spec, AG_CORPUS_WHOLE),
                       (const char *const *)e->asked.text, e->asked.count, &e->corpus, error);
  if (status == AG_OK)
    status = ag_array_create(e->corpus.token.count, 1, &e->skipped, error);
  if (status == AG_OK) {
    ag_learn_skip(bpe, &e->corpus, e->asked.span, e->asked.spans, e->skipped);
    *tokens = e->corpus.token.count - 1;
  }
  return status;
}

/* What the n-grams and the truth make of both texts. */
static ag_status examine(training *t, ag_error *error)
{
  ag_train_result *r = t->result;
  const ag_train_corpus *c = &t->corpus;
  const char *const *text = c->text, *const *judge = text + c->learnt;
  const char *const *held_out = judge + c->judge;
  r->judge.sentences = c->judge;
  r->held_out.sentences = c->held_out;
  r->judge.truth = r->held_out.truth = NAN;
  ag_status status = score_ngrams(text, c->learnt, judge, &r->judge, &t->judge.asked, error);
  if (status == AG_OK)
    status =
        score_ngrams(text, c->learnt + c->judge, held_out, &r->held_out, &t->held_out.asked, error);
  r->marks_unknown = t->held_out.asked.marked;
  if (status == AG_OK && t->judge.asked.marked != r->marks_unknown)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "<unk> occurs only in the sentences that judge: give a larger text");
  if (status != AG_OK || !c->grammar)
    return status;
  find_truth(c->grammar, judge, &r->judge);
  if (!r->spec.held_out)
    find_truth(c->grammar, held_out, &r->held_out);
  return status;
}

static ag_status prepare(training *t, ag_error *error)
{
  ag_train_result *r = t->result;
  const char *const *text = t->corpus.text;
  ag_status status = ag_train_state_create(&r->spec, text, t->corpus.learnt, &r->state, error);
  if (status == AG_OK)
    status = ag_corpus_create(r->state->bpe, r->spec.context, way_of(&r->spec, AG_CORPUS_CUT), text,
                              t->corpus.learnt, &t->learnt, error);
  if (status == AG_OK)
    status = encode_exam(t, &t->judge, &r->judge.tokens, error);
  if (status == AG_OK)
    status = encode_exam(t, &t->held_out, &r->held_out.tokens, error);
  if (status != AG_OK)
    return status;
  const ag_transformer *model = &r->state->model;
  for (size_t i = 0; i < model->tensor_count; i++)
    r->parameters += model->tensor[i].rows * model->tensor[i].columns;
  r->sentences = t->corpus.learnt;
  r->understood = t->corpus.understood;
  t->corpus.understood = NULL;
  r->tokens = t->learnt.token.count - 1;
  r->cut = t->learnt.cut;
  return AG_OK;
}

static ag_status learn(training *t, ag_error *error)
{
  ag_train_result *r = t->result;
  const ag_train_spec *s = &r->spec;
  ag_learn_spec spec = {.in_order = !s->separate,
                        .epochs = s->epochs,
                        .patience = s->patience,
                        .batch = s->batch,
                        .dropout = s->dropout,
                        .average = s->average,
                        .adamw = ag_adamw_default,
                        .seed = s->seed,
                        .kept = s->kept,
                        .interval = s->checkpoint_interval};
  spec.adamw.rate = s->rate;
  spec.adamw.decay = s->decay;
  spec.adamw.warm_up = s->warm_up;
  const ag_learn_text judge = {&t->judge.corpus, t->judge.skipped};
  ag_learn_epoch *epoch = NULL;
  ag_learn_outcome outcome;
  ag_status status = ag_array_create(s->epochs, sizeof *epoch, &epoch, error);
  if (status == AG_OK)
    status = ag_array_create(s->epochs, sizeof *r->epoch, &r->epoch, error);
  if (status == AG_OK)
    status =
        ag_learn(&r->state->model, &spec, &t->learnt, &judge, &t->watch, epoch, &outcome, error);
  if (status == AG_OK) {
    for (size_t i = 0; i < outcome.epochs; i++)
      r->epoch[i] = (ag_train_epoch){epoch[i].loss, exp(epoch[i].judged / (double)r->judge.words),
                                     epoch[i].seconds};
    r->epochs = outcome.epochs;
    r->best = outcome.best;
    r->judge.nats[AG_TRAIN_GPT2] = epoch[outcome.best].judged;
    r->seconds = outcome.seconds;
    r->tokens_per_second = (double)outcome.tokens / outcome.seconds;
    r->interrupted = ag_watch_stops(&t->watch);
  }
  free(epoch);
  return status;
}

/* Who interrupted the training has the scores of the best model still. */
static ag_status finish(training *t, ag_error *error)
{
  ag_train_result *r = t->result;
  const ag_learn_text text = {&t->held_out.corpus, t->held_out.skipped};
  ag_watch watch = t->watch;
  watch.interrupt = NULL;
  ag_status status = ag_learn_score(&r->state->model, !r->spec.separate, &text, &watch,
                                    &r->held_out.nats[AG_TRAIN_GPT2], error);
  find_perplexities(&r->judge);
  find_perplexities(&r->held_out);
  return status;
}

static void tell(void *context, const char *phase, double done, double total, double rate,
                 const char *unit)
{
  const ag_train_spec *spec = context;
  (void)unit;
  spec->progress(spec->watcher, phase, done, total, rate);
}

ag_status ag_train_run(const ag_train_spec *spec, ag_train_result **result, ag_error *error)
{
  training t = {.result = NULL};
  ag_status status = check_spec(spec, error);
  if (status != AG_OK)
    return status;
  t.result = calloc(1, sizeof *t.result);
  if (!t.result)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a training");
  t.result->spec = *spec;
  t.watch = (ag_watch){spec->progress ? tell : NULL, &t.result->spec, spec->interrupt};
  status = ag_train_corpus_read(spec, &t.corpus, error);
  if (status == AG_OK)
    status = examine(&t, error);
  if (status == AG_OK)
    status = prepare(&t, error);
  if (status == AG_OK)
    status = learn(&t, error);
  if (status == AG_OK)
    status = finish(&t, error);
  if (status == AG_OK)
    *result = t.result;
  else
    ag_train_free(t.result);
  ag_train_corpus_free(&t.corpus);
  ag_corpus_free(&t.learnt);
  exam_free(&t.judge);
  exam_free(&t.held_out);
  return status;
}

void ag_train_free(ag_train_result *result)
{
  if (!result)
    return;
  ag_train_state_free(result->state);
  free(result->epoch);
  free(result->understood);
  free(result);
}
