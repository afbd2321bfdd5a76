/* A game made in memory, from numbers. */
#ifndef AG_SPEC_H
#define AG_SPEC_H

#include <aligngame/game.h>

typedef struct ag_reading ag_reading; /* how the loop is read */

/* "sequential", "accumulate", … (docs/theory.md, "Readings"); NULL for another name. */
const ag_reading *ag_reading_find(const char *name);

typedef struct ag_game_spec {
  size_t count;           /* n items */
  const double *log_mass; /* [n] log p_0 but for an offset; NULL: uniform */
  size_t curator_count;
  const double *const *reward; /* [curators][n] */
  const ag_pool *pool;         /* [curators] */
  const double *temperature;   /* [curators] */
  const double *weight;        /* [curators] for `parallel`; NULL: equal */
  const ag_reading *reading;   /* NULL: sequential */
  size_t stage_count;
  const size_t *stage; /* [stage_count] order of play; NULL: as they stand */
  double real_share, initial_size, added_size; /* sizes: 0 is 1 */
  size_t generations;                          /* that ag_run plays */
} ag_game_spec;

/* Such a game has no metrics and no description, and takes no time to speak of: it is played
 * without a directory.
 * Status: AG_ERROR_INPUT (a span beyond numbers), AG_ERROR_MEMORY. Everything
 * is copied. Owner: ag_game_free. Cost: a sort of the items. */
ag_status ag_game_make(const ag_game_spec *spec, ag_game **game, ag_error *error);

#endif
