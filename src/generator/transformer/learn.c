#include "generator/transformer/learn.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "generator/transformer/learn_kept.h"

/* What random numbers are for. */
enum { STAGE_DROPOUT = 1, STAGE_ORDER, STAGE_PLACE };
enum { SCORE_TOKENS = 1024 };

static ag_status interrupted(ag_error *error)
{
  return ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted");
}

/* ---- windows over a joined text ---- */

/* The same tokens in pieces of its own. Owner of the pieces. */
static ag_status view_create(const ag_corpus *corpus, size_t context, size_t overlap,
                             ag_corpus *view, ag_error *error)
{
  size_t most = (corpus->token.count - 1) / (context - overlap) + 2;
  *view = *corpus;
  return ag_array_create(most, sizeof *view->piece, &view->piece, error);
}

/* The first piece has `first` inputs, the others `context`, of which `overlap` have been
 * in the last one. Each token but the first is predicted once. */
static void view_cut(ag_corpus *view, size_t first, size_t context, size_t overlap)
{
  size_t end = view->token.count - 1, done = 0, length = first;
  view->pieces = view->inputs = view->longest = 0;
  while (done < end) {
    size_t from = done > overlap ? done - overlap : 0;
    length = length < end - from ? length : end - from;
    view->piece[view->pieces++] = (ag_corpus_piece){from, length, done - from, 0};
    view->inputs += length;
    view->longest = length > view->longest ? length : view->longest;
    done = from + length;
    length = context;
  }
}

/* ---- scores ---- */

/* Takes back the targets of a batch that are to be skipped. */
static void skip_targets(const ag_learn_text *text, ag_batches *batches, size_t index)
{
  size_t at = 0;
  for (size_t i = batches->begin[index]; i < batches->begin[index + 1]; i++) {
    const ag_corpus_piece *piece = &batches->corpus->piece[batches->order[i]];
    for (size_t t = 0; t < piece->length; t++, at++)
      if (text->skipped[piece->first + t + 1])
        batches->target[at] = -1;
  }
}

static ag_status score_batches(const ag_transformer *model, ag_transformer_work *work,
                               const ag_learn_text *text, ag_batches *batches,
                               const ag_watch *watch, double *nats, ag_error *error)
{
  double total = 0, done = 0, begun = ag_time_now();
  for (size_t b = 0; b < batches->count; b++) {
    double loss;
    size_t count;
    if (ag_watch_stops(watch))
      return interrupted(error);
    ag_token_batch batch = ag_batches_take(batches, b);
    if (text->skipped)
      skip_targets(text, batches, b);
    ag_status status = ag_transformer_loss(model, work, &batch, &loss, &count, error);
    if (status != AG_OK)
      return status;
    total += loss;
    done += (double)batch.start[batch.sequences];
    ag_watch_tell(watch, "scoring", done, (double)batches->corpus->inputs,
                  done / (ag_time_now() - begun), "tokens");
  }
  *nats = total;
  return AG_OK;
}

ag_status ag_learn_score(const ag_transformer *model, bool in_order, const ag_learn_text *text,
                         const ag_watch *watch, double *nats, ag_error *error)
{
  size_t context = model->config.context, half = context / 2;
  ag_corpus view = {.piece = NULL};
  ag_batches batches = {.corpus = NULL};
  ag_transformer_work *work = NULL;
  ag_status status = AG_OK;
  if (in_order) {
    status = view_create(text->corpus, context, half, &view, error);
    if (status == AG_OK)
      view_cut(&view, context, context, half);
  }
  if (status == AG_OK)
    status = ag_batches_create(in_order ? &view : text->corpus, 0, SCORE_TOKENS, &batches, error);
  if (status == AG_OK)
    status = ag_transformer_work_create(model, batches.room, false, &work, error);
  if (status == AG_OK)
    status = score_batches(model, work, text, &batches, watch, nats, error);
  ag_transformer_work_free(work);
  ag_batches_free(&batches);
  free(view.piece);
  return status;
}

