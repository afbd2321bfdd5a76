/* Theorems 5 and 7: what no mechanism can have together. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "theory/audit.h"

static bool not_two(const ag_audit_case *one, ag_claim *claim)
{
  if (one->two)
    return false;
  ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
               "the claim is about two curators who move once each a generation.");
  return true;
}

static double reward_of(const ag_audit_case *one, size_t curator, size_t number)
{
  return one->classes->reward[number * one->game->curator_count + curator];
}

static bool optimal_for(const ag_audit_case *one, size_t curator, size_t number)
{
  return reward_of(one, curator, number) >= one->game->curator[curator].optimal_level;
}

/* The masses of A_O \ A_P and A_P \ A_O at the end of the play. */
static ag_status find_coverage(const ag_audit_case *one, double coverage[2], ag_error *error)
{
  double *p = NULL;
  ag_limit limit;
  size_t classes = one->classes->count;
  ag_status status = ag_array_create(classes, sizeof *p, &p, error);
  if (!status)
    status = ag_limit_play(one->classes, one->ends, one->options.generations, p, &limit, error);
  coverage[0] = coverage[1] = 0;
  for (size_t c = 0; !status && c < classes; c++) {
    bool owns = optimal_for(one, one->owner, c), other = optimal_for(one, one->public_, c);
    coverage[0] += owns && !other ? p[c] : 0;
    coverage[1] += other && !owns ? p[c] : 0;
  }
  free(p);
  return status;
}

ag_status ag_audit_theorem_5(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  double coverage[2];
  if (not_two(one, claim))
    return AG_OK;
  if (one->prediction->regime == AG_REGIME_PERFECT) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE, "the optimal sets are equal: no misalignment.");
    return AG_OK;
  }
  ag_status status = find_coverage(one, coverage, error);
  if (status)
    return status;
  const double lost = 1e-6;
  bool covers = coverage[0] > lost && coverage[1] > lost;
  bool symmetric =
      one->own.settled && one->swapped.settled && one->own.number == one->swapped.number;
  bool independent = one->prediction->sink_count == 1 &&
                     one->classes->item[one->own.number].count == 1 && one->own.settled;
  ag_claim_add(claim, "mass of A_O without A_P", coverage[0]);
  ag_claim_add(claim, "mass of A_P without A_O", coverage[1]);
  ag_claim_add(claim, "end item", (double)ag_audit_item(one, one->own.number));
  ag_claim_add(claim, "end with exchanged rewards item",
               (double)ag_audit_item(one, one->swapped.number));
  ag_claim_add(claim, "sinks", (double)one->prediction->sink_count);
  ag_claim_add(claim, "generations played", (double)one->own.generations);
  if (!one->own.settled && covers)
    ag_claim_say(
        claim, AG_VERDICT_UNDECIDED,
        "both optimal sets still have mass after %zu generations (%.3g and %.3g); a longer "
        "play, or a proof that nothing invades the mixture, would decide.",
        one->own.generations, coverage[0], coverage[1]);
  else
    ag_claim_say(claim, covers && symmetric && independent ? AG_VERDICT_FAILS : AG_VERDICT_HOLDS,
                 "full coverage: %s; symmetric influence: %s; independence of the start: %s.",
                 covers ? "kept" : "lost", symmetric ? "yes here" : "no",
                 independent ? "yes here" : "no");
  return AG_OK;
}

/* How much both could gain at once, or one without loss to the other, by a
 * mixture of two items: the distance to the Pareto frontier of the convex
 * hull, in temperatures. */
static double pareto_slack(const ag_audit_case *one, size_t number)
{
  const double t[2] = {one->game->curator[0].temperature, one->game->curator[1].temperature};
  double x = reward_of(one, one->owner, number) / t[one->owner], slack = 0;
  double y = reward_of(one, one->public_, number) / t[one->public_];
  const ag_classes *classes = one->classes;
  for (size_t i = 0; i < classes->front_count; i++)
    for (size_t j = 0; j < classes->front_count; j++) {
      size_t a = classes->front[i], b = classes->front[j];
      double xa = reward_of(one, one->owner, a) / t[one->owner] - x;
      double ya = reward_of(one, one->public_, a) / t[one->public_] - y;
      double xb = reward_of(one, one->owner, b) / t[one->owner] - x;
      double yb = reward_of(one, one->public_, b) / t[one->public_] - y;
      /* the mixture with x unchanged gains y; a has x above, b below */
      if (xa >= 0 && xb <= 0 && xa > xb)
        slack = fmax(slack, (xa * yb - xb * ya) / (xa - xb));
      if (ya >= 0 && yb <= 0 && ya > yb)
        slack = fmax(slack, (ya * xb - yb * xa) / (ya - yb));
      if (xa >= 0 && ya >= 0)
        slack = fmax(slack, fmax(xa, ya));
    }
  return slack;
}

ag_status ag_audit_theorem_7(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  if (not_two(one, claim))
    return AG_OK;
  double slack = pareto_slack(one, one->own.number);
  bool parity = one->own.number == one->reversed.number;
  bool pareto = slack <= 1e-9;
  bool unique = one->prediction->sink_count == 1 && one->classes->item[one->own.number].count == 1;
  ag_claim_add(claim, "end item, owner first item", (double)ag_audit_item(one, one->own.number));
  ag_claim_add(claim, "end item, public first item",
               (double)ag_audit_item(one, one->reversed.number));
  ag_claim_add(claim, "slack to the Pareto frontier", slack);
  ag_claim_add(claim, "sinks", (double)one->prediction->sink_count);
  ag_claim_add(claim, "items in the end", (double)one->classes->item[one->own.number].count);
  if (!one->own.settled || !one->reversed.settled)
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "not settled after %zu generations; more would decide.",
                 one->own.settled ? one->reversed.generations : one->own.generations);
  else
    ag_claim_say(claim, parity && pareto && unique ? AG_VERDICT_FAILS : AG_VERDICT_HOLDS,
                 "influence parity: %s; Pareto optimality: %s; uniqueness: %s%s.",
                 parity ? "yes" : "no", pareto ? "yes" : "no", unique ? "yes" : "no",
                 parity && pareto && unique
                     ? ". All three together: the impossibility does not hold profile by profile"
                     : "");
  return AG_OK;
}
