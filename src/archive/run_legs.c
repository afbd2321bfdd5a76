/* The legs of a run: what each was played by, and whether the next may go on from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <aligngame/catalogue.h>

#include "archive/run_directory.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/processor.h"
#include "base/sha256.h"
#include "base/threads.h"

void ag_platform_write(char text[AG_PLATFORM_SIZE])
{
  struct utsname system;
  char library[64] = "";
#ifdef _CS_GNU_LIBC_VERSION
  confstr(_CS_GNU_LIBC_VERSION, library, sizeof library);
#endif
  if (uname(&system) != 0)
    snprintf(text, AG_PLATFORM_SIZE, "unknown");
  else
    snprintf(text, AG_PLATFORM_SIZE, "%.64s %.64s %.64s%s%s", system.sysname, system.release,
             system.machine, library[0] ? ", " : "", library);
}

static const char *instructions(void)
{
  static const char *const sets[] = {"avx512", "avx2", "baseline"};
  int set = ag_processor_first();
  return sets[set < 3 ? set : 2];
}

/* --- remarks --- */

/* Appends to what is let pass, or is the reason to refuse. */
static ag_status add_remark(char **remark, const char *what, const char *detail, ag_error *error)
{
  char *longer = NULL;
  int length = asprintf(&longer, "%s%s%s%s", *remark != NULL ? *remark : "",
                        *remark != NULL ? "; " : "", what, detail);
  if (length < 0)
    return ag_fail_memory(error);
  free(*remark);
  *remark = longer;
  return AG_OK;
}

/* --- what plays --- */

/* Platforms without the kernel's release, the second word: no result depends on it. */
static bool same_platform(const char *one, const char *other)
{
  size_t first = strcspn(one, " ");
  if (strncmp(one, other, first) != 0 || strcspn(other, " ") != first)
    return false;
  const char *end = one[first] != '\0' ? strchr(one + first + 1, ' ') : NULL;
  const char *other_end = other[first] != '\0' ? strchr(other + first + 1, ' ') : NULL;
  return end != NULL && other_end != NULL ? strcmp(end, other_end) == 0 : strcmp(one, other) == 0;
}

typedef struct comparison {
  char platform[AG_PLATFORM_SIZE];
  char *mix; /* how the newest leg differs; NULL: it does not */
} comparison;

/* Equal bits are promised for one version, one C library and one set of instructions alone
 * (docs/numerics.md, "Same bits"): the kernels of each set round in their own way, the exact
 * engine's too. */
static ag_status compare_leg(void *context, const char *const *column, ag_error *error)
{
  comparison *with = context;
  const char *was[] = {column[AG_LEG_VERSION], column[AG_LEG_PLATFORM],
                       column[AG_LEG_INSTRUCTIONS]};
  const char *is[] = {ag_version(), with->platform, instructions()};
  ag_status status = AG_OK;
  free(with->mix);
  with->mix = NULL;
  for (int i = 0; i < 3 && status == AG_OK; i++)
    if (was[i] == NULL || !(i == 1 ? same_platform(was[i], is[i]) : strcmp(was[i], is[i]) == 0)) {
      char detail[600];
      snprintf(detail, sizeof detail, "%.250s, before %.250s", is[i],
               was[i] != NULL ? was[i] : "unknown");
      static const char *const what[] = {"version ", "platform ", "instructions "};
      status = add_remark(&with->mix, what[i], detail, error);
    }
  return status;
}

/* --- what is read and not kept --- */

typedef struct changes {
  char *list;  /* by their paths, */
  char *names; /* and by their names alone, for what is passed on */
} changes;

static void free_changes(changes *found)
{
  free(found->list);
  free(found->names);
}

