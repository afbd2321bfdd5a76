/* What the claims' audits share. One claim is one function in the list of
 * audit.c. */
#ifndef AG_THEORY_AUDIT_H
#define AG_THEORY_AUDIT_H

#include <aligngame/audit.h>

#include "theory/limit.h"
#include "theory/theory.h"

/* Where a variant of the game ends, over the classes of the case. */
typedef struct ag_audit_end {
  ag_limit limit;
  double *p; /* [classes] at the end where that is known, else at the stop */
} ag_audit_end;

/* The game as it is played, with one item for each class of items equal in all rewards: also where
 * only the sum of rewards counts, because reports change rewards. Curator number owner moves first,
 * public_ next. */
typedef struct ag_audit_case {
  const ag_game *game;
  ag_audit_options options;
  ag_prediction *prediction;
  bool applies;       /* the theorems are about this loop, and two curators act in it; */
  bool two;           /* each once a generation. All below is there where `applies`: */
  ag_classes classes; /* but the classes and their numbers, which are for every game of items */
  ag_game_numbers numbers;
  size_t owner, public_;
  size_t claimed;        /* the class on which the regime's theorem puts the limit */
  ag_audit_end own;      /* the game as it stands */
  ag_audit_end reversed; /* begun at the other curator; with `two` */
  ag_audit_end swapped;  /* the curators' rewards exchanged; with `two` */
} ag_audit_case;

void ag_claim_say(ag_claim *claim, ag_verdict verdict, const char *format, ...) AG_PRINTF(3, 4);
/* Appends to the explanation. */
void ag_claim_go_on(ag_claim *claim, const char *format, ...) AG_PRINTF(2, 3);
void ag_claim_add(ag_claim *claim, double value, const char *name, ...) AG_PRINTF(3, 4);
/* A class: its first item's number. */
void ag_claim_add_class(ag_claim *claim, const ag_audit_case *one, size_t number, const char *name);

/* What the verdict on a statement about all profiles means where one profile was looked at. */
void ag_claim_weigh(ag_claim *claim);

/* Why the claims about two curators are not about the loop that is played. */
void ag_claim_say_loop(const ag_audit_case *one, ag_claim *claim);

/* An item of a class, and its label in the game. */
size_t ag_audit_item(const ag_audit_case *one, size_t number);
const char *ag_audit_label(const ag_audit_case *one, size_t number, char *text, size_t size);

/* Whether two ends are the same set; whether the end is p_0 on this one class; on how many items it
 * is. */
bool ag_audit_same_end(const ag_audit_case *one, const ag_audit_end *a, const ag_audit_end *b);
bool ag_audit_ends_on(const ag_audit_case *one, const ag_audit_end *end, size_t number);
size_t ag_audit_end_items(const ag_audit_case *one, const ag_audit_end *end);

/* What a claim is about; other games are told so before its audit is asked. */
typedef enum ag_audit_subject {
  AG_ABOUT_ANY,    /* the audit looks for itself */
  AG_ABOUT_REGIME, /* two curators one after another, whose preferences are so */
  AG_ABOUT_TWO     /* two curators who act once each a generation */
} ag_audit_subject;

/* The claims in their order. audit: what is said of the case is put into the claim. */
enum { AG_AUDIT_CLAIMS = 9 };
extern const struct ag_audit_claim {
  const char *name;
  ag_audit_subject about;
  ag_regime regime;
  ag_status (*audit)(const ag_audit_case *one, ag_claim *claim, ag_error *error);
} ag_audit_claims[AG_AUDIT_CLAIMS];
/* Fills the claim, which is empty. Status: AG_ERROR_MEMORY. */
ag_status ag_audit_judge(const ag_audit_case *one, const struct ag_audit_claim *type,
                         ag_claim *claim, ag_error *error);

ag_status ag_audit_limit(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_single_limit(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_5(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_6(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_theorem_7(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_variance(const ag_audit_case *one, ag_claim *claim, ag_error *error);
ag_status ag_audit_divergence(const ag_audit_case *one, ag_claim *claim, ag_error *error);

/* --- reports --- */

/* What is known of one curator's truth against its lies. */
typedef enum ag_truth {
  AG_TRUTH_DOMINANT, /* proven */
  AG_TRUTH_BEATEN,   /* a lie pays, against some report of the other */
  AG_TRUTH_UNKNOWN
} ag_truth;

/* Under the same report of the other curator: the curator's own utility by the truth and by a lie,
 * E r at the end. */
typedef struct ag_misreport {
  ag_truth truth;
  bool indifferent;     /* it tells no items apart: nothing is to be gained */
  bool against_truth;   /* the other reports its truth */
  double honest, lying; /* utilities */
  size_t tried;         /* pairs of reports */
  char kind[64];        /* of the lie */
  double *report;       /* [classes] the lie */
  double *other;        /* [classes] the other's report */
} ag_misreport;

/* For the curator among the case's two. Status: AG_ERROR_MEMORY. Cost: some hundred plays.
 * Owner: ag_misreport_free. */
ag_status ag_misreport_find(const ag_audit_case *one, size_t curator, ag_misreport *best,
                            ag_error *error);
void ag_misreport_free(ag_misreport *best);

/* Whether the curator's truth ends inside its optimal set whatever the other reports: even if the
 * other keeps such an item only from pools that have nothing else. Status: AG_ERROR_MEMORY. */
ag_status ag_truth_prevails(const ag_audit_case *one, size_t curator, bool *prevails,
                            ag_error *error);

/* Builds a case (owned by the caller) and takes it apart. Status: AG_ERROR_MEMORY. */
ag_status ag_audit_case_create(const ag_game *game, const ag_audit_options *options,
                               ag_audit_case *one, ag_error *error);
void ag_audit_case_free(ag_audit_case *one);

#endif
