/* The experiments of arXiv 2511.12804, played once more and held beside its figures. Results are
 * data, to be read only: whoever plays decides what is told, and where files go. In libaligngame
 * alone. */
#ifndef AG_PAPER_H
#define AG_PAPER_H

#include <signal.h>
#include <stdbool.h>

#include <aligngame/audit.h>
#include <aligngame/facts.h>
#include <aligngame/run.h>
#include <aligngame/theory.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Scenarios: perfect, partial, disjoint. Sides: Owner, Public. Values: of both quantities (mean
 * distance to a side's centre, share of the points inside its disc) both sides'. */
enum { AG_PAPER_SCENARIOS = 3, AG_PAPER_SIDES = 2, AG_PAPER_VALUES = 4 };

typedef struct ag_paper_scenario {
  const char *name;                /* of the regime */
  const char *exact, *sampled;     /* presets of the circle games */
  double public_x;                 /* the Public's centre is (public_x, 0), the Owner's (0, 0) */
  double circles[AG_PAPER_VALUES]; /* what Figures 1 and 2 show after 100 iterations */
  double words[2]; /* mean number of words that Figure 3 shows at iteration 20: from … to */
} ag_paper_scenario;

AG_API extern const ag_paper_scenario ag_paper_scenarios[AG_PAPER_SCENARIOS];

/* What every experiment is told; zero leaves each field to the experiment. All borrowed. */
typedef struct ag_paper_options {
  size_t cells;                /* of a side of the exact circle games' grid */
  size_t seeds, generations;   /* of each game */
  const char *const *override; /* [override_count] `key.path=value`, of all games; in the circle
                                  games those of `space.` are for the exact ones alone */
  size_t override_count;
  const char *kept; /* a folder, which is there, for run directories of the games with samples: one
                       that has ended there is not played again, one that was interrupted or killed
                       goes on. They stay. NULL: in memory */
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop */
  /* A game begins, goes on, and has been played (or failed) as number `played`, from 1. Called
   * by the thread that plays. */
  void (*begin)(void *context, const ag_game *game);
  void (*progress)(void *context, const ag_progress *report);
  void (*end)(void *context, size_t played);
  void *context;
} ag_paper_options;

/* --- circles, exactly --- */

/* The circle game of a scenario, for ag_run and ag_predict.
 * Status: AG_ERROR_INPUT (an override), AG_ERROR_MEMORY. Owner: ag_game_free. */
AG_API ag_status ag_paper_circles_load(const ag_paper_options *options, size_t scenario,
                                       ag_game **game, ag_error *error);

/* Such a game when it has been played, as the caller holds it. */
typedef struct ag_paper_exact {
  ag_game *game;
  ag_result *result;
  ag_facts *facts; /* what came of it */
} ag_paper_exact;

/* The metrics of the values: "distance.owner", … */
AG_API extern const char *const ag_paper_metrics[AG_PAPER_VALUES];
/* It at the end of a game, NaN where it is not measured. */
AG_API double ag_paper_value(const ag_result *result, size_t value);

/* --- circles, with samples --- */

enum { AG_PAPER_RULES = 4, AG_PAPER_PLAYS_MOST = 80 };

/* "pools", "groups", "softmax", "top" */
AG_API extern const char *const ag_paper_rules[AG_PAPER_RULES];

typedef enum ag_paper_part {
  AG_PAPER_AS_PRINTED, /* the paper's sizes under each rule */
  AG_PAPER_CHANGED,    /* the best rule with one thing changed */
  AG_PAPER_NAMED,      /* other sizes and orders, of the disjoint game */
  AG_PAPER_SWEPT       /* pressure and order alone, of the disjoint game */
} ag_paper_part;

/* A value at the end beside the paper's. */
typedef struct ag_paper_number {
  const char *quantity, *side; /* "distance", "Owner", … */
  double paper;                /* NaN: the paper has no such game */
  ag_spread spread;            /* all NaN where it is not measured */
  double exact;                /* of the exact counterpart; NaN: there is none */
  const char *verdict;         /* agrees, some seeds, higher, lower, undefined */
} ag_paper_number;

