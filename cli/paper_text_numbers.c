/* Values of the games on texts, beside the paper's and the exact game's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_text.h"
#include "program.h"

const paper_text_play *paper_text_find(const paper_text *text, size_t variant, size_t scenario)
{
  for (size_t i = 0; i < text->count; i++) {
    const paper_text_play *play = &text->play[i];
    bool shared = scenario == 0; /* the perfect game is the same in every variant */
    if (!play->change && play->scenario == scenario && (shared || play->variant == variant))
      return play;
  }
  return NULL;
}

ag_spread paper_text_spread(const paper_text_play *play, const char *metric, size_t generation)
{
  ag_spread spread = {.mean = NAN,
                      .deviation = NAN,
                      .low = NAN,
                      .high = NAN,
                      .q05 = NAN,
                      .median = NAN,
                      .q95 = NAN};
  size_t at = ag_result_find_metric(play->result, metric);
  if (at != SIZE_MAX && generation <= play->result->generations)
    ag_result_spread(play->result, generation, at, &spread, NULL);
  return spread;
}

void paper_text_shares(const paper_text_play *play, size_t generation, double *share)
{
  for (size_t i = 0; i < play->exact.count; i++) {
    char *metric = program_format("word_share.%g", play->exact.words[i]);
    share[i] = paper_text_spread(play, metric, generation).mean;
    free(metric);
  }
}

/* Numbers of words that the corpus lacks are not in the exact game: what the samples have
 * there counts in full. */
double paper_text_distance(const paper_text_play *play)
{
  const paper_text_law *exact = &play->exact;
  const double *law = exact->law + exact->generations * exact->count;
  double *share = program_allocate(exact->count, sizeof *share);
  double sum = 0, total = 0;
  paper_text_shares(play, exact->generations, share);
  for (size_t i = 0; i < exact->count; i++) {
    sum += fabs(share[i] - law[i]);
    total += share[i];
  }
  free(share);
  return (sum + fabs(1 - total)) / 2;
}

double paper_text_miss(size_t scenario, double mean)
{
  const double *reading = paper_text_reading[scenario];
  return fmax(0, fmax(reading[0] - mean, mean - reading[1]));
}

const char *paper_text_verdict(const paper_text_play *play)
{
  ag_spread spread = paper_text_spread(play, "word_count", play->result->generations);
  const double *reading = paper_text_reading[play->scenario];
  bool one = isnan(spread.low); /* one seed has no interval */
  double low = one ? spread.mean : spread.low, high = one ? spread.mean : spread.high;
  if (isnan(spread.mean))
    return "undefined";
  if (low <= reading[1] + PAPER_TEXT_READING_ERROR && high >= reading[0] - PAPER_TEXT_READING_ERROR)
    return "agrees";
  return spread.mean > reading[1] ? "higher" : "lower";
}

size_t paper_text_moments(const paper_text_play *play, size_t moment[PAPER_TEXT_MOMENTS])
{
  static const size_t wanted[PAPER_TEXT_MOMENTS - 1] = {0, 5};
  size_t end = play->result->generations, count = 0;
  for (size_t i = 0; i < PAPER_TEXT_MOMENTS - 1; i++)
    if (wanted[i] < end)
      moment[count++] = wanted[i];
  moment[count++] = end;
  return count;
}
