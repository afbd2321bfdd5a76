#include "game/schedule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/formula.h"
#include "base/memory.h"
#include "base/text.h"

/* A schedule is kept as its values: more generations than this are not written down. */
enum { GENERATIONS_MOST = 1000000 };

static bool is_within(const ag_bounds *bounds, double value)
{
  if (isnan(value) || value < bounds->low || value > bounds->high)
    return false;
  if ((bounds->open_low && value == bounds->low) || (bounds->open_high && value == bounds->high))
    return false;
  return !bounds->whole || isinf(value) || (value == floor(value) && value <= 0x1p53);
}

/* "a whole number from 2 to 2^53 (a pool of one selects nothing), or inf" */
static void say_bounds(const ag_bounds *bounds, char *text, size_t size)
{
  const char *number = bounds->whole ? "a whole number" : "a number";
  if (isinf(bounds->high))
    snprintf(text, size, "%s %s %g%s%s%s%s", number, bounds->open_low ? "above" : "from",
             bounds->low, bounds->whole ? " to 2^53" : "", bounds->remark ? " (" : "",
             bounds->remark ? bounds->remark : "",
             bounds->open_high ? ""
             : bounds->remark  ? "), or inf"
                               : ", or inf");
  else
    snprintf(text, size, "%s from %g%s to %g%s", number, bounds->low,
             bounds->open_low ? " (itself outside)" : "", bounds->high,
             bounds->open_high ? " (itself outside)" : "");
}

/* The first value outside; SIZE_MAX: none. */
static size_t find_outside(const ag_schedule *schedule, const ag_bounds *bounds)
{
  if (schedule->count == 0)
    return is_within(bounds, schedule->value) ? SIZE_MAX : 0;
  for (size_t t = 0; t < schedule->count; t++)
    if (!is_within(bounds, schedule->by_generation[t]))
      return t;
  return SIZE_MAX;
}

/* "the temperature is 0 at t = 3; expected a number above 0" */
static bool is_refused(const ag_schedule *schedule, const ag_bounds *bounds, char *text,
                       size_t size)
{
  char expected[160], when[48] = "";
  size_t outside = find_outside(schedule, bounds);
  if (outside == SIZE_MAX)
    return false;
  say_bounds(bounds, expected, sizeof expected);
  if (schedule->count > 0)
    snprintf(when, sizeof when, " at t = %zu", outside);
  snprintf(text, size, "%s is %g%s; expected %s", bounds->what, ag_schedule_at(schedule, outside),
           when, expected);
  return true;
}

ag_status ag_schedule_check(const ag_schedule *schedule, const ag_bounds *bounds, ag_node place,
                            ag_error *error)
{
  char text[320];
  return is_refused(schedule, bounds, text, sizeof text) ? ag_node_fail(place, error, "%s", text)
                                                         : AG_OK;
}

/* The values of an expression; a whole number is the nearest one. */
static ag_status read_formula(ag_node node, const char *text, const ag_bounds *bounds,
                              size_t generations, ag_schedule *schedule, ag_error *error)
{
  ag_error inner;
  double *value = NULL;
  size_t count = generations > 0 ? generations : 1;
  if (count > GENERATIONS_MOST)
    return ag_node_fail(node, error, "%s changes with t over %zu generations; at most %d are kept",
                        bounds->what, count, GENERATIONS_MOST);
  ag_status status = ag_array_create(count, sizeof *value, &value, error);
  if (status)
    return status;
  status = ag_formula_tabulate(text, "t", count, value, &inner);
  for (size_t t = 0; !status && bounds->whole && t < count; t++)
    value[t] = round(value[t]);
  if (status) {
    free(value);
    return status == AG_ERROR_MEMORY
               ? ag_fail(error, status, "%s", inner.message)
               : ag_node_fail(node, error, "%s: %s", bounds->what, inner.message);
  }
  *schedule = (ag_schedule){.value = value[0], .count = count, .by_generation = value};
  return AG_OK;
}

ag_status ag_schedule_read(ag_node node, const ag_bounds *bounds, size_t generations,
                           ag_schedule *schedule, ag_error *error)
{
  const char *text;
  ag_schedule made = {0};
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_text(node, bounds->what, &text, error);
  if (status)
    return status;
  if (isinf(bounds->high) && !bounds->open_high && !strcmp(text, "inf"))
    made.value = INFINITY;
  else if (ag_text_real(text, strlen(text), &made.value) != AG_NUMBER_OK)
    status = read_formula(node, text, bounds, generations, &made, error);
  if (!status)
    status = ag_schedule_check(&made, bounds, node, error);
  if (status)
    ag_schedule_free(&made);
  else
    *schedule = made;
  return status;
}

ag_status ag_schedule_copy(const ag_schedule *from, ag_schedule *to, ag_error *error)
{
  double *value = NULL;
  if (from->count > 0) {
    ag_status status = ag_array_create(from->count, sizeof *value, &value, error);
    if (status)
      return status;
    memcpy(value, from->by_generation, from->count * sizeof *value);
  }
  *to = (ag_schedule){from->value, from->count, value};
  return AG_OK;
}

void ag_schedule_free(ag_schedule *schedule)
{
  free((double *)schedule->by_generation); /* its own copy */
  *schedule = (ag_schedule){0};
}

ag_schedule_words ag_schedule_say(const ag_schedule *schedule)
{
  ag_schedule_words words;
  if (ag_schedule_moves(schedule))
    snprintf(words.text, sizeof words.text, "%.3g at first and %.3g at the end",
             ag_schedule_at(schedule, 0), ag_schedule_at(schedule, SIZE_MAX));
  else
    snprintf(words.text, sizeof words.text, "%.3g", ag_schedule_at(schedule, 0));
  return words;
}

bool ag_schedule_moves(const ag_schedule *schedule)
{
  for (size_t t = 1; t < schedule->count; t++)
    if (schedule->by_generation[t] != schedule->by_generation[0])
      return true;
  return false;
}