typedef struct ag_paper_play {
  ag_paper_part part;
  size_t scenario, rule;
  const char *variant; /* in words; NULL: as printed */
  size_t first;        /* the side that moves first */
  double pressure;     /* how much harder the Owner selects: Public's kept share over its own; as
                          the dataset grows, at the beginning */
  ag_game *game;
  ag_result *result;
  ag_paper_number number[AG_PAPER_VALUES];
  double deviation;                 /* root mean square, from the paper's values */
  size_t seeds_won[AG_PAPER_SIDES]; /* seeds that end nearer to this side's centre */
  size_t winner; /* the side that wins more than nine seeds of ten, or AG_PAPER_SIDES */
} ag_paper_play;

typedef struct ag_paper_circles {
  size_t count;
  ag_paper_play play[AG_PAPER_PLAYS_MOST];
  double deviation[AG_PAPER_RULES]; /* root mean square, from the paper's twelve values */
  size_t best;                      /* the rule of the least */
  char conclusion[1024];            /* is it moving first that wins, or selecting harder? */
} ag_paper_circles;

/* Plays the circle games with the paper's samples: every selection rule over many seeds (100),
 * what would explain the differences, and who wins under which pressure.
 * Status: that of ag_run, without a directory. Owner: ag_paper_circles_free (NULL is fine).
 * Cost: some seconds a seed on two cores.
 * Source: arXiv 2511.12804, Figures 1 and 2; docs/samples.md. */
AG_API ag_status ag_paper_circles_play(const ag_paper_options *options, ag_paper_circles **circles,
                                       ag_error *error);
AG_API void ag_paper_circles_free(ag_paper_circles *circles);

/* The first play of this part, scenario and rule, or NULL. */
AG_API const ag_paper_play *ag_paper_circles_find(const ag_paper_circles *circles,
                                                  ag_paper_part part, size_t scenario, size_t rule);

/* The document of `aligngame paper synthetic --json`, on the heap; NULL where memory is out. */
AG_API char *ag_paper_circles_json(const ag_paper_exact exact[AG_PAPER_SCENARIOS],
                                   const ag_paper_circles *circles);
/* synthetic.json, synthetic.csv and the figures, into a folder that exists.
 * Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
AG_API ag_status ag_paper_circles_save(const ag_paper_exact exact[AG_PAPER_SCENARIOS],
                                       const ag_paper_circles *circles, const char *directory,
                                       ag_error *error);

/* --- claims --- */

/* claims.json and the picture of Theorem 4, likewise. */
AG_API ag_status ag_paper_claims_save(const ag_ensemble *ensemble, const char *directory,
                                      ag_error *error);

/* --- texts, whose curators want a number of words --- */

enum { AG_PAPER_VARIANTS = 3, AG_PAPER_TEXTS_MOST = 64, AG_PAPER_MOMENTS = 3 };

/* Half of the 0.1 to which Figure 3 was read. */
#define AG_PAPER_WORDS_ERROR 0.05

/* One of the three places that give the ranges, and differ. */
typedef struct ag_paper_variant {
  const char *name;                                    /* text, panels, caption */
  const char *follows;                                 /* in words */
  const char *preset[AG_PAPER_SCENARIOS];              /* the perfect game is the same in all */
  double range[AG_PAPER_SCENARIOS][AG_PAPER_SIDES][2]; /* the fewest and the most words */
} ag_paper_variant;

AG_API extern const ag_paper_variant ag_paper_variants[AG_PAPER_VARIANTS];

/* The exact game on numbers of words, which is finite. Arrays belong to it. */
typedef struct ag_paper_law {
  size_t count, generations;
  double *words; /* [count] numbers of words that occur, increasing */
  double *law;   /* [T + 1, count] what is measured of endless samples with an ideal learner:
                    row 0 the corpus */
  double *mean;  /* [T + 1] */
  ag_regime regime;
  size_t sink_count;
  char *sinks;    /* "4, 5" words */
  double limit;   /* mean words of the sink that the exact engine approaches */
  double *engine; /* [T + 1] mean words under the rule `pools`, by the exact engine; NaN past
                     generation 2000 */
} ag_paper_law;

