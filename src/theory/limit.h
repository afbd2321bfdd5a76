/* The end of a game by exact play. */
#ifndef AG_THEORY_LIMIT_H
#define AG_THEORY_LIMIT_H

#include "game/play.h"
#include "theory/ends.h"

/* Play stops when p is within 1e-9 of an end, in the sense of ag_end_distance, or at the bound. */
typedef struct ag_limit {
  bool settled;
  size_t end;           /* the end that it came to; SIZE_MAX: it did not settle */
  size_t number;        /* the class that holds the most */
  size_t generations;   /* played */
  double outside;       /* mass outside that class; settled: distance from the end */
  double measured_rate; /* log factor of `outside` in the last generation, NaN if unknown */
} ag_limit;

enum { AG_LIMIT_GENERATIONS = 20000 };

/* Plays the game of the classes. p [classes] at the stop, or NULL. Status: AG_ERROR_MEMORY.
 * Cost: a play of a game with one item a class. */
ag_status ag_limit_play(const ag_classes *classes, const ag_ends *ends, size_t generations,
                        double *p, ag_limit *limit, ag_error *error);

/* The same from start [classes] (logs, or NULL: p_0), in a play of ag_classes_numbers' game or of
 * one whose steps were turned round. */
ag_status ag_limit_from(const ag_classes *classes, const ag_ends *ends, ag_play *play,
                        const double *start, size_t generations, double *p, ag_limit *limit,
                        ag_error *error);

/* Plays a game of numbers to its end, with ends of its own. p [count] by item, or NULL.
 * limit->number is the heaviest item (the first of its class). */
ag_status ag_limit_of(const ag_game_spec *spec, size_t generations, ag_limit *limit, double *p,
                      ag_error *error);

#endif
