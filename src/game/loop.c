#include "game/loop.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/game.h"

/* --- from data --- */

static ag_status check_curators(const ag_step_spec *spec, const ag_step_type *type,
                                const ag_game *game, ag_node place, ag_error *error)
{
  bool wants = type->value <= AG_STEP_SHARES, one = type->value == AG_STEP_CURATOR;
  if (!wants)
    return AG_OK;
  if (spec->curator_count == 0 || (one && spec->curator_count != 1))
    return ag_node_fail(place, error, "the step %s needs %s", type->name,
                        one ? "one curator" : "curators");
  if (spec->curator_count > AG_JUDGES_MOST)
    return ag_node_fail(place, error, "the step %s has %zu curators; expected at most %d",
                        type->name, spec->curator_count, AG_JUDGES_MOST);
  for (size_t i = 0; i < spec->curator_count; i++) {
    size_t c = spec->curator[i];
    if (c >= game->curator_count)
      return ag_node_fail(place, error, "the step %s names curator number %zu of %zu", type->name,
                          c, game->curator_count);
    if (one && (game->curator[c].prefers != NULL) != type->compares)
      return ag_node_fail(place, error, "%s has %s; expected the step `%s: %s`",
                          game->curator[c].name, type->compares ? "a reward" : "preferences",
                          type->compares ? "curate" : "prefer", game->curator[c].name);
  }
  return AG_OK;
}

static ag_status check_numbers(const ag_step_spec *spec, const ag_step_type *type, ag_node place,
                               ag_error *error)
{
  static const ag_bounds share = {.what = "a share", .low = 0, .high = 1e300};
  ag_status status = AG_OK;
  double total = 0;
  if (type->value == AG_STEP_RATE)
    status = ag_schedule_check(&spec->rate, &type->rate, place, error);
  if (type->value == AG_STEP_SIZES && !(spec->initial > 0 && spec->added > 0))
    status = ag_fail(error, AG_ERROR_INPUT,
                     "the step %s has sizes %g and %g; expected numbers "
                     "above 0",
                     type->name, spec->initial, spec->added);
  for (size_t i = 0;
       !status && spec->share && type->value == AG_STEP_SHARES && i < spec->curator_count; i++) {
    status = ag_schedule_check(&spec->share[i], &share, place, error);
    total += ag_schedule_at(&spec->share[i], 0);
  }
  if (!status && spec->share && type->value == AG_STEP_SHARES && !(total > 0))
    status = ag_node_fail(place, error, "the shares of a mixture add up to %g", total);
  return status;
}

static ag_status copy_shares(const ag_step_spec *spec, ag_step *step, ag_error *error)
{
  if (!spec->share || step->type->value != AG_STEP_SHARES)
    return AG_OK;
  step->share = calloc(spec->curator_count, sizeof *step->share);
  if (!step->share)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a mixture");
  ag_status status = AG_OK;
  for (size_t i = 0; !status && i < spec->curator_count; i++)
    status = ag_schedule_copy(&spec->share[i], &step->share[i], error);
  return status;
}

static ag_status create_step(const ag_step_spec *spec, const ag_game *game, ag_node place,
                             ag_step *step, ag_error *error)
{
  step->type = ag_step_find(spec->kind);
  if (!step->type)
    return ag_node_fail(place, error, "no step is called %s", spec->kind);
  ag_status status = check_curators(spec, step->type, game, place, error);
  if (!status)
    status = check_numbers(spec, step->type, place, error);
  if (status)
    return status;
  step->initial = spec->initial;
  step->added = spec->added;
  if (step->type->value == AG_STEP_RATE &&
      (status = ag_schedule_copy(&spec->rate, &step->rate, error)))
    return status;
  if (step->type->value > AG_STEP_SHARES)
    return AG_OK;
  status = ag_array_create(spec->curator_count, sizeof *step->curator, &step->curator, error);
  if (status)
    return status;
  step->curator_count = spec->curator_count;
  memcpy(step->curator, spec->curator, spec->curator_count * sizeof *step->curator);
  return copy_shares(spec, step, error);
}

/* --- stages --- */

static ag_status make_stages(ag_loop *loop, ag_node place, ag_error *error)
{
  size_t count = 0;
  for (size_t s = 0; s < loop->step_count; s++) {
    loop->step[s].stage = count;
    count += loop->step[s].curator_count;
  }
  if (count > AG_STAGES_MOST)
    return ag_node_fail(place, error, "curators choose %zu times a generation; expected at most %d",
                        count, AG_STAGES_MOST);
  ag_status status = ag_array_create(count, sizeof *loop->stage, &loop->stage, error);
  for (size_t s = 0; !status && s < loop->step_count; s++)
    for (size_t i = 0; i < loop->step[s].curator_count; i++)
      loop->stage[loop->stage_count++] =
          (ag_stage){loop->step[s].curator[i], s, !loop->step[s].type->publishes};
  return status;
}

