/* A run directory: run.sqlite (store.h), inputs/ (inputs.h), SHA256SUMS (digests.h; with all
 * files while nobody plays, unless the run was killed: it is sealed then),
 * checkpoint-000060.safetensors and snapshot-000005.safetensors while the run goes on,
 * outcome.safetensors and metrics.csv once it is finished, run.lock while somebody works in it. */
#ifndef AG_ARCHIVE_RUN_DIRECTORY_H
#define AG_ARCHIVE_RUN_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include <aligngame/run.h>

#include "archive/player.h"
#include "archive/store.h"

typedef struct ag_run_directory {
  char *path;
  int lock; /* descriptor of run.lock, held while the directory is open */
  ag_store *store;
  bool fresh;        /* the run begins here: there was none before */
  size_t stored;     /* metric rows in the store: generations 0 … stored - 1 */
  size_t checkpoint; /* after how many steps of the player; SIZE_MAX: none */
  double seconds;    /* spent on the run before the directory was opened */
  char *longer;      /* the description of the same game over more generations, or NULL */
  bool sealed;       /* SHA256SUMS has all files, which are not to change */
  bool lacks;        /* one of them that can be made again is missing */
  bool judged;       /* whether it may go on, with */
  char *remark;      /* what is let pass, or NULL */
  char *aside;       /* damaged files that were renamed: sentences, or NULL */
} ag_run_directory;

/* Opens the directory for a run of the game, alone. Without resume it is made
 * or must be empty; with it, it may hold this game's run too. A run that was
 * killed before it could make its directory is resumed from the beginning.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY.
 * Owner: ag_run_directory_close. */
ag_status ag_run_directory_open(const char *path, bool resume, const ag_game *game,
                                ag_run_directory **directory, ag_error *error);
extern const char ag_run_store_name[];

/* Whether a name in the directory is that of a file of results: the store, tables, arrays. */
bool ag_run_file_is_result(const char *name);
/* Refuses a directory in which a name of ours is no regular file: a link, a pipe, a device. What is
 * read lies in the directory, and reading it ends. Status: AG_ERROR_INPUT, AG_ERROR_IO,
 * AG_ERROR_MEMORY. */
ag_status ag_run_directory_expect_files(const char *path, ag_error *error);

/* Opens the directory of a run that has begun, to read from it alone: takes no
 * lock, changes nothing and needs no right to write.
 * Status: AG_ERROR_INPUT: no run of this program, or one that was left in the
 *   middle of a write; AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_run_directory_open_reader(const char *path, ag_run_directory **directory,
                                       ag_error *error);
void ag_run_directory_close(ag_run_directory *directory); /* NULL is fine */
/* Closes it and removes what a fresh run that could not begin has left. */
void ag_run_directory_abandon(ag_run_directory *directory);

/* Whether a run may go on: refuses where what the legs before were played by, or a model or program
 * that the game reads, is not what it was. Before anything is written. more: something is asked
 * for that a finished run may not have; allow: what is let pass, and noted in the next leg.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. */
ag_status ag_run_directory_judge(ag_run_directory *directory, const ag_game *game, bool more,
                                 unsigned allow, ag_error *error);
/* Begins an entry for what is played from now on. command: how the program was called, or NULL;
 * from: the metric rows that are there; allow: as above, where that has not been asked. */
ag_status ag_run_directory_begin_leg(ag_run_directory *directory, const ag_game *game,
                                     const char *command, size_t from, unsigned allow,
                                     ag_error *error);
/* The system, its kind of processor and C library. */
enum { AG_PLATFORM_SIZE = 256 };
void ag_platform_write(char text[AG_PLATFORM_SIZE]);
/* Before the first change of what is sealed; nothing where it is not. */
ag_status ag_run_directory_unseal(ag_run_directory *directory, ag_error *error);
/* Gives every file its digest. */
ag_status ag_run_directory_seal(ag_run_directory *directory, ag_error *error);

/* Adds the run's earlier snapshots to snapshot [*count], ascending, and keeps
 * the union. *snapshot: on the heap, replaced by the union. */
ag_status ag_run_directory_join_snapshots(ag_run_directory *directory, size_t **snapshot,
                                          size_t *count, ag_error *error);
/* Refuses a game whose inputs (a table, say) have changed under the same
 * description. */
ag_status ag_run_directory_match(ag_run_directory *directory, const ag_game *game, ag_error *error);

/* Makes the run that is there one of more generations, where the game that it was opened for has
 * them: it is not finished any more, and nothing that was played is lost. */
ag_status ag_run_directory_extend(ag_run_directory *directory, const ag_game *game,
                                  ag_error *error);
/* Loads a finished run. *loaded: false: it is not finished, or its outcome is
 * damaged or lacks a snapshot. */
ag_status ag_run_directory_load(ag_run_directory *directory, ag_result *result, bool *loaded,
                                ag_error *error);
/* The same of a directory that is left as it is. */
ag_status ag_run_directory_read(const ag_run_directory *directory, ag_result *result, bool *good,
                                ag_error *error);
/* Puts player and result back to the newest checkpoint. *restored: false: there
 * is none that can be used; the player may be unfit to play. */
ag_status ag_run_directory_restore(ag_run_directory *directory, ag_player *player,
                                   ag_result *result, bool *restored, ag_error *error);
/* Forgets all that was played. */
ag_status ag_run_directory_clear(ag_run_directory *directory, ag_error *error);

/* Keeps the snapshot that the result holds of a generation. */
ag_status ag_run_directory_save_snapshot(ag_run_directory *directory, const ag_result *result,
                                         size_t generation, ag_error *error);
/* Keeps the first metric rows. seconds: since the opening. */
ag_status ag_run_directory_save_rows(ag_run_directory *directory, const ag_result *result,
                                     size_t rows, double seconds, ag_error *error);
/* The player's rows and a checkpoint, after which the older one is removed. */
ag_status ag_run_directory_save_checkpoint(ag_run_directory *directory, const ag_player *player,
                                           const ag_result *result, double seconds,
                                           ag_error *error);
/* Writes the outcome, the table of metrics and the note that all is done. The newest checkpoint
 * stays if it is the end's. */
ag_status ag_run_directory_finish(ag_run_directory *directory, const ag_game *game,
                                  const ag_result *result, double seconds, ag_error *error);

#endif
