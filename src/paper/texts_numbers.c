/* Values of the games on texts, beside the paper's and the exact game's. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paper/parts.h"

const char *const ag_paper_measures[AG_PAPER_MEASURES] = {
    "word_count", "satisfaction.owner", "satisfaction.public", "distinct.1", "distinct.2",
    "distinct.3", "word_entropy",       "duplicates",          "novelty",    "perplexity"};

const ag_paper_text *ag_paper_texts_find(const ag_paper_texts *texts, size_t variant,
                                         size_t scenario)
{
  for (size_t i = 0; i < texts->count; i++) {
    const ag_paper_text *play = &texts->play[i];
    bool shared = scenario == 0; /* the perfect game is the same in every variant */
    if (!play->change && play->scenario == scenario && (shared || play->variant == variant))
      return play;
  }
  return NULL;
}

const ag_spread *ag_paper_text_spread(const ag_paper_text *play, const char *measure,
                                      size_t generation)
{
  size_t m = 0;
  while (m < AG_PAPER_MEASURES - 1 && strcmp(ag_paper_measures[m], measure) != 0)
    m++;
  assert(strcmp(ag_paper_measures[m], measure) == 0);
  return &play->course[m * (play->result->generations + 1) + generation];
}

size_t ag_paper_text_moments(const ag_paper_text *play, size_t moment[AG_PAPER_MOMENTS])
{
  static const size_t wanted[AG_PAPER_MOMENTS - 1] = {0, 5};
  return ag_paper_moments(wanted, AG_PAPER_MOMENTS - 1, play->result->generations, moment);
}

static ag_status fill_course(ag_paper_text *play, ag_error *error)
{
  size_t rows = play->result->generations + 1;
  play->course = calloc(AG_PAPER_MEASURES * rows, sizeof *play->course);
  if (!play->course)
    return ag_paper_no_memory(error);
  ag_status status = AG_OK;
  for (size_t i = 0; i < AG_PAPER_MEASURES * rows && status == AG_OK; i++)
    status = ag_paper_spread(play->result, ag_paper_measures[i / rows], i % rows, &play->course[i],
                             error);
  return status;
}

/* Numbers of words that the corpus lacks are not in the exact game: what the samples have
 * there counts in full. */
static ag_status fill_shares(ag_paper_text *play, ag_error *error)
{
  const ag_paper_law *exact = &play->exact;
  const double *law = exact->law + exact->generations * exact->count;
  double sum = 0, total = 0;
  play->share = calloc(exact->count + 1, sizeof *play->share);
  if (!play->share)
    return ag_paper_no_memory(error);
  for (size_t i = 0; i < exact->count; i++) {
    char metric[64];
    ag_spread spread;
    snprintf(metric, sizeof metric, "word_share.%g", exact->words[i]);
    ag_status status = ag_paper_spread(play->result, metric, exact->generations, &spread, error);
    if (status != AG_OK)
      return status;
    play->share[i] = spread.mean;
    sum += fabs(spread.mean - law[i]);
    total += spread.mean;
  }
  play->distance = (sum + fabs(1 - total)) / 2;
  return AG_OK;
}

ag_status ag_paper_text_judge(ag_paper_text *play, ag_error *error)
{
  ag_status status = fill_course(play, error);
  if (status == AG_OK)
    status = fill_shares(play, error);
  if (status != AG_OK)
    return status;
  play->words = *ag_paper_text_spread(play, "word_count", play->result->generations);
  const double *reading = ag_paper_scenarios[play->scenario].words;
  play->miss = fmax(0, fmax(reading[0] - play->words.mean, play->words.mean - reading[1]));
  play->verdict =
      ag_paper_verdict(&play->words, reading[0], reading[1], AG_PAPER_WORDS_ERROR, false);
  return AG_OK;
}
