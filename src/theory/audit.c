#include "theory/audit.h"

#include <stdlib.h>
#include <string.h>

const char *ag_verdict_name(ag_verdict verdict)
{
  static const char *const names[] = {"holds", "fails", "not applicable", "undecided"};
  return names[verdict];
}

/* --- the claims --- */

const struct ag_audit_claim ag_audit_claims[AG_AUDIT_CLAIMS] = {
    {"theorem 1", AG_ABOUT_REGIME, AG_REGIME_PERFECT, ag_audit_limit},
    {"corollary 2", AG_ABOUT_REGIME, AG_REGIME_PERFECT, ag_audit_single_limit},
    {"theorem 3", AG_ABOUT_REGIME, AG_REGIME_PARTIAL, ag_audit_limit},
    {"theorem 4", AG_ABOUT_REGIME, AG_REGIME_DISJOINT, ag_audit_limit},
    {"theorem 5", .about = AG_ABOUT_TWO, .audit = ag_audit_theorem_5},
    {"theorem 6", .about = AG_ABOUT_TWO, .audit = ag_audit_theorem_6},
    {"theorem 7", .about = AG_ABOUT_TWO, .audit = ag_audit_theorem_7},
    {"ferbach variance", .audit = ag_audit_variance},
    {"ferbach divergence", .audit = ag_audit_divergence},
};

ag_status ag_audit_judge(const ag_audit_case *one, const struct ag_audit_claim *type,
                         ag_claim *claim, ag_error *error)
{
  ag_regime regime = one->prediction->regime;
  claim->claim = type->name;
  if (type->about != AG_ABOUT_ANY && !(type->about == AG_ABOUT_TWO ? one->two : one->applies))
    ag_claim_say_loop(one, claim);
  else if (type->about == AG_ABOUT_REGIME && type->regime != regime)
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE, "the preferences are %s, not %s.",
                 ag_regime_name(regime), ag_regime_name(type->regime));
  else
    return type->audit(one, claim, error);
  return AG_OK;
}

/* What a grid does to the statements, said once a claim. */
static void add_remarks(const ag_game *game, ag_claim *claim)
{
  bool loop = strncmp(claim->claim, "ferbach", 7) != 0;
  if (loop && game->space->dim > 0 && claim->verdict != AG_VERDICT_NOT_APPLICABLE)
    ag_claim_go_on(claim,
                   " (On a grid the sets are sets of cells, and gaps between cells are positive of "
                   "themselves: for the continuous space the uniform gap has to be shown apart.)");
}

ag_status ag_audit_game(const ag_game *game, const ag_audit_options *options, ag_audit **out,
                        ag_error *error)
{
  ag_audit_case one = {0};
  ag_audit *audit = calloc(1, sizeof *audit);
  ag_status status = audit && (audit->claim = calloc(AG_AUDIT_CLAIMS, sizeof *audit->claim))
                         ? ag_audit_case_create(game, options, &one, error)
                         : ag_fail(error, AG_ERROR_MEMORY, "no memory for an audit");
  for (size_t c = 0; !status && c < AG_AUDIT_CLAIMS; c++) {
    ag_claim *claim = &audit->claim[audit->claim_count++];
    status = ag_audit_judge(&one, &ag_audit_claims[c], claim, error);
    add_remarks(game, claim);
  }
  ag_audit_case_free(&one);
  if (status)
    ag_audit_free(audit);
  else
    *out = audit;
  return status;
}

void ag_audit_free(ag_audit *audit)
{
  if (!audit)
    return;
  free(audit->claim);
  free(audit);
}
