/* Where a game can end, in terms of its classes: the one place that decides it. */
#ifndef AG_THEORY_ENDS_H
#define AG_THEORY_ENDS_H

#include <aligngame/theory.h>

#include "theory/classes.h"

/* A distribution over classes that a generation leaves as it is. */
typedef struct ag_end {
  size_t count;
  size_t *number;        /* [count] the classes that are there, most massive first */
  double *mass;          /* [count] */
  double log_lambda;     /* of a single class: of its fastest invader */
  double radius;         /* spectral radius of the map's Jacobian on the support; NaN: one class */
  double growth_outside; /* the largest growth factor of an absent class; 0: there is none */
  bool stable, attracts;
  bool every_start; /* every start that was tried came here */
} ag_end;

typedef struct ag_ends {
  ag_theory theory;
  size_t count;
  ag_end *end;   /* [count] sinks: most massive class first; rest points: the own start's first */
  size_t own;    /* where p_0 leads, by play; SIZE_MAX: not known */
  bool cycles;   /* the game goes round its rest points */
  size_t starts; /* tried in a search for rest points */
} ag_ends;

/* Status: AG_ERROR_MEMORY. Cost: sinks: O(front^2); rest points: some thousand generations of a
 * game with one item a class from each of a dozen starts. Owner: ag_ends_free. */
ag_status ag_ends_find(const ag_classes *classes, ag_ends *ends, ag_error *error);
void ag_ends_free(ag_ends *ends);

/* How far a distribution over the classes, p [classes], is from an end: the mass outside its
 * classes, and of several also half the sum of differences inside. */
double ag_end_distance(const ag_classes *classes, const ag_end *end, const double *p);
/* The end within `distance` of p; SIZE_MAX: none. */
size_t ag_ends_nearest(const ag_classes *classes, const ag_ends *ends, const double *p,
                       double distance);

/* Rest points of a loop that is no plain sequence; fills end, own, cycles, starts. */
ag_status ag_rest_points_search(const ag_classes *classes, ag_ends *ends, ag_error *error);

#endif
