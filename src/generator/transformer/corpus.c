#include "generator/transformer/corpus.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "generator/transformer/parts.h"

/* ---- from texts to pieces ---- */

/* tokens: the end, a text, the end, a text, …, the end. begin [count + 1]: the ends. */
static ag_status encode(const ag_bpe *bpe, const char *const *text, size_t count, ag_tokens *tokens,
                        size_t *begin, ag_error *error)
{
  ag_bpe_encoder *encoder = NULL;
  ag_status status = ag_bpe_encoder_create(bpe, &encoder, error);
  if (status == AG_OK)
    status = ag_tokens_append(tokens, ag_bpe_end(bpe), error);
  begin[0] = 0;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    status = ag_bpe_encode(encoder, text[i], strlen(text[i]), tokens, error);
    begin[i + 1] = tokens->count;
    if (status == AG_OK)
      status = ag_tokens_append(tokens, ag_bpe_end(bpe), error);
  }
  ag_bpe_encoder_free(encoder);
  return status;
}

static void add_piece(ag_corpus *corpus, ag_corpus_piece piece)
{
  if (corpus->piece)
    corpus->piece[corpus->pieces] = piece;
  corpus->pieces++;
  corpus->inputs += piece.length;
  corpus->longest = piece.length > corpus->longest ? piece.length : corpus->longest;
}

/* Adds the pieces of inputs [first, end), which are one text. */
static void add_text(ag_corpus *corpus, size_t context, ag_corpus_way way, size_t text,
                     size_t first, size_t end)
{
  size_t overlap = way == AG_CORPUS_WHOLE ? context / 2 : 0, done = first;
  while (done < end) {
    size_t from = done > first ? done - overlap : first;
    size_t length = end - from < context ? end - from : context;
    add_piece(corpus, (ag_corpus_piece){from, length, done - from, text});
    done = from + length;
    if (way == AG_CORPUS_CUT) {
      corpus->cut += done < end;
      return;
    }
  }
}

/* Counts the pieces, and with room for them lays them out. */
static void lay_out(ag_corpus *corpus, size_t context, ag_corpus_way way, const size_t *begin)
{
  corpus->pieces = corpus->inputs = corpus->longest = corpus->cut = 0;
  if (way == AG_CORPUS_JOINED)
    add_text(corpus, context, way, 0, 0, corpus->token.count - 1);
  for (size_t i = 0; i < corpus->texts && way != AG_CORPUS_JOINED; i++)
    add_text(corpus, context, way, i, begin[i], begin[i + 1]);
}

ag_status ag_corpus_create(const ag_bpe *bpe, size_t context, ag_corpus_way way,
                           const char *const *text, size_t count, ag_corpus *corpus,
                           ag_error *error)
{
  assert(context > 0);
  ag_corpus made = {.texts = way == AG_CORPUS_JOINED ? 1 : count};
  size_t *begin = NULL;
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "there is no text to learn from");
  ag_status status = ag_array_create(count + 1, sizeof *begin, &begin, error);
  if (status == AG_OK)
    status = encode(bpe, text, count, &made.token, begin, error);
  if (status != AG_OK)
    goto out;
  lay_out(&made, context, way, begin);
  status = ag_array_create(made.pieces, sizeof *made.piece, &made.piece, error);
  if (status == AG_OK)
    lay_out(&made, context, way, begin);
out:
  free(begin);
  if (status == AG_OK)
    *corpus = made;
  else
    ag_corpus_free(&made);
  return status;
}

void ag_corpus_free(ag_corpus *corpus)
{
  free(corpus->piece);
  free(corpus->token.id);
  *corpus = (ag_corpus){.texts = 0};
}

/* ---- from pieces to batches ---- */

/* Cuts the order into batches. */
static void divide(ag_batches *batches)
{
  const ag_corpus *corpus = batches->corpus;
  size_t sequences = 0, tokens = 0;
  batches->count = 0;
  for (size_t i = 0; i < corpus->pieces; i++) {
    size_t length = corpus->piece[batches->order[i]].length;
    bool many = batches->sequences_most > 0 && sequences == batches->sequences_most;
    bool full = batches->tokens_most > 0 && tokens + length > batches->tokens_most;
    if (i == 0 || many || full) {
      batches->begin[batches->count++] = i;
      sequences = tokens = 0;
    }
    sequences++;
    tokens += length;
  }
  batches->begin[batches->count] = corpus->pieces;
}

