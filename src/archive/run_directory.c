#include "archive/run_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aligngame/catalogue.h>

#include "base/clock.h"
#include "base/files.h"
#include "archive/arrays.h"
#include "archive/digests.h"
#include "archive/inputs.h"
#include "archive/result.h"
#include "archive/seal.h"
#include "base/memory.h"
#include "base/threads.h"
#include "game/game.h"

const char ag_run_store_name[] = "run.sqlite";
static const char lock_name[] = "run.lock";

typedef enum content { CONTENT_ABSENT, CONTENT_EMPTY, CONTENT_RUN, CONTENT_OTHER } content;

/* What is nobody's work: a lock, or a journal, whose store a power cut may have taken. */
static bool is_nothing(const char *name)
{
  return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, lock_name) == 0 ||
         strcmp(name, "run.sqlite-journal") == 0;
}

/* Runs of versions that kept their arrays as HDF5. */
static ag_status refuse_older(const char *path, ag_error *error)
{
  static const char *const names[] = {"inputs/rewards.h5", "outcome.h5"};
  bool found = false;
  for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++) {
    char *file = ag_path_join(path, names[i]);
    if (file == NULL)
      return ag_fail_memory(error);
    found = ag_path_is_there(file);
    free(file);
  }
  if (!found)
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s holds a run of an older version of aligngame, whose arrays are HDF5 files: go "
                 "on with it by that version, or play its game again. Nothing was touched",
                 path);
}

static ag_status inspect(const char *path, content *found, ag_error *error)
{
  DIR *directory = opendir(path);
  *found = CONTENT_ABSENT;
  if (directory == NULL)
    return errno == ENOENT ? AG_OK : ag_fail_system(error, "open the directory", path, errno);
  *found = CONTENT_EMPTY;
  for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    if (is_nothing(entry->d_name))
      continue;
    if (strcmp(entry->d_name, ag_run_store_name) == 0)
      *found = CONTENT_RUN;
    else if (*found == CONTENT_EMPTY)
      *found = CONTENT_OTHER;
  }
  closedir(directory);
  return *found == CONTENT_RUN ? refuse_older(path, error) : AG_OK;
}

/* Whether a run may begin, or go on, in the directory as it is. */
static ag_status check_content(const char *path, bool resume, bool *holds_run, ag_error *error)
{
  content found;
  ag_status status = inspect(path, &found, error);
  if (status != AG_OK)
    return status;
  *holds_run = found == CONTENT_RUN;
  if (resume && found == CONTENT_RUN && (status = ag_run_directory_expect_files(path, error)))
    return status;
  if (resume && found == CONTENT_OTHER)
    return ag_fail(error, AG_ERROR_INPUT, "%s holds no run that could be resumed", path);
  if (!resume && found == CONTENT_RUN)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s holds a run already: use --resume to go on with it, or another directory "
                   "with -o",
                   path);
  if (!resume && found == CONTENT_OTHER)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s is not empty and holds no run: name another directory with -o", path);
  return AG_OK;
}

/* Whether the locked file is still the one with this name: whoever held the
 * lock before may have removed it. */
static bool same_file(int descriptor, const char *path)
{
  struct stat locked, named;
  return fstat(descriptor, &locked) == 0 && stat(path, &named) == 0 &&
         locked.st_ino == named.st_ino && locked.st_dev == named.st_dev;
}

static ag_status take_lock(ag_run_directory *directory, ag_error *error)
{
  char *path = ag_path_join(directory->path, lock_name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  while (directory->lock < 0 && status == AG_OK) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      status = ag_fail_system(error, "write", path, errno);
    } else if (flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      /* Any other error: a file system without locks, where nothing can be
       * told about other processes. */
      status = ag_fail(error, AG_ERROR_INPUT, "another process is playing the run in %s",
                       directory->path);
    } else if (same_file(descriptor, path)) {
      directory->lock = descriptor;
      descriptor = -1;
    }
    if (descriptor >= 0)
      close(descriptor);
  }
  free(path);
  return status;
}

static void remove_file(const ag_run_directory *directory, const char *name)
{
  char *path = ag_path_join(directory->path, name);
  if (path != NULL)
    unlink(path);
  free(path);
}

