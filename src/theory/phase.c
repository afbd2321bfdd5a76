/* Who wins, point by point over two parameters of a game. */
#include <aligngame/analysis.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "theory/limit.h"
#include "theory/phase_kept.h"
#include "theory/theory.h"

enum { DEFAULT_GENERATIONS = 2000 };

const char *ag_phase_winner_word(const ag_phase *phase, ag_phase_winner winner)
{
  return winner == AG_PHASE_OWNER    ? phase->word[0]
         : winner == AG_PHASE_PUBLIC ? phase->word[1]
                                     : ag_phase_winner_name(winner);
}

const char *ag_phase_winner_name(ag_phase_winner winner)
{
  static const char *const names[] = {"first",     "second",  "shared", "compromise",
                                      "unsettled", "diverse", "refused"};
  return names[winner];
}

/* Of a name: its first letter where nothing else has it; O and P stand for the paper's. */
char ag_phase_letter(const ag_phase *phase, ag_phase_winner winner)
{
  static const char letters[] = "OPSC.Dx";
  if (winner > AG_PHASE_PUBLIC)
    return letters[winner];
  char letter[2];
  for (size_t k = 0; k < 2; k++) {
    char first = phase->curator[k][0];
    letter[k] = first >= 'a' && first <= 'z' ? (char)(first - 'a' + 'A') : first;
    bool taken = letter[k] < 'A' || letter[k] > 'Z' || strchr("SCD", letter[k]) ||
                 (k == 1 && letter[1] == letter[0]);
    if (taken)
      letter[k] = k == 0 || letter[0] != 'B' ? "AB"[k] : 'A';
  }
  return letter[winner];
}

typedef struct phase_task {
  const char *name, *text;
  size_t size;
  const char *const *overrides;
  size_t override_count, generations;
  ag_phase *phase;
  ag_phase_options options;
  ag_phase_kept kept; /* once the first point that is a game is known */
  bool refused;       /* the file of kept points is another diagram's */
} phase_task;

static double axis_value(const ag_phase_axis *axis, size_t i)
{
  double share = (double)i / (double)(axis->count - 1);
  double value = axis->logarithmic ? axis->low * pow(axis->high / axis->low, share)
                                   : axis->low + (axis->high - axis->low) * share;
  return axis->integer ? round(value) : value;
}

/* The first two curators who act, in order; the same one where it is alone. */
static void find_two(const ag_game *game, size_t two[2])
{
  size_t acting[AG_CURATORS_MOST], count = ag_acting_curators(game, acting);
  two[0] = count > 0 ? acting[0] : 0;
  two[1] = count > 1 ? acting[1] : two[0];
}

static bool is_favourite(const ag_game *game, size_t curator, size_t item)
{
  return game->curator[curator].value[item] >= game->curator[curator].optimal_level;
}

/* p: at the end, or where the play stopped. */
static ag_phase_winner find_winner(const ag_classes *classes, bool settled, const double *p)
{
  const ag_game *game = classes->game;
  size_t two[2], heaviest = 0;
  find_two(game, two);
  for (size_t c = 1; c < classes->count; c++)
    heaviest = p[c] > p[heaviest] ? c : heaviest;
  if (1 - p[heaviest] > 0.01)
    return settled ? AG_PHASE_DIVERSE : AG_PHASE_UNSETTLED;
  size_t item = ag_classes_item(classes, heaviest);
  bool first = is_favourite(game, two[0], item);
  bool second = two[1] != two[0] && is_favourite(game, two[1], item);
  return first ? (second ? AG_PHASE_SHARED : AG_PHASE_OWNER)
               : (second ? AG_PHASE_PUBLIC : AG_PHASE_COMPROMISE);
}

/* exp of the entropy: a class's items have the proportions of p_0. */
static double effective_number(const ag_classes *classes, const double *p)
{
  const ag_space *space = classes->game->space;
  double entropy = 0;
  for (size_t c = 0; c < classes->count; c++)
    for (size_t i = 0; p[c] > 0 && i < classes->item[c].count; i++) {
      size_t x = classes->place[classes->item[c].begin + i];
      double initial = space->log_mass ? space->log_mass[x] : -log((double)space->count);
      double log_mass = log(p[c]) + initial - classes->item[c].log_mass;
      entropy -= log_mass > -700 ? exp(log_mass) * log_mass : 0;
    }
  return exp(entropy);
}

