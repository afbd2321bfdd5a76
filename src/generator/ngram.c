/* The fitted model: contexts, probabilities, scores. */
#include "generator/ngram.h"

#include <math.h>
#include <string.h>

#include "generator/ngram_parts.h"

size_t ag_ngram_vocabulary(const ag_ngram *model)
{
  return model->vocabulary.count;
}

const ag_vocabulary *ag_ngram_words(const ag_ngram *model)
{
  return &model->vocabulary;
}

const char *ag_ngram_token(const ag_ngram *model, uint32_t id)
{
  return model->vocabulary.bytes + model->vocabulary.word[id];
}

void ag_ngram_forget(ag_ngram_state *state)
{
  state->entry[0] = 0;
  for (int m = 1; m < AG_NGRAM_ORDER_MOST; m++)
    state->entry[m] = AG_NGRAM_NONE;
}

void ag_ngram_begin(const ag_ngram *model, ag_ngram_state *state)
{
  ag_ngram_forget(state);
  if (model->order > 1)
    state->entry[1] = (uint32_t)model->vocabulary.count;
}

bool ag_ngram_has_children(const ag_ngram *model, int m, uint32_t entry)
{
  const uint32_t *first = model->level[m].first;
  return entry != AG_NGRAM_NONE && first[entry] < first[entry + 1];
}

uint32_t ag_ngram_child(const ag_ngram *model, int m, uint32_t entry, uint32_t word)
{
  if (entry == AG_NGRAM_NONE)
    return AG_NGRAM_NONE;
  const uint32_t *there = model->level[m + 1].word;
  size_t low = model->level[m].first[entry], end = model->level[m].first[entry + 1], high = end;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (there[middle] < word)
      low = middle + 1;
    else
      high = middle;
  }
  return low < end && there[low] == word ? (uint32_t)low : AG_NGRAM_NONE;
}

void ag_ngram_step(const ag_ngram *model, ag_ngram_state *state, uint32_t word)
{
  for (int m = model->order - 1; m >= 2; m--)
    state->entry[m] = ag_ngram_child(model, m - 1, state->entry[m - 1], word);
  if (model->order > 1)
    state->entry[1] = word;
}

double ag_ngram_probability(const ag_ngram *model, const ag_ngram_state *state, uint32_t word)
{
  double factor = 1;
  for (int m = model->order - 1; m >= 1; m--) {
    if (!ag_ngram_has_children(model, m, state->entry[m]))
      continue;
    uint32_t child = ag_ngram_child(model, m, state->entry[m], word);
    if (child != AG_NGRAM_NONE)
      return factor * model->level[m + 1].probability[child];
    factor *= model->level[m].rest[state->entry[m]];
  }
  return factor * model->level[1].probability[word];
}

void ag_ngram_score_text(const ag_ngram *model, const char *text, const ag_text_span *span,
                         size_t spans, ag_ngram_score *score)
{
  const char *at = text, *end = text + strlen(text);
  ag_token rest = {NULL, 0};
  ag_piece piece;
  ag_ngram_state state;
  ag_ngram_begin(model, &state);
  while (ag_piece_next(&at, end, &rest, &piece)) {
    uint32_t word = ag_vocabulary_find(&model->vocabulary, piece);
    size_t begin = (size_t)(piece.token.text - text);
    for (; spans > 0 && span->end <= begin; spans--)
      span++;
    bool skipped = spans > 0 && span->begin < begin + piece.token.length;
    if (word >= model->known) {
      score->unknown++;
      word = model->unknown;
    }
    if (skipped || word == AG_NGRAM_NONE) {
      ag_ngram_forget(&state);
      continue;
    }
    score->log_probability += log(ag_ngram_probability(model, &state, word));
    score->tokens++;
    ag_ngram_step(model, &state, word);
  }
  score->log_probability += log(ag_ngram_probability(model, &state, AG_NGRAM_END));
  score->tokens++;
}

double ag_ngram_perplexity(const ag_ngram_score *score)
{
  return exp(-score->log_probability / (double)score->tokens);
}

void ag_ngram_next(const ag_ngram *model, const char *text, double *probability)
{
  const char *at = text, *end = text + strlen(text);
  ag_token rest = {NULL, 0};
  ag_piece piece;
  ag_ngram_state state;
  ag_ngram_begin(model, &state);
  while (ag_piece_next(&at, end, &rest, &piece)) {
    uint32_t word = ag_vocabulary_find(&model->vocabulary, piece);
    word = word == AG_NGRAM_NONE ? model->unknown : word;
    if (word == AG_NGRAM_NONE)
      ag_ngram_forget(&state);
    else
      ag_ngram_step(model, &state, word);
  }
  for (size_t w = 0; w < model->vocabulary.count; w++)
    probability[w] = ag_ngram_probability(model, &state, (uint32_t)w);
}