void ag_run_directory_close(ag_run_directory *directory)
{
  if (directory == NULL)
    return;
  ag_store_close(directory->store);
  if (directory->lock >= 0) {
    remove_file(directory, lock_name); /* while it is still held */
    close(directory->lock);
  }
  free(directory->longer);
  free(directory->aside);
  free(directory->remark);
  free(directory->path);
  free(directory);
}

/* What a run that could not begin has copied. */
static void remove_inputs(const ag_run_directory *directory)
{
  ag_names names = {0};
  ag_names_add_folder(&names, directory->path, "inputs", NULL);
  for (size_t i = 0; i < names.count; i++)
    remove_file(directory, names.file[i].name);
  ag_names_free(&names);
  char *folder = ag_path_join(directory->path, "inputs");
  if (folder != NULL)
    rmdir(folder);
  free(folder);
  remove_file(directory, "SHA256SUMS");
}

void ag_run_directory_abandon(ag_run_directory *directory)
{
  ag_store_close(directory->store);
  directory->store = NULL;
  remove_inputs(directory);
  remove_file(directory, ag_run_store_name);
  remove_file(directory, "run.sqlite-journal");
  ag_run_directory_close(directory);
}

/* A store that is whole has none; one beside it would be played back into it. */
static ag_status expect_quiet(const char *path, const ag_digests_state *state, ag_error *error)
{
  if (!state->sealed)
    return AG_OK;
  char *journal = ag_path_join(path, "run.sqlite-journal");
  if (journal == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  if (access(journal, F_OK) == 0)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s does not belong there: SHA256SUMS says that %s is whole. Nothing was "
                     "touched",
                     journal, ag_run_store_name);
  free(journal);
  return status;
}

/* A store without a byte, beside what only a run has written, has lost it. */
static ag_status expect_store(const ag_run_directory *directory, ag_error *error)
{
  ag_names names = {0};
  struct stat information;
  char *path = ag_path_join(directory->path, ag_run_store_name);
  if (path == NULL)
    return ag_fail_memory(error);
  bool empty = stat(path, &information) == 0 && information.st_size == 0;
  free(path);
  if (!empty)
    return AG_OK;
  ag_status status = ag_names_add_folder(&names, directory->path, ".", error);
  for (size_t i = 0; status == AG_OK && i < names.count; i++) {
    const char *name = names.file[i].name + 2; /* without ./ */
    if (ag_run_file_is_result(name) && strcmp(name, ag_run_store_name) != 0)
      status = ag_fail(error, AG_ERROR_INPUT,
                       "%s/%s is damaged: it is empty, and there is %s. Nothing was touched",
                       directory->path, ag_run_store_name, name);
  }
  ag_names_free(&names);
  return status;
}

static ag_status open_store(ag_run_directory *directory, ag_error *error)
{
  char *path = ag_path_join(directory->path, ag_run_store_name);
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = ag_store_open(path, true, &directory->store, error);
  free(path);
  return status;
}

/* Writes where the run comes from; part of a transaction. */
static ag_status write_provenance(ag_store *store, const ag_game *game, const char *description,
                                  ag_error *error)
{
  char seed[24], generations[24], threads[24], platform[AG_PLATFORM_SIZE], created[AG_TIME_SIZE];
  snprintf(seed, sizeof seed, "%" PRIu64, ag_game_seed(game));
  snprintf(generations, sizeof generations, "%zu", ag_game_generations(game));
  snprintf(threads, sizeof threads, "%d", omp_get_max_threads());
  ag_platform_write(platform);
  ag_time_text(created);
  const char *const entry[][2] = {
      {"name", ag_game_name(game)},
      {"description", description},
      {"version", ag_version()},
      {"engine", ag_game_engine(game)},
      {"seed", seed},
      {"generations", generations},
      {"threads", threads},
      {"platform", platform},
      {"created", created},
      {"seconds", "0"},
  };
  ag_status status = AG_OK;
  for (size_t i = 0; status == AG_OK && i < sizeof entry / sizeof entry[0]; i++)
    status = ag_store_set(store, entry[i][0], entry[i][1], error);
  return status;
}

