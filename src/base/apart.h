/* Work in a process of its own. Some libraries abort or crash where memory fails: there they end
 * that process alone, and the caller has an error. */
#ifndef AG_BASE_APART_H
#define AG_BASE_APART_H

#include "base/status.h"

/* Does something in the child and writes what it makes to output, a descriptor. It must not enter
 * a parallel region: the threads of one stay behind. */
typedef ag_status ag_apart_work(const void *context, int output, ag_error *error);

/* Writes all bytes to a descriptor. Status: AG_ERROR_IO. */
ag_status ag_apart_write(int output, const void *bytes, size_t size, ag_error *error);

/* Forks, works and waits. what: stands for the work in errors, such as "draw a.png".
 * *bytes [*size]: what the work has written. What it says on standard error is lost. Where the
 * system allows no further process, the work is done in this one.
 * Status: the work's; AG_ERROR_MEMORY where there is no memory for a process, and for one that was
 * ended by a signal; AG_ERROR_INTERNAL for one that ended otherwise. Owner: free(*bytes).
 * Cost: a copy of the page tables. */
ag_status ag_apart(const char *what, ag_apart_work *work, const void *context, char **bytes,
                   size_t *size, ag_error *error);

#endif
