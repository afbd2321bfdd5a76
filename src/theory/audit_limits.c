/* Theorems 1, 3 and 4 and Corollary 2: where the paper puts the limit. */
#include <math.h>

#include "theory/audit.h"

/* The sinks settle it where there is one; several: the game is played. */
static void judge_limit(const ag_audit_case *one, ag_claim *claim)
{
  char claimed[192], end[192];
  const ag_limit *own = &one->own;
  ag_audit_label(one, one->claimed, claimed, sizeof claimed);
  ag_audit_label(one, own->number, end, sizeof end);
  ag_claim_add(claim, "claimed item", (double)ag_audit_item(one, one->claimed));
  ag_claim_add(claim, "end item", (double)ag_audit_item(one, own->number));
  ag_claim_add(claim, "mass outside the end", own->outside);
  ag_claim_add(claim, "generations played", (double)own->generations);
  ag_claim_add(claim, "sinks", (double)one->prediction->sink_count);
  size_t invader;
  double worst = ag_classes_worst_invader(one->classes, one->claimed, &invader);
  ag_claim_add(claim, "lambda_max at the claimed set", exp(worst));
  if (invader != one->claimed)
    ag_claim_add(claim, "fastest invader item", (double)ag_audit_item(one, invader));
  if (!own->settled)
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "after %zu generations %.3g of the mass is still outside %s; more generations "
                 "would decide.",
                 own->generations, own->outside, end);
  else if (own->number == one->claimed)
    ag_claim_say(claim, AG_VERDICT_HOLDS,
                 "the game ends on %s, in the proportions of p_0, as claimed.", claimed);
  else
    ag_claim_say(claim, AG_VERDICT_FAILS,
                 "the claim puts the limit on %s; exact play ends on %s%s.", claimed, end,
                 worst > 1e-12 ? ", which invades the claimed set"
                               : ": the claimed set is a sink too, but not from this start");
}

static bool other_regime(const ag_audit_case *one, ag_regime regime, ag_claim *claim)
{
  if (one->prediction->regime == regime)
    return false;
  ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE, "the preferences are %s, not %s.",
               ag_regime_name(one->prediction->regime), ag_regime_name(regime));
  return true;
}

ag_status ag_audit_theorem_1(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  if (!other_regime(one, AG_REGIME_PERFECT, claim))
    judge_limit(one, claim);
  return AG_OK;
}

ag_status ag_audit_corollary_2(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  if (other_regime(one, AG_REGIME_PERFECT, claim))
    return AG_OK;
  if (one->prediction->paper_limit.count != 1)
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the common optimum is not a single item but %zu.",
                 one->prediction->paper_limit.count);
  else
    judge_limit(one, claim);
  return AG_OK;
}

ag_status ag_audit_theorem_3(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  if (!other_regime(one, AG_REGIME_PARTIAL, claim))
    judge_limit(one, claim);
  return AG_OK;
}

ag_status ag_audit_theorem_4(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  (void)error;
  if (!other_regime(one, AG_REGIME_DISJOINT, claim))
    judge_limit(one, claim);
  return AG_OK;
}