/* Keeps what the game reads. The digests are there before the store knows the game. */
static ag_status begin_run(ag_run_directory *directory, const ag_game *game,
                           const char *description, ag_error *error)
{
  ag_names names = {0};
  remove_file(directory, "SHA256SUMS");
  directory->sealed = false;
  ag_status status = ag_store_begin(directory->store, error);
  if (status == AG_OK)
    status = ag_inputs_keep(directory->path, directory->store, game, &names, error);
  if (status == AG_OK)
    status = ag_digests_write(directory->path, &names, error);
  if (status == AG_OK)
    status = write_provenance(directory->store, game, description, error);
  if (status == AG_OK)
    status = ag_store_commit(directory->store, error);
  ag_store_rollback(directory->store);
  ag_names_free(&names);
  return status;
}

/* The inputs of a run that goes on; a sealed one has been checked before. */
static ag_status check_kept(const ag_run_directory *directory, ag_error *error)
{
  ag_digests_state state;
  if (directory->sealed)
    return AG_OK;
  ag_status status = ag_digests_check(directory->path, ag_run_store_name, false, &state, error);
  if (status == AG_OK && !state.found)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s/SHA256SUMS is missing: whether the inputs are as they were cannot be told",
                     directory->path);
  return status;
}

/* Refuses another game's run, and one that has more generations than the game. */
static ag_status expect_game(ag_run_directory *directory, const ag_game *game, const char *known,
                             const char *description, ag_error *error)
{
  bool same = false;
  char *text = NULL;
  ag_status status = AG_OK;
  if (description != NULL)
    status = ag_inputs_same_game(directory->path, known, description, &same, error);
  if (status == AG_OK && !same)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s holds a run of another game: its description differs from this one",
                     directory->path);
  if (status != AG_OK || strcmp(known, description) == 0)
    return status;
  status = ag_store_get(directory->store, "generations", &text, error);
  size_t generations = text != NULL ? (size_t)strtoull(text, NULL, 10) : 0;
  if (status == AG_OK && ag_game_generations(game) < generations)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s holds a run of %zu generations: it can be made longer, not shorter",
                     directory->path, generations);
  if (status == AG_OK && ag_game_generations(game) > generations &&
      (directory->longer = ag_text_copy(description)) == NULL)
    status = ag_fail_memory(error);
  free(text);
  return status;
}

/* Takes up the run that is there. */
static ag_status take_run(ag_run_directory *directory, const ag_game *game, const char *known,
                          const char *description, ag_error *error)
{
  char *seconds = NULL, *file = NULL;
  ag_status status = check_kept(directory, error);
  if (status == AG_OK)
    status = expect_game(directory, game, known, description, error);
  if (status == AG_OK)
    status = ag_store_get(directory->store, "seconds", &seconds, error);
  if (status == AG_OK && seconds != NULL)
    directory->seconds = strtod(seconds, NULL);
  if (status == AG_OK)
    status = ag_store_get_checkpoint(directory->store, &directory->checkpoint, &file, error);
  if (status == AG_OK && file == NULL)
    directory->checkpoint = SIZE_MAX;
  free(seconds);
  free(file);
  return status;
}

static ag_status enter(ag_run_directory *directory, const ag_game *game, ag_error *error)
{
  char *known = NULL, *description = NULL;
  ag_status status = ag_store_get(directory->store, "description", &known, error);
  if (status == AG_OK)
    status = ag_inputs_describe(game, directory->path, &description, error);
  directory->fresh = known == NULL;
  if (status == AG_OK && directory->fresh)
    status = begin_run(directory, game, description, error);
  else if (status == AG_OK)
    status = take_run(directory, game, known, description, error);
  free(known);
  free(description);
  return status;
}

/* What is sealed is checked before anything opens it: SQLite may write where bytes are wrong. */
static ag_status check_sealed(ag_run_directory *directory, ag_error *error)
{
  ag_digests_state state;
  ag_status status = ag_digests_look(directory->path, ag_run_store_name, &state, error);
  if (status == AG_OK && state.sealed)
    status = ag_digests_check(directory->path, ag_run_store_name, true, &state, error);
  if (status == AG_OK)
    status = expect_quiet(directory->path, &state, error);
  directory->sealed = state.sealed;
  directory->lacks = state.lacks;
  return status;
}

/* --- seals --- */

ag_status ag_run_directory_unseal(ag_run_directory *directory, ag_error *error)
{
  ag_names names = {0};
  if (!directory->sealed)
    return AG_OK;
  ag_status status = ag_inputs_names(directory->store, &names, error);
  if (status == AG_OK)
    status = ag_digests_write(directory->path, &names, error);
  directory->sealed = status != AG_OK;
  ag_names_free(&names);
  return status;
}

