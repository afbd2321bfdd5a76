/* The exact engine: the mutable state of one game being played. */
#ifndef AG_GAME_PLAY_H
#define AG_GAME_PLAY_H

#include <stdbool.h>

#include <aligngame/game.h>

typedef struct ag_play ag_play;

/* What must be kept to go on with the same bits: plain arrays of doubles. */
typedef struct ag_play_array {
  const char *name; /* "log_mass", "run_scale" */
  size_t count;
  double *value; /* borrowed from the play; written to when a checkpoint is restored */
} ag_play_array;

enum { AG_PLAY_ARRAY_MOST = 4 };

/* A play at generation 0, measured. Status: AG_ERROR_INPUT: rewards that spread beyond numbers;
 * AG_ERROR_MEMORY. Owner: ag_play_free; borrows the game. */
ag_status ag_play_create(const ag_game *game, ag_play **play, ag_error *error);
void ag_play_free(ag_play *play);

/* Begins anew at generation 0 with log_mass [n] by item, which needs no normalisation and must have
 * the items that p_0 has; p_ref stays p_0. Status: as ag_play_step. */
ag_status ag_play_start(ag_play *play, const double *log_mass, ag_error *error);

/* Plays one generation. Nothing is allocated, but where a pool, a temperature or a reward changes.
 * Status: AG_ERROR_MEMORY, AG_ERROR_INPUT, of such a change alone; the play cannot go on then. */
ag_status ag_play_step(ag_play *play, ag_error *error);
size_t ag_play_generation(const ag_play *play);

/* Metrics of the current generation [ag_game_metric_count]. */
const double *ag_play_metrics(const ag_play *play);

/* log p_t by item [n], normalised. */
void ag_play_log_mass(const ag_play *play, double *log_mass);
/* What is published where the loop has a step `publish`: its curators select, one after another,
 * from p_t; by item [n]. *differs is false, and nothing written, where there is no such step.
 * Status: AG_ERROR_MEMORY. */
ag_status ag_play_published(const ag_play *play, double *log_mass, bool *differs, ag_error *error);

/* The arrays of a checkpoint, as they are now; returns their number. */
size_t ag_play_arrays(ag_play *play, ag_play_array array[AG_PLAY_ARRAY_MOST]);
/* To be called after the arrays have been overwritten with a checkpoint's of that generation.
 * Status: as ag_play_step. */
ag_status ag_play_restore(ag_play *play, size_t generation, ag_error *error);

#endif
