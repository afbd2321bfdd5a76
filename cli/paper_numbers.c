/* Values beside the paper's, who wins, and the conclusion. */
#include <math.h>
#include <string.h>

#include <aligngame/figure.h>

#include "outcome.h"
#include "paper_samples.h"
#include "program.h"

/* Half of the 0.05 to which the values were read off the figures. */
static const double reading_error = 0.025;

static const char agrees[] = "agrees", seeds_reach[] = "some seeds", higher[] = "higher",
                  lower[] = "lower";

static bool within(double value, double low, double high)
{
  return value >= low - reading_error && value <= high + reading_error;
}

static const char *judge(double paper, const ag_spread *spread)
{
  bool one = isnan(spread->low); /* one seed has no interval */
  if (isnan(spread->mean))
    return "undefined";
  if (within(paper, one ? spread->mean : spread->low, one ? spread->mean : spread->high))
    return agrees;
  if (within(paper, spread->q05, spread->q95))
    return seeds_reach;
  return spread->mean > paper ? higher : lower;
}

paper_number paper_number_of(const paper_play *play, size_t quantity, size_t side)
{
  static const char *const quantities[] = {"distance", "satisfied"};
  static const char *const sides[] = {"Owner", "Public"};
  const char *name = paper_metrics[quantity][side];
  const ag_result *result = play->result;
  paper_number number = {.quantity = quantities[quantity],
                         .side = sides[side],
                         .paper = paper_scenarios[play->scenario].reading[quantity][side],
                         .spread = {.mean = NAN},
                         .exact = NAN};
  size_t metric = ag_result_find_metric(result, name);
  if (metric != SIZE_MAX)
    ag_result_spread(result, result->generations, metric, &number.spread, NULL);
  if (result->exact)
    number.exact = outcome_metric(result->exact, name, result->generations);
  number.verdict = judge(number.paper, &number.spread);
  return number;
}

bool paper_number_agrees(const paper_number *number)
{
  return number->verdict == agrees;
}

const paper_play *paper_find(const paper_samples *samples, paper_part part, size_t scenario,
                             size_t rule)
{
  for (size_t i = 0; i < samples->count; i++) {
    const paper_play *play = &samples->play[i];
    if (play->part == part && play->scenario == scenario && play->rule == rule)
      return play;
  }
  return NULL;
}

double paper_deviation(const paper_play *play)
{
  enum { VALUES = PAPER_QUANTITIES * PAPER_SIDES };
  double sum = 0;
  for (size_t i = 0; i < VALUES; i++) {
    paper_number number = paper_number_of(play, i / PAPER_SIDES, i % PAPER_SIDES);
    sum += pow(number.spread.mean - number.paper, 2);
  }
  return sqrt(sum / VALUES);
}

/* --- who wins --- */

size_t paper_seeds_won(const paper_play *play, size_t side)
{
  const ag_result *result = play->result;
  size_t own = ag_result_find_metric(result, paper_metrics[0][side]);
  size_t other = ag_result_find_metric(result, paper_metrics[0][1 - side]);
  size_t rows = result->generations + 1, won = 0;
  for (size_t r = 0; r < result->replicates && own != SIZE_MAX && other != SIZE_MAX; r++) {
    const double *end = result->replicate_metric + (r * rows + rows - 1) * result->metric_count;
    won += end[own] < end[other];
  }
  return won;
}

size_t paper_winner(const paper_play *play)
{
  for (size_t side = 0; side < PAPER_SIDES; side++)
    if (10 * paper_seeds_won(play, side) > 9 * play->result->replicates)
      return side;
  return PAPER_SIDES;
}

paper_tally paper_count(const paper_samples *samples)
{
  paper_tally tally = {0};
  for (size_t i = 0; i < samples->count; i++) {
    const paper_play *play = &samples->play[i];
    if (play->part != PAPER_NAMED && play->part != PAPER_SWEPT)
      continue;
    if (fabs(play->pressure - 1) < 1e-9) {
      tally.equal_seeds += play->result->replicates;
      tally.equal_first += paper_seeds_won(play, play->first);
      continue;
    }
    size_t harder = play->pressure > 1 ? 0 : 1, winner = paper_winner(play);
    bool apart = harder != play->first;
    tally.unequal++;
    tally.harder_wins += winner == harder;
    tally.first_wins += winner == play->first;
    tally.apart += apart;
    tally.apart_harder += apart && winner == harder;
    tally.apart_first += apart && winner == play->first;
  }
  return tally;
}

char *paper_conclusion(const paper_samples *samples)
{
  paper_tally tally = paper_count(samples);
  double low, high;
  ag_share_interval(tally.equal_first, tally.equal_seeds, &low, &high);
  const char *verdict = "the games do not settle it";
  if (tally.apart > 0 && 10 * tally.apart_harder >= 9 * tally.apart)
    verdict = "selecting harder wins, not moving first";
  else if (tally.apart > 0 && 10 * tally.apart_first >= 9 * tally.apart)
    verdict = "moving first wins, not selecting harder";
  return program_format(
      "Is it moving first, or selecting harder? In %zu games the curators select with unequal "
      "pressure: the one who selects harder wins %zu of them, the one who moves first %zu. In the "
      "%zu games where these are different curators, the harder one wins %zu and the first one "
      "%zu: %s. At equal pressure the first mover ends nearer to its centre in %zu of %zu seeds "
      "(95 %% interval %.0f to %.0f %%): %s.",
      tally.unequal, tally.harder_wins, tally.first_wins, tally.apart, tally.apart_harder,
      tally.apart_first, verdict, tally.equal_first, tally.equal_seeds, 100 * low, 100 * high,
      low > 0.5 ? "there moving first is an advantage, but a weak one"
                : "there moving first is no advantage that these seeds show");
}
