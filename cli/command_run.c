/* aligngame run: plays one game. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aligngame/facts.h>
#include <aligngame/run.h>

#include "options.h"
#include "outcome.h"
#include "program.h"
#include "progress.h"
#include "render.h"
#include "table.h"

static const cli_argument run_arguments[] = {
    {"GAME.yaml", CLI_FILE, false,
     "The game file; not needed with --resume and --output, which know the game", NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option run_options[] = {
    {"resume", 'r', CLI_FLAG, NULL,
     "Go on with an interrupted run from its newest checkpoint; the results are the same bits as "
     "those of a run without a break",
     false},
    {"trust", 0, CLI_FLAG, NULL,
     "With --resume: go on in a directory that another user owns, or can write to; the programs "
     "that "
     "it names are started as you",
     false},
    {"changed-inputs", 0, CLI_FLAG, NULL,
     "With --resume: go on although a model or a program that the game reads has changed; the "
     "run's "
     "legs say so",
     false},
    {"mix", 0, CLI_FLAG, NULL,
     "With --resume: go on with another version, C library or kind of processor, whose bits are "
     "others; the run's legs say so",
     false},
    {"snapshots", 0, CLI_GENERATIONS, "LIST",
     "Keep the whole distribution at these generations, such as 1,5,60", false},
    {"checkpoint-interval", 0, CLI_POSITIVE, "SECONDS", "Time between checkpoints (default: 10)",
     false},
    {"keep-model", 0, CLI_FLAG, NULL,
     "Write the last language model (gpt2) into the run's folder `model`, in Hugging Face's layout",
     false},
    {"verbose", 'v', CLI_FLAG, NULL,
     "The whole summary: what theory rests on, all metrics, maps; without it, one screen", false},
    {"no-save", 0, CLI_FLAG, NULL, "Write no files: results are printed and nothing else", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example run_examples[] = {
    {"aligngame run examples/compromise.yaml", "Play a game; results go to runs/compromise."},
    {"aligngame run game.yaml -s curators.owner.pool=inf -s generations=200 -o trial",
     "The same game with other values, into a directory of your choice."},
    {"aligngame run --resume -o trial", "Go on after Ctrl-C or a power cut."},
    {"aligngame run game.yaml --no-save --json --snapshots 1,60",
     "Everything as JSON, nothing on the disk."},
    {NULL, NULL}};

static const char run_description[] =
    "Plays a game from its first to its last generation, exactly, and ends with a summary: the "
    "regime, where theory says that this loop ends beside the outcome, how diversity went down, "
    "and what survives.\n\n"
    "Results go into a run directory: --output, or runs/NAME after the game's name (runs/NAME-2 "
    "and so on where that exists). Ctrl-C keeps a checkpoint; a second Ctrl-C ends at once. After "
    "either, and after a crash, --resume goes on where the newest checkpoint stands. The directory "
    "keeps copies of the files that the game reads, and the digests of all that is in it: --resume "
    "plays the copies, says which original has changed since, and touches nothing where a file of "
    "the directory itself has.";

/* Everything that one run holds. */
typedef struct run_job {
  ag_game *game;
  ag_result *result;
  ag_facts *facts;
  char *directory; /* NULL: nothing is written */
  size_t *snapshot, snapshot_count;
  bool made; /* the directory is new */
} run_job;

static void check_usage(const cli_arguments *arguments)
{
  bool resume = cli_given(arguments, "resume"), no_save = cli_given(arguments, "no-save");
  const cli_command *command = arguments->command;
  if (no_save && (resume || cli_given(arguments, "output")))
    cli_usage_error(command, "--no-save writes no files: it excludes --%s",
                    resume ? "resume" : "output");
  static const char *const with_resume[] = {"trust", "changed-inputs", "mix"};
  for (size_t i = 0; !resume && i < sizeof with_resume / sizeof *with_resume; i++)
    if (cli_given(arguments, with_resume[i]))
      cli_usage_error(command, "--%s is for --resume", with_resume[i]);
  if (cli_positional(arguments, 0))
    return;
  if (!resume)
    cli_usage_error(command, "missing argument GAME.yaml: %s", run_arguments[0].help);
  if (!cli_given(arguments, "output"))
    cli_usage_error(command, "--resume needs GAME.yaml or --output DIR");
}