/* What is measured of a generation of texts, by its columns: "word_count" first. */
enum { AG_PAPER_MEASURES = 10 };
AG_API extern const char *const ag_paper_measures[AG_PAPER_MEASURES];

typedef struct ag_paper_text {
  size_t scenario, variant;
  const char *change; /* one thing that is changed, in words; NULL: as the paper has it */
  ag_game *game;
  ag_result *result;
  ag_paper_law exact;
  ag_spread *course;   /* [AG_PAPER_MEASURES, T + 1]; all NaN where it is not measured */
  double *share;       /* [exact.count] shares of the samples with so many words, at the end */
  double distance;     /* total variation of them from the exact game's law */
  ag_spread words;     /* the number of words at the end */
  double miss;         /* how far its mean is from what was read off the figure; 0: inside */
  const char *verdict; /* agrees, higher, lower, undefined */
} ag_paper_text;

/* What is asked for. Names are borrowed, and words of the result borrow from them. */
typedef struct ag_paper_texts_spec {
  const char *scale;    /* `ngram` or `small`, a GPT-2 that begins untrained; NULL: ngram */
  const char *model;    /* a folder with a GPT-2 to fine-tune, in place of a scale; or NULL */
  const char *corpus;   /* a file with the sentences to begin with; NULL: a grammar's */
  const char *variant;  /* NULL: all, of a transformer the panels' */
  const char *scenario; /* NULL: all */
} ag_paper_texts_spec;

typedef struct ag_paper_texts {
  const char *scale;  /* ngram, small, model */
  const char *note;   /* what the model is, in words, or NULL */
  const char *corpus; /* a file, or NULL: the grammar */
  bool variant[AG_PAPER_VARIANTS], scenario[AG_PAPER_SCENARIOS]; /* what was asked for */
  size_t count;
  ag_paper_text play[AG_PAPER_TEXTS_MOST];
  size_t best;                         /* the variant whose ranges fit the paper's values best */
  double deviation[AG_PAPER_VARIANTS]; /* root mean square from the values read; NaN: unplayed */
} ag_paper_texts;

/* Whether all names of a spec are known: AG_ERROR_INPUT says which are. */
AG_API ag_status ag_paper_texts_check(const ag_paper_texts_spec *spec, ag_error *error);

/* Plays the games on texts under every variant, beside the exact game on numbers of words, and
 * with one thing changed where ours end elsewhere than the paper's.
 * Status: AG_ERROR_INPUT also for overrides that make it another loop than the paper's; that of
 * ag_run, without a directory. Owner: ag_paper_texts_free (NULL is fine).
 * Source: arXiv 2511.12804, Figure 3; docs/text.md. */
AG_API ag_status ag_paper_texts_play(const ag_paper_options *options,
                                     const ag_paper_texts_spec *spec, ag_paper_texts **texts,
                                     ag_error *error);
AG_API void ag_paper_texts_free(ag_paper_texts *texts);

/* The play as the paper has it, or NULL. */
AG_API const ag_paper_text *ag_paper_texts_find(const ag_paper_texts *texts, size_t variant,
                                                size_t scenario);
/* A measure at a generation, over the seeds. */
AG_API const ag_spread *ag_paper_text_spread(const ag_paper_text *play, const char *measure,
                                             size_t generation);
/* Iterations 0 and 5, as far as they are played, and the last; returns how many. */
AG_API size_t ag_paper_text_moments(const ag_paper_text *play, size_t moment[AG_PAPER_MOMENTS]);

/* The document of `aligngame paper text --json`, on the heap; NULL where memory is out. */
AG_API char *ag_paper_texts_json(const ag_paper_texts *texts);
/* text-SCALE.json, text-SCALE.csv and the figures, likewise. */
AG_API ag_status ag_paper_texts_save(const ag_paper_texts *texts, const char *directory,
                                     ag_error *error);

#ifdef __cplusplus
}
#endif

#endif
