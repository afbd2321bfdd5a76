/* Playing a game from beginning to end, into a run directory or in memory. In libaligngame
 * alone; core.h has state.h, which plays as well. */
#ifndef AG_RUN_H
#define AG_RUN_H

#include <signal.h>
#include <stdbool.h>

#include <aligngame/api.h>
#include <aligngame/game.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_progress {
  const char *phase; /* what a model is at, such as "fine-tuning"; NULL: a generation ended */
  double phase_done, phase_total; /* of that */
  double rate;                    /* units a second, */
  const char *unit;               /* such as "tokens" */
  size_t generation, generations; /* played and wanted, over all replicates */
  size_t replicates;              /* 0: the exact engine */
  double elapsed;                 /* seconds since the run (or its resumption) began */
  double left;                    /* seconds still needed, estimated; NaN before it is known */
  double effective_number;        /* of the newest generation; NaN if not measured */
} ag_progress;

/* What a run may go on with although it is not as it was; without it, it is refused. */
enum {
  AG_ALLOW_STRANGER = 1, /* a directory that somebody else owns, or could write to */
  AG_ALLOW_CHANGED = 2,  /* models and programs that are not those that it began with */
  AG_ALLOW_MIX = 4       /* another version, C library or kind of processor: other bits */
};

typedef struct ag_run_options {
  const char *directory;      /* results go there; NULL: kept in memory only */
  bool resume;                /* go on from the directory's newest checkpoint */
  unsigned allow;             /* AG_ALLOW_CHANGED | AG_ALLOW_MIX; a leg says what was let pass */
  double checkpoint_interval; /* seconds between checkpoints; <= 0: the default, 10 */
  bool counterpart;           /* play a sampled game's exact counterpart too, if there is one */
  bool keep_model; /* write the first replicate's last model into the directory's folder `model` */
  const size_t *snapshots; /* generations whose log masses are kept in the result */
  size_t snapshot_count;
  void (*progress)(void *context,
                   const ag_progress *progress); /* after every generation; may be NULL */
  /* A damaged file was put aside under another name, and what it held is played again; may be NULL
   */
  void (*put_aside)(void *context, const char *names);
  void *context;
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop; may be NULL */
  const char *command; /* how the program was called, for the directory's legs; may be NULL */
} ag_run_options;

enum { AG_OUTCOME_MOST = 20 };

typedef struct ag_outcome_item {
  size_t item;
  double mass;
} ag_outcome_item;

/* The fits of a learned generator, over all generations and replicates. Members are size_t all. */
typedef struct ag_fit_counts {
  size_t fits, iterations;
  size_t not_converged; /* stopped at the most iterations allowed */
  size_t reduced;       /* fewer components than asked for: too few different items */
  size_t
      regularised; /* a tenth of a variance or more was the regularisation, or it was the least */
  /* Texts: those that were learnt (in every fit, and before the first), and how many of them were
   * longer than the model's context; those that were written, and how many had not ended at the
   * length that a text may have. */
  size_t learnt, learnt_cut, written, written_cut;
  /* Of the held-out texts, replicates added up: words, marks and ends that perplexity is about;
   * words that the first dataset does not have. */
  size_t held_out_words, held_out_unknown, held_out_marked; /* marked: those that are <unk> for all
                                                               models; the others are left out */
} ag_fit_counts;

/* Where an item of a dataset comes from; AG_ORIGIN_KEPT + s: stage number s kept it. */
enum { AG_ORIGIN_START = 0, AG_ORIGIN_REAL = 1, AG_ORIGIN_MODEL = 2, AG_ORIGIN_KEPT = 3 };

/* The dataset of the first replicate at the end; of a very large one, items spread evenly
 * over it. */
typedef struct ag_provenance {
  size_t count;
  double *item;   /* [count] numbers of items, or [count, dimension] points; NULL: texts */
  double *born;   /* [count] the generation that made it */
  double *origin; /* [count] AG_ORIGIN_… */
} ag_provenance;