ag_status ag_run_directory_extend(ag_run_directory *directory, const ag_game *game, ag_error *error)
{
  char generations[24];
  ag_store *store = directory->store;
  if (directory->longer == NULL)
    return AG_OK;
  snprintf(generations, sizeof generations, "%zu", ag_game_generations(game));
  const char *const entry[][2] = {
      {"description", directory->longer}, {"generations", generations}, {"finished", NULL}};
  ag_status status = ag_run_directory_unseal(directory, error);
  if (status == AG_OK)
    status = ag_store_begin(store, error);
  for (size_t i = 0; status == AG_OK && i < sizeof entry / sizeof *entry; i++)
    status = ag_store_set(store, entry[i][0], entry[i][1], error);
  /* that of samples has room for as many generations as there were to be */
  if (status == AG_OK && ag_game_is_sampled(game))
    status = ag_store_set_checkpoint(store, 0, NULL, NULL, error);
  if (status == AG_OK)
    status = ag_store_commit(store, error);
  ag_store_rollback(store);
  if (status == AG_OK && ag_game_is_sampled(game))
    directory->checkpoint = SIZE_MAX;
  return status;
}

bool ag_run_file_is_result(const char *name)
{
  size_t length = strlen(name), ending = sizeof AG_ARRAYS_ENDING - 1;
  return strcmp(name, ag_run_store_name) == 0 || strcmp(name, "metrics.csv") == 0 ||
         strcmp(name, "dataset.csv") == 0 ||
         (length > ending && strcmp(name + length - ending, AG_ARRAYS_ENDING) == 0);
}

/* The store, tables and arrays that are there, and a model. */
static ag_status add_results(const ag_run_directory *directory, ag_names *names, ag_error *error)
{
  ag_names all = {0};
  ag_status status = ag_names_add_folder(&all, directory->path, ".", error);
  for (size_t i = 0; status == AG_OK && i < all.count; i++) {
    const char *name = all.file[i].name + 2; /* without ./ */
    if (ag_run_file_is_result(name))
      status = ag_names_add(names, name, NULL, error);
  }
  ag_names_free(&all);
  return status == AG_OK ? ag_names_add_folder(names, directory->path, "model", error) : status;
}

ag_status ag_run_directory_seal(ag_run_directory *directory, ag_error *error)
{
  ag_names names = {0};
  ag_status status = ag_inputs_names(directory->store, &names, error);
  if (status == AG_OK)
    status = add_results(directory, &names, error);
  if (status == AG_OK)
    status = ag_digests_write(directory->path, &names, error);
  directory->sealed = status == AG_OK;
  directory->lacks = false;
  ag_names_free(&names);
  return status;
}

/* --- opening --- */

ag_status ag_run_directory_open(const char *path, bool resume, const ag_game *game,
                                ag_run_directory **directory, ag_error *error)
{
  bool holds_run = false;
  /* Before anything is written. */
  ag_status status = check_content(path, resume, &holds_run, error);
  if (status != AG_OK)
    return status;
  ag_run_directory *opened = calloc(1, sizeof *opened);
  if (opened == NULL || (opened->path = ag_text_copy(path)) == NULL) {
    free(opened);
    return ag_fail_memory(error);
  }
  opened->lock = -1;
  opened->checkpoint = SIZE_MAX;
  status = ag_directory_make(path, error);
  if (status == AG_OK)
    status = take_lock(opened, error);
  if (status == AG_OK) /* again, now that nobody else can change it */
    status = check_content(path, resume, &holds_run, error);
  bool alone = status == AG_OK;
  if (status == AG_OK && holds_run)
    status = check_sealed(opened, error);
  if (status == AG_OK && holds_run)
    status = expect_store(opened, error);
  if (status == AG_OK)
    status = open_store(opened, error);
  if (status == AG_OK)
    status = enter(opened, game, error);
  if (status == AG_OK)
    *directory = opened;
  else if (alone && !holds_run)
    ag_run_directory_abandon(opened);
  else
    ag_run_directory_close(opened);
  return status;
}

