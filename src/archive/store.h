/* The run directory's database: where the run comes from (provenance), the
 * files that it has read, its legs, its metrics and its newest checkpoint. One file in SQLite with
 * a rollback journal: a process killed at any moment leaves the state of the last commit, and a
 * finished run is the one file alone. Sums over all tables tell a database that has changed. */
#ifndef AG_ARCHIVE_STORE_H
#define AG_ARCHIVE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct ag_store ag_store;

/* Opens the database at path; create: makes it where it is missing.
 * Status, here and below: AG_ERROR_INPUT: not a database of this program, to the
 * letter of its tables, or damaged, or one that takes longer to read than its size explains;
 * AG_ERROR_IO: with the path and the system's reason; AG_ERROR_MEMORY. Owner: ag_store_close. */
ag_status ag_store_open(const char *path, bool create, ag_store **store, ag_error *error);
/* Opens it for reading alone: nothing in its directory changes, and a right to
 * write there is not needed. AG_ERROR_INPUT also for one that a killed process
 * left in the middle of a write. */
ag_status ag_store_open_reader(const char *path, ag_store **store, ag_error *error);
/* Takes back what was not committed; NULL is fine. */
void ag_store_close(ag_store *store);

/* What is written between the two is there after a crash as a whole or not at
 * all. Single writes outside a pair are their own. */
ag_status ag_store_begin(ag_store *store, ag_error *error);
ag_status ag_store_commit(ag_store *store, ag_error *error);
void ag_store_rollback(ag_store *store);

/* Provenance; value NULL: removes the key. */
ag_status ag_store_set(ag_store *store, const char *key, const char *value, ag_error *error);
/* *value is on the heap; NULL for an unknown key. */
ag_status ag_store_get(ag_store *store, const char *key, char **value, ag_error *error);

/* A row of texts as the caller sees it: [columns], borrowed; NULL: nothing is there. */
typedef ag_status ag_store_visitor(void *context, const char *const *column, ag_error *error);

/* A file that the game reads: {name in the directory or NULL, path, bytes, sha256}. */
enum { AG_INPUT_NAME, AG_INPUT_PATH, AG_INPUT_BYTES, AG_INPUT_DIGEST, AG_INPUT_COLUMNS };
/* In place of all that are there, number by number. */
ag_status ag_store_clear_inputs(ag_store *store, ag_error *error);
ag_status ag_store_add_input(ag_store *store, const char *const column[AG_INPUT_COLUMNS],
                             ag_error *error);
ag_status ag_store_visit_inputs(ag_store *store, ag_store_visitor *visit, void *context,
                                ag_error *error);

/* A leg: from a start of the program to its end. */
enum {
  AG_LEG_VERSION,
  AG_LEG_PLATFORM,
  AG_LEG_INSTRUCTIONS,
  AG_LEG_THREADS,
  AG_LEG_COMMAND,
  AG_LEG_FROM, /* the step from which it played, */
  AG_LEG_TO,   /* and the last that it has kept */
  AG_LEG_BEGUN,
  AG_LEG_ENDED,  /* when that was */
  AG_LEG_REMARK, /* what was let pass although it was not as before; NULL: nothing */
  AG_LEG_COLUMNS
};
ag_status ag_store_add_leg(ag_store *store, const char *const column[AG_LEG_COLUMNS],
                           ag_error *error);
/* How far the newest leg has come. */
ag_status ag_store_move_leg(ag_store *store, const char *to, const char *ended, ag_error *error);
ag_status ag_store_visit_legs(ag_store *store, ag_store_visitor *visit, void *context,
                              ag_error *error);

/* The metrics' names in order, replacing others. */
ag_status ag_store_set_metrics(ag_store *store, const char *const *name, size_t count,
                               ag_error *error);
ag_status ag_store_has_metrics(ag_store *store, const char *const *name, size_t count, bool *same,
                               ag_error *error);

/* Metric rows value [rows, metrics] of the generations first, first + 1, …,
 * to the bit except that a NaN has no payload. */
ag_status ag_store_write_rows(ag_store *store, size_t first, size_t rows, size_t metrics,
                              const double *value, ag_error *error);
/* Seals the first rows, which are there: read_rows takes these and no others from now on. */
ag_status ag_store_seal_rows(ag_store *store, size_t rows, size_t metrics, const double *value,
                             ag_error *error);
/* *complete: whether generations 0 … rows - 1 were all there. */
ag_status ag_store_read_rows(ag_store *store, size_t rows, size_t metrics, double *value,
                             bool *complete, ag_error *error);
/* Removes the rows of generation first and later. */
ag_status ag_store_drop_rows(ag_store *store, size_t first, ag_error *error);

/* The newest checkpoint, in place of any older one; file NULL: none. */
ag_status ag_store_set_checkpoint(ag_store *store, size_t generation, const char *file,
                                  const char *written, ag_error *error);
/* *file is on the heap; NULL: there is none. */
ag_status ag_store_get_checkpoint(ag_store *store, size_t *generation, char **file,
                                  ag_error *error);

#endif
