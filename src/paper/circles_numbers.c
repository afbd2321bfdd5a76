/* Values of the circle games beside the paper's, who wins, and the conclusion. */
#include <math.h>
#include <stdint.h>

#include <aligngame/figure.h>

#include "paper/parts.h"

enum { SIDES = AG_PAPER_SIDES, VALUES = AG_PAPER_VALUES };

const char *const ag_paper_metrics[VALUES] = {"distance.owner", "distance.public",
                                              "satisfaction.owner", "satisfaction.public"};

double ag_paper_value(const ag_result *result, size_t value)
{
  size_t at = ag_result_find_metric(result, ag_paper_metrics[value]);
  return at == SIZE_MAX ? (double)NAN : ag_result_metric(result, result->generations, at);
}

/* --- values --- */

static ag_status fill_number(const ag_paper_play *play, size_t value, ag_paper_number *number,
                             ag_error *error)
{
  bool compared = play->part == AG_PAPER_AS_PRINTED || play->part == AG_PAPER_CHANGED;
  const ag_result *result = play->result;
  const double reading_error = 0.025; /* half of the 0.05 to which the figures were read */
  double paper = ag_paper_scenarios[play->scenario].circles[value];
  number->quantity = value < SIDES ? "distance" : "satisfied";
  number->side = value % SIDES == 0 ? "Owner" : "Public";
  number->paper = compared ? paper : (double)NAN;
  number->exact = result->exact ? ag_paper_value(result->exact, value) : (double)NAN;
  ag_status status =
      ag_paper_spread(result, ag_paper_metrics[value], result->generations, &number->spread, error);
  number->verdict =
      compared ? ag_paper_verdict(&number->spread, paper, paper, reading_error, true) : "";
  return status;
}

static size_t count_won(const ag_result *result, size_t side)
{
  size_t own = ag_result_find_metric(result, ag_paper_metrics[side]);
  size_t other = ag_result_find_metric(result, ag_paper_metrics[1 - side]);
  size_t rows = result->generations + 1, won = 0;
  for (size_t r = 0; r < result->replicates && own != SIZE_MAX && other != SIZE_MAX; r++) {
    const double *end = result->replicate_metric + (r * rows + rows - 1) * result->metric_count;
    won += end[own] < end[other];
  }
  return won;
}

ag_status ag_paper_judge(ag_paper_play *play, ag_error *error)
{
  double sum = 0;
  for (size_t v = 0; v < VALUES; v++) {
    ag_status status = fill_number(play, v, &play->number[v], error);
    if (status != AG_OK)
      return status;
    sum += pow(play->number[v].spread.mean - play->number[v].paper, 2);
  }
  play->deviation = sqrt(sum / VALUES);
  play->winner = SIDES;
  for (size_t side = 0; side < SIDES; side++) {
    play->seeds_won[side] = count_won(play->result, side);
    if (10 * play->seeds_won[side] > 9 * play->result->replicates)
      play->winner = side;
  }
  return AG_OK;
}

const ag_paper_play *ag_paper_circles_find(const ag_paper_circles *circles, ag_paper_part part,
                                           size_t scenario, size_t rule)
{
  for (size_t i = 0; i < circles->count; i++) {
    const ag_paper_play *play = &circles->play[i];
    if (play->part == part && play->scenario == scenario && play->rule == rule)
      return play;
  }
  return NULL;
}

/* --- who wins --- */

/* Who won, counted over the games of unequal and of equal pressure. */
typedef struct win_tally {
  size_t unequal, harder_wins, first_wins; /* games */
  size_t apart, apart_harder, apart_first; /* of them, those whose first mover selects less hard */
  size_t equal_seeds, equal_first;         /* seeds of the games of equal pressure */
} win_tally;

static win_tally count_wins(const ag_paper_circles *circles)
{
  win_tally tally = {0};
  for (size_t i = 0; i < circles->count; i++) {
    const ag_paper_play *play = &circles->play[i];
    if (play->part != AG_PAPER_NAMED && play->part != AG_PAPER_SWEPT)
      continue;
    if (fabs(play->pressure - 1) < 1e-9) {
      tally.equal_seeds += play->result->replicates;
      tally.equal_first += play->seeds_won[play->first];
      continue;
    }
    size_t harder = play->pressure > 1 ? 0 : 1;
    bool apart = harder != play->first;
    tally.unequal++;
    tally.harder_wins += play->winner == harder;
    tally.first_wins += play->winner == play->first;
    tally.apart += apart;
    tally.apart_harder += apart && play->winner == harder;
    tally.apart_first += apart && play->winner == play->first;
  }
  return tally;
}

void ag_paper_conclude(ag_paper_circles *circles)
{
  win_tally tally = count_wins(circles);
  double low, high;
  ag_share_interval(tally.equal_first, tally.equal_seeds, &low, &high);
  const char *verdict = "the games do not settle it";
  if (tally.apart > 0 && 10 * tally.apart_harder >= 9 * tally.apart)
    verdict = "selecting harder wins, not moving first";
  else if (tally.apart > 0 && 10 * tally.apart_first >= 9 * tally.apart)
    verdict = "moving first wins, not selecting harder";
  snprintf(
      circles->conclusion, sizeof circles->conclusion,
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
