/* Arrays of doubles in files: checkpoints, snapshots, outcomes. They are safetensors files, which
 * many programs read. A file appears whole or not at all, and damage to it is recognised by the
 * seal over the whole of it. */
#ifndef AG_ARCHIVE_ARRAYS_H
#define AG_ARCHIVE_ARRAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/safetensors.h"
#include "base/status.h"

#define AG_ARRAYS_ENDING ".safetensors"

typedef struct ag_arrays ag_arrays;

/* Begins a file, written under a temporary name until ag_arrays_commit.
 * Status: AG_ERROR_IO with the path and the system's reason, AG_ERROR_MEMORY.
 * Owner: the caller, who ends it with ag_arrays_commit or ag_arrays_close. */
ag_status ag_arrays_create(const char *path, size_t generation, ag_arrays **file, ag_error *error);
/* Adds value [count] under name, which may be group/name. */
ag_status ag_arrays_write(ag_arrays *file, const char *name, const double *value, size_t count,
                          ag_error *error);
/* Adds text [count][width], UTF-8 padded with zeros. */
ag_status ag_arrays_write_text(ag_arrays *file, const char *name, const char *text, size_t count,
                               size_t width, ag_error *error);
/* Puts a written file in its place and on the disk: the same arrays are the same bytes. file is
 * freed whatever the status. */
ag_status ag_arrays_commit(ag_arrays *file, ag_error *error);

/* Opens a file for reading.
 * Status: AG_ERROR_INPUT: it is damaged; AG_ERROR_IO: it cannot be read, with
 * the reason; AG_ERROR_MEMORY. Owner: ag_arrays_close. */
ag_status ag_arrays_open(const char *path, size_t *generation, ag_arrays **file, ag_error *error);
size_t ag_arrays_generation(const ag_arrays *file);
/* The elements of the array called name; status as ag_arrays_open. */
ag_status ag_arrays_size(ag_arrays *file, const char *name, size_t *count, ag_error *error);
bool ag_arrays_has(const ag_arrays *file, const char *name);
/* Reads the whole array called name, which must have count elements. value may
 * be overwritten in part on failure. Status: as ag_arrays_open. */
ag_status ag_arrays_read(ag_arrays *file, const char *name, double *value, size_t count,
                         ag_error *error);
/* All that is in a file opened for reading. */
const ag_safetensors *ag_arrays_tensors(const ag_arrays *file);

/* Ends a reader, or a writer without a trace; NULL is fine. */
void ag_arrays_close(ag_arrays *file);

#endif
