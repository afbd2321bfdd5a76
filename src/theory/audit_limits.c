/* Theorems 1, 3 and 4 and Corollary 2: where the paper puts the limit. */
#include <math.h>

#include "theory/audit.h"

static void add_evidence(const ag_audit_case *one, double *worst, ag_claim *claim)
{
  const ag_limit *own = &one->own.limit;
  size_t invader;
  *worst = ag_classes_worst_invader(&one->classes, one->claimed, &invader);
  ag_claim_add_class(claim, one, one->claimed, "claimed item");
  ag_claim_add_class(claim, one, own->number, "end item");
  ag_claim_add(claim, (double)one->prediction->paper_limit.count, "items claimed");
  if (own->settled)
    ag_claim_add(claim, (double)ag_audit_end_items(one, &one->own), "items at the end");
  ag_claim_add(claim, own->outside, "mass outside the end");
  ag_claim_add(claim, (double)own->generations, "generations played");
  ag_claim_add(claim, (double)one->prediction->sink_count, "sinks");
  ag_claim_add(claim, exp(*worst), "lambda_max at the claimed set");
  if (invader != one->claimed)
    ag_claim_add_class(claim, one, invader, "fastest invader item");
}

/* Limits are compared as sets: p_0 on a larger set than claimed is another limit. */
ag_status ag_audit_limit(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  char claimed[192], end[192];
  const ag_limit *own = &one->own.limit;
  double worst;
  (void)error;
  ag_audit_label(one, one->claimed, claimed, sizeof claimed);
  ag_audit_label(one, own->number, end, sizeof end);
  add_evidence(one, &worst, claim);
  if (!own->settled)
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "after %zu generations %.3g of the mass is still outside %s; more generations "
                 "would decide.",
                 own->generations, own->outside, end);
  else if (ag_audit_ends_on(one, &one->own, one->claimed))
    ag_claim_say(claim, AG_VERDICT_HOLDS,
                 "the game ends on %s, in the proportions of p_0, as claimed.", claimed);
  else if (one->own.p[one->claimed] > 0)
    ag_claim_say(claim, AG_VERDICT_FAILS,
                 "the claim puts the limit on %s; the game ends on more than that, on %zu items in "
                 "the proportions of p_0, which both curators together like equally well.",
                 claimed, ag_audit_end_items(one, &one->own));
  else
    ag_claim_say(claim, AG_VERDICT_FAILS, "the claim puts the limit on %s; %s ends on %s%s.",
                 claimed, own->decided ? "invasion analysis" : "exact play", end,
                 worst > 1e-12 ? ", and the claimed set can be invaded"
                               : ": the claimed set is a sink too, but not from this start");
  return AG_OK;
}

ag_status ag_audit_single_limit(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  if (one->prediction->paper_limit.count == 1)
    return ag_audit_limit(one, claim, error);
  ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE, "the common optimum is not a single item but %zu.",
               one->prediction->paper_limit.count);
  return AG_OK;
}
