/* ag_run: the loop around the engine, with everything kept that is needed to
 * go on after any interruption with the same bits. */
#include <aligngame/run.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "archive/result.h"
#include "archive/run_directory.h"
#include "base/memory.h"

enum { DEFAULT_INTERVAL = 10, LONG_STEP = 2 }; /* seconds */

typedef struct runner {
  const ag_game *game;
  const ag_run_options *options;
  ag_player player;
  ag_player_setting setting;
  char *model_directory; /* or NULL */
  ag_result *result;
  ag_run_directory *directory; /* NULL: in memory only */
  size_t *snapshot;            /* [snapshot_count] ascending, each once */
  size_t snapshot_count;
  size_t first;                               /* the step played from */
  bool complete;                              /* the result was there already */
  double begun, rows_saved, checkpoint_saved; /* moments */
  double checkpoint_cost;                     /* seconds that the last one took */
  double latest, pace; /* moment of the newest step; smoothed seconds a step */
  double step;         /* seconds that the newest advance took */
} runner;

/* A smoothed pace: the plain mean at first, later an average over the last
 * three seconds or advances, whichever is longer. */
static void update_pace(runner *run, size_t steps)
{
  double now = ag_time_now(), spent = now - run->latest;
  run->step = spent;
  double count = (double)(ag_player_done(&run->player) - run->first) / (double)steps;
  double weight = fmax(1 / count, fmin(1. / 3, spent / 3)), pace = spent / (double)steps;
  run->pace = count > 1 ? run->pace + weight * (pace - run->pace) : pace;
  run->latest = now;
}

static ag_progress progress_of(const runner *run)
{
  size_t done = ag_player_done(&run->player), total = ag_player_total(&run->player);
  size_t rows = ag_player_rows(&run->player, done);
  return (ag_progress){
      .generation = done,
      .generations = total,
      .replicates = run->result->replicates,
      .elapsed = ag_time_now() - run->begun,
      .left = total > done ? (double)(total - done) * run->pace : 0,
      .effective_number = rows > 0 ? ag_result_diversity(run->result, rows - 1) : (double)NAN,
  };
}

static void report_progress(const runner *run)
{
  if (run->options->progress == NULL)
    return;
  ag_progress progress = progress_of(run);
  run->options->progress(run->options->context, &progress);
}

/* A model is at work within a generation; the time that is left is that of the phase
 * before the first generation has ended. */
static void report_phase(void *context, const char *phase, double done, double total, double rate,
                         const char *unit)
{
  const runner *run = context;
  if (run->options->progress == NULL || run->result == NULL || run->player.state == NULL)
    return;
  ag_progress progress = progress_of(run);
  progress.phase = phase;
  progress.phase_done = done;
  progress.phase_total = total;
  progress.rate = rate;
  progress.unit = unit;
  if (isnan(progress.left) && rate > 0)
    progress.left = (total - done) / rate;
  run->options->progress(run->options->context, &progress);
}

/* Plays on, and keeps the snapshot of the newest generation where one is due. */
static ag_status advance(runner *run, ag_error *error)
{
  size_t before = ag_player_done(&run->player);
  ag_status status = run->player.type->advance(run->player.state, error);
  if (status != AG_OK)
    return status;
  size_t done = ag_player_done(&run->player), rows = ag_player_rows(&run->player, done);
  update_pace(run, done > before ? done - before : 1);
  if (run->directory == NULL || run->result->replicates > 0 ||
      ag_result_find_snapshot(run->result, rows - 1) == SIZE_MAX)
    return AG_OK;
  return ag_run_directory_save_snapshot(run->directory, run->result, rows - 1, error);
}

static ag_status save_checkpoint(runner *run, ag_error *error)
{
  double before = ag_time_now();
  ag_status status = ag_run_directory_save_checkpoint(run->directory, &run->player, run->result,
                                                      before - run->begun, error);
  run->checkpoint_saved = run->rows_saved = ag_time_now();
  run->checkpoint_cost = run->checkpoint_saved - before;
  return status;
}

/* The time between checkpoints; unless it is asked for, it is long enough for
 * them to take a tenth of the time at most; a step as long as that gets one of its own. */
static double checkpoint_interval(const runner *run)
{
  if (run->options->checkpoint_interval > 0)
    return run->options->checkpoint_interval;
  double cheap = 9 * run->checkpoint_cost;
  return run->step > fmax(cheap, LONG_STEP) ? 0 : fmax(DEFAULT_INTERVAL, cheap);
}

/* Writes what is due: a checkpoint, or about every second the metrics. */
static ag_status persist(runner *run, ag_error *error)
{
  double now = ag_time_now();
  if (run->directory == NULL)
    return AG_OK;
  if (now - run->checkpoint_saved >= checkpoint_interval(run))
    return save_checkpoint(run, error);
  if (now - run->rows_saved < 1)
    return AG_OK;
  run->rows_saved = now;
  size_t rows = ag_player_rows(&run->player, ag_player_done(&run->player));
  return ag_run_directory_save_rows(run->directory, run->result, rows, now - run->begun, error);
}