void ag_learn_skip(const ag_bpe *bpe, const ag_corpus *corpus, const ag_text_span *span,
                   size_t count, unsigned char *skipped)
{
  size_t text = 0, ends = 0, at = 0, next = 0, size;
  for (size_t i = 0; i < corpus->token.count; i++, at += size) {
    ag_bpe_token(bpe, corpus->token.id[i], &size);
    skipped[i] = 0;
    if (corpus->token.id[i] == ag_bpe_end(bpe)) { /* the next text begins */
      text = ends++;
      at = size = 0;
      continue;
    }
    while (next < count &&
           (span[next].text < text || (span[next].text == text && span[next].end <= at)))
      next++;
    skipped[i] = next < count && span[next].text == text && at + size > span[next].begin;
  }
}

/* ---- learning ---- */

typedef struct learner {
  const ag_learn_spec *spec;
  const ag_watch *watch;
  ag_transformer *model;
  ag_transformer mean; /* what is judged */
  ag_transformer_work *work;
  ag_trainer trainer;
  ag_adamw adamw;
  float *best;
  double least; /* nats, of the best */
  const ag_corpus *corpus;
  ag_corpus view; /* in order: its windows of this epoch */
  ag_batches batches;
  double begun, saved;
  ag_learn_outcome outcome;
  ag_learn_epoch *epoch; /* [epochs] borrowed */
  /* of the step that comes next: its epoch, its batch, and what that epoch has cost so far */
  size_t at, batch, counted;
  double total;
  ag_learn_state state;
} learner;

static void learner_free(learner *l)
{
  ag_transformer_free(&l->mean);
  ag_transformer_work_free(l->work);
  ag_trainer_free(&l->trainer);
  ag_batches_free(&l->batches);
  free(l->view.piece);
  free(l->best);
  free(l->state.number);
}

/* The windows of an epoch and their order. */
static ag_status deal(learner *l, size_t epoch, ag_error *error)
{
  size_t context = l->model->config.context;
  ag_random_key place = {l->spec->seed, (uint32_t)epoch, STAGE_PLACE};
  ag_random_key order = {l->spec->seed, 0, STAGE_ORDER};
  const ag_corpus *from = l->corpus;
  if (l->spec->in_order) {
    ag_random random = ag_random_at(&place, AG_RANDOM_FIT, 0);
    view_cut(&l->view, 1 + (size_t)ag_random_below(&random, context), context, 0);
    from = &l->view;
  }
  ag_batches_free(&l->batches);
  ag_status status = ag_batches_create(from, 0, l->spec->batch, &l->batches, error);
  if (status == AG_OK)
    ag_batches_shuffle(&l->batches, &order, epoch);
  return status;
}

static ag_status learner_create(learner *l, ag_error *error)
{
  const ag_transformer *m = l->model;
  size_t context = m->config.context, room = l->spec->batch;
  ag_precision precision = m->half ? AG_PRECISION_HALF : AG_PRECISION_FLOAT;
  ag_status status = ag_transformer_create(&m->config, precision, &l->mean, error);
  if (status == AG_OK)
    status = ag_array_create(m->size, sizeof *l->best, &l->best, error);
  if (status == AG_OK && l->spec->in_order)
    status = view_create(l->corpus, context, 0, &l->view, error);
  if (status == AG_OK)
    status = ag_transformer_work_create(m, room > context ? room : context, true, &l->work, error);
  if (status == AG_OK)
    status = ag_trainer_create(m, &l->trainer, error);
  if (status == AG_OK)
    status = deal(l, 0, error);
  if (status == AG_OK) {
    l->adamw.steps = l->spec->epochs * l->batches.count;
    memcpy(l->mean.parameter, m->parameter, m->size * sizeof *m->parameter);
  }
  return status;
}

/* The average follows the weights closely at first. */
static void follow(learner *l)
{
  double step = (double)l->trainer.step, early = (1 + step) / (10 + step);
  float keep = (float)(early < l->spec->average ? early : l->spec->average);
  float *mean = l->mean.parameter;
  const float *now = l->model->parameter;
#pragma omp parallel for simd schedule(static) if (l->model->size > 65536)
  for (size_t i = 0; i < l->model->size; i++)
    mean[i] = keep * mean[i] + (1 - keep) * now[i];
}