/* Whether a directory that may be somebody else's is to be gone on with: --trust, or an answer. */
static bool trusts(const cli_arguments *arguments, const char *directory)
{
  char *why = NULL;
  if (cli_given(arguments, "trust"))
    return true;
  if (!directory || access(directory, F_OK) != 0 ||
      ag_run_is_strange(directory, &why, NULL) != AG_OK || !why)
    return false;
  bool trusted = program_ask("%s.\nGoing on may start programs that the directory names, as you. "
                             "Go on?",
                             why);
  free(why);
  return trusted;
}

/* Whether the directory holds a run that can go on. */
static bool can_go_on(const char *directory)
{
  char *text = NULL;
  bool can = directory && ag_run_description(directory, &text, NULL) == AG_OK;
  free(text);
  return can;
}

/* A run that goes on plays what its directory has kept. */
static ag_status take_game(const cli_arguments *arguments, const char *directory, ag_game **game,
                           ag_error *error)
{
  unsigned allow = trusts(arguments, directory) ? AG_ALLOW_STRANGER : 0;
  return ag_run_game(directory, cli_positional(arguments, 0), arguments->override,
                     arguments->override_count, allow, game, error);
}

static ag_status load_game(const cli_arguments *arguments, ag_game **game, ag_error *error)
{
  const char *path = cli_positional(arguments, 0), *directory = cli_text(arguments, "output");
  if (!path || (cli_given(arguments, "resume") && can_go_on(directory)))
    return take_game(arguments, directory, game, error);
  return ag_game_load_trusted(path, arguments->override, arguments->override_count, game, error);
}

/* The same of a directory that was found by the game's name. */
static ag_status reload_game(const cli_arguments *arguments, run_job *job, ag_error *error)
{
  ag_game *kept = NULL;
  if (!cli_given(arguments, "resume") || cli_given(arguments, "output") ||
      !can_go_on(job->directory))
    return AG_OK;
  ag_status status = take_game(arguments, job->directory, &kept, error);
  if (status == AG_OK) {
    ag_game_free(job->game);
    job->game = kept;
  }
  return status;
}

static void read_snapshots(const cli_arguments *arguments, run_job *job)
{
  job->snapshot = cli_generations(arguments, "snapshots", &job->snapshot_count);
  size_t generations = ag_game_generations(job->game);
  for (size_t i = 0; i < job->snapshot_count; i++)
    if (job->snapshot[i] > generations)
      cli_usage_error(arguments->command,
                      "--snapshots: there is no generation %zu, the last is %zu", job->snapshot[i],
                      generations);
}

/* The directory as --output gives it, made if it is not there. */
static int take_directory(const char *given, run_job *job)
{
  job->directory = program_format("%s", given);
  job->made = !program_is_there(given);
  if (job->made && !program_make_directories(given))
    return program_fail_system("cannot make the directory", given);
  return STATUS_DONE;
}

/* runs/NAME: the newest to resume, if there is one, or else a new one. */
static int name_directory(bool resume, run_job *job)
{
  int status = STATUS_DONE;
  char *slug = program_slug(ag_game_name(job->game));
  char *base = program_format("runs/%s", slug);
  job->directory = resume ? program_last_directory(base) : NULL;
  job->made = !job->directory;
  if (job->made)
    job->directory = program_make_unique_directory(base);
  if (!job->directory)
    status = program_fail_system("cannot make the directory", base);
  free(base);
  free(slug);
  return status;
}

/* Where the results go. A run that was killed before it had a directory is
 * resumed as well: it begins. */
static int choose_directory(const cli_arguments *arguments, run_job *job)
{
  const char *given = cli_text(arguments, "output");
  bool resume = cli_given(arguments, "resume");
  if (cli_given(arguments, "no-save"))
    return STATUS_DONE;
  int status = given ? take_directory(given, job) : name_directory(resume, job);
  if (status == STATUS_DONE && resume && job->made && !cli_given(arguments, "quiet"))
    render_format(stderr, "%s holds no run yet: it begins at generation 0.\n", job->directory);
  return status;
}

/* What lies in the way of the same bits, and is to be gone on with. */
static unsigned allowed(const cli_arguments *arguments)
{
  return (cli_given(arguments, "changed-inputs") ? AG_ALLOW_CHANGED : 0) |
         (cli_given(arguments, "mix") ? AG_ALLOW_MIX : 0);
}

static void tell_put_aside(void *context, const char *names)
{
  (void)context;
  render_format(stderr, "warning: %s; what was in it is played again\n", names);
}

