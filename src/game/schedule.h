/* Numbers that may change with the generation. */
#ifndef AG_GAME_SCHEDULE_H
#define AG_GAME_SCHEDULE_H

#include <aligngame/spec.h>

#include "base/config.h"

/* The bounds of a scheduled number; what: "the temperature". */
typedef struct ag_bounds {
  const char *what;
  double low, high;
  bool open_low, open_high; /* low (high) itself is outside */
  bool whole;               /* a whole number up to 2^53; INFINITY counts */
  const char *remark;       /* why low is the least; or NULL */
} ag_bounds;

/* A number, `inf` where high is INFINITY, or an expression in t such as "0.5 + 0.02*t", which is
 * evaluated for t = 0 … generations - 1. *schedule stays as it is where the node is absent.
 * Status: AG_ERROR_INPUT at the place; AG_ERROR_MEMORY. Owner: ag_schedule_free. */
ag_status ag_schedule_read(ag_node node, const ag_bounds *bounds, size_t generations,
                           ag_schedule *schedule, ag_error *error);
/* Status: AG_ERROR_INPUT: a value outside the bounds; said at place, which may be absent. */
ag_status ag_schedule_check(const ag_schedule *schedule, const ag_bounds *bounds, ag_node place,
                            ag_error *error);
ag_status ag_schedule_copy(const ag_schedule *from, ag_schedule *to, ag_error *error);
void ag_schedule_free(ag_schedule *schedule);

static inline double ag_schedule_at(const ag_schedule *schedule, size_t generation)
{
  if (schedule->count == 0)
    return schedule->value;
  return schedule->by_generation[generation < schedule->count ? generation : schedule->count - 1];
}

/* "0.1", or of one that changes "0.1 at first and 0.3 at the end". */
typedef struct ag_schedule_words {
  char text[64];
} ag_schedule_words;
ag_schedule_words ag_schedule_say(const ag_schedule *schedule);

/* Whether it takes two values. */
bool ag_schedule_moves(const ag_schedule *schedule);

#endif
