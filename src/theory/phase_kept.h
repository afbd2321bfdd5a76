/* The points of a phase diagram in a file, as far as they are known: a diagram that was interrupted
 * or killed goes on. */
#ifndef AG_THEORY_PHASE_KEPT_H
#define AG_THEORY_PHASE_KEPT_H

#include <aligngame/analysis.h>

#include <stdio.h>

#include "game/game.h"

typedef struct ag_phase_kept {
  FILE *file;           /* NULL: nothing is kept */
  unsigned char *known; /* [points] 1: it was in the file */
  size_t count;         /* of those */
} ag_phase_kept;

/* Takes the points that the file at path has of this very diagram into phase, and opens it for
 * more; a file of another diagram, or none, begins anew. game: at the diagram's first point that is
 * one, which stands for its description and its tables. path NULL: nothing is kept. Status:
 * AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_phase_kept_close. */
ag_status ag_phase_kept_open(const char *path, const ag_game *game, size_t generations,
                             ag_phase *phase, ag_phase_kept *kept, ag_error *error);
/* Adds a point of phase that was played. Status: AG_ERROR_IO. */
ag_status ag_phase_kept_add(const ag_phase_kept *kept, const ag_phase *phase, size_t at,
                            ag_error *error);
void ag_phase_kept_close(ag_phase_kept *kept);

#endif
