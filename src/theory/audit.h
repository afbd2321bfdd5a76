/* What the claims' audits share. One claim is one function in the list of
 * audit.c. */
#ifndef AG_THEORY_AUDIT_H
#define AG_THEORY_AUDIT_H

#include <aligngame/audit.h>

#include "theory/limit.h"
#include "theory/theory.h"

/* The game of the classes, as it is played, its prediction and its ends. Curator number owner moves first, public_ next. */
typedef struct ag_audit_case {
  const ag_game *game;
  ag_audit_options options;
  const ag_classes *classes;
  const ag_ends *ends;
  const ag_prediction *prediction;
  ag_game_numbers numbers; /* one item a class */
  size_t owner, public_;
  bool two;          /* two curators, each with one stage */
  size_t claimed;    /* the class on which the regime's theorem puts the limit */
  ag_limit own;      /* the game as it stands */
  ag_limit reversed; /* begun at the other curator; with `two` */
  ag_limit swapped;  /* the curators' rewards exchanged; with `two` */
} ag_audit_case;

void ag_claim_say(ag_claim *claim, ag_verdict verdict, const char *format, ...) AG_PRINTF(3, 4);
void ag_claim_add(ag_claim *claim, const char *name, double value);

/* An item of a class, and its label in the game. */
size_t ag_audit_item(const ag_audit_case *one, size_t number);
const char *ag_audit_label(const ag_audit_case *one, size_t number, char *text, size_t size);

ag_status ag_audit_theorem_1(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_corollary_2(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_3(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_4(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_5(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_6(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_7(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_variance(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_divergence(const ag_audit_case *one, ag_claim *claim, ag_error *error);

/* The best report found for a curator of the case: gain over the truth in the
 * curator's own reward, and the report by class [classes]. */
typedef struct ag_misreport {
  double truth, gain;
  size_t tried;
  char kind[64];
  double *report; /* [classes] */
} ag_misreport;

ag_status ag_misreport_find(const ag_audit_case *one, size_t curator, ag_misreport *best,
                            ag_error *error);

/* Builds a case (owned by the caller) and takes it apart. */
ag_status ag_audit_case_create(const ag_game *game, const ag_audit_options *options,
                               const ag_classes *classes, const ag_ends *ends,
                               const ag_prediction *prediction, ag_audit_case *one,
                               ag_error *error);
void ag_audit_case_free(ag_audit_case *one);

#endif
