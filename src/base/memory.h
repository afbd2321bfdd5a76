/* Memory: checked sizes, a budget, aligned arrays. */
#ifndef AG_BASE_MEMORY_H
#define AG_BASE_MEMORY_H

#include <stddef.h>

#include "base/status.h"

/* Allocates count elements of size bytes, aligned to 64 bytes, not cleared.
 * *array is set to NULL on failure (and for count 0, which succeeds).
 * Status: AG_ERROR_MEMORY, with the size in words. Owner: the caller, who
 * frees it with free(). */
ag_status ag_array_create(size_t count, size_t size, void *array, ag_error *error);

/* A copy of text on the heap; NULL where memory is out. */
char *ag_text_copy(const char *text);

/* Bytes of memory that a job may plan to use on this machine: what is free
 * now or can be reclaimed. */
size_t ag_memory_budget(void);

#endif