enum { PATHS_MOST = 16 };

/* The length of the first path of several: to a comma outside quotes, or to the end. */
static size_t path_length(const char *paths)
{
  char quote = '\0';
  size_t length = 0;
  for (; paths[length] && (quote || paths[length] != ','); length++)
    if (quote ? paths[length] == quote : paths[length] == '\'' || paths[length] == '"')
      quote = quote ? '\0' : paths[length];
  return length;
}

/* The value for each of an axis's paths, as overrides on the heap. */
static ag_status add_overrides(const ag_phase_axis *axis, double value, const char **override,
                               size_t *count, ag_error *error)
{
  const char *path = axis->path;
  for (size_t length, paths = 0; *path; path += length + (path[length] == ',')) {
    length = path_length(path);
    char *text = malloc(length + 64);
    if (paths++ == PATHS_MOST) {
      free(text);
      return ag_fail(error, AG_ERROR_INPUT, "the axis %s has more than %d paths", axis->path,
                     PATHS_MOST);
    }
    if (!text)
      return ag_fail(error, AG_ERROR_MEMORY, "no memory for the overrides");
    snprintf(text, length + 64, axis->integer ? "%.*s=%.0f" : "%.*s=%.17g", (int)length, path,
             value);
    override[(*count)++] = text;
  }
  return AG_OK;
}

static ag_status load_point(const phase_task *task, size_t x, size_t y, ag_game **game,
                            ag_error *error)
{
  size_t given = task->override_count, count = given;
  const char **override = malloc((given + 2 * PATHS_MOST + 1) * sizeof *override);
  ag_status status =
      override ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for the overrides");
  for (size_t i = 0; !status && i < given; i++)
    override[i] = task->overrides[i];
  for (size_t a = 0; !status && a < 2; a++)
    status = add_overrides(&task->phase->axis[a], task->phase->value[a][a ? y : x], override,
                           &count, error);
  size_t made = count;
  if (!status) {
    override[count++] = "metrics=[]";
    status = ag_game_parse(task->name, task->text, task->size, override, count, game, error);
  }
  for (size_t i = given; override && i < made; i++)
    free((char *) override[i]);
  free(override);
  return status;
}

/* Whether a curator's name is one of the diagram's other words. */
static bool is_taken(const char *name)
{
  for (int w = AG_PHASE_SHARED; w < AG_PHASE_WINNERS; w++)
    if (!strcmp(name, ag_phase_winner_name((ag_phase_winner)w)))
      return true;
  return false;
}

/* On the heap; NULL: no memory. */
static char *join(const char *head, const char *tail)
{
  size_t size = strlen(head) + strlen(tail) + 1;
  char *text = malloc(size);
  if (text)
    snprintf(text, size, "%s%s", head, tail);
  return text;
}

/* The names that the first point's curators have: the words of the diagram. */
static ag_status keep_names(const ag_game *game, ag_phase *phase, ag_error *error)
{
  size_t two[2];
  find_two(game, two);
  for (size_t k = 0; k < 2; k++) {
    const char *name = game->curator[two[k]].name;
    phase->curator[k] = ag_text_copy(name);
    phase->word[k] = is_taken(name) ? join("curator ", name) : ag_text_copy(name);
    if (!phase->curator[k] || !phase->word[k])
      return ag_fail(error, AG_ERROR_MEMORY, "no memory for a name");
  }
  return AG_OK;
}

/* Theory must cover the game at every point: one that is played otherwise has no end to find. */
static ag_status check_point(const ag_game *game, const ag_theory *theory, ag_error *error)
{
  if (theory->kind != AG_THEORY_NONE && !game->sampled)
    return AG_OK;
  return ag_fail(error, AG_ERROR_INPUT, "no phase diagram of this game: %s",
                 game->sampled && theory->kind != AG_THEORY_NONE
                     ? "it is played on samples, and a diagram is exact"
                     : theory->why);
}

