/* A game being played, one generation after another: for those who want to look in between. */
#ifndef AG_STATE_H
#define AG_STATE_H

#include <aligngame/api.h>
#include <aligngame/game.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_state ag_state;

/* Generation 0 of a game, by whichever engine it asks for; of a game on samples, of one replicate
 * (0 for the exact engine). Threads: as ag_run.
 * Status: AG_ERROR_INPUT: a replicate that the game does not have, rewards that are not finite or
 * spread beyond numbers; AG_ERROR_MEMORY. Owner: ag_state_free; borrows the game. */
AG_API ag_status ag_state_create(const ag_game *game, size_t replicate, ag_state **state,
                                 ag_error *error);
AG_API void ag_state_free(ag_state *state);

/* Plays one generation: the numbers are those of ag_run, to the bit.
 * Status: what the game's rewards and models can meet; AG_ERROR_MEMORY. After a failure it can only
 * be freed. */
AG_API ag_status ag_state_advance(ag_state *state, ag_error *error);

AG_API size_t ag_state_generation(const ag_state *state);
/* [ag_game_metric_count] of this generation; borrowed until the next one. */
AG_API const double *ag_state_metrics(const ag_state *state);
/* log_mass [ag_game_item_count], by item, normalised; on samples the logs of their shares. */
AG_API void ag_state_log_mass(const ag_state *state, double *log_mass);
/* The points of a cloud's dataset, [*count, ag_game_dimension], borrowed until the next
 * generation; NULL where there are none. */
AG_API const double *ag_state_points(const ag_state *state, size_t *count);

/* All that is needed to go on, with the same bits: numbers [*count] on the heap, the caller's.
 * A game on texts keeps its models in run directories: AG_ERROR_INPUT. Status: AG_ERROR_MEMORY. */
AG_API ag_status ag_state_save(ag_state *state, double **numbers, size_t *count, ag_error *error);
/* Goes on from there, in any state of the same game. Status: AG_ERROR_INPUT: not this game's
 * numbers; AG_ERROR_MEMORY. After a failure it can only be freed. */
AG_API ag_status ag_state_restore(ag_state *state, const double *numbers, size_t count,
                                  ag_error *error);

#ifdef __cplusplus
}
#endif

#endif
