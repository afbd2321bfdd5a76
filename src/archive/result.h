/* Making a result: arrays first, numbers as the game is played. */
#ifndef AG_ARCHIVE_RESULT_H
#define AG_ARCHIVE_RESULT_H

#include <aligngame/run.h>

#include "archive/arrays.h"
#include "population/dataset.h"
#include "population/texts.h"

/* Room for all that a run of the game yields; metrics are NaN. The snapshots
 * (ascending, each once) are copied.
 * Status: AG_ERROR_MEMORY. Owner: ag_result_free. */
ag_status ag_result_create(const ag_game *game, const size_t *snapshot, size_t snapshot_count,
                           ag_result **result, ag_error *error);
/* Sorts generations and removes repeats; returns how many are left. */
size_t ag_generations_sort(size_t *generation, size_t count);
/* The number of the snapshot of a generation, or SIZE_MAX. */
size_t ag_result_find_snapshot(const ag_result *result, size_t generation);
/* The effective number of items; NaN where nothing measures it. */
double ag_result_diversity(const ag_result *result, size_t generation);
/* Plays the game's exact counterpart, if there is one, into result->exact. */
ag_status ag_result_add_counterpart(const ag_game *game, const volatile sig_atomic_t *interrupt,
                                    ag_result *result, ag_error *error);
/* Finds the most massive items of log_mass. */
void ag_result_rank(ag_result *result);
/* What only sampled games have: replicates, fits, points. Status: as ag_arrays_write and
 * ag_arrays_read; AG_ERROR_INPUT also for a file that belongs to another game. */
ag_status ag_result_write_samples(const ag_result *result, ag_arrays *file, ag_error *error);
ag_status ag_result_read_samples(ag_result *result, ag_arrays *file, ag_error *error);
/* Keeps a replicate's dataset in the result, and this alone to and from a checkpoint. */
ag_status ag_result_keep_dataset(ag_result *result, const ag_dataset *dataset, ag_error *error);
ag_status ag_result_write_dataset(const ag_result *result, ag_arrays *file, ag_error *error);
ag_status ag_result_read_dataset(ag_result *result, ag_arrays *file, ag_error *error);
/* Those of a game on texts: made empty; filled with what a generation has published, with
 * what is most frequent, and with text `number` of the dataset's `count`; kept and found again.
 * Status: AG_ERROR_MEMORY; as ag_arrays_write and ag_arrays_read. */
ag_status ag_result_create_texts(ag_result *result, ag_error *error);
void ag_result_free_texts(ag_result *result);
ag_status ag_result_show_texts(ag_result *result, size_t generation, const ag_sample *published,
                               ag_error *error);
ag_status ag_result_rank_texts(ag_result *result, const ag_sample *sample, ag_error *error);
ag_status ag_result_keep_text(ag_result *result, size_t number, size_t count, const char *text,
                              ag_error *error);
ag_status ag_result_write_texts(const ag_result *result, ag_arrays *file, ag_error *error);
ag_status ag_result_read_texts(ag_result *result, ag_arrays *file, ag_error *error);
/* Writes metrics.csv, and of a game on texts dataset.csv, into a directory: each whole or not at
 * all. */
ag_status ag_result_write_csv(const ag_result *result, const char *directory, ag_error *error);

#endif
