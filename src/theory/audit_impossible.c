/* Theorems 5 and 7: what no mechanism can have together. */
#include <math.h>
#include <stdio.h>

#include "theory/audit.h"

static double reward_of(const ag_audit_case *one, size_t curator, size_t number)
{
  return one->classes.reward[number * one->game->curator_count + curator];
}

static bool optimal_for(const ag_audit_case *one, size_t curator, size_t number)
{
  return reward_of(one, curator, number) >= one->game->curator[curator].optimal_level;
}

/* The masses of A_O without A_P and of A_P without A_O at the end. */
static void find_coverage(const ag_audit_case *one, double coverage[2])
{
  coverage[0] = coverage[1] = 0;
  for (size_t c = 0; c < one->classes.count; c++) {
    bool owns = optimal_for(one, one->owner, c), other = optimal_for(one, one->public_, c);
    coverage[0] += owns && !other ? one->own.p[c] : 0;
    coverage[1] += other && !owns ? one->own.p[c] : 0;
  }
}

static void add_coverage(const ag_audit_case *one, const double coverage[2], ag_claim *claim)
{
  const ag_curator *curator = one->game->curator;
  ag_claim_add(claim, coverage[0], "mass that only %s likes best", curator[one->owner].name);
  ag_claim_add(claim, coverage[1], "mass that only %s likes best", curator[one->public_].name);
  ag_claim_add_class(claim, one, one->own.limit.number, "end item");
  ag_claim_add_class(claim, one, one->swapped.limit.number, "end with exchanged rewards item");
  ag_claim_add(claim, (double)ag_audit_end_items(one, &one->own), "items in the end");
  ag_claim_add(claim, (double)one->prediction->sink_count, "sinks");
  ag_claim_add(claim, (double)one->own.limit.generations, "generations played");
}

/* One sink of one item: the end says nothing of the start. */
static bool is_unique(const ag_audit_case *one)
{
  return one->prediction->sink_count == 1 && one->own.limit.settled &&
         ag_audit_end_items(one, &one->own) == 1;
}

ag_status ag_audit_theorem_5(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  const double lost = 1e-6;
  double coverage[2];
  (void)error;
  if (one->prediction->regime == AG_REGIME_PERFECT) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE, "the optimal sets are equal: no misalignment.");
    return AG_OK;
  }
  find_coverage(one, coverage);
  bool covers = coverage[0] > lost && coverage[1] > lost;
  bool symmetric = ag_audit_same_end(one, &one->own, &one->swapped), independent = is_unique(one);
  add_coverage(one, coverage, claim);
  if (!one->own.limit.settled && covers) {
    ag_claim_say(
        claim, AG_VERDICT_UNDECIDED,
        "both optimal sets still have mass after %zu generations (%.3g and %.3g); a longer "
        "play, or a proof that nothing invades the mixture, would decide.",
        one->own.limit.generations, coverage[0], coverage[1]);
    return AG_OK;
  }
  ag_claim_say(claim, covers && symmetric && independent ? AG_VERDICT_FAILS : AG_VERDICT_HOLDS,
               "full coverage: %s; symmetric influence: %s; independence of the start: %s.",
               covers ? "kept" : "lost", symmetric ? "yes here" : "no",
               independent ? "yes here" : "no");
  ag_claim_weigh(claim);
  return AG_OK;
}

/* How much both could gain at once, or one without loss to the other, by a
 * mixture of two items: the distance to the Pareto frontier of the convex
 * hull, in temperatures. */
static double pareto_slack(const ag_audit_case *one, size_t number)
{
  const double t[2] = {one->game->curator[one->owner].temperature,
                       one->game->curator[one->public_].temperature};
  double x = reward_of(one, one->owner, number) / t[0], slack = 0;
  double y = reward_of(one, one->public_, number) / t[1];
  const ag_classes *classes = &one->classes;
  for (size_t i = 0; i < classes->front_count; i++)
    for (size_t j = 0; j < classes->front_count; j++) {
      size_t a = classes->front[i], b = classes->front[j];
      double xa = reward_of(one, one->owner, a) / t[0] - x;
      double ya = reward_of(one, one->public_, a) / t[1] - y;
      double xb = reward_of(one, one->owner, b) / t[0] - x;
      double yb = reward_of(one, one->public_, b) / t[1] - y;
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

static void add_parity(const ag_audit_case *one, double slack, ag_claim *claim)
{
  const ag_curator *curator = one->game->curator;
  char name[160];
  snprintf(name, sizeof name, "end item, %.100s first item", curator[one->owner].name);
  ag_claim_add_class(claim, one, one->own.limit.number, name);
  snprintf(name, sizeof name, "end item, %.100s first item", curator[one->public_].name);
  ag_claim_add_class(claim, one, one->reversed.limit.number, name);
  ag_claim_add(claim, slack, "slack to the Pareto frontier");
  ag_claim_add(claim, (double)one->prediction->sink_count, "sinks");
  ag_claim_add(claim, (double)ag_audit_end_items(one, &one->own), "items in the end");
}

ag_status ag_audit_theorem_7(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  const ag_limit *own = &one->own.limit, *reversed = &one->reversed.limit;
  double slack = pareto_slack(one, own->number);
  bool parity = ag_audit_same_end(one, &one->own, &one->reversed);
  bool pareto = slack <= 1e-9, unique = is_unique(one);
  add_parity(one, slack, claim);
  if (!own->settled || !reversed->settled) {
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "not settled after %zu generations; more would decide.",
                 own->settled ? reversed->generations : own->generations);
    return AG_OK;
  }
  ag_claim_say(claim, parity && pareto && unique ? AG_VERDICT_FAILS : AG_VERDICT_HOLDS,
               "influence parity: %s; Pareto optimality: %s; uniqueness: %s.",
               parity ? "yes" : "no", pareto ? "yes" : "no", unique ? "yes" : "no");
  if (parity && pareto && unique)
    ag_claim_go_on(claim, " All three together, which the claim says is never so.");
  ag_claim_weigh(claim);
  return AG_OK;
}