static int descending(const void *a, const void *b)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x < y) - (x > y);
}

/* The tokens that the longest pieces have together, or the most that may be. scratch:
 * [pieces]. */
static size_t find_room(const ag_batches *batches, size_t *scratch)
{
  const ag_corpus *corpus = batches->corpus;
  size_t room = 0, most = batches->sequences_most;
  if (most == 0 || most > corpus->pieces)
    most = corpus->pieces;
  for (size_t i = 0; i < corpus->pieces; i++)
    scratch[i] = corpus->piece[i].length;
  qsort(scratch, corpus->pieces, sizeof *scratch, descending);
  for (size_t i = 0; i < most; i++)
    room += scratch[i];
  size_t limit = batches->tokens_most;
  limit = limit > 0 && limit < corpus->longest ? corpus->longest : limit;
  return limit > 0 && limit < room ? limit : room;
}

ag_status ag_batches_create(const ag_corpus *corpus, size_t sequences_most, size_t tokens_most,
                            ag_batches *batches, ag_error *error)
{
  assert(sequences_most > 0 || tokens_most > 0);
  ag_batches made = {
      .corpus = corpus, .sequences_most = sequences_most, .tokens_most = tokens_most};
  size_t most = corpus->pieces;
  ag_status status = ag_array_create(most, sizeof *made.order, &made.order, error);
  if (status == AG_OK)
    status = ag_array_create(most + 1, sizeof *made.begin, &made.begin, error);
  if (status != AG_OK)
    goto out;
  made.room = find_room(&made, made.order);
  for (size_t i = 0; i < corpus->pieces; i++)
    made.order[i] = i;
  divide(&made);
  if (sequences_most > 0 && sequences_most < most)
    most = sequences_most;
  status = ag_array_create(most + 1, sizeof *made.start, &made.start, error);
  if (status == AG_OK)
    status = ag_array_create(made.room, sizeof *made.token, &made.token, error);
  if (status == AG_OK)
    status = ag_array_create(made.room, sizeof *made.target, &made.target, error);
out:
  if (status == AG_OK)
    *batches = made;
  else
    ag_batches_free(&made);
  return status;
}

void ag_batches_free(ag_batches *batches)
{
  free(batches->order);
  free(batches->begin);
  free(batches->start);
  free(batches->token);
  free(batches->target);
  *batches = (ag_batches){.corpus = NULL};
}

void ag_batches_shuffle(ag_batches *batches, const ag_random_key *key, size_t epoch)
{
  ag_random random = ag_random_at(key, AG_RANDOM_FIT, (uint32_t)epoch);
  for (size_t i = 0; i < batches->corpus->pieces; i++) {
    size_t j = (size_t)ag_random_below(&random, i + 1);
    batches->order[i] = batches->order[j];
    batches->order[j] = i;
  }
  divide(batches);
}

size_t ag_batches_steps(ag_batches *batches, const ag_random_key *key, size_t epochs)
{
  size_t steps = 0;
  for (size_t epoch = 0; epoch < epochs; epoch++) {
    ag_batches_shuffle(batches, key, epoch);
    steps += batches->count;
  }
  return steps;
}

ag_token_batch ag_batches_take(ag_batches *batches, size_t index)
{
  assert(index < batches->count);
  const ag_corpus *corpus = batches->corpus;
  size_t first = batches->begin[index], end = batches->begin[index + 1], at = 0;
  for (size_t i = first; i < end; i++) {
    const ag_corpus_piece *piece = &corpus->piece[batches->order[i]];
    const uint32_t *id = corpus->token.id + piece->first;
    batches->start[i - first] = at;
    for (size_t t = 0; t < piece->length; t++, at++) {
      batches->token[at] = (int32_t)id[t];
      batches->target[at] = t < piece->skip ? -1 : (int32_t)id[t + 1];
    }
  }
  batches->start[end - first] = at;
  return (ag_token_batch){end - first, batches->start, batches->token, batches->target};
}

/* ---- training and weighing ---- */

