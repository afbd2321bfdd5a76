/* The order in which the exact engine walks the items of a game.
 *
 * Along each curator's reward axis the items fall into cells of one width
 * (a fixed fraction of the temperature). Items that share their cell for every
 * curator stand together: such a stretch is a run, and inside a run every
 * function of a reward is one short polynomial. Runs are gathered into chunks
 * of about equal work; their bounds do not depend on the number of threads. */
#ifndef AG_POPULATION_LAYOUT_H
#define AG_POPULATION_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define AG_CELL_WIDTH 0.5 /* in temperatures */

/* The occupied cells of one reward axis, counted from the largest reward. */
typedef struct ag_cells {
  double top;     /* the largest reward of any item with mass */
  double width;   /* in units of the reward */
  size_t count;   /* occupied cells */
  int64_t *index; /* [count] increasing: the cell covers top - (index + (0, 1]) width */
} ag_cells;

typedef struct ag_run_range {
  size_t begin, count; /* items, in the layout's order */
} ag_run_range;

typedef struct ag_layout {
  size_t count;   /* n items */
  size_t live;    /* those with mass; they come first */
  uint32_t *item; /* [n] the item at each position */
  size_t axis_count;
  ag_cells *axis; /* [axis_count] */
  size_t run_count;
  ag_run_range *run;  /* [run_count] */
  uint32_t *run_cell; /* [run_count, axis_count] number of the run's cell among the occupied */
  size_t chunk_count;
  size_t *chunk; /* [chunk_count + 1] runs: chunk i holds runs chunk[i] … chunk[i + 1] */
} ag_layout;

enum { AG_RUN_MOST = 16384 }; /* items in one run or (nearly) one chunk */

/* Orders n items by their cells and brings the columns into that order.
 * Given: reward [axis_count][n], by item, finite where there is mass; width
 *   [axis_count] > 0; log_mass [n] or NULL (all have mass).
 * Changed: reward and log_mass are permuted into the layout's order.
 * Status: AG_ERROR_INPUT: n >= 2^32, or a reward span beyond 2^50 cells;
 *   AG_ERROR_MEMORY. After a failure the columns may be in any order.
 * Cost: O(n) for each group of axes with at most 2^20 cells together; 16 n
 *   bytes while it works, 4 n bytes and about 40 a run afterwards. */
ag_status ag_layout_create(size_t n, size_t axis_count, double *const *reward, const double *width,
                           double *log_mass, ag_layout *layout, ag_error *error);
void ag_layout_free(ag_layout *layout);

/* Position of a reward inside its cell, in [-1, 1], is
 * (reward - top) * (2 / width) + offset: the offset of occupied cell number
 * cell. Exact: an odd integer. */
static inline double ag_cells_offset(const ag_cells *cells, size_t cell)
{
  return (double)(2 * cells->index[cell] + 1);
}

#endif