/* What a game on texts has written: of the first replicate. */
enum { AG_TEXTS_SHOWN = 8 };
typedef struct ag_result_texts {
  char **shown; /* [T + 1, AG_TEXTS_SHOWN] of what each generation has published, evenly (of the
                   first dataset at 0): */
  size_t *shown_count;   /* [T + 1] so many; NULL after them */
  size_t dataset_count;  /* as the dataset's count, or 0 before the end */
  char **dataset;        /* [dataset_count] its texts */
  size_t frequent_count; /* at most AG_OUTCOME_MOST */
  char **frequent;       /* the most frequent texts of the population that the game measures, at the
                            end, */
  double *frequent_share; /* and their shares of it */
} ag_result_texts;

/* The result as data. Arrays belong to it. */
typedef struct ag_result {
  size_t generations; /* T: rows 0 … T */
  size_t metric_count;
  char **metric_name; /* [metric_count] */
  double *metric;     /* [T + 1, metric_count]; NaN: not defined */
  size_t snapshot_count;
  size_t *snapshot;           /* [snapshot_count] generations */
  double **snapshot_log_mass; /* [snapshot_count][n], by item, normalised */
  size_t item_count;          /* n */
  double *log_mass;           /* [n] the outcome, by item, normalised */
  double
      *published_log_mass;  /* [n] what the public sees at the end under `owner_model`; else NULL */
  size_t outcome_count;     /* at most AG_OUTCOME_MOST */
  ag_outcome_item *outcome; /* most massive first, ties by number */
  double seconds;
  char *directory; /* or NULL */
  /* The sampled engine; metric and log_mass are means over the replicates. */
  size_t replicates;        /* R; 0: the exact engine */
  double *replicate_metric; /* [R, T + 1, metric_count], or NULL */
  ag_fit_counts fits;
  ag_provenance dataset;
  /* A cloud has no items, but points: those of all replicates, of the population that
   * the game measures; else dimension 0 and NULL. */
  size_t dimension;
  size_t *snapshot_point_count; /* [snapshot_count] */
  double **snapshot_point;      /* [snapshot_count][points, dimension] */
  size_t point_count;           /* at the end */
  double *point;                /* [point_count, dimension] */
  ag_result_texts *texts;       /* of a game on texts, which has no items either; else NULL */
  struct ag_result *exact;      /* the exact counterpart where there is one: the same metrics */
} ag_result;

/* A metric over the replicates at one generation. NaN where it is not defined, and
 * for the deviation and the interval of one replicate. */
typedef struct ag_spread {
  size_t count;           /* replicates where the metric is defined */
  double mean, deviation; /* of the replicates; n - 1 in the denominator */
  double low, high;       /* 95 % interval of the mean, Student's t */
  double least, q05, q25, median, q75, q95, most;
} ag_spread;

/* Plays the game. Threads: omp_set_num_threads or OMP_NUM_THREADS; the result
 * is the same to the bit for any number.
 * Status: AG_ERROR_INPUT: a directory that holds a run already (without
 *   resume), or another game's, or other files; AG_ERROR_IO: a disk that is
 *   full or not writable (the run can be resumed from its last checkpoint);
 *   AG_ERROR_INTERRUPTED (likewise); AG_ERROR_MEMORY.
 * Owner: ag_result_free. */
AG_API ag_status ag_run(const ag_game *game, const ag_run_options *options, ag_result **result,
                        ag_error *error);
AG_API void ag_result_free(ag_result *result);

/* The number of the metric called name in the result, or SIZE_MAX. */
AG_API size_t ag_result_find_metric(const ag_result *result, const char *name);
/* Its value at a generation. */
AG_API double ag_result_metric(const ag_result *result, size_t generation, size_t metric);

/* Status: AG_ERROR_MEMORY. Cost: R log R. */
AG_API ag_status ag_result_spread(const ag_result *result, size_t generation, size_t metric,
                                  ag_spread *spread, ag_error *error);