/* Where the point's game ends, p [classes]: by analysis, else by play as far as it goes. */
static ag_status find_end(const ag_classes *classes, const ag_ends *ends, size_t generations,
                          double *p, bool *settled, ag_error *error)
{
  ag_limit limit;
  size_t end;
  ag_status status = ag_limit_known(classes, ends, &end, error);
  if (!status && end == SIZE_MAX) {
    status = ag_limit_play(classes, ends, generations, p, &limit, error);
    end = status ? SIZE_MAX : limit.end;
  }
  *settled = end != SIZE_MAX;
  if (!status && *settled)
    ag_limit_spread(classes, &ends->end[end], p);
  return status;
}

/* Ends that attract: more than one is lock-in. */
static unsigned char count_ends(const ag_ends *ends)
{
  size_t count = 0;
  for (size_t e = 0; e < ends->count; e++)
    count += ends->end[e].attracts;
  return (unsigned char)(count < 255 ? count : 255);
}

static ag_status play_point(phase_task *task, size_t at, ag_error *error)
{
  ag_phase *phase = task->phase;
  size_t x = at % phase->axis[0].count, y = at / phase->axis[0].count;
  ag_game *game = NULL;
  ag_classes classes = {0};
  ag_ends ends = {0};
  double *p = NULL;
  bool settled = false;
  ag_theory theory;
  ag_status status = load_point(task, x, y, &game, error);
  if (!status) {
    ag_theory_of(game, &theory);
    status = check_point(game, &theory, error);
  }
  if (!status && !phase->curator[0]) {
    status = keep_names(game, phase, error);
    if (!status)
      status = ag_phase_kept_open(task->options.kept, game, task->generations, phase, &task->kept,
                                  error);
    task->refused = status != AG_OK;
  }
  if (!status)
    status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_array_create(classes.count, sizeof *p, &p, error);
  if (!status)
    status = find_end(&classes, &ends, task->generations, p, &settled, error);
  if (!status) {
    phase->winner[at] = (unsigned char)find_winner(&classes, settled, p);
    phase->sink_count[at] = count_ends(&ends);
    phase->effective_number[at] = effective_number(&classes, p);
  }
  free(p);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  ag_game_free(game);
  return status;
}

/* A bad point is one of the diagram's; any other failure is the diagram's. reason: of the point.
 * Points come in any order, but the first of the bad ones is the one that is told. */
static ag_status note_point(ag_phase *phase, size_t at, ag_status status, const ag_error *reason,
                            ag_error *error)
{
  if (status == AG_OK)
    return AG_OK;
  if (status != AG_ERROR_INPUT) {
    if (error)
      *error = *reason;
    return status;
  }
  phase->winner[at] = AG_PHASE_REFUSED;
  phase->effective_number[at] = (double)NAN;
  if (phase->refused++ > 0 && at > phase->refused_at)
    return AG_OK;
  char text[AG_ERROR_FILE_SIZE + AG_ERROR_MESSAGE_SIZE + 2 * AG_ERROR_SOURCE_SIZE + 64];
  ag_error_format(reason, text, sizeof text);
  free(phase->refusal);
  phase->refused_at = at;
  phase->refusal = ag_text_copy(text);
  return phase->refusal ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a phase diagram");
}

static ag_status check_axis(const ag_phase_axis *axis, ag_error *error)
{
  if (axis->count < 2)
    return ag_fail(error, AG_ERROR_INPUT, "the axis %s has %zu values; expected at least 2",
                   axis->path, axis->count);
  if (!isfinite(axis->low) || !isfinite(axis->high) || axis->low == axis->high ||
      (axis->logarithmic && !(axis->low > 0 && axis->high > 0)))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the axis %s runs from %g to %g; expected two different numbers%s", axis->path,
                   axis->low, axis->high, axis->logarithmic ? " above 0" : "");
  return AG_OK;
}

