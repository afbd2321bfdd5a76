/* Every claim of the paper against the exact outcome of a game. */
#ifndef AG_AUDIT_H
#define AG_AUDIT_H

#include <stdbool.h>

#include <aligngame/api.h>
#include <aligngame/game.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ag_verdict {
  AG_VERDICT_HOLDS,
  AG_VERDICT_FAILS,
  AG_VERDICT_NOT_APPLICABLE,
  AG_VERDICT_UNDECIDED
} ag_verdict;

AG_API const char *ag_verdict_name(ag_verdict verdict);

typedef struct ag_evidence {
  char name[192];
  double value;
  bool item; /* the value is an item's number; the name ends in "item" */
} ag_evidence;

enum { AG_EVIDENCE_MOST = 20 };

typedef struct ag_claim {
  const char *claim; /* "theorem 1" … "theorem 7", "corollary 2", "ferbach variance", … */
  ag_verdict verdict;
  char explanation[1024];
  size_t evidence_count;
  ag_evidence evidence[AG_EVIDENCE_MOST];
} ag_claim;

typedef struct ag_audit {
  size_t claim_count;
  ag_claim *claim; /* [claim_count] */
} ag_audit;

typedef struct ag_audit_options {
  uint64_t seed;      /* of the search over reports */
  size_t generations; /* bound on exact play; 0: 20000 */
  size_t searches;    /* random pairs of reports tried for each curator; 0: 200 */
} ag_audit_options;

/* Plays and analyses the game's own loop, and no other: a claim that is not about it is not
 * applicable, and its explanation says why. A verdict is about this profile (rewards, start, loop):
 * of a statement about all profiles (Theorems 5, 6 and 7) `fails` is a counterexample, and `holds`
 * says that what it claims of this profile is proven, which is consistent with the claim and no
 * more. For Theorem 6 a profile is what the curators truly like: the truth has to be best whatever
 * both report.
 * Status: AG_ERROR_MEMORY. Owner: ag_audit_free. Cost: some hundred plays of a
 * game with one item a class.
 * Source: arXiv 2511.12804, Theorems 1, 3-7 and Corollary 2; Ferbach et al.,
 * arXiv 2407.09499. */
AG_API ag_status ag_audit_game(const ag_game *game, const ag_audit_options *options,
                               ag_audit **audit, ag_error *error);
AG_API void ag_audit_free(ag_audit *audit);

/* --- the claims over an ensemble of random games --- */

typedef struct ag_ensemble_options {
  uint64_t seed;
  size_t games;                   /* for each regime; 0: 1000 */
  size_t sink_games;              /* random games played to their sink; 0: 1000 */
  size_t phase_side, phase_games; /* Theorem 4's diagram; 0: 16 and 24 */
  void (*progress)(void *context, size_t done, size_t of);
  void *context;
} ag_ensemble_options;

/* A finite game small enough to print. */
typedef struct ag_witness {
  bool found;
  size_t atoms;
  double mass[4], reward[2][4]; /* integers */
  ag_pool pool;                 /* of both curators */
  size_t end;                   /* the atom on which exact play ends */
  double gain;                  /* theorem 6: of the best misreport */
  size_t liar;                  /* theorem 6: the curator; its report: */
  double report[4];
} ag_witness;

typedef struct ag_ensemble_row {
  const char *claim;
  size_t count[3][4]; /* [regime][verdict]: perfect, partial, disjoint */
  ag_witness witness; /* the smallest counterexample found */
} ag_ensemble_row;

typedef struct ag_ensemble {
  ag_ensemble_options options; /* as played: nothing is 0 */
  size_t row_count;
  ag_ensemble_row *row;
  /* exact play against invasion analysis, 3-40 atoms, 2 or 3 curators, pools 2-1000 and infinity */
  size_t sink_games, ended_at_sink, unsettled, elsewhere, lock_in;
  size_t rates;            /* games whose decay was slow enough to measure */
  double worst_rate_error; /* of log lambda */
  /* Theorem 4 in random disjoint games over the two gaps, in temperatures */
  size_t side;
  double *gap;   /* [side] values of each axis */
  double *share; /* [side, side] games in which it held: row: Public's gap */
} ag_ensemble;

/* Status: AG_ERROR_MEMORY. Owner: ag_ensemble_free. Cost: a few minutes on two cores. */
AG_API ag_status ag_ensemble_play(const ag_ensemble_options *options, ag_ensemble **ensemble,
                                  ag_error *error);
AG_API void ag_ensemble_free(ag_ensemble *ensemble);

#ifdef __cplusplus
}
#endif

#endif
