/* Who wins, point by point over two parameters of a game. */
#include <aligngame/analysis.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "theory/limit.h"
#include "theory/theory.h"

enum { DEFAULT_GENERATIONS = 2000 };

const char *ag_phase_winner_name(ag_phase_winner winner)
{
  static const char *const names[] = {"first", "second", "shared", "compromise", "unsettled",
                                      "diverse"};
  return names[winner];
}

typedef struct phase_task {
  const char *name, *text;
  size_t size;
  const char *const *overrides;
  size_t override_count, generations;
  ag_phase *phase;
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
  size_t acting[game->curator_count], count = ag_acting_curators(game, acting);
  two[0] = count > 0 ? acting[0] : 0;
  two[1] = count > 1 ? acting[1] : two[0];
}

static bool is_favourite(const ag_game *game, size_t curator, size_t item)
{
  return game->curator[curator].value[item] >= game->curator[curator].optimal_level;
}

static ag_phase_winner find_winner(const ag_classes *classes, const ag_limit *limit,
                                   const double *p)
{
  const ag_game *game = classes->game;
  size_t two[2], item = ag_classes_item(classes, limit->number);
  find_two(game, two);
  if (1 - p[limit->number] > 0.01)
    return limit->settled ? AG_PHASE_DIVERSE : AG_PHASE_UNSETTLED;
  bool first = is_favourite(game, two[0], item), second = is_favourite(game, two[1], item);
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

static ag_status load_point(const phase_task *task, size_t x, size_t y, ag_game **game,
                            ag_error *error)
{
  char text[2][512];
  const char **overrides = malloc((task->override_count + 3) * sizeof *overrides);
  size_t count = 0;
  if (!overrides)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the overrides");
  for (; count < task->override_count; count++)
    overrides[count] = task->overrides[count];
  for (size_t a = 0; a < 2; a++) {
    const ag_phase_axis *axis = &task->phase->axis[a];
    snprintf(text[a], sizeof text[a], axis->integer ? "%s=%.0f" : "%s=%.17g", axis->path,
             task->phase->value[a][a ? y : x]);
    overrides[count++] = text[a];
  }
  overrides[count++] = "metrics=[]";
  ag_status status =
      task->text ? ag_game_parse(task->name, task->text, task->size, overrides, count, game, error)
                 : ag_game_load(task->name, overrides, count, game, error);
  free(overrides);
  return status;
}

/* The names that the first point's curators have: the words of the diagram. */
static ag_status keep_names(const ag_game *game, ag_phase *phase, ag_error *error)
{
  size_t two[2];
  find_two(game, two);
  for (size_t k = 0; k < 2; k++) {
    phase->curator[k] = ag_text_copy(game->curator[two[k]].name);
    if (!phase->curator[k])
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
                     ? "it is played on samples; add -s engine=exact -s generator=ideal"
                     : theory->why);
}

static ag_status play_point(const phase_task *task, size_t x, size_t y, ag_error *error)
{
  ag_phase *phase = task->phase;
  size_t at = y * phase->axis[0].count + x;
  ag_game *game = NULL;
  ag_classes classes = {0};
  ag_ends ends = {0};
  ag_limit limit = {0};
  double *p = NULL;
  ag_theory theory;
  ag_status status = load_point(task, x, y, &game, error);
  if (!status) {
    ag_theory_of(game, &theory);
    status = check_point(game, &theory, error);
  }
  if (!status && at == 0)
    status = keep_names(game, phase, error);
  if (!status)
    status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_array_create(classes.count, sizeof *p, &p, error);
  if (!status)
    status = ag_limit_play(&classes, &ends, task->generations, p, &limit, error);
  if (!status) {
    phase->winner[at] = (unsigned char)find_winner(&classes, &limit, p);
    phase->sink_count[at] = (unsigned char)(ends.count < 255 ? ends.count : 255);
    phase->effective_number[at] = effective_number(&classes, p);
  }
  free(p);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  ag_game_free(game);
  return status;
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

ag_status ag_phase_play(const char *name, const char *text, size_t size,
                        const char *const *overrides, size_t override_count,
                        const ag_phase_axis axis[2], size_t generations,
                        void (*progress)(void *context, size_t done, size_t of), void *context,
                        ag_phase **out, ag_error *error)
{
  ag_phase *phase = NULL;
  ag_status failure = create_phase(axis, &phase, error);
  if (failure)
    return failure;
  phase_task task = {name, text, size, overrides, override_count, generations, phase};
  task.generations = generations ? generations : DEFAULT_GENERATIONS;
  size_t points = axis[0].count * axis[1].count, done = 0;
  /* the first point alone: what is wrong with the game is said once */
  failure = play_point(&task, 0, 0, error);
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t at = 1; at < points; at++) {
    ag_status stop;
    ag_error words;
#pragma omp atomic read
    stop = failure;
    if (stop)
      continue;
    ag_status here = play_point(&task, at % axis[0].count, at / axis[0].count, &words);
#pragma omp critical
    {
      if (here && !failure) {
        failure = here;
        if (error)
          *error = words;
      }
      done++;
      if (progress)
        progress(context, done + 1, points);
    }
  }
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
  free(phase->curator[0]);
  free(phase->curator[1]);
  free(phase->winner);
  free(phase->sink_count);
  free(phase->effective_number);
  free(phase);
}
