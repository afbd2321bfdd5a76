/* Where a game must end, how fast, and from which starts. */
#ifndef AG_ANALYSIS_H
#define AG_ANALYSIS_H

#include <signal.h>

#include <aligngame/api.h>
#include <aligngame/theory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The paper's constants for the first curator that acts (its Owner) and the next (its Public), in
 * units of the temperatures, on a finite space, where the paper's delta may go to 0 and its
 * neighbourhoods shrink to the sets. Only where the paper's theorems are about the loop. */
typedef struct ag_constants {
  size_t owner, public_;        /* the curators; the same one where it is alone */
  double gap_owner, gap_public; /* Delta_O, Delta_P; INFINITY: every item is optimal */
  double gap_refinement;        /* Delta_{P|O}; INFINITY: A_{P|O} is all of A_O */
  double v_min;                 /* p_0(A_O) */
  double pool_threshold;        /* K_0 = 1 + ceil(8 / (Delta_O v_min)), as printed */
  double pool_needed;           /* 1 + ceil(8 Delta_O / v_min), what the Chernoff step needs */
  double c_owner;               /* C_O = 4 / v_min + 1 */
  double rho;                   /* (C_O / v_min) exp(-Delta_O) */
  bool vacuous;                 /* rho >= 1: the bound says nothing */
} ag_constants;

typedef struct ag_sink_detail {
  size_t invader; /* an item of the class that grows fastest; SIZE_MAX: there is none */
  double power;   /* exponent of the power law of a loop that accumulates; NaN otherwise */
} ag_sink_detail;

enum { AG_GROWTH_MOST = 12 };

typedef struct ag_analysis {
  ag_prediction *prediction;
  size_t item_count, class_count, front_count;
  ag_constants constants;
  double *contraction;  /* [curators] bound on the factor of the odds of a suboptimal item, one
                           curation; NaN: no reward, or no such item */
  bool by_sum;          /* classes are of items whose rewards have the same sum in temperatures */
  ag_sink_detail *sink; /* [prediction->sink_count] */
  size_t growth_count;  /* classes in the table: sinks, then the rest of the Pareto front */
  size_t *growth_item;  /* [growth_count] an item of each */
  double *log_growth;   /* [growth_count, growth_count] log lambda(row | column) */
} ag_analysis;

/* Status: AG_ERROR_MEMORY. Cost: O(n log n + front^2). Owner: ag_analysis_free.
 * Source: arXiv 2511.12804, Lemma 2 and Proposition 3; docs/theory.md. */
AG_API ag_status ag_analyze(const ag_game *game, ag_analysis **analysis, ag_error *error);
AG_API void ag_analysis_free(ag_analysis *analysis);

/* --- basins --- */

typedef enum ag_basin_kind {
  AG_BASIN_ONE_SINK,      /* every start ends there (or nothing is a sink) */
  AG_BASIN_CRITICAL_MASS, /* two classes: a boundary between two starts */
  AG_BASIN_TERNARY,       /* three classes: a map of all starts */
  AG_BASIN_SHARES         /* shares of random starts */
} ag_basin_kind;

/* One order of play: the game's, begun at another curator. */
typedef struct ag_basin_order {
  size_t first;   /* the curator that moves first; SIZE_MAX: nobody acts */
  size_t own_end; /* the end that p_0 itself reaches: number of the sink, or of the rest point,
                     in the prediction; SIZE_MAX: not known */
  double critical_mass;  /* CRITICAL_MASS: initial mass of `item` above which it gains, to 1e-12;
                            NaN:  not known */
  size_t *count;         /* [sink_count + 1] starts that come to each end; last: undecided */
  unsigned char *winner; /* TERNARY: [points] sink number, sink_count: undecided */
} ag_basin_order;

typedef struct ag_basins {
  ag_basin_kind kind;
  size_t sink_count;  /* of ends: the prediction's sinks, or else its rest points */
  size_t item[3];     /* CRITICAL_MASS, TERNARY: an item of each class, */
  double mass[3];     /* and the class's mass at the start */
  size_t start_count; /* TERNARY, SHARES: starts tried for each order */
  size_t side;        /* TERNARY: points i + j + k = side, i outermost, then j */
  size_t order_count;
  ag_basin_order *order; /* [order_count] each curator first, in the order of play */
} ag_basins;