/* A file of which there is no copy: a model's, a program. */
static ag_status compare_input(void *context, const char *const *column, ag_error *error)
{
  changes *found = context;
  char hex[AG_SHA256_HEX] = "";
  const char *path = column[AG_INPUT_PATH], *known = column[AG_INPUT_DIGEST];
  uint64_t size;
  ag_error reason;
  if (column[AG_INPUT_NAME] != NULL || path == NULL || known == NULL)
    return AG_OK;
  ag_status status = ag_sha256_file(path, hex, &size, &reason);
  if (status == AG_ERROR_MEMORY) {
    if (error != NULL)
      *error = reason;
    return status;
  }
  if (status == AG_OK && strcmp(hex, known) == 0)
    return AG_OK;
  char detail[100] = " is gone";
  if (status == AG_OK)
    snprintf(detail, sizeof detail, " has changed (sha256 %s)", hex);
  const char *slash = strrchr(path, '/');
  status = add_remark(&found->list, path, detail, error);
  return status == AG_OK
             ? add_remark(&found->names, slash != NULL ? slash + 1 : path, detail, error)
             : status;
}

/* Which of them a play would read again. The rewards of items are kept, so only games on texts ask
 * models and programs. */
static ag_status find_changes(const ag_run_directory *directory, const ag_game *game,
                              changes *found, ag_error *error)
{
  return !directory->fresh && ag_game_is_text(game)
             ? ag_store_visit_inputs(directory->store, compare_input, found, error)
             : AG_OK;
}

/* --- a leg --- */

static ag_status judge(ag_run_directory *directory, const ag_game *game, unsigned allow,
                       ag_error *error)
{
  comparison with = {.mix = NULL};
  changes changed = {NULL, NULL};
  ag_platform_write(with.platform);
  ag_status status = ag_store_visit_legs(directory->store, compare_leg, &with, error);
  if (status == AG_OK)
    status = find_changes(directory, game, &changed, error);
  if (status == AG_OK && with.mix != NULL && !(allow & AG_ALLOW_MIX))
    status = ag_fail(error, AG_ERROR_INPUT,
                     "the run in %s began elsewhere: %s. Its other generations would not be the "
                     "same bits; --mix goes on all the same, and notes it",
                     directory->path, with.mix);
  if (status == AG_OK && changed.list != NULL && !(allow & AG_ALLOW_CHANGED))
    status = ag_fail(error, AG_ERROR_INPUT,
                     "the run in %s reads a file that is not what it was: %s. --changed-inputs "
                     "goes on all the same, and notes it",
                     directory->path, changed.list);
  if (status == AG_OK && with.mix != NULL)
    status = add_remark(&directory->remark, "mixed: ", with.mix, error);
  if (status == AG_OK && changed.names != NULL)
    status = add_remark(&directory->remark, "changed inputs: ", changed.names, error);
  directory->judged = status == AG_OK;
  free(with.mix);
  free_changes(&changed);
  return status;
}

ag_status ag_run_directory_judge(ag_run_directory *directory, const ag_game *game, bool more,
                                 unsigned allow, ag_error *error)
{
  char *finished = NULL;
  if (directory->fresh)
    return AG_OK;
  ag_status status = ag_store_get(directory->store, "finished", &finished, error);
  bool plays = finished == NULL || directory->longer != NULL || directory->lacks || more;
  free(finished);
  return status == AG_OK && plays ? judge(directory, game, allow, error) : status;
}

ag_status ag_run_directory_begin_leg(ag_run_directory *directory, const ag_game *game,
                                     const char *command, size_t from, unsigned allow,
                                     ag_error *error)
{
  char threads[24], platform[AG_PLATFORM_SIZE], first[24], now[AG_TIME_SIZE];
  snprintf(threads, sizeof threads, "%d", omp_get_max_threads());
  snprintf(first, sizeof first, "%zu", from);
  ag_platform_write(platform);
  ag_time_text(now);
  ag_status status = directory->judged ? AG_OK : judge(directory, game, allow, error);
  const char *const column[AG_LEG_COLUMNS] = {[AG_LEG_VERSION] = ag_version(),
                                              [AG_LEG_PLATFORM] = platform,
                                              [AG_LEG_INSTRUCTIONS] = instructions(),
                                              [AG_LEG_THREADS] = threads,
                                              [AG_LEG_COMMAND] = command,
                                              [AG_LEG_FROM] = first,
                                              [AG_LEG_TO] = first,
                                              [AG_LEG_BEGUN] = now,
                                              [AG_LEG_ENDED] = now,
                                              [AG_LEG_REMARK] = directory->remark};
  if (status == AG_OK)
    status = ag_store_add_leg(directory->store, column, error);
  return status;
}
