/* Making a result: arrays first, numbers as the game is played. */
#ifndef AG_ARCHIVE_RESULT_H
#define AG_ARCHIVE_RESULT_H

#include <aligngame/run.h>

#include "game/play.h"

/* Room for all that a run of the game yields; metrics are NaN. The snapshots
 * (ascending, each once) are copied.
 * Status: AG_ERROR_MEMORY. Owner: ag_result_free. */
ag_status ag_result_create(const ag_game *game, const ag_play *play, const size_t *snapshot,
                           size_t snapshot_count, ag_result **result, ag_error *error);
/* Sorts generations and removes repeats; returns how many are left. */
size_t ag_generations_sort(size_t *generation, size_t count);
/* The number of the snapshot of a generation, or SIZE_MAX. */
size_t ag_result_find_snapshot(const ag_result *result, size_t generation);
/* Copies the play's metrics, and its log masses where a snapshot is due, to
 * the row of its generation. */
void ag_result_record(ag_result *result, const ag_play *play);
/* Finds the most massive items of log_mass. */
void ag_result_rank(ag_result *result);
/* Writes the metrics as CSV: whole or not at all. */
ag_status ag_result_write_csv(const ag_result *result, const char *path, ag_error *error);

#endif
