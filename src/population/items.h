/* Items as rewards and models see them: how many, where they lie, what is written on them. A view:
 * every array is borrowed, from a space or from a sample. */
#ifndef AG_POPULATION_ITEMS_H
#define AG_POPULATION_ITEMS_H

#include <math.h>

#include "population/texts.h"
#include "space/space.h"

/* A language model that can be asked about texts. */
typedef struct ag_judge {
  /* score [asked->count]. Status: AG_ERROR_MEMORY and what the model can meet. */
  ag_status (*score)(void *model, const ag_text_question *asked, ag_text_score *score,
                     ag_error *error);
  void *model;
} ag_judge;

typedef struct ag_items {
  size_t count;                /* n */
  const double *log_mass;      /* [n] log p_0; NULL: every item has mass */
  size_t dim;                  /* 0: they lie nowhere */
  const double *point;         /* [n, dim]; NULL: the centres of a regular grid's cells, */
  const double *lower, *upper; /* [dim] whose corners are these */
  const size_t *cells;         /* [dim]; NULL: there is no grid */
  const char *const *text;     /* [n] labels or texts, each ended by NUL; or NULL */
  bool texts;                  /* they are texts, of a space of texts or */
  bool written;                /* by a model: their numbers mean nothing */
  const double *const *column; /* […][n] the space's numeric columns; a missing cell is NaN */
  const char *const *column_name;
  const char *source;        /* for errors: the file that they are from, or NULL */
  const size_t *source_line; /* [n] and their lines in it, or NULL */
  const ag_judge *judge;     /* whom a reward may ask, or NULL */
} ag_items;

/* All items of a space; of a cloud none, but its dim. */
ag_items ag_items_of_space(const ag_space *space);

static inline bool ag_items_has_mass(const ag_items *items, size_t item)
{
  return !items->log_mass || items->log_mass[item] > -INFINITY;
}

/* The coordinates [dim] of an item: where they lie, or in room [dim]. In a grid the last one varies
 * fastest. */
const double *ag_items_at(const ag_items *items, size_t item, double *room);

/* square [n]: squared Euclidean distance of every item to centre [dim]. */
ag_status ag_items_square_distance(const ag_items *items, const double *centre, double *square,
                                   ag_error *error);

/* Writes `item 3 ("Alien", line 12 of films.csv)`, as far as known. */
void ag_items_name(const ag_items *items, size_t item, char *text, size_t size);

#endif