static ag_status create_phase(const ag_phase_axis axis[2], ag_phase **out, ag_error *error)
{
  ag_phase *phase = calloc(1, sizeof *phase);
  if (!phase)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a phase diagram");
  ag_status status = AG_OK;
  for (size_t a = 0; !status && a < 2; a++) {
    phase->axis[a] = axis[a];
    phase->axis[a].path = NULL;
    if ((status = check_axis(&axis[a], error)))
      break;
    phase->axis[a].path = ag_text_copy(axis[a].path);
    status = phase->axis[a].path
                 ? ag_array_create(axis[a].count, sizeof(double), &phase->value[a], error)
                 : ag_fail(error, AG_ERROR_MEMORY, "no memory for a phase diagram");
    for (size_t i = 0; !status && i < axis[a].count; i++)
      phase->value[a][i] = axis_value(&axis[a], i);
  }
  size_t points = axis[0].count * axis[1].count;
  if (!status)
    status = ag_array_create(points, 1, &phase->winner, error);
  if (!status)
    status = ag_array_create(points, 1, &phase->sink_count, error);
  if (!status)
    status = ag_array_create(points, sizeof(double), &phase->effective_number, error);
  if (status)
    ag_phase_free(phase);
  else
    *out = phase;
  return status;
}

static ag_status note_end(phase_task *task, size_t at, ag_status status, const ag_error *reason,
                          ag_error *error)
{
  if (status == AG_OK)
    status = ag_phase_kept_add(&task->kept, task->phase, at, error);
  else if (!task->refused)
    status = note_point(task->phase, at, status, reason, error);
  else if (error)
    *error = *reason;
  const volatile sig_atomic_t *interrupt = task->options.interrupt;
  return !status && interrupt && *interrupt ? ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted")
                                            : status;
}

/* How many of the points from the first on are known. */
static size_t count_known(const phase_task *task, size_t first, size_t points)
{
  size_t count = 0;
  for (size_t at = first; at < points; at++)
    count += task->kept.known[at];
  return count;
}

/* The points from the first on, in any order. */
static ag_status play_points(phase_task *task, size_t first, size_t points, ag_error *error)
{
  ag_status failure = AG_OK;
  size_t done = first + count_known(task, first, points);
  const ag_phase_options *options = &task->options;
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t at = first; at < points; at++) {
    ag_status stop;
    ag_error reason;
#pragma omp atomic read
    stop = failure;
    if (stop || task->kept.known[at])
      continue;
    ag_status here = play_point(task, at, &reason);
#pragma omp critical
    {
      if (!failure)
        failure = note_end(task, at, here, &reason, error);
      done++;
      if (options->progress)
        options->progress(options->context, done, points);
    }
  }
  return failure;
}

ag_status ag_phase_play(const char *name, const char *text, size_t size,
                        const char *const *overrides, size_t override_count,
                        const ag_phase_axis axis[2], const ag_phase_options *options,
                        ag_phase **out, ag_error *error)
{
  ag_phase *phase = NULL;
  char *source = NULL; /* read once: all points are of one game */
  ag_status failure = text ? AG_OK : ag_game_source(name, &source, &size, error);
  if (!failure)
    failure = create_phase(axis, &phase, error);
  if (failure) {
    free(source);
    return failure;
  }
  phase_task task = {name,           text ? text : source,
                     size,           overrides,
                     override_count, DEFAULT_GENERATIONS,
                     phase,          .options = options ? *options : (ag_phase_options){0}};
  if (task.options.generations)
    task.generations = task.options.generations;
  size_t points = axis[0].count * axis[1].count, first = 0;
  ag_error reason = {0}, told = {0};
  /* one by one up to the first that is a game: it has the curators' names */
  for (; !failure && first < points && !phase->curator[0]; first++) {
    ag_status here = play_point(&task, first, &reason);
    if (first == 0)
      told = reason;
    failure = note_end(&task, first, here, &reason, error);
  }
  if (!failure && phase->refused == points) {
    failure = told.status;
    if (error)
      *error = told;
  }
  if (!failure)
    failure = play_points(&task, first, points, error);
  ag_phase_kept_close(&task.kept);
  free(source);
  if (failure)
    ag_phase_free(phase);
  else
    *out = phase;
  return failure;
}

void ag_phase_free(ag_phase *phase)
{
  if (!phase)
    return;
  for (size_t a = 0; a < 2; a++) {
    free((char *)phase->axis[a].path);
    free(phase->value[a]);
  }
  for (size_t k = 0; k < 2; k++) {
    free(phase->curator[k]);
    free(phase->word[k]);
  }
  free(phase->refusal);
  free(phase->winner);
  free(phase->sink_count);
  free(phase->effective_number);
  free(phase);
}
