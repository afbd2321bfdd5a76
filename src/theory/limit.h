/* The end of a game by exact play. */
#ifndef AG_THEORY_LIMIT_H
#define AG_THEORY_LIMIT_H

#include "game/make.h"
#include "theory/classes.h"

/* Play stops when all but 1e-9 of the mass is in one class that is a sink, or
 * at the bound. */
typedef struct ag_limit {
  bool settled;
  size_t number;        /* the class that holds the most */
  size_t generations;   /* played */
  double outside;       /* mass outside that class */
  double measured_rate; /* log factor of the outside mass in the last generation, NaN if unknown */
  double *log_mass;     /* [live] by position, or NULL if not asked for */
} ag_limit;

enum { AG_LIMIT_GENERATIONS = 20000 };

/* Status: AG_ERROR_MEMORY. keep: fill log_mass (owner: ag_limit_free).
 * Cost: a play. */
ag_status ag_limit_play(const ag_classes *classes, size_t generations, bool keep, ag_limit *limit,
                        ag_error *error);
void ag_limit_free(ag_limit *limit);

/* The game with one item a class: items equal in all rewards keep their
 * ratios, so its limit decides the game's. Item number c is class c. Owner:
 * ag_game_numbers_free. */
ag_status ag_class_numbers_create(const ag_classes *classes, ag_game_numbers *numbers,
                                  ag_error *error);

/* Plays a game of numbers to its end. log_mass [count] by item, or NULL.
 * limit->number is the heaviest item (the first of its class); limit->log_mass
 * stays NULL. */
ag_status ag_limit_of(const ag_game_spec *spec, size_t generations, ag_limit *limit,
                      double *log_mass, ag_error *error);

/* Copies the order of play, begun at stage `first`. */
void ag_stage_rotate(const ag_game *game, size_t first, size_t *stage);

#endif
