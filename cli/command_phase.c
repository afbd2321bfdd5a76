/* aligngame phase: who wins, over any two values of a game. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aligngame/document.h>
#include <aligngame/figure.h>

#include "exact.h"
#include "options.h"
#include "phase_report.h"
#include "program.h"
#include "progress.h"
#include "render.h"

static const cli_option phase_options[] = {
    {"x", 0, CLI_TEXT, "PATH=LOW..HIGH[:COUNT][:log]",
     "The value that grows to the right, such as curators.owner.pool=2..1000:40:log", true},
    {"y", 0, CLI_TEXT, "PATH=LOW..HIGH[:COUNT][:log]", "The value that grows upwards", true},
    {"generations", 0, CLI_COUNT, "N",
     "Stop a game that has not settled after N generations (default: 2000)", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example phase_examples[] = {
    {"aligngame phase examples/two-atoms.yaml --x curators.owner.pool=2..1000:40:log --y "
     "space.atoms.mass.0=0.01..0.99:40",
     "How much mass atom 0 needs beside the 0.8 of atom 1, for each size of the owner's pool."},
    {"aligngame phase game.yaml --x curators.owner.temperature=0.1..10:30:log --y "
     "loop.real_share=0..0.5 -o phases",
     "Temperature against the share of real data, 25 values of it, into a directory."},
    {NULL, NULL}};

static const char phase_description[] =
    "Finds where the game ends at every point of two axes, exactly, and maps it: at what one of "
    "the two curators who act first likes best, at an optimum of both, at a compromise that is "
    "nobody's optimum, at several items kept side by side, or nowhere within the generations "
    "allowed. Where there is lock-in, another start or order could end elsewhere.\n\n"
    "An axis is a value of the game, its least and its greatest number, how many values there are "
    "(25 unless told) and, with log, equal ratios between them. Several values that move together "
    "are joined by commas: curators.a.pool,curators.b.pool=2..64. Pools are rounded to whole "
    "numbers. A point that is refused is marked, the first one with its reason, and the others are "
    "played. A game on samples is replaced by its exact counterpart, which is said, and refused "
    "where it has none. The directory (--output, or phase-output) gets phase.csv, phase.png, "
    "phase.svg and phase.pdf. Until then phase.points there keeps the points as they are played: "
    "after "
    "Ctrl-C or a kill, the same command goes on with them.";

enum { COUNT_USUAL = 25, COUNT_MOST = 1000 };

/* ---- axes ---- */

static _Noreturn void fail_axis(const cli_arguments *arguments, const char *option,
                                const char *text, const char *why)
{
  cli_usage_error(arguments->command,
                  "--%s %s: %s; expected PATH=LOW..HIGH, then perhaps :COUNT and :log", option,
                  text, why);
}

/* `:COUNT` and `:log` in either order. */
static void read_suffixes(const cli_arguments *arguments, const char *option, const char *text,
                          const char *suffix, ag_phase_axis *axis)
{
  while (*suffix == ':') {
    const char *word = suffix + 1;
    size_t length = strcspn(word, ":");
    suffix = word + length;
    if (length == 3 && strncmp(word, "log", 3) == 0) {
      axis->logarithmic = true;
      continue;
    }
    char *end;
    unsigned long count = strtoul(word, &end, 10);
    if (end != suffix || length == 0 || *word == '-' || count < 2 || count > COUNT_MOST)
      fail_axis(arguments, option, text, "the count is not an integer from 2 to 1000");
    axis->count = count;
  }
  if (*suffix)
    fail_axis(arguments, option, text, "the numbers are followed by something else");
}

static bool ends_in(const char *text, const char *ending)
{
  size_t length = strlen(text), tail = strlen(ending);
  return length >= tail && strcmp(text + length - tail, ending) == 0;
}

