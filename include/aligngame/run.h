/* Playing a game from beginning to end, into a run directory or in memory. */
#ifndef AG_RUN_H
#define AG_RUN_H

#include <signal.h>
#include <stdbool.h>

#include <aligngame/game.h>

typedef struct ag_progress {
  size_t generation, generations;
  double elapsed;          /* seconds since the run (or its resumption) began */
  double left;             /* seconds still needed, estimated; NaN before it is known */
  double effective_number; /* of the newest generation; NaN if not measured */
} ag_progress;

typedef struct ag_run_options {
  const char *directory;      /* results go there; NULL: kept in memory only */
  bool resume;                /* go on from the directory's newest checkpoint */
  double checkpoint_interval; /* seconds between checkpoints; <= 0: the default, 10 */
  const size_t *snapshots;    /* generations whose log masses are kept in the result */
  size_t snapshot_count;
  void (*progress)(void *context,
                   const ag_progress *progress); /* after every generation; may be NULL */
  void *context;
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop; may be NULL */
} ag_run_options;

typedef struct ag_outcome_item {
  size_t item;
  double mass;
} ag_outcome_item;

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
} ag_result;

enum { AG_OUTCOME_MOST = 20 };

/* Plays the game. Threads: omp_set_num_threads or OMP_NUM_THREADS; the result
 * is the same to the bit for any number.
 * Status: AG_ERROR_INPUT: a directory that holds a run already (without
 *   resume), or another game's, or other files; AG_ERROR_IO: a disk that is
 *   full or not writable (the run can be resumed from its last checkpoint);
 *   AG_ERROR_INTERRUPTED (likewise); AG_ERROR_MEMORY.
 * Owner: ag_result_free. */
ag_status ag_run(const ag_game *game, const ag_run_options *options, ag_result **result,
                 ag_error *error);
void ag_result_free(ag_result *result);

/* The number of the metric called name in the result, or SIZE_MAX. */
size_t ag_result_find_metric(const ag_result *result, const char *name);
/* Its value at a generation. */
double ag_result_metric(const ag_result *result, size_t generation, size_t metric);

/* The document of `aligngame run --json`, on the heap; NULL where memory is out. */
char *ag_result_json(const ag_game *game, const ag_result *result);

/* The game description kept in a run directory, on the heap, for `--resume`. */
ag_status ag_run_description(const char *directory, char **text, ag_error *error);

#endif