static void tell(const learner *l, size_t epoch, size_t batch)
{
  double seconds = ag_time_now() - l->begun;
  double share = (double)(batch + 1) / (double)l->batches.count;
  ag_watch_tell(l->watch, "learning", (double)epoch + share, (double)l->spec->epochs,
                (double)l->outcome.tokens / seconds, "tokens");
}

/* ---- keeping ---- */

enum { AT, BATCH, COUNTED, TOTAL, STEP, LEAST, PLAYED, BEST, TOKENS, SECONDS, STANDING };
enum { EPOCH_NUMBERS = 3 };

static ag_status name_state(learner *l, const ag_learn_text *judge, ag_error *error)
{
  l->state = (ag_learn_state){.size = l->model->size,
                              .array = {l->best, l->trainer.first, l->mean.parameter,
                                        l->model->parameter, l->trainer.second},
                              .numbers = STANDING + EPOCH_NUMBERS * l->spec->epochs};
  ag_learn_state_name(l->model, l->spec, l->corpus, judge->corpus, &l->state);
  ag_status status = ag_array_create(l->state.numbers, sizeof(double), &l->state.number, error);
  if (!status)
    memset(l->state.number, 0, l->state.numbers * sizeof(double));
  return status;
}

static ag_status keep(learner *l, ag_error *error)
{
  double *number = l->state.number, now = ag_time_now();
  if (!l->spec->kept)
    return AG_OK;
  const double standing[STANDING] = {
      [AT] = (double)l->at,
      [BATCH] = (double)l->batch,
      [COUNTED] = (double)l->counted,
      [TOTAL] = l->total,
      [STEP] = (double)l->trainer.step,
      [LEAST] = l->least,
      [PLAYED] = (double)l->outcome.epochs,
      [BEST] = (double)l->outcome.best,
      [TOKENS] = (double)l->outcome.tokens,
      [SECONDS] = now - l->begun,
  };
  memcpy(number, standing, sizeof standing);
  for (size_t e = 0; e < l->outcome.epochs; e++) {
    const double epoch[] = {l->epoch[e].loss, l->epoch[e].judged, l->epoch[e].seconds};
    memcpy(number + STANDING + EPOCH_NUMBERS * e, epoch, sizeof epoch);
  }
  ag_status status = ag_learn_state_write(l->spec->kept, &l->state, error);
  l->saved = ag_time_now();
  return status;
}

static ag_status keep_in_time(learner *l, ag_error *error)
{
  return ag_time_now() - l->saved >= l->spec->interval ? keep(l, error) : AG_OK;
}

/* Where a file has it: the training stands where it was. */
static ag_status go_on(learner *l, ag_error *error)
{
  const double *number = l->state.number;
  bool found = false;
  if (!l->spec->kept)
    return AG_OK;
  ag_drafts_sweep(l->spec->kept);
  ag_status status = ag_learn_state_read(l->spec->kept, &l->state, &found, error);
  if (status || !found)
    return status;
  l->at = (size_t)number[AT];
  l->batch = (size_t)number[BATCH];
  l->counted = (size_t)number[COUNTED];
  l->total = number[TOTAL];
  l->trainer.step = (size_t)number[STEP];
  l->least = number[LEAST];
  l->outcome = (ag_learn_outcome){.epochs = (size_t)number[PLAYED],
                                  .best = (size_t)number[BEST],
                                  .tokens = (size_t)number[TOKENS]};
  l->begun -= number[SECONDS];
  for (size_t e = 0; e < l->outcome.epochs; e++) {
    const double *epoch = number + STANDING + EPOCH_NUMBERS * e;
    l->epoch[e] = (ag_learn_epoch){epoch[0], epoch[1], epoch[2]};
  }
  ag_transformer_refresh(l->model);
  return AG_OK;
}

/* ---- playing ---- */