/* Refuses what is no directory of a run, in words for somebody who names one. */
static ag_status expect_run(const char *path, ag_error *error)
{
  struct stat information;
  content found;
  if (stat(path, &information) != 0 && errno == ENOENT)
    return ag_fail(error, AG_ERROR_INPUT, "there is no %s: expected the directory of a run", path);
  if (stat(path, &information) == 0 && !S_ISDIR(information.st_mode))
    return ag_fail(error, AG_ERROR_INPUT, "%s is no directory: expected the directory of a run",
                   path);
  ag_status status = inspect(path, &found, error);
  if (status == AG_OK && found != CONTENT_RUN)
    status =
        ag_fail(error, AG_ERROR_INPUT,
                "%s holds no run: expected a directory that `aligngame run` has written", path);
  return status == AG_OK ? ag_run_directory_expect_files(path, error) : status;
}

ag_status ag_run_directory_open_reader(const char *path, ag_run_directory **directory,
                                       ag_error *error)
{
  char *file = NULL, *seconds = NULL;
  ag_status status = expect_run(path, error);
  if (status != AG_OK)
    return status;
  ag_run_directory *opened = calloc(1, sizeof *opened);
  if (opened == NULL)
    return ag_fail_memory(error);
  opened->lock = -1;
  opened->checkpoint = SIZE_MAX;
  opened->path = ag_text_copy(path);
  file = ag_path_join(path, ag_run_store_name);
  if (opened->path == NULL || file == NULL)
    status = ag_fail_memory(error);
  if (status == AG_OK)
    status = ag_store_open_reader(file, &opened->store, error);
  if (status == AG_OK)
    status = ag_store_get(opened->store, "seconds", &seconds, error);
  if (status == AG_OK && seconds != NULL)
    opened->seconds = strtod(seconds, NULL);
  if (status == AG_OK)
    *directory = opened;
  else
    ag_run_directory_close(opened);
  free(file);
  free(seconds);
  return status;
}

/* Adds the numbers of "1,5,60" to list, which has room for them. */
static size_t parse_generations(const char *text, size_t *list)
{
  size_t count = 0;
  for (char *end; *text != '\0'; text = *end == ',' ? end + 1 : end) {
    list[count] = (size_t)strtoull(text, &end, 10);
    if (end == text)
      break;
    count++;
  }
  return count;
}

static char *format_generations(const size_t *list, size_t count)
{
  char *text = malloc(count * 21 + 1);
  if (text == NULL)
    return NULL;
  text[0] = '\0';
  char *end = text;
  for (size_t i = 0; i < count; i++)
    end += sprintf(end, "%s%zu", i > 0 ? "," : "", list[i]);
  return text;
}

static ag_status set_snapshots(ag_run_directory *directory, const char *text, ag_error *error)
{
  if (directory->lock < 0) /* a reader: the text is not as it is written */
    return ag_fail(error, AG_ERROR_INPUT, "%s/%s is damaged: its list of snapshots is out of order",
                   directory->path, ag_run_store_name);
  ag_status status = ag_run_directory_unseal(directory, error);
  return status == AG_OK ? ag_store_set(directory->store, "snapshots", text, error) : status;
}

ag_status ag_run_directory_join_snapshots(ag_run_directory *directory, size_t **snapshot,
                                          size_t *count, ag_error *error)
{
  char *text = NULL, *joined_text = NULL;
  size_t *joined = NULL;
  size_t joined_count = *count, kept = 0;
  ag_status status = ag_store_get(directory->store, "snapshots", &text, error);
  if (status != AG_OK)
    return status;
  /* A number takes two bytes of text at least, a comma included. */
  joined = calloc(*count + (text != NULL ? strlen(text) : 0) + 1, sizeof *joined);
  if (joined == NULL) {
    status = ag_fail_memory(error);
    goto out;
  }
  if (*count > 0)
    memcpy(joined, *snapshot, *count * sizeof *joined);
  if (text != NULL)
    joined_count += parse_generations(text, joined + *count);
  kept = ag_generations_sort(joined, joined_count);
  joined_text = format_generations(joined, kept);
  if (joined_text == NULL)
    status = ag_fail_memory(error);
  else if (text == NULL || strcmp(text, joined_text) != 0)
    status = set_snapshots(directory, joined_text, error);
  if (status == AG_OK) {
    free(*snapshot);
    *snapshot = joined;
    *count = kept;
    joined = NULL;
  }
out:
  free(joined);
  free(joined_text);
  free(text);
  return status;
}

