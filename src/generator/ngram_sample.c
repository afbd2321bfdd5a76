/* Sentences of a fitted model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/ngram_parts.h"

/* The first of running [begin, end) above x; the last where rounding leaves none. */
static size_t find_above(const double *running, size_t begin, size_t end, double x)
{
  size_t low = begin, high = end - 1;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (running[middle] > x)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* A draw from p(. | state): the recursion is a mixture of the discounted shares of a context
 * and the law of the shorter one. */
static uint32_t draw_plain(const ag_ngram *model, const ag_ngram_state *state, ag_random *random)
{
  for (int m = model->order - 1; m >= 1; m--) {
    if (!ag_ngram_has_children(model, m, state->entry[m]))
      continue;
    size_t entry = state->entry[m], begin = model->level[m].first[entry];
    size_t end = model->level[m].first[entry + 1];
    const ag_ngram_level *above = &model->level[m + 1];
    double u = ag_random_uniform(random);
    if (u < above->running[end - 1])
      return above->word[find_above(above->running, begin, end, u)];
  }
  size_t words = model->vocabulary.count;
  const double *running = model->level[1].running;
  return (uint32_t)find_above(running, 0, words, ag_random_uniform(random) * running[words - 1]);
}

/* The largest probability after a state. */
static double most_probable(const ag_ngram *model, const ag_ngram_state *state)
{
  for (int m = model->order - 1; m >= 1; m--)
    if (ag_ngram_has_children(model, m, state->entry[m]))
      return model->level[m].most[state->entry[m]];
  return 1;
}

/* Where the word has been seen after the context of level m or a longer one. */
static bool is_seen(const ag_ngram *model, const ag_ngram_state *state, int m, uint32_t word)
{
  for (int k = model->order - 1; k >= m; k--)
    if (ag_ngram_child(model, k, state->entry[k], word) != AG_NGRAM_NONE)
      return true;
  return false;
}

/* Adds p^(1/T) over the words seen after a context, longest first, to *sum; where the sum
 * passes `stop`, the word is the draw. plain: the other words' p(w)^(1/T) of order 1. */
static uint32_t walk_seen(const ag_ngram *model, const ag_ngram_state *state, double stop,
                          double *sum, double *seen_plain, double *factor)
{
  double power = 1 / model->temperature;
  uint32_t last = AG_NGRAM_NONE;
  *sum = *seen_plain = 0;
  *factor = 1;
  for (int m = model->order - 1; m >= 1; m--) {
    if (!ag_ngram_has_children(model, m, state->entry[m]))
      continue;
    const ag_ngram_level *above = &model->level[m + 1];
    size_t entry = state->entry[m], end = model->level[m].first[entry + 1];
    for (size_t e = model->level[m].first[entry]; e < end; e++) {
      if (is_seen(model, state, m + 1, above->word[e]))
        continue;
      last = above->word[e];
      *sum += pow(*factor * above->probability[e], power);
      *seen_plain += model->tempered[last];
      if (*sum > stop)
        return last;
    }
    *factor *= model->level[m].rest[entry];
  }
  return last;
}

/* A draw from p(. | state)^(1/T), normalised, by weighing: the words that no context has
 * seen have p = factor p(w), so that their weights are factor^(1/T) times those of order 1. */
static uint32_t draw_weighed(const ag_ngram *model, const ag_ngram_state *state, ag_random *random)
{
  size_t words = model->vocabulary.count;
  double seen, seen_plain, factor;
  walk_seen(model, state, INFINITY, &seen, &seen_plain, &factor);
  double all = model->tempered_running[words - 1];
  double others = pow(factor, 1 / model->temperature) * fmax(all - seen_plain, 0);
  /* what rounding leaves where every word has been seen */
  if (all - seen_plain < 1e-12 * all)
    others = 0;
  double u = ag_random_uniform(random) * (seen + others);
  if (u < seen)
    return walk_seen(model, state, u, &seen, &seen_plain, &factor);
  while (true) {
    double x = ag_random_uniform(random) * all;
    uint32_t word = (uint32_t)find_above(model->tempered_running, 0, words, x);
    if (!is_seen(model, state, 1, word))
      return word;
  }
}

static uint32_t draw(const ag_ngram *model, const ag_ngram_state *state, ag_random *random)
{
  enum { REFUSALS = 32 };
  if (model->temperature == 1)
    return draw_plain(model, state, random);
  double power = 1 / model->temperature - 1;
  if (power < 0)
    return draw_weighed(model, state, random);
  double most = most_probable(model, state);
  for (int i = 0; i < REFUSALS; i++) {
    uint32_t word = draw_plain(model, state, random);
    double p = ag_ngram_probability(model, state, word);
    if (ag_random_uniform(random) < pow(p / most, power))
      return word;
  }
  return draw_weighed(model, state, random);
}

/* Pastes tokens: the first loses the space before it. */
static ag_status paste(const ag_ngram *model, const uint32_t *word, size_t count, char **text,
                       ag_error *error)
{
  size_t size = 1;
  char *made = NULL;
  for (size_t i = 0; i < count; i++)
    size += strlen(ag_ngram_token(model, word[i]));
  ag_status status = ag_array_create(size, 1, &made, error);
  if (status != AG_OK)
    return status;
  char *to = made;
  *to = '\0';
  for (size_t i = 0; i < count; i++) {
    const char *token = ag_ngram_token(model, word[i]);
    to = stpcpy(to, token + (i == 0 && token[0] == ' '));
  }
  *text = made;
  return AG_OK;
}

ag_status ag_ngram_sample(const ag_ngram *model, const ag_random_key *key, uint32_t i, char **text,
                          bool *cut, ag_error *error)
{
  ag_random random = ag_random_at(key, AG_RANDOM_GENERATE, i);
  uint32_t word[AG_NGRAM_LONGEST];
  size_t count = 0;
  ag_ngram_state state;
  ag_ngram_begin(model, &state);
  bool ended = false;
  while (!ended && count < AG_NGRAM_LONGEST) {
    uint32_t next = draw(model, &state, &random);
    ended = next == AG_NGRAM_END;
    if (ended)
      break;
    word[count++] = next;
    ag_ngram_step(model, &state, next);
  }
  if (cut)
    *cut = !ended;
  return paste(model, word, count, text, error);
}
