/* What a run directory keeps while the run goes on, and at its end. */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/arrays.h"
#include "base/clock.h"
#include "base/files.h"
#include "archive/result.h"
#include "archive/run_directory.h"
#include "archive/seal.h"
#include "base/memory.h"

enum { NAME_SIZE = 48, PADDED_BYTES_MOST = 1 << 26 };

static const char outcome_name[] = "outcome" AG_ARRAYS_ENDING;

typedef struct named_array {
  const char *name;
  size_t count;
  double *value;
} named_array;

static void checkpoint_name(size_t generation, char name[NAME_SIZE])
{
  snprintf(name, NAME_SIZE, "checkpoint-%06zu" AG_ARRAYS_ENDING, generation);
}

static void snapshot_name(size_t generation, char name[NAME_SIZE])
{
  snprintf(name, NAME_SIZE, "snapshot-%06zu" AG_ARRAYS_ENDING, generation);
}

static ag_status write_arrays(ag_arrays *file, const named_array *array, size_t count,
                              ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t a = 0; status == AG_OK && a < count; a++)
    status = ag_arrays_write(file, array[a].name, array[a].value, array[a].count, error);
  return status;
}

static ag_status save_arrays(const ag_run_directory *directory, const char *name, size_t generation,
                             const named_array *array, size_t count, ag_error *error)
{
  char *path = ag_path_join(directory->path, name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_arrays *file = NULL;
  ag_status status = ag_arrays_create(path, generation, &file, error);
  free(path);
  if (status != AG_OK)
    return status;
  status = write_arrays(file, array, count, error);
  if (status == AG_OK)
    return ag_arrays_commit(file, error);
  ag_arrays_close(file);
  return status;
}

#define ANY_GENERATION SIZE_MAX /* of an outcome: its run may have been made longer since */

/* What is read of a file into `to`. */
typedef ag_status file_reader(void *to, ag_arrays *file, ag_error *error);

/* After a good seal whatever fails is memory's or ours: it is never damage, and never a reason to
 * do without the file. */
static ag_status read_file(const char *path, size_t generation, file_reader *read, void *to,
                           ag_error *error)
{
  ag_arrays *file = NULL;
  size_t found;
  ag_error reason = {.status = AG_OK};
  ag_status status = ag_arrays_open(path, &found, &file, error);
  if (status == AG_OK && found != generation && generation != ANY_GENERATION)
    status = ag_fail(error, AG_ERROR_INPUT, "%s holds another generation", path);
  else if (status == AG_OK && (status = read(to, file, &reason)) == AG_ERROR_INPUT)
    status = ag_fail(error, AG_ERROR_INTERNAL,
                     "%s cannot be read, although it is as it was written: memory may be short, or "
                     "another version wrote it. Nothing was touched: %s",
                     path, reason.message);
  else if (reason.status != AG_OK && error != NULL)
    *error = reason;
  ag_arrays_close(file);
  return status;
}

/* Reads a file. One that is missing is no error (*good is false): its generations can be played
 * again. */
static ag_status load_file(const ag_run_directory *directory, const char *name, size_t generation,
                           file_reader *read, void *to, bool *good, ag_error *error)
{
  char *path = ag_path_join(directory->path, name);
  if (path == NULL)
    return ag_fail_memory(error);
  *good = false;
  ag_status status = AG_OK;
  if (access(path, F_OK) == 0 || errno != ENOENT) {
    status = read_file(path, generation, read, to, error);
    *good = status == AG_OK;
  }
  free(path);
  return status;
}

/* --- damage --- */

/* A name that nothing has yet: NAME.damaged, NAME.damaged-2, …. Returned: whether it is that file's
 * now. */
static bool rename_damaged(const char *path, char *name, size_t size)
{
  enum { MOST = 1000 };
  for (int i = 1; i < MOST; i++) {
    int used = snprintf(name, size, i == 1 ? "%s.damaged" : "%s.damaged-%d", path, i);
    if (used < 0 || (size_t)used >= size)
      return false;
    if (link(path, name) == 0)
      return unlink(path) == 0;
    if (errno != EEXIST) /* a file system without links */
      return access(name, F_OK) != 0 && rename(path, name) == 0;
  }
  return false;
}

/* Damage is renamed and named, never removed: somebody may know how to read it. */
static ag_status put_aside(ag_run_directory *directory, const char *path, ag_error *error)
{
  size_t size = strlen(path) + sizeof ".damaged-1000";
  char *name = malloc(size), *told = NULL;
  ag_status status = AG_OK;
  if (name == NULL)
    return ag_fail_memory(error);
  if (!rename_damaged(path, name, size))
    status = ag_fail_system(error, "rename", path, errno);
  else if (asprintf(&told, "%s%s%s has changed since it was written, and is %s now",
                    directory->aside != NULL ? directory->aside : "",
                    directory->aside != NULL ? "; " : "", path, name) < 0)
    status = ag_fail_memory(error);
  if (status == AG_OK) {
    free(directory->aside);
    directory->aside = told;
  }
  free(name);
  return status;
}

/* Puts a file aside that is there and not as it was written. */
static ag_status expect_whole(ag_run_directory *directory, const char *name, ag_error *error)
{
  ag_arrays *file = NULL;
  size_t generation;
  char *path = ag_path_join(directory->path, name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  if (access(path, F_OK) == 0 || errno != ENOENT)
    status = ag_arrays_open(path, &generation, &file, error);
  if (status == AG_ERROR_INPUT)
    status = put_aside(directory, path, error);
  ag_arrays_close(file);
  free(path);
  return status;
}

typedef struct array_list {
  const named_array *array;
  size_t count;
  bool lacks; /* one of them: another snapshot is asked for than was kept */
} array_list;

static ag_status read_arrays(void *to, ag_arrays *file, ag_error *error)
{
  array_list *list = to;
  ag_status status = AG_OK;
  for (size_t a = 0; a < list->count; a++)
    list->lacks |= !ag_arrays_has(file, list->array[a].name);
  for (size_t a = 0; status == AG_OK && a < list->count && !list->lacks; a++)
    status = ag_arrays_read(file, list->array[a].name, list->array[a].value, list->array[a].count,
                            error);
  return status;
}

static ag_status load_arrays(const ag_run_directory *directory, const char *name, size_t generation,
                             const named_array *array, size_t count, bool *good, ag_error *error)
{
  array_list list = {array, count, false};
  ag_status status = load_file(directory, name, generation, read_arrays, &list, good, error);
  *good = *good && !list.lacks;
  return status;
}

/* Whether a name is that of a checkpoint, or of a snapshot where they go too. */
static bool is_passing(const char *name, bool snapshots)
{
  size_t generation;
  int length = 0;
  bool ours =
      sscanf(name, "checkpoint-%zu" AG_ARRAYS_ENDING "%n", &generation, &length) == 1 && length > 0;
  if (!ours && snapshots)
    ours =
        sscanf(name, "snapshot-%zu" AG_ARRAYS_ENDING "%n", &generation, &length) == 1 && length > 0;
  return ours && name[length] == '\0';
}

/* What a killed process was writing of a file of ours. */
static bool is_left_draft(const char *name)
{
  char whole[NAME_MAX + 1];
  size_t length;
  if (!ag_draft_is_named(name, &length) || length >= sizeof whole)
    return false;
  memcpy(whole, name, length);
  whole[length] = '\0';
  return ag_run_file_is_result(whole) || strcmp(whole, "SHA256SUMS") == 0;
}

/* Inputs are copied before a run begins, so that drafts there are of a process that was killed. */
static void sweep_inputs(int directory)
{
  size_t length;
  int folder = openat(directory, "inputs", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *listing = folder >= 0 ? fdopendir(folder) : NULL;
  if (listing == NULL && folder >= 0)
    close(folder);
  if (listing == NULL)
    return;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
    if (ag_draft_is_named(entry->d_name, &length))
      unlinkat(folder, entry->d_name, 0);
  closedir(listing);
}

/* Removes what this program has surely made and needs no more: drafts that were never put in place,
 * and checkpoints (snapshots too, where the outcome has them) other than `keep`, or NULL. */
static void sweep(const ag_run_directory *directory, bool snapshots, const char *keep)
{
  DIR *listing = opendir(directory->path);
  if (listing == NULL)
    return;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
    const char *name = entry->d_name;
    if ((is_passing(name, snapshots) || is_left_draft(name)) &&
        (keep == NULL || strcmp(name, keep) != 0))
      unlinkat(dirfd(listing), name, 0);
  }
  sweep_inputs(dirfd(listing));
  closedir(listing);
}

/* All but the newest checkpoint. */
static void sweep_all(const ag_run_directory *directory)
{
  char name[NAME_SIZE];
  checkpoint_name(directory->checkpoint, name);
  sweep(directory, true, directory->checkpoint != SIZE_MAX ? name : NULL);
}

/* The arrays of outcome.safetensors: [2 + snapshot_count], with names for the snapshots.
 * Returns their number. */
static size_t outcome_arrays(const ag_result *result, named_array *array, char (*name)[NAME_SIZE])
{
  size_t count = 0, n = result->item_count;
  array[count++] = (named_array){"log_mass", n, result->log_mass};
  if (result->published_log_mass != NULL)
    array[count++] = (named_array){"published_log_mass", n, result->published_log_mass};
  for (size_t s = 0; s < result->snapshot_count; s++) {
    snprintf(name[s], NAME_SIZE, "snapshot/%06zu", result->snapshot[s]);
    array[count++] = (named_array){name[s], n, result->snapshot_log_mass[s]};
  }
  return count;
}

/* Room for the above. */
static ag_status create_outcome_arrays(const ag_result *result, named_array **array,
                                       char (**name)[NAME_SIZE], size_t *count, ag_error *error)
{
  *array = calloc(result->snapshot_count + 2, sizeof **array);
  *name = calloc(result->snapshot_count + 1, sizeof **name);
  if (*array == NULL || *name == NULL) {
    free(*array);
    free(*name);
    ag_fail_memory(error);
    return AG_ERROR_MEMORY;
  }
  *count = outcome_arrays(result, *array, *name);
  return AG_OK;
}

/* The labels, one behind the other, each ended by a zero. */
static ag_status write_packed_labels(ag_arrays *file, const ag_game *game, size_t size,
                                     ag_error *error)
{
  char *text = NULL;
  size_t used = 0;
  ag_status status = ag_array_create(size, 1, &text, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < ag_game_item_count(game); i++)
    used += ag_game_item_label(game, i, text + used, size - used) + 1;
  status = ag_arrays_write_text(file, "label_text", text, used, 1, error);
  free(text);
  return status;
}

/* A table's labels: of one width where that takes little room. */
static ag_status write_labels(ag_arrays *file, const ag_game *game, ag_error *error)
{
  size_t n = ag_game_item_count(game), width = 1, packed = 0;
  if (strcmp(ag_game_space_kind(game), "table") != 0)
    return AG_OK;
  for (size_t i = 0; i < n; i++) {
    size_t length = ag_game_item_label(game, i, NULL, 0);
    width = length > width ? length : width;
    packed += length + 1;
  }
  if (n > PADDED_BYTES_MOST / width)
    return write_packed_labels(file, game, packed, error);
  char *text = calloc(n * width + 1, 1); /* one more for the last terminator */
  if (text == NULL)
    return ag_fail_memory(error);
  /* Each terminator is overwritten by the next label. */
  for (size_t i = 0; i < n; i++)
    ag_game_item_label(game, i, text + i * width, width + 1);
  ag_status status = ag_arrays_write_text(file, "label", text, n, width, error);
  free(text);
  return status;
}

static ag_status write_outcome(const ag_run_directory *directory, const ag_game *game,
                               const ag_result *result, ag_error *error)
{
  named_array *array = NULL;
  char(*name)[NAME_SIZE] = NULL;
  size_t count = 0;
  ag_arrays *file = NULL;
  char *path = ag_path_join(directory->path, outcome_name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = create_outcome_arrays(result, &array, &name, &count, error);
  if (status != AG_OK)
    goto out;
  status = ag_arrays_create(path, result->generations, &file, error);
  if (status == AG_OK)
    status = write_arrays(file, array, count, error);
  if (status == AG_OK && result->replicates > 0)
    status = ag_result_write_samples(result, file, error);
  if (status == AG_OK) /* bytes last: the numbers stay aligned */
    status = write_labels(file, game, error);
  if (status == AG_OK)
    status = ag_arrays_commit(file, error);
  else
    ag_arrays_close(file);
  free(array);
  free(name);
out:
  free(path);
  return status;
}

/* What only sampled games have. */
static ag_status read_samples(void *to, ag_arrays *file, ag_error *error)
{
  return ag_result_read_samples(to, file, error);
}

static ag_status load_outcome(const ag_run_directory *directory, ag_result *result, bool *good,
                              ag_error *error)
{
  named_array *array = NULL;
  char(*name)[NAME_SIZE] = NULL;
  size_t count = 0;
  ag_status status = create_outcome_arrays(result, &array, &name, &count, error);
  if (status != AG_OK)
    return status;
  status = load_arrays(directory, outcome_name, result->generations, array, count, good, error);
  free(array);
  free(name);
  if (status == AG_OK && *good && result->replicates > 0)
    status =
        load_file(directory, outcome_name, result->generations, read_samples, result, good, error);
  return status;
}

ag_status ag_run_directory_read(const ag_run_directory *directory, ag_result *result, bool *good,
                                ag_error *error)
{
  char *finished = NULL;
  *good = false;
  ag_status status = ag_store_get(directory->store, "finished", &finished, error);
  if (status != AG_OK || finished == NULL)
    return status;
  free(finished);
  status = ag_store_read_rows(directory->store, result->generations + 1, result->metric_count,
                              result->metric, good, error);
  if (status == AG_OK && *good)
    status = load_outcome(directory, result, good, error);
  if (status == AG_OK && *good)
    result->seconds = directory->seconds;
  return status;
}

static ag_status is_finished(const ag_run_directory *directory, bool *finished, ag_error *error)
{
  char *when = NULL;
  ag_status status = ag_store_get(directory->store, "finished", &when, error);
  *finished = when != NULL;
  free(when);
  return status;
}

ag_status ag_run_directory_load(ag_run_directory *directory, ag_result *result, bool *loaded,
                                ag_error *error)
{
  bool good = false, finished = false, whole = directory->sealed && !directory->lacks;
  *loaded = false;
  ag_status status = is_finished(directory, &finished, error);
  if (status == AG_OK && finished && !directory->sealed)
    status = expect_whole(directory, outcome_name, error);
  if (status == AG_OK && finished)
    status = ag_run_directory_read(directory, result, &good, error);
  if (status == AG_OK && finished && !good && whole)
    return ag_fail(error, AG_ERROR_INTERNAL,
                   "%s cannot be read, although its files are as they were written: memory may be "
                   "short. Nothing was touched",
                   directory->path);
  if (status != AG_OK || !good)
    return status;
  if (!whole) /* it was killed just before its end, or a table is missing */
    status = ag_result_write_csv(result, directory->path, error);
  sweep_all(directory);
  if (status == AG_OK && !whole)
    status = ag_run_directory_seal(directory, error);
  *loaded = status == AG_OK;
  return status;
}

/* The rows before a checkpoint; the store refuses others than were written. */
static ag_status load_rows(const ag_run_directory *directory, size_t rows, ag_result *result,
                           ag_error *error)
{
  bool complete = true;
  ag_status status = AG_OK;
  if (rows > 0)
    status = ag_store_read_rows(directory->store, rows, result->metric_count, result->metric,
                                &complete, error);
  if (status == AG_OK && !complete)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s/%s is damaged: it lacks metrics of before its checkpoint. Nothing was "
                     "touched",
                     directory->path, ag_run_store_name);
  return status;
}

/* Fills the snapshots that the run took up to a generation. */
static ag_status load_snapshots(const ag_run_directory *directory, size_t generation,
                                ag_result *result, bool *good, ag_error *error)
{
  ag_status status = AG_OK;
  *good = true;
  for (size_t s = 0; status == AG_OK && *good && s < result->snapshot_count; s++) {
    char name[NAME_SIZE];
    named_array array = {"log_mass", result->item_count, result->snapshot_log_mass[s]};
    if (result->snapshot[s] > generation)
      break;
    snapshot_name(result->snapshot[s], name);
    status = load_arrays(directory, name, result->snapshot[s], &array, 1, good, error);
    if (status != AG_OK || *good)
      continue;
    /* A run that was finished has them with its outcome. */
    snprintf(name, sizeof name, "snapshot/%06zu", result->snapshot[s]);
    array.name = name;
    status = load_arrays(directory, outcome_name, ANY_GENERATION, &array, 1, good, error);
  }
  return status;
}

static ag_status read_player(void *to, ag_arrays *file, ag_error *error)
{
  const ag_player *player = to;
  return player->type->load(player->state, file, error);
}

/* The checkpoint and the snapshots that a run goes on from. */
static ag_status expect_whole_beginning(ag_run_directory *directory, size_t rows,
                                        const ag_result *result, ag_error *error)
{
  char name[NAME_SIZE];
  checkpoint_name(directory->checkpoint, name);
  ag_status status = expect_whole(directory, name, error);
  for (size_t s = 0; status == AG_OK && s < result->snapshot_count; s++)
    if (result->snapshot[s] < rows) {
      snapshot_name(result->snapshot[s], name);
      status = expect_whole(directory, name, error);
    }
  return status;
}

ag_status ag_run_directory_restore(ag_run_directory *directory, ag_player *player,
                                   ag_result *result, bool *restored, ag_error *error)
{
  char name[NAME_SIZE];
  bool good = true;
  *restored = false;
  if (directory->checkpoint == SIZE_MAX || directory->checkpoint > ag_player_total(player))
    return AG_OK;
  size_t rows = ag_player_rows(player, directory->checkpoint);
  ag_status status = expect_whole_beginning(directory, rows, result, error);
  if (status == AG_OK)
    status = load_rows(directory, rows, result, error);
  if (status == AG_OK && rows > 0)
    status = load_snapshots(directory, rows - 1, result, &good, error);
  checkpoint_name(directory->checkpoint, name);
  if (status == AG_OK && good)
    status = load_file(directory, name, directory->checkpoint, read_player, player, &good, error);
  if (status == AG_OK && good)
    status = ag_store_drop_rows(directory->store, rows, error);
  if (status != AG_OK || !good)
    return status;
  sweep(directory, false, name);
  directory->stored = rows;
  *restored = true;
  return AG_OK;
}

ag_status ag_run_directory_clear(ag_run_directory *directory, ag_error *error)
{
  ag_store *store = directory->store;
  ag_status status = ag_run_directory_unseal(directory, error);
  if (status == AG_OK)
    status = ag_store_begin(store, error);
  if (status == AG_OK)
    status = ag_store_drop_rows(store, 0, error);
  if (status == AG_OK)
    status = ag_store_set_checkpoint(store, 0, NULL, NULL, error);
  if (status == AG_OK)
    status = ag_store_set(store, "finished", NULL, error);
  if (status == AG_OK)
    status = ag_store_set(store, "seconds", "0", error);
  if (status == AG_OK)
    status = ag_store_commit(store, error);
  ag_store_rollback(store);
  if (status != AG_OK)
    return status;
  sweep(directory, true, NULL);
  directory->stored = 0;
  directory->checkpoint = SIZE_MAX;
  directory->seconds = 0;
  return AG_OK;
}

ag_status ag_run_directory_save_snapshot(ag_run_directory *directory, const ag_result *result,
                                         size_t generation, ag_error *error)
{
  char name[NAME_SIZE];
  size_t snapshot = ag_result_find_snapshot(result, generation);
  named_array array = {"log_mass", result->item_count, result->snapshot_log_mass[snapshot]};
  snapshot_name(generation, name);
  return save_arrays(directory, name, generation, &array, 1, error);
}

/* The first rows and the time, within a transaction. */
static ag_status write_rows(ag_run_directory *directory, const ag_result *result, size_t rows,
                            double seconds, ag_error *error)
{
  char text[32], to[24], now[AG_TIME_SIZE];
  size_t first = directory->stored, metrics = result->metric_count;
  snprintf(text, sizeof text, "%.3f", directory->seconds + seconds);
  snprintf(to, sizeof to, "%zu", rows);
  ag_time_text(now);
  ag_status status = ag_store_set(directory->store, "seconds", text, error);
  if (status == AG_OK)
    status = ag_store_move_leg(directory->store, to, now, error);
  if (status == AG_OK && rows > first)
    status = ag_store_write_rows(directory->store, first, rows - first, metrics,
                                 result->metric + first * metrics, error);
  return status;
}

/* Ends the transaction; the rows count as stored only now. */
static ag_status commit_rows(ag_run_directory *directory, size_t rows, ag_error *error)
{
  ag_status status = ag_store_commit(directory->store, error);
  if (status == AG_OK && rows > directory->stored)
    directory->stored = rows;
  return status;
}

ag_status ag_run_directory_save_rows(ag_run_directory *directory, const ag_result *result,
                                     size_t rows, double seconds, ag_error *error)
{
  ag_status status = ag_store_begin(directory->store, error);
  if (status == AG_OK)
    status = write_rows(directory, result, rows, seconds, error);
  if (status == AG_OK)
    status = commit_rows(directory, rows, error);
  ag_store_rollback(directory->store);
  return status;
}

static ag_status write_checkpoint(const ag_run_directory *directory, const char *name,
                                  const ag_player *player, ag_error *error)
{
  char *path = ag_path_join(directory->path, name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_arrays *file = NULL;
  ag_status status = ag_arrays_create(path, ag_player_done(player), &file, error);
  free(path);
  if (status != AG_OK)
    return status;
  status = player->type->save(player->state, file, error);
  if (status == AG_OK)
    return ag_arrays_commit(file, error);
  ag_arrays_close(file);
  return status;
}

/* Records a checkpoint file that is on the disk already. */
static ag_status record_checkpoint(ag_run_directory *directory, const ag_result *result,
                                   size_t done, size_t rows, const char *name, double seconds,
                                   ag_error *error)
{
  char written[AG_TIME_SIZE];
  ag_time_text(written);
  ag_status status = ag_store_begin(directory->store, error);
  if (status == AG_OK)
    status = write_rows(directory, result, rows, seconds, error);
  if (status == AG_OK)
    status =
        ag_store_seal_rows(directory->store, rows, result->metric_count, result->metric, error);
  if (status == AG_OK)
    status = ag_store_set_checkpoint(directory->store, done, name, written, error);
  if (status == AG_OK)
    status = commit_rows(directory, rows, error);
  ag_store_rollback(directory->store);
  return status;
}

ag_status ag_run_directory_save_checkpoint(ag_run_directory *directory, const ag_player *player,
                                           const ag_result *result, double seconds, ag_error *error)
{
  size_t done = ag_player_done(player);
  if (directory->checkpoint == done)
    return AG_OK; /* the run was resumed here and has not gone on */
  char name[NAME_SIZE];
  checkpoint_name(done, name);
  ag_status status = write_checkpoint(directory, name, player, error);
  if (status == AG_OK)
    status = record_checkpoint(directory, result, done, ag_player_rows(player, done), name, seconds,
                               error);
  if (status != AG_OK)
    return status;
  sweep(directory, false, name);
  directory->checkpoint = done;
  return AG_OK;
}

/* Notes in the store that all is done: from here on the outcome counts. */
static ag_status record_finish(ag_run_directory *directory, const ag_result *result, double seconds,
                               ag_error *error)
{
  char finished[AG_TIME_SIZE];
  ag_time_text(finished);
  ag_status status = ag_store_begin(directory->store, error);
  if (status == AG_OK)
    status = write_rows(directory, result, result->generations + 1, seconds, error);
  if (status == AG_OK)
    status = ag_store_seal_rows(directory->store, result->generations + 1, result->metric_count,
                                result->metric, error);
  if (status == AG_OK)
    status = ag_store_set(directory->store, "finished", finished, error);
  bool ends = directory->checkpoint == result->generations && result->replicates == 0;
  if (status == AG_OK && !ends)
    status = ag_store_set_checkpoint(directory->store, 0, NULL, NULL, error);
  if (status == AG_OK)
    status = commit_rows(directory, result->generations + 1, error);
  ag_store_rollback(directory->store);
  if (status == AG_OK && !ends)
    directory->checkpoint = SIZE_MAX;
  return status;
}

ag_status ag_run_directory_finish(ag_run_directory *directory, const ag_game *game,
                                  const ag_result *result, double seconds, ag_error *error)
{
  ag_status status = write_outcome(directory, game, result, error);
  if (status == AG_OK)
    status = ag_result_write_csv(result, directory->path, error);
  if (status == AG_OK)
    status = record_finish(directory, result, seconds, error);
  if (status == AG_OK)
    sweep_all(directory);
  return status == AG_OK ? ag_run_directory_seal(directory, error) : status;
}