/* The rest of epoch l->at, from batch l->batch. */
static ag_status play_epoch(learner *l, double *loss, ag_error *error)
{
  size_t epoch = l->at;
  ag_status status = deal(l, epoch, error);
  for (size_t b = l->batch; b < l->batches.count && status == AG_OK; b++) {
    ag_token_batch batch = ag_batches_take(&l->batches, b);
    ag_random_key key = {l->spec->seed, (uint32_t)l->trainer.step, STAGE_DROPOUT};
    ag_dropout dropout = {l->spec->dropout, key};
    double now = 0;
    if (ag_watch_stops(l->watch))
      return interrupted(error);
    status =
        ag_trainer_step(&l->trainer, &l->adamw, l->model, l->work, &batch, &dropout, &now, error);
    if (status == AG_OK && l->spec->average > 0)
      follow(l);
    if (status != AG_OK)
      return status;
    l->total += now * (double)ag_token_batch_targets(&batch);
    l->counted += ag_token_batch_targets(&batch);
    l->outcome.tokens += batch.start[batch.sequences];
    l->batch = b + 1;
    tell(l, epoch, b);
    status = keep_in_time(l, error);
  }
  *loss = l->total / (double)l->counted;
  return status;
}

/* Keeps the weights where the text is predicted better than ever. */
static ag_status judge(learner *l, const ag_learn_text *text, size_t epoch, double *nats,
                       ag_error *error)
{
  /* told as a part of learning */
  const ag_watch quiet = {.interrupt = l->watch ? l->watch->interrupt : NULL};
  size_t bytes = l->model->size * sizeof *l->best;
  if (!(l->spec->average > 0))
    memcpy(l->mean.parameter, l->model->parameter, bytes);
  ag_transformer_refresh(&l->mean);
  ag_status status = ag_learn_score(&l->mean, l->spec->in_order, text, &quiet, nats, error);
  if (status == AG_OK && (epoch == 0 || *nats < l->least)) {
    l->least = *nats;
    l->outcome.best = epoch;
    memcpy(l->best, l->mean.parameter, bytes);
  }
  return status;
}

static bool has_ended(const learner *l)
{
  return l->at == l->spec->epochs ||
         (l->at > 0 && l->spec->patience > 0 && l->at > l->outcome.best + l->spec->patience);
}

static ag_status play(learner *l, const ag_learn_text *text, ag_error *error)
{
  ag_status status = AG_OK;
  l->saved = ag_time_now();
  while (status == AG_OK && !has_ended(l)) {
    ag_learn_epoch now;
    status = play_epoch(l, &now.loss, error);
    if (status == AG_OK)
      status = judge(l, text, l->at, &now.judged, error);
    if (status != AG_OK)
      break;
    now.seconds = ag_time_now() - l->begun;
    l->epoch[l->outcome.epochs++] = now;
    l->at++;
    l->batch = l->counted = 0;
    l->total = 0;
    status = keep_in_time(l, error);
  }
  l->outcome.seconds = ag_time_now() - l->begun;
  if (status != AG_ERROR_INTERRUPTED)
    return status;
  if (l->trainer.step > 0 && (status = keep(l, error)))
    return status;
  return l->outcome.epochs > 0 ? AG_OK : AG_ERROR_INTERRUPTED;
}

ag_status ag_learn(ag_transformer *model, const ag_learn_spec *spec, const ag_corpus *corpus,
                   const ag_learn_text *text, const ag_watch *watch, ag_learn_epoch *epoch,
                   ag_learn_outcome *outcome, ag_error *error)
{
  learner l = {.spec = spec,
               .watch = watch,
               .model = model,
               .adamw = spec->adamw,
               .corpus = corpus,
               .begun = ag_time_now(),
               .epoch = epoch};
  ag_status status = learner_create(&l, error);
  if (status == AG_OK && spec->kept)
    status = name_state(&l, text, error);
  if (status == AG_OK)
    status = go_on(&l, error);
  if (status == AG_OK)
    status = play(&l, text, error);
  if (status == AG_OK) {
    memcpy(model->parameter, l.best, model->size * sizeof *l.best);
    ag_transformer_refresh(model);
    *outcome = l.outcome;
  }
  learner_free(&l);
  return status;
}