/* A checksum of all that is played with, to notice inputs that have changed. */
static ag_status hash_inputs(const ag_game *game, uint64_t *hash, ag_error *error)
{
  double *value = NULL;
  size_t n = ag_game_item_count(game);
  ag_status status = ag_array_create(n, sizeof *value, &value, error);
  if (status != AG_OK)
    return status;
  ag_game_initial_log_mass(game, value);
  *hash = ag_hash(n, value, n * sizeof *value);
  for (size_t c = 0; c < ag_game_curator_count(game); c++) {
    ag_game_rewards(game, c, value);
    *hash = ag_hash(*hash, value, n * sizeof *value);
  }
  for (size_t i = 0; i < game->space->count && game->space->label != NULL; i++)
    *hash = ag_hash(*hash, game->space->label[i], strlen(game->space->label[i]));
  free(value);
  return AG_OK;
}

static ag_status begin_inputs(ag_store *store, const char *inputs, const char *const *metric,
                              size_t metrics, ag_error *error)
{
  ag_status status = ag_store_begin(store, error);
  if (status == AG_OK)
    status = ag_store_set(store, "inputs", inputs, error);
  if (status == AG_OK)
    status = ag_store_set_metrics(store, metric, metrics, error);
  if (status == AG_OK)
    status = ag_store_commit(store, error);
  ag_store_rollback(store);
  return status;
}

static ag_status check_inputs(const ag_run_directory *directory, const char *known,
                              const char *inputs, const char *const *metric, size_t metrics,
                              ag_error *error)
{
  if (strcmp(known, inputs) != 0)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s holds a run with other inputs: a file that the game reads has changed",
                   directory->path);
  bool same = false;
  ag_status status = ag_store_has_metrics(directory->store, metric, metrics, &same, error);
  if (status == AG_OK && !same)
    status = ag_fail(error, AG_ERROR_INPUT, "%s holds a run of another version: other metrics",
                     directory->path);
  return status;
}

ag_status ag_run_directory_match(ag_run_directory *directory, const ag_game *game, ag_error *error)
{
  char inputs[17], *known = NULL;
  uint64_t hash = 0;
  size_t metrics = ag_game_metric_count(game);
  const char **metric = calloc(metrics + 1, sizeof *metric);
  if (metric == NULL)
    return ag_fail_memory(error);
  for (size_t m = 0; m < metrics; m++)
    metric[m] = ag_game_metric_name(game, m);
  ag_status status = hash_inputs(game, &hash, error);
  snprintf(inputs, sizeof inputs, "%016" PRIx64, hash);
  if (status == AG_OK)
    status = ag_store_get(directory->store, "inputs", &known, error);
  if (status == AG_OK && known == NULL)
    status = begin_inputs(directory->store, inputs, metric, metrics, error);
  else if (status == AG_OK)
    status = check_inputs(directory, known, inputs, metric, metrics, error);
  free(known);
  free(metric);
  return status;
}

/* Killed before the game was noted. */
static ag_status fail_unbegun(const char *directory, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s holds a run that was stopped before it knew its game: name it, `aligngame run "
                 "GAME.yaml --resume -o %s`",
                 directory, directory);
}

ag_status ag_run_description(const char *directory, char **text, ag_error *error)
{
  ag_digests_state state = {0};
  content found;
  ag_status status = inspect(directory, &found, error);
  if (status != AG_OK)
    return status;
  if (found != CONTENT_RUN)
    return ag_fail(error, AG_ERROR_INPUT,
                   found == CONTENT_ABSENT ? "%s does not exist" : "%s holds no run", directory);
  char *path = ag_path_join(directory, ag_run_store_name), *description = NULL;
  if (path == NULL)
    return ag_fail_memory(error);
  ag_store *store = NULL;
  status = ag_run_directory_expect_files(directory, error);
  if (status == AG_OK)
    status = ag_digests_look(directory, ag_run_store_name, &state, error);
  if (status == AG_OK)
    status = expect_quiet(directory, &state, error);
  if (status == AG_OK)
    status = ag_store_open(path, false, &store, error);
  if (status == AG_OK)
    status = ag_store_get(store, "description", &description, error);
  if (status == AG_OK && description == NULL)
    status = fail_unbegun(directory, error);
  if (status == AG_OK)
    *text = description;
  ag_store_close(store);
  free(path);
  return status;
}
