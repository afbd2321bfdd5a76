/* What a run plays, as the loop around it sees it: the exact engine, or the
 * replicates of a sampled game. Progress is counted in steps. */
#ifndef AG_ARCHIVE_PLAYER_H
#define AG_ARCHIVE_PLAYER_H

#include <aligngame/run.h>

#include "archive/arrays.h"
#include "base/watch.h"

/* Besides the game. All borrowed. */
typedef struct ag_player_setting {
  ag_watch watch;              /* of the models' work */
  const char *model_directory; /* where the first replicate's last model is written; or NULL */
} ag_player_setting;

typedef struct ag_player_type {
  /* At the beginning, with that recorded in the result (borrowed), which was made for the
   * game. Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. */
  ag_status (*create)(const ag_game *game, ag_result *result, const ag_player_setting *setting,
                      void **state, ag_error *error);
  void (*free_state)(void *state);
  /* Plays on for at most a fraction of a second, or one generation, and records it. After
   * AG_ERROR_INTERRUPTED, in the middle of one, the state is unfit to be saved. */
  ag_status (*advance)(void *state, ag_error *error);
  size_t (*done)(const void *state); /* steps of */
  size_t (*total)(const void *state);
  /* Metric rows of the result that are complete after this many steps. */
  size_t (*rows)(const void *state, size_t done);
  /* All that is needed to go on with the same bits, to and from a checkpoint.
   * Status of load: AG_ERROR_INPUT: another game's; the state is then unfit to play. */
  ag_status (*save)(void *state, ag_arrays *file, ag_error *error);
  ag_status (*load)(void *state, ag_arrays *file, ag_error *error);
  bool saves_end; /* what is saved after the last step is enough to play more of them */
  /* The rest of the result, when all steps are done. */
  ag_status (*conclude)(void *state, ag_error *error);
} ag_player_type;

typedef struct ag_player {
  const ag_player_type *type;
  void *state;
} ag_player;

extern const ag_player_type ag_player_exact, ag_player_samples;

/* The player of a game, at the beginning. Owner: ag_player_free. */
ag_status ag_player_create(const ag_game *game, ag_result *result, const ag_player_setting *setting,
                           ag_player *player, ag_error *error);
void ag_player_free(ag_player *player);

/* Conveniences: the functions of its type. */
static inline size_t ag_player_done(const ag_player *player)
{
  return player->type->done(player->state);
}

static inline size_t ag_player_total(const ag_player *player)
{
  return player->type->total(player->state);
}

static inline size_t ag_player_rows(const ag_player *player, size_t done)
{
  return player->type->rows(player->state, done);
}

#endif