/* Reads an axis; its path is on the heap. */
static ag_phase_axis read_axis(const cli_arguments *arguments, const char *option)
{
  const char *text = cli_text(arguments, option), *equals = strchr(text, '=');
  ag_phase_axis axis = {.count = COUNT_USUAL};
  char *end;
  const char *dots = equals ? strstr(equals, "..") : NULL;
  if (!equals || equals == text)
    fail_axis(arguments, option, text, "there is no path before `=`");
  if (!dots)
    fail_axis(arguments, option, text, "there is no `..` between two numbers");
  axis.low = strtod(equals + 1, &end);
  /* in `2..9` a number reader takes `2.` for the number */
  if (end == equals + 1 || (end != dots && end != dots + 1))
    fail_axis(arguments, option, text, "what stands before `..` is not a number");
  axis.high = strtod(dots + 2, &end);
  if (end == dots + 2)
    fail_axis(arguments, option, text, "what stands after `..` is not a number");
  read_suffixes(arguments, option, text, end, &axis);
  if (!isfinite(axis.low) || !isfinite(axis.high) || !(axis.low < axis.high))
    fail_axis(arguments, option, text, "the numbers do not increase");
  if (axis.logarithmic && axis.low <= 0)
    fail_axis(arguments, option, text, "a logarithmic axis begins above 0");
  char *path = program_format("%.*s", (int)(equals - text), text);
  axis.integer = ends_in(path, ".pool");
  axis.path = path;
  return axis;
}

/* ---- playing ---- */

typedef struct progress_state {
  bool on;
  size_t drawn; /* thousandths */
} progress_state;

/* Called by one thread at a time. */
static void show_progress(void *context, size_t done, size_t of)
{
  progress_state *progress = context;
  size_t part = 1000 * done / of;
  if (!progress->on || part == progress->drawn)
    return;
  progress->drawn = part;
  progress_bar("phase", "games", done, of);
}

/* text: of the exact counterpart, or NULL. kept: the file that keeps the points. */
static ag_status play(const cli_arguments *arguments, const char *text, const ag_phase_axis axis[2],
                      const char *kept, ag_phase **phase, ag_error *error)
{
  progress_state progress = {.on = !cli_given(arguments, "quiet") && isatty(STDERR_FILENO)};
  const ag_phase_options options = {.generations = cli_count(arguments, "generations", 0),
                                    .kept = kept,
                                    .interrupt = program_interrupt(),
                                    .progress = show_progress,
                                    .context = &progress};
  ag_status status = ag_phase_play(cli_positional(arguments, 0), text, text ? strlen(text) : 0,
                                   arguments->override, text ? 0 : arguments->override_count, axis,
                                   &options, phase, error);
  if (progress.on)
    fputs("\r\033[K", stderr);
  return status;
}

/* ---- what came of it ---- */

static const char *const file_names[] = {"phase.csv", "phase.pdf", "phase.png", "phase.svg", NULL};
enum { FILES = sizeof file_names / sizeof *file_names - 1 };

static int save(const ag_phase *phase, const char *directory)
{
  ag_error error = {0};
  ag_status status = AG_OK;
  for (size_t i = 0; !status && i < FILES; i++) {
    char *path = program_format("%s/%s", directory, file_names[i]);
    status = i == 0 ? ag_phase_write_csv(phase, path, &error) : ag_phase_draw(phase, path, &error);
    free(path);
  }
  return status ? program_fail(&error) : STATUS_DONE;
}

static json_t *axis_document(const ag_phase *phase, size_t a)
{
  json_t *values = json_array();
  for (size_t i = 0; i < phase->axis[a].count; i++)
    ag_json_append(&values, phase->axis[a].integer ? json_integer((json_int_t)phase->value[a][i])
                                                   : json_real(phase->value[a][i]));
  return json_pack("{s:s, s:b, s:o}", "path", phase->axis[a].path, "logarithmic",
                   (int)phase->axis[a].logarithmic, "values", values);
}

/* One row for each value of y. */
static json_t *map_document(const ag_phase *phase, json_t *(*cell)(const ag_phase *, size_t))
{
  size_t columns = phase->axis[0].count;
  json_t *rows = json_array();
  for (size_t y = 0; y < phase->axis[1].count; y++) {
    json_t *row = json_array();
    for (size_t x = 0; x < columns; x++)
      ag_json_append(&row, cell(phase, y * columns + x));
    ag_json_append(&rows, row);
  }
  return rows;
}

static json_t *winner_cell(const ag_phase *phase, size_t at)
{
  return json_string(ag_phase_winner_word(phase, (ag_phase_winner)phase->winner[at]));
}

static json_t *sinks_cell(const ag_phase *phase, size_t at)
{
  return json_integer(phase->sink_count[at]);
}

static json_t *number_cell(const ag_phase *phase, size_t at)
{
  return ag_json_real(phase->effective_number[at]);
}