static ag_status stop(runner *run, ag_error *error)
{
  size_t done = ag_player_done(&run->player), replicates = run->result->replicates;
  const char *unit = replicates > 1 ? " (over all replicates)" : "";
  if (run->directory == NULL)
    return ag_fail(error, AG_ERROR_INTERRUPTED,
                   "interrupted at generation %zu%s; without a run directory nothing is kept", done,
                   unit);
  ag_status status = save_checkpoint(run, error);
  if (status == AG_OK)
    status = ag_run_directory_seal(run->directory, error);
  if (status != AG_OK)
    return status;
  return ag_fail(error, AG_ERROR_INTERRUPTED,
                 "interrupted at generation %zu of %zu%s; --resume goes on from there", done,
                 ag_player_total(&run->player), unit);
}

/* The step that was interrupted is lost; the checkpoint before it stands. */
static ag_status stop_within(const runner *run, ag_error *error)
{
  size_t from = run->directory != NULL ? run->directory->checkpoint : SIZE_MAX;
  return ag_fail(error, AG_ERROR_INTERRUPTED,
                 "interrupted while a model was at work, at generation %zu of %zu%s; %s",
                 ag_player_done(&run->player), ag_player_total(&run->player),
                 run->result->replicates > 1 ? " (over all replicates)" : "",
                 run->directory == NULL ? "without a run directory nothing is kept"
                 : from == SIZE_MAX     ? "--resume begins again"
                                        : "--resume goes on from the generation before");
}

static bool interrupted(const runner *run)
{
  return run->options->interrupt != NULL && *run->options->interrupt != 0;
}

static bool finished(const runner *run)
{
  return ag_player_done(&run->player) >= ag_player_total(&run->player);
}

static ag_status play_generations(runner *run, ag_error *error)
{
  ag_status status = AG_OK;
  run->latest = run->rows_saved = run->checkpoint_saved = ag_time_now();
  run->pace = (double)NAN;
  report_progress(run);
  while (status == AG_OK && !finished(run)) {
    if (interrupted(run))
      return stop(run, error);
    status = advance(run, error);
    if (status == AG_ERROR_INTERRUPTED)
      return stop_within(run, error);
    report_progress(run);
    if (status == AG_OK && !finished(run))
      status = persist(run, error);
  }
  return status;
}

/* Begins again at generation 0. */
static ag_status rewind_player(runner *run, ag_error *error)
{
  ag_player_free(&run->player);
  return ag_player_create(run->game, run->result, &run->setting, &run->player, error);
}

/* The snapshot of generation 0, where one is asked for. */
static ag_status keep_beginning(runner *run, ag_error *error)
{
  if (run->directory == NULL || run->result->replicates > 0 ||
      ag_result_find_snapshot(run->result, 0) == SIZE_MAX)
    return AG_OK;
  return ag_run_directory_save_snapshot(run->directory, run->result, 0, error);
}

/* Brings player and result to where they can go on: the end, the newest
 * checkpoint or generation 0. */
static ag_status take_up(runner *run, ag_error *error)
{
  bool restored = false;
  if (run->directory == NULL || run->directory->fresh)
    return keep_beginning(run, error);
  ag_status status = ag_run_directory_extend(run->directory, run->game, error);
  if (status == AG_OK)
    status = ag_run_directory_load(run->directory, run->result, &run->complete, error);
  if (status != AG_OK || run->complete)
    return status;
  status = ag_run_directory_unseal(run->directory, error);
  if (status != AG_OK)
    return status;
  status = ag_run_directory_restore(run->directory, &run->player, run->result, &restored, error);
  if (run->directory->aside != NULL && run->options->put_aside != NULL)
    run->options->put_aside(run->options->context, run->directory->aside);
  if (status == AG_OK && restored) {
    run->first = ag_player_done(&run->player);
    return AG_OK;
  }
  if (status == AG_OK)
    status = ag_run_directory_clear(run->directory, error);
  if (status == AG_OK)
    status = rewind_player(run, error);
  if (status == AG_OK)
    status = keep_beginning(run, error);
  return status;
}

/* What is played from here on is a leg of its own. */
static ag_status begin_leg(const runner *run, ag_error *error)
{
  if (run->directory == NULL || run->complete)
    return AG_OK;
  size_t done = ag_player_done(&run->player);
  return ag_run_directory_begin_leg(run->directory, run->game, run->options->command,
                                    ag_player_rows(&run->player, done), run->options->allow, error);
}

static ag_status choose_snapshots(runner *run, ag_error *error)
{
  const ag_run_options *options = run->options;
  size_t generations = ag_game_generations(run->game), count = options->snapshot_count;
  run->snapshot = calloc(count + 1, sizeof *run->snapshot);
  if (run->snapshot == NULL)
    return ag_fail_memory(error);
  for (size_t i = 0; i < count; i++) {
    if (options->snapshots[i] > generations)
      return ag_fail(error, AG_ERROR_INPUT, "a snapshot of generation %zu: the last one is %zu",
                     options->snapshots[i], generations);
    run->snapshot[i] = options->snapshots[i];
  }
  run->snapshot_count = ag_generations_sort(run->snapshot, count);
  return AG_OK;
}

