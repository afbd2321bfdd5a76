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

/* A play at generation 0, measured. Owner: ag_play_free; borrows the game. */
ag_status ag_play_create(const ag_game *game, ag_play **play, ag_error *error);
void ag_play_free(ag_play *play);

/* Plays one generation. Nothing is allocated. */
void ag_play_step(ag_play *play);
size_t ag_play_generation(const ag_play *play);

/* Metrics of the current generation [ag_game_metric_count]. */
const double *ag_play_metrics(const ag_play *play);

/* log p_t by item [n], normalised. */
void ag_play_log_mass(const ag_play *play, double *log_mass);
/* log p_t by position in the game's layout [live], normalised. */
void ag_play_positions(const ag_play *play, double *log_mass);
/* What is published under `owner_model`: the other stages applied to p_t, by
 * item [n]. *differs is false, and nothing written, where the reading
 * publishes the model itself. Status: AG_ERROR_MEMORY. */
ag_status ag_play_published(ag_play *play, double *log_mass, bool *differs, ag_error *error);

/* The arrays of a checkpoint; returns their number. */
size_t ag_play_arrays(ag_play *play, ag_play_array array[AG_PLAY_ARRAY_MOST]);
/* To be called after the arrays have been overwritten with a checkpoint's. */
void ag_play_restore(ag_play *play, size_t generation);

#endif