static ag_status fail_interrupted(ag_error *error)
{
  return ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted");
}

static void tell(const ag_watch *watch, const char *phase, double done, double total, double begun)
{
  double seconds = ag_time_now() - begun;
  ag_watch_tell(watch, phase, done, total, seconds > 0 ? done / seconds : 0, "tokens");
}

/* What is dropped at a step: numbers apart from those of the orders, and of a model's start. */
static ag_random_key step_key(const ag_lesson *lesson)
{
  ag_random_key key = lesson->key;
  key.seed = ag_random_replicate_seed(key.seed, (uint64_t)1 << 32 | lesson->trainer->step);
  return key;
}

ag_status ag_lesson_epoch(const ag_lesson *lesson, ag_batches *batches, size_t epoch, double *loss,
                          ag_error *error)
{
  double inputs = (double)batches->corpus->inputs, done = (double)epoch * inputs, sum = 0, mean;
  size_t targets = 0;
  ag_status status = AG_OK;
  ag_batches_shuffle(batches, &lesson->key, epoch);
  for (size_t b = 0; b < batches->count && status == AG_OK; b++) {
    if (ag_watch_stops(lesson->watch))
      return fail_interrupted(error);
    ag_token_batch batch = ag_batches_take(batches, b);
    ag_dropout dropout = {lesson->dropout, step_key(lesson)};
    status = ag_trainer_step(lesson->trainer, lesson->settings, lesson->model, lesson->work, &batch,
                             lesson->dropout > 0 ? &dropout : NULL, &mean, error);
    if (status != AG_OK)
      break;
    size_t count = ag_token_batch_targets(&batch);
    sum += mean * (double)count;
    targets += count;
    done += (double)batch.start[batch.sequences];
    tell(lesson->watch, lesson->phase, done, (double)lesson->epochs * inputs, lesson->begun);
  }
  if (status == AG_OK)
    *loss = sum / (double)targets;
  return status;
}

/* Adds what the last pass said of batch number b. */
static void add_scores(const ag_batches *batches, size_t b, const unsigned char *skipped,
                       const double *token_loss, ag_text_score *score)
{
  for (size_t i = batches->begin[b]; i < batches->begin[b + 1]; i++) {
    const ag_corpus_piece *piece = &batches->corpus->piece[batches->order[i]];
    ag_text_score *of = &score[piece->text];
    for (size_t t = piece->skip; t < piece->length; t++) {
      if (skipped && skipped[piece->first + t + 1])
        continue;
      of->log_probability -= token_loss[t];
      of->tokens++;
    }
    token_loss += piece->length;
  }
}

ag_status ag_corpus_score(const ag_transformer *model, const ag_corpus *corpus,
                          const unsigned char *skipped, const ag_watch *watch, ag_text_score *score,
                          ag_error *error)
{
  enum { TOKENS = 1024 };
  ag_batches batches = {.corpus = NULL};
  ag_transformer_work *work = NULL;
  double begun = ag_time_now(), done = 0, loss;
  size_t count;
  ag_status status = ag_batches_create(corpus, 0, TOKENS, &batches, error);
  if (status == AG_OK)
    status = ag_transformer_work_create(model, batches.room, false, &work, error);
  for (size_t i = 0; i < corpus->texts && status == AG_OK; i++)
    score[i] = (ag_text_score){.tokens = 0};
  for (size_t b = 0; b < batches.count && status == AG_OK; b++) {
    ag_token_batch batch = ag_batches_take(&batches, b);
    status = ag_watch_stops(watch) ? fail_interrupted(error)
                                   : ag_transformer_loss(model, work, &batch, &loss, &count, error);
    if (status != AG_OK)
      break;
    add_scores(&batches, b, skipped, work->token_loss, score);
    done += (double)batch.start[batch.sequences];
    tell(watch, "scoring", done, (double)corpus->inputs, begun);
  }
  ag_transformer_work_free(work);
  ag_batches_free(&batches);
  return status;
}

double ag_corpus_perplexity(const ag_text_score *score, size_t texts)
{
  double sum = 0, tokens = 0;
  for (size_t i = 0; i < texts; i++) {
    sum += score[i].log_probability;
    tokens += (double)score[i].tokens;
  }
  return exp(-sum / tokens);
}
