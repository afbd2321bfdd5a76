/* The end of a game by exact play. */
#ifndef AG_THEORY_LIMIT_H
#define AG_THEORY_LIMIT_H

#include "game/play.h"
#include "theory/ends.h"

/* Play stops when p is within 1e-9 of an end, in the sense of ag_end_distance, or at the bound.
 * Where it has not come to an end by then, the analysis may know to which one it goes. */
typedef struct ag_limit {
  bool settled;         /* where it ends is known */
  bool decided;         /* by the analysis: the play stopped on its way */
  size_t end;           /* the end that it came to; SIZE_MAX: it did not settle */
  size_t number;        /* the class that holds the most, at the end where that is known */
  size_t generations;   /* played */
  double outside;       /* at the stop: the distance from the end, or the mass outside that class */
  double measured_rate; /* log factor of `outside` in the last generation, NaN if unknown */
} ag_limit;

enum { AG_LIMIT_GENERATIONS = 20000 };

/* The end that p_0 leads to as far as it is known without play: there is one alone; of two classes
 * the one that gains takes all; a search for rest points has played it already. SIZE_MAX: not
 * known. Status: AG_ERROR_MEMORY. Cost: one generation of two classes. */
ag_status ag_limit_known(const ag_classes *classes, const ag_ends *ends, size_t *end,
                         ag_error *error);

/* p [classes] at an end. */
void ag_limit_spread(const ag_classes *classes, const ag_end *end, double *p);

/* Plays the game of the classes. p [classes] at the stop, or NULL. Status: AG_ERROR_MEMORY.
 * Cost: a play of a game with one item a class. */
ag_status ag_limit_play(const ag_classes *classes, const ag_ends *ends, size_t generations,
                        double *p, ag_limit *limit, ag_error *error);

/* The same from start [classes] (logs, or NULL: p_0), in a play of ag_classes_numbers' game or of
 * one whose steps were turned round. */
ag_status ag_limit_from(const ag_classes *classes, const ag_ends *ends, ag_play *play,
                        const double *start, size_t generations, double *p, ag_limit *limit,
                        ag_error *error);

/* Plays a game of numbers to its end, with ends of its own. p [count] by item, or NULL: at the end
 * where that is known, else at the stop. limit->number is the heaviest item (the first of its
 * class). */
ag_status ag_limit_of(const ag_game_spec *spec, size_t generations, ag_limit *limit, double *p,
                      ag_error *error);
/* The same, played only where the analysis does not know the end. */
ag_status ag_limit_find(const ag_game_spec *spec, size_t generations, ag_limit *limit, double *p,
                        ag_error *error);

#endif
