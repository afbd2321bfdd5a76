/* State spaces: finite sets of items with an initial distribution p_0 over
 * them. A kind of space is one file with one ag_space_type; the list in
 * space.c registers it. */
#ifndef AG_SPACE_SPACE_H
#define AG_SPACE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parameter.h"
#include "base/random.h"

/* Of two cells each there would be 2^64. */
enum { AG_BOX_DIMENSIONS_MOST = 64 };

typedef struct ag_space_type ag_space_type;

/* A column of numbers that could not be read, and why, with the place. */
typedef struct ag_unread {
  char *name, *why;
} ag_unread;

/* Immutable after ag_space_read. Arrays are owned by the space. */
typedef struct ag_space {
  const ag_space_type *type;
  size_t count;     /* n items */
  double *log_mass; /* [n] log p_0, normalised; -INFINITY for mass zero; NULL: uniform */
  /* coordinates: a regular grid of cells (box), anywhere (cloud), or dim 0 */
  size_t dim;
  double *lower, *upper; /* [dim] of a box, or of a cloud that is uniform at first */
  size_t *cells;         /* [dim] of a box */
  /* clouds: no items (count 0), but points drawn from a law or taken from a file */
  size_t point_count;         /* of the first dataset; 0: the space is finite */
  double *point;              /* [point_count, dim] of a file, or NULL */
  struct ag_density *density; /* the law; NULL: uniform in the box, or the file's points */
  /* tables */
  char **label;      /* [n], or NULL */
  uint32_t *group;   /* [n] number of the item's group, or NULL */
  char **group_name; /* [group_count] */
  size_t group_count;
  double **column;    /* [column_count][n] numeric columns; a missing cell is NaN */
  char **column_name; /* [column_count] */
  size_t column_count;
  size_t dropped;    /* rows left out for a missing mass */
  ag_unread *unread; /* [unread_count] */
  size_t unread_count;
  /* texts */
  bool sentences;  /* the labels are texts that a language model can learn */
  char **held_out; /* [held_out_count] texts that are not in the space, or NULL */
  size_t held_out_count;
  /* where it is from */
  size_t *source_line; /* [n] line of the item in its file (for errors), or NULL */
  char *source;        /* the file's path, or NULL */
  char *remark;        /* what was met when a text was read, in words; or NULL */
  char *understood;    /* how a table was read, in a line; or NULL */
  size_t users;        /* owners besides the first: ag_space_share */
} ag_space;

struct ag_space_type {
  AG_DESCRIBED;
  /* Makes the space. node: the value under the key; given: as the table has filled it, which
   * read may take over. */
  ag_status (*read)(ag_node node, void *given, ag_space *space, ag_error *error);
};

/* The kinds, ended by NULL. */
extern const ag_space_type *const ag_space_types[];
extern const ag_list ag_spaces; /* the same */

/* Reads `space: {kind: …}` (exactly one kind). Paths inside are relative to
 * the game file's folder. Status: AG_ERROR_INPUT at the place, also for a
 * size beyond ag_memory_budget(); AG_ERROR_MEMORY. Owner: ag_space_free. */
ag_status ag_space_read(ag_node node, ag_space **space, ag_error *error);
void ag_space_free(ag_space *space);
/* One owner more: ag_space_free is then called once more, by one thread at a time. */
ag_space *ag_space_share(ag_space *space);

/* Whether it is a cloud: points in place of items. */
static inline bool ag_space_is_cloud(const ag_space *space)
{
  return space->dim > 0 && !space->cells;
}

/* count points of a cloud's first law, point [count, dim]: independent draws; from a
 * file's points with replacement. */
void ag_cloud_draw(const ag_space *space, ag_random *random, size_t count, double *point);

/* The number of the column called name, or SIZE_MAX. */
size_t ag_space_find_column(const ag_space *space, const char *name);

/* distance[n]: from each item to the nearest item with member[i] != 0, in the
 * space's metric: Euclidean between cell centres for a box (exact, by
 * separable lower envelopes: O(n dim)), the discrete metric (0 or 1)
 * otherwise. No member at all: INFINITY everywhere. */
ag_status ag_space_distance(const ag_space *space, const unsigned char *member, double *distance,
                            ag_error *error);

#endif