/* A finished run read back from its directory, with the game it played; what was not
 * kept (snapshots of other generations) is not there.
 * Status: AG_ERROR_INPUT: no run of this program, unfinished or damaged, with the
 *   reason; AG_ERROR_IO; AG_ERROR_MEMORY. Owner: ag_game_free, ag_result_free. */
AG_API ag_status ag_run_read(const char *directory, ag_game **game, ag_result **result,
                             ag_error *error);
/* Writes a finished run as one HDF5 file at path: the arrays of its outcome.safetensors under their
 * names, `metric` [generations + 1, metrics] and `metric_name`. A file that is there is replaced.
 * Status: as ag_run_read; AG_ERROR_INPUT also where the library was built without HDF5. */
AG_API ag_status ag_run_export_hdf5(const char *directory, const char *path, ag_error *error);
/* Provenance of a run directory: a value such as `begun`, `version`, `machine` on the
 * heap; NULL for an unknown key. */
AG_API ag_status ag_run_note(const char *directory, const char *key, char **value, ag_error *error);

/* Whether a file that a run has read is still as it was. */
typedef enum ag_run_original {
  AG_ORIGINAL_SAME,
  AG_ORIGINAL_CHANGED,
  AG_ORIGINAL_MISSING
} ag_run_original;

/* A file that a run has read: data, which its directory has copies of, and which are what is
 * played; files of models and programs of commands, of which it has the digest alone. */
typedef struct ag_run_input {
  char *name; /* of the copy in the directory, such as inputs/01-films.csv; NULL: no copy */
  char *path; /* of the original, absolute */
  char *sha256;
  unsigned long long size; /* bytes */
  ag_run_original original;
} ag_run_input;

/* What a run from one start of the program to its end has played. Strings are never NULL. */
typedef struct ag_run_leg {
  char *version, *platform, *instructions, *threads, *command;
  char *from, *to;     /* metric rows that were there when it began, and when it ended */
  char *begun, *ended; /* of one that was killed: when it has last kept something */
  char *remark;        /* what it went on with although it was not as before; "": nothing */
} ag_run_leg;

/* Both of a run directory. Status: as for ag_run_read, and of an unfinished run too.
 * Owner: ag_run_inputs_free, ag_run_legs_free. Cost: ag_run_inputs reads the originals. */
AG_API ag_status ag_run_inputs(const char *directory, ag_run_input **input, size_t *count,
                               ag_error *error);
AG_API void ag_run_inputs_free(ag_run_input *input, size_t count);
AG_API ag_status ag_run_legs(const char *directory, ag_run_leg **leg, size_t *count,
                             ag_error *error);
AG_API void ag_run_legs_free(ag_run_leg *leg, size_t count);

/* The game of a run directory, from what the directory has kept, whatever has become of the files
 * that it was read from. path: a game file that must describe the same game, but for
 * its generations, or NULL. Its programs may be started, so the directory must be the caller's own:
 * allow: AG_ALLOW_STRANGER, or 0.
 * Status: AG_ERROR_INPUT: no run that has begun, another game, a file of the directory that has
 * changed, a directory as of ag_run_is_strange; AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_game_free.
 */
AG_API ag_status ag_run_game(const char *directory, const char *path, const char *const *overrides,
                             size_t count, unsigned allow, ag_game **game, ag_error *error);

/* Whether a run directory may be of somebody else's making: it, or a file in it, is owned by
 * another user, or others can write to it. *why: in words on the heap, or NULL where all is the
 * caller's own. Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
AG_API ag_status ag_run_is_strange(const char *directory, char **why, ag_error *error);

/* The game description kept in a run directory, on the heap, for `--resume`. */
AG_API ag_status ag_run_description(const char *directory, char **text, ag_error *error);

#ifdef __cplusplus
}
#endif

#endif
