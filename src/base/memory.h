/* Memory: checked sizes, a budget, aligned arrays. */
#ifndef AG_BASE_MEMORY_H
#define AG_BASE_MEMORY_H

#include <stddef.h>

#include "base/status.h"

/* Allocates count elements of size bytes, aligned to 64 bytes, not cleared.
 * *array is set to NULL on failure (and for count 0, which succeeds). Large ones beyond the budget
 * are refused: the system would give them, and end the program once they are filled.
 * Status: AG_ERROR_MEMORY, with the size in words. Owner: the caller, who
 * frees it with free(). */
ag_status ag_array_create(size_t count, size_t size, void *array, ag_error *error);

/* A copy of text on the heap; NULL where memory is out. */
char *ag_text_copy(const char *text);

/* Bytes of memory that a job may plan to use: what this machine has free or can reclaim, what its
 * control groups leave, and what is left of the address space that the process may have. */
size_t ag_memory_budget(void);
/* Refuses what would need more, before any work. what: such as "4e+08 points", of bytes in all.
 * Status: AG_ERROR_MEMORY, with the numbers. */
ag_status ag_memory_expect(double bytes, const char *what, ag_error *error);
/* The most bytes of a file that is read as a whole: what is made of it takes several times as
 * much. */
size_t ag_memory_file_most(void);
/* The same for an open file: less of a pipe and of a device, whose end nobody knows. */
size_t ag_memory_stream_most(int descriptor);

#endif