/* Opens everything. A fresh directory in which no play could be created is
 * left without a trace. */
static ag_status begin(runner *run, ag_error *error)
{
  const ag_run_options *options = run->options;
  ag_status status = choose_snapshots(run, error);
  if (status == AG_OK && options->directory != NULL)
    status = ag_run_directory_open(options->directory, options->resume, run->game, &run->directory,
                                   error);
  if (status != AG_OK)
    return status;
  if (run->directory != NULL)
    status = ag_run_directory_judge(run->directory, run->game, options->snapshot_count > 0,
                                    options->allow, error);
  if (status == AG_OK && run->directory != NULL)
    status = ag_run_directory_join_snapshots(run->directory, &run->snapshot, &run->snapshot_count,
                                             error);
  if (status == AG_OK)
    status = ag_result_create(run->game, run->snapshot, run->snapshot_count, &run->result, error);
  if (status == AG_OK)
    status = ag_player_create(run->game, run->result, &run->setting, &run->player, error);
  if (status == AG_OK && run->directory != NULL)
    status = ag_run_directory_match(run->directory, run->game, error);
  if (status != AG_OK && run->directory != NULL && run->directory->fresh) {
    ag_run_directory_abandon(run->directory);
    run->directory = NULL;
  }
  return status;
}

/* The rest of the result, and the files. */
static ag_status conclude(runner *run, ag_error *error)
{
  ag_result *result = run->result;
  ag_status status = run->player.type->conclude(run->player.state, error);
  if (status != AG_OK)
    return status;
  double seconds = ag_time_now() - run->begun;
  result->seconds = seconds;
  if (run->directory == NULL)
    return AG_OK;
  result->seconds += run->directory->seconds;
  if (run->player.type->saves_end)
    status = ag_run_directory_save_checkpoint(run->directory, &run->player, result, seconds, error);
  if (status != AG_OK)
    return status;
  return ag_run_directory_finish(run->directory, run->game, result, seconds, error);
}

/* Adds to a failure of the disk that nothing is lost, unless the directory is. */
static void add_hope(const runner *run, ag_error *error)
{
  if (error == NULL || error->status != AG_ERROR_IO || run->result == NULL ||
      run->directory == NULL || access(run->directory->path, F_OK) != 0)
    return;
  size_t from = run->directory->checkpoint, length = strlen(error->message);
  snprintf(error->message + length, sizeof error->message - length,
           "; the run can be resumed from generation %zu with --resume",
           from == SIZE_MAX ? 0 : from);
}

static ag_status finish_result(runner *run, ag_result **result, ag_error *error)
{
  if (run->options->directory != NULL) {
    run->result->directory = ag_text_copy(run->options->directory);
    if (run->result->directory == NULL)
      return ag_fail_memory(error);
  }
  ag_result_rank(run->result);
  *result = run->result;
  run->result = NULL;
  return AG_OK;
}

ag_status ag_result_add_counterpart(const ag_game *game, const volatile sig_atomic_t *interrupt,
                                    ag_result *result, ag_error *error)
{
  const char *why;
  ag_game *exact = NULL;
  ag_run_options options = {.snapshots = result->snapshot,
                            .snapshot_count = result->snapshot_count,
                            .interrupt = interrupt};
  ag_status status = ag_game_counterpart(game, &exact, &why, error);
  if (status == AG_OK && exact != NULL)
    status = ag_run(exact, &options, &result->exact, error);
  ag_game_free(exact);
  return status;
}

static ag_status choose_model_directory(runner *run, ag_error *error)
{
  if (!run->options->keep_model || run->options->directory == NULL)
    return AG_OK;
  run->model_directory = ag_path_join(run->options->directory, "model");
  run->setting.model_directory = run->model_directory;
  return run->model_directory != NULL ? AG_OK : ag_fail_memory(error);
}

ag_status ag_run(const ag_game *game, const ag_run_options *options, ag_result **result,
                 ag_error *error)
{
  static const ag_run_options defaults = {0};
  runner run = {.game = game, .options = options != NULL ? options : &defaults};
  run.begun = ag_time_now();
  run.setting.watch = (ag_watch){report_phase, &run, run.options->interrupt};
  ag_status status = choose_model_directory(&run, error);
  if (status == AG_OK)
    status = begin(&run, error);
  if (status == AG_OK)
    status = take_up(&run, error);
  if (status == AG_OK)
    status = begin_leg(&run, error);
  if (status == AG_OK && !run.complete)
    status = play_generations(&run, error);
  if (status == AG_OK && !run.complete)
    status = conclude(&run, error);
  if (status == AG_OK && run.options->counterpart)
    status = ag_result_add_counterpart(game, run.options->interrupt, run.result, error);
  if (status != AG_OK)
    add_hope(&run, error);
  else
    status = finish_result(&run, result, error);
  ag_run_directory_close(run.directory);
  ag_player_free(&run.player);
  ag_result_free(run.result);
  free(run.snapshot);
  free(run.model_directory);
  return status;
}