/* The value of step number s in a document that lists steps; else what stands for them. */
static ag_node place_of(ag_node loop, size_t s)
{
  const char *name;
  ag_node steps = ag_node_find(loop, "steps"), key, value;
  if (!ag_node_present(steps))
    return loop;
  ag_node_entry(ag_node_item(steps, s), 0, &name, &key, &value);
  return value;
}

ag_status ag_loop_create(const ag_step_spec *spec, size_t count, const ag_game *game, ag_node place,
                         ag_loop *out, ag_error *error)
{
  ag_loop made = {.reading = spec ? "steps" : ag_readings[0].name,
                  .step_count = spec ? count : game->curator_count};
  if (made.step_count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "the loop has no steps");
  made.step = calloc(made.step_count, sizeof *made.step);
  ag_status status = made.step ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a loop");
  for (size_t s = 0; !status && s < made.step_count; s++) {
    bool compares = !spec && game->curator[s].prefers;
    ag_step_spec own = {.kind = compares ? "prefer" : "curate", .curator_count = 1, .curator = &s};
    status = create_step(spec ? &spec[s] : &own, game, place_of(place, s), &made.step[s], error);
  }
  if (!status)
    status = make_stages(&made, place, error);
  if (status)
    ag_loop_free(&made);
  else
    *out = made;
  return status;
}

void ag_loop_free(ag_loop *loop)
{
  for (size_t s = 0; loop->step && s < loop->step_count; s++)
    ag_step_free(&loop->step[s]);
  free(loop->step);
  free(loop->stage);
  *loop = (ag_loop){0};
}

/* --- looking at it --- */

ag_status ag_loop_describe(const ag_loop *loop, ag_step_spec **out, ag_error *error)
{
  ag_step_spec *made = NULL;
  ag_status status = ag_array_create(loop->step_count, sizeof *made, &made, error);
  for (size_t s = 0; !status && s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    made[s] = (ag_step_spec){.kind = step->type->name,
                             .curator_count = step->curator_count,
                             .curator = step->curator,
                             .share = step->share,
                             .rate = step->rate,
                             .initial = step->initial,
                             .added = step->added};
  }
  *out = made;
  return status;
}

ag_status ag_game_add_step(ag_game *game, const ag_step_spec *added, ag_error *error)
{
  size_t count = game->loop.step_count;
  ag_step_spec *step = NULL, *wider = NULL;
  ag_loop loop = {0};
  ag_status status = ag_loop_describe(&game->loop, &step, error);
  if (!status && !(wider = realloc(step, (count + 1) * sizeof *step)))
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a step");
  if (!status) {
    step = wider;
    step[count] = *added;
    status = ag_loop_create(step, count + 1, game, (ag_node){0}, &loop, error);
  }
  free(step);
  if (status)
    return status;
  for (size_t s = 0; s < count; s++)
    loop.step[s].by_number = game->loop.step[s].by_number;
  loop.reading = game->loop.reading;
  ag_loop_free(&game->loop);
  game->loop = loop;
  return AG_OK;
}

/* The range of steps that select one by one; false: they do not stand together. */
static bool find_turn(const ag_step_spec *step, size_t count, size_t *begin, size_t *end)
{
  *begin = *end = count;
  for (size_t s = 0; s < count; s++) {
    const ag_step_type *type = ag_step_find(step[s].kind);
    if (type->value != AG_STEP_CURATOR)
      continue;
    if (*begin == count)
      *begin = *end = s;
    if (*end != s)
      return false;
    *end = s + 1;
  }
  return *begin < count;
}

size_t ag_loop_turns(const ag_step_spec *step, size_t step_count)
{
  size_t begin, end;
  return find_turn(step, step_count, &begin, &end) ? end - begin : 0;
}

bool ag_loop_turn(ag_step_spec *step, size_t step_count, size_t first)
{
  size_t begin, end;
  if (!find_turn(step, step_count, &begin, &end) || first >= end - begin)
    return false;
  for (size_t turn = 0; turn < first; turn++) {
    ag_step_spec head = step[begin];
    memmove(step + begin, step + begin + 1, (end - begin - 1) * sizeof *step);
    step[end - 1] = head;
  }
  return true;
}

bool ag_loop_moves(const ag_loop *loop)
{
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    if (ag_schedule_moves(&step->rate))
      return true;
    for (size_t i = 0; step->share && i < step->curator_count; i++)
      if (ag_schedule_moves(&step->share[i]))
        return true;
  }
  return false;
}

const ag_step *ag_loop_find(const ag_loop *loop, const ag_step_type *type)
{
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type == type)
      return &loop->step[s];
  return NULL;
}

const ag_step *ag_loop_find_interruption(const ag_loop *loop)
{
  const ag_step *mixing = NULL;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    if (mixing && step->curator_count > 0 && !step->type->publishes)
      return mixing;
    if (!mixing && step->type->mixes)
      mixing = step;
  }
  return NULL;
}

bool ag_loop_accumulates(const ag_loop *loop)
{
  for (size_t s = 0; s < loop->step_count; s++)
    if (loop->step[s].type->accumulates)
      return true;
  return false;
}