static ag_status play(const cli_arguments *arguments, run_job *job, ag_error *error)
{
  if (cli_given(arguments, "resume") && !job->made && !cli_given(arguments, "quiet"))
    program_warn_originals(job->directory);
  char *command = program_command_line();
  progress_line progress = progress_begin(job->game, cli_given(arguments, "quiet"));
  ag_run_options options = {.directory = job->directory,
                            .resume = cli_given(arguments, "resume"),
                            .allow = allowed(arguments),
                            .put_aside = tell_put_aside,
                            .counterpart = true,
                            .keep_model = cli_given(arguments, "keep-model"),
                            .checkpoint_interval = cli_real(arguments, "checkpoint-interval", 0),
                            .snapshots = job->snapshot,
                            .snapshot_count = job->snapshot_count,
                            .progress = progress_report,
                            .context = &progress,
                            .interrupt = program_interrupt(),
                            .command = command};
  ag_status status = ag_run(job->game, &options, &job->result, error);
  progress_end(&progress);
  free(command);
  return status;
}

static int fail_play(const run_job *job, const ag_error *error)
{
  if (job->made)
    rmdir(job->directory); /* succeeds where nothing was written */
  int status = program_fail(error);
  bool unfinished = error->status == AG_ERROR_INTERRUPTED || error->status == AG_ERROR_IO;
  if (unfinished && can_go_on(job->directory))
    render_format(stderr, "Go on with: aligngame run --resume -o %s\n", job->directory);
  return status;
}

static int print_everything(const run_job *job)
{
  outcome_view outcome = {job->game, job->result, job->facts};
  int status = STATUS_DONE;
  outcome_print_game(stdout, job->game);
  outcome_print_theory(stdout, &outcome);
  outcome_print_diversity(stdout, job->result);
  outcome_print_survival(stdout, &outcome);
  outcome_print_density(stdout, &outcome);
  if (job->result->outcome_count > 0) {
    printf("\n%sMost massive at the end%s\n", render_bold(), render_plain());
    outcome_print_survivors(stdout, &outcome, 10);
  }
  if (job->result->texts)
    outcome_print_texts(stdout, job->result);
  if (job->result->replicates > 0)
    status = outcome_print_replicates(stdout, &outcome);
  else
    outcome_print_metrics(stdout, job->result);
  putchar('\n');
  outcome_print_files(stdout, job->directory);
  printf("Time        %s\n", render_seconds(job->result->seconds).text);
  return status;
}

static int report(const cli_arguments *arguments, run_job *job)
{
  ag_error error = {0};
  if (cli_given(arguments, "quiet") && !cli_given(arguments, "json"))
    return STATUS_DONE;
  if (ag_facts_find(job->game, job->result, &job->facts, &error) != AG_OK)
    return program_fail(&error);
  if (cli_given(arguments, "json"))
    return program_print_json(ag_result_json(job->game, job->result, job->facts));
  if (cli_given(arguments, "verbose"))
    return print_everything(job);
  return outcome_print_short(stdout, &(outcome_view){job->game, job->result, job->facts},
                             job->directory);
}

/* An exact game has samples only for when its engine is changed. */
static void note_idle(const cli_arguments *arguments, const ag_game *game)
{
  static const char samples[] = "samples.";
  if (ag_game_is_sampled(game) || cli_given(arguments, "quiet"))
    return;
  for (size_t i = 0; i < arguments->override_count; i++)
    if (strncmp(arguments->override[i], samples, sizeof samples - 1) == 0)
      render_format(stderr, "note: -s %s has no effect: the engine is exact\n",
                    arguments->override[i]);
}

static int run_command(cli_arguments *arguments)
{
  run_job job = {0};
  ag_error error = {0};
  check_usage(arguments);
  if (load_game(arguments, &job.game, &error) != AG_OK)
    return program_fail(&error);
  program_interrupt(); /* from here on a signal leaves what can go on */
  cli_table_tell(arguments, ag_game_understood(job.game));
  note_idle(arguments, job.game);
  read_snapshots(arguments, &job);
  int status = choose_directory(arguments, &job);
  if (status == STATUS_DONE && reload_game(arguments, &job, &error) != AG_OK)
    status = fail_play(&job, &error);
  else if (status == STATUS_DONE && play(arguments, &job, &error) != AG_OK)
    status = fail_play(&job, &error);
  else if (status == STATUS_DONE)
    status = report(arguments, &job);
  free(job.snapshot);
  free(job.directory);
  ag_facts_free(job.facts);
  ag_result_free(job.result);
  ag_game_free(job.game);
  return status;
}

const cli_command command_run = {
    .name = "run",
    .summary = "play a game file and show what survives",
    .description = run_description,
    .arguments = run_arguments,
    .options = run_options,
    .examples = run_examples,
    .run = run_command,
};
