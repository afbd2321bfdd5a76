/* What came of a game: found once, from the game and its result. The summary in the terminal, the
 * page and the JSON documents print these facts and nothing of their own. In libaligngame alone. */
#ifndef AG_FACTS_H
#define AG_FACTS_H

#include <stdbool.h>

#include <aligngame/run.h>
#include <aligngame/theory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The outcome beside the ends that theory predicts for the loop that was played. */
typedef enum ag_run_verdict {
  AG_RUN_AS_PREDICTED, /* at least 99 % of the mass lies as at a predicted end */
  AG_RUN_ELSEWHERE,    /* it has come to rest, but at no predicted end */
  AG_RUN_STILL_MOVING, /* neither: more generations would change it */
  AG_RUN_NO_PREDICTION /* theory does not say where this loop ends, or nothing was played */
} ag_run_verdict;

AG_API const char *ag_run_verdict_name(ag_run_verdict verdict); /* "as predicted", … */

typedef enum ag_trend {
  AG_TREND_UNKNOWN,
  AG_TREND_FLAT,
  AG_TREND_RISING,
  AG_TREND_FALLING
} ag_trend;

AG_API const char *ag_trend_name(ag_trend trend); /* "flat", "rising", "falling"; NULL: not known */

/* What kind of end a verdict is against. */
typedef enum ag_end_kind {
  AG_END_NONE,
  AG_END_START, /* a neutral game stays where it began */
  AG_END_SINK,
  AG_END_REST_POINT
} ag_end_kind;

/* An outcome against the predicted ends: prediction->sinks, or prediction->rest_points. The end
 * that counts is the nearest that can be one: a sink; a rest point that attracts, of an exact game
 * its own start's if that attracts. Replicates may end at different sinks: theirs count together.
 */
typedef struct ag_ending {
  ag_run_verdict verdict;
  bool settled; /* it has come to rest: what is still ahead is less than 1 % of the mass */
  ag_end_kind kind;
  size_t number;        /* of the sink or rest point */
  double distance;      /* total variation from there; NaN: nowhere */
  size_t end_count;     /* sinks or rest points, whichever theory speaks of */
  double *end_mass;     /* [end_count] the mass on the items of each, */
  double *end_distance; /* [end_count] and the total variation from it: 1 - the mass on a sink */
  double theorem_share; /* the mass where the paper's theorem puts all; NaN: none is about it */
} ag_ending;

typedef struct ag_curator_facts {
  const char *name;   /* borrowed from the game */
  bool acts;          /* it changes what is learnt */
  double first, last; /* the share of the population that satisfies it, or else of its favourites,
                         at the first and last generation; NaN: not measured */
  ag_trend trend;
} ag_curator_facts;

typedef struct ag_facts {
  ag_prediction *prediction; /* owned; NULL: theory was not asked */
  ag_ending outcome;         /* of what was played: of samples, the mean over the replicates */
  bool has_exact;            /* a sampled game's exact counterpart has the same items, */
  ag_ending exact;           /* and this came of it */
  const char *thing;         /* what a population is made of: "item", "cell", "point" or "text" */
  size_t generations, replicates; /* replicates 0: the exact engine */
  size_t items;                   /* with p_0 > 0; 0: points or texts are played */
  size_t survivors;               /* items that keep at least a tenth of their initial share */
  size_t groups, groups_lost;     /* whose shares are measured; that keep less than a tenth */
  double diversity_first, diversity_last; /* effective numbers; NaN: not measured */
  ag_trend diversity;
  double half_life;  /* generations until the effective number has halved, interpolated; INFINITY:
                        not  within the run; NaN: not measured */
  size_t most;       /* the most massive item at the end; SIZE_MAX: there are no items */
  double most_share; /* its mass */
  /* Of texts: how many were learnt, longer than the model's context; were written, and had not
   * ended at the length that they may have. */
  size_t texts_learnt, learnt_cut, texts_written, written_cut;
  /* Words, marks and ends that perplexity is about; words that the first dataset does not have, and
   * how many of them are <unk> for all models: the others are left out. */
  size_t held_out_words, held_out_unknown, held_out_marked;
  size_t curator_count;
  ag_curator_facts *curator; /* [curator_count] */
} ag_facts;

/* Given: a game and what came of it.
 * Status: AG_ERROR_MEMORY. Cost: of ag_predict, and O(n) a predicted end.
 * Owner: ag_facts_free; the game must outlive the facts. */
AG_API ag_status ag_facts_find(const ag_game *game, const ag_result *result, ag_facts **facts,
                               ag_error *error);
AG_API void ag_facts_free(ag_facts *facts);

/* Whether values between low and high are one value but for rounding: a course of them is a flat
 * line. Values near 0 that are left where large ones cancelled are not recognised. */
AG_API bool ag_range_is_flat(double low, double high);

/* The document of `aligngame run --json`, on the heap; NULL where memory is out. */
AG_API char *ag_result_json(const ag_game *game, const ag_result *result, const ag_facts *facts);

/* --- in words --- */

typedef struct ag_short_text {
  char text[64];
} ag_short_text;

AG_API ag_short_text ag_text_share(double share);   /* 12.3 %, 1.2e-7 % */
AG_API ag_short_text ag_text_number(double number); /* four digits; – for NaN */
AG_API ag_short_text ag_text_count(size_t count);   /* 160,000 */

/* Sentences without their full stop, on the heap; NULL where memory is out. */
AG_API char *ag_item_set_words(const ag_game *game,
                               const ag_item_set *set); /* labels, three at most */
/* "disjoint: the curators' favourites have nothing in common"; NULL: nobody has favourites. */
AG_API char *ag_regime_words(const ag_prediction *prediction);
/* Whether the start decides between the ends: "every start leads there". */
AG_API char *ag_ends_words(const ag_facts *facts);
/* An end, how much of the mass is there, and how fast or certain it is. */
AG_API char *ag_end_words(const ag_game *game, const ag_facts *facts, size_t end);
AG_API char *ag_theorem_words(const ag_game *game, const ag_facts *facts); /* NULL: none applies */
AG_API char *ag_ending_words(const ag_game *game, const ag_facts *facts, const ag_ending *ending);
/* Who came out ahead: "public prevails". */
AG_API char *ag_facts_headline(const ag_facts *facts);
/* "Diversity fell from 3 to 1.2 effective items"; NULL: not measured. */
AG_API char *ag_diversity_words(const ag_facts *facts);
/* "Half of it was gone after about 2.4 generations; 1 of 3 items keeps at least a tenth of …". */
AG_API char *ag_survival_words(const ag_facts *facts);
/* "600 of 600 texts that were learnt were cut at the context"; NULL: none was cut. */
AG_API char *ag_cuts_words(const ag_facts *facts);
/* Of which held-out words perplexity is; NULL: of all of them, or nobody asked. */
AG_API char *ag_unknown_words(const ag_facts *facts);
AG_API char *
ag_satisfaction_words(const ag_facts *facts); /* of every curator; NULL: not measured */

#ifdef __cplusplus
}
#endif

#endif