typedef struct ag_basin_options {
  uint64_t seed;
  size_t starts; /* of SHARES; 0: 500 */
  size_t side;   /* of TERNARY; 0: 40 */
} ag_basin_options;

/* Exact play on classes from many starts; random starts are uniform on the
 * simplex of the classes. Status: AG_ERROR_MEMORY. Owner: ag_basins_free.
 * Cost: (starts) plays of a game with as many items as there are classes. */
AG_API ag_status ag_basins_find(const ag_game *game, const ag_basin_options *options,
                                ag_basins **basins, ag_error *error);
AG_API void ag_basins_free(ag_basins *basins);

/* --- phase diagrams --- */

typedef struct ag_phase_axis {
  const char *path; /* a key of the game, such as curators.owner.pool; several, which all get the
                       value, with commas between */
  double low, high;
  size_t count; /* values, at least 2 */
  bool logarithmic, integer;
} ag_phase_axis;

typedef enum ag_phase_winner {
  AG_PHASE_OWNER,      /* ends in the optimal set of the first curator who acts only, or there is
                          no other who acts */
  AG_PHASE_PUBLIC,     /* in that of the next one only */
  AG_PHASE_SHARED,     /* in both */
  AG_PHASE_COMPROMISE, /* in neither */
  AG_PHASE_UNSETTLED,  /* no class holds nearly all, and nothing is known of where it ends */
  AG_PHASE_DIVERSE,    /* it has come to a rest point that keeps several classes */
  AG_PHASE_REFUSED,    /* the point is no game, or none that theory covers */
  AG_PHASE_WINNERS     /* how many of these there are */
} ag_phase_winner;

/* first, second, shared, compromise, unsettled, diverse, refused. */
AG_API const char *ag_phase_winner_name(ag_phase_winner winner);

typedef struct ag_phase {
  ag_phase_axis axis[2];
  char *curator[2];          /* names of the two curators whose favourites are told apart; twice the
                                same where only one acts */
  char *word[2];             /* the names as words of the diagram: "curator NAME" where the name is
                                one of its other words */
  double *value[2];          /* [count] */
  unsigned char *winner;     /* [count1, count0] ag_phase_winner, row by row of axis 1 */
  unsigned char *sink_count; /* [count1, count0], at most 255; of ends that attract; more than one:
                                lock-in */
  double *effective_number;  /* [count1, count0] at the end; NaN where it was refused */
  size_t refused, refused_at; /* how many points were, and the first of them: [y * count0 + x] */
  char *refusal;              /* why that one was; NULL: none was refused */
} ag_phase;

/* The curators by their own names. Borrowed from the phase. */
AG_API const char *ag_phase_winner_word(const ag_phase *phase, ag_phase_winner winner);
/* A capital letter for each, or '.': of a curator its initial where nobody else has it, else A, B.
 */
AG_API char ag_phase_letter(const ag_phase *phase, ag_phase_winner winner);

typedef struct ag_phase_options {
  size_t generations; /* where play stops; 0: 2000 */
  const char *kept;   /* a file that keeps the points as they are played, so that the same diagram
                         goes on after an interrupt or a kill; NULL: none. It stays. */
  const volatile sig_atomic_t *interrupt; /* not 0: it stops, with AG_ERROR_INTERRUPTED; or NULL */
  void (*progress)(void *context, size_t done, size_t of); /* by one thread at a time; or NULL */
  void *context;
} ag_phase_options;

/* Finds where the game in file path (or text of size bytes) ends at every point of the two axes: by
 * analysis where that knows, else by play. options may be NULL. A point that is no game, that is
 * played on samples or of which theory says nothing is AG_PHASE_REFUSED. Status: AG_ERROR_INPUT,
 * with the first point's reason: all of them are. */
AG_API ag_status ag_phase_play(const char *name, const char *text, size_t size,
                               const char *const *overrides, size_t override_count,
                               const ag_phase_axis axis[2], const ag_phase_options *options,
                               ag_phase **phase, ag_error *error);
AG_API void ag_phase_free(ag_phase *phase);

#ifdef __cplusplus
}
#endif

#endif