static json_t *settings_document(const cli_arguments *arguments)
{
  json_t *overrides = json_array();
  for (size_t i = 0; i < arguments->override_count; i++)
    ag_json_append(&overrides, ag_json_text(arguments->override[i]));
  return json_pack("{s:o, s:o, s:s, s:s}", "file", ag_json_text(cli_positional(arguments, 0)),
                   "overrides", overrides, "x", cli_text(arguments, "x"), "y",
                   cli_text(arguments, "y"));
}

static char *document(const cli_arguments *arguments, const ag_phase *phase, const char *directory)
{
  json_t *files = json_array(), *counts = json_object();
  size_t count[AG_PHASE_WINNERS] = {0};
  for (size_t i = 0; i < phase->axis[0].count * phase->axis[1].count; i++)
    count[phase->winner[i]]++;
  for (size_t w = 0; w < AG_PHASE_WINNERS; w++)
    ag_json_put(&counts, ag_phase_winner_word(phase, (ag_phase_winner)w),
                json_integer((json_int_t)count[w]));
  for (size_t i = 0; i < FILES; i++) {
    char *path = program_format("%s/%s", directory, file_names[i]);
    ag_json_append(&files, ag_json_text(path));
    free(path);
  }
  json_t *made = json_pack(
      "{s:o, s:o, s:o, s:[s, s], s:o, s:o, s:o, s:o, s:o}", "settings",
      settings_document(arguments), "x", axis_document(phase, 0), "y", axis_document(phase, 1),
      "curators", phase->curator[0], phase->curator[1], "counts", counts, "winner",
      map_document(phase, winner_cell), "sinks", map_document(phase, sinks_cell),
      "effective_number", map_document(phase, number_cell), "files", files);
  if (made && phase->refused > 0)
    ag_json_put(&made, "refused",
                json_pack("{s:I, s:I, s:I, s:s}", "count", (json_int_t)phase->refused, "x",
                          (json_int_t)(phase->refused_at % phase->axis[0].count), "y",
                          (json_int_t)(phase->refused_at / phase->axis[0].count), "reason",
                          phase->refusal));
  return ag_json_finish("phase", made);
}

static int report(const cli_arguments *arguments, const ag_phase *phase, const char *directory)
{
  int status = save(phase, directory);
  if (status != STATUS_DONE)
    return status;
  if (cli_given(arguments, "json"))
    return program_print_json(document(arguments, phase, directory));
  if (cli_given(arguments, "quiet"))
    return STATUS_DONE;
  report_phase(stdout, phase);
  render_format(stdout, "Files       %s/: phase.csv, phase.pdf, phase.png, phase.svg\n", directory);
  return STATUS_DONE;
}

/* Plays and reports. Where something is wrong, nothing is left behind. */
static int map_game(const cli_arguments *arguments, const char *text, const ag_phase_axis axis[2])
{
  const char *directory = cli_folder(arguments);
  bool made = !program_is_there(directory);
  ag_phase *phase = NULL;
  ag_error error = {0};
  if (!program_make_directories(directory))
    return program_fail_system("cannot make the directory", directory);
  char *kept = program_format("%s/phase.points", directory);
  ag_status played = play(arguments, text, axis, kept, &phase, &error);
  int status = played ? program_fail(&error) : report(arguments, phase, directory);
  if (status == STATUS_DONE)
    unlink(kept);
  else if (played && made)
    rmdir(directory); /* with points in it, it stays */
  if (played == AG_ERROR_INTERRUPTED)
    render_format(stderr, "The points so far are in %s; the same command goes on with them.\n",
                  kept);
  free(kept);
  ag_phase_free(phase);
  return status;
}

static int run_phase(const cli_arguments *arguments, const ag_phase_axis axis[2])
{
  ag_game *game = NULL;
  bool counterpart;
  int status = exact_load(arguments, &game, &counterpart);
  if (status == STATUS_DONE)
    status = map_game(arguments, counterpart ? ag_game_text(game) : NULL, axis);
  ag_game_free(game);
  return status;
}

static int phase_command(cli_arguments *arguments)
{
  ag_phase_axis axis[2] = {read_axis(arguments, "x"), read_axis(arguments, "y")};
  int status = run_phase(arguments, axis);
  for (size_t a = 0; a < 2; a++)
    free((char *)axis[a].path);
  return status;
}

const cli_command command_phase = {
    .name = "phase",
    .summary = "who wins, over any two values of a game",
    .description = phase_description,
    .arguments = cli_game_argument,
    .options = phase_options,
    .examples = phase_examples,
    .run = phase_command,
    .results = {",winner,sinks,effective_number", file_names},
    .folder = "phase-output",
};
